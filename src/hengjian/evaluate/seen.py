"""Whom one figure that looks through ownership was computed from, each with the share by which it counts."""

from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.controlled import all_above, all_below, controls_of, parts_of, seats, sound_of, tops_of, without
from hengjian.evaluate.engine import Engine
from hengjian.evaluate.ownership import Graph, Singular, graph_of, levels, rights, spread
from hengjian.evaluate.plan import Step
from hengjian.formula.term import words
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings
from hengjian.panel.panel import Values

#: The functions that read those whom an entity holds; the others of `THROUGH` read those who hold it.
DOWN = frozenset({"look_through", "controlled", "minority"})
#: The reason of a missing figure or condition does not matter to a share: NaN stands for it.
_UNKNOWN = float("nan")
_NOBODY: Places = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One entity: its ordinal, where its figure or condition stands in the panel that is read (None: it has none), and
    the share by which it counts, of a holder its share.

    `is_spare`: its figure is left out where it is missing. `meets`: of a holder, whether it meets the condition; None
    where that is not known.
    """

    ordinal: int
    place: int | None
    share: float
    is_spare: bool = False
    meets: bool | None = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Some places of a graph, each with its share; `meets` as 1.0, 0.0, or NaN where that is not known."""

    places: Places
    share: Values
    meets: Values
    is_spare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One cell of a step that looks through ownership: the graph of its period, and where its entity stands in it
    (None: it neither holds nor is held).."""

    engine: Engine
    step: Step
    row: int
    ordinal: int
    graph: Graph
    at: int | None

    @property
    def is_through(self) -> bool:
        """Whether shares held indirectly count too."""
        return words(self.step.options, "through") == ("all",)


def spot_of(engine: Engine, step: Step, row: int, place: int) -> Spot:
    """The cell of a step at a row and a place."""
    ordinal = int(engine.scene.panel(step.frame).ordinals[place])
    graph = graph_of(engine.who_holds(step)[row])
    return Spot(
        engine=engine, step=step, row=row, ordinal=ordinal, graph=graph, at=graph.holdings.place(ordinal)
    )  # fmt: skip


def seen(engine: Engine, step: Step, row: int, place: int) -> tuple[Seen, ...]:
    """Everyone that counts in one cell of a step, by ascending ordinal; nobody where a closed ring leaves no share."""
    spot = spot_of(engine, step, row, place)
    if len(closed_ring(spot)):
        return ()
    is_down = step.op in DOWN
    found = _below(spot) if is_down else _above(spot)
    ordinals = spot.graph.holdings.ordinals[found.places]
    panel = engine.everyone(step, words(step.options, "along")[1]).ordinals if step.arguments else _NOBODY
    everyone = zip(
        ordinals.tolist(), seats_in(panel, ordinals).tolist(), found.share.tolist(), found.meets.tolist(), strict=True
    )
    listed = [
        Seen(
            ordinal=one, place=None if there < 0 else there, share=share,
            is_spare=found.is_spare and one == spot.ordinal, meets=None if np.isnan(meets) else meets > 0.0,
        )
        for one, there, share, meets in everyone
        if there >= 0 or not is_down
    ]  # fmt: skip
    if spot.at is None and is_down and step.op != "minority":  # it holds nobody, and its own figure is the answer
        (there,) = seats_in(panel, np.array([spot.ordinal])).tolist()
        listed += [Seen(ordinal=spot.ordinal, place=there, share=1.0)] if there >= 0 else []
    return tuple(listed)


def seats_in(ordinals: Places, wanted: Places) -> Places:
    """Where entities stand among others, -1 where they do not."""
    at = np.searchsorted(ordinals, wanted)
    at[at == len(ordinals)] = 0
    return np.where(ordinals[at] == wanted, at, -1) if len(ordinals) else np.full(len(wanted), -1)


def closed_ring(spot: Spot) -> Places:
    """The members, as places, of a ring held by itself alone that leaves no share to tell; none where all is well."""
    if spot.at is None or spot.step.op not in ("look_through", "minority", "held"):
        return _NOBODY
    if spot.step.op == "held":
        return _others(spot).ring if spot.is_through else _NOBODY
    graph = spot.graph
    if spot.step.op == "minority":
        pairs = controls_of(graph)
        mine = pairs.holder == spot.at
        if not np.isnan(parts_of(graph)[mine]).any():
            return _NOBODY
        graph = graph_of(among(graph.holdings, np.append(pairs.held[mine], spot.at)))
    elif not sound_of(graph).broken[spot.at]:
        return _NOBODY
    try:
        rights(graph, spot.at)
    except Singular as fault:
        return fault.ring
    return _NOBODY


def among(holdings: Holdings, places: Places) -> Holdings:
    """What some places hold of each other; everybody keeps its place."""
    inside = flags_of(len(holdings.ordinals), places)
    return shares_of(holdings, inside[holdings.owner] & inside[holdings.owned])


def shares_of(holdings: Holdings, kept: Flags) -> Holdings:
    """Some of the shares, and no votes; everybody keeps its place."""
    return Holdings(
        ordinals=holdings.ordinals, owner=holdings.owner[kept], owned=holdings.owned[kept], share=holdings.share[kept],
        voter=holdings.voter[:0], company=holdings.company[:0], votes=holdings.votes[:0], pooled=holdings.pooled[:0],
    )  # fmt: skip


def flags_of(size: int, places: Places) -> Flags:
    """Which of so many places are among some."""
    found = np.zeros(size, np.bool_)
    found[places] = True
    return found


def _below(spot: Spot) -> _Found:
    """Those below one place whose figures count, and by how much; with it itself where its own figure does."""
    if spot.at is None:
        return _all(_NOBODY, np.empty(0))
    if spot.step.op == "look_through":
        share = rights(spot.graph, spot.at)
        is_spare = not share[spot.at] and bool((spot.graph.holdings.owner == spot.at).any())
        share[spot.at] += 1.0
        found = np.flatnonzero(share > 0.0)
        return _all(found, share[found], is_spare=is_spare)
    pairs = controls_of(spot.graph)
    mine = slice(*np.searchsorted(pairs.holder, [spot.at, spot.at + 1]))
    held = pairs.held[mine]
    if spot.step.op == "minority":
        return _all(held, 1.0 - parts_of(spot.graph)[mine])
    return _all(np.sort(np.append(held, spot.at)), np.ones(len(held) + 1), is_spare=len(held) > 0)


def _all(places: Places, share: Values, *, is_spare: bool = False) -> _Found:
    return _Found(places=places, share=share, meets=np.ones(len(places)), is_spare=is_spare)


def _above(spot: Spot) -> _Found:
    """Those who hold one place, and their shares. With `through: all` what those hold indirectly who meet the
    condition, and of others what they hold of it: they are looked through."""
    if spot.at is None:
        return _all(_NOBODY, np.empty(0))
    meets = _meets(spot)
    if not spot.is_through:
        shares = spot.graph.holdings
        mine = np.flatnonzero(shares.owned == spot.at)
        return _Found(places=shares.owner[mine], share=shares.share[mine], meets=meets[shares.owner[mine]])
    passed, shares = claims_through(spot), spot.graph.holdings
    is_met = meets[shares.owner] > 0.0
    direct = np.bincount(shares.owner[is_met], shares.share[is_met] * passed[shares.owned[is_met]], spot.graph.size)
    passed[spot.at] -= 1.0
    share = np.where(meets > 0.0, direct, passed)
    unknown = np.isnan(meets) & flags_of(spot.graph.size, all_above(_others(spot).holdings, np.array([spot.at])))
    unknown[spot.at] = False
    found = np.flatnonzero((share > 0.0) | unknown)
    return _Found(places=found, share=share[found], meets=meets[found])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Others:
    """The shares that those hold who do not meet the condition, and the ring closed among them through which shares of
    those who do come to the cell's entity; what the members of other closed rings hold of each other is left out."""

    holdings: Holdings
    ring: Places


