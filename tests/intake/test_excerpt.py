"""What the cells say that faults are told of."""

import io

import xlsxwriter

from hengjian.intake.excerpt import LONGEST, texts_at


def workbook(**sheets: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return buffer.getvalue()


def test_cells_of_a_text_file() -> None:
    data = 'entity,value\nE1,"a ""b"""\n\nE2,  \n'.encode("utf-8-sig")
    spots = [(None, 1, 1), (None, 2, 2), (None, 4, 1), (None, 4, 2), (None, 9, 1), (None, 2, 7)]
    assert texts_at(data, spots) == {(None, 1, 1): "entity", (None, 2, 2): 'a "b"', (None, 4, 1): "E2"}
    assert texts_at("单位\n甲\n".encode("gb18030"), [(None, 2, 1)]) == {(None, 2, 1): "甲"}


def test_cells_of_the_sheets_that_are_named() -> None:
    data = workbook(表一=[["单位", 12.5], ["E1"]], 表二=[["other"]])
    spots = [("表一", 1, 2), ("表一", 2, 1), ("表二", 1, 1), ("表三", 1, 1), (None, 1, 1)]
    assert texts_at(data, spots) == {("表一", 1, 2): "12.5", ("表一", 2, 1): "E1", ("表二", 1, 1): "other"}


def test_what_cannot_be_read_says_nothing() -> None:
    for data in (b"", b"PK\x03\x04 damaged", workbook(a=[["x"]])[:200], b"\xff\xfe\x00", b'"open quote\n'):
        assert texts_at(data, [(None, 1, 1), ("a", 1, 1)]) == {}


def test_long_and_strange_texts_are_fit_for_a_page() -> None:
    found = texts_at(f"{'资' * 500}\na\x07b\n".encode(), [(None, 1, 1), (None, 2, 1)])
    assert len(found[None, 1, 1]) <= LONGEST + 1
    assert "\x07" not in found.get((None, 2, 1), "")
