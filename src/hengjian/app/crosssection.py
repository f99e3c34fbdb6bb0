"""The cross-section of `backtest`: each entity once, at its latest period or a named one, against its outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.app.backtestlabels import Labels
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.question import in_unit, no_period, period_asked, running
from hengjian.app.wire import Answer
from hengjian.evaluate.answer import answered
from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.own import reads_of
from hengjian.evaluate.plan import formula_of
from hengjian.formula.term import Programme
from hengjian.intake.text import normal
from hengjian.model.cut import Cut
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.unit import RATIO, Unit
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import Scene
from hengjian.supervise.backtestcurve import Calibration, Point, area, calibration, curve
from hengjian.supervise.backtestdistance import distance, joined, measured
from hengjian.supervise.backtestrecords import auc_record
from hengjian.supervise.rules import formulas_of, looked


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scored:
    """Scores of entities, the greater the worse (base units of `unit`; NaN where there is none), and whether a rule
    holds of them (None: an indicator). `line`: where a score of 0 stands; the figure itself `rises` with the score."""

    scores: NDArray[np.float64]
    fires: NDArray[np.bool_] | None
    entities: tuple[str, ...]
    unit: Unit
    rises: bool
    line: float | None
    reaches: bool

    def figure(self, score: float) -> float | None:
        """The figure of a score, in its unit."""
        if self.line is None:
            return None
        return in_unit(self.line + score if self.rises else self.line - score, self.unit)


def _told(
    desk: Desk, programme: Programme, name: str, labels: Labels, cut: Cut, question: Mapping[str, Any]
) -> dict[str, Any]:
    is_rule = name in programme.rules
    scored = (_of_rule if is_rule else _of_indicator)(desk, programme, name, cut, question)
    places = [place for place, entity in enumerate(scored.entities) if entity in labels.outcomes]
    scores = scored.scores[places]
    outcomes = np.array([labels.outcomes[scored.entities[place]] for place in places], np.bool_)
    told = ~np.isnan(scores)
    is_probability = bool(question.get("probability"))
    if is_probability:
        _check_probability(name, scored, scores[told])
    declared = programme.catalogue.rules[name].label if is_rule else programme.catalogue.indicators[name].label
    points = [one for one in curve(scores[told], outcomes[told]) if np.isfinite(one.score)]
    return {
        "rule": name, "kind": "rule" if is_rule else "indicator", "label": declared.record(),
        "entities": int(told.sum()), "untold": len(labels.outcomes) - int(told.sum()),
        "auc": auc_record(area(scores[told], outcomes[told])), "curve": [_point(one, scored) for one in points],
        **_fired(None if scored.fires is None else scored.fires[places][told], outcomes[told]),
        **_calibrated(calibration(scores[told], outcomes[told], is_probability=is_probability), scored),
        "worse": "higher" if scored.rises else "lower", "unit": str(scored.unit),
        "digest": formula_of(programme, name).digest,
        **({"beyond": True} if scored.reaches and not desk.sight.is_everything else {}),
    }  # fmt: skip


def _check_probability(name: str, scored: _Scored, scores: NDArray[np.float64]) -> None:
    if not scored.rises or bool(((scores < 0) | (scores > 1)).any()):
        hint = "leave --probability out: it is calibrated by quantiles then"
        raise refuse(f"{name} is no probability of the worse: a value lies outside 0 to 1, or it falls with it", hint)


def _point(one: Point, scored: _Scored) -> dict[str, Any]:
    return {
        "shift": in_unit(one.score, scored.unit), "line": scored.figure(one.score), "hit": one.hit,
        "false_alarm": one.false_alarm, "precision": one.precision,
    }  # fmt: skip


def _fired(fires: NDArray[np.bool_] | None, outcomes: NDArray[np.bool_]) -> dict[str, Any]:
    """Of a rule: of whom it holds, and how right that is."""
    if fires is None:
        return {"fired": None, "hit_rate": None, "false_alarm_rate": None, "precision": None}
    hits, happened = int((fires & outcomes).sum()), int(outcomes.sum())
    false, others = int((fires & ~outcomes).sum()), int((~outcomes).sum())
    return {
        "fired": hits + false, "hit_rate": hits / happened if happened else None,
        "false_alarm_rate": false / others if others else None,
        "precision": hits / (hits + false) if hits + false else None,
    }  # fmt: skip


def _calibrated(found: Calibration | None, scored: _Scored) -> dict[str, Any]:
    if found is None:
        return {"bins": [], "brier": None, "brier_reference": None}
    bins = [
        {
            "low": in_unit(one.low, scored.unit), "high": in_unit(one.high, scored.unit),
            "mean": in_unit(one.mean, scored.unit), "count": one.count, "events": one.events, "rate": one.rate,
        }
        for one in found.bins
    ]  # fmt: skip
    return {"bins": bins, "brier": found.brier, "brier_reference": found.reference}


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


def _of_rule(desk: Desk, programme: Programme, name: str, cut: Cut, question: Mapping[str, Any]) -> _Scored:
    """How far each is beyond the mildest line; where nothing can be moved, whether the rule holds."""
    rule = programme.catalogue.rules[name]
    found = distance(programme, rule, rule.levels[-1][0])
    some = [] if found is None else [found]
    programme = joined(programme, some)
    formulas = list(dict.fromkeys([name, *formulas_of(programme, [name])]))
    cut = Cut(as_of=cut.as_of, known_at=cut.known_at, scope=rule.scope, basis=cut.basis, proven=cut.proven)
    scene = _scene(desk, programme, name, [*formulas, *(part for one in some for part in one.names)], cut, question)
    fires = np.zeros(len(scene.home.entities), np.bool_)
    for one in looked(programme, [name], scene):
        fires[one.places] = one.levels > 0
    if found is None:
        scores, unit, rises, line = fires.astype(float), RATIO, True, None
    else:
        told = measured(programme, some, scene)[name]
        lines = told.lines[~np.isnan(told.lines)]
        line = float(lines[0]) if len(lines) and bool((lines == lines[0]).all()) else None
        scores, unit, rises = told.scores, found.unit, found.rises
    reaches = needs(programme, formulas).reaches
    return _Scored(
        scores=scores, fires=fires, entities=scene.home.entities, unit=unit, rises=rises, line=line, reaches=reaches
    )  # fmt: skip


def _of_indicator(desk: Desk, programme: Programme, name: str, cut: Cut, question: Mapping[str, Any]) -> _Scored:
    """The values at the latest period at which each answers, turned so that the greater is the worse."""
    rises = _rises(programme, name, question.get("worse"))
    scene = _scene(desk, programme, name, [name], cut, question)
    home = scene.home
    scores = np.full(len(home.entities), np.nan)
    if home.periods and home.entities:
        column = evaluate(programme, [name], scene).columns[name]
        flags = answered(scene, reads_of(programme, programme.indicators[name], scene.frame), column)
        if question.get("period"):
            flags[:-1] = False
        rows = len(flags) - 1 - np.argmax(flags[::-1], axis=0)
        values = column.values[rows, np.arange(len(rows))]
        scores = np.where(flags.any(axis=0), values if rises else -values, np.nan)
    return _Scored(
        scores=scores, fires=None, entities=home.entities, unit=programme.catalogue.indicators[name].unit, rises=rises,
        line=0.0, reaches=needs(programme, [name]).reaches,
    )  # fmt: skip


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
