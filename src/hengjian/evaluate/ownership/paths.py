"""The largest simple paths of shares between an entity and those below or above it."""

import heapq
from dataclasses import dataclass

from hengjian.evaluate.ownership.graph import Graph, Links, shares

#: So many paths are looked at, then the search ends.
BUDGET = 500_000


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
    `least` from `place` down (`up`: up) to it. Among equals the one with fewer steps comes first, then by places.

    An end all of whose known paths are smaller than `least` has none listed. When the budget is spent, paths are not
    extended any more; what an end has listed then are the largest of those known. No share is above 1.
    """
    links = shares(graph, up)
    hope = {} if target is None else _hope(shares(graph, not up), target, least)
    listed: dict[int, list[Path]] = {}
    further: dict[int, int] = {}
    heap: list[tuple[float, int, tuple[int, ...], float]] = [(-1.0, 0, (place,), 1.0)]
    while heap:
        _, steps, path, share = heapq.heappop(heap)
        here = path[-1]
        if steps and target in (None, here):
            if len(listed.setdefault(here, [])) < most:
                via = path[1:-1]
                listed[here].append(Path(via=via[::-1] if up else via, share=share))
            else:
                further[here] = further.get(here, 0) + 1
        if budget <= 0 or (steps and here == target):
            continue
        for there, weight in zip(*(each.tolist() for each in links.of(here)), strict=True):
            product = share * weight
            if there in path or (target is not None and there not in hope):
                continue
            if product >= least:
                budget -= 1
                heapq.heappush(heap, (-product * hope.get(there, 1.0), steps + 1, (*path, there), product))
            elif target in (None, there):
                further[there] = further.get(there, 0) + 1
    return {
        end: Paths(listed=tuple(listed.get(end, ())), further=further.get(end, 0))
        for end in sorted(listed.keys() | further.keys())
    }


def _hope(links: Links, target: int, least: float) -> dict[int, float]:
    """The largest product by which anybody can come to the target, of those that are not smaller than `least`."""
    found: dict[int, float] = {}
    heap = [(-1.0, target)]
    while heap:
        product, here = heapq.heappop(heap)
        if here in found:
            continue
        found[here] = -product
        for there, weight in zip(*(each.tolist() for each in links.of(here)), strict=True):
            if there not in found and -product * weight >= least:
                heapq.heappush(heap, (product * weight, there))
    return found
