"""What follows from control for everyone at once: who controls whom, what is theirs within it, who stands at the top.

Each is made once of a day's graph and kept as long as that lives.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.ownership import Graph, Singular, control, graph_of, levels, rights, sums
from hengjian.model.declaration import ULTIMATE_OWNER
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings, holdings_of
from hengjian.panel.links import Edges
from hengjian.panel.panel import Panel, Values

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Who controls whom by the threshold, as places, ascending by `holder`, then `held`. `part`: the share of the held
    that is the holder's through those whom it controls; NaN where a closed ring leaves none to tell."""

    holder: Places
    held: Places
    part: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Tops:
    """By place: the ultimate owner, itself where nobody controls it, and how many links down from there it stands."""

    owner: Places
    level: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A graph without its closed rings. `broken`: their members and all above them, of whom no sum can be told."""

    graph: Graph
    broken: Flags


def _kept(make: Callable[[Graph], T]) -> Callable[[Graph], T]:
    made: WeakKeyDictionary[Graph, T] = WeakKeyDictionary()

    def get(graph: Graph) -> T:
        found = made.get(graph)
        if found is None:
            found = made[graph] = make(graph)
        return found

    return get


def _controls(graph: Graph) -> Controls:
    holders = np.flatnonzero(np.diff(graph.votes_below.starts))
    found = [(place, control(graph, place)) for place in holders.tolist()]
    found = [(place, members) for place, members in found if len(members)]
    nothing = np.empty(0, np.int64)
    return Controls(
        holder=np.concatenate([nothing, *(np.full(len(members), place) for place, members in found)]),
        held=np.concatenate([nothing, *(members for _, members in found)]),
        part=np.concatenate([np.empty(0), *(_parts(graph, place, members) for place, members in found)]),
    )


def _parts(graph: Graph, place: int, members: Places) -> Values:
    """The rights of one holder in those whom it controls, by shares of it and of them only."""
    inside = np.union1d(members, [place])
    ends = [(one, *graph.below.of(one)) for one in inside.tolist()]
    owned = np.concatenate([far for _, far, _ in ends])
    owner = np.concatenate([np.full(len(far), one) for one, far, _ in ends])
    share = np.concatenate([weight for _, _, weight in ends])
    kept = np.isin(owned, inside)
    own = holdings_of(
        owner=owner[kept], owned=owned[kept], share=share[kept], voter=owner[kept],
        votes=np.zeros(int(kept.sum())), pooled=np.zeros(int(kept.sum()), np.bool_),
    )  # fmt: skip
    at = own.place(place)
    try:
        found = np.zeros(len(own.ordinals)) if at is None else rights(graph_of(own), at)
    except Singular:
        return np.full(len(members), np.nan)
    where = np.searchsorted(own.ordinals, members)
    where[where == len(own.ordinals)] = 0
    there = own.ordinals[where] == members if len(own.ordinals) else np.zeros(len(members), np.bool_)
    return np.where(there, found[where], 0.0) if len(own.ordinals) else np.zeros(len(members))


def _tops(graph: Graph) -> Tops:
    pairs = controls_of(graph)
    owner, level = np.arange(graph.size), np.zeros(graph.size, np.int64)
    is_top = np.ones(graph.size, np.bool_)
    is_top[pairs.held] = False
    order = np.lexsort((pairs.holder, ~is_top[pairs.holder], pairs.held))
    first = np.ones(len(order), np.bool_)
    first[1:] = pairs.held[order[1:]] != pairs.held[order[:-1]]
    held, holder = pairs.held[order[first]], pairs.holder[order[first]]
    # Nobody stands above a ring of control: the first of its members is taken for the one at the top.
    owner[held] = np.where(is_top[holder], holder, np.minimum(holder, held))
    for top in np.unique(owner[held]).tolist():
        below = np.flatnonzero(owner == top)
        level[below] = levels(graph, top)[below]
    return Tops(owner=owner, level=level)


def _sound(graph: Graph) -> Sound:
    broken = np.zeros(graph.size, np.bool_)
    held, found = graph.holdings, graph
    while True:
        try:
            sums(found, np.ones(found.size))
        except Singular as fault:
            ring = held.ordinals[fault.ring]
            broken[fault.ring] = True
            broken |= sums_of_flags(found, fault.ring)
            held = _without(held, fault.ring)
            found = graph_of(held)
            if not np.array_equal(held.ordinals, graph.holdings.ordinals):
                raise RuntimeError(f"the places of a graph moved: {ring}") from fault
            continue
        return Sound(graph=found, broken=broken)


def sums_of_flags(graph: Graph, places: Places) -> Flags:
    """All above some places."""
    found = np.zeros(graph.size, np.bool_)
    for place in places.tolist():
        found |= levels(graph, place, up=True) > 0
    return found


def _without(held: Holdings, ring: Places) -> Holdings:
    """Holdings in which the members of a ring hold no share of each other; everybody keeps its place."""
    inside = np.zeros(len(held.ordinals), np.bool_)
    inside[ring] = True
    kept = ~(inside[held.owner] & inside[held.owned])
    return Holdings(
        ordinals=held.ordinals, owner=held.owner[kept], owned=held.owned[kept], share=held.share[kept],
        voter=held.voter, company=held.company, votes=held.votes, pooled=held.pooled,
    )  # fmt: skip


controls_of = _kept(_controls)
tops_of = _kept(_tops)
sound_of = _kept(_sound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Where the entities of a panel stand in a graph: `inside`, their places in the panel, and `at`, in the graph."""

    inside: Places
    at: Places

    def back(self, size: int) -> Places:
        """The place in the panel of each place in a graph of that size, -1 where it is not there."""
        found = np.full(size, -1)
        found[self.at] = self.inside
        return found


