"""The objects of the commands, as JSON over HTTP."""

import json
from collections.abc import Callable, Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Issue, refuse
from hengjian.web.source import Ask
from hengjian.web.view import CUT
from hengjian.web.wall import Wall


def routes(wall: Wall) -> list[Route]:
    """`/api/show`, `/api/explain`, `/api/look-through` and `/healthz`."""

    def health(request: Request) -> Response:
        del request
        wall.at_the_door("status", {})
        return answer({"ok": True})

    def asked(question: Callable[[Request, Ask], Response]) -> Callable[[Request], Response]:
        return lambda request: question(request, wall.source(wall.admitted(request)).ask)

    return [
        Route("/api/show", asked(show)),
        Route("/api/explain", asked(explain)),
        Route("/api/look-through", asked(look_through)),
        Route("/healthz", health),
    ]


def show(request: Request, ask: Ask) -> Response:
    """`/api/show?entity=…[&indicator=…]*[&period=…]` and the parts of a cut: the object of `show`."""
    query = request.query_params
    question = {
        "entity": _needed(query, "entity"), "indicators": query.getlist("indicator"),
        "period": query.get("period") or None, **_cut(query),
    }  # fmt: skip
    return answer(ask("show", question))


def explain(request: Request, ask: Ask) -> Response:
    """`/api/explain?entity=…&indicator=…&period=…` and the parts of a cut: the object of `explain`."""
    query = request.query_params
    question = {name: _needed(query, name) for name in ("entity", "indicator", "period")}
    return answer(ask("explain", {**question, **_cut(query)}))


def look_through(request: Request, ask: Ask) -> Response:
    """`/api/look-through?entity=…[&direction=up][&to=…][&since=…][&method=…][&threshold=…]` and the parts of a cut: the
    object of `look-through`."""
    query = request.query_params
    options = {name: query.get(name) or None for name in ("direction", "to", "since", "method", "threshold")}
    return answer(ask("look_through", {"entity": _needed(query, "entity"), **options, **_cut(query)}))


def answer(found: Mapping[str, object], status: int = 200) -> Response:
    """One JSON object."""
    text = json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text, status_code=status, media_type="application/json", headers={"cache-control": "no-store"})


def fault(status: int, issues: Iterable[Issue]) -> Response:
    """The faults of a question, as commands print them."""
    return answer({"faults": [issue.record() for issue in issues]}, status)


def _cut(query: Mapping[str, str]) -> dict[str, object]:
    return {part: query.get(part) or None for part in CUT}


def _needed(query: Mapping[str, str], name: str) -> str:
    if not query.get(name):
        raise refuse(f"the question names no {name}", f"add {name}=… to the address")
    return query[name]
