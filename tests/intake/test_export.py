"""Tables that go out: read back by readers of others, calamine for workbooks and Python's csv."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from workbooks import parts

from hengjian.intake.export import Content, TableColumn, table_csv, table_xlsx

COLUMNS = [
    TableColumn(heading="名称"), TableColumn(heading="营业收入（万元）", number_format="#,##0.00"),
    TableColumn(heading="起"), TableColumn(heading="逾期"),
]  # fmt: skip
ROWS: list[list[Content]] = [
    ["示例城建集团", Decimal("123456.789012"), date(2026, 3, 31), True],
    ["示例产投", -0.1, None, False],
    ["示例文旅", None, date(1899, 12, 31), None],
    ["示例水务", 12, date(2000, 2, 29), True],
]
HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("http://x","y")']


def sheet_of(data: bytes) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_index(0).to_python()


def lines_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_workbook_has_typed_cells() -> None:
    head, *rows = sheet_of(table_xlsx("总览", COLUMNS, ROWS))
    assert head == ["名称", "营业收入（万元）", "起", "逾期"]
    assert rows[0] == ["示例城建集团", 123456.789012, date(2026, 3, 31), True]
    assert rows[1] == ["示例产投", -0.1, "", False]
    assert rows[2][1] == "", "nothing is no zero"
    assert rows[3] == ["示例水务", 12, date(2000, 2, 29), True]


def test_csv_has_every_digit() -> None:
    head, *rows = lines_of(table_csv(COLUMNS, [*ROWS, ["e", 1e-7, None, None], ["f", 1e22 / 3, None, None]]))
    assert head == ["名称", "营业收入（万元）", "起", "逾期"]
    assert rows[0] == ["示例城建集团", "123456.789012", "2026-03-31", "TRUE"]
    assert rows[1] == ["示例产投", "-0.1", "", "FALSE"]
    assert rows[2][1] == ""
    assert rows[4][1] == "0.0000001"
    assert float(rows[5][1]) == 1e22 / 3


@pytest.mark.parametrize("text", HARMFUL)
def test_no_text_is_run(text: str) -> None:
    columns = [TableColumn(heading=text), TableColumn(heading="数")]
    data = table_xlsx(text, columns, [[text, 1.0]])
    assert not any(re.search(rb"<f[ >]", part) for name, part in parts(data).items() if "sheet" in name)
    assert sheet_of(data)[1][0] == text
    (heading, _), (first, number) = lines_of(table_csv(columns, [[text, -1.0]]))
    assert heading == first == f"'{text}"
    assert number == "-1.0", "a number is no text"


def test_links_are_no_links() -> None:
    data = table_xlsx("t", [TableColumn(heading="a")], [["http://example.com/x"], ["mailto:a@b"], ["internal:S!A1"]])
    assert not any(b"hyperlink" in part for part in parts(data).values())
    assert [row[0] for row in sheet_of(data)[1:]] == ["http://example.com/x", "mailto:a@b", "internal:S!A1"]


def test_equal_tables_are_equal_bytes() -> None:
    assert table_xlsx("总览", COLUMNS, ROWS) == table_xlsx("总览", COLUMNS, ROWS)


@pytest.mark.parametrize("title", ["总览 2026-03", "a[b]:c*d?e/f\\g", "'", "", "长" * 60, "x\x00y\n", "history" * 9])
def test_any_title_names_a_sheet(title: str) -> None:
    name = CalamineWorkbook.from_filelike(io.BytesIO(table_xlsx(title, COLUMNS, []))).sheet_names[0]
    assert 1 <= len(name) <= 31
    assert not set(name) & set("[]:*?/\\")


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), Decimal("NaN")])
def test_what_is_no_number_is_not_written(number: Content) -> None:
    columns = [TableColumn(heading="数")]
    with pytest.raises(ValueError, match="no number that a table can hold"):
        table_csv(columns, [[number]])
    with pytest.raises(ValueError, match="no number that a table can hold"):
        table_xlsx("t", columns, [[number]])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=8))
def test_texts_come_back(texts: list[str]) -> None:
    columns = [TableColumn(heading="t"), TableColumn(heading="n")]
    rows: list[list[Content]] = [[text, 1] for text in texts]
    read = [line[0] for line in lines_of(table_csv(columns, rows))[1:]]
    assert [one.removeprefix("'") if one != text else one for one, text in zip(read, texts, strict=True)] == texts
    assert len(sheet_of(table_xlsx("t", columns, rows))) == 1 + len(texts)


def test_a_text_too_long_for_a_cell_is_cut() -> None:
    data = table_xlsx("t", [TableColumn(heading="t")], [["长" * 40_000]])
    assert sheet_of(data)[1] == ["长" * 32_767]
