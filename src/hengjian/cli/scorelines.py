"""What the commands of scorecards share: their options, and how a score reads as lines."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from hengjian.cli.sight import SOMEBODY
from hengjian.model.issue import refuse

#: Kinds of parts that are items of the card.
_ITEMS = frozenset({"item", "weighted", "left_out", "modifier", "member"})


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
    if answer["score"] is not None and answer.get("covered", "1") != "1":
        yield f"  scored of the weight: {Decimal(answer['covered']):.2%}"
    if answer["capped"]:
        yield f"  {answer['capped']['reason']['zh']} / {answer['capped']['reason']['en']}"
    for name, value in answer["uses"].items():
        yield f"  {name}: {points(value)}"
    if answer.get("beyond"):
        yield "  figures of others whom you may not see stand in it too"


def head_of(answer: Mapping[str, Any]) -> str:
    """Whose score it is, for when, and what it comes to."""
    grade = f", grade {answer['grade']}" if answer["grade"] is not None else ""
    score = "no score" if answer["score"] is None else answer["score"]
    return f"{answer['scorecard']} {answer['period']}, {answer['entity']}: {score}{grade}"


def _part(part: Mapping[str, Any], indent: str) -> Iterator[str]:
    """An item with its reason in both languages; what is part of its points, and no item, in a line of its own."""
    reason = part["reason"]
    if part["kind"] not in _ITEMS:
        yield f"{indent}{points(part['score'])}  {reason['zh']} / {reason['en']}"
    else:
        of = "" if part["weight"] is None or part["kind"] == "modifier" else f" of {points(part['weight'])}"
        name = f" ({part['item']})" if part["item"] else ""
        yield f"{indent}{part['label']['zh']}{name}: {points(part['score'])}{of}"
        yield f"{indent}  {reason['zh']}"
        yield f"{indent}  {reason['en']}"
        yield from _figure(part["note"].get("figure", {}), f"{indent}  ")
    for one in part["parts"]:
        yield from _part(one, f"{indent}  ")


def _figure(note: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Why there is no figure, and which channels say what."""
    cause = note.get("cause")
    if cause is not None:
        yield f"{indent}missing: {cause['reason']} ({cause['input']}, {cause['entity'] or SOMEBODY}, {cause['period']})"
    if note.get("conflict"):
        yield f"{indent}the channels differ: " + ", ".join(
            f"{one['channel']} {one['value']}" for one in note["channels"]
        )


def figure(text: str) -> str:
    """A figure for a person: at most six digits that count."""
    rounded = Context(prec=6, rounding=ROUND_HALF_UP).create_decimal(text)
    told = f"{rounded:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def points(text: str | None) -> str:
    """Points for a person: at most four decimals, half up."""
    if text is None:
        return "-"
    rounded = Decimal(text).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") or "0"
