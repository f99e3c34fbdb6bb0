"""A desk for tests of the pages: an office over three enterprises, a year of their quick reports, one open case."""

from collections.abc import Iterable
from pathlib import Path

from kit import Space, table

ENTERPRISES = {"G01": "示例港务集团", "G02": "示例水务集团", "G03": "示例城建集团"}
TODAY = "2026-02-05"
LATEST = "2026-01"
FLOWS = (
    "quick_operating_income quick_operating_costs quick_taxes_and_surcharges quick_selling_expenses "
    "quick_administrative_expenses quick_rd_expenses quick_finance_expenses quick_interest_expenses "
    "quick_operating_profit quick_total_profit quick_net_profit quick_net_profit_parent quick_sales_cash "
    "quick_op_cash_flow quick_capital_expenditure quick_rd_input quick_labour_cost quick_depreciation "
    "quick_net_production_tax quick_taxes_paid"
).split()
#: Of a month, in 万元; what is cumulative is so many times it.
_FLOW = (900, 700, 9, 20, 60, 12, 15, 14, 84, 86, 66, 60, 950, 120, 40, 14, 130, 45, 30, 52)


def report(month: int, borrowed: int, *, guaranteed: int = 1_500) -> dict[str, int]:
    """A quick report of a month: figures in 万元 that hang together, `borrowed` of 10,000 being liabilities."""
    balances = {
        "quick_cash": 1_800, "quick_accounts_receivable": 700, "quick_inventories": 500, "quick_current_assets": 4_000,
        "quick_fixed_assets": 4_500, "quick_total_assets": 10_000, "quick_short_term_borrowing": 600,
        "quick_short_term_debt": 900, "quick_interest_bearing_debt": borrowed - 2_000,
        "quick_current_liabilities": borrowed - 3_000, "quick_total_liabilities": borrowed,
        "quick_total_equity": 10_000 - borrowed, "quick_equity_parent": 9_600 - borrowed,
        "quick_guarantee_balance": min(guaranteed, (10_000 - borrowed) * 3 // 10), "quick_average_headcount": 420,
    }  # fmt: skip
    flows = {name: amount * month for name, amount in zip(FLOWS, _FLOW, strict=True)}
    return {**flows, **balances}


def quick_reports(rows: Iterable[tuple[str, str, int]]) -> str:
    """A table of quick reports: for each enterprise and month (2025-03) what it owes, in 万元."""
    lines = []
    for entity, period, borrowed in rows:
        filed = report(int(period[-2:]), borrowed)
        amounts = (amount if name.endswith("headcount") else amount * 10_000 for name, amount in filed.items())
        lines.append(" ".join(map(str, (entity, period, *amounts))))
    return table(" ".join(("entity", "period", *report(1, 5_000))), "\n".join(lines))


def desk_space(folder: Path, *packs: str) -> Space:
    """The space, made with commands as its keeper would; `packs` beside that of the quick reports."""
    space = Space.at(folder, "operation", *packs)
    settings = space.path / "hengjian.toml"
    settings.write_text(f"today = {TODAY}\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    rows = [f"{code},enterprise,{name},交通运输、仓储和邮政业" for code, name in ENTERPRISES.items()]
    rows.append("O01,state_asset_office,示例区国资委,")
    space.enter("entity,type,name,industry\n" + "\n".join(rows) + "\n", "企业名录.csv", form="entities")
    space.enter("link,from,to\nsupervised_by,G01,O01\n", "监管企业名单.csv", form="links")
    space.enter("link,from,to,share\nowns,G01,G02,60%\nowns,G01,G03,100%\n", "股权.csv", form="links")
    space.enter("link,from,to\nparent,G02,G01\nparent,G03,G01\n", "隶属.csv", form="links")
    usual = {"G01": 6_500, "G02": 5_500, "G03": 6_800}
    year = [(entity, f"2025-{month:02}", owed) for month in range(1, 12) for entity, owed in usual.items()]
    space.enter(quick_reports(year), "2025年1-11月 快报.csv", form="wide", known_from="2025-12-08")
    december = [(entity, "2025-12", owed) for entity, owed in {**usual, "G03": 7_300}.items()]
    space.enter(quick_reports(december), "2025年12月 快报.csv", form="wide", known_from="2026-01-08")
    targets = "\n".join(f"O01,2025-{month:02},12000,50%" for month in range(1, 13))
    space.enter(f"单位,月份,营业收入年度目标（万元）,序时进度\n{targets}\n", "年度目标.csv", form="office_targets")
    return space
