"""Which entity has filed which period: the question of a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from zoneinfo import ZoneInfo

from hengjian.model.cut import Cut
from hengjian.store.database import Database
from hengjian.store.schema import Column
from hengjian.store.visible import knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """That an entity (its ordinal) states something of a period (its index) that was not withdrawn.

    `first` is the day on which it was first known: as an archive claims it (`claimed`), else as it was recorded.
    `filings` counts the entries that state it, `entry` is the last of them.
    """

    ordinal: int
    period: int
    first: date
    claimed: bool
    filings: int
    entry: int


def filed(
    database: Database,
    wanted: Sequence[Column],
    own: str | None,
    cut: Cut,
    zone: ZoneInfo,
    window: tuple[int, int],
) -> tuple[dict[int, int], list[Filed]]:
    """The first period that each entity filed, and what it filed of the periods in `window` (both ends included): any
    live value of `wanted`, which are columns of one statement table.

    Scope and basis of the cut do not count. An entry of the form `own` counts for the last period that it states of an
    entity only: its columns of comparative figures do not file the periods before.
    """
    figures, values = _figures(database, wanted, own, knowing(cut, zone))
    begun = database.rows(f"SELECT ordinal, min(period) FROM ({figures}) GROUP BY ordinal", values)
    rows = database.rows(
        "SELECT ordinal, period, min(known_from), min(CASE WHEN known_from IS NULL THEN recorded_at END),"
        f" count(DISTINCT entry), max(entry) FROM ({figures}) WHERE period BETWEEN {window[0]:d} AND {window[1]:d}"
        " GROUP BY ordinal, period ORDER BY ordinal, period",
        values,
    )
    found = []
    for ordinal, period, known_from, recorded_at, filings, entry in rows:
        day = None if recorded_at is None else recorded_at.replace(tzinfo=UTC).astimezone(zone).date()
        first: date = min(one for one in (known_from, day) if one is not None)
        one = Filed(ordinal=ordinal, period=period, first=first, claimed=first != day, filings=filings, entry=entry)
        found.append(one)
    return dict(begun), found


def _figures(
    database: Database, wanted: Sequence[Column], own: str | None, known: str
) -> tuple[str, tuple[object, ...]]:
    """A query of the rows that file something, each with ordinal, period, entry and when it was known."""
    is_stated = " OR ".join(f"{column.name} IS NOT NULL" for column in wanted)
    listed = "ordinal, period, entry, recorded_at, known_from"
    query = f"SELECT {listed} FROM {wanted[0].lines} WHERE {known} AND ({is_stated})"
    if own is not None:
        last = f"SELECT {listed}, max(period) OVER (PARTITION BY ordinal, entry) AS last FROM ({query})"
        others = "entry NOT IN (SELECT entry FROM filing WHERE form = ?)"
        query = f"SELECT {listed} FROM ({last}) WHERE (period = last OR {others})"
    numbers = ", ".join(str(column.id) for column in wanted)
    if database.rows(f"SELECT 1 FROM withdrawn WHERE measure IN ({numbers}) AND {known} LIMIT 1"):
        query = f"SELECT * FROM ({query}) WHERE (ordinal, period) NOT IN ({_dead(wanted, known)})"
    return query, () if own is None else (own,)


def _dead(wanted: Sequence[Column], known: str) -> str:
    """(ordinal, period) where withdrawals took the last live value of `wanted`, in every scope and on every basis."""
    key = "ordinal, period, scope, basis"
    names = ", ".join(column.name for column in wanted)
    marks = ", ".join(f"CASE measure WHEN {column.id} THEN 'nan'::DOUBLE END" for column in wanted)
    numbers = ", ".join(str(column.id) for column in wanted)
    taken = f"SELECT {key}, entry, {marks} FROM withdrawn WHERE measure IN ({numbers}) AND {known}"
    live = " OR ".join(f"NOT coalesce(isnan(max_by({column.name}, entry)), true)" for column in wanted)
    return (
        f"SELECT ordinal, period FROM (SELECT {key}, {live} AS live FROM (SELECT {key}, entry, {names}"
        f" FROM {wanted[0].lines} SEMI JOIN (SELECT ordinal, period FROM ({taken})) USING (ordinal, period)"
        f" WHERE {known} UNION ALL {taken}) GROUP BY {key}) GROUP BY ordinal, period HAVING NOT bool_or(live)"
    )
