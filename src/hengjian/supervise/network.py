"""A declared network on one day: who stands for whom, for how much, and how deep and round it goes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hengjian.evaluate.ownership import graph_of
from hengjian.evaluate.ownership.graph import Links, rows, turned
from hengjian.evaluate.ownership.system import ordered
from hengjian.model.cut import Cut
from hengjian.panel.fill import Places, filled, numbers
from hengjian.panel.holdings import Holdings
from hengjian.panel.links import distinct
from hengjian.panel.panel import Values
from hengjian.store import Store
from hengjian.supervise.contagion import Web

_EPOCH = date(1970, 1, 1).toordinal()
_ALWAYS, _NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max
#: In rings of so many members the longest chain is found exactly; in larger ones, a chain of at least that length.
EXACT = 10
#: Shortest rings are looked for from so many members of each.
LOOKED = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Obligations:
    """Who stands for whom on one day, by ordinals, ascending by guarantor, then debtor; each pair once.

    `amount` is what is outstanding, NaN: not stated; `cover` what of it is counter-guaranteed. In the units stated.
    """

    guarantor: Places
    debtor: Places
    amount: Values
    cover: Values


def load_obligations(store: Store, cut: Cut, link: str, amount: str, cover: str | None, day: date) -> Obligations:
    """The links of one type on a day, with the attributes that are the amount and the counter-guarantee. What was taken
    back, and what states an amount of 0, is left out; a counter-guarantee that is not stated is none."""
    names = (amount, *([cover] if cover else []))
    table = store.link_facts(cut, link, day, attributes=("share", *names))
    source, target = (numbers(table.column(end)).astype(np.int64) for end in ("source", "target"))
    at = day.toordinal() - _EPOCH
    begins, ends = filled(table.column("valid_from"), _ALWAYS), filled(table.column("valid_to"), _NEVER)
    covering = np.flatnonzero((begins <= at) & (at < ends))
    width = 1 + int(max(source.max(initial=0), target.max(initial=0)))
    order = covering[np.argsort(source[covering] * width + target[covering], kind="stable")]
    last = np.ones(len(order), np.bool_)
    last[:-1] = (source[order[1:]] != source[order[:-1]]) | (target[order[1:]] != target[order[:-1]])
    held = order[last]
    figure = {name: filled(table.column(name), np.nan)[held] for name in ("share", *names)}
    is_there = ~(np.isnan(figure[amount]) & (figure["share"] == 0)) & (figure[amount] != 0)
    stated = np.nan_to_num(figure[cover]) if cover else np.zeros(len(held))
    return Obligations(
        guarantor=source[held][is_there], debtor=target[held][is_there], amount=figure[amount][is_there],
        cover=stated[is_there],
    )  # fmt: skip


def web_of(owed: Obligations, rate: float, scale: float, holdings: Holdings, buffers: dict[int, float]) -> Web:
    """Obligations and holdings of one day as one web. `scale` turns stated amounts into the unit of `buffers`, which
    are by ordinal; of whom none is known is not among them."""
    ordinals = distinct(np.concatenate([holdings.ordinals, owed.guarantor, owed.debtor]))
    place = np.searchsorted(ordinals, holdings.ordinals)
    whole = Holdings(
        ordinals=ordinals, owner=place[holdings.owner], owned=place[holdings.owned], share=holdings.share,
        voter=place[holdings.voter], company=place[holdings.company], votes=holdings.votes, pooled=holdings.pooled,
    )  # fmt: skip
    near, far = np.searchsorted(ordinals, owed.guarantor), np.searchsorted(ordinals, owed.debtor)
    called = np.maximum(owed.amount - owed.cover, 0.0) * scale * rate
    calls = rows(near, far, called, len(ordinals))
    return Web(
        graph=graph_of(whole), calls=calls, by_debtor=turned(calls, len(ordinals))[0],
        buffer=np.array([buffers.get(one, np.nan) for one in ordinals.tolist()], np.float64),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """By place, how many guarantees the longest chain from there has, in which nobody stands twice; `at_least` where a
    large ring lies on the way. `rings` are those who stand for one another, each ascending. `following`: how the
    longest chain goes on."""

    depth: list[int]
    at_least: list[bool]
    rings: tuple[tuple[int, ...], ...]
    following: dict[int, list[int]]

    def longest(self, place: int) -> list[int]:
        """One such chain: those on it, from the place itself on."""
        found = [place]
        while len(found) <= self.depth[place]:
            found += self.following[found[-1]]
        return found


def chains_of(calls: Links) -> Chains:
    """All chains of a network. A ring of at most `EXACT` members is looked through exactly; of a larger one it is told
    how far the shortest way to its farthest-reaching member goes on."""
    size = len(calls.starts) - 1
    order = ordered(calls, size)
    starts, far = calls.starts.tolist(), calls.far.tolist()
    bounds = list(zip(order.begins.tolist(), order.ends.tolist(), strict=True))
    place = order.place.tolist()
    rings = tuple(tuple(place[begin:end]) for begin, end in bounds)
    chains = Chains(depth=[0] * size, at_least=[False] * size, rings=rings, following={})
    at = size
    for begin, end in [*reversed(bounds), (0, 0)]:
        for position in range(at - 1, end - 1, -1):
            one = place[position]
            _after(chains, one, far[starts[one] : starts[one + 1]])
        if end:
            _through(chains, place[begin:end], lambda one: far[starts[one] : starts[one + 1]])
            at = begin
    return chains


def _after(chains: Chains, one: int, debtors: Sequence[int]) -> None:
    """Of one outside rings: one more than the deepest debtor, the first of these."""
    deepest = -1
    for debtor in debtors:
        if chains.depth[debtor] > deepest:
            deepest = chains.depth[debtor]
            chains.following[one] = [debtor]
        chains.at_least[one] = chains.at_least[one] or chains.at_least[debtor]
    chains.depth[one] = deepest + 1


def _through(chains: Chains, ring: Sequence[int], debtors: Callable[[int], Sequence[int]]) -> None:
    """Of the members of a ring."""
    inside = set(ring)
    within = {one: [debtor for debtor in debtors(one) if debtor in inside] for one in ring}
    leaving: dict[int, tuple[int, list[int]]] = {}
    is_rough = len(ring) > EXACT
    for one in ring:
        outer = [debtor for debtor in debtors(one) if debtor not in inside]
        deepest = max(outer, key=lambda debtor: (chains.depth[debtor], -debtor), default=None)
        leaving[one] = (0, []) if deepest is None else (1 + chains.depth[deepest], [deepest])
        is_rough = is_rough or any(chains.at_least[debtor] for debtor in outer)
    found = _shortest_ways(ring, within, leaving) if len(ring) > EXACT else _longest_ways(ring, within, leaving)
    for one, (depth, way) in found.items():
        chains.depth[one], chains.at_least[one] = depth, is_rough
        if way:
            chains.following[one] = way


_Way = tuple[int, list[int]]


def _longest_ways(ring: Sequence[int], within: dict[int, list[int]], leaving: dict[int, _Way]) -> dict[int, _Way]:
    bit = {one: 1 << number for number, one in enumerate(ring)}
    known: dict[tuple[int, int], _Way] = {}

    def best(one: int, met: int) -> _Way:
        if (one, met) not in known:
            found = leaving[one]
            for debtor in within[one]:
                if not met & bit[debtor]:
                    depth, way = best(debtor, met | bit[debtor])
                    if depth + 1 > found[0]:
                        found = depth + 1, [debtor, *way]
            known[one, met] = found
        return known[one, met]

    return {one: best(one, bit[one]) for one in ring}


def _shortest_ways(ring: Sequence[int], within: dict[int, list[int]], leaving: dict[int, _Way]) -> dict[int, _Way]:
    """From each by the shortest way to the member from which the longest chain leaves the ring; from that one, on."""
    target = max(ring, key=lambda one: (leaving[one][0], -one))
    back: dict[int, list[int]] = {one: [] for one in ring}
    for one in ring:
        for debtor in within[one]:
            back[debtor].append(one)
    way: dict[int, list[int]] = {target: leaving[target][1]}
    found = {target: leaving[target]}
    queue = [target]
    for one in queue:
        for nearer in back[one]:
            if nearer not in way:
                way[nearer] = [one]
                found[nearer] = found[one][0] + 1, []
                queue.append(nearer)
    return {one: (found[one][0], _joined(one, target, way)) for one in ring}


def _joined(one: int, target: int, way: dict[int, list[int]]) -> list[int]:
    """The members between one and the target, the target, and where it leads."""
    found: list[int] = []
    at = one
    while at != target:
        at = way[at][0]
        found.append(at)
    return [*found, *way[target]]


def shortest_ring(calls: Links, ring: Sequence[int]) -> list[int]:
    """One of the shortest rings among those who stand for one another, from its first member on; where they are many,
    of those through the first `LOOKED` members."""
    inside = set(ring)
    best: list[int] = []
    for start in ring[:LOOKED]:
        found = _back_to(calls, start, inside, len(best))
        if found and (not best or len(found) < len(best)):
            best = found
        if len(best) == 2:
            break
    return best


def _back_to(calls: Links, start: int, inside: set[int], bound: int) -> list[int]:
    """The shortest way from one back to itself, shorter than `bound` (0: any)."""
    before = {start: start}
    queue, depth = [start], 0
    while queue and (not bound or depth + 1 < bound):
        depth += 1
        following: list[int] = []
        for one in queue:
            for debtor in calls.of(one)[0].tolist():
                if debtor == start:
                    return list(_path(before, one))
                if debtor in inside and debtor not in before:
                    before[debtor] = one
                    following.append(debtor)
        queue = following
    return []


def _path(before: dict[int, int], one: int) -> Iterator[int]:
    found = [one]
    while before[found[-1]] != found[-1]:
        found.append(before[found[-1]])
    yield from reversed(found)
