"""Why a cell has its value: the tree of its formula with the figures that the kernels read and gave, cell by cell.

Nothing is computed a second time here: each figure is looked up in the columns of the evaluation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from hengjian.evaluate.engine import Engine
from hengjian.evaluate.evaluate import run
from hengjian.evaluate.explanation import Explanation, Leaf, Node, UsedParameter
from hengjian.evaluate.missing import shown
from hengjian.evaluate.notes import note_of
from hengjian.evaluate.parameters import value_at
from hengjian.evaluate.peers import PEERS
from hengjian.evaluate.plan import formula_of
from hengjian.evaluate.reading import Key, inputs_of, panel_of
from hengjian.evaluate.through import THROUGH
from hengjian.formula.term import Programme
from hengjian.model.cut import BASES
from hengjian.model.declaration import Measure, Parameter
from hengjian.model.missing import Cause, Missing
from hengjian.model.period import Period
from hengjian.model.unit import RATIO, Unit, multiply
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Workings:
    """An evaluation whose cells can be looked up one by one, for one entity; `nodes` fills as cells are explained, and
    `places` with where entities stand as soon as it is turned to another. `block`: steps that were computed for several
    entities at once, which stand in it `at` these columns, by their places."""

    programme: Programme
    engine: Engine
    place: int
    nodes: dict[Key, Node] = field(default_factory=dict)
    columns: dict[tuple[str, bool, int], dict[int, Column]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    block: Mapping[int, Column] = field(default_factory=dict)
    at: Mapping[int, int] = field(default_factory=dict)

    @property
    def entity(self) -> str:
        return self.engine.scene.home.entities[self.place]

    def column(self, number: int, place: int) -> Column:
        """A step's column of the one entity at `place` of the step's frame."""
        if number in self.block and place in self.at:
            whole, here = self.block[number], slice(self.at[place], self.at[place] + 1)
            return Column(values=whole.values[:, here], reasons=whole.reasons[:, here])
        frame = self.engine.plan.steps[number].frame
        known = self.columns.setdefault((frame.type if frame.everyone else "", frame.everyone, place), {})
        if number not in known:
            known |= self.engine.columns([number], slice(place, place + 1), keep=True)
        return known[number]


def examine(programme: Programme, names: Sequence[str], scene: Scene | Panel, entity: str) -> Workings:
    """The workings of the named formulas for one entity: to explain many cells at the cost of one evaluation.

    KeyError for an unknown name or entity, ValueError for a panel of another frequency or with no periods.
    """
    home = scene.home if isinstance(scene, Scene) else scene
    frequency = formula_of(programme, names[0]).frequency
    if not home.periods or home.periods[0].frequency != frequency:
        raise ValueError(f"the panel has no periods by {frequency}")
    if entity not in home.entities:
        raise KeyError(entity)
    engine = run(programme, names, scene, far_back=True)
    return Workings(programme=programme, engine=engine, place=home.entities.index(entity))


def turned_to(workings: Workings, entity: str) -> Workings:
    """The workings of another entity of the same evaluation. KeyError for one that it does not hold."""
    if not workings.places:
        workings.places.update((one, place) for place, one in enumerate(workings.engine.scene.home.entities))
    return replace(workings, place=workings.places[entity], nodes={}, columns={})


def gathered(workings: Workings, name: str, entities: Sequence[str]) -> Workings:
    """The workings with all that one formula stands on computed for some entities at once, to explain it of each.

    KeyError for an entity that they do not hold.
    """
    one = turned_to(workings, entities[0])
    places = sorted({one.places[entity] for entity in entities})
    block = one.engine.columns([one.engine.plan.roots[name]], np.array(places, np.intp), keep=True)
    return replace(one, block=block, at={place: column for column, place in enumerate(places)})


def explain(programme: Programme, name: str, scene: Scene | Panel, entity: str, period: Period) -> Explanation:
    """One cell, explained. KeyError for an unknown name, entity or period."""
    return explain_cell(examine(programme, [name], scene, entity), name, period)


def explain_measure(measure: Measure, panel: Panel, entity: str, period: Period) -> Explanation:
    """A reported figure, explained like a formula that reads it and nothing else. KeyError for a period or entity that
    the panel does not hold."""
    if entity not in panel.entities or period not in panel.periods:
        raise KeyError(f"{entity} {period}")
    row, place = panel.periods.index(period), panel.entities.index(entity)
    column = shown(panel.columns[measure.name])
    missing = Missing(int(column.reasons[row, place]))
    value = None if missing else float(column.values[row, place])
    unit = _base(measure.unit)
    code = int(panel.basis[measure.name][row, place])
    basis = BASES[code - 1] if code else None
    node = Node(
        op="measure", name=measure.name, text=measure.name, entity=entity, period=period, unit=unit, truth=False,
        value=value, missing=missing, children=(), basis=basis, scope=panel.cut.scope,
    )  # fmt: skip
    cause = Cause(reason=missing, input=measure.name, entity=entity, period=period) if missing else None
    return Explanation(
        entity=entity, indicator=measure.name, period=period, value=value, missing=missing, unit=unit,
        formula=measure.name, source=measure.source, declaration="", tree=node, leaves=leaves_of(node), parameters=(),
        cause=cause,
    )  # fmt: skip


def cause(programme: Programme, name: str, scene: Scene | Panel, entity: str, period: Period) -> Cause | None:
    """The first cause, in formula order, why one cell is missing; None where it has a value."""
    return cause_of(examine(programme, [name], scene, entity), name, period)


def explain_cell(workings: Workings, name: str, period: Period) -> Explanation:
    """One cell of the workings, explained. KeyError for a name or period that they do not hold."""
    formula = formula_of(workings.programme, name)
    version = formula.version_at(period.end)
    key = _key(workings, name, period)
    workings.column(key.number, key.place)  # and with it all that it stands on
    top = _node(workings, key)
    tree = top.children[0] if top.children else top
    return Explanation(
        entity=workings.entity, indicator=name, period=period, value=top.value, missing=top.missing,
        unit=_base(formula.unit), formula=version.text if version else "", source=version.source if version else "",
        declaration=formula.digest, tree=tree, leaves=leaves_of(tree),
        parameters=parameters_of(tree, workings.programme.catalogue.parameters),
        cause=cause_of(workings, name, period),
    )  # fmt: skip


def _key(workings: Workings, name: str, period: Period) -> Key:
    """The cell of a formula at a period. KeyError for a name or period that the workings do not hold."""
    engine = workings.engine
    first = engine.scene.home.periods[0].shift(-engine.before)
    row = period.index - first.index
    if period.frequency != first.frequency or not 0 <= row < len(engine.scene.home.periods) + engine.before:
        raise KeyError(str(period))
    return Key(number=engine.plan.roots[name], row=row, place=workings.place, late=False)


def _node(workings: Workings, top: Key) -> Node:
    """The node of a key, after those of all that it reads; with a stack of its own, for trees may be deep."""
    nodes, stack = workings.nodes, [top]
    while stack:
        key = stack[-1]
        inputs = inputs_of(workings.engine, workings.column, key)
        lacking = [each for each in inputs if each not in nodes]
        stack.extend(lacking)
        if not lacking:
            nodes[stack.pop()] = _made(workings, key, tuple(nodes[each] for each in inputs))
    return nodes[top]


def _made(workings: Workings, key: Key, children: tuple[Node, ...]) -> Node:
    engine = workings.engine
    step = engine.plan.steps[key.number]
    if step.op == "pick":
        return children[0]
    column = workings.column(key.number, key.place)
    missing = _missing_at(workings, key)
    panel = panel_of(engine, step)
    code = 0
    if step.op == "measure" and key.row >= engine.before:
        code = int(panel.basis[step.name][key.row - engine.before, key.place])
    return Node(
        op="indicator" if step.op == "formula" else step.op, name=step.name, text=step.text,
        entity=panel.entities[key.place], period=panel.periods[0].shift(key.row - engine.before),
        unit=_base(step.unit), truth=step.truth, value=None if missing else float(column.values[key.row, 0]) + 0.0,
        missing=missing, children=children, basis=BASES[code - 1] if code else None, scope=panel.cut.scope,
        note=note_of(engine, workings.column, key),
    )  # fmt: skip


def _missing_at(workings: Workings, key: Key) -> Missing:
    """Why there is no figure there."""
    missing = Missing(int(workings.column(key.number, key.place).reasons[key.row, 0]))
    if missing is Missing.BEFORE_FIRST:
        return Missing.NO_HISTORY if key.late else Missing.NOT_REPORTED
    return missing


def _base(unit: Unit) -> Unit:
    """The unit of the figures themselves, which are all in base units."""
    return multiply(unit, RATIO)


def leaves_of(tree: Node) -> tuple[Leaf, ...]:
    """Every measure read, in formula order, each cell once."""
    leaves: dict[tuple[object, ...], Leaf] = {}
    for node in tree.walk():
        if node.op == "measure":
            leaf = Leaf(
                measure=node.name, entity=node.entity, period=node.period, value=node.value, missing=node.missing,
                unit=node.unit, basis=node.basis, scope=node.scope,
            )  # fmt: skip
            leaves.setdefault((node.name, node.entity, node.period, node.scope, node.basis), leaf)
    return tuple(leaves.values())


def parameters_of(tree: Node, declared: Mapping[str, Parameter]) -> tuple[UsedParameter, ...]:
    """Every parameter value read, in formula order, each once; of a table the value read off it."""
    used: dict[UsedParameter, None] = {}
    for node in tree.walk():
        if node.name in declared and node.op != "indicator" and node.value is not None:
            dated = value_at(declared[node.name], node.period.end)
            if dated is not None:
                used[
                    UsedParameter(
                        name=node.name, value=node.value, unit=node.unit,
                        valid_from=dated.valid_from, source=dated.source,
                    )
                ] = None  # fmt: skip
    return tuple(used)


def cause_of(workings: Workings, name: str, period: Period) -> Cause | None:
    """The first cause, in formula order, why a cell of the workings is missing; None where it has a value. KeyError as
    of `explain_cell`, which makes nodes of all that was read: here only of those on the way down.

    Down the first missing input of each, to the one that is missing though all that it read is there.
    """
    key = _key(workings, name, period)
    reason = _missing_at(workings, key)
    if not reason:
        return None
    while True:
        inputs = inputs_of(workings.engine, workings.column, key)
        if workings.engine.plan.steps[key.number].op == "pick":
            key = inputs[0]
            continue
        at = _made(workings, key, ())
        speaker = _speaker(workings, at, inputs)
        if speaker is None:
            break
        key = speaker
    if at.missing in (Missing.ZERO_DENOMINATOR, Missing.NEGATIVE_BASE) and inputs:
        operand = _node(workings, inputs[-1])
        at = next((one for one in operand.walk() if one.name), operand)
    return Cause(reason=reason, input=at.name or at.text, entity=at.entity, period=at.period)


def _speaker(workings: Workings, node: Node, inputs: Sequence[Key]) -> Key | None:
    """The first of its inputs that is why a node is missing."""
    reasons = [_missing_at(workings, each) for each in inputs]
    present = len([reason for reason in reasons if not reason])
    found = (each for each, reason in zip(inputs, reasons, strict=True) if reason and _speaks(node, reason, present))
    return next(found, None)


#: Peer functions of whole groups, which no member's own figure leaves missing.
_OF_THE_GROUP = frozenset({"median_within", "quantile", "mean_within"})


def _speaks(node: Node, reason: Missing, present: int) -> bool:
    """Whether an input that is missing for this reason is why the node is, where so many inputs are present. That the
    group of an entity is not stated is so whatever its own figure is, and what a group comes to does not depend on it;
    nor does what has as many figures as it needs depend on the others."""
    needed = node.note.get("at_least") if node.op == "rolling" else None
    if isinstance(needed, int) and present >= needed:
        return False
    if node.op in THROUGH:
        return reason is node.missing
    if node.op in PEERS and (node.op in _OF_THE_GROUP or node.note.get("within") is None):
        return False
    return node.missing is reason
