"""`notices SPACE`: who is told of alerts and cases by mail and webhook, and whether they were."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer

#: A delivery that was not taken; what it is told of is still to be told.
UNDELIVERED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("--state", metavar="S", help="list those only: pending, sent, dead (given up) or withdrawn")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--send", action="store_true", help="look through the ledger, and send what is due, once")
    group.add_argument("--retry", metavar="ID", help="try one again that waits or was given up; `all`: all given up")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    if options.retry is not None:
        which = {"all": True} if options.retry == "all" else {"id": options.retry}
        answer = ask("retry_notices", {"space": options.space, **which})
        print_answer(options, answer, [f"{answer['retried']} to be tried again"])
        return DONE
    if options.send:
        answer = ask("send_notices", {"space": options.space})
        failed = [one for one in answer["tried"] if one["error"] is not None]
        lines = [f"{one['id']}  {one['channel']}  {one['error']}" for one in failed]
        print_answer(options, answer, [f"{answer['sent']} sent, {len(failed)} not", *lines])
        return UNDELIVERED if failed else DONE
    answer = ask("notices", {"space": options.space, "state": options.state})
    print_answer(options, answer, [_counted(answer), *map(_line, answer["deliveries"])])
    return DONE


def _counted(answer: Mapping[str, Any]) -> str:
    channels = ", ".join(answer["channels"]) or "none"
    return f"channels: {channels}; " + ", ".join(f"{count} {state}" for state, count in answer["counts"].items())


def _line(one: Mapping[str, Any]) -> str:
    whom = f"  {one['person']}" if one["person"] else ""
    about = " ".join(str(each["alert"] or each["case"]) for each in one["about"])
    more = f" and {one['events'] - len(one['about'])} more" if one["events"] > len(one["about"]) else ""
    tried = f"  tried {one['tries']} times: {one['error']}" if one["error"] else ""
    return f"{one['id']}  {one['state']:9}  {one['created']}  {one['channel']}{whom}  {about}{more}{tried}"
