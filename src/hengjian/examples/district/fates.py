"""Whose fortunes turn: five companies that slide into trouble, each in its own way and time, and one that recovers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """From month `first` (0 is January 2022) `what` moves evenly, for `months`, to `to`."""

    what: str
    first: int
    months: int
    to: float


#: Without turns: factors are 1, additions 0.
USUAL: Mapping[str, float] = {
    "revenue": 1, "margin": 0, "receivables": 1, "stock": 1, "short": 1, "cash": 1, "guarantees": 0.06, "impairment": 0,
    "opening_debt_ratio": 0, "invested": 0.8,
}  # fmt: skip


def _turns(*rows: tuple[str, int, int, float]) -> tuple[Turn, ...]:
    return tuple(Turn(what=what, first=first, months=months, to=to) for what, first, months, to in rows)


FATES: Mapping[str, tuple[Turn, ...]] = {
    # land bought on credit: leverage climbs over the line
    "JC020102": _turns(("stock", 22, 22, 2.35), ("margin", 30, 10, -0.05), ("invested", 20, 1, 0)),
    # a market lost: losses, and less cash comes in than goes out
    "JC0401": _turns(
        ("margin", 29, 8, -0.185), ("revenue", 29, 10, 0.78), ("receivables", 29, 19, 1.7), ("stock", 29, 19, 1.6),
        ("impairment", 33, 4, 0.02),
    ),
    # a group that guarantees more and more
    "JC08": _turns(("guarantees", 36, 12, 0.88)),
    # sales on credit, and stock that does not sell
    "JC0802": _turns(("receivables", 33, 12, 2.1), ("stock", 33, 12, 1.9), ("revenue", 33, 12, 0.97)),
    # long debt replaced by short, and the cash spent
    "JC0901": _turns(("short", 38, 9, 4.2), ("cash", 39, 9, 0.26)),
    # what others' trouble does to those who sell to them or beside them
    "JC040101": _turns(("receivables", 42, 8, 1.7)),
    "JC080201": _turns(("stock", 44, 7, 1.75)),
    "JC0804": _turns(("short", 42, 6, 1.8), ("cash", 42, 6, 0.30)),
    # overstretched at first; sells its stock, pays its debt, earns again
    "JC0303": _turns(
        ("opening_debt_ratio", 0, 1, 0.80), ("margin", 0, 1, -0.12), ("margin", 14, 12, 0.02), ("stock", 16, 30, 0.76),
        ("invested", 0, 1, 0),
    ),
}  # fmt: skip


def fortunes(entity: str, month: int) -> dict[str, float]:
    """How an enterprise differs from the usual of its kind in a month."""
    found = dict(USUAL)
    for turn in FATES.get(entity, ()):
        if month >= turn.first:
            part = min(1.0, (month - turn.first + 1) / turn.months)
            found[turn.what] += (turn.to - found[turn.what]) * part
    return found
