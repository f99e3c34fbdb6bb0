"""`verify FILE --key F.vkey`: offline, with nothing but the bundle and the key."""

import argparse

from hengjian.cli.arguments import read_files
from hengjian.cli.main import DONE, FAULTS, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("file", metavar="FILE", help="the bundle")
    parser.add_argument("--key", required=True, metavar="F.vkey", help="the log's public key")
    parser.add_argument(
        "--allow-unknown", action="store_true", help="print signature lines of unknown keys, do not refuse"
    )


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    bundle, key = (file["data"] for file in read_files([options.file, options.key]))
    answer = ask("verify", {"bundle": bundle, "key": key, "allow_unknown": options.allow_unknown})
    print_answer(
        options, answer, ["verified" if answer["ok"] else "REFUSED", *(f"  {line}" for line in answer["messages"])]
    )
    return DONE if answer["ok"] else FAULTS
