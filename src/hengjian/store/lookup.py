"""Which entry states a cell, and which latest filing some rows would change."""

from collections.abc import Sequence

import pyarrow as pa

from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.store.apply import facts_of
from hengjian.store.cells import Spot, spot_of
from hengjian.store.database import Database
from hengjian.store.entities import ordinals_of
from hengjian.store.schema import Columns


def latest_entry(database: Database, columns: Columns, rows: Sequence[Row]) -> int | None:
    """The largest entry among stored facts that `rows` would change: the same cells, the same attributes of an entity
    (each fact holds from its day on, so any two of one attribute overlap), the same relations on overlapping days."""
    named = {row.entity for row in rows if isinstance(row, ObservationRow | EntityRow)}
    named |= {end for row in rows if isinstance(row, LinkRow) for end in (row.source, row.target)}
    ordinals = ordinals_of(database, named)
    spots = {spot_of(row, ordinals, columns) for row in rows if isinstance(row, ObservationRow)}
    facts = {
        (ordinals[row.entity], attribute)
        for row in rows
        if isinstance(row, EntityRow) and row.entity in ordinals
        for attribute, _ in facts_of(row)
    }
    links = [row for row in rows if isinstance(row, LinkRow) and {row.source, row.target} <= ordinals.keys()]
    found = [
        _latest_cell(database, [spot for spot in spots if spot is not None]),
        _latest_fact(database, sorted(facts)),
        _latest_link(database, [(row, ordinals[row.source], ordinals[row.target]) for row in links]),
    ]
    return max((entry for entry in found if entry is not None), default=None)


#: Up to so many lines are asked for by name, which is quicker for few than joining what is asked.
_FEW = 8


def _latest_cell(database: Database, spots: Sequence[Spot]) -> int | None:
    """The largest entry that states or withdraws any of the cells."""
    lines: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        at = f"ordinal = {spot.ordinal:d} AND period = {spot.period:d} AND scope = {spot.scope:d}"
        lines.setdefault((spot.column.table, f"{at} AND basis = {spot.basis:d}"), []).append(spot)
    if len(lines) > _FEW:
        return max((entry for entry in entries_of(database, spots, "true") if entry is not None), default=None)
    queries = []
    for (table, where), cells in lines.items():
        stated = " OR ".join(f"{spot.column.name} IS NOT NULL" for spot in cells)
        numbers = ", ".join(str(spot.column.id) for spot in cells)
        queries.append(f"SELECT entry FROM {table} WHERE {where} AND ({stated})")
        queries.append(f"SELECT entry FROM withdrawn WHERE {where} AND measure IN ({numbers})")
    if not queries:
        return None
    ((entry,),) = database.rows(f"SELECT max(entry) FROM ({' UNION ALL '.join(queries)})")
    return None if entry is None else int(entry)


def entries_of(database: Database, spots: Sequence[Spot], known: str) -> list[int | None]:
    """Per spot the latest entry that states it or withdraws it, under the condition `known`."""
    found: list[int | None] = [None] * len(spots)
    by_table: dict[str, list[int]] = {}
    for place, spot in enumerate(spots):
        by_table.setdefault(spot.column.table, []).append(place)
    for table, places in by_table.items():
        asked = [spots[place] for place in places]
        with database.given("asked", _asked(asked, places)):
            names = {spot.column.id: spot.column.name for spot in asked}
            states = " ".join(f"WHEN {number} THEN {name} IS NOT NULL" for number, name in names.items())
            for place, entry in database.rows(
                "SELECT place, max(entry) FROM (SELECT place, entry FROM asked JOIN"
                f" (SELECT * FROM {table} WHERE {known} AND {_range(asked)})"
                f" USING (ordinal, period, scope, basis) WHERE CASE measure {states} END"
                " UNION ALL SELECT place, entry FROM asked JOIN"
                f" (SELECT * FROM withdrawn WHERE {known})"
                " USING (measure, ordinal, period, scope, basis)) GROUP BY place"
            ):
                found[place] = entry
    return found


