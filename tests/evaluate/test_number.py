"""Rounding, bounds, roots, logarithms, and whether there is a figure at all."""

import math
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_cells import BACK, EARLY, GONE, NA, Cell, bits, of_one, places, shown, told
from scipy.stats import norm

from hengjian.evaluate.elementwise import ELEMENTWISE
from hengjian.evaluate.number import COUNTED
from hengjian.panel.panel import Column

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def over(op: str, *arguments: list[Cell]) -> list[Cell]:
    with np.errstate(all="ignore"):
        return told(ELEMENTWISE[op](*(of_one(figures) for figures in arguments)))


def rounded(figures: list[Cell], digits: int) -> list[Cell]:
    with np.errstate(all="ignore"):
        return told(COUNTED["round"](of_one(figures), digits))


def on_paper(figure: float, digits: int) -> float:
    """The shortest decimal that stands for the figure, rounded half away from zero."""
    last = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(figure)).quantize(last, rounding=ROUND_HALF_UP, context=Context(prec=400)))


#: Figures at, just below and just above a tie of so many digits, of every size.
TIES = st.builds(
    lambda whole, digits, step: float(np.nextafter((10 * whole + 5) / 10 ** (digits + 1), step)),
    st.integers(0, 10) | st.integers(0, 10**9) | st.integers(0, 10**17), st.integers(0, 12),
    st.sampled_from([-math.inf, math.inf]),
)  # fmt: skip
EXACT_TIES = st.builds(
    lambda whole, digits: (10 * whole + 5) / 10 ** (digits + 1),
    st.integers(0, 10) | st.integers(0, 10**9) | st.integers(0, 10**17), st.integers(0, 12),
)  # fmt: skip
DECIMALS = st.builds(lambda whole, digits: whole / 10**digits, st.integers(-(10**18), 10**18), st.integers(0, 14))
#: Where figures have hardly more digits than are kept.
COARSE = st.builds(lambda digits, size: size / 10**digits, st.integers(0, 12), st.floats(1e14, 3e17))


@settings(max_examples=300)
@given(figure=FINITE | TIES | EXACT_TIES | DECIMALS | COARSE, digits=st.integers(0, 12), is_negative=st.booleans())
def test_rounding_is_rounding_on_paper(figure: float, digits: int, is_negative: bool) -> None:
    figure = -figure if is_negative else figure
    assert rounded([figure], digits) == [on_paper(figure, digits)]


def test_rounding_many_figures_of_every_size() -> None:
    random = np.random.default_rng(2)
    for digits in (0, 2, 4, 12):
        exponents = random.uniform(-digits - 2, 18 - digits, size=1500)
        wild = np.exp(exponents * math.log(10)) * random.choice([-1, 1], size=1500)
        ties = np.floor(np.abs(wild) * 10**digits) / 10**digits + 0.5 / 10**digits
        figures = [*wild.tolist(), *ties.tolist(), *np.nextafter(ties, 0).tolist()]
        assert rounded(figures, digits) == [on_paper(figure, digits) for figure in figures]


def test_rounding_as_people_do() -> None:
    """2.675 is the example of "round" in Python's own documentation, whose answer is 2.67: the float64 is below it."""
    assert rounded([2.675, -2.675, 1.005, 0.125, 2.5, -0.5, 0.49999999999999994], 2)[:4] == [2.68, -2.68, 1.01, 0.13]
    assert rounded([2.5, -0.5, 0.5, 0.49999999999999994, 1e300, 5e-324], 0) == [3.0, -1.0, 1.0, 0.0, 1e300, 0.0]
    assert rounded([GONE, 1.25, BACK, EARLY], 1) == [GONE, 1.3, BACK, EARLY]
    assert str(rounded([-0.001], 2)[0]) == "0.0"
    # At 4503599627370497.5 float64 ends with halves: a figure of sixteen digits and a tie.
    assert rounded([4503599627370497.5 / 2, 2251799813685248.5], 0) == [2251799813685249.0, 2251799813685249.0]


def test_whether_a_figure_is_missing_is_never_missing() -> None:
    assert over("is_missing", [1.0, GONE, EARLY, 0.0, NA]) == [0.0, 1.0, 1.0, 0.0, 1.0]


