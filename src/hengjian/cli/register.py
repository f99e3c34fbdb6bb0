"""`register SPACE KIND [FILE]`: what an office enters around a score: list a register, enter rows, get its template."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space, read_files
from hengjian.cli.main import DONE, Ask, print_answer, print_json
from hengjian.cli.output import wrote_file
from hengjian.cli.sight import cut_lines
from hengjian.model.issue import refuse

#: Options that stand for a column which the rows have not, or choose among the rows that are listed.
_SAID = ("scorecard", "period", "entity", "book", "year", "class", "size", "document", "unit")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("kind", metavar="KIND", help="standard, letter, confirmation, rating, award, adjustment, …")
    parser.add_argument("file", nargs="?", metavar="FILE", help="a CSV table or XLSX workbook to enter; else list rows")
    parser.add_argument("--paste", action="store_true", help="enter the text on stdin, as copied out of a table")
    parser.add_argument("--row", action="append", default=[], metavar="COLUMN=TEXT", help="enter one row, cell by cell")
    parser.add_argument("--template", metavar="OUT", help="write the workbook in which rows are filled")
    parser.add_argument("--key", metavar="K", help="a key of your own: what is handed in under it is entered once")
    parser.add_argument("--as-known-at", metavar="T", help="of a list: as it stood at a moment, or entry:N")
    for name in _SAID:
        parser.add_argument(f"--{name}", metavar="X", help=f"the {name}, of all rows, or of those to be listed")
    parser.set_defaults(misused=parser.error)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    said = {name: getattr(options, name) for name in _SAID if getattr(options, name) is not None}
    question = {"space": options.space, "kind": options.kind, **said}
    handed = [options.file is not None, options.paste, bool(options.row), options.template is not None]
    if sum(handed) > 1:
        options.misused("FILE, --paste, --row and --template: give one of them")
    if options.template is not None:
        return _template(options, ask, question)
    if not any(handed):
        answer = ask("register", {**question, "as_known_at": options.as_known_at})
        print_answer(options, answer, [*map(_line, answer["rows"]), *cut_lines(answer)] or ["no rows"])
        return DONE
    more: dict[str, object] = {"key": options.key} if options.key is not None else {}
    if options.file is not None:
        more["file"] = read_files([options.file])[0]
    elif options.paste:
        more["text"] = sys.stdin.read()
    else:
        more["rows"] = [dict(map(_cell, options.row))]
    answer = ask("enter_register", {**question, **more})
    again = " (already entered)" if answer["repeated"] else ""
    count = "1 record" if answer["records"] == 1 else f"{answer['records']} records"
    print_answer(options, answer, [f"{count} of {options.kind}  entry {answer['entry']}{again}"])
    return DONE


def _cell(text: str) -> tuple[str, str]:
    name, sign, said = text.partition("=")
    if not sign:
        raise refuse(f"--row {text!r} is no cell", "write the column, = and what stands there: --row period=2025")
    return name, said


def _template(options: argparse.Namespace, ask: Ask, question: Mapping[str, object]) -> int:
    data: bytes = ask("register_template", question)["data"]
    if wrote_file(options.template, data):
        if options.json:
            print_json({"file": options.template, "bytes": len(data)})
        else:
            command = f"hengjian register SPACE {options.kind} {options.template}"
            print(f"{options.template}: {len(data)} bytes; enter it with: {command}")
    return DONE


def _line(row: Mapping[str, Any]) -> str:
    """One record as people read it."""
    return "  ".join([*_parts(row), _where(row)]).rstrip()


def _parts(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        if name in ("origin", "entry", "recorded_at", "topic", "actor", "by") or value in (None, "", []):
            continue
        match value:
            case list():
                yield f"{len(value)} {name}"
            case Mapping():
                yield " ".join(f"{one} {text}" for one, text in value.items() if text)
            case _:
                yield f"{name} {value}"


def _where(row: Mapping[str, Any]) -> str:
    origin = row.get("origin")
    if origin is None:
        return ""
    cell = f"{origin['sheet']}!{origin['cell']}" if origin["sheet"] is not None else f"row {origin['row']}"
    return f"(entry {row['entry']} by {row['actor']}: {origin['file']} {cell})"
