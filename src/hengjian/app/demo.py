"""`demo`: the space of a shipped example, made, filed step by step through the front door, evaluated and served."""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

from hengjian.app import packs
from hengjian.app.config import default_actor, read_config
from hengjian.app.serve import at_work, doorway, show_pages
from hengjian.app.wire import Answer
from hengjian.examples.plan import read_plan
from hengjian.examples.steps import Asked, Example, File, Filing, Move, Sheet, Step
from hengjian.model.issue import Failure, Refused, nearest, refuse

#: Puts a question to the space, as every command does.
Ask = Callable[[str, Mapping[str, Any]], Answer]
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def demo(question: Mapping[str, Any]) -> Answer:
    """Make, file and serve an example's space until the process is told to stop."""
    example = find_example(question["example"])
    with ExitStack() as stack:
        target = question.get("space")
        if target is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hengjian-demo-"))
            target = Path(folder) / example.name
        began = time.perf_counter()
        door = stack.enter_context(doorway(question.get("port")))  # first: a port that is taken is told at once
        make_space(example, Path(target))
        writer = stack.enter_context(at_work(Path(target)))
        file_example(example, writer.ask, began)
        enrol_members(example, writer.ask)
        show_pages(writer, door, read_config(Path(target)))
    return {}


#: Whoever opens the page sees everything, and may sign in to see what a person sees.
_OPEN = """
# Sign-in is offered, not required: for an example at this machine only.
[sign_in]
required = false
"""


def find_example(name: str) -> Example:
    """The shipped example of a name: a folder with a `plan.toml`, or one with a module `story` that holds EXAMPLE."""
    known = sorted({path.parent.name for part in ("plan.toml", "story.py") for path in EXAMPLES.glob(f"*/{part}")})
    if name not in known:
        raise refuse(f"no example is called {name!r}", nearest(name, known, otherwise=f"examples: {', '.join(known)}"))
    plan = EXAMPLES / name / "plan.toml"
    if plan.is_file():
        return read_plan(plan)
    example: Example = import_module(f"hengjian.examples.{name}.story").EXAMPLE
    return example


def make_space(example: Example, target: Path) -> None:
    """The space of an example, with nothing but its packs."""
    packs.init({
        "space": str(target), "packs": list(example.packs), "name": example.name, "actor": default_actor(),
        "today": example.today,
    })  # fmt: skip
    if example.members:
        with (target / "hengjian.toml").open("a", encoding="utf-8") as settings:
            settings.write(_OPEN)


def file_example(example: Example, ask: Ask, began: float | None = None) -> None:
    """Take the steps of an example in order, each a question to its space, and tell them on stderr."""
    began = time.perf_counter() if began is None else began
    _tell(f"a space with the packs {', '.join(example.packs)}", began)
    for step in example.steps():
        told = _taken(ask, step)
        _tell(f"{step.day or ''}  {told}".strip(), began)
    done = ask("evaluate", {})
    _tell(f"{done['values']} values of {done['indicators']} indicators over {done['entities']} entities", began)


def _taken(ask: Ask, step: Step) -> str:
    """Take one step; what came of it, in one line."""
    if isinstance(step, Move):
        return _move(ask, step)
    if isinstance(step, Asked):
        ask(step.question, step.asked)
        return f"{step.question}: {step.note}"
    return _file(ask, step)


def enrol_members(example: Example, ask: Ask) -> None:
    """Enrol who may sign in, each with a password made just now, and tell them on stderr: this once."""
    told = []
    for person in dict.fromkeys(one.person for one in example.members):
        roles = [one for one in example.members if one.person == person]
        ask("enrol", {"person": person, "name": roles[0].name})
        for one in roles:
            given = {"person": person, "role": one.role, "node": one.node}
            ask("give_role", {**given, "tree": one.tree if one.node else "space"})
        password = ask("set_password", {"person": person, "must_change": False})["password"]
        where = ", ".join(f"{one.role} {one.node or '*'}" for one in roles)
        told.append((where, person, password, roles[0].name))
    if told:
        print("Sign in as (role and node, name, password):", file=sys.stderr)
        widths = [max(len(line[column]) for line in told) for column in range(3)]
        for line in told:
            shown = "  ".join(text.ljust(width) for text, width in zip(line[:3], widths, strict=True))
            print(f"  {shown}  {line[3]}", file=sys.stderr)
        sys.stderr.flush()


def _file(ask: Ask, step: Filing) -> str:
    """Submit the files of a step; what came of it, in one line."""
    question = {
        "files": [{"name": file.name, "data": _bytes(ask, step, file)} for file in step.files],
        "form": step.form, "entity": step.entity, "period": step.period, "key": None,
        "actor": step.actor or default_actor(), "known_from": step.day.isoformat() if step.day else None,
    }  # fmt: skip
    about = f"{step.form}{f' ({step.note})' if step.note else ''}"
    if step.refused:
        return f"{about}: {_refused(ask, question, step)}"
    answer = ask("submit", question)
    filings = answer.get("filings", [answer])
    rows = sum(filing["observations"] for filing in filings)
    warnings = sum(len(filing["warnings"]) for filing in filings)
    warned = f", {warnings} warnings" if warnings else ""
    return f"{about}: {len(filings)} {'file' if len(filings) == 1 else 'files'}, {rows} rows{warned}"


def _bytes(ask: Ask, step: Filing, file: File | Sheet) -> bytes:
    """A file's bytes; a sheet becomes the workbook of the form, as somebody who fills it in would make it."""
    if isinstance(file, File):
        return file.data
    asked = {"form": step.form, "entity": file.entity, "period": step.period, "rows": file.rows, "items": file.items}
    data: bytes = ask("template", asked)["data"]
    return data


def _refused(ask: Ask, question: Mapping[str, Any], step: Filing) -> str:
    """The faults of files that were made to be refused."""
    try:
        ask("submit", question)
    except Refused as refused:
        told = [str(issue).partition("\n")[0] for issue in refused.issues]
        if all(any(part in line for line in told) for part in step.refused):
            return "refused, nothing was entered: " + "; ".join(told)
        raise
    raise Failure(
        f"the example's {step.files[0].name} was entered, though it was made to be refused",
        "this is a mistake of ours; please report it",
    )


def _move(ask: Ask, step: Move) -> str:
    """Take one step on a case, as the person who answers for it."""
    cases = ask("cases", {"entity": step.entity, "open": True})["cases"]
    of = step.rule or step.workflow
    case = next((one for one in cases if of in (one["subject"].get("rule"), one["workflow"])), None)
    if case is None:
        raise Failure(
            f"the example's {step.entity} has no open case of {of}",
            "this is a mistake of ours; please report it",
        )
    asked = {
        "case": case["case"], "transition": step.transition, "note": step.note, "actor": step.actor,
        "today": step.day.isoformat(), "fields": dict(step.fields),
    }  # fmt: skip
    answer = ask("move", asked)
    return f"{answer['case']} {step.entity} {of}: {step.transition}, {answer['state']} ({step.actor})"


def _tell(line: str, began: float) -> None:
    print(f"{time.perf_counter() - began:6.2f} s  {line}", file=sys.stderr, flush=True)
