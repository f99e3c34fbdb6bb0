"""`token SPACE [issue | end ID]`: tokens by which programs ask as a person."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("words", nargs="*", metavar="STEP", help="issue, or end ID; else your tokens are listed")
    parser.add_argument("--label", metavar="L", help="of issue: what the token is for")
    parser.add_argument(
        "--scope", metavar="ACTION,…", default="see", help="of issue: what it is good for (default: see)"
    )
    parser.add_argument("--days", type=int, metavar="N", default=90, help="of issue: how long it is good (default: 90)")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    match options.words:
        case []:
            answer = ask("tokens", {"space": options.space})
            print_answer(options, answer, [_line(one) for one in answer["tokens"]] or ["no tokens"])
        case ["issue"]:
            if options.label is None:
                options.misused("issue needs --label")
            scope = [one.strip() for one in options.scope.split(",") if one.strip()]
            question = {"label": options.label, "scope": scope, "days": options.days}
            answer = ask("issue_token", {"space": options.space, **question})
            print_answer(options, answer, [answer["token"], "keep it: it is shown this once"])
        case ["end", token]:
            answer = ask("end_token", {"space": options.space, "id": token})
            print_answer(options, answer, [f"{token} is good no more"])
        case _:
            options.misused("after SPACE follows nothing, or: issue, or: end ID")
    return DONE


def _line(one: Mapping[str, Any]) -> str:
    return f"{one['id']}  {one['person']}  {one['label']}  {','.join(one['scope'])}  until {one['expires']}"
