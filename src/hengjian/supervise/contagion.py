"""Who defaults with whom: what a default calls in from guarantors, and what its losses take from owners, to the end.

The rule, exactly. Of each entity is known what it can bear (`buffer`, its net assets), and of what is above nothing its
equity V = max(buffer, 0). Those named default in round 0. In each round

1. a guarantor is called for every debtor that is in default: `called` is the amount outstanding net of the
   counter-guarantee, times the loss rate;
2. an entity's loss L is what it is called for, and of each entity that it holds, share × that one's loss of equity;
3. an entity's loss of equity is min(L, V), and V once it is in default: what it loses beyond V, its owners do not bear;
4. who has a loss, and whose buffer minus L is below 0, defaults in the next round.

Steps 2 and 3 hold for all at the same time, through rings of holdings too: L is the least solution. The end is reached
where a round brings no default.

It ends, in rings as well: L and the set of those in default only grow (all shares, amounts and V are at least 0, so
more defaults never mean a smaller loss), and each round but the last adds one of finitely many entities to that set.
The order of rounds does not matter for who is in it; this is the fictitious default algorithm of Eisenberg and Noe
(2001), section 3, for guarantees and shares, and the rounds of Furfine (2003).

What is not known is never taken as safe. Two runs bound the truth: in the `least` one unknown amounts are 0 and whose
buffer is unknown never defaults; in the `most` one unknown amounts are without bound, and whose buffer is unknown
defaults by any loss and passes on all of it. Who defaults in the second alone is unknown.

Every figure is added up one term at a time by ascending place, and anew in each round: bits depend neither on the order
of rows nor on the way.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.ownership import Graph, Singular, graph_of, sums
from hengjian.evaluate.ownership.graph import Links, shares
from hengjian.evaluate.ownership.system import order_of
from hengjian.panel.fill import Places
from hengjian.panel.holdings import holdings_of
from hengjian.panel.panel import Values

#: The round of one that does not default.
NEVER = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Web:
    """Who stands for whom, and who holds whom. Ends are places in `graph.holdings.ordinals`.

    `calls` ascend by guarantor, then debtor, each pair once: what is called when the debtor defaults (NaN: unknown).
    `by_debtor` are the same the other way. `buffer` by place, NaN: unknown.
    """

    graph: Graph
    calls: Links
    by_debtor: Links
    buffer: Values

    @property
    def size(self) -> int:
        return self.graph.size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """One run. By place: the round of its default (NEVER), what it is called for, what it loses in those that it holds,
    and its own loss of equity."""

    round: Places
    called: Values
    written: Values
    equity: Values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cascade:
    """What follows from some defaults: at least, and at most."""

    least: Spread
    most: Spread

    @property
    def rounds(self) -> int:
        """The last round in which somebody certainly defaults."""
        return int(self.least.round.max(initial=0))

    def touched(self) -> Places:
        """Those in default, and those who lose anything or may, ascending."""
        least, most = self.least, self.most
        return np.flatnonzero((most.round >= 0) | (most.called + most.written > 0) | (least.round >= 0))


def cascade(web: Web, start: Iterable[int]) -> Cascade:
    """What follows if those at the places `start` default."""
    first = sorted(set(start))
    least = _Run(web, is_most=False).all_from(first)
    is_certain = not (np.isnan(web.buffer).any() or np.isnan(web.calls.weight).any())
    return Cascade(least=least, most=least if is_certain else _Run(web, is_most=True).all_from(first))


class _Run:
    """One run; lists rather than arrays, for few entities are looked at one by one."""

    def __init__(self, web: Web, *, is_most: bool) -> None:
        size, order = web.size, order_of(web.graph, True)
        known = ~np.isnan(web.buffer)
        self._buffer: list[float] = np.where(known, web.buffer, 0.0).tolist()
        self._can_fall: list[bool] = (known | is_most).tolist()
        whole = math.inf if is_most else 0.0
        self._value: list[float] = np.where(known, np.maximum(np.nan_to_num(web.buffer), 0.0), whole).tolist()
        amounts = np.where(np.isnan(web.calls.weight), whole, web.calls.weight)
        self._calls = _Lists(web.calls, amounts)
        self._debtors = _Lists(web.by_debtor)
        self._held, self._owners = _Lists(shares(web.graph, False)), _Lists(shares(web.graph, True))
        self._position: list[int] = order.position.tolist()
        self._rings = _rings_of(order.begins, order.ends, order.place)
        self._round, self._called = [NEVER] * size, [0.0] * size
        self._written, self._equity = [0.0] * size, [0.0] * size

    def all_from(self, start: Sequence[int]) -> Spread:
        fresh, number = list(start), 0
        for place in fresh:
            self._round[place] = 0
        while fresh:
            hit = sorted({guarantor for debtor in fresh for guarantor in self._debtors.far(debtor)})
            for guarantor in hit:
                self._called[guarantor] = self._calls.total(guarantor, self._is_called)
            lost = self._pass_up({*hit, *fresh})
            number += 1
            fresh = [place for place in sorted(lost) if self._falls(place)]
            for place in fresh:
                self._round[place] = number
        return Spread(
            round=np.array(self._round, np.int64), called=np.array(self._called), written=np.array(self._written),
            equity=np.array(self._equity),
        )  # fmt: skip

    def _is_called(self, debtor: int) -> float:
        return 1.0 if self._round[debtor] >= 0 else 0.0

    def _falls(self, place: int) -> bool:
        loss = self._called[place] + self._written[place]
        return self._round[place] < 0 and self._can_fall[place] and loss > 0 and self._buffer[place] - loss < 0

    def _pass_up(self, changed: set[int]) -> set[int]:
        """Losses of equity from `changed` up to all above, each after those that it holds; who has another loss now."""
        waiting = [(self._position[place], place) for place in changed]
        heapq.heapify(waiting)
        met: set[int] = set()
        while waiting:
            _, place = heapq.heappop(waiting)
            if place in met:
                continue
            ring = self._rings.get(place)
            members = (place,) if ring is None else ring
            met.update(members)
            before = [self._equity[member] for member in members]
            if ring is None:
                self._written[place] = self._held.total(place, self._equity.__getitem__)
                self._equity[place] = self._lost(place, self._called[place] + self._written[place])
            else:
                self._solve(ring)
            for member, known in zip(members, before, strict=True):
                if self._equity[member] != known:
                    owners = self._owners.far(member)
                    for owner in owners:
                        if owner not in met:
                            heapq.heappush(waiting, (self._position[owner], owner))
        return met

    def _lost(self, place: int, loss: float) -> float:
        """The loss of equity of one whose loss is known. In default it is all of it; of what is unknown, all there can
        be: the loss itself where it fell by that, without bound where it was named."""
        value = self._value[place]
        return value if self._is_lost(place) else min(loss, value)

    def _is_lost(self, place: int) -> bool:
        return self._round[place] == 0 or (self._round[place] > 0 and not math.isinf(self._value[place]))

    def _solve(self, ring: Sequence[int]) -> None:
        """The losses of those who hold one another: the least solution, found from above in at most as many steps as
        there are members.

        Who stands at the limit V bears no more; the others' losses are a linear system, solved exactly. Begun with all
        at the limit, each step can only lower losses, so that nobody comes back to the limit that has left it.
        """
        inside = set(ring)

        def from_outside(held: int) -> float:
            return 0.0 if held in inside else self._equity[held]

        own = {place: self._called[place] + self._held.total(place, from_outside) for place in ring}
        fixed = {place: self._value[place] for place in ring if self._is_lost(place)}
        if not any(own.values()) and not any(fixed.values()):
            return
        if any(math.isinf(loss) for loss in (*own.values(), *fixed.values())):
            loss = dict.fromkeys(ring, math.inf)
        else:
            loss = self._from_above(ring, own, fixed)
        for place in ring:
            self._equity[place] = self._lost(place, loss[place])
        for place in ring:
            self._written[place] = self._held.total(place, self._equity.__getitem__)

    def _from_above(self, ring: Sequence[int], own: dict[int, float], fixed: dict[int, float]) -> dict[int, float]:
        limit = {place: fixed.get(place, self._value[place]) for place in ring}
        free: set[int] = {place for place in ring if math.isinf(limit[place])}

        def at_limit(held: int) -> float:
            return 0.0 if held in free else limit.get(held, 0.0)

        while True:
            drawn = {place: own[place] + self._held.total(place, at_limit) for place in ring}
            try:
                loss = self._drawn(ring, free, drawn)
            except Singular:  # they hold each other whole: nothing that is lost leaves them
                return dict.fromkeys(ring, math.inf)
            left = {place for place in ring if place not in fixed and place not in free and loss[place] < limit[place]}
            if not left:
                return loss
            free |= left

    def _drawn(self, ring: Sequence[int], free: set[int], drawn: dict[int, float]) -> dict[int, float]:
        """L = drawn + what the `free` among them pass on."""
        pairs = [
            (place, held, share) for place in ring for held, share in self._held.links(place) if held in free
        ]  # fmt: skip
        inner = [pair for pair in pairs if pair[0] in free]
        solved = {place: drawn[place] for place in free}
        if inner:
            owner, owned, share = (np.array(column) for column in zip(*inner, strict=True))
            held = holdings_of(
                owner=owner, owned=owned, share=share, voter=owner, votes=np.zeros(len(inner)),
                pooled=np.zeros(len(inner), np.bool_),
            )  # fmt: skip
            at = held.ordinals.tolist()
            found = sums(graph_of(held), np.array([drawn[place] for place in at]))
            solved |= dict(zip(at, found.tolist(), strict=True))
        loss = dict(drawn) | solved
        for place, one, part in pairs:
            if place not in free:
                loss[place] += part * solved[one]
        return loss


class _Lists:
    """Links as lists, by their near end."""

    def __init__(self, links: Links, weight: Values | None = None) -> None:
        self._starts: list[int] = links.starts.tolist()
        self._far: list[int] = links.far.tolist()
        self._weight: list[float] = (links.weight if weight is None else weight).tolist()

    def far(self, place: int) -> list[int]:
        return self._far[self._starts[place] : self._starts[place + 1]]

    def links(self, place: int) -> list[tuple[int, float]]:
        part = slice(self._starts[place], self._starts[place + 1])
        return list(zip(self._far[part], self._weight[part], strict=True))

    def total(self, place: int, figure: Callable[[int], float]) -> float:
        """The weighted figures of the far ends, one after the other."""
        found = 0.0
        for link in range(self._starts[place], self._starts[place + 1]):
            one = figure(self._far[link])
            if one:
                found += self._weight[link] * one
        return found


def _rings_of(begins: Places, ends: Places, place: Places) -> dict[int, list[int]]:
    """The members of the ring of each that is in one."""
    found: dict[int, list[int]] = {}
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        members = place[begin:end].tolist()
        found |= dict.fromkeys(members, members)
    return found
