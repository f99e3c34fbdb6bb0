"""A scorecard made ready: what scoring looks up by name is looked up once for the card, not for each entity."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from hengjian.model.declaration import Label
from hengjian.model.scorecard import (
    Adjust,
    Awards,
    Band,
    Direction,
    Efficacy,
    Item,
    Modification,
    ProRata,
    Scorecard,
    Special,
    Steps,
    Table,
    Times,
    score_name,
)
from hengjian.supervise.scored import Figure, Given, LetterLine, line_name

NO_UNIT = Label(zh="", en="")
#: How a unit is said after a number; others as they are written.
_SAID: Mapping[str | None, Label] = {
    None: NO_UNIT, "ratio": NO_UNIT, "%": Label(zh="%", en="%"), "pp": Label(zh=" 个百分点", en=" pp"),
    "times": Label(zh=" 倍", en=" times"), "倍": Label(zh=" 倍", en=" times"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A step with the names of its condition and its formula."""

    adjust: Adjust
    when: str | None
    formula: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An item, or a line of the letter that is an item of its own, with the names of its formulas."""

    item: Item
    name: str
    label: Label
    weight: Decimal | None
    direction: Direction
    unit: str | None
    said: Label
    value: str | None
    applies: str | None
    special: tuple[tuple[str, Special], ...]
    target: str | None
    base: str | None
    actions: tuple[Action, ...]
    children: tuple["Node", ...]
    many: bool
    line: LetterLine | None = None

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A card and its tree; `one_more` is what a coefficient grows by from the second best band to the best one,
    `grounds` the labels of all on which points are added or taken away."""

    card: Scorecard
    root: Node
    nodes: Mapping[str, Node]
    bands: tuple[Band, ...]
    one_more: Decimal
    choices: Mapping[str, str]
    grounds: Mapping[str, Label]
    units: Mapping[str, Label] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One entity to be scored: the plan, what is known, how switches stand, the letter's lines by item."""

    plan: Plan
    given: Given
    settings: Mapping[str, str]
    lines: Mapping[str, tuple[LetterLine, ...]] = field(default_factory=dict)

    def figure(self, name: str | None) -> Figure | None:
        return None if name is None else self.given.figures.get(name)

    def known(self, name: str | None) -> Decimal | None:
        """The value of a figure."""
        found = self.figure(name)
        return None if found is None else found.value

    def line(self, node: Node) -> LetterLine | None:
        """The letter's line of an item."""
        if node.line is not None or not self.lines:
            return node.line
        found = self.lines.get(node.item.name, ())
        return found[0] if found else None

    def weight(self, node: Node) -> Decimal | None:
        if node.weight is not None:
            return node.weight
        line = self.line(node)
        return None if line is None else line.weight

    def target(self, node: Node) -> Decimal | None:
        """By the method's formula, else as the letter has it."""
        if node.target is not None:
            return self.known(node.target)
        line = self.line(node)
        return None if line is None else line.target

    def base(self, node: Node) -> Decimal | None:
        if node.base is not None:
            return self.known(node.base)
        line = self.line(node)
        return None if line is None else line.base

    def expanded(self, node: Node) -> tuple[Node, ...]:
        """Each line of the letter that names the item, as an item of its own: it takes what the line tells."""
        return tuple(
            replace(
                node, name=line.key, label=line.title, weight=line.weight, unit=line.unit or node.unit,
                direction=_DIRECTIONS.get(line.direction or "", node.direction),
                said=said(line.unit or node.unit, self.plan.units), value=line_name(line.key),
                many=False, line=line,
            )
            for line in self.lines.get(node.item.name, ())
        )  # fmt: skip


_DIRECTIONS: Mapping[str, Direction] = {"up": "up", "down": "down", "free": "free"}


def said(unit: str | None, units: Mapping[str, Label]) -> Label:
    """A unit as it is said after a number; `units`: what people call those that packs add."""
    if unit in _SAID:
        return _SAID[unit]
    label = units.get(unit or "", Label(zh=str(unit), en=str(unit)))
    return Label(zh=f" {label.zh}", en=f" {label.en}")


def planned(card: Scorecard, units: Mapping[str, Label] | None = None) -> Plan:
    """The plan of a card; `units`: what people call units that packs add, by symbol."""
    units = units or {}
    root = _node(card, card.root, units)
    coefficients = [band.coefficient for band in card.bands]
    return Plan(
        card=card, root=root, units=units, nodes={node.name: node for node in root.walk()}, bands=card.bands,
        one_more=coefficients[0] - coefficients[1] if len(coefficients) > 1 else Decimal(0),
        choices={name: switch.otherwise for name, switch in card.switches.items()},
        grounds={
            kind.name: kind.label
            for item in card.root.walk() if isinstance(item.method, Awards) for kind in item.method.kinds
        },
    )  # fmt: skip


def case_of(plan: Plan, given: Given) -> Case:
    """One entity's case."""
    lines: dict[str, tuple[LetterLine, ...]] = {}
    for line in given.lines:
        lines[line.item] = (*lines.get(line.item, ()), line)
    settings = {**plan.choices, **given.settings} if given.settings else plan.choices
    return Case(plan=plan, given=given, settings=settings, lines=lines)


def _node(card: Scorecard, item: Item, units: Mapping[str, Label]) -> Node:
    def name(what: str) -> str:
        return score_name(card.name, item.name, what)

    method = item.method
    special = method.special if isinstance(method, Efficacy | Modification) else ()
    target = method.target if isinstance(method, Steps | ProRata | Table) else None
    base = method.base if isinstance(method, Steps) else None
    unit = None if item.unit is None else item.unit.symbol
    return Node(
        item=item, name=item.name, label=item.label, weight=item.weight, direction=item.direction, unit=unit,
        said=said(unit, units), value=None if item.method is None else name("value"),
        applies=None if item.applies is None else name("applies"),
        special=tuple((name(f"special {number}"), one) for number, one in enumerate(special, 1)),
        target=None if target is None else name("target"), base=None if base is None else name("base"),
        actions=tuple(_action(adjust, number, name) for number, adjust in enumerate(item.adjust, 1)),
        children=tuple(_node(card, child, units) for child in item.items), many=item.many,
    )  # fmt: skip


def _action(adjust: Adjust, number: int, name: Callable[[str], str]) -> Action:
    step = adjust.step
    has_formula = isinstance(step, Times) and step.formula is not None
    return Action(
        adjust=adjust, when=None if adjust.given.when is None else name(f"when {number}"),
        formula=name(f"times {number}") if has_formula else None,
    )  # fmt: skip
