"""`template SPACE FORM`: the workbook in which a form is filled."""

import argparse

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_json
from hengjian.cli.output import wrote_file


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
    if not wrote_file(options.out, data):
        return DONE
    if options.json:
        print_json({"file": options.out, "bytes": len(data)})
    else:
        command = f"hengjian submit SPACE {options.out} --form {options.form}"
        print(f"{options.out}: {len(data)} bytes; file it with: {command}")
    return DONE
