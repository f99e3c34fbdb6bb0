"""Alerts against what then happened: what counts as a hit, a false alarm, and what cannot be judged."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.supervise.backtest import Episode, Event, Horizon, Spread, Watch, judge, parse_horizon

YEAR = Horizon(months=12)
LAST = date(2024, 12, 31)


def day(text: str) -> date:
    return date.fromisoformat(text)


def episode(since: str, until: str | None = None, entity: str = "A") -> Episode:
    end = None if until is None else day(until)
    return Episode(entity=entity, level="red", period="2020-Q1", since=day(since), until=end)


def event(on: str, entity: str = "A") -> Event:
    return Event(entity=entity, day=day(on))


def watch(horizon: Horizon = YEAR, **known: str) -> Watch:
    return Watch(known={entity: day(text) for entity, text in known.items()}, last=LAST, horizon=horizon)


@pytest.mark.parametrize(
    ("text", "found"),
    [("12m", Horizon(months=12)), ("90d", Horizon(days=90)), ("2y", Horizon(months=24)), (" 6M ", Horizon(months=6)),
     ("0m", None), ("m", None), ("1.5y", None), ("101y", None), ("99999d", None), ("-3m", None), ("", None)],
)  # fmt: skip
def test_a_horizon_as_it_is_written(text: str, found: Horizon | None) -> None:
    assert parse_horizon(text) == found


def test_a_horizon_goes_by_the_calendar() -> None:
    assert Horizon(months=1).before(day("2024-03-31")) == day("2024-02-29")
    assert Horizon(months=12).after(day("2024-02-29")) == day("2025-02-28")
    assert Horizon(days=90).after(day("2024-01-01")) == day("2024-03-31")
    assert Horizon(months=600).before(day("0003-01-01")) == date.min
    assert Horizon(days=30_000).after(day("9998-01-01")) == date.max


def test_an_event_is_warned_of_by_an_alert_that_stood_within_the_horizon_before_it() -> None:
    told = [event("2022-06-30")]
    cases = {
        ("2022-06-29", None): True,  # the day before
        ("2022-06-30", None): False,  # on its day it is no warning
        ("2021-06-30", "2021-07-01"): True,  # the first day of the horizon
        ("2021-05-01", "2021-06-30"): False,  # over on the first day of the horizon
        ("2020-01-01", None): True,  # it stood all the time: early
        ("2022-07-15", None): False,
    }  # fmt: skip
    for (since, until), is_warned in cases.items():
        found = judge([episode(since, until)], told, watch(A="2019-01-01"))
        assert (len(found.warned), len(found.missed)) == ((1, 0) if is_warned else (0, 1)), (since, until)
        assert found.hit_rate == float(is_warned)


def test_the_lead_is_from_the_first_raising_that_warned_and_early_is_told() -> None:
    told = [event("2022-06-30"), event("2023-06-30", "B")]
    raised = [episode("2020-06-30"), episode("2023-05-31", entity="B"), episode("2022-09-01", "2022-10-01", "B")]
    found = judge(raised, told, watch(A="2019-01-01", B="2019-01-01"))
    assert found.early == 1
    days = sorted([(day("2022-06-30") - day("2020-06-30")).days, (day("2023-06-30") - day("2022-09-01")).days])
    assert found.lead == Spread(
        median=sum(days) / 2, lower=days[0] + (days[1] - days[0]) / 4, upper=days[0] + (days[1] - days[0]) * 3 / 4
    )


def test_an_alert_that_nothing_follows_is_false_once_its_horizon_is_over() -> None:
    raised = [episode("2022-01-01", "2022-03-01"), episode("2023-12-31"), episode("2024-01-01")]
    found = judge(raised, [], watch(A="2019-01-01"))
    assert (found.true, found.false, found.pending, found.precision) == (0, 2, 1, 0.0)
    assert found.false_per_year == pytest.approx(2 / ((LAST - day("2019-01-01")).days / 365.25))
    assert found.hit_rate is None, "there was no event to warn of"


def test_an_alert_soon_after_an_event_is_late() -> None:
    raised = [episode("2022-09-30", "2022-10-01")]
    found = judge(raised, [event("2022-06-30")], watch(A="2019-01-01"))
    assert (found.false, found.late, len(found.missed)) == (1, 1, 1)
    found = judge([episode("2023-07-01", "2023-08-01")], [event("2022-06-30")], watch(A="2019-01-01"))
    assert (found.false, found.late) == (1, 0)


def test_events_that_nobody_could_have_warned_of_are_apart() -> None:
    told = [event("2019-01-01"), event("2018-01-01"), event("2025-01-01"), event("2022-01-01", "unknown")]
    found = judge([episode("2019-01-02", "2019-02-01")], told, watch(A="2019-01-01"))
    assert len(found.unjudged) == 4
    assert (found.hit_rate, found.warned, found.missed, found.precision) == (None, (), (), 0.0)


def test_one_entitys_alert_warns_of_no_other() -> None:
    found = judge([episode("2022-06-01", entity="B")], [event("2022-06-30")], watch(A="2019-01-01", B="2019-01-01"))
    assert (len(found.warned), len(found.missed), found.false) == (0, 1, 1)


DAYS = st.integers(0, 1500).map(lambda count: day("2020-01-01") + timedelta(count))
ENTITIES = st.sampled_from("ABC")
HORIZONS = st.one_of(
    st.integers(1, 40).map(lambda months: Horizon(months=months)), st.integers(1, 900).map(lambda d: Horizon(days=d))
)
EPISODES = st.builds(
    lambda entity, since, length: Episode(
        entity=entity, level="red", period="p", since=since, until=None if length is None else since + timedelta(length)
    ),
    ENTITIES, DAYS, st.none() | st.integers(1, 700),
)  # fmt: skip


@given(
    raised=st.lists(EPISODES, max_size=6), told=st.lists(st.builds(Event, entity=ENTITIES, day=DAYS), max_size=6),
    horizon=HORIZONS, known=st.dictionaries(ENTITIES, DAYS),
)  # fmt: skip
def test_day_by_day_it_is_the_same(
    raised: list[Episode], told: list[Event], horizon: Horizon, known: dict[str, date]
) -> None:
    """A slow second computation that walks every day of the horizon."""
    last = day("2023-06-30")
    found = judge(raised, told, Watch(known=known, last=last, horizon=horizon))

    def stood(one: Episode, on: date) -> bool:
        return one.since <= on and (one.until is None or on < one.until)

    def warns(one: Episode, of: Event) -> bool:
        first, here = horizon.before(of.day), one.entity == of.entity
        return here and any(stood(one, first + timedelta(n)) for n in range((of.day - first).days))

    judged = [one for one in told if one.entity in known and known[one.entity] < one.day <= last]
    hits = [one for one in judged if any(warns(alert, one) for alert in raised)]
    assert sorted(one.day for one in found.warned) == sorted(one.day for one in hits)
    assert len(found.missed) == len(judged) - len(hits)
    assert len(found.unjudged) == len(told) - len(judged)
    true = [alert for alert in raised if any(warns(alert, one) for one in judged)]
    open_ = [alert for alert in raised if alert not in true and horizon.after(alert.since) > last]
    assert found.true == len(true)
    assert found.pending == len(open_)
    assert found.false == len(raised) - len(true) - len(open_)
