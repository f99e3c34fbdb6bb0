"""What holds of everyone who controls others, all at once: the share within, and the depth."""

from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import Graph, shares, votes
from hengjian.evaluate.ownership.kernel import run
from hengjian.evaluate.ownership.system import order_of
from hengjian.panel.fill import Flags, Places
from hengjian.panel.panel import Values


def parts_within(graph: Graph, holder: Places, held: Places) -> tuple[Values, Flags]:
    """For pairs that ascend by holder: the rights of the holder in the held by shares of the holder and of its held
    only; and for which pairs members of a ring are among these, so that one pass does not tell."""
    order = order_of(graph, False)
    ring = np.full(graph.size, -1, np.int64)
    for number, (begin, end) in enumerate(zip(order.begins.tolist(), order.ends.tolist(), strict=True)):
        ring[order.place[begin:end]] = number
    holders, begins = np.unique(holder, return_index=True)
    bounds = np.append(begins, len(holder)).astype(np.int64)
    turn = np.lexsort((order.position[held], holder))
    part, unsure = np.zeros(len(held)), np.zeros(len(holders), np.bool_)
    links = shares(graph, False)
    run(
        _parts, graph.size, links.starts, links.far, links.weight, order.position, ring, holders, bounds, held[turn],
        part, unsure, np.full(graph.size, -1, np.int64), np.zeros(graph.size),
        np.full(len(order.begins) + 1, -1, np.int64),
    )  # fmt: skip
    found = np.empty(len(held))
    found[turn] = part
    return found, np.repeat(unsure, np.diff(bounds))


def _parts(
    starts: Any, far: Any, weight: Any, position: Any, ring: Any, holders: Any, bounds: Any, held: Any, part: Any,
    unsure: Any, mark: Any, share: Any, met: Any,
) -> None:  # fmt: skip
    for turn in range(len(holders)):
        own = holders[turn]
        begin, end = bounds[turn], bounds[turn + 1]
        mark[own] = turn
        share[own] = 1.0
        if ring[own] >= 0:
            met[ring[own]] = turn
        for each in range(begin, end):
            there = held[each]
            mark[there] = turn
            share[there] = 0.0
            if ring[there] >= 0:
                if met[ring[there]] == turn:
                    unsure[turn] = True
                met[ring[there]] = turn
        for link in range(starts[own], starts[own + 1]):
            if mark[far[link]] == turn:
                share[far[link]] += weight[link]
        for each in range(begin, end):
            here = held[each]
            if position[here] < position[own]:
                continue
            for link in range(starts[here], starts[here + 1]):
                there = far[link]
                if mark[there] == turn and there != own:
                    share[there] += share[here] * weight[link]
        for each in range(begin, end):
            part[each] = share[held[each]]


def depths(graph: Graph, tops: Places, owner: Places) -> Places:
    """For each place the fewest links of shares or votes down from its `owner`, one of `tops`; 0 of the tops."""
    found, seen = np.zeros(graph.size, np.int64), np.full(graph.size, -1, np.int64)
    one, other = shares(graph, False), votes(graph, False).links
    room = np.empty(graph.size, np.int64), np.empty(graph.size, np.int64)
    wanted = np.bincount(owner, minlength=graph.size) - 1
    run(_depths, graph.size, one.starts, one.far, other.starts, other.far, tops, owner, wanted, found, seen, *room)
    return found


def _depths(
    starts: Any, far: Any, also_starts: Any, also_far: Any, tops: Any, owner: Any, wanted: Any, found: Any, seen: Any,
    queue: Any, depth: Any,
) -> None:  # fmt: skip
    for turn in range(len(tops)):
        top = tops[turn]
        left = wanted[top]
        queue[0] = top
        depth[0] = 0
        seen[top] = turn
        head, tail = 0, 1
        while head < tail and left > 0:
            here, below = queue[head], depth[head] + 1
            head += 1
            for way in range(2):
                begin, end = starts[here], starts[here + 1]
                if way == 1:
                    begin, end = also_starts[here], also_starts[here + 1]
                for link in range(begin, end):
                    there = far[link] if way == 0 else also_far[link]
                    if seen[there] == turn:
                        continue
                    seen[there] = turn
                    queue[tail] = there
                    depth[tail] = below
                    tail += 1
                    if owner[there] == top:
                        found[there] = below
                        left -= 1
