"""What stands written out in a formula: numbers, counts, shares, and words from a list."""

from collections.abc import Sequence

from hengjian.formula.function import Function
from hengjian.formula.node import Name, Node, Number, Span
from hengjian.formula.printer import assemble, write
from hengjian.formula.reading import Reading
from hengjian.formula.term import Term
from hengjian.model.issue import nearest
from hengjian.model.unit import RATIO

_MOST_PERIODS = 9_999
_MOST_DIGITS = 12


def figure(node: Number) -> Term:
    """A literal number: a ratio."""
    value = float(node.value.scaleb(-2) if node.percent else node.value)
    return Term(op="number", value=value, unit=RATIO, shape="none", frequency=None, text=assemble(node, ()))


def whole(count: int) -> Term:
    """A whole number."""
    return Term(op="number", value=float(count), unit=RATIO, shape="none", frequency=None, text=str(count))


def _is_whole(node: Node, least: int, most: int) -> bool:
    return (
        isinstance(node, Number) and not node.percent and node.value == int(node.value) and least <= node.value <= most
    )


def count(node: Node, function: Function, reading: Reading, least: int = 1, option: str = "") -> Term | None:
    """A number of periods or members."""
    if isinstance(node, Number) and _is_whole(node, least, _MOST_PERIODS):
        return whole(int(node.value))
    message = f"{function.called} counts whole periods from {least} to {_MOST_PERIODS}, not {write(node)}"
    if function.reach == "peers":
        message = f"{function.called} counts members from {least} to {_MOST_PERIODS}, not {write(node)}"
    example = f"{option}: 4" if option else f"{function.called}(x, 4)"
    reading.fault(node.span, message, f"write the number out, as in {example}")
    return None


def fits(at: Span, wanted: int | None, most: int, function: Function, reading: Reading) -> bool:
    """Whether as many periods as `at_least:` asks for can ever be there; a fault if not."""
    if wanted is None or wanted <= most:
        return True
    message = f"{function.called} looks at {most} periods and cannot find {wanted}"
    reading.fault(at, message, f"write at_least: {most} or less")
    return False


def digits(node: Node, function: Function, reading: Reading) -> Term | None:
    """A number of decimals."""
    if isinstance(node, Number) and _is_whole(node, 0, _MOST_DIGITS):
        return whole(int(node.value))
    message = f"{function.called} keeps 0 to {_MOST_DIGITS} decimals, not {write(node)}"
    reading.fault(node.span, message, f"write the number out, as in {function.called}(x, 2)")
    return None


def share(node: Node, function: Function, reading: Reading) -> Term | None:
    """A number from 0 to 1."""
    if isinstance(node, Number):
        found = figure(node)
        if found.value is not None and 0 <= found.value <= 1:
            return found
    message = f"{function.called} takes a share from 0 to 1, not {write(node)}"
    reading.fault(node.span, message, f"write it out, as in {function.called}(x, 0.75, within: industry) or 75%")
    return None


def word(node: Node, choices: Sequence[str], what: str, reading: Reading) -> str | None:
    """One of some words."""
    if isinstance(node, Name) and node.name in choices:
        return node.name
    hint = f"write one of {', '.join(choices)}" if len(choices) > 1 else f"write {choices[0]}"
    reading.fault(node.span, f"{what} cannot be {write(node)}", nearest(write(node), choices, otherwise=hint))
    return None
