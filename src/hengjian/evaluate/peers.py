"""Kernels that compare an entity with its peers: per period, among those of the same group that have a figure.

Which reason a missing answer gets: an attribute is not stated (NOT_APPLICABLE); for rank, percentile and zscore the
figure itself is missing (its reason); the group has too few figures (TOO_FEW_PEERS); there is none to compare with.
Sums run by ascending ordinal, one term at a time: `np.bincount` adds its weights in the order given.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.missing import BEFORE_FIRST, NOT_APPLICABLE, PRESENT, settle
from hengjian.evaluate.order import Bounds, Order, Sorted
from hengjian.model.missing import Missing
from hengjian.panel.groups import Division
from hengjian.panel.panel import Codes, Column, Values

TOO_FEW_PEERS = np.uint8(Missing.TOO_FEW_PEERS)
ZERO_DENOMINATOR = np.uint8(Missing.ZERO_DENOMINATOR)

#: A column of so many entities is answered in several threads, period by period; no answer depends on how many.
WIDE = 50_000
THREADS = min(2, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How a peer function is asked: how many figures a group must have, and of `quantile` which one (0 to 1)."""

    at_least: int = 5
    q: float | None = None


Peer = Callable[[Order, Ask], Column]
_OfPeriod = Callable[[Order, int, Ask], Column]


def _period_by_period(answer: _OfPeriod) -> Peer:
    """A kernel out of what it makes of one period."""

    def kernel(order: Order, ask: Ask) -> Column:
        values, reasons = np.empty(order.column.values.shape), np.empty(order.column.values.shape, np.uint8)

        def fill(row: int) -> None:
            # Each thread has its own way of handling errors of arithmetic.
            with np.errstate(all="ignore"):
                made = answer(order, row, ask)
            values[row], reasons[row] = made.values, made.reasons

        if order.column.values.shape[1] < WIDE or len(values) < 2 or THREADS < 2:
            for row in range(len(values)):
                fill(row)
        else:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(fill, range(len(values))))
        return Column(values=values, reasons=reasons)

    return kernel


def _sizes_reasons(sizes: Bounds, ask: Ask) -> Codes:
    """Per group, TOO_FEW_PEERS where it has too few figures, or none at all."""
    return np.where(sizes < max(1, ask.at_least), TOO_FEW_PEERS, PRESENT)


def _of_groups(figures: Values, reasons: Codes, division: Division) -> Column:
    """A figure a group as one of each entity; the last entry of a table is that of code -1, not stated."""
    unstated = NOT_APPLICABLE if division.known else BEFORE_FIRST
    codes = division.codes.astype(np.intp)
    values = np.append(np.where(reasons == PRESENT, figures, np.nan), np.nan).take(codes)
    return settle(values, np.append(reasons, unstated).take(codes))


def _of_entities(values: Values, own: Codes, reasons: Codes, division: Division) -> Column:
    """Each entity's figure, with its own reason before that of its group."""
    unstated = NOT_APPLICABLE if division.known else BEFORE_FIRST
    shared = np.append(reasons, unstated).take(division.codes.astype(np.intp))
    if own.any():
        shared = np.where((own != PRESENT) & (division.codes >= 0), own, shared)
    # 0 / 0 is a NaN with a sign; a block of groups must not differ from the whole even in that.
    values[shared != PRESENT] = np.nan
    return settle(values, shared)


def _quantile(order: Order, row: int, ask: Ask, q: float) -> Column:
    """By linear interpolation between order statistics (Hyndman and Fan 1996, type 7)."""
    ordered = order.at(row)
    sizes = ordered.sizes
    figures = np.full(len(sizes), np.nan)
    some = np.flatnonzero(sizes)
    height = (sizes[some] - 1) * q
    low = np.floor(height)
    start = ordered.bounds[some] + low.astype(np.intp)
    below, above = ordered.values[start], ordered.values[np.minimum(start + 1, ordered.bounds[some + 1] - 1)]
    share = height - low
    figures[some] = np.where(share == 0.0, below, below + share * (above - below))
    return _of_groups(figures, _sizes_reasons(sizes, ask), order.groups.divisions[row])


def _median(order: Order, row: int, ask: Ask) -> Column:
    return _quantile(order, row, ask, 0.5)


