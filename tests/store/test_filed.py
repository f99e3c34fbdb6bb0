"""Lists of filings, who has filed which period, and what other filings say of the same cells."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import WORLD, linked, observed, period, recorded, stated

from hengjian.model.cut import Cut, KnownAt
from hengjian.model.filing import Row
from hengjian.model.period import Period
from hengjian.store import Filed, Filing, Store

ASSETS = [WORLD.measures["assets"], WORLD.measures["资产"]]


def put(store: Store, entry: int, *rows: Row, form: str = "wide", known_from: date | None = None) -> None:
    """One filing, staged as the desk stages it."""
    store.stage_filings([(filing_of(entry, *rows, form=form, known_from=known_from), rows)])


def filing_of(entry: int, *rows: Row, form: str = "wide", known_from: date | None = None) -> Filing:
    data = f"file {entry}".encode()
    return Filing(
        entry=entry, recorded_at=recorded(entry), known_from=known_from, form=form, subject=None, actor="clerk",
        file=f"{entry}.xlsx", rows=len(rows), size=len(data), digest=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A and B are registered (entry 0), A reports assets of 2023-Q3 and Q4 (entry 1)."""
    with Store.open(tmp_path / "store.duckdb") as store:
        store.register(WORLD)
        put(store, 0, stated("A"), stated("B"), linked("A", "B", share="1"), form="entities")
        put(store, 1, observed("A", "assets", "2023-Q3", 1.0), observed("A", "资产", "2023-Q4", 2.0))
        yield store


EVER = (0, 1 << 20)


def found(store: Store, own: str | None = None, cut: Cut | None = None) -> dict[tuple[int, str], Filed]:
    """What is filed, by ordinal and period."""
    ((begun, filed),) = store.filed(ASSETS, own, cut or Cut(), EVER)
    by_period = {(one.ordinal, str(Period("quarter", one.period))): one for one in filed}
    firsts = {ordinal: str(Period("quarter", first)) for ordinal, first in begun.items()}
    assert firsts == {ordinal: min(period for one, period in by_period if one == ordinal) for ordinal, _ in by_period}
    return by_period


def test_a_window_of_periods_and_the_first_ever(store: Store) -> None:
    last = period("2023-Q4").index
    ((begun, filed),) = store.filed(ASSETS, None, Cut(), (last, last + 3))
    assert begun == {0: last - 1}
    assert [one.period for one in filed] == [last]
    assert store.filed([], None, Cut(), EVER) == []


def test_a_period_is_filed_by_any_of_its_measures(store: Store) -> None:
    put(store, 2, observed("A", "Assets", "2024-Q1", 1.0))
    assert set(found(store)) == {(0, "2023-Q3"), (0, "2023-Q4")}, "2024-Q1 states another measure only"


def test_the_first_day_and_the_last_entry_of_corrections(store: Store) -> None:
    put(store, 4, observed("A", "assets", "2023-Q4", 3.0), observed("A", "资产", "2023-Q4", 4.0))
    one = found(store)[0, "2023-Q4"]
    assert (one.first, one.claimed, one.filings, one.entry) == (date(2024, 1, 1), False, 2, 4)


def test_a_day_is_one_of_the_spaces_time_zone(store: Store) -> None:
    """Entry 3 is recorded on 2024-01-02 at 12:00 UTC, entry 5 at 20:00 in Shanghai; entry 9 at 04:00 on the next."""
    put(store, 5, observed("B", "assets", "2023-Q4", 3.0))
    assert recorded(5).astimezone(UTC).hour == 12
    assert found(store)[1, "2023-Q4"].first == date(2024, 1, 3)
    with Store.open(Path(":memory:"), timezone="Pacific/Kiritimati") as other:
        other.register(WORLD)
        put(other, 0, stated("A"), form="entities")
        put(other, 1, observed("A", "assets", "2023-Q4", 3.0))
        assert found(other)[0, "2023-Q4"].first == date(2024, 1, 2), "14 hours ahead of UTC"


def test_an_archive_claims_its_day(store: Store) -> None:
    put(store, 2, observed("A", "assets", "2023-Q3", 1.5), known_from=date(2023, 10, 20))
    one = found(store)[0, "2023-Q3"]
    assert (one.first, one.claimed, one.filings) == (date(2023, 10, 20), True, 2)
    early = found(store, cut=Cut(known_at=KnownAt(entries=2)))[0, "2023-Q3"]
    assert (early.first, early.claimed) == (date(2024, 1, 1), False)


