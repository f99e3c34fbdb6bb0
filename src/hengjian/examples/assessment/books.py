"""Who there is, and the yearly figures of each: everything follows from the tables beside this module."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
#: So many yuan are 万元.
TEN_THOUSAND = 10_000
YEARS = (2022, 2023, 2024, 2025)
#: The year that is assessed.
YEAR = 2025


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """One enterprise; `income`, `profit`, `assets` in 万元 and `debt` in percent of assets, for each of the years; `rd`
    is the last year's spending on research in 万元."""

    id: str
    name: str
    parent: str | None
    function: str
    assessment_class: str
    category: str
    industry: str
    main_business: str
    business_listing: str
    income: tuple[int, ...]
    profit: tuple[int, ...]
    assets: tuple[int, ...]
    debt: tuple[float, ...]
    rd: int


def read_table(name: str) -> list[dict[str, str]]:
    """A table of this example."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def enterprises() -> Mapping[str, Enterprise]:
    """All enterprises by id, each group before those below it."""
    return {row["id"]: _enterprise(row) for row in read_table("enterprises.csv")}


def _enterprise(row: Mapping[str, str]) -> Enterprise:
    def numbers(name: str) -> tuple[int, ...]:
        return tuple(int(part) for part in row[name].split("/"))

    words = ("function", "assessment_class", "category", "industry", "main_business", "business_listing")
    return Enterprise(
        id=row["id"], name=row["name"], parent=row["parent"] or None, **{name: row[name] for name in words},
        income=numbers("income"), profit=numbers("profit"), assets=numbers("assets"),
        debt=tuple(float(part) for part in row["debt"].split("/")), rd=int(row["rd"]),
    )  # fmt: skip


def groups() -> list[Enterprise]:
    """The eleven that the district assesses."""
    return [one for one in enterprises().values() if one.parent is None]


def statements(one: Enterprise, year: int, *, flash: bool = False) -> dict[str, int]:
    """The lines of the statements of a year by measure, in yuan; `flash`: as they were before the audit, which took a
    little off most profits."""
    at = YEARS.index(year)
    profit = one.profit[at] + (round(abs(one.profit[at]) * 0.012) if flash else 0)
    assets = one.assets[at]
    liabilities = round(assets * one.debt[at] / 100)
    return {measure: amount * TEN_THOUSAND for measure, amount in {
        **_balance(one, assets, liabilities), **_results(one, one.income[at], profit, liabilities),
        "net_op_cash_flows": profit + round(assets * 0.03),
    }.items()}  # fmt: skip


def _balance(one: Enterprise, assets: int, liabilities: int) -> dict[str, int]:
    current, short = round(assets * 0.46), round(liabilities * 0.48)
    equity = assets - liabilities
    first = one.assets[0] - round(one.assets[0] * one.debt[0] / 100)
    capital, reserve, surplus = round(first * 0.6), round(first * 0.15), round(first * 0.05)
    return {
        "cash_and_cash_equivalents": round(assets * 0.09), "accounts_receivable": round(assets * 0.08),
        "inventories": round(assets * 0.18), "total_current_assets": current,
        "construction_in_process": round(assets * 0.12), "total_non_current_assets": assets - current,
        "total_assets": assets, "short_term_borrowing": round(liabilities * 0.15),
        "accounts_payable": round(liabilities * 0.2),
        "current_portion_of_non_current_liabilities": round(liabilities * 0.05),
        "total_current_liabilities": short, "long_term_borrowing": round(liabilities * 0.4), "bonds_payable": 0,
        "total_non_current_liabilities": liabilities - short, "total_liabilities": liabilities, "capital": capital,
        "capital_reserve": reserve, "surplus_reserve": surplus,
        "undistributed_profits": equity - capital - reserve - surplus, "equity": equity,
        "equity_as_minority_interest": 0, "total_equity": equity, "total_liabilities_and_equity": assets,
    }  # fmt: skip


def _results(one: Enterprise, income: int, profit: int, liabilities: int) -> dict[str, int]:
    interest, tax = round(liabilities * 0.6 * 0.034), round(max(profit, 0) * 0.25)
    surcharges, selling, managing = round(income * 0.008), round(income * 0.02), round(income * 0.06)
    operating = profit - 20
    costs = income - surcharges - selling - managing - one.rd - interest - operating
    return {
        "operating_income": income, "operating_costs": costs, "business_taxes_and_surcharges": surcharges,
        "sales_costs": selling, "managing_costs": managing, "rd_costs": one.rd, "financing_costs": interest,
        "interest_expenses": interest, "operating_profit": operating, "non_operating_income": 60,
        "non_operating_costs": 40, "total_profits": profit, "tax_expense": tax, "net_profit": profit - tax,
        "net_profit_as_parent": profit - tax, "net_profit_as_minority_interest": 0,
    }  # fmt: skip


def profit_base(one: Enterprise) -> float:
    """上年实际完成值和前三年平均值中的较低值, in 万元: what a letter states as the base."""
    return min(one.profit[-2], sum(one.profit[-4:-1]) / 3)
