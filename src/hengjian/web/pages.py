"""The routes: a list, an entity's indicators over time, where one figure comes from, and the same as JSON."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Failure, Issue, Refused
from hengjian.web import api
from hengjian.web.explanation import parameters, steps, used
from hengjian.web.figures import Figures
from hengjian.web.grid import Maker, grids
from hengjian.web.names import Names
from hengjian.web.respond import HEADERS, Guard, digest, etag, fresh_headers, is_fresh, keep, page, static
from hengjian.web.source import Ask, Entity, Head, Source
from hengjian.web.view import View, part_of, view_of
from hengjian.web.words import Words, words_of

LOCAL = ("127.0.0.1", "localhost")
A_PAGE = 200
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def build(ask: Ask, *, hosts: Sequence[str] = LOCAL) -> Starlette:
    """The application. `hosts` are the names under which it answers: others are refused, against rebound names."""
    pages = Pages(Source(ask))
    return Starlette(
        routes=[
            Route("/", pages.entities),
            Route("/entity/{id}", pages.entity),
            Route("/entity/{id}/explain/{indicator}/{period}", pages.explain),
            Route("/api/show", pages.show_json),
            Route("/api/explain", pages.explain_json),
            Route("/healthz", pages.health),
            Route("/static/{digest}/{name}", serve_static),
        ],
        middleware=[
            Middleware(Guard),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1_000),
        ],
        exception_handlers={
            HTTPException: pages.no_page, Refused: pages.refused, Failure: pages.failed, Exception: pages.failed,
        },
    )  # fmt: skip


def serve_static(request: Request) -> Response:
    """A static file, which never changes under its address."""
    name = request.path_params["name"]
    kind = _KINDS.get(name.rpartition(".")[2])
    try:
        data = static(name) if kind and "/" not in name else None
    except FileNotFoundError:
        data = None
    if data is None or not digest(data).startswith(request.path_params["digest"]):
        raise HTTPException(404)
    return Response(data, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})


class Pages:
    """The endpoints, over one source. They run in threads: asking waits for the writer."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def entities(self, request: Request) -> Response:
        """The list of what is registered, with a search."""
        view, words = _reader(request)
        head = self._source.head()
        tag = etag(request, head, view)
        if is_fresh(request, tag):
            return _unchanged(request, tag)
        every = self._source.entities(view, head)
        names = Names(self._source.declarations(view, head), words)
        query = request.query_params.get("q", "").strip()[:100]
        kind = request.query_params.get("type", "")
        found = [one for one in every.values() if _matches(one, query) and kind in ("", one.type)]
        number = _page_number(request, len(found))
        return page(
            request, "entities.html", view, words, tag=tag, head=head, names=names, query=query, kind=kind,
            shown=found[(number - 1) * A_PAGE : number * A_PAGE], found=len(found), count=len(every),
            types=sorted(Counter(one.type for one in every.values()).items()),
            number=number, pages=max(1, -(-len(found) // A_PAGE)),
        )  # fmt: skip

    def entity(self, request: Request) -> Response:
        """One entity's indicators over time."""
        view, words = _reader(request)
        head = self._source.head()
        tag = etag(request, head, view)
        if is_fresh(request, tag):
            return _unchanged(request, tag)
        try:
            entity, names, figures, declared = self._found(request, view, words, head)
            answer = self._source.ask("show", {"entity": entity.id, "indicators": [], **view.question()})
        except Refused as refused:
            return self._entity_refused(request, view, words, head, refused)
        maker = Maker(view=view, words=words, names=names, figures=figures, declarations=declared)
        return page(
            request, "entity.html", view, words, tag=tag, head=head, entity=entity, names=names, faults=(),
            grids=grids(entity.id, answer["values"], maker),
        )  # fmt: skip

    def _entity_refused(self, request: Request, view: View, words: Words, head: Head, refused: Refused) -> Response:
        """The entity's page without its table: what was asked for cannot be read, and the form is there to mend it."""
        plain = view_of({name: request.query_params[name] for name in request.query_params if name not in view.cut}, {})
        entity, names, _, _ = self._found(request, plain, words, head)
        return page(
            request, "entity.html", view, words, status=400, head=head, entity=entity, names=names,
            faults=[_said(issue, view, words) for issue in refused.issues], grids=[],
        )  # fmt: skip

    def explain(self, request: Request) -> Response:
        """Where one figure comes from: a page, or with `fragment=1` its part for the side panel."""
        view, words = _reader(request)
        head = self._source.head()
        tag = etag(request, head, view)
        if is_fresh(request, tag):
            return _unchanged(request, tag)
        entity, names, figures, _ = self._found(request, view, words, head)
        indicator, period = (part_of(request.path_params[name]) for name in ("indicator", "period"))
        answer = self._source.ask(
            "explain", {"entity": entity.id, "indicator": indicator, "period": period, **view.question()}
        )
        missing = answer.get("missing")
        is_fragment = bool(request.query_params.get("fragment"))
        return page(
            request, "explanation.html" if is_fragment else "explain.html", view, words, tag=tag, head=head,
            is_fragment=is_fragment, entity=entity, names=names, answer=answer,
            figure=figures.figure(answer["value"], answer["unit"]),
            reason=names.reason(missing, entity.id) if missing else "",
            pieces=list(names.pieces(answer["formula"])),
            steps=steps(answer, names, figures, words), used=used(answer, names, figures, words),
            parameters=parameters(answer, names, figures, words),
        )  # fmt: skip

    def _found(
        self, request: Request, view: View, words: Words, head: Head
    ) -> tuple[Entity, Names, Figures, dict[str, Any]]:
        id_asked = part_of(request.path_params["id"])
        entity = self._source.entities(view, head).get(id_asked)
        if entity is None:
            raise HTTPException(404, words("fault.entity", id=id_asked[:200]))
        declared = self._source.declarations(view, head)
        return entity, Names(declared, words), Figures(view, words), declared

    def show_json(self, request: Request) -> Response:
        """`show` as JSON."""
        return api.show(request, self._source.ask)

    def explain_json(self, request: Request) -> Response:
        """`explain` as JSON."""
        return api.explain(request, self._source.ask)

    def health(self, request: Request) -> Response:
        """Whether the space answers."""
        del request
        return api.answer({"ok": True, "size": self._source.head().size})

    def no_page(self, request: Request, error: Exception) -> Response:
        """What is not there, or cannot be done to it."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        named = error.detail if isinstance(error, HTTPException) and status == 404 else ""
        key = "fault.405" if status == 405 else "fault.404"
        words = _reader(request)[1]
        title = words(key) if named in ("", "Not Found") else named
        if api.is_api(request):
            return api.fault(status, [Issue(place=None, message=title, hint=words(f"{key}.hint"))])
        return _fault(request, status, title, [(None, words(f"{key}.hint"))])

    def refused(self, request: Request, error: Exception) -> Response:
        """A question with faults."""
        issues = error.issues if isinstance(error, Refused) else ()
        if api.is_api(request):
            return api.fault(400, issues)
        said = [(issue.message, issue.hint) for issue in issues]
        return _fault(request, 400, _reader(request)[1]("fault.400"), said)

    def failed(self, request: Request, error: Exception) -> Response:
        """The machine failed. Only what it says for people is shown."""
        issue = error.issue if isinstance(error, Failure) else None
        words = _reader(request)[1]
        if api.is_api(request):
            known = issue or Issue(place=None, message=words("fault.500"), hint=words("fault.500.hint"))
            response = api.fault(500, [known])
        else:
            said = [(issue.message, issue.hint)] if issue else [(None, words("fault.500.hint"))]
            response = _fault(request, 500, words("fault.500"), said)
        response.headers.update(HEADERS)  # this answer may be made outside the guard
        return response


def _reader(request: Request) -> tuple[View, Words]:
    view = view_of(request.query_params, request.cookies)
    return view, words_of(view.language)


def _unchanged(request: Request, tag: str) -> Response:
    response = Response(status_code=304, headers=fresh_headers(tag))
    keep(request, response)
    return response


def _fault(request: Request, status: int, title: str, said: Sequence[tuple[str | None, str]]) -> Response:
    view, words = _reader(request)
    return page(request, "fault.html", view, words, status=status, title=title, said=said, head=None)


def _said(issue: Issue, view: View, words: Words) -> tuple[str, str]:
    """What is wrong and how to mend it; of the form's own fields in the reader's words."""
    for part in ("as_of", "as_known_at"):
        if issue.message.startswith(f"--{part.replace('_', '-')} "):
            said = words("fault.cut", part=words(f"cut.{part}"), text=view.cut.get(part, ""))
            return said, words(f"fault.cut.{part}")
    return issue.message, issue.hint


def _matches(entity: Entity, query: str) -> bool:
    if not query:
        return True
    wanted = _folded(query)
    return wanted in _folded(entity.id) or wanted in _folded(entity.name)


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _page_number(request: Request, found: int) -> int:
    text = request.query_params.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), max(1, -(-found // A_PAGE)))
