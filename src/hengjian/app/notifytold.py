"""What somebody is told of: alerts, cases and deadlines as they see them, without anything that is restricted.

A message leaves the house. So it is told as to somebody who may only see: of restricted alerts that they stand, of
restricted entities nothing but the number by which whoever may read more finds them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.app import withheldparts as parts
from hengjian.app.alerts import cut_alerts, states_of
from hengjian.app.desk import Desk
from hengjian.app.events import entered, record_of
from hengjian.app.notifysettings import Happening
from hengjian.app.notifywho import Seen, as_person
from hengjian.app.reader import Reader
from hengjian.app.restricted import sight_of
from hengjian.app.standing import standing_of
from hengjian.casework.case import Case, case_of
from hengjian.casework.deadline import due, escalated, overdue_by
from hengjian.ledger.canonical import parse
from hengjian.ledger.clock import microseconds
from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue
from hengjian.people import EVERYTHING, Actor
from hengjian.store import Event
from hengjian.supervise.alert import alert_of, topic

#: Kinds of entries that are told of.
KINDS = ("alert", "case")
#: What an alert's event is called where rules name it; others are not told of.
_EVENTS: Mapping[str, Happening] = {
    "raised": "raised", "re_raised": "raised", "escalated": "escalated", "de_escalated": "de_escalated",
    "cleared": "cleared",
}  # fmt: skip
_ALERT = (
    "alert", "rule", "level", "state", "entity", "cause", "period", "value", "threshold", "unit", "message", "since",
    "day", "case",
)  # fmt: skip
#: A message to a channel that is told everything is still one that leaves the house.
_ANYBODY = Actor(name="hengjian:notices", scope=frozenset({"see"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one recipient is told, in order. `withheld`: of how many more, which are not theirs to see any more."""

    events: tuple[Mapping[str, Any], ...]
    withheld: int


def event_at(desk: Desk, index: int) -> tuple[str, dict[str, Any]] | None:
    """The kind and record of the event that an entry tells; None where it tells none, or its evidence is lost."""
    leaf = desk.log.entry(index).record()
    evidence = desk.log.evidence(index) if leaf.kind in KINDS else None
    record = None if evidence is None else parse(evidence.blob)
    if not isinstance(record, dict):
        return None
    del record["topic"]
    return leaf.kind, record


def seen_at(desk: Desk, index: int) -> Seen | None:
    """What happened at an entry, as far as anybody is told of it."""
    found = event_at(desk, index)
    if found is None:
        return None
    kind, record = found
    if kind == "alert":
        happening = _EVENTS.get(record["event"])
        if happening is None:
            return None
        return Seen(
            happening=happening, entity=record["entity"], level=record["level"], case=record["case"], actor=""
        )  # fmt: skip
    one = case_of(record)
    if one.transition is None and "alert" in one.subject:
        return None  # the alert that opened it is told of
    return seen_case(desk, one, "moved")


def seen_case(desk: Desk, one: Case, happening: Happening) -> Seen:
    """Something that happened to a case."""
    actor = one.actor if happening == "moved" else ""
    return Seen(happening=happening, entity=one.entity, level=level_of(desk, one), case=one.case, actor=actor)


def level_of(desk: Desk, one: Case) -> str | None:
    """The level of the alert that a case is about, as it stands; None where it is about none."""
    rule = one.subject.get("rule")
    events = [] if rule is None else desk.store.latest_events("alert", [topic(rule, one.entity)])
    return str(record_of(events[0])["level"]) if events else None


def late_cases(desk: Desk, day: date) -> Iterable[tuple[Case, Happening, str]]:
    """The cases that are overdue on a day, or so late that they count as escalated; each with a key that is the same as
    long as its deadline is."""
    workflows = desk.programme().catalogue.workflows
    for event in desk.store.latest_events("case"):
        one = case_of(record_of(event))
        if overdue_by(one, day) > 0:
            yield one, "overdue", f"overdue {one.case} {due(one)}"
            workflow = workflows.get(one.workflow)
            to = None if workflow is None else escalated(one, workflow, day)
            if to is not None:
                yield one, "escalated", f"escalated {one.case} {due(one)} {to}"


