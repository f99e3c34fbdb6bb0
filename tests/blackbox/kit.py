"""The installed command as its users meet it, and the few words in which the black-box tests speak.

Nothing of the product is imported here: a test runs `hengjian`, reads what it prints, and looks at the files it leaves.
"""

import base64
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import pytest
from ready import Forked

COMMAND = Path(sys.executable).with_name("hengjian")
PATIENCE = 120  # seconds that one command may take on a busy machine
ROW = frozenset("entity measure period scope basis text unit value file sheet cell".split())
#: Commands are forked off a process that has loaded them, where that can be; "fresh" starts each from nothing.
STARTED = "forked" if sys.platform == "linux" and os.environ.get("HENGJIAN_STARTED") != "fresh" else "fresh"
START = re.compile(rb"http://127\.0\.0\.1:\d+/\n")

Process = Forked | subprocess.Popen[bytes]


@dataclass(frozen=True)
class Result:
    """What one run of the command left behind."""

    args: tuple[str, ...]
    code: int
    out: str
    err: str

    @cached_property
    def json(self) -> Any:
        """The object on stdout."""
        try:
            return json.loads(self.out)
        except ValueError:
            pytest.fail(f"stdout is no JSON\n{self}")

    @property
    def faults(self) -> list[dict[str, Any]]:
        """What is wrong with the user's input: the command must have ended with 1 and say at least one fault."""
        assert self.code == 1, f"expected the input to be refused\n{self}"
        faults = self.json["faults"]
        assert faults, f"refused without a reason\n{self}"
        return faults

    def done(self) -> "Result":
        """This result, after making sure that the command did what it was asked."""
        assert self.code == 0, f"expected success\n{self}"
        return self

    def __str__(self) -> str:
        return f"$ hengjian {' '.join(self.args)}\nexit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def installed() -> Path:
    """Where the command is; the test fails when the project is not installed beside this Python."""
    if not COMMAND.exists():
        pytest.fail(f"there is no {COMMAND}: install the project first (make test does)", pytrace=False)
    return COMMAND


