"""The command in a process that need not load it first.

The black-box tests run the command more than a thousand times, and each time its libraries would take longer to load
than its work takes. One process that has loaded them waits instead, and forks for every command: a fork has a memory
of its own, knows nothing of the commands before it, and is killed like any process. How the command starts from
nothing is the business of test_commands.py. `python ready.py FD` is the waiting process.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

#: What is loaded by the few commands that use it: it needs a library that may be missing.
LOADED_WHEN_USED = frozenset({"hengjian.__main__", "hengjian.evaluate.cluster"})
LONGEST = 1 << 20  # bytes of one order


class Forked:
    """A command that runs, as subprocess.Popen has it; what it prints goes to the files that it was given."""

    def __init__(self, words: Sequence[str], *, stdout: int, stderr: int, cwd: Path | None = None) -> None:
        order = {"words": list(words), "cwd": str(cwd or Path.cwd()), "environment": dict(os.environ)}
        reads, writes = os.pipe()
        self.returncode: int | None = None
        self._waits = threading.Lock()
        self._said = os.fdopen(reads, "rb", buffering=0)
        try:
            socket.send_fds(waiting(), [json.dumps(order).encode()], [stdout, stderr, writes])
        finally:
            os.close(writes)
        self.pid = self._heard(None)

    def _heard(self, patience: float | None) -> int:
        """The next number that the waiting process says of this command."""
        if not select.select([self._said], [], [], patience)[0]:
            raise subprocess.TimeoutExpired("hengjian", patience or 0)
        line = self._said.readline()
        if not line:
            raise RuntimeError("the process that the commands are forked from has ended")
        return int(line)

    def poll(self) -> int | None:
        """The exit code, negative for the signal that ended the command; None while it runs or another thread waits."""
        if self.returncode is None and self._waits.acquire(blocking=False):
            try:
                if self.returncode is None and select.select([self._said], [], [], 0)[0]:
                    self._end(None)
            finally:
                self._waits.release()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once the command has ended."""
        with self._waits:
            return self._end(timeout) if self.returncode is None else self.returncode

    def _end(self, patience: float | None) -> int:
        self.returncode = os.waitstatus_to_exitcode(self._heard(patience))
        self._said.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """As with Popen, nothing where the command has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


@cache
def waiting() -> socket.socket:
    """The door of this test process's waiting process, which is started by the first command."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-P", __file__, str(there.fileno())],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[there.fileno()],
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    there.close()

    def dismiss() -> None:
        here.close()
        process.wait()

    atexit.register(dismiss)
    return here


def load() -> None:
    """Everything of the product."""
    import hengjian

    for module in pkgutil.walk_packages(hengjian.__path__, "hengjian."):
        if module.name not in LOADED_WHEN_USED:
            importlib.import_module(module.name)
    with contextlib.suppress(ImportError):  # Arrow would load it by itself where it is installed
        importlib.import_module("pandas")
    gc.freeze()


def wait_for_orders(door: socket.socket) -> list[str] | None:
    """Fork for each order that comes through the door; the words of the command in a fork, None at the end."""
    running: dict[int, int] = {}  # by process, where its end is told
    alarm, rings = os.pipe()
    for end in (alarm, rings):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(rings)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([door, alarm], [], [])
        if alarm in ready:
            os.read(alarm, LONGEST)
            tell_ends(running)
        if door in ready:
            message, files, _, _ = socket.recv_fds(door, LONGEST, 3)
            if not message:
                return None
            stdout, stderr, told = files
            process = os.fork()
            if process == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                door.close()
                for end in (alarm, rings, told, *running.values()):
                    os.close(end)
                return begin(json.loads(message), stdout, stderr)
            running[process] = told
            os.write(told, f"{process}\n".encode())
            os.close(stdout)
            os.close(stderr)


def tell_ends(running: dict[int, int]) -> None:
    """Tell those who wait how their commands have ended."""
    while running:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return
        told = running.pop(process)
        with contextlib.suppress(BrokenPipeError):  # when nobody waits any more
            os.write(told, f"{status}\n".encode())
        os.close(told)


def begin(order: dict[str, object], stdout: int, stderr: int) -> list[str]:
    """Make a fork what a new process would be."""
    for file, number in ((stdout, 1), (stderr, 2)):
        os.dup2(file, number)
        os.close(file)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    environment, words = order["environment"], order["words"]
    assert isinstance(environment, dict)
    assert isinstance(words, list)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(str(order["cwd"]))
    return words


def carry_out(words: list[str]) -> NoReturn:
    """What the installed script does, and then an interpreter; what was loaded for others is not taken down again."""
    from hengjian.app import main

    sys.argv = ["hengjian", *words]
    try:
        code: object = main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    load()
    words = wait_for_orders(socket.socket(fileno=int(sys.argv[1])))
    if words is not None:
        carry_out(words)
    os._exit(0)
