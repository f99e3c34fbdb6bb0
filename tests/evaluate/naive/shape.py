"""What a formula's text alone tells: how often it has figures, and whether they run from the year's start."""

from collections.abc import Iterator

from hengjian.formula.node import Call, Name, Node, Number, Operation, Text, parts
from hengjian.formula.parser import parse
from hengjian.model.declaration import Catalogue, FormulaText
from hengjian.model.issue import Place
from hengjian.model.period import FREQUENCIES, PER_YEAR, Frequency

#: Options whose values are words, not formulas.
_WORDS = frozenset({"per", "within", "over", "levels", "basis", "scope", "at_least", "also", "through"})


class Texts:
    """The syntax trees of a catalogue's formulas, each parsed once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._trees: dict[str, Node] = {}

    def tree(self, text: FormulaText) -> Node:
        if text.text not in self._trees:
            node, faults = parse(text.text, Place(file="naive"))
            assert node is not None, faults
            self._trees[text.text] = node
        return self._trees[text.text]

    def formula(self, name: str) -> Node:
        """The first version of an indicator: all of them are alike in frequency and kind."""
        return self.tree(self.catalogue.indicators[name].versions[0])

    def frequency(self, node: Node) -> Frequency | None:
        """That of the first figure that has one."""
        match node:
            case Name(name=name) if name in self.catalogue.measures:
                return self.catalogue.measures[name].frequency
            case Name(name=name) if name in self.catalogue.indicators:
                return self.catalogue.indicators[name].frequency or self.frequency(self.formula(name))
            case Call() if option(node, "per"):
                return coarser(node)
        return next((found for part in self._figures(node) if (found := self.frequency(part))), None)

    def is_to_date(self, node: Node) -> bool:
        """Whether the figures run from the year's start: sums of such figures, and such figures times a constant."""
        match node:
            case Name(name=name) if name in self.catalogue.measures:
                return self.catalogue.measures[name].cumulative == "year"
            case Name(name=name) if name in self.catalogue.indicators:
                return self.is_to_date(self.formula(name))
            case (
                Operation(op="add" | "subtract", operands=operands) | Call(name="sum", arguments=operands, keywords=())
            ):
                return self._all_to_date(operands)
            case Call(name="avg", arguments=operands) if len(operands) > 1:
                return self._all_to_date(operands)
            case Operation(op="multiply", operands=(left, right)):
                one, other = (right, left) if self.frequency(left) is None else (left, right)
                return self._is_constant(other) and self.is_to_date(one)
            case Operation(op="divide", operands=(left, right)):
                return self._is_constant(right) and self.is_to_date(left)
            case Operation(op="negate", operands=(inner,)):
                return self.is_to_date(inner)
            case Call(name="ytd"):
                return True
            case Call(name="as_unit" | "convert" | "on", arguments=(inner, *_)) | Call(name="of", arguments=(_, inner)):
                return self.is_to_date(inner)
            case Call(name="total" | "look_through" | "controlled" | "minority", arguments=(inner,)):
                return self.is_to_date(inner)
            case Call(name="last", arguments=(inner,)):
                return coarser(node) != "year" and self.is_to_date(inner)
            case Call(name="prior", arguments=(inner, *rest)):
                frequency = self.frequency(inner)
                whole = PER_YEAR.get(frequency, 0) if frequency else 0
                return bool(whole) and (whole_number(rest[0]) if rest else 1) % whole == 0 and self.is_to_date(inner)
        return False

    def _is_constant(self, node: Node) -> bool:
        """Whether it is made of numbers and parameters alone."""
        match node:
            case Number():
                return True
            case Name(name=name):
                return name in self.catalogue.parameters
            case Call(name="lookup"):
                return True
            case Call(name="interpolate" | "band", arguments=(inner, _)):
                return self._is_constant(inner)
        inside = list(self._figures(node))
        return bool(inside) and all(self._is_constant(part) for part in inside)

    def _all_to_date(self, nodes: tuple[Node, ...]) -> bool:
        counted = [node for node in nodes if not (isinstance(node, Number) and not node.value)]
        return bool(counted) and all(self.is_to_date(node) for node in counted)

    def _figures(self, node: Node) -> Iterator[Node]:
        if not isinstance(node, Call):
            yield from parts(node)
            return
        yield from node.arguments
        for keyword in node.keywords:
            if keyword.name not in _WORDS:
                yield from keyword.values


def option(call: Call, name: str) -> tuple[Node, ...]:
    """The values of one option, none where it is not said."""
    return next((keyword.values for keyword in call.keywords if keyword.name == name), ())


def coarser(call: Call) -> Frequency:
    (word,) = option(call, "per")
    return next(each for each in FREQUENCIES if each == spoken(word))


def spoken(node: Node) -> str:
    """The word that stands for a frequency, an attribute, a link, a basis, …"""
    assert isinstance(node, Name)
    return node.name


def whole_number(node: Node) -> int:
    assert isinstance(node, Number)
    return int(node.value)


def literal(node: Node) -> str:
    assert isinstance(node, Text)
    return node.value
