"""The forms and checks of the finance pack through the front door: templates out, workbooks in, faults told.

The titles of the printed statements are written down here from the formats of 财会〔2019〕6号 and 16号, apart from the
pack's own: a workbook as an accounting system prints it must be read whole.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import hengjian
from hengjian.app import Space, packs
from hengjian.load import shipped
from hengjian.model.form import Form
from hengjian.model.issue import Refused

FINANCE = shipped("finance")
FORMS = {form.name: form for form in FINANCE.forms}
MEASURES = {measure.name: measure for measure in FINANCE.measures}
PERIODS = {"quick_report": "2025-06"}
Cells = list[list[Any]]


def submission(name: str, data: bytes, form: str) -> dict[str, Any]:
    return {"files": [{"name": name, "data": data}], "form": form, "actor": "clerk"}


def table(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Space:
    """A space of the pack that knows G01 and G02. Tests file for periods and entities of their own, or only try."""
    folder = tmp_path_factory.mktemp("filing") / "space"
    packs.init({"space": str(folder), "packs": ["finance"], "name": "filing", "actor": "clerk"})
    space: Space = hengjian.open(str(folder))
    rows = [["entity", "type", "name"], ["G01", "enterprise", "甲公司"], ["G02", "enterprise", "乙公司"]]
    space.ask("submit", submission("entities.csv", table(rows), "entities"))
    return space


def blank(space: Space, form: str, language: str = "zh") -> Cells:
    """The first sheet of a form's template, as rows of cells."""
    entity = None if form == "quick_report" else "G01"
    question = {"form": form, "entity": entity, "period": PERIODS.get(form, "2025-Q2"), "language": language}
    data = space.ask("template", question)["data"]
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def workbook(name: str, rows: Cells) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return buffer.getvalue()


#: Balances that hang together, in 万元; every flow of a filled template is a figure of its own.
BALANCES = {
    "quick_cash": 90, "quick_accounts_receivable": 120, "quick_inventories": 60, "quick_current_assets": 400,
    "quick_fixed_assets": 300, "quick_total_assets": 1000, "quick_short_term_borrowing": 80,
    "quick_short_term_debt": 110, "quick_interest_bearing_debt": 250, "quick_current_liabilities": 350,
    "quick_total_liabilities": 640, "quick_total_equity": 360, "quick_equity_parent": 330,
    "quick_guarantee_balance": 70, "quick_average_headcount": 45,
}  # fmt: skip


def filled(form: Form, rows: Cells) -> dict[str, dict[str, float]]:
    """Figures in every free cell of a template, each its own; the figures by measure and title of the column."""
    lines = [line for line in form.sheets[0].lines if line.measure is not None]
    made: dict[str, dict[str, float]] = {}
    if form.sheets[0].layout == "wide":
        figures = [BALANCES.get(str(line.measure), 7.25 + number) for number, line in enumerate(lines)]
        rows.append(["G01", *figures])
        return {str(line.measure): {"": figure} for line, figure in zip(lines, figures, strict=True)}
    number = 0
    titles = [str(text).split("\n")[0] for text in rows[4][1:3]]
    for cells, line in zip(rows[5:], form.sheets[0].lines, strict=True):
        if line.measure is not None:
            number += 1
            cells[1:3] = [1000.25 + number, 2000.25 + number]
            made[line.measure] = dict(zip(titles, cells[1:3], strict=True))
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FORMS)
def test_a_template_filled_in_every_cell_is_read_in_every_cell(space: Space, name: str, language: str) -> None:
    form = FORMS[name]
    rows = blank(space, name, language)
    figures = filled(form, rows)
    page = form.sheets[0].name
    assert page is not None
    found = space.ask("trial", submission("t.xlsx", workbook(getattr(page.label, language), rows), name))
    assert "faults" not in found, found
    assert found["observations"] == sum(map(len, figures.values()))
    assert rows[2][1] == "万元" if name == "quick_report" else rows[1][3] == "元"
    if name == "quick_report":
        assert found["warnings"] == []
        filed = space.ask("submit", submission("t.xlsx", workbook(getattr(page.label, language), rows), name))
        assert filed["observations"] == len(figures)
        shown = space.ask("show", {"entity": "G01", "indicators": list(figures), "period": "2025-06"})
        for value in shown["values"]:
            times = 1 if value["unit"] == "person" else 10_000
            assert value["value"] == pytest.approx(figures[value["indicator"]][""] * times, rel=1e-12)


