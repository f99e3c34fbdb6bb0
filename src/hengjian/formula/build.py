"""The syntax tree to the checked tree: each node with its unit, its shape and its frequency."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hengjian.formula import across, holdings, inputs, literals
from hengjian.formula.function import Function
from hengjian.formula.functions import BY_NAME, FUNCTIONS, chosen
from hengjian.formula.node import Call, Keyword, Name, Node, Number, Operation, Span, Text, is_text_test, parts
from hengjian.formula.operators import OPERATORS
from hengjian.formula.printer import assemble, write
from hengjian.formula.reading import Reading
from hengjian.formula.resolve import Names
from hengjian.formula.shapes import shape_of, suits
from hengjian.formula.term import Options, Term, number
from hengjian.formula.units import is_zero, unit_of
from hengjian.model.issue import nearest
from hengjian.model.period import PER_YEAR
from hengjian.model.unit import RATIO, multiply, parse_unit

_NO_TEXT = (
    'a text stands in attribute = "text", attribute in ("a", "b") or as_unit(x, "CNY"); '
    "a parameter with `by` gives a value for each class"
)


#: What else may be meant by a name that is called as no row of the table has it.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "sum": ("ytd(x)", "ttm(x)", "total(x, over: link)"), "mean": ("avg(a, b)",), "last": ("prior(x)",),
}  # fmt: skip


def term_of(node: Node, names: Names, reading: Reading) -> Term | None:
    """The checked tree; None after a fault, or where it stands on a broken indicator. All faults are reported."""
    return Builder(names, reading).term(node)


@dataclass(frozen=True, slots=True)
class Builder:
    """Checks the nodes of one formula, each with what stands below it first."""

    names: Names
    reading: Reading

    def term(self, node: Node) -> Term | None:
        match node:
            case Name():
                return self.names.leaf(node, self.reading)
            case Number():
                return literals.figure(node)
            case Text(value=value):
                self.reading.fault(node.span, f"the text {value!r} cannot be computed with", _NO_TEXT)
                return None
            case Operation(op=op, operands=operands, mark=mark):
                if is_text_test(node):
                    return inputs.text_test(self, node)
                return self.applied(FUNCTIONS[op], node, operands, mark)
            case Call():
                return self._called(node)

    def _called(self, call: Call) -> Term | None:
        function = self._function(call)
        if function is not None:
            special = _SPECIAL.get(function.name) or _BY_REACH.get(function.reach)
            if special is not None:
                return special(self, function, call)
            options = self.options(function, call)
            found = self.applied(function, call, call.arguments, call.mark, () if options is None else options)
            return None if options is None else found
        for argument in call.arguments:  # for faults of their own
            if not isinstance(argument, Text):
                self.term(argument)
        return None

    def _function(self, call: Call) -> Function | None:
        """The row of the table that a call means; None after a fault of its name, options or number of arguments."""
        said = [keyword.name for keyword in call.keywords]
        function = chosen(call.name, said)
        if function is None and call.name in BY_NAME:
            rows = BY_NAME[call.name]
            needed = " or ".join(f"{option}:" for row in rows for option in row.needed)
            self.reading.fault(call.mark, f"{call.name} needs the option {needed}", _calls(rows[0], ()))
            return None
        if function is None:
            hint = self.names.function_hint(call.name)
            self.reading.fault(call.mark, f"no function is called {call.name!r}", hint)
            return None
        return function if self._well_formed(function, call) else None

    def _well_formed(self, function: Function, call: Call) -> bool:
        known = {option.name: option for option in function.options}
        said = [keyword.name for keyword in call.keywords]
        for place, keyword in enumerate(call.keywords):
            if keyword.name not in known:
                message = f"{function.called} has no option {keyword.name!r}"
                hint = nearest(keyword.name, known, otherwise=_calls(function, said))
                self.reading.fault(keyword.span, message, hint)
                return False
            if keyword.name in said[:place]:
                message = f"{function.called} has the option {keyword.name} twice"
                self.reading.fault(keyword.span, message, "write it once")
                return False
            if len(keyword.values) > 1 and known[keyword.name].kind not in ("attributes", "type"):
                hint = f"write the options of {function.called} last"
                message = f"an argument follows the option {keyword.name}:"
                self.reading.fault(keyword.values[1].span, message, hint)
                return False
        count = len(call.arguments)
        if count >= function.fewest and (function.most is None or count <= function.most):
            return True
        wanted = str(function.fewest)
        if function.most is None:
            wanted = f"{wanted} or more"
        elif function.most > function.fewest:
            wanted = f"{wanted} or {function.most}"
        noun = "argument" if wanted == "1" else "arguments"
        message = f"{function.called} takes {wanted} {noun}, not {count}"
        self.reading.fault(call.mark, message, _calls(function, said))
        return False

    def options(self, function: Function, call: Call) -> Options | None:
        """The options that are plain words or counts; None after a fault."""
        found: list[tuple[str, tuple[str, ...]]] = []
        for option in function.options:
            keyword = next((one for one in call.keywords if one.name == option.name), None)
            if keyword is None or option.kind not in ("count", "word"):
                continue
            read = self._option(function, keyword, option.choices)
            if read is None:
                return None
            found.append((option.name, (read,)))
        return tuple(found)

    def _option(self, function: Function, keyword: Keyword, choices: tuple[str, ...]) -> str | None:
        value = keyword.values[0]
        if choices:
            return literals.word(value, choices, f"{keyword.name} of {function.called}", self.reading)
        counted = literals.count(value, function, self.reading, option=keyword.name)
        return None if counted is None else counted.text

    def applied(
        self, function: Function, node: Node, nodes: Sequence[Node], mark: Span, options: Options = ()
    ) -> Term | None:
        """The term of a function whose arguments are `nodes`; `node` gives its text."""
        reading = self.reading
        is_average = function.name == "avg" and len(nodes) == 1
        terms: list[Term] = []
        sound: list[Node] = []
        is_whole = True
        for index, part in enumerate(nodes):
            argument = function.argument(index)
            if argument.kind == "word":
                word = literals.word(part, argument.choices, f"{argument.name} of {function.called}", reading)
                is_whole &= word is not None
                options = ((argument.name, (word or "",)), *options)
                continue
            term = self._argument(part, "balance" if is_average else argument.kind, function)
            if term is None:
                is_whole = False
                continue
            terms.append(term)
            sound.append(part)
        if not is_whole or reading.has_mixed_frequencies:
            if function.unit in ("same", "compared"):
                unit_of(function, terms, sound, mark, reading)  # the others may still be at odds
            return None
        text = written(node, terms, sound)
        if function.unit == "named":
            return _as_unit(terms[0], terms[1], text, node.span, reading)
        unit = unit_of(function, terms, sound, mark, reading)
        if unit is None or not _may_be_there(function, terms, options, mark, reading):
            return None
        terms = _completed(function, terms, is_average)
        shape = shape_of(function, terms, mark, reading, options)
        if shape is None:
            return None
        if unit.factors and function.unit == "same":
            terms = [replace(term, unit=unit) if is_zero(term) else term for term in terms]
        frequency = next((term.frequency for term in terms if term.frequency), None)
        return Term(
            op=function.name, arguments=tuple(terms), options=options, unit=unit, truth=function.gives_truth,
            shape=shape, frequency=frequency, text=text,
        )  # fmt: skip

    def _argument(self, node: Node, kind: str, function: Function) -> Term | None:
        match kind:
            case "count":
                least = next(one.least for one in function.arguments if one.kind == "count")
                return literals.count(node, function, self.reading, least)
            case "digits":
                return literals.digits(node, function, self.reading)
            case "share":
                return literals.share(node, function, self.reading)
            case "unit":
                return self._named_unit(node)
        return self.argument(node, function, kind)

    def argument(self, node: Node, function: Function, kind: str) -> Term | None:
        """The term of an argument that is computed, if it is of the kind asked for."""
        term = self.term(node)
        return term if term is not None and suits(function, kind, term, node.span, self.reading) else None

    def _named_unit(self, node: Node) -> Term | None:
        """A term that only carries the unit written in quotes, with its scale."""
        reading = self.reading
        if not isinstance(node, Text):
            message = f"as_unit takes a unit in double quotes, not {write(node)}"
            reading.fault(node.span, message, 'write as_unit(x, "CNY")')
            return None
        known = self.names.units()
        unit = parse_unit(node.value, known)
        if unit is None:
            hint = nearest(node.value, known, otherwise=f"the units are {', '.join(known)}")
            reading.fault(node.span, f"no unit is called {node.value!r}", hint)
            return None
        return Term(op="number", value=float(unit.scale), unit=unit, shape="none", frequency=None, text=write(node))


def _calls(function: Function, said: Sequence[str]) -> str:
    """How a function is called: as the row that options tell, or else in all the ways that its name knows."""
    if any(option in function.needed for option in said):
        return f"write {function.signature}"
    ways = [row.signature for row in BY_NAME[function.called]]
    return f"write {' or '.join([*ways, *_ALSO.get(function.called, ())])}"


def _may_be_there(function: Function, terms: Sequence[Term], options: Options, mark: Span, reading: Reading) -> bool:
    """Whether a function of the last n periods can find as many as it is asked for."""
    wanted = number(options, "at_least")
    return wanted is None or literals.fits(mark, wanted, int(terms[1].value or 0), function, reading)


def written(node: Node, terms: Sequence[Term], sound: Sequence[Node]) -> str:
    """The canonical text of a node whose computed parts are `terms`; other parts are words, written as they are."""
    below = parts(node)
    if len(below) == len(sound):
        return assemble(node, [term.text for term in terms])
    texts = {id(part): term.text for part, term in zip(sound, terms, strict=True)}
    return assemble(node, [texts.get(id(part)) or write(part) for part in below])


def _completed(function: Function, terms: list[Term], is_average: bool) -> list[Term]:
    """Write out what a short form leaves out: the 1 of `prior(x)`, the year-old balance of `avg(x)`."""
    if function.name in ("prior", "delta") and len(terms) == 1:
        return [terms[0], literals.whole(1)]
    if is_average and terms[0].frequency:
        return [terms[0], _prior(terms[0], PER_YEAR.get(terms[0].frequency, 1))]
    return terms


def _prior(term: Term, count: int) -> Term:
    return Term(
        op="prior", arguments=(term, literals.whole(count)), unit=term.unit, shape=term.shape,
        frequency=term.frequency, text=f"prior({term.text}, {count})",
    )  # fmt: skip


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
        factor = replace(literals.whole(1), value=float(scale), text=format(scale, "f"))
        shown = f"({figure.text})" if figure.op in OPERATORS else figure.text
        product = f"{shown} * {factor.text}"
        inner = replace(
            figure, op="multiply", name="", value=None, arguments=(figure, factor), options=(), text=product
        )
    unit = multiply(named.unit, RATIO)
    return replace(inner, op="as_unit", name="", value=None, arguments=(inner,), options=(), unit=unit, text=text)


_Special = Callable[[Builder, Function, Call], Term | None]

#: Functions whose arguments are not all computed alike.
_SPECIAL: Mapping[str, _Special] = {
    "of": across.of, "days_until": inputs.dated, "age": inputs.dated, "interpolate": inputs.tabled,
    "band": inputs.tabled, "lookup": inputs.looked_up, "convert": inputs.converted,
}  # fmt: skip
_BY_REACH: Mapping[str, _Special] = {
    "periods": across.per, "peers": across.within, "links": across.over, "cut": across.on,
    "holdings": holdings.looked_through,
}  # fmt: skip
