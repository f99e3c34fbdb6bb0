"""Figures laid out as filings: quick reports, statements, risk forms. A row an enterprise, a file a group."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from hengjian.examples.district.chance import sway
from hengjian.examples.district.reports import QUICK, table
from hengjian.examples.steps import File
from hengjian.examples.warning.books import (
    HELD,
    Amounts,
    below,
    businesses,
    consolidated,
    enterprises,
    month_name,
    of_parent,
    own,
    quarter_name,
    written,
)
from hengjian.examples.warning.registers import guaranteed

#: Whose figures of the company alone are filed beside the consolidated ones: groups, and those in the ring.
ALONE = ("LJ01", "LJ02", "LJ03", "LJ04", "LJ0303", "LJ030301", "LJ03030101")
Reader = Callable[[str, int], Amounts]


def quick_file(group: str, month: int, *, alone: bool = False) -> File:
    """A group's quick report as the form lays it out; `alone`: that of the single companies."""
    who = [one for one in below(group) if not alone or one in ALONE]
    titles = [f"{word}（{'人' if one == 'quick_average_headcount' else '万元'}）" for one, (word, _) in QUICK.items()]
    scope = "单体" if alone else "合并"
    rows = [[one, enterprises()[one].name, *_quick(one, month, alone=alone).values()] for one in who]
    above = [["财务快报"], ["期间", month_name(month), "口径", scope], ["金额单位", "万元", "版本", "快报"], [""]]
    name = f"财务快报-{month_name(month)}-{group}{'-单体' if alone else ''}.csv"
    return File(name=name, data=table([*above, ["单位", "企业名称", *titles], *rows]))


def _quick(entity: str, month: int, *, alone: bool) -> dict[str, str]:
    """The lines of a quick report by measure, as they are written."""
    read: Reader = own if alone else consolidated
    found, headcount = lines_of(entity, month, read), _headcount(entity, month, alone=alone)
    return {one: str(headcount) if one == "quick_average_headcount" else written(found[one]) for one in QUICK}


def lines_of(entity: str, month: int, read: Reader) -> dict[str, int]:
    """Every line of the quick report but the persons, in hundreds of yuan."""
    now = read(entity, month)
    liabilities = now["payables"] + now["debt"]
    members = [entity] if read is own else below(entity)
    parent = own if read is own else of_parent_of
    return {
        "quick_operating_income": now["income"], "quick_operating_costs": now["costs"],
        "quick_taxes_and_surcharges": now["surcharges"], "quick_selling_expenses": now["selling"],
        "quick_administrative_expenses": now["administration"], "quick_rd_expenses": now["research"],
        "quick_finance_expenses": now["interest"], "quick_interest_expenses": now["interest"],
        "quick_operating_profit": now["profit"], "quick_total_profit": now["profit"], "quick_net_profit": now["net"],
        "quick_net_profit_parent": parent(entity, month)["net"], "quick_sales_cash": now["sales_cash"],
        "quick_op_cash_flow": now["operating_cash"], "quick_capital_expenditure": now["capital"],
        "quick_rd_input": round(now["research"] * 1.15), "quick_labour_cost": now["labour"],
        "quick_depreciation": now["depreciation"], "quick_net_production_tax": now["surcharges"] * 4,
        "quick_taxes_paid": now["surcharges"] * 4 + now["tax"], "quick_cash": now["cash"],
        "quick_accounts_receivable": now["receivables"], "quick_inventories": now["inventories"],
        "quick_current_assets": now["cash"] + sum(now[line] for line in HELD if line != "fixed"),
        "quick_fixed_assets": now["fixed"], "quick_total_assets": liabilities + now["equity"],
        "quick_short_term_borrowing": round(now["short_debt"] * 0.6), "quick_short_term_debt": now["short_debt"],
        "quick_interest_bearing_debt": now["debt"], "quick_current_liabilities": now["payables"] + now["short_debt"],
        "quick_total_liabilities": liabilities, "quick_total_equity": now["equity"],
        "quick_equity_parent": parent(entity, month)["equity"],
        "quick_guarantee_balance": sum(guaranteed(one, month) for one in members),
    }  # fmt: skip


