"""Rows of ledger entries into the tables, by Arrow. Facts are only ever appended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.store.cells import Pivot, Withdrawal, pivot
from hengjian.store.database import Database
from hengjian.store.entities import ordinals_of
from hengjian.store.schema import Columns

#: Facts about an entity that every row of the form `entities` states, beside the declared attributes.
TYPE, NAME = "type", "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What every row of an entry carries."""

    entry: int
    recorded_at: datetime
    known_from: date | None

    def columns(self, known_from: Sequence[date | None]) -> dict[str, pa.Array]:
        """entry, recorded_at (UTC, microseconds) and the rows' own known_from as Arrow columns."""
        count = len(known_from)
        moment = self.recorded_at.astimezone(UTC).replace(tzinfo=None)
        return {
            "entry": pa.array([self.entry] * count, pa.int64()),
            "recorded_at": pa.array([moment] * count, pa.timestamp("us")),
            "known_from": pa.array(known_from, pa.date32()),
        }


#: The rows of one entry.
Part = tuple[Stamp, Sequence[Row]]


def apply_rows(database: Database, columns: Columns, parts: Sequence[Part]) -> None:
    """Append all rows of some entries, in their order; needs a transaction.

    Entries that state observations alone go in together, for what a write costs hardly grows with its rows. ValueError
    before anything of those, or of another entry, is written when a row cannot be.
    """
    together: list[Part] = []
    for stamp, rows in parts:
        if all(isinstance(row, ObservationRow) for row in rows):
            together.append((stamp, rows))
            continue
        _apply_observations(database, columns, together)
        together = []
        _apply_entry(database, columns, stamp, rows)
    _apply_observations(database, columns, together)


def _apply_observations(database: Database, columns: Columns, parts: Sequence[Part]) -> None:
    found = [(stamp, [row for row in rows if isinstance(row, ObservationRow)]) for stamp, rows in parts]
    ordinals = ordinals_of(database, {row.entity for _, rows in found for row in rows}) if found else {}
    tables: dict[str, list[pa.Table]] = {}
    for stamp, rows in found:
        pivots, withdrawals = pivot(rows, ordinals, columns, stamp.known_from)
        for part in pivots:
            tables.setdefault(part.table, []).append(_statement_table(part, stamp))
        if withdrawals:
            tables.setdefault("withdrawn", []).append(_withdrawn_table(withdrawals, stamp))
    for name, made in tables.items():
        _append(database, name, pa.concat_tables(made, promote_options="default"))


def _apply_entry(database: Database, columns: Columns, stamp: Stamp, rows: Sequence[Row]) -> None:
    """An entry that registers or relates entities, whatever else it states."""
    observations = [row for row in rows if isinstance(row, ObservationRow)]
    entities = [(place, row) for place, row in enumerate(rows) if isinstance(row, EntityRow)]
    links = [(place, row) for place, row in enumerate(rows) if isinstance(row, LinkRow)]
    named = {row.entity for row in observations} | {row.entity for _, row in entities}
    named |= {end for _, row in links for end in (row.source, row.target)}
    ordinals = ordinals_of(database, named)
    newcomers = _newcomers(database, [row for _, row in entities], ordinals)
    ordinals |= {identity: ordinal for identity, (ordinal, _) in newcomers.items()}
    pivots, withdrawals = pivot(observations, ordinals, columns, stamp.known_from)
    unknown = {end for _, row in links for end in (row.source, row.target)} - ordinals.keys()
    if unknown:
        raise ValueError(f"not registered: {min(unknown)!r}")
    if newcomers:
        _append(database, "entity", _entity_table(newcomers))
    if entities:
        _append(database, "attribute_fact", _fact_table(entities, ordinals, stamp))
    if links:
        _append(database, "link_fact", _link_table(links, ordinals, stamp))
    for part in pivots:
        _append(database, part.table, _statement_table(part, stamp))
    if withdrawals:
        _append(database, "withdrawn", _withdrawn_table(withdrawals, stamp))


def _append(database: Database, target: str, table: pa.Table) -> None:
    names = ", ".join(f'"{name}"' for name in table.column_names)
    with database.given("incoming", table):
        database.run(f"INSERT INTO {target} ({names}) SELECT {names} FROM incoming")


