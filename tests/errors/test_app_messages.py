"""Messages of the room app about spaces in odd states; those about questions stand beside their tests in tests/app."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from homes import PACK, asked, at_desk, filed, write_pack

from hengjian.app.desk import note_event
from hengjian.app.local import METHODS
from hengjian.app.lock import announce, held, socket_path, try_lock
from hengjian.app.serve import _writers_lock
from hengjian.app.writer import Listener, Writer
from hengjian.model.issue import Failure, Refused


def refusal(folder: Path, method: str, **question: object) -> list[str]:
    with pytest.raises(Refused) as caught:
        asked(folder, method, **question)
    return [str(issue).replace("\n  hint: ", " | ") for issue in caught.value.issues]


def failure(folder: Path, method: str, **question: object) -> str:
    with pytest.raises(Failure) as caught:
        asked(folder, method, **question)
    return str(caught.value).replace("\n  hint: ", " | ")


METERS = {
    "pack.yaml": PACK["pack.yaml"].replace("name: tiny", "name: meters"),
    "types.yaml": "meter:\n  label: {zh: 电表, en: meter}\n",
    "measures.yaml": (
        "load:\n  label: {zh: 负荷, en: load}\n  type: meter\n  unit: kWh\n  period_type: duration\n"
        "  frequency: month\n  source: meter\n"
    ),
}


def test_an_indicator_of_another_type(home: Path, tmp_path: Path) -> None:
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "meters", METERS)))
    filed(home, "entity,type,name\nM1,meter,电表\n", form="entities")
    assert refusal(home, "show", entity="M1", indicators=["debt_ratio", "load"]) == [
        "debt_ratio does not apply to this entity | it is declared for enterprise, the entity is of type meter"
    ]
    assert refusal(home, "explain", entity="M1", indicator="debt_ratio", period="2019-Q4") == [
        "debt_ratio does not apply to this entity | it is declared for enterprise, the entity is of type meter"
    ]


def test_a_filed_row_that_is_no_row(home: Path) -> None:
    with closing(sqlite3.connect(home / "journal.db")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE evidence SET rows = ? WHERE idx = 3", (b"0[1]",))
        db.commit()
    (home / "store.duckdb").unlink()
    assert failure(home, "status") == "a filed row in the ledger is no object | run `hengjian audit SPACE`"


def test_two_servers(home: Path, tmp_path: Path) -> None:
    lock = try_lock(home, exclusive=True)
    assert lock is not None
    with held(lock):
        with pytest.raises(Failure) as caught:
            _writers_lock(home, patience=0.02)
        assert str(caught.value) == f"another process works on {home}\n  hint: wait for it to end, then serve"
        announce(home, tmp_path / "socket")
        with pytest.raises(Failure) as caught:
            _writers_lock(home)
        assert str(caught.value) == (
            f"{home} is served already\n  hint: a space has one writer: use the one that runs, or stop it first"
        )
    free = _writers_lock(home)
    with held(free):
        assert try_lock(home, exclusive=False) is None


def test_settings_that_cannot_be_read(home: Path) -> None:
    """A file whose first byte cannot be had, as on a failing disk."""
    (home / "hengjian.toml").unlink()
    (home / "hengjian.toml").symlink_to("/proc/self/mem")
    assert failure(home, "status") == (
        f"{home}/hengjian.toml cannot be read: Input/output error | check the permissions of the folder"
    )


def test_tables_that_lack_a_pack(home: Path, tmp_path: Path) -> None:
    """The tables say which packs were entered; here they lost one that another needs."""
    second = {"pack.yaml": PACK["pack.yaml"].replace("name: tiny", "name: second").replace("[]", "[tiny]")}
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "second", second)))
    with duckdb.connect(str(home / "store.duckdb")) as tables:
        tables.execute("DELETE FROM pack_entry WHERE name = 'tiny'")
    said = failure(home, "show", entity="E1")
    assert said.startswith("the packs of that moment do not fit together: ")
    assert said.endswith(" | ask for a moment after the next pack entry")


def test_a_socket_that_cannot_be_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as short:
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        socket_path(home).parent.write_text("a file where a folder should be")
        desk = at_desk(home)
        writer = Writer(desk, METHODS)
        with pytest.raises(Failure) as caught:
            Listener(home, writer)
        writer.close()
        desk.close()
    assert caught.value.issue.message.startswith(f"no socket at {short}/hengjian-")
    assert caught.value.issue.message.endswith(": File exists")
    assert "XDG_RUNTIME_DIR" in caught.value.issue.hint


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"topic":7}'])
def test_an_entry_that_tells_no_event(home: Path, content: bytes) -> None:
    """Entries of alerts and cases are records with a topic; one that is not was not written by this program."""
    with closing(at_desk(home)) as desk, pytest.raises(Failure) as caught:
        note_event(desk.store, 3, 0, "alert", content)
    assert caught.value.issue.message == "entry 3 of the ledger tells no event"
    assert caught.value.issue.hint == "run `hengjian audit SPACE`"
