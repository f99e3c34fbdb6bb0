"""Missing values inside the kernels: the first cause, what a step back makes of it, and what may never be shown.

Every kernel keeps one promise: `values` is finite exactly where `reasons` is 0, and NaN elsewhere.
Arrays of reasons are shared between columns, so no function here writes into one that it was given.
"""

import numpy as np

from hengjian.model.missing import Missing
from hengjian.panel.panel import Codes, Column, Values

PRESENT = np.uint8(Missing.PRESENT)
NOT_REPORTED = np.uint8(Missing.NOT_REPORTED)
NO_HISTORY = np.uint8(Missing.NO_HISTORY)
NOT_APPLICABLE = np.uint8(Missing.NOT_APPLICABLE)
BEFORE_FIRST = np.uint8(Missing.BEFORE_FIRST)


def first_cause(*columns: Column) -> Codes:
    """The reason of the first column that is missing, cell by cell; 0 where none is."""
    first = columns[0].reasons
    for column in columns[1:]:
        if not column.reasons.any():
            continue
        # Several times as fast as `where`, which has no quick way for bytes.
        first = first | (column.reasons * (first == PRESENT).view(np.uint8)) if first.any() else column.reasons
    return first


def settle(values: Values, reasons: Codes) -> Column:
    """A kernel's fresh `values` made to keep the promise.

    A result that is not a finite number (the sum, product or quotient of two figures beyond 1.8e308) is NOT_APPLICABLE:
    both inputs are reported and neither base is at fault, there is only no figure that could be shown.
    """
    present = reasons == PRESENT
    figures = np.isfinite(values)
    figures &= present
    if figures.all():
        return Column(values=values, reasons=reasons)
    if not np.array_equal(figures, present):
        reasons = np.where(present & ~figures, NOT_APPLICABLE, reasons)
    values = values if values.flags.writeable else values.copy()  # a constant stands in one cell for all
    np.copyto(values, np.nan, where=~figures)
    return Column(values=values, reasons=reasons)


def replace(codes: Codes, old: np.uint8, new: np.uint8) -> Codes:
    """`codes` with one reason turned into another."""
    found = codes == old
    if not found.any():
        return codes
    # Ten times as fast as `where`: what is found is turned by the bits in which the two reasons differ.
    turned: Codes = codes ^ (found.view(np.uint8) * (old ^ new))
    return turned


def stepped(codes: Codes) -> Codes:
    """Reasons as a later period sees them: where nothing had ever been reported, there is no history."""
    return replace(codes, BEFORE_FIRST, NO_HISTORY)


def shown(column: Column) -> Column:
    """The column as an answer: a plain reading before the first report is not reported, and no zero is negative."""
    return Column(values=column.values + 0.0, reasons=np.array(replace(column.reasons, BEFORE_FIRST, NOT_REPORTED)))
