"""How far a formula looks back, and what a caller must load for it."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hengjian.evaluate.backward import BACKWARD, rows_back
from hengjian.evaluate.plan import count_of, formula_of, referred
from hengjian.formula.term import Formula, Programme, Term
from hengjian.model.period import PER_YEAR, Frequency

#: Functions that can have a value although an argument is missing.
_LENIENT = frozenset({"coalesce", "and", "or"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a panel must hold for some formulas: measures, attributes, and `span` periods before those wanted."""

    frequency: Frequency
    measures: frozenset[str]
    attributes: frozenset[str]
    span: int


def needs(programme: Programme, names: Iterable[str]) -> Needs:
    """What the named formulas read, all of one frequency. ValueError when frequencies differ or none is named."""
    formulas = [formula_of(programme, name) for name in names]
    frequencies = {formula.frequency for formula in formulas}
    if len(frequencies) != 1:
        raise ValueError(f"one frequency is evaluated at a time, these have {sorted(frequencies)}")
    declared = programme.catalogue.parameters
    return Needs(
        frequency=frequencies.pop(),
        measures=frozenset().union(*(formula.measures for formula in formulas)),
        attributes=frozenset(by for formula in formulas for name in formula.parameters for by in declared[name].by),
        span=max(_spans(programme, formulas)),
    )


def span_needed(programme: Programme, name: str) -> int:
    """How many periods before its own the formula may read, through all that it refers to."""
    return _spans(programme, [formula_of(programme, name)])[0]


def _spans(programme: Programme, formulas: Sequence[Formula]) -> list[int]:
    known: dict[str, int] = {}

    def span(formula: Formula) -> int:
        return max((_span(version.term, formula.frequency, known) for version in formula.versions), default=0)

    for name in referred(programme, formulas):
        known[name] = span(programme.indicators[name])
    return [span(formula) for formula in formulas]


def _span(term: Term, frequency: Frequency, known: Mapping[str, int]) -> int:
    """Of one term, `known` being the spans of the indicators that it names."""
    if term.op == "indicator":
        return known[term.name]
    below = max((_span(argument, frequency, known) for argument in term.arguments), default=0)
    if term.op not in BACKWARD:
        return below
    count = count_of(term) if term.op == "prior" else 0
    return below + rows_back(term.op, term.arguments[0].shape, count, PER_YEAR.get(frequency, 0))


def reads_before_start(programme: Programme, names: Iterable[str]) -> bool:
    """Whether some look back could find a value, or a reason of another kind, before the first report.

    `prior(coalesce(x, 0))` does: before a panel's start it is 0, as it is anywhere before the first report of x.
    Then the panel must be extended by `span` periods; else "before the start" is simply NO_HISTORY.
    """
    formulas = [formula_of(programme, name) for name in names]
    inner = [programme.indicators[name] for name in referred(programme, formulas)]
    silent: set[str] = set()
    for formula in inner:
        is_always = formula.versions[0].valid_from is None
        if is_always and all(_is_silent(version.term, silent) for version in formula.versions):
            silent.add(formula.name)
    return any(
        term.op in BACKWARD and not _is_silent(term.arguments[0], silent)
        for formula in (*inner, *formulas)
        for version in formula.versions
        for term in version.term.walk()
    )


def _is_silent(term: Term, silent: Container[str]) -> bool:
    """Whether the term surely is missing before anything was reported, because a measure was not.

    `silent` are the indicators of which that is known.
    """
    if term.op == "measure":
        return True
    if term.op == "indicator":
        return term.name in silent
    if term.op in _LENIENT:
        return all(_is_silent(argument, silent) for argument in term.arguments)
    if term.op in BACKWARD or term.op == "if":
        return _is_silent(term.arguments[0], silent)
    first = next((argument for argument in term.arguments if argument.op != "number"), None)
    return first is not None and _is_silent(first, silent)
