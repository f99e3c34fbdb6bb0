"""What goes wrong under the store, in the user's words: DuckDB's errors as `Failure` values."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from hengjian.model.issue import CellPlace, Failure


class Unusable(Failure):
    """The file is missing, damaged, or of another format: it is derived, so it can be rebuilt from the ledger."""


class Locked(Failure):
    """Another process holds the file: ask that process, or wait for it."""


_REBUILD = "the store is derived: `hengjian rebuild` writes it anew from the ledger"

#: Words of DuckDB's messages (1.5 and 2.0), and what they mean here. The first that is found counts.
_LOCKED = ("could not set lock", "conflicting lock", "already open", "same file handle", "different configuration")
_FULL = ("no space left", "disk quota", "could not write all bytes", "file too large")
_DENIED = ("permission denied", "read-only file system", "operation not permitted")
_NEWER = ("with version number", "serialized with", "storage version", "newer version of duckdb")
_DAMAGED = (
    "corrupt", "checksum", "not a valid duckdb", "could not read enough bytes", "does not exist", "serialization error",
    "failed to deserialize", "replaying wal", "wal file", "fatal error", "database has been invalidated",
)  # fmt: skip


def failure_of(error: duckdb.Error, path: Path) -> Failure:
    """The failure that a DuckDB error means for the store at `path`."""
    text = str(error).lower()
    place = CellPlace(file=str(path))
    first_line = str(error).splitlines()[0] if str(error) else type(error).__name__

    def says(words: tuple[str, ...]) -> bool:
        return any(word in text for word in words)

    if says(_LOCKED):
        return Locked("another process is using the store", "ask the running server, or wait until it ends", place)
    if says(_FULL):
        return Failure("the disk is full: the store could not be written", "free some space and try again", place)
    if says(_DENIED):
        return Failure("the store may not be written here", "check the owner and the mode of the folder", place)
    if says(_NEWER):
        return Unusable(
            "the store was written by a newer DuckDB than this one", f"upgrade duckdb, or: {_REBUILD}", place
        )
    if says(_DAMAGED) or isinstance(error, duckdb.FatalException | duckdb.SerializationException):
        return Unusable(f"the store cannot be read: {first_line}", _REBUILD, place)
    if isinstance(error, duckdb.OutOfMemoryException):
        return Failure("the question needs more memory than there is", "ask for fewer periods or entities", place)
    return Failure(f"the store failed: {first_line}", _REBUILD, place)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn any DuckDB error of the block into a `Failure`."""
    try:
        yield
    except duckdb.Error as error:
        raise failure_of(error, path) from error
