"""The filings that the ledger holds, as lists of them are read: who filed what, when, and about whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hengjian.store.database import Database
from hengjian.store.schema import Column, Columns
from hengjian.store.sight import OWN, link_between

#: So many other filings are named of those that state the same cells.
NAMED = 50
_LISTED = "filing.entry, recorded_at, known_from, form, subject, actor, file, row_count, size, digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One filed file. `rows` counts what it states, `digest` is the SHA-256 (hex) of its bytes."""

    entry: int
    recorded_at: datetime
    known_from: date | None
    form: str
    subject: str | None
    actor: str
    file: str | None
    rows: int
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some filings, newest first, of `count` that there are; `following` is the entry to go on from, if any."""

    filings: tuple[Filing, ...]
    count: int
    following: int | None


def note(database: Database, filings: Sequence[Filing]) -> None:
    """Append filings; needs a transaction."""
    values: list[object] = []
    for one in filings:
        moment = one.recorded_at.astimezone(UTC).replace(tzinfo=None)
        values += [one.entry, moment, one.known_from, one.form, one.subject, one.actor, one.file, one.rows, one.size]
        values.append(one.digest)
    if filings:
        places = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(filings))
        database.run(f"INSERT INTO filing VALUES {places}", tuple(values))


def page(
    database: Database, columns: Columns, ordinal: int | None, form: str | None, before: int | None, limit: int,
    *, is_cut: bool = False,
) -> Page:  # fmt: skip
    """The newest `limit` filings that state something of an entity, of a form, with entries up to `before`. `is_cut`:
    only those of the given table `seen_filing`, within `seeing`."""
    conditions, values = ["entry IN (SELECT entry FROM seen_filing)" if is_cut else "true"], list[object]()
    if form is not None:
        conditions.append("form = ?")
        values.append(form)
    if ordinal is not None:
        conditions.append(f"filing.entry IN ({_touching(columns, ordinal, is_cut=is_cut)})")
    where = " AND ".join(conditions)
    ((count,),) = database.rows(f"SELECT count(*) FROM filing WHERE {where}", tuple(values))
    if before is not None:
        where += f" AND filing.entry <= {before:d}"
    found = database.rows(
        f"SELECT {_LISTED} FROM filing WHERE {where} ORDER BY filing.entry DESC LIMIT {limit + 1:d}", tuple(values)
    )
    listed = tuple(_filing(row) for row in found)
    following = listed[limit].entry if len(listed) > limit else None
    return Page(filings=listed[:limit], count=count, following=following)


def of_digest(database: Database, digest: str) -> list[Filing]:
    """The filings of exactly these bytes, oldest first."""
    rows = database.rows(f"SELECT {_LISTED} FROM filing WHERE digest = ? ORDER BY entry", (digest,))
    return [_filing(row) for row in rows]


def of_entry(database: Database, entry: int) -> Filing | None:
    """The filing that is a ledger entry; None when the entry is none, or its evidence is gone."""
    rows = database.rows(f"SELECT {_LISTED} FROM filing WHERE entry = ?", (entry,))
    return _filing(rows[0]) if rows else None


def overlaps(database: Database, columns: Columns, entry: int, *, is_cut: bool = False) -> list[tuple[int, int]]:
    """(other entry, number) of the filings that state, or withdraw, something that this one states or withdraws.

    Cells of observations, attributes of entities and relations are counted. At most `NAMED` on either side are named,
    those nearest to the entry. `is_cut`: what is seen alone counts, within `seeing`.
    """
    own = OWN if is_cut else "true"
    links = f"{link_between('a')} AND {link_between('b')}" if is_cut else "true"
    where = f"WHERE a.entry = {entry:d} AND b.entry <> {entry:d} AND"
    many = "SELECT b.entry, count(*) AS many"
    stated = (
        _stated_by(database, columns, statement, entry) for statement in sorted(set(columns.statements().values()))
    )
    parts = [
        f"{many} FROM attribute_fact a JOIN attribute_fact b USING (ordinal, attribute) {where} {own} GROUP BY b.entry",
        f"{many} FROM link_fact a JOIN link_fact b USING (link, source, target) {where} {links} GROUP BY b.entry",
        *(_same_cells(inside, f"{where} {own} GROUP BY b.entry") for inside in stated if inside),
    ]
    every = f"SELECT entry, sum(many)::BIGINT AS many FROM ({' UNION ALL '.join(parts)}) GROUP BY entry"
    return [
        (other, many)
        for side, order in (("<", "DESC"), (">", "ASC"))
        for other, many in database.rows(
            f"SELECT entry, many FROM ({every}) WHERE entry {side} {entry:d} AND many > 0"
            f" ORDER BY entry {order} LIMIT {NAMED}"
        )
    ]


def _touching(columns: Columns, ordinal: int, *, is_cut: bool) -> str:
    """The entries that state anything of an entity: figures, withdrawals, attributes, relations of either end."""
    links = link_between() if is_cut else "true"
    tables = [f"statement_{statement}" for statement in sorted(set(columns.statements().values()))]
    parts = [
        f"SELECT entry FROM {table} WHERE ordinal = {ordinal:d}" for table in (*tables, "withdrawn", "attribute_fact")
    ]
    parts.append(f"SELECT entry FROM link_fact WHERE (source = {ordinal:d} OR target = {ordinal:d}) AND {links}")
    return " UNION ".join(parts)


def _stated_by(database: Database, columns: Columns, statement: int, entry: int) -> list[Column]:
    """The columns of a statement table in which an entry states or withdraws anything."""
    inside = columns.inside(statement)
    stated = ", ".join(f"count({column.name})" for column in inside)
    (counts,) = database.rows(f"SELECT {stated} FROM statement_{statement} WHERE entry = {entry:d}")
    taken = {number for (number,) in database.rows(f"SELECT DISTINCT measure FROM withdrawn WHERE entry = {entry:d}")}
    return [column for column, count in zip(inside, counts, strict=True) if count or column.id in taken]


def _same_cells(inside: Sequence[Column], where: str) -> str:
    """Per other entry, how many cells of these columns, which are of one statement table, both name."""
    names = ", ".join(f"{column.name} IS NOT NULL AS {column.name}" for column in inside)
    marks = ", ".join(f"measure = {column.id} AS {column.name}" for column in inside)
    numbers = ", ".join(str(column.id) for column in inside)
    key = "ordinal, period, scope, basis"
    named = (
        f"SELECT {key}, entry, {names} FROM {inside[0].lines} UNION ALL"
        f" SELECT {key}, entry, {marks} FROM withdrawn WHERE measure IN ({numbers})"
    )
    both = " + ".join(f"(a.{column.name} AND b.{column.name})::INTEGER" for column in inside)
    return f"SELECT b.entry, sum({both}) AS many FROM ({named}) a JOIN ({named}) b USING ({key}) {where}"


def _filing(row: Sequence[Any]) -> Filing:
    entry, recorded_at, known_from, form, subject, actor, file, rows, size, digest = row
    return Filing(
        entry=entry, recorded_at=recorded_at.replace(tzinfo=UTC), known_from=known_from, form=form, subject=subject,
        actor=actor, file=file, rows=rows, size=size, digest=digest,
    )  # fmt: skip
