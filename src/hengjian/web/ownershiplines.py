"""The lines between things in rows: down from one, along between the rows, and down to the other.

Lines that run along in one gap keep apart: each has a track of it (the left-edge algorithm of Hashimoto and Stevens,
1971), below those of lines that come from above at the same place.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hengjian.web.ownershiplayout import Item, Placed, Wire, place

Point = tuple[float, float]

#: Between two tracks, and between the ports of one item.
TRACK, PORT = 9.0, 46.0
#: From an item's corner to its first port; what runs closer together than `_CLOSE` is taken for one line.
_CORNER, _CLOSE = 12.0, 8.0
#: Free space between two rows in any case.
_LEAST = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Where the given items stand (left, top), the rows (top, height), and of each wire its corners, from above."""

    at: tuple[Point, ...]
    rows: tuple[Point, ...]
    lines: tuple[tuple[Point, ...], ...]
    width: float
    height: float


@dataclass(slots=True, kw_only=True)
class _Run:
    """One net in one gap: where it comes in from above, and where it leaves below."""

    uppers: list[float]
    lowers: list[float]
    track: int = -1

    @property
    def ends(self) -> Point:
        every = self.uppers + self.lowers
        return min(every), max(every)


_Key = tuple[int, Hashable]
_Ports = dict[tuple[int, bool, Hashable], float]


def draw(given: Sequence[Item], wires: Sequence[Wire]) -> Drawing:
    """The drawing of items and wires; see `place`."""
    placed = place(given, wires)
    ports = _ports(placed, wires)
    runs = _runs(placed, wires, ports)
    tracks: dict[int, int] = {}
    for gap in sorted({gap for gap, _ in runs}):
        tracks[gap] = _give_tracks([run for (where, _), run in runs.items() if where == gap])
    tops, heights, starts = _heights(placed, tracks)
    items = placed.items
    tall = [heights[item.row] if item.is_lane else item.height for item in items]
    top = [
        tops[item.row] + (heights[item.row] - tall[at] if item.is_low else 0.0) for at, item in enumerate(items)
    ]  # fmt: skip
    lines = tuple(
        _line(placed, chain, wire, ports, runs, starts, top, tall)
        for chain, wire in zip(placed.chains, wires, strict=True)
    )
    ends = [start + item.width for start, item in zip(placed.left, items, strict=True)]
    ends += [x for line in lines for x, _ in line]
    last = max(range(len(tops)), key=tops.__getitem__, default=None)
    foot = 0.0 if last is None else tops[last] + heights[last] + _clearance(placed, last, is_below=True)
    return Drawing(
        at=tuple(zip(placed.left[: len(given)], top[: len(given)], strict=True)),
        rows=tuple(zip(tops, heights, strict=True)),
        lines=lines, width=max(ends, default=0.0), height=foot,
    )  # fmt: skip


def _sides(placed: Placed, chain: Sequence[int], net: Hashable) -> Iterable[tuple[tuple[int, bool, Hashable], int]]:
    """The ports that a wire needs, each (item, whether at its foot, net), and the item at the other end."""
    for upper, lower in pairwise(chain):
        is_level = placed.items[upper].row == placed.items[lower].row
        yield (upper, not is_level, net), lower
        yield (lower, False, net), upper


def _ports(placed: Placed, wires: Sequence[Wire]) -> _Ports:
    """Where each net leaves each side of each item, in the order of where it goes."""
    aims: dict[tuple[int, bool, Hashable], list[float]] = {}
    for chain, wire in zip(placed.chains, wires, strict=True):
        for key, other in _sides(placed, chain, wire.net):
            aims.setdefault(key, []).append(placed.left[other] + placed.items[other].middle)
    sides: dict[tuple[int, bool], list[tuple[int, bool, Hashable]]] = {}
    for key in aims:
        sides.setdefault(key[:2], []).append(key)
    found: _Ports = {}
    for (at, _), keys in sides.items():
        item, left = placed.items[at], placed.left[at]
        keys.sort(key=lambda key: sum(aims[key]) / len(aims[key]))
        step = min(PORT, (item.width - 2 * _CORNER) / max(1, len(keys) - 1))
        for index, key in enumerate(keys):
            spread = 0.0 if item.port is not None else (index - (len(keys) - 1) / 2) * step
            found[key] = float(round(left + item.middle + spread))
    return found


