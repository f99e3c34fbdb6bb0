"""`init SPACE --packs a,b`: a new space."""

import argparse

from hengjian.cli.main import DONE, Ask, print_answer


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("space", metavar="SPACE", help="the folder to make")
    parser.add_argument(
        "--packs", required=True, metavar="a,b", help="shipped names or paths, with commas between them"
    )
    parser.add_argument("--name", help="the space's name (default: the folder's)")
    parser.add_argument("--origin", help="the name of its log, a URL without its scheme (default: made up)")
    parser.add_argument("--as", dest="actor", metavar="USER", help="who does it")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    packs = [name.strip() for name in options.packs.split(",") if name.strip()]
    question = {"space": options.space, "packs": packs, "name": options.name, "origin": options.origin}
    answer = ask("init", {**question, "actor": options.actor})
    lines = [f"{options.space}: a space with {len(answer['packs'])} packs; its public key is {answer['key']}"]
    lines += [f"  {pack['pack']} {pack['version']}  entry {pack['entry']}" for pack in answer["packs"]]
    print_answer(options, answer, lines)
    return DONE
