"""`backup SPACE DIR`: a consistent copy."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("folder", metavar="DIR", help="a folder that does not exist yet")
    parser.add_argument(
        "--with-key", action="store_true", help="also copy the private key of the log, and the accounts"
    )


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("backup", {"space": options.space, "folder": options.folder, "with_key": options.with_key})
    print_answer(options, answer, [f"{options.folder}: {answer['size']} entries, root {answer['root']}"])
    return DONE
