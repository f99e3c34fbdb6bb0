"""`recover SPACE`: what is damaged, and what is mended."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, MACHINE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument(
        "--accept-loss",
        action="store_true",
        help="keep the published log where evidence is gone for good: those entries stay, marked as lost",
    )


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("recover", {"space": options.space, "accept_loss": options.accept_loss})
    lines = [f"journal: {answer['journal']}", f"shown:   {answer['shown']}"]
    for word, key in (("found", "found"), ("mended", "mended"), ("to do", "todo")):
        lines += [f"{word}: {line}" for line in answer[key]]
    lines.append("the space is sound" if answer["ok"] else "the space is NOT sound yet")
    print_answer(options, answer, lines)
    return DONE if answer["ok"] else MACHINE
