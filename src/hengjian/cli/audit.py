"""`audit SPACE`: the whole ledger, recomputed."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, MACHINE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("audit", {"space": options.space})
    lines = [f"{'sound' if answer['ok'] else 'DAMAGED'}: {answer['size']} entries, root {answer['root']}"]
    first = answer["first_difference"]
    if first:
        lines.append(f"  first difference: {first['where']}, entry {first['entry']}")
        lines += [f"    expected {first['expected']}", f"    found    {first['found']}"]
        lines.append("  hint: run `hengjian recover SPACE`, which explains what can be mended")
    print_answer(options, answer, lines)
    return DONE if answer["ok"] else MACHINE
