"""Periods of the calendar year: a frequency and a number that counts along it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Frequency = Literal["year", "half", "quarter", "month", "day"]
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
PER_YEAR: dict[Frequency, int] = {"year": 1, "half": 2, "quarter": 4, "month": 12}

_TEXT = re.compile(r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`index` counts periods of one frequency from year 0 (days: the proleptic Gregorian ordinal)."""

    frequency: Frequency
    index: int

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def start(self) -> date:
        if self.frequency == "day":
            return date.fromordinal(self.index)
        year, part = divmod(self.index, PER_YEAR[self.frequency])
        return date(year, 1 + part * (12 // PER_YEAR[self.frequency]), 1)

    @property
    def end(self) -> date:
        """The last day of the period."""
        if self.frequency == "day":
            return date.fromordinal(self.index)
        following = Period(self.frequency, self.index + 1)
        if following.index // PER_YEAR[self.frequency] > 9999:
            return date(9999, 12, 31)
        return following.start - timedelta(1)

    def shift(self, count: int) -> "Period":
        return Period(self.frequency, self.index + count)

    def __str__(self) -> str:
        if self.frequency == "day":
            return self.start.isoformat()
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
    """`2019`, `2019-H1`, `2019-Q4`, `2019-12`, `2019-12-31`; None when it is none of these."""
    match = _TEXT.fullmatch(text.strip())
    if match is None or match["year"] == "0000":
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


def period_of(day: date, frequency: Frequency) -> Period:
    """The period of `frequency` in which `day` lies."""
    if frequency == "day":
        return Period("day", day.toordinal())
    per_year = PER_YEAR[frequency]
    return Period(frequency, day.year * per_year + (day.month - 1) * per_year // 12)


def ending_with(period: Period, frequency: Frequency) -> Period | None:
    """The period of `frequency` that ends on the same day: 2019-12-31, 2019-12 and 2019 name 2019-Q4."""
    if period.frequency == frequency:
        return period
    other = period_of(period.end, frequency)
    return other if other.end == period.end else None
