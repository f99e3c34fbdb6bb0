"""A case: where it stands in its workflow, and the step that brought it there. Nothing of it is ever deleted."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.casework.deadline import due, entered, moved
from hengjian.casework.fields import NO_FILES, TYPE_ANEW, Files, Filled, filled, has_unseen, together, value_of
from hengjian.casework.workdays import after
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.workflow import OPENING, Opening, Span, Transition, Workflow

#: A note is as long as a page or so; longer papers are filed.
LONGEST_NOTE = 4_000
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case after a step. `transition` is the step's name, None where the case began; `origin` the state it left.

    `deadline` is the day by which it is to end, `original_deadline` that day before anything was extended, by which it
    is scored where nothing was; `state_deadline` the day by which it is to leave its state. They are provisional where
    they were counted over a year whose holidays were not published. Days are those of the space's today. `ended_on` is
    the day on which it ended, `reopened` how often it was opened again, `fields` what was filled in at the step.
    `subject` says what the case is about, by kind: {"alert": "A000012", "rule": …}; `title` does where a person opened
    it. `filled` is what was filled in so far, of each field the latest; `named` if a person named the deadline since
    it was last opened, `missed` if one had passed before another was named; `at` for whom the step was taken, where it
    is for those whom a link leads to.
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
    original_deadline: date
    provisional: bool = False
    state_deadline: date | None = None
    state_provisional: bool = False
    ended_on: date | None = None
    reopened: int = 0
    fields: Sequence[Filled] = ()
    title: str = ""
    filled: Sequence[Filled] = ()
    named: bool = False
    missed: bool = False
    at: str | None = None

    @property
    def in_time(self) -> bool | None:
        """Whether it ended by its deadline; None while it has not ended."""
        return None if self.ended_on is None else self.ended_on <= self.deadline and not self.missed

    def record(self) -> dict[str, object]:
        """The JSON value of the step, which the ledger keeps."""
        found: dict[str, object] = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        days = {name: None if found[name] is None else getattr(self, name).isoformat() for name in _DAYS}
        return found | days | {
            "subject": dict(self.subject), "fields": [dict(one) for one in self.fields],
            "filled": [dict(one) for one in self.filled],
        }  # fmt: skip


_DAYS = ("day", "opened", "deadline", "original_deadline", "state_deadline", "ended_on")


def case_of(record: Mapping[str, Any]) -> Case:
    """The inverse of `record`, and the case of a record by an older program, which kept one deadline and nothing
    of what came later. KeyError, TypeError or ValueError on a foreign shape."""
    older = {"original_deadline": record["deadline"], "ended_on": record["day"] if record["ended"] else None}
    parts = {**older, **record}
    days = {name: None if parts.get(name) is None else date.fromisoformat(parts[name]) for name in _DAYS}
    fields = tuple(parts.get("fields", ()))
    return Case(**{**parts, **days, "fields": fields, "filled": tuple(parts.get("filled", fields))})


def begin(
    workflow: Workflow, *, case: str, entity: str, subject: Mapping[str, str], actor: str, day: date, days: int,
    working: bool = False,
) -> Case:  # fmt: skip
    """A new case in the workflow's first state, to end within `days` after `day`; `working`: within so many working
    days."""
    deadline, provisional = after(day, Span(days=days, working=working))
    is_final = workflow.states[workflow.start].final
    case_begun = Case(
        case=case, workflow=workflow.name, entity=entity, subject=subject, state=workflow.start, ended=is_final,
        transition=None, origin=None, note="", actor=actor, day=day, opened=day, deadline=deadline,
        original_deadline=deadline, provisional=provisional, ended_on=day if is_final else None,
    )  # fmt: skip
    return dataclasses.replace(case_begun, **entered(workflow, workflow.start, day))  # type: ignore[arg-type]


def opened(
    workflow: Workflow, opening: Opening, *, case: str, entity: str, title: str, note: str, actor: str, day: date,
    fields: Mapping[str, str], files: Files = NO_FILES,
) -> Case:  # fmt: skip
    """A new case that a person opens. Refused, with all faults: no title, one or a note that is too long, fields that
    are lacking or wrong."""
    kept, issues = filled(OPENING, opening.fields, fields, files)
    written, named = note.strip(), " ".join(title.split())
    if not named:
        issues.append(Issue(place=None, message="the case has no title", hint="say in a few words what it is about"))
    if len(named) > LONGEST_TITLE:
        message = f"the title has {len(named)} characters, at most {LONGEST_TITLE} are kept"
        issues.append(Issue(place=None, message=message, hint="shorten it"))
    if has_unseen(named):
        issues.append(Issue(place=None, message="the title holds signs that cannot be seen", hint=TYPE_ANEW))
    issues += _note_faults(written)
    issues += _deadline_faults(opening.deadline, kept, day)
    if issues:
        raise Refused(issues)
    begun = begin(
        workflow, case=case, entity=entity, subject={}, actor=actor, day=day, days=opening.span.days,
        working=opening.span.working,
    )  # fmt: skip
    begun = dataclasses.replace(begun, title=named, note=written, fields=tuple(kept), filled=tuple(kept))
    return _named(begun, begun, opening.deadline)


def _deadline_faults(field: str | None, kept: Sequence[Filled], day: date) -> list[Issue]:
    """Why a date that was filled in cannot be a deadline."""
    told = None if field is None else value_of(kept, field)
    if told is None or date.fromisoformat(told) >= day:
        return []
    return [Issue(place=None, message=f"{field} is {told}, before the day of the step", hint="name a later day")]


def _named(before: Case, case: Case, field: str | None) -> Case:
    """The case with the deadline that a date field names. Where nobody named one before, it is the original one; that
    of a case which was opened again stays."""
    told = None if field is None else value_of(case.fields, field)
    if told is None:
        return case
    day = date.fromisoformat(told)
    missed = not case.reopened and case.day > before.deadline
    original = before.original_deadline if before.named or case.reopened or missed else day
    return dataclasses.replace(
        case, deadline=day, provisional=False, original_deadline=original, named=True, missed=before.missed or missed
    )


def _note_faults(written: str) -> list[Issue]:
    if has_unseen(written):
        return [Issue(place=None, message="the note holds signs that cannot be seen", hint=TYPE_ANEW)]
    if len(written) <= LONGEST_NOTE:
        return []
    message = f"the note has {len(written)} characters, at most {LONGEST_NOTE} are kept"
    return [Issue(place=None, message=message, hint="shorten it, and file the paper it stands in")]


#: Who took each step of a case so far; the opening is called as its workflow names it.
Takers = Mapping[str, Collection[str]]
_NOBODY: Takers = {}
_NOTHING: Mapping[str, str] = {}


def barring(step: Transition, takers: Takers, actor: str) -> list[str]:
    """The steps that somebody took in a case, and for which another person must take this one."""
    return [name for name in step.other_than if actor in takers.get(name, ())]


def reopenings(history: Iterable[Mapping[str, Any]]) -> int:
    """How often a case was opened again, by its records from first to last."""
    had_ended, found = False, 0
    for record in history:
        found += had_ended and not record["ended"]
        had_ended = record["ended"]
    return found


def needs_note(workflow: Workflow, step: Transition, state: str) -> bool:
    """Whether a step from a state needs a word: where it is declared so, and where what had ended is opened again."""
    return step.needs_note or workflow.reopens(step, state)


def move(
    case: Case, workflow: Workflow, transition: str, *, note: str, actor: str, day: date, takers: Takers = _NOBODY,
    fields: Mapping[str, str] = _NOTHING, files: Files = NO_FILES, unmet: Sequence[Issue] = (), at: str | None = None,
) -> Case:  # fmt: skip
    """The case after a transition. Refused, with all faults: an unknown step, one that does not leave the present
    state or that another person must take, an extension after the deadline, a note that is lacking or too long, fields
    that are lacking or wrong, and what is `unmet` besides. `at`: for whom it is taken."""
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
    kept, faults = filled(step.name, step.fields, fields, files)
    if not case.ended and (
        (step.extends is not None and day > due(case)) or (case.named and day > case.deadline and _moves(step, kept))
    ):
        message = f"{case.case} was due on {due(case)}: {transition} is asked for before"
        issues.append(Issue(place=None, message=message, hint="it goes by the deadline that it had"))
    issues += unmet
    written = note.strip()
    issues += faults
    issues += _deadline_faults(step.deadline, kept, day)
    if needs_note(workflow, step, case.state) and not written:
        issues.append(Issue(place=None, message=f"{transition} needs a note", hint="say what was done"))
    issues += _note_faults(written)
    if issues:
        raise Refused(issues)
    ended, days = workflow.states[step.target].final, moved(case, workflow, step, day)
    is_anew = case.ended and not ended  # its deadline may be named again, though the one that it had is over
    after_step = dataclasses.replace(
        case, state=step.target, ended=ended, transition=transition, origin=case.state, note=written, actor=actor,
        day=day, ended_on=(case.ended_on or day) if ended else None, fields=tuple(kept),
        reopened=case.reopened + is_anew, filled=tuple(together(case.filled, kept)), at=at,
        named=case.named and not is_anew,
    )  # fmt: skip
    return _named(case, dataclasses.replace(after_step, **days), step.deadline)  # type: ignore[arg-type]


def _moves(step: Transition, kept: Sequence[Filled]) -> bool:
    """Whether what was filled in names a deadline."""
    return step.deadline is not None and value_of(kept, step.deadline) is not None
