"""Figures laid out as filings: quick reports and statements as tables of one row an enterprise."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from hengjian.examples.district.books import EQUITY, FIRST_YEAR
from hengjian.examples.district.enterprises import members
from hengjian.examples.district.groups import DEBT, Scope, View, figures

#: The lines of a quick report: measure, the word over its column, and the line of the books.
QUICK: Mapping[str, tuple[str, str]] = {
    "quick_operating_income": ("营业收入", "operating_income"),
    "quick_operating_costs": ("营业成本", "operating_costs"),
    "quick_taxes_and_surcharges": ("税金及附加", "business_taxes_and_surcharges"),
    "quick_selling_expenses": ("销售费用", "sales_costs"),
    "quick_administrative_expenses": ("管理费用", "managing_costs"),
    "quick_rd_expenses": ("研发费用", "rd_costs"),
    "quick_finance_expenses": ("财务费用", "financing_costs"),
    "quick_interest_expenses": ("利息支出", "interest_expenses"),
    "quick_operating_profit": ("营业利润", "operating_profit"),
    "quick_total_profit": ("利润总额", "total_profits"),
    "quick_net_profit": ("净利润", "net_profit"),
    "quick_net_profit_parent": ("归属于母公司净利润", "net_profit_as_parent"),
    "quick_sales_cash": ("销售商品、提供劳务收到的现金", "cash_from_selling"),
    "quick_op_cash_flow": ("经营活动产生的现金流量净额", "net_op_cash_flows"),
    "quick_capital_expenditure": ("购建固定资产等支付的现金", "cash_to_acquire_fixed_intangible_assets"),
    "quick_rd_input": ("研发经费投入", "rd_input"),
    "quick_labour_cost": ("劳动者报酬", "labour_cost"),
    "quick_depreciation": ("固定资产折旧", "depreciation"),
    "quick_net_production_tax": ("生产税净额", "production_tax"),
    "quick_taxes_paid": ("实际上缴税费", "taxes_and_surcharges"),
    "quick_average_headcount": ("全部从业人员平均人数", "headcount"),
    "quick_cash": ("货币资金", "cash_and_cash_equivalents"),
    "quick_accounts_receivable": ("应收账款", "accounts_receivable"),
    "quick_inventories": ("存货", "inventories"),
    "quick_current_assets": ("流动资产合计", "total_current_assets"),
    "quick_fixed_assets": ("固定资产", "fixed_assets"),
    "quick_total_assets": ("资产总计", "total_assets"),
    "quick_short_term_borrowing": ("短期借款", "short_term_borrowing"),
    "quick_short_term_debt": ("一年内到期的带息负债", "short_term_debt"),
    "quick_interest_bearing_debt": ("带息负债合计", "debt"),
    "quick_current_liabilities": ("流动负债合计", "total_current_liabilities"),
    "quick_total_liabilities": ("负债合计", "total_liabilities"),
    "quick_total_equity": ("所有者权益合计", "total_equity"),
    "quick_equity_parent": ("归属于母公司所有者权益", "equity"),
    "quick_guarantee_balance": ("融资担保余额", "guarantee_balance"),
}
BALANCE_SHEET = (
    "cash_and_cash_equivalents", "note_receivable", "accounts_receivable", "advances_to_suppliers", "other_receivables",
    "inventories", "other_current_assets", "total_current_assets", "long_term_equity_investment",
    "real_estate_investment", "fixed_assets", "construction_in_process", "intangible_assets",
    "total_non_current_assets", "total_assets", "short_term_borrowing", "accounts_payable", "contract_liabilities",
    "employee_benefits_payable", "taxes_payable", "other_payable", "current_portion_of_non_current_liabilities",
    "total_current_liabilities", "long_term_borrowing", "bonds_payable", "total_non_current_liabilities",
    "total_liabilities", *EQUITY, "equity", "equity_as_minority_interest", "total_equity",
    "total_liabilities_and_equity",
)  # fmt: skip
INCOME_STATEMENT = (
    "operating_income", "total_operating_costs", "operating_costs", "business_taxes_and_surcharges", "sales_costs",
    "managing_costs", "rd_costs", "financing_costs", "interest_expenses", "interest_income", "other_income",
    "credit_impairment_losses", "operating_profit", "non_operating_income", "non_operating_costs", "total_profits",
    "tax_expense", "net_profit", "net_profit_as_parent", "net_profit_as_minority_interest",
)  # fmt: skip
CASH_FLOW_STATEMENT = (
    "cash_from_selling", "cash_from_other_op", "total_op_cash_inflows", "cash_to_goods_services", "cash_to_employees",
    "taxes_and_surcharges", "cash_to_other_related_op", "total_op_cash_outflows", "net_op_cash_flows",
    "cash_to_acquire_fixed_intangible_assets", "total_investing_cash_outflows", "net_investing_cash_flows",
    "cash_from_borrowings", "total_financing_cash_inflows", "cash_to_repay_borrowings",
    "cash_to_pay_interest_dividend", "total_financing_cash_outflows", "net_financing_cash_flows", "net_cash_increase",
    "cash_at_beginning", "cash",
)  # fmt: skip
STATEMENTS = (*BALANCE_SHEET, *INCOME_STATEMENT, *CASH_FLOW_STATEMENT)
SCOPES: Mapping[Scope, str] = {"consolidated": "合并", "parent": "单体"}
#: In a quick report money is in 万元 with two decimals: hundreds of yuan are its smallest step.
_STEP = 100


def rows_of(group: str, *, alone: bool) -> list[tuple[str, Scope]]:
    """The enterprises and scopes that a group reports: itself both consolidated and alone, the others as they are, and
    where asked `alone` too."""
    others = members(group)[1:]
    found: list[tuple[str, Scope]] = [(group, "consolidated"), (group, "parent")]
    return found + [(one, "consolidated") for one in others] + [(one, "parent") for one in others if alone]


def month_name(month: int) -> str:
    """A month as filings spell it: 2023-01."""
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"


def quarter_name(month: int) -> str:
    """The quarter that ends with a month: 2023-Q1."""
    return f"{FIRST_YEAR + month // 12}-Q{month % 12 // 3 + 1}"


def quick_figures(entity: str, month: int, scope: Scope) -> dict[str, int]:
    """A quick report's figures by measure: hundreds of yuan, so that totals meet as written; persons as they are."""
    found = figures(entity, month, scope, "early")
    lines = {**found.flows, **found.balances}
    lines["rd_input"] = round(lines["rd_costs"] * 1.15)
    lines["production_tax"] = lines["business_taxes_and_surcharges"] + round(lines["operating_income"] * 0.022)
    lines["debt"] = sum(lines[line] for line in DEBT)
    lines["short_term_debt"] = lines["short_term_borrowing"] + lines["current_portion_of_non_current_liabilities"]
    steps = {measure: round(lines[line] / _STEP) for measure, (_, line) in QUICK.items()}
    steps["quick_average_headcount"] = lines["headcount"]
    steps["quick_total_assets"] = steps["quick_total_liabilities"] + steps["quick_total_equity"]
    return steps


def in_ten_thousands(steps: int) -> str:
    """Hundreds of yuan as 万元 with two decimals."""
    sign, steps = ("-", -steps) if steps < 0 else ("", steps)
    return f"{sign}{steps // 100}.{steps % 100:02d}"


def statement_figures(entity: str, month: int, scope: Scope, view: View) -> dict[str, int]:
    """The three statements' figures by measure, in yuan."""
    found = figures(entity, month, scope, view)
    lines = {**found.flows, **found.balances}
    return {line: lines[line] for line in STATEMENTS}


def table(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
