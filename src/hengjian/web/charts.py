"""Charts: the indicators of a board over all periods, each with its table; the figures come as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.period import parse_period
from hengjian.web.api import answer
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.figures import Figures
from hengjian.web.profile import FEW, profile
from hengjian.web.source import Entity
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: Charts where no board is declared.
_MOST = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One indicator: its latest figure, and all of them with period, text and where each is explained, latest first.
    `is_beyond`: others may stand in them, whom the reader does not see."""

    name: str
    label: str
    unit: str
    period: str
    latest: str
    rows: tuple[tuple[str, str, str], ...]
    is_beyond: bool = False


def routes(wall: Wall) -> list[Route]:
    """`/entity/{id}/charts`, and its figures as JSON."""
    return [
        Route("/entity/{id}/charts", getting(wall, charts)),
        Route("/api/series/{id}", getting(wall, series)),
    ]


def boards(visit: Visit, kind: str) -> dict[str, Mapping[str, Any]]:
    """The boards that packs declare for a type, by name."""
    return {name: one for name, one in visit.declarations().get("pages", {}).items() if visit.applies(one, kind)}


def charts(visit: Visit) -> Response:
    """The page: without its script the tables say the same."""
    entity = visit.entity()
    board, values = _figures(visit, entity)
    names, figures = visit.names(), visit.figures()
    if wanted(visit):
        return _file(visit, entity, values)
    made = [_chart(visit, entity, name, cells, figures) for name, cells in values.items()]
    address = visit.view.address("api", "series", entity.id, board=board) if board else visit.view.address(
        "api", "series", entity.id
    )  # fmt: skip
    return visit.page(
        "charts.html", entity=entity, names=names, profile=profile(visit, entity, "charts"), few=FEW, charts=made,
        boards=[(name, visit.words.label(one, name)) for name, one in boards(visit, entity.type).items()],
        board=board, series=address, keeping=[("board", board)] if visit.query.get("board") else [],
    )  # fmt: skip


def series(visit: Visit) -> Response:
    """The same figures in the reader's units, oldest first, null where there is none; `only` one of any board."""
    entity = visit.entity()
    only = visit.query.get("only")
    values = _by_name(visit, entity, [only]) if only else _figures(visit, entity)[1]
    figures = visit.figures()
    found = []
    for name, cells in values.items():
        factor = float(figures.scale(cells[0]["unit"]).factor)
        found.append({
            "name": name, "label": visit.names().label(name), "unit": figures.unit(cells[0]["unit"], name),
            "periods": [one["period"] for one in cells],
            "values": [None if one["value"] is None else one["value"] * factor for one in cells],
        })  # fmt: skip
    return answer({"entity": entity.id, "series": found})


def _figures(visit: Visit, entity: Entity) -> tuple[str, dict[str, list[Mapping[str, Any]]]]:
    """The board shown, and its values by name, by period: the one asked for, else the first one with figures."""
    every = boards(visit, entity.type)
    asked = visit.query.get("board", "")
    choices = [asked] if asked in every else list(every)
    declared = visit.declarations().get("indicators", {})
    if not choices:
        names = [name for name, one in declared.items() if visit.applies(one, entity.type)][:_MOST]
        return "", _by_name(visit, entity, names)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for board in choices:
        found = _by_name(visit, entity, every[board]["columns"])
        if found:
            return board, found
    return choices[0], found


def _by_name(visit: Visit, entity: Entity, names: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Truths are no figures, and left out; so is what has no value at all."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in visit.ask("show", entity=entity.id, indicators=list(names))["values"] if names else ():
        found.setdefault(str(one["indicator"]), []).append(one)
    return {
        name: _whole(cells)
        for name, cells in found.items()
        if any(one["value"] is not None and not isinstance(one["value"], bool) for one in cells)
    }


def _whole(cells: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every period from the first to the last, those between that were not reported included."""
    by_period = {period: one for one in cells if (period := parse_period(str(one["period"]))) is not None}
    first, last = min(by_period, key=lambda one: one.index), max(by_period, key=lambda one: one.index)
    blank = {"value": None, "unit": cells[0]["unit"]}
    steps = [first.shift(step) for step in range(last.index - first.index + 1)]
    return [by_period.get(period, {**blank, "period": str(period)}) for period in steps]


def _chart(visit: Visit, entity: Entity, name: str, cells: Sequence[Mapping[str, Any]], figures: Figures) -> Chart:
    symbol = str(cells[0]["unit"])
    write = figures.writer(symbol, name)
    present = [one for one in cells if one["value"] is not None]
    return Chart(
        name=name, label=visit.names().label(name), unit=figures.unit(symbol, name),
        period=str(present[-1]["period"]), latest=write(present[-1]["value"]),
        rows=tuple(
            (
                str(one["period"]), write(one["value"]),
                visit.view.address("entity", entity.id, "explain", name, str(one["period"])),
            )
            for one in reversed(present)
        ),
        is_beyond=any(one.get("beyond") for one in cells),
    )  # fmt: skip


def _file(visit: Visit, entity: Entity, values: Mapping[str, Sequence[Mapping[str, Any]]]) -> Response:
    """A row a period, a column an indicator."""
    names = visit.names()
    columns = [ExportColumn(title=visit.words("charts.period"))]
    columns += [ExportColumn(title=names.label(name), unit=str(cells[0]["unit"])) for name, cells in values.items()]
    tables = [{str(one["period"]): one["value"] for one in cells} for cells in values.values()]
    periods = sorted({period for table in tables for period in table}, reverse=True)
    rows = [[period, *(table.get(period) for table in tables)] for period in periods]
    return exported(visit, f"{entity.name} {visit.words('entity.tab.charts')}", columns, rows)
