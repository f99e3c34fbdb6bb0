"""The links of each period after something was stated of one pair."""

from dataclasses import replace

import numpy as np

from hengjian.model.cut import Cut
from hengjian.model.declaration import LinkType
from hengjian.panel.fill import Places
from hengjian.panel.links import Edges, load_links
from hengjian.panel.panel import Panel
from hengjian.store import Store


def relinked(
    store: Store, cut: Cut, link: LinkType, back: bool, panels: tuple[Panel, Panel], ends: tuple[int, int],
    edges: tuple[Edges, ...],
) -> tuple[Edges, ...]:  # fmt: skip
    """The links between two panels (near, far) with the pair `ends` (ordinals, near then far) painted anew.

    A period that is not touched has the very same `Edges`; periods that shared one, and are touched alike, share one.
    """
    near, far = (np.array([ordinal], np.int64) for ordinal in ends)
    days = [period.end for period in panels[0].periods]
    pair = load_links(store, cut, link, back, near, far, days)
    places = [int(np.searchsorted(panel.ordinals, ordinal)) for panel, ordinal in zip(panels, ends, strict=True)]
    made: dict[tuple[int, bool], Edges] = {}
    found = []
    for one, held in zip(edges, pair, strict=True):
        key = id(one), len(held.near) > 0
        if key not in made:
            made[key] = _with(one, places[0], places[1], holds=key[1])
        found.append(made[key])
    return tuple(found)


def _with(edges: Edges, near: int, far: int, *, holds: bool) -> Edges:
    """The links with one pair among them or not; themselves where nothing changes."""
    begin, end = np.searchsorted(edges.near, [near, near + 1]).tolist()
    at = begin + int(np.searchsorted(edges.far[begin:end], far))
    is_there = at < end and int(edges.far[at]) == far
    if is_there == holds:
        return edges
    if holds:
        return replace(edges, near=_inserted(edges.near, at, near), far=_inserted(edges.far, at, far))
    return replace(edges, near=np.delete(edges.near, at), far=np.delete(edges.far, at))


def _inserted(places: Places, at: int, place: int) -> Places:
    return np.insert(places, at, place)
