"""Every fault of a pack's workflows, of the rules that open their cases, and of a form's deadline."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_pack import FILES, load

from hengjian.app.cache import freeze, thaw
from hengjian.formula.check import check
from hengjian.load.catalogue import assemble
from hengjian.model.workflow import Escalation, Span, guard_name

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


RICH = (
    WORKFLOW.replace("  states:", "  type: enterprise\n  escalate: {after: 5, to: red}\n  states:")
    .replace("In hand}}", 'In hand}, days: 15, working: "true"}')
    .replace(
        "to: handling}",
        """to: handling, roles: [officer], extends: 10, working: "true",
      guard: total_assets > 0, fields: {loss: {label: {zh: 损失, en: Loss}, kind: number, unit: 万元},
      how: {label: {zh: 定性, en: Kind}, kind: choice, required: "false", choices: {real: {zh: 真实, en: Real}}}}}""",
    )
)


def test_all_that_a_workflow_may_ask_for() -> None:
    pack, issues = load({**FULL, W: RICH, R: FULL[R].replace("days: 30", 'days: 30\n  working: "true"')})
    assert not issues
    assert pack is not None
    (flow,) = pack.workflows
    accept = flow.transitions["accept"]
    assert (flow.type, flow.escalation) == ("enterprise", Escalation(after=5, to="red"))
    assert (flow.states["handling"].within, flow.states["open"].within) == (Span(days=15, working=True), None)
    assert (accept.roles, accept.extends) == (("officer",), Span(days=10, working=True))
    assert accept.guard is not None
    assert accept.guard.text == "total_assets > 0"
    loss, how = accept.fields.values()
    assert (loss.kind, loss.unit, loss.required, how.kind, how.required, list(how.choices)) == (
        "number", "万元", True, "choice", False, ["real"],
    )  # fmt: skip
    assert flow.transitions["close"].roles == ()
    assert [rule.working for rule in pack.rules] == [True]
    catalogue, _ = assemble([pack])
    assert catalogue is not None
    programme, issues = check(catalogue)
    assert programme is not None, issues
    assert programme.guards[guard_name("mending", "accept")].measures == {"total_assets"}
    assert thaw(freeze(programme)) == replace(programme, catalogue=replace(programme.catalogue, packs={}))


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("[officer]", "[ofcer]", "item 1 of roles of transitions of workflow 'mending' 'accept' cannot", "did"),
        ("to: red", "to: rde", "workflow 'mending' escalates to no state or level 'rde'", "did you mean red?"),
        ("to: red", "to: x", "workflow 'mending' escalates to no state or level 'x'", "the states and levels are"),
        ("after: 5", "after: soon", "after of escalate of workflow 'mending' is not a number of days: 'soon'", "whole"),
        ("  type: enterprise\n", "", "transition 'accept' has a guard, but workflow 'mending' has no type", "add type"),
        (", final: true", ", final: true, days: 3", "state 'closed' is final and has days", "delete it"),
        ("days: 15, ", "", "state 'handling' says which days count, but no days", "add days: 30"),
        ("extends: 10, ", "", "transition 'accept' says which days count, but no extends", "add extends: 30"),
        ("note: required", "extends: 3", "transition 'close' moves the deadline of what it ends", "delete extends"),
        ("note: required", "frequency: year", "transition 'close' has a frequency but no guard", "delete it"),
        (", unit: 万元", ", unit: 万圆", "unit of fields of transitions of workflow 'mending'", "万元"),
        ("kind: number", "kind: text", "field 'loss' is a text, which has no unit", "declare kind: number"),
        ("kind: choice", "kind: date", "field 'how' is a date, which has no choices", "declare kind: choice"),
        (", choices: {real: {zh: 真实, en: Real}}", "", "field 'how' gives no choices", "add choices"),
        ("kind: number", "kind: nmber", "kind of fields of transitions of workflow 'mending'", "number"),
    ],
)  # fmt: skip
def test_each_fault_of_what_a_workflow_asks_for(old: str, new: str, message: str, hint: str) -> None:
    assert old in RICH
    _, issues = load({**FULL, W: RICH.replace(old, new, 1)})
    told = [issue for issue in issues if issue.severity == "error"]
    assert told[0].message.startswith(message), told
    assert hint in told[0].hint


def test_a_rule_that_says_which_days_count_and_no_days() -> None:
    _, issues = load({**FULL, R: FILES[R].replace("  level: ", '  working: "true"\n  level: ', 1)})
    assert [issue.message for issue in issues] == ["rule 'weak' says which days count, but no days"]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("  type: enterprise\n", "  type: enterprize\n", ["no entity type is called 'enterprize'"]),
        ("  type: enterprise\n", "  type: government\n", [
            "rule 'weak' is about enterprise, but the workflow mending about government",
        ]),
    ],
)  # fmt: skip
def test_of_whom_a_workflow_is(old: str, new: str, messages: list[str]) -> None:
    types = FILES["types.yaml"] + "government:\n  label: {zh: 政府, en: Government}\n"
    pack, _ = load({**FULL, W: RICH.replace(old, new), "types.yaml": types})
    assert pack is not None
    _, issues = assemble([pack])
    assert [issue.message for issue in issues] == messages


@pytest.mark.parametrize(
    ("guard", "message"),
    [
        ("total_asets > 0", "no measure, indicator or parameter is called 'total_asets'"),
        ("total_assets", "`accept` of mending needs a condition, but its formula gives a figure"),
        ("1 > 0", "the formula of `accept` of mending reads no measure"),
        ("total_assets > 70%", "'>' joins CNY with ratio"),
    ],
)
def test_guards_are_checked_as_rules_are(guard: str, message: str) -> None:
    pack, _ = load({**FULL, W: RICH.replace("guard: total_assets > 0", f"guard: {guard}")})
    assert pack is not None
    catalogue, _ = assemble([pack])
    assert catalogue is not None
    _, issues = check(catalogue)
    told = [issue for issue in issues if issue.severity == "error"]
    assert len(told) == 1, told
    assert str(told[0].place).startswith(f"small/{W}:")
    assert message in told[0].message


def test_a_guard_that_reads_what_is_broken_is_not_told_twice() -> None:
    measures = FILES["measures.yaml"].replace("unit: CNY", "unit: CNYY", 1)
    pack, issues = load({**FULL, W: RICH, "measures.yaml": measures})
    assert len([one for one in issues if one.severity == "error"]) == 1
    assert pack is not None
    catalogue, _ = assemble([pack])
    assert catalogue is not None


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
