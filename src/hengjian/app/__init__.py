"""Composition: builds the objects and connects the rooms. `main` is the command, `open_space` the library's door."""

import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengjian.cli.main import main as run_command

if TYPE_CHECKING:
    import pyarrow as pa


def main(arguments: Sequence[str] | None = None) -> int:
    """The `hengjian` command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still shows the rest
    return run_command(sys.argv[1:] if arguments is None else arguments, ask)


def ask(method: str, question: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one question: about the program itself, about a folder, or through the space's one writer."""
    match method:
        case "verify":
            from hengjian.app.verification import verify

            return verify(question)
        case "check":
            from hengjian.app.checking import check

            return check(question)
        case "init":
            from hengjian.app.packs import init

            return init(question)
        case "schema":
            from hengjian.load.schema import json_schema

            return json_schema()
        case "restore":
            from hengjian.app.upkeep import restore

            return restore(question)
        case "serve":
            from hengjian.app.serve import serve

            return serve(question)
        case "send_notices":
            from hengjian.app.outbox import send_notices

            return send_notices(question)
        case "demo":
            from hengjian.app.demo import demo

            return demo(question)
        case "audit" | "backup" | "recover":
            _let_at_folder(method, question)
    if method in ("audit", "backup"):
        from hengjian.app import upkeep

        folder = Path(question["space"])
        return upkeep.audit(folder, question) if method == "audit" else upkeep.backup(folder, question)
    return open_space(question["space"]).ask(method, {key: part for key, part in question.items() if key != "space"})


def _let_at_folder(method: str, question: Mapping[str, Any]) -> None:
    """These work on the folder's files, past the gate: a person who is named asks it first, the operator need not."""
    who = {name: question[name] for name in ("actor", "token") if question.get(name)}
    if who:
        open_space(question["space"]).ask("let_at_folder", {**who, "command": method})


class Space:
    """A space that questions can be put to; each goes to the one writer, or opens the space for its own time."""

    def __init__(self, folder: Path, actor: str) -> None:
        self.folder = folder
        self.actor = actor

    def ask(self, method: str, question: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask one thing; `docs/contract.md` section 3 names the questions and the answers' shapes.

        Raises Refused where the question or the files have faults, Failure where the machine failed.
        """
        from hengjian.app.client import ask_space

        asked = dict(question or {})
        asked["actor"] = asked.get("actor") or self.actor
        return ask_space(self.folder, method, asked)

    def values(self, **question: Any) -> "pa.Table":
        """Every indicator of every entity as an Arrow table: entity, indicator, period, value, unit, basis, missing.

        `question` may hold period, as_of, as_known_at, scope, basis and proven, as the commands spell them.
        """
        import pyarrow as pa

        return pa.ipc.open_stream(self.ask("values", question)["arrow"]).read_all()


def open_space(folder: str | Path) -> Space:
    """The space in `folder`, for programs. Refused where there is none."""
    from hengjian.app.config import default_actor, read_config

    config = read_config(Path(folder))
    return Space(config.folder, config.actor or default_actor())
