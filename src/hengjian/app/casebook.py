"""What is asked of cases again and again: one by its name, who took its steps, and which were the same before it."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
    key = _key(case, workflow)
    if key is None:
        return []
    parts = desk.store.event_parts("case", ("case", "entity", "workflow"))
    names = {name for _, name, *whose in parts if whose == [case.entity, case.workflow]} - {case.case}
    others = [case_of(record_of(event)) for event in desk.store.latest_events("case", sorted(names))]
    same = [one for one in others if _order(one) < _order(case) and _key(one, workflow) == key]
    return sorted(same, key=_order)


def again(cases: Iterable[Case], workflows: Mapping[str, Workflow]) -> dict[str, int]:
    """How many cases of the same entity are before each, with the same fields by which its workflow says it recurs."""
    seen: Counter[_Key] = Counter()
    found: dict[str, int] = {}
    for case in sorted(cases, key=_order):
        key = _key(case, workflows.get(case.workflow))
        found[case.case] = 0 if key is None else seen[key]
        if key is not None:
            seen[key] += 1
    return found


def _order(case: Case) -> tuple[int, str]:
    """Names of cases count the entries of the ledger: what is longer is later."""
    return len(case.case), case.case


def _key(case: Case, workflow: Workflow | None) -> _Key | None:
    """By what a case is the same again; None where its workflow does not say, or it was not filled in."""
    names = () if workflow is None else workflow.recurs_by
    values = [value for name in names if (value := value_of(case.filled, name)) is not None]
    if not names or len(values) < len(names):
        return None
    return (case.workflow, case.entity, *(normal(value).casefold() for value in values))