def seats(graph: Graph, ordinals: Places) -> Seats:
    """The entities of `ordinals`, ascending, that hold or are held."""
    known = graph.holdings.ordinals
    if not len(known):
        return Seats(inside=np.empty(0, np.int64), at=np.empty(0, np.int64))
    at = np.minimum(np.searchsorted(known, ordinals), len(known) - 1)
    inside = np.flatnonzero(known[at] == ordinals)
    return Seats(inside=inside, at=at[inside])


def control_edges(holdings: Sequence[Holdings], near: Places, far: Places, *, back: bool) -> tuple[Edges, ...]:
    """The link `controls` of each period between the entities of two arrays of ordinals, which ascend; `back`: the far
    control the near. Days with the same holdings have the very same `Edges`."""
    made: dict[int, Edges] = {}
    for held in holdings:
        if id(held) not in made:
            made[id(held)] = _edges(graph_of(held), near, far, back=back)
    return tuple(made[id(held)] for held in holdings)


def _edges(graph: Graph, near: Places, far: Places, *, back: bool) -> Edges:
    pairs = controls_of(graph)
    ends = (pairs.held, pairs.holder) if back else (pairs.holder, pairs.held)
    one = seats(graph, near).back(graph.size)[ends[0]]
    other = seats(graph, far).back(graph.size)[ends[1]]
    kept = np.flatnonzero((one >= 0) & (other >= 0))
    order = kept[np.lexsort((other[kept], one[kept]))]
    return Edges(near=one[order], far=other[order])


def derived_texts(name: str, holdings: Sequence[Holdings], panel: Panel, ids: Sequence[str]) -> NDArray[np.object_]:
    """The attribute of that name which follows from who holds whom, [period × entity] as texts: `ids` by ordinal."""
    made: dict[int, NDArray[np.object_]] = {}
    for held in holdings:
        if id(held) in made:
            continue
        at = seats(graph_of(held), panel.ordinals)
        tops = tops_of(graph_of(held))
        texts = np.array(panel.entities if name == ULTIMATE_OWNER else ["0"] * len(panel.entities), np.object_)
        if name == ULTIMATE_OWNER:
            texts[at.inside] = [ids[one] for one in held.ordinals[tops.owner[at.at]].tolist()]
        else:
            texts[at.inside] = [str(one) for one in tops.level[at.at].tolist()]
        made[id(held)] = texts
    rows = [made[id(held)] for held in holdings]
    return np.stack(rows) if rows else np.empty((0, len(panel.entities)), np.object_)
