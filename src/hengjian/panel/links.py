"""Links as arrays: who stands at the far end of whom, day by day, painted out of dated facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import Cut
from hengjian.model.declaration import LinkType
from hengjian.panel.fill import Flags, Places, filled, numbers, positions
from hengjian.store import Store
from hengjian.store.visible import NAMED_ORDINALS

_EPOCH = date(1970, 1, 1).toordinal()
_ALWAYS, _NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Edges:
    """The links that hold on one day, as places in the arrays of entities at either end, ascending by near, then far.

    Each pair stands once. Two of these are one when they are the same object: what is prepared for one is kept with it.
    """

    near: Places
    far: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """Facts by (near, far), those of a pair in painting order. Between two of `turns` no day differs from the next."""

    near: Places
    far: Places
    begins: Places
    ends: Places
    holds: Flags
    turns: NDArray[np.int64]


def load_links(
    store: Store,
    cut: Cut,
    link: LinkType,
    back: bool,
    near_ordinals: Places,
    far_ordinals: Places,
    days: Sequence[date],
) -> tuple[Edges, ...]:
    """The links of one type on each of `days` (of each, on the cut's `as_of` where it names one).

    Near is where they begin, and with `back` where they end; both arrays of ordinals ascend. A day on which the links
    of the day before it hold has the very same `Edges`. Links that reach out of the two arrays are left out, and so
    are those for which the row that holds states a share of 0: what is not held any more, or was taken back.
    """
    wanted = [(cut.as_of or day).toordinal() - _EPOCH for day in days]
    if not wanted:
        return ()
    facts = _facts(store, cut, link, back, near_ordinals, far_ordinals, max(wanted))
    painted: dict[int, Edges] = {}
    found: list[Edges] = []
    for day in wanted:
        turn = int(np.searchsorted(facts.turns, day, side="right"))
        made = painted[turn] if turn in painted else _painted(facts, day)
        painted[turn] = found[-1] if found and _alike(found[-1], made) else made
        found.append(painted[turn])
    return tuple(found)


def _facts(
    store: Store, cut: Cut, link: LinkType, back: bool, near_ordinals: Places, far_ordinals: Places, last: int
) -> _Facts:
    """All that is known of the links between these entities up to the day `last`."""
    sources, targets = (far_ordinals, near_ordinals) if back else (near_ordinals, far_ordinals)
    table = store.link_facts(cut, link.name, date.fromordinal(last + _EPOCH), _named(sources), _named(targets))
    source, target = (numbers(table.column(name)) for name in ("source", "target"))
    ends = (
        ((near_ordinals, target), (far_ordinals, source)) if back else ((near_ordinals, source), (far_ordinals, target))
    )
    (near, near_kept), (far, far_kept) = (positions(ordinals, found) for ordinals, found in ends)
    begins = filled(table.column("valid_from"), _ALWAYS)
    until = filled(table.column("valid_to"), _NEVER)
    attribute = link.attributes.get("share")
    holds = np.ones(len(near), np.bool_)
    if attribute is None or attribute.kind == "number":
        holds = filled(table.column("share"), 1.0) != 0.0
    kept = (begins < until) & _only(near_kept, len(near)) & _only(far_kept, len(far))
    order = np.flatnonzero(kept)
    order = order[np.argsort(near[order] * len(far_ordinals) + far[order], kind="stable")]
    begins, until = begins[order], until[order]
    return _Facts(
        near=near[order], far=far[order], begins=begins, ends=until, holds=holds[order],
        turns=distinct(np.concatenate([begins, until])),
    )  # fmt: skip


def _named(ordinals: Places) -> list[int] | None:
    """A few entities are asked for by name; of many, all facts are looked through."""
    return ordinals.tolist() if len(ordinals) <= NAMED_ORDINALS else None


def _only(kept: Places | None, count: int) -> Flags:
    """As flags, the places that `positions` found inside."""
    flags = np.full(count, kept is None)
    if kept is not None:
        flags[kept] = True
    return flags


def _painted(facts: _Facts, day: int) -> Edges:
    """Of the facts that cover the day, the last of each pair; where it says that nothing is held, no link is there."""
    covering = np.flatnonzero((facts.begins <= day) & (day < facts.ends))
    near, far = facts.near[covering], facts.far[covering]
    last = np.ones(len(covering), np.bool_)
    last[:-1] = (near[1:] != near[:-1]) | (far[1:] != far[:-1])
    held = last & facts.holds[covering]
    return Edges(near=near[held], far=far[held])


def distinct(numbers: Places) -> Places:
    """Each of the numbers once, ascending. (NumPy's own `unique` hashes, which takes far longer for so many.)"""
    ascending = np.sort(numbers)
    first = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return ascending[first]


def _alike(one: Edges, other: Edges) -> bool:
    return np.array_equal(one.near, other.near) and np.array_equal(one.far, other.far)
