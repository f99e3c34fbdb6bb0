"""The indicators of the finance pack on real statements: by way of intake, store and panel, and by pandas.

The statements are those of the example a_share (its PROVENANCE.md names their source). Indicators over quick reports
are not among them: no such report is public.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from analyst import Lines, over, over_positive

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
def names(programme: Programme) -> list[str]:
    """The indicators over statements."""
    return [name for name, formula in programme.indicators.items() if formula.frequency == "quarter"]


@pytest.fixture(scope="module")
def panel(programme: Programme, names: list[str], tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """Every measure that the indicators read, over all periods."""
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
        wanted = needs(programme, names)
        return load_panel(store, catalogue, Cut(), wanted.measures, wanted.frequency)
    finally:
        store.close()


@pytest.fixture(scope="module")
def ours(programme: Programme, names: list[str], panel: Panel) -> Results:
    return evaluate(programme, names, panel)


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


def profitability(of: Lines) -> dict[str, pd.Series]:
    income, average_assets = of.operating_income, of.mean(of.total_assets)
    costs = (
        of.operating_costs + of.business_taxes_and_surcharges + of.sales_costs + of.managing_costs
        + of.rd_costs.fillna(0) + of.financing_costs
    )  # fmt: skip
    return {
        "gross_margin_ytd": over(income - of.operating_costs, income),
        "net_margin_ytd": over(of.net_profit, income),
        "operating_margin_ytd": over(of.operating_profit, income),
        "cost_expense_margin_ytd": over(of.total_profits, costs),
        "roe_ytd": over_positive(of.net_profit_as_parent, (of.equity + of.opening(of.equity)) / 2),
        "return_on_net_assets_ttm": over_positive(of.year(of.net_profit), of.mean(of.total_equity)),
        "roa_ttm": over(of.year(of.net_profit), average_assets),
        # no statement of the example has the line 利息费用: 财务费用 stands in for it
        "return_on_total_assets_ttm": over(of.year(of.total_profits) + of.year(of.financing_costs), average_assets),
        "return_on_capital_ttm": over(of.year(of.net_profit), of.mean(of.capital + of.capital_reserve)),
        "recurring_profit_share_ytd": over_positive(of.deducted_net_profit, of.net_profit_as_parent),
    }


def asset_quality(of: Lines) -> dict[str, pd.Series]:
    income, costs = of.year(of.operating_income), of.year(of.operating_costs)
    receivables, inventories = over(income, of.mean(of.accounts_receivable)), over(costs, of.mean(of.inventories))
    return {
        "asset_turnover_ttm": over(income, of.mean(of.total_assets)),
        "current_asset_turnover_ttm": over(income, of.mean(of.total_current_assets)),
        "receivables_turnover_ttm": receivables,
        "receivables_days": over(0 * receivables + 365, receivables),
        "inventory_turnover_ttm": inventories,
        "inventory_days": over(0 * inventories + 365, inventories),
        "fixed_asset_turnover_ttm": over(income, of.mean(of.fixed_assets)),
        "asset_cash_recovery_ttm": over(of.year(of.net_op_cash_flows), of.mean(of.total_assets)),
        "two_funds_share": over(of.accounts_receivable + of.inventories, of.total_current_assets),
        "goodwill_to_equity": over_positive(of.goodwill, of.total_equity),
    }


def debt_risk(of: Lines) -> dict[str, pd.Series]:
    debt_ratio = over(of.total_liabilities, of.total_assets)
    within_a_year = of.short_term_borrowing.fillna(0) + of.current_portion_of_non_current_liabilities.fillna(0)
    borrowings = within_a_year + of.long_term_borrowing.fillna(0) + of.fi_bond_payable.fillna(0)
    interest = of.year(of.financing_costs)
    return {
        "debt_ratio": debt_ratio,
        "debt_ratio_change": debt_ratio - of.ago(debt_ratio, 4),
        "equity_multiplier": over_positive(of.total_assets, of.total_equity),
        "liabilities_to_equity": over_positive(of.total_liabilities, of.total_equity),
        "current_ratio": over(of.total_current_assets, of.total_current_liabilities),
        "quick_ratio": over(of.total_current_assets - of.inventories, of.total_current_liabilities),
        "cash_ratio": over(of.cash_and_cash_equivalents, of.total_current_liabilities),
        "interest_bearing_debt_ratio": over(borrowings + of.interest_payable.fillna(0), of.total_liabilities),
        "short_term_debt_share": over(within_a_year, borrowings),
        "cash_to_short_term_debt": over(of.cash_and_cash_equivalents, within_a_year),
        "interest_ttm": interest,
        "interest_cover_ttm": over_positive(of.year(of.total_profits) + interest, interest),
    }


def growth(of: Lines) -> dict[str, pd.Series]:
    return {
        "revenue_yoy": of.growth(of.operating_income),
        "operating_profit_yoy": of.growth(of.operating_profit),
        "total_profit_yoy": of.growth(of.total_profits),
        "net_profit_yoy": of.growth(of.net_profit),
        "total_assets_growth": over(of.total_assets, of.opening(of.total_assets)) - 1,
        "capital_preservation": over_positive(of.total_equity, of.opening(of.total_equity)),
        "two_funds_gap": of.growth(of.accounts_receivable + of.inventories) - of.growth(of.operating_income),
    }


def cash(of: Lines) -> dict[str, pd.Series]:
    operations, investment = of.year(of.net_op_cash_flows), of.year(of.cash_to_acquire_fixed_intangible_assets)
    return {
        "ocf_to_revenue_ytd": over(of.net_op_cash_flows, of.operating_income),
        "cash_collection_ytd": over(of.cash_from_selling, of.operating_income),
        "earnings_cash_cover_ytd": over_positive(of.net_op_cash_flows, of.net_profit),
        "cash_to_current_liabilities_ttm": over(operations, of.total_current_liabilities),
        "free_cash_flow_ttm": operations - investment,
        "capital_expenditure_cover_ttm": over_positive(operations, investment),
    }


def efficiency(of: Lines) -> dict[str, pd.Series]:
    expenses = of.sales_costs + of.managing_costs + of.rd_costs.fillna(0) + of.financing_costs
    return {
        "rd_expense_ratio_ytd": over(of.rd_costs, of.operating_income),
        "period_expense_ratio_ytd": over(expenses, of.operating_income),
        "effective_tax_rate_ytd": over_positive(of.tax_expense, of.total_profits),
    }


@pytest.fixture(scope="module")
def theirs() -> pd.DataFrame:
    """The indicators as an analyst would write them, from the words of their definitions."""
    of = Lines(statements(), per_year=4)
    subjects = (profitability, asset_quality, debt_risk, growth, cash, efficiency)
    return pd.DataFrame({name: values for subject in subjects for name, values in subject(of).items()})


def test_no_indicator_over_statements_is_left_out(names: list[str], theirs: pd.DataFrame) -> None:
    assert set(names) == set(theirs.columns)


def test_every_value_agrees(ours: Results, theirs: pd.DataFrame) -> None:
    compared = 0
    for name, column in ours.columns.items():
        index = pd.PeriodIndex([str(period).replace("-", "") for period in ours.periods], freq="Q")
        values = np.where(column.reasons == Missing.PRESENT, column.values, np.nan)
        mine = pd.DataFrame(values, index=index, columns=list(ours.entities))
        other = theirs[name].unstack(level="entity").reindex(index)[list(ours.entities)]
        pd.testing.assert_frame_equal(mine, other, rtol=1e-12, atol=0, check_names=False, obj=name)
        assert ((column.reasons == Missing.PRESENT) == other.notna().to_numpy()).all()
        assert mine.notna().any().any(), name
        compared += int(mine.notna().to_numpy().sum())
    assert compared > 8000


def test_what_is_missing_tells_why(ours: Results) -> None:
    found = {Missing(int(code)) for column in ours.columns.values() for code in set(column.reasons.flat)}
    assert {Missing.PRESENT, Missing.NOT_REPORTED, Missing.NO_HISTORY, Missing.NEGATIVE_BASE} <= found
    assert Missing.BEFORE_FIRST not in found


def test_explanations_give_the_same_figures(
    programme: Programme, names: list[str], panel: Panel, ours: Results
) -> None:
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
                    # what was not filed is a measure; a divisor of zero may be what an indicator came to
                    others = programme.indicators if reason is Missing.ZERO_DENOMINATOR else ()
                    assert explained.cause.input in {*programme.catalogue.measures, *others}