def told_to(desk: Desk, person: str | None, events: Iterable[Mapping[str, Any]]) -> Telling:
    """What a person (None: somebody who is told everything) is told of some events that were noted for them.

    Who may only see restricted entities is told their number and level; who sees an entity no longer, nothing of it.
    """
    full = EVERYTHING if person is None else sight_of(desk, as_person(person))
    actor = _ANYBODY if person is None else Actor(name=person, person=person, scope=frozenset({"see"}))
    sight = sight_of(desk, actor)
    found, withheld = [], 0
    with desk.asked_by(actor, sight):
        reader = Reader(desk)
        for event in events:
            told = _told(desk, reader, event)
            if told is None or told["entity"] not in full:
                withheld += 1
            elif told["entity"] in sight:
                found.append(told)
            else:
                kept = ("event", "entry", "recorded_at", "alert", "case", "level", "due")
                found.append({**{name: told[name] for name in kept if name in told}, "restricted": True})
    return Telling(events=tuple(found), withheld=withheld)


def _told(desk: Desk, reader: Reader, event: Mapping[str, Any]) -> dict[str, Any] | None:
    """One event; None where it tells nothing any more."""
    catalogue = desk.programme().catalogue
    if "entry" not in event:
        events = desk.store.latest_events("case", [str(event["case"])])
        found = case_of(record_of(events[0])) if events else None
        return None if found is None else _case(desk, found, catalogue) | dict(event)
    index = int(event["entry"])
    at = event_at(desk, index)
    if at is None:
        return None
    kind, record = at
    leaf = desk.log.entry(index)
    where = entered(Event(topic="", entry=index, recorded=microseconds(leaf.recorded_at), record=""))
    if kind == "case":
        return {"event": "moved", **where, **_case(desk, case_of(record), catalogue)}
    (cut,) = cut_alerts(desk, [alert_of(record).record()])
    shown = parts.alert(reader, cut)
    rule = catalogue.rules.get(record["rule"])
    marks = {name: True for name in ("beyond", "withheld") if shown.get(name)}
    return {
        "event": _EVENTS.get(record["event"], record["event"]), **where, **{name: shown[name] for name in _ALERT},
        "label": None if rule is None else rule.label.record(),
        **_names(desk, {"name": record["entity"], "cause_name": shown["cause"]}), **marks,
    }  # fmt: skip


def _case(desk: Desk, one: Case, catalogue: Catalogue) -> dict[str, Any]:
    """A case as it is told of: where it stands and until when, and nothing that was written into it."""
    workflow, rule = catalogue.workflows.get(one.workflow), catalogue.rules.get(one.subject.get("rule", ""))
    state = None if workflow is None else workflow.states.get(one.state)
    step = None if workflow is None or one.transition is None else workflow.transitions.get(one.transition)
    about = workflow if rule is None else rule
    person = standing_of(desk).persons.get(one.actor)
    return {
        "case": one.case, "workflow": one.workflow, "entity": one.entity, **_names(desk, {"name": one.entity}),
        "label": None if about is None else about.label.record(), "level": level_of(desk, one), "state": one.state,
        "state_label": None if state is None else state.label.record(),
        "step_label": None if step is None else step.label.record(),
        "actor": one.actor if person is None else person.name, "due": due(one).isoformat(), "ended": one.ended,
        "alert": one.subject.get("alert"),
    }  # fmt: skip


def _names(desk: Desk, entities: Mapping[str, str | None]) -> dict[str, str | None]:
    """What entities are called today, under other names."""
    states = states_of(desk, Cut(), {one for one in entities.values() if one is not None})
    return {key: states[one].name if one in states else one for key, one in entities.items()}
