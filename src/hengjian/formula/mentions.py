"""Which names in a formula stand for measures, indicators and parameters, and which for words and attributes."""

from collections.abc import Iterator

from hengjian.formula.function import Kind
from hengjian.formula.functions import chosen
from hengjian.formula.node import Call, Name, Node, Operation, Text, parts

#: Kinds of arguments and options whose names are no figures.
_WORDS: frozenset[Kind] = frozenset(
    {"word", "date", "attribute", "text", "key", "link", "attributes", "frequency", "unit"}
)


def mentioned(node: Node) -> Iterator[Name]:
    """Every name that stands for something declared to compute with, in formula order."""
    waiting: list[Node] = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            yield node
        else:
            waiting.extend(reversed(_computed(node)))


def _computed(node: Node) -> tuple[Node, ...]:
    """The parts of a node that are computed, or name a parameter."""
    match node:
        case Operation(op="one_of"):
            return ()
        case Operation(op="equal" | "unequal", operands=operands) if any(isinstance(one, Text) for one in operands):
            return ()
        case Call(name=name, arguments=arguments, keywords=keywords):
            function = chosen(name, [keyword.name for keyword in keywords])
            if function is None:
                return parts(node)
            words = {option.name for option in function.options if option.kind in _WORDS}
            named = (value for one in keywords if one.name not in words for value in one.values)
            if not function.arguments:
                return (*arguments, *named)
            figures = (one for place, one in enumerate(arguments) if function.argument(place).kind not in _WORDS)
            return (*figures, *named)
    return parts(node)
