"""Totals of an office, their growth, shares, contributions and courses: by the product, and by pandas.

Thirty months of nine enterprises with gaps, of which some join the office and some leave it, and two hold others.
"""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import assemble, shipped, with_required
from hengjian.model.cut import Cut
from hengjian.model.missing import Missing
from hengjian.panel.reach import load_scene
from hengjian.store import Store

MONTHS = pd.period_range("2022-10", periods=30, freq="M")
ENTITIES = tuple(f"E{number}" for number in range(1, 10))
#: Who is supervised, from and until when: a day within a month decides at its end.
SUPERVISED = {
    "E1": (None, None), "E2": (None, None), "E3": (None, None), "E4": ("2023-06-15", None), "E5": (None, "2024-02-29"),
    "E6": ("2024-03-01", "2024-09-10"),
}  # fmt: skip
CLASSES = ("市场竞争类", "功能保障类")
LINES = ("operating_income", "total_profit", "net_profit_parent", "total_assets", "total_liabilities")


@pytest.fixture(scope="module")
def programme() -> Programme:
    catalogue, _ = assemble(with_required([shipped("operation")]))
    assert catalogue is not None
    programme, issues = check(catalogue)
    assert programme is not None, issues
    return programme


@pytest.fixture(scope="module")
def reports() -> pd.DataFrame:
    """Whole figures; one in fifty is missing, so that most totals are there."""
    chance = np.random.default_rng(20221101)
    index = pd.MultiIndex.from_product([MONTHS, ENTITIES], names=["period", "entity"])
    columns = {}
    for line in LINES:
        low = -2_000 if "profit" in line else 1_000
        figures = chance.integers(low, 20_000, len(index)).astype(float)
        figures[chance.random(len(index)) < 0.02] = np.nan
        columns[line] = figures
    columns["total_liabilities"] = np.round(columns["total_assets"] * chance.uniform(0.4, 0.9, len(index)))
    return pd.DataFrame(columns, index=index)


@pytest.fixture(scope="module")
def ours(programme: Programme, reports: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Results]:
    catalogue = programme.catalogue
    register = [{"entity": one, "type": "enterprise", "name": one, "category": CLASSES[place % 2]}
                for place, one in enumerate(ENTITIES)]  # fmt: skip
    register.append({"entity": "O", "type": "state_asset_office", "name": "O", "category": ""})
    links = [{"link": "supervised_by", "from": one, "to": "O", "valid_from": start or "", "valid_to": end or ""}
             for one, (start, end) in SUPERVISED.items()]  # fmt: skip
    links += [{"link": "parent", "from": one, "to": "E1", "valid_from": "", "valid_to": ""} for one in ("E7", "E8")]
    filed = reports.add_prefix("quick_").reset_index()
    due = pd.DataFrame(
        {"entity": "O", "period": MONTHS, "scheduled_progress": [f"{one.month / 12:.4f}" for one in MONTHS]}
    )
    store = Store.open(tmp_path_factory.mktemp("space") / "store.duckdb")
    try:
        store.register(catalogue)
        tables = (("entities", pd.DataFrame(register)), ("links", pd.DataFrame(links)), ("wide", filed), ("wide", due))
        for entry, (form, table) in enumerate(tables):
            context = Context(catalogue=catalogue, entity_types=store.entity_types())
            rows, issues = read_table("t.csv", table.to_csv(index=False).encode(), form, context)
            assert not issues
            store.stage(entry, datetime(2025, 5, 1, 0, entry, tzinfo=UTC), rows, date(2025, 5, 1))
        store.commit(len(tables))
        found = {}
        for kind in ("state_asset_office", "enterprise"):
            names = [
                name for name, formula in programme.indicators.items()
                if formula.type == kind and programme.catalogue.indicators[name].pack == "operation"
            ]  # fmt: skip
            wanted = needs(programme, names, everyone=True, about=kind)
            scene = load_scene(store, catalogue, Cut(), wanted)
            found[kind] = evaluate(programme, names, scene)
    finally:
        store.close()
    return found


