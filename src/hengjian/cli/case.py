"""`case SPACE [CASE [STEP]]`: the cases, one of them, or one taken a step further."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("case", nargs="?", metavar="CASE", help="a case, as C000012; all cases where none is named")
    parser.add_argument("step", nargs="?", metavar="STEP", help="the step to take, as its workflow names it")
    parser.add_argument("--note", metavar="TEXT", help="what was done, or why")
    parser.add_argument(
        "--field", metavar="NAME=VALUE", action="append", default=[], help="what the step asks to be filled in"
    )
    parser.add_argument("--today", metavar="D", help="the day of the step, instead of the space's today")
    parser.add_argument("--open", action="store_true", help="of all cases those that have not ended")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    if options.case is None:
        answer = ask("cases", {"space": options.space, "open": options.open})
        print_answer(options, answer, [_line(case) for case in answer["cases"]] or ["no cases"])
        return DONE
    if options.step is None:
        answer = ask("case", {"space": options.space, "case": options.case})
        steps = [f"  {one['day']}  {one['state']}  {one['actor']}  {one['note']}" for one in answer["history"]]
        following = ", ".join(map(_asked, answer["transitions"])) or "none"
        print_answer(options, answer, [_line(answer), *steps, f"steps that may follow: {following}"])
        return DONE
    question = {
        "space": options.space, "case": options.case, "transition": options.step, "note": options.note,
        "today": options.today, "fields": dict(map(_parted, options.field)),
    }  # fmt: skip
    answer = ask("move", question)
    again = " (already entered)" if answer["repeated"] else ""
    print_answer(options, answer, [f"{answer['case']}  {answer['state']}  entry {answer['entry']}{again}"])
    return DONE


def _parted(text: str) -> tuple[str, str]:
    """NAME=VALUE as name and value; a name alone has none."""
    name, _, value = text.partition("=")
    return name.strip(), value


def _asked(step: Mapping[str, Any]) -> str:
    """A step, and the fields that it asks for."""
    fields = ", ".join(f"{one['field']}{'' if one['required'] else '?'}" for one in step["fields"])
    return f"{step['transition']} ({fields})" if fields else str(step["transition"])


def _line(case: Mapping[str, Any]) -> str:
    late = "  overdue" if case["overdue"] else ""
    to = f"  escalated to {case['escalated']['to']}" if case["escalated"] else ""
    is_guess = case["provisional"] if case["due"] == case["deadline"] else case["state_provisional"]
    by = f"by {case['due']}{' (provisional)' if is_guess else ''}"
    return f"{case['case']}  {case['state']}  {case['entity']}  {case['name']}  {by}{late}{to}"
