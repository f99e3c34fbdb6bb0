"""`score SPACE SCORECARD ENTITY PERIOD`: a score, and the reason of every point of it."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.scorelines import add_settings, score_lines, settings_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("scorecard", metavar="SCORECARD", help="the scorecard's name")
    parser.add_argument("entity", metavar="ENTITY", help="the entity's id")
    parser.add_argument("period", metavar="PERIOD", help="one of the scorecard's periods, such as 2025")
    add_settings(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {name: getattr(options, name) for name in ("space", "scorecard", "entity", "period")}
    answer = ask("score", {**question, **settings_of(options)})
    print_answer(options, answer, list(score_lines(answer)))
    return DONE
