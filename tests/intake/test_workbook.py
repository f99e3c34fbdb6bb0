"""XLSX tables: values, addresses, formats."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import changed, packed, parts, text_cell, with_sheet_data, workbook

from hengjian.intake.book import format_kind
from hengjian.intake.faults import Faults
from hengjian.intake.workbook import number_text, open_workbook

HEAD = ["entity", "period", "total_assets", "net_profit"]


def texts(data: bytes) -> dict[int, list[str]]:
    faults = Faults("a.xlsx")
    book = open_workbook(data, faults)
    assert book is not None
    grid = book.grid(book.sheets[0], faults)
    assert grid is not None, faults.issues()
    return grid.rows


def test_rows_carry_sheet_and_address(desk) -> None:
    data = workbook(("报表 1", [HEAD, ["E1", "2019-Q4", 200, 0.1], [], ["E1", "2019-Q3", 7]]))
    rows = desk.rows(data, "wide")
    assert [(row.sheet, row.cell, row.text, row.value) for row in rows] == [
        ("报表 1", "C2", "200", 200.0),
        ("报表 1", "D2", "0.1", 0.1),
        ("报表 1", "C4", "7", 7.0),
    ]


def test_a_workbook_says_what_the_same_csv_says(desk) -> None:
    table = [HEAD, ["E1", "2019-Q4", "1,234.5", "#withdrawn"], ["龙江集团", "2019", 12.25, -3]]
    csv = 'entity,period,total_assets,net_profit\nE1,2019-Q4,"1,234.5",#withdrawn\n龙江集团,2019,12.25,-3\n'
    plain = [(row.entity, row.measure, row.period, row.text, row.value, row.cell) for row in desk.rows(csv, "wide")]
    rows = desk.rows(workbook(("Sheet1", table)), "wide")
    assert [(row.entity, row.measure, row.period, row.text, row.value, row.cell) for row in rows] == plain


def test_every_generic_form(desk) -> None:
    table = [["entity", "type", "name", "valid_from", "capital"], ["E9", "enterprise", "九号", None, 5]]
    (row,) = desk.rows(workbook(("S", table)), "entities")
    assert (row.sheet, row.cell, row.attributes) == ("S", "A2", (("capital", "5"),))

    def links(book, page) -> None:
        page.write_row(0, 0, ["link", "from", "to", "valid_from", "share"])
        page.write_row(1, 0, ["owns", "E1", "E2"])
        page.write_datetime(
            1, 3, datetime.datetime.fromisoformat("2020-05-01"), book.add_format({"num_format": "yyyy/m/d"})
        )
        page.write_number(1, 4, 0.51, book.add_format({"num_format": "0%"}))

    (row,) = desk.rows(workbook(("S", links)), "links")
    assert (row.valid_from, row.attributes, row.sheet) == (datetime.date(2020, 5, 1), (("share", "0.51"),), "S")
    table = [["entity", "measure", "period", "value", "unit"], ["E1", "total_assets", "2019-Q4", 3, "万元"]]
    (row,) = desk.rows(workbook(("S", table)), "observations")
    assert (row.sheet, row.cell, row.value) == ("S", "D2", 30_000.0)


def test_titles_need_not_stand_in_the_first_row_nor_column(desk) -> None:
    def fill(_book, page) -> None:
        page.write_row(3, 0, HEAD)
        page.write_row(4, 0, ["E1", "2019-Q4", 1])

    (row,) = desk.rows(workbook(("S", fill)), "wide")
    assert row.cell == "C5"


def test_only_the_first_sheet_is_read_and_others_may_be_hidden(desk) -> None:
    def hidden(_book, page) -> None:
        page.write(0, 0, "list")
        page.hide()

    (row,) = desk.rows(workbook(("S", [HEAD, ["E1", "2019-Q4", 1]]), ("lists", hidden)), "wide")
    assert row.sheet == "S"


@pytest.mark.parametrize(
    ("day", "shown", "text"),
    [
        (datetime.datetime.fromisoformat("2019-12-31"), "yyyy-mm-dd", "2019-12-31"),
        (datetime.datetime.fromisoformat("2019-12-01"), 'yyyy"年"m"月"', "2019-12"),
        (datetime.datetime.fromisoformat("2019-12-01"), "mmm-yy", "2019-12"),
        (datetime.datetime.fromisoformat("2019-12-01"), "yyyy-mm-dd", "2019-12-01"),
        (datetime.datetime.fromisoformat("2019-12-01T06:30"), "yyyy-mm-dd hh:mm", "2019-12-01T06:30:00"),
    ],
)
@pytest.mark.parametrize("epoch", [False, True])
def test_dates(day: datetime.datetime, shown: str, text: str, epoch: bool) -> None:
    """A month that a spreadsheet keeps as its first day is still a month."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"date_1904": epoch}) as book:
        book.add_worksheet().write_datetime(0, 0, day, book.add_format({"num_format": shown}))
    assert texts(buffer.getvalue()) == {1: [text]}


