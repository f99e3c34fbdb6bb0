"""Who holds whom after something was stated of a few companies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hengjian.model.cut import Cut
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings, load_holdings
from hengjian.panel.panel import Values
from hengjian.store import Store

#: Of more companies all holdings are loaded anew.
MANY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Who holds (`near`) what (`far`), as places or as ordinals, ascending by both; how much, and whether pooled."""

    near: Places
    far: Places
    weight: Values
    pooled: Flags

    def where(self, flags: Flags) -> "_Rows":
        return _Rows(near=self.near[flags], far=self.far[flags], weight=self.weight[flags], pooled=self.pooled[flags])

    def named(self, names: Places) -> "_Rows":
        """With what stands in `names` at each end's number instead of the number."""
        return _Rows(near=names[self.near], far=names[self.far], weight=self.weight, pooled=self.pooled)

    def joined(self, more: "_Rows") -> "_Rows":
        """With some more, of other pairs."""
        at = []
        for near, far in zip(more.near.tolist(), more.far.tolist(), strict=True):
            begin, end = np.searchsorted(self.near, [near, near + 1]).tolist()
            at.append(begin + int(np.searchsorted(self.far[begin:end], far)))
        return _Rows(
            near=np.insert(self.near, at, more.near), far=np.insert(self.far, at, more.far),
            weight=np.insert(self.weight, at, more.weight), pooled=np.insert(self.pooled, at, more.pooled),
        )  # fmt: skip

    def is_same(self, other: "_Rows") -> bool:
        """Whether both say the same to the bit."""
        ours, theirs = ((rows.near, rows.far, rows.weight, rows.pooled) for rows in (self, other))
        return all(np.array_equal(one, two) for one, two in zip(ours, theirs, strict=True))


def reheld(store: Store, cut: Cut, holdings: Holdings, day: date, companies: Sequence[int]) -> Holdings:
    """The holdings of `day` after rows about `companies` (ordinals, at most `MANY`) were filed; they themselves where
    nothing differs. The same to the bit as if all were loaded.
    """
    if len(companies) > MANY:
        raise ValueError(f"at most {MANY} companies are read again")
    (part,) = load_holdings(store, cut, [day], companies)
    restated = [place for ordinal in companies if (place := holdings.place(ordinal)) is not None]
    before, fresh = _rows_of(holdings), _rows_of(part)
    gone = [np.isin(rows.far, restated) for rows in before]
    olds = [rows.where(flags).named(holdings.ordinals) for rows, flags in zip(before, gone, strict=True)]
    news = [rows.named(part.ordinals) for rows in fresh]
    if all(old.is_same(new) for old, new in zip(olds, news, strict=True)):
        return holdings
    kept = [rows.where(~flags) for rows, flags in zip(before, gone, strict=True)]
    ordinals, moved = _renumbered(holdings.ordinals, kept, part.ordinals)
    shares, votes = (
        rows.named(moved).joined(more.named(np.searchsorted(ordinals, part.ordinals)))
        for rows, more in zip(kept, fresh, strict=True)
    )
    return Holdings(
        ordinals=ordinals, owner=shares.near, owned=shares.far, share=shares.weight,
        voter=votes.near, company=votes.far, votes=votes.weight, pooled=votes.pooled,
    )  # fmt: skip


def _rows_of(holdings: Holdings) -> tuple[_Rows, _Rows]:
    """Shares and votes, their ends as places."""
    plain = np.zeros(len(holdings.owner), np.bool_)
    return (
        _Rows(near=holdings.owner, far=holdings.owned, weight=holdings.share, pooled=plain),
        _Rows(near=holdings.voter, far=holdings.company, weight=holdings.votes, pooled=holdings.pooled),
    )


def _renumbered(ordinals: Places, kept: Sequence[_Rows], more: Places) -> tuple[Places, Places]:
    """The ordinals that stand at an end of what is kept, or are among `more`; and the new place of each old one."""
    used = np.zeros(len(ordinals), np.bool_)
    for rows in kept:
        used[rows.near] = True
        used[rows.far] = True
    old = ordinals[used]
    added = more[~np.isin(more, old)]
    at = np.searchsorted(old, added)
    shift = np.cumsum(np.bincount(at, minlength=len(old) + 1))[: len(old)]
    moved = np.full(len(ordinals), -1)
    moved[used] = np.arange(len(old)) + shift
    return np.insert(old, at, added), moved
