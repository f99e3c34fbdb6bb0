"""One writer a space: the lock between processes, and announcements of writers that are gone."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hengjian.app.lock import announce, announced_socket, held, process_start, socket_path, try_lock, withdraw
from hengjian.model.issue import Failure

HOLD = """
import sys
from pathlib import Path
from hengjian.app.lock import try_lock
assert try_lock(Path(sys.argv[1]), exclusive=sys.argv[2] == "exclusive") is not None
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def other_process(folder: Path, how: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that holds the lock until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
    finally:
        process.communicate()


def can(folder: Path, *, exclusive: bool) -> bool:
    lock = try_lock(folder, exclusive=exclusive)
    if lock is None:
        return False
    with held(lock):
        return True


def test_readers_share_and_a_writer_is_alone(tmp_path: Path) -> None:
    with other_process(tmp_path, "shared"):
        assert can(tmp_path, exclusive=False)
        assert not can(tmp_path, exclusive=True)
    with other_process(tmp_path, "exclusive"):
        assert not can(tmp_path, exclusive=False)
        assert not can(tmp_path, exclusive=True)
    assert can(tmp_path, exclusive=True)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with other_process(tmp_path, "exclusive") as process:
        process.kill()
        process.wait()
        assert can(tmp_path, exclusive=True)


def test_a_lock_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")
    with pytest.raises(Failure) as caught:
        try_lock(tmp_path, exclusive=True)
    assert caught.value.issue.message == f"{tmp_path / 'run' / 'lock'} cannot be opened: File exists"
    assert caught.value.issue.hint == "the space must lie on a disk that this user may write to"


def test_an_announcement_holds_until_it_is_withdrawn(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "lock").touch()
    announce(tmp_path, tmp_path / "a.sock")
    assert announced_socket(tmp_path) == tmp_path / "a.sock"
    moved, copied = tmp_path.with_name("moved"), tmp_path.with_name("copied")
    shutil.copytree(tmp_path, copied)
    assert announced_socket(copied) is None, "a copy is another space"
    tmp_path.rename(moved)
    assert announced_socket(moved) == tmp_path / "a.sock", "a renamed space is the same"
    moved.rename(tmp_path)
    withdraw(tmp_path)
    assert announced_socket(tmp_path) is None
    withdraw(tmp_path)


def body(**more: object) -> str:
    return json.dumps({"pid": os.getpid(), "started": process_start(os.getpid()), "socket": "/a.sock", **more})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(body(started="1"), id="the pid was given to another process since"),
        pytest.param(body(pid=2**22 + 1, started=None), id="no such process"),
        pytest.param(body(pid="x"), id="no number"),
        pytest.param(body(socket=None), id="no path"),
        pytest.param("[]", id="no object"),
        pytest.param('{"pid": 1}', id="half of it"),
        pytest.param("{", id="no JSON"),
        pytest.param("", id="empty"),
    ],
)
def test_a_stale_announcement_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "writer.json").write_text(text)
    assert announced_socket(tmp_path) is None


def test_a_process_that_ended_has_no_start() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert process_start(process.pid) is None
    assert process_start(os.getpid()) is not None


def test_one_socket_a_space_whatever_the_folder_is_called(tmp_path: Path) -> None:
    """Paths of sockets hold about a hundred bytes."""
    deep = tmp_path / ("long" * 40)
    assert len(str(socket_path(deep))) - len(str(socket_path(tmp_path))) == 0
    assert socket_path(deep) != socket_path(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    assert socket_path(tmp_path / "link") == socket_path(tmp_path / "home")