def test_bounds() -> None:
    assert over("clip", [0.5, -2.0, 7.0, GONE], [0.0] * 4, [1.0] * 4) == [0.5, 0.0, 1.0, GONE]
    assert over("clip", [0.5, 0.5, BACK], [1.0, 0.5, 1.0], [0.0, 0.5, 0.0]) == [NA, 0.5, BACK]
    assert over("clip", [1.0, 1.0, GONE], [BACK, 0.0, BACK], [GONE, BACK, 1.0]) == [BACK, BACK, GONE]
    assert over("clip", [1.0], [2.0], [BACK]) == [BACK]


def test_roots_and_logarithms() -> None:
    assert over("sqrt", [9.0, 2.0, 0.0, -1.0, GONE]) == [3.0, math.sqrt(2), 0.0, NA, GONE]
    assert over("log", [1.0, math.e, 0.0, -1.0, BACK]) == [0.0, 1.0, NA, NA, BACK]
    assert over("exp", [0.0, 1.0, -1000.0, 710.0, EARLY]) == [1.0, math.e, 0.0, NA, EARLY]


@settings(max_examples=40)
@given(figure=st.floats(1e-300, 1e300))
def test_they_agree_with_the_standard_library(figure: float) -> None:
    assert over("sqrt", [figure]) == [math.sqrt(figure)]
    assert over("log", [figure])[0] == pytest.approx(math.log(figure), rel=1e-15, abs=1e-15)
    assert over("exp", [math.log(figure)])[0] == pytest.approx(math.exp(math.log(figure)), rel=1e-15)


@settings(max_examples=40)
@given(figure=FINITE, low=FINITE, high=FINITE)
def test_a_clipped_figure_lies_between_its_bounds(figure: float, low: float, high: float) -> None:
    assert over("clip", [figure], [low], [high]) == [shown(min(max(figure, low), high)) if low <= high else NA]


#: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), table 26.1: P(x), fifteen digits.
TABLE_26_1 = {0.0: 0.5, 1.0: 0.841344746068543, 2.0: 0.977249868051821, 3.0: 0.998650101968370}


def test_the_normal_distribution_is_that_of_the_printed_table() -> None:
    for figure, printed in TABLE_26_1.items():
        above, below = over("normal_cdf", [figure, -figure])
        assert above == pytest.approx(printed, abs=6e-16)
        assert below == pytest.approx(1 - printed, abs=6e-16)
    assert over("normal_cdf", [GONE, 0.0, EARLY, BACK, NA]) == [GONE, 0.5, EARLY, BACK, NA]
    assert over("normal_cdf", [-1e300, 1e300, -40.0]) == [0.0, 1.0, 0.0]


@settings(max_examples=200)
@given(figures=st.lists(st.floats(-37, 37), min_size=2, max_size=20))
def test_the_normal_distribution_is_that_of_scipy_in_both_tails(figures: list[float]) -> None:
    answers = over("normal_cdf", [*figures])
    assert answers == pytest.approx(norm.cdf(figures).tolist(), rel=1e-12, abs=0)
    for answer, opposite in zip(answers, over("normal_cdf", [-figure for figure in figures]), strict=True):
        assert answer + opposite == pytest.approx(1, abs=1e-15)  # type: ignore[operator]
    assert over("normal_cdf", sorted(figures)) == sorted(answers)  # type: ignore[type-var]


@pytest.mark.parametrize("op", ["is_missing", "clip", "log", "exp", "normal_cdf", "sqrt", "round"])
def test_pieces_give_the_same_bits_and_arguments_stay(op: str) -> None:
    random = np.random.default_rng(4)
    values = np.exp(random.uniform(-30, 40, size=(6, 37))) * random.choice([1, 1, 1, -1], size=(6, 37))
    reasons = np.where(random.uniform(size=values.shape) < 0.1, np.uint8(1), np.uint8(0))
    given = Column(values=np.where(reasons, np.nan, values), reasons=reasons)
    before = bits(given)

    def answer(made: Column) -> Column:
        if op in COUNTED:
            return COUNTED[op](made, 3)
        return ELEMENTWISE[op](*([made, made, made] if op == "clip" else [made]))

    whole = answer(given)
    for start, stop in ((0, 5), (5, 6), (6, 37)):
        assert bits(answer(places(given, start, stop))) == bits(places(whole, start, stop))
    block = Column(values=given.values[2:4], reasons=given.reasons[2:4])
    assert bits(answer(block)) == bits(whole, slice(2, 4))
    assert bits(given) == before
