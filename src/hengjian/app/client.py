"""Asking a space: through the writer that runs, else by opening the space under its lock."""

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hengjian.app.lock import announced_socket, held, try_lock
from hengjian.app.wire import Answer, raise_fault, read_frame, write_frame
from hengjian.model.issue import Failure

PATIENCE_S = 60.0
#: A writer that is announced, and alive, and not listening for so long has lost its socket.
DEAF_S = 3.0


def ask_space(folder: Path, method: str, question: Mapping[str, Any], patience: float = PATIENCE_S) -> Answer:
    """Ask one thing of the space in `folder`, reads included: the one writer answers while it runs.

    Without a writer the question is answered here: under the shared lock when it only reads and all is applied,
    else under the exclusive one, which others wait for.
    """
    until = time.monotonic() + patience
    exclusive = False
    deaf_since: float | None = None
    while True:
        address = announced_socket(folder)
        if address is not None:
            try:
                return ask_writer(address, method, question)
            except (ConnectionRefusedError, FileNotFoundError):
                deaf_since = deaf_since or time.monotonic()  # it ended just now, or its socket is gone
                if time.monotonic() - deaf_since > DEAF_S:
                    raise Failure(
                        f"the writer of {folder} runs and cannot be reached: its socket {address} is gone",
                        "stop the server and start it again",
                    ) from None
        lock = try_lock(folder, exclusive=exclusive)
        if lock is not None:
            from hengjian.app.desk import NeedsWriting
            from hengjian.app.local import answer_here

            with held(lock):
                try:
                    return answer_here(folder, method, question, write=exclusive)
                except NeedsWriting:
                    exclusive = True
                    continue
        if time.monotonic() > until:
            raise Failure(
                f"another process has worked on {folder} for {patience:.0f} s",
                "wait for it to end, or stop it; commands that are started meanwhile queue up by themselves",
            )
        time.sleep(0.01)


def ask_writer(address: Path, method: str, question: Mapping[str, Any]) -> Answer:
    """Ask the running writer through its socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(address))
        try:
            with connection.makefile("rwb") as stream:
                write_frame(stream, {"method": method, "question": question})
                body = read_frame(stream)
        except (EOFError, ConnectionError):
            body = None
    if body is None:
        raise Failure(
            "the writer of this space ended before it answered",
            "ask again; a submission that was entered is found again and not entered twice",
        )
    raise_fault(body)
    answer: Answer = body["answer"]
    return answer
