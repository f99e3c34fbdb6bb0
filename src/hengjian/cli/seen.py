"""`seen SPACE`: who read restricted data, or with `--changes` who changed accounts and roles."""

import argparse
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("--person", metavar="P", help="what this person read")
    parser.add_argument("--entity", metavar="E", help="who read of this entity")
    parser.add_argument("--day", metavar="D", help="on this day")
    parser.add_argument("--from", dest="start", metavar="N", help="from this entry on to older ones")
    parser.add_argument("--changes", action="store_true", help="instead: changes of persons, accounts and roles")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question: dict[str, object] = {"space": options.space, "from": options.start}
    if options.changes:
        if options.person or options.entity or options.day:
            options.misused("--changes goes with --from only")
        answer = ask("changes", question)
        lines = [_change(one) for one in answer["changes"]] or ["no changes"]
    else:
        answer = ask("reads", question | {name: getattr(options, name) for name in ("person", "entity", "day")})
        lines = [_read(one) for one in answer["reads"]] or ["nobody read restricted data"]
    if answer["next"] is not None:
        lines.append(f"older ones: --from {answer['next']}")
    print_answer(options, answer, lines)
    return DONE


def _read(one: Mapping[str, Any]) -> str:
    """One read as people read it."""
    more = f" and {one['withheld']} more" if one["withheld"] and one["entities"] else ""
    whose = ", ".join(one["entities"]) + more or f"{one['count']} entities"
    cut = "".join(f" {name}={word}" for name, word in one["as"].items())
    proof = one["proof"] or "not authenticated"
    said = f"{one['entry']}  {one['recorded_at']}  {one['actor']} ({proof})  {one['method']}{cut}"
    return f"{said}  {', '.join(one['what'])}  of {whose}"


def _change(one: Mapping[str, Any]) -> str:
    """One change as people read it."""
    record = one["record"]
    where = ""
    if one["kind"] == "role":
        node = "everywhere" if record["node"] is None else f"at {record['node']} by {record['tree']}"
        where = f"  {record['grant']} {record['role']} {node}"
    proof = one["signed_in"] or "not authenticated"
    return (
        f"{one['entry']}  {one['recorded_at']}  {one['kind']} {one['change']}: {one['person']}{where}"
        f"  by {one['actor']} ({proof})"
    )
