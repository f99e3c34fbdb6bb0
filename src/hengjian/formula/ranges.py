"""Between which bounds a figure can lie, whatever is filed: interval arithmetic over checked trees.

Bounds are sound for what is computed in binary64: rounding keeps the order of numbers, so the bounds of an operation
are the operation on bounds; where a result may still be off by a last digit, its bounds are widened.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hengjian.formula.term import Programme, Term, words
from hengjian.model.declaration import Parameter

#: Means and interpolations may be off by some last digits.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Range:
    """All numbers from `low` to `high`, in base units; an open end is not among them."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def is_point(self) -> bool:
        return self.low == self.high and not self.is_empty

    def meet(self, other: "Range") -> "Range":
        """What lies in both."""
        low = max((self.low, self.low_open), (other.low, other.low_open))
        high = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Range(low[0], high[0], low[1], not high[1])

    def __str__(self) -> str:
        if self.low == self.high:
            return f"always {self.low:.10g}"
        if math.isinf(self.low) and math.isinf(self.high):
            return "any figure"
        if math.isinf(self.high):
            return f"at least {self.low:.10g}"
        if math.isinf(self.low):
            return f"at most {self.high:.10g}"
        return f"from {self.low:.10g} to {self.high:.10g}"


ANY = Range()
NOT_NEGATIVE = Range(0.0)


def _hull(*ranges: Range) -> Range:
    return Range(min(one.low for one in ranges), max(one.high for one in ranges)) if ranges else ANY


def _wide(found: Range) -> Range:
    slack = max((abs(end) for end in (found.low, found.high) if math.isfinite(end)), default=0.0) * _SLACK
    return Range(found.low - slack, found.high + slack)


def _sum(ranges: list[Range]) -> Range:
    low, high = ranges[0].low, ranges[0].high
    for one in ranges[1:]:
        low, high = low + one.low, high + one.high
    return Range(low, high)


def _negated(one: Range) -> Range:
    return Range(0.0 - one.high, 0.0 - one.low)  # never -0


def _times(one: float, other: float) -> float:
    return 0.0 if one == 0 or other == 0 else one * other


