"""What is prepared once for links that hold on many days: who is tied to whom, and a forest's levels from below."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from hengjian.panel.fill import Flags, Places
from hengjian.panel.links import Edges, distinct

T = TypeVar("T")
_NONE: Places = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Terms of groups: `group` says to which of `places` each term goes, `far` whose it is. `far` ascends, or the terms
    of a group stand together; either way those of one group come in the order in which they are added.

    A term at a place in `second` stands for what is below its far entity, the term before it for that one itself. The
    same terms, group by group: `members[starts[g]:starts[g + 1]]` are the far places of group g.
    """

    places: Places
    starts: Places
    members: Places
    far: Places
    group: Places
    second: Places

    def part(self, groups: Places) -> "Ties":
        """These groups only, in the order given."""
        lengths = self.starts[groups + 1] - self.starts[groups]
        members = self.members[_runs(self.starts[groups], lengths)]
        return _ties(self.places[groups], lengths, members, deep=len(self.second) > 0)

    def of(self, places: Places) -> tuple["Ties", Places]:
        """The groups of those of `places` that have one, and where in `places` these stand. Own places must ascend."""
        at = np.searchsorted(self.places, places)
        at[at == len(self.places)] = 0
        found = np.flatnonzero(self.places[at] == places) if len(self.places) else _NONE
        return self.part(at[found]), found


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Links by which each far entity has one near end, `levels` from the lowest to the topmost.

    `level` and `group` tell where an entity's own terms stand, by its place: -1 where nobody is below it. `broken` are
    those that lie on a circle or below one, and those below which some entity has several near ends.
    """

    levels: tuple[Ties, ...]
    level: NDArray[np.int64]
    group: NDArray[np.int64]
    broken: Flags

    def part(self, places: Places) -> tuple[tuple[Ties, Places], ...]:
        """The terms of those of `places` that have any, level by level from below, and where in `places` they stand."""
        inside = np.flatnonzero(places < len(self.level))
        level, group = self.level[places[inside]], self.group[places[inside]]
        wanted = ((number, np.flatnonzero(level == number)) for number in np.unique(level[level >= 0]))
        return tuple((self.levels[number].part(group[found]), inside[found]) for number, found in wanted)

    def breaks(self, places: Places) -> Flags:
        """Which of `places` are broken."""
        flags = np.zeros(len(places), np.bool_)
        inside = places < len(self.broken)
        flags[inside] = self.broken[places[inside]]
        return flags


def _kept(make: Callable[[Edges], T]) -> Callable[[Edges], T]:
    """What is made of edges once, and kept as long as they live: the same ones serve many periods and formulas."""
    made: WeakKeyDictionary[Edges, T] = WeakKeyDictionary()

    def get(edges: Edges) -> T:
        found = made.get(edges)
        if found is None:
            found = made[edges] = make(edges)
        return found

    return get


def _tied(near: Places, far: Places) -> Ties:
    """By near entity; `near` ascends."""
    starts = np.flatnonzero(np.concatenate([[True], near[1:] != near[:-1]])) if len(near) else _NONE
    return _ties(near[starts], np.diff(starts, append=len(near)), far, deep=False)


def _reversed(edges: Edges) -> Ties:
    """By far entity; its near ones in no order."""
    order = np.argsort(edges.far)
    return _tied(edges.far[order], edges.near[order])


ties_of = _kept(lambda edges: _swept(_tied(edges.near, edges.far)))
_owners_of = _kept(_reversed)


def linked(edges: Edges, near_place: int) -> Places:
    """The far places of one near entity, ascending."""
    begin, end = np.searchsorted(edges.near, [near_place, near_place + 1])
    return edges.far[begin:end]


def dependents(edges: Edges, far_places: Places, levels_all: bool) -> Places:
    """The near places, ascending, whose answers may change when those of `far_places` do; with `levels_all` those
    above them too, all the way up."""
    owners = _owners_of(edges)
    seen, frontier = _NONE, far_places
    while len(frontier):
        found = distinct(owners.of(frontier)[0].members)
        frontier = np.setdiff1d(found, seen, assume_unique=True) if levels_all else _NONE
        seen = found if not len(seen) else distinct(np.concatenate([seen, found]))
    return seen


def _forest(edges: Edges) -> Forest:
    """Levels from the roots down: an entity's turn comes when all its near ends have had theirs, so never on a circle
    nor below one."""
    size = 1 + int(max(edges.near.max(initial=-1), edges.far.max(initial=-1)))
    ties = _tied(edges.near, edges.far)
    owners = np.bincount(edges.far, minlength=size)
    group = np.full(size, -1)
    group[ties.places] = np.arange(len(ties.places))
    waiting, reached = owners.copy(), owners == 0
    rows: list[Places] = []
    frontier = ties.places[reached[ties.places]]
    while len(frontier):
        rows.append(frontier)
        below = ties.part(group[frontier]).members
        np.subtract.at(waiting, below, 1)
        below = distinct(below[waiting[below] == 0])
        reached[below] = True
        frontier = below[group[below] >= 0]
    broken = ~reached
    shared = np.flatnonzero(owners > 1)
    if len(shared):
        broken[dependents(edges, shared, levels_all=True)] = True
    level, at = np.full(size, -1), np.full(size, -1)
    levels: list[Ties] = []
    for row in reversed(rows):
        whole = row[~broken[row]]
        if len(whole):
            level[whole], at[whole] = len(levels), np.arange(len(whole))
            levels.append(_deep(ties.part(group[whole]), group >= 0))
    return Forest(levels=tuple(levels), level=level, group=at, broken=broken)


forest_of = _kept(_forest)


def _deep(ties: Ties, has_below: Flags) -> Ties:
    """With a second term, behind its own, for each far entity that has others below it."""
    times = 1 + has_below[ties.members].astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(times)])
    return _swept(_ties(ties.places, np.diff(ends[ties.starts]), np.repeat(ties.members, times), deep=True))


def _ties(places: Places, lengths: Places, members: Places, *, deep: bool) -> Ties:
    """Terms group by group; where they are `deep`, a far entity's second term stands behind its own."""
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Ties(
        places=places, starts=starts, members=members, far=members, group=np.repeat(np.arange(len(places)), lengths),
        second=_seconds(members) if deep else _NONE,
    )  # fmt: skip


