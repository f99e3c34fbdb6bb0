"""`case SPACE [CASE [STEP]]`: the cases, one of them, one step further; `case SPACE open WORKFLOW ENTITY`: one more;
`case SPACE all STEP --workflow W`: the same step in all of them where it may be taken."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space, read_files
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.output import wrote_file

#: In place of a case: a new one is opened.
OPEN = "open"
#: In place of a case: all open ones of a workflow.
ALL = "all"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    about = "a case, as C000012; all cases where none is named; `open` for a new one, `all` for a step in many"
    parser.add_argument("case", nargs="?", metavar="CASE", help=about)
    step = "the step to take, as its workflow names it; with `open` the workflow"
    parser.add_argument("step", nargs="?", metavar="STEP", help=step)
    whose = "with `open`: whom the new case is about, with `all`: whose cases only; several apart by commas"
    parser.add_argument("entity", nargs="?", metavar="ENTITY", help=whose)
    parser.add_argument("--title", metavar="TEXT", help="with `open`: what it is about, in a few words")
    parser.add_argument("--note", metavar="TEXT", help="what was done, or why")
    parser.add_argument(
        "--field", metavar="NAME=VALUE", action="append", default=[], help="what the step asks to be filled in"
    )
    parser.add_argument(
        "--attach", metavar="NAME=FILE", action="append", default=[], help="a file for a field that takes files"
    )
    parser.add_argument("--key", metavar="K", help="with `open`: your own key: the same key opens one case")
    parser.add_argument("--today", metavar="D", help="the day of the step, instead of the space's today")
    parser.add_argument("--workflow", metavar="W", help="of all cases those of one workflow")
    parser.add_argument("--open", action="store_true", help="of all cases those that have not ended")
    parser.add_argument("--fetch", metavar="ENTRY", help="a file of the case, by the entry that its step names")
    parser.add_argument("--out", metavar="FILE", help="with --fetch: write it here instead of on stdout")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    if options.case is None:
        return _list(options, ask)
    if options.case == OPEN:
        return _open(options, ask)
    if options.case == ALL:
        return _move_all(options, ask)
    if options.entity is not None:
        options.misused(f"{options.entity!r} is one word too many: hengjian case SPACE CASE STEP")
    if options.fetch is not None:
        answer = ask("attachment", {"space": options.space, "case": options.case, "entry": options.fetch})
        if wrote_file(options.out, answer["data"]):
            told = {"file": options.out, **{name: answer[name] for name in ("name", "sha256", "size", "entry")}}
            print_answer(options, told, [f"{options.out}: {answer['size']} bytes of {answer['name']}"])
        return DONE
    if options.step is None:
        return _tell(options, ask)
    question = {"space": options.space, "case": options.case, "transition": options.step, **_said(options)}
    answer = ask("move", question)
    again = " (already entered)" if answer["repeated"] else ""
    print_answer(options, answer, [f"{answer['case']}  {answer['state']}  entry {answer['entry']}{again}"])
    return DONE


def _list(options: argparse.Namespace, ask: Ask) -> int:
    answer = ask("cases", {"space": options.space, "open": options.open, "workflow": options.workflow})
    counts = [
        f"{one['workflow']}: {one['open']} open, {one['overdue']} overdue, "
        f"{one['ended']} ended, {one['in_time']} of them in time"
        for one in answer["workflows"]
    ]
    print_answer(options, answer, [*map(_line, answer["cases"]), *counts] or ["no cases"])
    return DONE


def _tell(options: argparse.Namespace, ask: Ask) -> int:
    answer = ask("case", {"space": options.space, "case": options.case})
    lines = [_line(answer)]
    for one in answer["history"]:
        lines.append(f"  {one['day']}  {one['state']}  {one['actor']}  {one['note']}")
        lines += [f"    {part['field']}: {_value(part)}" for part in one.get("fields", ())]
    lines += [f"same as: {one['case']}  {one['day']}  {one['title']}" for one in answer["recurs"]]
    following = ", ".join(_asked(step) for step in answer["transitions"] if step["fits"]) or "none"
    print_answer(options, answer, [*lines, f"steps that may follow: {following}"])
    return DONE


def _open(options: argparse.Namespace, ask: Ask) -> int:
    if options.step is None or options.entity is None:
        options.misused("name the workflow and whom it is about: hengjian case SPACE open WORKFLOW ENTITY --title …")
    question = {"space": options.space, "workflow": options.step, "title": options.title, **_said(options)}
    entities = [one.strip() for one in options.entity.split(",")]
    if options.key and len(entities) > 1:
        options.misused("a key belongs to one case")
    for entity in entities:
        answer = ask("open_case", {**question, "entity": entity, "key": options.key})
        again = " (already entered)" if answer["repeated"] else ""
        same = f"  same as {', '.join(answer['recurs'])}" if answer["recurs"] else ""
        print_answer(options, answer, [f"{answer['case']}  {answer['state']}  entry {answer['entry']}{same}{again}"])
    return DONE


def _move_all(options: argparse.Namespace, ask: Ask) -> int:
    if options.step is None or options.workflow is None:
        options.misused("name the step and the workflow: hengjian case SPACE all STEP --workflow W")
    said = _said(options)
    if said.pop("attachments"):
        options.misused("a file belongs to one case: name the case")
    entities = [] if options.entity is None else [one.strip() for one in options.entity.split(",")]
    question = {"space": options.space, "workflow": options.workflow, "transition": options.step, **said}
    answer = ask("move_all", {**question, "entities": entities})
    lines = [f"{one['case']}  {one['state']}  {one['entity']}  entry {one['entry']}" for one in answer["moved"]]
    lines += [
        f"{one['case']}  not taken  {one['entity']}  {'; '.join(part['message'] for part in one['why'])}"
        for one in answer["refused"]
    ]
    print_answer(options, answer, lines)
    return DONE


def _said(options: argparse.Namespace) -> dict[str, Any]:
    """What whoever takes a step says."""
    attached: dict[str, list[Any]] = {}
    for name, path in map(_parted, options.attach):
        attached.setdefault(name, []).extend(read_files([path]))
    return {
        "note": options.note, "today": options.today, "fields": dict(map(_parted, options.field)),
        "attachments": attached,
    }  # fmt: skip


def _parted(text: str) -> tuple[str, str]:
    """NAME=VALUE as name and value; a name alone has none."""
    name, _, value = text.partition("=")
    return name.strip(), value


def _value(part: Mapping[str, Any]) -> str:
    """What was filled in: of files each with the entry that holds it."""
    if files := part.get("files"):
        return ", ".join(f"{file['file']} (entry {file['entry']}, {file['size']} bytes)" for file in files)
    return f"{part['value']} {part['unit']}" if part["unit"] else str(part["value"])


def _asked(step: Mapping[str, Any]) -> str:
    """A step, the fields that it asks for, and from which day on it may be taken."""
    fields = ", ".join(f"{one['field']}{'' if one['required'] else '?'}" for one in step["fields"])
    since = f" from {step['not_before']} on" if step["not_before"] else ""
    return f"{step['transition']}{since} ({fields})" if fields else f"{step['transition']}{since}"


def _line(case: Mapping[str, Any]) -> str:
    late = "  overdue" if case["overdue"] else ""
    to = f"  escalated to {case['escalated']['to']}" if case["escalated"] else ""
    is_guess = case["provisional"] if case["due"] == case["deadline"] else case["state_provisional"]
    by = f"by {case['due']}{' (provisional)' if is_guess else ''}"
    title = f"  {case['title']}" if case["title"] else ""
    return f"{case['case']}  {case['state']}  {case['entity']}  {case['name']}{title}  {by}{late}{to}"
