"""The reader itself: leaves, operators and what needs neither time nor others; the rest stands in modules beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hengjian.formula.node import Call, Name, Node, Number, Operation, Text
from hengjian.formula.printer import write
from hengjian.model.cut import BasisChoice, Scope
from hengjian.model.declaration import FormulaText
from hengjian.model.missing import Missing
from hengjian.model.period import PER_YEAR, Frequency, Period
from naive.figure import Figure, Gap, first_gap, mean, one_by_one, plain, present, settled, stepped
from naive.shape import Texts, literal
from naive.world import World

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "equal": float.__eq__, "unequal": float.__ne__, "less": float.__lt__, "at_most": float.__le__,
    "greater": float.__gt__, "at_least": float.__ge__,
}  # fmt: skip
ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "add": float.__add__, "subtract": float.__sub__, "multiply": float.__mul__,
}  # fmt: skip


@dataclass(frozen=True)
class At:
    """Where the reader stands: of whom, as a member of which type, when, and on which cut."""

    entity: str
    about: str
    frequency: Frequency
    index: int
    scope: Scope = "consolidated"
    basis: BasisChoice = "best"

    @property
    def day(self) -> date:
        return Period(self.frequency, self.index).end

    @property
    def year(self) -> int:
        return PER_YEAR[self.frequency]

    def move(self, index: int) -> "At":
        return replace(self, index=index)


class Reader:
    """Reads one world. With `keeps` figures are worked out once; without, `reads` and `met` say on the way which cells
    are read and which names are met; `sizes`, how large in all the terms of each look-through sum are. With `endless`
    there are periods before the first, of which nothing is known. Attributes and links are those of `as_of`, else of
    each period's end.
    """

    def __init__(self, world: World, *, keeps: bool = True, endless: bool = False, as_of: date | None = None) -> None:
        self.world = world
        self.catalogue = world.catalogue
        self.texts = Texts(world.catalogue)
        self.keeps = keeps
        self.endless = endless
        self.as_of = as_of
        self.reads: list[tuple[str, At]] = []
        self.met: list[tuple[str, At]] = []
        self.sizes: list[float] = []
        #: Reads what an explanation does not open, such as the figures of all peers.
        self.aside: Reader = self if keeps else Reader(world, endless=endless, as_of=as_of)
        self._known: dict[tuple[Node, At], Figure] = {}

    def answer(self, name: str, at: At) -> Figure:
        """An indicator, rule or check as an answer."""
        self.reads.clear()
        self.met.clear()
        self.sizes.clear()
        return plain(self.formula(name, at))

    def formula(self, name: str, at: At) -> Figure:
        declared = self.catalogue.indicators.get(name)
        versions: Sequence[FormulaText]
        if declared is not None:
            versions, about = declared.versions, declared.type
        elif name in self.catalogue.rules:
            rule = self.catalogue.rules[name]
            versions, about = [rule.when], rule.type
        else:
            check = self.catalogue.checks[name]
            versions, about = [check.holds], check.type
        in_force = [each for each in versions if each.valid_from is None or each.valid_from <= at.day]
        if not in_force:
            return Gap(Missing.NOT_APPLICABLE, name, at.index, at.entity)
        return self.figure(self.texts.tree(in_force[-1]), replace(at, about=about))

    def figure(self, node: Node, at: At) -> Figure:
        if self.keeps and (node, at) in self._known:
            return self._known[node, at]
        figure = self._figure(node, at)
        self._known[node, at] = figure
        return figure

    def back(self, node: Node, at: At, count: int) -> Figure:
        """The figure `count` periods earlier, as it is seen from here."""
        if not self.endless and count and at.index - count < self.world.begins(at.frequency):
            return Gap(Missing.NO_HISTORY, write(node), at.index - count, at.entity)
        figure = self.figure(node, at.move(at.index - count))
        return stepped(figure) if count else figure

    def gap(self, reason: Missing, node: Node, at: At, since: int | None = None) -> Gap:
        """A gap that arises here: its cause is the first name met in the operand at fault, else the operand's text."""
        if since is not None and len(self.met) > since:
            name, where = self.met[since]
            return Gap(reason, name, where.index, where.entity)
        return Gap(reason, write(node), at.index, at.entity)

    def _figure(self, node: Node, at: At) -> Figure:
        match node:
            case Number(value=value, percent=percent):
                return float(value.scaleb(-2) if percent else value)
            case Name(name=name):
                return self.leaf(name, at)
            case Operation():
                return self.operation(node, at)
            case Call():
                return FUNCTIONS[called(node)](self, node, at)
        raise AssertionError(node)

    def leaf(self, name: str, at: At) -> Figure:
        self.met.append((name, at))
        if name in self.catalogue.measures:
            self.reads.append((name, at))
            cell, _ = self.world.cell(at.entity, name, at.index, at.scope, at.basis)
            return Gap(cell, name, at.index, at.entity) if isinstance(cell, Missing) else cell
        if name in self.catalogue.indicators:
            return self.formula(name, at)
        if name in self.catalogue.parameters:
            return self.parameter(name, self.catalogue.parameters[name].by, at)
        text = self.attribute(name, at)
        return text if isinstance(text, Gap) else float(text)

    def day(self, at: At) -> date:
        """Of which day attributes and links are."""
        return self.as_of or at.day

    def attribute(self, name: str, at: At) -> str | Gap:
        if at.index < self.world.begins(at.frequency):
            return Gap(Missing.BEFORE_FIRST, name, at.index, at.entity)
        text = self.world.text(at.entity, name, self.day(at))
        return Gap(Missing.NOT_REPORTED, name, at.index, at.entity) if text is None else text

    def parameter(self, name: str, keys: Sequence[str | Text], at: At) -> Figure:
        """The value for the classes that attributes or written texts name."""
        key = self.key(keys, at)
        if isinstance(key, Gap):
            return Gap(key.reason, name, at.index, at.entity)
        declared = self.catalogue.parameters[name]
        in_force = [value.values for value in declared.values if value.valid_from <= at.day]
        value = in_force[-1].get(key, in_force[-1].get("default")) if in_force else None
        return Gap(Missing.NO_PARAMETER, name, at.index, at.entity) if value is None else float(value)

    def key(self, keys: Sequence[str | Text], at: At) -> str | Gap:
        """The classes as one key, "default" where one of them is not stated; of the time before the panels, a gap."""
        found: list[str] = []
        for each in keys:
            text = self.attribute(each, at) if isinstance(each, str) else literal(each)
            if isinstance(text, Gap):
                if text.reason is Missing.BEFORE_FIRST:
                    return text
                return "default"
            found.append(text)
        return "/".join(found) if found else "default"

    def operation(self, node: Operation, at: At) -> Figure:
        op, operands = node.op, node.operands
        if any(isinstance(operand, Text) for operand in operands):
            (name,) = (operand.name for operand in operands if isinstance(operand, Name))
            self.met.append((name, at))
            text = self.attribute(name, at)
            if isinstance(text, Gap):
                return text
            is_one = text in [operand.value for operand in operands if isinstance(operand, Text)]
            return float(is_one is (op != "unequal"))
        figures: list[Figure] = []
        since = 0
        for operand in operands:
            since = len(self.met)
            figures.append(self.figure(operand, at))
        if op in ("and", "or"):
            decisive = float(op == "or")
            return decisive if decisive in figures else first_gap(figures) or 1.0 - decisive
        gap = first_gap(figures)
        if gap:
            return gap
        left, *right = present(figures)
        match op:
            case "not":
                return 1.0 - left
            case "negate":
                return -left
            case "divide" if right[0] == 0:
                return self.gap(Missing.ZERO_DENOMINATOR, operands[1], at, since)
            case "divide":
                return settled(left / right[0], self.gap(Missing.NOT_APPLICABLE, node, at))
        if op in COMPARISONS:
            return float(COMPARISONS[op](left, right[0]))
        return settled(ARITHMETIC[op](left, right[0]), self.gap(Missing.NOT_APPLICABLE, node, at))


