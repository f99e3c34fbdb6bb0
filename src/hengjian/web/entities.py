"""The list of all that is registered, with a search."""

import unicodedata
from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.source import Entity, Source
from hengjian.web.visit import Visit, getting

A_PAGE = 200


def routes(source: Source) -> list[Route]:
    """`/entities`."""
    return [Route("/entities", getting(source, listed))]


def listed(visit: Visit) -> Response:
    """The list of what is registered, with a search."""
    every = visit.entities()
    query = visit.query.get("q", "").strip()[:100]
    kind = visit.query.get("type", "")
    found = [one for one in every.values() if matches(one, query) and kind in ("", one.type)]
    if wanted(visit):
        names = visit.names()
        columns = [ExportColumn(title=visit.words(f"column.{part}")) for part in ("id", "name", "type")]
        rows = [(one.id, one.name, names.type(one.type)) for one in found]
        return exported(visit, visit.words("entities"), columns, rows)
    number = page_number(visit.request, len(found))
    return visit.page(
        "entities.html", names=visit.names(), query=query, kind=kind,
        shown=found[(number - 1) * A_PAGE : number * A_PAGE], found=len(found), count=len(every),
        types=sorted(Counter(one.type for one in every.values()).items()),
        number=number, pages=max(1, -(-len(found) // A_PAGE)),
    )  # fmt: skip


def matches(entity: Entity, query: str) -> bool:
    """Whether a search finds an entity by its id or name."""
    if not query:
        return True
    wanted = _folded(query)
    return wanted in _folded(entity.id) or wanted in _folded(entity.name)


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def page_number(request: Request, found: int) -> int:
    """The page of a list of `found` rows that the address names, from 1."""
    text = request.query_params.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), max(1, -(-found // A_PAGE)))
