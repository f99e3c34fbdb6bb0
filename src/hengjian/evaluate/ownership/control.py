"""Who controls whom: more than half of the votes, counted over a holder and those that it controls already."""

from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import THRESHOLD, Graph, Method
from hengjian.evaluate.ownership.graph import votes as votes_of
from hengjian.evaluate.ownership.reach import reach
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values

#: Votes that come to the threshold but for rounding do not exceed it.
ROUNDING = 1e-12


def control(graph: Graph, place: int, method: Method = THRESHOLD) -> Places:
    """The places of those that the entity at `place` controls, ascending, without itself: the least set that holds
    every company in which the entity and the members of the set together have more than the threshold of the votes.

    Where one of them has pooled votes in a company, all pooled votes of that company count for it.
    """
    dropped, lost = _disposable(graph, method)
    return _control(graph, place, method.threshold, dropped, lost)


def _control(graph: Graph, place: int, threshold: float, dropped: Any, lost: Any) -> Places:
    votes, pooled = votes_of(graph, False).links, votes_of(graph, False).pooled
    pool: dict[int, float] = {}
    for link in np.flatnonzero(pooled).tolist():
        if link not in dropped:
            company = int(votes.far[link])
            pool[company] = pool.get(company, 0.0) + float(votes.weight[link])
    counted: dict[int, float] = {}
    pools: set[int] = set()
    inside, work = {place}, [place]
    while work:
        here = work.pop()
        for link in range(int(votes.starts[here]), int(votes.starts[here + 1])):
            there = int(votes.far[link])
            if link in dropped or (pooled[link] and there in pools):
                continue
            weight = float(votes.weight[link])
            if pooled[link]:
                pools.add(there)
                weight = pool[there]
            counted[there] = counted.get(there, 0.0) + weight
            if there not in inside and counted[there] > threshold * (1.0 - lost.get(there, 0.0)) + ROUNDING:
                inside.add(there)
                work.append(there)
    return np.array(sorted(inside - {place}), np.int64)


def _disposable(graph: Graph, method: Method) -> tuple[set[int], dict[int, float]]:
    """The votes that a controlled company has in its parent, as places in `votes_below`, and their sums by parent."""
    if method.kind == "threshold":
        return set(), {}
    dropped: set[int] = set()
    lost: dict[int, float] = {}
    votes = votes_of(graph, True).links
    holders = np.repeat(np.arange(graph.size), np.diff(votes_of(graph, False).links.starts))
    for parent in np.flatnonzero(np.diff(votes.starts)).tolist():
        for company in np.intersect1d(_control(graph, parent, method.threshold, set(), {}), votes.of(parent)[0]):
            link = int(np.flatnonzero((holders == company) & (votes_of(graph, False).links.far == parent))[0])
            dropped.add(link)
            lost[parent] = lost.get(parent, 0.0) + float(votes_of(graph, False).links.weight[link])
    return dropped, lost


def controllers(graph: Graph, place: int, method: Method = THRESHOLD) -> Places:
    """The places of those that control the entity at `place`, ascending."""
    found = [each for each in reach(graph, place, up=True).tolist() if place in control(graph, each, method)]
    return np.array(found, np.int64)


def control_rights(graph: Graph, place: int, targets: Places | None = None, up: bool = False) -> Values:
    """The control rights of the entity at `place` in each of `targets` (None: in all, by place); `up`, of each of
    `targets` in it. By votes: the strongest chain, which is as strong as its weakest link, summed over the first steps
    that the holder can take, at most 1. A chain does not come back through its holder. Of one in itself: 0.
    """
    wanted = np.arange(graph.size) if targets is None else targets
    pairs = [(int(each), place) if up else (place, int(each)) for each in wanted]
    return np.array([_strength(graph, holder, held) for holder, held in pairs])


def _strength(graph: Graph, holder: int, held: int) -> float:
    if holder == held:
        return 0.0
    strong = {held: np.inf}
    work = [held]
    while work:
        here = work.pop()
        for there, weight in zip(*(each.tolist() for each in votes_of(graph, True).links.of(here)), strict=True):
            found = min(weight, strong[here])
            if there != holder and found > strong.get(there, 0.0):
                strong[there] = found
                work.append(there)
    total = 0.0
    for there, weight in zip(*(each.tolist() for each in votes_of(graph, False).links.of(holder)), strict=True):
        total += min(weight, strong.get(there, 0.0))
    return min(total, 1.0)
