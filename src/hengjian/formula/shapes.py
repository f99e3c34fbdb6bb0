"""Period types: which figures may meet in time, and what comes out.

A flow of the year to date obeys sums and constant factors only: the quarter of a sum is the sum of the quarters, but
the quarter of a maximum is not the maximum of the quarters. So what is no such sum has no shape ("none").
"""

from collections.abc import Mapping, Sequence

from hengjian.formula.function import Function
from hengjian.formula.functions import FUNCTIONS
from hengjian.formula.node import Span
from hengjian.formula.reading import EVERY, SHAPES, Reading
from hengjian.formula.term import Options, Shape, Term, words
from hengjian.formula.units import is_zero
from hengjian.model.period import PER_DAY, PER_YEAR

_FLOWS: tuple[Shape, ...] = ("period", "ytd", "ttm")


def suits(function: Function, kind: str, term: Term, at: Span, reading: Reading) -> bool:
    """Whether an argument is of the kind asked for; a fault if not."""
    said = _unsuited(function, kind, term)
    if said is not None:
        reading.fault(at, *said)
    return said is None


def _unsuited(function: Function, kind: str, term: Term) -> tuple[str, str] | None:
    if kind == "figure" and not term.truth:
        return None
    name = f"'{function.sign}'" if function.sign else function.called
    if kind in ("truth", "lasting"):
        if not term.truth:
            return f"{name} takes truths, but {term.text} is a figure", f"compare it, as in {term.text} > 0"
    elif term.truth:
        return f"{name} takes figures, but {term.text} is a truth", f"if({term.text}, …, …) makes a figure of it"
    if kind != "truth" and term.frequency is None:
        message, hint = timeless(term)
        return f"{name} {function.claim}, but {message}", hint
    head = f"{name} {function.claim}, but {term.text} is"
    if term.frequency in PER_DAY and (function.counts_years or kind == "balance"):
        return f"{head} {EVERY[term.frequency]}", f"{name} needs periods that divide the year"
    match kind:
        case "balance" if term.shape != "instant":
            return f"{head} {SHAPES[term.shape]}", _no_balance(name, term.shape)
        case "counter" if term.shape != "instant":
            return f"{head} {SHAPES[term.shape]}", "sum(x, per: …) adds up flows"
        case "summand" if term.shape in ("instant", "ttm"):
            return f"{head} {SHAPES[term.shape]}", "mean(x, per: …) takes the mean, last(x, per: …) the last one"
        case "summand" | "level" if term.shape == "ytd":
            return f"{head} {SHAPES[term.shape]}", "last(x, per: …) takes the year so far"
        case "flow" if term.shape not in ("period", "ytd"):
            return f"{head} {SHAPES[term.shape]}", _no_flow(name, term.shape)
        case "year_to_date" if term.shape != "ytd":
            return f"{head} {SHAPES[term.shape]}", _no_flow(name, term.shape)
        case "year_to_date" if term.frequency not in ("quarter", None):
            return f"{head} {EVERY[term.frequency]}", f"{name} needs quarterly figures"
    return None


def timeless(term: Term) -> tuple[str, str]:
    """What to say of a term that no measure gives its periods."""
    if is_constant(term):
        return f"{term.text} is a constant", "a constant is the same in all periods; write it alone"
    return f"{term.text} has no periods of its own", "it is read at the periods of a measure: write it beside one"


def is_constant(term: Term) -> bool:
    """Whether it says the same of every entity of a class: made of numbers and parameters."""
    reaching = any(FUNCTIONS[one.op].reach for one in term.walk() if one.op in FUNCTIONS)
    return not reaching and all(
        leaf.op in ("number", "parameter", "lookup") for leaf in term.walk() if not leaf.arguments
    )


def _no_flow(name: str, shape: Shape) -> str:
    match shape:
        case "instant":
            return "use avg(...) or the balance itself"
        case "none":
            return f"apply {name} to the flows inside it"
    return "write it as it is"


