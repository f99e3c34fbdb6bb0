"""How good rules are in operation, of some episodes by hand."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hengjian.supervise.quality import Raised, quality

TODAY = date(2026, 3, 31)


def episode(since: str, until: str | None = None, verdict: str | None = None, **more: str) -> Raised:
    parts = {"alert": "A1", "entity": "E1", "level": "red", **more}
    parts.setdefault("last_level", parts["level"])
    end = None if until is None else date.fromisoformat(until)
    return Raised(**parts, since=date.fromisoformat(since), until=end, verdict=verdict)


def test_counts_by_year_and_level_and_how_long_they_stood() -> None:
    found = quality(
        [episode("2025-03-31", "2025-04-10"), episode("2025-06-01", "2025-06-21", level="blue"), episode("2026-03-01"),
         episode("2026-03-21", entity="E2")],
        today=TODAY, about=10,
    )  # fmt: skip
    assert found.years == {2025: {"red": 1, "blue": 1}, 2026: {"red": 2}}
    assert (found.standing, found.open_days, found.closed_days) == ({"red": 2}, 20.0, 15.0)
    assert (found.last, found.silent, found.noisy) == (date(2026, 3, 21), False, False)


def test_a_rule_that_was_not_raised_for_a_year_is_silent() -> None:
    assert quality([], today=TODAY, about=3).silent
    assert quality([episode("2025-03-31")], today=TODAY, about=3).silent, "it stands, and says nothing new"
    assert not quality([episode("2025-04-01")], today=TODAY, about=3).silent


def test_a_rule_that_is_raised_of_most_is_noisy() -> None:
    raised = [episode("2026-01-01", entity=one) for one in "ABCD"]
    assert not quality(raised, today=TODAY, about=8).noisy
    assert quality([*raised, episode("2026-01-01", entity="E")], today=TODAY, about=8).noisy
    assert not quality([*raised, episode("2020-01-01", entity="E")], today=TODAY, about=8).noisy, "that was long ago"


def test_of_a_few_entities_it_is_not_told_that_most_were_warned_of() -> None:
    raised = [episode("2026-01-01", entity=name) for name in "ABCD"]
    assert not quality(raised, today=TODAY, about=4).noisy
    assert quality(raised, today=TODAY, about=5).noisy


def test_verdicts_say_how_right_it_was_and_noisy_is_what_mostly_is_not() -> None:
    found = quality(
        [episode("2020-01-01", "2020-02-01", verdict) for verdict in ("real", "known", "false", "false", None)],
        today=TODAY, about=100,
    )  # fmt: skip
    assert (found.hit_rate, found.false_alarm_rate) == (0.5, 0.5)
    assert (found.verdicts, found.unjudged) == ({"real": 1, "false": 2, "known": 1}, 1)
    assert not found.noisy, "four verdicts are too few"
    worse = [episode("2020-01-01", "2020-02-01", verdict) for verdict in ("real", "real", "false", "false", "false")]
    assert quality(worse, today=TODAY, about=100).noisy
    assert quality([episode("2020-01-01")], today=TODAY, about=1).hit_rate is None


@given(st.lists(st.sampled_from(["real", "false", "known", None]), max_size=30))
def test_rates_are_shares_of_the_verdicts(verdicts: list[str | None]) -> None:
    found = quality([episode("2020-01-01", None, one) for one in verdicts], today=TODAY, about=50)
    judged = [one for one in verdicts if one is not None]
    assert found.unjudged == len(verdicts) - len(judged)
    if judged:
        assert found.hit_rate == sum(one != "false" for one in judged) / len(judged)
    assert sum(sum(counts.values()) for counts in found.years.values()) == len(verdicts)
