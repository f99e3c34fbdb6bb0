"""Readings of one fine measure out of the store, some fine periods at a time, as a dense array."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hengjian.model.cut import Cut
from hengjian.model.declaration import Measure
from hengjian.panel.fill import Board, Flags, Places, numbers
from hengjian.panel.panel import Codes, Values
from hengjian.store import Store
from hengjian.store.select import Window
from hengjian.store.series import Grid, Readings


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
    origin, end = int(source.ordinals[0]), int(source.ordinals[-1])
    grid = Grid(first=first, origin=origin, width=end - origin + 1)
    found = source.store.readings(source.measure, source.cut, window, grid)
    unsettled = np.arange(len(source.ordinals))
    if found is not None and _paint(values, found, source.ordinals):
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


def _paint(values: Values, found: Readings, ordinals: Places) -> bool:
    """Enter the readings, the latest entry last; false when they do not come by entry though one cell has several."""
    flat, rows = values.reshape(-1), 0
    width = int(ordinals[-1] - ordinals[0]) + 1
    column_of = np.full(width, -1, np.int64)
    column_of[ordinals - ordinals[0]] = np.arange(len(ordinals))
    for table in found.portions:
        at: Places = numbers(table.column("place"))
        figures: Values = numbers(table.column("value"))
        if width != len(ordinals):
            row, place = np.divmod(at, width)
            column = column_of.take(place)
            kept = np.flatnonzero(column >= 0)
            at, figures = (row * len(ordinals) + column).take(kept), figures.take(kept)
        flat[at] = figures
        rows += len(at)
    return rows == flat.size - np.count_nonzero(np.isnan(flat)) or _ascend(found.entries)


def _ascend(portions: Iterable[Any]) -> bool:
    latest, ascends = -1, True
    for table in portions:  # to the end, whatever is found: the connection is then free again
        entries = numbers(table.column("entry"))
        if len(entries):
            ascends = ascends and bool(entries[0] >= latest) and bool((entries[1:] >= entries[:-1]).all())
            latest = int(entries[-1])
    return ascends


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
