"""The one recipe of learned scores.

Each member of the method (boosted trees, a forest, a ridge logistic regression) is fitted to all rows, and five times
to four fifths of them, so that there is a margin of each row from a fit that did not see it. On those margins the
member is calibrated (Platt 1999: log-odds a + b m, b > 0). The margin of the score is the plain mean of its members'
calibrated margins, calibrated once more in the same way; its probability follows. Nothing is tuned on what is reported:
settings are the same for whatever is learned, and the ridge's strength is chosen within each fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from hengjian.model.learned import Direction, Method
from hengjian.models.folds import FOLDS, Places, fold_of
from hengjian.models.logistic import Logistic, fit_logistic
from hengjian.models.members import Matrix, Parts, Sign, Truths, logistic_loss, probability, together
from hengjian.models.trees import Kind, Trees, fit_trees

#: The members of each method.
METHODS: Mapping[Method, tuple[str, ...]] = {
    "average": ("boosting", "forest", "logistic"), "boosting": ("boosting",), "forest": ("forest",),
    "logistic": ("logistic",),
}  # fmt: skip
SIGNS: Mapping[Direction, Sign] = {"up": 1, "down": -1, "free": 0}
#: The least factor by which a margin is scaled: what is learned may be worth little, but is not turned round.
_LEAST = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Log-odds by margin: shift + factor × margin."""

    shift: float
    factor: float

    def of(self, margins: Matrix) -> Matrix:
        return self.shift + self.factor * margins


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One fitted member with its line."""

    fitted: Logistic | Trees
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted score: `inputs` in their order, its members, and the last line."""

    inputs: tuple[str, ...]
    members: tuple[Member, ...]
    line: Line

    def parts(self, rows: Matrix) -> Parts:
        """The log-odds of some rows [row × input], NaN where missing, taken apart by input."""
        found = [one.fitted.parts(rows).scaled(one.line.factor, one.line.shift) for one in self.members]
        mean = together(found).scaled(1 / len(found))
        return mean.scaled(self.line.factor, self.line.shift)

    def margins(self, rows: Matrix) -> Matrix:
        """The same log-odds without taking them apart, which takes trees much longer."""
        found = np.zeros(len(rows))
        for one in self.members:
            found = found + one.line.of(one.fitted.margins(rows))
        return self.line.of(found / len(self.members))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """What was fitted, and of each row the probability by fits and lines that did not see it."""

    fitted: Fitted
    tried: Matrix


def learn(
    rows: Matrix, truths: Truths, groups: Places, directions: Mapping[str, Direction], method: Method, seed: int
) -> Learned:
    """Learn a score of rows [row × input], NaN where missing; `groups` numbers whose each row is. Both outcomes must be
    there of at least `FOLDS` entities each."""
    signs = [SIGNS[one] for one in directions.values()]
    generator = np.random.default_rng(seed)
    folds = fold_of(truths, groups, generator)
    seeds = generator.integers(1, 2**31 - 1, size=FOLDS + 1)

    def fit(name: str, some: Truths, number: int) -> Logistic | Trees:
        if name == "logistic":
            lots = np.random.default_rng([seed, number])
            return fit_logistic(rows[some], truths[some], groups[some], signs, lots)
        kind: Kind = "boosting" if name == "boosting" else "forest"
        return fit_trees(kind, rows[some], truths[some], signs, int(seeds[number]))

    names = METHODS[method]
    margins = np.empty((len(names), len(truths)))
    for fold in range(FOLDS):
        out = folds == fold
        for place, name in enumerate(names):
            margins[place, out] = fit(name, ~out, fold).margins(rows[out])
    everyone = np.ones(len(truths), dtype=np.bool_)
    lines, last = _lines(margins, truths)
    members = tuple(
        Member(fitted=fit(name, everyone, FOLDS), line=line) for name, line in zip(names, lines, strict=True)
    )
    fitted = Fitted(inputs=tuple(directions), members=members, line=last)
    return Learned(fitted=fitted, tried=_tried(margins, truths, folds))


def _lines(margins: Matrix, truths: Truths) -> tuple[list[Line], Line]:
    """The line of each member, and that of their mean."""
    lines = [fit_line(one, truths) for one in margins]
    return lines, fit_line(_mean(margins, lines), truths)


def _mean(margins: Matrix, lines: Sequence[Line]) -> Matrix:
    found = np.zeros(margins.shape[1])
    for one, line in zip(margins, lines, strict=True):
        found = found + line.of(one)
    return found / len(lines)


def _tried(margins: Matrix, truths: Truths, folds: Places) -> Matrix:
    """Probabilities of each fold by lines that were fitted on the others."""
    found = np.empty(len(truths))
    for fold in range(FOLDS):
        out = folds == fold
        lines, last = _lines(margins[:, ~out], truths[~out])
        found[out] = probability(last.of(_mean(margins[:, out], lines)))
    return found


def fit_line(margins: Matrix, truths: Truths) -> Line:
    """The log-odds by margin under which what happened is likeliest."""
    middle, spread = float(np.mean(margins)), float(np.std(margins)) or 1.0
    standard = (margins - middle) / spread
    outcome = truths.astype(float)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        found = weights[0] + weights[1] * standard
        ratio = (probability(found) - outcome) / len(outcome)
        return logistic_loss(found, truths), np.array([ratio.sum(), (ratio * standard).sum()])

    rate = float(outcome.mean())
    start = np.array([np.log(rate / (1 - rate)), 1.0])
    bounds = [(None, None), (_LEAST * spread, None)]
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1_000})
    factor = float(best.x[1]) / spread
    return Line(shift=float(best.x[0]) - factor * middle, factor=factor)
