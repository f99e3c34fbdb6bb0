"""A digest of every table that does not depend on how the file lies on the disk: rebuilt tables can be compared."""

import hashlib
from collections.abc import Mapping

import pyarrow as pa

from hengjian.store.database import Database
from hengjian.store.schema import Column, Columns

#: Per table: the columns, and those that order the rows (no two rows are equal in all of them).
_PLAIN: Mapping[str, tuple[str, str]] = {
    "meta": ("name, value", "name"),
    "entity": ("ordinal, id, type", "ordinal"),
    "measure": ("name, pack, frequency", "pack, frequency, name"),
    "event": ("entry, recorded, kind, topic, record", "entry"),
    "pack_entry": ("entry, recorded, name, digest", "entry"),
    "filing": ("entry, recorded_at, known_from, form, subject, actor, file, row_count, size, digest", "entry"),
    "attribute_fact": (
        'ordinal, attribute, text, valid_from, "row", entry, recorded_at, known_from', 'entry, "row", attribute'
    ),
    "link_fact": (
        'link, source, target, valid_from, valid_to, attributes, "row", entry, recorded_at, known_from', 'entry, "row"'
    ),
}  # fmt: skip
#: How far the rules were looked at is no part of what the ledger says: tables written anew have it all before them.
_KEPT = {"meta": "WHERE name NOT IN ('supervised_through', 'supervised_on')"}
_CELL = "ordinal, period, scope, basis, entry, known_from"
#: So many ordinals are ordered at a time, which bounds the memory.
_STEP = 65_536
#: Of a series, some so many rows.
_READINGS = 4_000_000


def digests(database: Database, columns: Columns) -> dict[str, str]:
    """SHA-256 in hex per table, over its rows in the order of their keys; floats by their exact bits."""
    found = {
        name: _of(database, [f"SELECT {listed} FROM {name} {_KEPT.get(name, '')} ORDER BY {keys}"])
        for name, (listed, keys) in _PLAIN.items()
    }
    found["withdrawn"] = _of(
        database,
        [
            (
                f"SELECT measure.name AS measure, pack, frequency, {_CELL}, recorded_at FROM withdrawn"
                " JOIN measure ON measure.id = withdrawn.measure ORDER BY pack, frequency, measure.name, entry,"
                " ordinal, period, scope, basis"
            )
        ],
    )
    ((count,),) = database.rows("SELECT coalesce(max(ordinal) + 1, 0) FROM entity")
    for (pack, frequency), statement in sorted(columns.statements().items()):
        inside = columns.inside(statement)
        if inside[0].is_series:
            found |= {f"{pack}/{frequency}/{one.measure}": _of(database, _readings(database, one)) for one in inside}
            continue
        values = ", ".join(f'{column.name} AS "={place}"' for place, column in enumerate(inside))
        queries = [
            f"SELECT {_CELL}, recorded_at, {values} FROM {inside[0].table}"
            f" WHERE ordinal >= {start} AND ordinal < {start + _STEP} ORDER BY {_CELL} NULLS FIRST"
            for start in range(0, count, _STEP)
        ]
        found[f"{pack}/{frequency}"] = _of(database, queries, [column.measure for column in inside])
    return found


def _readings(database: Database, column: Column) -> list[str]:
    """The questions for all rows of a series, so many entities at a time as have some `_READINGS` rows together."""
    ((rows, last),) = database.rows(f"SELECT count(*), coalesce(max(ordinal), 0) FROM {column.table}")
    step = max(1, _READINGS * (last + 1) // max(1, rows))
    return [
        f"SELECT {_CELL}, recorded_at, {column.name} AS value FROM {column.table}"
        f" WHERE ordinal >= {start} AND ordinal < {start + step} ORDER BY {_CELL} NULLS FIRST"
        for start in range(0, last + 1, step)
    ]


def _of(database: Database, queries: list[str], names: list[str] | None = None) -> str:
    """One digest over the columns of all answers, each column being hashed by itself."""
    total = hashlib.sha256("\n".join(names or []).encode())
    parts: dict[str, _Part] = {}
    for query in queries:
        table = database.table(query)
        for name in table.column_names:
            part = parts.setdefault(name, _Part())
            for chunk in table.column(name).chunks:
                part.feed(chunk)
    for name, part in parts.items():
        total.update(f"\n{name} {part.hexdigest()}".encode())
    return total.hexdigest()


class _Part:
    """The running digests of one column: which rows have a value, the values (of texts: the lengths), the texts.

    They are kept apart so that it does not matter in which chunks the column comes.
    """

    def __init__(self) -> None:
        self._presence, self._values, self._texts = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()

    def feed(self, chunk: pa.Array) -> None:
        """Take in one chunk."""
        import pyarrow.compute as pc  # slow to load, and digests are rare

        self._presence.update(_bytes(pc.is_valid(chunk).cast(pa.uint8())))
        if pa.types.is_string(chunk.type):
            texts = chunk.fill_null("")
            self._values.update(_bytes(pc.binary_length(texts)))
            self._texts.update("".join(texts.to_pylist()).encode())
            return
        if pa.types.is_date32(chunk.type):
            chunk = chunk.cast(pa.int32())
        elif pa.types.is_timestamp(chunk.type):
            chunk = chunk.cast(pa.int64())
        self._values.update(_bytes(chunk.fill_null(pa.scalar(0, chunk.type))))

    def hexdigest(self) -> str:
        return " ".join(part.hexdigest() for part in (self._presence, self._values, self._texts))


def _bytes(array: pa.Array) -> memoryview:
    """The memory of a fixed-width array without nulls, exactly its own part of the buffer."""
    width = array.type.bit_width // 8
    view = memoryview(array.buffers()[1]) if len(array) else memoryview(b"")
    return view[array.offset * width : (array.offset + len(array)) * width]
