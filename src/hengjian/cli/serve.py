"""`serve SPACE`: the pages and the writer, until it is stopped."""

import argparse

from hengjian.cli.arguments import add_folder
from hengjian.cli.main import DONE, Ask


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_folder(parser)
    parser.add_argument("--port", type=int, metavar="N", help="the port (default: 8420, or a free one; 0: a free one)")
    parser.add_argument(
        "--host", metavar="H", help="the address (default: 127.0.0.1); another only where everybody must sign in"
    )
    parser.add_argument("--today", metavar="D", help="the day that pages and deadlines read instead of the clock")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    ask("serve", {"space": options.space, "port": options.port, "host": options.host, "today": options.today})
    return DONE
