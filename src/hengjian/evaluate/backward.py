"""Kernels that look back in time. Arrays are period-major, so each earlier period is another run of rows.

A kernel names the rows that it reads (`rows_read` says the same for one cell, for explanations). A row before the
panel's start, or one before the first report, is NO_HISTORY to a later period.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate import window
from hengjian.evaluate.missing import NO_HISTORY, NOT_APPLICABLE, PRESENT, first_cause, settle, stepped
from hengjian.formula.term import Options, Shape, number, words
from hengjian.model.missing import Missing
from hengjian.model.period import PER_YEAR, Period
from hengjian.panel.panel import Column
from hengjian.panel.scene import WHOLE

Rows = NDArray[np.intp]

NEGATIVE_BASE = np.uint8(Missing.NEGATIVE_BASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Where the rows of a panel stand in their years. `per_year` 0: days, which have no fixed number a year."""

    first: int
    count: int
    per_year: int

    @property
    def rows(self) -> Rows:
        return np.arange(self.count, dtype=np.intp)

    def place(self, row: int) -> int:
        """The place of a row's period in its year, from 0."""
        return (self.first + row) % self.per_year

    def opening(self, row: int) -> int:
        """The row of last year's end (negative: before the panel's start)."""
        return row - self.place(row) - 1

    @property
    def places(self) -> Rows:
        return (self.first + self.rows) % self.per_year


