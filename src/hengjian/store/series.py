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
class Readings:
    """What a cut sees of one series in a window.

    `portions` have ordinal, period, entry and `value`: of several readings of one cell the one of the latest entry
    holds. They mostly come by entry; who needs that checks it. Read them to their end before the store is asked again.
    For the ordinals that are `unsettled` that is not all there is to know, and only `select` tells it: something of
    theirs is withdrawn, or known on a basis that may stand back behind another.
    """

    portions: Iterator[pa.Table]
    unsettled: frozenset[int]


def readings(
    database: Database, column: Column, siblings: Sequence[Column], cut: Cut, zone: ZoneInfo, window: Window
) -> Readings:
    """The visible readings of a series; `siblings` are all series of its statement, which share their basis."""
    where = " AND ".join([*cell_conditions(cut, zone), *window.conditions()])
    asked = [f"SELECT ordinal FROM withdrawn WHERE measure = {column.id} AND {where}"]
    if cut.basis == "best":
        # A row group that knows the first basis only is passed over.
        asked += [
            f"SELECT ordinal FROM {one.table} WHERE {where} AND basis > {min(BASIS_CODES.values())}" for one in siblings
        ]
    unsettled = frozenset(ordinal for (ordinal,) in database.rows(" UNION ".join(asked)))
    query = f"SELECT ordinal, period, entry, {column.name} AS value FROM {column.table} WHERE {where}"
    return Readings(portions=database.portions(query, BATCH), unsettled=unsettled)
