"""How far a formula looks back, and what a caller must load for it."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from hengjian.evaluate.backward import BACKWARD, rows_back
from hengjian.evaluate.frames import (
    Spot,
    asks_who_holds,
    attributes_of,
    depends_on_others,
    link_key,
    own_frame,
    reach_of,
    spots,
    stored,
)
from hengjian.evaluate.frames import everyone as everyone_of
from hengjian.evaluate.per import PER
from hengjian.evaluate.plan import count_of, counts, formula_of, home_frame, referred
from hengjian.formula.term import Formula, Programme, Term, words
from hengjian.model.period import PER_YEAR, Frequency
from hengjian.panel.scene import WHOLE, Frame, LinkKey, Needs, Read, Series

#: Functions that can have a value although an argument is missing.
_LENIENT = frozenset({"coalesce", "and", "or"})


def needs(programme: Programme, names: Iterable[str], *, everyone: bool = False, about: str | None = None) -> Needs:
    """What the named formulas read, all of one frequency, for some entities or for `everyone` of their type.

    `about`: the type of these entities, where it extends that of the formulas. ValueError when frequencies differ or no
    formula is named.
    """
    names = list(names)
    formulas = [formula_of(programme, name) for name in names]
    frequencies = {formula.frequency for formula in formulas}
    if len(frequencies) != 1:
        raise ValueError(f"one frequency is evaluated at a time, these have {sorted(frequencies)}")
    home = Frame(type=about or formulas[0].type, frequency=frequencies.pop(), everyone=everyone)
    references = referred(programme, [(formula, home) for formula in formulas])
    spans, above = _spans(programme, formulas, [name for name, _ in references])
    found: dict[Frame, _Noted] = {home: _Noted()}
    along = _Along()
    for formula, frame in [
        *((formula, home) for formula in formulas),
        *((programme.indicators[name], at) for name, at in references),
    ]:
        for version in formula.versions:
            for spot in spots(version.term, frame, formula.type):
                _note(programme, spot, found, along)
    reads = {
        frame: Read(
            measures=frozenset(noted.measures), attributes=frozenset(noted.attributes), series=frozenset(noted.series)
        )
        for frame, noted in found.items()
    }
    own = reads.pop(home)
    return Needs(
        frame=home, measures=own.measures, attributes=own.attributes, spans=spans, above=above, others=reads,
        links=frozenset(along.links), beyond=reads_before_start(programme, names), series=own.series,
        holdings=frozenset(along.holdings), holders=frozenset(along.holders),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is found to be read in one frame, so far."""

    measures: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    series: set[Series] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Along:
    """Along which links is read, by which frequencies who holds whom, and which types of holders are named, so far."""

    links: set[LinkKey] = field(default_factory=set)
    holdings: set[Frequency] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)


def _note(programme: Programme, spot: Spot, found: dict[Frame, _Noted], along: _Along) -> None:
    """What one term reads, in its frame."""
    term, frame, about = spot
    own = own_frame(term, frame, about)
    found.setdefault(frame, _Noted())  # of what others decide, some entities are picked into the frame that asks
    noted = found.setdefault(own, _Noted())
    attributes = attributes_of(term.op, term.name, term.options, programme.catalogue)
    noted.attributes.update(attributes)
    series = stored(term, frame)
    if series is not None:
        noted.series.add(series)
    if term.op == "measure":
        noted.measures.add(term.name)
    key = link_key(term, frame, about) if reach_of(term.op) == "links" else None
    if key is not None:
        found.setdefault(everyone_of(frame, key.far), _Noted())
        if key.link in programme.catalogue.links:
            along.links.add(key)
    if asks_who_holds(term.op, key, attributes, programme.catalogue):
        along.holdings.add(frame.frequency)
        along.holders.update(words(term.options, "also"))


def span_needed(programme: Programme, name: str) -> int:
    """How many periods of its frequency before its own the formula may read, through all that it refers to."""
    formula = formula_of(programme, name)
    within = [name for name, _ in referred(programme, [(formula, home_frame(formula))])]
    return _spans(programme, [formula], within)[0][formula.frequency]


_Spans = dict[Frequency, int]
_Above = dict[Frequency, frozenset[Frequency]]


def _spans(programme: Programme, formulas: Iterable[Formula], within: Iterable[str]) -> tuple[_Spans, _Above]:
    """Of some formulas, `within` being the indicators that they stand on, inputs first."""
    known: dict[str, _Spans] = {}
    above: dict[Frequency, set[Frequency]] = {}

    def span(formula: Formula) -> _Spans:
        profiles = [_profile(version.term, formula.frequency, known, above) for version in formula.versions]
        return _most([{formula.frequency: 0}, *profiles])

    for name in within:
        known[name] = span(programme.indicators[name])
    spans = _most([span(formula) for formula in formulas])
    return spans, {frequency: frozenset(coarser) for frequency, coarser in above.items()}


def _most(profiles: Iterable[_Spans]) -> _Spans:
    found: _Spans = {}
    for profile in profiles:
        for frequency, count in profile.items():
            found[frequency] = _longer(count, found.get(frequency, 0))
    return found


def _longer(one: int, other: int) -> int:
    """So far back that both are covered: who looks over all there is may look less far beyond it than another."""
    return max(one // WHOLE, other // WHOLE) * WHOLE + max(one % WHOLE, other % WHOLE)


def _profile(
    term: Term, frequency: Frequency, known: Mapping[str, _Spans], above: dict[Frequency, set[Frequency]]
) -> _Spans:
    """Of one term computed by a frequency, `known` being those of the indicators that it names."""
    if term.op == "indicator":
        return known[term.name]
    if term.op in PER:
        (argument,) = term.arguments
        finer = argument.frequency or frequency
        above.setdefault(finer, set()).add(frequency)
        finest = _profile(argument, finer, known, above)
        return _most([{frequency: 0}, {**finest, finer: finest.get(finer, 0) + (term.op == "increase_per")}])
    below = _most(_profile(argument, frequency, known, above) for argument in term.arguments)
    if term.op not in BACKWARD:
        return below
    count = count_of(term) if counts(term) else 0
    back = rows_back(term.op, term.arguments[0].shape, count, PER_YEAR.get(frequency, 0))
    return {**below, frequency: below.get(frequency, 0) + back}


def reads_before_start(programme: Programme, names: Iterable[str]) -> bool:
    """Whether some look back could find a value, or a reason of another kind, before the first report.

    `prior(coalesce(x, 0))` does: before a panel's start it is 0, as it is anywhere before the first report of x.
    Then the panel must be extended by `span` periods; else "before the start" is simply NO_HISTORY.
    """
    formulas = [formula_of(programme, name) for name in names]
    references = referred(programme, [(formula, home_frame(formula)) for formula in formulas])
    inner = [programme.indicators[name] for name in dict.fromkeys(name for name, _ in references)]
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
    if depends_on_others(term.op) or term.op == "is_missing":
        return False
    if term.op in BACKWARD or term.op == "if":
        return _is_silent(term.arguments[0], silent)
    first = next((argument for argument in term.arguments if argument.op != "number"), None)
    return first is not None and _is_silent(first, silent)
