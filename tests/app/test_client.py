"""Asking a space: through its running writer, or under the lock; and what is said when neither works."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from homes import STATEMENT, asked, filed, shown, submission

import hengjian
from hengjian.app.client import ask_space, ask_writer
from hengjian.app.lock import announce, announced_socket, held, socket_path, try_lock
from hengjian.app.wire import read_frame, write_frame
from hengjian.model.issue import Failure, Refused

SERVE = """
import sys, time
from pathlib import Path
from hengjian.app.desk import open_desk
from hengjian.app.local import METHODS
from hengjian.app.lock import held, try_lock
from hengjian.app.writer import Listener, Writer

def wait(desk, question):
    print("asked", flush=True)
    time.sleep(600)

def stumble(desk, question):
    raise ZeroDivisionError("a mistake")

folder = Path(sys.argv[1])
with held(try_lock(folder, exclusive=True)):
    desk = open_desk(folder, write=True, append=True)
    writer = Writer(desk, {**METHODS, "wait": wait, "stumble": stumble})
    listener = Listener(folder, writer)
    print("ready", flush=True)
    sys.stdin.read()
    listener.close()
    writer.close()
    desk.close()
"""


@contextmanager
def serving(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The space's writer in a process of its own, stopped in order when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.communicate()


def told(caught: pytest.ExceptionInfo[Failure]) -> tuple[str, str]:
    return caught.value.issue.message, caught.value.issue.hint


def test_the_one_writer_answers_reads_and_submissions(home: Path) -> None:
    with serving(home):
        assert try_lock(home, exclusive=False) is None
        assert shown(home, "debt_ratio") == {("debt_ratio", "2019-Q4"): 0.75}
        first = filed(home, STATEMENT.replace("2019", "2020"))
        assert filed(home, STATEMENT.replace("2019", "2020")) == {**first, "repeated": True}
        with pytest.raises(Refused, match="no entity is registered as 'E9'"):
            shown(home, entity="E9")
    assert announced_socket(home) is None
    assert not socket_path(home).exists()
    assert shown(home, "debt_ratio", period="2020-Q4") == {("debt_ratio", "2020-Q4"): 0.75}


def test_a_bundle_comes_through_as_bytes(home: Path) -> None:
    alone = asked(home, "prove", filing="F000003", with_file=True)
    with serving(home):
        served = asked(home, "prove", filing="F000003", with_file=True)
    assert alone == served
    assert isinstance(served["bundle"], bytes)


def test_what_a_writer_cannot_do_says_so(home: Path) -> None:
    with serving(home) as process:
        with pytest.raises(Failure) as caught:
            asked(home, "recover")
        assert told(caught) == (
            "the space is being served, and recover needs it for itself", "stop the server, then run recover again"
        )  # fmt: skip
        with pytest.raises(Failure) as caught:
            asked(home, "guess")
        assert told(caught) == (
            "this writer knows no question 'guess'", "stop it, and start it with the same version"
        )  # fmt: skip
        with pytest.raises(Failure) as caught:
            asked(home, "stumble")
        assert told(caught) == (
            "the program failed at 'stumble': ZeroDivisionError: a mistake",
            "this is a mistake of ours; please report it with the server's output",
        )
        _, errors = process.communicate()
    assert b"ZeroDivisionError: a mistake" in errors


def test_a_writer_outlives_clients_that_speak_nonsense(home: Path) -> None:
    with serving(home) as process:
        for nonsense in (b"\0", b"\0\0\0\2{}", b"\0\0\0\2[]", b"\0\0\0\1x", b"GET / HTTP/1.1\r\n"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.connect(str(socket_path(home)))
                connection.sendall(nonsense)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(socket_path(home)))
            with connection.makefile("rwb") as stream:
                write_frame(stream, {"method": "submit", "question": {"files": []}})
                assert "KeyError" in read_frame(stream)["failed"]["message"]
                write_frame(stream, {"method": "status", "question": {}})
                assert read_frame(stream)["answer"]["size"] == 4
        assert shown(home, "debt_ratio")
        _, errors = process.communicate()
    assert b"in thread" not in errors


def test_a_writer_that_is_killed_while_a_question_waits(home: Path) -> None:
    with serving(home) as process, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(asked, home, "wait")
        assert process.stdout is not None
        assert process.stdout.readline() == b"asked\n"
        process.send_signal(signal.SIGKILL)
        with pytest.raises(Failure) as caught:
            waiting.result(30)
    assert told(caught) == (
        "the writer of this space ended before it answered",
        "ask again; a submission that was entered is found again and not entered twice",
    )
    assert shown(home, "debt_ratio") == {("debt_ratio", "2019-Q4"): 0.75}


def test_a_socket_that_nobody_listens_at(home: Path, tmp_path: Path) -> None:
    """The writer ended between its announcement and our call: the lock is free, so the question is answered here."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as gone:
        gone.bind(str(tmp_path / "s"))
    announce(home, tmp_path / "s")
    with pytest.raises(ConnectionRefusedError):
        ask_writer(tmp_path / "s", "status", {})
    assert asked(home, "status")["size"] == 4
    announce(home, tmp_path / "nowhere")
    assert asked(home, "status")["size"] == 4
    lock = try_lock(home, exclusive=True)
    assert lock is not None
    with held(lock), pytest.raises(Failure) as caught:
        ask_space(home, "status", {}, patience=30)
    assert told(caught) == (
        f"the writer of {home} runs and cannot be reached: its socket {tmp_path}/nowhere is gone",
        "stop the server and start it again",
    )


