"""`demo`: a space from a shipped example, filed, evaluated and served."""

import argparse

from hengjian.cli.main import DONE, Ask


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--example",
        default="district",
        metavar="E",
        help="the example: district (default), warning, assessment, a_share or briefings",
    )
    parser.add_argument(
        "--space", metavar="DIR", help="where to make the space (default: a folder that is removed at the end)"
    )
    parser.add_argument("--port", type=int, metavar="N", help="the port on 127.0.0.1")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    ask("demo", {"example": options.example, "space": options.space, "port": options.port})
    return DONE
