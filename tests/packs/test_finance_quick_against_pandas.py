"""The indicators over quick reports: by way of intake, store and panel, and by pandas.

No quick report is public, so the reports here are made: thirty months of twelve enterprises with gaps, losses, negative
equity and zeros, by a seeded generator.
"""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from analyst import Lines, over, over_positive

from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.evaluate.lookback import needs
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.load import assemble, shipped
from hengjian.model.cut import Cut
from hengjian.model.missing import Missing
from hengjian.panel import load_panel
from hengjian.store import Store

MONTHS = pd.period_range("2022-10", periods=30, freq="M")
INDUSTRIES = ("工业", "非工业", "科研技术", "制造业")
ENTITIES = tuple(f"E{number:02}" for number in range(1, 13))


@pytest.fixture(scope="module")
def programme() -> Programme:
    catalogue, _ = assemble([shipped("finance")])
    assert catalogue is not None
    programme, issues = check(catalogue)
    assert programme is not None, issues
    return programme


@pytest.fixture(scope="module")
def names(programme: Programme) -> list[str]:
    """The indicators over quick reports."""
    return [name for name, formula in programme.indicators.items() if formula.frequency == "month"]


@pytest.fixture(scope="module")
def reports(programme: Programme) -> pd.DataFrame:
    """Whole figures, so that what is filed as text is what pandas has; one in eight is missing, some are zero."""
    chance = np.random.default_rng(20221001)
    index = pd.MultiIndex.from_product([ENTITIES, MONTHS], names=["entity", "month"])
    columns = {}
    for measure in programme.catalogue.measures.values():
        if measure.frequency == "month":
            figures = chance.integers(-2_000, 20_000, len(index)).astype(float)
            figures[chance.random(len(index)) < 0.02] = 0
            figures[chance.random(len(index)) < 0.125] = np.nan
            columns[measure.name] = figures
    return pd.DataFrame(columns, index=index)


