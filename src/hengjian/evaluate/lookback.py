"""How far a formula looks back, and what a caller must load for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from hengjian.evaluate.backward import BACKWARD, rows_back
from hengjian.evaluate.plan import count_of, formula_of
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
        span=max(_formula_span(programme, formula, {}) for formula in formulas),
    )


def span_needed(programme: Programme, name: str) -> int:
    """How many periods before its own the formula may read, through all that it refers to."""
    return _formula_span(programme, formula_of(programme, name), {})


def _formula_span(programme: Programme, formula: Formula, known: dict[str, int]) -> int:
    if formula.name not in known:
        spans = (_span(programme, version.term, formula.frequency, known) for version in formula.versions)
        known[formula.name] = max(spans, default=0)
    return known[formula.name]


def _span(programme: Programme, term: Term, frequency: Frequency, known: dict[str, int]) -> int:
    if term.op == "indicator":
        return _formula_span(programme, programme.indicators[term.name], known)
    below = max((_span(programme, argument, frequency, known) for argument in term.arguments), default=0)
    if term.op not in BACKWARD:
        return below
    count = count_of(term) if term.op == "prior" else 0
    return below + rows_back(term.op, term.arguments[0].shape, count, PER_YEAR.get(frequency, 0))


def reads_before_start(programme: Programme, names: Iterable[str]) -> bool:
    """Whether some look back could find a value, or a reason of another kind, before the first report.

    `prior(coalesce(x, 0))` does: before a panel's start it is 0, as it is anywhere before the first report of x.
    Then the panel must be extended by `span` periods; else "before the start" is simply NO_HISTORY.
    """
    todo = [version.term for name in names for version in formula_of(programme, name).versions]
    seen: set[str] = set()
    while todo:
        for term in todo.pop().walk():
            if term.op in BACKWARD and not _silent(programme, term.arguments[0]):
                return True
            if term.op == "indicator" and term.name not in seen:
                seen.add(term.name)
                todo.extend(version.term for version in programme.indicators[term.name].versions)
    return False


def _silent(programme: Programme, term: Term) -> bool:
    """Whether the term surely is missing before anything was reported, because a measure was not."""
    if term.op == "measure":
        return True
    if term.op == "indicator":
        versions = programme.indicators[term.name].versions
        return versions[0].valid_from is None and all(_silent(programme, version.term) for version in versions)
    if term.op in _LENIENT:
        return all(_silent(programme, argument) for argument in term.arguments)
    if term.op in BACKWARD or term.op == "if":
        return _silent(programme, term.arguments[0])
    first = next((argument for argument in term.arguments if argument.op != "number"), None)
    return first is not None and _silent(programme, first)
