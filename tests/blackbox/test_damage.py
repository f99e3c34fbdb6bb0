"""Damage of every kind: it is found and named, and what stands in the space is never quietly something else."""

import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kit import Result, Server, Space, hengjian, observations, says
from tiny_pack import STATEMENT


def fill(space: Space, quarters: int = 4, key: bool = False) -> None:
    for number in range(quarters):
        flags = {"key": f"quarter-{number}"} if key else {}
        space.enter(observations(f"E1 total_assets {2000 + number // 4}-Q{number % 4 + 1} {number + 1}"), **flags)


def refused(result: Result, *words: object) -> None:
    """Refused, with a reason that holds these words."""
    assert result.code in (1, 3), str(result)
    assert all(str(word) in result.out + result.err for word in words), str(result)


def flip(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def head(space: Space) -> tuple[str, str]:
    """Size and root of the checkpoint."""
    _, size, root, *_ = (space.path / "log" / "checkpoint").read_text().splitlines()
    return size, root


# The journal: one change in any column of any table


def changed(value: object) -> object:
    """A value that differs from this one by as little as possible."""
    match value:
        case bytes():
            middle = len(value) // 2
            return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :] if value else b"\0"
        case str():
            middle = len(value) // 2
            return value[:middle] + chr(ord(value[middle]) ^ 1) + value[middle + 1 :] if value else "0"
        case int():
            return value + 1_000_003
        case _:
            return value + 1


def columns(journal: Path) -> Iterator[tuple[str, str]]:
    """Each table with each of its columns."""
    with closing(sqlite3.connect(journal)) as db:
        tables = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        for (table,) in tables.fetchall():
            for _, column, *_ in db.execute(f'PRAGMA table_info("{table}")').fetchall():
                yield table, column


