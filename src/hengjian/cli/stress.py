"""`stress SPACE [NAME]`: what a declared stress would change."""

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.cli.arguments import add_cut, add_space, cut_of
from hengjian.cli.main import DONE, Ask, print_answer
from hengjian.model.issue import refuse

#: Of figures and rules so many are printed.
SHOWN = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("stress", metavar="NAME", nargs="?", help="the stress; without it all are listed")
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="another size, in its own unit"
    )
    parser.add_argument("--entity", metavar="ENTITY", action="append", dest="entities", help="of this one alone")
    parser.add_argument("--indicator", metavar="NAME", action="append", dest="indicators", help="this figure alone")
    parser.add_argument("--period", metavar="P", help="one period, as 2025-Q2 (default: the latest that most reported)")
    add_cut(parser)


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    question = {name: getattr(options, name) for name in ("space", "stress", "entities", "indicators", "period")}
    answer = ask("stress", {**question, "values": dict(map(_size, options.set)), **cut_of(options)})
    print_answer(options, answer, list(_listed(answer) if "stresses" in answer else _lines(answer)))
    return DONE


def _size(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise refuse(f"--set {text!r} names no value", "write --set rate_rise=200")
    return name.strip(), value.strip()


def _listed(answer: Mapping[str, Any]) -> Iterable[str]:
    if not answer["stresses"]:
        yield "no pack declares a stress"
    for one in answer["stresses"]:
        sizes = ", ".join(f"{size['name']} = {size['value']:g} {size['unit']}" for size in one["parameters"])
        yield f"{one['name']}: {one['label']['en']} ({sizes})"
        yield f"  touches {', '.join(measure['measure'] for measure in one['measures'])}"


def _lines(answer: Mapping[str, Any]) -> Iterable[str]:
    sizes = ", ".join(f"{name} = {value:g}" for name, value in answer["values"].items())
    yield f"{answer['stress']} ({sizes}) at {answer['period']}, from {answer['since']} on"
    for one in answer["rules"][:SHOWN]:
        levels = f"{one['before'] or 'none'} -> {one['after'] or ('none' if one['change'] != 'unknown' else 'unknown')}"
        yield f"  rule {one['rule']}, {one['entity']}: {one['change']} ({levels}){_beyond(one)}"
    if not answer["rules"]:
        yield "  no rule says anything else"
    for one in answer["summary"]:
        counts = f"{one['up']} up, {one['down']} down, {one['missing']} not told, {one['same']} the same"
        yield f"  {one['indicator']}: {counts}"
    for one in answer["figures"][:SHOWN]:
        yield f"  {one['entity']} {one['indicator']} {one['period']}: {_change(one)}{_beyond(one)}"
    left = answer["more"] + max(0, len(answer["figures"]) - SHOWN) + max(0, len(answer["rules"]) - SHOWN)
    if left:
        yield f"  and {left} more: --json tells of more, --entity and --indicator of fewer"


def _change(one: Mapping[str, Any]) -> str:
    if one.get("withheld"):
        return "withheld"
    before = "none" if one["before"] is None else f"{one['before']:.6g}"
    if one["after"] is None:
        return f"{before} -> cannot be told ({one['missing']})"
    difference = "" if one["difference"] is None else f" ({one['difference']:+.6g})"
    return f"{before} -> {one['after']:.6g}{difference} {one['unit']}"


def _beyond(one: Mapping[str, Any]) -> str:
    return " (others stand in it too)" if one.get("beyond") else ""
