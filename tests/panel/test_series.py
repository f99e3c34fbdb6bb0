"""Coarser periods out of fine readings, against readings that are taken one by one in Python."""

import random
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fine_histories import FINE, HOURS, STATEMENTS, fine_filings
from histories import ENTITIES, cuts
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import Expected, Reference, expected
from world import catalogue, measure, observed, recorded, stated

from hengjian.evaluate.per import PER, Spans
from hengjian.model.cut import Cut
from hengjian.model.filing import Row
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period, around, first_within, last_before, last_within, period_of
from hengjian.panel import load_panel
from hengjian.panel.series import Kind, load_aggregate
from hengjian.store import Store

KINDS: tuple[Kind, ...] = ("sum", "mean", "max", "min", "last", "increase")
#: Coarse periods, and how many cells are read at a time.
PORTIONS: tuple[tuple[Frequency, int], ...] = (("day", 40), ("day", 10**7), ("month", 1500), ("half", 10**7))
History = list[tuple[list[Row], date | None]]


def keep(history: History) -> tuple[Store, Reference]:
    store, reference = Store.open(Path(":memory:")), Reference(ZoneInfo("Asia/Shanghai"))
    store.register(FINE)
    for entry, (rows, known_from) in enumerate([([stated(entity) for entity in ENTITIES], None), *history]):
        for keeper in (store, reference):
            keeper.stage(entry, recorded(entry), rows, known_from)
    store.commit(len(history) + 1)
    return store, reference


def one_by_one(kind: Kind, cells: list[Expected], before: Expected, at_least: int | None) -> tuple[float | None, int]:
    """A coarse period of one entity: what it comes to, or the reason why it comes to nothing."""
    figures = [cell.value for cell in cells if cell.value is not None]
    if kind == "last":
        return cells[-1].value, cells[-1].reason
    if kind == "increase" and before.value is None:
        reported = any(cell.reason != Missing.BEFORE_FIRST for cell in cells)
        first = before.reason == Missing.BEFORE_FIRST and reported
        return None, Missing.NO_HISTORY if first else before.reason
    if len(figures) < min(len(cells), len(cells) if at_least is None else at_least):
        return None, next(cell.reason for cell in cells if cell.value is None)
    total, latest = 0.0, before.value
    for figure in figures:
        if kind == "increase" and latest is not None:
            total += figure if figure < latest else figure - latest
            latest = figure
        elif kind in ("sum", "mean"):
            total += figure
    match kind:
        case "mean":
            total /= len(figures)
        case "max":
            total = max(figures)
        case "min":
            total = min(figures)
    return (total, Missing.PRESENT) if np.isfinite(total) else (None, Missing.NOT_APPLICABLE)


@settings(max_examples=15)
@given(
    fine_filings, st.lists(cuts, min_size=1, max_size=3), st.sampled_from(PORTIONS),
    st.none() | st.lists(st.sampled_from(ENTITIES), min_size=1, unique=True), st.booleans(), st.booleans(),
    st.sampled_from((1, 2, 3, None)), st.data(),
)  # fmt: skip
def test_coarser_periods_of_random_readings(
    history: History,
    questions: list[Cut],
    portion: tuple[Frequency, int],
    entities: list[str] | None,
    is_early: bool,
    is_late: bool,
    at_least: int | None,
    data: st.DataObject,
) -> None:
    per, piece = portion
    name = data.draw(st.sampled_from(("kwh", "水", "steam")))
    store, reference = keep(history)
    first = around(HOURS[0], per) if is_early else None
    last = around(HOURS[-1], per).shift(1) if is_late else None
    with store, pytest.MonkeyPatch.context() as patch:
        patch.setattr("hengjian.panel.series.PIECE", piece)
        for cut in questions:
            said = reference.cells(cut)
            chosen = tuple(one for one in ENTITIES if entities is None or one in entities)
            hours = [when for who, when, what, _ in said if what in STATEMENTS[name] and who in chosen]
            for kind in data.draw(st.permutations(KINDS))[:2]:
                found = load_aggregate(store, FINE, cut, name, kind, per, entities, first, last)
                assert found.entities == chosen
                if not hours and not (first and last):
                    assert not found.periods
                    continue
                begin, end = first or around(min(hours), per), last or around(max(hours), per)
                if cut.as_of is not None:
                    end = min(end, last_before(period_of(cut.as_of, "day"), per))
                assert found.periods == tuple(Period(per, index) for index in range(begin.index, end.index + 1))
                column = found.column(at_least)
                for place, when in enumerate(found.periods):
                    fine = range(first_within(when, "hour").index, last_within(when, "hour").index + 1)
                    for who, entity in enumerate(chosen):
                        # Of the many hours of a half-year those count that anything may be said of.
                        cells = [
                            expected(said, STATEMENTS[name], name, entity, Period("hour", index))
                            for index in (fine if len(fine) <= 800 else [fine[0], *near(fine), fine[-1]])
                        ]
                        before = expected(said, STATEMENTS[name], name, entity, Period("hour", fine[0] - 1))
                        value, reason = one_by_one(kind, cells, before, at_least)
                        is_ = column.values[place, who]
                        assert Missing(column.reasons[place, who]) == reason
                        assert np.isnan(is_) if value is None else is_ == value


def near(fine: range) -> list[int]:
    return [hour.index for hour in HOURS if fine[0] < hour.index < fine[-1]]


