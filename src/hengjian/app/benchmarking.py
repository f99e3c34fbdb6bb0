"""`benchmark`: an enterprise against a peer set, indicator by indicator, with its shortboards and what is done."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hengjian.app.benchmarkbands import bands_for
from hengjian.app.benchmarkfigures import Compared, compared
from hengjian.app.benchmarkrows import Asked, factors_of, row
from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.peersets import PeerSet, known_set, set_record
from hengjian.app.peersets import peers as peers
from hengjian.app.question import known_entity, known_indicators
from hengjian.app.scorecards import in_force
from hengjian.app.scorefigures import formula_named
from hengjian.app.wire import Answer
from hengjian.casework.case import Case, case_of
from hengjian.casework.fields import value_of
from hengjian.formula.term import Formula, Programme
from hengjian.intake.text import quoted
from hengjian.model.cut import Cut
from hengjian.model.issue import refuse
from hengjian.model.period import PER_YEAR, Period, parse_period
from hengjian.model.scorecard import Direction
from hengjian.supervise.benchmark import Better

#: The field of a workflow's opening that says of which indicator a task is, and that which keeps its figure then.
INDICATOR, VALUE_THEN = "indicator", "value_then"


def benchmark(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"entity","period","peers","indicators"?}` → the entity against the peer set, indicator by indicator.

    A row is `{"indicator","label","unit","better","value","missing","source","entry","count","peers","enough",
    "position","gaps","short","companies","trend","course","factors","bands","tasks","reads"}`, figures as decimal texts
    in `unit`. `count`: so many figures are compared, one's own among them; where they are fewer than the set's minimum
    (`enough` false) there is no `position` and no gap to a quantile. `position` is `{"percentile","quartile","place"}`,
    100 and 1 the best; `gaps` by `median`, `p75`, `p90` (of the peers without oneself), `best` and `named`: `{"to",
    "absolute","relative","in_spread","ahead","years","why","growth","growth_of_target"}`. `factors` takes the gap of a
    product of indicators apart. `short` lists the shortboards: indicators below the set's percentile.

    Indicators: those asked for, else those that the set names, else those that scorecards score and somebody has, of
    which there are enough figures first.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    entity = known_entity(desk, str(question["entity"]))
    period = _period(str(question["period"]))
    programme = desk.programme(cut.known_at)
    one = known_set(desk, str(question["peers"]), cut.known_at)
    if one.entity is not None and one.entity != entity:
        raise refuse(f"the peer set {quoted(one.id)} is for {quoted(one.entity)}", "name another set, or that entity")
    ways = _directions(programme, desk.entity_types()[entity], one, period)
    formulas = _formulas(programme, desk.entity_types()[entity], one, ways, question.get("indicators"))
    factors = {name: factors_of(formula, period) for name, formula in formulas.items()}
    more = {
        name: factor for names in factors.values() for name in names
        if name not in formulas and (factor := formula_named(programme, name)) is not None
    }  # fmt: skip
    figures = compared(desk, programme, cut, one, entity, {**formulas, **more}, period)
    asked = Asked(peers=one, figures=figures, period=period)
    rows = [row(asked, formula, ways.get(name)) for name, formula in formulas.items()]
    if not question.get("indicators") and not one.indicators:
        rows = sorted((found for found in rows if _is_told(found)), key=lambda found: not found["enough"])
    for found in rows:
        name = found["indicator"]
        found |= {"label": _label(programme, name), "reads": [name, *factors[name]]}
    _add_bands(desk, programme, cut, entity, period, rows)
    _add_tasks(desk, cut, entity, rows)
    types = desk.entity_types()
    day = cut.as_of or desk.config.current_day()
    return {
        "entity": entity, "name": desk.names(cut, day).get(entity, entity), "period": str(period),
        "set": set_record(desk, one, types), "rows": rows,
        "short": [found["indicator"] for found in rows if found["short"]], "labels": _labels(programme, more),
        "years": [str(at) for at in reversed(figures.periods)], **_missing(figures, rows), **mark(desk.sight),
    }  # fmt: skip


def _period(text: str) -> Period:
    found = parse_period(text)
    if found is None or found.frequency not in PER_YEAR:
        raise refuse(f"{text!r} is not one period", "write 2025, 2025-H1, 2025-Q2 or 2025-06")
    return found


def _directions(programme: Programme, kind: str, one: PeerSet, period: Period) -> dict[str, Better | None]:
    """What is better of each indicator: as the set says, else as the first scorecard in force that scores it."""
    catalogue = programme.catalogue
    found: dict[str, Better | None] = {name: better for name, better in one.indicators.items() if better is not None}
    for card in catalogue.scorecards.values():
        if not in_force(card, period) or not catalogue.descends(kind, card.type):
            continue
        for item in card.root.walk():
            name = "" if item.value is None else item.value.text.strip().strip("`")
            if name in programme.indicators or name in catalogue.measures:
                found.setdefault(name, _better(item.direction))
    return found


def _better(direction: Direction) -> Better | None:
    return None if direction == "free" else direction


def _formulas(
    programme: Programme, kind: str, one: PeerSet, ways: Mapping[str, Better | None], asked: Iterable[str] | None
) -> dict[str, Formula]:
    wanted = list(asked or ())
    names: Sequence[str] = known_indicators(programme, wanted, kind) if wanted else list(one.indicators or ways)
    descends = programme.catalogue.descends
    found = {name: formula for name in names if (formula := formula_named(programme, name)) is not None}
    return {name: formula for name, formula in found.items() if descends(kind, formula.type)}


def _label(programme: Programme, name: str) -> dict[str, str]:
    catalogue = programme.catalogue
    declared = catalogue.indicators.get(name) or catalogue.measures[name]
    return declared.label.record()


def _labels(programme: Programme, names: Iterable[str]) -> dict[str, dict[str, str]]:
    return {name: _label(programme, name) for name in names}


def _is_told(found: Answer) -> bool:
    return found["value"] is not None or any(one["value"] is not None for one in found["companies"])


def _missing(figures: Compared, rows: Sequence[Answer]) -> Answer:
    """How many figures of members are lacking: they stay so, and are compared with nothing."""
    lacking = sum(one["value"] is None for found in rows for one in found["companies"])
    return {"members": len(figures.members), "lacking": lacking}


def _add_bands(desk: Desk, programme: Programme, cut: Cut, entity: str, period: Period, rows: Sequence[Answer]) -> None:
    """The band of a standard that each figure reaches, where a scorecard in force scores it by one."""
    names = [found["indicator"] for found in rows if found["value"] is not None]
    bands = bands_for(desk, programme, entity, period, cut.known_at, names)
    for found in rows:
        one = bands.get(found["indicator"])
        found["bands"] = None if one is None else one.record(found["value"])


def _add_tasks(desk: Desk, cut: Cut, entity: str, rows: Sequence[Answer]) -> None:
    """The tasks that were opened for each indicator, with its figure then and now."""
    tasks = [_task(one) for one in _cases(desk, cut, entity)]
    for found in rows:
        found["tasks"] = [
            {**task, "value_now": found["value"]} for task in tasks if task[INDICATOR] == found["indicator"]
        ]


def _cases(desk: Desk, cut: Cut, entity: str) -> list[Case]:
    every = [case_of(record_of(event)) for event in desk.store.latest_events("case", known_at=cut.known_at)]
    return [one for one in every if one.entity == entity and value_of(one.filled, INDICATOR) is not None]


def _task(one: Case) -> Answer:
    return {
        "case": one.case, "title": one.title, "workflow": one.workflow, "state": one.state, "ended": one.ended,
        "opened": one.opened.isoformat(), "deadline": one.deadline.isoformat(),
        INDICATOR: value_of(one.filled, INDICATOR), VALUE_THEN: value_of(one.filled, VALUE_THEN),
    }  # fmt: skip
