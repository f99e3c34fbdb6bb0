"""The syntax tree to the checked tree: each node with its unit, its shape and its frequency."""

from collections.abc import Sequence
from dataclasses import replace

from hengjian.formula.functions import FUNCTIONS, Function, Kind
from hengjian.formula.node import Call, Name, Node, Number, Operation, Span, Text
from hengjian.formula.operators import OPERATORS
from hengjian.formula.printer import assemble, write
from hengjian.formula.reading import Reading
from hengjian.formula.resolve import Names
from hengjian.formula.shapes import shape_of, suits
from hengjian.formula.term import Term
from hengjian.formula.units import is_zero, unit_of
from hengjian.model.issue import nearest
from hengjian.model.period import PER_YEAR
from hengjian.model.unit import RATIO, multiply, parse_unit

_MOST_PERIODS = 9_999
_NO_TEXT = 'texts stand only in as_unit(x, "CNY"); a parameter with `by` gives a value for each class'


def term_of(node: Node, names: Names, reading: Reading) -> Term | None:
    """The checked tree; None after a fault, or where it stands on a broken indicator. All faults are reported."""
    match node:
        case Name():
            return names.leaf(node, reading)
        case Number():
            return _number(node)
        case Text(value=value):
            reading.fault(node.span, f"the text {value!r} cannot be computed with", _NO_TEXT)
            return None
        case Operation(op=op, operands=operands, mark=mark):
            return _applied(FUNCTIONS[op], node, operands, mark, names, reading)
        case Call(arguments=arguments, mark=mark):
            function = _function(node, names, reading)
            if function is not None:
                return _applied(function, node, arguments, mark, names, reading)
            for argument in arguments:  # for faults of their own
                if not isinstance(argument, Text):
                    term_of(argument, names, reading)
            return None


def _number(node: Number) -> Term:
    value = float(node.value.scaleb(-2) if node.percent else node.value)
    return Term(op="number", value=value, unit=RATIO, shape="none", frequency=None, text=assemble(node, ()))


def _function(call: Call, names: Names, reading: Reading) -> Function | None:
    """The row of the table that a call means; None after a fault of its name, options or number of arguments."""
    function = FUNCTIONS.get(call.name)
    if function is None or function.sign:
        reading.fault(call.mark, f"no function is called {call.name!r}", names.function_hint(call.name))
        return None
    for keyword in call.keywords:
        if keyword.name not in function.keywords:
            otherwise = f"write {function.signature}"
            message = f"{function.name} has no option {keyword.name!r}"
            reading.fault(keyword.span, message, nearest(keyword.name, function.keywords, otherwise=otherwise))
            return None
    count = len(call.arguments)
    if count < function.fewest or (function.most is not None and count > function.most):
        wanted = str(function.fewest)
        if function.most is None:
            wanted = f"{wanted} or more"
        elif function.most > function.fewest:
            wanted = f"{wanted} or {function.most}"
        noun = "argument" if wanted == "1" else "arguments"
        message = f"{function.name} takes {wanted} {noun}, not {count}"
        hint = f"write {function.signature}"
        if function.name == "sum" and count == 1:
            hint += "; over time, ytd(x) or ttm(x)"
        reading.fault(call.mark, message, hint)
        return None
    return function


def _applied(
    function: Function, node: Node, nodes: Sequence[Node], mark: Span, names: Names, reading: Reading
) -> Term | None:
    is_average = function.name == "avg" and len(nodes) == 1
    terms: list[Term] = []
    sound: list[Node] = []
    for index, part in enumerate(nodes):
        kind = "balance" if is_average else function.argument(index).kind
        term = _argument(part, kind, function, names, reading)
        if term is not None:
            terms.append(term)
            sound.append(part)
    if len(sound) < len(nodes) or reading.has_mixed_frequencies:
        if function.unit in ("same", "compared"):
            unit_of(function, terms, sound, mark, reading)  # the others may still be at odds
        return None
    text = assemble(node, [term.text for term in terms])
    if function.unit == "named":
        return _as_unit(terms[0], terms[1], text, node.span, reading)
    unit = unit_of(function, terms, nodes, mark, reading)
    if unit is None:
        return None
    terms = _completed(function, terms, is_average)
    shape = shape_of(function, terms, mark, reading)
    if shape is None:
        return None
    if unit.factors and function.unit == "same":
        terms = [replace(term, unit=unit) if is_zero(term) else term for term in terms]
    frequency = next((term.frequency for term in terms if term.frequency), None)
    return Term(
        op=function.name, arguments=tuple(terms), unit=unit, truth=function.gives_truth,
        shape=shape, frequency=frequency, text=text,
    )  # fmt: skip


