"""Kernels over the last rows of a column: moving totals and extremes, the line through the last figures, counts.

Every total is a `fold` over shifted views of the whole column, oldest row first: a cell's figures are added one after
another, and the time taken is one pass over the column for each row of the window. Where all figures must be there,
NaN itself carries the gaps through the arithmetic and no mask is made.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np

from hengjian.evaluate.missing import NO_HISTORY, PRESENT, settle, stepped
from hengjian.panel.panel import Codes, Column, Values

Kind = Literal["sum", "mean", "min", "max", "std"]

#: Rows of a result, and the figures that are joined to what stands there: one term of each of these rows' cells.
Part = tuple[slice, Values]

#: What a fold begins with: the figure that changes nothing, which also stands for those that are missing.
NOTHING: dict[np.ufunc, float] = {np.add: 0.0, np.minimum: np.inf, np.maximum: -np.inf}

_EXTREMES: dict[str, np.ufunc] = {"min": np.minimum, "max": np.maximum}


def joined_by(kind: str) -> np.ufunc:
    """How the figures behind a total, a mean, or an extreme are put together."""
    return _EXTREMES.get(kind, np.add)


def fold(join: np.ufunc, parts: Iterable[Part], shape: tuple[int, ...]) -> Values:
    """The parts put together one at a time, in their order, into an array of `shape`."""
    result: Values = np.full(shape, NOTHING[join])
    for rows, figures in parts:
        here = result[rows]
        join(here, figures, out=here)
    return result


def without_holes(join: np.ufunc, column: Column) -> Values:
    """The figures, those that are missing replaced by what changes nothing."""
    return np.where(column.reasons != PRESENT, NOTHING[join], column.values)


def or_nan(column: Column) -> Values:
    """The figures, NaN for those that are missing whatever stands there: a quotient by 0 is no NaN by itself."""
    return np.where(column.reasons != PRESENT, np.nan, column.values)


def ones(column: Column) -> Values:
    """1 where there is a figure, else 0: what counts the figures when it is added up."""
    return np.where(column.reasons != PRESENT, 0.0, 1.0)


def _window(figures: Values, count: int, first: int) -> Iterator[Part]:
    """For rows from `first` on, the figures of the last `count` rows, oldest first; none before the column's start."""
    height = len(figures)
    for step in range(min(count, height) - 1, -1, -1):
        row = max(step, first)
        yield slice(row, None), figures[row - step : height - step]


def _causes(reasons: Codes, count: int) -> Codes:
    """The reason of the first missing one of the last `count` rows, oldest first; a row's own reason as it stands."""
    causes = np.array(reasons)
    if reasons.any():
        before = stepped(reasons)
        found = before != PRESENT
        height = len(reasons)
        for step in range(1, min(count, height)):
            np.copyto(causes[step:], before[: height - step], where=found[: height - step])
    causes[: count - 1] = NO_HISTORY
    return causes


def rolling(column: Column, count: int, *, kind: Kind, at_least: int) -> Column:
    """The total, mean, least, greatest or sample standard deviation of the last `count` rows, this one included.

    Of those present, oldest first; missing where fewer than `at_least` (1 to `count`) are, with the first cause. The
    standard deviation is that of two passes (the mean, then the squares of the deviations from it) with the divisor
    m - 1; of one figure it is NOT_APPLICABLE.
    """
    shape, first = column.values.shape, min(at_least, count) - 1
    join = joined_by(kind)
    sizes = np.minimum(np.arange(1.0, len(column.values) + 1.0), count)[:, np.newaxis]
    is_loose = at_least < count and bool(column.reasons.any())
    if not is_loose:
        figures, numbers, reasons = column.values, sizes, _causes(column.reasons, first + 1)
    else:
        figures = without_holes(join, column)
        numbers = fold(np.add, _window(ones(column), count, 0), shape)
        reasons = np.where(numbers < at_least, _causes(column.reasons, count), PRESENT)
    values = fold(join, _window(figures, count, first), shape)
    if kind in _EXTREMES:
        values += 0.0
    if kind in ("mean", "std"):
        np.divide(values, numbers, out=values)
    if kind == "std":
        values = _deviation(column, count, values, numbers, first, is_loose=is_loose)
    values[:first] = np.nan
    return settle(values, reasons)


def _deviation(column: Column, count: int, means: Values, numbers: Values, first: int, *, is_loose: bool) -> Values:
    """The second pass. Of a single figure the quotient is 0 / 0, which `settle` makes NOT_APPLICABLE."""

    given = or_nan(column) if is_loose else column.values

    def squares() -> Iterator[Part]:
        for rows, figures in _window(given, count, first):
            part = figures - means[rows]
            part *= part
            if is_loose:
                part[np.isnan(figures)] = 0.0
            yield rows, part

    total = fold(np.add, squares(), column.values.shape)
    np.divide(total, numbers - 1.0, out=total)
    return np.sqrt(total, out=total)


def slope(column: Column, count: int) -> Column:
    """The slope per row of the line of least squares through the last `count` figures (2 or more), all there.

    sum((t - (n - 1) / 2) x_t) / (n (n² - 1) / 12) for t from 0: the usual quotient of sums of products, both about
    their means, for equal steps.
    """
    values = _slopes(column.values, count)
    values[: count - 1] = np.nan
    return settle(values, _causes(column.reasons, count))


def _slopes(figures: Values, count: int) -> Values:
    middle = (count - 1) / 2
    parts = _window(figures, count, count - 1)
    weighted = ((rows, part * (place - middle)) for place, (rows, part) in enumerate(parts))
    total = fold(np.add, weighted, figures.shape)
    return np.divide(total, count * (count * count - 1) / 12, out=total)


def residual(column: Column, count: int) -> Column:
    """The standard deviation about that line of the last `count` figures (3 or more), all there; divisor n - 2."""
    middle, shape = (count - 1) / 2, column.values.shape
    means = fold(np.add, _window(column.values, count, count - 1), shape)
    means /= count
    slopes = _slopes(column.values, count)

    def squares() -> Iterator[Part]:
        for place, (rows, figures) in enumerate(_window(column.values, count, count - 1)):
            part = slopes[rows] * (place - middle)
            part += means[rows]
            np.subtract(figures, part, out=part)
            part *= part
            yield rows, part

    values = fold(np.add, squares(), shape)
    values /= count - 2
    np.sqrt(values, out=values)
    values[: count - 1] = np.nan
    return settle(values, _causes(column.reasons, count))


def since(truths: Column) -> Column:
    """How many rows ago the truth last held; 0 where it holds, NO_HISTORY where it never did.

    A missing truth met before a true one is the cause: seen from a later row, save where it is the row's own.
    """
    values, reasons = np.empty(truths.values.shape), np.array(truths.reasons)
    false = truths.values == 0.0
    for row in range(len(values)):
        if row == 0:
            values[row], earlier = np.nan, np.broadcast_to(NO_HISTORY, reasons[row].shape)
        else:
            np.add(values[row - 1], 1.0, out=values[row])
            earlier = stepped(reasons[row - 1])
        values[row][truths.values[row] == 1.0] = 0.0
        np.copyto(reasons[row], earlier, where=false[row])
    values[reasons != PRESENT] = np.nan
    return Column(values=values, reasons=reasons)


def rows_since(truths: Column, row: int) -> tuple[int, ...]:
    """The rows that `since` reads for the one entity of a column: back to the one that holds or is missing."""
    for read in range(row, -1, -1):
        if truths.values[read, 0] != 0.0:
            return tuple(range(row, read - 1, -1))
    return tuple(range(row, -1, -1))