def _product(one: Range, other: Range) -> Range:
    ends = [_times(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    return Range(min(ends), max(ends))


def _quotient(one: Range, other: Range) -> Range:
    """A divisor of zero gives no figure; one that may have either sign says nothing."""
    if other.high <= 0:
        one, other = _negated(one), _negated(other)
    if other.low < 0 or other.high == 0:
        return ANY
    return Range(
        one.low / other.high if one.low >= 0 else _over(one.low, other.low),
        one.high / other.high if one.high <= 0 else _over(one.high, other.low),
    )


def _over(one: float, other: float) -> float:
    return one / other if other else math.copysign(math.inf, one)


def _absolute(one: Range) -> Range:
    if one.low >= 0:
        return one
    return _negated(one) if one.high <= 0 else Range(0.0, max(-one.low, one.high))


def _added_up(one: Range) -> Range:
    """A sum of one or more such figures."""
    return Range(one.low if one.low >= 0 else -math.inf, one.high if one.high <= 0 else math.inf)


def _root(one: float) -> float:
    return math.sqrt(max(one, 0.0))


def parameter_range(parameter: Parameter) -> Range:
    """From its least to its greatest value, of all days and classes; of a table, of its y."""
    figures = [float(each) for value in parameter.values for each in value.values.values()]
    figures += [float(y) for value in parameter.values for points in value.tables.values() for _, y in points]
    return Range(min(figures), max(figures)) if figures else ANY


@dataclass(frozen=True, slots=True)
class Ranges:
    """The ranges of a programme's figures; those of indicators are worked out once."""

    programme: Programme
    _indicators: dict[str, Range] = field(default_factory=dict)

    def of(self, term: Term) -> Range:
        """The range of a figure; `ANY` where nothing is known."""
        leaf = self._leaf(term)
        if leaf is not None:
            return leaf
        if term.op == "if":
            return _hull(*map(self.of, term.arguments[1:]))
        rule = _RULES.get(term.op)
        inner = [self.of(argument) for argument in term.arguments if not argument.truth]
        if any(one.is_empty for one in inner):
            return ANY
        found = rule(term, inner) if rule is not None else ANY
        return ANY if math.isnan(found.low) or math.isnan(found.high) else found

    def _leaf(self, term: Term) -> Range | None:
        parameters = self.programme.catalogue.parameters
        match term.op:
            case "number" if term.value is not None:
                return Range(term.value, term.value)
            case "parameter" | "lookup" | "band" if term.name in parameters:
                return parameter_range(parameters[term.name])
            case "interpolate" if term.name in parameters:
                return _wide(parameter_range(parameters[term.name]))
            case "indicator" if term.name in self.programme.indicators:
                if term.name not in self._indicators:
                    versions = self.programme.indicators[term.name].versions
                    self._indicators[term.name] = _hull(*(self.of(version.term) for version in versions))
                return self._indicators[term.name]
        return None


_Rule = Callable[[Term, list[Range]], Range]


def _multiplied(term: Term, inner: list[Range]) -> Range:
    found = _product(inner[0], inner[1])
    if term.arguments[0].text == term.arguments[1].text:  # a square
        return Range(max(0.0, found.low), found.high)
    return found


def _rolled(term: Term, inner: list[Range]) -> Range:
    match words(term.options, "kind"):
        case ("mean",):
            return _wide(inner[0])
        case ("min" | "max",):
            return inner[0]
        case ("sum",):
            return _added_up(inner[0])
        case ("std",):
            return NOT_NEGATIVE
    return ANY


def _rounded(_: Term, inner: list[Range]) -> Range:
    step = 10.0 ** -inner[1].low
    return Range(inner[0].low - step, inner[0].high + step)


def _averaged(_: Term, inner: list[Range]) -> Range:
    return _wide(_hull(*inner))


def _always(found: Range) -> _Rule:
    return lambda _term, _inner: found


def _first(_: Term, inner: list[Range]) -> Range:
    return inner[0]


def _of_flow(term: Term, inner: list[Range]) -> Range:
    """What adds single periods only keeps their sign; what takes year-to-date figures apart does not."""
    return _added_up(inner[0]) if term.arguments[0].shape == "period" else ANY


_RULES: Mapping[str, _Rule] = {
    "add": lambda _, inner: _sum(inner),
    "subtract": lambda _, inner: _sum([inner[0], _negated(inner[1])]),
    "multiply": _multiplied,
    "convert": _multiplied,
    "divide": lambda _, inner: _quotient(inner[0], inner[1]),
    "negate": lambda _, inner: _negated(inner[0]),
    "abs": lambda _, inner: _absolute(inner[0]),
    "sum": lambda _, inner: _sum(inner),
    "avg": _averaged,
    "min": lambda _, inner: Range(min(one.low for one in inner), min(one.high for one in inner)),
    "max": lambda _, inner: Range(max(one.low for one in inner), max(one.high for one in inner)),
    "coalesce": lambda _, inner: _hull(*inner),
    "clip": lambda _, inner: Range(inner[1].low, inner[2].high),
    "round": _rounded,
    "sqrt": lambda _, inner: Range(_root(inner[0].low), _root(inner[0].high)),
    "exp": _always(NOT_NEGATIVE),
    "normal_cdf": _always(Range(0.0, 1.0)),
    "as_unit": _first, "prior": _first, "opening": _first, "on": _first, "of": _first,
    "max_per": _first, "min_per": _first, "last_per": _first, "max_over": _first, "min_over": _first,
    "mean_per": lambda _, inner: _wide(inner[0]),
    "mean_over": lambda _, inner: _wide(inner[0]),
    "mean_within": lambda _, inner: _wide(inner[0]),
    "median_within": lambda _, inner: _wide(inner[0]),
    "quantile": lambda _, inner: _wide(inner[0]),
    "sum_per": lambda _, inner: _added_up(inner[0]),
    "total_over": lambda _, inner: _hull(_added_up(inner[0]), Range(0.0, 0.0)),
    "delta": lambda _, inner: Range(inner[0].low - inner[0].high, inner[0].high - inner[0].low),
    "yoy": lambda _, inner: Range(-1.0 if inner[0].low >= 0 else -math.inf),
    "cagr": _always(Range(-1.0)),
    "ytd": lambda term, inner: _first(term, inner) if term.arguments[0].shape == "ytd" else _of_flow(term, inner),
    "ttm": _of_flow,
    "rolling": _rolled,
    "residual": _always(NOT_NEGATIVE),
    "since": _always(NOT_NEGATIVE),
    "count_true": lambda _, inner: Range(0.0, inner[0].high),
    "count_over": _always(NOT_NEGATIVE),
    "rank": _always(Range(1.0)),
    "percentile": _always(Range(0.0, 1.0)),
}  # fmt: skip
