"""A plain world as the arrays that formulas see: panels and links are made when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

import numpy as np
from naive.figure import Figure, Gap
from naive.reader import At, Reader
from naive.world import World

from hengjian.model.cut import Cut
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period
from hengjian.panel.links import Edges
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Frame, LinkKey, Scene

K = TypeVar("K")
V = TypeVar("V")


class OnDemand(Mapping[K, V]):
    """Holds whatever is asked for."""

    def __init__(self, make: Callable[[K], V]) -> None:
        self.make = make
        self.made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self.made:
            self.made[key] = self.make(key)
        return self.made[key]

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[K]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)


def periods_of(world: World, frequency: Frequency) -> tuple[Period, ...]:
    return tuple(Period(frequency, index) for index in range(world.begins(frequency), world.ends(frequency) + 1))


def panel_of(world: World, frame: Frame, entities: Sequence[str] | None = None) -> Panel:
    """The panel of a frame: of everyone of its type, or of some of them."""
    periods = periods_of(world, frame.frequency)
    everyone = world.of_type(frame.type)
    chosen = [each for each in everyone if entities is None or each in entities]
    lineage = world.catalogue.lineage(frame.type)
    scope, basis = frame.scope or "consolidated", frame.basis or "best"
    columns, codes = {}, {}
    for measure in world.catalogue.measures.values():
        if measure.frequency != frame.frequency or measure.type not in lineage:
            continue
        cells = [[world.cell(each, measure.name, at.index, scope, basis) for each in chosen] for at in periods]
        shape = (len(periods), len(chosen))
        values, reasons = np.full(shape, np.nan), np.zeros(shape, np.uint8)
        for row, line in enumerate(cells):
            for place, (cell, _) in enumerate(line):
                if isinstance(cell, Missing):
                    reasons[row, place] = cell
                else:
                    values[row, place] = cell
        columns[measure.name] = Column(values=values, reasons=reasons)
        codes[measure.name] = np.array([[code for _, code in line] for line in cells], np.uint8).reshape(shape)
    ordinals = {entity: 3 * place + 1 for place, entity in enumerate(world.entities)}
    return Panel(
        cut=Cut(scope=scope, basis=basis), periods=periods, entities=tuple(chosen),
        ordinals=np.array([ordinals[each] for each in chosen], np.int64), columns=columns, basis=codes,
        attributes={
            name: np.array([[world.text(each, name, at.end) for each in chosen] for at in periods], np.object_).reshape(
                len(periods), len(chosen)
            )
            for name in world.catalogue.attributes_of(frame.type)
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


def scene_of(world: World, frame: Frame, entities: Sequence[str] | None = None) -> Scene:
    """The scene of a question about some entities of a type (None: all of them)."""
    return Scene(
        frame=frame, home=panel_of(world, frame, entities),
        others=OnDemand(lambda other: panel_of(world, other, None if other.everyone else entities)),
        links=OnDemand(lambda key: edges_of(world, key)),
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
