"""One rule and one entity as findings come in."""

from dataclasses import replace
from datetime import date

import pytest
from small_catalogue import catalogue

from hengjian.evaluate.explanation import Leaf
from hengjian.model.declaration import Label
from hengjian.model.missing import Missing
from hengjian.model.period import Period, parse_period
from hengjian.model.unit import RATIO
from hengjian.supervise import Alert, Evidence, Finding, following
from hengjian.supervise.alert import alert_of

RULE = replace(catalogue(rules={"thin": "cash > 0"}).rules["thin"], level="red")
SEEN = Evidence(
    value=0.8, threshold=0.7, unit=RATIO, message=Label(zh="高", en="high"), formula="cash > 0", declaration="d",
    inputs=(),
)  # fmt: skip
FIRST, SECOND, THIRD = date(2021, 4, 10), date(2021, 7, 9), date(2021, 10, 8)


def period(text: str) -> Period:
    found = parse_period(text)
    assert found is not None
    return found


def found(holds: bool, when: str = "2021-Q1") -> Finding:
    return Finding(rule="thin", entity="E1", period=period(when), level="red" if holds else None, clears=not holds)


def after(before: Alert | None, finding: Finding, day: date = FIRST, seen: Evidence = SEEN, **more: str) -> Alert:
    alert = following(before, finding, RULE, seen, day=day, filing="F000007", name=more.get("name", "A000008"))
    assert alert is not None
    return alert


def test_raised_changed_cleared_and_raised_anew() -> None:
    raised = after(None, found(True))
    assert (raised.alert, raised.event, raised.state, raised.since, raised.day) == (
        "A000008", "raised", "raised", FIRST, FIRST,
    )  # fmt: skip
    assert (raised.entity, raised.cause, raised.level, raised.case) == ("E1", "E1", "red", None)
    mine = replace(raised, case="C000009")
    changed = after(mine, found(True, "2021-Q2"), SECOND, replace(SEEN, value=0.9), name="A000020")
    assert (changed.alert, changed.event, changed.state, changed.since, changed.day, changed.case) == (
        "A000008", "changed", "raised", FIRST, SECOND, "C000009",
    )  # fmt: skip
    gone = after(
        changed, found(False, "2021-Q3"), THIRD, replace(SEEN, value=0.6, message=Label(zh="低", en="low")), name="A30"
    )
    assert (gone.alert, gone.event, gone.state, gone.since, gone.value) == (
        "A000008", "cleared", "cleared", FIRST, 0.6,
    )  # fmt: skip
    assert gone.message == changed.message, "it goes on to say what it warned of"
    again = after(gone, found(True, "2021-Q4"), THIRD, name="A000040")
    assert (again.alert, again.event, again.since, again.case) == ("A000040", "re_raised", THIRD, "C000009")
    assert (raised.earlier, gone.earlier, again.earlier) == (None, None, "A000008")


def test_nothing_new_is_no_event() -> None:
    raised = after(None, found(True))
    assert following(raised, found(True), RULE, SEEN, day=SECOND, filing="F000009", name="A9") is None
    assert following(None, found(False), RULE, SEEN, day=FIRST, filing=None, name="A9") is None
    gone = after(raised, found(False))
    assert following(gone, found(False, "2021-Q2"), RULE, SEEN, day=FIRST, filing=None, name="A9") is None


@pytest.mark.parametrize(
    "seen",
    [replace(SEEN, value=0.81), replace(SEEN, threshold=0.71), replace(SEEN, declaration="another")],
)
def test_another_figure_line_or_declaration_is_a_change(seen: Evidence) -> None:
    assert after(after(None, found(True)), found(True), seen=seen).event == "changed"


def test_another_level_or_period_is_a_change() -> None:
    raised = after(None, found(True))
    assert after(raised, found(True, "2021-Q2")).event == "changed"
    changed = following(
        raised, replace(found(True), level="yellow"), RULE, SEEN, day=SECOND, filing=None, name="A000009"
    )
    assert changed is not None
    assert (changed.event, changed.level, changed.level_before) == ("de_escalated", "yellow", "red")


def test_a_record_reads_back() -> None:
    for alert in (after(None, found(True)), replace(after(None, found(True)), case="C000001", value=None)):
        assert alert_of(alert.record()) == alert
    with pytest.raises((KeyError, TypeError, ValueError)):
        alert_of({"alert": "A000001"})


def test_what_an_older_program_did_not_write_of_an_input_is_no_change() -> None:
    at = period("2021-Q1")
    leaf = Leaf(
        measure="cash", entity="E1", period=at, value=1.0, missing=Missing.PRESENT, unit=RATIO, basis="flash",
        scope="consolidated",
    )  # fmt: skip
    seen = replace(SEEN, inputs=(leaf,))
    raised = after(None, found(True), seen=seen)
    older = replace(raised, inputs=tuple({k: v for k, v in one.items() if k != "scope"} for one in raised.inputs))
    assert following(older, found(True), RULE, seen, day=SECOND, filing="F9", name="A9") is None
    other = replace(seen, inputs=(replace(leaf, basis="audited"),))
    assert after(older, found(True), SECOND, other).event == "changed"
