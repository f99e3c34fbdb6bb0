"""`what-if SPACE SCORECARD ENTITY PERIOD`: a score with other figures, targets or weights; what each item counts."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.cli.scorelines import add_settings, figure, head_of, pairs, points, settings_of

_CHANGES = ("value", "target", "weight")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("scorecard", metavar="SCORECARD", help="the scorecard's name")
    parser.add_argument("entity", metavar="ENTITY", help="the entity's id")
    parser.add_argument("period", metavar="PERIOD", help="one of the scorecard's periods, such as 2025")
    for name in _CHANGES:
        parser.add_argument(
            f"--{name}", metavar="ITEM=NUMBER", action="append", default=[], help=f"another {name}, in the item's unit"
        )
    add_settings(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {name: getattr(options, name) for name in ("space", "scorecard", "entity", "period")}
    changes = {f"{name}s": pairs(f"--{name}", getattr(options, name)) for name in _CHANGES}
    answer = ask("what_if", {**question, **changes, **settings_of(options)})
    print_answer(options, answer, list(_lines(answer)))
    return DONE


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    if answer.get("withheld"):
        yield f"{answer['scorecard']} {answer['period']}, {answer['entity']}: withheld"
        return
    yield f"before: {head_of(answer['before'])}"
    yield f"after:  {head_of(answer['after'])}{_signed(answer['difference'])}"
    for one in answer["items"]:
        if one["difference"] != "0":
            change = f"{points(one['before'])} -> {points(one['after'])}{_signed(one['difference'])}"
            yield f"  {one['label']['zh']} ({one['item']}): {change}"
    for one in answer["sensitivity"]:
        caps = "" if one["caps_at"] is None else f"; no more from {figure(one['caps_at'])} on"
        step = f"1 % of its {one['of']}, {figure(one['step'])} {one['unit'] or ''}".rstrip()
        yield (
            f"  {one['label']['zh']} ({one['item']}): {step}, is worth {points(one['better'])} if better,"
            f" {points(one['worse'])} if worse{caps}"
        )


def _signed(difference: str | None) -> str:
    if difference is None:
        return ""
    text = points(difference)
    return f" ({text})" if text.startswith("-") else f" (+{text})"
