"""The life of alerts over any sequence of findings: as a plain account of episodes tells it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rule_maker import declared

from hengjian.model.declaration import Label, Rule
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.model.unit import RATIO
from hengjian.supervise import Alert, Evidence, Finding, following
from hengjian.supervise.alert import alert_of

LEVELS = ["red", "orange", "yellow", "blue"]
FIRST = date(2021, 1, 1)
TIERS = "levels: {red: a > 9, yellow: a > 5}\n"
RULES = {
    "plain": declared(TIERS).catalogue.rules["x"],
    "late": declared(TIERS + "clear: a < 4").catalogue.rules["x"],
    "gaps": declared(TIERS + "unknown: orange").catalogue.rules["x"],
    "both": declared(TIERS + "clear: a < 4\nunknown: blue").catalogue.rules["x"],
}


@dataclass(frozen=True)
class Said:
    """What the rule says of a: known, or missing."""

    a: float | None

    def finding(self, rule: Rule, turn: int) -> Finding | None:
        """As `findings` gives it of an alert that stands."""
        at = Period("quarter", 8084 + turn)
        if self.a is None:
            if rule.unknown is None:
                return None
            return Finding(
                rule="x", entity="E", period=at, level=None, clears=False, missing=Missing.NOT_REPORTED
            )  # fmt: skip
        level = "red" if self.a > 9 else "yellow" if self.a > 5 else None
        clears = level is None and (rule.clear is None or self.a < 4)
        return Finding(rule="x", entity="E", period=at, level=level, clears=clears)

    def evidence(self) -> Evidence:
        gap = {"reason": "not_reported", "input": "a", "entity": "E", "period": "2021-Q1"}
        return Evidence(
            value=self.a, threshold=5.0, unit=RATIO, message=Label(zh=f"{self.a}", en=f"{self.a}"), formula="a > 5",
            declaration="d", inputs=(), missing=None if self.a is not None else gap,
        )  # fmt: skip


class Account:
    """Episodes as a clerk would keep them: what stands, and what to write down."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.level: str | None = None
        self.episodes = 0

    def hear(self, a: float | None, turn: int) -> tuple[str, str] | None:
        """The event and the level that it tells; None: nothing to write down."""
        before = self.level
        if a is None:
            if self.rule.unknown is None:
                return None
            after = self.rule.unknown
            if before is not None and LEVELS.index(before) < LEVELS.index(after):
                after = before  # keeping figures back makes nothing better
        elif a > 9:
            after = "red"
        elif a > 5:
            after = "yellow"
        elif before is not None and self.rule.clear is not None and a >= 4:
            after = "blue" if before == "blue" else "yellow"
        else:
            after = None
        self.level = after
        if after is None:
            return None if before is None else ("cleared", before)
        if before is None:
            self.episodes += 1
            return ("raised" if self.episodes == 1 else "re_raised"), after
        step = LEVELS.index(after) - LEVELS.index(before)
        return ("escalated" if step < 0 else "de_escalated" if step > 0 else "changed"), after


@pytest.mark.parametrize("name", RULES)
@given(story=st.lists(st.sampled_from([3.0, 3.5, 4.5, 6.0, 7.0, 9.5, 10.0, None]), max_size=12))
@example(story=[10.0, 4.5, 3.0, 6.0, None, 4.5, 10.0, None, 3.0])
def test_any_story_is_the_clerks_account(name: str, story: list[float | None]) -> None:
    rule, clerk = RULES[name], Account(RULES[name])
    alert: Alert | None = None
    events: list[Alert] = []
    for turn, a in enumerate(story):
        said = Said(a)
        finding = said.finding(rule, turn)
        expected = clerk.hear(a, turn)
        if finding is None:
            assert expected is None
            continue
        day = FIRST + timedelta(days=turn)
        after = following(alert, finding, rule, said.evidence(), day=day, filing=f"F{turn:06d}", name=f"A{turn:06d}")
        assert (None if after is None else (after.event, after.level)) == expected
        again = following(alert, finding, rule, said.evidence(), day=day, filing="F9", name="A9")
        assert (again is None) == (after is None)
        if after is not None:
            assert following(after, finding, rule, said.evidence(), day=day, filing="F9", name="A9") is None or (
                after.state == "cleared" and finding.level is not None
            ), "the same finding twice is one event"
            events.append(after)
            alert = after
    told_right(events)


def told_right(events: list[Alert]) -> None:
    """What holds of the events of one rule and entity, whatever they tell."""
    before: Alert | None = None
    for one in events:
        assert alert_of(one.record()) == one
        assert (one.state == "cleared") == (one.event == "cleared")
        if one.event in ("raised", "re_raised"):
            assert before is None or before.state == "cleared"
            assert (one.since, one.alert) == (one.day, f"A{int(str(one.filing)[1:]):06d}")
            assert (one.level_before, one.earlier) == (None, None if before is None else before.alert)
            assert (one.event == "re_raised") == (before is not None)
        else:
            assert before is not None
            assert (one.alert, one.since, one.earlier) == (before.alert, before.since, before.earlier)
            assert one.level_before == before.level
        if one.event == "cleared":
            assert before is not None
            assert (one.level, one.message, one.held, one.missing) == (before.level, before.message, False, None)
        assert not (one.held and one.missing)
        before = one


def test_what_is_held_says_so_and_is_no_graver_than_the_mildest_level() -> None:
    rule = RULES["late"]
    high = after(None, 10.0, rule)
    held = after(high, 4.5, rule)
    assert (held.event, held.level, held.held, held.value) == ("de_escalated", "yellow", True, 4.5)
    gone = after(held, 3.0, rule)
    assert (gone.event, gone.level, gone.held) == ("cleared", "yellow", False)


def test_a_gap_never_lowers_a_level() -> None:
    low, high = after(None, 6.0, RULES["gaps"]), after(None, 10.0, RULES["gaps"])
    assert [after(one, None, RULES["gaps"]).event for one in (low, high)] == ["escalated", "changed"]
    assert after(high, None, RULES["gaps"]).level == "red"
    first = after(None, None, RULES["gaps"])
    assert (first.event, first.level) == ("raised", "orange")
    assert first.missing == {"reason": "not_reported", "input": "a", "entity": "E", "period": "2021-Q1"}
    told = after(first, 6.0, RULES["gaps"])
    assert (told.event, told.level, told.missing) == ("de_escalated", "yellow", None)


def after(before: Alert | None, a: float | None, rule: Rule) -> Alert:
    finding = Said(a).finding(rule, 1)
    assert finding is not None
    found = following(before, finding, rule, Said(a).evidence(), day=FIRST, filing=None, name="A000001")
    assert found is not None
    return found


def test_a_record_of_a_program_without_levels_reads_as_its_own_cause() -> None:
    alert = after(None, 6.0, RULES["plain"])
    record = alert.record()
    for name in ("path", "level_before", "missing", "held", "inputs_more", "earlier"):
        del record[name]
    assert alert_of(record) == alert
    assert replace(alert_of(record), day=alert.day).path == ("E",)
