"""`contagion SPACE [ENTITY]`: who stands for whom, and what a default would do."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hengjian.cli.arguments import add_space
from hengjian.cli.main import DONE, Ask, print_answer

#: Of each list so many are printed.
SHOWN = 10
_STATUS = {"named": "named", "defaults": "defaults", "unknown": "unknown", "stands": "stands"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_space(parser)
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help="one whose surroundings are told too")
    parser.add_argument("--network", metavar="N", help="the declared network (default: the first)")
    parser.add_argument("--default", metavar="ENTITY", action="append", dest="defaults", help="if this one defaulted")
    parser.add_argument("--as-of", metavar="D", help="what holds on this day (default: the space's today)")
    parser.add_argument("--as-known-at", metavar="T", help="a date, an RFC 3339 date-time, or entry:N")
    parser.add_argument("--proven", action="store_true", help="ignore dates that archives only claim")


def run(options: argparse.Namespace, ask: Ask) -> int:
    """Ask, print, and give the exit code."""
    parts = ("space", "entity", "network", "defaults", "as_of", "as_known_at", "proven")
    answer = ask("contagion", {name: getattr(options, name) for name in parts})
    print_answer(options, answer, list(_lines(answer)))
    return DONE


def _lines(answer: Mapping[str, Any]) -> Iterable[str]:
    unit = answer["unit"]
    yield (
        f"{answer['network']} on {answer['as_of']}: {answer['links']} links among {answer['entities']},"
        f" {_amount(answer['total'])} {unit}; {answer['loss_rate']:.6g} of it is lost in a default"
    )
    if answer["unknown"]:
        yield f"  {answer['unknown']} links state no amount: they count as nothing here, and as unknown in a default"
    if answer["longest"] is not None:
        yield f"  longest chain, {_depth(answer['longest'])}: {' > '.join(answer['longest']['chain'])}"
    if answer["concentration"]["largest"] is not None:
        found = answer["concentration"]
        share = f"{100 * found['share']:.1f}%"
        yield f"  the largest guarantor is {found['largest']} with {share}; index {found['index']:.4f}"
    for ring in answer["rings"][:SHOWN]:
        way = " > ".join([*ring["ring"], ring["ring"][0]])
        yield f"  ring of {ring['size']}: {way}, {_amount(ring['amount'])} {unit}"
    yield from _rest(answer["rings"], answer["more"]["rings"], "rings")
    yield f"guarantors, in {unit}:" if answer["guarantors"] else "nobody stands for anybody"
    for one in answer["guarantors"][:SHOWN]:
        yield (
            f"  {one['entity']}: {_amount(one['amount'])} for {one['debtors']}; buffer {_known(one['buffer'])}"
            f"{_part(one['to_buffer'])}; chain {_depth(one)}{_beyond(one)}"
        )
    yield from _rest(answer["guarantors"], answer["more"]["guarantors"], "guarantors")
    owners = [one for one in answer["owners"] if one["below"]]
    if owners:
        yield f"owners, with those whom they control, in {unit}:"
    for one in owners[:SHOWN]:
        yield (
            f"  {one['entity']}: own {_amount(one['own'])}, full {_amount(one['full'])}, by share"
            f" {_known(one['weighted'])}, within {_amount(one['inside'])}{_part(one['to_buffer'])}{_beyond(one)}"
        )
    if "around" in answer:
        yield from _around(answer)
    if "cascade" in answer:
        yield from _cascade(answer["cascade"], unit)


def _around(answer: Mapping[str, Any]) -> Iterable[str]:
    around = answer["around"]
    yield f"around {answer['entity']}:" if around["edges"] else f"{answer['entity']} has no part in it"
    for edge in around["edges"]:
        cover = f", {_amount(edge['cover'])} of it secured" if edge["cover"] else ""
        yield f"  {edge['from']} > {edge['to']}: {_known(edge['amount'])}{cover}"
    if around["more"]:
        yield f"  and {around['more']} entities further away"
    if around.get("beyond"):
        yield f"  and {around['beyond']} links with those whom you do not see"


def _cascade(cascade: Mapping[str, Any], unit: str) -> Iterable[str]:
    named = ", ".join(cascade["defaults"])
    yield f"if {named} defaulted: {cascade['fallen']} in default, {cascade['unknown']} unknown"
    if cascade.get("withheld"):
        yield "  what follows rests on figures that are withheld"
        return
    yield f"  {_amount(cascade['called'])} {unit} are called in"
    for one in cascade["entities"][: 5 * SHOWN]:
        status = f"round {one['round']}" if one["round"] else _STATUS[one["status"]]
        yield (
            f"  {one['entity']}: {status}; called {_amount(one['called'])}, lost in holdings {_amount(one['written'])},"
            f" left {_known(one['left'])}{_beyond(one)}"
        )
    yield from _rest(cascade["entities"][: 5 * SHOWN], cascade["more"], "entities")


def _rest(shown: Sequence[object], more: int, what: str) -> Iterable[str]:
    left = more + max(0, len(shown) - SHOWN) if what != "entities" else more
    if left:
        yield f"  and {left} more {what}: --json tells of more"


def _amount(figure: float) -> str:
    return f"{figure:,.2f}".rstrip("0").rstrip(".")


def _known(figure: float | None) -> str:
    return "unknown" if figure is None else _amount(figure)


def _part(part: float | None) -> str:
    return "" if part is None else f" ({100 * part:.1f}% of it)"


def _depth(one: Mapping[str, Any]) -> str:
    return f"{'at least ' if one['at_least'] else ''}{one['depth']} deep"


def _beyond(one: Mapping[str, Any]) -> str:
    return f"; {one['beyond']} links with others not counted" if one.get("beyond") else ""
