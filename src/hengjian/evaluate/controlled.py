"""What follows from control for everyone at once: who controls whom, what is theirs within it, who stands at the top.

Each is a part of the graph: made once, and kept with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.ownership import Graph, Singular, control_pairs, graph_of, rights, sums
from hengjian.evaluate.ownership.everyone import depths, parts_within
from hengjian.evaluate.ownership.graph import part
from hengjian.model.declaration import ULTIMATE_OWNER
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings, holdings_of
from hengjian.panel.links import Edges, distinct
from hengjian.panel.panel import Panel, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Who controls whom by the threshold, as places, ascending by `holder`, then `held`."""

    holder: Places
    held: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Tops:
    """By place: the ultimate owner, and how many links down from there it stands.

    The ultimate owner is the first of those who control it and whom nobody controls that they do not control in turn;
    itself where nobody controls it.
    """

    owner: Places
    level: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A graph without its closed rings. `broken`: their members and all above them, of whom no sum can be told."""

    graph: Graph
    broken: Flags


@part
def controls_of(graph: Graph) -> Controls:
    """Who controls whom."""
    holder, held = control_pairs(graph)
    return Controls(holder=holder, held=held)


@part
def direct_controls(graph: Graph) -> Controls:
    """Of whom each controls, those that it holds itself, by shares or by votes."""
    held, pairs = graph.holdings, controls_of(graph)
    direct = np.concatenate([held.owner * graph.size + held.owned, held.voter * graph.size + held.company])
    kept = np.isin(pairs.holder * graph.size + pairs.held, direct)
    return Controls(holder=pairs.holder[kept], held=pairs.held[kept])


@part
def parts_of(graph: Graph) -> Values:
    """Of each pair of `controls_of`, the share of the held that is the holder's through those whom it controls; NaN
    where a closed ring leaves none to tell."""
    pairs = controls_of(graph)
    found, unsure = parts_within(graph, pairs.holder, pairs.held)
    for place in distinct(pairs.holder[unsure]).tolist():
        mine = slice(*np.searchsorted(pairs.holder, [place, place + 1]).tolist())
        found[mine] = _parts(graph, place, pairs.held[mine])
    return found


def _parts(graph: Graph, place: int, members: Places) -> Values:
    """The rights of one holder in those whom it controls, by shares of it and of them only."""
    held = graph.holdings
    inside = np.union1d(members, [place])
    begins, ends = (np.searchsorted(held.owner, inside, side=side) for side in ("left", "right"))
    theirs = np.concatenate([np.arange(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)])
    theirs = theirs[np.isin(held.owned[theirs], inside)]
    owner, count = held.owner[theirs], len(theirs)
    own = holdings_of(
        owner=owner, owned=held.owned[theirs], share=held.share[theirs], voter=owner, votes=np.zeros(count),
        pooled=np.zeros(count, np.bool_),
    )  # fmt: skip
    at = own.place(place)
    try:
        found = np.zeros(len(own.ordinals)) if at is None else rights(graph_of(own), at)
    except Singular:
        return np.full(len(members), np.nan)
    seat, part_of = seats(graph_of(own), members), np.zeros(len(members))
    part_of[seat.inside] = found[seat.at]
    return part_of


@part
def tops_of(graph: Graph) -> Tops:
    """Who stands at the top of each."""
    pairs = controls_of(graph)
    # Nobody stands above a ring of control: its members control each other, and the first is taken for its top.
    is_mutual = np.isin(pairs.held * graph.size + pairs.holder, pairs.holder * graph.size + pairs.held)
    is_top = np.ones(graph.size, np.bool_)
    is_top[pairs.held[~is_mutual]] = False
    owner = np.where(is_top, np.arange(graph.size), graph.size)
    by_top = is_top[pairs.holder]
    np.minimum.at(owner, pairs.held[by_top], pairs.holder[by_top])
    return Tops(owner=owner, level=depths(graph, distinct(owner[pairs.held]), owner))


@part
def sound_of(graph: Graph) -> Sound:
    """The graph without its closed rings."""
    broken, found = np.zeros(graph.size, np.bool_), graph
    while True:
        try:
            sums(found, np.ones(found.size))
        except Singular as fault:
            broken[all_above(found.holdings, fault.ring)] = True
            found = graph_of(without(found.holdings, fault.ring))
            continue
        return Sound(graph=found, broken=broken)


def all_above(held: Holdings, places: Places) -> Places:
    """Some places and all who hold them by shares, through every layer; ascending."""
    return np.flatnonzero(_marked(held.owned, held.owner, places, len(held.ordinals)))


def all_below(held: Holdings, places: Places) -> Places:
    """Some places and all whom they hold by shares, through every layer; ascending."""
    return np.flatnonzero(_marked(held.owner, held.owned, places, len(held.ordinals)))


def _marked(near: Places, far: Places, places: Places, size: int) -> Flags:
    found = np.zeros(size, np.bool_)
    found[places] = True
    while True:
        fresh = far[found[near] & ~found[far]]
        if not len(fresh):
            return found
        found[fresh] = True


def without(held: Holdings, ring: Places) -> Holdings:
    """Holdings in which the members of a ring hold no share of each other; everybody keeps its place."""
    inside = np.zeros(len(held.ordinals), np.bool_)
    inside[ring] = True
    kept = ~(inside[held.owner] & inside[held.owned])
    return Holdings(
        ordinals=held.ordinals, owner=held.owner[kept], owned=held.owned[kept], share=held.share[kept],
        voter=held.voter, company=held.company, votes=held.votes, pooled=held.pooled,
    )  # fmt: skip


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
