"""Worked examples that others have published, each beside its source."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from naive.world import Fact, Key, World
from realm import PARAMETERS, Values, catalogue, checked, parameter
from scenes import scene_of

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.lookback import needs
from hengjian.model.declaration import Parameter
from hengjian.model.missing import Missing
from hengjian.model.period import Period, period_of

Shown = float | str


def answers(
    formula: str, cells: Mapping[Key, float | Missing], *, unit: str = "ratio", first: int = 2000, years: int = 1,
    facts: Sequence[Fact] = (), more: Sequence[Parameter] = (),
) -> list[list[Shown]]:  # fmt: skip
    """What the engine says, quarter by quarter, of all firms that are named: a figure, or the word of a reason."""
    declared = catalogue({"answer": ("firm", unit, formula)}, parameters=[*PARAMETERS, *more])
    entities = dict.fromkeys([*(cell[0] for cell in cells), *(fact.entity for fact in facts)], "firm")
    world = World(declared, entities, date(first, 1, 1), date(first + years - 1, 12, 31), cells, tuple(facts))
    programme = checked(declared)
    scene = scene_of(world, needs(programme, ["answer"], everyone=True))
    column = evaluate(programme, ["answer"], scene).columns["answer"]
    return [
        [Missing(reason).word if reason else value for value, reason in zip(*line, strict=True)]
        for line in zip(column.values.tolist(), column.reasons.tolist(), strict=True)
    ]


def over_time(formula: str, figures: Sequence[float], measure: str = "rating", unit: str = "ratio") -> list[Shown]:
    """Of one firm, by quarter."""
    start = Period("quarter", 2000 * 4)
    cells: dict[Key, float | Missing] = {
        ("F", measure, start.index + row, "consolidated", "flash"): figure for row, figure in enumerate(figures)
    }
    years = -(-len(figures) // 4)
    return [line[0] for line in answers(formula, cells, unit=unit, years=years)][: len(figures)]


def among(formula: str, figures: Sequence[float | None]) -> list[Shown]:
    """Of many firms, in one quarter."""
    index = period_of(date(2000, 1, 1), "quarter").index
    cells: dict[Key, float | Missing] = {
        (f"F{place}", "rating", index, "consolidated", "flash"): Missing.WITHDRAWN if figure is None else figure
        for place, figure in enumerate(figures)
    }
    return answers(formula, cells)[0]


def near(figure: float, rel: float = 1e-12) -> object:
    return pytest.approx(figure, rel=rel)


#: [mem] The published figures of this list are quoted from memory; they were not looked up again at the source.
#: NIST Statistical Reference Datasets, univariate summary statistics, NumAcc1 to NumAcc4: certified mean and sample
#: standard deviation, and how many digits float64 can keep of the latter.
NUM_ACC = [
    ([10000001.0, 10000003.0, 10000002.0], 10000002.0, 1.0, 1e-15),
    ([1.2, *[1.1, 1.3] * 500], 1.2, 0.1, 1e-13),
    ([1000000.2, *[1000000.1, 1000000.3] * 500], 1000000.2, 0.1, 1e-9),
    ([10000000.2, *[10000000.1, 10000000.3] * 500], 10000000.2, 0.1, 1e-8),
]


@pytest.mark.parametrize(("figures", "mean", "deviation", "digits"), NUM_ACC, ids=["1", "2", "3", "4"])
def test_certified_means_and_deviations(figures: list[float], mean: float, deviation: float, digits: float) -> None:
    count = len(figures)
    assert over_time(f"rolling(rating, {count}, mean)", figures)[-1] == near(mean, 1e-14)
    assert over_time(f"rolling(rating, {count}, std)", figures)[-1] == near(deviation, digits)


def test_the_deviation_of_a_sample() -> None:
    """Microsoft Excel, STDEV: breaking strength of ten tools."""
    strengths = [1345.0, 1301, 1368, 1322, 1310, 1370, 1318, 1350, 1303, 1299]
    assert over_time("rolling(rating, 10, std)", strengths)[-1] == near(27.46391572, 1e-9)


#: F. J. Anscombe, "Graphs in Statistical Analysis", The American Statistician 27 (1973): sets 1 to 3 by x = 4 … 14.
#: Slopes as R prints them for its data set `anscombe`; the residual sum of squares 13.75 and standard error 1.237 on 9
#: degrees of freedom are those of the paper and of R.
ANSCOMBE = [
    ([4.26, 5.68, 7.24, 4.82, 6.95, 8.81, 8.04, 8.33, 10.84, 7.58, 9.96], 0.5000909),
    ([3.10, 4.74, 6.13, 7.26, 8.14, 8.77, 9.14, 9.26, 9.13, 8.74, 8.10], 0.5000000),
    ([5.39, 5.73, 6.08, 6.42, 6.77, 7.11, 7.46, 7.81, 8.15, 12.74, 8.84], 0.4997273),
]


@pytest.mark.parametrize(("figures", "slope"), ANSCOMBE, ids=["1", "2", "3"])
def test_lines_of_least_squares(figures: list[float], slope: float) -> None:
    assert over_time("slope(rating, 11)", figures)[-1] == near(slope, 1e-7)
    error = over_time("residual(rating, 11)", figures)[-1]
    assert error == near(1.237, 1e-3)
    assert isinstance(error, float)
    assert error * error * 9 == near(13.75, 2e-3)


def test_growth_that_compounds() -> None:
    """Microsoft Excel, RRI: (fv / pv) ^ (1 / nper) - 1; 10,000 that become 19,000 in three years grow by 23.86 %."""
    cells: dict[Key, float | Missing] = {
        ("F", "cash", 4 * year + 3, "consolidated", "flash"): figure
        for year, figure in zip(range(2000, 2004), [10_000.0, 13_000.0, 14_000.0, 19_000.0], strict=True)
    }
    told = answers("cagr(cash, 3)", cells, years=4)
    assert told[-1] == [near(0.2386, 5e-4)]
    assert told[-1] == [near((19_000 / 10_000) ** (1 / 3) - 1)]
    assert told[-5] == ["no_history"]


def test_ranks_with_ties() -> None:
    """SQL's rank(): rows that tie share the first place of theirs, and the next ones leave a gap."""
    assert among("rank(rating, within: all)", [4.0, 2.0, 4.0, 8.0, 9.0, None]) == [3, 5, 3, 2, 1, "withdrawn"]


