"""When what is filed became known: as archives claim it, else as it was recorded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from hengjian.store.apply import NAME, TYPE
from hengjian.store.database import Database

_FACTS = ("withdrawn", "attribute_fact", "link_fact")
#: Whose rows are looked at, where that is not everybody: those of links only where both ends are among them.
_AMONG = "SELECT ordinal FROM asked_ordinals"
_WHOSE = f"WHERE ordinal IN ({_AMONG})"
_BOTH = f"WHERE source IN ({_AMONG}) AND target IN ({_AMONG})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The days on which anything became known, ascending, and of them those on which something was withdrawn; `first`:
    by ordinal the first day on which a figure of an entity was, `described`: on which an attribute beside type and name
    was. `claimed` and `recorded` count the entries by whether any row of theirs claims its day."""

    days: tuple[date, ...]
    withdrawn: frozenset[date]
    first: dict[int, date]
    described: dict[int, date]
    claimed: int
    recorded: int


def known(
    database: Database, lines: Iterable[str], zone: ZoneInfo, *, proven: bool, among: Sequence[int] | None = None
) -> Known:
    """Of all that stands in the tables, or of what is stated of the entities `among` them (by ordinal); `lines` are
    those of figures. A proven answer knows no claims."""
    if among is None:
        return _known(database, tuple(lines), zone, proven=proven, whose={})
    whose = {**dict.fromkeys((*lines, *_FACTS), _WHOSE), "link_fact": _BOTH}
    with database.given("asked_ordinals", pa.table({"ordinal": pa.array(among, pa.int32())})):
        return _known(database, tuple(lines), zone, proven=proven, whose=whose)


def _known(
    database: Database, lines: Sequence[str], zone: ZoneInfo, *, proven: bool, whose: Mapping[str, str]
) -> Known:
    claim = "NULL::DATE" if proven else "known_from"
    stamps = "SELECT DISTINCT entry, recorded_at, {claim}, {mark} FROM {table} {whose}"
    found: set[tuple[int, datetime, date | None, bool]] = set()
    for table in (*lines, *_FACTS):
        query = stamps.format(claim=claim, mark=table == "withdrawn", table=table, whose=whose.get(table, ""))
        found |= set(database.rows(query))
    day_of = {at: at.replace(tzinfo=UTC).astimezone(zone).date() for at in {at for _, at, _, _ in found}}

    def earliest(tables: Iterable[str]) -> dict[int, date]:
        days: dict[int, date] = {}
        at_first = f"min({claim}), min(recorded_at) FILTER ({claim} IS NULL)"
        for table in tables:
            rows = f"SELECT ordinal, {at_first} FROM {table} {whose.get(table, '')} GROUP BY ordinal"
            for ordinal, claim_of, at in database.rows(rows):
                both = [one for one in (claim_of, None if at is None else day_of[at]) if one is not None]
                days[ordinal] = min([*both, days.get(ordinal, date.max)])
        return days

    claimed = {entry for entry, _, day, _ in found if day is not None}
    some = whose.get("attribute_fact", "WHERE true")
    described = f"(FROM attribute_fact {some} AND attribute NOT IN ('{TYPE}', '{NAME}'))"
    return Known(
        days=tuple(sorted({day or day_of[at] for _, at, day, _ in found})),
        withdrawn=frozenset(day or day_of[at] for _, at, day, is_gone in found if is_gone),
        first=earliest(lines), described=earliest([described]),
        claimed=len(claimed), recorded=len({entry for entry, *_ in found} - claimed),
    )  # fmt: skip
