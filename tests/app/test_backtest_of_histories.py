"""Back-tests see what was known on each day and nothing of later: synthetic histories, by a second computation, by what
was cut off, and by the alerts that the rules themselves raise when the same is filed day by day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from told_histories import PACK, TODAY, History, Statement, history, kept, rounds, text_of
from warned_homes import asked, filed, set_today, warned

Raised = dict[str, list[tuple[str, str, str, str | None]]]


def tried(home: Path, told: History, **question: object) -> dict[str, Any]:
    return asked(home, "backtest", rules=[], labels=told.labels(), **question)


def raised(answer: Mapping[str, Any]) -> Raised:
    return {
        rule["rule"]: [(one["entity"], one["level"], one["since"], one["until"]) for one in rule["raised"]]
        for rule in answer["rules"]
    }


@pytest.fixture(scope="module")
def told() -> History:
    return history(1)


@pytest.fixture(scope="module")
def home(told: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("history") / "home", told.statements)


def month_ends(first: date, last: date) -> list[date]:
    days, day = [], date(first.year, first.month, 1)
    while day <= last:
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        if first <= following - timedelta(1) <= last:
            days.append(following - timedelta(1))
        day = following
    return days if days and days[-1] == last else [*days, last]


def by_hand(statements: Sequence[Statement], days: Sequence[date]) -> list[tuple[str, str, str, str | None]]:
    """The rule debt_levels by a second computation: on each day from what was known then, as it was filed last."""
    found, open_ = [], {}
    for day in days:
        cells: dict[tuple[str, str], dict[str, float | None]] = defaultdict(dict)
        for one in statements:  # in the order of filing: of those that are known the last one holds
            if one.known <= day:
                cells[one.entity, one.period][one.measure] = one.value
        for entity in sorted({one.entity for one in statements}):
            reported = [p for (e, p), row in cells.items() if e == entity and any(v is not None for v in row.values())]
            if not reported:
                continue
            row = cells[entity, max(reported)]
            debt, assets = row.get("total_liabilities"), row.get("total_assets")
            if debt is None or assets is None:
                if "total_liabilities" in row and entity in open_ and open_[entity][2] == max(reported):
                    since, level, _ = open_.pop(entity)  # the figure on which it stood was taken back
                    found.append((entity, level, since.isoformat(), day.isoformat()))
                continue
            level = "red" if debt / assets > 0.8 else "yellow" if debt / assets > 0.7 else None
            if level is None and entity in open_:
                since, gravest, _ = open_.pop(entity)
                found.append((entity, gravest, since.isoformat(), day.isoformat()))
            elif level is not None:
                since, gravest, _ = open_.get(entity, (day, level, ""))
                open_[entity] = since, "red" if "red" in (level, gravest) else level, max(reported)
    found += [(entity, level, since.isoformat(), None) for entity, (since, level, _) in open_.items()]
    return sorted(found, key=lambda one: (one[2], one[0]))


def filing_order(statements: Sequence[Statement]) -> list[Statement]:
    return [one for part in rounds(statements) for one in part]


def test_a_second_computation_raises_the_same(home: Path, told: History) -> None:
    answer = tried(home, told)
    days = month_ends(date.fromisoformat(answer["from"]), date.fromisoformat(answer["to"]))
    assert answer["days"] == len(days)
    expected = by_hand(filing_order(told.statements), days)
    assert expected
    assert any(until is not None for *_, until in expected)
    assert raised(answer)["debt_levels"] == expected


def test_what_was_only_known_later_raises_nothing_before(home: Path, told: History) -> None:
    """A rule that could only have fired with later knowledge does not fire: H1 and H2 never had 95 % at the time."""
    answer = tried(home, told)
    later = [one for one in told.statements if one.value == 95.0 and one.entity in ("H1", "H2", "H4", "H5")]
    assert later, "the history holds statements that came too late"
    first_known = {
        entity: min(one.known for one in later if one.entity == entity) for entity in {o.entity for o in later}
    }
    for entity, _, since, _ in raised(answer)["debt_levels"]:
        if entity in first_known:
            assert date.fromisoformat(since) >= first_known[entity]


def test_a_correction_and_a_withdrawal_of_later_are_not_seen_before(tmp_path: Path) -> None:
    first = Statement(entity="A", measure="total_liabilities", period="2020-Q4", value=90.0, known=date(2021, 4, 30))
    assets = replace(first, measure="total_assets", value=100.0)
    statements = [
        assets, first, replace(first, value=50.0, known=date(2022, 1, 10)),
        replace(assets, entity="B"), replace(first, entity="B", value=50.0),
        replace(first, entity="B", value=90.0, known=date(2022, 1, 10)),
        replace(assets, entity="C"), replace(first, entity="C"),
        replace(first, entity="C", value=None, known=date(2022, 1, 10)),
    ]  # fmt: skip
    told = History(statements=tuple(statements), events=(("A", date(2021, 12, 1)),))
    home = kept(tmp_path / "home", statements)
    found = raised(tried(home, told, **{"from": "2021-01-01", "to": "2022-12-31"}))["debt_levels"]
    assert found == [
        ("A", "red", "2021-04-30", "2022-01-31"), ("C", "red", "2021-04-30", "2022-01-31"),
        ("B", "red", "2022-01-31", None),
    ]  # fmt: skip
    assert raised(tried(home, told, **{"from": "2021-01-01", "to": "2021-12-31"}))["debt_levels"] == [
        ("A", "red", "2021-04-30", None), ("C", "red", "2021-04-30", None),
    ]  # fmt: skip
    answer = tried(home, told, **{"from": "2021-01-01", "to": "2022-12-31"})
    assert (answer["known"]["claimed"], answer["known"]["recorded"]) == (3, 1), "three filings claim their days"


DAYS = st.integers(0, 900).map(lambda count: date(2019, 1, 1) + timedelta(count))
STATEMENTS = st.lists(
    st.builds(
        Statement, entity=st.sampled_from(["P", "Q"]), measure=st.sampled_from(["total_assets", "total_liabilities"]),
        period=st.sampled_from(["2018-Q4", "2019-Q2", "2019-Q4", "2020-Q2"]),
        value=st.sampled_from([None, 40.0, 55.0, 72.0, 90.0, 100.0]), known=DAYS,
    ),
    min_size=3, max_size=24,
)  # fmt: skip


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(statements=STATEMENTS, cut=DAYS, every=st.sampled_from(["month", "quarter", "filing"]))
def test_up_to_a_day_it_is_that_of_what_was_known_by_then(
    statements: list[Statement], cut: date, every: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The back-test up to a day of the whole history is that of the history cut to what was known by that day."""
    base = Statement(entity="P", measure="total_assets", period="2018-Q4", value=100.0, known=date(2019, 1, 1))
    whole = [base, replace(base, entity="Q"), *statements]
    folder = tmp_path_factory.mktemp("cut")
    told = History(statements=(), events=(("P", date(2020, 3, 1)),))
    until = max(cut, base.known)
    question = {"from": "2019-01-01", "to": until.isoformat(), "every": every}
    answers = []
    for name, some in (("whole", whole), ("known", [one for one in whole if one.known <= until])):
        answer = tried(kept(folder / name, some), told, **question)
        answer.pop("known")
        answers.append(answer)
    assert answers[0] == answers[1]


