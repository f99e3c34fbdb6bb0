"""What is asked of cases again and again: one by its name, who took its steps, and which were the same before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.casework.case import Case, Takers, case_of
from hengjian.casework.fields import value_of
from hengjian.intake.text import normal
from hengjian.model.issue import refuse
from hengjian.model.workflow import OPENING, Workflow

_Key = tuple[str, ...]


def found_case(desk: Desk, name: str) -> Case:
    """The case of this name; one outside the sight is as one that is not there."""
    found = [case_of(record_of(event)) for event in desk.store.latest_events("case", [name])]
    if not found or found[0].entity not in desk.sight:
        raise refuse(f"no case is called {name!r}", "`hengjian case SPACE` lists them")
    return found[0]


def takers(history: Iterable[Mapping[str, Any]]) -> Takers:
    """Who took each step, and who opened the case."""
    found: dict[str, set[str]] = {}
    for one in history:
        found.setdefault(one["transition"] or OPENING, set()).add(one["actor"])
    return found


def recurrences(desk: Desk, case: Case, workflow: Workflow) -> list[Case]:
    """The earlier cases of the same entity in which the same was filled in as in this one, in their order."""
    if _key(case, workflow) is None:
        return []
    every = [case_of(record_of(event)) for event in desk.store.latest_events("case")]
    return again([*(one for one in every if one.case != case.case), case], {workflow.name: workflow})[case.case]


def again(cases: Sequence[Case], workflows: Mapping[str, Workflow]) -> dict[str, list[Case]]:
    """Of each case those of the same entity before it with the same fields by which its workflow says it recurs."""
    groups: dict[_Key, list[Case]] = defaultdict(list)
    found: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda one: (len(one.case), one.case)):
        key = _key(case, workflows.get(case.workflow))
        before = [] if key is None else groups[key]
        found[case.case] = list(before)
        before.append(case)
    return found


def _key(case: Case, workflow: Workflow | None) -> _Key | None:
    """By what a case is the same again; None where its workflow does not say, or it was not filled in."""
    names = () if workflow is None else workflow.recurs_by
    values = [value for name in names if (value := value_of(case.filled, name)) is not None]
    if not names or len(values) < len(names):
        return None
    return (case.workflow, case.entity, *(normal(value).casefold() for value in values))