def _runs(placed: Placed, wires: Sequence[Wire], ports: _Ports) -> dict[_Key, _Run]:
    """The nets of each gap; gap n lies over row n."""
    found: dict[_Key, _Run] = {}
    for chain, wire in zip(placed.chains, wires, strict=True):
        for upper, lower in pairwise(chain):
            gap = placed.items[lower].row
            run = found.setdefault((gap, wire.net), _Run(uppers=[], lowers=[]))
            is_level = placed.items[upper].row == gap
            (run.lowers if is_level else run.uppers).append(ports[upper, not is_level, wire.net])
            run.lowers.append(ports[lower, False, wire.net])
    return found


def _give_tracks(runs: Sequence[_Run]) -> int:
    """Gives each run that is not straight its track, from above; how many there are."""
    bent = [run for run in runs if run.ends[1] - run.ends[0] > 0.5 or not run.uppers]
    over = _over(bent)
    waiting = sorted(bent, key=lambda run: run.ends)
    taken: list[list[Point]] = []
    while waiting:
        # In a circle of who must be above whom, the first one goes.
        free = next((run for run in waiting if all(other.track >= 0 for other in over[id(run)])), waiting[0])
        waiting.remove(free)
        low, high = free.ends
        track = 1 + max((other.track for other in over[id(free)]), default=-1)
        while track < len(taken) and any(low < end + _CLOSE and start < high + _CLOSE for start, end in taken[track]):
            track += 1
        taken += [[] for _ in range(track + 1 - len(taken))]
        taken[track].append((low, high))
        free.track = track
    return len(taken)


def _over(runs: Sequence[_Run]) -> dict[int, list[_Run]]:
    """Of each run (by its id()) those that must run above it: they come from above where it leaves below."""
    uppers = sorted(((x, number) for number, run in enumerate(runs) for x in run.uppers))
    found: dict[int, list[_Run]] = {}
    for run in runs:
        near: dict[int, _Run] = {}
        for end in run.lowers:
            at = bisect_left(uppers, (end - _CLOSE, -1))
            while at < len(uppers) and uppers[at][0] < end + _CLOSE:
                near[uppers[at][1]] = runs[uppers[at][1]]
                at += 1
        found[id(run)] = [other for other in near.values() if other is not run]
    return found


def _clearance(placed: Placed, row: int, *, is_below: bool) -> float:
    return max((placed.items[at].below if is_below else placed.items[at].above for at in placed.rows[row]), default=0.0)


def _heights(placed: Placed, tracks: dict[int, int]) -> tuple[list[float], list[float], dict[int, float]]:
    """The top and the height of each row, and where the first track of each gap runs."""
    tops, heights, starts, y = [], [], {}, 0.0
    for row, members in enumerate(placed.rows):
        y += _clearance(placed, row - 1, is_below=True) if row else 0.0
        count = tracks.get(row, 0)
        starts[row] = y + TRACK
        y += (count + 1) * TRACK if count else (_LEAST if row else 0.0)
        y += _clearance(placed, row, is_below=False)
        tops.append(y)
        heights.append(max((placed.items[at].height for at in members), default=0.0))
        y += heights[-1]
    return tops, heights, starts


def _line(
    placed: Placed, chain: Sequence[int], wire: Wire, ports: _Ports, runs: dict[_Key, _Run], starts: dict[int, float],
    top: Sequence[float], tall: Sequence[float],
) -> tuple[Point, ...]:  # fmt: skip
    points: list[Point] = []
    for upper, lower in pairwise(chain):
        gap = placed.items[lower].row
        is_level = placed.items[upper].row == gap
        start, end = ports[upper, not is_level, wire.net], ports[lower, False, wire.net]
        points.append((start, top[upper] if is_level else top[upper] + tall[upper]))
        track = runs[gap, wire.net].track
        if track >= 0 and (start != end or is_level):
            points += [(start, starts[gap] + track * TRACK), (end, starts[gap] + track * TRACK)]
        points.append((end, top[lower]))
    return _plain(points)


def _plain(points: Sequence[Point]) -> tuple[Point, ...]:
    """The corners without those that lie on the way between their neighbours."""
    found: list[Point] = []
    for point in points:
        while len(found) > 1 and (found[-2][0] == found[-1][0] == point[0] or found[-2][1] == found[-1][1] == point[1]):
            found.pop()
        if not found or found[-1] != point:
            found.append(point)
    return tuple(found)
