"""Killed writers, full and read-only disks: nothing acknowledged is lost, nothing is half-entered."""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from log_maker import ORIGIN, draft, fill

from hengjian.ledger.audit import audit
from hengjian.ledger.log import Log
from hengjian.model.issue import Failure

KILLS = int(os.environ.get("HENGJIAN_KILLS", "8"))
HERE = Path(__file__).parent

WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from log_maker import draft
from hengjian.ledger.log import Log
log = Log.open(Path(sys.argv[1]), write=True)
print("open", flush=True)
while True:
    group = [draft(log.size + at, key=f"key {log.size + at}") for at in range(1 + log.size % 7)]
    receipts = log.append(group)
    log.publish()
    print(receipts[-1].index, receipts[-1].leaf_hash.hex(), flush=True)
"""

FULL = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from log_maker import draft
from hengjian.ledger.log import Log
from hengjian.model.issue import Failure
log = Log.open(Path(sys.argv[1]), write=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
done = 0
try:
    while True:
        log.append([draft(done, content=bytes(4000))])
        log.publish()
        done += 1
except Failure as failure:
    print(done, failure, flush=True)
"""


def run(code: str, space: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", code, str(space), str(HERE)], stdout=subprocess.PIPE, text=True)


@pytest.mark.timeout(120 + 10 * KILLS)
def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    space = tmp_path / "space"
    Log.create(space, ORIGIN).close()
    chance = random.Random(20260101)
    acknowledged: dict[int, str] = {}
    for _ in range(KILLS):
        writer = run(WRITER, space)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        time.sleep(chance.random() * 0.25)
        writer.kill()
        said, _ = writer.communicate()
        for line in said.splitlines():
            if len(parts := line.split()) == 2 and len(parts[1]) == 64:
                acknowledged[int(parts[0])] = parts[1]
        with Log.open(space, write=True) as log:
            assert not acknowledged or log.size > max(acknowledged)
            assert all(log.submission(f"key {entry.index}") for entry in log.entries())
        assert audit(space).ok
    with Log.open(space, write=False) as log:
        assert all(log.entry(index).leaf_hash.hex() == known for index, known in acknowledged.items())
    assert acknowledged


def test_a_full_disk_is_said_and_nothing_is_half_entered(tmp_path: Path) -> None:
    space = tmp_path / "space"
    Log.create(space, ORIGIN).close()
    said, _ = run(FULL, space).communicate(timeout=60)
    done, _, message = said.partition(" ")
    assert "hint: " in message
    assert any(word in message for word in ("the disk is full", "cannot be read or written", "cannot be written"))
    with Log.open(space, write=True) as log:
        assert int(done) <= log.size <= int(done) + 1  # committed, perhaps, but not shown
        log.append([draft()])
        log.publish()
    assert audit(space).ok


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a file system")
def test_a_small_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        log, done, said = Log.create(disk / "space", ORIGIN), 0, ""
        try:
            while done < 1000:
                log.append([draft(done, content=bytes(20_000))])
                log.publish()
                done += 1
        except Failure as failure:
            said = str(failure)
        log.close()
        assert "free some space" in said or "check the disk for space" in said
        shutil.copytree(disk / "space", tmp_path / "space")
    finally:
        subprocess.run(["umount", disk], check=True)
    with Log.open(tmp_path / "space", write=True) as log:
        assert done <= log.size <= done + 1
    assert audit(tmp_path / "space").ok


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a file system")
def test_a_read_only_disk_is_read_and_not_written(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=9m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        with Log.create(disk / "space", ORIGIN) as log:
            fill(log, 10)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with Log.open(disk / "space", write=False) as reader:
            assert reader.size == 10
            assert reader.inclusion(3)
        assert audit(disk / "space").ok
        with pytest.raises(Failure, match="hint: "):
            Log.open(disk / "space", write=True)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_folder_without_rights_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(Failure, match="cannot be written"):
        Log.create(blocked / "space", ORIGIN)


def test_two_writing_processes_do_not_fork(tmp_path: Path) -> None:
    space = tmp_path / "space"
    Log.create(space, ORIGIN).close()
    one, two = run(WRITER, space), run(WRITER, space)
    time.sleep(1.5)
    for writer in (one, two):
        writer.kill()
        writer.communicate()
    with Log.open(space, write=True):
        pass
    assert audit(space).ok


def test_limits_of_this_process_are_untouched() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
