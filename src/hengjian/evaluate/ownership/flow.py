"""Cash-flow rights through every layer, rings included: x = start + x D and V = own + D V, solved exactly.

D are the direct shares of all in all. An entity has its turn after its owners (V: after those that it owns), a ring is
solved as the small system that it is: integrated ownership of Brioschi, Buzzacchi and Colombo (1989), layer by layer.
"""

from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import Graph, Singular, shares, within
from hengjian.evaluate.ownership.kernel import run
from hengjian.evaluate.ownership.reach import nearby
from hengjian.evaluate.ownership.system import System, ordered, system, system_of
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values

#: Who reaches less than one in so many is answered from what it reaches alone, others by a sweep over all.
NEAR = 16


def rights(graph: Graph, place: int, up: bool = False) -> Values:
    """The cash-flow rights of the entity at `place` in all, by place: Values[n]; `up`, those of all in it.

    The cell of the entity itself holds what comes back to it through rings. Raises `Singular` where a ring that it
    reaches (`up`: that reaches it) is closed.
    """
    far, share = shares(graph, up).of(place)
    return _solved(graph, far, share, up)


def spread(graph: Graph, start: Values) -> Values:
    """x = start + x D for Values[n] `start`: what those who hold `start` hold of each through every layer, `start`
    included. Raises `Singular` where anything reaches a closed ring."""
    places = np.flatnonzero(start)
    return _solved(graph, places, start[places], False)


def sums(graph: Graph, own: Values) -> Values:
    """V = own + D V for `own` Values[n], or Values[k, n] for k figures each: one's own and those of all below by the
    share held through every layer. Raises `Singular` where anything but 0 stands in or below a closed ring.
    """
    if own.ndim > 1:
        found = np.empty(own.shape)
        for row, each in enumerate(own):
            found[row] = sums(graph, each)
        return found
    places = np.flatnonzero(own)
    return _solved(graph, places, own[places], True)


def _solved(graph: Graph, places: Places, values: Values, up: bool) -> Values:
    """What is drawn from `values` at `places`, these included, by place."""
    found = np.zeros(graph.size)
    if not len(places):
        return found
    links = shares(graph, up)
    near = nearby((links,), places, graph.size, graph.size // NEAR)
    if near is None:
        whole = system_of(graph, up)
        at = whole.order.position[places]
        drawn = np.zeros(graph.size)
        drawn[at] = values
        first = _solve(whole, drawn, int(at.min()), graph.size, np.arange(0))
        run(_place, graph.size, drawn, first, whole.order.place, found)
        return found
    part = system(ordered(within(links, near, graph.size)[0], graph.size), graph.size)
    drawn = np.zeros(len(near))
    drawn[part.order.position[np.searchsorted(near, places)]] = values
    _solve(part, drawn, 0, graph.size, near)
    found[near] = drawn[part.order.position]
    return found


def _solve(whole: System, drawn: Values, first: int, scale: int, names: Places) -> int:
    """Solve in place, by position, from position `first` on; before it there is nothing but 0: also before the position
    that it gives, where it began. `names` are the places in the graph of the system's own (none: the same)."""
    order, factors = whole.order, whole.factors
    ring = int(np.searchsorted(order.ends, first, side="right"))
    first = min(first, int(order.begins[ring])) if ring < len(order.begins) else first
    broken = run(
        _sweep, scale, drawn, first, ring, order.starts, order.far, order.weight, order.begins, order.ends,
        factors.base, factors.closed, factors.turn, factors.pivot, factors.row_head, factors.column_head,
        factors.row_next, factors.column_next, factors.row, factors.column, factors.value,
    )  # fmt: skip
    if broken >= 0:
        members = order.place[order.begins[broken] : order.ends[broken]]
        raise Singular(names[members] if len(names) else members)
    return first


def _place(drawn: Any, first: int, place: Any, found: Any) -> None:
    """By place what stands by position; of most who are reached by few, little is touched."""
    for row in range(first, len(drawn)):
        if drawn[row] != 0.0:
            found[place[row]] = drawn[row]


def _sweep(
    drawn: Any, first: int, ring: int, starts: Any, far: Any, weight: Any, begins: Any, ends: Any, base: Any,
    closed: Any, turn: Any, pivot: Any, row_head: Any, column_head: Any, row_next: Any, column_next: Any, rows: Any,
    columns: Any, value: Any,
) -> int:  # fmt: skip
    """The number of a closed ring that something comes to; -1."""
    row, size = first, len(drawn)
    while row < size:
        begin, end = size, size
        if ring < len(begins):
            begin, end = begins[ring], ends[ring]
        for here in range(row, end):
            total = drawn[here]
            for link in range(starts[here], starts[here + 1]):
                if here < begin or far[link] < begin:
                    total += weight[link] * drawn[far[link]]
            drawn[here] = total
        touched = False
        for here in range(begin, end):
            touched = touched or drawn[here] != 0.0
        if touched and closed[ring]:
            return ring
        if touched:
            _ring(
                drawn, base[ring], base[ring] + end - begin, begin - base[ring], turn, pivot, row_head, column_head,
                row_next, column_next, rows, columns, value,
            )  # fmt: skip
        row = end
        ring += 1
    return -1


def _ring(
    drawn: Any, first: int, last: int, shift: int, turn: Any, pivot: Any, row_head: Any, column_head: Any,
    row_next: Any, column_next: Any, rows: Any, columns: Any, value: Any,
) -> None:  # fmt: skip
    """The slots from `first` to before `last`, whose figures stand `shift` further on."""
    for turning in range(first, last):
        slot = turn[turning]
        term = column_head[slot]
        while term >= 0:
            drawn[rows[term] + shift] += value[term] * drawn[slot + shift]
            term = column_next[term]
    for turning in range(last - 1, first - 1, -1):
        slot = turn[turning]
        total = drawn[slot + shift]
        term = row_head[slot]
        while term >= 0:
            total += value[term] * drawn[columns[term] + shift]
            term = row_next[term]
        drawn[slot + shift] = total / pivot[slot]
