"""`serve` and `demo`: the writer, its socket and the pages, until they are stopped."""

import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from hengjian.app import packs
from hengjian.app.config import default_actor, read_config
from hengjian.app.desk import open_desk
from hengjian.app.local import METHODS
from hengjian.app.lock import announced_socket, held, try_lock
from hengjian.app.moment import parse_day
from hengjian.app.wire import Answer
from hengjian.app.writer import Listener, Writer
from hengjian.model.issue import Failure, nearest, refuse
from hengjian.web import run

DEFAULT_PORT = 8420
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
_PATIENCE_S = 10.0


def serve(question: Mapping[str, Any]) -> Answer:
    """Serve a space until the process is told to stop."""
    folder = Path(question["space"])
    read_config(folder)
    today = question.get("today")
    with ExitStack() as stack:
        stack.enter_context(held(_writers_lock(folder)))
        desk = open_desk(folder, write=True, append=True)
        stack.callback(desk.close)
        if today is not None:
            desk.config = replace(desk.config, today=parse_day(today, "--today"))
        writer = Writer(desk, METHODS)
        stack.callback(writer.close)
        listener = Listener(folder, writer)
        stack.callback(listener.close)
        door = stack.enter_context(_bound(question.get("port")))
        run(writer.ask, door, lambda address: print(address, flush=True))
    return {}


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


def _bound(port: int | None) -> socket.socket:
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


def demo(question: Mapping[str, Any]) -> Answer:
    """A space from a shipped example: made, filed as its plan says, evaluated and served."""
    name = question["example"]
    plans = {path.parent.name: path for path in EXAMPLES.glob("*/plan.toml")}
    if name not in plans:
        raise refuse(f"no example is called {name!r}", nearest(name, plans, otherwise=f"examples: {', '.join(plans)}"))
    with ExitStack() as stack:
        target = question.get("space")
        if target is None:
            target = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hengjian-demo-"))) / name
        target = Path(target)
        file_example(plans[name], target)
        serve({"space": str(target), "port": question.get("port"), "today": None})
    return {}


def file_example(plan_file: Path, target: Path) -> None:
    """Make the space of an example and file its files through the front door, telling each step on stderr."""
    import tomllib

    from hengjian.app.client import ask_space

    plan = tomllib.loads(plan_file.read_text(encoding="utf-8"))
    began = time.perf_counter()
    packs.init({"space": str(target), "packs": plan["packs"], "name": plan["name"], "actor": default_actor()})
    _tell(f"{target}: a space with the packs {', '.join(plan['packs'])}", began)
    for step in plan["file"]:
        files = [{"name": name, "data": (plan_file.parent / name).read_bytes()} for name in step["files"]]
        answer = ask_space(
            target,
            "submit",
            {
                "files": files, "form": step["form"], "entity": None, "key": None, "actor": default_actor(),
                "known_from": step.get("known_from"),
            },
        )  # fmt: skip
        for filing in answer.get("filings", [answer]):
            warned = f", {len(filing['warnings'])} warnings" if filing["warnings"] else ""
            _tell(f"{filing['filing']}  {filing['observations']} rows{warned}", began)
    done = ask_space(target, "evaluate", {})
    _tell(f"{done['values']} values of {done['indicators']} indicators over {done['entities']} entities", began)


def _tell(line: str, began: float) -> None:
    print(f"{time.perf_counter() - began:6.2f} s  {line}", file=sys.stderr, flush=True)
