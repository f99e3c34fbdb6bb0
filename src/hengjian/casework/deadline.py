"""When a case is due: its deadline and that of its state, how an extension moves them, and what lateness leads to.

Nothing here watches a clock: what is overdue is found when somebody asks, by the day that they ask on.
"""

from datetime import date
from typing import Protocol

from hengjian.casework.workdays import after
from hengjian.model.workflow import Span, Transition, Workflow


class Dated(Protocol):
    """The days of a case."""

    @property
    def state(self) -> str: ...
    @property
    def ended(self) -> bool: ...
    @property
    def deadline(self) -> date: ...
    @property
    def provisional(self) -> bool: ...
    @property
    def state_deadline(self) -> date | None: ...
    @property
    def state_provisional(self) -> bool: ...


Days = dict[str, date | bool | None]


def entered(workflow: Workflow, state: str, day: date) -> Days:
    """The deadline of a state that a case comes into on a day."""
    within = workflow.states[state].within
    if within is None:
        return {"state_deadline": None, "state_provisional": False}
    found, provisional = after(day, within)
    return {"state_deadline": found, "state_provisional": provisional}


def due(case: Dated) -> date:
    """The day by which something is to happen: the case's deadline, or that of its state where it is earlier."""
    return case.deadline if case.state_deadline is None else min(case.deadline, case.state_deadline)


def overdue_by(case: Dated, today: date) -> int:
    """By how many days a case is overdue: 0 where it is not, or has ended."""
    return 0 if case.ended else max(0, (today - due(case)).days)


def escalated(case: Dated, workflow: Workflow, today: date) -> str | None:
    """The state or level that a case counts as escalated to; None where it does not."""
    found = workflow.escalation
    return None if found is None or overdue_by(case, today) < found.after else found.to


def moved(case: Dated, workflow: Workflow, step: Transition, day: date) -> Days:
    """The deadlines after a step. An extension counts from the deadlines that it moves; of a case that had ended, and
    is opened again, from the day of the step."""
    found: Days = {}
    if step.target != case.state:
        found |= entered(workflow, step.target, day)
    if step.extends is None:
        return found
    base = (day, False) if case.ended else (case.deadline, case.provisional)
    found["deadline"], found["provisional"] = _later(base, step.extends)
    if step.target == case.state and case.state_deadline is not None:
        later = _later((case.state_deadline, case.state_provisional), step.extends)
        found["state_deadline"], found["state_provisional"] = later
    return found


def _later(base: tuple[date, bool], span: Span) -> tuple[date, bool]:
    day, provisional = after(base[0], span)
    return day, provisional or base[1]