def _asked_quantile(order: Order, row: int, ask: Ask) -> Column:
    if ask.q is None:
        raise ValueError("a quantile is asked for without saying which")
    return _quantile(order, row, ask, ask.q)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """Of one period: where the figures are and in which groups, by ascending ordinal; per group their number, mean."""

    places: Bounds
    codes: Bounds
    values: Values
    sizes: Bounds
    means: Values


def _means(order: Order, row: int) -> _Means:
    division = order.groups.divisions[row]
    here = (order.column.reasons[row] == PRESENT) & (division.codes >= 0)
    places = np.flatnonzero(here)
    codes, values = division.codes[places].astype(np.intp), order.column.values[row][places]
    sizes = np.bincount(codes, minlength=len(order.groups.labels))
    means = np.bincount(codes, weights=values, minlength=len(sizes)) / sizes
    return _Means(places=places, codes=codes, values=values, sizes=sizes, means=means)


def _mean(order: Order, row: int, ask: Ask) -> Column:
    made = _means(order, row)
    return _of_groups(made.means, _sizes_reasons(made.sizes, ask), order.groups.divisions[row])


def _zscore(order: Order, row: int, ask: Ask) -> Column:
    """(x - mean) / sample standard deviation: two passes; NOT_APPLICABLE where a sum is beyond all numbers."""
    made = _means(order, row)
    apart = made.values - made.means[made.codes]
    squares = np.bincount(made.codes, weights=apart * apart, minlength=len(made.sizes))
    spread = np.sqrt(squares / (made.sizes - 1))
    reasons = _sizes_reasons(made.sizes, ask)
    reasons = np.where((reasons == PRESENT) & ((made.sizes == 1) | ~np.isfinite(spread)), NOT_APPLICABLE, reasons)
    reasons = np.where((reasons == PRESENT) & (spread == 0.0), ZERO_DENOMINATOR, reasons)
    values = np.full(order.column.values.shape[1], np.nan)
    values[made.places] = apart / spread[made.codes]
    return _of_entities(values, order.column.reasons[row], reasons, order.groups.divisions[row])


def _runs(ordered: Sorted) -> tuple[Bounds, Bounds]:
    """Where each run of equal figures of one group starts, and where the next one does."""
    new = np.empty(len(ordered.values), np.bool_)
    new[1:] = ordered.values[1:] != ordered.values[:-1]
    starts = ordered.bounds[:-1]
    new[starts[ordered.sizes > 0]] = True
    begin = np.flatnonzero(new)
    return begin, np.append(begin, len(new))[1:]


def _each(figures: Values, begin: Bounds, end: Bounds) -> Values:
    """A figure a run as one of each of its members; mostly every run is of one."""
    return figures if len(end) and len(begin) == end[-1] else np.repeat(figures, end - begin)


def _spread_out(order: Order, row: int, figures: Values, reasons: Codes) -> Column:
    """Figures in sorted order as those of the entities."""
    values = np.full(order.column.values.shape[1], np.nan)
    values[order.at(row).places.astype(np.intp)] = figures
    return _of_entities(values, order.column.reasons[row], reasons, order.groups.divisions[row])


def _rank(order: Order, row: int, ask: Ask) -> Column:
    """1 + how many of the group have a greater figure."""
    ordered = order.at(row)
    begin, end = _runs(ordered)
    last = np.repeat(ordered.bounds[1:], ordered.sizes)
    figures = _each((last[begin] - end + 1).astype(np.float64), begin, end)
    return _spread_out(order, row, figures, _sizes_reasons(ordered.sizes, ask))


def _percentile(order: Order, row: int, ask: Ask) -> Column:
    """How many of the group have a smaller figure, of those others there are: 0 to 1."""
    ordered = order.at(row)
    sizes = ordered.sizes
    begin, end = _runs(ordered)
    first, others = np.repeat(ordered.bounds[:-1], sizes), np.repeat(sizes - 1, sizes)
    figures = _each((begin - first[begin]) / others[begin], begin, end)
    reasons = _sizes_reasons(sizes, ask)
    return _spread_out(order, row, figures, np.where((reasons == PRESENT) & (sizes == 1), NOT_APPLICABLE, reasons))


#: By the name that the functions table of `formula` gives each.
PEERS: Mapping[str, Peer] = {
    "median_within": _period_by_period(_median),
    "quantile": _period_by_period(_asked_quantile),
    "mean_within": _period_by_period(_mean),
    "zscore": _period_by_period(_zscore),
    "rank": _period_by_period(_rank),
    "percentile": _period_by_period(_percentile),
}
