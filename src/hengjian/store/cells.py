"""Cells of observations as they are written and looked up: rows of a filing, pivoted to one line per statement row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hengjian.model.cut import Basis, Scope
from hengjian.model.filing import ObservationRow
from hengjian.model.period import Period
from hengjian.store.schema import BASIS_CODES, SCOPE_CODES, Column, Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell that is observed: whose, what, when, in which scope and on which basis."""

    entity: str
    measure: str
    period: Period
    scope: Scope
    basis: Basis


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell as the tables key it."""

    column: Column
    ordinal: int
    period: int
    scope: int
    basis: int


def spot_of(cell: Cell | ObservationRow, ordinals: Mapping[str, int], columns: Columns) -> Spot | None:
    """Where a cell is kept; None when its entity or its measure is not registered."""
    ordinal = ordinals.get(cell.entity)
    column = columns.named(cell.measure, cell.period.frequency)
    if ordinal is None or column is None:
        return None
    return Spot(column, ordinal, cell.period.index, SCOPE_CODES[cell.scope], BASIS_CODES[cell.basis])


#: ordinal, period, scope, basis, known_from
StatementKey = tuple[int, int, int, int, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """What a filing adds to one table, with values per column name: keys of a statement by (period, ordinal), of a
    series by (ordinal, period)."""

    table: str
    keys: Sequence[StatementKey]
    values: Mapping[str, Sequence[float | None]]


Withdrawal = tuple[Spot, date | None]


def pivot(
    rows: Sequence[ObservationRow], ordinals: Mapping[str, int], columns: Columns, known_from: date | None
) -> tuple[list[Pivot], list[Withdrawal]]:
    """Turn cells into statement rows and withdrawals. ValueError on what intake should have refused."""
    tables: dict[str, dict[StatementKey, list[tuple[str, float]]]] = {}
    withdrawals: list[Withdrawal] = []
    seen: set[Spot] = set()
    for row in rows:
        spot = spot_of(row, ordinals, columns)
        if spot is None:
            raise ValueError(f"not registered: {row.entity!r} or {row.measure!r} by {row.period.frequency}")
        if spot in seen:
            raise ValueError(f"one filing states a cell twice: {row.entity!r} {row.measure!r} {row.period}")
        seen.add(spot)
        known = row.known_from or known_from
        if row.value is None:
            withdrawals.append((spot, known))
            continue
        if not abs(row.value) < float("inf"):
            raise ValueError(f"not a finite number: {row.value!r} of {row.entity!r} {row.measure!r} {row.period}")
        key = (spot.ordinal, spot.period, spot.scope, spot.basis, known)
        tables.setdefault(spot.column.table, {}).setdefault(key, []).append((spot.column.name, row.value))
    series = {spot.column.table for spot in seen if spot.column.is_series}
    return [_line_up(table, lines, table in series) for table, lines in tables.items()], withdrawals


def _line_up(table: str, lines: Mapping[StatementKey, Sequence[tuple[str, float]]], is_series: bool) -> Pivot:
    first, second = (0, 1) if is_series else (1, 0)
    keys = sorted(lines, key=lambda key: (key[first], key[second], key[2], key[3], key[4] or date.min))
    values: dict[str, list[float | None]] = {}
    for place, key in enumerate(keys):
        for name, value in lines[key]:
            if name not in values:
                values[name] = [None] * len(keys)
            values[name][place] = value
    return Pivot(table=table, keys=keys, values=values)
