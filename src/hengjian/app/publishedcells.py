"""The filed cells on which the figures of a score stand, as its explanation lists them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.explain import origins
from hengjian.app.moment import parse_cut
from hengjian.app.question import period_asked, scene_for
from hengjian.evaluate.explain import examine, explain_cell
from hengjian.formula.term import Programme
from hengjian.model.period import Period
from hengjian.reports.sources import MOST, walk

#: Channels that are a basis of filings.
_BASES = frozenset({"audited", "assessed"})
Cells = dict[str, list[dict[str, Any]]]


def cells_of(desk: Desk, result: Mapping[str, Any]) -> Cells:
    """By item the filed cells of its figure, each with the measure's label: the first few of the entity's own, and how
    many there are in all (`count`), with those of others. Figures that departments confirmed name their own source.
    """
    cut = parse_cut(dict(result["known"]), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    together: dict[tuple[str, str, Period, str], dict[str, list[str]]] = {}
    for item, name, period in _asked(programme, result):
        formula = programme.indicators[name]
        channel = str(item.get("channel"))
        key = formula.type, formula.frequency, period, channel if channel in _BASES else "best"
        together.setdefault(key, {}).setdefault(name, []).append(str(item["item"]))
    found: Cells = {}
    for (_, _, period, basis), items in together.items():
        asked = {**result["known"], "basis": basis}
        for name, cells in _leaves(desk, programme, str(result["entity"]), list(items), period, asked):
            found |= {item: cells for item in items[name] if cells}
    return found


def _asked(programme: Programme, result: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, Period]]:
    """The items whose figures are indicators, with the period of their formula."""
    for item in walk(result["items"]):
        figure = (item.get("note") or {}).get("figure") or {}
        name = str(figure.get("indicator"))
        if name not in programme.indicators or item.get("value") is None or item.get("channel") == "confirmed":
            continue
        period = period_asked(programme.indicators[name], str(figure.get("period", result["period"])))
        if period is not None:
            yield item, name, period[0]


def _leaves(
    desk: Desk, programme: Programme, entity: str, names: Sequence[str], period: Period, asked: Mapping[str, Any]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What each of some indicators of one frequency was computed of."""
    cut = parse_cut(dict(asked), desk.config.timezone)
    formulas = [programme.indicators[name] for name in names]
    scene = scene_for(desk, programme, cut, formulas, [entity], (period, period))
    workings = examine(programme, names, scene, entity)
    for name in names:
        leaves = explain_cell(workings, name, period).leaves
        stated = [
            (leaf, where) for leaf, where in zip(leaves, origins(desk, cut, leaves), strict=True)
            if where["entry"] is not None
        ]  # fmt: skip
        measures = programme.catalogue.measures
        yield (
            name,
            [
                {**leaf.record(), **where, "label": measures[leaf.measure].label.zh, "count": len(stated)}
                for leaf, where in [one for one in stated if one[0].entity == entity][:MOST]
            ],
        )
