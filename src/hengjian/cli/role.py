"""`role SPACE [give PERSON ROLE | end GRANT]`: the roles of persons at nodes."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.proposal import tell_proposal


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument(
        "words", nargs="*", metavar="STEP", help="give PERSON ROLE, or end GRANT (as R000012); else all are listed"
    )
    parser.add_argument("--at", metavar="NODE", help="the entity at which the role is given, and for all below it")
    parser.add_argument(
        "--through", metavar="TREE", help="below by parent (the organisation, default) or owns (control)"
    )
    parser.add_argument("--everywhere", action="store_true", help="instead of --at: the whole space")
    parser.add_argument("--from", dest="since", metavar="D", help="the first day of the role (default: today)")
    parser.add_argument("--until", metavar="D", help="the first day on which it holds no more (default: open)")
    parser.add_argument("--on", metavar="D", help="of end: the first day on which it holds no more (default: today)")
    parser.add_argument("--note", metavar="TEXT", help="why, or by which paper")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    match options.words:
        case []:
            answer = ask("persons", {"space": options.space})
            grants = [one for person in answer["persons"] for one in person["roles"] if one["state"] != "ended"]
            print_answer(options, {"roles": grants}, [grant_line(one) for one in grants] or ["no roles"])
        case ["give", person, role]:
            if (options.at is None) != options.everywhere:
                options.misused("a role is given --at NODE, or --everywhere")
            question = {"person": person, "role": role, "node": options.at, "tree": options.through}
            days = {"since": options.since, "until": options.until, "note": options.note}
            _tell(options, ask("give_role", {"space": options.space, **question, **days}))
        case ["end", grant]:
            _tell(options, ask("end_role", {"space": options.space, "grant": grant, "until": options.on}))
        case _:
            options.misused("after SPACE follows nothing, or: give PERSON ROLE, or: end GRANT")
    return DONE


def _tell(options: argparse.Namespace, answer: Mapping[str, Any]) -> None:
    if "proposal" in answer:
        tell_proposal(options, answer)
        return
    again = " (already entered)" if answer["repeated"] else ""
    print_answer(options, answer, [f"{grant_line(answer)}  entry {answer['entry']}{again}"])


def grant_line(one: Mapping[str, Any]) -> str:
    """One role as people read it."""
    name = f" {one['name']}" if one.get("name") else ""
    where = "everywhere" if one["node"] is None else f"at {one['node']}{name} by {one['tree']}"
    until = f" until {one['until']}" if one["until"] else ""
    note = f"  {one['note']}" if one["note"] else ""
    return f"{one['grant']}  {one['person']}  {one['role']} {where}  from {one['since']}{until}{note}"
