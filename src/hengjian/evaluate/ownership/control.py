"""Who controls whom: more than half of the votes, counted over a holder and those that it controls already."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import THRESHOLD, Graph, Links, Method, part, turned, votes, within
from hengjian.evaluate.ownership.kernel import run
from hengjian.evaluate.ownership.reach import closure, levels
from hengjian.evaluate.ownership.system import ordered
from hengjian.panel.fill import Flags, Places
from hengjian.panel.panel import Values

#: Votes that come to the threshold but for rounding do not exceed it.
ROUNDING = 1e-12
_NONE: Values = np.empty(0)
#: Nobody in particular is sought.
_NOBODY: Flags = np.empty(0, np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ballot:
    """Votes that count, by voter, with none that may not be cast.

    `pooled` marks pooled votes and `pool` is what comes together in a company; `lost` is how many votes of a company
    may not be cast. Empty where there are none.
    """

    links: Links
    pooled: Flags
    pool: Values
    lost: Values

    def arrays(self) -> tuple[Any, ...]:
        """As the kernels want them."""
        return self.links.starts, self.links.far, self.links.weight, self.pooled, self.pool, self.lost


def control(graph: Graph, place: int, method: Method = THRESHOLD) -> Places:
    """The places of those that the entity at `place` controls, ascending, without itself: the least set that holds
    every company in which the entity and the members of the set together have more than the threshold of the votes.

    Where one of them has pooled votes in a company, all pooled votes of that company count for it.
    """
    size = graph.size
    ballot = _ballot(graph, method.kind, method.threshold)
    queue = np.empty(size + 1, np.int64)
    room = np.zeros(size), np.zeros(size, np.uint8), queue
    count = run(_control, size, *ballot.arrays(), method.threshold + ROUNDING, place, *room, _NOBODY)
    return np.sort(queue[1:count])


def control_pairs(graph: Graph, method: Method = THRESHOLD) -> tuple[Places, Places]:
    """Everyone's `control` at once: holders and the held, ascending by holder, then held."""
    size = graph.size
    ballot = _ballot(graph, method.kind, method.threshold)
    voters = np.flatnonzero(np.diff(ballot.links.starts))
    asked = (*ballot.arrays(), method.threshold + ROUNDING, voters)
    room = np.zeros(size), np.zeros(size, np.uint8), np.empty(size + 1, np.int64)
    counts = np.zeros(len(voters), np.int64)
    run(_count_pairs, size, *asked, counts, *room)
    holder = np.repeat(voters, counts)
    held = np.empty(len(holder), np.int64)
    run(_fill_pairs, size, *asked, held, *room)
    return holder, held[np.lexsort((held, holder))]


def controllers(graph: Graph, place: int, method: Method = THRESHOLD) -> Places:
    """The places of those that control the entity at `place`, ascending."""
    size = graph.size
    near = closure((votes(graph, True).links,), np.array([place]), size)
    ballot = _ballot(graph, method.kind, method.threshold)
    links, kept = within(ballot.links, near, size)
    few = _Ballot(
        links=links, pooled=ballot.pooled[kept] if len(ballot.pooled) else ballot.pooled,
        pool=ballot.pool[near] if len(ballot.pool) else ballot.pool,
        lost=ballot.lost[near] if len(ballot.lost) else ballot.lost,
    )  # fmt: skip
    room = np.zeros(len(near)), np.zeros(len(near), np.uint8), np.empty(len(near) + 1, np.int64)
    found = np.zeros(len(near), np.bool_)
    target = int(np.searchsorted(near, place))
    turn = np.argsort(levels(graph, place, up=True)[near], kind="stable")
    run(_controllers, size, *few.arrays(), method.threshold + ROUNDING, target, turn, found, *room)
    return near[found]


@part
def _ballot(graph: Graph, kind: str, threshold: float) -> _Ballot:
    """The votes of a graph that count by a method of this kind."""
    if kind not in ("threshold", "disposable"):
        raise ValueError(kind)
    below = votes(graph, False)
    links, pooled = below.links, below.pooled
    if kind == "disposable":
        return _disposable(graph, threshold)
    if not pooled.any():
        return _Ballot(links=links, pooled=np.empty(0, np.bool_), pool=_NONE, lost=_NONE)
    return _Ballot(links=links, pooled=pooled, pool=_pools(links, pooled, graph.size), lost=_NONE)


def _pools(links: Links, pooled: Flags, size: int) -> Values:
    return np.bincount(links.far[pooled], weights=links.weight[pooled], minlength=size).astype(np.float64, copy=False)