def values_of(database: Database, spots: Sequence[Spot | None]) -> list[float | None]:
    """Per spot what its latest entry says: a figure, NaN for a withdrawal; None where nothing was ever stated."""
    found: list[float | None] = [None] * len(spots)
    by_table: dict[str, list[int]] = {}
    for place, spot in enumerate(spots):
        if spot is not None:
            by_table.setdefault(spot.column.table, []).append(place)
    for table, places in by_table.items():
        asked = [spot for spot in spots if spot is not None and spot.column.table == table]
        names = {spot.column.id: spot.column.name for spot in asked}
        value = " ".join(f"WHEN {number} THEN {name}" for number, name in names.items())
        with database.given("asked", _asked(asked, places)):
            for place, latest in database.rows(
                f"SELECT place, max_by(value, entry) FROM (SELECT place, entry, CASE measure {value} END AS value"
                f" FROM asked JOIN (SELECT * FROM {table} WHERE {_range(asked)})"
                " USING (ordinal, period, scope, basis)"
                " UNION ALL SELECT place, entry, 'nan'::DOUBLE FROM asked JOIN withdrawn"
                " USING (measure, ordinal, period, scope, basis)) WHERE value IS NOT NULL GROUP BY place"
            ):
                found[place] = latest
    return found


def _asked(asked: Sequence[Spot], places: Sequence[int]) -> pa.Table:
    return pa.table(
        {
            "place": pa.array(places, pa.int32()),
            "measure": pa.array([spot.column.id for spot in asked], pa.int32()),
            "ordinal": pa.array([spot.ordinal for spot in asked], pa.int32()),
            "period": pa.array([spot.period for spot in asked], pa.int32()),
            "scope": pa.array([spot.scope for spot in asked], pa.uint8()),
            "basis": pa.array([spot.basis for spot in asked], pa.uint8()),
        }
    )


def _range(asked: Sequence[Spot]) -> str:
    """Bounds that let whole row groups be passed over."""
    periods, ordinals = [spot.period for spot in asked], [spot.ordinal for spot in asked]
    return f"period BETWEEN {min(periods)} AND {max(periods)} AND ordinal BETWEEN {min(ordinals)} AND {max(ordinals)}"


def _latest_fact(database: Database, facts: Sequence[tuple[int, str]]) -> int | None:
    if not facts:
        return None
    asked = pa.table(
        {
            "ordinal": pa.array([ordinal for ordinal, _ in facts], pa.int32()),
            "attribute": pa.array([attribute for _, attribute in facts], pa.string()),
        }
    )
    with database.given("asked", asked):
        ((entry,),) = database.rows("SELECT max(entry) FROM attribute_fact SEMI JOIN asked USING (ordinal, attribute)")
    return None if entry is None else int(entry)


def _latest_link(database: Database, links: Sequence[tuple[LinkRow, int, int]]) -> int | None:
    if not links:
        return None
    asked = pa.table(
        {
            "link": pa.array([row.link for row, _, _ in links], pa.string()),
            "source": pa.array([source for _, source, _ in links], pa.int32()),
            "target": pa.array([target for _, _, target in links], pa.int32()),
            "begins": pa.array([row.valid_from for row, _, _ in links], pa.date32()),
            "ends": pa.array([row.valid_to for row, _, _ in links], pa.date32()),
        }
    )
    with database.given("asked", asked):
        ((entry,),) = database.rows(
            "SELECT max(entry) FROM link_fact JOIN asked USING (link, source, target)"
            " WHERE coalesce(valid_from < ends, true) AND coalesce(begins < valid_to, true)"
            # An empty interval changes nothing.
            " AND coalesce(valid_from < valid_to, true) AND coalesce(begins < ends, true)"
        )
    return None if entry is None else int(entry)
