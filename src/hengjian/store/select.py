"""The as-of questions on statement tables: the visible lines, to be painted by entry (decision 0011).

A withdrawal takes part as a line whose cell is NaN: values are always finite, so in an answer NaN says "withdrawn" and
null "says nothing of this cell".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa

from hengjian.model.cut import Cut
from hengjian.store.database import Database
from hengjian.store.schema import Column, Columns
from hengjian.store.visible import among, cell_conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a cut sees of one statement table, one line per filed row: the last by entry to state a cell holds.

    `lines` has the columns ordinal, period, basis (code from 1), entry, and what `columns` names per measure:
    null where the line says nothing, NaN where it withdraws. Lines mostly come by entry; who needs that checks it.
    `dead`, when there are withdrawals, names the (ordinal, period, basis) where no measure of the statement, asked for
    or not, has a value left: such a basis does not count when the best is chosen.
    """

    lines: pa.Table
    columns: Mapping[str, str]
    dead: pa.Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What part of a statement table is asked for: period indices, both ends included, and ordinals (None: all)."""

    first: int | None = None
    last: int | None = None
    ordinals: Sequence[int] | None = None

    def conditions(self) -> list[str]:
        bounds = [among(self.ordinals)]
        if self.first is not None:
            bounds.append(f"period >= {self.first:d}")
        if self.last is not None:
            bounds.append(f"period <= {self.last:d}")
        return bounds


def select(
    database: Database, columns: Columns, wanted: Sequence[Column], cut: Cut, zone: ZoneInfo, window: Window
) -> Selection:
    """The visible lines of `wanted`, which are columns of one statement table."""
    where = " AND ".join([*cell_conditions(cut, zone), *window.conditions()])
    names = {column.measure: column.name for column in wanted}
    siblings = columns.inside(wanted[0].statement)
    if not _has_withdrawals(database, siblings, where):
        listed = ", ".join(names.values())
        lines = f"SELECT ordinal, period, basis, entry, {listed} FROM {wanted[0].lines} WHERE {where}"
        return Selection(lines=database.table(lines), columns=names, dead=None)
    lines = f"WITH {_stated(wanted, where)} SELECT * FROM stated"
    return Selection(lines=database.table(lines), columns=names, dead=database.table(_dead(siblings, where)))


def reported_before(
    database: Database, wanted: Sequence[Column], cut: Cut, zone: ZoneInfo, window: Window
) -> tuple[pa.Table, Mapping[str, str]]:
    """Per ordinal, whether each measure was stated (or withdrawn) before `window.first`: a boolean column each."""
    earlier = Window(last=None if window.first is None else window.first - 1, ordinals=window.ordinals)
    where = " AND ".join([*cell_conditions(cut, zone), *earlier.conditions()])
    stated = ", ".join(f"bool_or({column.name} IS NOT NULL) AS {column.name}" for column in wanted)
    table = database.table(f"WITH {_stated(wanted, where)} SELECT ordinal, {stated} FROM stated GROUP BY ordinal")
    return table, {column.measure: column.name for column in wanted}


def span(
    database: Database, table: str, statement: int, cut: Cut, zone: ZoneInfo, window: Window
) -> tuple[int, int] | None:
    """The first and the last period index with any visible row of a statement table."""
    where = " AND ".join([*cell_conditions(cut, zone), *window.conditions()])
    ((first, last),) = database.rows(
        f"SELECT min(period), max(period) FROM (SELECT period FROM {table} WHERE {where} UNION ALL"
        " SELECT period FROM withdrawn WHERE measure IN (SELECT id FROM measure WHERE statement = ?)"
        f" AND {where})",
        (statement,),
    )
    return None if first is None else (first, last)


def _has_withdrawals(database: Database, columns: Sequence[Column], where: str) -> bool:
    numbers = ", ".join(str(column.id) for column in columns)
    return bool(database.rows(f"SELECT 1 FROM withdrawn WHERE measure IN ({numbers}) AND {where} LIMIT 1"))


def _stated(wanted: Sequence[Column], where: str) -> str:
    """CTE `stated`: rows of the statement, and withdrawals as rows with NaN in their cell."""
    names = ", ".join(column.name for column in wanted)
    marks = ", ".join(f"CASE measure WHEN {column.id} THEN 'nan'::DOUBLE END" for column in wanted)
    numbers = ", ".join(str(column.id) for column in wanted)
    return (
        f"stated AS (SELECT ordinal, period, basis, entry, {names} FROM {wanted[0].lines} WHERE {where} UNION ALL"
        f" SELECT ordinal, period, basis, entry, {marks} FROM withdrawn WHERE measure IN ({numbers}) AND {where})"
    )


def _dead(siblings: Sequence[Column], where: str) -> str:
    """(ordinal, period, basis) where a withdrawal took the last live value of the whole statement."""
    numbers = ", ".join(str(column.id) for column in siblings)
    touched = f"SELECT ordinal, period, basis FROM withdrawn WHERE measure IN ({numbers}) AND {where}"
    names = ", ".join(column.name for column in siblings)
    marks = ", ".join(f"CASE measure WHEN {column.id} THEN 'nan'::DOUBLE END" for column in siblings)
    live = " OR ".join(f"NOT coalesce(isnan(max_by({column.name}, entry)), true)" for column in siblings)
    return (
        f"SELECT ordinal, period, basis FROM (SELECT ordinal, period, basis, entry, {names} FROM {siblings[0].lines}"
        f" SEMI JOIN ({touched}) USING (ordinal, period, basis) WHERE {where} UNION ALL"
        f" SELECT ordinal, period, basis, entry, {marks} FROM withdrawn WHERE measure IN ({numbers}) AND {where})"
        f" GROUP BY ordinal, period, basis HAVING NOT ({live})"
    )
