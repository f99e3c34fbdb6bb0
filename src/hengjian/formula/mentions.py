"""Which names in a formula stand for measures, indicators and parameters, and which for words and attributes."""

from collections.abc import Iterator

from hengjian.formula.function import Kind
from hengjian.formula.functions import FUNCTIONS, chosen
from hengjian.formula.node import Call, Name, Node, Operation, is_text_test, parts

#: Kinds of arguments and options whose names are no figures.
_WORDS: frozenset[Kind] = frozenset(
    {"word", "date", "attribute", "text", "key", "link", "attributes", "frequency", "unit", "type"}
)


#: Functions of which every argument is computed.
_COMPUTED = frozenset(
    name for name, row in FUNCTIONS.items() if not any(argument.kind in _WORDS for argument in row.arguments)
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
        case Operation(operands=operands):
            return () if is_text_test(node) else operands
        case Call(name=name, arguments=arguments, keywords=keywords):
            function = chosen(name, [keyword.name for keyword in keywords])
            if function is None:
                return parts(node)
            if not keywords and function.name in _COMPUTED:
                return arguments
            words = {option.name for option in function.options if option.kind in _WORDS}
            named = (value for one in keywords if one.name not in words for value in one.values)
            if not function.arguments:
                return (*arguments, *named)
            figures = (one for place, one in enumerate(arguments) if function.argument(place).kind not in _WORDS)
            return (*figures, *named)
    return parts(node)
