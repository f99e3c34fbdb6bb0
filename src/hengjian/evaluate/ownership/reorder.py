"""An order in which few links changed.

It still holds where a link goes away outside rings, or leads on in it. Where one leads back, those that draw from its
end are put off until after its source (in the manner of Pearce and Kelly 2006). Only where a ring may have come or gone
it must be found anew.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import Links
from hengjian.evaluate.ownership.kernel import run
from hengjian.evaluate.ownership.rows import put, reweighed, without
from hengjian.evaluate.ownership.system import Order
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values

Ends = tuple[Places, Places]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Links as sources and who draws from them: `removed` by old places, `added` and `weighed` by new ones.

    `to` are the new places of the old ones, -1 of those gone, and None where all are the same; `come` are new places.
    """

    removed: Ends
    added: Ends
    weighed: Ends
    added_weight: Values
    weight: Values
    to: Places | None
    come: Places


def reordered(order: Order, changes: Changes, links: Links, scale: int) -> tuple[Order, Places | None] | None:
    """The order of `links` (by source, as they are now), and for each ring its number before; no numbers where a ring
    must be factorised again, and None where rings may be others. `scale` decides how kernels are run."""
    source, row = (order.position[each] for each in changes.removed)
    if _rings_of(order, source, row):
        return None
    order = _renamed(_with_rows(order, without(_rows(order), row, changes.removed[0], order.place)), changes)
    numbers, before = np.arange(len(order.begins)), order
    for one, other in zip(*(each.tolist() for each in changes.added), strict=True):
        ends = order.position[[one, other]]
        if ends[0] < ends[1] or _rings_of(order, ends[:1], ends[1:]):
            continue
        found = _put_off(order, links, one, other, scale)
        if found is None:
            return None
        order, turn = found
        numbers = numbers[turn]
    rows = _rows(order) if order is before else _moved(before, order, scale)
    source, row = (order.position[each] for each in changes.added)
    rows = put(rows, row, changes.added[0], changes.added_weight, order.place, source)
    row = order.position[changes.weighed[1]]
    order = _with_rows(order, reweighed(rows, row, changes.weighed[0], changes.weight, order.place))
    within = (tuple(order.position[each] for each in ends) for ends in (changes.added, changes.weighed))
    return order, None if any(_rings_of(order, *ends) for ends in within) else numbers


def _rows(order: Order) -> Links:
    return Links(starts=order.starts, far=order.far, weight=order.weight)


def _with_rows(order: Order, rows: Links) -> Order:
    return replace(order, starts=rows.starts, far=rows.far, weight=rows.weight)


def _ring(order: Order, position: int) -> int:
    """The number of the ring at a position, -1 for none."""
    number = int(np.searchsorted(order.ends, position, side="right"))
    return number if number < len(order.ends) and order.begins[number] <= position else -1


def _rings_of(order: Order, one: Places, other: Places) -> bool:
    """Whether any pair of positions stands in one ring."""
    pairs = zip(one.tolist(), other.tolist(), strict=True)
    return any(_ring(order, left) == _ring(order, right) >= 0 for left, right in pairs)


def _renamed(order: Order, changes: Changes) -> Order:
    """With the places of entities now. Those gone draw from nobody, and nobody from them; others stand at the end."""
    to, come = changes.to, changes.come
    if to is None:
        return order
    stays = np.flatnonzero(to[order.place] >= 0)
    shift = np.full(len(to), -1)
    shift[stays] = np.arange(len(stays))
    place = np.concatenate([to[order.place[stays]], come])
    position = np.empty(len(place), np.int64)
    position[place] = np.arange(len(place))
    starts = np.concatenate([order.starts[stays], np.full(len(come) + 1, order.starts[-1])])
    return replace(
        order, place=place, position=position, starts=starts, far=shift[order.far],
        begins=shift[order.begins], ends=shift[order.ends - 1] + 1,
    )  # fmt: skip


def _put_off(order: Order, links: Links, source: int, row: int, scale: int) -> tuple[Order, Places] | None:
    """An order, but for its rows, in which one that draws from `source` stands behind it, and for each ring its number
    before; None where a ring has come."""
    place, position = order.place.copy(), order.position.copy()
    ring = _ring(order, int(position[source]))
    last = int(order.ends[ring]) if ring >= 0 else int(position[source]) + 1
    room = np.zeros(len(place), np.bool_), np.empty(len(place), np.int64)
    if not run(_postpone, scale, links.starts, links.far, position, place, source, row, last, *room):
        return None
    begins = position[order.place[order.begins]]
    turn = np.argsort(begins)
    ends = (begins + order.ends - order.begins)[turn]
    return replace(order, place=place, position=position, begins=begins[turn], ends=ends), turn


def _moved(before: Order, order: Order, scale: int) -> Links:
    """The rows of an order where they stand in another one."""
    starts, far, weight = np.empty_like(before.starts), np.empty_like(before.far), np.empty_like(before.weight)
    where, whence = order.position[before.place], before.position[order.place]
    run(_move, scale, before.starts, before.far, before.weight, where, whence, starts, far, weight)
    return Links(starts=starts, far=far, weight=weight)


def _move(
    old_starts: Any, old_far: Any, old_weight: Any, where: Any, whence: Any, starts: Any, far: Any, weight: Any
) -> None:
    cell = 0
    for row in range(len(whence)):
        starts[row] = cell
        for link in range(old_starts[whence[row]], old_starts[whence[row] + 1]):
            far[cell] = where[old_far[link]]
            weight[cell] = old_weight[link]
            cell += 1
    starts[len(whence)] = cell


def _postpone(
    starts: Any, far: Any, position: Any, place: Any, source: int, row: int, last: int, seen: Any, queue: Any
) -> bool:
    """Whether it was possible to put `row` and those before position `last` that draw from it behind the others."""
    seen[row] = True
    queue[0] = row
    head, count, first = 0, 1, position[row]
    while head < count:
        here = queue[head]
        head += 1
        first = min(first, position[here])
        for link in range(starts[here], starts[here + 1]):
            there = far[link]
            if position[there] < last and not seen[there]:
                if there == source:
                    return False
                seen[there] = True
                queue[count] = there
                count += 1
    free, count = first, 0
    for cell in range(first, last):
        here = place[cell]
        if seen[here]:
            queue[count] = here
            count += 1
        else:
            place[free] = here
            free += 1
    for cell in range(count):
        place[free + cell] = queue[cell]
    for cell in range(first, last):
        position[place[cell]] = cell
    return True
