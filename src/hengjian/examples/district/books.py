"""The books of one enterprise by itself: what a month brings in and takes out, and what stands at its end.

Every change of a balance has its cash or its profit: so the sheets balance, and the cash rolls forward, by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hengjian.examples.district.chance import sway
from hengjian.examples.district.enterprises import Enterprise, Nature, enterprises, natures, stakes
from hengjian.examples.district.fates import fortunes

#: January 2022 is month 0; the last month that can be reported is December 2025.
FIRST_YEAR, MONTHS = 2022, 48
RATE, DEPOSIT_RATE, TAX_RATE = 0.038, 0.006, 0.25
#: Of total assets, as long as nothing turns.
CASH_SHARE = 0.14

Amounts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Balances at the end of a month, and the flows of that month alone, in yuan, by line."""

    balances: Amounts
    flows: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """The year's revenue and costs at the pace of a month, without season: what stocks and receivables go by."""

    revenue: float
    costs: float
    season: float


def _level(one: Enterprise, nature: Nature, month: int) -> _Level:
    turned = fortunes(one.id, month)
    growth = 1 + nature.growth * month / 12 * (1 + 0.25 * sway(one.id, "growth"))
    revenue = one.revenue * growth * turned["revenue"]
    return _Level(
        revenue=revenue, costs=revenue * (1 - nature.margin - turned["margin"]), season=nature.season[month % 12] / 100
    )


def _working(one: Enterprise, nature: Nature, month: int) -> dict[str, int]:
    """The balances that follow from business at its pace."""
    level, turned = _level(one, nature, month), fortunes(one.id, month)
    wave = 1 + 0.05 * (level.season - 1) + 0.012 * sway(one.id, month, "receivables")
    receivables = level.revenue * nature.receivable_days / 365 * turned["receivables"] * wave
    still = 1 + 0.003 * sway(one.id, month, "stock")
    rounded = {
        "note_receivable": receivables * 0.06,
        "accounts_receivable": receivables * 0.94,
        "advances_to_suppliers": level.costs * 0.025,
        "other_receivables": level.revenue * 0.03,
        "inventories": level.costs * nature.stock_days / 365 * turned["stock"] * still,
        "accounts_payable": level.costs * nature.payable_days / 365 * still,
        "contract_liabilities": level.revenue * nature.advance_days / 365 * still,
        "other_payable": one.revenue * (1 + nature.growth * month / 12) * 0.045,
    }
    return {line: round(amount) for line, amount in rounded.items()}


def _split_debt(debt: int, nature: Nature, short: float) -> dict[str, int]:
    due = min(0.9, nature.short * short)
    short_term, portion = round(debt * due * 0.6), round(debt * due * 0.4)
    bonds = round((debt - short_term - portion) * nature.bonds)
    return {
        "short_term_borrowing": short_term, "current_portion_of_non_current_liabilities": portion,
        "bonds_payable": bonds, "long_term_borrowing": debt - short_term - portion - bonds,
    }  # fmt: skip


def debt_of(balances: Amounts) -> int:
    """All that bears interest."""
    return (
        balances["short_term_borrowing"] + balances["current_portion_of_non_current_liabilities"]
        + balances["bonds_payable"] + balances["long_term_borrowing"]
    )  # fmt: skip


@cache
def opening(entity: str) -> Amounts:
    """The balances at the end of the year before the first; stakes stand at the capital that was paid in."""
    one, nature = enterprises()[entity], natures()[enterprises()[entity].nature]
    balances = _working(one, nature, 0)
    depreciation = one.revenue * nature.plant / nature.life / 12
    balances |= {
        "other_current_assets": round(one.revenue * 0.01),
        "real_estate_investment": round(one.revenue * nature.estate),
        "fixed_assets": round(one.revenue * nature.plant),
        "construction_in_process": round(depreciation / 0.08),
        "intangible_assets": round(one.revenue * nature.rights),
    }
    owing = ("accounts_payable", "contract_liabilities", "other_payable")
    held = sum(amount for line, amount in balances.items() if line not in owing)
    assets = round(held / (1 - CASH_SHARE))
    balances["cash_and_cash_equivalents"] = assets - held
    balances |= {"employee_benefits_payable": round(one.revenue * nature.labour / 14), "taxes_payable": 0}
    debt_ratio = fortunes(entity, 0)["opening_debt_ratio"] or nature.debt_ratio + 0.03 * sway(entity, "debt")
    owed = sum(balances[line] for line in (*owing, "employee_benefits_payable"))
    debt = max(round(assets * debt_ratio) - owed, 0)
    balances |= _split_debt(debt, nature, 1)
    balances["long_term_equity_investment"] = sum(stake_cost(entity, other) for other in stakes(entity))
    equity = assets - owed - debt + balances["long_term_equity_investment"]
    balances["capital"] = round(equity * 0.6)
    balances["capital_reserve"] = round(equity * 0.18)
    balances["surplus_reserve"] = round(equity * 0.04)
    balances["undistributed_profits"] = equity - round(equity * 0.6) - round(equity * 0.18) - round(equity * 0.04)
    return balances


