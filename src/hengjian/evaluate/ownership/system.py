"""Links made ready to be solved: entities after those that they draw from, rings as small systems already factorised.

x = b + x D, or V = b + D V: every entity's figure is its own and, by links with weights, those that it draws from. The
strongly connected components are found with Tarjan's algorithm (1972), and all rows are kept in that order, so that one
sweep from front to back solves everything outside rings. In a figure, terms stand by the ascending place of those they
come from, and a ring's solution depends on the ring alone: bits do not depend on what else is in the graph.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from hengjian.evaluate.ownership.factors import Factors, factorised
from hengjian.evaluate.ownership.graph import Graph, Links, part, shares
from hengjian.evaluate.ownership.kernel import run
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Order:
    """Rows in the order in which they can be solved. `position` of a place, and `place` at a position.

    Row r draws from `far[starts[r]:starts[r + 1]]`, positions by ascending place, with their weights. The members of a
    ring stand together, ascending by place: from `begins` to before `ends`, which ascend.
    """

    position: Places
    place: Places
    starts: Places
    far: Places
    weight: Values
    begins: Places
    ends: Places


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class System:
    """An order with the factors of its rings."""

    order: Order
    factors: Factors


@part
def order_of(graph: Graph, up: bool) -> Order:
    """All entities after their owners, `up`: after those that they own."""
    return ordered(shares(graph, up), graph.size)


@part
def system_of(graph: Graph, up: bool) -> System:
    """All entities, ready to be solved."""
    return system(order_of(graph, up), graph.size)


def system(order: Order, scale: int) -> System:
    """With the factors of all rings. `scale` decides how kernels are run."""
    factors = factorised(order.starts, order.far, order.weight, order.begins, order.ends, scale)
    return System(order=order, factors=factors)


def ordered(links: Links, scale: int) -> Order:
    """The order in which the far ends of links draw from the near ends. `scale` decides how kernels are run."""
    place, begins, ends = _components(links, scale)
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        place[begin:end].sort()
    size, count = len(place), len(links.far)
    position = np.empty(size, np.int64)
    position[place] = np.arange(size)
    starts, far, weight = np.zeros(size + 1, np.int64), np.empty(count, np.int64), np.empty(count)
    run(_draw, scale, links.starts, links.far, links.weight, position, starts, far, weight)
    return Order(position=position, place=place, starts=starts, far=far, weight=weight, begins=begins, ends=ends)


def _components(links: Links, scale: int) -> tuple[Places, Places, Places]:
    """All places, each before those that links lead to; where the components of more than one begin and end there."""
    size = len(links.starts) - 1
    found, number, cursor = np.empty(size, np.int64), np.zeros(size, np.int32), np.empty(size, np.int64)
    begins, ends, *room = (np.empty(size, np.int32) for _ in range(5))
    rings = run(_strong, scale, links.starts, links.far, found, begins, ends, number, cursor, *room)
    turned = [(size - each[:rings][::-1]).astype(np.int64) for each in (ends, begins)]
    return found[::-1].copy(), turned[0], turned[1]


def _strong(
    starts: Any,
    far: Any,
    order: Any,
    begins: Any,
    ends: Any,
    number: Any,
    cursor: Any,
    low: Any,
    stack: Any,
    trail: Any,
) -> int:
    """Places into `order`, component after component, each after all that it leads to; where those of more than one
    member begin and end there; how many such there are. `number`, 0 before, and the others are room to work in."""
    size = len(number)
    rings, seen, held, done = 0, 0, 0, 0
    for root in range(size):
        depth = -1
        there = root
        while True:
            if there >= 0 and number[there] == 0:
                depth += 1
                trail[depth] = there
                stack[held] = there
                held += 1
                seen += 1
                number[there] = seen
                low[there] = seen
                cursor[there] = starts[there]
            if depth < 0:
                break
            here = trail[depth]
            link, end, lowest, there = cursor[here], starts[here + 1], low[here], -1
            while link < end and there < 0:
                seen_as = number[far[link]]
                if seen_as == 0:
                    there = far[link]
                elif seen_as < lowest:
                    lowest = seen_as
                link += 1
            cursor[here] = link
            low[here] = lowest
            if there >= 0:
                continue
            depth -= 1
            if lowest != number[here]:
                if lowest < low[trail[depth]]:
                    low[trail[depth]] = lowest
                continue
            begin = done
            while done == begin or order[done - 1] != here:
                held -= 1
                order[done] = stack[held]
                number[stack[held]] = size + 1
                done += 1
            if done - begin > 1:
                begins[rings] = begin
                ends[rings] = done
                rings += 1
    return rings


def _draw(old_starts: Any, old_far: Any, old_weight: Any, position: Any, starts: Any, far: Any, weight: Any) -> None:
    size = len(position)
    for link in range(len(old_far)):
        starts[position[old_far[link]]] += 1
    total = 0
    for row in range(size):
        count = starts[row]
        starts[row] = total
        total += count
    starts[size] = total
    for near in range(size):
        there = position[near]
        for link in range(old_starts[near], old_starts[near + 1]):
            row = position[old_far[link]]
            cell = starts[row]
            far[cell] = there
            weight[cell] = old_weight[link]
            starts[row] = cell + 1
    for row in range(size, 0, -1):
        starts[row] = starts[row - 1]
    starts[0] = 0


def rings(graph: Graph) -> tuple[Places, ...]:
    """The strongly connected components with more than one member, owners before the owned; each ascending."""
    order = order_of(graph, False)
    return tuple(order.place[begin:end] for begin, end in zip(order.begins, order.ends, strict=True))


def singular(graph: Graph) -> tuple[Places, ...]:
    """The rings that are closed: what touches one of them is refused."""
    return tuple(
        ring for ring, closed in zip(rings(graph), system_of(graph, False).factors.closed, strict=True) if closed
    )
