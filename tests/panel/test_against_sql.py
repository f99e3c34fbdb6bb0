"""The textbook form of the as-of question, row_number() over long rows, as an oracle for panels of many entities."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from world import catalogue, measure, observed, period, recorded, stated

from hengjian.model.cut import BASES, Cut, KnownAt
from hengjian.model.missing import Missing
from hengjian.panel import load_panel
from hengjian.panel.load import PORTION
from hengjian.store import Store

MEASURES = tuple(f"item_{number}" for number in range(4))
CATALOGUE = catalogue(*(measure(name) for name in MEASURES), measure("other", kind="park"))
ENTITIES, QUARTERS = 300, tuple(f"{year}-Q{part}" for year in (2022, 2023) for part in (1, 2, 3, 4))

ORACLE = """
WITH long AS (
    SELECT ordinal, period, scope, basis, entry, name AS measure, value FROM (
        UNPIVOT (SELECT ordinal, period, scope, basis, entry, recorded_at, m1, m2, m3, m4 FROM statement_1)
        ON m1, m2, m3, m4 INTO NAME name VALUE value)
    UNION ALL
    SELECT ordinal, period, scope, basis, entry, 'm' || measure, NULL FROM withdrawn
), latest AS (
    SELECT *, row_number() OVER (PARTITION BY ordinal, period, basis, measure ORDER BY entry DESC) AS place
    FROM long WHERE scope = 0 AND entry < {entries}
), best AS (
    SELECT ordinal, period, max(basis) AS basis FROM latest WHERE place = 1 AND value IS NOT NULL
    GROUP BY ordinal, period
)
SELECT ordinal, period, measure, value, basis FROM latest JOIN best USING (ordinal, period, basis) WHERE place = 1
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """Some 9,000 cells in 60 filings, many of them corrections, one in ten withdrawn; parks among the enterprises."""
    chance = random.Random(7)
    made = Store.open(Path(":memory:"))
    made.register(CATALOGUE)
    made.stage(0, recorded(0), [stated(f"E{n}", kind="park" if n % 50 == 7 else "enterprise") for n in range(ENTITIES)])
    for entry in range(1, 61):
        cells = {
            (chance.randrange(ENTITIES), chance.choice(MEASURES), chance.choice(QUARTERS), chance.choice(BASES))
            for _ in range(150)
        }
        made.stage(
            entry,
            recorded(entry),
            [
                observed(f"E{n}", name, when, None if chance.random() < 0.1 else chance.random(), basis=basis)
                for n, name, when, basis in sorted(cells)
                if n % 50 != 7
            ],
        )
    made.commit(61)
    yield made
    made.close()


@pytest.mark.parametrize("entries", [2, 20, 61])
def test_a_panel_says_what_row_number_says(store: Store, entries: int) -> None:
    cut = Cut(known_at=KnownAt(entries=entries))
    panel = load_panel(store, CATALOGUE, cut, MEASURES, "quarter", first=period("2022-Q1"), last=period("2023-Q4"))
    assert len(panel.entities) == ENTITIES - 6
    column = {ordinal: place for place, ordinal in enumerate(panel.ordinals.tolist())}
    values = {name: np.full((8, len(column)), np.nan) for name in MEASURES}
    bases = np.zeros((8, len(column)), np.uint8)
    for ordinal, index, name, value, basis in store._database.rows(ORACLE.format(entries=entries)):
        spot = index - panel.periods[0].index, column[ordinal]
        values[MEASURES[int(name[1:]) - 1]][spot] = np.nan if value is None else value
        bases[spot] = basis
    for name in MEASURES:
        np.testing.assert_array_equal(panel.columns[name].values, values[name])
        np.testing.assert_array_equal(panel.columns[name].reasons == Missing.PRESENT, ~np.isnan(values[name]))
        np.testing.assert_array_equal(panel.basis[name], bases)


def test_portions_make_no_difference(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_panel(store, CATALOGUE, Cut(), MEASURES, "quarter")
    monkeypatch.setattr("hengjian.panel.load.PORTION", ENTITIES)
    assert ENTITIES < PORTION
    parts = load_panel(store, CATALOGUE, Cut(), MEASURES, "quarter")
    few = load_panel(store, CATALOGUE, Cut(), MEASURES, "quarter", entities=["E299", "E0"], first=period("2022-Q1"))
    assert few.entities == ("E0", "E299")
    for name in MEASURES:
        np.testing.assert_array_equal(parts.columns[name].values, whole.columns[name].values)
        np.testing.assert_array_equal(parts.columns[name].reasons, whole.columns[name].reasons)
        np.testing.assert_array_equal(few.columns[name].values, whole.columns[name].values[:, [0, -1]])


def test_a_later_first_period_keeps_what_came_before_in_mind(store: Store) -> None:
    """A panel that begins later says the same of its own periods: a gap is no beginning."""
    whole = load_panel(store, CATALOGUE, Cut(), MEASURES, "quarter")
    late = load_panel(store, CATALOGUE, Cut(), MEASURES, "quarter", first=period("2023-Q1"))
    for name in MEASURES:
        np.testing.assert_array_equal(late.columns[name].reasons, whole.columns[name].reasons[4:])


def test_no_measures_and_no_entities(store: Store) -> None:
    nothing = load_panel(store, CATALOGUE, Cut(), [], "quarter")
    assert (nothing.periods, len(nothing.entities)) == ((), ENTITIES)
    nobody = load_panel(store, CATALOGUE, Cut(), MEASURES, "quarter", entities=[])
    assert (nobody.periods, nobody.entities, nobody.columns[MEASURES[0]].values.shape) == ((), (), (0, 0))
    parks = load_panel(store, CATALOGUE, Cut(), ["other"], "quarter", attributes=["type"])
    assert (parks.periods, len(parks.entities)) == ((), 6)
    with pytest.raises(ValueError, match="by quarter"):
        load_panel(store, CATALOGUE, Cut(), MEASURES, "month")
