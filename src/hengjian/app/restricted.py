"""What packs declare restricted, what follows from it, and who reads it.

Restricted are measures, indicators, attributes and whole types of entities that a pack declares so; and what reads any
of them, unless it is declared `restricted: "false"` with the reason for which it is published. Entities of a restricted
type are cut out of the sight (`sight_of`), so that to questions they are not registered; figures and attributes are
withheld after the answer (`app.withholding`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.app.standing import reach
from hengjian.formula.term import Formula, Programme, Term
from hengjian.model.cut import KnownAt
from hengjian.model.declaration import Catalogue, Label
from hengjian.model.message import slots
from hengjian.people import Actor, Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Restricted:
    """What is restricted by the declarations of one moment.

    `figures`: measures, indicators, rules, guards of steps and parts of scorecards by name. `published`: those that are
    not restricted and have restricted parts. `checks`: of filings, that read restricted figures. `attributes`: the
    restricted attributes of each type. `parameters`: whose values differ by one of those. `types`: whose entities are
    restricted altogether.
    """

    figures: frozenset[str]
    published: frozenset[str]
    checks: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    parameters: frozenset[str]
    types: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.figures or self.attributes or self.types)

    @property
    def attribute_names(self) -> frozenset[str]:
        """The attributes that are restricted of any type."""
        return frozenset().union(*self.attributes.values())


def restricted_of(programme: Programme) -> Restricted:
    """What the declarations of a programme restrict, and what follows through its formulas."""
    catalogue = programme.catalogue
    types = frozenset(name for name in catalogue.types if _of_lineage(catalogue, name))
    attributes = {name: found for name in catalogue.types if (found := _attributes_of(catalogue, name))}
    words = frozenset().union(*attributes.values()) | types
    parameters = frozenset(name for name, one in catalogue.parameters.items() if not words.isdisjoint(one.by))
    figures = {name for name, one in catalogue.measures.items() if one.restricted or one.type in types}
    published: set[str] = set()
    for name, formula in programme.indicators.items():  # inputs come first
        said = catalogue.indicators[name].restricted
        reads = formula.type in types or _reads(formula, words | parameters | figures)
        if said or (said is None and reads):
            figures.add(name)
        elif reads or _reads(formula, published):
            published.add(name)
    every = words | parameters | figures
    checks = frozenset(
        name
        for name, formula in programme.checks.items()
        if formula.type in types or _reads(formula, every) or _tells(catalogue.checks[name].message, figures)
    )
    rules = set[str]()
    for name, formula in programme.rules.items():
        if formula.type in types or _reads(formula, every) or _tells(catalogue.rules[name].message, figures):
            rules.add(name)
        elif _reads(formula, published):
            published.add(name)
    steps = {**programme.guards, **programme.scored}.items()
    guards = {name for name, one in steps if one.type in types or _reads(one, every)}
    return Restricted(
        figures=frozenset(figures | rules | guards), published=frozenset(published), checks=checks,
        attributes=attributes, parameters=parameters, types=types,
    )  # fmt: skip


def _tells(message: Label, figures: Collection[str]) -> bool:
    return any(name in figures for text in (message.zh, message.en) for name in slots(text))


def _of_lineage(catalogue: Catalogue, name: str) -> bool:
    return any(catalogue.types[one].restricted for one in catalogue.lineage(name))


def _attributes_of(catalogue: Catalogue, name: str) -> frozenset[str]:
    """What is restricted stays so in a subtype that declares it anew."""
    declared = (one for kind in catalogue.lineage(name) for one in catalogue.types[kind].attributes.values())
    return frozenset(one.name for one in declared if one.restricted)


def _reads(formula: Formula, names: Iterable[str]) -> bool:
    """Whether any version reads one of these, as a figure or by a word of an option."""
    names = frozenset(names)
    return any(not names.isdisjoint(_named(term)) for version in formula.versions for term in version.term.walk())


def _named(term: Term) -> Iterator[str]:
    yield term.name
    for option, words in term.options:
        if option != "texts":
            yield from words


#: What the programmes asked of a desk restrict.
_kept: WeakKeyDictionary[Desk, dict[int, tuple[Programme, Restricted]]] = WeakKeyDictionary()
#: Restricted types and the ids of their entities, with the mapping of all that they come from, which grows.
_entities: WeakKeyDictionary[Desk, tuple[object, int, frozenset[str], frozenset[str]]] = WeakKeyDictionary()
_Cut = tuple[Reach, Reach, frozenset[str], Reach]
_sights: WeakKeyDictionary[Desk, dict[Actor, _Cut]] = WeakKeyDictionary()
#: So many programmes of other moments, and actors, are kept for a desk.
_FEW, _MANY = 8, 1_000


def restrictions(desk: Desk, known_at: KnownAt | None = None) -> Restricted:
    """What the declarations as known at a moment (None: now) restrict."""
    programme = desk.programme(known_at)
    kept = _kept.setdefault(desk, {})
    found = kept.get(id(programme))
    if found is None or found[0] is not programme:
        if len(kept) >= _FEW:
            kept.clear()
        found = kept[id(programme)] = programme, restricted_of(programme)
    return found[1]


def restricted_names(desk: Desk) -> frozenset[str]:
    """The measures, indicators and rules that are restricted now."""
    return restrictions(desk).figures


def restricted_entities(desk: Desk) -> frozenset[str]:
    """Everyone registered whose type is restricted now."""
    restricted, types = restrictions(desk).types, desk.entity_types()
    if not restricted:
        return frozenset()
    kept = _entities.get(desk)
    if kept is None or not (kept[0] is types and kept[1] == len(types) and kept[2] is restricted):
        kept = types, len(types), restricted, frozenset(one for one, kind in types.items() if kind in restricted)
        _entities[desk] = kept
    return kept[3]


def sees_restricted(desk: Desk) -> Reach:
    """Of whom the one who asks reads restricted data."""
    return reach(desk, desk.actor, "see_restricted")


def hidden(desk: Desk, entity: str, name: str) -> bool:
    """Whether a measure, indicator or rule of an entity is not for the one who asks."""
    return name in restricted_names(desk) and entity not in sees_restricted(desk)


def sight_of(desk: Desk, actor: Actor) -> Reach:
    """Whom an actor sees: the reach of "see" without those of restricted types that are not for them."""
    seen, ids = reach(desk, actor, "see"), restricted_entities(desk)
    if not ids or not seen:
        return seen
    opened = reach(desk, actor, "see_restricted")
    if opened.is_everything:
        return seen
    kept = _sights.setdefault(desk, {})
    found = kept.get(actor)
    if found is None or not (found[0] is seen and found[1] is opened and found[2] is ids):
        if len(kept) >= _MANY:
            kept.clear()
        everyone = frozenset(desk.entity_types()) if seen.members is None else seen.members
        closed = ids - (opened.members or frozenset())
        found = kept[actor] = seen, opened, ids, Reach(everyone - closed)
    return found[3]
