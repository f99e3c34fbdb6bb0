"""Every function as an analyst would compute it with pandas, on a portfolio with gaps, resets, moves and audits."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from analyst_world import Portfolio, portfolio
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

Frame = pd.DataFrame
Series = pd.Series
Expected = Callable[[Portfolio], Frame]

#: By test: of what, unit, formula, and how an analyst computes it.
ROWS: dict[str, tuple[str, str, str, Expected]] = {}


def expects(unit: str, formula: str, about: str = "firm") -> Callable[[Expected], Expected]:
    """Enter how the quarterly figure of a formula is computed."""

    def enter(made: Expected) -> Expected:
        ROWS[made.__name__] = (about, unit, formula, made)
        return made

    return enter


def line(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", *, wants_error: bool) -> float:
    """Slope, or standard deviation of the residuals, of the least-squares line."""
    steps = np.arange(len(values))
    fitted = np.polynomial.Polynomial.fit(steps, values, 1).convert()
    errors = values - fitted(steps)
    return float(np.sqrt((errors**2).sum() / (len(values) - 2))) if wants_error else float(fitted.coef[1])


def fell(p: Portfolio) -> Frame:
    """Whether the debt fell, NaN in the first quarter."""
    change = p["debt"].diff()
    return (change < 0).astype(float).where(change.notna())


def quarters(p: Portfolio, measure: str) -> DataFrameGroupBy:
    return p[measure].groupby(p[measure].index.asfreq("Q"))


def grown(p: Portfolio, least: int) -> Frame:
    """The growth of a meter per quarter: from the reading of the month before to the last, resets taken as zero."""
    months = p["meter"]
    found = Frame(np.nan, index=p.periods("quarter"), columns=months.columns)
    for row, quarter in enumerate(found.index[1:], start=1):
        for entity in months:
            base, within = months[entity].iloc[3 * row - 1], months[entity].iloc[3 * row : 3 * row + 3]
            if not np.isnan(base) and within.count() >= least:
                readings = pd.concat([Series([base]), within.dropna()])
                growth = readings.diff().iloc[1:]
                found.loc[quarter, entity] = growth.where(growth >= 0, readings.iloc[1:]).sum()
    return found


def grouped(p: Portfolio, measure: str, names: list[str], least: int, what: Callable[[SeriesGroupBy], Series]) -> Frame:
    """A figure of each group, at each quarter, as one of each entity."""
    long = p[measure].stack(future_stack=True).rename("x").rename_axis(["period", "entity"]).to_frame()
    for name in names:
        texts = p.attribute(name).reindex(columns=p[measure].columns)
        long[name] = texts.stack(future_stack=True).rename_axis(["period", "entity"])
    by = long.groupby(["period", *names])["x"]
    return what(by).where(by.transform("count") >= least).unstack()


def linked(p: Portfolio, link: str, x: Frame, what: str, back: bool = False) -> Frame:
    """Over those linked; missing where one of them is."""
    edges = p.linked(link).rename(columns={"near": "far", "far": "near"} if back else {})
    long = x.stack(future_stack=True).rename("x").rename_axis(["period", "far"]).reset_index()
    both = edges.merge(long, on=["period", "far"]).groupby(["period", "near"])["x"]
    found = both.agg(what).where(both.count() == both.size()).unstack()
    return found.reindex(index=p.periods("quarter"), columns=list(p.entities))


def cut(p: Portfolio, basis: str) -> Frame:
    return p.frames["cash", basis, "consolidated"]


def tabled(p: Portfolio, read: Callable[[float, list[tuple[float, float]]], float]) -> Frame:
    """A tenth of each firm's rating in the table of its industry; from October 2019 there is one for power alone."""
    default, power = [(-2.0, 0.0), (0.0, 0.1), (0.3, 0.9), (3.0, 0.5)], [(1.0, 7.0), (2.0, 11.0)]
    found, industry = p["rating"] / 10, p.attribute("industry").reindex(columns=p.of("firm"))
    for period in found.index:
        for entity in found:
            is_power = industry.loc[period, entity] == "power"
            table = power if is_power else default
            if period >= pd.Period("2019Q4"):
                table = [(0.0, -1.0)] if is_power else []
            found.loc[period, entity] = read(found.loc[period, entity], table) if table else np.nan
    return found


