"""`proposal SPACE [ID [approve|reject|withdraw]]`: what one person proposed and another one is to approve."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("proposal", nargs="?", metavar="ID", help="a proposal, as P000012; else all are listed")
    steps = ("approve", "reject", "withdraw")
    parser.add_argument("step", nargs="?", choices=steps, help="what becomes of it; who proposed it withdraws it only")
    parser.add_argument("--note", metavar="TEXT", help="why; a rejection needs one")
    parser.add_argument("--open", action="store_true", help="of all proposals those that wait")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    if options.proposal is None:
        answer = ask("proposals", {"space": options.space, "state": "open" if options.open else None})
        print_answer(options, answer, [_line(one) for one in answer["proposals"]] or ["no proposals"])
        return DONE
    if options.step is None:
        answer = ask("proposal", {"space": options.space, "proposal": options.proposal})
        cells = [_cell(one) for one in answer["cells"]]
        faults = [f"fault: {one['message']}" for one in answer["faults"]]
        steps = [f"  {one['day']}  {one['state']}  {one['actor']}  {one['note']}" for one in answer["history"]]
        print_answer(options, answer, [_line(answer), *cells, *faults, *steps])
        return DONE
    question = {
        "space": options.space, "proposal": options.proposal, "approve": options.step == "approve",
        "note": options.note, "withdraw": options.step == "withdraw",
    }  # fmt: skip
    answer = ask("decide", question)
    filings = "".join(f"  {filing}" for filing in answer["filings"])
    again = " (already decided)" if answer["repeated"] else ""
    print_answer(options, answer, [f"{answer['proposal']}  {answer['state']}{filings}  entry {answer['entry']}{again}"])
    return DONE


def tell_proposal(options: argparse.Namespace, answer: Mapping[str, Any]) -> int:
    """What a command prints whose doing waits for a second person; the exit code."""
    again = " (already proposed)" if answer["repeated"] else ""
    print_answer(options, answer, [f"{answer['proposal']}  {answer['state']}  entry {answer['entry']}{again}"])
    return DONE


def _line(one: Mapping[str, Any]) -> str:
    what = one["form"] if one["asks"] == "submit" else one["asks"]
    decided = "" if one["decided_by"] is None else f"  by {one['decided_by']}"
    return f"{one['proposal']}  {one['state']}  {what}  {', '.join(one['entities'])}  of {one['proposed_by']}{decided}"


def _cell(row: Mapping[str, Any]) -> str:
    if "measure" not in row:
        names = ("entity", "link", "from", "to", "name", "valid_from", "valid_to")
        return "  " + "  ".join(str(row[name]) for name in names if row.get(name) is not None)
    held = "" if row["held"] is None else f"  (stands as {row['held']:.15g})"
    value = row.get("text") or row.get("value")
    return f"  {row['entity']}  {row['measure']}  {row['period']}  {value} {row['unit']}{held}"
