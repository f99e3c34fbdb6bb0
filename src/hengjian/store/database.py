"""The one door to DuckDB: the same few calls on 1.5 and 2.0, with errors in the house's words.

DuckDB 2.0 took `arrow`, `fetch_arrow_table` and `pl` off the connection and made `AT` a reserved word;
`sql(...).to_arrow_table()` is there in both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from hengjian.store.faults import translated


class Database:
    """A DuckDB connection, its path and whether a transaction of ours is open on it.

    `ordinals`: those of entities that were asked for before; to look one up takes DuckDB some milliseconds.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self.path = path
        self.in_transaction = False
        self.ordinals: dict[str, int] = {}

    @classmethod
    def connect(cls, path: Path, *, read_only: bool) -> "Database":
        with translated(path):
            return cls(duckdb.connect(str(path), read_only=read_only), path)

    def cursor(self) -> "Database":
        """A second connection to the same open file: it sees what is committed. One connection serves one thread."""
        with translated(self.path):
            return Database(self._connection.cursor(), self.path)

    def run(self, sql: str, parameters: tuple[object, ...] = ()) -> None:
        with translated(self.path):
            self._connection.execute(sql, parameters or None)

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with translated(self.path):
            return self._connection.execute(sql, parameters or None).fetchall()

    def table(self, sql: str, parameters: tuple[object, ...] = ()) -> pa.Table:
        """The answer as an Arrow table."""
        with translated(self.path):
            return self._connection.sql(sql, params=parameters or None).to_arrow_table()

    def portions(self, sql: str, size: int) -> Iterator[pa.Table]:
        """The answer as Arrow tables of about `size` rows, made while they are read, in the order of the rows.

        Read them to their end before this connection is asked anything else.
        """
        with translated(self.path):
            for batch in self._connection.sql(sql).to_arrow_reader(size):
                yield pa.Table.from_batches([batch])

    @contextmanager
    def given(self, name: str, table: pa.Table) -> Iterator[None]:
        """Let `table` be read under `name` by the statements of the block."""
        with translated(self.path):
            self._connection.register(name, table)
        try:
            yield
        finally:
            with translated(self.path):
                self._connection.unregister(name)

    def begin(self) -> None:
        if not self.in_transaction:
            self.run("BEGIN TRANSACTION")
            self.in_transaction = True

    def commit(self) -> None:
        self.in_transaction = False
        self.run("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.in_transaction = False
            self.run("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all reads of the block see one state; inside an open transaction they do so anyway."""
        if self.in_transaction:
            yield
            return
        self.begin()
        try:
            yield
            self.commit()
        finally:
            self.rollback()

    def close(self) -> None:
        with translated(self.path):
            self._connection.close()
