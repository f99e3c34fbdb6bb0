"""Random formulas over random panels, with gaps, withdrawals, late starts, dated formulas and classed parameters."""

from dataclasses import dataclass

from hypothesis import strategies as st
from panel_maker import Cell, Dated, declare, indicator, measure, number, panel, parameter, prior, programme, term

from hengjian.formula.term import Programme, Shape, Term
from hengjian.model.missing import Missing
from hengjian.model.period import PER_YEAR, Frequency, Period
from hengjian.panel.panel import Panel

MEASURES: dict[str, Shape] = {"balance": "instant", "to_date": "ytd", "flow": "period"}
PARAMETERS = [
    declare("everywhere", ("2019-06-30", {"default": "0.7"})),
    declare(
        "classed", ("2018-01-01", {"power": "0.75", "default": "0.65"}), ("2020-03-01", {"trade": "0.1"}), by=("kind",)
    ),
    declare("crossed", ("2017-01-01", {"power/big": "3", "trade/small": "5"}), by=("kind", "size")),
]
KINDS = st.sampled_from(["power", "trade", "other", None])
SIZES = st.sampled_from(["big", "small", None])

#: Small integers give equal figures, zeros and signs; the others rounding and overflow.
FIGURES = st.one_of(
    st.integers(-3, 3).map(float),
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.sampled_from([1e308, -1e308, 1e-308, -0.0]),
)
GAPS = st.sampled_from([Missing.NOT_REPORTED, Missing.WITHDRAWN, Missing.ERASED])
NUMBERS = st.sampled_from([0.0, 1.0, 0.12, -2.5])
SHAPES: st.SearchStrategy[Shape] = st.sampled_from(["instant", "ytd", "period", "none"])


@st.composite
def composed(draw: st.DrawFn, figures: st.SearchStrategy[Term]) -> Term:
    """A figure one level up."""
    kind = draw(st.sampled_from(["two", "one", "many", "back", "back", "if"]))
    shape = draw(SHAPES)
    if kind == "two":
        return term(
            draw(st.sampled_from(["add", "subtract", "multiply", "divide"])), draw(figures), draw(figures), shape=shape
        )
    if kind == "one":
        return term(draw(st.sampled_from(["negate", "abs", "as_unit"])), draw(figures), shape=shape)
    if kind == "many":
        inner = draw(st.lists(figures, min_size=1, max_size=3))
        return term(draw(st.sampled_from(["sum", "avg", "min", "max", "coalesce", "coalesce"])), *inner, shape=shape)
    if kind == "if":
        return term("if", draw(conditions(figures)), draw(figures), draw(figures), shape=shape)
    op = draw(st.sampled_from(["prior", "opening", "yoy", "ytd", "ttm", "quarter"]))
    return prior(draw(figures), draw(st.integers(0, 5))) if op == "prior" else term(op, draw(figures), shape=shape)


@st.composite
def conditions(draw: st.DrawFn, figures: st.SearchStrategy[Term], depth: int = 2) -> Term:
    kind = draw(st.sampled_from(["compare", "compare", "not", "and", "or"])) if depth else "compare"
    if kind == "compare":
        op = draw(st.sampled_from(["equal", "unequal", "less", "at_most", "greater", "at_least"]))
        return term(op, draw(figures), draw(figures))
    if kind == "not":
        return term("not", draw(conditions(figures, depth - 1)))
    return term(kind, draw(conditions(figures, depth - 1)), draw(conditions(figures, depth - 1)))


LEAVES = st.one_of(
    st.sampled_from([measure(name, shape) for name, shape in MEASURES.items()]),
    st.sampled_from([measure(name, shape) for name, shape in MEASURES.items()]),
    st.sampled_from([parameter(each.name) for each in PARAMETERS]),
    NUMBERS.map(number),
)
TERMS = st.recursive(LEAVES, lambda inner: composed(inner), max_leaves=6)
OUTER = st.recursive(LEAVES | st.just(indicator("inner")), lambda inner: composed(inner), max_leaves=5)


@dataclass(frozen=True)
class Case:
    programme: Programme
    panel: Panel
    frequency: Frequency


@st.composite
def panels(draw: st.DrawFn, frequency: Frequency) -> Panel:
    per_year = PER_YEAR[frequency]
    count, entities = draw(st.integers(1, 2 * per_year + 3 if per_year < 12 else 15)), draw(st.integers(1, 3))
    start = Period(frequency, 2018 * per_year + draw(st.integers(0, per_year)))

    def rows() -> list[list[Cell]]:
        starts = [draw(st.integers(0, count)) for _ in range(entities)]
        cell = st.one_of(FIGURES, FIGURES, FIGURES, GAPS)
        return [
            [draw(cell) if row >= starts[place] else Missing.BEFORE_FIRST for place in range(entities)]
            for row in range(count)
        ]

    def texts(words: st.SearchStrategy[str | None]) -> list[list[str | None]]:
        row = [draw(words) for _ in range(entities)]
        other = [draw(words) for _ in range(entities)]
        change = draw(st.integers(0, count))
        return [row if at < change else other for at in range(count)]

    return panel(
        start, {name: rows() for name in MEASURES}, entities=[f"E{place}" for place in range(entities)],
        attributes={"kind": texts(KINDS), "size": texts(SIZES)},
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    frequency: Frequency = draw(st.sampled_from(list(PER_YEAR)))
    inner: Dated = [(None, draw(TERMS))]
    if draw(st.booleans()):
        inner = [(draw(st.sampled_from([None, "2018-12-31"])), draw(TERMS)), ("2019-11-30", draw(TERMS))]
    made = programme(
        {"inner": inner, "outer": draw(OUTER)}, rules={"rule": draw(conditions(OUTER))},
        parameters=PARAMETERS, frequency=frequency,
    )  # fmt: skip
    return Case(made, draw(panels(frequency)), frequency)
