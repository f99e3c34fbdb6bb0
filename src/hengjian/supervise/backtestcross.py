"""Cross-sections: how far each entity is from a rule's line, or its value of an indicator, against its outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.answer import answered
from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.own import reads_of
from hengjian.formula.term import Programme
from hengjian.model.unit import RATIO, Unit
from hengjian.panel.fill import Places
from hengjian.panel.scene import Scene
from hengjian.supervise.backtestcurve import Calibration, Point, area, calibration, curve
from hengjian.supervise.backtestdistance import Distance, measured
from hengjian.supervise.backtestrecords import auc_record, common_line
from hengjian.supervise.rules import looked


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """Scores of entities, the greater the worse (base units of `unit`; NaN where there is none), and whether a rule
    holds of them (None: an indicator). `lines`: where a score of 0 stands of each (NaN: nowhere); the figure itself
    `rises` with the score."""

    scores: NDArray[np.float64]
    fires: NDArray[np.bool_] | None
    entities: tuple[str, ...]
    unit: Unit
    rises: bool
    lines: NDArray[np.float64]

    def shown(self, value: float) -> float:
        """A figure of base units, in the unit."""
        return value / float(self.unit.scale)

    def of(self, outcomes: Mapping[str, bool]) -> tuple[Places, NDArray[np.bool_]]:
        """The places of those that have an outcome and a score, and the outcomes."""
        found = [
            place
            for place, one in enumerate(self.entities)
            if one in outcomes and self.scores[place] == self.scores[place]
        ]
        return np.array(found, np.int64), np.array([outcomes[self.entities[place]] for place in found], np.bool_)

    def is_probability(self, outcomes: Mapping[str, bool]) -> bool:
        """Whether the scores of these may be probabilities of what is adverse."""
        scores = self.scores[self.of(outcomes)[0]]
        return self.rises and not bool(((scores < 0) | (scores > 1)).any())

    def figure(self, score: float, line: float | None) -> float | None:
        """The figure of a score beyond a line, in its unit."""
        return None if line is None else self.shown(line + score if self.rises else line - score)


def scored_rule(programme: Programme, name: str, found: Distance | None, scene: Scene) -> Scored:
    """How far each is beyond the line that `found` measures; where that is None, whether the rule holds."""
    fires = np.zeros(len(scene.home.entities), np.bool_)
    for one in looked(programme, [name], scene):
        fires[one.places] = one.levels > 0
    if found is None:
        scores, unit, rises, lines = fires.astype(float), RATIO, True, np.full(len(fires), np.nan)
    else:
        told = measured(programme, [found], scene)[name]
        scores, unit, rises, lines = told.scores, found.unit, found.rises, told.lines
    return Scored(scores=scores, fires=fires, entities=scene.home.entities, unit=unit, rises=rises, lines=lines)


def scored_indicator(programme: Programme, name: str, scene: Scene, *, rises: bool, last_only: bool) -> Scored:
    """The values at the latest period at which each answers (`last_only`: at the last period), turned so that the
    greater is the worse."""
    home = scene.home
    scores = np.full(len(home.entities), np.nan)
    if home.periods and home.entities:
        column = evaluate(programme, [name], scene).columns[name]
        flags = answered(scene, reads_of(programme, programme.indicators[name], scene.frame), column)
        if last_only:
            flags[:-1] = False
        rows = len(flags) - 1 - np.argmax(flags[::-1], axis=0)
        values = column.values[rows, np.arange(len(rows))]
        scores = np.where(flags.any(axis=0), values if rises else -values, np.nan)
    unit = programme.catalogue.indicators[name].unit
    lines = np.zeros(len(scores))
    return Scored(scores=scores, fires=None, entities=home.entities, unit=unit, rises=rises, lines=lines)


def scored_record(scored: Scored, outcomes: Mapping[str, bool], *, is_probability: bool) -> dict[str, Any]:
    """What is told of the scores of those that have an outcome."""
    places, happened = scored.of(outcomes)
    scores, line = scored.scores[places], common_line(scored.lines[places])
    points = [one for one in curve(scores, happened) if np.isfinite(one.score)]
    return {
        "entities": len(places), "untold": len(outcomes) - len(places), "auc": auc_record(area(scores, happened)),
        "curve": [_point(one, scored, line) for one in points],
        **_fired(None if scored.fires is None else scored.fires[places], happened),
        **_calibrated(calibration(scores, happened, is_probability=is_probability), scored),
        "worse": "higher" if scored.rises else "lower", "unit": str(scored.unit),
    }  # fmt: skip


def _point(one: Point, scored: Scored, line: float | None) -> dict[str, Any]:
    return {
        "shift": scored.shown(one.score), "line": scored.figure(one.score, line), "hit": one.hit,
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


def _calibrated(found: Calibration | None, scored: Scored) -> dict[str, Any]:
    if found is None:
        return {"bins": [], "brier": None, "brier_reference": None}
    bins = [
        {
            "low": scored.shown(one.low), "high": scored.shown(one.high),
            "mean": scored.shown(one.mean), "count": one.count, "events": one.events, "rate": one.rate,
        }
        for one in found.bins
    ]  # fmt: skip
    return {"bins": bins, "brier": found.brier, "brier_reference": found.reference}
