"""Forms that packs declare, read from workbooks and CSV."""

from typing import Any

import pytest
from forms_of_tests import catalogue
from workbooks import workbook

from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.model.declaration import Catalogue
from hengjian.model.issue import CellPlace

BALANCE = [
    ["财务报表"],
    ["单位", "E1", "", "合并"],
    ["期间", "2019-12-31", "金额单位", "万元"],
    [],
    ["项目", "行次", "期末余额", "年初余额"],
    ["资产类"],
    ["资产总计", 1, 120, 100],
    ["负债合计", 2, 70.5],
    ["单位负责人：张三"],
]
INCOME = [[], ["项目", "本期金额", "上年同期"], ["净利润", 8, "#withdrawn"]]


@pytest.fixture(scope="module")
def declared() -> Catalogue:
    return catalogue()


def read(declared: Catalogue, data: bytes | str, form: str, **more: Any) -> Any:
    context = Context(catalogue=declared, entity_types={"E1": "enterprise", "E2": "enterprise", "M": "meter"}, **more)
    return read_table("a.xlsx", data.encode() if isinstance(data, str) else data, form, context)


def rows(declared: Catalogue, data: bytes | str, form: str, **more: Any) -> list[tuple[Any, ...]]:
    found, issues = read(declared, data, form, **more)
    assert issues == (), "\n".join(map(str, issues))
    return [(row.measure, str(row.period), row.scope, row.basis, row.value, row.unit, row.cell) for row in found]


def faults(declared: Catalogue, data: bytes | str, form: str, **more: Any) -> list[tuple[Any, ...]]:
    found, issues = read(declared, data, form, **more)
    assert found == ()
    places = [issue.place for issue in issues]
    assert all(isinstance(place, CellPlace) for place in places)
    return [(issue.place.sheet, issue.place.cell, issue.message) for issue in issues]


def statements(balance: list[list[Any]] = BALANCE, income: list[list[Any]] = INCOME) -> bytes:
    return workbook(("说明", [["x"]]), ("利润表", income), ("资产负债表", balance))


def with_cell(table: list[list[Any]], row: int, column: int, value: object) -> list[list[Any]]:
    made = [[*cells, *[None] * (column - len(cells))] for cells in table]
    made[row - 1][column - 1] = value
    return made


def test_statements_of_items(declared) -> None:
    """Closing balances are of the period, opening ones of the end of the year before, comparisons a year back."""
    assert rows(declared, statements(), "statements") == [
        ("total_assets", "2019-Q4", "consolidated", "audited", 1_200_000.0, "万元", "C7"),
        ("total_assets", "2018-Q4", "consolidated", "audited", 1_000_000.0, "万元", "D7"),
        ("total_liabilities", "2019-Q4", "consolidated", "audited", 705_000.0, "万元", "C8"),
        ("net_profit", "2019-Q4", "consolidated", "audited", 80_000.0, "万元", "B3"),
        ("net_profit", "2018-Q4", "consolidated", "audited", None, "万元", "C3"),
    ]
    found, _ = read(declared, statements(), "statements")
    assert [row.sheet for row in found] == ["资产负债表"] * 3 + ["利润表"] * 2
    middle = rows(declared, statements(with_cell(BALANCE, 3, 2, "2019-H1")), "statements")
    assert [row[1] for row in middle] == ["2019-Q2", "2018-Q4", "2019-Q2", "2019-Q2", "2018-Q2"]


def test_two_blocks_side_by_side(declared) -> None:
    table = [
        *BALANCE[:4],
        ["资产", "期末余额", "年初余额", "负债", "期末余额"],
        ["资产合计", 5, 4, "Total liabilities", 3],
    ]
    found = rows(declared, statements(table), "statements")
    assert [(row[0], row[4], row[6]) for row in found[:3]] == [
        ("total_assets", 50_000.0, "B6"),
        ("total_assets", 40_000.0, "C6"),
        ("total_liabilities", 30_000.0, "E6"),
    ]


def test_what_cells_say_comes_before_what_the_form_holds(declared) -> None:
    table = with_cell(with_cell(BALANCE, 2, 4, "单体"), 3, 4, "单位：元")
    assert rows(declared, statements(table), "statements")[0][2:6] == ("parent", "audited", 120.0, "CNY")


