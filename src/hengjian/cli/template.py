"""`template SPACE FORM`: the workbook in which a form is filled."""

import argparse
import sys
from pathlib import Path

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_json
from hengjian.model.issue import Failure


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("form", metavar="FORM", help="a form that a pack declares, or ownership")
    parser.add_argument("--entity", metavar="ID", help="the entity to fill in")
    parser.add_argument("--period", metavar="P", help="the period to fill in")
    parser.add_argument("--lang", metavar="L", default="zh", help="zh (default) or en")
    parser.add_argument("--out", metavar="FILE", help="where to write it (default: on stdout)")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, write, and give the exit code."""
    question = {
        "space": options.space, "form": options.form, "entity": options.entity, "period": options.period,
        "language": options.lang,
    }  # fmt: skip
    data: bytes = ask("template", question)["data"]
    if options.out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return DONE
    try:
        Path(options.out).write_bytes(data)
    except OSError as error:
        message = f"{options.out} cannot be written: {error.strerror}"
        raise Failure(message, "name a place that can be written to") from None
    if options.json:
        print_json({"file": options.out, "bytes": len(data)})
    else:
        command = f"hengjian submit SPACE {options.out} --form {options.form}"
        print(f"{options.out}: {len(data)} bytes; file it with: {command}")
    return DONE