def test_figures_of_a_quick_report_are_in_ten_thousands_but_people(space: Space) -> None:
    rows = blank(space, "quick_report")
    titles = [str(text).split("\n")[0] for text in rows[4]]
    figures = {"营业收入": 500, "资产总计": 1000, "负债合计": 720, "所有者权益合计": 280, "全部从业人员平均人数": 40}
    rows.append(["G01", *(figures.get(title, "") for title in titles[1:])])
    space.ask("submit", submission("快报.xlsx", workbook("财务快报", rows), "quick_report"))
    names = ["quick_operating_income", "quick_average_headcount", "quick_debt_ratio"]
    shown = space.ask("show", {"entity": "G01", "indicators": names, "period": "2025-06"})
    assert [value["value"] for value in shown["values"]] == [5_000_000, 40, 0.72]


BALANCE_SHEET = """\
流动资产： 货币资金 交易性金融资产 衍生金融资产 应收票据 应收账款 应收款项融资 预付款项 其他应收款 存货
合同资产 持有待售资产 一年内到期的非流动资产 其他流动资产 流动资产合计
非流动资产： 债权投资 其他债权投资 长期应收款 长期股权投资 其他权益工具投资 其他非流动金融资产
投资性房地产 固定资产 在建工程 生产性生物资产 油气资产 使用权资产 无形资产 开发支出 商誉 长期待摊费用
递延所得税资产 其他非流动资产 非流动资产合计 资产总计
流动负债： 短期借款 交易性金融负债 衍生金融负债 应付票据 应付账款 预收款项 合同负债 应付职工薪酬 应交税费
其他应付款 持有待售负债 一年内到期的非流动负债 其他流动负债 流动负债合计
非流动负债： 长期借款 应付债券 其中：优先股 永续债 租赁负债 长期应付款 预计负债 递延收益 递延所得税负债
其他非流动负债 非流动负债合计 负债合计
所有者权益（或股东权益）： 实收资本（或股本） 其他权益工具 其中：优先股 永续债 资本公积 减：库存股
其他综合收益 专项储备 盈余公积 未分配利润 归属于母公司所有者权益（或股东权益）合计 少数股东权益
所有者权益（或股东权益）合计 负债和所有者权益（或股东权益）总计""".split()
INCOME_STATEMENT = """\
一、营业收入 减：营业成本 税金及附加 销售费用 管理费用 研发费用 财务费用 其中：利息费用 利息收入
加：其他收益 投资收益（损失以“－”号填列） 其中：对联营企业和合营企业的投资收益
净敞口套期收益（损失以“－”号填列） 公允价值变动收益（损失以“－”号填列）
信用减值损失（损失以“-”号填列） 资产减值损失（损失以“-”号填列） 资产处置收益（损失以“－”号填列）
二、营业利润（亏损以“－”号填列） 加：营业外收入 减：营业外支出 三、利润总额（亏损总额以“－”号填列）
减：所得税费用 四、净利润（净亏损以“－”号填列） （一）持续经营净利润（净亏损以“－”号填列）
（二）终止经营净利润（净亏损以“－”号填列） 五、其他综合收益的税后净额 六、综合收益总额
七、每股收益： （一）基本每股收益 （二）稀释每股收益""".split()
CASH_FLOW_STATEMENT = """\
一、经营活动产生的现金流量： 销售商品、提供劳务收到的现金 收到的税费返还 收到其他与经营活动有关的现金
经营活动现金流入小计 购买商品、接受劳务支付的现金 支付给职工以及为职工支付的现金 支付的各项税费
支付其他与经营活动有关的现金 经营活动现金流出小计 经营活动产生的现金流量净额
二、投资活动产生的现金流量： 收回投资收到的现金 取得投资收益收到的现金
处置固定资产、无形资产和其他长期资产收回的现金净额 处置子公司及其他营业单位收到的现金净额
收到其他与投资活动有关的现金 投资活动现金流入小计 购建固定资产、无形资产和其他长期资产支付的现金
投资支付的现金 取得子公司及其他营业单位支付的现金净额 支付其他与投资活动有关的现金 投资活动现金流出小计
投资活动产生的现金流量净额
三、筹资活动产生的现金流量： 吸收投资收到的现金 取得借款收到的现金 收到其他与筹资活动有关的现金
筹资活动现金流入小计 偿还债务支付的现金 分配股利、利润或偿付利息支付的现金 支付其他与筹资活动有关的现金
筹资活动现金流出小计 筹资活动产生的现金流量净额 四、汇率变动对现金及现金等价物的影响
五、现金及现金等价物净增加额 加：期初现金及现金等价物余额 六、期末现金及现金等价物余额""".split()


