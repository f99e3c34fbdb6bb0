"""Cases: `cases` lists them, `case` tells one with its history, `workflows` what cases persons may open."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from hengjian.app.alerts import cut_alerts, ensure_supervised, states_of
from hengjian.app.casebook import again, found_case, recurrences, takers
from hengjian.app.desk import Desk
from hengjian.app.events import entered, record_of
from hengjian.app.insight import mark
from hengjian.app.latest import levels_of
from hengjian.app.moment import parse_cut
from hengjian.app.question import known_entity
from hengjian.app.signers import may_sign, signers
from hengjian.app.standing import made_by, plays, reach, standing_of
from hengjian.app.wire import Answer
from hengjian.casework.case import Case, barring, case_of, needs_note, reopenings
from hengjian.casework.conditions import earliest, fits, lacking
from hengjian.casework.deadline import due, escalated, overdue_by
from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue
from hengjian.model.workflow import Opening, Span, StepField, Transition, Workflow
from hengjian.supervise.alert import alert_of, topic


def cases(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """All cases as they stand, those that are due first ahead; `state`, `entity`, `workflow` and `open` (true) choose.

    `recurs` counts those of the same entity before it in which the same was filled in; `workflows` how many cases of
    each workflow, of those that the reader sees, are open, overdue, ended, and ended in time.
    """
    ensure_supervised(desk)
    cut = parse_cut(dict(question), desk.config.timezone)
    catalogue = desk.programme(cut.known_at).catalogue
    every = [case_of(record_of(event)) for event in desk.store.latest_events("case", known_at=cut.known_at)]
    seen = found = [one for one in every if one.entity in desk.sight]
    for name in ("state", "entity", "workflow"):
        if question.get(name):
            found = [one for one in found if getattr(one, name) == question[name]]
    if question.get("open"):
        found = [one for one in found if not one.ended]
    found.sort(key=lambda one: (one.ended, due(one), one.case))
    names = _names(desk, {one.entity for one in found})
    before, levels = again(seen, catalogue.workflows), levels_of(desk, found, cut)
    return {
        "cases": [
            _shown(desk, one, names, catalogue, levels.get(one.case)) | {"recurs": before[one.case]} for one in found
        ],
        "workflows": _counts(desk, seen, catalogue), **mark(desk.sight),
    }  # fmt: skip


def _counts(desk: Desk, seen: Sequence[Case], catalogue: Catalogue) -> list[Answer]:
    """How the cases of each workflow stand, those of which most are open first."""
    today = desk.config.current_day()
    found: dict[str, Counter[str]] = {}
    for one in seen:
        counts = found.setdefault(one.workflow, Counter())
        counts.update(["ended" if one.ended else "open"])
        counts.update(["in_time"] if one.in_time else ["overdue"] if overdue_by(one, today) else [])
    told = []
    for name, counts in sorted(found.items(), key=lambda item: (-item[1]["open"], item[0])):
        flow = catalogue.workflows.get(name)
        numbers = {kind: counts[kind] for kind in ("open", "overdue", "ended", "in_time")}
        told.append({"workflow": name, "label": None if flow is None else flow.label.record(), **numbers})
    return told


def case(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One case: where it stands, every step so far, the alert that opened it, and the steps that may follow."""
    ensure_supervised(desk)
    found = found_case(desk, str(question["case"]))
    catalogue = desk.programme().catalogue
    events = desk.store.history("case", found.case)
    records = [record_of(event) for event in events]
    history = [
        {**_signed(desk, record), **entered(event), **made_by(desk, event.entry)}
        for event, record in zip(events, records, strict=True)
    ]  # fmt: skip
    names = _names(desk, {found.entity, *(record["at"] for record in history if record["at"])})
    workflow = catalogue.workflows.get(found.workflow)
    steps = () if workflow is None else workflow.leaving(found.state)
    before = [] if workflow is None else recurrences(desk, found, workflow)
    return {
        **_shown(desk, found, names, catalogue, levels_of(desk, [found]).get(found.case)), "history": history,
        "reopened": reopenings(history),
        "alert": _alert_of(desk, found),
        "transitions": [] if workflow is None else [_following(desk, workflow, one, found, records) for one in steps],
        "names": names, "recurs": [
            {
                "case": one.case, "title": one.title, "state": one.state, "ended": one.ended,
                "day": one.opened.isoformat(),
            }
            for one in before
        ],
        "table": None if workflow is None else table(workflow),
        "states": {} if workflow is None else {name: one.label.record() for name, one in workflow.states.items()},
        "steps": {} if workflow is None else {name: one.label.record() for name, one in workflow.transitions.items()},
    }  # fmt: skip


def _signed(desk: Desk, record: Mapping[str, Any]) -> dict[str, Any]:
    """A step without those out of sight for whom it was taken."""
    at = record.get("at")
    return {**record, "at": at if at is not None and at in desk.sight else None}


