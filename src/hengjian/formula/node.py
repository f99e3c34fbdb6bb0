"""The syntax tree as written. Spans are code-point offsets [start, end) in the text; trees compare without them."""

from dataclasses import dataclass, field
from decimal import Decimal

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal as written: 12% has the value 12 and `percent`. Never negative; a sign is an operation."""

    value: Decimal
    percent: bool = False
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A literal in double quotes."""

    value: str
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """What stands for a measure, indicator or parameter; `name` is canonical (NFKC)."""

    name: str
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands; `mark` is where its sign stands. The texts after `in` are operands too."""

    op: str
    operands: tuple["Node", ...]
    mark: Span = field(default=(0, 0), compare=False)
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Keyword:
    """An option of a call: `name: value`, or `name: value, value`; the span is that of the name."""

    name: str
    values: tuple["Node", ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; `mark` is the span of its name."""

    name: str
    arguments: tuple["Node", ...]
    keywords: tuple[Keyword, ...] = ()
    mark: Span = field(default=(0, 0), compare=False)
    span: Span = field(default=(0, 0), compare=False)


Node = Number | Text | Name | Operation | Call


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in formula order."""
    match node:
        case Operation(operands=operands):
            return operands
        case Call(arguments=arguments, keywords=keywords):
            if not keywords:
                return arguments
            return (*arguments, *(value for keyword in keywords for value in keyword.values))
        case _:
            return ()


def is_text_test(node: Operation) -> bool:
    """Whether it compares an attribute with texts, not figures with one another."""
    if node.op == "one_of":
        return True
    return node.op in ("equal", "unequal") and any(isinstance(one, Text) for one in node.operands)


def depth(node: Node) -> int:
    """How many nodes stand above one another, at most. Not recursive: trees of any depth are measured."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((part, level + 1) for part in parts(node))
    return deepest
