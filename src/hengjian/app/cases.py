"""Cases: `cases` lists them, `case` tells one with its history, `move` takes it a step further."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from hengjian.app.alerts import cut_alerts, ensure_supervised, states_of
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, entered, event_draft, record_of
from hengjian.app.guards import unmet
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut, parse_day
from hengjian.app.rights import must_play
from hengjian.app.standing import made_by, plays, reach
from hengjian.app.wire import Answer
from hengjian.casework.case import Case, Takers, barring, case_of, needs_note, reopenings
from hengjian.casework.case import move as step
from hengjian.casework.deadline import due, escalated, overdue_by
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Receipt, Submission
from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue
from hengjian.model.issue import Failure, refuse
from hengjian.model.workflow import Span, Transition, Workflow
from hengjian.supervise.alert import topic


def cases(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """All cases as they stand, those that are due first ahead; `state`, `entity` and `open` (true) choose."""
    ensure_supervised(desk)
    cut = parse_cut(dict(question), desk.config.timezone)
    catalogue = desk.programme(cut.known_at).catalogue
    every = [case_of(record_of(event)) for event in desk.store.latest_events("case", known_at=cut.known_at)]
    found = [one for one in every if one.entity in desk.sight]
    for name in ("state", "entity", "workflow"):
        if question.get(name):
            found = [one for one in found if getattr(one, name) == question[name]]
    if question.get("open"):
        found = [one for one in found if not one.ended]
    found.sort(key=lambda one: (one.ended, due(one), one.case))
    names = _names(desk, {one.entity for one in found})
    return {"cases": [_shown(desk, one, names, catalogue) for one in found], **mark(desk.sight)}


def case(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One case: where it stands, every step so far, the alert that opened it, and the steps that may follow."""
    ensure_supervised(desk)
    found = _found(desk, str(question["case"]))
    catalogue = desk.programme().catalogue
    events = desk.store.history("case", found.case)
    history = [{**record_of(event), **entered(event), **made_by(desk, event.entry)} for event in events]
    names = _names(desk, {found.entity})
    workflow = catalogue.workflows.get(found.workflow)
    steps = () if workflow is None else workflow.leaving(found.state)
    return {
        **_shown(desk, found, names, catalogue), "history": history, "reopened": reopenings(history),
        "alert": _alert_of(desk, found),
        "transitions": [] if workflow is None else [
            {
                **step_record(one), "needs_note": needs_note(workflow, one, found.state), "may": _may(desk, one, found),
                "barred": barring(one, _takers(history), desk.actor.name),
            }
            for one in steps
        ],
        "workflow_label": None if workflow is None else workflow.label.record(),
        "table": None if workflow is None else table(workflow),
        "states": {} if workflow is None else {name: one.label.record() for name, one in workflow.states.items()},
        "steps": {} if workflow is None else {name: one.label.record() for name, one in workflow.transitions.items()},
    }  # fmt: skip


def _may(desk: Desk, step: Transition, one: Case) -> bool:
    """Whether the one who asks has the role that a step asks for, or handles cases where it asks for none."""
    return plays(desk, step.roles, one.entity) if step.roles else one.entity in reach(desk, desk.actor, "handle")


def step_record(step: Transition) -> dict[str, Any]:
    """A step as its workflow declares it."""
    return {
        "transition": step.name, "label": step.label.record(), "to": step.target, "needs_note": step.needs_note,
        "from": list(step.origins), "roles": list(step.roles), "other_than": list(step.other_than),
        "guard": None if step.guard is None else step.guard.text, "extends": _span(step.extends),
        "fields": [
            {
                "field": one.name, "label": one.label.record(), "kind": one.kind, "required": one.required,
                "unit": one.unit, "choices": {name: label.record() for name, label in one.choices.items()},
            }
            for one in step.fields.values()
        ],
    }  # fmt: skip


def table(workflow: Workflow) -> dict[str, Any]:
    """A workflow as it is declared: its states, its steps, and what long overdue cases count as."""
    escalation = workflow.escalation
    return {
        "states": {
            name: {"label": one.label.record(), "final": one.final, "within": _span(one.within)}
            for name, one in workflow.states.items()
        },
        "steps": [step_record(one) for one in workflow.transitions.values()],
        "escalate": None if escalation is None else {"after": escalation.after, "to": escalation.to},
    }  # fmt: skip


def _span(span: Span | None) -> dict[str, object] | None:
    return None if span is None else {"days": span.days, "working": span.working}


def _takers(history: Iterable[Mapping[str, Any]]) -> Takers:
    """Who took each step."""
    found: dict[str, set[str]] = {}
    for one in history:
        if one["transition"] is not None:
            found.setdefault(one["transition"], set()).add(one["actor"])
    return found


def _names(desk: Desk, entities: Iterable[str]) -> dict[str, str]:
    """What some entities are called today."""
    return {name: state.name for name, state in states_of(desk, Cut(), entities).items()}