def of_parent_of(entity: str, month: int) -> Amounts:
    """The owners' part of the two lines that a quick report divides."""
    return {line: of_parent(entity, month, line) for line in ("net", "equity")}


def _headcount(entity: str, month: int, *, alone: bool) -> int:
    """About 15万元 of pay a head."""
    members = [entity] if alone else below(entity)
    paid = sum(own(one, month)["labour"] for one in members) / (month % 12 + 1) * 12
    return max(12, round(paid / 1500))


def statement_file(who: Sequence[str], month: int) -> File:
    """The lines of the statements that distress models read, of a quarter: a row an enterprise."""
    rows = []
    for entity in who:
        now, quick = consolidated(entity, month), lines_of(entity, month, consolidated)
        reserve = round(now["equity"] * 0.06)
        found = {
            "cash_and_cash_equivalents": now["cash"], "accounts_receivable": now["receivables"],
            "inventories": now["inventories"], "total_current_assets": quick["quick_current_assets"],
            "fixed_assets": now["fixed"], "goodwill": _goodwill(entity), "total_non_current_assets": now["fixed"],
            "total_assets": quick["quick_total_assets"], "short_term_borrowing": quick["quick_short_term_borrowing"],
            "total_current_liabilities": quick["quick_current_liabilities"],
            "total_non_current_liabilities": now["debt"] - now["short_debt"],
            "total_liabilities": quick["quick_total_liabilities"], "surplus_reserve": reserve,
            "undistributed_profits": now["equity"] - reserve - _capital(entity), "total_equity": now["equity"],
            "operating_income": now["income"], "operating_costs": now["costs"], "interest_expenses": now["interest"],
            "financing_costs": now["interest"], "total_profits": now["profit"], "net_profit": now["net"],
            "net_op_cash_flows": now["operating_cash"],
        }  # fmt: skip
        rows.append([entity, quarter_name(month), *(str(steps * 100) for steps in found.values())])
    return File(name=f"财务报表-{quarter_name(month)}.csv", data=table([["entity", "period", *found], *rows]))


def _capital(entity: str) -> int:
    """What the owners paid in: three quarters of the equity that the story begins with."""
    return round(sum(own(one, 0)["equity"] for one in below(entity)) * 0.75)


def _goodwill(entity: str) -> int:
    """Bought with the technology company in 2022."""
    return 420_000 if entity in ("LJ0302", "LJ03") else 0


def risk_file(word: str, period: str, group: str, rows: Mapping[str, Mapping[str, str]]) -> File:
    """A risk form as it is laid out, with the titles of its measures."""
    titles: Iterable[str] = next(iter(rows.values()))
    above = [[word], ["期间", period, "口径", "合并"], ["金额单位", "万元", "版本", "快报"]]
    lines = [[one, enterprises()[one].name, *said.values()] for one, said in rows.items()]
    return File(name=f"{word}-{period}-{group}.csv", data=table([*above, ["单位", "企业名称", *titles], *lines]))


def usual(entity: str, month: int) -> Mapping[str, int]:
    """What the defaults of the risk forms are measured by, in hundreds of yuan."""
    now = consolidated(entity, month)
    return {**now, "pace": round(now["costs"] / (month % 12 + 1) * (1 + 0.1 * sway(entity, month, "pace")))}


def is_trader(entity: str) -> bool:
    """Whether trade is its business, or that of one below it."""
    return any(enterprises()[one].business == "trader" for one in below(entity))


def trade_of(entity: str, month: int) -> tuple[int, int]:
    """Income and costs of the traders among an enterprise and those below it."""
    traders = [own(one, month) for one in below(entity) if enterprises()[one].business == "trader"]
    return sum(one["income"] for one in traders), sum(one["costs"] for one in traders)


def plant_share(entity: str) -> float:
    """How much plant the business has, for its hazards and its accounts."""
    return businesses()[enterprises()[entity].business]["plant"]
