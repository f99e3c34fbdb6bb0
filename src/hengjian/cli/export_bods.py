"""`export-bods SPACE [ENTITY]`: who holds whom on a day, as JSON of the Beneficial Ownership Data Standard 0.4."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_json
from hengjian.cli.output import wrote_file


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("entity", nargs="?", metavar="ENTITY", help="only what is above and below this one")
    parser.add_argument("--as-of", metavar="D", help="the holdings of this day (default: the space's today)")
    parser.add_argument("--as-known-at", metavar="T", help="a date, an RFC 3339 date-time, or entry:N")
    parser.add_argument("--proven", action="store_true", help="ignore dates that archives only claim")
    parser.add_argument("--out", metavar="FILE", help="where to write it (default: on stdout)")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, write, and give the exit code."""
    question = {
        "space": options.space, "entity": options.entity, "as_of": options.as_of, "as_known_at": options.as_known_at,
        "proven": options.proven,
    }  # fmt: skip
    answer = ask("export_bods", question)
    data: bytes = answer.pop("data")
    if not wrote_file(options.out, data):
        return DONE
    if options.json:
        print_json({"file": options.out, "bytes": len(data), **answer})
    else:
        print(f"{options.out}: {answer['statements']} statements of {answer['entities']} entities and "
              f"{answer['holdings']} holdings on {answer['as_of']}")  # fmt: skip
    return DONE
