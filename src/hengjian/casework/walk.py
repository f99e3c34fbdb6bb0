"""A case walked through a workflow as a pack's tests say it: what goes otherwise than they say is told.

Guards read figures and roles persons: a walk knows neither, and takes them as given.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.casework.case import Case, begin, move, opened
from hengjian.casework.conditions import lacking
from hengjian.casework.fields import Attached, Files
from hengjian.model.issue import Refused, nearest
from hengjian.model.workflow import OPENING, Transition, Walk, WalkStep, Workflow


def walked(workflow: Workflow, walk: Walk) -> list[str]:
    """How a walk goes otherwise than it says; nothing where it does not."""
    case: Case | None = None
    history: list[Mapping[str, Any]] = []
    told = []
    for number, one in enumerate(walk.steps, 1):
        said = f"step {number}, {one.step or OPENING} by {one.actor}"
        try:
            after = _taken(workflow, walk, one, case, history)
        except Refused as refused:
            messages = [issue.message for issue in refused.issues]
            if one.refused is None or not any(one.refused in message for message in messages):
                told.append(f"{said} is refused: {'; '.join(messages)}")
            continue
        if one.refused is not None:
            told.append(f"{said} is to be refused, and is taken")
        case = after
        history.append(after.record())
    if case is None:
        return [*told, "no case was opened"]
    record = case.record() | {"in_time": case.in_time}
    for name, expected in walk.expect.items():
        if name not in record:
            told.append(f"a case has no {name}: {nearest(name, record, otherwise=', '.join(record))}")
        elif (found := str(record[name]).lower()) != expected.lower():
            told.append(f"{name} is {found}, not {expected}")
    return told


def _taken(
    workflow: Workflow, walk: Walk, one: WalkStep, case: Case | None, history: Sequence[Mapping[str, Any]]
) -> Case:
    files: Files = {
        name: [Attached(entry=0, file=file, sha256="", size=1) for file in some] for name, some in one.files.items()
    }
    if case is None:
        if workflow.opening is None:  # a rule opens it
            return begin(
                workflow, case="C1", entity="E1", subject={}, actor=one.actor, day=one.day, days=30,
            )  # fmt: skip
        return opened(
            workflow, workflow.opening, case="C1", entity="E1", title=walk.name[:100], note=one.note, actor=one.actor,
            day=one.day, fields=one.fields, files=files,
        )  # fmt: skip
    step = workflow.transitions.get(one.step or "")
    unmet = []
    if step is not None and case.state in step.origins:
        unmet = lacking(case, workflow, step, history, one.day, _signers(workflow, walk, step))
    takers: dict[str, set[str]] = {}
    for record in history:
        takers.setdefault(record["transition"] or OPENING, set()).add(record["actor"])
    return move(
        case, workflow, one.step or "", note=one.note, actor=one.actor, day=one.day, takers=takers, fields=one.fields,
        files=files, unmet=unmet, at=one.at,
    )  # fmt: skip


def _signers(workflow: Workflow, walk: Walk, step: Transition) -> dict[str, Sequence[str]]:
    named = {name: workflow.transitions[name].at for name in step.needs} | {step.name: step.at}
    return {name: walk.linked.get(link, ()) for name, link in named.items() if link is not None}
