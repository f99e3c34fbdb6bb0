"""What a clerk does not see in a workbook is not filed, and what would be left out is told."""

from collections.abc import Callable
from typing import Any

import pytest
from forms_of_tests import FORMS, catalogue
from intake_desk import Desk
from workbooks import changed, packed, parts, text_cell, with_sheet_data, workbook

from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.model.declaration import Catalogue

TITLES = ["单位", "月份", "口径", "营业收入", "平均职工人数", "备注"]
ROW = ["E1", "2025-12", "合并", 12.5, 30, "见附注"]
BALANCE = [
    ["资产负债表"], ["编制单位", "E1"], ["期间", "2025-Q4", "单位", "万元"], [], ["项目", "期末余额", "年初余额"],
    ["资产总计", 200, 180], ["负债合计", 150, 140],
]  # fmt: skip
INCOME = [[], ["项目", "本期金额", "上年同期"], ["净利润", 5, 4]]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def declared() -> Catalogue:
    return catalogue()


def faults(declared: Catalogue, data: bytes, form: str = "quick_report", **more: Any) -> list[tuple[Any, ...]]:
    """Cell, message and hint of each fault."""
    context = Context(catalogue=declared, entity_types={"E1": "enterprise", "E2": "enterprise"}, **more)
    rows, issues = read_table("a.xlsx", data, form, context)
    assert bool(rows) != bool(issues)
    return [(issue.place.cell, issue.message, issue.hint) for issue in issues]


def report(*rows: list[Any], titles: list[Any] = TITLES, write: Callable[[Any, Any], None] | None = None) -> bytes:
    def fill(book: Any, page: Any) -> None:
        for number, cells in enumerate([titles, *rows]):
            page.write_row(number, 0, cells)
        if write is not None:
            write(book, page)

    return workbook(("快报", fill))


def statements(balance: list[list[Any]] = BALANCE, write: Callable[[Any, Any], None] | None = None) -> bytes:
    def fill(book: Any, page: Any) -> None:
        for number, cells in enumerate(balance):
            page.write_row(number, 0, cells)
        if write is not None:
            write(book, page)

    return workbook(("资产负债表", fill), ("利润表", INCOME))


SHOW = "show it, look at it, and save the workbook"


def test_hidden_rows_are_told_once_a_stretch(declared) -> None:
    def hide(_book: Any, page: Any) -> None:
        for row in (2, 3, 5):
            page.set_row(row, None, None, {"hidden": True})

    rows = [[*ROW[:1], f"2025-{month:02}", *ROW[2:]] for month in range(1, 7)]
    assert faults(declared, report(*rows, write=hide)) == [
        ("A3", "rows 3 to 4 are hidden and not empty", SHOW),
        ("A6", "row 6 is hidden and not empty", SHOW),
    ]
    assert faults(declared, report(rows[0], write=hide)) == []


def test_a_hidden_column_is_told_where_it_is_read(declared) -> None:
    hidden = {"hidden": True}
    data = report(ROW, write=lambda _, page: page.set_column("E:E", None, None, hidden))
    assert faults(declared, data) == [("E2", "column E is hidden and not empty", SHOW)]
    assert faults(declared, report(ROW, write=lambda _, page: page.set_column("F:Z", None, None, hidden))) == []
    empty = [*ROW[:4], None, "x"]
    assert faults(declared, report(empty, write=lambda _, page: page.set_column("E:E", None, None, hidden))) == []


def test_hidden_rows_of_items(declared) -> None:
    data = statements(write=lambda _, page: page.set_row(6, None, None, {"hidden": True}))
    assert faults(declared, data, "statements") == [("B7", "row 7 is hidden and not empty", SHOW)]


def test_hidden_rows_of_a_plain_table() -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["entity", "period", "total_assets"])
        page.write_row(1, 0, ["E1", "2019-Q4", 1])
        page.write_row(2, 0, ["E1", "2020-Q4", 1])
        page.set_row(2, None, None, {"hidden": True})

    _, (issue,) = Desk().read(workbook(("表", fill)), "wide")
    assert (issue.place.cell, issue.message) == ("A3", "row 3 is hidden and not empty")


def test_columns_that_are_none() -> None:
    rows = f'<row r="1">{text_cell("A1", "entity")}</row>'
    good = with_sheet_data(rows)
    for columns in ('min="0" max="3"', 'min="1" max="17000"', 'min="x" max="2"'):
        data = changed(good, SHEET, "<sheetData>", f'<cols><col {columns} hidden="1"/></cols><sheetData>')
        _, (issue,) = Desk().read(data, "wide")
        assert "are no columns" in issue.message


