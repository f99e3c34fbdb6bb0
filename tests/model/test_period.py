"""Periods of every frequency: text, order, days, and how finer ones lie in coarser ones."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengjian.model.period import (
    FREQUENCIES,
    Frequency,
    Period,
    around,
    coarser,
    ending_with,
    first_within,
    last_before,
    last_within,
    parse_period,
    period_of,
)

_days = st.dates(date(1, 1, 1), date(9999, 12, 31))
_frequencies = st.sampled_from(FREQUENCIES)
_periods = st.builds(lambda day, frequency, part: period_of(day, frequency).shift(part if frequency in (
    "hour", "quarter_hour") else 0), _days, _frequencies, st.integers(0, 23))  # fmt: skip


def told(text: str) -> Period:
    found = parse_period(text)
    assert found is not None
    return found


@given(_periods)
def test_a_period_is_printed_as_it_is_read(period: Period) -> None:
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    ("text", "frequency", "printed", "begins"),
    [
        ("2025-06-01T08", "hour", "2025-06-01T08", datetime(2025, 6, 1, 8)),  # noqa: DTZ001
        ("2025-06-01T08:00", "quarter_hour", "2025-06-01T08:00", datetime(2025, 6, 1, 8)),  # noqa: DTZ001
        ("2025-06-01 23:45:00", "quarter_hour", "2025-06-01T23:45", datetime(2025, 6, 1, 23, 45)),  # noqa: DTZ001
        ("2025-06-01T08:15:00.000", "quarter_hour", "2025-06-01T08:15", datetime(2025, 6, 1, 8, 15)),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_date_times(text: str, frequency: Frequency, printed: str, begins: datetime) -> None:
    found = told(text)
    assert (found.frequency, str(found), found.begins) == (frequency, printed, begins)
    assert (found.start, found.end, found.year) == (date(2025, 6, 1), date(2025, 6, 1), 2025)


@pytest.mark.parametrize(
    "text",
    ["2025-06-01T08:07", "2025-06-01T24:00", "2025-06-01T08:15:30", "2025-06-01T08:15Z", "2025-06-01T08:15+08:00",
     "2025-02-30T08:15", "0000-06-01T08:15", "2025-06-01T8:15", "2025-06-01T", "2025-06T08:15", "2025-13", "2025-W01"],
)  # fmt: skip
def test_other_texts_are_no_periods(text: str) -> None:
    assert parse_period(text) is None


@settings(max_examples=200)
@given(_periods, _frequencies)
def test_finer_periods_fill_a_coarser_one(period: Period, frequency: Frequency) -> None:
    if coarser(frequency, period.frequency):
        with pytest.raises(ValueError, match="lies within"):
            first_within(period, frequency)
        with pytest.raises(ValueError, match="lies within"):
            last_within(period, frequency)
        held = around(period, frequency)
        assert first_within(held, period.frequency) <= period <= last_within(held, period.frequency)
        ends = last_within(held, period.frequency) == period
        assert ending_with(period, frequency) == (held if ends else None)
        assert last_before(period, frequency) == (held if ends else held.shift(-1))
        return
    first, last = first_within(period, frequency), last_within(period, frequency)
    assert first.begins == period.begins
    assert (first.start, last.end) == (period.start, period.end)
    assert ending_with(period, frequency) == last_before(period, frequency) == last
    assert around(first, period.frequency) == around(last, period.frequency) == period
    if period.end.year < 9999:
        assert around(last.shift(1), period.frequency) == period.shift(1)
    if period.frequency != frequency:
        with pytest.raises(ValueError, match="holds a"):
            around(period, frequency)


def test_counts_within() -> None:
    def count(text: str, frequency: Frequency) -> int:
        period = told(text)
        return last_within(period, frequency).index - first_within(period, frequency).index + 1

    assert [count("2024-02", "day"), count("2024-02", "hour"), count("2024-02", "quarter_hour")] == [29, 696, 2784]
    assert [count("2024", "month"), count("2024-H1", "quarter"), count("2024", "quarter_hour")] == [12, 2, 35_136]
    assert [count("2024-02-29T05", "quarter_hour"), count("9999-12-31", "hour")] == [4, 24]


def test_a_period_ends_with_what_ends_with_it() -> None:
    assert ending_with(told("2019-12-31"), "quarter") == told("2019-Q4")
    assert ending_with(told("2019"), "month") == told("2019-12")
    assert ending_with(told("2019-12-31T23:45"), "year") == told("2019")
    assert ending_with(told("2019-12-31T23"), "quarter_hour") == told("2019-12-31T23:45")
    assert ending_with(told("2019-12-31T22"), "day") is None
    assert period_of(date(2019, 12, 31), "hour") == told("2019-12-31T00")
