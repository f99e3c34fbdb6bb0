"""`look-through SPACE ENTITY`: what it holds through every layer, or who holds it."""

import argparse
from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import east_asian_width

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer

#: Of so many holdings, the first, the paths are printed, and of each so many.
SHOWN, PATHS = 20, 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("entity", metavar="ENTITY", help="the entity's id")
    direction = parser.add_mutually_exclusive_group()
    direction.add_argument("--down", action="store_true", help="what it holds (default)")
    direction.add_argument("--up", action="store_true", help="who holds it")
    parser.add_argument("--to", metavar="ENTITY", help="only this one, with all owners between the two")
    parser.add_argument("--as-of", metavar="D", help="the shares of this day (default: the space's today)")
    parser.add_argument("--as-known-at", metavar="T", help="a date, an RFC 3339 date-time, or entry:N")
    parser.add_argument("--since", metavar="D", help="tell also what has changed since this day")
    parser.add_argument(
        "--method", choices=("threshold", "disposable"), default="threshold",
        help="control: more than the threshold of the votes (default), or of those that may be cast, without the votes "
        "of a controlled company in its parent",
    )  # fmt: skip
    parser.add_argument("--threshold", metavar="P", help="control begins above this part of the votes (default: 50%%)")
    parser.add_argument("--proven", action="store_true", help="ignore dates that archives only claim")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    parts = ("space", "entity", "to", "as_of", "as_known_at", "since", "method", "threshold", "proven")
    question = {name: getattr(options, name) for name in parts}
    answer = ask("look_through", {**question, "direction": "up" if options.up else "down"})
    print_answer(options, answer, list(_lines(answer)))
    return DONE


def _lines(answer: dict[str, Any]) -> Iterable[str]:
    method, holdings = answer["method"], answer["holdings"]
    side = "who holds it" if answer["direction"] == "up" else "what it holds"
    yield f"{answer['entity']}: {side} on {answer['as_of']}"
    yield f"  cash flow {method['cash_flow']}; control {method['control']}, more than {percent(method['threshold'])}"
    if not holdings:
        yield "  nobody" if answer["direction"] == "up" else "  nothing"
    else:
        heads = ("level", "entity", "cash flow", "direct", "control right", "controls")
        cells = [_cells(one) for one in holdings]
        paths = [_paths(one) if place < SHOWN else "" for place, one in enumerate(holdings)]
        yield from _table(heads, cells, ["paths", *paths])
    if "between" in answer:
        cells = [(*_cells(one)[:3], "yes" if one["control"] else "") for one in answer["between"]]
        yield "  between the two, by levels above the lower one:"
        yield from _table(("level", "entity", "cash flow", "controls"), cells) if cells else ["  nobody"]
    if "since" in answer:
        yield f"  since {answer['since']}:"
        yield from map(_change, answer["changes"]) if answer["changes"] else ["  nothing has changed"]
    yield from (f"  ring: {', '.join(ring)}" for ring in answer.get("rings", ()))
    yield from (f"  warning: {one['message']}" for one in answer.get("warnings", ()))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], last: Sequence[str] = ()) -> Iterable[str]:
    """Aligned columns, figures to the right; `last` goes behind, a line each, the head's first."""
    lines = [heads, *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(heads))]
    for place, line in enumerate(lines):
        cells = []
        for head, text, width in zip(heads, line, widths, strict=True):
            gap = " " * (width - _width(text))
            cells.append(text + gap if head == "entity" else gap + text)
        yield "  ".join(["", *cells, *last[place : place + 1]]).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: a Han character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    cells = (str(one["level"]), one["entity"], "" if one["cash_flow"] is None else percent(one["cash_flow"]))
    if "direct" not in one:
        return cells
    return (*cells, percent(one["direct"]), percent(one["control_right"]), "yes" if one["control"] else "")


def _paths(one: dict[str, Any]) -> str:
    told = [f"{percent(path['share'])} {_via(path['via'])}" for path in one["paths"][:PATHS]]
    count, share = one["paths_more"]["count_at_least"] + len(one["paths"][PATHS:]), one["paths_more"]["share"]
    share += sum(path["share"] for path in one["paths"][PATHS:])
    if count or share:
        told.append(f"{percent(share)} by {f'{count} more' if count else 'going round in rings'}")
    return "; ".join(told)


def _via(entities: Sequence[str]) -> str:
    return f"via {' > '.join(entities)}" if entities else "directly"


def _change(one: dict[str, Any]) -> str:
    if one["change"] != "changed":
        figures = one["after"] or one["before"]
        return f"  {one['entity']} {one['change']}: {_told(figures)}"
    return f"  {one['entity']}: {_told(one['before'])} -> {_told(one['after'])}"


def _told(figures: dict[str, Any]) -> str:
    control = ", controlled" if figures["control"] else ""
    direct = f", {percent(figures['direct'])} directly" if figures["direct"] else ""
    return f"cash flow {percent(figures['cash_flow'])}{direct}, level {figures['level']}{control}"


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.4f}".rstrip("0").rstrip(".") + "%"
