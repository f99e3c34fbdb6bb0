"""通知: who is told of alerts and cases by mail and webhook, whether they were, and what was given up."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Refused
from hengjian.web.faults import translate
from hengjian.web.posting import SMALL, Handed, posting
from hengjian.web.visit import Visit, visit
from hengjian.web.wall import Wall

_PATH = "/notices"
STATES = ("pending", "dead", "sent", "withdrawn")


def routes(wall: Wall) -> list[Route]:
    """`/notices`, and what its form is sent to."""
    return [
        Route(_PATH, lambda request: listed(visit(request, wall)), methods=["GET"]),
        Route(f"{_PATH}/retry", posting(wall, retry, largest=SMALL), methods=["POST"]),
        Route(f"{_PATH}/retry", back, methods=["GET"]),
    ]


def back(request: Request) -> Response:
    """Who comes to the form's address by a link, or by reading a page again, is shown the list."""
    del request
    return RedirectResponse(_PATH, 303)


def listed(visit: Visit, faults: list[tuple[str, str]] | None = None) -> Response:
    """The deliveries, the newest first; nothing of it stands in the ledger, so that nobody keeps the page."""
    query = visit.query
    state = query.get("state") if query.get("state") in STATES else None
    question = {"state": state, "before": query.get("before") or None}
    try:
        answer = visit.source.ask("notices", question)
    except Forbidden:
        raise
    except Refused:  # a moment that is none
        answer = visit.source.ask("notices", {**question, "before": None})
    return visit.passing_page(
        "notices.html", status=422 if faults else 200, answer=answer, state=state, states=STATES, faults=faults or [],
        channels=[visit.words("notices.mail") if name == "mail" else name for name in answer["channels"]],
        rows=[_row(visit, one) for one in answer["deliveries"]],
    )  # fmt: skip


def _row(visit: Visit, one: Mapping[str, Any]) -> dict[str, Any]:
    words = visit.words
    about = [
        (visit.view.address("alert", each["alert"]) if each["alert"] else visit.view.address("case", each["case"]),
         words.get(f"notices.event.{each['event']}", each["event"]), each["name"] or each["case"])
        for each in one["about"]
    ]  # fmt: skip
    error = translate(one["error"], words.language) if one["error"] else ""
    return {**one, "told": about, "more": one["events"] - len(about), "why": error}


def retry(visit: Visit, handed: Handed) -> Response:
    """Try a delivery again, or all that were given up."""
    name = handed.field("id")
    try:
        visit.source.ask("retry_notices", {"id": name} if name else {"all": True})
    except Forbidden:
        raise
    except Refused as refused:
        language = visit.words.language
        return listed(
            visit, [(translate(one.message, language), translate(one.hint, language)) for one in refused.issues]
        )
    return RedirectResponse(_PATH, 303)
