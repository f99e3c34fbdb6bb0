"""The invented enterprise of the shared domain notes (TV4): its year,
filed in 万元 through the forms as a clerk fills them."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

import hengjian
from hengjian.app import Space, packs

SAMPLES = Path(hengjian.__file__).parent / "packs" / "performance_evaluation" / "sample"
Rows = Sequence[Sequence[Any]]

#: 资产负债表: the year's end and last year's end. The parts that the case does not tell are left out.
BALANCE_SHEET = {
    "应收账款": (21000, 19000), "存货": (26000, None), "流动资产合计": (90000, 80000), "资产总计": (200000, 180000),
    "短期借款": (25000, None), "一年内到期的非流动负债": (5000, None), "流动负债合计": (62000, None),
    "长期借款": (30000, None), "应付债券": (0, None), "负债合计": (116000, 102000), "实收资本": (40000, 40000),
    "资本公积": (10000, 10000), "归属于母公司所有者权益合计": (80000, 74000), "少数股东权益": (4000, 4000),
    "所有者权益合计": (84000, 78000),
}  # fmt: skip
#: 利润表: this year and last year. Last year's costs are those that leave its profit of the main business, 38000.
#: 净利润
#: has the minority's part of it in statements since 2007: 9800 + 400.
INCOME_STATEMENT = {
    "营业收入": (210000, 185000), "营业成本": (165000, 145500), "税金及附加": (1500, 1500), "销售费用": (9000, None),
    "管理费用": (17800, None), "财务费用": (3600, None), "利息费用": (3800, None), "利润总额": (13600, None),
    "净利润": (10200, None), "归属于母公司股东的净利润": (9800, None), "少数股东损益": (400, None),
}  # fmt: skip
CASH_FLOW = {"经营活动产生的现金流量净额": (14000, None)}
SUPPLEMENT = {
    "单位": ("G01", "G01"), "年度": ("2005", "2006"), "坏账准备": (1000, 1000), "资产减值准备余额": (None, 4000),
    "潜亏挂账": (None, 800), "未处理资产损失": (None, 200), "应付利息": (None, 600), "已贴现承兑汇票": (None, 1000),
    "担保余额": (None, 3000), "被诉事项金额": (None, 0), "其他或有负债": (None, 200), "客观增加国有资本": (None, 500),
    "客观减少国有资本": (None, 0), "科技支出": (None, 1600),
}  # fmt: skip
#: 评议: the mean share of each indicator over seven experts, who differ by OFFSETS.
SHARES = {
    "strategy": ".82", "innovation": ".76", "decisions": ".80", "risk_control": ".70", "basics": ".78",
    "people": ".74", "industry_influence": ".66", "social_contribution": ".84",
}  # fmt: skip
OFFSETS = ("-.06", "-.04", "-.02", "0", ".02", ".04", ".06")


def workbook(sheet: str, rows: Rows) -> bytes:
    """A workbook of one sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return buffer.getvalue()


def statement(
    sheet: str, lines: Mapping[str, tuple[Any, Any]], columns: tuple[str, str], *, scope: str = "合并",
    basis: str = "审计",
    times: float = 1,
) -> bytes:  # fmt: skip
    """A printed statement of 2006-Q4 in 万元."""
    heads = [[sheet], ["单位", "G01", "金额单位", "万元"], ["期间", "2006-Q4", "口径", scope], ["", "", "版本", basis]]
    body = [[name, *(None if one is None else one * times for one in both)] for name, both in lines.items()]
    return workbook(sheet, [*heads, ["项目", *columns], *body])


def supplement(figures: Mapping[str, tuple[Any, Any]], *, scope: str = "合并", basis: str = "审计") -> bytes:
    """绩效评价补充资料表, a row for last year and one for this year."""
    heads = [["补充资料"], ["金额单位", "万元", "口径", scope, "版本", basis], [], list(figures)]
    return workbook("绩效评价补充资料", [*heads, *([both[year] for both in figures.values()] for year in (0, 1))])


def filed(folder: Path) -> Space:
    """A space of the pack in which the case is filed on the audited basis, with the published sample of standards."""
    packs.init({"space": str(folder), "packs": ["performance_evaluation"], "name": "evaluation", "actor": "clerk"})
    space: Space = hengjian.open(str(folder))
    rows = "entity,type,name,standard_class,standard_size\nG01,enterprise,甲公司,工业/机械工业,中型\n"
    submit(space, "entities.csv", rows.encode(), "entities")
    file_year(space)
    sample = SAMPLES / "standards_2006_industry_medium.csv"
    file = {"name": sample.name, "data": sample.read_bytes()}
    space.ask("enter_register", {"kind": "standard", "file": file, "actor": "clerk"})
    return space


