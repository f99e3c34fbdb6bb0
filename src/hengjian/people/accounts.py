"""`people.db`, beside the journal: passwords, sessions, failures and tokens. No secret stands in it, only hashes.

What stands here is no truth of the ledger: who is enrolled, which roles they have and that an account was changed are
entries there. Several threads and processes may use one file at a time.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hengjian.ledger.clock import Clock, now
from hengjian.model.issue import Failure
from hengjian.people.privatefile import connected, create_private, prepare, transaction

FILE = "people.db"
APPLICATION_ID = 0x48656E70  # "Henp"
VERSION = 1
#: Microseconds.
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: A clock that stands further back than a time that it gave before was set back.
SKEW = 5 * MINUTE

_SCHEMA = """
CREATE TABLE credential (person TEXT PRIMARY KEY, hash TEXT NOT NULL, must_change INTEGER NOT NULL,
    changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session (digest BLOB PRIMARY KEY, person TEXT NOT NULL, proof TEXT NOT NULL, address TEXT NOT NULL,
    created INTEGER NOT NULL, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX session_person ON session (person);
CREATE TABLE failure (kind TEXT NOT NULL, key BLOB NOT NULL, count INTEGER NOT NULL, last INTEGER NOT NULL,
    until INTEGER NOT NULL, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
CREATE TABLE token (id TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE, person TEXT NOT NULL, label TEXT NOT NULL,
    scope TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX token_person ON token (person);
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """The hash of a person's password; `must_change` where somebody else chose it; `changed` in microseconds."""

    hash: str
    must_change: bool
    changed: int


class Accounts:
    """The open file. `clock` gives the present moment in microseconds."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, clock: Clock = now) -> "Accounts":
        """Open the file, or make it; nobody but its owner may read it from the first byte on."""
        with _told(path):
            create_private(path)
            connection = connected(path)
            try:
                _prepare(path, connection)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, clock)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._lock, _told(self.path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction, alone in the file."""
        with self._lock, _told(self.path), transaction(self._connection):
            yield self._connection

    def credential(self, person: str) -> Credential | None:
        """What is kept of a person's password."""
        found = self.rows("SELECT hash, must_change, changed FROM credential WHERE person = ?", person)
        return None if not found else Credential(hash=found[0][0], must_change=bool(found[0][1]), changed=found[0][2])

    def set_hash(self, person: str, hashed: str, *, must_change: bool) -> None:
        """Keep a new password's hash."""
        with self.changing() as db:
            values = (person, hashed, must_change, self.clock())
            db.execute("INSERT OR REPLACE INTO credential VALUES (?, ?, ?, ?)", values)

    def renew_hash(self, person: str, before: str, after: str) -> None:
        """The same password under another cost, unless it was changed meanwhile."""
        with self.changing() as db:
            db.execute("UPDATE credential SET hash = ? WHERE person = ? AND hash = ?", (after, person, before))

    def key(self) -> bytes:
        """A random key of this file."""
        return bytes(self.rows("SELECT value FROM setting WHERE name = 'key'")[0][0])


def copy_accounts(source: Path, target: Path) -> bool:
    """A consistent copy, also while the file is in use, without sessions, which a restored space must not revive.
    False where there is no file."""
    if not source.exists():
        return False
    with _told(target):
        create_private(target)
        with closing(connected(source)) as held, closing(connected(target)) as copy:
            held.backup(copy)
            copy.execute("DELETE FROM session")
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Make the tables where the file is empty; Failure where it is another file, or one of another format."""
    with transaction(connection):
        first = f"INSERT INTO setting VALUES ('key', x'{os.urandom(32).hex()}')"
        found = prepare(connection, _SCHEMA, (APPLICATION_ID, VERSION), first)
        if found is not None:
            raise Failure(
                f"{path} is no file of accounts of version {VERSION}: it says {found[0]:#x}, version {found[1]}",
                "a newer space needs a newer program",
            )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the disk or SQLite cannot do is told as a Failure."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Failure(
            f"the accounts in {path} cannot be used: {error}",
            "check the disk and its permissions; a backup with keys holds the file too",
        ) from None
