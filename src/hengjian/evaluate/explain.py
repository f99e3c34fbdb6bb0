"""Why a cell has its value: the tree of its formula with the figures that the kernels read and gave, cell by cell.

Nothing is computed a second time here: each figure is looked up in the columns of the evaluation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hengjian.evaluate.backward import BACKWARD, Look, calendar_of, rows_read
from hengjian.evaluate.evaluate import run
from hengjian.evaluate.explanation import Explanation, Leaf, Node, UsedParameter
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.missing import shown
from hengjian.evaluate.parameters import value_at
from hengjian.evaluate.plan import Plan, formula_of, make_plan
from hengjian.evaluate.reshape import extend, narrow, part, rows_before
from hengjian.formula.term import Programme
from hengjian.model.cut import BASES
from hengjian.model.declaration import Measure
from hengjian.model.missing import Cause, Missing
from hengjian.model.period import Period
from hengjian.model.unit import RATIO, Unit, multiply
from hengjian.panel.panel import Column, Panel

#: A step, a row, and whether a later period reads it: what is yet to be reported then is no history to that period.
Key = tuple[int, int, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workings:
    """All steps of some formulas for one entity, kept; `nodes` fills as cells are explained.

    The panel begins `before` periods earlier than the one given, so that what is read before its start has a place.
    """

    programme: Programme
    plan: Plan
    panel: Panel
    before: int
    columns: dict[int, Column]
    nodes: dict[Key, Node] = field(default_factory=dict)

    @property
    def entity(self) -> str:
        return self.panel.entities[0]


def examine(programme: Programme, names: Sequence[str], panel: Panel, entity: str) -> Workings:
    """The workings of the named formulas for one entity: to explain many cells at the cost of one evaluation.

    KeyError for an unknown name or entity, ValueError for a panel of another frequency or with no periods.
    """
    wanted = needs(programme, names)
    if not panel.periods or wanted.frequency != panel.periods[0].frequency:
        raise ValueError(f"the panel has no periods by {wanted.frequency}")
    before = rows_before(panel, wanted.span)
    place = panel.entities.index(entity) if entity in panel.entities else None
    if place is None:
        raise KeyError(entity)
    wide = extend(part(narrow(panel, wanted.measures), slice(place, place + 1)), before)
    plan = make_plan(programme, names, tuple(period.end for period in wide.periods))
    columns = run(plan, programme.catalogue, wide, unknown=before, keep=True)
    return Workings(programme=programme, plan=plan, panel=wide, before=before, columns=dict(columns))


def explain(programme: Programme, name: str, panel: Panel, entity: str, period: Period) -> Explanation:
    """One cell, explained. KeyError for an unknown name, entity or period."""
    return explain_cell(examine(programme, [name], panel, entity), name, period)


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
    node = Node(
        op="measure", name=measure.name, text=measure.name, entity=entity, period=period, unit=unit, truth=False,
        value=value, missing=missing, children=(),
    )  # fmt: skip
    code = int(panel.basis[measure.name][row, place])
    leaf = Leaf(
        measure=measure.name, entity=entity, period=period, value=value, missing=missing, unit=unit,
        basis=BASES[code - 1] if code else None,
    )  # fmt: skip
    cause = Cause(reason=missing, input=measure.name, entity=entity, period=period) if missing else None
    return Explanation(
        entity=entity, indicator=measure.name, period=period, value=value, missing=missing, unit=unit,
        formula=measure.name, source=measure.source, declaration="", tree=node, leaves=(leaf,), parameters=(),
        cause=cause,
    )  # fmt: skip


def cause(programme: Programme, name: str, panel: Panel, entity: str, period: Period) -> Cause | None:
    """The first cause, in formula order, why one cell is missing; None where it has a value."""
    return explain(programme, name, panel, entity, period).cause


def explain_cell(workings: Workings, name: str, period: Period) -> Explanation:
    """One cell of the workings, explained. KeyError for a name or period that they do not hold."""
    row = period.index - workings.panel.periods[0].index
    if period.frequency != workings.panel.periods[0].frequency or not 0 <= row < len(workings.panel.periods):
        raise KeyError(str(period))
    formula = formula_of(workings.programme, name)
    version = formula.version_at(period.end)
    top = _node(workings, (workings.plan.roots[name], row, False))
    tree = top.children[0] if top.children else top
    return Explanation(
        entity=workings.entity, indicator=name, period=period, value=top.value, missing=top.missing,
        unit=_base(formula.unit), formula=version.text if version else "", source=version.source if version else "",
        declaration=formula.digest, tree=tree, leaves=_leaves(workings, tree), parameters=_parameters(workings, tree),
        cause=_cause(top),
    )  # fmt: skip


def _node(workings: Workings, top: Key) -> Node:
    """The node of a key, after those of all that it reads; with a stack of its own, for trees may be deep."""
    nodes, stack = workings.nodes, [top]
    while stack:
        key = stack[-1]
        inputs = _inputs(workings, key)
        lacking = [each for each in inputs if each not in nodes]
        stack.extend(lacking)
        if not lacking:
            nodes[stack.pop()] = _made(workings, key, tuple(nodes[each] for each in inputs))
    return nodes[top]


def _made(workings: Workings, key: Key, children: tuple[Node, ...]) -> Node:
    number, row, late = key
    step, column = workings.plan.steps[number], workings.columns[number]
    missing = Missing(int(column.reasons[row, 0]))
    if missing is Missing.BEFORE_FIRST:
        missing = Missing.NO_HISTORY if late else Missing.NOT_REPORTED
    return Node(
        op="indicator" if step.op == "formula" else step.op, name=step.name, text=step.text, entity=workings.entity,
        period=workings.panel.periods[row], unit=_base(step.unit), truth=step.truth,
        value=None if missing else float(column.values[row, 0]) + 0.0, missing=missing, children=children,
    )  # fmt: skip


def _inputs(workings: Workings, key: Key) -> list[Key]:
    """What was read, in formula order: of `if` the branch taken, of `coalesce` up to the first value."""
    number, row, late = key
    step = workings.plan.steps[number]
    if step.op in BACKWARD:
        look = Look(calendar=calendar_of(workings.panel.periods), shape=step.shape, count=step.count)
        rows = [read for read in rows_read(step.op, look, row) if read >= 0]
        return [(step.arguments[0], read, late or read != row) for read in rows]
    arguments = list(step.arguments)
    match step.op:
        case "formula":
            arguments = [arguments[step.choice[row]]] if step.choice[row] >= 0 else []
        case "if":
            condition, then, otherwise = arguments
            truth = workings.columns[condition].values[row, 0]
            arguments = [condition, *([then] if truth == 1.0 else [otherwise] if truth == 0.0 else [])]
        case "coalesce":
            missing = [bool(workings.columns[argument].reasons[row, 0]) for argument in arguments]
            arguments = arguments[: missing.index(False) + 1] if False in missing else arguments
    return [(argument, row, late) for argument in arguments]


def _base(unit: Unit) -> Unit:
    """The unit of the figures themselves, which are all in base units."""
    return multiply(unit, RATIO)


def _leaves(workings: Workings, tree: Node) -> tuple[Leaf, ...]:
    """Every measure read, in formula order, each cell once."""
    leaves: dict[tuple[str, Period], Leaf] = {}
    for node in tree.walk():
        if node.op == "measure" and (node.name, node.period) not in leaves:
            row = node.period.index - workings.panel.periods[0].index
            code = int(workings.panel.basis[node.name][row, 0])
            leaves[node.name, node.period] = Leaf(
                measure=node.name, entity=node.entity, period=node.period, value=node.value, missing=node.missing,
                unit=node.unit, basis=BASES[code - 1] if code else None,
            )  # fmt: skip
    return tuple(leaves.values())


def _parameters(workings: Workings, tree: Node) -> tuple[UsedParameter, ...]:
    """Every parameter value read, in formula order, each once."""
    used: dict[UsedParameter, None] = {}
    for node in tree.walk():
        if node.op == "parameter" and node.value is not None:
            dated = value_at(workings.programme.catalogue.parameters[node.name], node.period.end)
            if dated is not None:
                used[
                    UsedParameter(
                        name=node.name, value=node.value, unit=node.unit,
                        valid_from=dated.valid_from, source=dated.source,
                    )
                ] = None  # fmt: skip
    return tuple(used)


def _cause(top: Node) -> Cause | None:
    """Down the first missing child of each node, to the one that is missing though all that it read is there."""
    if not top.missing:
        return None
    node = top
    while (below := next((child for child in node.children if child.missing), None)) is not None:
        node = below
    is_operand = node.missing in (Missing.ZERO_DENOMINATOR, Missing.NEGATIVE_BASE)
    at = next((one for one in node.children[-1].walk() if one.name), node.children[-1]) if is_operand else node
    return Cause(reason=top.missing, input=at.name or at.text, entity=at.entity, period=at.period)
