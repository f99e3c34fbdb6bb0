"""A slow interpreter of checked terms, one cell at a time, to hold the kernels against.

It knows arrays and panels only as a dict of cells. Whatever stands before the first cell was never reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite

from hengjian.formula.term import Formula, Programme, Term
from hengjian.model.missing import Missing
from hengjian.model.period import PER_YEAR, Frequency, Period

COMPARISONS = {
    "equal": float.__eq__, "unequal": float.__ne__, "less": float.__lt__, "at_most": float.__le__,
    "greater": float.__gt__, "at_least": float.__ge__,
}  # fmt: skip
ARITHMETIC = {"add": float.__add__, "subtract": float.__sub__, "multiply": float.__mul__}


@dataclass(frozen=True)
class Gap:
    """A missing value: why, which input, at which period."""

    reason: Missing
    input: str
    index: int


Figure = float | Gap


@dataclass
class Reference:
    """Of one entity: `cells` by measure and period index, `attributes` by name and period index."""

    programme: Programme
    frequency: Frequency
    first: int
    cells: Mapping[tuple[str, int], float | Missing]
    attributes: Mapping[tuple[str, int], str | None] = field(default_factory=dict)
    reads: list[tuple[str, int]] = field(default_factory=list)
    #: Whatever has a name, in the order in which it is met.
    met: list[tuple[str, int]] = field(default_factory=list)

    @property
    def year(self) -> int:
        return PER_YEAR[self.frequency]

    def answer(self, name: str, index: int) -> Figure:
        """The figure as an answer, with the cells read on the way in `reads`."""
        self.reads.clear()
        formula = self.programme.rules.get(name) or self.programme.indicators[name]
        figure = self.formula(formula, index)
        if isinstance(figure, Gap):
            return plain(figure)
        return 0.0 if figure == 0 else figure

    def formula(self, formula: Formula, index: int) -> Figure:
        version = formula.version_at(self.day(index))
        if version is None:
            return Gap(Missing.NOT_APPLICABLE, formula.name, index)
        return self.term(version.term, index)

    def day(self, index: int) -> date:
        return Period(self.frequency, index).end

    def fault(self, reason: Missing, operand: Term, index: int, since: int) -> Gap:
        """The first name met in an operand that is at fault, else its text."""
        name, at = self.met[since] if len(self.met) > since else (operand.text, index)
        return Gap(reason, name, at)

    def term(self, term: Term, index: int) -> Figure:
        if term.name:
            self.met.append((term.name, index))
        match term.op:
            case "number":
                assert term.value is not None
                return term.value
            case "measure":
                self.reads.append((term.name, index))
                cell = self.cells.get((term.name, index), Missing.BEFORE_FIRST)
                return Gap(cell, term.name, index) if isinstance(cell, Missing) else cell
            case "indicator":
                return self.formula(self.programme.indicators[term.name], index)
            case "parameter":
                return self.parameter(term.name, index)
            case "if":
                condition = self.term(term.arguments[0], index)
                if isinstance(condition, Gap):
                    return condition
                return self.term(term.arguments[1 if condition == 1 else 2], index)
            case "coalesce":
                figures = []
                for argument in term.arguments:
                    figures.append(self.term(argument, index))
                    if not isinstance(figures[-1], Gap):
                        return figures[-1]
                return figures[0]
            case "prior" | "opening" | "yoy" | "ytd" | "ttm" | "quarter":
                return self.backward(term, index)
        figures = []
        for argument in term.arguments:
            since = len(self.met)
            figures.append(self.term(argument, index))
        if term.op == "divide" and figures[1] == 0 and not isinstance(figures[0], Gap):
            return self.fault(Missing.ZERO_DENOMINATOR, term.arguments[1], index, since)
        return settled(self.elementwise(term, figures, index), term, index)

    def elementwise(self, term: Term, figures: list[Figure], index: int) -> Figure:
        if term.op in ("and", "or"):
            decisive = 1.0 if term.op == "or" else 0.0
            if decisive in figures:
                return decisive
            return first_gap(figures) or 1.0 - decisive
        gap = first_gap(figures)
        if gap:
            return gap
        given = [figure for figure in figures if isinstance(figure, float)]
        if term.op in ARITHMETIC:
            return ARITHMETIC[term.op](*given)
        if term.op in COMPARISONS:
            return float(COMPARISONS[term.op](*given))
        match term.op:
            case "divide":
                return given[0] / given[1]
            case "negate":
                return -given[0]
            case "not":
                return 1.0 - given[0]
            case "abs":
                return abs(given[0])
            case "as_unit":
                return given[0]
            case "min":
                return min(given)
            case "max":
                return max(given)
            case "sum":
                return one_by_one(given)
            case "avg":
                return one_by_one(given) / len(given)
        raise AssertionError(term.op)

    def backward(self, term: Term, index: int) -> Figure:
        inner = term.arguments[0]
        place, to_date = index % self.year, inner.shape == "ytd"

        def at(other: int) -> Figure:
            figure = self.term(inner, other)
            if other != index and isinstance(figure, Gap) and figure.reason is Missing.BEFORE_FIRST:
                return replace(figure, reason=Missing.NO_HISTORY)
            return figure

        def gathered(*others: int) -> list[Figure]:
            return [at(other) for other in others]

        closing, year_ago = index - place - 1, index - self.year
        match term.op:
            case "prior":
                assert term.arguments[1].value is not None
                return at(index - int(term.arguments[1].value))
            case "opening":
                return at(closing)
            case "yoy":
                now, since, base = at(index), len(self.met), at(year_ago)
                if isinstance(now, float) and isinstance(base, float):
                    if base <= 0:
                        return self.fault(Missing.NEGATIVE_BASE, inner, year_ago, since)
                    return settled(now / base - 1.0, term, index)
                return first_gap([now, base]) or 0.0
            case "ttm" | "quarter" | "ytd" if to_date and (
                term.op == "ytd" or place == (self.year - 1 if term.op == "ttm" else 0)
            ):
                return at(index)
            case "ttm" if to_date:
                figures = gathered(index, closing, year_ago)
                return first_gap(figures) or settled(figures[0] + figures[1] - figures[2], term, index)  # type: ignore[operator]
            case "quarter":
                figures = gathered(index, index - 1) if to_date else [at(index), 0.0]
                return first_gap(figures) or settled(figures[0] - figures[1], term, index)  # type: ignore[operator]
        start = index - place if term.op == "ytd" else index - self.year + 1
        figures = gathered(*range(start, index + 1))
        return first_gap(figures) or settled(one_by_one(figures), term, index)  # type: ignore[arg-type]

    def parameter(self, name: str, index: int) -> Figure:
        declared = self.programme.catalogue.parameters[name]
        if declared.by and index < self.first:
            return Gap(Missing.BEFORE_FIRST, name, index)
        in_force = [value for value in declared.values if value.valid_from <= self.day(index)]
        if in_force:
            texts = [self.attributes[attribute, index] for attribute in declared.by]
            key = "/".join(text or "" for text in texts) if texts and None not in texts else "default"
            figure = in_force[-1].values.get(key, in_force[-1].values.get("default"))
            if figure is not None:
                return float(figure)
        return Gap(Missing.NO_PARAMETER, name, index)


def first_gap(figures: list[Figure]) -> Gap | None:
    return next((figure for figure in figures if isinstance(figure, Gap)), None)


def settled(figure: Figure, term: Term, index: int) -> Figure:
    if isinstance(figure, float) and not isfinite(figure):
        return Gap(Missing.NOT_APPLICABLE, term.text, index)
    return figure


def plain(gap: Gap) -> Gap:
    return replace(gap, reason=Missing.NOT_REPORTED) if gap.reason is Missing.BEFORE_FIRST else gap


def one_by_one(figures: list[float]) -> float:
    result = figures[0]
    for figure in figures[1:]:
        result = result + figure
    return result
