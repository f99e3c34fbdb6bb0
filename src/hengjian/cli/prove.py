"""`prove SPACE FILING`, `prove SPACE ALERT` or `prove SPACE ENTITY INDICATOR PERIOD`: a bundle for strangers."""

import argparse
import re

from hengjian.cli.arguments import add_cut, add_space, cut_of
from hengjian.cli.main import DONE, Ask, print_json
from hengjian.cli.output import wrote_file

#: How alerts are called.
_ALERT = re.compile(r"A[0-9]{6,}")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("of", nargs="+", metavar="WHAT", help="a FILING, an ALERT, or ENTITY INDICATOR PERIOD")
    parser.add_argument("--cell", action="append", metavar="A1", help="of a filing: disclose only these cells")
    parser.add_argument("--with-file", action="store_true", help="of a filing: put the file itself in")
    parser.add_argument("--out", metavar="FILE", help="write the bundle here instead of on stdout")
    add_cut(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    match options.of:
        case [alert] if _ALERT.fullmatch(alert):
            question: dict[str, object] = {"alert": alert}
        case [filing]:
            question = {"filing": filing, "cells": options.cell, "with_file": options.with_file}
        case [entity, indicator, period]:
            question = {"entity": entity, "indicator": indicator, "period": period, **cut_of(options)}
        case _:
            parser = argparse.ArgumentParser(prog="hengjian prove")
            parser.error("name a FILING, an ALERT, or ENTITY INDICATOR PERIOD")
    answer = ask("prove", {"space": options.space, **question})
    bundle: bytes = answer["bundle"]
    if not wrote_file(options.out, bundle):
        return DONE
    summary = {"file": options.out, "bytes": len(bundle), "entries": answer["entries"]}
    if options.json:
        print_json(summary)
    else:
        print(f"{options.out}: {len(bundle)} bytes; check it with: hengjian verify {options.out} --key NAME.vkey")
    return DONE
