"""What the commands of scorecards share: their options, and how a score reads as lines."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hengjian.cli.sight import SOMEBODY
from hengjian.model.issue import refuse


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Other choices of the card's switches, and the moment."""
    parser.add_argument(
        "--set", metavar="SWITCH=CHOICE", action="append", default=[], help="another choice than the one in force"
    )
    parser.add_argument("--as-known-at", metavar="T", help="a date, an RFC 3339 date-time, or entry:N")
    parser.add_argument("--scope", metavar="S", help="consolidated (default) or parent")
    parser.add_argument("--basis", metavar="B", help="best (default), flash, audited or assessed")


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """The question's part about them."""
    return {
        "settings": pairs("--set", options.set), "as_known_at": options.as_known_at, "scope": options.scope,
        "basis": options.basis,
    }  # fmt: skip


def pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """What an option that is given as NAME=VALUE, several times, says."""
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise refuse(f"{option} {text!r} names no value", f"write {option} NAME=VALUE")
        found[name.strip()] = value.strip()
    return found


def score_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """A score with its items and the reason of each, in Chinese and then in English."""
    yield head_of(answer)
    if answer.get("withheld"):
        yield "  withheld: restricted figures stand in it"
        return
    for part in (*answer["items"], *answer["adjust"]):
        yield from _part(part, "  ")
    for one in answer["missing"]:
        yield f"  cannot be told without {one['item']} ({one['code']})"
    if answer["capped"]:
        yield f"  {answer['capped']['reason']['zh']} / {answer['capped']['reason']['en']}"
    for name, value in answer["uses"].items():
        yield f"  {name}: {value}"
    if answer.get("beyond"):
        yield "  figures of others whom you may not see stand in it too"


def head_of(answer: Mapping[str, Any]) -> str:
    """Whose score it is, for when, and what it comes to."""
    grade = f", grade {answer['grade']}" if answer["grade"] is not None else ""
    score = "no score" if answer["score"] is None else answer["score"]
    return f"{answer['scorecard']} {answer['period']}, {answer['entity']}: {score}{grade}"


def _part(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    of = "" if part["weight"] is None or part["kind"] == "modifier" else f" of {part['weight']}"
    score = "-" if part["score"] is None else part["score"]
    yield f"{indent}{part['label']['zh'] or part['item']} ({part['item']}): {score}{of}"
    yield f"{indent}  {part['reason']['zh']}"
    yield f"{indent}  {part['reason']['en']}"
    figure = part["note"].get("figure", {})
    cause = figure.get("cause")
    if cause is not None:
        whose = cause["entity"] or SOMEBODY
        yield f"{indent}  missing: {cause['reason']} ({cause['input']}, {whose}, {cause['period']})"
    if figure.get("conflict"):
        told = ", ".join(f"{one['channel']} {one['value']}" for one in figure["channels"])
        yield f"{indent}  the channels differ: {told}"
    for one in part["parts"]:
        yield from _part(one, indent + "  ")