def head(unit: str) -> Cells:
    return [["资产负债表"], ["编制单位", "编制单位：G02", "", unit], ["", "2025-06-30", "", "合并"], []]


def test_a_printed_balance_sheet_of_two_halves_is_read_whole(space: Space) -> None:
    middle = BALANCE_SHEET.index("流动负债：")
    left, right = BALANCE_SHEET[:middle], BALANCE_SHEET[middle:]
    rows = [*head("万元"), ["资　　产", "行次", "期末余额", "上年年末余额",
                            "负债和所有者权益（或股东权益）", "行次", "期末余额", "上年年末余额"]]  # fmt: skip
    figures: dict[str, int] = {}
    for number in range(max(len(left), len(right))):
        cells: list[Any] = []
        for titles, base in ((left, 100), (right, 300)):
            title = titles[number] if number < len(titles) else ""
            figure = base + number if title and title[-1] != "：" and title[-3:] not in ("优先股", "永续债") else ""
            figures |= {title: figure} if isinstance(figure, int) else {}
            cells += [title, number, figure, figure and figure - 50]
        rows.append(cells)
    found = space.ask("trial", submission("资产负债表.xlsx", workbook("资产负债表", rows), "balance_sheet"))
    assert "faults" not in found, found
    # every title but headings and the two that are not read
    assert found["observations"] == 2 * len(figures) == 2 * (len(BALANCE_SHEET) - 5 - 4)
    assert {one["hint"].split(":")[0] for one in found["warnings"]} >= {"balance", "parts_of_assets"}


@pytest.mark.parametrize(
    ("form", "titles"), [("income_statement", INCOME_STATEMENT), ("cash_flow_statement", CASH_FLOW_STATEMENT)]
)
def test_a_printed_statement_of_flows_is_read_whole(space: Space, form: str, titles: list[str]) -> None:
    rows = [*head("元"), ["项　　目", "行次", "本期金额", "上期金额"]]
    headings = 0
    for number, title in enumerate(titles):
        headings += title.endswith("：")
        rows.append([title, number] if title.endswith("：") else [title, number, 100 + number, 50 + number])
    name = FORMS[form].label.zh
    found = space.ask("trial", submission("表.xlsx", workbook(name, rows), form))
    assert "faults" not in found, found
    assert found["observations"] == 2 * (len(titles) - headings)


def test_an_opening_balance_is_that_of_last_years_end(space: Space) -> None:
    rows = [*head("亿元"), ["项目", "期末余额", "年初余额"], ["资产总计", 3, 2], ["负债合计", 2, 1]]
    rows[2][1] = "2025-Q3"
    space.ask("submit", submission("表.xlsx", workbook("资产负债表", rows), "balance_sheet"))
    shown = space.ask("show", {"entity": "G02", "indicators": ["debt_ratio", "total_assets"]})
    assert {(one["indicator"], one["period"]): one["value"] for one in shown["values"]} == {
        ("debt_ratio", "2024-Q4"): 0.5, ("total_assets", "2024-Q4"): 2e8,
        ("debt_ratio", "2025-Q3"): 2 / 3, ("total_assets", "2025-Q3"): 3e8,
    }  # fmt: skip


