"""What a finding stands on: the decisive comparison of the condition, and the figures that were read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from hengjian.evaluate.explain import Workings, explain_cell, gathered, turned_to
from hengjian.evaluate.explanation import Explanation, Leaf, Node
from hengjian.formula.term import Programme
from hengjian.model.declaration import Label, Rule
from hengjian.model.message import fill, slots
from hengjian.model.missing import Missing
from hengjian.model.unit import Unit
from hengjian.supervise.rules import Finding

#: So many inputs are named, those of the entity itself first: of a comparison with peers there may be thousands.
NAMED = 200
#: So many findings are computed together.
_TOGETHER = 2000
_COMPARISONS = frozenset({"equal", "unequal", "less", "at_most", "greater", "at_least"})
_FIGURES = frozenset({"measure", "indicator", "parameter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a finding stands on. `value` and `threshold` are the sides of the level's decisive comparison, in `unit`;
    `message` is the rule's with its figures; `formula` is the level's condition in force, `declaration` the digest of
    all that the rule declares. `missing`: why it cannot be told, as CONTRACT section 3 prints it, and None where it
    can. `inputs` are what was read, and `more` how many beyond these.
    """

    value: float | None
    threshold: float | None
    unit: Unit
    message: Label
    formula: str
    declaration: str
    inputs: tuple[Leaf, ...]
    more: int = 0
    missing: Mapping[str, Any] | None = None


def evidence(programme: Programme, finding: Finding, given: Workings) -> Evidence:
    """What a finding stands on, by the workings of its rule's formulas (`formulas_of`, and the rule itself)."""
    rule = programme.catalogue.rules[finding.rule]
    workings = turned_to(given, finding.entity)
    is_told = finding.missing is Missing.PRESENT
    name = explained_by(rule, finding)
    found = explain_cell(workings, name, finding.period)
    figures = dict(_figures(found.tree, finding))
    if name != rule.name and not figures.keys() >= {*slots(rule.message.zh), *slots(rule.message.en)}:
        figures = dict(_figures(explain_cell(workings, rule.name, finding.period).tree, finding)) | figures
    value, threshold, unit = _sides(programme, rule, found.tree, finding)
    own = [leaf for leaf in found.leaves if leaf.entity == finding.entity]
    inputs = (*own, *(leaf for leaf in found.leaves if leaf.entity != finding.entity))
    return Evidence(
        value=value, threshold=threshold, unit=unit, formula=found.formula,
        declaration=programme.rules[rule.name].digest,
        message=Label(zh=fill(rule.message.zh, figures), en=fill(rule.message.en, figures)),
        inputs=inputs[:NAMED], more=max(0, len(inputs) - NAMED), missing=_missing(found, is_told),
    )  # fmt: skip


def evidence_of_all(
    programme: Programme, findings: Iterable[Finding], given: Workings
) -> Iterator[tuple[Finding, Evidence]]:
    """The same of many findings, in their order: those of one formula that come one after the other are computed
    together, some at a time."""
    for name, alike in groupby(findings, lambda one: explained_by(programme.catalogue.rules[one.rule], one)):
        while some := list(islice(alike, _TOGETHER)):
            workings = gathered(given, name, [one.entity for one in some])
            yield from ((one, evidence(programme, one, workings)) for one in some)


def explained_by(rule: Rule, finding: Finding) -> str:
    """The formula that tells a finding: of a level that holds its own condition; where none does the mildest one's, the
    line that is nearest; where it cannot be told the whole."""
    if finding.missing is not Missing.PRESENT:
        return rule.name
    return rule.levels[-1][1] if finding.level is None else dict(rule.levels)[finding.level]


def _missing(found: Explanation, is_told: bool) -> Mapping[str, Any] | None:
    return None if is_told or found.cause is None else found.cause.record()


def _figures(tree: Node, finding: Finding) -> Iterator[tuple[str, float]]:
    """The figures of the entity itself at the period, the first of a name."""
    known: set[str] = set()
    for node in tree.walk():
        is_own = node.entity == finding.entity and node.period == finding.period
        if node.op in _FIGURES and is_own and node.value is not None and node.name not in known:
            known.add(node.name)
            yield node.name, node.value


def _sides(programme: Programme, rule: Rule, tree: Node, finding: Finding) -> tuple[float | None, float | None, Unit]:
    """Value, threshold and their unit: of the first comparison that says what the whole condition says, those of the
    level's own condition before those of what else the rule demands.

    The threshold is the side that reads no report; where both do, or neither does, it is the right one.
    """
    holds = finding.level is not None
    own = _own_condition(rule, tree, holds)
    comparisons = [node for part in (own, tree) for node in part.walk() if node.op in _COMPARISONS]
    decisive = [node for node in comparisons if node.value is not None and bool(node.value) is holds]
    if own.value is not None and bool(own.value) is not holds and own is not tree:  # it is what else is demanded
        inside = {id(node) for node in own.walk()}
        decisive.sort(key=lambda node: id(node) in inside)
    for node in (*decisive, *comparisons):
        left, right = node.children
        if not _reads_reports(left) and _reads_reports(right):
            left, right = right, left
        unit = _declared_unit(programme, left)
        scale = float(unit.scale)
        return _scaled(left.value, scale), _scaled(right.value, scale), unit
    return None, None, tree.unit


def _own_condition(rule: Rule, tree: Node, holds: bool) -> Node:
    """The node of a level's own condition within what `Rule.demanded` makes of it: of one that persists, at the latest
    period that says the same as the whole."""
    node = tree
    if (rule.applies is not None or rule.minimum is not None) and node.op == "and" and node.children:
        node = node.children[-1]
    if rule.persists is None or node.op != "at_least" or not node.children:
        return node
    held = [one for one in node.children[0].children if one.value is not None]
    latest = sorted(held, key=lambda one: one.period.index, reverse=True)
    return next((one for one in latest if bool(one.value) is holds), latest[0] if latest else node)


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
