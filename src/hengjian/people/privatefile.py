"""SQLite files beside the journal that only their owner may read, and that several threads and processes may use."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_BUSY_S = 10.0


def create_private(path: Path) -> None:
    """An empty file for its owner only, from the first byte on; one that is there is made so."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(handle).st_mode & 0o077:
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def connected(path: Path) -> sqlite3.Connection:
    """A connection whose transactions are durable when they end."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_BUSY_S)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")  # what was deleted leaves no bytes behind
    except BaseException:  # no database, or one that is locked
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One transaction, alone in the file."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def prepare(connection: sqlite3.Connection, schema: str, marks: Sequence[int], first: str = "") -> Sequence[int] | None:
    """Make the tables of `schema`, and do `first`, where the file is empty. `marks` are its application id and version;
    those of another file, where it is one."""
    found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    if found == [0, 0] and not connection.execute("SELECT 1 FROM sqlite_master").fetchall():
        for statement in (*schema.split(";"), *first.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={marks[0]}")
        connection.execute(f"PRAGMA user_version={marks[1]}")
        return None
    return None if found == list(marks) else found
