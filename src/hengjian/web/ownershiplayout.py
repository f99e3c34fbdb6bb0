"""Where things stand that are drawn in rows: their order, so that few lines cross, and their place along the row.

The layered drawing of Sugiyama, Tagawa and Toda (1981): lines over several rows are given lanes in the rows between,
rows are ordered by barycentres, and places are found by least squares under the order (pool adjacent violators).
Same input, same drawing.
"""

from bisect import bisect_right, insort
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Between two things of a row, and between two lanes.
GAP, LANE_GAP = 18.0, 10.0
#: So often are rows ordered anew, and places along them sought anew, in turns from above and from below; the last turn
#: is from below, so that who holds stands over the middle of what it holds.
_ORDERINGS, _PLACINGS = 8, 15
#: Lanes are held straight before boxes are centred.
_LANE_WEIGHT = 4.0
#: Who has no neighbours on one side stays where it is unless it is in the way.
_STAYING = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What stands in a row, of a size. `port`: where all its lines begin, from its left; None: spread about its middle.

    `above` and `below` are the free space that it needs over and under it. `is_low`: it stands at the row's foot.
    """

    row: int
    width: float
    height: float
    port: float | None = None
    above: float = 0.0
    below: float = 0.0
    is_low: bool = False
    is_lane: bool = False

    @property
    def middle(self) -> float:
        """Where its lines begin, from its left, or the middle of where they do."""
        return self.width / 2 if self.port is None else self.port


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A line from an item to one of a lower row, or of the same row. Those of one `net` are one line as far as they
    go together."""

    upper: int
    lower: int
    net: Hashable


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Items (those given, then lanes) with their left ends, and the rows with their items from left to right.

    `chains`: of each wire the items that it passes, from the upper end to the lower one.
    """

    items: tuple[Item, ...]
    rows: tuple[tuple[int, ...], ...]
    left: tuple[float, ...]
    chains: tuple[tuple[int, ...], ...]


def place(given: Sequence[Item], wires: Sequence[Wire]) -> Placed:
    """The order and the places of items. Rows are numbered from 0; the order in which items come is where they begin.

    ValueError where a wire goes upward.
    """
    items, chains = _with_lanes(given, wires)
    rows: list[list[int]] = [[] for _ in range(1 + max((item.row for item in items), default=-1))]
    for at, item in enumerate(items):
        rows[item.row].append(at)
    above: list[list[int]] = [[] for _ in items]
    below: list[list[int]] = [[] for _ in items]
    for chain in chains:
        for upper, lower in pairwise(chain):
            if items[upper].row != items[lower].row:
                above[lower].append(upper)
                below[upper].append(lower)
    _order(rows, above, below)
    left = _places(items, rows, above, below)
    return Placed(items=tuple(items), rows=tuple(map(tuple, rows)), left=tuple(left), chains=tuple(chains))


def _with_lanes(given: Sequence[Item], wires: Sequence[Wire]) -> tuple[list[Item], list[tuple[int, ...]]]:
    items, chains = list(given), []
    for wire in wires:
        first, last = given[wire.upper].row, given[wire.lower].row
        if first > last:
            raise ValueError(f"a wire goes up from row {first} to row {last}")
        lanes = range(len(items), len(items) + max(0, last - first - 1))
        items += [Item(row=row, width=0.0, height=0.0, port=0.0, is_lane=True) for row in range(first + 1, last)]
        chains.append((wire.upper, *lanes, wire.lower))
    return items, chains


def _order(rows: list[list[int]], above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> None:
    """Orders each row by the barycentres of the row before; the order with the fewest crossings stays."""
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for turn in range(_ORDERINGS):
        if not fewest:
            break
        downward = turn % 2 == 0
        for row in rows[1:] if downward else rows[-2::-1]:
            _sort(row, above if downward else below, rows)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _sort(row: list[int], neighbours: Sequence[Sequence[int]], rows: Sequence[Sequence[int]]) -> None:
    at = {one: (index + 0.5) / len(other) for other in rows for index, one in enumerate(other)}
    keys = {
        one: sum(at[other] for other in neighbours[one]) / len(neighbours[one]) if neighbours[one] else at[one]
        for one in row
    }
    row.sort(key=keys.__getitem__)


def _crossings(rows: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    """How many pairs of lines between adjacent rows cross."""
    found = 0
    for row, under in pairwise(rows):
        at = {one: index for index, one in enumerate(under)}
        seen: list[int] = []
        for one in row:
            ends = sorted(at[other] for other in below[one])
            found += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return found


def _places(
    items: Sequence[Item], rows: Sequence[Sequence[int]], above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]
) -> list[float]:
    left = [0.0] * len(items)
    offsets = [_offsets(items, row) for row in rows]
    for row, starts in zip(rows, offsets, strict=True):
        for one, start in zip(row, starts, strict=True):
            left[one] = start - (starts[-1] + items[row[-1]].width) / 2
    for turn in range(_PLACINGS):
        downward = turn % 2 == 1
        neighbours = above if downward else below
        span = range(len(rows)) if downward else range(len(rows) - 1, -1, -1)
        for number in span:
            row = rows[number]
            wishes, weights = [], []
            for one, offset in zip(row, offsets[number], strict=True):
                ends = [left[other] + items[other].middle for other in neighbours[one]]
                wish = sum(ends) / len(ends) - items[one].middle if ends else left[one]
                wishes.append(wish - offset)
                weights.append((_LANE_WEIGHT if items[one].is_lane else 1.0) if ends else _STAYING)
            for one, offset, wish in zip(row, offsets[number], _rising(wishes, weights), strict=True):
                left[one] = wish + offset
    least = min(left, default=0.0)
    return [float(round(start - least)) for start in left]


def _offsets(items: Sequence[Item], row: Sequence[int]) -> list[float]:
    """Where the items of a row begin when they stand as close as they may."""
    found, end, last = [], 0.0, None
    for one in row:
        if last is not None:
            end += LANE_GAP if items[one].is_lane and items[last].is_lane else GAP
        found.append(end)
        end, last = end + items[one].width, one
    return found


def _rising(wishes: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The rising values that are nearest to the wishes by weighted least squares: pool adjacent violators."""
    pools: list[tuple[float, float, int]] = []
    for wish, weight in zip(wishes, weights, strict=True):
        value, mass, count = wish, weight, 1
        while pools and pools[-1][0] > value:
            other, heft, many = pools.pop()
            value, mass, count = (value * mass + other * heft) / (mass + heft), mass + heft, count + many
        pools.append((value, mass, count))
    return [value for value, _, count in pools for _ in range(count)]