def _argument(node: Node, kind: Kind, function: Function, names: Names, reading: Reading) -> Term | None:
    if kind == "count":
        return _count(node, function, reading)
    if kind == "unit":
        return _named_unit(node, names, reading)
    term = term_of(node, names, reading)
    return term if term is not None and suits(function, kind, term, node.span, reading) else None


def _completed(function: Function, terms: list[Term], is_average: bool) -> list[Term]:
    """Write out what a short form leaves out: the 1 of `prior(x)`, the year-old balance of `avg(x)`."""
    if function.name == "prior" and len(terms) == 1:
        return [terms[0], _whole(1)]
    if is_average and terms[0].frequency:
        return [terms[0], _prior(terms[0], PER_YEAR.get(terms[0].frequency, 1))]
    return terms


def _whole(count: int) -> Term:
    return Term(op="number", value=float(count), unit=RATIO, shape="none", frequency=None, text=str(count))


def _prior(term: Term, count: int) -> Term:
    return Term(
        op="prior", arguments=(term, _whole(count)), unit=term.unit, shape=term.shape, frequency=term.frequency,
        text=f"prior({term.text}, {count})",
    )  # fmt: skip


def _count(node: Node, function: Function, reading: Reading) -> Term | None:
    if (
        isinstance(node, Number)
        and not node.percent
        and node.value == int(node.value)
        and 1 <= node.value <= _MOST_PERIODS
    ):
        return _whole(int(node.value))
    message = f"{function.name} counts whole periods from 1 to {_MOST_PERIODS}, not {write(node)}"
    reading.fault(node.span, message, f"write the number out, as in {function.name}(x, 4)")
    return None


def _named_unit(node: Node, names: Names, reading: Reading) -> Term | None:
    """A term that only carries the unit written in quotes, with its scale."""
    if not isinstance(node, Text):
        reading.fault(node.span, f"as_unit takes a unit in double quotes, not {write(node)}", 'write as_unit(x, "CNY")')
        return None
    known = names.units()
    unit = parse_unit(node.value, known)
    if unit is None:
        hint = nearest(node.value, known, otherwise=f"the units are {', '.join(known)}")
        reading.fault(node.span, f"no unit is called {node.value!r}", hint)
        return None
    return Term(op="number", value=float(unit.scale), unit=unit, shape="none", frequency=None, text=write(node))


def _as_unit(figure: Term, named: Term, text: str, at: Span, reading: Reading) -> Term | None:
    """The number of `figure` read in the unit named: in base units it is that number times the unit's scale."""
    if figure.unit.factors and named.unit.measures_the_same_as(figure.unit):
        message = f"{figure.text} is in {figure.unit} already"
        reading.fault(at, message, "write it alone; in which unit a result is printed, its declaration says")
        return None
    if figure.unit.factors or figure.frequency:
        message = f"{text} takes {figure.unit} for {named.unit}"
        reading.fault(at, message, "units are not checked here; make sure that it is meant", "warning")
    scale = named.unit.scale
    inner = figure
    if scale != 1:
        factor = replace(_whole(1), value=float(scale), text=format(scale, "f"))
        shown = f"({figure.text})" if figure.op in OPERATORS else figure.text
        product = f"{shown} * {factor.text}"
        inner = replace(figure, op="multiply", name="", value=None, arguments=(figure, factor), text=product)
    unit = multiply(named.unit, RATIO)
    return replace(inner, op="as_unit", name="", value=None, arguments=(inner,), unit=unit, text=text)
