"""Periods of the calendar: a frequency and a number that counts along it.

Periods finer than a day are of the space's local time, and each day has 24 hours: where clocks are put forward an hour
is never reported, where they are put back the two readings of one hour cannot be told apart. A date-time names the
period that begins then.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

Frequency = Literal["year", "half", "quarter", "month", "day", "hour", "quarter_hour"]
#: From the coarsest to the finest: each begins and ends where some of the next do.
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
#: The frequencies that divide the year.
PER_YEAR: dict[Frequency, int] = {"year": 1, "half": 2, "quarter": 4, "month": 12}
#: The frequencies that divide the day.
PER_DAY: dict[Frequency, int] = {"day": 1, "hour": 24, "quarter_hour": 96}

_TEXT = re.compile(r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?")
_TIME = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[T ](?P<hour>[01]\d|2[0-3])(?::(?P<minute>00|15|30|45)(?::00(?:\.0+)?)?)?"
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`index` counts periods of one frequency from year 0; those that divide the day go by the proleptic Gregorian
    ordinal, as 24 × ordinal + hour."""

    frequency: Frequency
    index: int

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def start(self) -> date:
        """The first day of the period; of a part of a day that day."""
        if self.frequency in PER_DAY:
            return date.fromordinal(self.index // PER_DAY[self.frequency])
        year, part = divmod(self.index, PER_YEAR[self.frequency])
        return date(year, 1 + part * (12 // PER_YEAR[self.frequency]), 1)

    @property
    def end(self) -> date:
        """The last day of the period; of a part of a day that day."""
        if self.frequency in PER_DAY:
            return self.start
        following = Period(self.frequency, self.index + 1)
        if following.index // PER_YEAR[self.frequency] > 9999:
            return date(9999, 12, 31)
        return following.start - timedelta(1)

    @property
    def begins(self) -> datetime:
        """Its first moment, in the space's local time."""
        per_day = PER_DAY.get(self.frequency, 1)
        minutes = self.index % per_day * (1440 // per_day)
        return datetime.combine(self.start, time(minutes // 60, minutes % 60))

    def shift(self, count: int) -> "Period":
        return Period(self.frequency, self.index + count)

    def __str__(self) -> str:
        match self.frequency:
            case "day":
                return self.start.isoformat()
            case "hour":
                return self.begins.isoformat(timespec="hours")
            case "quarter_hour":
                return self.begins.isoformat(timespec="minutes")
        year, part = divmod(self.index, PER_YEAR[self.frequency])
        match self.frequency:
            case "year":
                return f"{year:04d}"
            case "half":
                return f"{year:04d}-H{part + 1}"
            case "quarter":
                return f"{year:04d}-Q{part + 1}"
            case _:
                return f"{year:04d}-{part + 1:02d}"


def parse_period(text: str) -> Period | None:
    """`2019`, `2019-H1`, `2019-Q4`, `2019-12`, `2019-12-31`, `2019-12-31T08` (the hour), `2019-12-31T08:15` (the
    quarter hour that begins then, seconds may stand as :00); None when it is none of these."""
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        return _parse_time(text.strip())
    if match["year"] == "0000":
        return None
    year = int(match["year"])
    if match["half"]:
        return Period("half", year * 2 + int(match["half"]) - 1)
    if match["quarter"]:
        return Period("quarter", year * 4 + int(match["quarter"]) - 1)
    if match["day"]:
        try:
            return Period("day", date(year, int(match["month"]), int(match["day"])).toordinal())
        except ValueError:
            return None
    if match["month"]:
        month = int(match["month"])
        return Period("month", year * 12 + month - 1) if 1 <= month <= 12 else None
    return Period("year", year)


def _parse_time(text: str) -> Period | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    try:
        hour = date.fromisoformat(match["day"]).toordinal() * 24 + int(match["hour"])
    except ValueError:
        return None
    if match["minute"] is None:
        return Period("hour", hour)
    return Period("quarter_hour", hour * 4 + int(match["minute"]) // 15)


def coarser(frequency: Frequency, other: Frequency) -> bool:
    """Whether periods of `frequency` are made of several of `other`."""
    return FREQUENCIES.index(frequency) < FREQUENCIES.index(other)


def period_of(day: date, frequency: Frequency) -> Period:
    """The period of `frequency` in which `day` begins."""
    if frequency in PER_DAY:
        return Period(frequency, day.toordinal() * PER_DAY[frequency])
    per_year = PER_YEAR[frequency]
    return Period(frequency, day.year * per_year + (day.month - 1) * per_year // 12)


def around(period: Period, frequency: Frequency) -> Period:
    """The period of `frequency` in which a period that is no coarser lies; ValueError when it is coarser."""
    if coarser(period.frequency, frequency):
        raise ValueError(f"no {frequency} holds a {period.frequency}")
    if frequency in PER_DAY:
        return Period(frequency, period.index * PER_DAY[frequency] // PER_DAY[period.frequency])
    return period_of(period.start, frequency)


def first_within(period: Period, frequency: Frequency) -> Period:
    """The first period of `frequency` inside a period that is no finer; ValueError when it is finer."""
    if coarser(frequency, period.frequency):
        raise ValueError(f"no {frequency} lies within a {period.frequency}")
    if period.frequency in PER_DAY:
        return Period(frequency, period.index * (PER_DAY[frequency] // PER_DAY[period.frequency]))
    return period_of(period.start, frequency)


def last_within(period: Period, frequency: Frequency) -> Period:
    """The last period of `frequency` inside a period that is no finer; ValueError when it is finer."""
    if period.frequency in PER_DAY:
        return first_within(period.shift(1), frequency).shift(-1)
    if frequency in PER_DAY:
        return Period(frequency, (period.end.toordinal() + 1) * PER_DAY[frequency] - 1)
    first = first_within(period, frequency)
    return first.shift(PER_YEAR[frequency] // PER_YEAR[period.frequency] - 1)


def last_before(period: Period, frequency: Frequency) -> Period:
    """The last period of `frequency` that ends when `period` does, or before."""
    if not coarser(frequency, period.frequency):
        return last_within(period, frequency)
    found = around(period, frequency)
    return found if last_within(found, period.frequency) == period else found.shift(-1)


def ending_with(period: Period, frequency: Frequency) -> Period | None:
    """The period of `frequency` that ends when `period` does: 2019-12-31, 2019-12 and 2019 name 2019-Q4."""
    if not coarser(frequency, period.frequency):
        return last_within(period, frequency)
    found = around(period, frequency)
    return found if last_within(found, period.frequency) == period else None
