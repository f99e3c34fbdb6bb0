"""The journal: one SQLite file that holds entries, signed heads, evidence and submission keys.

Write-ahead log with synchronous=FULL; a group of entries and the head over them are one transaction. Rows are
appended and never changed: triggers refuse the rest.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hengjian.ledger.evidence import Evidence
from hengjian.ledger.merkle import Edge
from hengjian.model.issue import Failure

Row = tuple[Any, ...]  # what sqlite3 gives; each query's reader knows its kinds

APPLICATION_ID = 0x48656E67  # "Heng"
VERSION = 1
_SCHEMA = """
CREATE TABLE entry (idx INTEGER PRIMARY KEY, recorded INTEGER NOT NULL, leaf BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE head (size INTEGER PRIMARY KEY, root BLOB NOT NULL, edge BLOB NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE evidence (idx INTEGER PRIMARY KEY, blob BLOB NOT NULL, rows BLOB NOT NULL, secret BLOB NOT NULL) STRICT;
CREATE TABLE submission (key TEXT PRIMARY KEY, base TEXT NOT NULL, latest INTEGER, first INTEGER NOT NULL,
    count INTEGER NOT NULL, receipt BLOB NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX submission_first ON submission (first);
"""
_TABLES = ("entry", "head", "evidence", "submission")
# rows below this many bytes are kept as they are: setting up a compressor costs more than it saves
_SMALL = 1024
_CHUNK = 4096
_AUDITED = 32  # whole files are read with the entries


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry's row: index, recorded microseconds, leaf bytes and leaf hash."""

    index: int
    recorded: int
    leaf: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHead:
    """A signed head: number of leaves, root, right edge, and the checkpoint note."""

    size: int
    root: bytes
    edge: bytes
    note: str

    def parts(self) -> Edge:
        return Edge(self.size, self.edge)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubmission:
    """A submission's key with the entries [first, first + count) it became and the receipt that was answered.

    `base` and `latest` are the caller's: what was filed, and the latest filing that it would have changed.
    """

    key: str
    base: str
    latest: int | None
    first: int
    count: int
    receipt: bytes
    seal: bytes


class Journal:
    """The open journal file. One thread uses it at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def create(cls, path: Path) -> "Journal":
        """A new empty journal; there must be no file yet."""
        if path.exists():
            raise Failure(f"{path} is there already", "choose another folder for the new space")
        with translated(path):
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                triggers = "".join(
                    f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} BEGIN "
                    f"SELECT RAISE(ABORT, 'the journal is append-only'); END;\n"
                    for table in _TABLES
                    for verb in ("UPDATE", "DELETE")
                )
                settings = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION};"
                connection.executescript(f"BEGIN; {_SCHEMA} {triggers} {settings} COMMIT;")
            except BaseException:
                connection.close()
                raise
            return cls(path, connection)

    @classmethod
    def open(cls, path: Path, *, write: bool) -> "Journal":
        """Open an existing journal; a read-only one needs no writable folder."""
        if not path.exists():
            raise Failure(f"there is no journal at {path}", "is this the folder of a space? `init` makes one")
        with translated(path):
            connection = _connect(path, write)
            try:
                found = _prepare(connection, write)
            except BaseException:
                connection.close()
                raise
        if found != [APPLICATION_ID, VERSION]:
            connection.close()
            raise Failure(
                f"{path} is no journal of version {VERSION}: it says {found[0]:#x}, version {found[1]}",
                "a newer space needs a newer program; `upgrade` migrates an older one",
            )
        return cls(path, connection)

    def close(self) -> None:
        self._connection.close()

    def append(
        self,
        entries: Sequence[tuple[int, int, bytes, bytes]],
        evidence: Sequence[tuple[int, bytes, bytes, bytes]],
        submissions: Sequence[StoredSubmission],
        head: StoredHead,
        expected: int,
    ) -> None:
        """Store a group and its head in one durable transaction; Failure unless the log has `expected` leaves."""
        run = self._connection.execute
        with translated(self.path):
            run("BEGIN IMMEDIATE")
            try:
                found = run("SELECT max(size) FROM head").fetchone()[0]
                if (found or 0) != expected:
                    raise Failure(
                        f"another process wrote to the ledger: it has {found} entries, {expected} were expected",
                        "a space has one writer; end the other and open the space again",
                    )
                many = self._connection.executemany
                many("INSERT INTO entry VALUES (?, ?, ?, ?)", entries)
                many("INSERT INTO evidence VALUES (?, ?, ?, ?)", evidence)
                many("INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?)", [_submission_row(s) for s in submissions])
                run("INSERT INTO head VALUES (?, ?, ?, ?)", (head.size, head.root, head.edge, head.note))
                run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    run("ROLLBACK")
                raise

    def last_head(self) -> StoredHead | None:
        return self._head("ORDER BY size DESC LIMIT 1")

    def head_at(self, size: int) -> StoredHead | None:
        return self._head("WHERE size = ?", size)

    def head_within(self, size: int) -> StoredHead | None:
        """The largest head of at most `size` leaves."""
        return self._head("WHERE size <= ? ORDER BY size DESC LIMIT 1", size)

    def heads(self) -> Iterator[StoredHead]:
        """Every head ever signed, smallest first."""
        last = -1
        query = f"SELECT size, root, edge, note FROM head WHERE size > ? ORDER BY size LIMIT {_CHUNK}"
        while found := self._rows(query, last):
            for size, root, edge, note in found:
                yield StoredHead(size=size, root=root, edge=edge, note=note)
            last = found[-1][0]

    def entries(self, first: int, last: int) -> Iterator[StoredEntry]:
        """Entries [first, last) in order, up to where thousands are missing."""
        query = "SELECT idx, recorded, leaf, hash FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"
        while found := self._rows(query, first, min(first + _CHUNK, last)):
            for index, recorded, leaf, leaf_hash in found:
                yield StoredEntry(index=index, recorded=recorded, leaf=leaf, hash=leaf_hash)
            first += _CHUNK

    def recorded(self, index: int) -> int | None:
        found = self._one("SELECT recorded FROM entry WHERE idx = ?", index)
        return None if found is None else int(found[0])

    def leaves(self, first: int, last: int) -> list[bytes]:
        query = "SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"
        return [row[0] for row in self._rows(query, first, last)]

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        query = "SELECT hash FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"
        return [row[0] for row in self._rows(query, first, last)]

    def evidence(self, index: int) -> Evidence | None:
        """The evidence of an entry, or None when it is not held."""
        found = self._one("SELECT blob, rows, secret FROM evidence WHERE idx = ?", index)
        if found is None:
            return None
        try:
            return Evidence(blob=found[0], rows=unpack_rows(found[1]), secret=found[2])
        except ValueError as error:
            raise Failure(f"the evidence of entry {index} is damaged: {error}", _DAMAGED) from None

    def audited(self, first: int, last: int) -> Iterator[tuple[StoredEntry, Row | None]]:
        """Entries [first, last) in order, each with its packed evidence (blob, rows, secret) or None."""
        query = (
            "SELECT entry.idx, recorded, leaf, hash, blob, rows, secret FROM entry "
            "LEFT JOIN evidence ON evidence.idx = entry.idx WHERE entry.idx >= ? AND entry.idx < ? ORDER BY entry.idx"
        )
        while found := self._rows(query, first, min(first + _AUDITED, last)):
            for index, recorded, leaf, leaf_hash, *evidence in found:
                held = None if evidence[2] is None else tuple(evidence)
                yield StoredEntry(index=index, recorded=recorded, leaf=leaf, hash=leaf_hash), held
            first += _AUDITED

    def submissions(self) -> Iterator[StoredSubmission]:
        """Every submission in the order of its entries."""
        last = -(2**62)
        query = (
            "SELECT key, base, latest, first, count, receipt, seal FROM submission "
            f"WHERE first > ? ORDER BY first LIMIT {_CHUNK}"
        )
        while found := self._rows(query, last):
            yield from (_stored(row) for row in found)
            last = found[-1][3]

    def submission(self, key: str) -> StoredSubmission | None:
        return self._submission("WHERE key = ?", key)

    def submission_of(self, index: int) -> StoredSubmission | None:
        """The submission that entry `index` came with."""
        found = self._submission("WHERE first <= ? ORDER BY first DESC LIMIT 1", index)
        return found if found is not None and index < found.first + found.count else None

    def evidence_within(self, size: int) -> int:
        """The number of entries below `size` whose evidence is held."""
        return int(self._rows("SELECT count(*) FROM evidence WHERE idx >= 0 AND idx < ?", size)[0][0])

    def integrity(self) -> str | None:
        """What SQLite finds wrong with the file's structure, or None."""
        found = [str(row[0]) for row in self._rows("PRAGMA integrity_check(3)")]
        return None if found == ["ok"] else "; ".join(found)

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the journal into a new file, made while a writer may go on."""
        with translated(path):
            target = sqlite3.connect(path, isolation_level=None)
            try:
                self._connection.backup(target)
                target.execute("PRAGMA journal_mode=WAL")
            finally:
                target.close()

    def _head(self, where: str, *values: int) -> StoredHead | None:
        row = self._one(f"SELECT size, root, edge, note FROM head {where}", *values)
        if row is None:
            return None
        if [type(value) for value in row] != [int, bytes, bytes, str]:
            raise Failure(f"the journal {self.path} is damaged: a head of wrong kinds", _DAMAGED)
        return StoredHead(size=row[0], root=row[1], edge=row[2], note=row[3])

    def _submission(self, where: str, value: str | int) -> StoredSubmission | None:
        row = self._one(f"SELECT key, base, latest, first, count, receipt, seal FROM submission {where}", value)
        return None if row is None else _stored(row)

    def _one(self, query: str, *values: str | int) -> Row | None:
        with translated(self.path):
            found: Row | None = self._connection.execute(query, values).fetchone()
            return found

    def _rows(self, query: str, *values: str | int) -> list[Row]:
        with translated(self.path):
            return self._connection.execute(query, values).fetchall()


def pack_rows(rows: Sequence[bytes]) -> bytes:
    """Rows as the evidence table keeps them: b"0" and the rows joined by newlines, or b"z" and their zlib stream."""
    joined = b"\n".join(rows)
    return b"0" + joined if len(joined) < _SMALL else b"z" + zlib.compress(joined, 6)


def unpack_rows(packed: bytes) -> tuple[bytes, ...]:
    """The rows again; ValueError when the bytes are damaged."""
    try:
        joined = zlib.decompress(packed[1:]) if packed[:1] == b"z" else packed[1:]
    except zlib.error as error:
        raise ValueError(f"the rows are damaged: {error}") from None
    if packed[:1] not in (b"0", b"z"):
        raise ValueError("the rows are damaged: they are of no known form")
    return tuple(joined.split(b"\n")) if joined else ()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Tell an error of SQLite as a Failure that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        said, hint = _FAULTS.get(code, ("failed", "look at the disk and the system's log, then try again"))
        raise Failure(f"the journal {path} {said} ({error})", hint) from None
    except UnicodeDecodeError:
        # sqlite3 stumbles over its own message when that quotes damaged text
        raise Failure(f"the journal {path} is damaged: it holds text that is no UTF-8", _DAMAGED) from None


_DAMAGED = "`recover` says what is lost; bring back the newest backup with `restore`"
_FAULTS = {
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "free some space and try again; nothing was half-entered"),
    sqlite3.SQLITE_IOERR: (
        "cannot be read or written",
        "check the disk for space and faults and try again; nothing was half-entered",
    ),
    sqlite3.SQLITE_READONLY: ("cannot be written", "make the folder and its files writable for this user"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check the rights of the file and of its folder"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", _DAMAGED),
    sqlite3.SQLITE_NOTADB: (
        "is no database",
        _DAMAGED,
    ),
    sqlite3.SQLITE_BUSY: ("is locked by another process", "a space has one writer; end the other or wait for it"),
    sqlite3.SQLITE_LOCKED: ("is locked", "a space has one writer; end the other or wait for it"),
}


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    address = path.absolute().as_uri()
    if write:
        return sqlite3.connect(f"{address}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        connection.close()
        if not isinstance(error, sqlite3.OperationalError):
            raise
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        # a medium that nobody can write, with nothing left in the write-ahead log: it cannot change under us
        connection = sqlite3.connect(
            f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
    return connection


def _prepare(connection: sqlite3.Connection, write: bool) -> list[int]:
    """Set a fresh connection up; the file's application id and version."""
    if write:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA wal_autocheckpoint=4000")
        # SQLite opens a file that it may not write without a word; say it now, not at the first entry
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    return [int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version")]


def _stored(row: Row) -> StoredSubmission:
    return StoredSubmission(
        key=row[0], base=row[1], latest=row[2], first=row[3], count=row[4], receipt=row[5], seal=row[6]
    )


def _submission_row(s: StoredSubmission) -> tuple[str, str, int | None, int, int, bytes, bytes]:
    return (s.key, s.base, s.latest, s.first, s.count, s.receipt, s.seal)


def sealed(key: str, base: str, latest: int | None, first: int, count: int, receipt: bytes) -> StoredSubmission:
    """A submission with the seal over its columns, by which `audit` sees a changed byte."""
    names, text = f"{len(key)} {len(base)} {latest} {first} {count} ", key + base
    seal = sha256(names.encode() + text.encode() + receipt).digest()
    return StoredSubmission(key=key, base=base, latest=latest, first=first, count=count, receipt=receipt, seal=seal)
