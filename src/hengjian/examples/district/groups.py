"""What an enterprise and all that it controls come to: consolidated figures, and those of the enterprise alone.

Books of one district know no dealings between its enterprises, so that only stakes are taken out against the capital
below them; what outside owners hold of each layer is the minority's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hengjian.examples.district.books import ASSETS, EQUITY, Month, add_profits, months, stake_cost
from hengjian.examples.district.chance import sway
from hengjian.examples.district.enterprises import children

#: `final`: the books themselves. `early`: the quick report's view of them. `unaudited`: before the auditors came.
View = Literal["final", "early", "unaudited"]
Scope = Literal["consolidated", "parent"]

DEBT = ("short_term_borrowing", "current_portion_of_non_current_liabilities", "long_term_borrowing", "bonds_payable")
CURRENT_ASSETS = ASSETS[: ASSETS.index("long_term_equity_investment")]
CURRENT_LIABILITIES = (
    "short_term_borrowing", "accounts_payable", "contract_liabilities", "employee_benefits_payable", "taxes_payable",
    "other_payable", "current_portion_of_non_current_liabilities",
)  # fmt: skip
LIABILITIES = (*CURRENT_LIABILITIES, "long_term_borrowing", "bonds_payable")
INFLOWS = ("cash_from_selling", "cash_from_other_op")
OUTFLOWS = ("cash_to_goods_services", "cash_to_employees", "taxes_and_surcharges", "cash_to_other_related_op")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Balances, the year's flows so far, and the cash at its beginning, with all totals, in yuan by line."""

    balances: Mapping[str, int]
    flows: Mapping[str, int]


@cache
def figures(entity: str, month: int, scope: Scope, view: View) -> Figures:
    """What `entity` has to report at the end of a month."""
    below = children(entity) if scope == "consolidated" else ()
    balances, flows = _own(entity, month, view)
    minority = minority_profit = 0
    for one in below:
        part = figures(one.id, month, "consolidated", view)
        _add(balances, {line: part.balances[line] for line in (*ASSETS, *LIABILITIES, "guarantee_balance")})
        _add(flows, {line: part.flows[line] for line in flows})
        balances["long_term_equity_investment"] -= stake_cost(entity, one.id)
        ours = round(part.balances["equity"] * one.share)
        balances["undistributed_profits"] += ours - stake_cost(entity, one.id)
        minority += part.balances["total_equity"] - ours
        minority_profit += part.flows["net_profit"] - round(part.flows["net_profit_as_parent"] * one.share)
    _total_balances(balances, minority)
    _total_flows(flows, minority_profit)
    flows["cash_at_beginning"] = _cash_at_beginning(entity, month, scope)
    flows["cash"] = balances["cash_and_cash_equivalents"]
    flows["net_cash_increase"] = flows["cash"] - flows["cash_at_beginning"]
    return Figures(balances=balances, flows=flows)


def _own(entity: str, month: int, view: View) -> tuple[dict[str, int], dict[str, int]]:
    year: tuple[Month, ...] = months(entity)[month // 12 * 12 : month + 1]
    flows = {line: sum(one.flows[line] for one in year) for line in year[0].flows}
    flows["headcount"] = round(flows["headcount"] / len(year))
    balances = dict(year[-1].balances)
    _revise(balances, flows, sway(entity, month, view) if view != "final" else 0.0)
    return balances, flows


def _revise(balances: dict[str, int], flows: dict[str, int], part: float) -> None:
    """Costs that are not booked yet, or booked too high: profit and receivables move by the same amount."""
    amount = round(flows["managing_costs"] * 0.012 * part)
    flows["managing_costs"] -= amount
    flows["net_profit"] += amount
    add_profits(flows)
    balances["accounts_receivable"] += amount
    balances["undistributed_profits"] += amount


def _add(to: dict[str, int], more: Mapping[str, int]) -> None:
    for line, amount in more.items():
        to[line] += amount


def _total_balances(balances: dict[str, int], minority: int) -> None:
    balances["total_current_assets"] = sum(balances[line] for line in CURRENT_ASSETS)
    balances["total_assets"] = sum(balances[line] for line in ASSETS)
    balances["total_non_current_assets"] = balances["total_assets"] - balances["total_current_assets"]
    balances["total_current_liabilities"] = sum(balances[line] for line in CURRENT_LIABILITIES)
    balances["total_liabilities"] = sum(balances[line] for line in LIABILITIES)
    balances["total_non_current_liabilities"] = balances["total_liabilities"] - balances["total_current_liabilities"]
    balances["equity"] = sum(balances[line] for line in EQUITY)
    balances["equity_as_minority_interest"] = minority
    balances["total_equity"] = balances["equity"] + minority
    balances["total_liabilities_and_equity"] = balances["total_liabilities"] + balances["total_equity"]


def _total_flows(flows: dict[str, int], minority: int) -> None:
    flows["net_profit_as_minority_interest"] = minority
    flows["net_profit_as_parent"] = flows["net_profit"] - minority
    flows["total_op_cash_inflows"] = sum(flows[line] for line in INFLOWS)
    flows["total_op_cash_outflows"] = sum(flows[line] for line in OUTFLOWS)
    flows["net_op_cash_flows"] = flows["total_op_cash_inflows"] - flows["total_op_cash_outflows"]
    spent = flows["cash_to_acquire_fixed_intangible_assets"]
    flows["total_investing_cash_inflows"], flows["total_investing_cash_outflows"] = 0, spent
    flows["net_investing_cash_flows"] = -spent
    flows["total_financing_cash_inflows"] = flows["cash_from_borrowings"]
    flows["total_financing_cash_outflows"] = flows["cash_to_repay_borrowings"] + flows["cash_to_pay_interest_dividend"]
    flows["net_financing_cash_flows"] = flows["cash_from_borrowings"] - flows["total_financing_cash_outflows"]


@cache
def _cash_at_beginning(entity: str, month: int, scope: Scope) -> int:
    """The cash at the end of last year."""
    from hengjian.examples.district.books import opening

    own = months(entity)[month // 12 * 12 - 1].balances if month >= 12 else opening(entity)
    below = children(entity) if scope == "consolidated" else ()
    return own["cash_and_cash_equivalents"] + sum(_cash_at_beginning(one.id, month, scope) for one in below)
