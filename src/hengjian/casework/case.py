"""A case: where it stands in its workflow, and the step that brought it there. Nothing of it is ever deleted."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.workflow import Transition, Workflow

#: A note is as long as a page or so; longer papers are filed.
LONGEST_NOTE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case after a step. `transition` is the step's name, None where the case began; `origin` the state it left.

    `deadline` is the day by which it is to end; days are those of the space's today. `subject` says what the case is
    about, by kind: {"alert": "A000012", "rule": …}.
    """

    case: str
    workflow: str
    entity: str
    subject: Mapping[str, str]
    state: str
    ended: bool
    transition: str | None
    origin: str | None
    note: str
    actor: str
    day: date
    opened: date
    deadline: date

    def record(self) -> dict[str, object]:
        """The JSON value of the step, which the ledger keeps."""
        found: dict[str, object] = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        days = {name: getattr(self, name).isoformat() for name in ("day", "opened", "deadline")}
        return found | days | {"subject": dict(self.subject)}


def case_of(record: Mapping[str, Any]) -> Case:
    """The inverse of `record`. KeyError, TypeError or ValueError on a foreign shape."""
    days = {name: date.fromisoformat(record[name]) for name in ("day", "opened", "deadline")}
    return Case(**{**record, **days})


def begin(
    workflow: Workflow, *, case: str, entity: str, subject: Mapping[str, str], actor: str, day: date, days: int
) -> Case:
    """A new case in the workflow's first state, to end within `days` after `day`."""
    return Case(
        case=case, workflow=workflow.name, entity=entity, subject=subject, state=workflow.start,
        ended=workflow.states[workflow.start].final, transition=None, origin=None, note="", actor=actor,
        day=day, opened=day, deadline=day + timedelta(days=days),
    )  # fmt: skip


#: Who took each step of a case so far.
Takers = Mapping[str, Collection[str]]
_NOBODY: Takers = {}


def barring(step: Transition, takers: Takers, actor: str) -> list[str]:
    """The steps that somebody took in a case, and for which another person must take this one."""
    return [name for name in step.other_than if actor in takers.get(name, ())]


def move(
    case: Case, workflow: Workflow, transition: str, *, note: str, actor: str, day: date, takers: Takers = _NOBODY
) -> Case:
    """The case after a transition. Refused, with all faults: an unknown step, one that does not leave the present
    state or that another person must take, a note that is lacking or too long."""
    step = workflow.transitions.get(transition)
    if step is None:
        hint = nearest(transition, workflow.transitions, otherwise=f"its steps are {', '.join(workflow.transitions)}")
        raise refuse(f"the workflow {workflow.name} has no step {transition!r}", hint)
    issues = []
    if case.state not in step.origins:
        names = [one.name for one in workflow.leaving(case.state)]
        hint = f"from there it goes on with {' or '.join(names)}" if names else "it has ended"
        issues.append(Issue(place=None, message=f"{case.case} is {case.state}: {transition} cannot be done", hint=hint))
    if barred := barring(step, takers, actor):
        message = f"{actor} took {' and '.join(barred)} of {case.case}: {transition} is for another person"
        issues.append(Issue(place=None, message=message, hint="two persons see to it, as its workflow declares"))
    written = note.strip()
    if step.needs_note and not written:
        issues.append(Issue(place=None, message=f"{transition} needs a note", hint="say what was done"))
    if len(written) > LONGEST_NOTE:
        message = f"the note has {len(written)} characters, at most {LONGEST_NOTE} are kept"
        issues.append(Issue(place=None, message=message, hint="shorten it, and file the paper it stands in"))
    if issues:
        raise Refused(issues)
    return dataclasses.replace(
        case, state=step.target, ended=workflow.states[step.target].final, transition=transition, origin=case.state,
        note=written, actor=actor, day=day,
    )  # fmt: skip
