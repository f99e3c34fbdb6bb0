"""Tables as workbooks and as CSV: what a page shows, for those who go on with it elsewhere.

Spreadsheets run a text that begins like a formula. No text of a table does: in a workbook every text is written as one,
in CSV, which knows no kinds of cells, such a text has an apostrophe in front of it.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

#: What a cell may hold; None is an empty one.
Content = str | int | float | Decimal | bool | date | None

#: A text with one of these in front may be run by a spreadsheet, in East Asian settings the wide forms too.
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n")
#: What a cell of a workbook takes.
_LONGEST = 32_767
_MOST_ROWS = 1_048_576
_WIDEST = 48
#: Equal tables give equal bytes, whatever the day.
_CREATED = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column's heading, which names the unit of its figures, and how spreadsheets show them (`#,##0.00`)."""

    heading: str
    number_format: str = "General"


def table_xlsx(title: str, columns: Sequence[TableColumn], rows: Iterable[Sequence[Content]]) -> bytes:
    """A workbook (XLSX) of one sheet: headings that stay in sight and filter, typed cells, the same bytes each time.

    A number has 16 digits, the last that spreadsheets tell apart. ValueError for one that is not finite, and for more
    rows than a sheet has.
    """
    rows = [tuple(row) for row in rows]
    if len(rows) >= _MOST_ROWS:
        raise ValueError(f"a sheet has {_MOST_ROWS} rows, the table {len(rows)} and its heading")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "created": _CREATED})
        sheet = book.add_worksheet(_sheet_name(title))
        bold = book.add_format({"bold": True, "bg_color": "#EEF2F7", "bottom": 1, "bottom_color": "#BFBFBF"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        formats = [book.add_format({"num_format": column.number_format}) for column in columns]
        for place, column in enumerate(columns):
            sheet.write_string(0, place, _text(column.heading), bold)
            shown = [_width(column.heading) + 3, *(_width(_plain(row[place])) + 1 for row in rows)]
            sheet.set_column(place, place, min(_WIDEST, max(shown)))
        for number, row in enumerate(rows, start=1):
            for place, content in enumerate(row):
                _write(sheet, (number, place), content, formats[place], day)
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()


def _write(sheet: Worksheet, at: tuple[int, int], content: Content, figure: Format, day: Format) -> None:
    match content:
        case None | "":
            return
        case bool():
            sheet.write_boolean(*at, content)
        case int() | float() | Decimal():
            sheet.write_number(*at, float(_finite(content)), figure)
        case datetime():
            sheet.write_string(*at, content.isoformat())
        case date():
            sheet.write_datetime(*at, content, day)
        case str():
            sheet.write_string(*at, _text(content))


def _text(text: str) -> str:
    """What a cell takes of a text."""
    return text[:_LONGEST].encode("utf-8", "replace").decode()


def table_csv(columns: Sequence[TableColumn], rows: Iterable[Sequence[Content]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with the mark by which Excel knows it. Numbers have all their digits and no commas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_harmless(column.heading) for column in columns])
    for row in rows:
        writer.writerow([_harmless(one) if isinstance(one, str) else _plain(one) for one in row])
    return text.getvalue().encode("utf-8-sig", "replace")


def _harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet might run it."""
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if first.startswith(_RUN) else text


def _plain(content: Content) -> str:
    match content:
        case None:
            return ""
        case bool():
            return "TRUE" if content else "FALSE"
        case Decimal():
            return f"{_finite(content):f}"
        case int() | float():
            return f"{Decimal(repr(_finite(content))):f}" if isinstance(content, float) else str(content)
        case date():
            return content.isoformat()
        case str():
            return content


def _finite(number: int | float | Decimal) -> int | float | Decimal:
    if not isfinite(number):
        raise ValueError(f"{number} is no number that a table can hold")
    return number


def _width(text: str) -> int:
    """How many columns of a fixed font a text takes; Chinese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text[:_WIDEST])


def _sheet_name(title: str) -> str:
    """A name that spreadsheets take."""
    plain = "".join(" " if letter in "[]:*?/\\" or not letter.isprintable() else letter for letter in title)
    return plain.strip("' ")[:31].strip("' ") or "1"
