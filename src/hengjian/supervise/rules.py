"""Where rules hold: for each entity at the latest period for which it reported what the rule reads, and why there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.explain import Workings, examine, explain, explain_cell, turned_to
from hengjian.evaluate.explanation import Leaf, Node
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.own import reads_of, reported_at
from hengjian.formula.term import Programme
from hengjian.model.declaration import Label
from hengjian.model.message import fill
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.model.unit import Unit
from hengjian.panel.panel import Panel
from hengjian.panel.scene import Scene

_COMPARISONS = frozenset({"equal", "unequal", "less", "at_most", "greater", "at_least"})
_FIGURES = frozenset({"measure", "indicator", "parameter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether a rule holds of an entity at a period."""

    rule: str
    entity: str
    period: Period
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a finding stands on. `value` and `threshold` are the sides of the condition's decisive comparison, in
    `unit`; `message` is the rule's with its figures; `formula` is the condition in force, `declaration` its digest.
    """

    value: float | None
    threshold: float | None
    unit: Unit
    message: Label
    formula: str
    declaration: str
    inputs: tuple[Leaf, ...]


def findings(
    programme: Programme, names: Sequence[str], scene: Scene | Panel, *, begun: date | None = None
) -> Iterator[Finding]:
    """What the named rules of one frequency say of every entity of the panel.

    Each rule is looked at once an entity, at the latest period for which anything that it names was reported and not
    withdrawn: a period filed by mistake, and withdrawn, hides no other. (A rule that reads only linked entities: at the
    latest for which it can be told.) Nothing is found where it cannot be told, for want of an input. What is loaded
    holds all history of what the rules read. Periods that start after the day `begun` are left out: a slip in a year
    hides nothing.
    """
    if not isinstance(scene, Scene):
        scene = Scene(frame=needs(programme, names, everyone=True).frame, home=scene, is_led=False)
    panel = scene.home
    if not panel.periods or not panel.entities:
        return
    results = evaluate(programme, names, scene)
    future = np.array([begun is not None and period.start > begun for period in panel.periods], dtype=np.bool_)
    for name in names:
        column = results.columns[name]
        own = reads_of(programme, programme.rules[name], scene.frame, through=True).own
        told = reported_at(scene, own, [Missing.PRESENT]) if own else column.reasons == Missing.PRESENT
        told &= ~future[:, np.newaxis]
        latest = len(panel.periods) - 1 - np.argmax(told[::-1], axis=0)
        for place in np.flatnonzero(told.any(axis=0)).tolist():
            row = int(latest[place])
            if not column.reasons[row, place]:
                yield Finding(
                    rule=name, entity=panel.entities[place], period=panel.periods[row],
                    holds=bool(column.values[row, place]),
                )  # fmt: skip


def taken_back(programme: Programme, rule: str, scene: Scene | Panel, entity: str, period: str) -> Finding | None:
    """That a rule does not hold any more at a period where it held, for want of a figure that was withdrawn since; None
    where it can still be told, and where a figure is lacking for another reason."""
    home = scene.home if isinstance(scene, Scene) else scene
    at = next((one for one in home.periods if str(one) == period), None)
    if at is None:
        return None
    found = explain(programme, rule, scene, entity, at)
    if found.cause is None or all(leaf.missing is not Missing.WITHDRAWN for leaf in found.leaves):
        return None
    return Finding(rule=rule, entity=entity, period=at, holds=False)


def evidence(programme: Programme, finding: Finding, given: Scene | Panel | Workings) -> Evidence:
    """What a finding stands on, from what was loaded for it; of many findings, from one evaluation of their rules."""
    rule = programme.catalogue.rules[finding.rule]
    if not isinstance(given, Workings):
        given = examine(programme, [finding.rule], given, finding.entity)
    found = explain_cell(turned_to(given, finding.entity), finding.rule, finding.period)
    figures: dict[str, float] = {}
    for node in found.tree.walk():
        is_own = node.entity == finding.entity and node.period == finding.period
        if node.op in _FIGURES and is_own and node.value is not None:
            figures.setdefault(node.name, node.value)
    value, threshold, unit = _sides(programme, found.tree, finding.holds)
    return Evidence(
        value=value, threshold=threshold, unit=unit, formula=found.formula, declaration=found.declaration,
        message=Label(zh=fill(rule.message.zh, figures), en=fill(rule.message.en, figures)), inputs=found.leaves,
    )  # fmt: skip


def _sides(programme: Programme, tree: Node, holds: bool) -> tuple[float | None, float | None, Unit]:
    """Value, threshold and their unit: of the first comparison that says what the whole condition says.

    The threshold is the side that reads no report; where both do, or neither does, it is the right one.
    """
    comparisons = [node for node in tree.walk() if node.op in _COMPARISONS]
    decisive = [node for node in comparisons if node.value is not None and bool(node.value) is holds]
    for node in (*decisive, *comparisons):
        left, right = node.children
        if not _reads_reports(left) and _reads_reports(right):
            left, right = right, left
        unit = _declared_unit(programme, left)
        scale = float(unit.scale)
        return _scaled(left.value, scale), _scaled(right.value, scale), unit
    return None, None, tree.unit


def _scaled(value: float | None, scale: float) -> float | None:
    return value if value is None or scale == 1 else value / scale


def _reads_reports(node: Node) -> bool:
    return any(one.op == "measure" for one in node.walk())


def _declared_unit(programme: Programme, node: Node) -> Unit:
    """The unit in which people read a figure: that of its declaration, else the base unit of what was computed."""
    catalogue = programme.catalogue
    if node.op == "indicator" and node.name in catalogue.indicators:
        return catalogue.indicators[node.name].unit
    if node.op == "measure" and node.name in catalogue.measures:
        return catalogue.measures[node.name].unit
    return node.unit
