"""Who holds whom after something was stated of a few companies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import Cut
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings, load_holdings
from hengjian.panel.panel import Values
from hengjian.store import Store

#: Of more companies all holdings are loaded anew.
MANY = 100

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Who holds (`near`) what (`far`), as places or as ordinals, ascending by both; how much, and whether pooled."""

    near: Places
    far: Places
    weight: Values
    pooled: Flags

    def at(self, rows: Places) -> "_Rows":
        return _Rows(near=self.near[rows], far=self.far[rows], weight=self.weight[rows], pooled=self.pooled[rows])

    def named(self, names: Places) -> "_Rows":
        """With what stands in `names` at each end's number instead of the number."""
        return replace(self, near=names[self.near], far=names[self.far])

    def holds(self, place: int, without: Places) -> bool:
        """Whether it stands at an end of any row that is not among those left out."""
        begin, end = np.searchsorted(self.near, [place, place + 1]).tolist()
        if end - begin > np.diff(np.searchsorted(without, [begin, end]))[0]:
            return True
        return not np.isin(np.flatnonzero(self.far == place), without).all()


def reheld(store: Store, cut: Cut, holdings: Holdings, day: date, companies: Sequence[int]) -> Holdings:
    """The holdings of `day` after rows about `companies` (ordinals, at most `MANY`) were filed; they themselves where
    nothing differs. The same to the bit as if all were loaded. Arrays that do not differ are the very same.
    """
    if len(companies) > MANY:
        raise ValueError(f"at most {MANY} companies are read again")
    (part,) = load_holdings(store, cut, [day], companies)
    places = [place for ordinal in companies if (place := holdings.place(ordinal)) is not None]
    before, fresh = _rows_of(holdings), [rows.named(part.ordinals) for rows in _rows_of(part)]
    gone = [_of(rows.far, places) for rows in before]
    olds = [rows.at(where).named(holdings.ordinals) for rows, where in zip(before, gone, strict=True)]
    if all(_is_same(*pair) for pair in zip(olds, fresh, strict=True)):
        return holdings
    ordinals, moved = _renumbered(holdings, before, gone, part.ordinals)
    numbers = holdings.ordinals, ordinals, moved
    parts = zip(before, gone, olds, fresh, strict=True)
    shares, votes = (_after(rows, where, old, more, numbers) for rows, where, old, more in parts)
    return Holdings(
        ordinals=ordinals, owner=shares.near, owned=shares.far, share=shares.weight,
        voter=votes.near, company=votes.far, votes=votes.weight, pooled=votes.pooled,
    )  # fmt: skip


def _rows_of(holdings: Holdings) -> list[_Rows]:
    """Shares and votes, their ends as places."""
    plain = np.zeros(len(holdings.owner), np.bool_)
    return [
        _Rows(near=holdings.owner, far=holdings.owned, weight=holdings.share, pooled=plain),
        _Rows(near=holdings.voter, far=holdings.company, weight=holdings.votes, pooled=holdings.pooled),
    ]


def _of(far: Places, places: Iterable[int]) -> Places:
    """The rows that end at one of a few places, ascending."""
    return np.sort(np.concatenate([np.empty(0, np.int64), *(np.flatnonzero(far == place) for place in places)]))


def _is_same(one: _Rows, other: _Rows) -> bool:
    """Whether both say the same to the bit."""
    ours, theirs = ((rows.near, rows.far, rows.weight, rows.pooled) for rows in (one, other))
    return all(np.array_equal(mine, yours) for mine, yours in zip(ours, theirs, strict=True))


def _renumbered(
    holdings: Holdings, rows: Sequence[_Rows], gone: Sequence[Places], more: Places
) -> tuple[Places, Places | None]:
    """All ordinals that stand at an end once the rows at `gone` are away and those between `more` are there; and the
    new place of each old one (of one that has none, any). None: they are where they were."""
    ordinals = holdings.ordinals
    added = np.array([one for one in more.tolist() if holdings.place(one) is None], np.int64)
    ends = [array[where] for one, where in zip(rows, gone, strict=True) for array in (one.near, one.far)]
    doubtful = np.unique(np.concatenate(ends))
    doubtful = doubtful[~np.isin(ordinals[doubtful], more)].tolist()
    is_left = [any(one.holds(place, where) for one, where in zip(rows, gone, strict=True)) for place in doubtful]
    lost = np.array([place for place, left in zip(doubtful, is_left, strict=True) if not left], np.int64)
    if not len(added) and not len(lost):
        return ordinals, None
    at = np.searchsorted(ordinals, added).tolist()
    shift = np.zeros(len(ordinals) + 1, np.int64)
    np.add.at(shift, at, 1)
    np.subtract.at(shift, lost + 1, 1)
    moved = np.arange(len(ordinals)) + np.cumsum(shift)[:-1]
    return _edited(ordinals, lost, at, added), moved


def _after(rows: _Rows, gone: Places, old: _Rows, more: _Rows, numbers: tuple[Places, Places, Places | None]) -> _Rows:
    """With `more` instead of `old`, both between ordinals, which stands at `gone`. `numbers`: the ordinals before and
    now, and the new place of each old one."""
    before, now, moved = numbers
    ends = rows if moved is None else rows.named(moved)
    if np.array_equal(old.near, more.near) and np.array_equal(old.far, more.far):
        weight, pooled = rows.weight.copy(), rows.pooled.copy()
        weight[gone], pooled[gone] = more.weight, more.pooled
        return replace(ends, weight=weight, pooled=pooled)
    at = []
    for near, far in zip(more.near.tolist(), more.far.tolist(), strict=True):
        begin, end = np.searchsorted(rows.near, np.searchsorted(before, [near, near + 1])).tolist()
        at.append(begin + int(np.searchsorted(rows.far[begin:end], np.searchsorted(before, far))))
    return _Rows(
        near=_edited(ends.near, gone, at, np.searchsorted(now, more.near)),
        far=_edited(ends.far, gone, at, np.searchsorted(now, more.far)),
        weight=_edited(ends.weight, gone, at, more.weight), pooled=_edited(ends.pooled, gone, at, more.pooled),
    )  # fmt: skip


def _edited(array: NDArray[T], gone: Places, at: Sequence[int], more: NDArray[T]) -> NDArray[T]:
    """Without what stands at `gone` (ascending), and with `more` in front of what stands at `at` (ascending)."""
    steps = sorted([*((place, 1) for place in gone.tolist()), *((place, 0) for place in at)])
    pieces: list[NDArray[T]] = []
    begin, taken = 0, 0
    for place, skipped in steps:
        pieces.append(array[begin:place])
        if not skipped:
            pieces.append(more[taken : taken + 1])
            taken += 1
        begin = place + skipped
    return np.concatenate([*pieces, array[begin:]])
