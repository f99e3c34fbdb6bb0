"""`person SPACE [ID]`, `person SPACE add|amend|close|open|password|sign-out ID`: who the persons of a space are."""

import argparse
import getpass
import sys
from collections.abc import Mapping
from typing import Any

from hengjian.cli.arguments import add_space, read_secret
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.role import grant_line
from hengjian.model.issue import refuse

_STEPS = "add, amend, close, open, password or sign-out, and the person's ID"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("words", nargs="*", metavar="ID", help=f"a person; or {_STEPS}; else all are listed")
    parser.add_argument("--name", metavar="NAME", help="of add and amend: what the person is called")
    parser.add_argument("--unit", metavar="U", help="of add and amend: the department they sign for; '' for none")
    parser.add_argument("--issuer", metavar="I", help="of add and amend: the single sign-on that knows them; '': none")
    parser.add_argument("--subject", metavar="S", help="of add and amend: what it calls them; '' for none")
    parser.add_argument("--password-file", metavar="F", help="of password: a file with the new one, or - for stdin")
    parser.add_argument("--generate", action="store_true", help="of password: make one, and print it once")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    match options.words:
        case []:
            answer = ask("persons", {"space": options.space})
            print_answer(options, answer, [_line(one) for one in answer["persons"]] or ["no persons"])
        case [person]:
            answer = ask("person", {"space": options.space, "person": person})
            roles = [f"  {grant_line(one)}  {one['state']}" for one in answer["roles"]]
            print_answer(options, answer, [_head(answer), *roles, "changes:", *map(_change, answer["history"])])
        case ["add", person]:
            if options.name is None:
                options.misused("add needs --name")
            named = {name: getattr(options, name) for name in ("name", "unit", "issuer", "subject")}
            _tell(options, ask("enrol", {"space": options.space, "person": person, **named}))
        case ["amend", person]:
            told = {name: getattr(options, name) for name in ("name", "unit", "issuer", "subject")}
            changed = {name: text for name, text in told.items() if text is not None}
            if not changed:
                options.misused("amend needs --name, --unit, --issuer or --subject")
            _tell(options, ask("amend_person", {"space": options.space, "person": person, **changed}))
        case ["close" | "open" as step, person]:
            question = {"space": options.space, "person": person, "closed": step == "close"}
            _tell(options, ask("amend_person", question))
        case ["password", person]:
            _set_password(options, person, ask)
        case ["sign-out", person]:
            answer = ask("sign_out_everywhere", {"space": options.space, "person": person})
            print_answer(options, answer, [f"{person} is signed out everywhere"])
        case _:
            options.misused(f"after SPACE follows nothing, a person's ID, or {_STEPS}")
    return DONE


def _set_password(options: argparse.Namespace, person: str, ask: Ask) -> None:
    question: dict[str, object] = {"space": options.space, "person": person}
    if not options.generate:
        question["password"] = _read_password(options)
    answer = ask("set_password", question)
    lines = [f"the password of {person} is set; it must be changed at the first sign-in"]
    if options.generate:
        lines = [f"{answer['password']}", *lines]
    print_answer(options, answer, lines)


def _read_password(options: argparse.Namespace) -> str:
    if options.password_file is not None:
        return read_secret(options.password_file)
    if not sys.stdin.isatty():
        raise refuse("no terminal to ask for a password", "give --password-file F, --password-file - or --generate")
    password = getpass.getpass("password: ")
    if getpass.getpass("once more: ") != password:
        raise refuse("the two passwords differ", "type the same one twice")
    return password


def _tell(options: argparse.Namespace, answer: Mapping[str, Any]) -> None:
    again = " (already entered)" if answer["repeated"] else ""
    print_answer(options, answer, [f"{_head(answer)}  entry {answer['entry']}{again}"])


def _head(one: Mapping[str, Any]) -> str:
    unit = f"  ({one['unit']})" if one.get("unit") else ""
    return f"{one['person']}  {one['name']}{unit}{'  closed' if one['closed'] else ''}"


def _line(one: Mapping[str, Any]) -> str:
    live = [role for role in one["roles"] if role["state"] != "ended"]
    roles = "; ".join(f"{role['role']} {role['node'] or 'everywhere'}" for role in live) or "no roles"
    return f"{_head(one)}  {roles}"


def _change(event: Mapping[str, Any]) -> str:
    record, proof = event["record"], event["signed_in"] or "not authenticated"
    if event["kind"] == "role":
        what = grant_line(record)
    elif event["kind"] == "person":
        what = f"{record['name']}, {'closed' if record['closed'] else 'open'}"
    else:
        what = ", ".join(f"{name} {value}" for name, value in sorted(record.items()) if name != "person")
    return f"  entry {event['entry']}  {event['recorded_at']}  {event['kind']}  {what}  by {event['actor']} ({proof})"
