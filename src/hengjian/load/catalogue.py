"""Packs are put together: what they require, what they share, what clashes, and the names they use of one another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from hengjian.load.dependant import mentions_of, without_broken, without_guards, without_shocks
from hengjian.load.fields import guess
from hengjian.load.folder import SHIPPED, read_folder, shipped_names
from hengjian.load.form import fitted
from hengjian.load.inverse import told_apart
from hengjian.load.learned import fitted_learned
from hengjian.load.lineage import extended
from hengjian.load.pack import LoadedPack, load_pack
from hengjian.load.page import fitted as fitted_page
from hengjian.load.scenario import fitted_network, fitted_stress
from hengjian.load.scorecard import fitted_scorecard, without_spoilt
from hengjian.load.workflow import link_faults
from hengjian.model.declaration import (
    Area,
    Attribute,
    Catalogue,
    Check,
    EntityType,
    Indicator,
    LinkType,
    Measure,
    NamedUnit,
    Pack,
    Parameter,
    Rule,
)
from hengjian.model.form import Form
from hengjian.model.issue import Issue, Place, nearest
from hengjian.model.learned import LearnedScore
from hengjian.model.page import Page
from hengjian.model.scenario import Network, Stress
from hengjian.model.scorecard import Scorecard
from hengjian.model.workflow import Workflow

BASE = "base"

Named = TypeVar(
    "Named", Measure, Parameter, Indicator, Rule, Check, LinkType, Form, Workflow, Page, Area, Network, Stress,
    LearnedScore, Scorecard,
)  # fmt: skip
Typed = TypeVar("Typed", Measure, Indicator, Rule, Check, Form, Page, Scorecard)


@dataclass(slots=True)
class _Asked:
    """Faults of names so far, where names stand, and the declarations that no guess could save."""

    issues: list[Issue]
    spots: dict[tuple[Place, str], Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


def shipped(name: str) -> Pack:
    """A shipped pack; it is whole, as its tests make sure."""
    pack, issues = load_pack(read_folder(SHIPPED / name), name)
    if pack is None:
        raise ValueError(f"the shipped pack {name} is damaged: {issues}")
    return pack


def with_required(packs: Sequence[Pack]) -> tuple[Pack, ...]:
    """These packs, with the shipped ones that they require (base always) before them."""
    names = {pack.name for pack in packs}
    wanted = [BASE, *(required for pack in packs for required in pack.requires)]
    added = {name: shipped(name) for name in wanted if name not in names and name in shipped_names()}
    return with_required((*added.values(), *packs)) if added else tuple(packs)


def assemble(packs: Sequence[Pack]) -> tuple[Catalogue | None, tuple[Issue, ...]]:
    """All that these packs declare, base first (the shipped one where none is given), then each after what it requires.

    Issues: packs given twice, required but not given, or requiring one another in a circle; names declared by two
    packs; types, link ends and `by` attributes that no pack declares. As with `load_pack`, where an
    issue is an error the catalogue serves for further checks only; it is None only when two packs have one name.
    """
    if all(pack.name != BASE for pack in packs):
        packs = (shipped(BASE), *packs)
    issues: list[Issue] = []
    by_name: dict[str, Pack] = {}
    for pack in packs:
        if pack.name in by_name:
            first = f"the first is {_place(by_name[pack.name]).file}; give one of them"
            issues.append(Issue(place=_place(pack), message=f"two packs are called {pack.name!r}", hint=first))
        by_name.setdefault(pack.name, pack)
    if issues:
        return None, tuple(issues)
    ordered = _in_order(by_name, issues)
    taken: dict[str, Place] = {}
    _agree(ordered, issues)
    catalogue = Catalogue(
        units={unit.name: unit for pack in reversed(ordered) for unit in pack.units},
        packs={pack.name: pack for pack in ordered},
        types=_types(ordered, issues),
        links=_once((link for pack in ordered for link in pack.links), {}, issues),
        measures=_once((measure for pack in ordered for measure in pack.measures), taken, issues),
        parameters=_once((parameter for pack in ordered for parameter in pack.parameters), taken, issues),
        indicators=_once((indicator for pack in ordered for indicator in pack.indicators), taken, issues),
        rules=_once((rule for pack in ordered for rule in pack.rules), taken, issues),
        checks=_once((check for pack in ordered for check in pack.checks), taken, issues),
        forms=_once((form for pack in ordered for form in pack.forms), {}, issues),
        workflows=_once((workflow for pack in ordered for workflow in pack.workflows), {}, issues),
        pages=_once((page for pack in ordered for page in pack.pages), {}, issues),
        areas=_once((area for pack in ordered for area in pack.areas), {}, issues),
        networks=_once((one for pack in ordered for one in pack.networks), {}, issues),
        stresses=_once((one for pack in ordered for one in pack.stresses), {}, issues),
        models=_once((one for pack in ordered for one in pack.models), {}, issues),
        scorecards=_once((one for pack in ordered for one in pack.scorecards), {}, issues),
    )
    asked = _Asked(issues=issues)
    for pack in ordered:
        if isinstance(pack, LoadedPack):
            asked.spots.update(pack.spots)
            asked.broken |= pack.broken
    catalogue = replace(catalogue, links=told_apart(catalogue.links, asked.spots, issues))
    types = extended(catalogue.types, ordered, partial(_known, asked=asked), asked.issues)
    asked.broken |= catalogue.types.keys() - types.keys()
    catalogue = replace(catalogue, types=types)
    return _without(_resolved(catalogue, asked), frozenset(asked.broken)), tuple(issues)


def _place(pack: Pack) -> Place:
    return pack.place if isinstance(pack, LoadedPack) else Place(file=f"{pack.name}/pack.yaml")


def _in_order(by_name: Mapping[str, Pack], issues: list[Issue]) -> list[Pack]:
    """Base, then each pack after those that it requires, in the order given where that leaves a choice."""
    ordered: dict[str, Pack] = {}
    path: list[str] = []
    names = shipped_names()

    def take(name: str) -> None:
        pack = by_name[name]
        path.append(name)
        for required in pack.requires:
            if required in path:
                circle = " -> ".join([*path[path.index(required) :], required])
                message = f"packs require one another in a circle: {circle}"
                issues.append(
                    Issue(
                        place=_required_at(pack, required), message=message, hint="take one of them out of `requires`"
                    )
                )
            elif required not in by_name:
                hint = nearest(required, {*by_name, *names}, otherwise=f"give it too; shipped are {', '.join(names)}")
                if required in names:
                    hint = "it is shipped; give it too"
                message = f"the pack {name} requires {required!r}, which is not there"
                issues.append(Issue(place=_required_at(pack, required), message=message, hint=hint))
            elif required not in ordered:
                take(required)
        path.pop()
        ordered[name] = pack

    for name in sorted(by_name, key=lambda name: name != BASE):
        if name not in ordered:
            take(name)
    return list(ordered.values())


def _required_at(pack: Pack, name: str) -> Place:
    return pack.spots.get((pack.place, name), pack.place) if isinstance(pack, LoadedPack) else _place(pack)


def _agree(packs: Iterable[Pack], issues: list[Issue]) -> None:
    """A pack names its own units and shipped ones only, so several may declare one: then all must mean the same."""
    first: dict[str, NamedUnit] = {}
    for unit in (unit for pack in packs for unit in pack.units):
        for spelling in unit.spellings():
            other = first.setdefault(spelling, unit)
            if other.unit != unit.unit:
                message = f"the unit {spelling!r} is one thing here and another elsewhere"
                hint = f"the first is at {other.place}; rename or change one"
                issues.append(Issue(place=unit.place, message=message, hint=hint))


def _types(packs: Iterable[Pack], issues: list[Issue]) -> dict[str, EntityType]:
    """Types by name. A later pack may add attributes to a type; label and place are the first's."""
    types: dict[str, EntityType] = {}
    for pack in packs:
        for declared in pack.types:
            first = types.get(declared.name)
            if first is None:
                types[declared.name] = declared
                continue
            attributes: dict[str, Attribute] = dict(first.attributes)
            for name, attribute in declared.attributes.items():
                known = attributes.setdefault(name, attribute)
                if known.kind != attribute.kind:
                    message = (
                        f"attribute {name!r} of {declared.name} is {attribute.kind} here and {known.kind} elsewhere"
                    )
                    hint = f"the first is at {known.place}; rename or change one"
                    issues.append(Issue(place=attribute.place, message=message, hint=hint))
                attributes[name] = replace(
                    known, format=known.format or attribute.format, restricted=known.restricted or attribute.restricted
                )
            types[declared.name] = replace(
                first, attributes=attributes, extends=first.extends or declared.extends,
                restricted=first.restricted or declared.restricted,
            )  # fmt: skip
    return types


