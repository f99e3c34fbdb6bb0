"""Working days of China against the State Council's own notices, and years that have none yet."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.casework.workdays import after, working
from hengjian.model.issue import Refused
from hengjian.model.workflow import Span


def days(year: int, *stretches: str) -> set[date]:
    """Days as the notices write them: "2.10-2.17" or "4.7"."""
    found = set()
    for stretch in stretches:
        first, last = (date(year, *map(int, end.split("."))) for end in (stretch.split("-") * 2)[:2])
        found |= {first + timedelta(days=at) for at in range((last - first).days + 1)}
    return found


#: What the notices 国务院办公厅关于…年部分节假日安排的通知 say: days off, and weekend days that are worked.
NOTICES: Mapping[int, tuple[str, set[date], set[date]]] = {
    2024: (
        "国办发明电〔2023〕7号",
        days(2024, "1.1", "2.10-2.17", "4.4-4.6", "5.1-5.5", "6.10", "9.15-9.17", "10.1-10.7"),
        days(2024, "2.4", "2.18", "4.7", "4.28", "5.11", "9.14", "9.29", "10.12"),
    ),
    2025: (
        "国办发明电〔2024〕12号",
        days(2025, "1.1", "1.28-2.4", "4.4-4.6", "5.1-5.5", "5.31-6.2", "10.1-10.8"),
        days(2025, "1.26", "2.8", "4.27", "9.28", "10.11"),
    ),
    2026: (
        "国办发明电〔2025〕7号",
        days(2026, "1.1-1.3", "2.15-2.23", "4.4-4.6", "5.1-5.5", "6.19-6.21", "9.25-9.27", "10.1-10.7"),
        days(2026, "1.4", "2.14", "2.28", "5.9", "9.20", "10.10"),
    ),
}  # fmt: skip


def of_year(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_a_year_is_as_its_notice_says(year: int) -> None:
    notice, off, worked = NOTICES[year]
    for day in of_year(year):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert working(day) == (expected, True), f"{day}, {notice}"


@pytest.mark.parametrize(
    "day", ["2024-02-04", "2024-02-18", "2025-01-26", "2025-09-28", "2026-01-04", "2026-02-14", "2026-10-10"]
)
def test_weekend_days_that_make_up_for_holidays_are_worked(day: str) -> None:
    found = date.fromisoformat(day)
    assert found.weekday() >= 5
    assert working(found) == (True, True)


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        ("2024-02-02", 1, "2024-02-04"),  # a Friday; the Sunday after makes up for the Spring Festival
        ("2024-02-09", 1, "2024-02-18"),  # the eve, not a holiday that year, then eight days off
        ("2025-01-27", 4, "2025-02-08"),  # 1.28 to 2.4 off; 2.5, 2.6, 2.7 and the Saturday 2.8
        ("2026-09-30", 3, "2026-10-10"),  # 10.1 to 10.7 off; 10.8, 10.9 and the Saturday 10.10
        ("2026-01-01", 1, "2026-01-04"),
    ],
)
def test_days_counted_by_hand(day: str, count: int, last: str) -> None:
    assert after(date.fromisoformat(day), Span(days=count, working=True)) == (date.fromisoformat(last), False)


def test_days_of_the_calendar_are_never_provisional() -> None:
    assert after(date(2026, 12, 1), Span(days=400)) == (date(2028, 1, 5), False)


def test_a_year_without_a_notice_is_provisional() -> None:
    """2100 has none yet; the law's own holidays hold, and nobody says which weekends make up for them."""
    assert working(date(2100, 10, 1)) == (False, False)
    assert working(date(2100, 10, 11)) == (True, False), "a Monday"
    assert working(date(2100, 10, 10)) == (False, False), "a Sunday"
    day, provisional = after(date(2099, 12, 30), Span(days=5, working=True))
    assert provisional
    assert day > date(2100, 1, 5)


@given(st.dates(date(2005, 1, 1), date(2025, 6, 1)), st.integers(1, 60))
def test_so_many_working_days_lie_between(day: date, count: int) -> None:
    last, provisional = after(day, Span(days=count, working=True))
    between = [day + timedelta(days=at) for at in range(1, (last - day).days + 1)]
    assert sum(working(one)[0] for one in between) == count
    assert working(last)[0]
    assert not provisional


@pytest.mark.parametrize("is_working", [True, False])
def test_the_calendar_ends(is_working: bool) -> None:
    with pytest.raises(Refused) as caught:
        after(date(9999, 12, 30), Span(days=9, working=is_working))
    (issue,) = caught.value.issues
    assert (issue.message, issue.hint) == ("9 days after 9999-12-30 there is no date", "name an earlier day")
