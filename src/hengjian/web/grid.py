"""Values over time as a table: one row an indicator, one column a period, the latest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hengjian.model.period import FREQUENCIES, Frequency, Period, parse_period
from hengjian.web.figures import Figures
from hengjian.web.names import Names
from hengjian.web.spark import Spark, spark
from hengjian.web.view import View
from hengjian.web.words import Words

_LATEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One value: what is shown, what its tooltip says, and where it is explained; `value` is as it was answered."""

    text: str
    title: str
    address: str
    is_missing: bool
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator or measure; `boxes` stand under the grid's periods, None where there is no value to speak of.

    `unit` is the one shown, `symbol` that of the values; `is_beyond`: others may stand in these, whom the reader does
    not see. A heading has nothing but its label.
    """

    name: str
    label: str
    title: str = ""
    unit: str = ""
    symbol: str = ""
    spark: Spark | None = None
    course: str = ""
    boxes: tuple[Box | None, ...] = ()
    is_heading: bool = False
    is_beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The indicators of one frequency. `years` groups the columns: a heading and how many columns it spans;
    `edges` says of each column whether a group begins with it."""

    frequency: Frequency
    periods: tuple[str, ...]
    years: tuple[tuple[str, int], ...]
    parts: tuple[str, ...]
    edges: tuple[bool, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What a grid is made with."""

    view: View
    words: Words
    names: Names
    figures: Figures
    declarations: Mapping[str, Any]


def grids(entity: str, values: Sequence[Mapping[str, Any]], maker: Maker) -> list[Grid]:
    """One grid a frequency, the finest first; indicators in the order in which they were answered."""
    by_name: dict[str, dict[Period, Mapping[str, Any]]] = {}
    for value in values:
        period = parse_period(str(value["period"]))
        if period is not None:
            by_name.setdefault(str(value["indicator"]), {})[period] = value
    made = []
    for frequency in reversed(FREQUENCIES):
        chosen = {name: cells for name, cells in by_name.items() if any(one.frequency == frequency for one in cells)}
        periods = _shown({one for cells in chosen.values() for one in cells if one.frequency == frequency}, maker.view)
        if periods:
            made.append(_grid(entity, frequency, periods, chosen, maker))
    return made


def _shown(periods: Iterable[Period], view: View) -> list[Period]:
    latest_first = sorted(periods, key=lambda period: period.index, reverse=True)
    if view.span == "year":
        return [period for period in latest_first if (period.end.month, period.end.day) == (12, 31)]
    return latest_first[:_LATEST] if view.span == "12" else latest_first


def _grid(
    entity: str,
    frequency: Frequency,
    periods: Sequence[Period],
    chosen: Mapping[str, Mapping[Period, Mapping[str, Any]]],
    maker: Maker,
) -> Grid:
    heads = [_heading(period) for period in periods]
    return Grid(
        frequency=frequency,
        periods=tuple(map(str, periods)),
        years=tuple((year, len(list(group))) for year, group in groupby(head[0] for head in heads)),
        parts=tuple(part for _, part in heads),
        edges=tuple(not place or heads[place - 1][0] != head[0] for place, head in enumerate(heads)),
        lines=tuple(_line(entity, name, cells, periods, maker) for name, cells in chosen.items()),
    )


def _heading(period: Period) -> tuple[str, str]:
    text = str(period)
    cut = {"day": 7, "hour": 10, "quarter_hour": 10}.get(period.frequency, 4)
    return text[:cut], text[cut + 1 :]


def _line(
    entity: str, name: str, cells: Mapping[Period, Mapping[str, Any]], periods: Sequence[Period], maker: Maker
) -> Line:
    every = maker.declarations
    declared = every.get("indicators", {}).get(name) or every.get("measures", {}).get(name) or {}
    symbol = str(next(iter(cells.values()))["unit"])
    course = [(period, cells[period]["value"]) for period in reversed(periods) if period in cells]
    return Line(
        name=name,
        label=maker.names.label(name),
        title="\n".join(text for text in (name, declared.get("formula", ""), declared.get("source", "")) if text),
        unit=maker.figures.unit(symbol, name),
        symbol=symbol,
        spark=spark([_number(value) for _, value in course]),
        course=_described(name, course, symbol, maker),
        boxes=tuple(_box(entity, cells[period], maker) if period in cells else None for period in periods),
        is_beyond=any(one.get("beyond") for one in cells.values()),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _described(name: str, course: Sequence[tuple[Period, object]], symbol: str, maker: Maker) -> str:
    present = [(period, value) for period, value in course if value is not None]
    ends = dict.fromkeys((present[0], present[-1])) if present else {}
    return " → ".join(f"{period} {maker.figures.figure(value, symbol, name)}" for period, value in ends)


def _box(entity: str, value: Mapping[str, Any], maker: Maker) -> Box:
    missing = value["missing"]
    address = maker.view.address("entity", entity, "explain", str(value["indicator"]), str(value["period"]))
    if missing:
        title = maker.names.reason(missing, entity)
        return Box(text="–", title=title, address=address, is_missing=True, value=None)
    figure = maker.figures.figure(value["value"], str(value["unit"]), str(value["indicator"]))
    basis = value.get("basis")
    title = f"{maker.words(f'basis.{basis}')} · {figure.exact}" if basis else figure.exact
    if value.get("beyond"):
        title = f"{title} · {maker.words('sight.beyond')}"
    return Box(text=figure.text, title=title, address=address, is_missing=False, value=value["value"])