def hengjian(
    *args: object,
    plain: bool = False,
    cwd: Path | None = None,
    before: tuple[str, ...] = (),
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run one command, with --json unless `plain`. Whatever was asked, a traceback is never the answer."""
    words = (*map(str, args), *(() if plain else ("--json",)))
    if before or env:
        done = subprocess.run(
            [*before, str(installed()), *words],
            cwd=cwd, env={**os.environ, "PYTHONUTF8": "1", **(env or {})}, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        result = Result(words, done.returncode, done.stdout.decode(), done.stderr.decode())
    else:
        with running(*words, cwd=cwd) as command:
            result = command.result()
    assert "Traceback (most recent call last)" not in result.out + result.err, str(result)
    return result


def begun(words: Sequence[str], *, stdout: int, stderr: int, cwd: Path | None = None) -> Process:
    """Start a command that prints to these files."""
    command = str(installed())
    if STARTED == "forked":
        return Forked(words, stdout=stdout, stderr=stderr, cwd=cwd)
    return subprocess.Popen(
        [command, *words],
        cwd=cwd, env={**os.environ, "PYTHONUTF8": "1"}, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
    )  # fmt: skip


@dataclass(frozen=True)
class Running:
    """A command that may be killed before it ends, and the files that it prints to."""

    words: tuple[str, ...]
    process: Process
    out: IO[bytes]
    err: IO[bytes]

    def result(self) -> Result:
        """What it leaves behind, once it has ended."""
        code = self.process.wait(PATIENCE)
        for file in (self.out, self.err):
            file.seek(0)
        return Result(self.words, code, self.out.read().decode(), self.err.read().decode())


@contextmanager
def running(*words: str, cwd: Path | None = None) -> Iterator[Running]:
    """A command at work; it is killed where it has not ended with the `with`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = begun(words, stdout=out.fileno(), stderr=err.fileno(), cwd=cwd)
        try:
            yield Running(words, process, out, err)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def table(header: str, rows: str) -> str:
    """A CSV file from columns set apart by blanks; a lone `-` is an empty cell."""
    lines = [header, *(row for row in rows.splitlines() if row.strip())]
    return "".join(",".join("" if cell == "-" else cell for cell in line.split()) + "\n" for line in lines)


def observations(rows: str, more: str = "") -> str:
    """A CSV file of the form `observations`; `more` names columns after the value."""
    return table(f"entity measure period value {more}", rows)


def wide(measures: str, rows: str) -> str:
    """A CSV file of the form `wide`."""
    return table(f"entity period {measures}", rows)


def options(flags: Mapping[str, object]) -> list[str]:
    """`as_known_at="2020-05-31"` as `--as-known-at 2020-05-31`; True is an option without a value."""
    words = []
    for name, value in flags.items():
        words += [f"--{name.replace('_', '-')}", *(() if value is True else (str(value),))]
    return words


@dataclass(frozen=True)
class Space:
    """A space on disk, and the folder in which files lie until they are submitted."""

    path: Path
    inbox: Path

    @classmethod
    def at(cls, folder: Path, *packs: object) -> "Space":
        """A new space that runs these packs (folders, or names of shipped ones)."""
        inbox = folder / "inbox"
        inbox.mkdir(parents=True)
        hengjian("init", folder / "space", "--packs", ",".join(map(str, packs))).done()
        return cls(folder / "space", inbox)

    def copy(self, folder: Path) -> "Space":
        """The same space elsewhere, as it lies on disk."""
        shutil.copytree(self.path, folder / "space", symlinks=True)
        (folder / "inbox").mkdir()
        return Space(folder / "space", folder / "inbox")

    def run(self, command: str, *args: object, **flags: object) -> Result:
        """A command about this space."""
        return hengjian(command, self.path, *args, *options(flags))

    def submit(self, content: str | bytes, name: str = "filing.csv", **flags: object) -> Result:
        """Submit one file with this content."""
        file = self.inbox / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.run("submit", file, **flags)

    def enter(self, content: str | bytes, name: str = "filing.csv", **flags: object) -> dict[str, Any]:
        """Submit a file that must be accepted; its receipt."""
        return self.submit(content, name, **flags).done().json

    def refuse(self, content: str | bytes, name: str = "filing.csv", **flags: object) -> list[dict[str, Any]]:
        """Submit a file that must be refused; its faults."""
        return self.submit(content, name, **flags).faults

    def show(self, entity: str, *indicators: str, **flags: object) -> list[dict[str, Any]]:
        """The values that `show` prints."""
        answer = self.run("show", entity, *indicators, **flags).done().json
        assert answer["entity"] == entity
        return answer["values"]

    def answer(self, entity: str, indicator: str, period: str, **flags: object) -> dict[str, Any]:
        """What `show` says about one indicator of one period."""
        values = self.show(entity, indicator, period=period, **flags)
        assert len(values) == 1, values
        return values[0]

    def value(self, entity: str, indicator: str, period: str, **flags: object) -> float | None:
        """The number alone, None when it is missing."""
        return self.answer(entity, indicator, period, **flags)["value"]

    def missing(self, entity: str, indicator: str, period: str, **flags: object) -> str | None:
        """Why there is no number, None when there is one."""
        missing = self.answer(entity, indicator, period, **flags)["missing"]
        return missing and missing["reason"]

    def explain(self, entity: str, indicator: str, period: str, **flags: object) -> dict[str, Any]:
        """The explanation of one number."""
        return self.run("explain", entity, indicator, period, **flags).done().json

    def audit(self) -> dict[str, Any]:
        """A clean audit."""
        found = self.run("audit").done().json
        assert found["ok"] is True, found
        assert found["first_difference"] is None, found
        return found

    def size(self) -> int:
        """The number of entries in the log."""
        return self.audit()["size"]

    def digests(self) -> dict[str, str]:
        """The digest of every table, after building them anew from the log: they must be as they were."""
        rebuilt = self.run("rebuild").done().json
        assert rebuilt["same"] is True, rebuilt
        return rebuilt["tables"]

    def key(self) -> Path:
        """The public key that verifies this space's proofs."""
        (key,) = self.path.glob("*.vkey")
        return key

    def configure(self, key: str, value: str) -> None:
        """Set one text in hengjian.toml."""
        file = self.path / "hengjian.toml"
        lines = [line for line in file.read_text().splitlines() if not re.match(rf"{key}\s*=", line)]
        file.write_text("\n".join([f'{key} = "{value}"', *lines]) + "\n")

    def state(self) -> tuple[int, dict[str, str]]:
        """What a refused submission must leave as it was."""
        return self.size(), self.digests()


class Server:
    """`hengjian serve` in a process of its own, until it is stopped or killed."""

    def __init__(self, space: Space, errors: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        reads, writes = os.pipe()
        self._out = os.fdopen(reads, "rb", buffering=0)
        with errors.open("ab") as err:
            words = ["serve", str(space.path), "--port", str(port)]
            self.process = begun(words, stdout=writes, stderr=err.fileno())
        os.close(writes)
        self.line = first_line(self._out)
        if self.line is None:
            self.kill()
            raise RuntimeError(f"the server did not start:\n{errors.read_text()}")
        self.url = self.line.decode().strip()

    def kill(self) -> bytes:
        """End it at once, as a power cut would; what else it printed."""
        return self._end(signal.SIGKILL)

    def stop(self) -> bytes:
        """Ask it to end; what else it printed."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> bytes:
        if not self._out.closed:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
            with self._out:
                return self._out.read()
        return b""

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def first_line(printed: IO[bytes], patience: float = PATIENCE) -> bytes | None:
    """The first line that a process prints, None when it ends or stays silent."""
    line = b""
    while select.select([printed], [], [], patience)[0]:
        byte = printed.read(1)
        if not byte:
            return None
        line += byte
        if byte == b"\n":
            return line
    return None


def says(faults: list[dict[str, Any]], *words: str) -> list[dict[str, Any]]:
    """The faults whose message and hint hold all these words."""
    return [fault for fault in faults if all(word in f"{fault['message']}\n{fault['hint']}" for word in words)]


def parts(found: object) -> Iterator[Any]:
    """Every object and text inside a JSON value, also those that stand in a text as JSON or as base64."""
    yield found
    if isinstance(found, Mapping):
        for value in found.values():
            yield from parts(value)
    elif isinstance(found, list):
        for value in found:
            yield from parts(value)
    elif isinstance(found, str):
        try:
            inside = (
                json.loads(found) if found.startswith(("{", "[")) else base64.b64decode(found, validate=True).decode()
            )
        except ValueError:
            return
        if inside and inside != found:
            yield from parts(inside)


def rows_in(bundle: bytes) -> list[dict[str, Any]]:
    """The rows that a proof discloses; a leaf of an explanation has their fields too, and names its filing."""
    found = [part for part in parts(json.loads(bundle)) if isinstance(part, Mapping) and set(part) >= ROW]
    found = [row for row in found if "filing" not in row]
    return [dict(row) for index, row in enumerate(found) if row not in found[:index]]