def _seconds(far: Places) -> Places:
    return np.flatnonzero(far[1:] == far[:-1]) + 1


def _swept(ties: Ties) -> Ties:
    """The terms by ascending far place, so that arrays are read from front to back.

    A far entity stands in a group once, or twice side by side: the order of equals is all one.
    """
    order = np.argsort(ties.members)
    far = ties.members[order]
    return replace(ties, far=far, group=ties.group[order], second=_seconds(far) if len(ties.second) else _NONE)


def _runs(starts: Places, lengths: Places) -> Places:
    """The places of runs that begin at `starts` and are so long, one run after the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(len(before) and int(before[-1] + lengths[-1]))


def tiled(ties: Ties, times: int, near: int, far: int) -> Ties:
    """The same groups, without second terms, in each of so many rows of `near` and `far` entities laid end to end."""
    row = np.arange(times)[:, np.newaxis]
    starts = (ties.starts[:-1] + row * len(ties.members)).reshape(-1)
    return Ties(
        places=(ties.places + row * near).reshape(-1), starts=np.append(starts, times * len(ties.members)),
        members=(ties.members + row * far).reshape(-1), far=(ties.far + row * far).reshape(-1),
        group=(ties.group + row * len(ties.places)).reshape(-1), second=_NONE,
    )  # fmt: skip


def placed(ties: Ties, places: Places) -> Ties:
    """The same groups, answered at other places."""
    return replace(ties, places=places)
