"""The readings of one series as they come off the disk, for who adds them up (docs/decisions/0016-series.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa

from hengjian.model.cut import Cut
from hengjian.store.database import Database
from hengjian.store.schema import BASIS_CODES, Column
from hengjian.store.select import Window
from hengjian.store.visible import cell_conditions

#: So many rows come at a time.
BATCH = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Places in rows: a fine period each from index `first` on, in it the ordinal `origin` and `width` - 1 after it."""

    first: int
    origin: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a cut sees of one series in a window.

    `portions` have `place` and `value`: of several readings of one place the one of the latest entry holds. They come
    by entry wherever nobody has changed the order of the rows; `entries` has their `entry`, row by row, for who must
    know. Read the one to its end before the other, and both before the store is asked again.
    For the ordinals that are `unsettled` that is not all there is to know, and only `select` tells it: something of
    theirs is withdrawn, or known on a basis that may stand back behind another.
    """

    portions: Iterator[pa.Table]
    entries: Iterator[pa.Table]
    unsettled: frozenset[int]


def readings(
    database: Database,
    column: Column,
    siblings: Sequence[Column],
    cut: Cut,
    zone: ZoneInfo,
    window: Window,
    grid: Grid,
) -> Readings:
    """The visible readings of a series on a grid; `siblings` are all series of its statement, which share their basis.

    The window's periods lie on the grid.
    """
    inside = f"ordinal BETWEEN {grid.origin:d} AND {grid.origin + grid.width - 1:d}"
    where = " AND ".join([*cell_conditions(cut, zone), *window.conditions(), inside])
    asked = [f"SELECT ordinal FROM withdrawn WHERE measure = {column.id} AND {where}"]
    if cut.basis == "best":
        # A row group that knows the first basis only is passed over.
        beyond = f"{where} AND basis > {min(BASIS_CODES.values())}"
        asked += [f"SELECT ordinal FROM {one.table} WHERE {beyond}" for one in siblings]
    unsettled = frozenset(ordinal for (ordinal,) in database.rows(" UNION ".join(asked)))
    place = f"(period - {grid.first:d})::BIGINT * {grid.width:d} + (ordinal - {grid.origin:d})"
    rows = f"FROM {column.table} WHERE {where}"
    return Readings(
        portions=database.portions(f"SELECT {place} AS place, {column.name} AS value {rows}", BATCH),
        entries=database.portions(f"SELECT entry {rows}", BATCH),
        unsettled=unsettled,
    )