def tamper(journal: Path, table: str, column: str) -> bool:
    """Change the middle row's value, as a database administrator could; False when there is nothing to change."""
    with closing(sqlite3.connect(journal)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        (count,) = db.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL').fetchone()
        if not count:
            return False
        keys = [name for _, name, _, _, _, part in db.execute(f'PRAGMA table_info("{table}")') if part] or ["rowid"]
        names = ", ".join(f'"{key}"' if key != "rowid" else key for key in keys)
        (value, *row) = db.execute(
            f'SELECT "{column}", {names} FROM "{table}" WHERE "{column}" IS NOT NULL ORDER BY {names} LIMIT 1 OFFSET ?',
            (count // 2,),
        ).fetchone()
        where = " AND ".join(f"{key} = ?" for key in names.split(", "))
        try:
            db.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE {where}', (changed(value), *row))
        except sqlite3.IntegrityError:
            return False
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


@pytest.mark.timeout(600)
def test_audit_names_every_change_in_the_journal(space: Space, tmp_path: Path) -> None:
    fill(space, key=True)
    journal, sound = space.path / "journal.db", tmp_path / "sound.db"
    space.audit()
    shutil.copyfile(journal, sound)
    tables = list(columns(sound))
    assert len({table for table, _ in tables}) >= 2, "entries and heads at least"
    missed, tried = [], 0
    for table, column in tables:
        for leftover in space.path.glob("journal.db*"):
            leftover.unlink()
        shutil.copyfile(sound, journal)
        if not tamper(journal, table, column):
            continue
        tried += 1
        found = space.run("audit")
        if found.code == 0 or not found.json.get("first_difference"):
            missed.append(f"{table}.{column}: {found}")
        else:
            assert set(found.json["first_difference"]) >= {"where", "entry", "expected", "found"}
            assert found.json["ok"] is False
    assert tried >= 5
    assert missed == []
    for leftover in space.path.glob("journal.db*"):
        leftover.unlink()
    shutil.copyfile(sound, journal)
    space.audit()


def test_a_flipped_byte_of_the_checkpoint_is_named(space: Space) -> None:
    fill(space, 2)
    file = space.path / "log" / "checkpoint"
    sound = file.read_bytes()
    for at in (3, sound.index(b"\n") + 1, sound.index(b"\n\n") - 10, len(sound) - 10):
        flip(file, at)
        refused(space.run("audit"), "checkpoint")
        file.write_bytes(sound)
    space.audit()


def test_a_flipped_byte_of_a_tile_is_named(space: Space) -> None:
    fill(space, 2)
    tiles = [file for file in (space.path / "log" / "tile").rglob("*") if file.is_file()]
    assert tiles
    for file in tiles[:4]:
        sound = file.read_bytes()
        flip(file, len(sound) // 2)
        found = space.run("audit")
        file.write_bytes(sound)
        assert found.code != 0, f"{file}: {found}"
        assert "tile" in found.json["first_difference"]["where"]
    space.audit()


# The log behind its checkpoint


def test_an_old_copy_of_the_journal_is_refused_with_both_heads(space: Space, tmp_path: Path) -> None:
    fill(space, 2)
    old = space.audit()
    shutil.copyfile(space.path / "journal.db", tmp_path / "old.db")
    fill(space, 4)
    size, root = head(space)
    for leftover in space.path.glob("journal.db*"):
        leftover.unlink()
    shutil.copyfile(tmp_path / "old.db", space.path / "journal.db")

    refused(space.submit(STATEMENT), old["size"], size, root, old["root"])
    refused(space.run("show", "E1", "assets"), old["size"], size)
    assert space.run("audit").code != 0
    explained = space.run("recover")
    assert str(old["size"]) in explained.out + explained.err
    assert size in explained.out + explained.err


def test_another_history_of_the_same_length_is_refused(template: Space, tmp_path: Path) -> None:
    """Two copies of one space grow apart: the journal of one does not extend the checkpoint of the other."""
    one, other = template.copy(tmp_path / "one"), template.copy(tmp_path / "other")
    fill(one, 2)
    other.enter(observations("E1 total_assets 2019-Q4 66"))
    other.enter(observations("E1 total_assets 2019-Q4 77"))
    for leftover in one.path.glob("journal.db*"):
        leftover.unlink()
    shutil.copyfile(other.path / "journal.db", one.path / "journal.db")
    refused(one.submit(STATEMENT))
    assert one.run("audit").code != 0


@pytest.fixture
def crashed(filed: Space, tmp_path: Path) -> Space:
    """A space whose server was killed: the last entries lie in the write-ahead log of its journal."""
    assert len(filed.show("E1", "assets")) == 1
    with Server(filed, tmp_path / "errors") as server:
        fill(filed, 6)
        server.kill()
    wal = filed.path / "journal.db-wal"
    if not wal.exists() or not wal.stat().st_size:
        pytest.fail("the journal keeps no write-ahead log while it is open")
    return filed


def test_a_killed_server_loses_nothing(crashed: Space) -> None:
    assert [value["value"] for value in crashed.show("E1", "assets")] == [1, 2, 3, 4, 5, 6, 200]
    assert str(crashed.size()) == head(crashed)[0]
    crashed.digests()


@pytest.mark.parametrize("how", ["cut in half", "emptied", "removed", "first frame damaged"])
def test_a_damaged_write_ahead_log_is_not_passed_over(crashed: Space, how: str) -> None:
    """SQLite drops the tail of a damaged log without a word; the checkpoint knows better."""
    wal = crashed.path / "journal.db-wal"
    content = wal.read_bytes()
    match how:
        case "cut in half":
            wal.write_bytes(content[: len(content) // 2])
        case "emptied":
            wal.write_bytes(b"")
        case "removed":
            wal.unlink()
        case "first frame damaged":
            flip(wal, 32 + 24 + 100)
    size, root = head(crashed)
    refused(crashed.submit(STATEMENT.replace("2019-Q4", "2020-Q4")), size, root)
    assert crashed.run("audit").code != 0
    explained = crashed.run("recover")
    assert size in explained.out + explained.err


# What is derived is made anew


@pytest.mark.parametrize("how", ["removed", "cut in half", "overwritten", "taken from yesterday"])
def test_a_damaged_store_is_made_anew(filed: Space, how: str, tmp_path: Path) -> None:
    store = filed.path / "store.duckdb"
    digests, yesterday = filed.digests(), store.read_bytes()
    later = filed.enter(observations("E1 total_assets 2019-Q4 300"))
    match how:
        case "removed":
            store.unlink()
        case "cut in half":
            store.write_bytes(yesterday[: len(yesterday) // 2])
        case "overwritten":
            store.write_bytes(b"nothing of the kind" * 1000)
        case "taken from yesterday":
            store.write_bytes(yesterday)
    assert filed.value("E1", "debt_ratio", "2019-Q4") == 0.5
    assert filed.value("E1", "debt_ratio", "2019-Q4", as_known_at=f"entry:{later['entry']}") == 0.75
    assert filed.digests() != digests


def test_a_store_ahead_of_its_journal_is_made_anew(filed: Space, tmp_path: Path) -> None:
    """The store of a copy that went on holds rows that this journal does not know."""
    other = filed.copy(tmp_path / "other")
    other.enter(observations("E1 total_assets 2019-Q4 300"))
    shutil.copyfile(other.path / "store.duckdb", filed.path / "store.duckdb")
    assert filed.value("E1", "debt_ratio", "2019-Q4") == 0.75


def test_removed_tiles_are_written_again_or_missed(filed: Space) -> None:
    """Tiles are derived from the journal: without them nothing false is said."""
    shutil.rmtree(filed.path / "log" / "tile")
    assert filed.value("E1", "debt_ratio", "2019-Q4") == 0.75
    filed.run("recover")
    filed.audit()


# A newer space, a strange one


def test_a_newer_format_is_refused(filed: Space) -> None:
    file = filed.path / "hengjian.toml"
    file.write_text(file.read_text().replace("format = 1", "format = 2"))
    refused(filed.run("show", "E1", "assets"), "format")


def test_a_folder_that_is_no_space(tmp_path: Path) -> None:
    assert hengjian("audit", tmp_path).code != 0


# The clock, other processes, the disk


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_a_clock_set_back_an_hour_reorders_nothing(filed: Space) -> None:
    before = filed.enter(observations("E1 total_assets 2018-Q4 100"))
    (filed.inbox / "later.csv").write_text(observations("E1 total_assets 2018-Q4 200"))
    back = ("faketime", "-f", "-1h")
    later = hengjian("submit", filed.path, filed.inbox / "later.csv", before=back).done().json
    assert later["recorded_at"] > before["recorded_at"]
    assert filed.value("E1", "assets", "2018-Q4") == 200
    assert filed.value("E1", "assets", "2018-Q4", as_known_at=before["recorded_at"]) == 100
    filed.audit()


def submitted_at_once(space: Space, count: int) -> list[dict]:
    files = []
    for number in range(count):
        file = space.inbox / f"{number}.csv"
        file.write_text(
            observations(f"E1 total_assets {2000 + number}-Q4 {number + 1}\nE1 total_liabilities {2000 + number}-Q4 1")
        )
        files.append(file)
    with ThreadPoolExecutor(count) as pool:
        return [result.done().json for result in pool.map(lambda file: space.run("submit", file), files)]


@pytest.mark.parametrize("served", [False, True], ids=["without a server", "with a server"])
def test_several_processes_at_once(filed: Space, served: bool, tmp_path: Path) -> None:
    """Each waits for its turn: all are acknowledged, none is lost, none stands twice."""
    size = filed.size()
    if served:
        with Server(filed, tmp_path / "errors"):
            receipts = submitted_at_once(filed, 6)
    else:
        receipts = submitted_at_once(filed, 6)
    assert sorted(receipt["entry"] for receipt in receipts) == list(range(size, size + 6))
    assert len({receipt["recorded_at"] for receipt in receipts}) == 6
    assert filed.size() == size + 6
    assert [value["value"] for value in filed.show("E1", "assets")][:6] == [1, 2, 3, 4, 5, 6]
    filed.digests()


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own; only root can mount one."""
    folder = Path(tempfile.mkdtemp(prefix="hengjian-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("no file system can be mounted here (only root can)")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill_up(folder: Path) -> Path:
    """Leave no byte on this disk."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(block))
            except OSError:
                continue
    return filler


def test_a_full_disk_is_said_and_costs_nothing(filed_template: Space, tmp_path: Path) -> None:
    with small_disk(128) as disk:
        space = filed_template.copy(disk)
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        space, size = Space(space.path, inbox), space.size()
        correction = observations("E1 total_assets 2019-Q4 300")
        filler = fill_up(disk)
        result = space.submit(correction)
        assert result.code == 3, str(result)
        assert says(json.loads(result.out)["faults"]), "what failed, and what to do"
        filler.unlink()

        assert space.value("E1", "debt_ratio", "2019-Q4") in (0.75, 0.5)
        receipt = space.enter(correction)
        assert receipt["entry"] == size
        assert space.size() == size + 1
        assert space.value("E1", "debt_ratio", "2019-Q4") == 0.5


def test_a_read_only_disk_is_said(filed_template: Space, tmp_path: Path) -> None:
    with small_disk(128) as disk:
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        space = Space(filed_template.copy(disk).path, inbox)
        size = space.size()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], capture_output=True, check=True)
        result = space.submit(observations("E1 total_assets 2019-Q4 300"))
        assert result.code == 3, str(result)
        assert says(json.loads(result.out)["faults"])
        shown = space.run("show", "E1", "debt_ratio", period="2019-Q4")
        assert shown.code in (0, 3), str(shown)
        assert shown.code == 3 or shown.json["values"][0]["value"] == 0.75
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], capture_output=True, check=True)
        assert space.size() == size