def table_of(results: Results, name: str) -> pd.DataFrame:
    column = results.columns[name]
    values = np.where(column.reasons == Missing.PRESENT, column.values, np.nan)
    index = pd.PeriodIndex([str(one) for one in results.periods], freq="M")
    return pd.DataFrame(values, index=index, columns=list(results.entities)).reindex(MONTHS)


@pytest.fixture(scope="module")
def members() -> pd.DataFrame:
    """Whether an enterprise is supervised at the end of a month."""
    found = pd.DataFrame(False, index=MONTHS, columns=list(ENTITIES))
    for one, (start, end) in SUPERVISED.items():
        days = MONTHS.end_time.normalize()
        found[one] = (days >= pd.Timestamp(start or "1900-01-01")) & (days < pd.Timestamp(end or "2999-01-01"))
    return found


def total(line: pd.DataFrame, who: pd.DataFrame) -> pd.Series:
    """The sum over those who are in; none where one of them has none, or nobody is in."""
    is_whole = (line.notna() | ~who).all(axis=1) & who.any(axis=1)
    return line.where(who).sum(axis=1).where(is_whole)


def positive(base: pd.Series) -> pd.Series:
    return base.where(base > 0)


@pytest.mark.parametrize("line", LINES[:4])
def test_totals_growth_shares_and_contributions(
    line: str, ours: dict[str, Results], reports: pd.DataFrame, members: pd.DataFrame
) -> None:
    figures = reports[line].unstack("entity")[list(ENTITIES)]
    whole, ago = total(figures, members), members.shift(12, fill_value=False)
    office, each = ours["state_asset_office"], ours["enterprise"]

    def same(name: str, theirs: pd.Series, least: int = 4) -> None:
        mine = table_of(office, name)["O"]
        pd.testing.assert_series_equal(
            mine, theirs, rtol=1e-12, atol=1e-12, check_names=False, check_freq=False, obj=name
        )
        assert mine.notna().sum() >= least, name

    same(f"office_{line}", whole, 15)
    same(f"office_{line}_yoy", whole / positive(whole.shift(12)) - 1)
    both = members & ago
    then = figures.shift(12)
    same(f"office_{line}_like_for_like", total(figures, both) / positive(total(then, both)) - 1)
    for place, key in enumerate(("competitive", "functional")):
        those = members.copy()
        those[[one for number, one in enumerate(ENTITIES) if number % 2 != place]] = False
        same(f"office_{line}_{key}", total(figures, those), 15)
    shares = figures.where(members).div(positive(whole), axis=0)
    mine = table_of(each, f"{line}_share")[list(ENTITIES)]
    pd.testing.assert_frame_equal(mine, shares, rtol=1e-12, check_names=False, check_freq=False)
    last = positive(whole.shift(12))
    contributions = (figures - then).where(members).div(last, axis=0)
    mine = table_of(each, f"{line}_contribution")[list(ENTITIES)]
    pd.testing.assert_frame_equal(mine, contributions, rtol=1e-12, atol=1e-12, check_names=False, check_freq=False)


def test_months_to_the_key_line(ours: dict[str, Results], reports: pd.DataFrame) -> None:
    """The straight line of `numpy.polyfit`, and its residuals."""
    ratio = (reports["total_liabilities"] / reports["total_assets"]).unstack("entity")[list(ENTITIES)]
    mine = {name: table_of(ours["enterprise"], name) for name in ("months_to_debt_key_line", "debt_ratio_band")}
    told = 0
    for entity in ENTITIES:
        for place in range(11, len(MONTHS)):
            window = ratio[entity].iloc[place - 11 : place + 1].to_numpy()
            months, band = (table[entity].iloc[place] for table in mine.values())
            if np.isnan(window).any():
                assert np.isnan(band)
                continue
            slope, start = np.polyfit(np.arange(12), window, 1)
            scatter = np.sqrt(np.sum((window - start - slope * np.arange(12)) ** 2) / 10)
            assert band == pytest.approx(scatter / abs(slope), rel=1e-6)
            ahead = (0.75 - window[-1]) / slope
            expected = 0.0 if window[-1] >= 0.75 else ahead if 0 <= ahead <= 60 else np.nan
            assert months == pytest.approx(expected, rel=1e-6, nan_ok=True)
            told += expected > 0
    assert told > 10
