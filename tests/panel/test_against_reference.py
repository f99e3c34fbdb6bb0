"""Panels of random histories against the slow reference: every cell, reason, basis and attribute."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from histories import ATTRIBUTES, ENTITIES, MEASURES, QUARTERS, cuts, filings
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import Expected, Reference, expected
from world import WORLD, recorded, stated

from hengjian.model.cut import Cut
from hengjian.model.filing import Row
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.panel import Panel, load_panel
from hengjian.store import Store

ZONE = ZoneInfo("Asia/Shanghai")
STATEMENTS = {"assets": MEASURES[:3], "Assets": MEASURES[:3], "资产": MEASURES[:3], "energy": MEASURES[3:]}


def filled(history: list[tuple[list[Row], date | None]]) -> tuple[Store, Reference]:
    store, reference = Store.open(Path(":memory:")), Reference(ZONE)
    store.register(WORLD)
    for entry, (rows, known_from) in enumerate([([stated(entity) for entity in ENTITIES], None), *history]):
        for keeper in (store, reference):
            keeper.stage(entry, recorded(entry), rows, known_from)
    store.commit(len(history) + 1)
    return store, reference


def should_be(reference: Reference, cut: Cut, panel: Panel, measures: list[str]) -> list[list[list[Expected]]]:
    said = reference.cells(cut)
    return [
        [[expected(said, STATEMENTS[name], name, entity, when) for entity in panel.entities] for when in panel.periods]
        for name in measures
    ]


def is_(panel: Panel, measures: list[str]) -> list[list[list[Expected]]]:
    shape = range(len(panel.periods)), range(len(panel.entities))
    return [
        [
            [
                Expected(
                    None if np.isnan(panel.columns[name].values[p, e]) else float(panel.columns[name].values[p, e]),
                    Missing(panel.columns[name].reasons[p, e]),
                    int(panel.basis[name][p, e]),
                )
                for e in shape[1]
            ]
            for p in shape[0]
        ]
        for name in measures
    ]


def default_span(reference: Reference, cut: Cut, measures: list[str], entities: tuple[str, ...]) -> list[Period]:
    """From the first to the last period that states any of the measures for any of the entities."""
    stated_in = [when for who, when, what, _ in reference.cells(cut) if what in measures and who in entities]
    if cut.as_of is not None:
        stated_in = [when for when in stated_in if when.end <= cut.as_of]
    return [when for when in QUARTERS if stated_in and min(stated_in) <= when <= max(stated_in)]


@settings(max_examples=80)
@given(
    filings,
    st.lists(cuts, min_size=2, max_size=5),
    st.lists(st.sampled_from(MEASURES), min_size=1, unique=True),
    st.none() | st.lists(st.sampled_from(ENTITIES), min_size=1),
    st.none() | st.sampled_from(QUARTERS),
    st.none() | st.sampled_from(QUARTERS),
)
def test_panels_of_random_histories(
    history: list[tuple[list[Row], date | None]],
    questions: list[Cut],
    measures: list[str],
    entities: list[str] | None,
    first: Period | None,
    last: Period | None,
) -> None:
    store, reference = filled(history)
    with store:
        for cut in questions:
            panel = load_panel(store, WORLD, cut, measures, "quarter", entities, first, last, ATTRIBUTES)
            assert panel.entities == tuple(name for name in ENTITIES if entities is None or name in entities)
            if first is None and last is None:
                assert list(panel.periods) == default_span(reference, cut, measures, panel.entities)
            assert is_(panel, measures) == should_be(reference, cut, panel, measures)
            for name in ATTRIBUTES:
                assert panel.attributes[name].tolist() == [
                    [reference.attribute(cut, who, name, cut.as_of or when.end) for who in panel.entities]
                    for when in panel.periods
                ]


@settings(max_examples=30)
@given(filings, cuts)
def test_lines_may_come_in_any_order(history: list[tuple[list[Row], date | None]], cut: Cut) -> None:
    """The order of entries is the panel's own care: shuffling the rows of the tables changes nothing."""
    store, reference = filled(history)
    with store:
        database = store._database
        for table in ("statement_1", "statement_3", "attribute_fact"):
            if database.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", (table,)):
                database.run(
                    f"CREATE TABLE other AS SELECT * FROM {table} ORDER BY hash(entry * 7919 + {len(history)})"
                )
                database.run(f"DROP TABLE {table}")
                database.run(f"ALTER TABLE other RENAME TO {table}")
        panel = load_panel(store, WORLD, cut, MEASURES, "quarter", attributes=["industry"])
        assert is_(panel, list(MEASURES)) == should_be(reference, cut, panel, list(MEASURES))