def test_entity_and_period_may_come_from_the_submission(declared) -> None:
    table = with_cell(with_cell(BALANCE, 2, 2, None), 3, 2, None)
    assert len(rows(declared, statements(table), "statements", entity="E2", period="2019-12")) == 5
    assert rows(declared, statements(), "statements", entity="E1", period="2019") == rows(
        declared, statements(), "statements"
    )
    assert faults(declared, statements(), "statements", entity="E2", period="2019-Q3") == [
        ("资产负债表", "B2", "the sheet is of 'E1', the submission of 'E2'"),
        ("资产负债表", "B3", "the sheet is of 2019-Q4, the submission of 2019-Q3"),
    ]
    assert faults(declared, statements(table), "statements") == [
        ("资产负债表", "B2", "the cell names no entity"),
        ("资产负债表", "B3", "the sheet names no period"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "value", "where", "message"),
    [
        (2, 2, "E7", "B2", "no entity 'E7' is registered"),
        (3, 2, "2019-Q5", "B3", "'2019-Q5' is not a period"),
        (3, 4, "吨", "D3", "no unit is called '吨'"),
        (2, 4, "全部", "D2", "'全部' is none of consolidated, 合并, parent, 单体"),
        (5, 3, "期未余额", "C5", "the form has no title '期未余额'"),
        (5, 4, "期末余额", "D5", "the title '期末余额' stands twice over the same items"),
        (5, 1, None, "C5", "no items stand before the column '期末余额'"),
        (6, 3, 7, "C6", "'资产类' is a heading, and a figure stands beside it"),
        (7, 1, "资产总汁", "A7", "the form has no item '资产总汁'"),
        (7, 1, "资产总计（元）", "A7", "the form has no item '资产总计（元）'"),
        (8, 1, "资产合计", "A8", "the item '资产合计' stands in row 7 already"),
        (8, 1, None, "C8", "a figure stands beside no item"),
        (8, 3, "七十", "C8", "'七十' is not a number"),
        (8, 3, True, "C8", "the cell holds TRUE"),
        (8, 3, "5%", "C8", "'5%' is a share, but the figure is measured in 万元"),
    ],
)
def test_faults_of_items(declared, row: int, column: int, value: object, where: str, message: str) -> None:
    found = faults(declared, statements(with_cell(BALANCE, row, column, value)), "statements")
    assert ("资产负债表", where, message) in found
    assert len(found) == (2 if (row, column) == (5, 1) else 1), found


def test_merged_cells_of_items(declared) -> None:
    def fill(merge: str) -> Any:
        def write(_book, page) -> None:
            for number, cells in enumerate(BALANCE):
                for column, value in enumerate(cells):
                    if value is not None:
                        page.write(number, column, value)
            page.merge_range(merge, 5)

        return write

    data = workbook(("资产负债表", fill("C7:D7")), ("利润表", INCOME))
    assert faults(declared, data, "statements") == [
        ("资产负债表", "D7", "the cell holds '100' under the merged cells C7:D7")
    ]
    data = workbook(("资产负债表", fill("C7:C8")), ("利润表", INCOME))
    assert [where for _, where, _ in faults(declared, data, "statements")] == ["C8"]
    data = workbook(("资产负债表", fill("C8:D8")), ("利润表", INCOME))
    assert faults(declared, data, "statements") == [
        ("资产负债表", "C8", "the cells C8:D8 are merged and hold one value")
    ]
    titles = workbook(("资产负债表", fill("A1:D1")), ("利润表", INCOME))
    assert len(rows(declared, titles, "statements")) == 5


def test_sheets_by_name(declared) -> None:
    data = workbook(("Balance sheet", BALANCE), ("利润 表", INCOME))
    ((sheet, _, message),) = faults(declared, data, "statements")
    assert (sheet, message) == (None, "the workbook has no sheet '利润表'")
    data = workbook(("资产负债表(合并)", BALANCE), ("income statement", INCOME))
    assert "the workbook has no sheet '利润表'" in faults(declared, data, "statements")[0][2]


WIDE = [
    ["备注", "单位", "月份", "营业总收入", "平均职工人数", "口径", "出租率 (%)"],
    ["x", "E1", "2019-11", 12.5, 30, "单体", 95],
    ["y", "E2", "2019-11", 1, None, None, None],
]


def test_a_wide_form(declared) -> None:
    """Money in the form's unit, everything else in its measure's."""
    assert rows(declared, workbook(("任意", WIDE)), "quick_report") == [
        ("revenue_m", "2019-11", "parent", "flash", 125_000.0, "万元", "D2"),
        ("headcount_m", "2019-11", "parent", "flash", 30.0, "person", "E2"),
        ("occupancy_m", "2019-11", "parent", "flash", 0.95, "%", "G2"),
        ("revenue_m", "2019-11", "consolidated", "flash", 10_000.0, "万元", "D3"),
    ]


