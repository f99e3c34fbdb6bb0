"""Kernels over the last rows, against plain Python, pandas, NumPy's least squares and published examples."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_cells import BACK, BASE, EARLY, GONE, NA, NONE, Cell, added, bits, of_one, places, shown, told

from hengjian.evaluate.backward import BACKWARD, Calendar, Look, rows_back, rows_read
from hengjian.formula.term import Options
from hengjian.model.missing import Missing
from hengjian.panel.panel import Column
from hengjian.panel.scene import WHOLE

KINDS = ("sum", "mean", "min", "max", "std")

#: Each operation with as many periods as it can be asked for, and what it reads.
ASKED = [
    ("delta", 1, ()), ("delta", 3, ()), ("cagr", 1, ()), ("slope", 2, ()), ("slope", 5, ()), ("residual", 4, ()),
    ("since", 0, ()), ("count_true", 3, ()), ("count_true", 4, (("at_least", ("2",)),)),
    *[("rolling", 4, (("kind", (kind,)),)) for kind in KINDS],
    *[("rolling", 4, (("kind", (kind,)), ("at_least", ("2",)))) for kind in KINDS],
]  # fmt: skip

FIGURES = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 0.1, 1.0, 1e16, 1e308, -1e308])
HOLES = st.sampled_from([GONE, BACK, EARLY, NONE])
SERIES = st.lists(FIGURES | HOLES, min_size=1, max_size=9) | st.lists(FIGURES, min_size=1, max_size=9)
TRUTHS = st.lists(st.sampled_from([0.0, 1.0, 0.0, GONE, EARLY]), min_size=1, max_size=9)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def look(height: int, count: int, options: Options = (), *, first: int = 0, per_year: int = 2) -> Look:
    calendar = Calendar(first=first, count=height, per_year=per_year)
    return Look(calendar=calendar, shape="instant", count=count, options=options)


def over(op: str, count: int, figures: Sequence[Cell], options: Options = (), *, per_year: int = 2) -> list[Cell]:
    with np.errstate(all="ignore"):
        return told(BACKWARD[op](of_one(figures), look(len(figures), count, options, per_year=per_year)))


def rolling(kind: str, count: int, figures: Sequence[Cell], at_least: int | None = None) -> list[Cell]:
    options = (("kind", (kind,)), *([("at_least", (str(at_least),))] if at_least else []))
    return over("rolling", count, figures, options)


def seen(figures: Sequence[Cell], row: int, at: int) -> Cell:
    """The figure of row `row` as row `at` sees it."""
    cell = figures[row] if row >= 0 else NONE
    return NONE if cell == EARLY and row != at else cell


def by_hand(figures: Sequence[Cell], count: int, at_least: int, of: Callable[[list[float]], Cell]) -> list[Cell]:
    """`of` the figures present in each window."""
    answer: list[Cell] = []
    for at in range(len(figures)):
        window = [seen(figures, row, at) for row in range(at - count + 1, at + 1)]
        present = [cell for cell in window if not isinstance(cell, str)]
        holes = [cell for cell in window if isinstance(cell, str)]
        answer.append(holes[0] if len(present) < at_least else of(present))
    return answer


def deviation(figures: list[float]) -> Cell:
    if len(figures) == 1:
        return NA
    mean = added(figures) / len(figures)
    return shown(math.sqrt(added([(figure - mean) * (figure - mean) for figure in figures]) / (len(figures) - 1)))


PLAIN: dict[str, Callable[[list[float]], Cell]] = {
    "sum": lambda figures: shown(added(figures)),
    "mean": lambda figures: shown(added(figures) / len(figures)),
    "min": min,
    "max": max,
    "std": deviation,
}


def line(figures: list[float]) -> tuple[float, float]:
    """The mean and the slope of the line of least squares."""
    count = len(figures)
    weighted = added([(place - (count - 1) / 2) * figure for place, figure in enumerate(figures)])
    return added(figures) / count, weighted / (count * (count * count - 1) / 12)


def scatter(figures: list[float]) -> Cell:
    (mean, slope), count = line(figures), len(figures)
    errors = [figure - (mean + slope * (place - (count - 1) / 2)) for place, figure in enumerate(figures)]
    return shown(math.sqrt(added([error * error for error in errors]) / (count - 2)))


@settings(max_examples=60)
@given(figures=SERIES, kind=st.sampled_from(KINDS), count=st.integers(1, 10), data=st.data())
def test_rolling_is_what_plain_python_makes_of_each_window(
    figures: list[Cell], kind: str, count: int, data: st.DataObject
) -> None:
    at_least = data.draw(st.integers(1, count))
    assert rolling(kind, count, figures, at_least) == by_hand(figures, count, at_least, PLAIN[kind])
    assert rolling(kind, count, figures) == by_hand(figures, count, count, PLAIN[kind])


@settings(max_examples=40)
@given(figures=SERIES, count=st.integers(2, 6))
def test_lines_are_what_plain_python_makes_of_them(figures: list[Cell], count: int) -> None:
    assert over("slope", count, figures) == by_hand(figures, count, count, lambda window: shown(line(window)[1]))
    if count > 2:
        assert over("residual", count, figures) == by_hand(figures, count, count, scatter)


@settings(max_examples=40)
@given(truths=TRUTHS, count=st.integers(1, 5))
def test_truths_are_what_plain_python_makes_of_them(truths: list[Cell], count: int) -> None:
    assert over("count_true", count, truths) == by_hand(truths, count, count, lambda window: added(window))
    loose = (("at_least", ("1",)),)
    assert over("count_true", count, truths, loose) == by_hand(truths, count, 1, lambda window: added(window))
    expected: list[Cell] = []
    for at in range(len(truths)):
        back = [seen(truths, row, at) for row in range(at, -1, -1)]
        steps = next((step for step, cell in enumerate(back) if cell != 0.0), None)
        expected.append(NONE if steps is None else float(steps) if back[steps] == 1.0 else back[steps])
    assert over("since", 0, truths) == expected


@settings(max_examples=40)
@given(figures=SERIES, count=st.integers(1, 3))
def test_growth_is_what_plain_python_makes_of_it(figures: list[Cell], count: int) -> None:
    steps, rates = over("delta", count, figures), over("cagr", count, figures)
    for at, cell in enumerate(figures):
        base = seen(figures, at - count, at)
        holes = [each for each in (cell, base) if isinstance(each, str)]
        assert steps[at] == (holes[0] if holes else shown(cell - base))
        base = seen(figures, at - 2 * count, at)
        holes = [each for each in (cell, base) if isinstance(each, str)]
        if holes or base <= 0.0 or cell < 0.0:
            assert rates[at] == (holes[0] if holes else BASE if base <= 0.0 else NA)
        else:
            rate = shown((cell / base) ** (1 / count) - 1)
            assert rates[at] == (rate if isinstance(rate, str) else pytest.approx(rate, rel=1e-12, abs=1e-15))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("count", "at_least"), [(1, 1), (3, 3), (4, 2), (12, 5)])
def test_rolling_agrees_with_pandas(kind: str, count: int, at_least: int) -> None:
    random = np.random.default_rng(7)
    frame = pd.DataFrame(random.uniform(-100, 100, size=(30, 20)))
    frame = frame.mask(random.uniform(size=frame.shape) < 0.15)
    made = Column(values=frame.to_numpy(), reasons=np.where(frame.isna(), np.uint8(Missing.NOT_REPORTED), np.uint8(0)))
    options = (("kind", (kind,)), ("at_least", (str(at_least),)))
    ours = BACKWARD["rolling"](made, look(30, count, options)).values
    theirs = getattr(frame.rolling(count, min_periods=at_least), kind)().to_numpy()
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_lines_agree_with_numpys_least_squares() -> None:
    figures = np.random.default_rng(11).uniform(-5, 5, size=(9, 6))
    made = Column(values=figures, reasons=np.zeros(figures.shape, dtype=np.uint8))
    slopes, scatters = (BACKWARD[op](made, look(9, 7)).values for op in ("slope", "residual"))
    for last in (6, 8):
        (slope, _), squares, *_ = np.polyfit(np.arange(7), figures[last - 6 : last + 1], 1, full=True)
        np.testing.assert_allclose(slopes[last], slope, rtol=1e-9)
        np.testing.assert_allclose(scatters[last], np.sqrt(squares / 5), rtol=1e-9)


def test_anscombes_first_set() -> None:
    """F. J. Anscombe, Graphs in Statistical Analysis, 1973: slope 0.5 with x from 4 to 14; residual deviation 1.237."""
    figures = [4.26, 5.68, 7.24, 4.82, 6.95, 8.81, 8.04, 8.33, 10.84, 7.58, 9.96]
    assert over("slope", 11, figures)[-1] == pytest.approx(0.5001, abs=5e-5)
    assert over("residual", 11, figures)[-1] == pytest.approx(1.237, abs=5e-4)


def test_a_compound_growth_rate() -> None:
    """Investopedia, Compound Annual Growth Rate: 10,000 grows to 13,000, 14,000 and 19,000 in three years: 23.86%."""
    rates = over("cagr", 3, [10_000.0, 13_000.0, 14_000.0, 19_000.0], per_year=1)
    assert rates[:3] == [NONE, NONE, NONE]
    assert rates[3] == pytest.approx(0.2386, abs=5e-5)
    # Three years are twelve quarters.
    assert over("cagr", 3, [10_000.0, *[GONE] * 11, 19_000.0], per_year=4)[12] == rates[3]


def test_the_sample_deviation_of_eight_figures() -> None:
    """The usual textbook set 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares of deviations 32, divided by 7."""
    assert rolling("std", 8, [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])[-1] == math.sqrt(32 / 7)


def test_growth() -> None:
    assert over("delta", 1, [1.0, 4.0, BACK, 5.0]) == [NONE, 3.0, BACK, BACK]
    assert over("delta", 2, [EARLY, GONE, 3.0, 7.0]) == [EARLY, GONE, NONE, GONE]
    assert over("delta", 1, [1e308, -1e308]) == [NONE, NA]
    assert over("cagr", 1, [0.0, 4.0, 0.0, -1.0], per_year=1) == [NONE, BASE, -1.0, BASE]
    assert over("cagr", 1, [4.0, -1.0], per_year=1) == [NONE, NA]
    assert over("cagr", 1, [-4.0, -1.0], per_year=1) == [NONE, BASE]
    assert over("cagr", 1, [-4.0, BACK], per_year=1) == [NONE, BACK]
    assert over("cagr", 1, [5e-324, 1e308], per_year=1) == [NONE, NA]


def test_the_first_cause_of_a_window_is_its_oldest() -> None:
    assert rolling("sum", 3, [1.0, BACK, GONE, 4.0, 5.0, 6.0]) == [NONE, NONE, BACK, BACK, GONE, 15.0]
    assert rolling("sum", 3, [EARLY, EARLY, 2.0, 3.0, 4.0]) == [NONE, NONE, NONE, NONE, 9.0]
    assert rolling("sum", 1, [EARLY, 2.0]) == [EARLY, 2.0]
    assert rolling("sum", 2, [1.0, BACK, GONE], at_least=1) == [1.0, 1.0, BACK]
    assert rolling("sum", 3, [BACK, GONE, 5.0], at_least=2) == [NONE, NONE, BACK]
    assert rolling("max", 2, [1e308, -3.0]) == [NONE, 1e308]
    assert rolling("sum", 2, [1e308, 1e308]) == [NONE, NA]


def test_a_rolling_total_adds_oldest_to_newest() -> None:
    """(((1e16 + 1) + 1) + 1) drops each 1; from the other end the three would have counted."""
    assert rolling("sum", 4, [1e16, 1.0, 1.0, 1.0])[-1] == 1e16
    assert rolling("sum", 4, [1.0, 1.0, 1.0, 1e16])[-1] == 1e16 + 4.0


def test_one_figure_has_no_deviation() -> None:
    assert rolling("std", 1, [3.0, GONE]) == [NA, GONE]
    assert rolling("std", 3, [3.0, GONE, 5.0], at_least=1) == [NA, NA, math.sqrt(2)]
    assert rolling("std", 2, [3.0, 3.0]) == [NONE, 0.0]


def test_since_and_count() -> None:
    assert over("since", 0, [0.0, 1.0, 0.0, 0.0, 1.0]) == [NONE, 0.0, 1.0, 2.0, 0.0]
    assert over("since", 0, [1.0, GONE, 0.0, 1.0, 0.0]) == [0.0, GONE, GONE, 0.0, 1.0]
    assert over("since", 0, [EARLY, 0.0, 0.0]) == [EARLY, NONE, NONE]
    assert over("count_true", 3, [1.0, 0.0, 1.0, 1.0, GONE]) == [NONE, NONE, 2.0, 2.0, GONE]
    assert over("count_true", 3, [1.0, GONE, 1.0], (("at_least", ("2",)),)) == [NONE, NONE, 2.0]


def mixed(op: str, height: int = 12, width: int = 23) -> Column:
    random = np.random.default_rng(5)
    values = random.uniform(-1, 3, size=(height, width))
    if op in ("since", "count_true"):
        values = (values > 1.5).astype(np.float64)
    reasons = np.where(random.uniform(size=values.shape) < 0.1, np.uint8(Missing.WITHDRAWN), np.uint8(0))
    reasons[:2, ::3] = Missing.BEFORE_FIRST
    reasons[:, 8:15] = 0
    values[reasons != 0] = np.nan
    return Column(values=values, reasons=reasons)


@pytest.mark.parametrize(("op", "count", "options"), ASKED)
def test_pieces_and_blocks_give_the_same_bits(op: str, count: int, options: Options) -> None:
    given = mixed(op)
    before = bits(given)
    whole = BACKWARD[op](given, look(12, count, options))
    for start, stop in ((0, 8), (8, 15), (15, 16), (16, 23)):
        alone = BACKWARD[op](places(given, start, stop), look(12, count, options))
        assert bits(alone) == bits(places(whole, start, stop))
    span = min(rows_back(op, "instant", count, 2), 7)
    block = Column(values=given.values[7 - span : 10], reasons=given.reasons[7 - span : 10])
    late = BACKWARD[op](block, look(3 + span, count, options, first=7 - span))
    assert bits(late, slice(span, None)) == bits(whole, slice(7, 10))
    assert bits(given) == before


@pytest.mark.parametrize(("op", "count", "options"), ASKED)
def test_only_the_rows_named_are_read(op: str, count: int, options: Options) -> None:
    asked = look(12, count, options)
    for place in range(9):
        own = places(mixed(op), place, place + 1)
        answer = BACKWARD[op](own, asked)
        for row in range(12):
            read = rows_read(op, asked, row, own)
            assert row - min(read) <= rows_back(op, "instant", count, 2)
            hidden = [other for other in range(12) if other not in read]
            values, reasons = own.values.copy(), own.reasons.copy()
            values[hidden], reasons[hidden] = np.nan, Missing.ERASED
            alone = BACKWARD[op](Column(values=values, reasons=reasons), asked)
            assert bits(alone, slice(row, row + 1)) == bits(answer, slice(row, row + 1))


def test_rows_are_named_in_the_order_of_reading() -> None:
    truths = of_one([1.0, 0.0, 0.0, GONE, 0.0])
    asked = look(5, 2)
    assert rows_read("since", asked, 2, truths) == (2, 1, 0)
    assert rows_read("since", asked, 4, truths) == (4, 3)
    assert rows_read("since", asked, 0, truths) == (0,)
    assert rows_read("since", asked, 1, of_one([0.0, 0.0])) == (1, 0)
    assert rows_read("delta", asked, 4) == (4, 2)
    assert rows_read("cagr", asked, 4) == (4, 0)
    assert rows_read("rolling", asked, 0) == (-1, 0)
    assert rows_back("since", "none", 0, 4) == WHOLE + 1  # and what holds before the start
    with pytest.raises(KeyError, match="since"):
        rows_read("since", asked, 4)


def test_a_window_longer_than_the_column() -> None:
    assert rolling("sum", 9, [1.0, 2.0]) == [NONE, NONE]
    assert rolling("std", 9, [1.0, 2.0], at_least=5) == [NONE, NONE]
    assert rolling("mean", 9, [1.0, 2.0], at_least=1) == [1.0, 1.5]
    assert over("slope", 9, [1.0, 2.0]) == over("residual", 9, [1.0, 2.0]) == [NONE, NONE]
