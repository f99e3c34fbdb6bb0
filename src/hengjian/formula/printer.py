"""The tree back to text, in its canonical form: one blank around operators, parentheses only where needed."""

from collections.abc import Iterator, Sequence
from itertools import islice

from hengjian.formula.names import written
from hengjian.formula.node import Call, Keyword, Name, Node, Number, Operation, Text, parts
from hengjian.formula.operators import ATOM, OPERATORS


def write(node: Node) -> str:
    """The canonical text of a tree; it parses to the same tree."""
    return assemble(node, [write(part) for part in parts(node)])


def assemble(node: Node, texts: Sequence[str]) -> str:
    """The text of a node whose parts have the given texts."""
    match node:
        case Name(name=name):
            return written(name)
        case Number(value=value, percent=percent):
            digits = format(value, "f")
            digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
            return f"{digits}%" if percent else digits
        case Text(value=value):
            return '"' + value.replace('"', '""') + '"'
        case Call(name=name, arguments=arguments, keywords=keywords):
            return f"{name}({', '.join([*texts[: len(arguments)], *_options(keywords, texts[len(arguments) :])])})"
        case Operation(op=op, operands=operands):
            return _operation(op, operands, texts)


def _options(keywords: Sequence[Keyword], texts: Sequence[str]) -> Iterator[str]:
    rest = iter(texts)
    for keyword in keywords:
        yield f"{keyword.name}: {', '.join(islice(rest, len(keyword.values)))}"


def _operation(op: str, operands: Sequence[Node], texts: Sequence[str]) -> str:
    operator = OPERATORS[op]
    if operator.is_prefix:
        inner = texts[0] if _binding(operands[0]) >= operator.binding else f"({texts[0]})"
        return f"{operator.sign} {inner}" if operator.sign.isalpha() else f"{operator.sign}{inner}"
    if op == "one_of":
        left = texts[0] if _binding(operands[0]) > operator.binding else f"({texts[0]})"
        return f"{left} in ({', '.join(texts[1:])})"
    # The left side may bind as tightly (a - b - c), the right side must bind tighter: a - (b - c).
    left_needs = operator.binding if operator.chains else operator.binding + 1
    left = texts[0] if _binding(operands[0]) >= left_needs else f"({texts[0]})"
    right = texts[1] if _binding(operands[1]) > operator.binding else f"({texts[1]})"
    return f"{left} {operator.sign} {right}"


def _binding(node: Node) -> int:
    return OPERATORS[node.op].binding if isinstance(node, Operation) else ATOM