@pytest.fixture(scope="module")
def ours(
    programme: Programme, names: list[str], reports: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Results:
    catalogue = programme.catalogue
    register = pd.DataFrame({
        "entity": ENTITIES, "type": "enterprise", "name": ENTITIES,
        "industry": [INDUSTRIES[number % 4] for number in range(len(ENTITIES))],
    })  # fmt: skip
    filed = reports.reset_index().rename(columns={"month": "period"})
    store = Store.open(tmp_path_factory.mktemp("space") / "store.duckdb")
    try:
        store.register(catalogue)
        for entry, (form, table) in enumerate((("entities", register), ("wide", filed))):
            context = Context(catalogue=catalogue, entity_types=store.entity_types())
            rows, issues = read_table("t.csv", table.to_csv(index=False).encode(), form, context)
            assert not issues
            store.stage(entry, datetime(2025, 5, 1, 0, entry, tzinfo=UTC), rows, date(2025, 5, 1))
        store.commit(2)
        wanted = needs(programme, names)
        panel = load_panel(store, catalogue, Cut(), wanted.measures, wanted.frequency, attributes=["industry"])
    finally:
        store.close()
    return evaluate(programme, names, panel)


def returns(of: Lines) -> dict[str, pd.Series]:
    income, profit = of.quick_operating_income, of.quick_total_profit
    expenses = (
        of.quick_selling_expenses + of.quick_administrative_expenses + of.quick_rd_expenses + of.quick_finance_expenses
    )
    costs = of.quick_operating_costs + of.quick_taxes_and_surcharges + expenses
    before_interest = of.year(profit + of.quick_interest_expenses)
    net_profit = of.year(of.quick_net_profit)
    return {
        "quick_gross_margin": over(income - of.quick_operating_costs, income),
        "quick_operating_margin": over(of.quick_operating_profit, income),
        "quick_costs": costs,
        "quick_cost_expense_margin": over(profit, costs),
        "quick_cost_ratio": over(costs, income),
        "quick_period_expense_ratio": over(expenses, income),
        "quick_net_profit_ttm": net_profit,
        "quick_roe_ttm": over_positive(net_profit, of.mean(of.quick_total_equity)),
        "quick_roe_parent_ttm": over_positive(of.year(of.quick_net_profit_parent), of.mean(of.quick_equity_parent)),
        "quick_return_on_total_assets_ttm": over(before_interest, of.mean(of.quick_total_assets)),
        "quick_interest_cover_ttm": over_positive(before_interest, of.year(of.quick_interest_expenses)),
        "quick_tax_burden": over(of.quick_taxes_paid, income),
        "quick_rd_intensity": over(of.quick_rd_input, income),
        "quick_labour_cost_margin": over(profit, of.quick_labour_cost),
    }


def turnovers(of: Lines) -> dict[str, pd.Series]:
    income, funds = of.year(of.quick_operating_income), of.quick_accounts_receivable + of.quick_inventories
    return {
        "quick_asset_turnover_ttm": over(income, of.mean(of.quick_total_assets)),
        "quick_receivables_turnover_ttm": over(income, of.mean(of.quick_accounts_receivable)),
        "quick_inventory_turnover_ttm": over(of.year(of.quick_operating_costs), of.mean(of.quick_inventories)),
        "quick_two_funds_share": over(funds, of.quick_current_assets),
        "quick_two_funds_gap": of.growth(funds) - of.growth(of.quick_operating_income),
        "quick_revenue_yoy": of.growth(of.quick_operating_income),
        "quick_total_profit_yoy": of.growth(of.quick_total_profit),
        "quick_capital_preservation": over_positive(of.quick_total_equity, of.opening(of.quick_total_equity)),
    }


def debts(of: Lines) -> dict[str, pd.Series]:
    ratio = over(of.quick_total_liabilities, of.quick_total_assets)
    lines = {"工业": 0.70, "非工业": 0.75, "科研技术": 0.65, "制造业": 0.70}
    line = [lines[INDUSTRIES[ENTITIES.index(entity) % 4]] for entity, _ in ratio.index]
    return {
        "quick_debt_ratio": ratio,
        "quick_debt_headroom": pd.Series(line, index=ratio.index) - ratio,
        "quick_current_ratio": over(of.quick_current_assets, of.quick_current_liabilities),
        "quick_acid_test": over(of.quick_current_assets - of.quick_inventories, of.quick_current_liabilities),
        "quick_interest_bearing_debt_ratio": over(of.quick_interest_bearing_debt, of.quick_total_liabilities),
        "quick_short_term_debt_share": over(of.quick_short_term_debt, of.quick_interest_bearing_debt),
        "quick_cash_to_short_term_debt": over(of.quick_cash, of.quick_short_term_debt),
        "quick_guarantee_ratio": over_positive(of.quick_guarantee_balance, of.quick_total_equity),
    }


def cash(of: Lines) -> dict[str, pd.Series]:
    operations = of.year(of.quick_op_cash_flow)
    of_income = over(of.quick_op_cash_flow, of.quick_operating_income)
    collected = over(of.quick_sales_cash, of.quick_operating_income)
    year = pd.Series(of_income.index.get_level_values("month").year, index=of_income.index)
    return {
        "quick_ocf_to_revenue": of_income,
        "quick_cash_collection": collected,
        "quick_five_rates_cash": collected.where(year >= 2025, of_income.where(year >= 2023)),
        "quick_earnings_cash_cover": over_positive(of.quick_op_cash_flow, of.quick_net_profit),
        "quick_op_cash_flow_ttm": operations,
        "quick_cash_to_current_liabilities_ttm": over(operations, of.quick_current_liabilities),
        "quick_free_cash_flow_ttm": operations - of.year(of.quick_capital_expenditure),
        "quick_asset_cash_recovery_ttm": over(operations, of.mean(of.quick_total_assets)),
    }


def people(of: Lines) -> dict[str, pd.Series]:
    made = of.quick_labour_cost + of.quick_depreciation + of.quick_net_production_tax + of.quick_operating_profit
    heads = of.quick_average_headcount
    return {
        "quick_labour_output_ttm": of.year(made),
        "quick_labour_productivity_ttm": over(of.year(made), heads),
        "quick_income_per_head_ttm": over(of.year(of.quick_operating_income), heads),
        "quick_profit_per_head_ttm": over(of.year(of.quick_total_profit), heads),
        "quick_pay_per_head_ttm": over(of.year(of.quick_labour_cost), heads),
    }


@pytest.fixture(scope="module")
def theirs(reports: pd.DataFrame) -> pd.DataFrame:
    """The indicators as an analyst would write them, from the words of their definitions."""
    of = Lines(reports, per_year=12)
    subjects = (returns, turnovers, debts, cash, people)
    return pd.DataFrame({name: values for subject in subjects for name, values in subject(of).items()})


def test_no_indicator_over_quick_reports_is_left_out(names: list[str], theirs: pd.DataFrame) -> None:
    assert set(names) == set(theirs.columns)


def test_every_value_agrees(ours: Results, theirs: pd.DataFrame) -> None:
    index = pd.PeriodIndex([str(period) for period in ours.periods], freq="M")
    for name, column in ours.columns.items():
        is_there = column.reasons == Missing.PRESENT
        values = np.where(is_there, column.values, np.nan)
        mine = pd.DataFrame(values, index=index, columns=list(ours.entities))
        other = theirs[name].unstack(level="entity").reindex(index)[list(ours.entities)]
        # differences of whole figures are exact; those of quotients may lose their last digits
        pd.testing.assert_frame_equal(mine, other, rtol=1e-12, atol=1e-14, check_names=False, obj=name)
        assert (is_there == other.notna().to_numpy()).all(), name
        assert 20 < is_there.sum() < is_there.size, name
