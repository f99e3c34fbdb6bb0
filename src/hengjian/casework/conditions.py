"""What must have happened in a case before a step: other steps, days since them, choices, and others' signatures."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from hengjian.casework.case import Case
from hengjian.casework.fields import value_of
from hengjian.casework.workdays import after
from hengjian.model.issue import Issue
from hengjian.model.workflow import OPENING, Transition, Wait, Workflow

#: The records of a case's steps from the first to the last.
History = Sequence[Mapping[str, Any]]
#: By step with a link: to whom it leads from the case's entity today.
Signers = Mapping[str, Collection[str]]


def taken_on(history: History, step: str) -> date | None:
    """The day on which a step, or the opening, was last taken; None where it was not."""
    name = None if step == OPENING else step
    days = [record["day"] for record in history if record["transition"] == name]
    return date.fromisoformat(str(days[-1])) if days else None


def earliest(step: Transition, history: History) -> tuple[date, bool, Wait] | None:
    """The first day on which a step may be taken, whether that is provisional, and what it waits for; None where it
    waits for nothing."""
    found = []
    for wait in step.after:
        since = taken_on(history, wait.step)
        if since is not None:
            last, provisional = after(since, wait.span)
            found.append((date.fromordinal(last.toordinal() + 1), provisional, wait))
    return max(found, key=lambda one: one[0], default=None)


def stay(history: History) -> History:
    """The steps that were taken since the case came into the state it is in."""
    if not history:
        return ()
    here, first = history[-1]["state"], len(history) - 1
    while first and history[first - 1]["state"] == here:
        first -= 1
    return history[first + 1 :]


def signed_by(history: History, step: str) -> set[str]:
    """For whom a step was taken since the case came into its state."""
    return {record["at"] for record in stay(history) if record["transition"] == step and record.get("at")}


def fits(step: Transition, case: Case) -> bool:
    """Whether what was filled in of a case is among the choices that a step is for."""
    return all(value_of(case.filled, name) in words for name, words in step.where.items())


def lacking(
    case: Case, workflow: Workflow, step: Transition, history: History, day: date, signers: Signers
) -> list[Issue]:
    """Why a step that leaves the present state cannot be taken on a day yet."""
    issues: list[Issue] = []
    for name, words in step.where.items():
        value, wanted = value_of(case.filled, name), " or ".join(words)
        if value is None:
            message = f"{step.name} is for {name} {wanted}, which was not filled in"
            issues.append(Issue(place=None, message=message, hint="take another step"))
        elif value not in words:
            message = f"{step.name} is for {name} {wanted}, which is {value}"
            issues.append(Issue(place=None, message=message, hint="take another step"))
    waiting = earliest(step, history)
    if waiting is not None and day < waiting[0]:
        first, _, wait = waiting
        working = f"{wait.span.days} working days must have passed since {wait.step}"
        hint = working if wait.span.working else f"{wait.span.days} days must have passed since {wait.step}"
        issues.append(Issue(place=None, message=f"{step.name} cannot be taken before {first}", hint=hint))
    taken = {record["transition"] for record in stay(history)}
    for name in step.needs:
        if not workflow.transitions[name].each:
            if name not in taken:
                message = f"{step.name} needs {name} to be taken before"
                issues.append(Issue(place=None, message=message, hint=f"take {name} first"))
        elif not signers.get(name):
            issues.append(_nobody(name, workflow.transitions[name].at, case))
        elif left := sorted(set(signers[name]) - signed_by(history, name)):
            message, hint = f"{step.name} needs {name} by {len(left)} more", f"each of them takes {name} for itself"
            issues.append(Issue(place=None, message=message, hint=hint))
    if step.at is not None and not signers.get(step.name):
        issues.append(_nobody(step.name, step.at, case))
    return issues


def _nobody(step: str, link: str | None, case: Case) -> Issue:
    message = f"{step} is for those to whom {link} leads from {case.entity!r}, and it leads to nobody"
    return Issue(place=None, message=message, hint="file the link, and take the step then")
