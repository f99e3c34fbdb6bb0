"""Figures, facts and links as stored, corrected and withdrawn, on dates that a reader can follow."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from histories import ENTITIES, LINK_DAYS, MEASURES, QUARTERS, cuts, filings
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import Reference
from world import WORLD, catalogue, linked, measure, observed, period, recorded, stated

from hengjian.model.cut import BASES, Cut, KnownAt
from hengjian.model.filing import LinkRow, ObservationRow, Row
from hengjian.model.issue import Failure, Refused
from hengjian.store import Cell, Store
from hengjian.store.select import Window

ZONE = ZoneInfo("Asia/Shanghai")
NOW = Cut()
History = list[tuple[list[Row], date | None]]


def keep(history: History) -> tuple[Store, Reference]:
    store, reference = Store.open(Path(":memory:")), Reference(ZONE)
    store.register(WORLD)
    for entry, (rows, known_from) in enumerate([([stated(entity) for entity in ENTITIES], None), *history]):
        for keeper in (store, reference):
            keeper.stage(entry, recorded(entry), rows, known_from)
    store.commit(len(history) + 1)
    return store, reference


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.duckdb") as made:
        made.register(WORLD)
        made.stage(0, recorded(0), [stated("A", None, "甲", industry="power"), stated("B")])
        made.commit(1)
        yield made


# --- against the reference


@settings(max_examples=60)
@given(filings, st.lists(cuts, min_size=1, max_size=4))
def test_links_of_random_histories_are_painted_day_by_day(history: History, questions: list[Cut]) -> None:
    store, reference = keep(history)
    with store:
        for cut in questions:
            for day, painted in reference.links(cut, "owns", LINK_DAYS).items():
                found = {(state.source, state.target): state for state in store.links_at(cut, day, "owns")}
                assert found.keys() == painted.keys()
                for ends, row in painted.items():
                    assert found[ends].attributes == dict(row.attributes)
                    assert (found[ends].valid_from, found[ends].valid_to) == (row.valid_from, row.valid_to)


_any_cell = st.builds(
    observed,
    st.sampled_from(ENTITIES), st.sampled_from(MEASURES), st.sampled_from(QUARTERS), st.just(1.0),
    st.sampled_from(("consolidated", "parent")), st.sampled_from(BASES),
)  # fmt: skip


@settings(max_examples=60)
@given(filings, st.lists(_any_cell, min_size=1, max_size=20), cuts)
def test_the_entry_of_a_cell_under_a_cut(history: History, cells: list[ObservationRow], cut: Cut) -> None:
    store, reference = keep(history)
    asked = [
        Cell(entity=row.entity, measure=row.measure, period=row.period, scope=row.scope, basis=row.basis)
        for row in cells
    ]
    with store:
        assert store.source_entries(asked, cut) == [reference.source(cut, row) for row in cells]


@settings(max_examples=60)
@given(filings, filings)
def test_the_latest_filing_that_rows_would_change(history: History, others: History) -> None:
    store, reference = keep(history)
    with store:
        for rows, _ in [*history, *others]:
            assert store.latest_entry(rows) == reference.latest_entry(rows)


@settings(max_examples=20)
@given(filings)
def test_the_same_rows_have_the_same_digests_however_they_were_committed(history: History) -> None:
    at_once, _ = keep(history)
    with at_once, Store.open(Path(":memory:")) as piecemeal:
        piecemeal.register(WORLD)
        for entry, (rows, known_from) in enumerate([([stated(entity) for entity in ENTITIES], None), *history]):
            piecemeal.stage(entry, recorded(entry), rows, known_from)
            piecemeal.commit(entry + 1)
        assert piecemeal.digests() == at_once.digests()
        piecemeal.stage(99, recorded(99), [observed("E0", "assets", "2023-Q1", -0.0)])
        before = piecemeal.digests()
        piecemeal.rollback()
        piecemeal.stage(99, recorded(99), [observed("E0", "assets", "2023-Q1", 0.0)])
        assert {name for name, digest in piecemeal.digests().items() if digest != before[name]} == {"finance/quarter"}


# --- by hand


def test_another_measure_of_the_same_statement_is_no_change(store: Store) -> None:
    store.stage(1, recorded(1), [observed("A", "assets", "2023-Q1", 5.0)])
    store.stage(2, recorded(2), [observed("A", "资产", "2023-Q1", 6.0)])
    assert store.latest_entry([observed("A", "assets", "2023-Q1", 7.0)]) == 1
    assert store.latest_entry([observed("A", "assets", "2023-Q1", 7.0, basis="audited")]) is None
    assert store.latest_entry([observed("A", "Assets", "2023-Q1", 7.0)]) is None
    store.stage(3, recorded(3), [observed("A", "assets", "2023-Q1", None)])
    assert store.latest_entry([observed("A", "assets", "2023-Q1", 7.0), observed("A", "资产", "2023-Q1", 1.0)]) == 3


def test_a_claimed_day_begins_at_midnight_of_the_space(store: Store) -> None:
    """Known from 2020-03-01 in Shanghai is known from 16:00 UTC of the day before, unless only proof counts."""
    store.stage(1, recorded(1), [observed("A", "assets", "2019-Q4", 5.0)], date(2020, 3, 1))

    def seen(moment: datetime, *, proven: bool = False) -> int | None:
        cut = Cut(known_at=KnownAt(moment=moment), proven=proven)
        return store.source_entry("A", "assets", period("2019-Q4"), "consolidated", "flash", cut)

    assert seen(datetime(2020, 2, 29, 15, 59, 59, 999999, tzinfo=UTC)) is None
    assert seen(datetime(2020, 2, 29, 16, tzinfo=UTC)) == 1
    assert seen(datetime(2020, 3, 1, tzinfo=UTC), proven=True) is None
    assert seen(recorded(1), proven=True) == 1
    assert seen(datetime.max.replace(tzinfo=UTC)) == 1


def test_a_sale_is_a_fact_with_share_zero(store: Store) -> None:
    store.stage(1, recorded(1), [linked("A", "B", None, None, share="0.6")])
    store.stage(2, recorded(2), [linked("A", "B", date(2023, 5, 1), None, share="0")])

    def share(day: date, cut: Cut = NOW) -> list[str]:
        return [state.attributes["share"] for state in store.links_at(cut, day, "owns")]

    assert share(date(2023, 4, 30)) == ["0.6"]
    assert share(date(2023, 5, 1)) == ["0"]
    assert share(date(2023, 5, 1), Cut(known_at=KnownAt(entries=2))) == ["0.6"]


def test_registration_has_no_clock_but_names_have(store: Store) -> None:
    store.stage(1, recorded(1), [stated("A", date(2023, 7, 1), "甲集团")])
    early = Cut(known_at=KnownAt(entries=0))
    assert [(state.id, state.name) for state in store.entities(early, date(2024, 1, 1))] == [("A", "A"), ("B", "B")]
    assert store.entities(NOW, date(2023, 6, 30), ["A"])[0].name == "甲"
    assert store.entities(NOW, date(2023, 7, 1), ["A"])[0].attributes == {"industry": "power", "name": "甲集团"}


def test_what_intake_should_have_refused_leaves_nothing(store: Store) -> None:
    before = store.digests()
    faulty: list[list[Row]] = [
        [stated("C"), observed("X", "assets", "2023-Q1", 1.0)],
        [stated("C"), observed("A", "income", "2023-Q1", 1.0)],
        [stated("C"), observed("A", "assets", "2023-01", 1.0)],
        [stated("C"), observed("A", "assets", "2023-Q1", float("nan"))],
        [stated("C"), observed("A", "assets", "2023-Q1", 1.0), observed("A", "assets", "2023-Q1", 1.0)],
        [stated("C"), stated("A", kind="park")],
        [stated("C"), stated("C", kind="park")],
        [stated("C"), linked("A", "X")],
    ]
    for rows in faulty:
        with pytest.raises(ValueError, match=r"registered|twice|finite|types"):
            store.stage(1, recorded(1), rows)
        assert store.digests() == before


def test_staged_rows_are_seen_here_only_until_they_are_committed(store: Store) -> None:
    other = store.reader()
    store.stage(1, recorded(1), [stated("C"), observed("C", "assets", "2023-Q1", 1.0)])
    assert store.entity_types() == {"A": "enterprise", "B": "enterprise", "C": "enterprise"}
    assert "C" not in other.entity_types()
    store.rollback()
    assert "C" not in store.entity_types()
    assert store.applied_through == 1
    store.stage(1, recorded(1), [stated("D"), observed("D", "assets", "2023-Q1", 1.0)])
    store.commit(2)
    assert list(other.entity_types()) == ["A", "B", "D"]
    assert other.applied_through == 2
    with pytest.raises(Failure, match="reading only"):
        other.stage(2, recorded(2), [])


def test_a_snapshot_stays_as_it_was(store: Store) -> None:
    other = store.reader()
    with other.snapshot():
        assert other.period_span([WORLD.measures["assets"]], NOW, Window()) is None
        store.stage(1, recorded(1), [observed("A", "assets", "2023-Q1", 1.0)])
        store.commit(2)
        assert other.period_span([WORLD.measures["assets"]], NOW, Window()) is None
    assert other.period_span([WORLD.measures["assets"]], NOW, Window()) == (period("2023-Q1"), period("2023-Q1"))


def test_an_upgrade_adds_columns_beside_staged_rows_and_a_rollback_takes_them_away(store: Store) -> None:
    wider = catalogue(*WORLD.measures.values(), measure("利润"), measure("rides", pack="transit"))
    store.stage(1, recorded(1), [observed("A", "assets", "2023-Q1", 1.0)])
    store.register(wider)
    store.stage(2, recorded(2), [observed("A", "利润", "2023-Q1", 2.0), observed("A", "rides", "2023-Q1", 3.0)])
    store.rollback()
    with pytest.raises(ValueError, match="registered"):
        store.stage(1, recorded(1), [observed("A", "利润", "2023-Q1", 2.0)])
    store.rollback()
    store.register(wider)
    store.register(wider)
    store.stage(1, recorded(1), [observed("A", "利润", "2023-Q1", 2.0), observed("A", "rides", "2023-Q1", 3.0)])
    store.commit(2)
    assert store.source_entry("A", "rides", period("2023-Q1"), "consolidated", "flash", NOW) == 1


def test_unknown_entities_are_all_named_with_the_nearest(store: Store) -> None:
    store.stage(1, recorded(1), [stated("north_power")])
    with pytest.raises(Refused) as refused:
        store.ordinals(["nort_power", "A", "?"])
    assert [(issue.message, issue.hint) for issue in refused.value.issues] == [
        ("no entity is called 'nort_power'", "did you mean north_power?"),
        ("no entity is called '?'", "entities are registered with the form `entities`"),
    ]


def test_a_link_of_other_days_or_ends_is_no_change(store: Store) -> None:
    held = [linked("A", "B", date(2020, 1, 1), date(2021, 1, 1), share="1")]
    store.stage(1, recorded(1), held)
    rows: list[LinkRow] = [
        linked("A", "B", date(2021, 1, 1)), linked("A", "B", None, date(2020, 1, 1)), linked("B", "A"),
        linked("A", "B", link="parent"),
    ]  # fmt: skip
    assert [store.latest_entry([row]) for row in rows] == [None] * 4
    assert store.latest_entry([linked("A", "B", date(2020, 12, 31))]) == 1
