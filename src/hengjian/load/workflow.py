"""Declared workflows: read from workflows/*.yaml, every state reachable and every transition between known states."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from hengjian.load import flowshapes as shapes
from hengjian.load.declare import condition, frequency_of, working_days
from hengjian.load.fields import Field, Reading, guess
from hengjian.load.shapes import LABEL_FIELD, SOURCE
from hengjian.load.strict import Desk, Node, Scalar
from hengjian.load.strict import Mapping as MappingNode
from hengjian.load.strict import Sequence as SequenceNode
from hengjian.model.declaration import Catalogue
from hengjian.model.issue import Issue, nearest
from hengjian.model.workflow import (
    LEVELS,
    OPENING,
    Escalation,
    FieldKind,
    Opening,
    Span,
    State,
    StepField,
    Transition,
    Verdict,
    Wait,
    Workflow,
)

#: How a file's name may be declared to end.
_FILE_TYPE = re.compile(r"[a-z0-9]{1,10}")


def read_workflow(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Workflow:
    """The workflow that a whole reading declares; what does not fit together is told."""
    what = f"workflow {key.text!r}"
    states = {name: _state(name, one, desk) for name, (_, one) in reading.need(shapes.STATES).items()}
    steps = reading.need(shapes.TRANSITIONS)
    transitions = {name: _transition(at, one, states, desk) for name, (at, one) in steps.items()}
    found = Workflow(
        name=key.text, label=reading.need(LABEL_FIELD), source=reading.need(SOURCE),
        states=states, transitions=transitions, pack=pack, place=desk.place(key), type=reading.get(shapes.CASES_OF),
        escalation=_escalation(what, reading, states, desk), opening=_opening(what, reading, desk),
        recurs_by=reading.need(shapes.RECURS_BY),
    )  # fmt: skip
    found = replace(found, verdict=_verdict(found, reading, desk))
    for name, (at, one) in steps.items():
        if name == OPENING:
            desk.fault(at, f"no step can be called {OPENING}", "it is the name of how persons open a case")
        _refers(found, name, one, desk)
    for name in found.recurs_by:
        _known_field(name, found.fields, reading.nodes["recurs_by"], what, desk)
    if not states:
        if isinstance(reading.nodes["states"], MappingNode) and not reading.nodes["states"].entries:
            desk.fault(reading.nodes["states"], f"{what} has no state", "write open: {label: {zh: …, en: …}}")
        return found
    if not any(state.final for state in states.values()):
        hint = "mark the state in which a case ends with final: true"
        desk.fault(reading.nodes["states"], f"{what} has no final state: its cases would never end", hint)
    _unreachable(found, reading, desk)
    return found


def _state(name: str, reading: Reading, desk: Desk) -> State:
    what = f"state {name!r}"
    within = _span(reading, shapes.WITHIN_DAYS, what, desk)
    final = reading.need(shapes.FINAL) == "true"
    if final and within is not None:
        hint = "delete it: a case that has ended may stay as long as it likes"
        desk.fault(reading.nodes["days"], f"{what} is final and has days", hint)
    return State(name=name, label=reading.need(LABEL_FIELD), final=final, within=within)


def _span(reading: Reading, of: Field[int], what: str, desk: Desk) -> Span | None:
    working, days = working_days(reading, of.name, what, desk), reading.get(of)
    return None if days is None else Span(days=days, working=working)


def _escalation(what: str, reading: Reading, states: Mapping[str, State], desk: Desk) -> Escalation | None:
    one = reading.get(shapes.ESCALATE)
    if one is None:
        return None
    found = Escalation(after=one.need(shapes.OVERDUE_BY), to=one.need(shapes.ESCALATED_TO))
    if found.to not in states and found.to not in LEVELS:
        known = [*states, *LEVELS]
        hint = nearest(found.to, known, otherwise=f"the states and levels are {', '.join(known)}")
        desk.fault(one.nodes["to"], f"{what} escalates to no state or level {found.to!r}", hint)
    return found


def _opening(what: str, reading: Reading, desk: Desk) -> Opening | None:
    one = reading.get(shapes.OPENED_BY)
    if one is None:
        return None
    fields = {name: _field(at, of, desk) for name, (at, of) in one.need(shapes.STEP_FIELDS).items()}
    span = _span(one, shapes.ENDS_WITHIN, f"opened_by of {what}", desk)
    return Opening(
        label=one.need(LABEL_FIELD), span=span or Span(days=1), roles=one.need(shapes.ROLES), fields=fields,
        deadline=_deadline(f"opened_by of {what}", one, fields, desk),
    )  # fmt: skip


def _verdict(flow: Workflow, reading: Reading, desk: Desk) -> Verdict | None:
    one = reading.get(shapes.VERDICT)
    if one is None:
        return None
    found = Verdict(
        field=one.get(shapes.VERDICT_FIELD), real=one.need(shapes.REAL), false=one.need(shapes.FALSE),
        known=one.need(shapes.KNOWN),
    )  # fmt: skip
    words: Iterable[str] = flow.transitions
    if found.field is not None:
        choices = {name: each.choices for name, each in flow.fields.items() if each.kind == "choice"}
        if not _known_field(found.field, choices, one.nodes["field"], "verdict", desk):
            return found
        words = choices[found.field]
    for word in (*found.real, *found.false, *found.known):
        if word not in words:
            kind = "step" if found.field is None else "choice"
            hint = nearest(word, words, otherwise=f"they are {', '.join(words)}")
            desk.fault(one.node, f"verdict knows no {kind} {word!r}", hint)
    return found


def _deadline(what: str, reading: Reading, fields: Mapping[str, StepField], desk: Desk) -> str | None:
    """The date field whose day becomes the deadline, one of the same step."""
    name = reading.get(shapes.SETS_DEADLINE)
    if name is None:
        return None
    dates = [one.name for one in fields.values() if one.kind == "date"]
    if name not in dates:
        hint = nearest(name, dates, otherwise=f"its date fields are {', '.join(dates) or 'none'}")
        desk.fault(reading.nodes["deadline"], f"{what} has no date field {name!r}", hint)
    if "extends" in reading.nodes:
        desk.fault(reading.nodes["extends"], f"{what} moves the deadline twice", "delete extends or deadline")
    return name


def _known_field(name: str, known: Iterable[str], node: Node, what: str, desk: Desk) -> bool:
    known = list(known)
    if name not in known:
        hint = nearest(name, known, otherwise=f"the fields are {', '.join(known) or 'none'}")
        desk.fault(node, f"{what} names no field {name!r}", hint)
    return name in known


def _refers(flow: Workflow, name: str, reading: Reading, desk: Desk) -> None:
    """Tell what a step refers to and the workflow does not have: other steps, fields of choice, a type."""
    step, what = flow.transitions[name], f"transition {name!r}"
    opening = [OPENING] if flow.opening else []
    others = [*opening, *flow.transitions]

    def known(key: str, named: Sequence[str], among: Sequence[str]) -> None:
        for other in named:
            if other not in among or (other == name and key != "after"):
                hint = nearest(other, among, otherwise=f"the steps are {', '.join(among)}")
                desk.fault(reading.nodes[key], f"{what} knows no other step {other!r}", hint)

    known("other_than", step.other_than, others)
    known("after", [wait.step for wait in step.after], others)
    known("needs", step.needs, list(flow.transitions))
    for field, words in step.where.items():
        choices = {one.name: one for one in flow.fields.values() if one.kind == "choice"}
        if _known_field(field, choices, reading.nodes["where"], f"where of {what}", desk):
            every = choices[field].choices
            for word in words:
                if word not in every:
                    hint = nearest(word, every, otherwise=f"its choices are {', '.join(every)}")
                    desk.fault(reading.nodes["where"], f"where of {what}: {field} has no choice {word!r}", hint)
    if step.guard is not None and flow.type is None:
        hint = "add type: the entity type that its cases are of"
        desk.fault(reading.nodes["guard"], f"{what} has a guard, but workflow {flow.name!r} has no type", hint)
    if step.each and step.at is None:
        desk.fault(reading.nodes["each"], f"{what} is for each, and names no link", "add at: the link to them")
    if step.at is not None and flow.type is None:
        hint = "add type: the entity type that its cases are of"
        desk.fault(reading.nodes["at"], f"{what} names a link, but workflow {flow.name!r} has no type", hint)


def link_faults(catalogue: Catalogue) -> Iterator[Issue]:
    """What of the links that steps name `at` is not declared, or leads from others."""
    for flow in catalogue.workflows.values():
        ends = {one.name: one.source for one in catalogue.links.values()}
        ends |= {one.inverse: one.target for one in catalogue.links.values() if one.inverse}
        mine = [name for name, end in ends.items() if flow.type and catalogue.descends(flow.type, end)]
        for step in flow.transitions.values():
            if step.at is not None and flow.type is not None and step.at not in mine:
                hint = nearest(step.at, mine, otherwise=f"there are {', '.join(mine) or 'none'}")
                message = f"transition {step.name!r} names no link of {flow.type}: {step.at!r}"
                yield Issue(place=step.place, message=message, hint=hint)


def _field(key: Scalar, reading: Reading, desk: Desk) -> StepField:
    kind, unit = reading.need(shapes.FIELD_KIND), reading.get(shapes.FIGURE_OF)
    choices = {name: label for name, (_, label) in reading.need(shapes.CHOICES).items()}
    what = f"field {key.text!r}"
    if kind == "choice" and not choices:
        desk.fault(reading.node, f"{what} gives no choices", "add choices: {real: {zh: …, en: …}}")
    types = tuple(one.strip().lower().removeprefix(".") for one in reading.need(shapes.FILE_TYPES))
    for one in types:
        if not _FILE_TYPE.fullmatch(one):
            desk.fault(reading.nodes["types"], f"no file's name ends in {one!r}", "write them as [pdf, jpg]")
    for name, of in (("unit", "number"), ("choices", "choice"), ("types", "attachment"), ("most", "attachment")):
        if name in reading.nodes and kind != of:
            hint = f"delete it, or declare kind: {of}"
            desk.fault(reading.nodes[name], f"{what} is a {kind}, which has no {name}", hint)
    return StepField(
        name=key.text, label=reading.need(LABEL_FIELD), required=reading.need(shapes.NEEDED) == "true",
        kind=next(known for known in get_args(FieldKind) if known == kind), unit=None if unit is None else str(unit),
        choices=choices, types=types, most=reading.need(shapes.MOST),
    )  # fmt: skip


def _transition(key: Scalar, reading: Reading, states: Mapping[str, State], desk: Desk) -> Transition:
    def known(name: str, node: Node) -> str:
        if name in states:
            return name
        hint = nearest(name, states, otherwise=f"the states are {', '.join(states) or 'none'}")
        desk.fault(node, f"transition {key.text!r} names no state {name!r}", hint)
        return guess(name, states) or name

    origins = reading.nodes["from"]
    items = origins.items if isinstance(origins, SequenceNode) else ()
    nodes = dict(zip(reading.need(shapes.ORIGINS), items, strict=False))
    guard = reading.get(shapes.GUARD)
    if "frequency" in reading.nodes and guard is None:
        desk.fault(reading.nodes["frequency"], f"transition {key.text!r} has a frequency but no guard", "delete it")
    target = known(reading.need(shapes.TARGET), reading.nodes["to"])
    if "extends" in reading.nodes and target in states and states[target].final:
        hint = "delete extends: no deadline runs there"
        desk.fault(reading.nodes["extends"], f"transition {key.text!r} moves the deadline of what it ends", hint)
    what = f"transition {key.text!r}"
    fields = {name: _field(at, one, desk) for name, (at, one) in reading.need(shapes.STEP_FIELDS).items()}
    return Transition(
        name=key.text, label=reading.need(LABEL_FIELD),
        origins=tuple(known(name, nodes.get(name, origins)) for name in reading.need(shapes.ORIGINS)),
        target=target,
        needs_note=reading.need(shapes.NOTE) == "required", place=desk.place(key),
        other_than=reading.need(shapes.OTHER_THAN), roles=reading.need(shapes.ROLES),
        fields=fields, guard=None if guard is None else condition(guard, ""), frequency=frequency_of(reading),
        extends=_span(reading, shapes.MOVES_DEADLINE, what, desk),
        deadline=_deadline(what, reading, fields, desk), needs=reading.need(shapes.NEEDS),
        after=tuple(_wait(one, what, desk) for one in reading.need(shapes.AFTER)), at=reading.get(shapes.AT_LINK),
        each=reading.need(shapes.EACH) == "true",
        where={name: words for name, (_, words) in reading.need(shapes.WHERE).items()},
    )  # fmt: skip


def _wait(reading: Reading, what: str, desk: Desk) -> Wait:
    span = _span(reading, shapes.WAIT_DAYS, f"after of {what}", desk)
    return Wait(step=reading.need(shapes.WAIT_STEP), span=span or Span(days=1))


def _unreachable(workflow: Workflow, reading: Reading, desk: Desk) -> None:
    """Tell the states that no case can come to."""
    reached, waiting = {workflow.start}, [workflow.start]
    while waiting:
        for transition in workflow.leaving(waiting.pop()):
            if transition.target not in reached:
                reached.add(transition.target)
                waiting.append(transition.target)
    for name, (at, _) in reading.need(shapes.STATES).items():
        if name not in reached:
            hint = "add a transition to it, or delete it"
            desk.fault(at, f"no case of workflow {workflow.name!r} comes to the state {name!r}", hint)