def stake_cost(owner: str, owned: str) -> int:
    """What a direct stake stands at in its owner's books."""
    return round(opening(owned)["capital"] * stakes(owner)[owned])


@cache
def months(entity: str) -> tuple[Month, ...]:
    """The enterprise's own months, oldest first."""
    found: list[Month] = []
    before, this_year, last_year = opening(entity), 0, 0
    taxed = 0
    for month in range(MONTHS):
        if month % 12 == 0:
            this_year, last_year, taxed = 0, this_year, 0
        made = _month(entity, month, before, (this_year, taxed), last_year)
        found.append(made)
        before = made.balances
        this_year += made.flows["net_profit"]
        taxed += made.flows["tax_expense"]
    return tuple(found)


def _earnings(one: Enterprise, nature: Nature, month: int, before: Amounts) -> dict[str, int]:
    """The month's income and costs down to the total profit."""
    level, turned = _level(one, nature, month), fortunes(one.id, month)
    mean = level.revenue / 12
    revenue = round(mean * level.season * (1 + 0.02 * sway(one.id, month, "revenue")))
    margin = nature.margin + turned["margin"] + 0.008 * sway(one.id, month, "margin")
    flows = {
        "operating_income": revenue,
        "operating_costs": round(revenue * (1 - margin)),
        "business_taxes_and_surcharges": round(revenue * 0.006),
        "sales_costs": round(nature.selling * (0.5 * mean + 0.5 * revenue)),
        "managing_costs": round(nature.administration * (0.6 * mean + 0.4 * revenue)),
        "rd_costs": round(nature.research * (0.7 * mean + 0.3 * revenue)),
        "interest_expenses": round(debt_of(before) * RATE / 12),
        "interest_income": round(before["cash_and_cash_equivalents"] * DEPOSIT_RATE / 12),
        "other_income": round(mean * nature.subsidy),
        "credit_impairment_losses": -round(mean * (0.0004 + turned["impairment"])),
        "non_operating_income": round(mean * 0.001),
        "non_operating_costs": round(mean * 0.0006),
    }
    flows["financing_costs"] = flows["interest_expenses"] - flows["interest_income"]
    return flows


COSTS = (
    "operating_costs", "business_taxes_and_surcharges", "sales_costs", "managing_costs", "rd_costs", "financing_costs",
)  # fmt: skip


def add_profits(flows: dict[str, int]) -> None:
    """The totals of an income statement above tax, from its lines."""
    flows["total_operating_costs"] = sum(flows[line] for line in COSTS)
    flows["operating_profit"] = (
        flows["operating_income"] - flows["total_operating_costs"] + flows["other_income"]
        + flows["credit_impairment_losses"]
    )  # fmt: skip
    flows["total_profits"] = flows["operating_profit"] + flows["non_operating_income"] - flows["non_operating_costs"]


def _month(entity: str, month: int, before: Amounts, so_far: tuple[int, int], last_year: int) -> Month:
    """One month: earnings, working capital, investment, and then the debt that is left to take up or pay back."""
    one, nature = enterprises()[entity], natures()[enterprises()[entity].nature]
    flows = _earnings(one, nature, month, before)
    add_profits(flows)
    profit, taxed = so_far
    due = max(0, round((profit + taxed + flows["total_profits"]) * TAX_RATE))
    flows["tax_expense"] = due - taxed
    flows["net_profit"] = flows["total_profits"] - flows["tax_expense"]
    after = dict(before) | _working(one, nature, month)
    _operate(one, nature, month, (before, after), flows)
    _invest(nature, fortunes(entity, month)["invested"], (before, after), flows)
    dividends = round(last_year * 0.15) if month % 12 == 5 and one.is_group and last_year > 0 else 0
    _finance(one, nature, month, (before, after), flows, dividends)
    after["undistributed_profits"] += flows["net_profit"] - dividends
    if month % 12 == 11 and (year := profit + flows["net_profit"]) > 0:
        reserve = round(year * 0.1)
        after["surplus_reserve"] += reserve
        after["undistributed_profits"] -= reserve
    after["guarantee_balance"] = _guarantees(one, month, after)
    return Month(balances=after, flows=flows)


