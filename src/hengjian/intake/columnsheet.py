"""The workbook of a plain table that is to be filled in: one row of titles, drop-downs, and a page of notes."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from hengjian.intake.template import CREATED, looks, width

#: Rows under the titles that a drop-down covers, and the longest list of words that one may hold.
_ROWS, _LONGEST_LIST = 1_000, 250


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """`title` as it stands above the column, by lines; `choices` of a drop-down; `note` says what it asks for."""

    name: str
    title: str
    choices: tuple[str, ...] = ()
    required: bool = False
    note: str = ""


def column_sheet(
    title: str, columns: Sequence[SheetColumn], rows: Sequence[Mapping[str, str]], notes: Sequence[str]
) -> bytes:
    """The workbook (XLSX); equal tables give equal bytes. `rows` by column name are filled in from the start."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": CREATED})
        formats = looks(book)
        page = book.add_worksheet("".join("_" if char in "[]:*?/\\" else char for char in title)[:31])
        for place, one in enumerate(columns):
            page.set_column(place, place, max(12, width(one.title)), formats.text)
            page.write_string(0, place, one.title, formats.title)
            if one.choices and len(",".join(one.choices)) < _LONGEST_LIST:
                page.data_validation(1, place, _ROWS, place, {"validate": "list", "source": list(one.choices)})
        for number, row in enumerate(rows, 1):
            for place, one in enumerate(columns):
                if row.get(one.name):
                    page.write_string(number, place, row[one.name], formats.text)
        page.set_row(0, 34)
        page.freeze_panes(1, 0)
        told = book.add_worksheet("填报说明")
        told.set_column(0, 1, 24)
        told.set_column(2, 2, 70)
        for number, text in enumerate(notes):
            told.write_string(number, 0, text)
        for number, one in enumerate(columns, len(notes) + 1):
            cells = (one.title.split("\n")[0], "必填 required" if one.required else "选填 optional", one.note)
            for place, text in enumerate(cells):
                told.write_string(number, place, text)
    return buffer.getvalue()