def _others(spot: Spot) -> _Others:
    shares, is_met = spot.graph.holdings, _meets(spot) > 0.0
    held = shares_of(shares, ~is_met[shares.owner])
    begun = is_met[shares.owner]
    start = np.bincount(shares.owned[begun], shares.share[begun], spot.graph.size).astype(np.float64, copy=False)
    while True:
        try:
            spread(graph_of(held), start)
            rights(graph_of(held), spot.at or 0, up=True)
        except Singular as fault:
            reached = flags_of(spot.graph.size, all_below(held, np.flatnonzero(start)))
            if spot.at in all_below(held, fault.ring) and reached[fault.ring].any():
                return _Others(holdings=held, ring=fault.ring)
            held = without(held, fault.ring)
            continue
        return _Others(holdings=held, ring=_NOBODY)


def claims_through(spot: Spot) -> Values:
    """What each place passes on of the shares in it to the cell's entity, by holdings of those who do not meet the
    condition: 1 of the entity itself, and what comes back to it. Nothing where these come through a closed ring."""
    others = _others(spot)
    if spot.at is None or len(others.ring):
        return np.zeros(spot.graph.size)
    found = rights(graph_of(others.holdings), spot.at, up=True)
    found[spot.at] += 1.0
    return found


def _meets(spot: Spot) -> Values:
    """Who meets the condition, by place of the graph: 1.0, 0.0, NaN where that is not known."""
    ask, graph, step = spot.engine.holdings(spot.step), spot.graph, spot.step
    found = np.full(graph.size, float(not step.arguments and ask.holders is None))
    if step.arguments:
        (number,), at = step.arguments, seats(graph, ask.far)
        column = spot.engine.columns([number], at.inside)[number]
        found[at.at] = np.where(column.reasons[spot.row], _UNKNOWN, column.values[spot.row])
    if ask.holders is not None:
        found[seats(graph, ask.holders).at] = 1.0
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """Who controls an entity in the end, as places: the owner, those of a shortest chain between them, owner's side
    first, and the votes in the entity of those who have control together. It itself where nobody
    controls it whom it does not control."""

    owner: int
    via: tuple[int, ...]
    voters: Places
    votes: Values


def top_of(graph: Graph, at: int) -> Top:
    """The ultimate owner of one place."""
    owner = int(tops_of(graph).owner[at])
    if owner == at:
        return Top(owner=owner, via=(), voters=_NOBODY, votes=np.empty(0))
    holdings, pairs = graph.holdings, controls_of(graph)
    group = flags_of(graph.size, np.append(pairs.held[pairs.holder == owner], owner))
    level = levels(graph, owner)
    via: list[int] = []
    here = at
    while True:
        near, weight = _holders(holdings, here)
        above = level[near] == level[here] - 1
        near, weight = near[above], weight[above]
        here = int(near[np.lexsort((near, -weight, ~group[near]))[0]])
        if here == owner:
            break
        via.append(here)
    mine = np.flatnonzero((holdings.company == at) & group[holdings.voter])
    return Top(owner=owner, via=tuple(via[::-1]), voters=holdings.voter[mine], votes=holdings.votes[mine])


def _holders(holdings: Holdings, place: int) -> tuple[Places, Values]:
    """Who holds shares or votes of one place, and how much."""
    shares, votes = holdings.owned == place, holdings.company == place
    return (
        np.concatenate([holdings.owner[shares], holdings.voter[votes]]),
        np.concatenate([holdings.share[shares], holdings.votes[votes]]),
    )
