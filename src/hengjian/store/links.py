"""Dated relations: of the rows that cover a day, the one recorded last holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import pyarrow as pa

from hengjian.model.cut import Cut
from hengjian.model.declaration import OWNS
from hengjian.store.database import Database
from hengjian.store.visible import among, knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """A relation on one day, as the row that holds there states it. A share of 0 is a fact: nothing is held."""

    link: str
    source: str
    target: str
    attributes: Mapping[str, str]
    valid_from: date | None
    valid_to: date | None
    entry: int


def links_at(
    database: Database,
    cut: Cut,
    zone: ZoneInfo,
    day: date,
    link: str,
    end: str | None = None,
    targets: Sequence[int] | None = None,
) -> tuple[LinkState, ...]:
    """The painted relations of one type on `day`, by the ordinals of source and target; with `end` (an id) those that
    begin or end there, with `targets` (ordinals, ascending) those that end at one of them."""
    on = f"DATE '{day.isoformat()}'"
    at = "" if end is None else " AND (SELECT ordinal FROM entity WHERE id = ?) IN (source, target)"
    rows = database.rows(
        "WITH holding AS (SELECT source, target, arg_max(struct_pack(attributes, valid_from, valid_to, entry),"
        ' struct_pack(entry, "row")) AS fact FROM link_fact'
        f" WHERE link = ? AND coalesce(valid_from <= {on}, true) AND coalesce({on} < valid_to, true)"
        f" AND {knowing(cut, zone)}{at} AND {among(targets, 'target')} GROUP BY source, target)"
        " SELECT s.id, t.id, fact.attributes, fact.valid_from, fact.valid_to, fact.entry FROM holding"
        " JOIN entity s ON s.ordinal = holding.source JOIN entity t ON t.ordinal = holding.target"
        " ORDER BY s.ordinal, t.ordinal",
        (link,) if end is None else (link, end),
    )
    return tuple(
        LinkState(
            link=link, source=source, target=target, attributes=json.loads(attributes),
            valid_from=valid_from, valid_to=valid_to, entry=entry,
        )
        for source, target, attributes, valid_from, valid_to, entry in rows
    )  # fmt: skip


def link_facts(
    database: Database,
    cut: Cut,
    zone: ZoneInfo,
    link: str,
    until: date,
    sources: Sequence[int] | None,
    targets: Sequence[int] | None,
    attributes: Sequence[str] = ("share",),
) -> pa.Table:
    """The known facts of one link type that begin up to `until`, in the order in which they are painted.

    Columns: source and target (ordinals), valid_from and valid_to (days since 1970-01-01, null: open), and each of the
    `attributes` (declared names) by its name, as a float, null where the row states none.
    """
    said = [f'TRY_CAST(json_extract_string(attributes, \'$."{name}"\') AS DOUBLE) AS "{name}"' for name in attributes]
    return database.table(
        "SELECT source, target, valid_from - DATE '1970-01-01' AS valid_from, valid_to - DATE '1970-01-01' AS valid_to,"
        f" {', '.join(said)} FROM link_fact"
        f" WHERE link = ? AND {among(sources, 'source')} AND {among(targets, 'target')} AND {knowing(cut, zone)}"
        f" AND (valid_from IS NULL OR valid_from <= DATE '{until.isoformat()}') ORDER BY entry, \"row\"",
        (link,),
    )


def holding_facts(
    database: Database, cut: Cut, zone: ZoneInfo, until: date, targets: Sequence[int] | None = None
) -> pa.Table:
    """The known facts of `owns` (into `targets`, None: all) that begin up to `until`, in the order in which they are
    painted.

    Columns: those of `link_facts` (a share that is not stated: null), votes (null: as the share), kind (0 direct,
    1 nominee, 2 concert) and principal (ordinal, null: none, or none that is registered).
    """
    said = "json_extract_string(attributes, '$.{}')"
    return database.table(
        "SELECT source, target, valid_from - DATE '1970-01-01' AS valid_from, valid_to - DATE '1970-01-01' AS valid_to,"
        f" TRY_CAST({said.format('share')} AS DOUBLE) AS share, TRY_CAST({said.format('voting')} AS DOUBLE) AS votes,"
        f" CASE {said.format('kind')} WHEN 'nominee' THEN 1::BIGINT WHEN 'concert' THEN 2::BIGINT ELSE 0::BIGINT END"
        " AS kind, p.ordinal AS principal FROM link_fact LEFT JOIN entity p"
        f" ON p.id = {said.format('principal')} WHERE link = ? AND {among(targets, 'target')} AND {knowing(cut, zone)}"
        f" AND (valid_from IS NULL OR valid_from <= DATE '{until.isoformat()}') ORDER BY entry, \"row\"",
        (OWNS,),
    )


def restated_companies(database: Database, since: int, newcomers: Sequence[str]) -> list[int]:
    """The ordinals, ascending, of those whose holders entries from `since` on state, or whose holders' principals are
    registered only now: `newcomers`."""
    found = database.rows("SELECT DISTINCT target FROM link_fact WHERE entry >= ? AND link = ?", (since, OWNS))
    if newcomers:
        with database.given("newcomer", pa.table({"id": pa.array(newcomers, pa.string())})):
            found += database.rows(
                "SELECT DISTINCT target FROM link_fact WHERE link = ? AND contains(attributes, '\"principal\"')"
                " AND json_extract_string(attributes, '$.principal') IN (SELECT id FROM newcomer)",
                (OWNS,),
            )
    return sorted({target for (target,) in found})


def stated_holdings(database: Database, targets: Sequence[int] | None) -> pa.Table:
    """All that was ever stated of `owns` (of `targets`, or of others between them where they are many; None: of all),
    in the order in which it is painted, by source and target.

    Columns: source and target (ordinals), valid_from and valid_to (days since 1970-01-01, null: open), attributes
    (JSON), entry, row (its place among the rows of the entry).
    """
    return database.table(
        "SELECT source, target, valid_from - DATE '1970-01-01' AS valid_from, valid_to - DATE '1970-01-01' AS valid_to,"
        f' attributes, entry, "row" FROM link_fact WHERE link = ? AND {among(targets, "target")}'
        ' ORDER BY target, source, entry, "row"',
        (OWNS,),
    )
