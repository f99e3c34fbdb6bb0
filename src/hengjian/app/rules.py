"""The library of rules: `rules` lists them with how good they are in operation, `rule_quality` tells one of them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hengjian.app.alerts import ensure_supervised, states_of
from hengjian.app.backtestkept import kept_backtests
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.question import in_unit
from hengjian.app.wire import Answer
from hengjian.evaluate.parameters import value_at
from hengjian.evaluate.plan import formula_of, home_frame, referred
from hengjian.formula.term import Formula, Programme
from hengjian.intake.text import normal
from hengjian.model.cut import Cut
from hengjian.model.declaration import Parameter, Rule
from hengjian.model.issue import nearest, refuse
from hengjian.supervise.quality import Quality, Raised, quality
from hengjian.supervise.rules import formulas_of

#: So many episodes of a rule are told, the latest first.
MOST_ALERTS = 200


def rules(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Every rule of the space's packs with its quality over the entities whom the reader sees."""
    del question
    ensure_supervised(desk)
    programme = desk.programme()
    episodes, kept = _episodes(desk, programme), kept_backtests(desk)
    about = _about(desk, programme)
    found = [
        _told(desk, programme, rule, episodes.get(rule.name, []), about.get(rule.type, 0), kept.get(rule.name, []))
        for rule in programme.catalogue.rules.values()
    ]
    areas = {name: area.label.record() for name, area in programme.catalogue.areas.items()}
    return {"rules": found, "areas": areas, "today": desk.config.current_day().isoformat(), **mark(desk.sight)}


