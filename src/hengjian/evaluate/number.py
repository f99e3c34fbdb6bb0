"""Kernels on the number of one cell: rounding as people do it, bounds, roots, logarithms; whether there is one at all.

`log`, `exp` and `normal_cdf` are the platform's own and may differ between machines in the last digit; the rest do not.
"""

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np

from hengjian.evaluate.missing import NOT_APPLICABLE, PRESENT, first_cause, settle
from hengjian.panel.panel import Codes, Column, Values

#: From here on every float64 is a whole number.
_WHOLE = 2.0**52
#: Up to here, scaled by ten to the number of digits, neighbouring figures differ by less than a tenth of the last digit
#: kept, so that only one decimal with one digit more stands for each. Ten times it is below 2 ** 52.
_FINE = 4e14
#: From here on, scaled likewise, a figure's 17 significant digits end before the last digit kept.
_COARSE = 2e17

_CONTEXT = Context(prec=400)


def is_missing(column: Column) -> Column:
    """Whether there is no figure; a truth that is never missing itself."""
    values = (column.reasons != PRESENT).astype(np.float64)
    return Column(values=values, reasons=np.broadcast_to(PRESENT, values.shape))


def clip(column: Column, low: Column, high: Column) -> Column:
    """The figure, or the bound that it goes beyond; NOT_APPLICABLE where the lower bound is above the upper one."""
    values = np.minimum(np.maximum(column.values, low.values), high.values)
    values += 0.0
    return settle(values, _unless(low.values > high.values, first_cause(column, low, high)))


def log(column: Column) -> Column:
    """The natural logarithm; NOT_APPLICABLE of what is not above 0."""
    return settle(np.log(column.values), column.reasons)


def exp(column: Column) -> Column:
    """The exponential function; NOT_APPLICABLE beyond the greatest float64."""
    return settle(np.exp(column.values), column.reasons)


def normal_cdf(column: Column) -> Column:
    """The standard normal distribution function, by the complementary error function: exact in both tails."""
    halved = (column.values * -math.sqrt(0.5)).ravel().tolist()
    tails = np.fromiter(map(math.erfc, halved), np.float64, len(halved)).reshape(column.values.shape)
    return Column(values=tails / 2, reasons=column.reasons)


def sqrt(column: Column) -> Column:
    """The square root; NOT_APPLICABLE of what is below 0."""
    return settle(np.sqrt(column.values), column.reasons)


def _unless(fault: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], reasons: Codes) -> Codes:
    return np.where(fault & (reasons == PRESENT), NOT_APPLICABLE, reasons) if fault.any() else reasons


def rounded(column: Column, digits: int) -> Column:
    """The figure to `digits` (0 to 12) decimals, half away from zero, of the shortest decimal that stands for it.

    So 2.675 to two decimals is 2.68, although the float64 is a little below: as if each figure were written out and
    rounded by hand. In most cells without writing it out: with f the scaled figure cut off, the shortest decimal is
    at or above the tie f.5 exactly where the figure is at or above the float64 nearest to that tie, because there one
    decimal with so many digits at most stands for each float64.
    """
    scale = 10.0**digits
    figures = np.abs(column.values)
    scaled = figures * scale
    values = np.floor(scaled)
    tie = values * 10.0
    tie += 5.0
    tie /= 10.0 * scale
    values += figures >= tie
    values /= scale
    coarse = scaled > _FINE
    if coarse.any():
        values[coarse] = _written_out(figures[coarse], scaled[coarse], digits)
    np.copysign(values, column.values, out=values)
    values += 0.0
    return Column(values=values, reasons=column.reasons)


def _written_out(figures: Values, scaled: Values, digits: int) -> Values:
    """Figures so large that float64 hardly has more digits than are kept, or fewer: they mostly stay as they are.

    A figure that is the float64 nearest to some whole number over 10 ** digits has a shortest decimal of so many digits
    at most. The others are rounded one by one.
    """
    scale = 10.0**digits
    stays = (figures >= _WHOLE) | (scaled >= _COARSE)
    for whole in (np.rint(scaled), np.nextafter(scaled, 0.0), np.nextafter(scaled, np.inf)):
        stays |= (whole == np.floor(whole)) & (whole / scale == figures)
    values = np.array(figures)
    last = Decimal(1).scaleb(-digits)
    for place in np.flatnonzero(~stays).tolist():
        exact = Decimal(repr(float(figures[place])))
        values[place] = float(exact.quantize(last, rounding=ROUND_HALF_UP, context=_CONTEXT))
    return values


#: Those that take a whole number, written out, beside their figure; by the name that the functions table gives each.
COUNTED: Mapping[str, Callable[[Column, int], Column]] = {"round": rounded}
