"""Which filed rows and filings some of the entities are all that is named in: filings as a reader of those finds them.

The rule is that of `app.insight.sees_row`, as SQL conditions over a table of the entities that are seen.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from hengjian.store.database import Database
from hengjian.store.entities import ordinals_of
from hengjian.store.schema import Columns

#: A figure, a withdrawal or an attribute of one of them.
OWN = "ordinal IN (SELECT ordinal FROM seen_entity)"
#: A filing that states nothing, of one of them.
_EMPTY = "row_count = 0 AND subject IN (SELECT id FROM seen_entity)"


def link_between(fact: str = "link_fact") -> str:
    """A link between two of them, that names no other as its principal."""
    ends = (f"{fact}.{end} IN (SELECT ordinal FROM seen_entity)" for end in ("source", "target"))
    principal = f"json_extract_string({fact}.attributes, '$.principal')"
    return f"{' AND '.join(ends)} AND ({principal} IS NULL OR {principal} IN (SELECT id FROM seen_entity))"


@contextmanager
def seeing(database: Database, ids: Collection[str]) -> Iterator[None]:
    """Let the statements of the block read these entities, those of them that are registered, as `seen_entity`."""
    known = ordinals_of(database, ids)
    columns = {"ordinal": pa.array(known.values(), pa.int32()), "id": pa.array(known, pa.string())}
    with database.given("seen_entity", pa.table(columns)):
        yield


def entries_seen(database: Database, columns: Columns, since: int) -> list[int]:
    """Within `seeing`: the filings from an entry on of which at least one row is seen, ascending; and those that state
    nothing, of a subject that is seen."""
    tables = [f"statement_{statement}" for statement in sorted(set(columns.statements().values()))]
    parts = [f"SELECT entry FROM {name} WHERE entry >= {since:d} AND {OWN}" for name in _with_owner(tables)]
    parts.append(f"SELECT entry FROM link_fact WHERE entry >= {since:d} AND {link_between()}")
    parts.append(f"SELECT entry FROM filing WHERE entry >= {since:d} AND {_EMPTY}")
    return [entry for (entry,) in database.rows(f"{' UNION '.join(parts)} ORDER BY entry")]


def _with_owner(tables: Sequence[str]) -> tuple[str, ...]:
    return (*tables, "withdrawn", "attribute_fact")


def rows_seen(database: Database, columns: Columns, entries: Collection[int]) -> dict[int, int]:
    """Within `seeing`: how many rows of each of these filings are seen; filings of which none is are left out, save
    those that state nothing, of a subject that is seen."""
    if not entries:
        return {}
    among = f"entry IN ({', '.join(f'{entry:d}' for entry in entries)})"
    parts = [
        f"SELECT entry, {' + '.join(f'count({column.name})' for column in columns.inside(statement))} AS many"
        f" FROM statement_{statement} WHERE {among} AND {OWN} GROUP BY entry"
        for statement in sorted(set(columns.statements().values()))
    ]
    parts += [
        f"SELECT entry, count(*) AS many FROM withdrawn WHERE {among} AND {OWN} GROUP BY entry",
        f'SELECT entry, count(DISTINCT "row") AS many FROM attribute_fact WHERE {among} AND {OWN} GROUP BY entry',
        f"SELECT entry, count(*) AS many FROM link_fact WHERE {among} AND {link_between()} GROUP BY entry",
        f"SELECT entry, 0 AS many FROM filing WHERE {among} AND {_EMPTY}",
    ]
    return dict(database.rows(f"SELECT entry, sum(many)::BIGINT FROM ({' UNION ALL '.join(parts)}) GROUP BY entry"))
