"""`upgrade SPACE [--pack P]`: newer versions of packs become entries."""

import argparse
from pathlib import Path

from hengjian.cli.arguments import absolute, add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.proposal import tell_proposal
from hengjian.load.folder import shipped_names


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument(
        "--pack", metavar="P", help="a shipped name or a path (default: all shipped packs of the space)"
    )
    parser.add_argument("--dry-run", action="store_true", help="show the difference only")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask(
        "upgrade",
        {"space": options.space, "pack": pack_of(options.pack), "dry_run": options.dry_run},
    )
    if "proposal" in answer:
        return tell_proposal(options, answer)
    lines: list[str] = []
    for pack in answer["packs"]:
        lines.append(f"{pack['pack']} {pack['from'] or '(new)'} -> {pack['to']}")
        lines += [f"  {change['change']:<8} {change['file']}" for change in pack["changes"]]
        if pack["entry"] is not None:
            lines.append(f"  entry {pack['entry']}, recorded at {pack['recorded_at']}")
    print_answer(options, answer, lines or ["nothing newer"])
    return DONE


def pack_of(word: str | None) -> str | None:
    """A path as one that the writer finds too, wherever it was started; a shipped name stays a name."""
    return word if word is None or word in shipped_names() or not Path(word).exists() else absolute(word)