def test_percent_ranks() -> None:
    """Microsoft Excel, PERCENTRANK.INC over 13, 12, 11, 8, 4, 3, 2, 1, 1, 1: of 2 it is 0.333, of 4 0.555, of 8 0.666.

    PostgreSQL's percent_rank() is the same: (rank - 1) / (rows - 1).
    """
    told = among("percentile(rating, within: all)", [13.0, 12, 11, 8, 4, 3, 2, 1, 1, 1])
    assert told == [1.0, near(8 / 9), near(7 / 9), near(6 / 9), near(5 / 9), near(4 / 9), near(3 / 9), 0.0, 0.0, 0.0]


#: pandas, DataFrame.quantile: columns (1, 2, 3, 4) and (1, 10, 100, 100). NumPy, percentile: the median of 10, 7, 4, 3,
#: 2, 1. Microsoft Excel, PERCENTILE.INC of 1, 3, 2, 4 and QUARTILE.INC of 1, 2, 4, 7, 8, 9, 10, 12.
QUANTILES = [
    ([1.0, 2, 3, 4], "0.1", 1.3),
    ([1.0, 2, 3, 4], "0.5", 2.5),
    ([1.0, 10, 100, 100], "0.1", 3.7),
    ([1.0, 10, 100, 100], "0.5", 55.0),
    ([10.0, 7, 4, 3, 2, 1], "50%", 3.5),
    ([1.0, 3, 2, 4], "0.3", 1.9),
    ([1.0, 2, 4, 7, 8, 9, 10, 12], "25%", 3.5),
]


@pytest.mark.parametrize(("figures", "share", "expected"), QUANTILES)
def test_quantiles(figures: list[float], share: str, expected: float) -> None:
    told = among(f"quantile(rating, {share}, within: all, at_least: 4)", figures)
    assert told == [near(expected)] * len(figures)
    assert among(f"quantile(rating, {share}, within: all, at_least: 9)", figures) == ["too_few_peers"] * len(figures)


def test_medians_and_scores() -> None:
    """The median as NumPy gives it; z-scores of 1 … 5: the sample's deviation is the root of 2.5."""
    assert among("median(rating, within: all)", [10.0, 7, 4, 3, 2, 1]) == [3.5] * 6
    assert among("zscore(rating, within: all)", [1.0, 2, 3, 4, 5]) == [
        near((figure - 3) / 2.5**0.5) for figure in range(1, 6)
    ]
    assert among("zscore(rating, within: all)", [7.0] * 5) == ["zero_denominator"] * 5


def table(name: str, points: Sequence[tuple[str, str]]) -> Parameter:
    stated: Values = {"default": points}
    return parameter(name, "ratio", {"1990-01-01": stated}, points="ratio")


def read_off(formula: str, points: Sequence[tuple[str, str]], figures: Sequence[float]) -> list[Shown]:
    cells: dict[Key, float | Missing] = {
        (f"F{place}", "rating", 8000, "consolidated", "flash"): figure for place, figure in enumerate(figures)
    }
    return answers(formula, cells, more=[table("points", points)])[0]


def test_interpolation() -> None:
    """NumPy, interp: xp = 1, 2, 3 and fp = 3, 2, 0 at 0, 1, 1.5, 2.5, 2.72 and 3.14."""
    told = read_off("interpolate(rating, points)", [("1", "3"), ("2", "2"), ("3", "0")], [0, 1, 1.5, 2.5, 2.72, 3.14])
    assert told == [3.0, 3.0, 2.5, 1.0, near(0.56), 0.0]


