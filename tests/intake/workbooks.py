"""Workbooks made for tests: by XlsxWriter, and by changing the parts of one."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import xlsxwriter

Fill = Callable[[Any, Any], None]


def workbook(*sheets: tuple[str, Fill | list[list[Any]]]) -> bytes:
    """A workbook of these sheets: rows of values from A1, or what a function writes into (book, sheet)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, content in sheets:
            page = book.add_worksheet(name)
            if callable(content):
                content(book, page)
            else:
                for row, cells in enumerate(content):
                    page.write_row(row, 0, cells)
    return buffer.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(found: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with `old` replaced in one of its parts."""
    found = parts(data)
    text = found[part].decode()
    assert old in text, text[:2000]
    return packed({**found, part: text.replace(old, new).encode()})


def with_sheet_data(rows: str, tail: str = "", **files: str) -> bytes:
    """A workbook whose only sheet has these rows as XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    base = parts(workbook(("Sheet1", [[]])))
    base["xl/worksheets/sheet1.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{tail}'
        "</worksheet>"
    ).encode()
    return packed({**base, **{name: text.encode() for name, text in files.items()}})


def text_cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'
