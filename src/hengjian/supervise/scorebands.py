"""Where a value stands among the bands of a standard, whichever direction is the good one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hengjian.model.scorecard import Band, Direction
from hengjian.supervise.scored import Standard
from hengjian.supervise.scorenumber import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """`place` of the best band that is reached, counted from the best; as many as there are bands where not even the
    worst is. `efficacy`: which part of the way to the next better band is behind it (功效系数), where there is one."""

    values: tuple[Decimal, ...]
    place: int
    efficacy: Decimal | None


def position(bands: Sequence[Band], standard: Standard, value: Decimal, direction: Direction) -> Position | None:
    """None: a band lacks its value, or the values neither fall nor rise from the best band to the worst.

    The good direction is from the worst band to the best; where these are equal, the item's.
    """
    found = standard.bands
    try:
        values = tuple([found[band.name] for band in bands])
    except KeyError:
        return None
    if not values:
        return None
    best, worst = values[0], values[-1]
    rises = direction != "down" if best == worst else best > worst
    for better, worse in pairwise(values):
        if better < worse if rises else better > worse:
            return None
    place = 0
    for standing in values:
        if value >= standing if rises else value <= standing:
            break
        place += 1
    if 0 < place < len(values):
        return Position(
            values=values, place=place, efficacy=(value - values[place]) / (values[place - 1] - values[place])
        )
    return Position(values=values, place=place, efficacy=None)


def told(standard: Standard) -> Mapping[str, Any]:
    """Where a standard is from, and the values of all its bands, by which its points can be computed again."""
    return {**standard.note, "bands": {name: plain(value) for name, value in standard.bands.items()}}