def rule_quality(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One rule: its text, the lines in force with their sources, its episodes, and the back-tests that were kept."""
    ensure_supervised(desk)
    programme = desk.programme()
    declared = {normal(name): rule for name, rule in programme.catalogue.rules.items()}
    asked = str(question["rule"])
    rule = declared.get(normal(asked))
    if rule is None:
        hint = nearest(asked, programme.catalogue.rules, otherwise="`hengjian rules SPACE` lists them")
        raise refuse(f"no rule is called {asked!r}", hint)
    kept = kept_backtests(desk, rule.name).get(rule.name, [])
    mine = _episodes(desk, programme).get(rule.name, [])
    about = _about(desk, programme).get(rule.type, 0)
    mine = sorted(mine, key=lambda one: (one.since, one.alert), reverse=True)
    shown = mine[:MOST_ALERTS]
    names = {one: state.name for one, state in states_of(desk, Cut(), {each.entity for each in shown}).items()}
    formula = programme.rules[rule.name]
    return {
        **_told(desk, programme, rule, mine, about, kept), "text": _text(rule), "lines": _lines(desk, programme, rule),
        "reads": _reads(programme, formula), "message": rule.message.record(), "declaration": formula.digest,
        "episodes": [_episode(one, names) for one in shown], "episodes_more": len(mine) - len(shown),
        "backtests": kept, "today": desk.config.current_day().isoformat(), **mark(desk.sight),
    }  # fmt: skip


def _about(desk: Desk, programme: Programme) -> dict[str, int]:
    """How many entities that the reader sees are of each type, or of what extends it."""
    kinds, catalogue = Counter(desk.seen_types().values()), programme.catalogue
    return {name: sum(kinds[kind] for kind in catalogue.family(name)) for name in catalogue.types}


def _episodes(desk: Desk, programme: Programme) -> dict[str, list[Raised]]:
    """By rule, what was raised of the entities whom the reader sees."""
    verdicts = _verdicts(desk, programme)
    found: dict[str, dict[str, Raised]] = {}
    names = ("alert", "rule", "entity", "event", "level", "day", "case")
    for _, alert, rule, entity, event, level, day, case in desk.store.event_parts("alert", names):
        if entity not in desk.sight:
            continue
        mine = found.setdefault(rule, {})
        if event in ("raised", "re_raised"):
            mine[alert] = Raised(
                alert=alert, entity=entity, level=level, last_level=level, since=date.fromisoformat(day), until=None,
                verdict=verdicts.get(case),
            )  # fmt: skip
        elif event == "cleared" and alert in mine:
            mine[alert] = replace(mine[alert], until=date.fromisoformat(day))
        elif alert in mine:
            mine[alert] = replace(mine[alert], last_level=level)
    return {rule: list(mine.values()) for rule, mine in found.items()}


def _verdicts(desk: Desk, programme: Programme) -> dict[str, str]:
    """What each case says of the alert that opened it, where its workflow declares what says so."""
    flows = {name: flow.verdict for name, flow in programme.catalogue.workflows.items() if flow.verdict is not None}
    found: dict[str, str] = {}
    if not flows:
        return found
    for _, case, workflow, transition, fields in desk.store.event_parts(
        "case", ("case", "workflow", "transition", "fields")
    ):  # fmt: skip
        declared = flows.get(workflow)
        if declared is None:
            continue
        words = [transition]
        if declared.field is not None:
            words = [str(one["value"]) for one in json.loads(fields or "[]") if one["field"] == declared.field]
        for word in words:
            said = declared.of(word)
            if said is not None:
                found[case] = said
    return found


def _told(
    desk: Desk, programme: Programme, rule: Rule, episodes: Sequence[Raised], about: int,
    kept: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """What a rule is, and how good."""
    area = programme.catalogue.areas.get(rule.area or "")
    formula = programme.rules[rule.name]
    return {
        "rule": rule.name, "label": rule.label.record(), "area": rule.area,
        "area_label": None if area is None else area.label.record(),
        "owner": None if rule.owner is None else rule.owner.record(), "document": rule.document,
        "confidence": rule.confidence, "source": rule.source, "pack": rule.pack, "type": rule.type,
        "frequency": formula.frequency, "scope": rule.scope, "levels": [level for level, _ in rule.levels],
        "from": None if rule.when.valid_from is None else rule.when.valid_from.isoformat(),
        "until": None if rule.until is None else rule.until.isoformat(),
        "opens": rule.opens, "days": rule.days, "about": about,
        **_measured(quality(episodes, today=desk.config.current_day(), about=about)),
        "backtest": _summary(kept[0]) if kept else None,
    }  # fmt: skip


def _measured(found: Quality) -> dict[str, Any]:
    return {
        "raised": {str(year): dict(counts) for year, counts in found.years.items()}, "standing": dict(found.standing),
        "open_days": found.open_days, "closed_days": found.closed_days, "verdicts": dict(found.verdicts),
        "unjudged": found.unjudged, "hit_rate": found.hit_rate, "false_alarm_rate": found.false_alarm_rate,
        "last": None if found.last is None else found.last.isoformat(), "silent": found.silent, "noisy": found.noisy,
    }  # fmt: skip


def _summary(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a kept back-test that fit in a line."""
    names = ("day", "entry", "horizon", "level", "hit_rate", "precision", "false_per_year", "lead_days", "digest")
    return {name: kept[name] for name in names} | {"auc": kept["auc"] and kept["auc"]["value"]}


def _text(rule: Rule) -> dict[str, Any]:
    """What is written of the rule in the formula language."""
    return {
        "levels": [{"level": tier.level, "formula": tier.when.text} for tier in rule.tiers],
        "applies": None if rule.applies is None else rule.applies.text,
        "minimum": None if rule.minimum is None else rule.minimum.text,
        "persists": None if rule.persists is None else {"in": rule.persists.periods, "of": rule.persists.of},
        "clear": None if rule.clear is None else rule.clear.text, "unknown": rule.unknown, "depth": rule.depth,
    }  # fmt: skip


def _lines(desk: Desk, programme: Programme, rule: Rule) -> list[dict[str, Any]]:
    """The parameters that the rule reads, however indirectly, with their values today by class and their sources."""
    formulas = [formula_of(programme, name) for name in (rule.name, *formulas_of(programme, [rule.name]))]
    names = dict.fromkeys(name for formula in formulas for name in sorted(formula.parameters))
    today = desk.config.current_day()
    return [_in_force(programme.catalogue.parameters[name], today) for name in names]


def _in_force(parameter: Parameter, day: date) -> dict[str, Any]:
    value = value_at(parameter, day)
    values = {} if value is None else {name: in_unit(float(one), parameter.unit) for name, one in value.values.items()}
    return {
        "name": parameter.name, "label": parameter.label.record(), "unit": str(parameter.unit),
        "by": list(parameter.by), "from": None if value is None else value.valid_from.isoformat(),
        "source": None if value is None else value.source, "values": values,
        "points": None if value is None or not value.tables else {
            name: [[float(x), float(y)] for x, y in table] for name, table in value.tables.items()
        },
    }  # fmt: skip


def _reads(programme: Programme, formula: Formula) -> list[dict[str, Any]]:
    """The indicators that it stands on, inputs first, and the measures."""
    catalogue = programme.catalogue
    names = dict.fromkeys(name for name, _ in referred(programme, [(formula, home_frame(formula))]))
    indicators = [
        {
            "name": name, "label": catalogue.indicators[name].label.record(),
            "formula": programme.indicators[name].versions[-1].text,
        }
        for name in names
    ]  # fmt: skip
    measures = [
        {"name": name, "label": catalogue.measures[name].label.record(), "formula": None}
        for name in sorted(formula.measures)
    ]
    return [*indicators, *measures]


def _episode(one: Raised, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "alert": one.alert, "entity": one.entity, "name": names.get(one.entity, one.entity),
        "level": one.last_level, "since": one.since.isoformat(),
        "until": None if one.until is None else one.until.isoformat(),
        "verdict": one.verdict,
    }  # fmt: skip
