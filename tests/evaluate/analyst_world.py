"""A portfolio as an analyst would have it in data frames: 40 firms and 12 plants over four years, with gaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from naive.world import Edge, Fact, Key, World
from realm import MEASURES, Written, catalogue, checked
from scenes import scene_of

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.model.cut import BASES, Scope
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period, parse_period

FIRST, LAST = date(2018, 1, 1), date(2021, 12, 31)
FREQUENCIES: dict[Frequency, str] = {"quarter": "Q", "month": "M", "year": "Y"}
#: Of these every figure is there.
WHOLE = ("debt", "rating", "sales")


@dataclass(frozen=True)
class Portfolio:
    """The figures of each measure by basis and scope, [period × entity], NaN where missing; the same as a world."""

    frames: Mapping[tuple[str, str, Scope], pd.DataFrame]
    facts: tuple[Fact, ...]
    edges: tuple[Edge, ...]
    entities: Mapping[str, str]

    def __getitem__(self, measure: str) -> pd.DataFrame:
        """Flash figures of the consolidated statements: of most measures all that there is."""
        return self.frames[measure, "flash", "consolidated"]

    def attribute(self, name: str, frequency: Frequency = "quarter") -> pd.DataFrame:
        """The text in force at each period's end; facts are sorted by day, those of always first."""
        table = pd.DataFrame(
            [(pd.Timestamp(fact.since or "1900-01-01"), fact.entity, fact.text) for fact in self.facts
             if fact.attribute == name], columns=["day", "entity", "text"],
        )  # fmt: skip
        wide = table.pivot_table(index="day", columns="entity", values="text", aggfunc="last")
        ends = self.ends(frequency)
        return wide.reindex(wide.index.union(ends)).ffill().reindex(ends).set_axis(self.periods(frequency))

    def linked(self, link: str) -> pd.DataFrame:
        """One row for each quarter, near and far end."""
        rows = [
            (period, edge.near, edge.far)
            for period, end in zip(self.periods("quarter"), self.ends("quarter"), strict=True)
            for edge in self.edges
            if edge.link == link and edge.covers(end.date())
        ]
        return pd.DataFrame(rows, columns=["period", "near", "far"])

    def periods(self, frequency: Frequency) -> pd.PeriodIndex:
        return pd.period_range(FIRST, LAST, freq=FREQUENCIES[frequency])

    def ends(self, frequency: Frequency) -> pd.DatetimeIndex:
        return self.periods(frequency).to_timestamp(how="end").normalize()

    def of(self, about: str) -> list[str]:
        return [entity for entity, its in self.entities.items() if (its == "plant") == (about == "plant")]

    @cached_property
    def cells(self) -> dict[Key, float | Missing]:
        return {
            (str(entity), measure, period_of(str(period)).index, scope, basis): float(value)
            for (measure, basis, scope), frame in self.frames.items()
            for entity, column in frame.items()
            for period, value in column.items()
            if not np.isnan(value)
        }

    def answers(self, about: str, written: Mapping[str, tuple[str, str]]) -> dict[str, pd.DataFrame]:
        """What the engine says by quarter: of each name (unit and formula) a frame [period × entity], NaN where
        missing."""
        formulas: dict[str, Written] = {name: (about, unit, text) for name, (unit, text) in written.items()}
        declared = catalogue(formulas)
        world = World(declared, self.entities, FIRST, LAST, self.cells, self.facts, self.edges)
        programme = checked(declared)
        results = evaluate(programme, list(written), scene_of(world, needs(programme, list(written))))
        return {
            name: pd.DataFrame(column.values, index=self.periods("quarter"), columns=list(results.entities))
            for name, column in results.columns.items()
        }


def period_of(text: str) -> Period:
    """Of pandas' 2018Q1 or 2018-01."""
    found = parse_period(text.replace("Q", "-Q"))
    assert found is not None
    return found


def portfolio() -> Portfolio:
    """Log-normal levels that grow, a tenth of the figures missing, counters that are reset, firms that move."""
    random = np.random.default_rng(20)
    entities = {f"F{number:02}": "branch" if number % 5 == 4 else "firm" for number in range(40)}
    entities |= {f"P{number:02}": "plant" for number in range(12)}
    made = Portfolio({}, (), (), entities)
    frames: dict[tuple[str, str, Scope], pd.DataFrame] = {}
    for measure in MEASURES:
        if measure.frequency not in FREQUENCIES or measure.type == "branch":
            continue
        periods, who = made.periods(measure.frequency), made.of(measure.type)
        shape = (len(periods), len(who))
        growth = random.normal(0.02, 0.1, shape).cumsum(axis=0)
        figures = random.lognormal(3, 1, len(who)) * np.exp(growth) - (5.0 if measure.name == "profit" else 0.0)
        if measure.name == "meter":
            figures = random.uniform(0, 40, shape).cumsum(axis=0) % 300
        figures = figures.round(3)
        if measure.name not in WHOLE:
            figures[random.random(shape) < 0.1] = np.nan
        frames[measure.name, "flash", "consolidated"] = pd.DataFrame(figures, index=periods, columns=who)
    cash = frames["cash", "flash", "consolidated"]
    for basis, share in zip(BASES[1:], (0.4, 0.1), strict=True):
        frames["cash", basis, "consolidated"] = (cash + 1.5).mask(random.random(cash.shape) > share)
    frames["cash", "audited", "parent"] = (cash / 2).mask(random.random(cash.shape) > 0.8)
    return Portfolio(frames, tuple(_facts(random, entities)), tuple(_edges(random, entities)), entities)


def _facts(random: np.random.Generator, entities: Mapping[str, str]) -> list[Fact]:
    days = [str(day.date()) for day in pd.date_range(FIRST, LAST, freq="17D")]
    found: list[Fact] = []
    for place, (entity, about) in enumerate(entities.items()):
        if about == "plant":
            found.append(Fact(entity, "kind", str(random.choice(["solar", "wind"]))))
            continue
        found += [Fact(entity, "industry", str(random.choice(["power", "trade"])))] * (place % 13 != 0)
        found += [Fact(entity, "size", str(random.choice(["big", "small"])))]
        if place % 3 == 0:
            found.append(Fact(entity, "industry", "power", date.fromisoformat(str(random.choice(days)))))
        found.append(Fact(entity, "founded", f"{random.integers(1990, 2022)}-{random.integers(1, 13):02}-28"))
        found.append(Fact(entity, "weight", str(random.integers(1, 100) / 100)))
    return found


def _edges(random: np.random.Generator, entities: Mapping[str, str]) -> list[Edge]:
    """A forest, in which one firm in four moves once; each plant is run by up to three firms."""
    firms = [entity for entity, about in entities.items() if about != "plant"]
    plants = [entity for entity, about in entities.items() if about == "plant"]
    found: list[Edge] = []
    for place in range(4, len(firms)):
        first, second = (firms[int(random.integers(0, (place + 1) // 2))] for _ in range(2))
        if place % 4 or first == second:
            found.append(Edge("parent", firms[place], first))
        else:
            moved = date(2019 + place % 3, 1 + place % 12, 15)
            found += [
                Edge("parent", firms[place], first, until=moved),
                Edge("parent", firms[place], second, since=moved),
            ]
    for plant in plants:
        owners = random.choice(firms, int(random.integers(1, 4)), replace=False)
        found += [Edge("runs", str(owner), plant, share=0.5) for owner in owners]
    return found