def test_day_by_day_the_rules_themselves_raise_the_same(tmp_path: Path) -> None:
    """What is filed in the order of its days raises, as it is filed, what the back-test says afterwards: with levels,
    hysteresis, persistence and what cannot be told."""
    told = history(3, entities=3)
    home = warned(tmp_path / "live", PACK)
    set_today(home, TODAY)
    entities = "".join(f"{one},enterprise,Co {one}\n" for one in sorted({one.entity for one in told.statements}))
    filed(home, "entity,type,name\n" + entities, form="entities", known_from="2010-01-01")
    by_day: dict[date, list[Statement]] = defaultdict(list)
    for one in told.statements:
        by_day[one.known].append(one)
    for day in sorted(by_day):
        filed(home, text_of(by_day[day]), known_from=day.isoformat())
    answer = tried(home, told, every="filing")
    found = {
        (rule, entity): [(level, since, until) for who, level, since, until in told_of if who == entity]
        for rule, told_of in raised(answer).items()
        for entity in {who for who, *_ in told_of}
    }
    live: dict[tuple[str, str], list[tuple[str, str, str | None]]] = defaultdict(list)
    order = ["red", "orange", "yellow", "blue"]
    for one in asked(home, "alerts")["alerts"]:
        episodes = live[one["rule"], one["entity"]]
        for event in asked(home, "alert", alert=one["alert"])["events"]:
            if event["event"] in ("raised", "re_raised"):
                episodes.append((event["level"], event["day"], None))
            elif event["event"] == "cleared":
                episodes[-1] = (*episodes[-1][:2], event["day"])
            else:
                episodes[-1] = (min(episodes[-1][0], event["level"], key=order.index), *episodes[-1][1:])
    assert len(live) >= 8
    assert {rule for rule, _ in live} == {"debt_levels", "slow_to_clear", "persistent", "lacking", "growing"}
    assert found == live
