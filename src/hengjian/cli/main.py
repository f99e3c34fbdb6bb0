"""The `hengjian` command: picks the command's module, asks, prints, and gives the exit code."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from hengjian import __version__
from hengjian.cli.arguments import asker_of
from hengjian.model.issue import Failure, Refused

#: Asks the space (or the program itself) one thing; the question's name and its parts.
Ask = Callable[[str, Mapping[str, object]], dict[str, Any]]

#: 0 done, 1 the user's input has faults, 2 wrong usage, 3 the machine failed.
DONE, FAULTS, USAGE, MACHINE = 0, 1, 2, 3

COMMANDS: Mapping[str, str] = {
    "init": "make a space that runs some packs",
    "check": "check packs, and name every fault with its place",
    "upgrade": "take newer versions of packs into a space",
    "template": "the workbook in which a form is filled",
    "submit": "file one or more files, wholly or not at all",
    "calendar": "who has filed a form, and who has not",
    "show": "the values of an entity's indicators",
    "explain": "how a value came about, down to the filed cells",
    "look-through": "what an entity holds through every layer, or who holds it",
    "register-check": "what does not fit together in the register of holdings",
    "evaluate": "compute all indicators of all entities",
    "export-bods": "who holds whom, as JSON of the Beneficial Ownership Data Standard",
    "contagion": "who stands for whom: chains, rings, and what a default would do",
    "stress": "what a declared stress would change",
    "benchmark": "where an enterprise stands among peers, and what its gaps are made of",
    "alerts": "what the declared rules warn of",
    "assess": "everybody's scores by a scorecard, with ranks and grades; or the declared scorecards",
    "score": "one entity's score, and the reason of every point of it",
    "publish": "scores become published assessments, with their documents",
    "assessment": "published assessments: list them, see one, compute it again, fetch its files",
    "objection": "objections to scores: list them, raise one, answer it",
    "what-if": "a score with other figures, targets or weights, and what each item counts",
    "register": "letters, standard values, confirmations, ratings, awards: list them, enter them, get a template",
    "bridge": "from audited to assessed figures, by what was claimed and recognised",
    "goals": "a set of goals with a light for each, of everybody or of one enterprise",
    "rules": "the declared rules, and how good they are in operation",
    "backtest": "what rules would have warned of in the past, against what happened",
    "case": "the cases that alerts opened: list them, see one, take it a step further",
    "person": "the persons of a space: list them, see one, add, close and open accounts",
    "role": "the roles of persons at nodes: list them, give one, end one",
    "token": "tokens by which programs ask as a person",
    "notices": "who is told of alerts and cases by mail and webhook: list it, send it now, try it again",
    "seen": "who read restricted data, and who changed accounts and roles",
    "proposal": "what waits for a second person: list it, see one, approve or reject it",
    "model": "scores that are learned from filed history: list them, learn one, ask it",
    "prove": "a bundle that proves a filing or a value",
    "verify": "check a bundle, with nothing but it and a key",
    "audit": "recompute the whole ledger",
    "rebuild": "derive all tables again from the ledger",
    "recover": "explain what is damaged, and mend what can be",
    "backup": "a copy of a space, also while it is written to",
    "restore": "a space from a backup",
    "serve": "serve a space's pages at a local address",
    "demo": "make a space from a shipped example, and serve it",
    "schema": "the JSON Schema of each pack file",
}


def main(arguments: Sequence[str], ask: Ask) -> int:
    """Run one command; the exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        return _top(arguments)
    name = arguments[0]
    command = import_module(f"hengjian.cli.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"hengjian {name}", description=COMMANDS[name], allow_abbrev=False)
    command.configure(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments[1:])
    try:
        asker = asker_of(options)
        code: int = command.run(options, lambda method, question: ask(method, {**question, **asker}))
    except Refused as refused:
        records = [issue.record() for issue in refused.issues]
        _complain(options.json, records, [str(issue) for issue in refused.issues])
        return FAULTS
    except Failure as failure:
        _complain(options.json, [failure.issue.record()], [str(failure.issue)])
        return MACHINE
    except BrokenPipeError:
        sys.stderr.close()
        return MACHINE
    except KeyboardInterrupt:
        return MACHINE
    return code


def _top(arguments: Sequence[str]) -> int:
    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:<{width}}  {line}" for name, line in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="hengjian",
        description="Hengjian (衡鉴): an open digital base for public owners.",
        epilog=f"commands:\n{listing}\n\nhengjian COMMAND --help tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"hengjian {__version__}")
    parser.add_argument("command", choices=list(COMMANDS), metavar="COMMAND", help="one of those below")
    parser.parse_args(arguments[:1])
    return USAGE


def _complain(as_json: bool, records: list[dict[str, object]], lines: list[str]) -> None:
    if as_json:
        print_json({"faults": records})
    else:
        print("\n".join(lines), file=sys.stderr)


def print_json(answer: Mapping[str, object]) -> None:
    """One JSON object on stdout."""
    print(json.dumps(answer, ensure_ascii=False, allow_nan=False))


def print_answer(options: argparse.Namespace, answer: Mapping[str, object], lines: Sequence[str]) -> None:
    """The answer as JSON where `--json` asks for it, else as lines for a person."""
    if options.json:
        print_json(answer)
    else:
        print("\n".join(lines))
