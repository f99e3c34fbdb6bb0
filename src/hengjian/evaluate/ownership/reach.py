"""Who is below and above whom, by shares or votes, and by how few links."""

from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import Graph
from hengjian.evaluate.ownership.kernel import run
from hengjian.panel.fill import Places


def reach(graph: Graph, place: int, up: bool = False) -> Places:
    """The places of all below (`up`: above) by links of shares or votes, ascending, without itself."""
    return np.flatnonzero(levels(graph, place, up) > 0)


def levels(graph: Graph, place: int, up: bool = False) -> Places:
    """The fewest links of shares or votes from `place` down (`up`: up) to each: Places[n], 0 itself, -1 not reached."""
    shares, votes = (graph.above, graph.votes_above) if up else (graph.below, graph.votes_below)
    found = np.full(graph.size, -1, np.int64)
    queue = np.zeros(graph.size, np.int64)
    run(_levels, graph.size, shares.starts, shares.far, votes.starts, votes.far, place, found, queue)
    return found


def _levels(starts: Any, far: Any, also_starts: Any, also_far: Any, place: int, found: Any, queue: Any) -> None:
    found[place] = 0
    queue[0] = place
    head, tail = 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for link in range(starts[here], starts[here + 1]):
            there = far[link]
            if found[there] < 0:
                found[there] = found[here] + 1
                queue[tail] = there
                tail += 1
        for link in range(also_starts[here], also_starts[here + 1]):
            there = also_far[link]
            if found[there] < 0:
                found[there] = found[here] + 1
                queue[tail] = there
                tail += 1
