"""What stands below or above one entity in the graph of ownership: both rights, levels, control and rings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hengjian.evaluate.ownership import (
    THRESHOLD,
    Graph,
    Method,
    Singular,
    control,
    controllers,
    levels,
    reach,
)
from hengjian.evaluate.ownership import rights as cash_flow_rights
from hengjian.evaluate.ownership import rings as rings_of
from hengjian.evaluate.ownership.graph import shares
from hengjian.panel.fill import Flags, Places
from hengjian.panel.panel import Values

#: Direct shares may add up to so much more than the whole.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Those on one side of an entity, by level, then cash-flow right descending, then place.

    `direct` is the share that the one holds in the other itself; `control`: whether the upper one controls the lower.
    `singular` are the members of a ring that leaves the cash-flow rights without a value: then these are 0.
    """

    places: Places
    level: Places
    cash_flow: Values
    direct: Values
    control: Flags
    singular: Places


_NOWHERE: Places = np.empty(0, np.int64)
#: The view of one that neither holds nor is held.
NOBODY = View(
    places=_NOWHERE, level=_NOWHERE, cash_flow=np.empty(0), direct=np.empty(0), control=np.empty(0, np.bool_),
    singular=_NOWHERE,
)  # fmt: skip


def look(graph: Graph, place: int, *, up: bool, method: Method = THRESHOLD) -> View:
    """All below one entity (with `up` all above it)."""
    try:
        rights, singular = cash_flow_rights(graph, place, up=up), _NOWHERE
    except Singular as error:
        rights, singular = np.zeros(graph.size), error.ring
    found = reach(graph, place, up=up)
    level, cash_flow = levels(graph, place, up=up)[found], rights[found]
    order = np.lexsort((-cash_flow, level))
    held = (controllers if up else control)(graph, place, method)
    places = found[order]
    return View(
        places=places, level=level[order], cash_flow=cash_flow[order], singular=singular,
        direct=_direct(graph, place, up)[places], control=np.isin(places, held),
    )  # fmt: skip


def _direct(graph: Graph, place: int, up: bool) -> Values:
    """The share that one holds directly in each (with `up`, each in it), by place."""
    found = np.zeros(graph.size)
    far, share = shares(graph, up).of(place)
    found[far] = share
    return found


def only(view: View, places: Places) -> View:
    """What a view says of some places."""
    at = np.flatnonzero(np.isin(view.places, places))
    return replace(
        view, places=view.places[at], level=view.level[at], cash_flow=view.cash_flow[at], direct=view.direct[at],
        control=view.control[at],
    )  # fmt: skip


def rings_among(graph: Graph, places: Sequence[int]) -> list[list[int]]:
    """The members of each ring that has one of `places`."""
    flags = np.zeros(graph.size, np.bool_)
    flags[np.array(places, np.int64)] = True
    return [ring.tolist() for ring in rings_of(graph) if flags[ring].any()]


def overfull(graph: Graph, places: Sequence[int]) -> list[tuple[int, float]]:
    """Those of `places` whose direct shares add up to more than the whole, and to what."""
    holdings = graph.holdings
    total = np.bincount(holdings.owned, weights=holdings.share, minlength=graph.size)
    asked = np.unique(np.array(places, np.int64))
    found = asked[total[asked] > 1 + TOLERANCE]
    return list(zip(found.tolist(), total[found].tolist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The nearest on both sides of one entity. `level` is negative above. `ring` begins with that of the entity itself:
    rings are numbered from 1, None is in none. `more`: how many others there are. `singular`: a ring that leaves the
    cash-flow rights without a value (then all are None); empty: there is none. `hidden` counts those who were not to be
    told of, above and below; they are none of `more`."""

    places: Sequence[int]
    level: Sequence[int]
    cash_flow: Sequence[float | None]
    control: Sequence[bool]
    ring: Sequence[int | None]
    more: int
    singular: Sequence[int] = ()
    hidden: tuple[int, int] = (0, 0)


#: Around one that neither holds nor is held.
ALONE = Around(places=(), level=(), cash_flow=(), control=(), ring=(None,), more=0)


def around(graph: Graph, place: int, most: int, is_told: Callable[[int], bool] | None = None) -> Around:
    """The `most` nearest by level, then by cash-flow right. Who stands on both sides, in a ring, is shown on the nearer
    one, below where both are as near. `is_told`: of whom, by place; None: of all."""
    below, above = look(graph, place, up=False), look(graph, place, up=True)
    singular = below.singular if len(below.singular) else above.singular
    places = np.concatenate([below.places, above.places])
    level = np.concatenate([below.level, above.level])
    cash_flow = np.concatenate([below.cash_flow, above.cash_flow])
    is_above = np.arange(len(places)) >= len(below.places)
    order = np.lexsort((is_above, level, places))
    first = np.ones(len(order), np.bool_)
    first[1:] = places[order[1:]] != places[order[:-1]]
    once = order[first]
    hidden = 0, 0
    if is_told is not None:
        told = np.array([is_told(one) for one in places[once].tolist()], np.bool_)
        others = is_above[once[~told]]
        hidden, once = (int(np.count_nonzero(others)), int(np.count_nonzero(~others))), once[told]
    chosen = once[np.lexsort((places[once], -cash_flow[once], level[once]))][:most]
    held = np.concatenate([below.control, above.control])[chosen]
    found = places[chosen]
    return Around(
        places=found.tolist(), level=np.where(is_above, -level, level)[chosen].tolist(),
        cash_flow=[None] * len(found) if len(singular) else cash_flow[chosen].tolist(), control=held.tolist(),
        ring=_numbers(graph, np.concatenate([[place], found])), more=len(once) - len(chosen),
        singular=singular.tolist(), hidden=hidden,
    )  # fmt: skip


def _numbers(graph: Graph, places: Places) -> list[int | None]:
    """The ring of each place; those rings that have one of the places are numbered from 1 as they are met."""
    rings = rings_of(graph)
    ring_of = np.full(len(graph.holdings.ordinals), -1)
    if rings:
        ring_of[np.concatenate(rings)] = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    number: dict[int, int] = {}
    return [number.setdefault(ring, len(number) + 1) if ring >= 0 else None for ring in ring_of[places].tolist()]
