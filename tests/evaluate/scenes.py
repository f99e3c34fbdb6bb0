"""A plain world as the arrays that formulas see."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from naive.figure import Figure, Gap
from naive.owners import Owners
from naive.reader import At, Reader
from naive.world import World

from hengjian.formula.node import Node
from hengjian.formula.parser import parse
from hengjian.model.cut import Cut
from hengjian.model.issue import Place
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period
from hengjian.panel.holdings import Holdings
from hengjian.panel.links import Edges
from hengjian.panel.panel import Codes, Column, Panel
from hengjian.panel.scene import Frame, LinkKey, Needs, Ownership, Read, Scene


def periods_of(world: World, frequency: Frequency) -> tuple[Period, ...]:
    return tuple(Period(frequency, index) for index in range(world.begins(frequency), world.ends(frequency) + 1))


def _columns(world: World, frame: Frame, entities: Sequence[str], name: str) -> tuple[Column, Codes]:
    """A measure's figures and bases; or those of a finer one, which the store adds up under a name like
    `sum(level, at_least: None)`, as the naive reader does it."""
    scope, basis = frame.scope or "consolidated", frame.basis or "best"
    periods = periods_of(world, frame.frequency)
    shape = (len(periods), len(entities))
    values, reasons, codes = np.full(shape, np.nan), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    reader = Reader(world)
    call = None if name in world.catalogue.measures else _added_up(name, frame.frequency)
    for row, period in enumerate(periods):
        for place, entity in enumerate(entities):
            figure: Figure | Missing
            if call is None:
                figure, codes[row, place] = world.cell(entity, name, period.index, scope, basis)
            else:
                figure = reader.figure(call, At(entity, frame.type, frame.frequency, period.index, scope, basis))
            if isinstance(figure, Gap | Missing):
                reasons[row, place] = figure.reason if isinstance(figure, Gap) else figure
            else:
                values[row, place] = figure
    return Column(values=values, reasons=reasons), codes


def _added_up(name: str, frequency: Frequency) -> Node:
    text = name.replace(", at_least: None", "").replace(")", f", per: {frequency})")
    node, faults = parse(text, Place(file="scene"))
    assert node is not None, faults
    return node


def ordinals_of(world: World) -> dict[str, int]:
    return {entity: 3 * place + 1 for place, entity in enumerate(world.entities)}


def panel_of(world: World, frame: Frame, entities: Sequence[str] | None = None, read: Read | None = None) -> Panel:
    """The panel of a frame: of everyone of its type, or of some of them; of all there is, or of what is read."""
    periods, declared = periods_of(world, frame.frequency), world.catalogue
    chosen = [each for each in world.of_type(frame.type) if entities is None or each in entities]
    lineage = declared.lineage(frame.type)
    names = [
        each.name
        for each in declared.measures.values()
        if each.frequency == frame.frequency and each.type in lineage and (read is None or each.name in read.measures)
    ]
    names += sorted(one.column for one in (read.series if read else ()))
    made = {name: _columns(world, frame, chosen, name) for name in names}
    attributes: dict[str, list[list[str | None]]] = {
        name: [[world.text(each, name, at.end) for each in chosen] for at in periods]
        for name in declared.attributes_of(frame.type)
        if read is None or name in read.attributes
    }
    # Nobody states what follows from who holds whom.
    derived = read.attributes & declared.derived_attributes().keys() if read else ()
    attributes |= {name: [[None for _ in chosen] for _ in periods] for name in derived}
    ordinals = ordinals_of(world)
    return Panel(
        cut=Cut(scope=frame.scope or "consolidated", basis=frame.basis or "best"), periods=periods,
        entities=tuple(chosen), ordinals=np.array([ordinals[each] for each in chosen], np.int64),
        columns={name: column for name, (column, _) in made.items()},
        basis={name: codes for name, (_, codes) in made.items()},
        attributes={
            name: np.array(texts, np.object_).reshape(len(periods), len(chosen)) for name, texts in attributes.items()
        },
    )  # fmt: skip


def edges_of(world: World, key: LinkKey) -> tuple[Edges, ...]:
    """The links between everyone of two types; days on which the same hold share one object."""
    near, far = world.of_type(key.near), world.of_type(key.far)
    found: list[Edges] = []
    known: dict[tuple[tuple[int, int], ...], Edges] = {}
    for period in periods_of(world, key.frequency):
        pairs = tuple(
            (place, far.index(other))
            for place, entity in enumerate(near)
            for other in world.linked(key.link, entity, period.end, back=key.back)
            if other in far
        )
        if pairs not in known:
            ends = np.array(pairs, np.int64).reshape(-1, 2)
            known[pairs] = Edges(near=ends[:, 0].copy(), far=ends[:, 1].copy())
        found.append(known[pairs])
    return tuple(found)


def holdings_of(owners: Owners, ordinals: dict[str, int]) -> Holdings:
    """Shares and votes as arrays, both by their two ends."""
    shares, votes = (
        {(ordinals[a], ordinals[b]): float(x) for (a, b), x in some.items()} for some in (owners.shares, owners.votes)
    )
    known = sorted({end for pair in (*shares, *votes) for end in pair})
    ends = [np.array(sorted(some), np.int64).reshape(-1, 2) for some in (shares, votes)]
    owner, owned, voter, company = (np.searchsorted(known, each[:, side]) for each in ends for side in (0, 1))
    pooled = {(ordinals[a], ordinals[b]) for a, b in owners.pooled}
    return Holdings(
        ordinals=np.array(known, np.int64), owner=owner, owned=owned, voter=voter, company=company,
        share=np.array([shares[pair] for pair in sorted(shares)]),
        votes=np.array([votes[pair] for pair in sorted(votes)]),
        pooled=np.array([pair in pooled for pair in sorted(votes)], np.bool_),
    )  # fmt: skip


def ownership_of(world: World, needs: Needs) -> Ownership:
    """Who holds whom at the end of each period; days on which the same is held share one object."""
    ordinals, made = ordinals_of(world), dict[int, Holdings]()
    found: dict[Frequency, tuple[Holdings, ...]] = {}
    for frequency in needs.holdings:
        days = [world.owners(period.end) for period in periods_of(world, frequency)]
        for one in days:
            made.setdefault(id(one), holdings_of(one, ordinals))
        found[frequency] = tuple(made[id(one)] for one in days)
    ids = [""] * (3 * len(ordinals))
    for entity, ordinal in ordinals.items():
        ids[ordinal] = entity
    holders = {
        name: np.array([ordinals[one] for one in world.of_type(name)], np.int64) for name in needs.holders
    }  # fmt: skip
    return Ownership(holdings=found, ids=tuple(ids) if found else (), holders=holders)


def scene_of(world: World, needs: Needs, entities: Sequence[str] | None = None) -> Scene:
    """The scene of some entities of a type (None: all of them): exactly what some formulas need, over all periods.

    As when it is loaded, it begins with the first report where nothing else is read.
    """
    own = Read(measures=needs.measures, attributes=needs.attributes, series=needs.series)
    return Scene(
        frame=needs.frame, home=panel_of(world, needs.frame, entities, own),
        others={
            frame: panel_of(world, frame, None if frame.everyone else entities, read)
            for frame, read in needs.others.items()
        },
        links={key: edges_of(world, key) for key in needs.links}, is_led=needs.reaches,
        ownership=ownership_of(world, needs),
    )  # fmt: skip


def read(reader: Reader, name: str, frame: Frame, entity: str, period: Period) -> Figure:
    """The naive answer for one cell."""
    at = At(entity=entity, about=frame.type, frequency=frame.frequency, index=period.index)
    return reader.answer(name, at)


def word(figure: Figure) -> float | str:
    """A number, or the word of the reason why there is none."""
    return figure.reason.name if isinstance(figure, Gap) else figure


def day(text: str) -> date:
    return date.fromisoformat(text)