def test_a_value_under_merged_cells_is_told_by_itself(declared) -> None:
    """Excel clears what it merges; other programs, and the format brush, leave it there."""
    look = "take the merging back, and look at each cell"
    data = report(ROW, write=lambda _, page: page.merge_range("D2:E2", 12.5))
    assert faults(declared, data) == [("E2", "the cell holds '30' under the merged cells D2:E2", look)]
    data = statements(write=lambda _, page: page.merge_range("A6:A7", "资产总计"))
    assert faults(declared, data, "statements")[0] == (
        "A7", "the cell holds '负债合计' under the merged cells A6:A7", look
    )  # fmt: skip
    titles = statements(write=lambda _, page: page.merge_range("A1:C1", "资产负债表"))
    assert faults(declared, titles, "statements") == []
    beside = report(ROW, [*ROW[:1], "2025-11", *ROW[2:]], write=lambda _, page: page.merge_range("F2:F3", "见附注"))
    assert faults(declared, beside) == []


def test_merged_ranges_that_overlap() -> None:
    many = "".join(f'<mergeCell ref="A1:XFD{1_048_576 - number}"/>' for number in range(500))
    rows = f'<row r="1">{text_cell("A1", "entity")}</row><row r="20000"><c r="K20000"><v>1</v></c></row>'
    _, (issue,) = Desk().read(with_sheet_data(rows, f"<mergeCells>{many}</mergeCells>"), "wide")
    assert issue.message == "the sheet 'Sheet1' cannot be read: its merged ranges overlap"


def test_a_cell_beyond_the_last_column() -> None:
    data = with_sheet_data(f'<row r="1">{text_cell("A1", "entity")}<c r="YDW1"><v>1</v></c></row>')
    _, (issue,) = Desk().read(data, "wide")
    assert "the cell 'YDW1' lies beyond the last column of a sheet, XFD" in issue.message


UNTITLED = "give its column a title, or empty the cell"


def test_figures_under_no_title_are_not_left_out(declared) -> None:
    blank = [*TITLES[:3], None, *TITLES[4:]]
    assert faults(declared, report(ROW, titles=blank)) == [("D2", "'12.5' stands under no title", UNTITLED)]
    assert faults(declared, report([*ROW, None, "核对"])) == [("H2", "'核对' stands under no title", UNTITLED)]
    assert faults(declared, report(ROW, [None] * 7 + ["制表：张三"])) == []
    table = [*BALANCE[:5], [*BALANCE[5], 99], BALANCE[6], ["单位负责人：张三", "", "", "2026-01-05"]]
    assert faults(declared, statements(table), "statements") == [("D6", "'99' stands under no title", UNTITLED)]


TEMPLATE = "take the form's template, and leave its titles where they are"


def test_titles_in_another_row(declared) -> None:
    data = workbook(("快报", [["财务快报"], ["单位：万元"], TITLES, ROW]))
    assert faults(declared, data) == [("A3", "the titles stand in row 3, the form has them in row 1", TEMPLATE)]
    assert faults(declared, statements([*BALANCE[:3], *BALANCE[4:]]), "statements") == [
        ("A4", "the titles stand in row 4, the form has them in row 5", TEMPLATE)
    ]


def test_a_column_that_says_whose_or_when_is_missing(declared) -> None:
    data = report(ROW[1:], titles=TITLES[1:])
    assert faults(declared, data) == [("A1", "the column 单位 is missing", TEMPLATE)]
    assert faults(declared, data, entity="E1") == []
    data = report([ROW[0], *ROW[2:]], titles=[TITLES[0], *TITLES[2:]])
    assert faults(declared, data) == [("A1", "the column 月份 is missing", TEMPLATE)]
    assert faults(declared, data, period="2025-12") == []


def test_an_empty_period_is_hinted_in_the_forms_own_frequency(declared) -> None:
    assert faults(declared, report([ROW[0], None, *ROW[2:]])) == [
        ("B2", "the cell names no period", "write it as 2019-12")
    ]


def test_whose_or_when_is_told_where_it_should_stand(declared) -> None:
    """In the cell above the table where the form has one, not in each row."""
    without = FORMS.replace("        - {is: period, title: {zh: 月份, en: Month}}\n", "")
    above = catalogue(without.replace("    - wide:\n", "    - header: 3\n      cells: {period: B1}\n      wide:\n"))
    titles, row = [TITLES[0], *TITLES[2:]], [ROW[0], *ROW[2:]]
    data = workbook(("快报", [["月份"], [], titles, row, ["E2", "合并", 1]]))
    hint = "write it in its cell, or name it with the submission"
    assert faults(above, data) == [("B1", "the sheet names no period", hint)]
    assert faults(above, data, period="2025-12") == []
    assert faults(catalogue(without), workbook(("快报", [titles, row]))) == [
        ("A1", "the sheet names no period", "name it with the submission")
    ]