def test_what_is_withdrawn_is_not_filed(store: Store) -> None:
    put(store, 2, observed("A", "资产", "2023-Q4", None))
    assert set(found(store)) == {(0, "2023-Q3")}
    put(store, 3, observed("A", "assets", "2023-Q4", 5.0))
    one = found(store)[0, "2023-Q4"]
    assert (one.filings, one.entry, one.first) == (2, 3, date(2024, 1, 1))


def test_a_withdrawal_of_one_measure_leaves_the_other(store: Store) -> None:
    put(store, 2, observed("A", "assets", "2023-Q4", 5.0))
    put(store, 3, observed("A", "资产", "2023-Q4", None))
    assert (0, "2023-Q4") in found(store)


def test_comparative_figures_of_a_form_file_no_earlier_period(store: Store) -> None:
    put(store, 2, observed("B", "assets", "2023-Q4", 5.0), observed("B", "assets", "2024-Q1", 6.0), form="sheet")
    assert {key for key in found(store) if key[0] == 1} == {(1, "2023-Q4"), (1, "2024-Q1")}
    assert {key for key in found(store, own="sheet") if key[0] == 1} == {(1, "2024-Q1")}
    assert {key for key in found(store, own="sheet") if key[0] == 0} == {(0, "2023-Q3"), (0, "2023-Q4")}


# lists


def entries(store: Store, entity: str | None = None, form: str | None = None, **more: int) -> list[int]:
    page = store.filings(entity=entity, form=form, before=more.get("before"), limit=more.get("limit", 10))
    return [one.entry for one in page.filings]


def test_filings_newest_first_of_an_entity_and_of_a_form(store: Store) -> None:
    put(store, 2, observed("B", "energy", "2023-Q4", 1.0))
    put(store, 3, observed("B", "energy", "2023-Q4", None), form="observations")
    assert entries(store) == [3, 2, 1, 0]
    assert entries(store, "A") == [1, 0]
    assert entries(store, "B") == [3, 2, 0]
    assert entries(store, form="wide") == [2, 1]
    assert entries(store, "B", "wide") == [2]


def test_pages_of_a_list(store: Store) -> None:
    for entry in range(2, 7):
        put(store, entry, observed("B", "energy", period("2023-Q4").shift(entry), 1.0))
    first = store.filings(entity="B", form=None, before=None, limit=2)
    assert ([one.entry for one in first.filings], first.count, first.following) == ([6, 5], 6, 4)
    last = store.filings(entity="B", form=None, before=3, limit=3)
    assert ([one.entry for one in last.filings], last.count, last.following) == ([3, 2, 0], 6, None)


def test_a_filing_is_found_by_its_bytes(store: Store) -> None:
    (one,) = store.filings_of(hashlib.sha256(b"file 1").hexdigest())
    assert one == store.filing(1)
    assert (one.entry, one.recorded_at, one.file, one.rows, one.size) == (1, recorded(1), "1.xlsx", 2, 6)
    assert store.filings_of("0" * 64) == []
    assert store.filing(99) is None


def test_filings_are_part_of_the_digests(store: Store, tmp_path: Path) -> None:
    before = store.digests()
    put(store, 2, form="wide")
    assert {name for name, digest in store.digests().items() if digest != before[name]} == {"filing"}


# the same cells


def test_which_other_filings_state_the_same(store: Store) -> None:
    put(store, 2, observed("A", "assets", "2023-Q3", 9.0), observed("A", "资产", "2023-Q3", 9.0))
    put(store, 3, observed("A", "资产", "2023-Q3", None), observed("A", "assets", "2023-Q3", None))
    put(store, 4, stated("A", name="renamed"), linked("A", "B", share="0"), form="entities")
    put(store, 5, observed("A", "assets", "2023-Q3", 9.0, basis="audited"))
    assert store.overlaps(1) == [(2, 1), (3, 1)]
    assert store.overlaps(2) == [(1, 1), (3, 2)]
    assert store.overlaps(3) == [(2, 2), (1, 1)]
    assert store.overlaps(0) == [(4, 2)], "the type of A, and the relation; it had no name"
    assert store.overlaps(5) == []


