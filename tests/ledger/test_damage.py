"""Damage of every kind is found and named; nothing is signed below a head that was shown."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from log_maker import ORIGIN, Ticking, draft, fill

from hengjian.ledger import base64
from hengjian.ledger.audit import AuditReport, audit
from hengjian.ledger.backup import backup, restore
from hengjian.ledger.log import Log
from hengjian.ledger.merkle import leaf_hash
from hengjian.ledger.recover import recover
from hengjian.model.issue import Failure, Refused

COLUMNS = [
    ("entry", "recorded"), ("entry", "leaf"), ("entry", "hash"), ("head", "root"), ("head", "edge"), ("head", "note"),
    ("evidence", "blob"), ("evidence", "rows"), ("evidence", "secret"), ("submission", "key"), ("submission", "base"),
    ("submission", "latest"), ("submission", "count"), ("submission", "receipt"), ("submission", "seal"),
]  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed space of 300 entries, to be copied."""
    folder = tmp_path_factory.mktemp("template") / "space"
    with Log.create(folder, ORIGIN, clock=Ticking()) as log:
        fill(log, 300)
    return folder


@pytest.fixture
def space(template: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(template, tmp_path / "space"))


def change(space: Path, query: str, *values: object) -> None:
    with closing(sqlite3.connect(space / "journal.db")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        assert db.execute(query, values).rowcount == 1
        db.commit()


def flipped(value: object) -> object:
    match value:
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case str():
            return value[:-3] + chr(ord(value[-3]) ^ 1) + value[-2:]
        case int():
            return value ^ 1
        case _:
            return 0


def found(report: AuditReport) -> tuple[str, int | None]:
    assert not report.ok
    assert report.first_difference is not None
    assert report.first_difference.expected != report.first_difference.found
    return report.first_difference.where, report.first_difference.entry


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_audit_names_a_flipped_bit_of_every_column(space: Path, table: str, column: str) -> None:
    key = {"entry": "idx", "head": "size", "evidence": "idx", "submission": "first"}[table]
    at = 190  # a head too: the groups grow by one
    with closing(sqlite3.connect(space / "journal.db")) as db:
        (value,) = db.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", (at,)).fetchone()
    change(space, f"UPDATE {table} SET {column} = ? WHERE {key} = ?", flipped(value), at)
    where, entry = found(audit(space))
    expected = {
        "recorded": ("recorded time", at), "leaf": ("leaf hash", at), "hash": ("leaf hash", at),
        "root": ("head of 190 entries", None), "edge": ("edge of the head of 190 entries", None),
        "note": ("signature of the head of 190 entries", None), "blob": ("blob", at), "rows": ("rows", at),
        "secret": ("secret", at),
    }  # fmt: skip
    assert (where, entry) == expected.get(column, ("submission", at))


@pytest.mark.parametrize("table", ["entry", "head", "evidence", "submission"])
@pytest.mark.parametrize("at", [0, 190, 299, 300])
def test_audit_or_opening_sees_a_missing_row(space: Path, table: str, at: int) -> None:
    key = {"entry": "idx", "head": "size", "evidence": "idx", "submission": "first"}[table]
    with closing(sqlite3.connect(space / "journal.db")) as db:
        if not db.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (at,)).fetchall():
            return
    change(space, f"DELETE FROM {table} WHERE {key} = ?", at)
    if (table, at) in (("head", 0), ("head", 190)):
        return  # a head that nobody may have seen any more: the newer ones stand for it
    found(audit(space))
    if at >= 299 and table in ("entry", "head"):
        with pytest.raises(Failure):
            Log.open(space, write=True)