@pytest.mark.parametrize("unit", ["t", "吨", "tonne", "千吨"])
def test_a_title_names_a_unit_of_the_pack_by_any_of_its_spellings(unit: str) -> None:
    """Only a thousand tonnes are another unit."""
    diesel = (
        "diesel: {label: {zh: 柴油, en: Diesel}, type: enterprise, unit: t, period_type: duration, frequency: month, "
        "source: s}"
    )
    form = "{label: {zh: 能源, en: Energy}, type: enterprise, frequency: month, sheets: [{header: 1, "
    wide = (
        "wide: [{is: entity, title: {zh: 单位, en: Entity}}, {is: period, title: {zh: 月份, en: Month}}, "
        "{measure: diesel}]"
    )
    items = "items: {title: {zh: 项目, en: Item}, columns: [{title: {zh: 本月, en: Month}}], rows: [{measure: diesel}]}"
    declared = catalogue(
        f"fuels: {form}{wide}}}]}}\nitems_of_fuels: {form}{items}}}]}}\n",
        {"units.yaml": "t: {label: {zh: 吨, en: tonne}, source: s}\n", "measures.yaml": diesel},
    )
    for form, text, context in (
        ("fuels", f"单位,月份,柴油（{unit}）\nE1,2019-11,3\n", {}),
        ("items_of_fuels", f"项目,本月\n柴油（{unit}）,3\n", {"entity": "E1", "period": "2019-11"}),
    ):
        found, issues = read(declared, text, form, **context)
        assert [row.value for row in found] == ([] if unit == "千吨" else [3.0])
        assert [issue.hint for issue in issues] == (["its figures are in t here"] if unit == "千吨" else [])


def test_a_wide_form_as_csv(declared) -> None:
    text = "单位,月份,营业收入（万元）\nE1,2019-11,12.5\n"
    (row,), issues = read(declared, text, "quick_report")
    assert issues == ()
    assert (row.value, row.sheet, row.cell) == (125_000.0, None, "C2")
    ((sheet, cell, message),) = faults(declared, "a,b\n", "statements")
    assert (sheet, cell, message) == (None, None, "the form statements has 2 sheets")


@pytest.mark.parametrize(
    ("row", "column", "value", "where", "message"),
    [
        (1, 4, "营业收人", "D1", "the form has no title '营业收人'"),
        (1, 5, "Revenue", "E1", "the title 'Revenue' stands in column 4 already"),
        (2, 2, "E9", "B2", "no entity 'E9' is registered"),
        (2, 3, "2019-Q3", "C2", None),
        (2, 3, None, "C2", "the cell names no period"),
        (2, 4, "=", "D2", "the formula was never calculated"),
        (3, 2, "E1", "D3", None),
    ],
)
def test_faults_of_wide_forms(declared, row: int, column: int, value: object, where: str, message: str | None) -> None:
    table = with_cell(WIDE, row, column, value)
    if (row, column) == (3, 2):
        table = with_cell(table, 3, 6, "单体")
    if (row, column) == (2, 3) and value:
        table = with_cell(table, 2, 3, "2019-Q5")
    found = faults(declared, workbook(("S", table)), "quick_report")
    assert [cell for _, cell, _ in found] == [where]
    assert message is None or found[0][2] == message


def test_an_unknown_title_is_told_with_the_nearest(declared) -> None:
    _, (issue,) = read(declared, workbook(("S", with_cell(WIDE, 1, 4, "营业收人"))), "quick_report")
    assert issue.hint == "did you mean 营业收入 or 营业总收入?"
    _, (issue,) = read(declared, statements(with_cell(BALANCE, 7, 1, "资产总汁")), "statements")
    assert issue.hint.startswith("did you mean 资产总计")
    _, (issue,) = read(declared, statements(with_cell(BALANCE, 7, 1, "资产总计（元）")), "statements")
    assert issue.hint == "its figures are in 万元 here"
    assert rows(declared, statements(with_cell(BALANCE, 7, 1, "Total assets (单位：万元)")), "statements")


def test_the_form_is_named_among_the_known_ones(declared) -> None:
    _, (issue,) = read(declared, b"", "statement")
    assert issue.hint == "did you mean statements?"


def test_a_sheet_without_the_titles_of_the_form(declared) -> None:
    assert faults(declared, workbook(("S", [["备注"], ["x"]])), "quick_report") == [
        ("S", "A1", "row 1 holds none of the form's titles")
    ]
    assert faults(declared, statements(BALANCE[:4]), "statements") == [
        ("资产负债表", "A5", "row 5 does not hold the form's titles")
    ]


def test_an_entity_of_another_type(declared) -> None:
    table = with_cell(BALANCE, 2, 2, "M")
    found = faults(declared, statements(table), "statements")
    assert found[0] == ("资产负债表", "B2", "'M' is of type meter, the form is of enterprise")