MINUTES = catalogue(measure("kwh", frequency="quarter_hour"), measure("gas", frequency="day"), measure("assets"))
DAY = first_within(Period("day", date(2024, 2, 28).toordinal()), "quarter_hour").index


@pytest.fixture(scope="module")
def store() -> Store:
    """Six meters over three days by the quarter hour, filed a day at a time, then late readings and corrections."""
    chance = random.Random(5)
    made = Store.open(Path(":memory:"))
    made.register(MINUTES)
    made.stage(0, recorded(0), [stated(f"M{n}", kind="park" if n == 2 else "enterprise") for n in range(7)])

    def reading(meter: int, index: int) -> Row:
        return observed(
            f"M{meter}", "kwh", Period("quarter_hour", index), chance.random() * 10 ** chance.randint(-9, 9)
        )

    late = [(n, DAY + chance.randrange(288)) for n in range(7) for _ in range(20) if n not in (2, 5)]
    for day in range(3):
        every = [(n, DAY + day * 96 + step) for n in range(7) for step in range(96) if n != 2]
        made.stage(1 + day, recorded(1 + day), [reading(*one) for one in every if one not in late[::2]])
    made.stage(4, recorded(4), [reading(*one) for one in sorted(set(late))])
    made.stage(5, recorded(5), [observed("M5", "kwh", Period("quarter_hour", DAY + 100), None)])
    made.commit(6)
    return made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("per", ["hour", "day", "month"])
def test_coarser_periods_are_what_the_panel_adds_up_to(store: Store, kind: Kind, per: Frequency) -> None:
    """Bit for bit: late readings take their place in time, whenever they came."""
    panel = load_panel(store, MINUTES, Cut(), ["kwh"], "quarter_hour")
    found = load_aggregate(store, MINUTES, Cut(), "kwh", kind, per)
    assert found.entities == panel.entities
    column, fine = found.column(at_least=1), panel.columns["kwh"]
    compared = 0
    for place, when in enumerate(found.periods):
        rows = range(first_within(when, "quarter_hour").index, last_within(when, "quarter_hour").index + 1)
        for who in range(len(found.entities)):
            cells = {
                period.index: Expected(float(value) if reason == 0 else None, Missing(reason), 0)
                for period, value, reason in zip(panel.periods, fine.values[:, who], fine.reasons[:, who], strict=True)
            }
            outside = Expected(None, Missing.NOT_REPORTED, 0)
            silent = Expected(None, Missing.BEFORE_FIRST, 0)
            inside = [cells.get(row, silent if row < DAY else outside) for row in rows]
            value, reason = one_by_one(kind, inside, cells.get(rows[0] - 1, silent), 1)
            assert Missing(column.reasons[place, who]) == reason
            assert value is None or column.values[place, who] == value
            compared += value is not None
    assert compared >= (5 if kind != "increase" and per != "month" else 0)


@pytest.mark.parametrize("at_least", [None, 1, 90])
@pytest.mark.parametrize("kind", KINDS)
def test_the_kernels_say_the_same_of_a_panel_of_fine_periods(store: Store, kind: Kind, at_least: int | None) -> None:
    found = load_aggregate(store, MINUTES, Cut(), "kwh", kind, "day")
    days = [(first_within(when, "quarter_hour"), last_within(when, "quarter_hour")) for when in found.periods]
    panel = load_panel(store, MINUTES, Cut(), ["kwh"], "quarter_hour", first=days[0][0], last=days[-1][1])
    starts = [first.index - days[0][0].index for first, _ in days]
    spans = Spans(starts=tuple(starts), stops=tuple(start + 96 for start in starts))
    wanted, column = PER[f"{kind}_per"](panel.columns["kwh"], spans, at_least), found.column(at_least)
    np.testing.assert_array_equal(column.values, wanted.values)
    np.testing.assert_array_equal(column.reasons, wanted.reasons)


def test_the_order_of_the_rows_makes_no_difference(store: Store) -> None:
    """Rows mostly come by entry; where a table is shuffled, the latest entry still holds."""
    wanted = {kind: load_aggregate(store, MINUTES, Cut(), "kwh", kind, "day").column(1) for kind in KINDS}
    with store.reader() as other:
        database = other._database
        database.begin()
        database.run("CREATE TABLE shuffled AS SELECT * FROM series_1 ORDER BY hash(entry * 7919 + period + ordinal)")
        database.run("DELETE FROM series_1")
        database.run("INSERT INTO series_1 SELECT * FROM shuffled")
        for kind, column in wanted.items():
            found = load_aggregate(other, MINUTES, Cut(), "kwh", kind, "day").column(1)
            np.testing.assert_array_equal(found.values, column.values)
            np.testing.assert_array_equal(found.reasons, column.reasons)
        database.rollback()


def test_nothing_to_add_up(store: Store) -> None:
    assert load_aggregate(store, MINUTES, Cut(), "gas", "sum", "month").periods == ()
    february = Period("month", 2024 * 12 + 1)
    gas = load_aggregate(store, MINUTES, Cut(), "gas", "increase", "month", first=february, last=february)
    assert (gas.values.shape, gas.sizes.tolist()) == ((1, 6), [29])
    assert set(gas.column().reasons.ravel().tolist()) == {Missing.BEFORE_FIRST}
    assert load_aggregate(store, MINUTES, Cut(), "kwh", "sum", "month", entities=[]).entities == ()
    with pytest.raises(ValueError, match="not coarser"):
        load_aggregate(store, MINUTES, Cut(), "gas", "sum", "hour")
