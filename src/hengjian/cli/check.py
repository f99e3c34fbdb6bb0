"""`check [PACK…]`: every fault of packs, with its place."""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from hengjian.cli.main import DONE, FAULTS, Ask, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("packs", nargs="*", metavar="PACK", help="shipped names or paths (default: all shipped packs)")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("check", {"packs": options.packs})
    return tell_faults(options, answer, f"no faults in {', '.join(answer['packs'])}")


def tell_faults(options: argparse.Namespace, answer: Mapping[str, Any], sound: str) -> int:
    """Print the faults of an answer, `sound` where there are none; the exit code."""
    faults = answer["faults"]
    broken = any(fault["severity"] == "error" for fault in faults)
    if options.json:
        print_json(answer)
    else:
        for fault in faults:
            print(_line(fault), file=sys.stderr)
        if not broken:
            print(f"no faults, {_counted(len(faults))}" if faults else sound)
    return FAULTS if broken else DONE


def _line(fault: Mapping[str, object]) -> str:
    """A fault as a line for a person, its hint in a second one."""
    place = f"{fault['file']}:{fault.get('line', 1)}:{fault.get('column', 1)}: " if fault["file"] else ""
    mark = "warning: " if fault["severity"] == "warning" else ""
    hint = f"\n  hint: {fault['hint']}" if fault["hint"] else ""
    return f"{place}{mark}{fault['message']}{hint}"


def _counted(warnings: int) -> str:
    """How many warnings there are, in words."""
    return f"{warnings} warning" if warnings == 1 else f"{warnings} warnings"
