"""Who is below and above whom, by shares or votes, and by how few links."""

from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import Graph, Links, shares, votes
from hengjian.evaluate.ownership.kernel import run
from hengjian.panel.fill import Places

_NONE: Places = np.empty(0, np.int64)


def reach(graph: Graph, place: int, up: bool = False) -> Places:
    """The places of all below (`up`: above) by links of shares or votes, ascending, without itself."""
    found = closure(_ways(graph, up), np.array([place]), graph.size)
    others: Places = found[found != place]
    return others


def levels(graph: Graph, place: int, up: bool = False) -> Places:
    """The fewest links of shares or votes from `place` down (`up`: up) to each: Places[n], 0 itself, -1 not reached."""
    found, queue = np.full(graph.size, -1), np.empty(graph.size, np.int64)
    found[place] = 0
    queue[0] = place
    ways = _ways(graph, up)
    run(_levels, graph.size, ways[0].starts, ways[0].far, ways[-1].starts, ways[-1].far, len(ways), found, queue)
    return found


def _ways(graph: Graph, up: bool) -> tuple[Links, ...]:
    """Shares, and votes where they are others."""
    held, cast = shares(graph, up), votes(graph, up).links
    return (held,) if cast is held else (held, cast)


def closure(ways: tuple[Links, ...], places: Places, size: int) -> Places:
    """`places` and all that links lead to from there, ascending."""
    found = nearby(ways, places, size, size)
    return _NONE if found is None else found


def nearby(ways: tuple[Links, ...], places: Places, size: int, most: int) -> Places | None:
    """The same where they are not more than `most`, and None where they are."""
    if len(places) > most:
        return None
    seen, queue = np.zeros(size, np.bool_), np.empty(size, np.int64)
    seen[places] = True
    queue[: len(places)] = places
    first, also, room = ways[0], ways[-1], (seen, queue)
    count = run(_closure, size, first.starts, first.far, also.starts, also.far, len(ways), len(places), most, *room)
    if count > most:
        return None
    return np.flatnonzero(seen) if count > size // 64 else np.sort(queue[:count])


def _closure(
    starts: Any, far: Any, also_starts: Any, also_far: Any, ways: int, count: int, most: int, seen: Any, queue: Any
) -> int:
    """How many are seen; the search ends when they are more than `most`."""
    head = 0
    while head < count <= most:
        here = queue[head]
        head += 1
        for link in range(starts[here], starts[here + 1]):
            there = far[link]
            if not seen[there]:
                seen[there] = True
                queue[count] = there
                count += 1
        if ways > 1:
            for link in range(also_starts[here], also_starts[here + 1]):
                there = also_far[link]
                if not seen[there]:
                    seen[there] = True
                    queue[count] = there
                    count += 1
    return count


def _levels(starts: Any, far: Any, also_starts: Any, also_far: Any, ways: int, found: Any, queue: Any) -> None:
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
        if ways > 1:
            for link in range(also_starts[here], also_starts[here + 1]):
                there = also_far[link]
                if found[there] < 0:
                    found[there] = found[here] + 1
                    queue[tail] = there
                    tail += 1