@expects("CNY", "delta(debt, 2)")
def change(p: Portfolio) -> Frame:
    return p["debt"] - p["debt"].shift(2)


@expects("CNY", "rolling(spent, 4, mean)")
def rolling_mean(p: Portfolio) -> Frame:
    return p["spent"].rolling(4).mean()


@expects("CNY", "rolling(spent, 4, sum, at_least: 1)")
def rolling_sum(p: Portfolio) -> Frame:
    return p["spent"].rolling(4, min_periods=1).sum()


@expects("CNY", "rolling(spent, 3, min, at_least: 2)")
def rolling_min(p: Portfolio) -> Frame:
    return p["spent"].rolling(3, min_periods=2).min()


@expects("CNY", "rolling(spent, 3, max, at_least: 2)")
def rolling_max(p: Portfolio) -> Frame:
    return p["spent"].rolling(3, min_periods=2).max()


@expects("CNY", "rolling(spent, 5, std, at_least: 3)")
def rolling_std(p: Portfolio) -> Frame:
    return p["spent"].rolling(5, min_periods=3).std()


@expects("ratio", "cagr(debt, 2)")
def growth_of_two_years(p: Portfolio) -> Frame:
    return (p["debt"] / p["debt"].shift(8)) ** 0.5 - 1


@expects("CNY", "slope(spent, 6)")
def slope(p: Portfolio) -> Frame:
    return p["spent"].rolling(6).apply(lambda last: line(last, wants_error=False), raw=True)


@expects("CNY", "residual(spent, 6)")
def residual(p: Portfolio) -> Frame:
    return p["spent"].rolling(6).apply(lambda last: line(last, wants_error=True), raw=True)


@expects("ratio", "since(delta(debt) < 0)")
def since(p: Portfolio) -> Frame:
    rows = Frame({name: range(len(p["debt"])) for name in p["debt"]}, index=p["debt"].index)
    return rows - rows.where(fell(p) == 1).ffill()


@expects("ratio", "count_true(delta(debt) < 0, 4, at_least: 2)")
def count_true(p: Portfolio) -> Frame:
    return fell(p).rolling(4, min_periods=2).sum()


@expects("CNY", "sum(sales, per: quarter)")
def sum_of_months(p: Portfolio) -> Frame:
    return quarters(p, "sales").sum()


@expects("ratio", "mean(mood, per: quarter, at_least: 2)")
def mean_of_months(p: Portfolio) -> Frame:
    return quarters(p, "mood").mean().where(quarters(p, "mood").count() >= 2)


@expects("CNY", "max(stock, per: quarter, at_least: 1)")
def max_of_months(p: Portfolio) -> Frame:
    return quarters(p, "stock").max()


@expects("CNY", "min(stock, per: quarter)")
def min_of_months(p: Portfolio) -> Frame:
    return quarters(p, "stock").min().where(quarters(p, "stock").count() == 3)


@expects("CNY", "last(taxes, per: quarter)")
def last_of_months(p: Portfolio) -> Frame:
    return quarters(p, "taxes").nth(-1).set_axis(p.periods("quarter"))


@expects("kWh", "increase(meter, per: quarter)", "plant")
def increase(p: Portfolio) -> Frame:
    return grown(p, 3)


@expects("kWh", "increase(meter, per: quarter, at_least: 1)", "plant")
def increase_of_what_is_read(p: Portfolio) -> Frame:
    return grown(p, 1)


@expects("CNY", "median(spent, within: industry)")
def median(p: Portfolio) -> Frame:
    return grouped(p, "spent", ["industry"], 5, lambda by: by.transform("median"))