def _no_balance(name: str, shape: Shape) -> str:
    if name == "avg":
        return "name the figures, as in avg(a, b); ttm(x) sums a flow over 12 months"
    return f"apply {name} to the balances inside it" if shape == "none" else "prior(x, n) looks back n periods"


def shape_of(
    function: Function, terms: Sequence[Term], mark: Span, reading: Reading, options: Options = ()
) -> Shape | None:
    """The shape of the result, None after a fault."""
    match function.shape:
        case "window":
            return _window(function, terms, words(options, "kind"), mark, reading)
        case "per":
            raise ValueError(f"the shape of {function.name} follows from its periods")
        case "kept":
            return terms[0].shape
        case "scaled":
            return _scaled(function, *terms)
        case "shifted":
            return _shifted(*terms)
        case "joined" | "pointwise" | "compared":
            return _joined(function, terms, mark, reading)
        case shape:
            return shape


def _window(
    function: Function, terms: Sequence[Term], kind: tuple[str, ...], mark: Span, reading: Reading
) -> Shape | None:
    """A sum over some periods of flows; over a whole year of them it is the flow of twelve months."""
    moved, count = terms
    if kind != ("sum",):
        return "none"
    if moved.shape in ("instant", "ytd", "ttm"):
        hint = "ttm(x) sums a flow over 12 months" if moved.shape == "ytd" else "rolling(x, n, mean) takes the mean"
        message = f"{function.called} sums flows over periods, but {moved.text} is {SHAPES[moved.shape]}"
        reading.fault(mark, message, hint)
        return None
    is_year = moved.frequency is not None and count.value == PER_YEAR.get(moved.frequency)
    return "ttm" if moved.shape == "period" and is_year else "none"


def _scaled(function: Function, left: Term, right: Term) -> Shape:
    if right.frequency is None:
        return left.shape if is_constant(right) else "none"
    return right.shape if left.frequency is None and function.name == "multiply" and is_constant(left) else "none"


def _shifted(moved: Term, count: Term) -> Shape:
    """A figure of the year to date is one again only when whole years lie between."""
    per_year = PER_YEAR.get(moved.frequency, 1) if moved.frequency else 1
    return "none" if moved.shape == "ytd" and int(count.value or 0) % per_year else moved.shape


def _joined(function: Function, terms: Sequence[Term], mark: Span, reading: Reading) -> Shape | None:
    first: dict[Shape, Term] = {}
    has_constant = False
    for term in terms:
        if term.truth or is_zero(term):
            continue
        if term.frequency is None:
            has_constant = True
        else:
            first.setdefault(term.shape, term)
    if not _may_meet(function, first, mark, reading):
        return None
    if function.shape == "compared" or len(first) != 1:
        return "none"
    shape = next(iter(first))
    return "none" if shape == "ytd" and (has_constant or function.shape == "pointwise") else shape


def _may_meet(function: Function, first: Mapping[Shape, Term], mark: Span, reading: Reading) -> bool:
    """Flows must run over alike spans of time. A balance may meet a flow (opening balance plus flows is a balance)."""
    flows = [shape for shape in first if shape in _FLOWS]
    if len(flows) < 2:
        return True
    one, other = (first[shape] for shape in flows[:2])
    name = f"'{function.sign}'" if function.sign else function.name
    message = f"{name} joins {SHAPES[one.shape]} with {SHAPES[other.shape]}: {one.text}, {other.text}"
    reading.fault(mark, message, _alike(one, other))
    return False


def _alike(one: Term, other: Term) -> str:
    """How two flows become comparable."""
    by_shape = {one.shape: one.text, other.shape: other.text}
    if "ttm" in by_shape:
        short = by_shape.get("period") or by_shape.get("ytd")
        return f"write ttm({short})"
    single = f", or quarter({by_shape['ytd']})" if one.frequency == "quarter" else ""
    return f"write ytd({by_shape['period']}){single}"