def calendar_of(periods: tuple[Period, ...]) -> Calendar:
    """The calendar of a panel's periods."""
    if not periods:
        return Calendar(first=0, count=0, per_year=1)
    return Calendar(first=periods[0].index, count=len(periods), per_year=PER_YEAR.get(periods[0].frequency, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a time function is asked: over which rows, its argument's relation to time, how far, and its options."""

    calendar: Calendar
    shape: Shape
    count: int = 0
    options: Options = ()


def back(column: Column, rows: Rows) -> Column:
    """Row r of the answer is row `rows[r]` of `column`, seen from a later period; NO_HISTORY where that is negative."""
    beyond = rows < 0
    values = np.take(column.values, rows, axis=0, mode="clip")
    reasons = np.take(column.reasons, rows, axis=0, mode="clip")
    values[beyond] = np.nan
    reasons[beyond] = NO_HISTORY
    return Column(values=values, reasons=stepped(reasons))


def prior(column: Column, look: Look) -> Column:
    """The figure `count` periods earlier."""
    return back(column, look.calendar.rows - look.count) if look.count else column


def opening(column: Column, look: Look) -> Column:
    """The balance at last year's end."""
    calendar = look.calendar
    return back(column, calendar.rows - calendar.places - 1)


def yoy(column: Column, look: Look) -> Column:
    """x / (x one year earlier) - 1; NEGATIVE_BASE where the earlier figure is not above 0."""
    base = back(column, look.calendar.rows - look.calendar.per_year)
    reasons = first_cause(column, base)
    low = base.values <= 0.0
    if low.any():
        reasons = np.where(low & (reasons == PRESENT), NEGATIVE_BASE, reasons)
    return settle(column.values / base.values - 1.0, reasons)


def ytd(column: Column, look: Look) -> Column:
    """The running sum within the year, oldest to newest; a figure that is year to date already is itself."""
    if look.shape == "ytd":
        return column
    values, reasons = np.array(column.values), np.array(column.reasons)
    for row in range(look.calendar.count):
        if look.calendar.place(row) == 0:
            continue
        if row == 0:
            values[row], reasons[row] = np.nan, NO_HISTORY
            continue
        values[row] = values[row - 1] + column.values[row]
        before = stepped(reasons[row - 1])
        reasons[row] = np.where(before, before, column.reasons[row])
    return settle(values, reasons)


def ttm(column: Column, look: Look) -> Column:
    """The flow of the last twelve months.

    Of a year-to-date figure: ytd(p) + ytd(last year's end) - ytd(the same period a year ago), and ytd(p) at a year's
    end (CONTRACT section 1). Of the flow of one period: the last year's periods, added oldest to newest.
    """
    calendar = look.calendar
    if look.shape != "ytd":
        parts = [back(column, calendar.rows - step) for step in range(calendar.per_year - 1, 0, -1)] + [column]
        values = parts[0].values
        for part in parts[1:]:
            values = values + part.values
        return settle(values, first_cause(*parts))
    closing = back(column, calendar.rows - calendar.places - 1)
    year_ago = back(column, calendar.rows - calendar.per_year)
    at_end = (calendar.places == calendar.per_year - 1)[:, np.newaxis]
    reasons = np.where(at_end, column.reasons, first_cause(column, closing, year_ago))
    return settle(np.where(at_end, column.values, (column.values + closing.values) - year_ago.values), reasons)


def quarter(column: Column, look: Look) -> Column:
    """The flow of the single period: ytd(p) - ytd(the period before), and ytd(p) in the first period of a year."""
    if look.shape != "ytd":
        return column
    before = back(column, look.calendar.rows - 1)
    at_start = (look.calendar.places == 0)[:, np.newaxis]
    reasons = np.where(at_start, column.reasons, first_cause(column, before))
    return settle(np.where(at_start, column.values, column.values - before.values), reasons)


def delta(column: Column, look: Look) -> Column:
    """The growth over `count` periods: x - (x that much earlier)."""
    base = back(column, look.calendar.rows - look.count)
    return settle(column.values - base.values, first_cause(column, base))


def cagr(column: Column, look: Look) -> Column:
    """The mean yearly growth over `count` years: (x / (x that much earlier)) ** (1 / count) - 1.

    NEGATIVE_BASE where the earlier figure is not above 0; else NOT_APPLICABLE where the later one is below 0.
    """
    base = back(column, look.calendar.rows - look.count * look.calendar.per_year)
    reasons = first_cause(column, base)
    low, negative = base.values <= 0.0, column.values < 0.0
    if low.any() or negative.any():
        fault = np.where(low, NEGATIVE_BASE, np.where(negative, NOT_APPLICABLE, PRESENT))
        reasons = np.where(reasons == PRESENT, fault, reasons)
    values = column.values / base.values
    np.power(values, 1.0 / look.count, out=values)
    values -= 1.0
    return settle(values, reasons)


def rolling(column: Column, look: Look) -> Column:
    """The `kind` of figure that the last `count` periods make: their total, mean, least, greatest or deviation."""
    kind = cast("window.Kind", words(look.options, "kind")[0])
    return window.rolling(column, look.count, kind=kind, at_least=number(look.options, "at_least") or look.count)


def count_true(column: Column, look: Look) -> Column:
    """In how many of the last `count` periods the truth held."""
    return window.rolling(column, look.count, kind="sum", at_least=number(look.options, "at_least") or look.count)


#: By the name that the functions table of `formula` gives each.
BACKWARD: Mapping[str, Callable[[Column, Look], Column]] = {
    "prior": prior, "opening": opening, "yoy": yoy, "ytd": ytd, "ttm": ttm, "quarter": quarter, "delta": delta,
    "cagr": cagr, "rolling": rolling, "count_true": count_true,
    "slope": lambda column, look: window.slope(column, look.count),
    "residual": lambda column, look: window.residual(column, look.count),
    "since": lambda column, _: window.since(column),
}  # fmt: skip


def rows_read(op: str, look: Look, row: int, column: Column | None = None) -> tuple[int, ...]:
    """The rows of the argument that the kernel `op` reads for `row`, in formula order; negative: before the start.

    `since` reads back to where its truth held: it asks for that argument's `column`, of the one entity explained.
    """
    calendar, year = look.calendar, look.calendar.per_year
    match op, look.shape:
        case "prior", _:
            return (row - look.count,)
        case "delta", _:
            return (row, row - look.count)
        case "cagr", _:
            return (row, row - look.count * year)
        case (("rolling" | "slope" | "residual" | "count_true"), _):
            return tuple(range(row - look.count + 1, row + 1))
        case "since", _ if column is not None:
            return window.rows_since(column, row)
        case "opening", _:
            return (calendar.opening(row),)
        case "yoy", _:
            return (row, row - year)
        case ("ytd", "ytd"):
            return (row,)
        case "ytd", _:
            return tuple(range(row - calendar.place(row), row + 1))
        case ("ttm", "ytd"):
            return (row,) if calendar.place(row) == year - 1 else (row, calendar.opening(row), row - year)
        case "ttm", _:
            return tuple(range(row - year + 1, row + 1))
        case ("quarter", "ytd"):
            return (row,) if calendar.place(row) == 0 else (row, row - 1)
        case "quarter", _:
            return (row,)
    raise KeyError(op)


def rows_back(op: str, shape: Shape, count: int, per_year: int) -> int:
    """How many rows before its own the kernel `op` may read; WHOLE: as many as there are.

    `since` needs one more, of the time before anything was reported: what holds there held one period before the start,
    whoever else reported earlier.
    """
    match op, shape:
        case (("prior" | "delta"), _):
            return count
        case "cagr", _:
            return count * per_year
        case (("rolling" | "slope" | "residual" | "count_true"), _):
            return count - 1
        case "since", _:
            return WHOLE + 1
        case ("ytd", "ytd"):
            return 0
        case ("ttm", "ytd"):
            return per_year
        case (("ttm" | "ytd"), _):
            return per_year - 1
        case "quarter", _:
            return 1 if shape == "ytd" else 0
    return per_year