def test_an_empty_form(declared) -> None:
    fill = "take the form's template, and fill it in"
    assert faults(declared, workbook(("快报", [[]]))) == [(None, "the sheet is empty", fill)]
    assert faults(declared, b"\n") == [(None, "the file is empty", fill)]
    assert faults(declared, workbook(("资产负债表", [[]]), ("利润表", INCOME)), "statements") == [
        (None, "the sheet is empty", fill)
    ]


def test_two_workbooks_in_one_file() -> None:
    """Which of them is read depends on the reader."""
    good = workbook(("表", [["entity", "period", "total_assets"], ["E1", "2019-Q4", 1]]))
    _, (issue,) = Desk().read(good + good, "wide")
    assert issue.message == "the file holds something before the workbook, perhaps another one"


def test_a_unit_that_measures_nothing_of_the_sheet(declared) -> None:
    table = [*BALANCE[:2], ["期间", "2025-Q4", "单位", "人"], *BALANCE[3:]]
    assert faults(declared, statements(table), "statements") == [
        ("D3", "no figure of the sheet is measured in '人'", "write 元, 万元 or 亿元")
    ]


def test_a_missing_sheet_is_the_only_fault_of_what_it_would_say(declared) -> None:
    data = workbook(("资产负债", BALANCE), ("利润表", INCOME))
    assert [message for _, message, _ in faults(declared, data, "statements")] == [
        "the workbook has no sheet '资产负债表'"
    ]


def test_a_name_for_an_id_is_told_the_id(declared) -> None:
    """Clerks write what they call an enterprise; names never resolve, for two may be called alike."""
    called = {"E1": "嘉城集团", "E2": "同名公司", "E3": "同名公司"}
    data = report(["嘉城集团 ", *ROW[1:]], ["同名公司", *ROW[1:]], ["别的", *ROW[1:]])
    assert [hint for _, _, hint in faults(declared, data, entity_names=lambda: called)] == [
        "that is the name of E1: write E1", "did you mean E2 or E3?", "register it first with the form entities"
    ]  # fmt: skip
    asked: list[int] = []
    assert faults(declared, report(ROW), entity_names=lambda: asked.append(1) or called) == []
    assert asked == [], "names are not asked for when all is well"


@pytest.mark.parametrize("text", ["\u200b12", "12\x075", "\ufeff12"])
def test_characters_that_do_not_show(declared, text: str) -> None:
    ((cell, message, hint),) = faults(declared, report([*ROW[:3], text]))
    assert (cell, message) == ("D2", f"{text!r} is not a number")
    assert hint == "the cell holds characters that do not show: type the figure again, do not paste it"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<html><table>", "a web page"), ("\ufeff<HTML>", "a web page"), ("\n <!DOCTYPE html>", "a web page"),
        ("<table border=1>", "a web page"), ('<?xml version="1.0"?><Workbook/>', "written in XML"),
    ],
)  # fmt: skip
def test_web_pages_that_are_called_workbooks(text: str, kind: str) -> None:
    """What many systems give out as .xls is a page."""
    (fault,) = Desk().faults(text, "wide")
    assert fault[2] == f"the file is {kind}, not CSV"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Rar!\x1a\x07\x00", "compressed (RAR)"), (b"7z\xbc\xaf\x27\x1c", "compressed (7z)"),
        (b"\x89PNG\r\n\x1a\n", "a picture"), (b"\xff\xd8\xff\xe0", "a picture"),
    ],
)  # fmt: skip
def test_archives_and_pictures(data: bytes, kind: str) -> None:
    (fault,) = Desk().faults(data + bytes(50), "wide")
    assert fault[2] == f"the file is {kind}, not CSV"


def test_a_workbook_with_macros() -> None:
    good = workbook(("表", [["entity", "period", "total_assets"], ["E1", "2019-Q4", 1]]))
    assert len(Desk().rows(good, "wide")) == 1
    _, (issue,) = Desk().read(packed({**parts(good), "xl/vbaProject.bin": b"x"}), "wide")
    assert (issue.message, issue.hint) == ("the workbook carries macros", "save it as .xlsx, which has none")
