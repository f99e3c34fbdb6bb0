"""Coarse periods out of fine ones, against plain Python and pandas."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_cells import BACK, EARLY, GONE, NA, NONE, Cell, added, bits, of_one, places, shown, told

from hengjian.evaluate.per import PER, Spans, fine_rows
from hengjian.model.missing import Missing
from hengjian.model.period import parse_period, period_of
from hengjian.panel.panel import Column

FIGURES = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 0.1, 1e16, 1e308, -1e308])
HOLES = st.sampled_from([GONE, BACK, EARLY])


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def spans(*pairs: tuple[int, int]) -> Spans:
    return Spans(starts=tuple(start for start, _ in pairs), stops=tuple(stop for _, stop in pairs))


def over(op: str, figures: Sequence[Cell], over: Spans, at_least: int | None = None) -> list[Cell]:
    with np.errstate(all="ignore"):
        return told(PER[op](of_one(figures), over, at_least))


def by_hand(op: str, figures: Sequence[Cell], start: int, stop: int, at_least: int | None) -> Cell:
    """One coarse period, by the wording of the language's reference."""
    within = list(figures[start:stop])
    if not within:
        return EARLY
    if op == "last_per":
        return within[-1]
    present = [cell for cell in within if not isinstance(cell, str)]
    holes = [cell for cell in within if isinstance(cell, str)]
    enough = len(within) if at_least is None else min(at_least, len(within))
    if op == "increase_per":
        before = figures[start - 1] if start else EARLY
        if before == EARLY:
            return EARLY if within == [EARLY] * len(within) else NONE
        if isinstance(before, str):
            return before
        if len(present) < enough:
            return holes[0]
        pairs = zip([before, *present], present, strict=False)
        return shown(added([later if later < earlier else later - earlier for earlier, later in pairs]))
    if len(present) < enough:
        return holes[0]
    match op:
        case "sum_per":
            return shown(added(present))
        case "mean_per":
            return shown(added(present) / len(present))
        case "max_per":
            return max(present)
    return min(present)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Cell], Spans]:
    figures = draw(st.lists(FIGURES | HOLES, min_size=1, max_size=12) | st.lists(FIGURES, min_size=1, max_size=12))
    pairs = draw(st.lists(st.tuples(*[st.integers(0, len(figures))] * 2).map(sorted), max_size=5))
    return figures, spans(*((start, stop) for start, stop in pairs))


@pytest.mark.parametrize("op", sorted(PER))
@settings(max_examples=40)
@given(case=cases(), at_least=st.none() | st.integers(1, 5))
def test_each_period_is_what_plain_python_makes_of_it(
    op: str, case: tuple[list[Cell], Spans], at_least: int | None
) -> None:
    figures, asked = case
    pairs = zip(asked.starts, asked.stops, strict=True)
    assert over(op, figures, asked, at_least) == [by_hand(op, figures, *pair, at_least) for pair in pairs]


def months_of_days(start: str, count: int) -> Spans:
    """The months in which `count` days from `start` lie, the whole of the first and of the last being there."""
    first = parse_period(start)
    assert first is not None
    months = [period_of(first.shift(step).start, "month") for step in range(count)]
    named = sorted(set(months))
    return spans(*((months.index(month), len(months) - months[::-1].index(month)) for month in named))


@pytest.mark.parametrize("op", ["sum", "mean", "max", "min", "last"])
def test_months_of_days_agree_with_pandas(op: str) -> None:
    random = np.random.default_rng(8)
    days = pd.date_range("2023-11-01", "2024-04-30", freq="D")
    frame = pd.DataFrame(random.uniform(-100, 100, size=(len(days), 5)), index=days)
    frame = frame.mask(random.uniform(size=frame.shape) < 0.1)
    frame.iloc[-1] = 1.0  # pandas takes the last that is there
    frame.iloc[frame.index.is_month_end] = 2.0
    made = Column(values=frame.to_numpy(), reasons=np.where(frame.isna(), np.uint8(Missing.WITHDRAWN), np.uint8(0)))
    asked = months_of_days("2023-11-01", len(days))
    ours = PER[f"{op}_per"](made, asked, 20).values
    assert ours.shape == (6, 5)
    theirs = getattr(frame.resample("MS"), op)().to_numpy()
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_quarters_of_months() -> None:
    quarters = spans((0, 3), (3, 6))
    assert over("sum_per", [1.0, 2.0, 3.0, 4.0, GONE, BACK], quarters) == [6.0, GONE]
    assert over("sum_per", [1.0, 2.0, 3.0, 4.0, GONE, BACK], quarters, 1) == [6.0, 4.0]
    assert over("mean_per", [1.0, 2.0, 6.0, 4.0, GONE, 8.0], quarters, 2) == [3.0, 6.0]
    assert over("max_per", [-1.0, -2.0, -6.0, EARLY, GONE, 8.0], quarters) == [-1.0, EARLY]
    assert over("min_per", [-1.0, -2.0, -6.0, EARLY, GONE, 8.0], quarters, 2) == [-6.0, EARLY]
    assert over("last_per", [GONE, GONE, 3.0, 4.0, 5.0, EARLY], quarters) == [3.0, EARLY]
    assert over("sum_per", [1e308, 1e308, 1.0, 1.0, 1.0, 1.0], quarters) == [NA, 3.0]


def test_a_total_adds_oldest_to_newest() -> None:
    """(((1e16 + 1) + 1) + 1) drops each 1; from the other end the three would have counted."""
    assert over("sum_per", [1e16, 1.0, 1.0, 1.0], spans((0, 4))) == [1e16]
    assert over("sum_per", [1.0, 1.0, 1.0, 1e16], spans((0, 4))) == [1e16 + 4.0]


