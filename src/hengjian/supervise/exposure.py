"""What everybody in a network stands for: alone, together with those whom they control, and for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.controlled import controls_of, parts_of
from hengjian.evaluate.ownership import Graph
from hengjian.panel.fill import Flags, Places
from hengjian.panel.panel import Values
from hengjian.supervise.contagion import Web
from hengjian.supervise.network import Obligations


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """By place of the web, in the unit of the obligations: what one stands for (`own`; `net` of counter-guarantees; of
    how many the amount is `unknown`) and what is guaranteed for one (`owed`); `full` and `weighted`: with what those
    stand for whom one controls, in full and by the share of them that is one's own (NaN: a closed ring leaves none to
    tell). `total`: of everybody."""

    own: list[float]
    net: list[float]
    unknown: list[int]
    owed: list[float]
    full: list[float]
    weighted: list[float]
    total: float
    count: int
    untold: int
    ends: int
    _amounts: Obligations
    _near: Places
    _far: Places
    _holder: Places
    _held: Places

    def held(self, place: int) -> list[int]:
        """Those whom one controls."""
        found: list[int] = self._held[slice(*np.searchsorted(self._holder, [place, place + 1]).tolist())].tolist()
        return found

    def guarantors(self, place: int) -> list[tuple[int, float]]:
        """Who stands for one, and for how much; what is not told counts as nothing."""
        rows = np.flatnonzero(self._far == place)
        amounts = np.nan_to_num(self._amounts.amount[rows]).tolist()
        return list(zip(self._near[rows].tolist(), amounts, strict=True))

    def between(self, guarantors: Iterable[int], debtors: Iterable[int]) -> float:
        """What some stand for others of whom these are."""
        near, far = _flags(guarantors, len(self.own)), _flags(debtors, len(self.own))
        return added(np.nan_to_num(self._amounts.amount[near[self._near] & far[self._far]]))

    def guaranteeing(self) -> list[int]:
        """All who stand for somebody."""
        found: list[int] = np.unique(self._near).tolist()
        return found

    def guaranteed(self) -> list[int]:
        """All for whom somebody stands."""
        found: list[int] = np.unique(self._far).tolist()
        return found

    def concentration(self) -> float:
        """The sum of the squared shares of all guarantors in the whole (Herfindahl 1950)."""
        own = np.array(self.own)
        return added((own / self.total) ** 2) if self.total > 0 else 0.0


def exposure_of(owed: Obligations, web: Web, graph: Graph) -> Exposure:
    """The exposure of everybody; `graph` are the holdings by which they control one another."""
    ordinals, size = web.graph.holdings.ordinals, web.size
    near, far = np.searchsorted(ordinals, owed.guarantor), np.searchsorted(ordinals, owed.debtor)
    amount = np.nan_to_num(owed.amount)
    own, theirs = _by(near, amount, size), _by(far, amount, size)
    at = np.searchsorted(ordinals, graph.holdings.ordinals)
    pairs, parts = controls_of(graph), parts_of(graph)
    holder, held = at[pairs.holder], at[pairs.held]
    below = own[held]
    return Exposure(
        own=own.tolist(), net=_by(near, np.maximum(amount - owed.cover, 0.0), size).tolist(),
        unknown=np.bincount(near[np.isnan(owed.amount)], minlength=size).tolist(), owed=theirs.tolist(),
        full=(own + _by(holder, below, size)).tolist(),
        weighted=(own + _by(holder, np.where(below > 0, parts, 0.0) * below, size)).tolist(), total=added(amount),
        count=len(amount), untold=int(np.count_nonzero(np.isnan(owed.amount))),
        ends=len(np.unique(np.concatenate([near, far]))), _amounts=owed, _near=near, _far=far, _holder=holder,
        _held=held,
    )  # fmt: skip


def among_seen(owed: Obligations, inside: Sequence[bool]) -> tuple[Obligations, dict[int, int]]:
    """The obligations both of whose ends are `inside` (by ordinal), and how many others each of those is part of."""
    flags = np.array(inside, np.bool_)
    near, far = flags[owed.guarantor], flags[owed.debtor]
    ends, counts = np.unique(
        np.concatenate([owed.guarantor[near & ~far], owed.debtor[far & ~near]]), return_counts=True
    )
    both = near & far
    kept = Obligations(
        guarantor=owed.guarantor[both], debtor=owed.debtor[both], amount=owed.amount[both], cover=owed.cover[both]
    )
    return kept, dict(zip(ends.tolist(), counts.tolist(), strict=True))


def added(values: Values) -> float:
    """The sum, one term at a time."""
    return float(_by(np.zeros(len(values), np.int64), values, 1)[0])


def _by(places: Places, values: Values, size: int) -> Values:
    return np.bincount(places, weights=values, minlength=size).astype(np.float64, copy=False)


def _flags(places: Iterable[int], size: int) -> Flags:
    found = np.zeros(size, np.bool_)
    found[list(places)] = True
    return found