def _alert_of(desk: Desk, one: Case) -> dict[str, Any] | None:
    """The alert that a case is about, after the last event that belongs to the case: a later one may have its own."""
    rule = one.subject.get("rule")
    events = [] if rule is None else desk.store.history("alert", topic(rule, one.entity))
    mine = [event for event in map(record_of, events) if event["case"] == one.case]
    return cut_alerts(desk, mine[-1:])[0] if mine else None


def _shown(desk: Desk, one: Case, names: Mapping[str, str], catalogue: Catalogue) -> dict[str, Any]:
    today = desk.config.current_day()
    workflow, rule = catalogue.workflows.get(one.workflow), catalogue.rules.get(one.subject.get("rule", ""))
    state = None if workflow is None else workflow.states.get(one.state)
    step_taken = None if workflow is None or one.transition is None else workflow.transitions.get(one.transition)
    return one.record() | {
        "name": names.get(one.entity, one.entity),
        "state_label": None if state is None else state.label.record(),
        "step_label": None if step_taken is None else step_taken.label.record(),
        "label": None if rule is None else rule.label.record(),
        "level": None if rule is None else rule.level, "due": due(one).isoformat(), "in_time": one.in_time,
        "days_left": (due(one) - today).days, "overdue": overdue_by(one, today) > 0,
        "escalated": None if workflow is None else _escalated(one, workflow, today),
    }  # fmt: skip


def _escalated(one: Case, workflow: Workflow, today: date) -> dict[str, object] | None:
    """To what a case counts as escalated today; `label` where it is a state, null where it is a level."""
    to = escalated(one, workflow, today)
    if to is None:
        return None
    state = workflow.states.get(to)
    return {"to": to, "label": None if state is None else state.label.record(), "days": overdue_by(one, today)}


def _found(desk: Desk, name: str) -> Case:
    """The case of this name; one outside the sight is as one that is not there."""
    found = [case_of(record_of(event)) for event in desk.store.latest_events("case", [name])]
    if not found or found[0].entity not in desk.sight:
        raise refuse(f"no case is called {name!r}", "`hengjian case SPACE` lists them")
    return found[0]


def move(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Take a case one step further: `transition`, `note`, `fields` (a text each); `today` is the day of the step, else
    the space's. Who asks needs the right to `handle` where the case is, or one of the roles that the step asks for.

    A step that was entered is not entered again: the same person asking for the same step of the same case, while
    nothing else happened to it, is told of the first entry. `seen`, where it is given, is the entry of the last step
    that the person knew of; a case that went on since is to be looked at again.
    """
    ensure_supervised(desk)
    before = _found(desk, str(question["case"]))
    transition, note, actor = str(question["transition"]), str(question.get("note") or ""), desk.actor.name
    workflow = desk.programme().catalogue.workflows.get(before.workflow)
    taken = None if workflow is None else workflow.transitions.get(transition)
    must_play(desk, () if taken is None else taken.roles, transition, before.entity)
    fields = {str(name): str(text).strip() for name, text in (question.get("fields") or {}).items()}
    fields = {name: text for name, text in fields.items() if text}
    told = question.get("today")
    day = desk.config.current_day() if told is None else parse_day(str(told), "--today")
    if told is not None and day < before.day:
        raise refuse(
            f"{before.case} has been {before.state} since {before.day}: no step of {day} can follow",
            "name a later day, or none",
        )
    said = [before.case, transition, note.strip(), actor, *([sorted(fields.items())] if fields else [])]
    base = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    history = desk.store.history("case", before.case)
    last = history[-1]
    earlier = desk.log.submission_of(last.entry)
    if earlier is not None and earlier.base == base:
        return {**json.loads(earlier.receipt), "repeated": True}
    seen = question.get("seen")
    if seen is not None and seen != last.entry:
        raise refuse(
            f"{before.case} has gone on: entry {last.entry} is its last step", "look at it again, then take your step"
        )
    if workflow is None:
        raise Failure(
            f"no pack declares the workflow {before.workflow!r} of {before.case} any more",
            "upgrade to a version of its pack that does",
        )
    takers = _takers(map(record_of, history))
    applies = taken is not None and before.state in taken.origins
    lacking = unmet(desk, workflow, taken, before.entity, day) if taken is not None and applies else ()
    after = step(
        before, workflow, transition, note=note, actor=actor, day=day, takers=takers, fields=fields, unmet=lacking
    )
    answer: Answer = {"case": after.case, "state": after.state, "ended": after.ended}

    def receipt(receipts: Sequence[Receipt]) -> bytes:
        answer.update({"entry": receipts[0].index, "recorded_at": rfc3339(receipts[0].recorded), "repeated": False})
        return json.dumps(answer, sort_keys=True).encode()

    key = hashlib.sha256(f"{base}:{last.entry}".encode()).hexdigest()
    keyed = Submission(key=key, base=base, latest=last.entry, receipt=receipt)
    draft = event_draft(
        desk, "case", after.record(), topic=after.case, subject=after.entity, actor=actor, submission=keyed
    )
    enter_events(desk, [draft])
    return answer
