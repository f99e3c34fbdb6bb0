"""Groups of entities, period by period: those with the same texts of some dated attributes.

Texts are turned into integers once and only where they change; a period like the one before shares its very arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hengjian.panel.panel import Panel

Numbers = NDArray[np.int32]
Texts = NDArray[np.object_]
Label = tuple[str, ...]
_Key = TypeVar("_Key")

UNSTATED = np.int32(-1)

#: Up to so many pairs of texts are looked up in a table, more of them in a dictionary.
TABLE = 1 << 22
_SMALL = np.iinfo(np.int16).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Dated attributes as integers: per period and entity the place in `labels`, -1 where one of them is not stated.

    A row like the one before is the very same array.
    """

    rows: tuple[Numbers, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How one period divides the entities.

    `codes` [entity]: the group, -1 where an attribute is not stated. `order`: the places of the entities stated, by
    group, within a group by ascending ordinal; group g has those from `bounds[g]` to before `bounds[g + 1]`. Where
    `known` is false no attribute is known yet: the period was put before those of the panel.
    """

    codes: Numbers
    order: Numbers
    bounds: NDArray[np.intp]
    known: bool = True

    def members(self, code: int) -> Numbers:
        """The places of a group's entities, ascending."""
        return self.order[self.bounds[code] : self.bounds[code + 1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """One division a period; those of periods that divide alike are one object. `labels`: the texts of each group."""

    divisions: tuple[Division, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some groups at one period: the places of all their entities, ascending, and these entities' own `groups`."""

    places: Numbers
    groups: Groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The group of one entity at one period: its texts (None: one is not stated) and the places of its entities."""

    texts: Label | None
    places: Numbers


def groups_of(panel: Panel, names: Sequence[str]) -> Groups:
    """The groups of a panel's entities by the named attributes; without names, everybody is one group.

    ValueError when the panel was loaded without one of the attributes.
    """
    missing = [name for name in names if name not in panel.attributes]
    if missing:
        raise ValueError(f"the panel was loaded without the attributes {missing}")
    if not names:
        return everyone(len(panel.periods), len(panel.entities))
    return groups_of_codes([coded(panel.attributes[name]) for name in names])


def groups_of_codes(attributes: Sequence[Coded]) -> Groups:
    """The groups by one or more attributes that are integers already."""
    joined = attributes[0]
    for attribute in attributes[1:]:
        joined = _joined(joined, attribute)
    divisions: list[Division] = []
    for row, codes in enumerate(joined.rows):
        same = row and codes is joined.rows[row - 1]
        divisions.append(divisions[-1] if same else division_of(codes, len(joined.labels)))
    return Groups(divisions=tuple(divisions), labels=joined.labels)


def everyone(periods: int, entities: int) -> Groups:
    """One group of all entities: `within: all`."""
    return Groups(divisions=(division_of(np.zeros(entities, np.int32), 1),) * periods, labels=((),))


def extended(groups: Groups, before: int) -> Groups:
    """The groups with `before` more periods at their start, of which no attribute is known."""
    if not before:
        return groups
    if groups.labels == ((),):
        return replace(groups, divisions=groups.divisions[:1] * before + groups.divisions)
    width = len(groups.divisions[0].codes)
    division = replace(division_of(np.full(width, UNSTATED), len(groups.labels)), known=False)
    return replace(groups, divisions=(division,) * before + groups.divisions)


def coded(texts: Texts) -> Coded:
    """An attribute's texts [period × entity], None where not stated; only cells that change are looked at again."""
    places = _Places[str | None]({None: int(UNSTATED)})
    rows: list[Numbers] = []
    for row, now in enumerate(texts):
        if not row:
            rows.append(places.codes(now.tolist()))
            continue
        changed = np.flatnonzero(now != texts[row - 1])
        rows.append(_changed(rows[-1], changed, places.codes(now[changed].tolist())))
    return Coded(rows=tuple(rows), labels=tuple((text,) for text in places if text is not None))


def painted(
    days: Sequence[int], width: int, place: NDArray[np.int64], facts: Numbers, since: NDArray[np.int64],
    texts: Sequence[str],
) -> Coded:  # fmt: skip
    """An attribute straight from its facts: at `place` the text number `facts` from day `since` on, in painting order.

    `days` are those of the periods and do not descend. What `coded` makes of the painted texts, without the texts.
    """
    rows: list[Numbers] = []
    for row, day in enumerate(days):
        begun = since <= day
        if row and np.array_equal(begun, since <= days[row - 1]):
            rows.append(rows[-1])
            continue
        codes = np.full(width, UNSTATED)
        codes[place[begun]] = facts[begun]
        rows.append(rows[-1] if row and np.array_equal(codes, rows[-1]) else codes)
    return Coded(rows=tuple(rows), labels=tuple((text,) for text in texts))


def members_of(groups: Groups, row: int, codes: Sequence[int]) -> Numbers:
    """The places of the entities of some groups at one period, ascending."""
    division = groups.divisions[row]
    pieces = [division.members(code) for code in dict.fromkeys(codes)]
    if len(pieces) == 1:
        return pieces[0]
    return np.sort(np.concatenate(pieces)) if pieces else np.empty(0, np.int32)


def block_of(groups: Groups, row: int, codes: Sequence[int]) -> Block:
    """Some groups at one period cut out, so that a kernel may answer for these alone: bit for bit as among all."""
    wanted = sorted(set(codes))
    places = members_of(groups, row, wanted)
    division = groups.divisions[row]
    local = np.searchsorted(np.array(wanted, np.int32), division.codes[places]).astype(np.int32)
    labels = tuple(groups.labels[code] for code in wanted)
    return Block(places=places, groups=Groups(divisions=(division_of(local, len(wanted)),), labels=labels))


def membership(groups: Groups, row: int, place: int) -> Membership:
    """The group of the entity at `place`."""
    division = groups.divisions[row]
    code = int(division.codes[place])
    if code == UNSTATED:
        return Membership(texts=None, places=np.empty(0, np.int32))
    return Membership(texts=groups.labels[code], places=division.members(code))


class _Places(dict[_Key, int]):
    """Numbers given in the order of first appearance; the first entry is that of "not stated"."""

    def __missing__(self, key: _Key) -> int:
        place = self[key] = len(self) - 1
        return place

    def codes(self, keys: list[_Key]) -> Numbers:
        return np.fromiter(map(self.__getitem__, keys), np.int32, len(keys))


class _Pairs:
    """Numbers of pairs (first, second) in the order of their first appearance."""

    def __init__(self, first: int, second: int) -> None:
        self.second = second
        self.none = first * second
        self.known: list[int] = []
        self.table: Numbers | None = np.full(self.none + 1, UNSTATED) if self.none <= TABLE else None
        self.places = _Places[int]({self.none: int(UNSTATED)})

    def codes(self, first: Numbers, second: Numbers) -> Numbers:
        keys = first.astype(np.int64) * self.second + second
        keys[(first == UNSTATED) | (second == UNSTATED)] = self.none
        if self.table is None:
            found = self.places.codes(keys.tolist())
            self.known = list(self.places)[1:]
            return found
        fresh = np.unique(keys[self.table[keys] == UNSTATED])
        fresh = fresh[fresh != self.none]
        self.table[fresh] = np.arange(len(self.known), len(self.known) + len(fresh), dtype=np.int32)
        self.known += fresh.tolist()
        codes: Numbers = self.table[keys]
        return codes


def _joined(first: Coded, second: Coded) -> Coded:
    """Two attributes as one; not stated where either is not."""
    pairs = _Pairs(len(first.labels), len(second.labels))
    rows: list[Numbers] = []
    for row, (left, right) in enumerate(zip(first.rows, second.rows, strict=True)):
        same = row and left is first.rows[row - 1] and right is second.rows[row - 1]
        rows.append(rows[-1] if same else pairs.codes(left, right))
    labels = tuple(first.labels[key // pairs.second] + second.labels[key % pairs.second] for key in pairs.known)
    return Coded(rows=tuple(rows), labels=labels)


def _changed(before: Numbers, places: NDArray[np.intp], codes: Numbers) -> Numbers:
    """The row before with some codes anew; itself where there are none."""
    if not len(places):
        return before
    row = before.copy()
    row[places] = codes
    return row


def division_of(codes: Numbers, groups: int) -> Division:
    """The division by codes, -1 where there is none."""
    order = by_code(codes, groups).astype(np.int32)
    bounds = np.searchsorted(codes[order], np.arange(groups + 1))
    return Division(codes=codes, order=order[bounds[0] :], bounds=bounds - bounds[0])


def by_code(codes: Numbers, groups: int) -> NDArray[np.intp]:
    """The places that sort `codes`, keeping the order of equal ones; NumPy sorts 16-bit integers by their digits."""
    return np.argsort(codes.astype(np.int16) if groups <= _SMALL else codes, kind="stable")
