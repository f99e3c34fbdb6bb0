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


def filed(database: Database, wanted: Sequence[Column], own: str | None, cut: Cut, zone: ZoneInfo) -> list[Filed]:
    """Entities and periods with a live value of any of `wanted`, which are columns of one statement table.

    Scope and basis of the cut do not count. An entry of the form `own` counts for the last period that it states of an
    entity only: its columns of comparative figures do not file the periods before.
    """
    names = ", ".join(column.name for column in wanted)
    marks = ", ".join(f"CASE measure WHEN {column.id} THEN 'nan'::DOUBLE END" for column in wanted)
    numbers = ", ".join(str(column.id) for column in wanted)
    key = "ordinal, period, scope, basis"
    known = knowing(cut, zone)
    is_stated = " OR ".join(f"{column.name} IS NOT NULL" for column in wanted)
    is_figure = " OR ".join(f"NOT isnan({column.name})" for column in wanted)
    is_live = " OR ".join(f"NOT coalesce(isnan(max_by({column.name}, entry)), true)" for column in wanted)
    owned = "entry NOT IN (SELECT entry FROM filing WHERE form = ?)" if own is not None else "true"
    rows = database.rows(
        f"WITH stated AS (SELECT {key}, entry, recorded_at, known_from, {names} FROM {wanted[0].table}"
        f" WHERE {known} AND ({is_stated}) UNION ALL SELECT {key}, entry, recorded_at, known_from, {marks}"
        f" FROM withdrawn WHERE measure IN ({numbers}) AND {known}),"
        f" live AS (SELECT ordinal, period FROM (SELECT {key} FROM stated GROUP BY {key} HAVING {is_live})"
        " GROUP BY ordinal, period),"
        f" figures AS (SELECT ordinal, period, entry, recorded_at, known_from,"
        f" {owned} OR period = max(period) OVER (PARTITION BY ordinal, entry) AS counts"
        f" FROM stated WHERE coalesce({is_figure}, false))"
        " SELECT ordinal, period, min(known_from), min(CASE WHEN known_from IS NULL THEN recorded_at END),"
        " count(DISTINCT entry), max(entry) FROM figures SEMI JOIN live USING (ordinal, period)"
        " WHERE counts GROUP BY ordinal, period ORDER BY ordinal, period",
        () if own is None else (own,),
    )
    found = []
    for ordinal, period, known_from, recorded_at, filings, entry in rows:
        day = None if recorded_at is None else recorded_at.replace(tzinfo=UTC).astimezone(zone).date()
        first: date = min(one for one in (known_from, day) if one is not None)
        one = Filed(ordinal=ordinal, period=period, first=first, claimed=first != day, filings=filings, entry=entry)
        found.append(one)
    return found
