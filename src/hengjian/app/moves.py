"""Steps of cases: `open_case` begins one, `move` takes it a step further. Both are entered once, with their files."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.app.alerts import ensure_supervised
from hengjian.app.attached import Handed, drafts, handed_in, numbered, told
from hengjian.app.casebook import found_case, recurrences, takers
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft, record_of
from hengjian.app.guards import unmet
from hengjian.app.moment import parse_day
from hengjian.app.question import known_entity
from hengjian.app.rights import ROLES_HINT, must, must_play
from hengjian.app.signers import may_sign, signers
from hengjian.app.standing import plays
from hengjian.app.wire import Answer
from hengjian.casework.case import Case, opened
from hengjian.casework.case import move as step
from hengjian.casework.conditions import lacking, signed_by
from hengjian.intake.text import quoted
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Receipt, Submission, oversized
from hengjian.model.issue import Failure, Issue, Refused, forbid, nearest, refuse
from hengjian.model.workflow import OPENING, Opening, Transition, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What whoever takes a step says: a word, texts and files by field, and the day where it is not the space's."""

    note: str
    fields: Mapping[str, str]
    handed: Handed
    day: date
    is_dated: bool

    def base(self, *words: object) -> str:
        """SHA-256 (hex) of all of it: the same said again is the same."""
        more: list[object] = [sorted(self.fields.items())] if self.fields else []
        if self.handed:
            more.append(told(self.handed))
        return hashlib.sha256(json.dumps([*words, *more]).encode()).hexdigest()


def _said(desk: Desk, question: Mapping[str, Any]) -> _Said:
    fields = {str(name): str(text).strip() for name, text in (question.get("fields") or {}).items()}
    today, named = desk.config.current_day(), question.get("today")
    day = today if named is None else parse_day(str(named), "--today")
    if day != today and desk.actor.proof is not None:  # clocks are kept by the space, and not by who is bound by them
        hint = "leave --today out: it is of the day it is taken on"
        raise forbid(f"{desk.actor.name} may not date a step {day}", hint)
    return _Said(
        note=str(question.get("note") or ""), fields={name: text for name, text in fields.items() if text},
        handed=handed_in(question), is_dated=named is not None, day=day,
    )  # fmt: skip


