"""Declared workflows: read from workflows/*.yaml, every state reachable and every transition between known states."""

from collections.abc import Mapping
from typing import get_args

from hengjian.load import shapes
from hengjian.load.declare import condition, frequency_of, working_days
from hengjian.load.fields import Field, Reading, guess
from hengjian.load.strict import Desk, Node, Scalar
from hengjian.load.strict import Mapping as MappingNode
from hengjian.load.strict import Sequence as SequenceNode
from hengjian.model.issue import nearest
from hengjian.model.workflow import LEVELS, Escalation, FieldKind, Span, State, StepField, Transition, Workflow


def read_workflow(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Workflow:
    """The workflow that a whole reading declares; what does not fit together is told."""
    what = f"workflow {key.text!r}"
    states = {name: _state(name, one, desk) for name, (_, one) in reading.need(shapes.STATES).items()}
    transitions = {
        name: _transition(at, one, states, desk) for name, (at, one) in reading.need(shapes.TRANSITIONS).items()
    }
    for name, (_, one) in reading.need(shapes.TRANSITIONS).items():
        for step in one.need(shapes.OTHER_THAN):
            if step not in transitions or step == name:
                hint = nearest(step, transitions, otherwise=f"the steps are {', '.join(transitions)}")
                desk.fault(one.nodes["other_than"], f"transition {name!r} knows no other step {step!r}", hint)
    found = Workflow(
        name=key.text, label=reading.need(shapes.LABEL_FIELD), source=reading.need(shapes.SOURCE),
        states=states, transitions=transitions, pack=pack, place=desk.place(key), type=reading.get(shapes.CASES_OF),
        escalation=_escalation(what, reading, states, desk),
    )  # fmt: skip
    for name, (_, one) in reading.need(shapes.TRANSITIONS).items():
        if "guard" in one.nodes and "type" not in reading.nodes:
            hint = "add type: the entity type that its cases are of"
            desk.fault(one.nodes["guard"], f"transition {name!r} has a guard, but {what} has no type", hint)
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
    return State(name=name, label=reading.need(shapes.LABEL_FIELD), final=final, within=within)


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


def _field(key: Scalar, reading: Reading, desk: Desk) -> StepField:
    kind, unit = reading.need(shapes.FIELD_KIND), reading.get(shapes.FIGURE_OF)
    choices = {name: label for name, (_, label) in reading.need(shapes.CHOICES).items()}
    what = f"field {key.text!r}"
    if kind == "choice" and not choices:
        desk.fault(reading.node, f"{what} gives no choices", "add choices: {real: {zh: …, en: …}}")
    for name, of in (("unit", "number"), ("choices", "choice")):
        if name in reading.nodes and kind != of:
            hint = f"delete it, or declare kind: {of}"
            desk.fault(reading.nodes[name], f"{what} is a {kind}, which has no {name}", hint)
    return StepField(
        name=key.text, label=reading.need(shapes.LABEL_FIELD), required=reading.need(shapes.NEEDED) == "true",
        kind=next(known for known in get_args(FieldKind) if known == kind), unit=None if unit is None else str(unit),
        choices=choices,
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
    return Transition(
        name=key.text, label=reading.need(shapes.LABEL_FIELD),
        origins=tuple(known(name, nodes.get(name, origins)) for name in reading.need(shapes.ORIGINS)),
        target=target,
        needs_note=reading.need(shapes.NOTE) == "required", place=desk.place(key),
        other_than=reading.need(shapes.OTHER_THAN), roles=reading.need(shapes.ROLES),
        fields={name: _field(at, one, desk) for name, (at, one) in reading.need(shapes.STEP_FIELDS).items()},
        guard=None if guard is None else condition(guard, ""), frequency=frequency_of(reading),
        extends=_span(reading, shapes.MOVES_DEADLINE, f"transition {key.text!r}", desk),
    )  # fmt: skip


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
