"""The twelve ratios of the finance pack on real statements: by way of intake, store and panel, and by pandas.

The statements are those of the example a_share (its PROVENANCE.md names their source).
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

import hengjian
from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.evaluate.explain import examine, explain_cell
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import assemble, shipped
from hengjian.model.cut import Cut
from hengjian.model.missing import Missing
from hengjian.panel import Panel, load_panel
from hengjian.store import Store

EXAMPLE = Path(hengjian.__file__).parent / "examples" / "a_share"
STATEMENTS = ("balance_sheet", "income_statement", "cash_flow_statement")


@pytest.fixture(scope="module")
def programme() -> Programme:
    catalogue, _ = assemble([shipped("finance")])
    assert catalogue is not None
    programme, issues = check(catalogue)
    assert programme is not None, issues
    return programme


@pytest.fixture(scope="module")
def panel(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """Every measure that the ratios read, over all periods."""
    catalogue = programme.catalogue
    store = Store.open(tmp_path_factory.mktemp("space") / "store.duckdb")
    try:
        store.register(catalogue)
        for entry, name in enumerate(("entities", *STATEMENTS)):
            data = (EXAMPLE / f"{name}.csv").read_bytes()
            context = Context(catalogue=catalogue, entity_types=store.entity_types())
            rows, issues = read_table(f"{name}.csv", data, "entities" if name == "entities" else "wide", context)
            assert not issues
            store.stage(entry, datetime(2020, 5, 1, 0, entry, tzinfo=UTC), rows, date(2020, 5, 1))
        store.commit(len(STATEMENTS) + 1)
        wanted = needs(programme, list(programme.indicators))
        return load_panel(store, catalogue, Cut(), wanted.measures, wanted.frequency)
    finally:
        store.close()


@pytest.fixture(scope="module")
def ours(programme: Programme, panel: Panel) -> Results:
    return evaluate(programme, list(programme.indicators), panel)


def statements() -> pd.DataFrame:
    """Each enterprise's lines on a full run of quarters, with gaps where nothing was published."""
    tables = [
        pd.read_csv(EXAMPLE / f"{name}.csv", dtype={"entity": str}).set_index(["entity", "period"])
        for name in STATEMENTS
    ]
    joined = pd.concat(tables, axis=1)
    days = pd.to_datetime(joined.index.get_level_values("period"))
    joined.index = pd.MultiIndex.from_arrays([joined.index.get_level_values("entity"), days.to_period("Q")])
    quarters = joined.index.levels[1]
    every = pd.period_range(quarters.min(), quarters.max(), freq="Q")
    entities = joined.index.get_level_values(0).unique()
    return joined.reindex(pd.MultiIndex.from_product([entities, every], names=["entity", "quarter"]))


@pytest.fixture(scope="module")
def theirs() -> pd.DataFrame:
    """The ratios as an analyst would write them, from the words of their definitions."""
    lines = statements()
    quarter = pd.Series(lines.index.get_level_values("quarter").quarter, index=lines.index)

    def ago(line: pd.Series, count: int) -> pd.Series:
        return line.groupby("entity").shift(count)

    def last_year_end(line: pd.Series) -> pd.Series:
        return (
            pd.concat([ago(line, count).where(quarter == count) for count in (1, 2, 3, 4)])
            .groupby(level=[0, 1])
            .first()
        )

    def over(upper: pd.Series, lower: pd.Series) -> pd.Series:
        return upper / lower.where(lower != 0)

    def growth(line: pd.Series) -> pd.Series:
        base = ago(line, 4)
        return line / base.where(base > 0) - 1

    def twelve_months(line: pd.Series) -> pd.Series:
        return line.where(quarter == 4, line + last_year_end(line) - ago(line, 4))

    average_assets = (lines["total_assets"] + ago(lines["total_assets"], 4)) / 2
    average_equity = (lines["equity"] + last_year_end(lines["equity"])) / 2
    income = lines["operating_income"]
    return pd.DataFrame(
        {
            "debt_ratio": over(lines["total_liabilities"], lines["total_assets"]),
            "equity_multiplier": over(lines["total_assets"], lines["total_equity"]),
            "current_ratio": over(lines["total_current_assets"], lines["total_current_liabilities"]),
            "quick_ratio": over(
                lines["total_current_assets"] - lines["inventories"], lines["total_current_liabilities"]
            ),
            "gross_margin_ytd": over(income - lines["operating_costs"], income),
            "net_margin_ytd": over(lines["net_profit"], income),
            "roe_ytd": over(lines["net_profit_as_parent"], average_equity),
            "roa_ttm": over(twelve_months(lines["net_profit"]), average_assets),
            "asset_turnover_ttm": over(twelve_months(income), average_assets),
            "revenue_yoy": growth(income),
            "net_profit_yoy": growth(lines["net_profit"]),
            "ocf_to_revenue_ytd": over(lines["net_op_cash_flows"], income),
        }
    )


def test_the_twelve_are_all_that_the_pack_declares(programme: Programme, theirs: pd.DataFrame) -> None:
    assert set(programme.indicators) == set(theirs.columns)


def test_every_value_agrees(ours: Results, theirs: pd.DataFrame) -> None:
    compared = 0
    for name, column in ours.columns.items():
        index = pd.PeriodIndex([str(period).replace("-", "") for period in ours.periods], freq="Q")
        mine = pd.DataFrame(column.values, index=index, columns=list(ours.entities))
        other = theirs[name].unstack(level="entity").reindex(index)[list(ours.entities)]
        pd.testing.assert_frame_equal(mine, other, rtol=1e-12, atol=0, check_names=False, obj=name)
        assert ((column.reasons == Missing.PRESENT) == other.notna().to_numpy()).all()
        assert mine.notna().any().any(), name
        compared += int(mine.notna().to_numpy().sum())
    assert compared > 2500


def test_what_is_missing_tells_why(ours: Results) -> None:
    found = {Missing(int(code)) for column in ours.columns.values() for code in set(column.reasons.flat)}
    assert {Missing.PRESENT, Missing.NOT_REPORTED, Missing.NO_HISTORY, Missing.NEGATIVE_BASE} <= found
    assert Missing.BEFORE_FIRST not in found


def test_explanations_give_the_same_figures(programme: Programme, panel: Panel, ours: Results) -> None:
    names = list(programme.indicators)
    for place, entity in list(enumerate(panel.entities))[:2]:
        workings = examine(programme, names, panel, entity)
        for row, period in list(enumerate(panel.periods))[::3]:
            for name in names:
                explained = explain_cell(workings, name, period)
                reason = Missing(int(ours.columns[name].reasons[row, place]))
                assert explained.missing is reason
                if reason is Missing.PRESENT:
                    assert explained.value == ours.columns[name].values[row, place]
                else:
                    assert explained.cause is not None
                    assert explained.cause.input in programme.catalogue.measures
