"""Areas under ROC curves with their intervals, curves, and calibration: against a peer's figures and by definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.supervise.backtestcurve import FEWEST_GROUPS, MOST_POINTS, area, calibration, curve

# Two samples with what PyPI confidenceinterval 1.0.5 gives (`roc_auc_score`: DeLong, 95%, the area as float32).
TIED = (
    [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1,
     0, 1],
    [8, 5, 13, 4, 13, 10, 4, 0, 5, 0, 1, 9, 14, 5, 9, 14, 9, 10, 5, 6, 6, 5, 4, 2, 14, 0, 4, 2, 11, 11, 13, 5, 11, 7,
     8, 3, 10, 12, 7, 4],
    (0.7864584, 0.6458712057592195, 0.9270455403803068),
)  # fmt: skip
RARE = (
    [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
     0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1],
    [-2.035, -0.304, -0.9, 0.164, 2.245, -0.832, 0.376, 0.205, 0.493, -0.176, -0.206, 0.702, 1.52, -1.034, -0.079,
     1.035, -1.054, 0.26, -0.858, 0.972, 0.193, 0.089, -0.591, 0.881, -1.998, -1.131, 0.363, -1.129, 0.847, -1.746,
     0.757, -0.845, 0.779, 0.131, -0.537, 1.249, 1.442, -0.066, -0.274, 0.84, 0.025, 1.099, -0.543, 0.949, -0.793,
     -0.626, -1.278, 1.257, -0.154, 0.966, 1.013, -0.694, -0.327, -0.56, 0.008, -0.375, 0.7, -1.379, 0.193, 2.654],
    (0.7373159, 0.5824730051809439, 0.8921587811654916),
)  # fmt: skip
Sample = tuple[list[int], list[float], tuple[float, float, float]]


@pytest.mark.parametrize("sample", [TIED, RARE], ids=["tied", "rare"])
def test_the_area_and_its_interval_are_a_peers(sample: Sample) -> None:
    outcomes, scores, (value, low, high) = sample
    found = area(np.array(scores, float), np.array(outcomes, bool))
    assert found is not None
    assert found.method == "delong"
    assert found.value == pytest.approx(value, abs=1e-7)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


def by_definition(scores: list[float], outcomes: list[bool], groups: list[int]) -> tuple[float, float]:
    """Obuchowski 1997, equations 2 to 6, term by term: the area and its variance."""
    first = [(s, g) for s, o, g in zip(scores, outcomes, groups, strict=True) if o]
    second = [(s, g) for s, o, g in zip(scores, outcomes, groups, strict=True) if not o]

    def kernel(x: float, y: float) -> float:
        return 1.0 if x > y else 0.5 if x == y else 0.0

    m, n = len(first), len(second)
    theta = sum(kernel(x, y) for x, _ in first for y, _ in second) / (m * n)
    everyone = sorted(set(groups))
    sums = {}
    for group in everyone:
        mine, others = [x for x, g in first if g == group], [y for y, g in second if g == group]
        v10 = sum(sum(kernel(x, y) for y, _ in second) / n for x in mine)
        v01 = sum(sum(kernel(x, y) for x, _ in first) / m for y in others)
        sums[group] = (v10 - len(mine) * theta, v01 - len(others) * theta, len(mine), len(others))
    i10, i01, i = sum(bool(a) for *_, a, _ in sums.values()), sum(bool(b) for *_, b in sums.values()), len(everyone)
    s10 = i10 / ((i10 - 1) * m) * sum(a**2 for a, *_ in sums.values())
    s01 = i01 / ((i01 - 1) * n) * sum(b**2 for _, b, *_ in sums.values())
    s11 = i / (i - 1) * sum(a * b for a, b, *_ in sums.values())
    return theta, s10 / m + s01 / n + 2 * s11 / (m * n)


def test_few_entities_tell_nothing_of_the_spread_among_them() -> None:
    scores, outcomes = np.arange(40.0) % 7, np.arange(40) % 3 == 0
    few, enough = (area(scores, outcomes, np.arange(40) % count) for count in (4, 5))
    assert few is not None
    assert enough is not None
    assert (few.low, few.method) == (None, "obuchowski")
    assert enough.low is not None


@given(
    st.lists(
        st.tuples(st.integers(-3, 3), st.booleans(), st.integers(0, 9)), min_size=4, max_size=40,
    )
)  # fmt: skip
def test_several_observations_of_one_entity_are_no_independent_ones(rows: list[tuple[int, bool, int]]) -> None:
    scores, outcomes, groups = ([row[place] for row in rows] for place in range(3))
    found = area(np.array(scores, float), np.array(outcomes, bool), np.array(groups))
    if all(outcomes) or not any(outcomes):
        assert found is None
        return
    assert found is not None
    both = [len({g for g, o in zip(groups, outcomes, strict=True) if bool(o) is which}) for which in (True, False)]
    if min(both) < (2 if len(set(groups)) == len(groups) else FEWEST_GROUPS):
        assert found.low is None
        return
    theta, variance = by_definition(list(map(float, scores)), [bool(one) for one in outcomes], list(groups))
    assert found.value == pytest.approx(theta)
    if variance > 1e-12:
        assert found.low == pytest.approx(max(0.0, theta - 1.959963984540054 * variance**0.5), abs=1e-9)
        assert found.high == pytest.approx(min(1.0, theta + 1.959963984540054 * variance**0.5), abs=1e-9)


def test_an_interval_over_entities_is_wider_than_over_their_copies() -> None:
    outcomes, scores, _ = RARE
    copies = 5
    truth, score = np.repeat(np.array(outcomes, bool), copies), np.repeat(np.array(scores), copies)
    apart, one = area(score, truth), area(score, truth, np.repeat(np.arange(len(scores)), copies))
    plain = area(np.array(scores), np.array(outcomes, bool))
    assert apart is not None
    assert one is not None
    assert plain is not None
    assert (one.value, one.method) == (pytest.approx(plain.value), "obuchowski")
    assert one.high is not None
    assert one.low is not None
    assert apart.high is not None
    assert apart.low is not None
    assert one.high - one.low > 2 * (apart.high - apart.low)
    assert (one.low, one.high) == (pytest.approx(plain.low, abs=0.003), pytest.approx(plain.high, abs=0.003))


def test_infinite_scores_are_the_outermost() -> None:
    found = area(np.array([np.inf, 1.0, -np.inf, 0.0]), np.array([True, True, False, False]))
    assert found is not None
    assert found.value == 1.0
    assert found.low is None, "a sample without any error tells nothing of its spread"


@given(st.lists(st.tuples(st.integers(-20, 20), st.booleans()), min_size=1, max_size=60))
def test_points_of_the_curve_are_counted_one_by_one(rows: list[tuple[int, bool]]) -> None:
    scores, outcomes = [float(row[0]) for row in rows], [row[1] for row in rows]
    points = curve(np.array(scores), np.array(outcomes), also=[0.0])
    if all(outcomes) or not any(outcomes):
        assert points == []
        return
    assert [one.score for one in points] == sorted({*scores, 0.0}, reverse=True)
    for point in points:
        fired = [truth for score, truth in zip(scores, outcomes, strict=True) if score >= point.score]
        assert point.hit == pytest.approx(sum(fired) / sum(outcomes))
        assert point.false_alarm == pytest.approx((len(fired) - sum(fired)) / (len(outcomes) - sum(outcomes)))
        assert point.precision == pytest.approx(sum(fired) / len(fired) if fired else 1.0)


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    scores = np.linspace(-1, 1, 5_001)
    points = curve(scores, scores > 0.3, also=[0.123])
    assert len(points) == MOST_POINTS + 1
    assert (points[0].score, points[-1].score) == (1.0, -1.0)
    assert (points[-1].hit, points[-1].false_alarm) == (1.0, 1.0)


def test_scores_of_a_library_that_others_use() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    outcomes, scores, _ = RARE
    false_alarm, hit, thresholds = metrics.roc_curve(outcomes, scores, drop_intermediate=False)
    points = curve(np.array(scores), np.array(outcomes, bool))
    assert [one.hit for one in points] == pytest.approx(hit[1:].tolist())
    assert [one.false_alarm for one in points] == pytest.approx(false_alarm[1:].tolist())
    assert [one.score for one in points] == pytest.approx(thresholds[1:].tolist())
    found = area(np.array(scores), np.array(outcomes, bool))
    assert found is not None
    assert found.value == pytest.approx(metrics.roc_auc_score(outcomes, scores))
    chance = 1 / (1 + np.exp(-np.array(scores)))
    told = calibration(chance, np.array(outcomes, bool), is_probability=True)
    assert told is not None
    assert told.brier == pytest.approx(metrics.brier_score_loss(outcomes, chance))


def test_bins_hold_equal_numbers_and_equal_scores_stay_together() -> None:
    scores = np.array([0.1] * 5 + [0.2, 0.3, 0.4, 0.5, 0.9])
    outcomes = np.array([False] * 5 + [False, True, False, True, True])
    told = calibration(scores, outcomes, is_probability=True, most=5)
    assert told is not None
    assert [(one.count, one.events, one.rate) for one in told.bins] == [
        (6, 0, 0.0), (2, 1, 0.5), (2, 2, 1.0)
    ]  # fmt: skip
    assert [one.mean for one in told.bins] == pytest.approx([0.7 / 6, 0.35, 0.7])
    assert told.reference == pytest.approx(0.3 * 0.7)
    plain = calibration(np.array([1.0, np.inf, -np.inf]), np.array([True, True, False]), is_probability=False)
    assert plain is not None
    assert (len(plain.bins), plain.brier) == (1, None)
    assert calibration(np.array([np.inf]), np.array([True]), is_probability=False) is None
