"""What filings change in a scene, cell by cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hengjian.panel.fill import Places
from hengjian.panel.links import distinct
from hengjian.panel.panel import Column
from hengjian.panel.scene import Frame, LinkKey

#: Places of entities, ascending, by row of the panel.
Cells = Mapping[int, Places]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Where figures, texts of attributes and links are others than before; of links, the near ends.

    `fresh`: the places of entities that a frame did not have before; they are not among the others.
    """

    measures: Mapping[tuple[Frame, str], Cells]
    attributes: Mapping[tuple[Frame, str], Cells]
    links: Mapping[LinkKey, Cells]
    fresh: Mapping[Frame, Places]


def joined(parts: Iterable[Cells]) -> Cells:
    """All cells of some; places that are one array in several of them are looked at once."""
    some = [part for part in parts if part]
    if len(some) < 2:
        return some[0] if some else {}
    found: dict[int, list[Places]] = {}
    for part in some:
        for row, places in part.items():
            pieces = found.setdefault(row, [])
            if not any(places is piece for piece in pieces):
                pieces.append(places)
    known: dict[tuple[int, ...], Places] = {}
    return {row: _union(pieces, known) for row, pieces in sorted(found.items())}


def _union(pieces: list[Places], known: dict[tuple[int, ...], Places]) -> Places:
    if len(pieces) == 1:
        return pieces[0]
    key = tuple(map(id, pieces))
    if key not in known:
        known[key] = distinct(np.concatenate(pieces))
    return known[key]


def places_of(cells: Cells) -> Places:
    """All places of some cells, ascending."""
    pieces = list({id(places): places for places in cells.values()}.values())
    return _union(pieces, {}) if pieces else np.empty(0, np.int64)


def differing(before: Column, after: Column, places: Places) -> Cells:
    """The cells of two columns of these places that differ in any bit."""
    other = before.reasons != after.reasons
    other |= np.ascontiguousarray(before.values).view(np.int64) != np.ascontiguousarray(after.values).view(np.int64)
    return {int(row): places[other[row]] for row in np.flatnonzero(other.any(axis=1))}