@expects("CNY", "quantile(spent, 0.9, within: industry, size, at_least: 3)")
def quantile(p: Portfolio) -> Frame:
    return grouped(p, "spent", ["industry", "size"], 3, lambda by: by.transform("quantile", 0.9))


@expects("CNY", "mean(spent, within: all)")
def mean_of_all(p: Portfolio) -> Frame:
    return grouped(p, "spent", [], 5, lambda by: by.transform("mean"))


@expects("ratio", "zscore(spent, within: industry, size)")
def zscore(p: Portfolio) -> Frame:
    return grouped(
        p, "spent", ["industry", "size"], 5, lambda by: (by.obj - by.transform("mean")) / by.transform("std")
    )


@expects("ratio", "rank(spent, within: industry)")
def rank(p: Portfolio) -> Frame:
    return grouped(p, "spent", ["industry"], 5, lambda by: by.rank(method="min", ascending=False))


@expects("ratio", "percentile(spent, within: industry)")
def percentile(p: Portfolio) -> Frame:
    return grouped(p, "spent", ["industry"], 5, lambda by: (by.rank(method="min") - 1) / (by.transform("count") - 1))


@expects("CNY", "total(spent, over: children)")
def total(p: Portfolio) -> Frame:
    return linked(p, "parent", p["spent"], "sum", back=True)


@expects("CNY", "mean(cost, over: runs)")
def mean_of_linked(p: Portfolio) -> Frame:
    return linked(p, "runs", p["cost"], "mean")


@expects("CNY", "max(spent, over: children)")
def max_of_linked(p: Portfolio) -> Frame:
    return linked(p, "parent", p["spent"], "max", back=True)


@expects("CNY", "min(cost, over: runs)")
def min_of_linked(p: Portfolio) -> Frame:
    return linked(p, "runs", p["cost"], "min")


@expects("ratio", "count(over: children, where: delta(debt) > 0) + 0 * rating")
def count_of_linked(p: Portfolio) -> Frame:
    change = p["debt"].diff()
    found = linked(p, "parent", (change > 0).astype(float).where(change.notna()), "sum", back=True)
    has_children = linked(p, "parent", p["debt"] * 0 + 1, "sum", back=True).notna()
    return found.where(has_children, 0.0)


@expects("CNY", "of(parent, spent)")
def of_the_parent(p: Portfolio) -> Frame:
    return linked(p, "parent", p["spent"], "sum")


@expects("CNY", "total(debt, over: run_by)", "plant")
def total_of_those_who_run_it(p: Portfolio) -> Frame:
    return linked(p, "runs", p["debt"], "sum", back=True).reindex(columns=p.of("plant"))


@expects("CNY", "on(cash, basis: audited) - on(cash, basis: flash)")
def audited_less_flash(p: Portfolio) -> Frame:
    return cut(p, "audited") - cut(p, "flash")


@expects("CNY", "on(cash, scope: parent)")
def of_the_parent_alone(p: Portfolio) -> Frame:
    return p.frames["cash", "audited", "parent"]


@expects("CNY", "cash")
def best(p: Portfolio) -> Frame:
    return cut(p, "assessed").fillna(cut(p, "audited")).fillna(cut(p, "flash"))


@expects("ratio", "interpolate(rating / 10, score)")
def interpolate(p: Portfolio) -> Frame:
    return tabled(p, lambda x, table: float(np.interp(x, *zip(*table, strict=True))))


@expects("ratio", "band(rating / 10, score)")
def band(p: Portfolio) -> Frame:
    def read(x: float, table: list[tuple[float, float]]) -> float:
        steps = Series(dict(table))
        return float(steps[steps.index <= x].iloc[-1]) if x >= steps.index[0] else np.nan

    return tabled(p, read)


@expects("ratio", 'rating * lookup(red_line, "power")')
def lookup(p: Portfolio) -> Frame:
    line = Series(0.75, p.periods("quarter")).where(p.periods("quarter") < pd.Period("2019Q1"))
    return p["rating"].mul(line, axis=0)


