"""The largest simple paths of shares between an entity and those below or above it."""

import heapq
from dataclasses import dataclass

from hengjian.evaluate.ownership.graph import Graph, shares

#: After so many paths the search ends.
BUDGET = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A chain of shares in which nobody stands twice: the places strictly between, from the owner's side down to the
    owned, and the product of its shares."""

    via: tuple[int, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The largest paths between two entities, largest first, and how many further ones are known to exist at least."""

    listed: tuple[Path, ...]
    further: int


def paths(
    graph: Graph, place: int, up: bool = False, target: int | None = None, most: int = 20, least: float = 1e-6,
    budget: int = BUDGET,
) -> dict[int, Paths]:  # fmt: skip
    """By the place at the other end (only `target`, where it is given), the `most` largest simple paths of at least
    `least` from `place` down (`up`: up) to it. Among equals the shorter comes first, then by places from `place` on.

    Those that the search did not come to before its budget was spent are missing, and so are ends all of whose paths
    are smaller than `least`, unless one was met: then nothing is listed and `further` tells of it.
    """
    links = shares(graph, up)
    listed: dict[int, list[Path]] = {}
    further: dict[int, int] = {}
    heap: list[tuple[float, int, tuple[int, ...]]] = [(-1.0, 0, (place,))]
    while heap and budget > 0:
        budget -= 1
        share, _, path = heapq.heappop(heap)
        here = path[-1]
        if len(path) > 1:
            via = path[1:-1]
            if len(listed.setdefault(here, [])) < most:
                listed[here].append(Path(via=via[::-1] if up else via, share=-share))
            else:
                further[here] = further.get(here, 0) + 1
        if here == target:
            continue
        for there, weight in zip(*(each.tolist() for each in links.of(here)), strict=True):
            if there in path:
                continue
            if -share * weight < least:
                further[there] = further.get(there, 0) + 1
            else:
                heapq.heappush(heap, (share * weight, len(path), (*path, there)))
    for _, _, path in heap:
        if len(path) > 1:
            further[path[-1]] = further.get(path[-1], 0) + 1
    ends = listed.keys() | further.keys() if target is None else {target} & (listed.keys() | further.keys())
    return {end: Paths(listed=tuple(listed.get(end, ())), further=further.get(end, 0)) for end in sorted(ends)}
