"""Declared workflows: read from workflows/*.yaml, every state reachable and every transition between known states."""

from collections.abc import Mapping

from hengjian.load import shapes
from hengjian.load.fields import Reading, guess
from hengjian.load.strict import Desk, Node, Scalar
from hengjian.load.strict import Mapping as MappingNode
from hengjian.load.strict import Sequence as SequenceNode
from hengjian.model.issue import nearest
from hengjian.model.workflow import State, Transition, Workflow


def read_workflow(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Workflow:
    """The workflow that a whole reading declares; what does not fit together is told."""
    what = f"workflow {key.text!r}"
    states = {
        name: State(name=name, label=one.need(shapes.LABEL_FIELD), final=one.need(shapes.FINAL) == "true")
        for name, (_, one) in reading.need(shapes.STATES).items()
    }
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
        states=states, transitions=transitions, pack=pack, place=desk.place(key),
    )  # fmt: skip
    if not states:
        if isinstance(reading.nodes["states"], MappingNode) and not reading.nodes["states"].entries:
            desk.fault(reading.nodes["states"], f"{what} has no state", "write open: {label: {zh: …, en: …}}")
        return found
    if not any(state.final for state in states.values()):
        hint = "mark the state in which a case ends with final: true"
        desk.fault(reading.nodes["states"], f"{what} has no final state: its cases would never end", hint)
    _unreachable(found, reading, desk)
    return found


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
    return Transition(
        name=key.text, label=reading.need(shapes.LABEL_FIELD),
        origins=tuple(known(name, nodes.get(name, origins)) for name in reading.need(shapes.ORIGINS)),
        target=known(reading.need(shapes.TARGET), reading.nodes["to"]),
        needs_note=reading.need(shapes.NOTE) == "required", place=desk.place(key),
        other_than=reading.need(shapes.OTHER_THAN),
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
