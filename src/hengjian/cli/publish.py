"""`publish SPACE SCORECARD PERIOD [ENTITY…]`: scores become published assessments, all or none."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("scorecard", metavar="SCORECARD", help="the scorecard's name")
    parser.add_argument("period", metavar="PERIOD", help="one of its periods, such as 2025")
    parser.add_argument("entities", metavar="ENTITY", nargs="*", help="these alone; else all whom the card scores")
    parser.add_argument("--office", metavar="NAME", help="who signs the documents, instead of the space's name")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {name: getattr(options, name) for name in ("space", "scorecard", "period", "entities", "office")}
    answer = ask("publish", question)
    lines = [
        f"{one['entity']}  version {one['version']}  {one['score']}  {one['grade'] or '-'}  entry {one['entry']}"
        for one in answer["published"]
    ]
    lines += [f"{one['entity']}  version {one['version']}  unchanged" for one in answer["unchanged"]]
    print_answer(options, answer, lines)
    return DONE
