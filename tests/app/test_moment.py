"""Days, moments and stretches as commands spell them, against the calendar counted day by day."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hengjian.app.moment import parse_cut, parse_day, parse_known_at, parse_stretch, stretch_of
from hengjian.model.cut import Cut, KnownAt
from hengjian.model.issue import Refused
from hengjian.model.period import Frequency, Period, period_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST, FIRST = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
TICK = timedelta(microseconds=1)


def moment(text: str, zone: str = "Asia/Shanghai") -> datetime | None:
    return parse_known_at(text, ZoneInfo(zone)).moment


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-31T18:00:00+08:00", "2026-03-31T10:00:00"),
        ("2026-03-31T18:00:00Z", "2026-03-31T18:00:00"),
        ("2026-03-31T18:00:00.123456-05:00", "2026-03-31T23:00:00.123456"),
        ("2026-03-31", "2026-03-31T15:59:59.999999"),
    ],
)
def test_a_moment_is_kept_in_utc(text: str, utc: str) -> None:
    assert moment(text) == datetime.fromisoformat(f"{utc}+00:00")


def test_a_number_of_entries() -> None:
    assert parse_known_at("entry:12", SHANGHAI) == KnownAt(entries=12)
    assert parse_known_at("entry:0", SHANGHAI) == KnownAt(entries=0)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        pytest.param("Europe/Berlin", date(2026, 3, 29), 23, id="clocks go forward"),
        pytest.param("Europe/Berlin", date(2026, 10, 25), 25, id="clocks go back"),
        pytest.param("America/Sao_Paulo", date(2018, 11, 3), 24, id="the next day has no midnight"),
        pytest.param("America/Havana", date(2026, 10, 31), 24, id="the next day has two midnights"),
        pytest.param("Pacific/Apia", date(2011, 12, 29), 24, id="the next day is left out"),
        pytest.param("Pacific/Apia", date(2011, 12, 30), 0, id="a day that never was"),
        pytest.param("Asia/Shanghai", date(2026, 3, 31), 24, id="no change"),
    ],
)
def test_a_day_ends_when_the_next_one_begins_there(zone: str, day: date, hours: int) -> None:
    """tzdata: the lengths of these days in their zones."""
    ended = moment(day.isoformat(), zone)
    before = moment((day - timedelta(days=1)).isoformat(), zone)
    assert ended is not None
    assert before is not None
    assert ended - before == timedelta(hours=hours)
    if hours:
        assert ended.astimezone(ZoneInfo(zone)).date() == day
        assert (ended + TICK).astimezone(ZoneInfo(zone)).date() > day


@given(st.dates(date(1950, 1, 1), date(2037, 12, 31)), st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]))
def test_days_follow_one_another_without_a_gap(day: date, zone: str) -> None:
    ended = moment(day.isoformat(), zone)
    assert ended is not None
    assert ended.astimezone(ZoneInfo(zone)).date() == day
    assert (ended + TICK).astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1)


def test_the_ends_of_the_calendar() -> None:
    assert moment("9999-12-31") == LAST
    assert moment("9999-12-31", "America/New_York") == LAST
    assert moment("9999-12-30", "America/New_York") is not None
    assert moment("9999-12-31T23:59:59-08:00") == LAST
    assert moment("0001-01-01T00:00:00+08:00") == FIRST
    assert moment("0001-01-01") == datetime.fromisoformat("0001-01-01T15:54:16.999999+00:00"), "local mean time"


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        parse_known_at(text, SHANGHAI)
    (issue,) = caught.value.issues
    return f"{issue.message} | {issue.hint}"


@pytest.mark.parametrize("text", ["entry:", "entry:-1", "entry:x", "entry:١", "entry: 1", "entry:" + "9" * 5000])
def test_what_names_no_entry(text: str) -> None:
    expected = f"--as-known-at {text!r} names no entry | write entry: and a whole number, such as entry:12"
    assert refusal(text) == expected


@pytest.mark.parametrize("text", ["", "now", "2026-03-31T18:00:00", "2026-13-31T18:00:00Z", "2026-03-31T25:00:00Z"])
def test_what_is_no_moment(text: str) -> None:
    assert refusal(text) == (
        f"--as-known-at {text!r} is not a moment | write a date (2026-03-31), an RFC 3339 date-time with its zone "
        "(2026-03-31T18:00:00+08:00) or entry:12"
    )


@pytest.mark.parametrize("text", ["2026-02-30", "2026-W01-1", "2026/03/31", "20260331", "2026-3-31", "٢026-03-31", ""])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(Refused, match="is not a date") as caught:
        parse_day(text, "--as-of")
    assert str(caught.value) == f"--as-of {text!r} is not a date\n  hint: write it as 2026-03-31"


def test_a_cut_in_both_languages() -> None:
    assert parse_cut({}, SHANGHAI) == Cut()
    asked = {"as_of": "2026-03-31", "as_known_at": "entry:3", "scope": "单体", "basis": "审计", "proven": True}
    assert parse_cut(asked, SHANGHAI) == Cut(
        as_of=date(2026, 3, 31), known_at=KnownAt(entries=3), scope="parent", basis="audited", proven=True
    )
    words = {"合并": "consolidated", "consolidated": "consolidated", "单体": "parent", "parent": "parent"}
    assert {word: parse_cut({"scope": word}, SHANGHAI).scope for word in words} == words
    words = {"快报": "flash", "审计": "audited", "考核": "assessed", "best": "best", "assessed": "assessed"}
    assert {word: parse_cut({"basis": word}, SHANGHAI).basis for word in words} == words


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ({"scope": "group"}, "unknown scope 'group'", "scopes: consolidated (合并), parent (单体)"),
        ({"basis": "guess"}, "unknown basis 'guess'", "bases: best, flash, audited, assessed"),
    ],
)
def test_words_that_are_none(asked: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_cut(asked, SHANGHAI)
    assert str(caught.value) == f"{message}\n  hint: {hint}"


# stretches of periods

DAYS = [date(2018, 1, 1) + timedelta(days=number) for number in range(3 * 365)]
#: Those whose ends are days; parts of a day stand by hand below.
FREQUENCIES = tuple(one for one in get_args(Frequency) if one not in ("hour", "quarter_hour"))
PERIODS = st.builds(period_of, st.sampled_from(DAYS), st.sampled_from(FREQUENCIES))


@given(PERIODS, PERIODS, st.sampled_from(FREQUENCIES))
def test_a_stretch_holds_the_periods_that_end_inside_it(one: Period, other: Period, frequency: Frequency) -> None:
    first, last = (one, other) if one.start <= other.end else (other, one)
    ends = sorted(
        {period_of(day, frequency) for day in calendar(first.start, last.end) if period_of(day, frequency).end == day}
    )
    found = stretch_of(frequency, (first, last), single=False)
    if found is None:
        assert ends == []
    else:
        assert found[1] == ends[-1]
        assert [period for period in ends if period < found[0]] == []
        assert found[0] == period_of(first.start, frequency) == ends[0]


@pytest.mark.parametrize(
    ("text", "frequency", "found"),
    [
        ("2025-06-01", "hour", ("2025-06-01T23", "2025-06-01T23")),
        ("2025-06-01..2025-06-02", "hour", ("2025-06-01T00", "2025-06-02T23")),
        ("2025-06-01T08..2025-06-01T09:15", "quarter_hour", ("2025-06-01T08:00", "2025-06-01T09:15")),
        ("2025-06-01T08..2025-06-01T09:15", "hour", ("2025-06-01T08", "2025-06-01T08")),
        ("2025-06-01T08..2025-06-01T23:45", "day", ("2025-06-01", "2025-06-01")),
        ("2025-06-01T08:15", "quarter_hour", ("2025-06-01T08:15", "2025-06-01T08:15")),
        ("2025-06-01T08:15", "day", None),
        ("2025-06-01T08:15..2025-06-01T08:30", "day", None),
    ],
)
def test_stretches_of_parts_of_a_day(text: str, frequency: Frequency, found: tuple[str, str] | None) -> None:
    stretch = stretch_of(frequency, parse_stretch(text), single=".." not in text)
    assert (stretch and tuple(map(str, stretch))) == found


def calendar(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@given(PERIODS, st.sampled_from(FREQUENCIES))
@example(Period("year", 2019), "quarter")
def test_a_single_period_names_the_one_that_ends_with_it(period: Period, frequency: Frequency) -> None:
    named = [one for one in {period_of(period.end, frequency)} if one.end == period.end]
    assert stretch_of(frequency, (period, period), single=True) == ((named[0], named[0]) if named else None)


@given(st.dates(), st.sampled_from(FREQUENCIES), st.sampled_from(FREQUENCIES), st.booleans())
@example(date.min, "month", "quarter", True)
@example(date.min, "day", "year", False)
@example(date.max, "year", "day", False)
def test_stretches_at_the_ends_of_the_calendar(day: date, of: Frequency, frequency: Frequency, single: bool) -> None:
    asked = period_of(day, of)
    found = stretch_of(frequency, (asked, asked), single=single)
    assert found is None or found[1].end <= asked.end


def test_stretches_as_they_are_written() -> None:
    assert parse_stretch("2019-Q4") == (Period("quarter", 2019 * 4 + 3),) * 2
    assert list(map(str, parse_stretch("2019-12..2020-12-31"))) == ["2019-12", "2020-12-31"]
    for text in ("", "2019..", "..2019", "2019-Q5", "2019...2020", "2019..2020..2021", "last"):
        with pytest.raises(Refused) as caught:
            parse_stretch(text)
        assert str(caught.value) == (
            f"--period {text!r} names no period\n  hint: write 2019, 2019-H1, 2019-Q4, 2019-12 or 2019-Q1..2020-Q4"
        )
    with pytest.raises(Refused) as caught:
        parse_stretch("2020..2019")
    assert str(caught.value) == "--period '2020..2019' ends before it begins\n  hint: write the earlier period first"