@expects("CNY", "convert(abroad, rate)")
def convert(p: Portfolio) -> Frame:
    rates = Series([np.nan, *[6.9] * 5, *[7.05] * 10], p.periods("quarter"))
    return p["abroad"].mul(rates, axis=0)


@expects("CNY", "round(spent, 2)")
def round_half_up(p: Portfolio) -> Frame:
    return p["spent"].map(lambda x: float(Decimal(str(x)).quantize(Decimal("0.01"), ROUND_HALF_UP)), na_action="ignore")


@expects("CNY", 'clip(spent, as_unit(10, "CNY"), debt + as_unit(10, "CNY"))')
def clip(p: Portfolio) -> Frame:
    return p["spent"].clip(10, p["debt"] + 10)


@expects("ratio", "log(spent / debt)")
def log(p: Portfolio) -> Frame:
    return np.log(p["spent"] / p["debt"])


@expects("ratio", "exp(spent / debt / 100)")
def exp(p: Portfolio) -> Frame:
    return np.exp(p["spent"] / p["debt"] / 100)


@expects("CNY", "sqrt(spent * debt)")
def sqrt(p: Portfolio) -> Frame:
    return (p["spent"] * p["debt"]) ** 0.5


@expects("CNY", "if(is_missing(spent), debt, 0)")
def is_missing(p: Portfolio) -> Frame:
    return p["debt"].where(p["spent"].isna(), 0.0)


@expects("CNY", "coalesce(spent, debt)")
def coalesce(p: Portfolio) -> Frame:
    return p["spent"].fillna(p["debt"])


@expects("CNY", 'if(industry in ("power", "coal"), debt, -debt)')
def one_of(p: Portfolio) -> Frame:
    industry = p.attribute("industry").reindex(columns=p.of("firm"))
    return p["debt"].where(industry.isin(["power", "coal"]), -p["debt"]).where(industry.notna())


@expects("CNY", "weight * debt")
def number_attribute(p: Portfolio) -> Frame:
    return p["debt"] * p.attribute("weight").astype(float)


@expects("CNY·day", "debt * days_until(founded)")
def days_until(p: Portfolio) -> Frame:
    founded = p.attribute("founded").apply(pd.to_datetime)
    return p["debt"] * founded.apply(lambda day: (day - p.ends("quarter")).dt.days)


@expects("CNY·year", "debt * age(founded)")
def age(p: Portfolio) -> Frame:
    """All are founded on a 28th, so that a month is complete at each quarter's end."""
    founded = p.attribute("founded").apply(pd.to_datetime)
    ends = p.ends("quarter").to_series(index=founded.index)
    months = founded.apply(lambda day: (ends.dt.year - day.dt.year) * 12 + ends.dt.month - day.dt.month)
    return p["debt"] * np.floor(months / 12)


@pytest.fixture(scope="module")
def given() -> Portfolio:
    return portfolio()


@pytest.fixture(scope="module")
def ours(given: Portfolio) -> dict[str, Frame]:
    """The engine's answers to all of them."""
    asked: dict[str, dict[str, tuple[str, str]]] = {}
    for name, (about, unit, formula, _) in ROWS.items():
        asked.setdefault(about, {})[f"its_{name}"] = (unit, formula)
    return {name: frame for about, written in asked.items() for name, frame in given.answers(about, written).items()}


@pytest.mark.parametrize("name", ROWS)
def test_pandas_agrees(name: str, given: Portfolio, ours: dict[str, Frame]) -> None:
    mine, theirs = ours[f"its_{name}"], ROWS[name][3](given)
    pd.testing.assert_frame_equal(
        mine, theirs[mine.columns], rtol=1e-9, atol=1e-9, check_names=False, check_freq=False, check_dtype=False
    )
    assert mine.notna().to_numpy().mean() > 0.15
