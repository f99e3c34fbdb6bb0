"""Every fault of a pack's workflows, of the rules that open their cases, and of a form's deadline."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_pack import FILES, load

from hengjian.load.catalogue import assemble

W, R = "workflows/mending.yaml", "rules/returns.yaml"
WORKFLOW = """\
mending:
  label: {zh: 处置, en: Mending}
  source: house rule
  states:
    open: {label: {zh: 待处置, en: Open}}
    handling: {label: {zh: 处置中, en: In hand}}
    closed: {label: {zh: 已办结, en: Closed}, final: true}
  transitions:
    accept: {label: {zh: 受理, en: Accept}, from: [open], to: handling}
    close: {label: {zh: 办结, en: Close}, from: [open, handling], to: closed, note: required}
"""
FULL = {
    **FILES,
    W: WORKFLOW,
    R: FILES[R].replace("  level: ", "  opens: mending\n  days: 30\n  level: ", 1),
}


def test_a_workflow_is_a_table() -> None:
    pack, issues = load(FULL)
    assert not issues
    assert pack is not None
    (workflow,) = pack.workflows
    assert workflow.start == "open"
    assert [state.name for state in workflow.states.values() if state.final] == ["closed"]
    assert [one.name for one in workflow.leaving("open")] == ["accept", "close"]
    assert [one.name for one in workflow.leaving("handling")] == ["close"]
    assert workflow.leaving("closed") == ()
    assert workflow.transitions["close"].needs_note
    assert not workflow.transitions["accept"].needs_note
    assert [(rule.opens, rule.days) for rule in pack.rules] == [("mending", 30)]
    catalogue, issues = assemble([pack])
    assert not issues
    assert catalogue is not None
    assert list(catalogue.workflows) == ["mending"]


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "message", "hint"),
    [
        (W, ", final: true", "", "5:5", "workflow 'mending' has no final state: its cases would never end", "final"),
        (W, "to: handling", "to: handing", "9:61", "transition 'accept' names no state 'handing'", "handling"),
        (W, "[open, handling]", "[opn]", "10:48", "transition 'close' names no state 'opn'", "open"),
        (
            W,
            "    accept: {label: {zh: 受理, en: Accept}, from: [open], to: handling}\n",
            "",
            "6:5",
            "no case of workflow 'mending' comes to the state 'handling'",
            "add a transition",
        ),
        (W, "note: required", "note: always", "10:83", "note of transitions of workflow 'mending' 'close'", "one of"),
        (
            W, "note: required", "other_than: [acept]", "10:89", "transition 'close' knows no other step 'acept'",
            "accept",
        ),
        (
            W, "note: required", "other_than: [close]", "10:89", "transition 'close' knows no other step 'close'",
            "close",
        ),
        (R, "  days: 30\n", "", "5:10", "rule 'weak' opens a case without a deadline", "add days"),
        (R, "  opens: mending\n", "", "5:9", "rule 'weak' has days but opens no case", "add opens"),
        (R, "days: 30", "days: soon", "6:9", "days of rule 'weak' is not a number of days: 'soon'", "whole number"),
    ],
)  # fmt: skip
def test_each_fault_says_where_what_and_how_to_mend(
    file: str, old: str, new: str, place: str, message: str, hint: str
) -> None:
    assert old in FULL[file]
    _, issues = load({**FULL, file: FULL[file].replace(old, new, 1)})
    told = [(str(issue.place), issue.message) for issue in issues if issue.severity == "error"]
    assert told[0][0].endswith(f"{file}:{place}"), told
    assert told[0][1].startswith(message), told
    assert hint in next(issue.hint for issue in issues if issue.severity == "error")


def test_a_workflow_without_states() -> None:
    states = WORKFLOW[WORKFLOW.index("  states:") : WORKFLOW.index("  transitions:")]
    _, issues = load({**FULL, W: WORKFLOW.replace(states, "  states: {}\n")})
    assert "workflow 'mending' has no state" in [issue.message for issue in issues]


def test_a_rule_that_opens_no_known_workflow() -> None:
    pack, _ = load({**FULL, R: FULL[R].replace("opens: mending", "opens: mendin")})
    assert pack is not None
    _, issues = assemble([pack])
    assert [(str(issue.place), issue.message, issue.hint) for issue in issues] == [
        ("small/rules/returns.yaml:5:10", "no workflow is called 'mendin'", "did you mean mending?")
    ]
