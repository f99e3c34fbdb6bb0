"""Every message about the tables: what DuckDB says, and what it means here."""

from pathlib import Path

import duckdb
import pytest

from hengjian.model.issue import Failure, Refused
from hengjian.store import Locked, Store, Unusable
from hengjian.store.faults import failure_of

REBUILD = "the store is derived: `hengjian rebuild` writes it anew from the ledger"

#: What DuckDB 1.5 and 2.0 say (shortened), and what the user reads.
TOLD = [
    (
        duckdb.IOException('IO Error: Could not set lock on file "s.duckdb": Conflicting lock is held in python3'),
        Locked,
        "another process is using the store",
        "ask the running server, or wait until it ends",
    ),
    (
        duckdb.ConnectionException("Connection Error: Can't open a connection with a different configuration"),
        Locked,
        "another process is using the store",
        "ask the running server, or wait until it ends",
    ),
    (
        duckdb.IOException('IO Error: Could not write file "s.duckdb": No space left on device'),
        Failure,
        "the disk is full: the store could not be written",
        "free some space and try again",
    ),
    (
        duckdb.IOException('IO Error: Cannot open file "s.duckdb": Permission denied'),
        Failure,
        "the store may not be written here",
        "check the owner and the mode of the folder",
    ),
    (
        duckdb.IOException("IO Error: Trying to read a database file with version number 99, but we can only read 64"),
        Unusable,
        "the store was written by a newer DuckDB than this one",
        f"upgrade duckdb, or: {REBUILD}",
    ),
    (
        duckdb.IOException("IO Error: Corrupt database file: computed checksum 1 does not match\nmore"),
        Unusable,
        "the store cannot be read: IO Error: Corrupt database file: computed checksum 1 does not match",
        REBUILD,
    ),
    (
        duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate data of size 1.0 GiB"),
        Failure,
        "the question needs more memory than there is",
        "ask for fewer periods or entities",
    ),
    (duckdb.Error(), Failure, "the store failed: Error", REBUILD),
]


@pytest.mark.parametrize(("error", "kind", "message", "hint"), TOLD)
def test_what_duckdb_says(error: duckdb.Error, kind: type[Failure], message: str, hint: str, tmp_path: Path) -> None:
    told = failure_of(error, tmp_path / "s.duckdb")
    assert type(told) is kind
    assert (told.issue.message, told.issue.hint) == (message, hint)
    assert str(told.issue.place) == f"{tmp_path}/s.duckdb"


def opening(path: Path) -> str:
    with pytest.raises(Unusable) as caught:
        Store.open(path, read_only=True)
    return caught.value.issue.message


def test_files_that_are_no_store(tmp_path: Path) -> None:
    assert opening(tmp_path / "none").startswith("the store cannot be read: IO Error: ")
    (tmp_path / "text").write_text("no tables" * 5000)
    assert opening(tmp_path / "text").startswith("the store cannot be read: IO Error: ")
    duckdb.connect(str(tmp_path / "other")).execute("CREATE TABLE meta (name VARCHAR, value BIGINT)").close()
    assert opening(tmp_path / "other") == "the file is no store: it has no table 'attribute_fact'"


def test_a_store_of_another_format(tmp_path: Path) -> None:
    Store.open(tmp_path / "s").close()
    with duckdb.connect(str(tmp_path / "s")) as database:
        ((format_,),) = database.execute("SELECT value FROM meta WHERE name = 'format'").fetchall()
        database.execute("UPDATE meta SET value = 99 WHERE name = 'format'")
    assert opening(tmp_path / "s") == f"the store has format 99, this program reads format {format_}"


def test_readers_and_names(tmp_path: Path) -> None:
    Store.open(tmp_path / "s").close()
    with Store.open(tmp_path / "s", read_only=True) as store:
        with pytest.raises(Failure) as caught:
            store.commit(1)
        assert str(caught.value) == "the store is open for reading only\n  hint: write through the space's writer"
        with pytest.raises(Refused) as refused:
            store.ordinals(["E1"])
        assert str(refused.value) == (
            "no entity is called 'E1'\n  hint: entities are registered with the form `entities`"
        )
