"""The graph of who holds whom: made of a day's holdings, part by part as questions need them, and kept with them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np

from hengjian.evaluate.ownership.kernel import run
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings
from hengjian.panel.panel import Values

T = TypeVar("T")


class Singular(ValueError):
    """A ring whose members hold each other whole, so that no claim ever leaves it: `ring` are its places, ascending."""

    def __init__(self, ring: Places) -> None:
        super().__init__("the members of a ring of holdings hold each other whole")
        self.ring = ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How control is told. `kind` is `threshold`: more than `threshold` of the votes; or `disposable`: the same of the
    votes that may be cast, those of a controlled company in its parent being dropped."""

    kind: str = "threshold"
    threshold: float = 0.5


THRESHOLD = Method()


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Links by one of their ends: of place p, `far[starts[p]:starts[p + 1]]`, ascending, with their weights."""

    starts: Places
    far: Places
    weight: Values

    def of(self, place: int) -> tuple[Places, Values]:
        """The far ends of one place and the weights of these links."""
        begin, end = int(self.starts[place]), int(self.starts[place + 1])
        return self.far[begin:end], self.weight[begin:end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """Votes by one of their ends, and which of them are pooled (see `Holdings`)."""

    links: Links
    pooled: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Graph:
    """Holdings with what was made of them so far: `parts`, each by the function that makes it and what that was asked.

    Threads may share a graph: a part is never changed; made twice at the same time, either is kept.
    """

    holdings: Holdings
    parts: dict[Any, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.holdings.ordinals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """A part by its class: another graph, of whose parts (`keys`) `over` gives those that it can to the graph when one
    of them is asked for."""

    graph: Graph
    keys: frozenset[Any]
    over: Callable[[Graph, Graph], None]


#: Graphs live as long as the holdings that they were asked for. What they hold themselves is a record of the same
#: arrays, as nothing would ever be let go that is kept for as long as what it holds.
_made: WeakKeyDictionary[Holdings, Graph] = WeakKeyDictionary()
_own: WeakKeyDictionary[Holdings, ReferenceType[Graph]] = WeakKeyDictionary()


def graph_of(holdings: Holdings) -> Graph:
    """The graph of these holdings; one and the same as long as they live."""
    found = known(holdings)
    return adopted(holdings, {}) if found is None else found


def known(holdings: Holdings) -> Graph | None:
    """Their graph, where it was made."""
    own = _own.get(holdings)
    return _made.get(holdings) if own is None else own()


def adopted(holdings: Holdings, parts: dict[Any, Any]) -> Graph:
    """A graph of which some parts are there: from now on that of these holdings."""
    graph = Graph(holdings=replace(holdings), parts=parts)
    _own[graph.holdings] = ref(graph)
    _made[holdings] = graph
    return graph


def part(make: Callable[..., T]) -> Callable[..., T]:
    """A part of a graph, made when it is first asked for."""

    def get(graph: Graph, *asked: Any) -> T:
        key = (make.__name__, *asked)
        carry = graph.parts.get(Carry)
        if carry is not None and key in carry.keys and key not in graph.parts:
            graph.parts.pop(Carry, None)
            carry.over(carry.graph, graph)
        if key not in graph.parts:
            graph.parts[key] = make(graph, *asked)
        found: T = graph.parts[key]
        return found

    return get


@part
def shares(graph: Graph, up: bool) -> Links:
    """Shares by owner, `up`: by owned."""
    held = graph.holdings
    if not up:
        return rows(held.owner, held.owned, held.share, graph.size)
    return turned(shares(graph, False), graph.size)[0]


@part
def votes(graph: Graph, up: bool) -> Votes:
    """Votes by voter, `up`: by company. Where they are the shares, these very arrays."""
    held = graph.holdings
    if _alike(held):
        alike = shares(graph, up)
        pooled = held.pooled if not up else np.zeros(len(alike.far), np.bool_)
        return Votes(links=alike, pooled=pooled)
    if not up:
        return Votes(links=rows(held.voter, held.company, held.votes, graph.size), pooled=held.pooled)
    below = votes(graph, False)
    links, order = turned(below.links, graph.size)
    return Votes(links=links, pooled=below.pooled[order])


def _alike(held: Holdings) -> bool:
    pairs = ((held.votes, held.share), (held.voter, held.owner), (held.company, held.owned))
    return not held.pooled.any() and all(one is other or np.array_equal(one, other) for one, other in pairs)


def rows(near: Places, far: Places, weight: Values, size: int) -> Links:
    """Links that ascend by their near end."""
    starts = np.zeros(size + 1, np.int64)
    run(_count, size, near, starts)
    return Links(starts=starts, far=far, weight=weight)


def turned(links: Links, scale: int) -> tuple[Links, Places]:
    """The same links by their far end, and where each stood before. `scale` decides how kernels are run."""
    size, count = len(links.starts) - 1, len(links.far)
    starts, cursor = np.zeros(size + 1, np.int64), np.zeros(size, np.int64)
    run(_count, scale, links.far, starts)
    far, weight, order = np.empty(count, np.int64), np.empty(count), np.empty(count, np.int64)
    run(_turn, scale, links.starts, links.far, links.weight, starts, cursor, far, weight, order)
    return Links(starts=starts, far=far, weight=weight), order


def _count(near: Any, starts: Any) -> None:
    for link in range(len(near)):
        starts[near[link] + 1] += 1
    for place in range(1, len(starts)):
        starts[place] += starts[place - 1]


def _turn(
    old_starts: Any, old_far: Any, old_weight: Any, starts: Any, cursor: Any, far: Any, weight: Any, order: Any
) -> None:
    for near in range(len(cursor)):
        for link in range(old_starts[near], old_starts[near + 1]):
            there = old_far[link]
            place = starts[there] + cursor[there]
            cursor[there] += 1
            far[place] = near
            weight[place] = old_weight[link]
            order[place] = link


def within(links: Links, near: Places, size: int) -> tuple[Links, Places]:
    """The links from and to these places, which ascend, by their places among them; and where each stood before."""
    among, starts = np.zeros(size, np.int64), np.zeros(len(near) + 1, np.int64)
    among[near] = np.arange(1, len(near) + 1)
    kept = np.empty(run(_measure, size, links.starts, links.far, near, among, starts), np.int64)
    run(_gather, size, links.starts, links.far, near, among, kept)
    return Links(starts=starts, far=among[links.far[kept]] - 1, weight=links.weight[kept]), kept


def _measure(starts: Any, far: Any, near: Any, among: Any, counted: Any) -> int:
    total = 0
    for row in range(len(near)):
        for link in range(starts[near[row]], starts[near[row] + 1]):
            if among[far[link]] > 0:
                total += 1
        counted[row + 1] = total
    return total


def _gather(starts: Any, far: Any, near: Any, among: Any, kept: Any) -> None:
    count = 0
    for row in range(len(near)):
        for link in range(starts[near[row]], starts[near[row] + 1]):
            if among[far[link]] > 0:
                kept[count] = link
                count += 1
