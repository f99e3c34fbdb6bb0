"""Every fault of what a workflow says of how its cases are opened, of files, and of what its steps refer to."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))
sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from opened_homes import FLOW
from small_pack import FILES, load

from hengjian.app.cache import freeze, thaw
from hengjian.formula.check import check
from hengjian.load.catalogue import assemble
from hengjian.model.workflow import OPENING, Span, Wait

W = "workflows/hazard.yaml"


def test_a_workflow_that_persons_open() -> None:
    pack, issues = load({**FILES, W: FLOW})
    assert not issues
    assert pack is not None
    (flow,) = pack.workflows
    assert flow.opening is not None
    assert (flow.opening.span, flow.opening.roles, flow.opening.deadline) == (Span(days=10, working=True), (), None)
    assert flow.opening.label.en == "Record"
    before = flow.opening.fields["before"]
    assert (before.kind, before.types, before.most, before.required) == ("attachment", ("jpg", "png"), 2, False)
    steps = flow.transitions
    assert (steps["plan"].deadline, flow.recurs_by) == ("by", ("place",))
    assert steps["list"].where == {"class": ("major",)}
    assert steps["list"].other_than == (OPENING,)
    assert (steps["sign"].at, steps["sign"].each, steps["approve"].needs) == ("owned_by", True, ("sign",))
    assert steps["verify"].after == (Wait(step="mend", span=Span(days=3, working=True)),)
    assert list(flow.fields) == ["place", "class", "found_on", "before", "by", "money", "after"]
    catalogue, issues = assemble([pack])
    assert not issues
    assert catalogue is not None
    programme, issues = check(catalogue)
    assert programme is not None, issues
    assert thaw(freeze(programme)) == replace(programme, catalogue=replace(programme.catalogue, packs={}))


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("    days: 10\n", "", "opened_by of workflow 'hazard' lacks the key 'days'", "within which"),
        ("    list: {", "    opened_by: {", "no step can be called opened_by", "it is the name of how persons open"),
        ("deadline: by", "deadline: bye", "transition 'plan' has no date field 'bye'", "did you mean by?"),
        ("deadline: by", "deadline: money", "transition 'plan' has no date field 'money'", "its date fields are by"),
        ("deadline: by", "deadline: by\n      extends: 5", "transition 'plan' moves the deadline twice", "delete"),
        ("recurs_by: [place]", "recurs_by: [plce]", "workflow 'hazard' names no field 'plce'", "did you mean place?"),
        ("where: {class:", "where: {clas:", "where of transition 'list' names no field 'clas'", "did you mean class?"),
        ("where: {class:", "where: {place:", "where of transition 'list' names no field 'place'", "the fields are"),
        ("[major]}", "[mjor]}", "where of transition 'list': class has no choice 'mjor'", "did you mean major"),
        ("[opened_by]", "[opend_by]", "transition 'list' knows no other step 'opend_by'", "did you mean opened_by?"),
        ("needs: [sign]", "needs: [sgn]", "transition 'approve' knows no other step 'sgn'", "did you mean sign?"),
        ("needs: [sign]", "needs: [opened_by]", "transition 'approve' knows no other step 'opened_by'", "the steps"),
        ("{step: mend,", "{step: mnd,", "transition 'verify' knows no other step 'mnd'", "did you mean mend?"),
        ("days: 3,", "days: x,", "days of item 1 of after of transitions of workflow 'hazard' 'verify'", "whole"),
        (', at: owned_by, each: "true"', ', each: "true"', "transition 'sign' is for each, and names no link", "at:"),
        ("  type: enterprise\n", "", "transition 'sign' names a link, but workflow 'hazard' has no type", "add type"),
        ("[jpg, png]", "[jpg, p*g]", "no file's name ends in 'p*g'", "write them as [pdf, jpg]"),
        ("kind: text}", "kind: text, most: 3}", "field 'place' is a text, which has no most", "kind: attachment"),
        ("kind: text}", "kind: text, types: [pdf]}", "field 'place' is a text, which has no types", "kind: attachment"),
    ],
)  # fmt: skip
def test_each_fault_says_what_and_how_to_mend(old: str, new: str, message: str, hint: str) -> None:
    assert old in FLOW
    _, issues = load({**FILES, W: FLOW.replace(old, new, 1)})
    told = [issue for issue in issues if issue.severity == "error"]
    assert told, issues
    assert told[0].message.startswith(message), told
    assert hint in told[0].hint


@pytest.mark.parametrize("link", ["owned_bi", "supervised_by"])
def test_a_link_that_leads_from_others(link: str) -> None:
    types = FILES["types.yaml"] + (
        "office:\n  label: {zh: 机关, en: Office}\n"
        "supervised_by:\n  label: {zh: 监管, en: Supervised by}\n  from: office\n  to: enterprise\n"
    )
    pack, _ = load({**FILES, W: FLOW.replace("at: owned_by", f"at: {link}"), "types.yaml": types})
    assert pack is not None
    _, issues = assemble([pack])
    (issue,) = issues
    assert issue.message == f"transition 'sign' names no link of enterprise: '{link}'"
    assert "owned_by" in issue.hint


def test_a_workflow_that_nothing_opens_is_told_how() -> None:
    flow = FLOW.replace(FLOW[FLOW.index("  opened_by:") : FLOW.index("  states:")], "").replace("[opened_by]", "[plan]")
    flow = (
        flow.replace("[opened_by, mend]", "[mend]")
        .replace("  recurs_by: [place]\n", "")
        .replace(", where: {class: [major]}", "")
    )
    pack, issues = load({**FILES, W: flow})
    assert not issues
    assert pack is not None
    from hengjian.formula.unused import unused

    catalogue, _ = assemble([pack])
    assert catalogue is not None
    programme, _ = check(catalogue)
    assert programme is not None
    (told,) = [one for one in unused(programme) if "workflow" in one.message]
    assert told.message == "no rule opens a case of the workflow hazard"
    assert told.hint == "add opens: hazard to a rule, or opened_by: to the workflow, or delete it"