def _once(declared: Iterable[Named], taken: dict[str, Place], issues: list[Issue]) -> dict[str, Named]:
    """Declarations by name; `taken` holds the places of names that stand already, and is added to."""
    made: dict[str, Named] = {}
    for one in declared:
        first = taken.setdefault(one.name, one.place)
        if first is one.place:
            made[one.name] = one
        else:
            hint = f"the first is at {first}; rename or delete one"
            issues.append(Issue(place=one.place, message=f"{one.name!r} is declared by two packs", hint=hint))
    return made


def _known(place: Place, name: str, what: str, known: Iterable[str], asked: _Asked) -> str | None:
    """`name` where it is known, None where its own fault is told already; else the fault is told, and the name that was
    most likely meant is given."""
    known = sorted(known)
    if name in known or name in asked.broken:
        return name if name in known else None
    hint = nearest(name, known, otherwise=f"declared are {', '.join(known) or 'none'}")
    spot = asked.spots.get((place, name), place)
    asked.issues.append(Issue(place=spot, message=f"no {what} is called {name!r}", hint=hint))
    return guess(name, known)


def _typed(group: Mapping[str, Typed], types: Mapping[str, EntityType], asked: _Asked) -> dict[str, Typed]:
    """Declarations whose type is known; one that is misspelt counts as the type that was most likely meant."""
    made = {}
    for name, one in group.items():
        known = _known(one.place, one.type, "entity type", types, asked)
        if known is None:
            asked.broken.add(name)
        else:
            made[name] = one if known == one.type else replace(one, type=known)
    return made