def test_forms_say_when_they_are_due_and_hold_the_lines_of_their_statement() -> None:
    assert {name: (form.frequency, form.due) for name, form in FORMS.items()} == {
        "quick_report": ("month", 10), "balance_sheet": ("quarter", 30), "income_statement": ("quarter", 30),
        "cash_flow_statement": ("quarter", 30),
    }  # fmt: skip
    held = {line.measure for form in FORMS.values() for sheet in form.sheets for line in sheet.lines} - {None}
    # what banks, securities firms and insurers file, and lines of other formats than those of 2019
    left = {name for name in MEASURES.keys() - held if not name.startswith("fi_")}
    assert left == {
        "accept_money_deposits", "interest_payable", "total_operating_costs", "deducted_net_profit",
        "net_change_in_insurance_contract_reserves", "loss_on_disposal_non_current_asset",
        "other_comprehensive_income_as_parent", "other_comprehensive_income_as_minority_interest",
    }  # fmt: skip


#: What each check is broken by, and what is just within it: lines by period.
Lines = Mapping[str, Mapping[str, float]]
Q = "2025-Q2"
CHECKED: Mapping[str, tuple[Lines, Lines]] = {
    "balance": (
        {Q: {"total_assets": 1000, "total_liabilities": 600, "total_equity": 397}},
        {Q: {"total_assets": 1000, "total_liabilities": 600, "total_equity": 398}},
    ),
    "parts_of_assets": (
        {Q: {"total_assets": 1000, "total_current_assets": 400, "total_non_current_assets": 603}},
        {Q: {"total_assets": 1000, "total_current_assets": 400, "total_non_current_assets": 602}},
    ),
    "parts_of_liabilities": (
        {Q: {"total_liabilities": 1000, "total_current_liabilities": 400, "total_non_current_liabilities": 597}},
        {Q: {"total_liabilities": 1000, "total_current_liabilities": 400, "total_non_current_liabilities": 598}},
    ),
    "parts_of_equity": (
        {Q: {"total_equity": 1000, "equity": 900, "equity_as_minority_interest": 90}},
        {Q: {"total_equity": 1000, "equity": 900, "equity_as_minority_interest": 100}},
    ),
    "profit_before_tax": (
        {Q: {"operating_profit": 100, "non_operating_income": 10, "non_operating_costs": 30, "total_profits": 81}},
        {Q: {"operating_profit": 100, "non_operating_income": 10, "non_operating_costs": 30, "total_profits": 80.5}},
    ),
    "profit_after_tax": (
        {Q: {"total_profits": 100, "tax_expense": 25, "net_profit": 76}},
        {Q: {"total_profits": 100, "tax_expense": 25, "net_profit": 75}},
    ),
    "parts_of_net_profit": (
        {Q: {"net_profit": 100, "net_profit_as_parent": 90, "net_profit_as_minority_interest": -10}},
        {Q: {"net_profit": 80, "net_profit_as_parent": 90, "net_profit_as_minority_interest": -10}},
    ),
    "parts_of_cash_flow": (
        {Q: {"net_op_cash_flows": 100, "net_investing_cash_flows": -80, "net_financing_cash_flows": 30,
             "foreign_exchange_rate_effect": 5, "net_cash_increase": 50}},
        {Q: {"net_op_cash_flows": 100, "net_investing_cash_flows": -80, "net_financing_cash_flows": 30,
             "net_cash_increase": 50}},
    ),
    "cash_roll_forward": (
        {Q: {"cash_at_beginning": 1000, "net_cash_increase": -100, "cash": 903}},
        {Q: {"cash_at_beginning": 1000, "net_cash_increase": -100, "cash": 902}},
    ),
    "opening_cash": (
        {"2024-Q4": {"cash": 1000}, Q: {"cash_at_beginning": 997}},
        {"2024-Q4": {"cash": 1000}, Q: {"cash_at_beginning": 998}},
    ),
    "quick_balance": (
        {"2025-06": {"quick_total_assets": 1000, "quick_total_liabilities": 600, "quick_total_equity": 398}},
        {"2025-06": {"quick_total_assets": 1000, "quick_total_liabilities": 600, "quick_total_equity": 399}},
    ),
    "quick_parts_of_assets": (
        {"2025-06": {"quick_total_assets": 1000, "quick_current_assets": 1002}},
        {"2025-06": {"quick_total_assets": 1000, "quick_current_assets": 1000}},
    ),
    "quick_parts_of_current_assets": (
        {"2025-06": {"quick_cash": 500, "quick_accounts_receivable": 300, "quick_inventories": 202,
                     "quick_current_assets": 1000}},
        {"2025-06": {"quick_cash": 500, "quick_accounts_receivable": 300, "quick_inventories": 200,
                     "quick_current_assets": 1000}},
    ),
    "quick_parts_of_liabilities": (
        {"2025-06": {"quick_interest_bearing_debt": 1002, "quick_total_liabilities": 1000}},
        {"2025-06": {"quick_interest_bearing_debt": 1000, "quick_total_liabilities": 1000}},
    ),
    "quick_parts_of_debt": (
        {"2025-06": {"quick_short_term_borrowing": 50, "quick_short_term_debt": 40, "quick_interest_bearing_debt": 90}},
        {"2025-06": {"quick_short_term_borrowing": 40, "quick_short_term_debt": 40, "quick_interest_bearing_debt": 90}},
    ),
    "quick_sign_of_income": (
        {"2025-06": {"quick_operating_income": 100, "quick_operating_costs": -90}},
        {"2025-06": {"quick_operating_income": 0, "quick_operating_costs": 0}},
    ),
    "quick_jump_of_assets": (
        {"2025-05": {"quick_total_assets": 1000}, "2025-06": {"quick_total_assets": 10_000_000}},
        {"2025-05": {"quick_total_assets": 1000}, "2025-06": {"quick_total_assets": 1500}},
    ),
}  # fmt: skip
REFUSING = {
    "quick_balance", "quick_parts_of_assets", "quick_parts_of_current_assets", "quick_parts_of_liabilities",
    "quick_parts_of_debt",
}  # fmt: skip