def _newcomers(
    database: Database, rows: Sequence[EntityRow], ordinals: Mapping[str, int]
) -> dict[str, tuple[int, str]]:
    """Ordinals, in the order of the file, for entities that are registered here for the first time, with their type."""
    types: dict[str, str] = {}
    for row in rows:
        if types.setdefault(row.entity, row.type) != row.type:
            raise ValueError(f"one filing gives {row.entity!r} two types")
    known = [ordinals[identity] for identity in types if identity in ordinals]
    if known:
        among = ", ".join(map(str, known))
        for identity, kind in database.rows(f"SELECT id, type FROM entity WHERE ordinal IN ({among})"):
            if types[identity] != kind:
                raise ValueError(f"{identity!r} is registered as {kind!r}, not {types[identity]!r}")
    fresh = [identity for identity in types if identity not in ordinals]
    if not fresh:
        return {}
    ((start,),) = database.rows("SELECT coalesce(max(ordinal) + 1, 0) FROM entity")
    return {identity: (start + place, types[identity]) for place, identity in enumerate(fresh)}


def _entity_table(newcomers: Mapping[str, tuple[int, str]]) -> pa.Table:
    return pa.table(
        {
            "ordinal": pa.array([ordinal for ordinal, _ in newcomers.values()], pa.int32()),
            "id": pa.array(list(newcomers), pa.string()),
            "type": pa.array([kind for _, kind in newcomers.values()], pa.string()),
        }
    )


def facts_of(row: EntityRow) -> list[tuple[str, str]]:
    """The facts that a row states; an empty cell states nothing."""
    stated = [(TYPE, row.type), (NAME, row.name), *row.attributes]
    return [(attribute, text) for attribute, text in stated if text]


def _fact_table(rows: Sequence[tuple[int, EntityRow]], ordinals: Mapping[str, int], stamp: Stamp) -> pa.Table:
    facts = [(place, row, attribute, text) for place, row in rows for attribute, text in facts_of(row)]
    return pa.table(
        {
            "ordinal": pa.array([ordinals[row.entity] for _, row, _, _ in facts], pa.int32()),
            "attribute": pa.array([attribute for _, _, attribute, _ in facts], pa.string()),
            "text": pa.array([text for _, _, _, text in facts], pa.string()),
            "valid_from": pa.array([row.valid_from for _, row, _, _ in facts], pa.date32()),
            "row": pa.array([place for place, _, _, _ in facts], pa.int32()),
            **stamp.columns([row.known_from or stamp.known_from for _, row, _, _ in facts]),
        }
    )


def _link_table(rows: Sequence[tuple[int, LinkRow]], ordinals: Mapping[str, int], stamp: Stamp) -> pa.Table:
    attributes = [
        json.dumps({name: text for name, text in row.attributes if text}, ensure_ascii=False, sort_keys=True)
        for _, row in rows
    ]
    return pa.table(
        {
            "link": pa.array([row.link for _, row in rows], pa.string()),
            "source": pa.array([ordinals[row.source] for _, row in rows], pa.int32()),
            "target": pa.array([ordinals[row.target] for _, row in rows], pa.int32()),
            "valid_from": pa.array([row.valid_from for _, row in rows], pa.date32()),
            "valid_to": pa.array([row.valid_to for _, row in rows], pa.date32()),
            "attributes": pa.array(attributes, pa.string()),
            "row": pa.array([place for place, _ in rows], pa.int32()),
            **stamp.columns([row.known_from or stamp.known_from for _, row in rows]),
        }
    )


def _statement_table(part: Pivot, stamp: Stamp) -> pa.Table:
    return pa.table(
        {
            "ordinal": pa.array([key[0] for key in part.keys], pa.int32()),
            "period": pa.array([key[1] for key in part.keys], pa.int32()),
            "scope": pa.array([key[2] for key in part.keys], pa.uint8()),
            "basis": pa.array([key[3] for key in part.keys], pa.uint8()),
            **stamp.columns([key[4] for key in part.keys]),
            **{name: pa.array(values, pa.float64()) for name, values in part.values.items()},
        }
    )


def _withdrawn_table(withdrawals: Sequence[Withdrawal], stamp: Stamp) -> pa.Table:
    spots = [spot for spot, _ in withdrawals]
    return pa.table(
        {
            "measure": pa.array([spot.column.id for spot in spots], pa.int32()),
            "ordinal": pa.array([spot.ordinal for spot in spots], pa.int32()),
            "period": pa.array([spot.period for spot in spots], pa.int32()),
            "scope": pa.array([spot.scope for spot in spots], pa.uint8()),
            "basis": pa.array([spot.basis for spot in spots], pa.uint8()),
            **stamp.columns([known for _, known in withdrawals]),
        }
    )