def test_all_days_of_a_short_month_are_enough() -> None:
    assert over("sum_per", [1.0] * 5, spans((0, 3), (3, 5)), 3) == [3.0, 2.0]
    assert over("sum_per", [1.0, 1.0, 1.0, 1.0, GONE], spans((0, 3), (3, 5)), 3) == [3.0, GONE]


def test_before_all_rows_nothing_was_reported() -> None:
    for op in PER:
        assert over(op, [1.0, 2.0, 3.0], spans((0, 0), (1, 3)))[0] == EARLY
    assert told(PER["sum_per"](of_one([1.0]), spans(), None)) == []


def test_a_meter() -> None:
    """Worked by hand: 100 at the start; 103, 110 and 112 within, so 12; then it is exchanged and begins again from 0.

    Resets are taken as by Prometheus, whose manual says of increase(): breaks in monotonicity are adjusted for.
    """
    readings = [100.0, 103.0, 110.0, 112.0, 115.0, 4.0, 9.0]
    assert over("increase_per", readings, spans((1, 4), (4, 7))) == [12.0, 3.0 + 4.0 + 5.0]
    # Without the reading before it, the first period ever has no increase; before it, nothing was reported yet.
    assert over("increase_per", [EARLY, EARLY, EARLY, 5.0, 6.0, 9.0], spans((0, 2), (2, 4), (4, 6))) == [
        EARLY,
        NONE,
        4.0,
    ]
    assert over("increase_per", readings, spans((0, 4))) == [NONE]


def test_a_meter_with_readings_left_out() -> None:
    readings = [100.0, GONE, 110.0, 3.0, BACK, 5.0, 6.0]
    assert over("increase_per", readings, spans((1, 4), (5, 7))) == [GONE, BACK]
    assert over("increase_per", readings, spans((1, 4), (5, 7)), 2) == [10.0 + 3.0, BACK]
    assert over("increase_per", readings, spans((3, 5)), 1) == [3.0]
    assert over("increase_per", readings, spans((3, 5)), 2) == [BACK]
    # Only the one fine period before is asked for the reading at the start.
    assert over("increase_per", [100.0, BACK, GONE, 110.0], spans((2, 4)), 1) == [BACK]


def test_rows_read() -> None:
    asked = spans((0, 3), (3, 6), (6, 6))
    assert fine_rows("sum_per", asked, 1) == fine_rows("mean_per", asked, 1) == (3, 4, 5)
    assert fine_rows("increase_per", asked, 1) == (2, 3, 4, 5)
    assert fine_rows("increase_per", asked, 0) == (-1, 0, 1, 2)
    assert fine_rows("last_per", asked, 1) == (5,)
    assert fine_rows("last_per", asked, 2) == fine_rows("max_per", asked, 2) == ()


def mixed(height: int = 21, width: int = 23) -> Column:
    random = np.random.default_rng(6)
    values = random.uniform(-1, 3, size=(height, width))
    reasons = np.where(random.uniform(size=values.shape) < 0.1, np.uint8(Missing.WITHDRAWN), np.uint8(0))
    reasons[:4, ::3] = Missing.BEFORE_FIRST
    reasons[:, 8:15] = 0
    values[reasons != 0] = np.nan
    return Column(values=values, reasons=reasons)


@pytest.mark.parametrize("at_least", [None, 2])
@pytest.mark.parametrize("op", sorted(PER))
def test_pieces_and_blocks_give_the_same_bits(op: str, at_least: int | None) -> None:
    given, asked = mixed(), spans((0, 4), (4, 9), (9, 12), (12, 17), (17, 21))
    before = bits(given)
    whole = PER[op](given, asked, at_least)
    for start, stop in ((0, 8), (8, 15), (15, 16), (16, 23)):
        assert bits(PER[op](places(given, start, stop), asked, at_least)) == bits(places(whole, start, stop))
    block = Column(values=given.values[8:17], reasons=given.reasons[8:17])
    late = PER[op](block, spans((1, 4), (4, 9)), at_least)
    assert bits(late) == bits(whole, slice(2, 4))
    assert bits(given) == before


@pytest.mark.parametrize("at_least", [None, 2])
@pytest.mark.parametrize("op", sorted(PER))
def test_only_the_rows_named_are_read(op: str, at_least: int | None) -> None:
    given, asked = mixed(), spans((0, 4), (4, 9), (9, 12), (12, 17), (17, 21))
    answer = PER[op](given, asked, at_least)
    for row in range(5):
        hidden = [other for other in range(21) if other not in fine_rows(op, asked, row)]
        values, reasons = given.values.copy(), given.reasons.copy()
        values[hidden], reasons[hidden] = np.nan, Missing.ERASED
        alone = PER[op](Column(values=values, reasons=reasons), asked, at_least)
        assert bits(alone, slice(row, row + 1)) == bits(answer, slice(row, row + 1))


@pytest.mark.parametrize("op", ["sum_per", "max_per", "increase_per"])
def test_what_stands_in_a_missing_cell_is_never_read(op: str) -> None:
    """A quotient by 0 is infinite where it stands, and missing."""
    given = of_one([1.0, 2.0, GONE, 3.0])
    given.values[2] = np.inf
    assert told(PER[op](given, spans((1, 4)), 2)) == over(op, [1.0, 2.0, GONE, 3.0], spans((1, 4)), 2)
