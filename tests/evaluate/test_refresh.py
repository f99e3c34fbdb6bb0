"""After each filing the kept scene and the engine over it are, bit for bit, what loading and computing all anew gives,
and no cell is another one that was not said to be refreshed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_formulas import GROUPS, WORDS, formulas
from realm import catalogue, checked

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.missing import shown
from hengjian.evaluate.refresh import Refreshed, kept, refresh
from hengjian.formula.term import Programme
from hengjian.model.cut import BASES, Cut
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.model.period import Frequency, Period, period_of
from hengjian.panel.hot import Hot, bring, load_hot
from hengjian.panel.panel import Column
from hengjian.panel.reach import load_scene
from hengjian.store import Store

NAMES = ["one", "two", "rule"]
START = datetime(2024, 1, 1, tzinfo=UTC)
FIRST, LAST = date(2018, 1, 1), date(2019, 6, 30)
HOMES: tuple[tuple[str, Frequency], ...] = (
    ("firm", "quarter"), ("firm", "quarter"), ("firm", "quarter"), ("branch", "quarter"), ("plant", "quarter"),
    ("firm", "month"), ("plant", "month"), ("firm", "year"),
)  # fmt: skip
WHERE = {"file": "t.csv", "sheet": None, "cell": "A2"}


class Office:
    """Files at random in a store of its own; knows who is registered."""

    def __init__(self, programme: Programme, store: Store, seed: int) -> None:
        self.programme = programme
        self.store = store
        self.random = Random(seed)
        self.entities: dict[str, str] = {}
        self.entry = 0

    def file(self, rows: list[Row]) -> list[Row]:
        """Into the open transaction; the same rows."""
        known = None if self.random.random() < 0.8 else date(2023, 5, 1)
        self.store.stage(self.entry, START + timedelta(hours=self.entry), rows, known)
        self.entry += 1
        return rows

    def day(self) -> date | None:
        return None if self.random.random() < 0.4 else FIRST + timedelta(self.random.randint(-100, 600))

    def register(self, about: str, entity: str | None = None) -> list[Row]:
        """A new entity, or an old one that is described anew from some day on."""
        random = self.random
        entity = entity or f"E{len(self.entities)}"
        self.entities[entity] = about
        attributes = {name: random.choice(["", *WORDS[name]]) for name in GROUPS[about] if random.random() < 0.8}
        if about == "plant":
            attributes["built"] = "2016-02-29"
        else:
            attributes["weight"] = random.choice(["0", "0.25", "-3"])
            attributes["founded"] = str(FIRST - timedelta(random.randint(0, 3000)))
        if about == "branch":
            attributes["lease_end"] = "2019-01-31"
        row = EntityRow(
            entity=entity, type=about, name=entity, valid_from=self.day(), attributes=tuple(attributes.items()), **WHERE
        )  # fmt: skip
        return [row]

    def link(self) -> list[Row]:
        """A pair that is linked, or no longer, or to no share, over some time."""
        random = self.random
        firms = [each for each, about in self.entities.items() if about != "plant"]
        plants = [each for each, about in self.entities.items() if about == "plant"]
        name, far = random.choice([("parent", firms), ("parent", firms), ("runs", plants or firms)])
        if far is firms:
            name = "parent"
        source, target = random.choice(firms), random.choice(far)
        begins, ends = self.day(), self.day()
        if begins is not None and ends is not None and begins > ends:
            begins, ends = ends, begins
        attributes = (("share", random.choice(["0", "0.5", "1"])),) if name == "runs" else ()
        return [
            LinkRow(link=name, source=source, target=target, valid_from=begins, valid_to=ends, attributes=attributes,
                    **WHERE)
        ]  # fmt: skip

    def figures(self, last: date, count: int, start: date = FIRST) -> list[Row]:
        """Some cells of one entity: corrections, withdrawals, other bases and scopes among them."""
        random, entity = self.random, random_of(self.random, self.entities)
        declared = self.programme.catalogue
        mine = [
            one for one in declared.measures.values() if declared.descends(self.entities[entity], one.type)
        ]  # fmt: skip
        found: dict[tuple[object, ...], Row] = {}
        basis = random.choice(["flash", "flash", *BASES])
        for _ in range(count):
            measure = random.choice(mine)
            first, end = (period_of(day, measure.frequency).index for day in (start, last))
            if measure.frequency == "day":
                end = min(end, first + 30)
            period = Period(measure.frequency, random.choice([end, random.randint(first, end)]))
            scope = "parent" if random.random() < 0.15 else "consolidated"
            chosen = basis if random.random() < 0.9 else random.choice(BASES)
            value = None if random.random() < 0.1 else random.choice([float(random.randint(-3, 4)), random.gauss(0, 9)])
            found[measure.name, period, scope, chosen] = ObservationRow(
                entity=entity, measure=measure.name, period=period, scope=scope, basis=chosen, text="", unit="",
                value=value, **WHERE,
            )  # fmt: skip
        return list(found.values())

    def any(self) -> list[Row]:
        match self.random.choice(["figures"] * 6 + ["new", "again", "again", "link", "link", "both", "later", "early"]):
            case "new":
                fresh = self.register(self.random.choice(["firm", "branch", "plant"]))
                return self.file(fresh)
            case "again":
                entity = random_of(self.random, self.entities)
                return self.file(self.register(self.entities[entity], entity))
            case "link":
                return self.file(self.link())
            case "both":
                fresh = self.register("firm")
                return self.file([*fresh, *self.figures(LAST, 6)])
            case "later":
                return self.file(self.figures(LAST + timedelta(self.random.randint(1, 300)), 4))
            case "early":
                return self.file(self.figures(FIRST, 1, FIRST - timedelta(200)))
        return self.file(self.figures(LAST, self.random.randint(1, 20)))


def random_of(random: Random, entities: dict[str, str]) -> str:
    return random.choice(list(entities))


@dataclass
class Kept:
    """What is kept, and all answers at the last time."""

    hot: Hot
    refreshed: Refreshed
    columns: dict[str, Column]


def begin(programme: Programme, store: Store, about: str) -> Kept | None:
    wanted = needs(programme, NAMES, everyone=True, about=about)
    hot = load_hot(store, programme.catalogue, Cut(), wanted)
    if hot is None:
        return None
    refreshed = Refreshed(engine=kept(programme, NAMES, hot.scene), roots={})
    return Kept(hot, refreshed, answers(hot, refreshed))


def answers(hot: Hot, refreshed: Refreshed) -> dict[str, Column]:
    """All roots over all rows that are held."""
    panel = hot.scene.home
    shape = len(panel.periods), len(panel.entities)
    made = {name: Column(values=np.empty(shape), reasons=np.empty(shape, np.uint8)) for name in NAMES}
    roots, before = refreshed.engine.plan.roots, refreshed.engine.before
    for piece, columns in refreshed.engine.pieces(list(roots.values())):
        for name, root in roots.items():
            column = shown(columns[root])
            made[name].values[:, piece], made[name].reasons[:, piece] = column.values[before:], column.reasons[before:]
    return made


def bits(column: Column) -> bytes:
    return np.where(column.reasons == 0, column.values, 0.0).tobytes() + column.reasons.tobytes()


def check_all(programme: Programme, store: Store, about: str, now: Kept) -> None:
    """Against loading and computing all anew."""
    wanted = needs(programme, NAMES, everyone=True, about=about)
    scene = load_scene(store, programme.catalogue, Cut(), wanted)
    results = evaluate(programme, NAMES, scene)
    rows = now.hot.shown
    assert results.periods == now.hot.scene.home.periods[rows]
    assert results.entities == now.hot.scene.home.entities
    for frame, panel in {scene.frame: scene.home, **scene.others}.items():
        kept_panel = now.hot.scene.panel(frame)
        count = len(panel.periods)
        for name, column in panel.columns.items():
            mine = kept_panel.columns[name]
            assert bits(Column(values=mine.values[:count], reasons=mine.reasons[:count])) == bits(column), (frame, name)
            assert np.array_equal(kept_panel.basis[name][:count], panel.basis[name]), (frame, name)
        for name, texts in panel.attributes.items():
            assert np.array_equal(kept_panel.attributes[name][:count], texts), (frame, name)
    for key, edges in scene.links.items():
        for mine_edges, theirs in zip(now.hot.scene.links[key], edges, strict=False):
            assert np.array_equal(mine_edges.near, theirs.near), key
            assert np.array_equal(mine_edges.far, theirs.far), key
    for name in NAMES:
        mine = now.columns[name]
        assert bits(Column(values=mine.values[rows], reasons=mine.reasons[rows])) == bits(results.columns[name]), name


def check_changed(before: Kept, now: Kept) -> None:
    """Whatever differs was said to be refreshed."""
    for name in NAMES:
        old, new = before.columns[name], now.columns[name]
        width = old.values.shape[1]
        said = np.zeros(new.values.shape, np.bool_)
        for row, places in now.refreshed.roots[name].items():
            said[row, places] = True
        same = new.values[:, :width].view(np.int64) == old.values.view(np.int64)
        same &= new.reasons[:, :width] == old.reasons
        assert (same | said[:, :width]).all(), name
        assert said[:, width:].all(), name


def go(programme: Programme, about: str, seed: int, filings: int) -> int:
    """How many filings were taken in without loading all anew."""
    taken = 0
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "s.duckdb") as store:
        store.register(programme.catalogue)
        office = Office(programme, store, seed)
        for about_one in ("firm", "firm", "branch", "firm", "plant", "firm", "plant", "branch"):
            office.file(office.register(about_one))
        for _ in range(10):
            office.file(office.figures(LAST, 40))
        for _ in range(6):
            office.file(office.link())
        store.commit(office.entry)
        now = begin(programme, store, about)
        for _ in range(filings):
            rows = [row for _ in range(office.random.choice([1, 1, 1, 2])) for row in office.any()]
            store.commit(office.entry)
            brought = None if now is None else bring(store, programme.catalogue, now.hot, rows)
            if now is None or brought is None:
                now = begin(programme, store, about)
            else:
                hot, changes = brought
                refreshed = refresh(now.refreshed.engine, hot.scene, changes)
                after = Kept(hot, refreshed, answers(hot, refreshed))
                check_changed(now, after)
                now, taken = after, taken + 1
            if now is not None:
                check_all(programme, store, about, now)
    return taken


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Programme, str]:
    about, frequency = draw(st.sampled_from(HOMES))
    return checked(catalogue(*draw(formulas(about, frequency, is_owning=False)))), about


@settings(max_examples=8, deadline=None)
@given(programmes(), st.integers(0, 2**32))
def test_like_all_anew(made: tuple[Programme, str], seed: int) -> None:
    programme, about = made
    go(programme, about, seed, 5)
