"""How well a score separates what happened from what did not: the area under its ROC curve with an interval, the curve
itself, and how well it is calibrated.

The area is that of Mann and Whitney, with halves for ties. Its variance is that of DeLong, DeLong and Clarke-Pearson
(1988, Biometrics 44, 837-845); where several observations are of one entity, that of Obuchowski (1997, Biometrics 53,
567-578), which is the former where there is one of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Truths = NDArray[np.bool_]
Groups = NDArray[np.intp]

#: The share of samples in which an interval holds the truth.
COVERAGE = 0.95
#: From so many entities on, with and without the event, the spread among them says something.
FEWEST_GROUPS = 5
#: So many points of a curve are told.
MOST_POINTS = 101


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The probability that a score is higher where the event followed than where it did not, with its interval (None
    where the sample tells nothing of its spread)."""

    value: float
    low: float | None
    high: float | None
    positives: int
    negatives: int
    groups: int

    @property
    def method(self) -> str:
        """By which formula the interval was made."""
        return "obuchowski" if self.groups < self.positives + self.negatives else "delong"


def area(scores: Scores, outcomes: Truths, groups: Groups | None = None) -> Area | None:
    """The area of observations (any order; infinite scores are the outermost); None without both outcomes.

    `groups` numbers whose each observation is; None: each is of another one.
    """
    groups = np.arange(len(scores)) if groups is None else groups
    count, others = int(outcomes.sum()), int((~outcomes).sum())
    if not count or not others:
        return None
    ranks = _ranks(scores)
    value = (float(ranks[outcomes].sum()) - count * (count + 1) / 2) / (count * others)
    # of each positive the share of negatives below it; of each negative the share of positives above it
    above = (ranks[outcomes] - _ranks(scores[outcomes])) / others
    below = 1 - (ranks[~outcomes] - _ranks(scores[~outcomes])) / count
    variance = _variance(above - value, groups[outcomes], below - value, groups[~outcomes])
    low = high = None
    if variance is not None and variance > 0:
        reach = NormalDist().inv_cdf((1 + COVERAGE) / 2) * variance**0.5
        low, high = max(0.0, value - reach), min(1.0, value + reach)
    return Area(
        value=value, low=low, high=high, positives=count, negatives=others, groups=len(np.unique(groups))
    )  # fmt: skip


def _ranks(scores: Scores) -> Scores:
    """From 1 on; equal scores share the mean of their ranks."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: Scores = ends - (counts - 1) / 2
    return middle[place]


def _variance(above: Scores, positive: Groups, below: Scores, negative: Groups) -> float | None:
    """Of the area, from the deviations of each observation's share; None where too few groups have an outcome."""
    size = int(max(positive.max(), negative.max())) + 1
    first = np.bincount(positive, weights=above, minlength=size)
    second = np.bincount(negative, weights=below, minlength=size)
    with_first, with_second = len(np.unique(positive)), len(np.unique(negative))
    everyone = len(np.unique(np.concatenate([positive, negative])))
    fewest = 2 if everyone == len(above) + len(below) else FEWEST_GROUPS
    if with_first < fewest or with_second < fewest:
        return None
    return float(
        with_first / (with_first - 1) * (first**2).sum() / len(above) ** 2
        + with_second / (with_second - 1) * (second**2).sum() / len(below) ** 2
        + 2 * everyone / (everyone - 1) * (first * second).sum() / (len(above) * len(below))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Fired where the score is at least `score`: of the positives `hit`, of the negatives `false_alarm` of them;
    `precision` of those that fired were positives."""

    score: float
    hit: float
    false_alarm: float
    precision: float


def curve(scores: Scores, outcomes: Truths, also: Sequence[float] = ()) -> list[Point]:
    """The ROC and the precision curve, the highest score first: at every score, or at some evenly among them, the
    first and the last included, and at those that were `also` asked for. Empty without both outcomes."""
    count, others = int(outcomes.sum()), int((~outcomes).sum())
    if not count or not others:
        return []
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(outcomes[order].astype(np.int_))
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    if len(ends) > MOST_POINTS:
        ends = ends[np.unique(np.linspace(0, len(ends) - 1, MOST_POINTS).round().astype(int))]
    points = {float(ranked[end]): int(end) + 1 for end in ends}
    points |= {score: int((scores >= score).sum()) for score in also}
    return [
        Point(
            score=score, hit=_at(hits, fired) / count, false_alarm=(fired - _at(hits, fired)) / others,
            precision=_at(hits, fired) / fired if fired else 1.0,
        )
        for score, fired in sorted(points.items(), reverse=True)
    ]  # fmt: skip


def _at(hits: NDArray[np.int_], fired: int) -> int:
    return int(hits[fired - 1]) if fired else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Some observations of neighbouring scores: their mean score, and in how many of them the event followed."""

    low: float
    high: float
    mean: float
    count: int
    events: int

    @property
    def rate(self) -> float:
        return self.events / self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How often the event followed by score. Of probabilities also the Brier score and that of who always says the
    overall rate (`reference`); else None."""

    bins: tuple[Bin, ...]
    brier: float | None
    reference: float | None


def calibration(scores: Scores, outcomes: Truths, *, is_probability: bool, most: int = 10) -> Calibration | None:
    """Bins of equal numbers of observations, equal scores together; infinite scores are left out. None without any."""
    finite = np.isfinite(scores)
    scores, outcomes = scores[finite], outcomes[finite]
    if not len(scores):
        return None
    order = np.argsort(scores, kind="stable")
    ranked, happened = scores[order], outcomes[order]
    starts = [0]
    for share in range(1, most):
        place = int(np.searchsorted(ranked, ranked[len(ranked) * share // most], side="left"))
        if place > starts[-1]:
            starts.append(place)
    bins = tuple(
        Bin(
            low=float(ranked[first]), high=float(ranked[end - 1]), mean=float(ranked[first:end].mean()),
            count=end - first, events=int(happened[first:end].sum()),
        )
        for first, end in zip(starts, [*starts[1:], len(ranked)], strict=True)
    )  # fmt: skip
    if not is_probability:
        return Calibration(bins=bins, brier=None, reference=None)
    truth = outcomes.astype(float)
    return Calibration(
        bins=bins, brier=float(((scores - truth) ** 2).mean()), reference=float(((truth.mean() - truth) ** 2).mean())
    )  # fmt: skip
