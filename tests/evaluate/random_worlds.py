"""Random worlds: figures that come late, go missing, are withdrawn, audited or of the parent alone; entities that move
between industries and parents.

One number makes a world, since it has more cells than a strategy could draw one by one.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from naive.world import Edge, Fact, Key, World
from random_formulas import GROUPS, WORDS

from hengjian.model.cut import BASES
from hengjian.model.declaration import OWNS, Catalogue, Measure
from hengjian.model.missing import Missing
from hengjian.model.period import period_of

FIRST = date(2018, 1, 1)
#: The share of cells that are stated at all.
DENSITIES = (0.7, 0.97, 1.0, 1.0)


def figures(random: Random, measure: Measure, count: int) -> Iterator[float]:
    """A course of figures: small whole numbers (ties, zeros, signs), smooth ones, a counter with resets, extremes."""
    kind = random.choice(["small", "small", "smooth", "smooth", "wide", "counter"])
    if measure.name == "meter":
        kind = "counter"
    level = 10 ** random.uniform(0, 6)
    for _ in range(count):
        match kind:
            case "small":
                yield random.choice([1.0, 0.5, 0.125]) * random.randint(-3, 5)
            case "smooth":
                level *= random.uniform(0.8, 1.25)
                yield round(level, 2)
            case "counter":
                level = random.uniform(0, 5) if random.random() < 0.1 else level + random.uniform(0, 100)
                yield level
            case _:
                yield random.choice([random.uniform(-1e6, 1e6), 0.0, 1e308, -1e308, 5e-324, random.gauss(0, 1)])


def _cells(random: Random, declared: Catalogue, entities: dict[str, str], last: date) -> dict[Key, float | Missing]:
    cells: dict[Key, float | Missing] = {}
    for measure in declared.measures.values():
        first, end = (period_of(day, measure.frequency).index for day in (FIRST, last))
        if measure.frequency == "day":
            end = min(end, first + 70)
        for entity, about in entities.items():
            if not declared.descends(about, measure.type) or random.random() < 0.03:
                continue
            begin = first if random.random() < 0.75 else random.randint(first, end)
            density, loss = random.choice(DENSITIES), random.choice([0.0, 0.0, 0.02, 0.1])
            for index, figure in zip(range(begin, end + 1), figures(random, measure, end - begin + 1), strict=True):
                if random.random() < density:
                    cells[entity, measure.name, index, "consolidated", "flash"] = figure
                if random.random() < 0.08:
                    cells[entity, measure.name, index, "consolidated", random.choice(BASES[1:])] = figure + 1
                if random.random() < 0.15:
                    cells[entity, measure.name, index, "parent", random.choice(BASES)] = figure / 2
                if random.random() < loss:
                    gone = random.choice([Missing.WITHDRAWN, Missing.ERASED])
                    cells[entity, measure.name, index, "consolidated", random.choice(BASES)] = gone
    return cells


def _day(random: Random, last: date) -> date | None:
    """Some day around the panels, or always."""
    span = (last - FIRST).days
    return None if random.random() < 0.4 else FIRST + timedelta(random.randint(-100, span))


def _facts(random: Random, entities: dict[str, str], last: date) -> Iterator[Fact]:
    for entity, about in entities.items():
        for name in GROUPS[about]:
            for number in range(random.choice([0, 1, 1, 1, 2, 3])):
                since = _day(random, last) if number else None if random.random() < 0.8 else _day(random, last)
                yield Fact(entity, name, random.choice(WORDS[name][:2]), since)
        if about == "person":
            continue
        if about == "plant":
            yield Fact(entity, "built", random.choice(["2016-02-29", "2016-03-31", "2015-12-31", "2017-07-01"]))
            continue
        if random.random() < 0.8:
            yield Fact(entity, "weight", random.choice(["0", "0.25", "-3", "1e3"]), _day(random, last))
        if random.random() < 0.8:
            yield Fact(entity, "founded", str(FIRST + timedelta(random.randint(-4000, 400))), _day(random, last))
        if about == "branch" and random.random() < 0.8:
            yield Fact(entity, "lease_end", str(last + timedelta(random.randint(-900, 300))), _day(random, last))


def _edges(random: Random, entities: dict[str, str], last: date) -> Iterator[Edge]:
    """Mostly a forest of parents; now and then a second parent or a circle. Plants are shared."""
    firms = [entity for entity, about in entities.items() if about in ("firm", "branch")]
    plants = [entity for entity, about in entities.items() if about == "plant"]
    is_wild = random.random() < 0.3
    for place, firm in enumerate(firms):
        others = firms if is_wild else firms[:place]
        if others and random.random() < 0.8:
            since = _day(random, last)
            first = random.choice(others)
            yield Edge("parent", firm, first, None, since if random.random() < 0.5 else None)
            if since is not None and random.random() < 0.6:
                yield Edge("parent", firm, random.choice(others), since, _day(random, last))
        for _ in range(random.randint(0, 2) if plants else 0):
            share = random.choice([None, 0.0, 0.5, 1.0])
            yield Edge("runs", firm, random.choice(plants), _day(random, last), _day(random, last), share)


#: Sums of such shares are exact in any order.
SHARES = (0.125, 0.25, 0.375, 0.5, 0.5625, 0.625, 0.75, 1.0)


def _owns(random: Random, entities: dict[str, str], last: date) -> Iterator[Edge]:
    """Who holds the firms: mostly those before them and persons, down to nothing; now and then rings, closed ones too,
    and more than the whole. Some hold for others, some vote together or otherwise than they hold."""
    firms = [entity for entity, about in entities.items() if about in ("firm", "branch")]
    is_wild = random.random() < 0.4
    for place, firm in enumerate(firms):
        rest = 1.0
        among = [one for one, about in entities.items() if one != firm and (is_wild or one not in firms[place:])]
        for holder in random.sample(among, min(len(among), random.choice([0, 1, 1, 2, 3]))):
            share = random.choice(SHARES)
            if random.random() < 0.9:
                share = min(share, rest)
            rest -= share
            since, until = _day(random, last), None if random.random() < 0.8 else _day(random, last)
            kind = random.choice(["direct"] * 6 + ["nominee", "concert", "concert"])
            principal = random.choice(["", *entities]) if kind != "direct" else ""
            yield Edge(
                OWNS, holder, firm, since, until, random.choice([share] * 8 + [None]),
                random.choice([None] * 6 + [0.0, 0.25, 0.625]), kind, principal,
            )  # fmt: skip
            if random.random() < 0.3:
                share = random.choice([0.0, *SHARES])
                yield Edge(OWNS, holder, firm, _day(random, last), random.choice([None, _day(random, last)]), share)


def random_world(declared: Catalogue, seed: int, firms: int, plants: int, years: int) -> World:
    """A world of so many entities over so many years."""
    random = Random(seed)
    last = date(FIRST.year + years - 1, 12, 31)
    entities: dict[str, str] = {}
    for number in range(max(firms, plants)):
        if number < firms:
            entities[f"F{number}"] = "branch" if random.random() < 0.3 else "firm"
        if number < plants:
            entities[f"P{number}"] = "plant"
        if number < firms and random.random() < 0.4:
            entities[f"H{number}"] = "person"
    return World(
        catalogue=declared, entities=entities, first=FIRST, last=last,
        cells=_cells(random, declared, entities, last), facts=tuple(_facts(random, entities, last)),
        edges=(*_edges(random, entities, last), *_owns(random, entities, last)),
    )  # fmt: skip


def owned_worlds(declared: Catalogue, seed: int, firms: int) -> World:
    """A world of two years in which much is held: firms, some of them branches, a few persons and plants."""
    random = Random(seed)
    world = random_world(declared, seed, firms, random.randint(0, 2), 2)
    edges = [edge for edge in world.edges if edge.link != OWNS]
    held = [edge for _ in range(random.randint(1, 2)) for edge in _owns(random, dict(world.entities), world.last)]
    if random.random() < 0.2:
        held += _closed(random, [one for one, about in world.entities.items() if about != "plant"], world)
    return replace(world, edges=(*edges, *held))


def _closed(random: Random, some: list[str], world: World) -> list[Edge]:
    """A ring that is held whole by itself, and somebody who holds a part of it none the less, over some time."""
    firms = [one for one in some if world.entities[one] != "person"]
    ring = random.sample(firms, min(len(firms), random.choice([2, 2, 3])))
    since, until = _day(random, world.last), _day(random, world.last)
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    around = [Edge(OWNS, one, other, since, until, 1.0) for one, other in pairs]
    return [*around, *(Edge(OWNS, random.choice(some), one, since, until, 0.25) for one in ring[:1])]
