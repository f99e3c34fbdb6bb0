"""Kernels that look through ownership, period by period, by who holds whom at the period's end.

Each gives [period × near entity]. Of several figures that are missing the reason that comes first among the codes of
`Missing` speaks. `look_through`, `controlled` and `minority` are missing where the figure of anyone below is; the
entity's own is left out where it reports none and holds others, and NOT_APPLICABLE stands above a closed ring.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.controlled import all_below, controls_of, parts_of, seats, sound_of, without
from hengjian.evaluate.missing import NOT_APPLICABLE, PRESENT, settle
from hengjian.evaluate.ownership import Graph, Singular, graph_of, spread, sums
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings
from hengjian.panel.links import distinct
from hengjian.panel.panel import Codes, Column, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """`holdings` of each period; `near` and `far`: the ordinals of the two panels, ascending; `holders`: the ordinals
    of those who meet the condition by their type (None: no type is named); `through`: indirect shares too."""

    holdings: Sequence[Holdings]
    near: Places
    far: Places
    holders: Places | None = None
    through: bool = False

    def graphs(self) -> Iterator[tuple[Graph, Places]]:
        """Each graph once, with its periods."""
        rows: dict[int, list[int]] = {}
        for row, held in enumerate(self.holdings):
            rows.setdefault(id(held), []).append(row)
        for some in rows.values():
            yield graph_of(self.holdings[some[0]]), np.array(some, np.int64)


Through = Callable[[Column | None, Ask], Column]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """The figures of everyone by place of a graph, [period × place]: 0 where missing, and why."""

    values: Values
    reasons: Codes


def _own(x: Column, graph: Graph, rows: Places, ask: Ask) -> _Own:
    at = seats(graph, ask.far)
    values, reasons = np.zeros((len(rows), graph.size)), np.zeros((len(rows), graph.size), np.uint8)
    found = x.reasons[rows][:, at.inside]
    values[:, at.at] = np.where(found == PRESENT, x.values[rows][:, at.inside], 0.0)
    reasons[:, at.at] = found
    return _Own(values=values, reasons=reasons)


def _blank(x: Column, ask: Ask) -> tuple[Values, Codes]:
    """What entities answer that hold nobody: their own figure; NOT_APPLICABLE for those of whom it is not declared."""
    shape = (len(ask.holdings), len(ask.near))
    values, reasons = np.full(shape, np.nan), np.full(shape, NOT_APPLICABLE)
    at = np.minimum(np.searchsorted(ask.far, ask.near), max(len(ask.far) - 1, 0))
    same = np.flatnonzero(ask.far[at] == ask.near) if len(ask.far) else np.empty(0, np.int64)
    values[:, same], reasons[:, same] = x.values[:, at[same]], x.reasons[:, at[same]]
    return values, reasons


def _fill(x: Column, ask: Ask, answer: Callable[[Graph, _Own], tuple[Values, Codes, Flags]]) -> Column:
    """`answer` gives, by place, the figures, the reasons, and who answers for more than its own figure alone."""
    values, reasons = _blank(x, ask)
    for graph, rows in ask.graphs():
        at = seats(graph, ask.near)
        found, why, beyond = answer(graph, _own(x, graph, rows, ask))
        mine = np.flatnonzero(beyond[at.at])
        cells = np.ix_(rows, at.inside[mine])
        values[cells], reasons[cells] = found[:, at.at[mine]], why[:, at.at[mine]]
    values = np.where(reasons == PRESENT, values, np.nan)
    return settle(values, np.where((reasons == PRESENT) & ~np.isfinite(values), NOT_APPLICABLE, reasons))


def _first(reasons: Codes, among: Callable[[Values], Values]) -> Codes:
    """For each place the first code among those that `among`, which sums flags, finds anything of."""
    found = np.zeros(reasons.shape, np.uint8)
    for code in reversed(np.unique(reasons[reasons != PRESENT]).tolist()):
        found[among((reasons == code).astype(np.float64)) > 0.0] = code
    return found


def look_through(x: Column | None, ask: Ask) -> Column:
    """V = own + D V: the own figure and the effective share of that of everyone below, rings included."""

    def answer(graph: Graph, own: _Own) -> tuple[Values, Codes, Flags]:
        sound = sound_of(graph)
        held = sound.graph.holdings

        def below(flags: Values) -> Values:
            found = sums(sound.graph, flags)
            return np.stack([np.bincount(held.owner, held.share * row[held.owned], graph.size) for row in found])

        why = _first(own.reasons, below)
        why[:, sound.broken] = NOT_APPLICABLE
        return sums(sound.graph, own.values), why, np.bincount(graph.holdings.owner, minlength=graph.size) > 0

    return _fill(_given(x), ask, answer)


def controlled(x: Column | None, ask: Ask) -> Column:
    """The own figure and the whole figure of everyone who is controlled."""

    def answer(graph: Graph, own: _Own) -> tuple[Values, Codes, Flags]:
        pairs = controls_of(graph)
        return _paired(own, pairs.holder, pairs.held, np.ones(len(pairs.held)), own.values)

    return _fill(_given(x), ask, answer)


def minority(x: Column | None, ask: Ask) -> Column:
    """Of everyone who is controlled, the part of its figure that is not the holder's; 0 where nobody is."""

    def answer(graph: Graph, own: _Own) -> tuple[Values, Codes, Flags]:
        pairs = controls_of(graph)
        found, why, _ = _paired(own, pairs.holder, pairs.held, 1.0 - parts_of(graph), np.zeros(own.values.shape))
        return found, why, np.ones(graph.size, np.bool_)

    found, alone = _fill(_given(x), ask, answer), _alone(ask)
    return Column(values=np.where(alone, 0.0, found.values), reasons=np.where(alone, PRESENT, found.reasons))


