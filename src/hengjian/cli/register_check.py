"""`register-check SPACE`: what does not fit together in the register of holdings."""

import argparse
import sys

from hengjian.cli.arguments import add_space
from hengjian.cli.check import counted, fault_line
from hengjian.cli.main import DONE, FAULTS, Ask, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("--as-of", metavar="D", help="look at the holdings of this day only (default: of every day)")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("holding_faults", {"space": options.space, "as_of": options.as_of})
    faults = answer["faults"]
    is_broken = any(fault["severity"] == "error" for fault in faults)
    if options.json:
        print_json(answer)
    else:
        for fault in faults:
            print(fault_line(fault), file=sys.stderr)
        if not is_broken:
            print(f"no faults, {counted(len(faults))}" if faults else "no faults in the register of holdings")
    return FAULTS if is_broken else DONE
