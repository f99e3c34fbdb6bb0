"""`serve`: the writer, its socket and the pages, until they are stopped."""

import errno
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hengjian.app.config import Config, read_config
from hengjian.app.desk import open_desk
from hengjian.app.local import METHODS
from hengjian.app.lock import announced_socket, held, try_lock
from hengjian.app.moment import parse_day
from hengjian.app.outbox import notifying
from hengjian.app.serving import LOOPBACK, Serving, address_of, network_faults
from hengjian.app.singlesignon import sign_on
from hengjian.app.wire import Answer
from hengjian.app.writer import Listener, Writer
from hengjian.model.issue import Failure, Refused, refuse
from hengjian.web import LOCAL_NAMES, Entrance, run

DEFAULT_PORT = 8420
_PATIENCE_S = 10.0


def serve(question: Mapping[str, Any]) -> Answer:
    """Serve a space until the process is told to stop. Refused where it would be open to a network."""
    folder = Path(question["space"])
    config = read_config(folder)
    config = replace(config, serving=_served_at(config.serving, question.get("host")))
    today = question.get("today")
    day = None if today is None else parse_day(today, "--today")
    with doorway(question.get("port"), config.serving.host) as door, at_work(folder, day) as writer:
        known = writer.ask("visitor", {"session": None})
        issues = network_faults(config.serving, required=config.sign_in_required, has_persons=known["offered"])
        if found := list(issues):
            raise Refused(found)
        with notifying(writer.ask, config):
            show_pages(writer, door, config)
    return {}


def _served_at(serving: Serving, host: str | None) -> Serving:
    """The settings with another address."""
    if host is None:
        return serving
    address = address_of(host)
    if address is None:
        raise refuse(f"--host {host!r} is no address", "write an address of this machine: --host 10.0.0.5")
    return replace(serving, host=address)


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


def show_pages(writer: Writer, door: socket.socket, config: Config) -> None:
    """Serve the pages at a door, and print their address, until the process is told to stop."""
    serving = config.serving
    run(
        writer.ask, door, lambda address: print(address, flush=True),
        hosts=(*LOCAL_NAMES, serving.host, f"[{serving.host}]", *serving.names), proxy=serving.proxy,
        entrance=Entrance(
            secure=serving.is_secure, always=serving.is_network, single=sign_on(config.single_sign_on)
        ),
    )  # fmt: skip


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


def doorway(port: int | None, host: str = LOOPBACK) -> socket.socket:
    """A listening socket at an address: the port asked for, else the usual one or any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in (DEFAULT_PORT, 0) if port is None else (port,):
        door = socket.socket(family, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, candidate))
        except (OSError, OverflowError) as error:
            door.close()
            reason = error
        else:
            door.listen(512)
            return door
    if isinstance(reason, OSError) and reason.errno == errno.EADDRNOTAVAIL:
        raise Failure(
            f"this machine has no address {host!r} to listen at", "name one of its own; behind a proxy here 127.0.0.1"
        )
    raise Failure(f"port {port} cannot be had: {reason}", "choose another, or --port 0 for any that is free")
