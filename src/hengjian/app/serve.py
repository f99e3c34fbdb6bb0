"""`serve`: the writer, its socket and the pages, until they are stopped."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hengjian.app.config import read_config
from hengjian.app.desk import open_desk
from hengjian.app.local import METHODS
from hengjian.app.lock import announced_socket, held, try_lock
from hengjian.app.moment import parse_day
from hengjian.app.wire import Answer
from hengjian.app.writer import Listener, Writer
from hengjian.model.issue import Failure
from hengjian.web import run

DEFAULT_PORT = 8420
_PATIENCE_S = 10.0


def serve(question: Mapping[str, Any]) -> Answer:
    """Serve a space until the process is told to stop."""
    today = question.get("today")
    day = None if today is None else parse_day(today, "--today")
    with doorway(question.get("port")) as door, at_work(Path(question["space"]), day) as writer:
        show_pages(writer, door)
    return {}


@contextmanager
def at_work(folder: Path, today: date | None = None) -> Iterator[Writer]:
    """The writer of a space, which other processes reach through its socket meanwhile."""
    read_config(folder)
    with ExitStack() as stack:
        stack.enter_context(held(_writers_lock(folder)))
        desk = open_desk(folder, write=True, append=True)
        stack.callback(desk.close)
        if today is not None:
            desk.config = replace(desk.config, today=today)
        writer = Writer(desk, METHODS)
        stack.callback(writer.close)
        listener = Listener(folder, writer)
        stack.callback(listener.close)
        yield writer


def show_pages(writer: Writer, door: socket.socket) -> None:
    """Serve the pages at a door, and print their address, until the process is told to stop."""
    run(writer.ask, door, lambda address: print(address, flush=True))


def _writers_lock(folder: Path, patience: float = _PATIENCE_S) -> int:
    until = time.monotonic() + patience
    while True:
        lock = try_lock(folder, exclusive=True)
        if lock is not None:
            return lock
        if announced_socket(folder) is not None:
            raise Failure(
                f"{folder} is served already", "a space has one writer: use the one that runs, or stop it first"
            )
        if time.monotonic() > until:
            raise Failure(f"another process works on {folder}", "wait for it to end, then serve")
        time.sleep(0.01)


def doorway(port: int | None) -> socket.socket:
    """A listening socket on 127.0.0.1: the port asked for, else the usual one or any that is free."""
    for candidate in (DEFAULT_PORT, 0) if port is None else (port,):
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", candidate))
        except (OSError, OverflowError) as error:
            door.close()
            reason = error
        else:
            door.listen(512)
            return door
    raise Failure(f"port {port} cannot be had: {reason}", "choose another, or --port 0 for any that is free")