def _following(
    desk: Desk, workflow: Workflow, step: Transition, one: Case, history: Sequence[Mapping[str, Any]]
) -> Answer:
    """A step that leaves the present state: whether the one who asks may take it, from which day on (`not_before`), and
    what of the case is lacking for it today, the guard left out."""
    needed, waiting = signers(desk, workflow, step, one.entity), earliest(step, history)
    told = lacking(one, workflow, step, history, desk.config.current_day(), needed)
    return {
        **step_record(step), "needs_note": needs_note(workflow, step, one.state),
        "may": bool(may_sign(desk, step, needed[step.name])) if step.at else _may(desk, step, one),
        "barred": barring(step, takers(history), desk.actor.name), "fits": fits(step, one),
        "not_before": None if waiting is None else waiting[0].isoformat(),
        "not_before_provisional": waiting is not None and waiting[1],
        "lacking": [{"message": issue.message, "hint": issue.hint} for issue in told],
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
        "deadline": step.deadline, "needs": list(step.needs), "at": step.at,
        "each": step.each,
        "after": [{"step": one.step, "days": one.span.days, "working": one.span.working} for one in step.after],
        "where": {name: list(words) for name, words in step.where.items()},
        "fields": [_field_record(one) for one in step.fields.values()],
    }  # fmt: skip


def _field_record(one: StepField) -> dict[str, Any]:
    return {
        "field": one.name, "label": one.label.record(), "kind": one.kind, "required": one.required,
        "unit": one.unit, "choices": {name: label.record() for name, label in one.choices.items()},
        **({"types": list(one.types), "most": one.most} if one.kind == "attachment" else {}),
    }  # fmt: skip


def _opening_record(opening: Opening | None) -> dict[str, Any] | None:
    """How persons open cases of a workflow, as it is declared; None where they do not."""
    if opening is None:
        return None
    return {
        "label": opening.label.record(), "roles": list(opening.roles), "within": _span(opening.span),
        "deadline": opening.deadline, "fields": [_field_record(one) for one in opening.fields.values()],
    }  # fmt: skip


def workflows(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Every workflow: how persons open its cases, all fields that are filled in, and whether the one who asks may open
    a case (`may`) of `entity`, or of anybody where none is named."""
    entity = question.get("entity") and known_entity(desk, str(question["entity"]))
    catalogue = desk.programme().catalogue
    return {
        "workflows": [
            {
                "workflow": name, "label": one.label.record(), "source": one.source, "type": one.type,
                "opened_by": _opening_record(one.opening), "recurs_by": list(one.recurs_by),
                "fields": [_field_record(field) for field in one.fields.values()],
                "states": {state: of.label.record() for state, of in one.states.items()},
                "may": one.opening is not None and _may_open(desk, one, one.opening, entity or None),
            }
            for name, one in catalogue.workflows.items()
        ]
    }  # fmt: skip


def _may_open(desk: Desk, workflow: Workflow, opening: Opening, entity: str | None) -> bool:
    if entity is not None:
        kind = desk.entity_types()[entity]
        if workflow.type is not None and not desk.programme().catalogue.descends(kind, workflow.type):
            return False
        return plays(desk, opening.roles, entity) if opening.roles else entity in reach(desk, desk.actor, "handle")
    person = desk.actor.person
    if not opening.roles or person is None:
        return bool(reach(desk, desk.actor, "handle"))
    held = standing_of(desk).held(person, desk.config.current_day())
    return any(grant.role in opening.roles for grant in held)


def table(workflow: Workflow) -> dict[str, Any]:
    """A workflow as it is declared: its states, its steps, and what long overdue cases count as."""
    escalation = workflow.escalation
    return {
        "states": {
            name: {"label": one.label.record(), "final": one.final, "within": _span(one.within)}
            for name, one in workflow.states.items()
        },
        "steps": [step_record(one) for one in workflow.transitions.values()],
        "opened_by": _opening_record(workflow.opening),
        "escalate": None if escalation is None else {"after": escalation.after, "to": escalation.to},
    }  # fmt: skip


def _span(span: Span | None) -> dict[str, object] | None:
    return None if span is None else {"days": span.days, "working": span.working}


def _names(desk: Desk, entities: Iterable[str]) -> dict[str, str]:
    """What some entities are called today."""
    return {name: state.name for name, state in states_of(desk, Cut(), entities).items()}


def _alert_of(desk: Desk, one: Case) -> dict[str, Any] | None:
    """The alert that a case is about, after the last event that belongs to the case: a later one may have its own."""
    rule = one.subject.get("rule")
    events = [] if rule is None else desk.store.history("alert", topic(rule, one.entity))
    mine = [event for event in map(alert_of, map(record_of, events)) if event.case == one.case]
    return cut_alerts(desk, [mine[-1].record()])[0] if mine else None


def _shown(desk: Desk, one: Case, names: Mapping[str, str], catalogue: Catalogue, level: str | None) -> dict[str, Any]:
    today = desk.config.current_day()
    workflow, rule = catalogue.workflows.get(one.workflow), catalogue.rules.get(one.subject.get("rule", ""))
    state = None if workflow is None else workflow.states.get(one.state)
    step_taken = None if workflow is None or one.transition is None else workflow.transitions.get(one.transition)
    return _signed(desk, one.record()) | {
        "name": names.get(one.entity, one.entity),
        "workflow_label": None if workflow is None else workflow.label.record(),
        "state_label": None if state is None else state.label.record(),
        "step_label": None if step_taken is None else step_taken.label.record(),
        "label": None if rule is None else rule.label.record(),
        "level": level, "due": due(one).isoformat(), "in_time": one.in_time,
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
