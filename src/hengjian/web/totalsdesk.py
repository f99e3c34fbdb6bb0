"""What a page of totals is about: whose totals they are, its figures over time, and the period shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.model.period import Period, parse_period
from hengjian.web.source import Entity
from hengjian.web.visit import Visit

#: What stands about a total, in the order of the table.
ABOUT = ("total", "growth", "like_for_like", "target", "progress", "schedule", "ahead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One figure as it is shown, and where it is explained; `late` is its own period where that is an older one."""

    value: float | None
    symbol: str
    text: str
    title: str
    address: str
    late: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the page is about: the declared page, the entity whose totals they are, its figures by name and period.

    `partial` says that the totals count others, whom the reader does not see; empty where they do not.
    """

    name: str
    page: Mapping[str, Any]
    office: Entity
    cells: Mapping[str, Mapping[str, Mapping[str, Any]]]
    periods: Sequence[Period]
    period: Period
    partial: str = ""

    @property
    def totals(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.page["totals"]
        return found


def declared_pages(visit: Visit) -> dict[str, Mapping[str, Any]]:
    """The pages of totals that packs declare, by name."""
    return {name: one for name, one in visit.declarations().get("pages", {}).items() if one.get("totals")}


def offices_of(visit: Visit, page: Mapping[str, Any]) -> list[Entity]:
    """Those whose totals a page may show."""
    return [one for one in visit.entities().values() if visit.applies(page, one.type)]


def desk_of(visit: Visit) -> Desk | str:
    """What the reader asked for; else the key of the text that says what is not there."""
    pages = declared_pages(visit)
    asked = visit.query.get("board", "")
    name = asked if asked in pages else next(iter(pages), "")
    if not name:
        return "operation.undeclared"
    page = pages[name]
    offices = offices_of(visit, page)
    if not offices:
        return "operation.nobody" if visit.visitor.sees_everybody else "operation.unseen"
    office = next((one for one in offices if one.id == visit.query.get("office")), offices[0])
    totals = page["totals"]
    about = list(dict.fromkeys(one[key] for one in totals["figures"] for key in ABOUT if one.get(key)))
    cells = _cells(visit, office, list(dict.fromkeys([*about, *page["columns"]])), None)
    first = [cells.get(one["total"], {}) for one in totals["figures"]]
    periods = _periods(visit, totals, {period for one in first for period in one})
    if not periods:
        return "operation.nothing"
    by_text = {str(one): one for one in periods}
    whole = [one for one in periods if all(value_of(cell.get(str(one))) is not None for cell in first)]
    chosen = by_text.get(visit.query.get("period", "")) or (whole or periods)[-1]
    if chosen not in whole:  # without a period asked for, what has no figure is not answered, nor why
        for name, by_period in _cells(visit, office, about, str(chosen)).items():
            cells.setdefault(name, {}).update(by_period)
    partial = _partial(visit, office, [one["total"] for one in totals["figures"]], cells, str(chosen))
    return Desk(name=name, page=page, office=office, cells=cells, periods=periods, period=chosen, partial=partial)


def _partial(
    visit: Visit, office: Entity, totals: Sequence[str], cells: Mapping[str, Mapping[str, Mapping[str, Any]]],
    period: str,
) -> str:  # fmt: skip
    """What is said where totals count others, whom the reader does not see: how many, as an explanation counts them."""
    marked = [name for name in totals if cells.get(name, {}).get(period, {}).get("beyond")]
    if not marked:
        return ""
    withheld = visit.ask("explain", entity=office.id, indicator=marked[0], period=period).get("withheld")
    count = withheld["entities"] if isinstance(withheld, Mapping) else 0
    return visit.words("sight.total", count=count) if count else visit.words("sight.total.some")


def _cells(
    visit: Visit, office: Entity, names: list[str], period: str | None
) -> dict[str, dict[str, Mapping[str, Any]]]:
    """The figures of an entity by name and period."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for one in visit.ask("show", entity=office.id, indicators=names, period=period)["values"]:
        found.setdefault(str(one["indicator"]), {})[str(one["period"])] = one
    return found


def _periods(visit: Visit, totals: Mapping[str, Any], known: set[str]) -> list[Period]:
    """From the first total to the last one, or to what most members have reported where that is later."""
    member = totals["figures"][0]["member"]
    (column,) = visit.ask("portfolio", type=totals["members"], columns=[member], period=None)["columns"]
    found = [one for text in [*known, column["period"] or ""] if (one := parse_period(text)) is not None]
    if not known or not found:
        return []
    start, end = min(found, key=lambda one: one.end), max(found, key=lambda one: one.end)
    return [start.shift(step) for step in range(end.index - start.index + 1)]


def value_of(record: Mapping[str, Any] | None) -> float | None:
    """The figure of an answered value; None where there is none."""
    value = None if record is None else record["value"]
    return float(value) if isinstance(value, int | float) else None


def own_box(visit: Visit, desk: Desk, name: str) -> Box:
    """A figure of the office at the period shown."""
    record = desk.cells.get(name, {}).get(str(desk.period))
    address = visit.view.address("entity", desk.office.id, "explain", name, str(desk.period))
    if record is None or record["value"] is None:
        missing = record["missing"] if record else None
        said = visit.names().reason(missing, desk.office.id) if missing else visit.words("portfolio.never")
        return Box(value=None, symbol="", text="–", title=said, address=address)
    figure = visit.figures().figure(record["value"], record["unit"])
    title = f"{figure.exact} · {visit.words('sight.beyond')}" if record.get("beyond") else figure.exact
    return Box(value=value_of(record), symbol=record["unit"], text=figure.text, title=title, address=address)