def test_what_cells_hold_now(store: Store) -> None:
    put(store, 2, observed("A", "资产", "2023-Q4", None), observed("A", "assets", "2023-Q3", 7.0))
    asked = [
        observed("A", "资产", "2023-Q4", 1.0), observed("A", "assets", "2023-Q3", 1.0),
        observed("A", "assets", "2023-Q4", 1.0), observed("B", "energy", "2023-Q4", 1.0),
    ]  # fmt: skip
    withdrawn, figure, *never = store.values_now(asked)
    assert withdrawn is not None
    assert math.isnan(withdrawn)
    assert figure == 7.0
    assert never == [None, None]


def test_filings_staged_together_give_the_tables_of_one_by_one(tmp_path: Path) -> None:
    """Some state other measures than others, one withdraws, one registers in their midst, two state one cell."""
    batch: list[tuple[Row, ...]] = [
        (stated("A"), stated("B")),
        (observed("A", "assets", "2023-Q3", 1.0),),
        (observed("B", "资产", "2023-Q4", 2.0), observed("A", "assets", "2023-Q3", 5.0)),
        (observed("B", "资产", "2023-Q4", None),),
        (stated("C"), linked("A", "C", share="1")),
        (observed("C", "assets", "2023-Q4", 3.0), observed("A", "资产", "2023-Q3", 4.0)),
    ]
    digests = []
    for name in ("together", "alone"):
        with Store.open(tmp_path / f"{name}.duckdb") as store:
            store.register(WORLD)
            parts = [(filing_of(entry, *rows), rows) for entry, rows in enumerate(batch)]
            for some in [parts] if name == "together" else [[part] for part in parts]:
                store.stage_filings(some)
            store.commit(len(batch))
            digests.append(store.digests())
    assert digests[0] == digests[1]


# the same by plain loops


@dataclass(frozen=True)
class Said:
    """One row: of an entity (by ordinal), a measure and a period; None withdraws."""

    ordinal: int
    measure: str
    period: int
    scope: str
    basis: str
    value: float | None


SAID = st.builds(
    Said, st.integers(0, 1), st.sampled_from(["assets", "资产", "Assets"]), st.integers(8092, 8094),
    st.sampled_from(["consolidated", "parent"]), st.sampled_from(["flash", "audited"]),
    st.sampled_from([None, 1.0, 2.0]),
)  # fmt: skip
ENTRY = st.tuples(
    st.lists(
        SAID, min_size=1, max_size=6, unique_by=lambda one: (one.ordinal, one.measure, one.period, one.scope, one.basis)
    ),
    st.sampled_from(["sheet", "wide"]),
)


def by_loops(history: list[tuple[list[Said], str]], own: str | None) -> dict[tuple[int, int], tuple[int, int]]:
    """(number of filings, last entry) by ordinal and period, as the docstring of `filed` says it."""
    cells: dict[Said, float | None] = {}
    filings: dict[tuple[int, int], set[int]] = {}
    for entry, (rows, form) in enumerate(history, 1):
        wanted = [row for row in rows if row.measure != "Assets"]
        for row in wanted:
            cells[replace(row, value=None)] = row.value
        figures = [row for row in wanted if row.value is not None]
        for row in figures:
            last = max(other.period for other in figures if other.ordinal == row.ordinal)
            if form != own or row.period == last:
                filings.setdefault((row.ordinal, row.period), set()).add(entry)
    live = {(cell.ordinal, cell.period) for cell, value in cells.items() if value is not None}
    return {key: (len(entries), max(entries)) for key, entries in filings.items() if key in live}


@settings(max_examples=60)
@given(history=st.lists(ENTRY, max_size=8), own=st.sampled_from([None, "sheet"]))
def test_the_tables_say_what_plain_loops_say(history: list[tuple[list[Said], str]], own: str | None) -> None:
    with Store.open(Path(":memory:")) as store:
        store.register(WORLD)
        put(store, 0, stated("A"), stated("B"), form="entities")
        for entry, (rows, form) in enumerate(history, 1):
            put(store, entry, *(
                observed("AB"[row.ordinal], row.measure, Period("quarter", row.period), row.value, row.scope, row.basis)
                for row in rows
            ), form=form)  # fmt: skip
        ((begun, filed),) = store.filed(ASSETS, own, Cut(), EVER)
    expected = by_loops(history, own)
    assert {(one.ordinal, one.period): (one.filings, one.entry) for one in filed} == expected
    assert begun == {ordinal: min(at for one, at in expected if one == ordinal) for ordinal, _ in expected}
