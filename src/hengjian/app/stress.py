"""`stress`: a declared stress played through: figures and rules before and after, and what there is to play."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengjian.app.beyond import Beyond
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.question import ask, in_unit, known_entity, known_indicators
from hengjian.app.stressed import World, places_in, rules_under, since_of, worlds_of
from hengjian.app.wire import Answer
from hengjian.evaluate.latest import common_row
from hengjian.formula.term import Programme
from hengjian.intake.text import normal
from hengjian.load.kinds import parse_number
from hengjian.model.cut import Cut
from hengjian.model.declaration import Parameter
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.period import Period, parse_period
from hengjian.model.scenario import Stress
from hengjian.supervise.stress import Play, play_of, touched

#: So many figures are told of where the question names no number, and at most.
MOST, LARGEST = 2_000, 100_000


def stress(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"stress","values","entities","period","indicators","rules","most"}` → what changes under it.

    Without `stress`: `{"stresses":[{"name","label","source","parameters","measures"}]}`, what there is to play.
    `values` names sizes other than the declared ones, in their units. `period` is one period; by default the latest
    that most have reported the first stressed measure for. `indicators` None: all that read a stressed measure.

    `figures` are `{"indicator","entity","period","unit","before","after","difference","missing"}`, those that differ,
    by indicator and entity; `missing` says why a figure that was there cannot be told under stress. `summary` counts
    them by indicator, of all whom the reader sees, or that are asked for: `changed`, `up`, `down`, `missing`, `same`.
    `rules` are those that `fires`, turn `graver` or `milder`, or `clears` (`change`), or of which it cannot be told any
    more (`unknown`), with the level before and after. `more` counts figures and rules that are left out. `beyond` marks
    figures in which others may stand whom the reader does not see.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    if question.get("stress") is None:
        return {"stresses": [_told(programme, one) for one in programme.catalogue.stresses.values()]}
    found = known_stress(programme, str(question["stress"]))
    values = _values(programme, found, question.get("values") or {})
    play = play_of(programme, found, values)
    period = _period(desk, programme, cut, found, question.get("period"))
    entities = [known_entity(desk, one) for one in question.get("entities") or ()]
    most = min(int(question.get("most") or MOST), LARGEST)
    answer: Answer = {
        **_told(programme, found), "stress": found.name, "period": str(period),
        "values": {name: in_unit(float(value), programme.catalogue.unit_of(name)) for name, value in values.items()},
        "since": since_of(period).isoformat(),
    }  # fmt: skip
    names = _indicators(programme, play, question.get("indicators"))
    worlds = list(worlds_of(desk, programme, play, cut, names, period))
    figures, summary, left = _figures(desk, programme, worlds, names, entities, most)
    changes, further = rules_under(desk, programme, play, cut, period, entities, most)
    reads = sorted(frozenset().union(*(play.programme.shocks[one].measures for one in play.shocks.values())))
    return answer | {
        "reads": reads, "figures": figures, "summary": summary, "rules": changes, "more": left + further,
        **mark(desk.sight),
    }  # fmt: skip


def known_stress(programme: Programme, asked: str) -> Stress:
    """The stress of a name, compared after NFKC and trimming."""
    declared = programme.catalogue.stresses
    found = {normal(name): one for name, one in declared.items()}.get(normal(asked))
    if found is None:
        none = "take in a pack with stresses.yaml, such as early_warning"
        hint = nearest(asked, declared, otherwise=f"declared are {', '.join(declared)}") if declared else none
        raise refuse(f"no stress is called {asked!r}", hint)
    return found


def _told(programme: Programme, one: Stress) -> Answer:
    """What a stress is made of."""
    catalogue = programme.catalogue
    return {
        "name": one.name, "label": one.label.record(), "source": one.source,
        "parameters": [
            {
                "name": name, "label": catalogue.parameters[name].label.record(),
                "unit": str(catalogue.parameters[name].unit),
                "value": in_unit(_declared(catalogue.parameters[name]), catalogue.parameters[name].unit),
            }
            for name in one.parameters
        ],
        "measures": [
            {
                "measure": shock.measure, "label": catalogue.measures[shock.measure].label.record(),
                "formula": shock.formula.text,
            }
            for shock in one.shocks
        ],
    }  # fmt: skip


def _declared(parameter: Parameter) -> float:
    return float(parameter.values[0].values["default"])


def _values(programme: Programme, found: Stress, asked: Mapping[str, Any]) -> dict[str, Decimal]:
    """The size of each parameter in base units: the one asked for, else the declared one."""
    parameters = programme.catalogue.parameters
    values = {name: parameters[name].values[0].values["default"] for name in found.parameters}
    issues = []
    for name, text in asked.items():
        if name not in values:
            hint = nearest(name, values, otherwise=f"its values are {', '.join(values) or 'none'}")
            issues.append(Issue(place=None, message=f"stress {found.name} has no value {name!r}", hint=hint))
            continue
        unit = parameters[name].unit
        number = parse_number(str(text).strip().removesuffix("%").rstrip())
        is_percent = str(text).strip().endswith("%")
        if number is None or (is_percent and not unit.is_dimensionless):
            hint = f"write a number of {unit}, such as {in_unit(float(values[name]), unit):g}"
            issues.append(Issue(place=None, message=f"the value of {name} is no number: {str(text)!r}", hint=hint))
            continue
        values[name] = number.scaleb(-2) if is_percent else number * unit.scale
    if issues:
        raise Refused(issues)
    return values


def _period(desk: Desk, programme: Programme, cut: Cut, found: Stress, text: Any) -> Period:
    """The period asked for; else the latest that most have reported the first stressed measure for."""
    if text is not None:
        named = parse_period(str(text))
        if named is None:
            raise refuse(f"{str(text)!r} is not one period", "write 2025, 2025-H1, 2025-Q2 or 2025-06")
        return named
    name = found.shocks[0].measure
    kind = programme.catalogue.measures[name].type
    day = cut.as_of or desk.config.current_day()
    for asked in ask(desk, programme, cut, [name], None, None, kind=kind):
        seen = [place for place, one in enumerate(asked.panel.entities) if one in desk.sight]
        last = sum(period.end <= day for period in asked.panel.periods) - 1
        row = common_row([asked.masks[name][:, seen]], last)
        if row is not None:
            return asked.panel.periods[row]
    raise refuse(f"{name} is reported by nobody, so that there is no period to play {found.name} at", "name a period")


def _indicators(programme: Programme, play: Play, asked: Iterable[str] | None) -> list[str]:
    """Those asked for, each of its own type; else all that read a stressed measure."""
    if not asked:
        return touched(play, programme.indicators)
    catalogue = programme.catalogue
    found = []
    for name in asked:
        declared = programme.indicators.get(name) or catalogue.measures.get(name)
        found += known_indicators(programme, [name], declared.type if declared is not None else "")
    return found


def _figures(
    desk: Desk, programme: Programme, worlds: Sequence[World], names: Sequence[str], entities: Sequence[str], most: int
) -> tuple[list[Answer], list[Answer], int]:
    """Rows, counts by indicator, and how many rows are left out."""
    by_name = {name: world for world in worlds for name in world.formulas}
    rows: list[Answer] = []
    summary: list[Answer] = []
    left = 0
    for name in names:
        if name not in by_name:
            continue
        world = by_name[name]
        unit = world.formulas[name].unit
        counts = dict.fromkeys(("up", "down", "missing", "same"), 0)
        walk = None if desk.sight.is_everything else Beyond(desk, programme, world.scene)
        for place in places_in(desk, world.panel, entities):
            before, after, reason = world.cell(name, place)
            if before is None and after is None:
                continue
            is_same = before == after
            counts[
                "same"
                if is_same
                else "missing"
                if after is None or before is None
                else "up"
                if after > before
                else "down"
            ] += 1
            if is_same:
                continue
            if len(rows) >= most:
                left += 1
                continue
            one = world.panel.entities[place]
            row = _row(name, one, world, unit, before, after, reason)
            is_beyond = walk is not None and walk.reads_others(world.formulas[name], [one])
            rows.append(row | ({"beyond": True} if is_beyond else {}))
        if any(counts.values()):
            summary.append({
                "indicator": name, "type": world.formulas[name].type,
                "changed": counts["up"] + counts["down"], **counts,
            })  # fmt: skip
    return rows, summary, left


def _row(
    name: str, entity: str, world: World, unit: Any, before: float | None, after: float | None, reason: str | None
) -> Answer:
    told = [None if one is None else in_unit(one, unit) for one in (before, after)]
    difference = None if before is None or after is None else in_unit(after - before, unit)
    return {
        "indicator": name, "entity": entity, "period": str(world.panel.periods[world.row]), "unit": str(unit),
        "before": told[0], "after": told[1], "difference": difference, "missing": reason,
    }  # fmt: skip
