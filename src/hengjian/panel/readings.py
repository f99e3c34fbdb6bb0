"""Readings of one fine measure out of the store, some fine periods at a time, as a dense array."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import Cut
from hengjian.model.declaration import Measure
from hengjian.panel.fill import Board, Flags, Places, numbers
from hengjian.panel.panel import Codes, Values
from hengjian.store import Store
from hengjian.store.select import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which readings: of which entities, by their ordinals (ascending), under which cut; `asked` None: of all."""

    store: Store
    measure: Measure
    cut: Cut
    ordinals: Places
    asked: Sequence[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Readings [fine period × entity] from the fine period `first` on, NaN where there is none.

    Why there is none say `reasons` [fine period × unsettled] for the columns that are `unsettled`; in the others it is
    that nothing was reported. `seen`: who had reported before `first`.
    """

    first: int
    values: Values
    unsettled: Places
    reasons: Codes
    seen: Flags


def read_piece(source: Source, first: int, last: int, seen: Flags | None, room: Values) -> Piece:
    """The readings of the fine periods from `first` to `last`, written into `room` [periods at least × entity].

    `seen` None: the store is asked who reported before.
    """
    values = room[: last - first + 1]
    values.fill(np.nan)
    window = Window(first=first, last=last, ordinals=source.asked)
    found = source.store.readings(source.measure, source.cut, window)
    unsettled = np.arange(len(source.ordinals))
    if found is not None and _paint(values, found.portions, source.ordinals, first):
        unsettled = np.flatnonzero(np.isin(source.ordinals, np.array(sorted(found.unsettled), np.int64)))
    if seen is None:
        seen = _seen(source, first, np.union1d(unsettled, np.flatnonzero(np.isnan(values[0]))))
    if not len(unsettled):
        return Piece(first=first, values=values, unsettled=unsettled, reasons=np.empty((0, 0), np.uint8), seen=seen)
    name = source.measure.name
    ordinals = source.ordinals[unsettled]
    board = Board.empty([name], {name: source.measure.pack}, ordinals, first, len(values))
    every = source.asked is None and len(unsettled) == len(source.ordinals)
    window = Window(first=first, last=last, ordinals=None if every else ordinals.tolist())
    for selection in source.store.select([source.measure], source.cut, window):
        board.put(selection)
    board.earlier[name] = seen[unsettled]
    columns, _ = board.finished(slice(None))
    values[:, unsettled] = columns[name].values
    return Piece(first=first, values=values, unsettled=unsettled, reasons=columns[name].reasons, seen=seen)


def _paint(values: Values, found: Iterable[Any], ordinals: Places, first: int) -> bool:
    """Enter the readings, the latest entry last; false when they do not come by entry: then nothing is right."""
    width, flat, latest, in_order = len(ordinals), values.reshape(-1), -1, True
    place_of = np.full(int(ordinals[-1] - ordinals[0]) + 1, -1, np.int64)
    place_of[ordinals - ordinals[0]] = np.arange(width)
    is_dense = len(place_of) == width
    for table in found:
        entries = numbers(table.column("entry"))
        if not len(entries):
            continue
        in_order = in_order and bool(entries[0] >= latest) and bool((entries[1:] >= entries[:-1]).all())
        latest = int(entries[-1])
        place = numbers(table.column("ordinal")) - np.int64(ordinals[0])
        at = numbers(table.column("period")).astype(np.int64)
        at -= first
        at *= width
        figures: NDArray[np.float64] = numbers(table.column("value"))
        if is_dense and place.min() >= 0 and place.max() < width:
            at += place
        else:
            place[(place < 0) | (place >= len(place_of))] = -1
            place = np.where(place < 0, -1, place_of.take(place))
            kept = np.flatnonzero(place >= 0)
            at, figures = at.take(kept) + place.take(kept), figures.take(kept)
        flat[at] = figures
    return in_order


def _seen(source: Source, first: int, columns: Places) -> Flags:
    """Who of these columns reported before the fine period `first`; the others report in it, and do not matter."""
    seen = np.zeros(len(source.ordinals), np.bool_)
    name = source.measure.name
    if not len(columns):
        return seen
    ordinals = source.ordinals[columns]
    board = Board.empty([name], {name: source.measure.pack}, ordinals, first, 0)
    for table, names in source.store.reported_before(
        [source.measure], source.cut, Window(first=first, ordinals=ordinals.tolist())
    ):
        board.put_earlier(table, names)
    seen[columns] = board.earlier.get(name, False)
    return seen
