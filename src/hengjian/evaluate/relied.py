"""The direct holdings on which the figures of an explanation rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.controlled import controls_of
from hengjian.evaluate.engine import Engine
from hengjian.evaluate.explain import Workings
from hengjian.evaluate.notes import day_of, derived_of
from hengjian.evaluate.ownership import Graph, Singular, controllers, levels, reach, rights
from hengjian.evaluate.plan import Step
from hengjian.evaluate.seen import Spot, claims_through, flags_of, spot_of, top_of
from hengjian.evaluate.through import THROUGH
from hengjian.panel.fill import Flags, Places


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Pair:
    """That `owner` holds shares of `owned` on `day`, or with `by_votes` votes, in its own name or through a nominee.
    `level`: so many links stand between the entity explained and that company, or its holder when asked upwards."""

    level: int
    day: str
    owner: str
    owned: str
    by_votes: bool


def relied_on(workings: Workings) -> list[Pair]:
    """What the cells explained so far rest on, the nearest first; nothing where none asks who holds whom."""
    found: dict[tuple[str, str, str, bool], Pair] = {}
    engine = workings.engine
    for key in workings.nodes:
        step = engine.plan.steps[key.number]
        if step.op == "pick" or not _asks(engine, step):
            continue
        day = day_of(engine, step, key.row)
        spot = spot_of(engine, step, key.row, key.place)
        ids, ordinals = engine.scene.ownership.ids, spot.graph.holdings.ordinals
        for owner, owned, level, by_votes in _pairs(spot):
            ends = ids[int(ordinals[owner])], ids[int(ordinals[owned])]
            pair = Pair(level=level, day=day, owner=ends[0], owned=ends[1], by_votes=by_votes)
            place = (day, *ends, by_votes)
            found[place] = min(pair, found.get(place, pair))
    return sorted(found.values())


def _asks(engine: Engine, step: Step) -> bool:
    is_derived = step.link is not None and step.link.link not in engine.catalogue.links
    return step.op in THROUGH or is_derived or derived_of(engine, step)


#: Owner, owned (places), level, and whether it is votes that count.
_Row = tuple[int, int, int, bool]


def _pairs(spot: Spot) -> Iterator[_Row]:
    if spot.at is None:
        return
    graph, at, op = spot.graph, spot.at, spot.step.op
    size = graph.size
    match op:
        case "look_through":
            inside = flags_of(size, _below(graph, at))
            yield from _shares(graph, inside, inside, levels(graph, at))
        case "held" | "largest_held":
            passed = claims_through(spot) > 0.0 if spot.is_through else flags_of(size, np.array([at]))
            yield from _shares(graph, np.ones(size, np.bool_), passed, levels(graph, at, up=True))
        case "controlled" | "minority":
            yield from _group(graph, at, op == "minority")
        case _:
            link = spot.step.link
            if link is None:
                yield from _over(graph, at, np.array([top_of(graph, at).owner]))
            elif link.back:
                yield from _over(graph, at, controllers(graph, at))
            else:
                yield from _group(graph, at, False)


def _below(graph: Graph, at: int) -> Places:
    """Itself and those in whom it has rights; where a ring leaves these without a value, all below."""
    try:
        found = np.flatnonzero(rights(graph, at) > 0.0)
    except Singular:
        found = reach(graph, at)
    return np.append(found, at)


def _group(graph: Graph, at: int, with_shares: bool) -> Iterator[_Row]:
    """The votes by which one place controls others; their shares too."""
    pairs = controls_of(graph)
    held = pairs.held[pairs.holder == at]
    inside, members = flags_of(graph.size, np.append(held, at)), flags_of(graph.size, held)
    level = levels(graph, at)
    yield from _votes(graph, inside, members, level)
    if with_shares:
        yield from _shares(graph, inside, members, level)


def _over(graph: Graph, at: int, holders: Places) -> Iterator[_Row]:
    """The votes by which some control a place, through whom they do; where nobody does, all votes in it."""
    level = levels(graph, at, up=True)
    pairs = controls_of(graph)
    named = flags_of(graph.size, holders)
    members = flags_of(graph.size, pairs.held[named[pairs.holder]])
    if not members[at]:
        yield from _votes(graph, np.ones(graph.size, np.bool_), flags_of(graph.size, np.array([at])), level)
        return
    yield from _votes(graph, members | named, members & (level >= 0), level)


def _shares(graph: Graph, owners: Flags, companies: Flags, level: Places) -> Iterator[_Row]:
    held = graph.holdings
    return _rows(held.owner, held.owned, owners, companies, level, by_votes=False)


def _votes(graph: Graph, voters: Flags, companies: Flags, level: Places) -> Iterator[_Row]:
    held = graph.holdings
    return _rows(held.voter, held.company, voters, companies, level, by_votes=True)


def _rows(
    near: Places, far: Places, owners: Flags, companies: Flags, level: Places, *, by_votes: bool
) -> Iterator[_Row]:
    kept = np.flatnonzero(owners[near] & companies[far])
    ends: Iterable[tuple[int, int, int]] = zip(
        near[kept].tolist(), far[kept].tolist(), level[far[kept]].tolist(), strict=True
    )
    return ((owner, owned, depth, by_votes) for owner, owned, depth in ends)