def test_every_check_is_tried() -> None:
    assert CHECKED.keys() == {check.name for check in FINANCE.checks}
    assert {check.name for check in FINANCE.checks if check.severity == "error"} == REFUSING
    assert {name for form in FORMS.values() for name in form.checks} == CHECKED.keys()


@pytest.mark.parametrize("name", CHECKED)
def test_a_check_speaks_beyond_its_tolerance_and_not_within_it(space: Space, name: str) -> None:
    rows = [["entity", "measure", "period", "value"]]
    for entity, lines in zip(("G01", "G02"), CHECKED[name], strict=True):
        for period, figures in lines.items():
            # years before those that other tests file for
            there = period.replace("2025", "2019").replace("2024", "2018")
            rows += [[entity, measure, there, str(figure)] for measure, figure in figures.items()]
    found = space.ask("trial", submission("t.csv", table(rows), "observations"))
    told = found["faults"] if name in REFUSING else found["warnings"]
    (issue,) = [one for one in told if one["hint"].startswith(f"{name}:")]
    assert issue["message"].startswith("G01 2019-")
    assert "{" not in issue["message"]


def test_a_refused_quick_report_leaves_nothing(space: Space) -> None:
    rows = [["entity", "measure", "period", "value"]]
    figures = {"quick_total_assets": "1000", "quick_total_liabilities": "600", "quick_total_equity": "300"}
    rows += [["G02", name, "2020-06", text] for name, text in figures.items()]
    with pytest.raises(Refused, match="资产总计 1,000 与负债合计 600、所有者权益合计 300 之和相差超过"):
        space.ask("submit", submission("t.csv", table(rows), "observations"))
    shown = space.ask("show", {"entity": "G02", "indicators": ["quick_debt_ratio"], "period": "2020-06"})
    assert [value["value"] for value in shown["values"]] == [None]