def _alone(ask: Ask) -> Flags:
    """Who controls nobody, [period × near]."""
    found = np.ones((len(ask.holdings), len(ask.near)), np.bool_)
    for graph, rows in ask.graphs():
        at = seats(graph, ask.near)
        holds = np.zeros(graph.size, np.bool_)
        holds[controls_of(graph).holder] = True
        found[np.ix_(rows, at.inside[np.flatnonzero(holds[at.at])])] = False
    return found


def _paired(own: _Own, holder: Places, held: Places, part: Values, start: Values) -> tuple[Values, Codes, Flags]:
    """`start` and, times `part`, the figures of the held, one at a time by ascending place."""
    size = own.values.shape[1]
    values = np.array(start)
    for row, figures in enumerate(own.values):
        np.add.at(values[row], holder, part * figures[held])

    def among(flags: Values) -> Values:
        return np.stack([np.bincount(holder, row[held], size) for row in flags]).astype(np.float64, copy=False)

    why = _first(own.reasons, among)
    lost = np.zeros(size, np.bool_)
    lost[holder[np.isnan(part)]] = True
    why[:, lost] = NOT_APPLICABLE
    beyond = np.zeros(size, np.bool_)
    beyond[holder] = True
    return values, why, beyond


def _given(x: Column | None) -> Column:
    if x is None:
        raise ValueError("a figure is looked through")
    return x


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Who meets the condition, by place of a graph: 1.0, 0.0, or NaN with the reason why that is not known."""

    flags: Values
    reasons: Codes


def _kept(where: Column | None, graph: Graph, row: int, ask: Ask) -> _Kept:
    is_any = where is None and ask.holders is None
    flags, reasons = np.full(graph.size, float(is_any)), np.zeros(graph.size, np.uint8)
    if where is not None:
        at = seats(graph, ask.far)
        flags[at.at], reasons[at.at] = where.values[row, at.inside], where.reasons[row, at.inside]
    if ask.holders is not None:
        at = seats(graph, ask.holders)
        flags[at.at], reasons[at.at] = 1.0, PRESENT
    return _Kept(flags=flags, reasons=reasons)


def _upward(ask: Ask, where: Column | None, answer: Callable[[Graph, _Kept], tuple[Values, Codes]]) -> Column:
    """Shares of an entity that some hold; 0 where nobody holds it."""
    shape = (len(ask.holdings), len(ask.near))
    values, reasons = np.zeros(shape), np.zeros(shape, np.uint8)
    for graph, rows in ask.graphs():
        at = seats(graph, ask.near)
        for row in rows.tolist():
            found, why = answer(graph, _kept(where, graph, row, ask))
            values[row, at.inside], reasons[row, at.inside] = found[at.at], why[at.at]
    return settle(np.where(reasons == PRESENT, values, np.nan), reasons)


def held(where: Column | None, ask: Ask) -> Column:
    """The sum of the shares held by those who meet the condition; with `through` of what they hold indirectly too.

    Who meets it counts with its direct shares wholly, and is not looked through itself. NOT_APPLICABLE where they come
    through a closed ring of others.
    """

    def direct(graph: Graph, kept: _Kept) -> tuple[Values, Codes]:
        shares = graph.holdings
        why = _first(kept.reasons, lambda flags: _received(graph, shares.share * flags[shares.owner]))
        return _received(graph, shares.share * np.nan_to_num(kept.flags[shares.owner])), why

    def through(graph: Graph, kept: _Kept) -> tuple[Values, Codes]:
        shares, flags = graph.holdings, np.nan_to_num(kept.flags)
        others = flags[shares.owner] == 0.0
        rest = Holdings(
            ordinals=shares.ordinals, owner=shares.owner[others], owned=shares.owned[others],
            share=shares.share[others], voter=shares.voter[:0], company=shares.company[:0], votes=shares.votes[:0],
            pooled=shares.pooled[:0],
        )  # fmt: skip
        why = np.zeros(graph.size, np.uint8)
        for code in reversed(np.unique(kept.reasons[kept.reasons != PRESENT]).tolist()):
            unknown = all_below(rest, np.flatnonzero(kept.reasons == code))
            why[distinct(rest.owned[np.isin(rest.owner, unknown)])] = code
        values, lost = _spread(rest, _received(graph, shares.share * flags[shares.owner]))
        why[lost] = NOT_APPLICABLE
        return values, why

    return _upward(ask, where, through if ask.through else direct)


def _spread(held: Holdings, start: Values) -> tuple[Values, Flags]:
    """What comes to everyone of `start` and through others, and to whom it comes through a closed ring."""
    lost = np.zeros(len(start), np.bool_)
    while True:
        try:
            return spread(graph_of(held), start), lost
        except Singular as fault:
            lost[all_below(held, fault.ring)] = True
            held = without(held, fault.ring)


def largest_held(where: Column | None, ask: Ask) -> Column:
    """The largest share that one of those holds directly who meet the condition."""

    def answer(graph: Graph, kept: _Kept) -> tuple[Values, Codes]:
        shares = graph.holdings
        found = np.zeros(graph.size)
        np.maximum.at(found, shares.owned, shares.share * np.nan_to_num(kept.flags[shares.owner]))
        return found, _first(kept.reasons, lambda flags: _received(graph, shares.share * flags[shares.owner]))

    return _upward(ask, where, answer)


def _received(graph: Graph, weights: Values, owned: Places | None = None) -> Values:
    """What is held of each place, one term at a time by ascending owner."""
    ends = graph.holdings.owned if owned is None else owned
    return np.bincount(ends, weights, graph.size).astype(np.float64, copy=False)


#: By the name that the functions table of `formula` gives each.
THROUGH: Mapping[str, Through] = {
    "look_through": look_through, "controlled": controlled, "minority": minority, "held": held,
    "largest_held": largest_held,
}  # fmt: skip
