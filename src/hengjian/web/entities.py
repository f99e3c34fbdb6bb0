"""The list of all that is registered, with a search."""

from collections import Counter

from starlette.responses import Response
from starlette.routing import Route

from hengjian.web.board import folded
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.paging import paged
from hengjian.web.source import Entity
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall


def routes(wall: Wall) -> list[Route]:
    """`/entities`."""
    return [Route("/entities", getting(wall, listed))]


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
        cut = "" if visit.visitor.sees_everybody else f" {visit.words('sight.file')}"
        return exported(visit, f"{visit.words('entities')}{cut}", columns, rows)
    page = paged(visit.query, found)
    return visit.page(
        "entities.html", names=visit.names(), query=query, kind=kind,
        shown=page.rows, found=len(found), count=len(every),
        types=sorted(Counter(one.type for one in every.values()).items()),
        number=page.number, pages=page.pages,
    )  # fmt: skip


def matches(entity: Entity, query: str) -> bool:
    """Whether a search finds an entity by its id or name."""
    if not query:
        return True
    wanted = folded(query)
    return wanted in folded(entity.id) or wanted in folded(entity.name)
