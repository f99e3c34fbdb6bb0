"""What can be asked of a space, and how each question is answered in this process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hengjian.app import bulk, evidence, explain, packs, question, upkeep
from hengjian.app.config import read_config
from hengjian.app.desk import Desk, NeedsWriting, open_desk
from hengjian.app.submit import Submission, enter_group
from hengjian.app.wire import Answer
from hengjian.model.issue import Failure

__all__ = ["FOLDER", "READS", "WRITES", "NeedsWriting", "answer_here"]


def submit(desk: Desk, asked: Mapping[str, Any]) -> Answer:
    """Enter one submission by itself."""
    outcome = enter_group(desk, [Submission.of(asked)])[0]
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


#: Questions that change nothing.
READS: Mapping[str, Callable[[Desk, Mapping[str, Any]], Answer]] = {
    "show": question.show,
    "explain": explain.explain,
    "evaluate": bulk.evaluate,
    "prove": evidence.prove,
    "entities": question.entities,
    "declarations": question.declarations,
    "status": question.status,
}
#: Questions that need the writer.
WRITES: Mapping[str, Callable[[Desk, Mapping[str, Any]], Answer]] = {
    "submit": submit,
    "upgrade": packs.upgrade,
    "rebuild": upkeep.rebuild,
}
#: Questions about the folder itself, which may be too damaged to open. `recover` needs the lock.
FOLDER: Mapping[str, Callable[[Path, Mapping[str, Any]], Answer]] = {
    "audit": upkeep.audit,
    "backup": upkeep.backup,
    "recover": upkeep.recover,
}


def answer_here(folder: Path, method: str, asked: Mapping[str, Any], *, write: bool) -> Answer:
    """Answer under a lock that the caller holds. NeedsWriting: the exclusive lock is needed."""
    read_config(folder)
    if method == "recover":
        if not write:
            raise NeedsWriting
        return FOLDER[method](folder, asked)
    if method in WRITES and not write:
        raise NeedsWriting
    answer = {**READS, **WRITES}.get(method)
    if answer is None:
        raise Failure(f"no question is called {method!r}", "this is a mistake of ours; please report it")
    desk = open_desk(folder, write=write)
    try:
        desk.ready()
        return answer(desk, asked)
    finally:
        desk.close()
