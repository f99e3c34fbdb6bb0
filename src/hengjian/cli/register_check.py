"""`register-check SPACE`: what does not fit together in the register of holdings."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.check import tell_faults
from hengjian.cli.main import Ask


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("--as-of", metavar="D", help="look at the holdings of this day only (default: of every day)")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("holding_faults", {"space": options.space, "as_of": options.as_of})
    return tell_faults(options, answer, "no faults in the register of holdings")
