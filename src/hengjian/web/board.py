"""Which rows of a portfolio are shown, in which order, and what they come to."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum
from typing import Any

from hengjian.model.unit import parse_unit

#: An attribute with more values than these is not offered for choosing.
MOST_VALUES = 30
#: Days do not add up.
_NOT_ADDITIVE = frozenset({"day"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader wants to see: a text in id or name, values of attributes, levels from the top (None: all)."""

    text: str
    attributes: Mapping[str, str]
    level: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The sum of a column over rows of one period: `value` None where nothing is to be added."""

    value: float | None
    counted: int


def levels(above: Sequence[int | None]) -> list[int]:
    """How far from the top each entity stands, the top being 1. `above` has no circles."""
    found = [0] * len(above)
    for start in range(len(above)):
        path: list[int] = []
        at: int | None = start
        while at is not None and not found[at]:
            path.append(at)
            at = above[at]
        top = 0 if at is None else found[at]
        for step, one in enumerate(reversed(path), 1):
            found[one] = top + step
    return found


def chosen(answer: Mapping[str, Any], wanted: Wanted) -> list[int]:
    """The places of the rows that are wanted, in the answer's order."""
    text = folded(wanted.text)
    depth = levels(answer["above"]) if wanted.level is not None else []
    rows = []
    for place, attributes in enumerate(answer["attributes"]):
        if text and text not in folded(answer["entities"][place]) and text not in folded(answer["names"][place]):
            continue
        if any(attributes.get(name, "") != value for name, value in wanted.attributes.items()):
            continue
        if wanted.level is not None and depth[place] > wanted.level:
            continue
        rows.append(place)
    return rows


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """A text as searches compare it, whatever its width and case."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def as_tree(answer: Mapping[str, Any], rows: Sequence[int]) -> list[tuple[int, int]]:
    """The rows with how many shown ones stand above each: everybody below the one above, else in the order given."""
    shown = set(rows)
    below: dict[int | None, list[int]] = {}
    for place in rows:
        upper = next((one for one in uppers(answer, place) if one in shown), None)
        below.setdefault(upper, []).append(place)
    made: list[tuple[int, int]] = []
    stack = [(place, 0) for place in reversed(below.get(None, ()))]
    while stack:
        place, depth = stack.pop()
        made.append((place, depth))
        stack.extend((one, depth + 1) for one in reversed(below.get(place, ())))
    return made


def uppers(answer: Mapping[str, Any], place: int) -> Iterator[int]:
    """The places of those above, the nearest first."""
    at = answer["above"][place]
    while at is not None:
        yield at
        at = answer["above"][at]


def sorted_rows(answer: Mapping[str, Any], rows: Sequence[int], key: str, *, falling: bool) -> list[int]:
    """The rows by `name`, `id`, or a column (its place in the answer, from 0): missing ones last in both directions,
    equal ones in the order given."""
    keys: Sequence[Any] = answer["names"] if key == "name" else answer["entities"]
    places = {str(place): column for place, column in enumerate(answer["columns"])}
    if key in places:
        keys = places[key]["values"]
    present = [place for place in rows if keys[place] is not None]
    missing = [place for place in rows if keys[place] is None]
    return sorted(present, key=lambda place: keys[place], reverse=falling) + missing


def groupings(answer: Mapping[str, Any], declared: Mapping[str, Mapping[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    """The declared attributes of text that divide the entities, each with its values and how many have them; a code
    divides nothing."""
    found = {}
    for name, attribute in declared.items():
        if attribute.get("kind") != "text" or attribute.get("format"):
            continue
        counts = Counter(attributes[name] for attributes in answer["attributes"] if name in attributes)
        if 1 < len(counts) <= MOST_VALUES:
            found[name] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return found


@lru_cache(maxsize=256)
def is_additive(symbol: str) -> bool:
    """Whether figures in this unit add up over entities: money, persons, kilowatt-hours; no ratio, nothing per head."""
    unit = parse_unit(symbol)
    return unit is not None and [power for _, power in unit.factors] == [1] and unit.factors[0][0] not in _NOT_ADDITIVE


def total(answer: Mapping[str, Any], column: Mapping[str, Any], rows: Sequence[int], *, single: bool) -> Total:
    """What the rows come to in the column's own period, nothing being counted twice.

    A consolidated figure holds those of the companies below: a row counts only where no shown row above it has a figure
    of that period. `single` figures are of one company each, and all count.
    """
    values, periods = column["values"], column["periods"]
    shown = {place for place in rows if values[place] is not None and periods[place] == column["period"]}
    counted = [place for place in rows if place in shown and (single or shown.isdisjoint(uppers(answer, place)))]
    return Total(value=fsum(values[place] for place in counted) if counted else None, counted=len(counted))
