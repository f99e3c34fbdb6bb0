"""Cash-flow rights through every layer, rings included: x = start + x D and V = own + D V, solved exactly.

D are the direct shares of all in all. An entity is reached after its owners; a ring is solved as the small system that
it is (integrated ownership: Brioschi, Buzzacchi and Colombo 1989, J. Banking & Finance 13:747).
"""

import numpy as np

from hengjian.evaluate.ownership.graph import Graph, Links, Singular
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values

#: A pivot that is not above this is none: the ring's members hold each other whole.
LEAST_PIVOT = 1e-9


def rights(graph: Graph, place: int, up: bool = False) -> Values:
    """The cash-flow rights of the entity at `place` in all, by place: Values[n]; `up`, those of all in it.

    The cell of the entity itself holds what comes back to it through rings. Raises `Singular` where a ring that it
    reaches (`up`: that reaches it) is closed.
    """
    start = np.zeros(graph.size)
    far, share = (graph.above if up else graph.below).of(place)
    start[far] = share
    return sums(graph, start) if up else spread(graph, start)


def spread(graph: Graph, start: Values) -> Values:
    """x = start + x D for Values[n] `start`: what holders of `start` hold of each through every layer, themselves
    included. Raises `Singular` where anything reaches a closed ring."""
    return _solved(graph, start, graph.above, range(len(graph.bounds) - 1))


def sums(graph: Graph, own: Values) -> Values:
    """V = own + D V for `own` Values[n], or Values[k, n] for k measures at once: own figures and those of all below by
    the share held through every layer. Raises `Singular` where figures that are not 0 stand in or below a closed ring.
    """
    if own.ndim == 1:
        return _solved(graph, own, graph.below, range(len(graph.bounds) - 2, -1, -1))
    return np.stack([sums(graph, each) for each in own]) if len(own) else own.astype(np.float64)


def _solved(graph: Graph, start: Values, links: Links, turns: range) -> Values:
    found = np.array(start, np.float64)
    for turn in turns:
        ring = graph.order[graph.bounds[turn] : graph.bounds[turn + 1]]
        for place in ring.tolist():
            far, share = links.of(place)
            for there, weight in zip(far.tolist(), share.tolist(), strict=True):
                if len(ring) == 1 or not np.any(ring == there):
                    found[place] += weight * found[there]
        if len(ring) > 1 and found[ring].any():
            found[ring] = _ring(links, ring, found[ring])
    return found


def _ring(links: Links, ring: Places, right: Values) -> Values:
    """Elimination without pivoting: stable, as I - D of a ring whose claims leave it is an M-matrix."""
    at = {place: number for number, place in enumerate(ring.tolist())}
    size = len(ring)
    rows = np.eye(size)
    for row, place in enumerate(ring.tolist()):
        for there, weight in zip(*(each.tolist() for each in links.of(place)), strict=True):
            if there in at:
                rows[row, at[there]] -= weight
    right = right.copy()
    for pivot in range(size):
        if not rows[pivot, pivot] > LEAST_PIVOT:
            raise Singular(ring)
        for row in range(pivot + 1, size):
            factor = rows[row, pivot] / rows[pivot, pivot]
            rows[row] -= factor * rows[pivot]
            right[row] -= factor * right[pivot]
    for pivot in range(size - 1, -1, -1):
        for column in range(pivot + 1, size):
            right[pivot] -= rows[pivot, column] * right[column]
        right[pivot] /= rows[pivot, pivot]
    return right
