"""The unit algebra: which figures may meet, and what unit comes out."""

from collections.abc import Sequence

from hengjian.formula.function import Function
from hengjian.formula.node import Node, Span
from hengjian.formula.reading import Reading
from hengjian.formula.term import Term
from hengjian.model.unit import RATIO, Unit, divide, multiply


def is_zero(term: Term) -> bool:
    """A literal zero: it has no unit of its own, since 0 CNY and 0 persons are both nothing."""
    return term.op == "number" and term.value == 0


def unit_of(
    function: Function, terms: Sequence[Term], nodes: Sequence[Node], mark: Span, reading: Reading
) -> Unit | None:
    """The unit of the result, None after a fault. `as_unit` states its own and is not asked."""
    match function.unit:
        case "same":
            return _shared(function, terms, nodes, mark, reading)
        case "compared":
            return RATIO if _shared(function, terms, nodes, mark, reading) else None
        case "product":
            return _product(terms[0].unit, terms[1].unit)
        case "quotient":
            return _quotient(terms[0].unit, terms[1].unit)
        case "first":
            return terms[0].unit
        case "plain" if terms[0].unit.factors:
            hint = "divide it by a figure of the same unit first"
            message = f"{function.called} takes a plain ratio, but {terms[0].text} is in {terms[0].unit}"
            reading.fault(nodes[0].span, message, hint)
            return None
        case "root":
            return _root(function, terms[0], nodes[0], reading)
        case _:
            return RATIO


def _product(left: Unit, right: Unit) -> Unit:
    if not right.factors:
        return left
    return multiply(left, right) if left.factors else right


def _quotient(left: Unit, right: Unit) -> Unit:
    if not right.factors:
        return left
    return RATIO if left.factors == right.factors else divide(left, right)


def _root(function: Function, term: Term, node: Node, reading: Reading) -> Unit | None:
    """The unit whose square is that of the term."""
    unit = term.unit
    if any(power % 2 for _, power in unit.factors):
        message = f"{function.called} takes a ratio or a square, but {term.text} is in {unit}"
        reading.fault(node.span, message, "divide it by a figure of the same unit first")
        return None
    for name, power in unit.factors:
        unit = (divide if power > 0 else multiply)(unit, Unit(symbol=name, factors=((name, abs(power) // 2),)))
    return unit


def _shared(
    function: Function, terms: Sequence[Term], nodes: Sequence[Node], mark: Span, reading: Reading
) -> Unit | None:
    first: Term | None = None
    for term, node in zip(terms, nodes, strict=True):
        if term.truth or is_zero(term):
            continue
        if first is None:
            first = term
        elif term.unit.factors != first.unit.factors:
            at = mark if function.sign else node.span
            name = f"'{function.sign}'" if function.sign else function.name
            reading.fault(at, f"{name} joins {first.unit} with {term.unit}", _hint(first, term))
            return None
    return first.unit if first else RATIO


def _hint(left: Term, right: Term) -> str:
    for bare, other in ((left, right), (right, left)):
        if bare.op == "number" and not bare.text.endswith("%"):
            escape = f'as_unit({bare.text}, "{other.unit}")'
            return f"{bare.text} has no unit: declare a parameter in {other.unit}, or write {escape}"
    return "both sides must have one unit; convert or divide first"