def _operate(
    one: Enterprise, nature: Nature, month: int, balances: tuple[Amounts, dict[str, int]], flows: dict[str, int]
) -> None:
    """Cash from operations: profit's lines moved by what is not yet received or paid."""
    before, after = balances
    grown = {line: after[line] - before[line] for line in after if line != "guarantee_balance"}
    outlay = sum(flows[line] for line in ("operating_costs", "sales_costs", "managing_costs", "rd_costs"))
    labour = round(outlay * nature.labour)
    depreciation = round(before["fixed_assets"] / nature.life / 12)
    sundry = round(0.25 * sum(flows[line] for line in ("sales_costs", "managing_costs", "rd_costs")))
    owed = round(labour * 1.05)
    tax_owed = before["taxes_payable"] - before["other_current_assets"]
    accrued = flows["business_taxes_and_surcharges"] + flows["tax_expense"]
    paid = max(before["taxes_payable"], 0)
    tax_left = tax_owed + accrued - paid
    base = opening(one.id)["other_current_assets"]
    after["taxes_payable"] = max(tax_left + base, 0)
    after["other_current_assets"] = after["taxes_payable"] - tax_left
    after["employee_benefits_payable"] = owed
    flows["labour_cost"], flows["depreciation"] = labour, depreciation
    flows["headcount"] = max(12, round(_level(one, nature, month).revenue * _outlay_share(nature) * nature.labour
                                       / (nature.wage * 10_000)))  # fmt: skip
    flows["cash_from_selling"] = (
        flows["operating_income"] + flows["credit_impairment_losses"] - grown["note_receivable"]
        - grown["accounts_receivable"] + grown["contract_liabilities"]
    )  # fmt: skip
    flows["cash_from_other_op"] = (
        flows["other_income"] + flows["non_operating_income"] + flows["interest_income"] + grown["other_payable"]
    )
    flows["cash_to_goods_services"] = (
        outlay - labour - depreciation - sundry + grown["inventories"] + grown["advances_to_suppliers"]
        - grown["accounts_payable"]
    )  # fmt: skip
    flows["cash_to_employees"] = labour + before["employee_benefits_payable"] - owed
    flows["taxes_and_surcharges"] = paid
    flows["cash_to_other_related_op"] = sundry + flows["non_operating_costs"] + grown["other_receivables"]


def _outlay_share(nature: Nature) -> float:
    return 1 - nature.margin + nature.selling + nature.administration + nature.research


def _invest(nature: Nature, part: float, balances: tuple[Amounts, dict[str, int]], flows: dict[str, int]) -> None:
    """Plant is bought as it wears out and business grows, and for `part` of what was earned; works become plant."""
    before, after = balances
    spent = flows["depreciation"] + round(before["fixed_assets"] * nature.growth / 12)
    spent += max(0, round(flows["net_profit"] * part))
    finished = round((before["construction_in_process"] + spent) * 0.08)
    after["construction_in_process"] = before["construction_in_process"] + spent - finished
    after["fixed_assets"] = before["fixed_assets"] + finished - flows["depreciation"]
    flows["cash_to_acquire_fixed_intangible_assets"] = spent


def _finance(
    one: Enterprise, nature: Nature, month: int, balances: tuple[Amounts, dict[str, int]], flows: dict[str, int],
    dividends: int,
) -> None:  # fmt: skip
    """Debt rolls over, and moves so that the cash at hand stays near what is kept."""
    before, after = balances
    inflows = flows["cash_from_selling"] + flows["cash_from_other_op"]
    outflows = (
        flows["cash_to_goods_services"] + flows["cash_to_employees"] + flows["taxes_and_surcharges"]
        + flows["cash_to_other_related_op"] + flows["cash_to_acquire_fixed_intangible_assets"]
        + flows["interest_expenses"] + dividends
    )  # fmt: skip
    at_hand = before["cash_and_cash_equivalents"] + inflows - outflows
    others = sum(
        after[line] for line in ASSETS if line not in ("cash_and_cash_equivalents", "long_term_equity_investment")
    )
    turned = fortunes(one.id, month)
    kept = round(others * CASH_SHARE / (1 - CASH_SHARE) * turned["cash"])
    debt = debt_of(before)
    change = max(round((kept - at_hand) * 0.6), -debt, round(kept * 0.3) - at_hand)
    rolled = round(debt * 0.035)
    flows["cash_from_borrowings"] = rolled + max(change, 0)
    flows["cash_to_repay_borrowings"] = rolled + max(-change, 0)
    flows["cash_to_pay_interest_dividend"] = flows["interest_expenses"] + dividends
    after["cash_and_cash_equivalents"] = at_hand + change
    after.update(_split_debt(debt + change, nature, turned["short"]))


ASSETS = (
    "cash_and_cash_equivalents", "note_receivable", "accounts_receivable", "advances_to_suppliers", "other_receivables",
    "inventories", "other_current_assets", "long_term_equity_investment", "real_estate_investment", "fixed_assets",
    "construction_in_process", "intangible_assets",
)  # fmt: skip
EQUITY = ("capital", "capital_reserve", "surplus_reserve", "undistributed_profits")


def _guarantees(one: Enterprise, month: int, balances: Amounts) -> int:
    """What a group has guaranteed for others; companies below it guarantee nothing."""
    if not one.is_group:
        return 0
    equity = sum(balances[line] for line in EQUITY)
    return round(equity * (fortunes(one.id, month)["guarantees"] + 0.02 * (1 + sway(one.id, "guarantees"))))
