"""Kernels that read one period only. Each takes its arguments' columns, all of one shape, in formula order."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.missing import PRESENT, first_cause, settle
from hengjian.evaluate.number import clip, exp, is_missing, log, normal_cdf, sqrt
from hengjian.model.missing import Missing
from hengjian.panel.panel import Codes, Column, Values

Elementwise = Callable[..., Column]
Truths = NDArray[np.bool_]

ZERO_DENOMINATOR = np.uint8(Missing.ZERO_DENOMINATOR)


def _arithmetic(ufunc: np.ufunc) -> Elementwise:
    """A kernel of two figures; missing if either is."""

    def kernel(left: Column, right: Column) -> Column:
        return settle(ufunc(left.values, right.values), first_cause(left, right))

    return kernel


def _comparison(ufunc: np.ufunc) -> Elementwise:
    """A kernel that compares two figures, exactly; missing if either is."""

    def kernel(left: Column, right: Column) -> Column:
        return _truth(ufunc(left.values, right.values), first_cause(left, right))

    return kernel


def divide(left: Column, right: Column) -> Column:
    """The quotient; ZERO_DENOMINATOR where the denominator is 0, whatever stands above it."""
    reasons = first_cause(left, right)
    zero = right.values == 0.0
    if zero.any():
        reasons = np.where(zero & (reasons == PRESENT), ZERO_DENOMINATOR, reasons)
    return settle(left.values / right.values, reasons)


def negate(column: Column) -> Column:
    """The figure with the other sign."""
    return Column(values=-column.values, reasons=column.reasons)


def absolute(column: Column) -> Column:
    """The figure without its sign."""
    return Column(values=np.abs(column.values), reasons=column.reasons)


def identity(column: Column) -> Column:
    """The same figure: what `as_unit` does, whose unit is a matter of the declaration."""
    return column


def _truth(truths: Truths, reasons: Codes) -> Column:
    values = truths.astype(np.float64)
    values[reasons != PRESENT] = np.nan
    return Column(values=values, reasons=reasons)


def _decided_by(decisive: float, columns: tuple[Column, ...]) -> Column:
    """Kleene: one decisive argument decides although another is missing; else the first missing one is the cause."""
    decided: Truths = columns[0].values == decisive
    for column in columns[1:]:
        decided = decided | (column.values == decisive)
    reasons = np.where(decided, PRESENT, first_cause(*columns))
    return _truth(decided if decisive else ~decided, reasons)


def both(*columns: Column) -> Column:
    """`and`: false where any is false, else missing where any is missing, else true."""
    return _decided_by(0.0, columns)


def either(*columns: Column) -> Column:
    """`or`: true where any is true, else missing where any is missing, else false."""
    return _decided_by(1.0, columns)


def opposite(column: Column) -> Column:
    """`not`: missing where its argument is."""
    return Column(values=1.0 - column.values, reasons=column.reasons)


def choose(condition: Column, then: Column, otherwise: Column) -> Column:
    """`if`: the value, or the reason, of the branch taken; the other branch is not looked at."""
    taken = condition.values == 1.0
    reasons = np.where(condition.reasons, condition.reasons, np.where(taken, then.reasons, otherwise.reasons))
    values: Values = np.where(taken, then.values, otherwise.values)
    values[reasons != PRESENT] = np.nan
    return Column(values=values, reasons=reasons)


def coalesce(*columns: Column) -> Column:
    """The first value that is not missing; where all are missing, the first one's reason."""
    values, reasons = columns[0].values, columns[0].reasons
    for column in columns[1:]:
        taken = (reasons != PRESENT) & (column.reasons == PRESENT)
        values = np.where(taken, column.values, values)
        reasons = np.where(taken, PRESENT, reasons)
    return Column(values=values, reasons=reasons)


def total(*columns: Column) -> Column:
    """`sum` over its arguments, from the left, one at a time; missing if any is."""
    values = columns[0].values
    for column in columns[1:]:
        values = values + column.values
    return settle(values, first_cause(*columns))


def mean(*columns: Column) -> Column:
    """`avg` over its arguments: their sum from the left, divided once by their number; missing if any is."""
    values = columns[0].values
    for column in columns[1:]:
        values = values + column.values
    return settle(values / float(len(columns)), first_cause(*columns))


def smallest(*columns: Column) -> Column:
    """`min` over its arguments; missing if any is."""
    values = columns[0].values
    for column in columns[1:]:
        values = np.minimum(values, column.values)
    return Column(values=values, reasons=first_cause(*columns))


def largest(*columns: Column) -> Column:
    """`max` over its arguments; missing if any is."""
    values = columns[0].values
    for column in columns[1:]:
        values = np.maximum(values, column.values)
    return Column(values=values, reasons=first_cause(*columns))


#: By the name that the functions table of `formula` gives each.
ELEMENTWISE: Mapping[str, Elementwise] = {
    "add": _arithmetic(np.add),
    "subtract": _arithmetic(np.subtract),
    "multiply": _arithmetic(np.multiply),
    "convert": _arithmetic(np.multiply),
    "divide": divide,
    "negate": negate,
    "equal": _comparison(np.equal),
    "unequal": _comparison(np.not_equal),
    "less": _comparison(np.less),
    "at_most": _comparison(np.less_equal),
    "greater": _comparison(np.greater),
    "at_least": _comparison(np.greater_equal),
    "and": both,
    "or": either,
    "not": opposite,
    "if": choose,
    "coalesce": coalesce,
    "sum": total,
    "avg": mean,
    "min": smallest,
    "max": largest,
    "abs": absolute,
    "as_unit": identity,
    "is_missing": is_missing,
    "clip": clip,
    "log": log,
    "exp": exp,
    "normal_cdf": normal_cdf,
    "sqrt": sqrt,
}
