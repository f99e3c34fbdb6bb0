"""`calendar SPACE FORM`: who has filed a form, for which periods, and who has not."""

import argparse
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.sight import cut_lines


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("form", metavar="FORM", help="a form that a pack declares")
    parser.add_argument("--period", metavar="P", help="a period, or P..Q (default: the latest that have ended)")
    parser.add_argument("--entity", metavar="ID", help="of one entity only")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {"space": options.space, "form": options.form, "period": options.period, "entity": options.entity}
    answer = ask("calendar", question)
    lines = [_line(filer, answer["periods"]) for filer in answer["filers"]] or ["nobody files it"]
    print_answer(options, answer, lines + cut_lines(answer))
    return DONE


def _line(filer: dict[str, Any], periods: list[dict[str, Any]]) -> str:
    if filer["never"]:
        return f"{filer['entity']}  never filed"
    cells = zip(periods, filer["cells"], strict=True)
    return "  ".join([filer["entity"], *(f"{one['period']} {_said(cell)}" for one, cell in cells)])


def _said(cell: dict[str, Any]) -> str:
    """A state with the days by which it is late or overdue."""
    return f"{cell['state']} ({cell['days']} days)" if cell["days"] else str(cell["state"])