def test_bands() -> None:
    """At a point its own band begins; below the first one there is none."""
    points = [("0", "1"), ("0.5", "2"), ("0.7", "3")]
    told = read_off("band(rating, points)", points, [-0.1, 0.0, 0.49, 0.5, 0.7, 9.0])
    assert told == ["not_applicable", 1, 1, 2, 3, 3]


#: 国有资本金效绩评价规则 (财政部等, 1999), 功效系数法: weight, standard values 优秀 … 较差, actual, score.
#: Textbooks work out 净资产收益率 24.24, 总资产报酬率 7.16, 总资产周转率 5.4 + 0.48, 应收账款周转率 7.2 + 1.31.
SCORES = [
    (30, ["14.6", "6.0", "-0.5", "-10.2", "-23.6"], 6.35, 24.24),
    (12, ["17.8", "11.9", "6.8", "-1.5", "-6.1"], 6.66, 7.16),
    (9, ["1.0", "0.7", "0.4", "0.2", "0.1"], 0.48, 5.88),
    (9, ["2.4", "1.7", "1.1", "0.6", "0.3"], 2.21, 8.51),
    (12, ["41.1", "53.1", "74.3", "89.8", "100"], 44.14, 11.392),
]


@pytest.mark.parametrize(("weight", "standards", "actual", "score"), SCORES)
def test_scores_by_standard_values(weight: int, standards: list[str], actual: float, score: float) -> None:
    points = sorted(zip(standards, ["1.0", "0.8", "0.6", "0.4", "0.2"], strict=True), key=lambda one: float(one[0]))
    assert read_off(f"{weight} * interpolate(rating, points)", points, [actual]) == [near(score, 5e-4)]


#: Microsoft Excel, ROUND: 2.15, 2.149 and -1.475. GB/T 8170-2008, 3.2: 12.1498, 10.5002 and 0.35 as in the standard;
#: its rule for a bare 5 is the even digit (1.050 gives 1.0, -0.0365 gives -0.036), from which half up departs.
ROUNDED = [
    (2.15, 1, 2.2), (2.149, 1, 2.1), (-1.475, 2, -1.48), (12.1498, 1, 12.1), (10.5002, 0, 11.0), (0.35, 1, 0.4),
    (1.050, 1, 1.1), (2.5, 0, 3.0), (-0.0365, 3, -0.037), (2.675, 2, 2.68), (1.005, 2, 1.01), (1e300, 2, 1e300),
]  # fmt: skip


@pytest.mark.parametrize(("figure", "digits", "expected"), ROUNDED)
def test_rounding(figure: float, digits: int, expected: float) -> None:
    assert over_time(f"round(rating, {digits})", [figure]) == [expected]


def test_counters() -> None:
    """Prometheus, increase(): a reading below the one before is a reset, and counts from zero."""
    readings = [95.0, 98.0, 2.0, 5.0]
    cells: dict[Key, float | Missing] = {
        ("F", "stock", 12 * 2000 + 2 + row, "consolidated", "flash"): reading for row, reading in enumerate(readings)
    }
    assert answers("increase(stock, per: quarter)", cells, unit="CNY")[:2] == [["no_history"], [3.0 + 2.0 + 3.0]]


#: Completed years as DATEDIF(…, "Y") counts them; born on 29 February, one is older on 1 March of a common year.
AGES = [
    ("2001-01-01", [2.0, 2.0]), ("2003-03-31", [0.0, 0.0]), ("2003-04-01", [-1.0, 0.0]), ("2000-02-29", [3.0, 3.0]),
    ("2002-06-30", [0.0, 1.0]), ("2002-07-01", [0.0, 0.0]),
]  # fmt: skip


@pytest.mark.parametrize(("founded", "expected"), AGES)
def test_ages(founded: str, expected: list[float]) -> None:
    cells: dict[Key, float | Missing] = {("F", "rating", 8012 + row, "consolidated", "flash"): 1.0 for row in range(2)}
    told = answers(
        'rating * age(founded) / as_unit(1, "year")', cells, first=2003, facts=[Fact("F", "founded", founded)]
    )
    assert told[:2] == [[figure] for figure in expected]


def test_days_ahead() -> None:
    """From 30 June to 10 July it is ten days; a day that is past counts below zero."""
    cells: dict[Key, float | Missing] = {("F", "rating", 8001, "consolidated", "flash"): 1.0}
    formula = 'rating * days_until(founded) / as_unit(1, "day")'
    for day, expected in [("2000-07-10", 10.0), ("2000-06-30", 0.0), ("2000-02-29", -122.0)]:
        assert answers(formula, cells, facts=[Fact("F", "founded", day)])[1] == [expected]
