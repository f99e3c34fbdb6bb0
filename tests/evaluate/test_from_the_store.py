"""From filings to figures: a world entered into a store, loaded as a scene and evaluated, against the naive reader."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from naive.reader import Reader
from naive.world import Edge, World
from random_formulas import formulas
from random_worlds import FIRST, random_world
from realm import catalogue, checked
from test_against_naive import HOMES, NAMES, differences

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.model.cut import BASES, Cut
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period
from hengjian.panel.reach import load_scene
from hengjian.panel.scene import WHOLE, Frame
from hengjian.store import Store

WHERE = {"file": "t.csv", "sheet": None, "cell": "A2"}


@dataclass(frozen=True)
class Loaded(World):
    """A world of which panels hold what a scene holds of each frequency."""

    starts: Mapping[Frequency, int] = field(default_factory=dict)

    def begins(self, frequency: Frequency) -> int:
        return self.starts.get(frequency, super().begins(frequency))


def painted(world: World) -> World:
    """The world as one filing of each kind states it: facts in the order of their days; what is lost is withdrawn."""
    return replace(
        world, facts=tuple(sorted(world.facts, key=lambda fact: fact.since or date.min)),
        cells={
            key: Missing.WITHDRAWN if isinstance(cell, Missing) else cell for key, cell in world.cells.items()
        },
    )  # fmt: skip


def rows(world: World) -> Iterator[list[Row]]:
    """Who there is, what is stated of them, how they are linked, and what they report."""
    yield [EntityRow(entity=entity, type=about, name=entity, valid_from=None, attributes=(), **WHERE)
           for entity, about in world.entities.items()]  # fmt: skip
    yield [EntityRow(entity=fact.entity, type=world.entities[fact.entity], name="", valid_from=fact.since,
                     attributes=((fact.attribute, fact.text or ""),), **WHERE)
           for fact in world.facts]  # fmt: skip
    yield [LinkRow(link=edge.link, source=edge.near, target=edge.far, valid_from=edge.since, valid_to=edge.until,
                   attributes=stated(edge), **WHERE)
           for edge in world.edges]  # fmt: skip
    yield [
        ObservationRow(
            entity=entity, measure=measure, period=Period(world.catalogue.measures[measure].frequency, index),
            scope=scope, basis=next(each for each in BASES if each == basis), text="", unit="",
            value=None if isinstance(cell, Missing) else cell, **WHERE,
        )
        for (entity, measure, index, scope, basis), cell in world.cells.items()
    ]  # fmt: skip


def stated(edge: Edge) -> tuple[tuple[str, str], ...]:
    """The attributes of a row of a link."""
    numbers = {"share": edge.share, "voting": edge.voting}
    said = {name: str(number) for name, number in numbers.items() if number is not None}
    return tuple({**said, "kind": edge.kind, "principal": edge.principal}.items())


def filed(world: World) -> Store:
    store = Store.open(Path(":memory:"))
    store.register(world.catalogue)
    entry = 0
    for group in rows(world):
        if group:
            store.stage(entry, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=entry), group, None)
            entry += 1
    store.commit(entry)
    return store


@settings(max_examples=15)
@given(st.data(), st.sampled_from(HOMES), st.integers(0, 2**32), st.none() | st.integers(0, 800))
def test_what_the_store_says(data: st.DataObject, home: tuple[str, Frequency], seed: int, days: int | None) -> None:
    about, frequency = home
    declared = catalogue(*data.draw(formulas(about, frequency)))
    world = painted(random_world(declared, seed, data.draw(st.integers(2, 6)), data.draw(st.integers(0, 3)), 2))
    programme = checked(declared)
    cut = Cut(as_of=None if days is None else FIRST + timedelta(days))
    everyone = world.of_type(about)
    some = data.draw(st.none() | st.lists(st.sampled_from(everyone), min_size=1, unique=True)) if everyone else None
    wanted = needs(programme, NAMES, everyone=some is None, about=about)
    scene = load_scene(filed(world), declared, cut, wanted, some)
    results = evaluate(programme, NAMES, scene)
    starts = {
        panel.periods[0].frequency: panel.periods[0].index
        for panel in (scene.home, *scene.others.values()) if panel.periods
    }  # fmt: skip
    world = Loaded(**{each: getattr(world, each) for each in World.__dataclass_fields__}, starts=starts)
    reader, frame = Reader(world, as_of=cut.as_of), Frame(type=about, frequency=frequency)
    lead = wanted.span % WHOLE if wanted.beyond else 0
    assert next(differences(programme, results, reader, frame, lead), None) is None
