"""A ridge logistic regression over normal scores: each input by its rank among those it was learned from.

An input becomes the normal deviate of its rank (van der Waerden scores), between whose knots is interpolated and
beyond whose ends is level; a missing one is 0, with a coefficient for being missing of its own where that occurred. Of
an input that may count in one direction only, the coefficient has that sign or is 0: SciPy's L-BFGS-B minimises within
bounds. How strong the ridge is, is chosen by cross-fitted loss among `STRENGTHS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.optimize import minimize

from hengjian.models.folds import FOLDS, Places, fold_of
from hengjian.models.members import Matrix, Parts, Sign, Truths, logistic_loss

#: Of the penalty w'w / (2 C), each C that is tried.
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
#: So many knots a normal score is interpolated between; the outermost stand for ranks of a thousandth.
KNOTS = 101
_EDGE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The knots of one input, `x` ascending, and the normal score `z` at each."""

    x: tuple[float, ...]
    z: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """What was fitted: for each input its scale, coefficient, and that of being missing."""

    intercept: float
    scales: tuple[Scale, ...]
    coefficients: tuple[float, ...]
    missing: tuple[float, ...]
    strength: float

    def parts(self, inputs: Matrix) -> Parts:
        """The margins of some rows, taken apart."""
        scores, gaps = _scores(inputs, self.scales), np.isnan(inputs)
        return Parts(base=self.intercept, parts=scores * np.array(self.coefficients) + gaps * np.array(self.missing))

    def margins(self, inputs: Matrix) -> Matrix:
        """The margins of some rows."""
        return self.parts(inputs).margins()


def fit_logistic(
    inputs: Matrix, truths: Truths, groups: Places, signs: Sequence[Sign], generator: np.random.Generator
) -> Logistic:
    """Fit one to rows [row × input], NaN where missing."""
    folds = fold_of(truths, groups, generator)
    losses = []
    for strength in STRENGTHS:
        margins = np.empty(len(truths))
        for fold in range(FOLDS):
            out = folds == fold
            margins[out] = _fit(inputs[~out], truths[~out], signs, strength).parts(inputs[out]).margins()
        losses.append(logistic_loss(margins, truths))
    return _fit(inputs, truths, signs, STRENGTHS[int(np.argmin(losses))])


def _fit(inputs: Matrix, truths: Truths, signs: Sequence[Sign], strength: float) -> Logistic:
    scales = tuple(_scale(column) for column in inputs.T)
    gaps = np.isnan(inputs)
    some = np.flatnonzero(gaps.any(axis=0))
    design = np.hstack([_scores(inputs, scales), gaps[:, some].astype(float)])
    count = design.shape[1]
    outcome = truths.astype(float)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margins = weights[0] + design @ weights[1:]
        ratio = np.exp(-np.logaddexp(0.0, -margins)) - outcome
        slope = np.concatenate([[ratio.sum()], design.T @ ratio + weights[1:] / strength])
        value = np.logaddexp(0.0, np.where(truths, -margins, margins)).sum() + (weights[1:] ** 2).sum() / (2 * strength)
        return float(value), slope

    rate = float(np.clip(outcome.mean(), 1e-6, 1 - 1e-6))
    start = np.concatenate([[np.log(rate / (1 - rate))], np.zeros(count)])
    ends = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [(None, None), *(ends[sign] for sign in signs), *[(None, None)] * len(some)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2_000})
    weights = [float(one) for one in found.x]
    missing = np.zeros(inputs.shape[1])
    missing[some] = weights[1 + inputs.shape[1] :]
    return Logistic(
        intercept=weights[0], scales=scales, coefficients=tuple(weights[1 : 1 + inputs.shape[1]]),
        missing=tuple(float(one) for one in missing), strength=strength,
    )  # fmt: skip


def _scale(column: Matrix) -> Scale:
    """The knots of an input at even ranks; of equal values one, with their mean score. A missing column is all 0."""
    known = column[~np.isnan(column)]
    if not len(known):
        return Scale(x=(0.0,), z=(0.0,))
    ranks = np.linspace(0.0, 1.0, KNOTS)
    values = np.quantile(known, ranks)
    deviates = np.array([NormalDist().inv_cdf(float(one)) for one in np.clip(ranks, _EDGE, 1 - _EDGE)])
    x, first, counts = np.unique(values, return_index=True, return_counts=True)
    running = np.concatenate([[0.0], np.cumsum(deviates)])
    z = (running[first + counts] - running[first]) / counts
    return Scale(x=tuple(float(one) for one in x), z=tuple(float(one) for one in z))


def _scores(inputs: Matrix, scales: Sequence[Scale]) -> Matrix:
    """Normal scores, 0 where missing."""
    found = [np.interp(column, one.x, one.z) for column, one in zip(inputs.T, scales, strict=True)]
    return np.where(np.isnan(inputs), 0.0, np.column_stack(found))