def test_the_journal_refuses_changes(log: Log) -> None:
    log.append([draft(key="k")])
    for table in ("entry", "head", "evidence", "submission"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = 7" if table != "submission" else ""):
            if statement:
                with closing(sqlite3.connect(log.space.journal)) as db, pytest.raises(sqlite3.IntegrityError):
                    db.execute(statement)


def test_audit_names_a_flipped_bit_of_every_file(space: Path) -> None:
    for path in sorted((space / "log").rglob("*")):
        if path.is_dir():
            continue
        sound = path.read_bytes()
        for at in {0, len(sound) // 2, len(sound) - 1}:
            path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
            assert found(audit(space))[0] == str(path.relative_to(space))
        path.unlink()
        if path.parent.name.endswith(".p") and int(path.name) not in (44, 1):
            assert audit(space).ok  # an older partial tile may go
        else:
            assert found(audit(space))[0] == str(path.relative_to(space))
        path.write_bytes(sound)
    assert audit(space).ok


def test_a_flipped_byte_of_the_journal_file_is_refused_or_changes_nothing(space: Path) -> None:
    journal = space / "journal.db"
    sound = journal.read_bytes()
    report = audit(space)
    assert report.ok
    step = 1 + len(sound) // 60
    refused = 0
    for at in range(17, len(sound), step):
        journal.write_bytes(sound[:at] + bytes([sound[at] ^ 0x10]) + sound[at + 1 :])
        if audit(space) != report:
            refused += 1
    journal.write_bytes(sound)
    assert refused > 30  # the rest lies in unused parts of pages


def test_a_truncated_journal_is_refused(space: Path) -> None:
    journal = space / "journal.db"
    sound = journal.read_bytes()
    journal.write_bytes(sound[: len(sound) // 2 // 4096 * 4096])
    found(audit(space))
    with pytest.raises(Failure):
        Log.open(space, write=True)
    assert recover(space).state == "lossy"


@pytest.mark.parametrize("damage", [lambda old: old[: len(old) // 2], lambda _: b"", lambda old: b"\0" * len(old)])
def test_a_damaged_write_ahead_log_is_refused_with_both_heads(
    log: Log, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    fill(log, 30)
    copy = tmp_path / "copy"
    shutil.copytree(log.space.folder, copy)  # as a crash leaves it: the last groups are in the write-ahead log alone
    wal = copy / "journal.db-wal"
    assert wal.stat().st_size > 10_000
    wal.write_bytes(damage(wal.read_bytes()))
    (copy / "journal.db-shm").unlink(missing_ok=True)
    head = log.head()
    with pytest.raises(Failure) as caught:
        Log.open(copy, write=True)
    said = str(caught.value)
    if "behind" in said:
        assert "30 entries with root " + base64.encode(head.root) in said
    report = recover(copy)
    assert report.state == "lossy"
    assert "file again" not in str(report.todo)


def roll_back(log: Log, old: Path) -> Path:
    """The space as it is when an older copy of its journal is put back."""
    shutil.copytree(log.space.folder, old)
    fill(log, 40)
    log.close()
    space = log.space.folder
    for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
        (space / name).unlink(missing_ok=True)
        if (old / name).exists() and not name.endswith("shm"):
            shutil.copy(old / name, space / name)
    return space


def test_an_old_journal_is_refused_with_both_heads_and_explained(log: Log, tmp_path: Path) -> None:
    fill(log, 20)
    before = log.head()
    space = roll_back(log, tmp_path / "old")
    after = log_head(space)
    for write in (True, False):
        with pytest.raises(Failure) as caught:
            Log.open(space, write=write)
        assert f"20 entries with root {base64.encode(before.root)}" in str(caught.value)
        assert after in str(caught.value)
    assert found(audit(space))[0] == "log/checkpoint"
    report = recover(space)
    assert (report.state, report.lost) == ("lossy", (20, 40))
    assert f"20 entries with root {base64.encode(before.root)}" == report.heads.journal
    with pytest.raises(Failure):
        Log.open(space, write=True)


def log_head(space: Path) -> str:
    return "60 entries with root"


def test_accepting_the_loss_keeps_the_shown_head_and_declares_what_is_gone(log: Log, tmp_path: Path) -> None:
    fill(log, 20)
    space = roll_back(log, tmp_path / "old")
    shown = (space / "log" / "checkpoint").read_text()
    report = recover(space, accept_loss=True)
    assert (report.state, report.lost) == ("mended", (20, 40))
    with Log.open(space, write=True) as again:
        assert again.size == 61
        assert again._journal.head_at(60).note == shown
        assert again.evidence(20) is None
        assert again.entry(60).record().kind == "loss"
        assert again.entry(60).record().refs == {"gone": {"first": 20, "count": 40}}
        assert again.submission("key 25") is None  # so that it can be filed again
        again.append([draft(key="key 25")])
        again.publish()
    final = audit(space)
    assert (final.ok, final.size, final.without_evidence) == (True, 62, 40)


def test_a_journal_that_cannot_be_read_at_all(space: Path) -> None:
    (space / "journal.db").write_bytes(b"nothing of the kind" * 1000)
    with pytest.raises(Failure, match="is no database"):
        Log.open(space, write=True)
    assert recover(space).state == "lossy"
    report = recover(space, accept_loss=True)
    assert (report.state, report.lost) == ("mended", (0, 300))
    assert (space / "journal.db.damaged-1").exists()
    final = audit(space)
    assert (final.ok, final.size, final.without_evidence) == (True, 301, 300)


def test_lost_leaves_that_no_tile_holds_are_not_made_up(log: Log, tmp_path: Path) -> None:
    fill(log, 20)
    space = roll_back(log, tmp_path / "old")
    shutil.rmtree(space / "log" / "tile" / "entries")
    report = recover(space, accept_loss=True)
    assert report.state == "lossy"
    assert "cannot be carried on" in " ".join(report.todo)
    with pytest.raises(Failure):
        Log.open(space, write=True)


def test_another_history_is_refused_and_left_alone(log: Log, tmp_path: Path) -> None:
    other = tmp_path / "other"
    log.close()
    shutil.copytree(log.space.folder, other)
    with Log.open(other, write=True) as fork:
        fork.append([draft(1)])
        fork.publish()
    with Log.open(log.space.folder, write=True) as mine:
        mine.append([draft(2), draft(3)])
        mine.publish()
    shutil.copy(other / "log" / "checkpoint", log.space.checkpoint)
    with pytest.raises(Failure, match="does not extend log/checkpoint: no such head in the journal"):
        Log.open(log.space.folder, write=True)
    assert recover(log.space.folder, accept_loss=True).state == "forked"


def test_old_journal_and_checkpoint_beside_newer_tiles(log: Log, tmp_path: Path) -> None:
    fill(log, 20)
    space = roll_back(log, tmp_path / "old")
    shutil.copy(tmp_path / "old" / "log" / "checkpoint", space / "log" / "checkpoint")
    with pytest.raises(Failure, match=r"the journal is behind the tiles: 20 entries .* holds 60 leaves"):
        Log.open(space, write=True)
    assert recover(space).state == "lossy"


def test_tiles_are_never_made_again_from_a_damaged_journal(space: Path) -> None:
    change(space, "UPDATE entry SET leaf = ?, hash = ? WHERE idx = 5", b"{}", leaf_hash(b"{}"))
    tiles = {path: path.read_bytes() for path in (space / "log").rglob("*") if path.is_file()}
    report = recover(space)
    assert report.state == "lossy"
    assert "does not lead to the signed head" in report.found[0]
    change(space, "UPDATE entry SET leaf = ? WHERE idx = 7", b"{}")
    change(space, "UPDATE entry SET hash = ? WHERE idx = 5", bytes(32))
    assert recover(space).found[0].startswith("the journal's entry 5 is damaged")
    assert tiles == {path: path.read_bytes() for path in (space / "log").rglob("*") if path.is_file()}


def test_a_missing_checkpoint_is_refused_and_mended(space: Path) -> None:
    (space / "log" / "checkpoint").unlink()
    with pytest.raises(Failure, match="log/checkpoint is missing"):
        Log.open(space, write=True)
    assert recover(space).state == "mended"
    assert audit(space).ok
    assert recover(space).state == "sound"


def test_damaged_tiles_are_refused_at_the_edge_and_mended(space: Path) -> None:
    edge = space / "log" / "tile" / "0" / "001.p" / "44"
    edge.write_bytes(bytes(44 * 32))
    with pytest.raises(Failure, match="does not extend the tiles"):
        Log.open(space, write=True)
    (space / "log" / "tile" / "0" / "000").write_bytes(b"")
    (space / "log" / "tile" / "entries" / "000").unlink()
    report = recover(space)
    assert report.state == "mended"
    assert "log/tile/0/000 is missing or damaged" in report.found
    assert audit(space).ok


def test_backup_while_a_writer_goes_on_and_restore(log: Log, tmp_path: Path) -> None:
    fill(log, 50)
    copied = backup(log.space.folder, tmp_path / "backup")
    fill(log, 5)
    assert (copied.size, audit(tmp_path / "backup").ok) == (50, True)
    assert not (tmp_path / "backup" / "keys").exists()
    with pytest.raises(Failure, match=r"behind the space: 50 entries .*, 55 entries with root .* was shown"):
        restore(tmp_path / "backup", log.space.folder)
    fresh = restore(tmp_path / "backup", tmp_path / "fresh")
    assert (fresh.size, audit(tmp_path / "fresh").ok) == (50, True)
    assert any("put keys/log.key back" in note for note in fresh.notes)
    with pytest.raises(Refused, match="is not empty"):
        backup(log.space.folder, tmp_path / "backup")
    with pytest.raises(Refused, match="no space"):
        restore(tmp_path / "backup", tmp_path)


def test_restoring_the_newest_backup_mends_a_lost_journal(log: Log, tmp_path: Path) -> None:
    fill(log, 50)
    backup(log.space.folder, tmp_path / "backup", with_key=True)
    log.close()
    for path in log.space.folder.glob("journal.db*"):
        path.unlink()
    assert restore(tmp_path / "backup", log.space.folder).size == 50
    with Log.open(log.space.folder, write=True) as again:
        again.append([draft()])
        again.publish()
    assert audit(log.space.folder).ok


def test_a_backup_of_another_log_is_refused(log: Log, tmp_path: Path) -> None:
    fill(log, 5)
    with Log.create(tmp_path / "other", "example.org/other") as other:
        fill(other, 9)
    backup(tmp_path / "other", tmp_path / "backup")
    with pytest.raises(Failure, match=r"damaged|another"):
        restore(tmp_path / "backup", log.space.folder)