def file_year(space: Space, *, scope: str = "合并", basis: str = "审计", times: float = 1) -> None:
    """The statements and the supplement of the case; the flows of the income statement so many times as large."""
    year, flow = ("期末余额", "上年年末余额"), ("本期金额", "上期金额")
    of = {"scope": scope, "basis": basis}
    submit(space, "b.xlsx", statement("资产负债表", BALANCE_SHEET, year, **of), "balance_sheet")
    submit(space, "i.xlsx", statement("利润表", INCOME_STATEMENT, flow, **of, times=times), "income_statement")
    submit(space, "c.xlsx", statement("现金流量表", CASH_FLOW, flow, **of), "cash_flow_statement")
    submit(space, "s.xlsx", supplement(SUPPLEMENT, **of), "evaluation_data")


def submit(space: Space, name: str, data: bytes, form: str) -> None:
    """File one file."""
    found = space.ask("submit", {"files": [{"name": name, "data": data}], "form": form, "actor": "clerk"})
    assert "faults" not in found, found


def enter(space: Space, kind: str, titles: Sequence[str], rows: Rows, **more: Any) -> None:
    """Rows into a register, as a pasted table."""
    text = "\n".join("\t".join(str(cell) for cell in row) for row in [titles, *rows])
    found = space.ask("enter_register", {"kind": kind, "text": text, "actor": "clerk", **more})
    assert "faults" not in found, found


def rate(space: Space, card: str, period: str, experts: int = 7) -> None:
    """Open a panel, hand in the papers of so many experts, and close it."""
    enter(space, "panel", ["计分卡", "年度", "状态"], [[card, period, "开评"]])
    rows = [
        [card, period, "G01", item, float(share) + float(offset), f"专家{number}"]
        for item, share in SHARES.items()
        for number, offset in enumerate(OFFSETS[:experts], 1)
    ]
    titles = ["计分卡", "年度", "企业", "评议指标", "评议结果", "专家"]
    enter(space, "rating", titles, [[*row[:4], f"{row[4]:.2f}", row[5]] for row in rows])
    enter(space, "panel", ["计分卡", "年度", "状态"], [[card, period, "截止"]])


#: The measures behind the titles of the statements and of the supplement.
MEASURES = {
    "应收账款": "accounts_receivable", "存货": "inventories", "流动资产合计": "total_current_assets",
    "资产总计": "total_assets", "短期借款": "short_term_borrowing",
    "一年内到期的非流动负债": "current_portion_of_non_current_liabilities", "流动负债合计": "total_current_liabilities",
    "长期借款": "long_term_borrowing", "应付债券": "bonds_payable", "负债合计": "total_liabilities",
    "实收资本": "capital",
    "资本公积": "capital_reserve", "归属于母公司所有者权益合计": "equity",
    "少数股东权益": "equity_as_minority_interest",
    "所有者权益合计": "total_equity", "营业收入": "operating_income", "营业成本": "operating_costs",
    "税金及附加": "business_taxes_and_surcharges", "销售费用": "sales_costs", "管理费用": "managing_costs",
    "财务费用": "financing_costs", "利息费用": "interest_expenses", "利润总额": "total_profits", "净利润": "net_profit",
    "归属于母公司股东的净利润": "net_profit_as_parent", "少数股东损益": "net_profit_as_minority_interest",
    "经营活动产生的现金流量净额": "net_op_cash_flows", "坏账准备": "bad_debt_provision",
    "资产减值准备余额": "impairment_provisions", "潜亏挂账": "unrecognised_losses",
    "未处理资产损失": "unsettled_asset_losses",
    "应付利息": "accrued_interest", "已贴现承兑汇票": "discounted_acceptances", "担保余额": "guarantees_given",
    "被诉事项金额": "claims_at_court", "其他或有负债": "other_contingent_liabilities",
    "客观增加国有资本": "objective_increase", "客观减少国有资本": "objective_decrease",
    "科技支出": "technology_spending",
}  # fmt: skip


def observations() -> dict[tuple[str, str], float]:
    """The same figures by period and measure."""
    found: dict[tuple[str, str], float] = {}
    for lines in (BALANCE_SHEET, INCOME_STATEMENT, CASH_FLOW):
        for title, both in lines.items():
            for period, figure in zip(("2006-Q4", "2005-Q4"), both, strict=True):
                if figure is not None:
                    found[period, MEASURES[title]] = figure
    for title, both in SUPPLEMENT.items():
        for period, figure in zip(("2005", "2006"), both, strict=True):
            if figure is not None and title in MEASURES:
                found[period, MEASURES[title]] = float(figure)
    return found
