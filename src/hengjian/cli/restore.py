"""`restore BACKUP SPACE`: a space from a backup, never below what was published."""

import argparse

from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("backup", metavar="BACKUP", help="the folder that `backup` made")
    parser.add_argument("space", metavar="SPACE", help="the space to restore: a new folder, or one that is damaged")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("restore", {"backup": options.backup, "space": options.space})
    lines = [f"{options.space}: {answer['size']} entries, root {answer['root']}", *answer["notes"]]
    print_answer(options, answer, lines)
    return DONE
