"""Where a figure stands among peers: published vectors, numpy and scipy as oracles, and what always holds."""

from decimal import Decimal

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from hengjian.supervise.benchmark import (
    METHODS,
    Better,
    Method,
    band_of,
    best,
    course,
    gap,
    growth,
    position,
    quantile,
    rank,
    spread,
    years_to_close,
)

#: Five figures of supervision notes, section 3, [calc]: own 6 among 2, 4, 4, 6, 9.
FIVE = [Decimal(one) for one in (2, 4, 4, 6, 9)]
PEERS = [one for one in FIVE if one != 6]
_SHARES = [Decimal(one) for one in ("0", "0.1", "0.25", "0.5", "0.75", "0.9", "1")]

figures = st.decimals(min_value=-1000, max_value=1000, allow_nan=False, places=2)
many = st.lists(figures, min_size=1, max_size=12)


@pytest.mark.parametrize(("better", "percentile", "quartile", "place"), [("up", 70, 2, 2), ("down", 30, 3, 4)])
def test_own_6_of_2_4_4_6_9_stands_at_70_and_its_mirror_at_30(
    better: Better, percentile: int, quartile: int, place: int
) -> None:
    found = position(Decimal(6), PEERS, "mid_rank", better)
    assert (found.percentile, found.quartile, found.place, found.count) == (percentile, quartile, place, 5)


def test_methods_differ_as_they_are_written() -> None:
    assert [rank(Decimal(4), FIVE, method, "up") for method in METHODS] == [40, 40, 25]  # (1 + 1) / 5, 1 / 4
    assert [rank(Decimal(5), FIVE, method, "up") for method in METHODS] == [60, 60, Decimal("62.5")]
    assert rank(Decimal(8), FIVE, "hazen", "up") == Decimal("83.333333333333")  # 3.5 + (8 - 6) / (9 - 6) of 5
    assert [rank(Decimal(99), FIVE, method, "up") for method in METHODS] == [100, 90, 100]
    assert [rank(Decimal(0), FIVE, method, "up") for method in METHODS] == [0, 10, 0]


@given(many)
def test_mid_rank_is_scipys_mean_percentile_and_inclusive_excels(values: list[Decimal]) -> None:
    floats = [float(one) for one in values]
    for value in values:
        mean = scipy.stats.percentileofscore(floats, float(value), kind="mean")
        assert float(rank(value, values, "mid_rank", "up")) == pytest.approx(mean)
        assert rank(value, values, "hazen", "up") == rank(value, values, "mid_rank", "up")
        if len(values) > 1:
            lowest = scipy.stats.rankdata(floats, method="min")[values.index(value)]
            inclusive = 100 * (lowest - 1) / (len(values) - 1)
            assert float(rank(value, values, "inclusive", "up")) == pytest.approx(inclusive)


@given(many)
def test_quantiles_are_numpys(values: list[Decimal]) -> None:
    floats = [float(one) for one in values]
    for share in _SHARES:
        for method, theirs in (("hazen", "hazen"), ("inclusive", "linear")):
            expected = np.quantile(floats, float(share), method=theirs)  # type: ignore[call-overload]  # a plain word
            found = quantile(values, share, _method(method), "up")
            assert float(found.value) == pytest.approx(float(expected), abs=1e-9)
            assert len(found.places) in (1, 2)


def _method(word: str) -> Method:
    return next(one for one in METHODS if one == word)


@given(many, figures, st.sampled_from(METHODS))
def test_less_is_better_mirrors_more_is_better(values: list[Decimal], own: Decimal, method: Method) -> None:
    up, down = position(own, values, method, "up"), position(-own, [-one for one in values], method, "down")
    assert (up.percentile, up.quartile, up.place) == (down.percentile, down.quartile, down.place)
    assert (
        quantile(values, Decimal("0.75"), method, "down").value == quantile(values, Decimal("0.25"), method, "up").value
    )
    assert gap(own, values[0], "up").ahead == gap(-own, -values[0], "down").ahead


@given(many, figures, figures, st.sampled_from(METHODS))
def test_a_better_figure_never_stands_lower(
    values: list[Decimal], one: Decimal, other: Decimal, method: Method
) -> None:
    worse, better = sorted((one, other))
    assert rank(worse, values, method, "up") <= rank(better, values, method, "up")
    low, high = position(worse, values, method, "up"), position(better, values, method, "up")
    assert low.percentile <= high.percentile
    assert low.place >= high.place
    assert low.quartile >= high.quartile


@given(many, st.sampled_from(METHODS))
def test_percentiles_stay_within_their_scale(values: list[Decimal], method: Method) -> None:
    found = [rank(one, values, method, "up") for one in values]
    assert all(0 <= one <= 100 for one in found)