def test_a_question_waits_for_the_lock(home: Path) -> None:
    lock = try_lock(home, exclusive=True)
    assert lock is not None
    threading.Timer(0.2, os.close, [lock]).start()
    assert ask_space(home, "status", {})["size"] == 4


def test_patience_ends(home: Path) -> None:
    lock = try_lock(home, exclusive=True)
    assert lock is not None
    with held(lock), pytest.raises(Failure) as caught:
        ask_space(home, "status", {}, patience=0.05)
    assert told(caught) == (
        f"another process has worked on {home} for 0 s",
        "wait for it to end, or stop it; commands that are started meanwhile queue up by themselves",
    )


def test_commands_started_together_queue_up(home: Path) -> None:
    """Each opens the space for itself; none is turned away."""
    texts = [STATEMENT.replace("2019", str(year)) for year in range(2000, 2006)]
    with ThreadPoolExecutor(len(texts)) as pool:
        receipts = list(pool.map(lambda text: ask_space(home, "submit", submission(text)), texts))
    assert sorted(receipt["entry"] for receipt in receipts) == [4, 5, 6, 7, 8, 9]


def test_readers_work_side_by_side(home: Path) -> None:
    shown(home)
    lock = try_lock(home, exclusive=False)
    assert lock is not None
    with held(lock):
        began = time.monotonic()
        assert ask_space(home, "show", {"entity": "E1"}, patience=5)["values"]
        assert time.monotonic() - began < 5


def test_values_come_as_arrow_with_and_without_a_writer(home: Path) -> None:
    space = hengjian.open(home)
    table = space.values(period="2019-Q4")
    rows = {(row["entity"], row["indicator"]): row for row in table.to_pylist()}
    (shown_value,) = space.ask("show", {"entity": "E1", "indicators": ["debt_ratio"], "period": "2019-Q4"})["values"]
    assert rows["E1", "debt_ratio"]["value"] == shown_value["value"]
    assert table.column_names == ["entity", "indicator", "period", "value", "unit", "basis", "missing"]
    counted = asked(home, "evaluate", period="2019-Q4")
    assert table.num_rows == counted["values"] + sum(counted["missing"].values())
    with serving(home):
        assert hengjian.open(home).values(period="2019-Q4").equals(table)
