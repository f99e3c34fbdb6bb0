"""Kernels from finer periods to coarser ones: the months of a quarter, the days of a month.

Like the windows of `window`, they are folds: of each coarse period its first fine period, then its second, and so on,
for all coarse periods and entities at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.missing import BEFORE_FIRST, NO_HISTORY, PRESENT, settle
from hengjian.evaluate.window import NOTHING, Part, fold, joined_by, ones, or_nan, without_holes
from hengjian.panel.panel import Codes, Column, Values

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Which rows of the finer column lie in each coarse period: those of [start, stop), none where both are the same.

    0 <= start <= stop <= the column's rows. Before row 0 nothing was reported, and so it is in a coarse period without
    rows: BEFORE_FIRST.
    """

    starts: tuple[int, ...]
    stops: tuple[int, ...]

    @property
    def first(self) -> Rows:
        return np.array(self.starts, dtype=np.intp)

    @property
    def sizes(self) -> Rows:
        return np.array(self.stops, dtype=np.intp) - self.first

    @property
    def longest(self) -> int:
        return max((stop - start for start, stop in zip(self.starts, self.stops, strict=True)), default=0)


Per = Callable[[Column, Spans, int | None], Column]


def _visits(spans: Spans) -> Iterator[tuple[Rows, Rows]]:
    """The first row of every span, then the second, …, each time with the places of those that have no such row."""
    first, sizes = spans.first, spans.sizes
    for step in range(spans.longest):
        yield first + step, np.flatnonzero(sizes <= step)


def _parts(figures: Values, spans: Spans, nothing: float) -> Iterator[Part]:
    for rows, beyond in _visits(spans):
        part = np.take(figures, rows, axis=0, mode="clip")
        part[beyond] = nothing
        yield slice(None), part


def _causes(reasons: Codes, spans: Spans) -> Codes:
    """The reason of the first missing one of each span, as it stands; BEFORE_FIRST where the span has no rows."""
    causes = np.zeros((len(spans.starts), reasons.shape[1]), dtype=np.uint8)
    if reasons.any():
        for rows, beyond in _visits(spans):
            part = np.take(reasons, rows, axis=0, mode="clip")
            part[beyond] = PRESENT
            np.copyto(causes, part, where=causes == PRESENT)
    causes[spans.sizes == 0] = BEFORE_FIRST
    return causes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """How many figures there are in each coarse period, and why there is no answer; `is_loose`: some may be missing."""

    numbers: Values
    reasons: Codes
    is_loose: bool


def _count(column: Column, spans: Spans, at_least: int | None) -> _Count:
    sizes = spans.sizes[:, np.newaxis].astype(np.float64)
    causes = _causes(column.reasons, spans)
    if at_least is None or not column.reasons.any():
        return _Count(numbers=sizes, reasons=causes, is_loose=False)
    numbers = fold(np.add, _parts(ones(column), spans, 0.0), causes.shape)
    is_short = (numbers < np.minimum(sizes, at_least)) | (sizes == 0.0)
    return _Count(numbers=numbers, reasons=np.where(is_short, causes, PRESENT), is_loose=True)


def _folded(kind: str) -> Per:
    """The total, mean, least or greatest of those present, oldest first.

    Missing, with the first cause, where fewer than `at_least` are present, or than there are fine periods if these are
    fewer or `at_least` is None.
    """
    join = joined_by(kind)

    def kernel(column: Column, spans: Spans, at_least: int | None) -> Column:
        count = _count(column, spans, at_least)
        figures = without_holes(join, column) if count.is_loose else column.values
        values = fold(join, _parts(figures, spans, NOTHING[join]), count.reasons.shape)
        if kind == "mean":
            np.divide(values, count.numbers, out=values)
        values += 0.0
        return settle(values, count.reasons)

    return kernel


def last(column: Column, spans: Spans) -> Column:
    """The last fine period's own figure, or its own reason."""
    rows, is_empty = np.array(spans.stops, dtype=np.intp) - 1, spans.sizes == 0
    values = np.take(column.values, rows, axis=0, mode="clip")
    reasons = np.take(column.reasons, rows, axis=0, mode="clip")
    values[is_empty], reasons[is_empty] = np.nan, BEFORE_FIRST
    return Column(values=values, reasons=reasons)


def increase(column: Column, spans: Spans, at_least: int | None) -> Column:
    """By how much a counter grew, from the reading in the one fine period before the coarse one to the last within.

    Between one reading and the next the growth is their difference, or, where the later one is lower, that reading
    itself: the counter began again from 0. Added oldest first, over those present, of which there must be `at_least`
    (None: all). Without the reading before there is no answer, and its reason is the cause; in the first coarse period
    in which anything was reported that is NO_HISTORY.
    """
    count = _count(column, spans, at_least)
    readings = or_nan(column) if count.is_loose else column.values
    latest, before = _readings_before(column, spans)

    def growths() -> Iterator[Part]:
        nonlocal latest
        for rows, beyond in _visits(spans):
            part = np.take(readings, rows, axis=0, mode="clip")
            part[beyond] = latest[beyond]
            if count.is_loose:
                np.copyto(part, latest, where=np.isnan(part))
            growth = part - latest
            np.copyto(growth, part, where=part < latest)
            yield slice(None), growth
            latest = part

    values = fold(np.add, growths(), count.reasons.shape)
    is_silent = before == BEFORE_FIRST
    if is_silent.any():
        before = np.where(is_silent & ~_nothing_yet(column, spans), NO_HISTORY, before)
    return settle(values, np.where(before, before, count.reasons))


def _readings_before(column: Column, spans: Spans) -> tuple[Values, Codes]:
    rows, is_start = spans.first - 1, (spans.first == 0) | (spans.sizes == 0)
    values = np.take(column.values, rows, axis=0, mode="clip")
    reasons = np.take(column.reasons, rows, axis=0, mode="clip")
    values[is_start], reasons[is_start] = np.nan, BEFORE_FIRST
    return values, reasons


def _nothing_yet(column: Column, spans: Spans) -> NDArray[np.bool_]:
    """Where all fine periods lie before the first report."""
    silent = np.where(column.reasons == BEFORE_FIRST, 1.0, 0.0)
    shape = (len(spans.starts), column.values.shape[1])
    return np.equal(fold(np.add, _parts(silent, spans, 0.0), shape), spans.sizes[:, np.newaxis])


#: By the name that the functions table of `formula` gives each.
PER: Mapping[str, Per] = {
    "sum_per": _folded("sum"),
    "mean_per": _folded("mean"),
    "max_per": _folded("max"),
    "min_per": _folded("min"),
    "last_per": lambda column, spans, _: last(column, spans),
    "increase_per": increase,
}


def fine_rows(op: str, spans: Spans, row: int) -> tuple[int, ...]:
    """The rows of the finer column that the kernel `op` reads for a coarse row, oldest first; -1: before the start."""
    start, stop = spans.starts[row], spans.stops[row]
    match op:
        case "last_per":
            return (stop - 1,) if stop > start else ()
        case "increase_per":
            return tuple(range(start - 1, stop))
    return tuple(range(start, stop))
