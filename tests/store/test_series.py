"""Measures finer than a month: the same answers as out of a statement table, and the same digests."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fine_histories import COARSE, FINE, HOURS, QUARTERS, READINGS, fine_cells, fine_filings
from histories import ENTITIES, cuts
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import Reference
from world import catalogue, measure, observed, period, recorded, stated

from hengjian.model.cut import Cut, KnownAt
from hengjian.model.declaration import Catalogue
from hengjian.model.filing import ObservationRow, Row
from hengjian.model.period import Period
from hengjian.store import Cell, Filing, Store
from hengjian.store.select import Window
from hengjian.store.series import Grid

ZONE = ZoneInfo("Asia/Shanghai")
History = list[tuple[list[Row], date | None]]


def keep(history: History, declared: Catalogue = FINE) -> tuple[Store, Reference]:
    store, reference = Store.open(Path(":memory:")), Reference(ZONE)
    store.register(declared)
    for entry, (rows, known_from) in enumerate([([stated(entity) for entity in ENTITIES], None), *history]):
        reference.stage(entry, recorded(entry), rows, known_from)
        filing = Filing(
            entry=entry, recorded_at=recorded(entry), known_from=known_from, form="observations", subject=None,
            actor="clerk", file=None, rows=len(rows), size=1, digest="00",
        )  # fmt: skip
        store.stage_filings([(filing, rows)])
    store.commit(len(history) + 1)
    return store, reference


def by_quarter(row: Row) -> Row:
    """The same row of a quarterly measure."""
    assert isinstance(row, ObservationRow)
    return replace(row, period=QUARTERS[HOURS.index(row.period)])


@settings(max_examples=12)
@given(fine_filings, st.lists(fine_cells, min_size=1, max_size=20), cuts)
def test_the_entry_of_a_reading_under_a_cut(history: History, cells: list[ObservationRow], cut: Cut) -> None:
    store, reference = keep(history)
    asked = [
        Cell(entity=row.entity, measure=row.measure, period=row.period, scope=row.scope, basis=row.basis)
        for row in cells
    ]
    with store:
        assert store.source_entries(asked, cut) == [reference.source(cut, row) for row in cells]
        said = {}
        for fact in reference.filed:
            if isinstance(fact.row, ObservationRow):
                value = fact.row.value
                said[fact.row.entity, fact.row.measure, fact.row.period, fact.row.scope, fact.row.basis] = repr(value)
        assert ["None" if now is not None and now != now else repr(now) for now in store.values_now(cells)] == [
            said.get((row.entity, row.measure, row.period, row.scope, row.basis), "None") for row in cells
        ]


@settings(max_examples=12)
@given(fine_filings, cuts, st.none() | st.lists(st.integers(0, 3), unique=True))
def test_series_answer_as_statements_do(history: History, cut: Cut, ordinals: list[int] | None) -> None:
    fine, _ = keep(history)
    coarse, _ = keep([([by_quarter(row) for row in rows], known) for rows, known in history], COARSE)
    cut = replace(cut, as_of=None)
    with fine, coarse:
        for entry in {1, len(history)}:
            assert fine.overlaps(entry) == coarse.overlaps(entry)
        for entity in ENTITIES[:2]:
            asked = {"entity": entity, "form": None, "before": None, "limit": 5}
            assert fine.filings(**asked) == coarse.filings(**asked)  # type: ignore[arg-type]
        for rows, _ in history[:4]:
            assert fine.latest_entry(rows) == coarse.latest_entry([by_quarter(row) for row in rows])
        for name in READINGS[1:]:
            spans = [
                store.period_span([declared.measures[name]], cut, Window(first=periods[1].index, ordinals=ordinals))
                for store, declared, periods in ((fine, FINE, HOURS), (coarse, COARSE, QUARTERS))
            ]
            found = spans[0] and tuple(QUARTERS[HOURS.index(one)] for one in spans[0])
            assert found == spans[1]
            before = [
                store.reported_before([declared.measures[name]], cut, Window(first=periods[2].index, ordinals=ordinals))
                for store, declared, periods in ((fine, FINE, HOURS), (coarse, COARSE, QUARTERS))
            ]
            ((one, columns),), ((other, others),) = before
            stated_by = [
                {row["ordinal"] for row in table.to_pylist() if row[names[name]]}
                for table, names in ((one, columns), (other, others))
            ]
            assert stated_by[0] == stated_by[1]


@settings(max_examples=6)
@given(fine_filings)
def test_the_same_readings_have_the_same_digests_however_they_were_committed(history: History) -> None:
    at_once, _ = keep(history)
    with at_once, Store.open(Path(":memory:")) as piecemeal:
        piecemeal.register(catalogue(*reversed(FINE.measures.values())))
        for entry, (rows, known_from) in enumerate([([stated(entity) for entity in ENTITIES], None), *history]):
            piecemeal.stage(entry, recorded(entry), list(reversed(rows)) if entry else rows, known_from)
            piecemeal.commit(entry + 1)
        wanted, found = at_once.digests(), piecemeal.digests()
        assert {name: one for name, one in found.items() if name != "filing"} == {
            name: one for name, one in wanted.items() if name != "filing"
        }
        piecemeal.stage(99, recorded(99), [observed("E0", "水", HOURS[0], -0.0)])
        before = piecemeal.digests()
        piecemeal.rollback()
        piecemeal.stage(99, recorded(99), [observed("E0", "水", HOURS[0], 0.0)])
        assert {name for name, digest in piecemeal.digests().items() if digest != before[name]} == {"finance/hour/水"}


def test_a_digest_of_many_readings_does_not_show_its_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [observed(who, "kwh", hour, 1.5) for who in ENTITIES for hour in HOURS]
    store, _ = keep([(rows, None)])
    with store:
        whole = store.digests()
        monkeypatch.setattr("hengjian.store.digest._READINGS", 5)
        assert store.digests() == whole


def test_readings_tell_whose_need_a_second_look() -> None:
    late = observed("E1", "kwh", HOURS[0], None)
    store, _ = keep([
        ([observed(who, "kwh", hour, 1.5) for who in ENTITIES for hour in HOURS], None),
        ([late, observed("E2", "水", HOURS[1], 2.0, basis="audited")], None),
    ])  # fmt: skip

    grid = Grid(first=HOURS[0].index, origin=0, width=4)

    def asked(cut: Cut, first: Period = HOURS[0]) -> tuple[int, set[int]]:
        found = store.readings(FINE.measures["kwh"], cut, Window(first=first.index), grid)
        assert found is not None
        return sum(len(table) for table in found.portions), set(found.unsettled)

    with store:
        assert asked(Cut()) == (16, {1, 2})
        assert asked(Cut(), HOURS[1]) == (12, {2})
        assert asked(Cut(basis="flash"), HOURS[1]) == (12, set())
        assert asked(Cut(scope="parent")) == (0, set())
        assert asked(Cut(known_at=KnownAt(entries=2))) == (16, set())
        assert store.readings(FINE.measures["assets"], Cut(), Window(), grid) is None
        assert store.readings(measure("gas", frequency="hour"), Cut(), Window(), grid) is None


def test_a_measure_of_two_frequencies_has_two_columns(tmp_path: Path) -> None:
    """A new version of a pack may report more often: what was filed by quarter stays."""
    with Store.open(tmp_path / "store.duckdb") as store:
        store.register(catalogue(measure("kwh")))
        store.stage(0, recorded(0), [stated("A"), observed("A", "kwh", "2023-Q4", 1.0)])
        store.register(catalogue(measure("kwh", frequency="quarter_hour"), measure("gas", frequency="quarter_hour")))
        store.stage(1, recorded(1), [observed("A", "kwh", "2023-12-31T23:45", 2.0)])
        store.commit(2)
    with Store.open(tmp_path / "store.duckdb", read_only=True) as store:
        for when, entry in (("2023-Q4", 0), ("2023-12-31T23:45", 1), ("2023-12-31T23", None)):
            assert store.source_entry("A", "kwh", period(when), "consolidated", "flash", Cut()) == entry
        assert {"finance/quarter", "finance/quarter_hour/kwh", "finance/quarter_hour/gas"} <= store.digests().keys()
