"""The cross-section of `backtest`: each entity once, at its latest period or a named one, against its outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hengjian.app.backtestlabels import Labels
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.question import no_period, period_asked, running
from hengjian.app.wire import Answer
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.plan import formula_of
from hengjian.formula.term import Programme
from hengjian.intake.text import normal
from hengjian.model.cut import Cut
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Scene
from hengjian.supervise.backtestcross import Scored, scored_indicator, scored_record, scored_rule
from hengjian.supervise.backtestdistance import distance, joined
from hengjian.supervise.rules import formulas_of


def cross_section(desk: Desk, programme: Programme, labels: Labels, question: Mapping[str, Any]) -> Answer:
    """Of each named rule or indicator: how well it tells those apart of whom `labels` say that it happened.

    `worse` says which values of an indicator are the worse ones, where no rule does; `probability`, that its values are
    probabilities of the event.
    """
    names = _names(programme, question.get("rules") or ())
    cut = parse_cut(dict(question), desk.config.timezone)
    found = [_told(desk, programme, name, labels, cut, question) for name in names]
    return {
        "rules": found, "cross_section": True, "period": question.get("period"), "entities": len(labels.outcomes),
        "labels": {"file": labels.file, "sha256": labels.digest, "events": sum(labels.outcomes.values())},
        "declarations": dict(desk.shelf.hashes()), **mark(desk.sight),
    }  # fmt: skip


def _names(programme: Programme, asked: Iterable[object]) -> list[str]:
    known = {normal(name): name for name in (*programme.rules, *programme.indicators)}
    names = list(dict.fromkeys(known.get(normal(str(name)), str(name)) for name in asked))
    if not names:
        raise refuse("a cross-section names no rule and no indicator", "name some: `hengjian rules SPACE` lists rules")
    issues = [
        Issue(
            place=None, message=f"no rule or indicator is called {name!r}",
            hint=nearest(name, known.values(), otherwise="`hengjian rules SPACE` lists the rules"),
        )
        for name in names
        if name not in known.values()
    ]  # fmt: skip
    if issues:
        raise Refused(issues)
    return names


def _told(
    desk: Desk, programme: Programme, name: str, labels: Labels, cut: Cut, question: Mapping[str, Any]
) -> dict[str, Any]:
    is_rule = name in programme.rules
    scored = (_of_rule if is_rule else _of_indicator)(desk, programme, name, cut, question)
    is_probability = bool(question.get("probability"))
    if is_probability and not scored.is_probability(labels.outcomes):
        hint = "leave --probability out: it is calibrated by quantiles then"
        raise refuse(f"{name} is no probability of the worse: a value lies outside 0 to 1, or it falls with it", hint)
    declared = programme.catalogue.rules[name].label if is_rule else programme.catalogue.indicators[name].label
    reaches = needs(programme, [name]).reaches
    return {
        "rule": name, "kind": "rule" if is_rule else "indicator", "label": declared.record(),
        **scored_record(scored, labels.outcomes, is_probability=is_probability),
        "digest": formula_of(programme, name).digest,
        **({"beyond": True} if reaches and not desk.sight.is_everything else {}),
    }  # fmt: skip


def _scene(
    desk: Desk, programme: Programme, about: str, names: Sequence[str], cut: Cut, question: Mapping[str, Any]
) -> Scene:
    """All that some formulas read of everyone, up to the period asked for."""
    formula = formula_of(programme, about)
    wanted = running(desk, cut, formula)
    if question.get("period"):
        wanted = period_asked(formula, str(question["period"]))
        if wanted is None or wanted[0] != wanted[1]:
            raise Refused([no_period(formula, str(question["period"]))])
    first, last = wanted or (None, None)
    asked = needs(programme, names, everyone=True)
    return load_scene(desk.store, programme.catalogue, cut, asked, first=first, last=last)


def _of_rule(desk: Desk, programme: Programme, name: str, cut: Cut, question: Mapping[str, Any]) -> Scored:
    """How far each is beyond the mildest line; where nothing can be moved, whether the rule holds."""
    rule = programme.catalogue.rules[name]
    found = distance(programme, rule, rule.levels[-1][0])
    programme = programme if found is None else joined(programme, [found])
    formulas = list(dict.fromkeys([name, *formulas_of(programme, [name]), *(() if found is None else found.names)]))
    scene = _scene(desk, programme, name, formulas, replace(cut, scope=rule.scope), question)
    return scored_rule(programme, name, found, scene)


def _of_indicator(desk: Desk, programme: Programme, name: str, cut: Cut, question: Mapping[str, Any]) -> Scored:
    """The values at the latest period at which each answers, or at the one that is named."""
    rises = _rises(programme, name, question.get("worse"))
    scene = _scene(desk, programme, name, [name], cut, question)
    return scored_indicator(programme, name, scene, rises=rises, last_only=bool(question.get("period")))


def _rises(programme: Programme, name: str, worse: object) -> bool:
    """Whether greater values are the worse ones, as asked, else as the rules that compare them say."""
    if worse is not None:
        return worse == "higher"
    said = set()
    for rule in programme.catalogue.rules.values():
        for level, _ in rule.levels:
            found = distance(programme, rule, level)
            if found is not None and found.programme.parts[found.value].versions[-1].term.name == name:
                said.add(found.rises)
    if len(said) == 1:
        return said.pop()
    why = "rules compare it both ways" if said else "no rule compares it"
    raise refuse(f"which values of {name} are the worse ones: {why}", "say --higher-is-worse or --lower-is-worse")
