"""`schema`: the JSON Schema of each pack file."""

import argparse
import json

from hengjian.cli.main import DONE, Ask


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    del parser  # it has no options of its own


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    answer = ask("schema", {})
    print(json.dumps(answer, ensure_ascii=False, indent=None if options.json else 2))
    return DONE
