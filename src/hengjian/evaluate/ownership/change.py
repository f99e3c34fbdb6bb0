"""The graph of other holdings out of one that is there, where few shares differ."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hengjian.evaluate.ownership.graph import Carry, Graph, Links, adopted, known, shares
from hengjian.evaluate.ownership.kernel import run
from hengjian.evaluate.ownership.reorder import Changes, reordered
from hengjian.evaluate.ownership.rows import put, reweighed, without
from hengjian.evaluate.ownership.system import System
from hengjian.panel.fill import Places
from hengjian.panel.holdings import Holdings

#: Where more shares differ, or more entities come and go, everything is made anew.
FEW = 64
_CARRIED = {("shares", True), ("order_of", False), ("order_of", True), ("system_of", False), ("system_of", True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difference:
    """Where shares stand that are gone (in the old arrays), that have come (in the new ones), and that are others (in
    the new ones). `to` are the new places of the old entities, -1 of those gone, and None where all are the same;
    `come` are the places of new ones."""

    removed: Places
    added: Places
    weighed: Places
    to: Places | None
    come: Places


def changed(graph: Graph, holdings: Holdings) -> Graph:
    """The graph of `holdings`: from then on the one that `graph_of` gives. `graph` stays what it was.

    Its answers are those of a graph made anew, to the bit: they do not depend on the order in which it is solved.
    """
    if holdings is graph.holdings:
        return graph
    found = known(holdings)
    return adopted(holdings, _parts(graph)) if found is None else found


def _parts(graph: Graph) -> dict[Any, Any]:
    """What is to be carried over when it is asked for. A graph that was not asked either lets its own one speak."""
    last = graph.parts.get(Carry)
    keys = frozenset(_CARRIED & graph.parts.keys())
    if last is None and keys:
        last = Carry(graph=graph, keys=keys, over=_carry)
    return {} if last is None else {Carry: last}


def _carry(old: Graph, graph: Graph) -> None:
    """Give the graph what still serves of the parts of an older one."""
    found = _difference(old.holdings, graph.holdings)
    if found is None:
        return
    above = old.parts.get(("shares", True))
    if above is not None:
        graph.parts["shares", True] = _above(above, old.holdings, graph.holdings, found)
    for up in (False, True):
        order, system = (old.parts.get((name, up)) for name in ("order_of", "system_of"))
        if order is None:
            continue
        changes = _changes(old.holdings, graph.holdings, found, up)
        made = reordered(order, changes, shares(graph, up), graph.size)
        if made is None:
            continue
        graph.parts["order_of", up], numbers = made
        if system is not None and numbers is not None:
            factors = replace(system.factors, base=system.factors.base[numbers], closed=system.factors.closed[numbers])
            graph.parts["system_of", up] = System(order=made[0], factors=factors)


def _difference(old: Holdings, new: Holdings) -> _Difference | None:
    """What differs; None where that is much."""
    scale = len(new.ordinals)
    to, come, count = None, np.empty(FEW, np.int64), 0
    names = np.empty(0, np.int64), np.empty(0, np.int64)
    if not np.array_equal(old.ordinals, new.ordinals):
        to = np.full(len(old.ordinals), -1)
        names = old.ordinals, new.ordinals
        count = run(_align, scale, *names, to, come)
    cells = np.empty((2, FEW), np.int64)
    before, after = (old.owner, old.owned, old.share), (new.owner, new.owned, new.share)
    differing = run(_differ, scale, *before, names[0], *after, names[1], cells) if count >= 0 else -1
    if differing < 0:
        return None
    was, now = cells[0, :differing], cells[1, :differing]
    return _Difference(
        removed=was[now < 0], added=now[was < 0], weighed=now[(was >= 0) & (now >= 0)], to=to, come=come[:count]
    )


def _align(old: Any, new: Any, to: Any, come: Any) -> int:
    """The places of old ordinals among the new ones, -1 before, and those of others, which are as many; -1: too many
    of them, or of those that are gone."""
    here, count, gone = 0, 0, 0
    for there in range(len(new)):
        while here < len(old) and old[here] < new[there]:
            here += 1
            gone += 1
        if here < len(old) and old[here] == new[there]:
            to[here] = there
            here += 1
        elif count == len(come):
            return -1
        else:
            come[count] = there
            count += 1
    return -1 if gone + len(old) - here > len(come) else count


def _differ(
    near: Any, far: Any, weight: Any, names: Any, new_near: Any, new_far: Any, new_weight: Any, new_names: Any,
    cells: Any,
) -> int:  # fmt: skip
    """Where links that differ stand before and after, -1 where they do not; how many, -1 for too many."""
    here, there, count = 0, 0, 0
    while here < len(near) or there < len(new_near):
        side = 0
        if here == len(near):
            side = 1
        elif there == len(new_near):
            side = -1
        else:
            left, right, lower, other = near[here], new_near[there], far[here], new_far[there]
            if len(names) > 0:
                left, right, lower, other = names[left], new_names[right], names[lower], new_names[other]
            if left < right or (left == right and lower < other):
                side = -1
            elif left != right or lower != other:
                side = 1
        if side != 0 or weight[here] != new_weight[there]:
            if count == cells.shape[1]:
                return -1
            cells[0, count] = here if side <= 0 else -1
            cells[1, count] = there if side >= 0 else -1
            count += 1
        if side <= 0:
            here += 1
        if side >= 0:
            there += 1
    return count


def _above(links: Links, old: Holdings, new: Holdings, found: _Difference) -> Links:
    """Shares by owned, as they are now."""
    links = without(links, old.owned[found.removed], old.owner[found.removed])
    if found.to is not None:
        starts = np.delete(links.starts, np.flatnonzero(found.to < 0))
        at = found.come - np.arange(len(found.come))
        links = Links(starts=np.insert(starts, at, starts[at]), far=found.to[links.far], weight=links.weight)
    links = put(links, new.owned[found.added], new.owner[found.added], new.share[found.added])
    return reweighed(links, new.owned[found.weighed], new.owner[found.weighed], new.share[found.weighed])


def _changes(old: Holdings, new: Holdings, found: _Difference, up: bool) -> Changes:
    was, now = ((held.owned, held.owner) if up else (held.owner, held.owned) for held in (old, new))
    return Changes(
        removed=(was[0][found.removed], was[1][found.removed]), added=(now[0][found.added], now[1][found.added]),
        weighed=(now[0][found.weighed], now[1][found.weighed]), added_weight=new.share[found.added],
        weight=new.share[found.weighed], to=found.to, come=found.come,
    )  # fmt: skip
