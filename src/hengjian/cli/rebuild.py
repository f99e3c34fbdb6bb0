"""`rebuild SPACE`: all tables, derived again from the ledger."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, MACHINE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("rebuild", {"space": options.space})
    lines = ["the same tables as before" if answer["same"] else "tables differed; the rebuilt ones are in place"]
    lines += [f"  {digest}  {name}" for name, digest in answer["tables"].items()]
    print_answer(options, answer, lines)
    return DONE if answer["same"] else MACHINE