def test_gaps_are_told_in_units_in_parts_and_in_spreads() -> None:
    wide = spread(PEERS, "inclusive")
    assert wide == Decimal("1.75")  # of 2 4 4 9: 5.25 - 3.5
    found = gap(Decimal(6), Decimal(4), "up", wide)
    assert (found.absolute, found.relative, found.in_spread, found.ahead) == (
        2, Decimal("0.5"), Decimal("1.142857142857"), True,
    )  # fmt: skip
    assert gap(Decimal(6), Decimal(4), "down").ahead is False
    assert gap(Decimal(6), Decimal(0), "up").relative is None
    assert gap(Decimal(6), Decimal(4), "up", Decimal(0)).in_spread is None
    assert gap(Decimal(-6), Decimal(-4), "up").relative == Decimal("-0.5")  # behind stays negative below zero


def test_the_best_is_the_smallest_where_less_is_better() -> None:
    assert (best(FIVE, "up"), best(FIVE, "down")) == (9, 2)


def test_years_to_close_are_the_quotient_of_logarithms() -> None:
    """ln(0.1 ÷ 0.08) ÷ ln(1.10 ÷ 1.04) = 3.97835…"""
    found = years_to_close(Decimal("0.08"), Decimal("0.1"), Decimal("0.10"), Decimal("0.04"), "up")
    assert isinstance(found, Decimal)
    assert round(found, 5) == Decimal("3.97835")
    assert years_to_close(Decimal("0.08"), Decimal("0.1"), Decimal("0.04"), Decimal("0.04"), "up") == "not_closing"
    assert years_to_close(Decimal("0.08"), Decimal("0.1"), Decimal("0.03"), Decimal("0.04"), "up") == "not_closing"
    assert years_to_close(Decimal("0.2"), Decimal("0.1"), None, None, "up") == "ahead"
    assert years_to_close(Decimal("0.1"), Decimal("0.1"), None, None, "down") == "ahead"
    assert years_to_close(Decimal("-0.1"), Decimal("0.1"), Decimal(0), Decimal(0), "up") == "not_positive"
    assert years_to_close(Decimal("0.08"), Decimal("0.1"), None, Decimal(0), "up") == "no_growth"
    assert years_to_close(Decimal("0.08"), Decimal("0.1"), Decimal(-1), Decimal(0), "up") == "no_growth"


positive = st.decimals(min_value="0.01", max_value=100, places=2)
rates = st.decimals(min_value="-0.5", max_value="0.5", places=3)


@given(positive, positive, rates, rates)
def test_after_the_years_told_both_are_level(now: Decimal, target: Decimal, own: Decimal, peer: Decimal) -> None:
    for better in ("up", "down"):
        found = years_to_close(now, target, own, peer, "up" if better == "up" else "down")
        if isinstance(found, Decimal):
            assert found >= 0
            mine, theirs = now * (1 + own) ** found, target * (1 + peer) ** found
            assert float(mine) == pytest.approx(float(theirs), rel=1e-6)


def test_growth_is_over_the_years_between_and_needs_two_positive_ends() -> None:
    assert growth([Decimal(100), None, Decimal(121)]) == Decimal("0.1")
    assert growth([None, Decimal(100)]) is None
    assert growth([Decimal(-1), Decimal(2)]) is None
    assert growth([]) is None


def test_a_gap_converges_by_how_far_one_is_behind() -> None:
    gaps = [Decimal(-3), None, Decimal(-1)]
    assert course(gaps, "up") == "converging"
    assert course(list(reversed(gaps)), "up") == "diverging"
    assert course(gaps, "down") == "level"  # ahead all the while
    assert course([Decimal(3), Decimal(-1)], "down") == "converging"
    assert course([None, Decimal(1)], "up") is None


def test_a_band_is_the_best_one_reached() -> None:
    lines = {"excellent": Decimal(14), "good": Decimal(9), "mean": Decimal(5)}
    assert [band_of(Decimal(one), lines, "up") for one in (14, 13, 5, 4)] == ["excellent", "good", "mean", None]
    less = {"excellent": Decimal(40), "good": Decimal(55)}
    assert [band_of(Decimal(one), less, "down") for one in (40, 41, 56)] == ["excellent", "good", None]


def test_nothing_is_compared_with_nobody() -> None:
    with pytest.raises(ValueError, match="no figures"):
        rank(Decimal(1), [], "hazen", "up")
    with pytest.raises(ValueError, match="no figures"):
        quantile([], Decimal(1), "hazen", "up")
