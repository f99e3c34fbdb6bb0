"""Who is below and above whom, by shares or votes, and by how few links."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.ownership.graph import Graph, Links, shares, votes
from hengjian.evaluate.ownership.kernel import run
from hengjian.panel.fill import Places

_NONE: Places = np.empty(0, np.int64)


def reach(graph: Graph, place: int, up: bool = False) -> Places:
    """The places of all below (`up`: above) by links of shares or votes, ascending, without itself."""
    found = closure(_ways(graph, up), np.array([place]), graph.size)
    others: Places = found[found != place]
    return others


def reach_of(graph: Graph, places: Collection[int], up: bool = False) -> Places:
    """`places` and all below (`up`: above) any of them, ascending."""
    return closure(_ways(graph, up), np.array(sorted(places), np.int64), graph.size)


def levels(graph: Graph, place: int, up: bool = False) -> Places:
    """The fewest links of shares or votes from `place` down (`up`: up) to each: Places[n], 0 itself, -1 not reached."""
    found = np.zeros(graph.size, np.int32)
    _walk(_ways(graph, up), np.array([place]), found, graph.size)
    return found.astype(np.int64) - 1


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
    seen = np.zeros(size, np.int32)
    count, queue = _walk(ways, places, seen, most)
    if count > most:
        return None
    return np.flatnonzero(seen) if count > size // 64 else np.sort(queue[:count])


def _walk(ways: tuple[Links, ...], places: Places, seen: NDArray[np.int32], most: int) -> tuple[int, Places]:
    """How many are seen, and these; the search ends when they are more than `most`. `seen`, 0 before, is one more than
    the fewest links."""
    queue = np.empty(len(seen), np.int64)
    seen[places] = 1
    queue[: len(places)] = places
    first, also = ways[0], ways[-1]
    rows = first.starts, first.far, also.starts, also.far
    count: int = run(_closure, len(seen), *rows, len(ways) > 1, len(places), most, seen, queue)
    return count, queue


def _closure(
    starts: Any, far: Any, also_starts: Any, also_far: Any, several: bool, count: int, most: int, seen: Any, queue: Any
) -> int:
    head = 0
    while head < count <= most:
        here = queue[head]
        head += 1
        count = _step(starts, far, here, count, seen, queue)
        if several:
            count = _step(also_starts, also_far, here, count, seen, queue)
    return count


def _step(starts: Any, far: Any, here: int, count: int, seen: Any, queue: Any) -> int:
    for link in range(starts[here], starts[here + 1]):
        there = far[link]
        if seen[there] == 0:
            seen[there] = seen[here] + 1
            queue[count] = there
            count += 1
    return count