def test_a_percentage_keeps_its_fraction_whatever_the_unit(desk) -> None:
    def fill(book, page) -> None:
        percent = book.add_format({"num_format": "0.0%"})
        page.write_row(0, 0, ["entity", "period", "stake"])
        page.write_row(1, 0, ["E1", "2019-Q4"])
        page.write_number(1, 2, 0.125, percent)

    (row,) = desk.rows(workbook(("S", fill)), "wide")
    assert (row.text, row.value) == ("12.5%", 0.125)
    data = changed(
        changed(workbook(("S", fill)), "xl/sharedStrings.xml", "stake", "turnout"),
        "xl/sharedStrings.xml",
        "2019-Q4",
        "2019-11",
    )
    (row,) = desk.rows(data, "wide")
    assert (row.text, row.unit, row.value) == ("12.5%", "%", 0.125)


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        ("10", None, "percent"), ("17", None, "month"), ("14", None, None), ("0", None, None), ("x", None, None),
        ("164", "0.00%", "percent"), ("164", '0.0"%"', None), ("164", r"0\%", None), ("164", "yyyy-mm", "month"),
        ("164", "[$-804]yyyy\"年\"m\"月\";@", "month"), ("164", "yyyy-mm-dd", None), ("164", "hh:mm", None),
        ("164", "0;0.0%", None),
    ],
)  # fmt: skip
def test_what_formats_say(number: str, code: str | None, kind: str | None) -> None:
    """Built-in formats by ECMA-376 part 1, 18.8.30; texts in quotes say nothing."""
    assert format_kind(number, code) == kind


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_its_shortest_decimal(value: float) -> None:
    text = number_text(value)
    assert float(text) == value
    assert not text.endswith(".0")
    assert float(Decimal(number_text(value, is_percent=True).removesuffix("%")).scaleb(-2)) == value


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_stored_doubles_come_back_as_they_are(values: list[float]) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{value!r}</v></c></row>' for row, value in enumerate(values, 1))
    assert [float(cells[0]) for cells in texts(with_sheet_data(rows)).values()] == values


def test_formulas_with_values_are_read() -> None:
    data = with_sheet_data(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c></row>'
    )  # fmt: skip
    assert texts(data) == {1: ["2", "a", ""]}


def test_cells_far_out_that_hold_nothing_cost_nothing() -> None:
    data = with_sheet_data(f'<row r="1">{text_cell("A1", "a")}</row><row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert texts(data) == {1: ["a"]}


def test_parts_that_are_not_needed_are_not_read() -> None:
    data = packed({**parts(workbook(("S", [["a"]]))), "xl/media/photo.png": b"\x89PNG" + bytes(10)})
    assert texts(data) == {1: ["a"]}


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_cells_are_those_that_calamine_finds_in_the_whole_file(how: int) -> None:
    """What is read from the copy of a sheet is what the library reads from the workbook itself."""
    table = [["甲", 1, 2.5, None, "<&>"], [None, None, "x\ny", -1e-9]]
    data = packed(parts(workbook(("S", table))), how)
    whole = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [[cell if isinstance(cell, str) else number_text(cell) for cell in row] for row in whole] == list(
        texts(data).values()
    )