def _resolved(catalogue: Catalogue, asked: _Asked) -> Catalogue:
    """The catalogue with every type, link end and `by` attribute known."""
    types = catalogue.types
    for link in catalogue.links.values():
        for end in (link.source, link.target):
            _known(link.place, end, "entity type", types, asked)
    attributes = {name for declared in types.values() for name in declared.attributes}
    parameters = {}
    for name, parameter in catalogue.parameters.items():
        by = tuple(filter(None, (_known(parameter.place, one, "attribute", attributes, asked) for one in parameter.by)))
        parameters[name] = parameter if by == parameter.by else replace(parameter, by=by)
    measures = _typed(catalogue.measures, types, asked)
    checks = _typed(catalogue.checks, types, asked)
    indicators = _typed(catalogue.indicators, types, asked)
    forms = _typed(catalogue.forms, types, asked)
    rules = _typed(catalogue.rules, types, asked)
    for rule in rules.values():
        if rule.area is not None:
            _known(rule.place, rule.area, "area", catalogue.areas, asked)
        if rule.opens is not None:
            _known(rule.place, rule.opens, "workflow", catalogue.workflows, asked)
            flow = catalogue.workflows.get(rule.opens)
            if flow is not None and flow.type in types and not catalogue.descends(rule.type, flow.type or ""):
                message = f"rule {rule.name!r} is about {rule.type}, but the workflow {flow.name} about {flow.type}"
                asked.issues.append(Issue(place=rule.place, message=message, hint="open another workflow"))
    workflows = {
        name: flow if flow.type is None
        else replace(flow, type=_known(flow.place, flow.type, "entity type", types, asked))
        for name, flow in catalogue.workflows.items()
    }  # fmt: skip
    asked.issues += link_faults(replace(catalogue, workflows=workflows))
    known = partial(_known, asked=asked)
    for network in catalogue.networks.values():
        fitted_network(network, catalogue, known, asked.issues)
    for stress in catalogue.stresses.values():
        fitted_stress(stress, catalogue, known, asked.issues)
    for learned in catalogue.models.values():
        fitted_learned(learned, catalogue, known, asked.issues)
    scorecards = _typed(catalogue.scorecards, types, asked)
    for card in scorecards.values():
        fitted_scorecard(card, replace(catalogue, workflows=workflows), known, asked.issues)
    return replace(
        catalogue,
        workflows=workflows,
        parameters=parameters,
        measures=measures,
        indicators=indicators,
        rules=rules,
        checks=checks,
        scorecards=scorecards,
        forms={
            name: fitted(form, catalogue, measures, checks, partial(_known, asked=asked), asked.issues)
            for name, form in forms.items()
        },
        pages={
            name: fitted_page(page, catalogue, indicators, measures, partial(_known, asked=asked), asked.issues)
            for name, page in _typed(catalogue.pages, types, asked).items()
        },
    )


def _without(catalogue: Catalogue, broken: frozenset[str]) -> Catalogue:
    """The catalogue without what is at fault and what refers to it."""
    if not broken:
        return catalogue
    kept = without_broken(broken, catalogue.indicators.values(), catalogue.rules.values(), catalogue.checks.values())
    indicators, rules, checks, all_broken = kept
    return replace(
        catalogue,
        measures={name: one for name, one in catalogue.measures.items() if name not in all_broken},
        parameters={name: one for name, one in catalogue.parameters.items() if name not in all_broken},
        indicators={one.name: one for one in indicators if one.name not in all_broken},
        rules={one.name: one for one in rules if one.name not in all_broken},
        checks={one.name: one for one in checks if one.name not in all_broken},
        workflows=without_guards(mentions_of(all_broken), catalogue.workflows),
        stresses={
            name: replace(stress, shocks=without_shocks(mentions_of(all_broken), stress.shocks))
            for name, stress in catalogue.stresses.items()
        },
        models={name: one for name, one in catalogue.models.items() if all_broken.isdisjoint(one.inputs)},
        scorecards={name: without_spoilt(card, mentions_of(all_broken)) for name, card in catalogue.scorecards.items()},
    )
