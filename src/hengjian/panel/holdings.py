"""Who holds whom: the shipped link `owns` on one day, as arrays of shares and of votes.

A nominee (kind `nominee`) holds for its `principal`: both the share and its votes are that one's. Who acts in concert
(kind `concert`) keeps the share; its votes are the principal's, or, where that one acts in concert in the company
itself, its principal's in turn. Where a row of either kind names no principal, the share stays where it is registered;
votes in concert are then pooled with those of the company's other such holders, and so are those of holders who name
each other in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hengjian.model.cut import Cut
from hengjian.panel.fill import Flags, Places, filled, numbers
from hengjian.panel.links import distinct
from hengjian.panel.panel import Values
from hengjian.store import Store

_EPOCH = date(1970, 1, 1).toordinal()
_ALWAYS, _NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max
#: The kinds of holding by their code in the store's answer.
DIRECT, NOMINEE, CONCERT = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Holdings:
    """Shares and votes on one day. Ends are places in `ordinals`, which ascend: those at an end of any holding.

    Shares (`owner`, `owned`, `share`) and votes (`voter`, `company`, `votes`) ascend by their two ends; each pair of
    ends stands once, with more than nothing. `pooled`: votes in concert for which nobody is named. Fractions of 1.
    Two of these are one when they are the same object: what is prepared for one is kept with it.
    """

    ordinals: Places
    owner: Places
    owned: Places
    share: Values
    voter: Places
    company: Places
    votes: Values
    pooled: Flags

    def place(self, ordinal: int) -> int | None:
        """Where an entity stands; None when it neither holds nor is held."""
        at = int(np.searchsorted(self.ordinals, ordinal))
        return at if at < len(self.ordinals) and self.ordinals[at] == ordinal else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """Facts by (source, target), those of a pair in painting order; NaN is a share that the row does not state."""

    source: Places
    target: Places
    begins: Places
    ends: Places
    share: Values
    votes: Values
    kind: Places
    principal: Places


def load_holdings(
    store: Store, cut: Cut, days: Sequence[date], companies: Sequence[int] | None = None
) -> tuple[Holdings, ...]:
    """Who holds whom on each of `days` (of each, on the cut's `as_of` where it names one); with `companies` (ordinals)
    who holds these. Of very many companies, some between them come too.

    A day on which the holdings of the day before it hold has the very same `Holdings`. Rows that state no share, and a
    share of 0, hold nothing.
    """
    wanted = [(cut.as_of or day).toordinal() - _EPOCH for day in days]
    if not wanted:
        return ()
    facts = _facts(store, cut, max(wanted), companies)
    turns = distinct(np.concatenate([facts.begins, facts.ends]))
    made: dict[int, Holdings] = {}
    for day in wanted:
        turn = int(np.searchsorted(turns, day, side="right"))
        if turn not in made:
            made[turn] = _painted(facts, day)
    return tuple(made[int(np.searchsorted(turns, day, side="right"))] for day in wanted)


def _facts(store: Store, cut: Cut, last: int, companies: Sequence[int] | None) -> _Facts:
    table = store.holding_facts(cut, date.fromordinal(last + _EPOCH), companies)
    source, target = (numbers(table.column(end)).astype(np.int64) for end in ("source", "target"))
    share = filled(table.column("share"), np.nan)
    votes = filled(table.column("votes"), np.nan)
    begins = filled(table.column("valid_from"), _ALWAYS)
    ends = filled(table.column("valid_to"), _NEVER)
    width = 1 + int(max(source.max(initial=0), target.max(initial=0)))
    order = np.argsort(source * width + target, kind="stable")
    order = order[begins[order] < ends[order]]
    return _Facts(
        source=source[order], target=target[order], begins=begins[order], ends=ends[order], share=share[order],
        votes=np.where(np.isnan(votes), share, votes)[order], kind=numbers(table.column("kind"))[order],
        principal=filled(table.column("principal"), -1)[order],
    )  # fmt: skip


def _painted(facts: _Facts, day: int) -> Holdings:
    """Of the facts that cover the day, the last of each pair."""
    covering = np.flatnonzero((facts.begins <= day) & (day < facts.ends))
    source, target = facts.source[covering], facts.target[covering]
    last = np.ones(len(covering), np.bool_)
    last[:-1] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    rows = covering[last]
    source, target = facts.source[rows], facts.target[rows]
    kind, principal = facts.kind[rows], facts.principal[rows]
    named = principal >= 0
    owner = np.where((kind == NOMINEE) & named, principal, source)
    voter, pooled = owner.copy(), (kind == CONCERT) & ~named
    agreed = np.flatnonzero((kind == CONCERT) & named)
    follows = {(int(target[row]), int(source[row])): int(principal[row]) for row in agreed}
    for row in agreed.tolist():
        leader = _last(follows, int(target[row]), int(source[row]))
        voter[row], pooled[row] = (source[row], True) if leader is None else (leader, False)
    return holdings_of(
        owner=owner, owned=target, share=facts.share[rows], voter=voter, votes=facts.votes[rows], pooled=pooled
    )


def _last(follows: Mapping[tuple[int, int], int], company: int, holder: int) -> int | None:
    """With whom one votes in the end; None where those who act in concert name each other in a circle."""
    met = {holder}
    while (company, holder) in follows:
        holder = follows[company, holder]
        if holder in met:
            return None
        met.add(holder)
    return holder


def among(holdings: Holdings, ordinals: Collection[int]) -> Holdings:
    """The shares and votes between some entities (ordinals)."""
    inside = np.isin(holdings.ordinals, np.array(sorted(ordinals), np.int64))
    held = inside[holdings.owner] & inside[holdings.owned]
    cast = inside[holdings.voter] & inside[holdings.company]
    upper = holdings.ordinals[np.concatenate([holdings.owner[held], holdings.voter[cast]])]
    none, nothing = np.zeros(np.count_nonzero(held)), np.zeros(np.count_nonzero(cast))
    return holdings_of(
        owner=upper, voter=upper,
        owned=holdings.ordinals[np.concatenate([holdings.owned[held], holdings.company[cast]])],
        share=np.concatenate([holdings.share[held], nothing]), votes=np.concatenate([none, holdings.votes[cast]]),
        pooled=np.concatenate([none > 0, holdings.pooled[cast]]),
    )  # fmt: skip


def holdings_of(
    *, owner: Places, owned: Places, share: Values, voter: Places, votes: Values, pooled: Flags
) -> Holdings:
    """Holdings of rows between ordinals: what several rows give to one pair is added up in the order of the rows.

    Nobody holds shares or votes of itself: those of a nominee's own principal are dropped.
    """
    held = (share > 0) & (owner != owned)
    cast = (votes > 0) & (voter != owned)
    ordinals = distinct(np.concatenate([owner[held], owned[held], voter[cast], owned[cast]]))
    shares = _summed(np.searchsorted(ordinals, owner[held]), np.searchsorted(ordinals, owned[held]), share[held])
    ends = np.searchsorted(ordinals, voter[cast]), np.searchsorted(ordinals, owned[cast])
    ballots = _summed(*ends, votes[cast])
    pools = _summed(*ends, pooled[cast].astype(np.float64))
    return Holdings(
        ordinals=ordinals, owner=shares[0], owned=shares[1], share=shares[2],
        voter=ballots[0], company=ballots[1], votes=ballots[2], pooled=pools[2] > 0,
    )  # fmt: skip


def _summed(near: Places, far: Places, weight: Values) -> tuple[Places, Places, Values]:
    """Each pair of ends once, ascending, its weights added one at a time in the order given."""
    width = 1 + int(max(near.max(initial=0), far.max(initial=0)))
    order = np.argsort(near * width + far, kind="stable")
    near, far, weight = near[order], far[order], weight[order]
    first = np.ones(len(near), np.bool_)
    first[1:] = (near[1:] != near[:-1]) | (far[1:] != far[:-1])
    if first.all():
        return near, far, weight
    group = np.cumsum(first) - 1
    return near[first], far[first], np.bincount(group, weights=weight).astype(np.float64, copy=False)