def open_case(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Open a case of `workflow` about `entity`: `title`, `note`, `fields`, `attachments` (files by field); `today` is
    its day, else the space's. Who asks needs one of the roles that the workflow asks for, else the right to `handle`.

    The same asked again is told of the first: under a `key` of one's own, else the very same on the same day.
    """
    ensure_supervised(desk)
    workflows = desk.programme().catalogue.workflows
    workflow = workflows.get(str(question["workflow"]))
    can_open = [name for name, one in workflows.items() if one.opening is not None]
    if workflow is None:
        hint = nearest(str(question["workflow"]), can_open, otherwise=f"there are {', '.join(can_open) or 'none'}")
        raise refuse(f"no workflow is called {str(question['workflow'])!r}", hint)
    if workflow.opening is None:
        hint = f"persons open cases of {', '.join(can_open)}" if can_open else "no pack has cases that persons open"
        raise refuse(f"cases of {workflow.name} are opened by rules", hint)
    entity = known_entity(desk, str(question["entity"]))
    _must_open(desk, workflow, workflow.opening, entity)
    said, actor, title = _said(desk, question), desk.actor.name, " ".join(str(question.get("title") or "").split())
    base = said.base(OPENING, workflow.name, entity, title, said.note.strip(), actor)
    own = question.get("key")
    meant = f"{actor}:{own}" if own else f"{base}:{said.day}"
    key = f"{OPENING}:{hashlib.sha256(meant.encode()).hexdigest()}"
    earlier = desk.log.submission(key)
    if earlier is not None:
        if earlier.base != base:
            raise refuse("the key of this case was used for another one", "take a new key for what is opened anew")
        return {**json.loads(earlier.receipt), "repeated": True}
    first = desk.log.size
    count = sum(map(len, said.handed.values()))
    case = opened(
        workflow, workflow.opening, case=f"C{first + count:06d}", entity=entity, title=title, note=said.note,
        actor=actor, day=said.day, fields=said.fields, files=numbered(said.handed, first),
    )  # fmt: skip
    again = recurrences(desk, case, workflow)
    return _enter(desk, case, said, key=key, base=base, latest=None, more={"recurs": [one.case for one in again]})


def _must_open(desk: Desk, workflow: Workflow, opening: Opening, entity: str) -> None:
    """Refused where a workflow is for others, forbidden where the one who asks may not open its cases there."""
    if not opening.roles:
        must(desk, "handle", entity)
    elif not plays(desk, opening.roles, entity):
        message = f"{desk.actor.name} may not open {workflow.name} at {quoted(entity)}"
        raise forbid(message, f"it is for {', '.join(opening.roles)}")
    catalogue = desk.programme().catalogue
    if workflow.type is not None and not catalogue.descends(desk.entity_types()[entity], workflow.type):
        message = f"the cases of {workflow.name} are of {workflow.type}: {quoted(entity)} is none"
        raise refuse(message, "name another entity, or another workflow")


def move(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Take a case one step further: `transition`, `note`, `fields` (a text each), `attachments` (files by field);
    `today` is the day of the step, else the space's. Who asks needs the right to `handle` where the case is, or one of
    the roles that the step asks for; of a step that names a link, at one of those to whom it leads.

    A step that was entered is not entered again: the same person asking for the same step of the same case, while
    nothing else happened to it, is told of the first entry. `seen`, where it is given, is the entry of the last step
    that the person knew of: a case that went on since is to be looked at again, and who knew of their own step means
    another one, as who signs for two.
    """
    ensure_supervised(desk)
    before = found_case(desk, str(question["case"]))
    transition, actor, said = str(question["transition"]), desk.actor.name, _said(desk, question)
    workflow = desk.programme().catalogue.workflows.get(before.workflow)
    taken = None if workflow is None else workflow.transitions.get(transition)
    events = desk.store.history("case", before.case)
    history = [record_of(event) for event in events]
    needed = {} if workflow is None or taken is None else signers(desk, workflow, taken, before.entity)
    whose = _whose(desk, taken, transition, before, set(needed.get(transition, ())))
    if said.is_dated and said.day < before.day:
        raise refuse(
            f"{before.case} has been {before.state} since {before.day}: no step of {said.day} can follow",
            "name a later day, or none",
        )
    base = said.base(before.case, transition, said.note.strip(), actor)
    last, seen = events[-1], question.get("seen")
    earlier = None if seen == last.entry else desk.log.submission_of(last.entry)
    if earlier is not None and earlier.base == base:
        return {**json.loads(earlier.receipt), "repeated": True}
    if seen is not None and seen != last.entry:
        raise refuse(
            f"{before.case} has gone on: entry {last.entry} is its last step", "look at it again, then take your step"
        )
    if workflow is None:
        raise _undeclared(before)
    _must_be_apart(desk, workflow, transition, before)
    after = _after(desk, before, workflow, transition, said, history, whose, first=desk.log.size)
    key = hashlib.sha256(f"{base}:{last.entry}".encode()).hexdigest()
    return _enter(desk, after, said, key=key, base=base, latest=last.entry)


def _after(
    desk: Desk, before: Case, workflow: Workflow, transition: str, said: _Said, history: Sequence[Mapping[str, Any]],
    whose: set[str], *, first: int,
) -> Case:  # fmt: skip
    """The case after a step by those for `whose` it may be taken; its files are the entries from `first` on."""
    taken = workflow.transitions.get(transition)
    not_yet: list[Issue] = []
    at = None
    if taken is not None and before.state in taken.origins:
        not_yet += lacking(before, workflow, taken, history, said.day, signers(desk, workflow, taken, before.entity))
        not_yet += unmet(desk, workflow, taken, before.entity, said.day)
        if taken.at is not None and whose:
            free = whose - signed_by(history, transition) if taken.each else whose
            at = min(free, default=None)
            if at is None:
                message = f"{transition} was taken for {' and '.join(sorted(map(quoted, whose)))}"
                not_yet.append(Issue(place=None, message=message, hint="each of them takes it once"))
    return step(
        before, workflow, transition, note=said.note, actor=desk.actor.name, day=said.day, takers=takers(history),
        fields=said.fields, files=numbered(said.handed, first), unmet=not_yet, at=at,
    )  # fmt: skip


def _must_be_apart(desk: Desk, workflow: Workflow, transition: str, case: Case) -> None:
    """Refused where a scorecard names the step: it is entered with what is published, or objected to, only."""
    for card in desk.programme().catalogue.scorecards.values():
        if card.workflow == workflow.name and transition in card.steps.values():
            message = f"{transition} of {case.case} is taken where a score is published, or objected to"
            raise refuse(message, "on the page of the score, or by `hengjian publish` and `hengjian objection`")


def taken_with(
    desk: Desk, before: Case, transition: str, *, note: str, fields: Mapping[str, str], day: date, first: int
) -> Case:  # fmt: skip
    """The case after a step that is entered in one append with what it is about, whose entries come before its own.

    Of `fields` those are filled in that the step declares. Refused and forbidden as `move` is.
    """
    workflow = desk.programme().catalogue.workflows.get(before.workflow)
    if workflow is None:
        raise _undeclared(before)
    taken = workflow.transitions.get(transition)
    needed = {} if taken is None else signers(desk, workflow, taken, before.entity)
    whose = _whose(desk, taken, transition, before, set(needed.get(transition, ())))
    told = {} if taken is None else {name: text for name, text in fields.items() if name in taken.fields}
    said = _Said(note=note, fields=told, handed={}, day=day, is_dated=False)
    history = [record_of(event) for event in desk.store.history("case", before.case)]
    return _after(desk, before, workflow, transition, said, history, whose, first=first)


def _undeclared(case: Case) -> Failure:
    return Failure(
        f"no pack declares the workflow {case.workflow!r} of {case.case} any more",
        "upgrade to a version of its pack that does",
    )


def _whose(desk: Desk, taken: Transition | None, transition: str, case: Case, linked: set[str]) -> set[str]:
    """For whom the one who asks may take a step: the case's entity, or those of its link; forbidden where nobody."""
    if taken is None or taken.at is None:
        must_play(desk, () if taken is None else taken.roles, transition, case.entity)
        return {case.entity}
    found = may_sign(desk, taken, linked)
    if linked and not found:
        hint = f"it is for {', '.join(taken.roles)} at those to whom {taken.at} leads" if taken.roles else ROLES_HINT
        raise forbid(f"{desk.actor.name} may not take {transition} at {quoted(case.entity)}", hint)
    return found


def _enter(
    desk: Desk, case: Case, said: _Said, *, key: str, base: str, latest: int | None,
    more: Mapping[str, object] | None = None,
) -> Answer:  # fmt: skip
    """Enter a step with its files: all of it or nothing."""
    answer: Answer = {"case": case.case, "state": case.state, "ended": case.ended, **(more or {})}

    def receipt(receipts: Sequence[Receipt]) -> bytes:
        answer.update({"entry": receipts[-1].index, "recorded_at": rfc3339(receipts[-1].recorded), "repeated": False})
        return json.dumps(answer, sort_keys=True).encode()

    keyed = Submission(key=key, base=base, latest=latest, receipt=receipt)
    event = event_draft(
        desk, "case", case.record(), topic=case.case, subject=case.entity, actor=desk.actor.name, submission=keyed
    )
    entries = [*drafts(desk, said.handed, case.case, case.entity, keyed), event]
    if too_large := oversized(entries):
        raise Refused(too_large)
    enter_events(desk, entries)
    return answer
