"""The file: durability, several processes, damage, growth and speed."""

import errno
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from world import WORLD, catalogue, measure, observed, recorded, stated

from hengjian.model.cut import Cut
from hengjian.model.issue import Failure
from hengjian.panel.load import load_panel
from hengjian.store import Locked, Store, Unusable
from hengjian.store.faults import failure_of

READ = """
import sys
from pathlib import Path
from hengjian.store import Locked, Store
try:
    with Store.open(Path(sys.argv[1]), read_only=sys.argv[2] == "read") as store:
        print("open", store.applied_through, flush=True)
        sys.stdin.read()
except Locked as failure:
    print("locked", failure.issue.message)
"""


def another(path: Path, how: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", READ, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of one entity and one figure."""
    where = tmp_path / "store.duckdb"
    with Store.open(where) as store:
        store.register(WORLD)
        store.stage(0, recorded(0), [stated("A")])
        store.stage(1, recorded(1), [observed("A", "assets", "2023-Q1", 1.0)])
        store.commit(2)
    return where


def test_several_processes_read_while_none_writes(path: Path) -> None:
    with another(path, "read") as one, another(path, "read") as two:
        assert first_line(one) == first_line(two) == "open 2"
        with Store.open(path, read_only=True) as third:
            assert third.applied_through == 2
        with pytest.raises(Locked):
            Store.open(path)
        one.communicate()
        two.communicate()
    with Store.open(path), another(path, "read") as late:
        assert first_line(late) == "locked another process is using the store"
        late.communicate()


def test_what_was_not_committed_is_gone_and_what_was_is_there(path: Path) -> None:
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; from world import *;"
        "from hengjian.store import Store; store = Store.open(Path(sys.argv[1]));"
        "store.stage(2, recorded(2), [observed('A', 'assets', '2023-Q2', 2.0)]); store.commit(3);"
        "store.stage(3, recorded(3), [observed('A', 'assets', '2023-Q3', 3.0)]); os._exit(9)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path), str(Path(__file__).parent)], check=False)
    assert ended.returncode == 9
    for read_only in (True, False):
        with Store.open(path, read_only=read_only) as store:
            assert store.applied_through == 3
            assert store.latest_entry([observed("A", "assets", "2023-Q2", 2.0)]) == 2
            assert store.latest_entry([observed("A", "assets", "2023-Q3", 2.0)]) is None


def test_damage_is_told_from_other_failures(path: Path, tmp_path: Path) -> None:
    good = path.read_bytes()
    for offset in (8, 13, 4100, 12_300, len(good) - 1000):
        path.write_bytes(good[:offset] + bytes([good[offset] ^ 0x41]) + good[offset + 1 :])
        with pytest.raises(Unusable, match="rebuild"):
            Store.open(path, read_only=True).digests()
    for content in (b"", b"hello" * 4000, good[:9000]):
        path.write_bytes(content)
        with pytest.raises(Unusable, match="rebuild"):
            Store.open(path, read_only=True)
    with pytest.raises(Unusable, match="rebuild"):
        Store.open(tmp_path / "nowhere.duckdb", read_only=True)


def test_a_store_of_another_format_or_of_something_else_is_rebuilt(path: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE name = 'format'")
    with pytest.raises(Unusable, match="format 99"):
        Store.open(path)
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE meta (a INTEGER)")
    with pytest.raises(Unusable, match="no store"):
        Store.open(other)


@pytest.mark.parametrize(
    ("message", "kind", "says"),
    [
        # Messages of DuckDB 1.5.6 and 2.0.0, as they were seen.
        ('IO Error: Could not set lock on file "x": Conflicting lock is held in python', Locked, "another process"),
        ("IO Error: Trying to read a database file with version number 69, but we can only", Unusable, "newer DuckDB"),
        ("Corrupt database file: computed checksum 1 does not match stored checksum 2", Unusable, "cannot be read"),
        ('IO Error: Could not write file "x": No space left on device', Failure, "disk is full"),
        ('IO Error: Cannot open file "x": Permission denied', Failure, "may not be written"),
        ("something else", Failure, "the store failed"),
    ],
)  # fmt: skip
def test_errors_are_told_in_the_houses_words(message: str, kind: type[Failure], says: str) -> None:
    failure = failure_of(duckdb.IOException(message), Path("x"))
    assert type(failure) is kind
    assert says in failure.issue.message
    assert failure.issue.hint


def test_a_full_disk_is_named_and_loses_nothing_that_was_committed(path: Path) -> None:
    """A limit on the file's size stands in for a full disk: the write fails in the same place."""
    program = (
        "import resource, signal, sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; from world import *;"
        "from hengjian.model.issue import Failure; from hengjian.store import Store;"
        "store = Store.open(Path(sys.argv[1]));"
        "size = Path(sys.argv[1]).stat().st_size; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "store.stage(2, recorded(2), [stated(f'E{i}') for i in range(20000)]);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "try:\n    store.commit(3)\n"
        "except Failure as failure:\n    print(failure.issue.message)\n"
        "import os; sys.stdout.flush(); os._exit(0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(path), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert os.strerror(errno.EFBIG).lower() in ended.stdout.lower() or "disk is full" in ended.stdout
    with Store.open(path) as store:
        assert store.applied_through == 2


def test_a_filing_adds_little_to_the_file(path: Path) -> None:
    """A thousand filings of two figures each: the file grows by bytes a figure, not by pages a filing."""
    with Store.open(path) as store:
        for entry in range(2, 1002):
            when = f"{1900 + entry // 10}-Q{entry % 4 + 1}"
            store.stage(
                entry,
                recorded(entry),
                [observed("A", "assets", when, entry + 0.1), observed("A", "资产", when, entry + 0.2)],
            )
            if entry % 4 == 0:
                store.commit(entry + 1)
        store.commit(1002)
    assert path.stat().st_size < 3_000_000


def test_ten_thousand_observations_are_entered_well_under_half_a_second(tmp_path: Path) -> None:
    measures = [measure(f"m{number}") for number in range(25)]
    with Store.open(tmp_path / "store.duckdb") as store:
        store.register(catalogue(*measures))
        store.stage(0, recorded(0), [stated(f"E{number}") for number in range(400)])
        store.commit(1)
        rows = [observed(f"E{number}", m.name, "2023-Q1", float(number)) for number in range(400) for m in measures]
        taken = []
        for entry in (1, 2, 3):
            begun = time.perf_counter()
            assert store.latest_entry(rows) == (None if entry == 1 else entry - 1)
            store.stage(entry, recorded(entry), rows)
            store.commit(entry + 1)
            taken.append(time.perf_counter() - begun)
        assert min(taken) < 0.5


def test_a_measure_that_moves_to_another_pack_keeps_its_column(path: Path) -> None:
    moved = {name: replace(one, pack="another") for name, one in WORLD.measures.items()}
    with Store.open(path) as store:
        store.register(replace(WORLD, measures=moved))
        store.stage(2, recorded(2), [observed("A", "assets", "2023-Q2", 2.0)])
        store.commit(3)
        panel = load_panel(store, replace(WORLD, measures=moved), Cut(), ["assets"], "quarter")
        assert panel.columns["assets"].values[:, 0].tolist() == [1.0, 2.0]