Function = Callable[[Reader, Call, At], Figure]
FUNCTIONS: dict[str, Function] = {}
#: Options without which a written name is another function.
_TELLING = ("per", "within", "over")


def called(call: Call) -> str:
    """The name of the function that a call means: `sum`, `sum per`, …"""
    return " ".join([call.name, *(each.name for each in call.keywords if each.name in _TELLING)])


def function(*names: str) -> Callable[[Function], Function]:
    """Enter what reads the functions of these names."""

    def enter(made: Function) -> Function:
        FUNCTIONS.update(dict.fromkeys(names, made))
        return made

    return enter


@function("if")
def _if(reader: Reader, call: Call, at: At) -> Figure:
    condition = reader.figure(call.arguments[0], at)
    if isinstance(condition, Gap):
        return condition
    return reader.figure(call.arguments[1 if condition == 1 else 2], at)


@function("coalesce")
def _coalesce(reader: Reader, call: Call, at: At) -> Figure:
    figures: list[Figure] = []
    for argument in call.arguments:
        figures.append(reader.figure(argument, at))
        if not isinstance(figures[-1], Gap):
            return figures[-1]
    return figures[0]


@function("is_missing")
def _is_missing(reader: Reader, call: Call, at: At) -> Figure:
    return float(isinstance(reader.figure(call.arguments[0], at), Gap))


@function("sum", "avg", "min", "max")
def _of_several(reader: Reader, call: Call, at: At) -> Figure:
    figures = [reader.figure(argument, at) for argument in call.arguments]
    if call.name == "avg" and len(figures) == 1:
        figures.append(reader.back(call.arguments[0], at, at.year))
    gap = first_gap(figures)
    if gap:
        return gap
    given = present(figures)
    kinds: Mapping[str, Callable[[Sequence[float]], float]] = {"sum": one_by_one, "avg": mean, "min": min, "max": max}
    return settled(kinds[call.name](given), reader.gap(Missing.NOT_APPLICABLE, call, at))