def _disposable(graph: Graph, threshold: float) -> _Ballot:
    """Without the votes that a company has in one that controls it: by law (公司法 art. 141) they may not be cast.

    Such a vote closes a ring, so that only members of rings are asked whom they control.
    """
    size = graph.size
    plain = _ballot(graph, "threshold", threshold)
    above, order = turned(plain.links, size)
    rings = ordered(plain.links, size)
    members = [rings.place[begin:end] for begin, end in zip(rings.begins, rings.ends, strict=True)]
    parents = np.concatenate(members) if members else np.empty(0, np.int64)
    weight, lost = plain.links.weight.copy(), np.zeros(size)
    room = np.zeros(size), np.zeros(size, np.uint8), np.empty(size + 1, np.int64)
    run(
        _drop, size, *plain.arrays(), threshold + ROUNDING, parents, above.starts, above.far, order, weight, lost, *room
    )
    links = Links(starts=plain.links.starts, far=plain.links.far, weight=weight)
    if not len(plain.pooled):
        return _Ballot(links=links, pooled=plain.pooled, pool=_NONE, lost=lost)
    pooled = plain.pooled & (weight > 0.0)  # who has none left to cast brings nobody's in
    return _Ballot(links=links, pooled=pooled, pool=_pools(links, pooled, size), lost=lost)


def _control(
    starts: Any, company: Any, weight: Any, pooled: Any, pool: Any, lost: Any, threshold: float, place: int,
    counted: Any, state: Any, queue: Any, sought: Any,
) -> int:  # fmt: skip
    """How many stand in `queue`: `place`, then those that it controls; no further than to the first that is `sought`.

    `counted` are votes by company; `state` is 1 of those in the queue, and 2 more where the pooled votes are counted.
    Both are 0 before.
    """
    state[place] |= 1
    queue[0] = place
    head, tail = 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for link in range(starts[here], starts[here + 1]):
            there = company[link]
            more = weight[link]
            if len(pooled) > 0 and pooled[link]:
                if state[there] >= 2:
                    continue
                state[there] |= 2
                more = pool[there]
            counted[there] += more
            needed = threshold
            if len(lost) > 0:
                needed = threshold * (1.0 - lost[there])
            if more > 0.0 and counted[there] > needed and state[there] & 1 == 0:
                state[there] |= 1
                queue[tail] = there
                tail += 1
                if len(sought) > 0 and sought[there]:
                    return tail
    return tail


def _clear(starts: Any, company: Any, counted: Any, state: Any, queue: Any, count: int) -> None:
    """Make `counted` and `state` 0 again."""
    for turn in range(count):
        here = queue[turn]
        state[here] = 0
        for link in range(starts[here], starts[here + 1]):
            counted[company[link]] = 0.0
            state[company[link]] = 0


def _controllers(
    starts: Any, company: Any, weight: Any, pooled: Any, pool: Any, lost: Any, threshold: float, target: int,
    turn: Any, found: Any, counted: Any, state: Any, queue: Any,
) -> None:  # fmt: skip
    """Each in its `turn`, the nearest above first: who controls one that controls the target controls it too."""
    found[target] = True
    for each in range(len(turn)):
        place = turn[each]
        if place == target:
            continue
        count = _control(starts, company, weight, pooled, pool, lost, threshold, place, counted, state, queue, found)
        found[place] = count > 1 and found[queue[count - 1]]
        _clear(starts, company, counted, state, queue, count)
    found[target] = False


def _count_pairs(
    starts: Any, company: Any, weight: Any, pooled: Any, pool: Any, lost: Any, threshold: float, voters: Any,
    counts: Any, counted: Any, state: Any, queue: Any,
) -> None:  # fmt: skip
    for turn in range(len(voters)):
        place = voters[turn]
        count = _control(
            starts, company, weight, pooled, pool, lost, threshold, place, counted, state, queue, state[:0]
        )
        counts[turn] = count - 1
        _clear(starts, company, counted, state, queue, count)


def _fill_pairs(
    starts: Any, company: Any, weight: Any, pooled: Any, pool: Any, lost: Any, threshold: float, voters: Any,
    held: Any, counted: Any, state: Any, queue: Any,
) -> None:  # fmt: skip
    done = 0
    for turn in range(len(voters)):
        place = voters[turn]
        count = _control(
            starts, company, weight, pooled, pool, lost, threshold, place, counted, state, queue, state[:0]
        )
        for each in range(1, count):
            held[done] = queue[each]
            done += 1
        _clear(starts, company, counted, state, queue, count)


def _drop(
    starts: Any, company: Any, weight: Any, pooled: Any, pool: Any, lost: Any, threshold: float, parents: Any,
    above_starts: Any, above: Any, order: Any, left: Any, dropped: Any, counted: Any, state: Any, queue: Any,
) -> None:  # fmt: skip
    """Votes in `parents` of those that they control become 0 in `left`, and their sums stand in `dropped`."""
    for turn in range(len(parents)):
        parent = parents[turn]
        count = _control(
            starts, company, weight, pooled, pool, lost, threshold, parent, counted, state, queue, state[:0]
        )
        for link in range(above_starts[parent], above_starts[parent + 1]):
            if state[above[link]] & 1 != 0:
                left[order[link]] = 0.0
                dropped[parent] += weight[order[link]]
        _clear(starts, company, counted, state, queue, count)
