"""What is told of back-tests, as JSON values."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.supervise.backtest import Event, Watch
from hengjian.supervise.backtestbook import Replayed
from hengjian.supervise.backtestcurve import Area, Point, area, curve
from hengjian.supervise.backtestdistance import Distance
from hengjian.supervise.backtestsample import Sample, sample


def auc_record(found: Area | None) -> dict[str, Any] | None:
    """An area with its interval, its method and its sample."""
    if found is None:
        return None
    return {
        "value": found.value, "low": found.low, "high": found.high, "method": found.method,
        "positives": found.positives, "negatives": found.negatives, "entities": found.groups,
    }  # fmt: skip


def common_line(lines: NDArray[np.float64]) -> float | None:
    """The line of all, in base units (NaN: has none); None where there is none, or they differ."""
    found = lines[~np.isnan(lines)]
    return float(found[0]) if len(found) and bool((found == found[0]).all()) else None


def score_record(one: Replayed, days: Sequence[date], events: Sequence[Event], watch: Watch) -> dict[str, Any]:
    """How well the distance to the line tells the entities apart, and what would be at other lines."""
    if one.distance is None:
        return {"auc": None, "curve": [], "comparison": None}
    taken = sample(days, one.entities, one.scores, events, watch)
    now = float(np.nextafter(0.0, 1.0)) if one.distance.strict else 0.0
    line = common_line(one.lines[:, [entity in watch.known for entity in one.entities]])
    points = curve(taken.scores, taken.outcomes, also=[now])
    return {
        "auc": auc_record(area(taken.scores, taken.outcomes, taken.groups)),
        "curve": [_point(point, one.distance, line, now, taken) for point in points if np.isfinite(point.score)],
        "comparison": {
            "text": one.distance.text, "unit": str(one.distance.unit), "rises": one.distance.rises,
            "line": None if line is None else line / float(one.distance.unit.scale),
        },
    }  # fmt: skip


def _point(point: Point, about: Distance, line: float | None, now: float, taken: Sample) -> dict[str, Any]:
    scale = float(about.unit.scale)
    move = 0.0 if point.score == now else point.score
    moved = None if line is None else (line + move if about.rises else line - move) / scale
    return {
        "shift": move / scale, "line": moved, "in_force": point.score == now, "hit": point.hit,
        "false_alarm": point.false_alarm, "precision": point.precision, "warned": taken.warned(point.score),
    }  # fmt: skip
