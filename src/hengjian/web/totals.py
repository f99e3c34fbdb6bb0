"""经济运行: what the linked entities come to, against last year and the targets, class by class and one by one.

Which figures these are, a pack declares: the page of a type that has `totals`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.web import totalsfile
from hengjian.web.exporting import wanted
from hengjian.web.grid import Grid, Maker, grids
from hengjian.web.parts import parts
from hengjian.web.spark import Spark, spark
from hengjian.web.totalsdesk import ABOUT, Box, Desk, declared_pages, desk_of, offices_of, own_box, value_of
from hengjian.web.totalstable import Table, part_of, rows_of, table_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: So many periods does the course of a total go back, and so many stand in the table of the rest.
_COURSE, _REST = 24, 6
#: What a form must carry along.
_KEPT = ("board", "office", "period", "figure", "by", "part", "sort")


def routes(wall: Wall) -> list[Route]:
    """`/operation`."""
    return [Route("/operation", getting(wall, operation))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A headline: its figures by what they are (None: not declared), its course, and whether the page is about it.

    `done` and `due` are the parts of the target that are reached and due, from 0 to 1, for a bar.
    """

    name: str
    label: str
    unit: str
    boxes: Mapping[str, Box | None]
    course: Spark | None
    is_chosen: bool
    done: float | None
    due: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A heading: `sort` sorts by it, `order` says how it is sorted now (empty: not)."""

    label: str
    title: str
    unit: str
    sort: str
    order: str


def operation(visit: Visit) -> Response:
    """The page, or one of its three tables as a file."""
    desk = desk_of(visit)
    if isinstance(desk, str):
        return visit.page("operation.html", desk=None, nothing=desk)
    every, asked = desk.totals["figures"], visit.query.get("figure", "")
    headline = next((one for one in every if one["total"] == asked), every[0])
    lines = [_line(visit, desk, one, one is headline) for one in every]
    table = table_of(visit, desk, headline)
    by = visit.query.get("by", "")
    by = by if by in desk.totals["by"] else next(iter(desk.totals["by"]), "")
    found = parts(table.members, by) if by else []
    rows = rows_of(visit, table, by)
    declared = visit.declarations()["types"][desk.totals["members"]]["attributes"]
    divisions = {one: visit.words.label(declared.get(one), one) for one in desk.totals["by"]}
    symbol = str(table.columns[0]["unit"])
    if wanted(visit):
        match visit.query.get("table"):
            case "headlines":
                return totalsfile.headlines_file(visit, desk, _about(desk), {one.name: one.boxes for one in lines})
            case "parts":
                return totalsfile.parts_file(visit, desk, divisions.get(by, ""), headline, symbol, found)
        return totalsfile.members_file(visit, desk, table, rows)
    figures = visit.figures()
    return visit.page(
        "operation.html", desk=desk, label=visit.words.label(desk.page, desk.name), boards=_boards(visit),
        offices=offices_of(visit, desk.page), lines=lines, about=_about(desk), units=_units(visit, lines), by=by,
        divisions=divisions, parts=found,
        member=visit.names().label(headline["member"]), write=figures.writer(symbol), unit=figures.unit(symbol),
        ratio=figures.writer("ratio"), percent=figures.unit("ratio"), table=table, rows=rows,
        heads=_heads(visit, table), part=part_of(visit), later=_later(desk),
        waiting=[one for one in table.members if one.value is None], rest=_rest(visit, desk),
        series=_series(visit, desk, headline), entity=desk.office,
        keeping=[(key, text) for key in _KEPT if (text := visit.query.get(key))],
    )  # fmt: skip


def _boards(visit: Visit) -> list[tuple[str, str]]:
    return [(name, visit.words.label(one, name)) for name, one in declared_pages(visit).items()]


def _later(desk: Desk) -> str:
    """The last period, where the one shown is an earlier one."""
    return str(desk.periods[-1]) if desk.periods[-1] != desk.period else ""


def _about(desk: Desk) -> list[str]:
    """What stands about any of the totals."""
    return [key for key in ABOUT if any(one.get(key) for one in desk.totals["figures"])]


def _units(visit: Visit, lines: Sequence[Line]) -> dict[str, str]:
    """The units of what stands about the totals, where all have one; amounts have those of their lines."""
    found = {}
    for key in ABOUT:
        symbols = {box.symbol for line in lines if (box := line.boxes[key]) is not None and box.symbol}
        if len(symbols) == 1 and key not in ("total", "target"):
            found[key] = visit.figures().unit(*symbols)
    return found


def _line(visit: Visit, desk: Desk, headline: Mapping[str, Any], is_chosen: bool) -> Line:
    boxes = {key: own_box(visit, desk, headline[key]) if headline.get(key) else None for key in ABOUT}
    course = [one for one in desk.periods if one.end <= desk.period.end][-_COURSE:]
    cells = desk.cells.get(headline["total"], {})
    done, due = boxes["progress"], boxes["schedule"]
    every = {**visit.declarations()["measures"], **visit.declarations()["indicators"]}
    return Line(
        name=headline["total"], label=visit.names().label(headline["total"]), boxes=boxes, is_chosen=is_chosen,
        unit=visit.figures().unit(every[headline["total"]]["unit"]),
        course=spark([value_of(cells.get(str(one))) for one in course]),
        done=None if done is None or done.value is None else min(max(done.value, 0.0), 1.0),
        due=None if due is None or due.value is None else min(max(due.value, 0.0), 1.0),
    )  # fmt: skip


def _heads(visit: Visit, table: Table) -> list[Head]:
    """The headings of the table of members."""
    declared, now = visit.declarations(), visit.query.get("sort") or "-0"
    heads = []
    for place, column in enumerate(table.columns):
        name = column["name"]
        told = declared.get("indicators", {}).get(name) or declared.get("measures", {}).get(name) or {}
        order = {str(place): "ascending", f"-{place}": "descending"}.get(now, "")
        heads.append(Head(
            label=visit.names().label(name), unit=visit.figures().unit(column["unit"]), order=order,
            title="\n".join(text for text in (name, told.get("formula", ""), told.get("source", "")) if text),
            sort=str(place) if order == "descending" else f"-{place}",
        ))  # fmt: skip
    return heads


def _rest(visit: Visit, desk: Desk) -> list[Grid]:
    """The other figures of the page over the last periods."""
    shown = {str(one) for one in [one for one in desk.periods if one.end <= desk.period.end][-_REST:]}
    values = [
        one for name in desk.page["columns"] for period, one in desk.cells.get(name, {}).items() if period in shown
    ]  # fmt: skip
    maker = Maker(
        view=visit.view, words=visit.words, names=visit.names(), figures=visit.figures(),
        declarations=visit.declarations(),
    )  # fmt: skip
    return grids(desk.office.id, values, maker)


def _series(visit: Visit, desk: Desk, headline: Mapping[str, Any]) -> str:
    """The address of the chosen total's figures over time."""
    return visit.view.address("api", "series", desk.office.id, only=headline["total"])
