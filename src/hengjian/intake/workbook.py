"""XLSX workbooks: looked over by a pass over their XML, then read by calamine from what was looked over, no more."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook

from hengjian.intake.book import Book, FormatKind, SheetPart, read_book
from hengjian.intake.container import DAMAGE, SAVE_AGAIN, Parts, open_container
from hengjian.intake.faults import Faults
from hengjian.intake.grid import Grid
from hengjian.intake.markup import MalformedError, parse
from hengjian.intake.number import NotANumber
from hengjian.intake.survey import MAX_AREA, Survey, survey_sheet
from hengjian.intake.text import printable, quoted
from hengjian.model.filing import address

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

Value = int | float | str | bool | time | date | datetime | timedelta


class Workbook:
    """A workbook whose container and list of sheets are sound; sheets are read one by one."""

    def __init__(self, parts: Parts, book: Book) -> None:
        self._parts, self._book = parts, book
        self.sheets = book.sheets

    def grid(self, sheet: SheetPart, faults: Faults) -> Grid | None:
        """The cells of a sheet, whose name the faults carry from now on; None after a fault."""
        name = printable(sheet.name)
        faults.sheet = name
        if sheet.is_hidden:
            faults.add(f"the sheet {quoted(sheet.name)} is hidden", "show it, look at it, and save the workbook")
            return None
        if sheet.part is None:
            faults.add(f"the sheet {quoted(sheet.name)} holds no cells", "it is a chart or a macro; name another sheet")
            return None
        try:
            survey, copy = self._copy(sheet.part)
            rows = _values(copy)
        except MalformedError as error:
            faults.add(f"the sheet {quoted(sheet.name)} cannot be read: {error}", SAVE_AGAIN)
            return None
        except DAMAGE:
            faults.add(f"the sheet {quoted(sheet.name)} is damaged", SAVE_AGAIN)
            return None
        if not _agree(rows, survey):
            faults.add(f"the sheet {quoted(sheet.name)} does not read the same twice", SAVE_AGAIN)
            return None
        try:
            return _grid(name, rows, survey)
        except MalformedError as error:
            faults.add(f"the sheet {quoted(sheet.name)} cannot be read: {error}", SAVE_AGAIN)
            return None

    def _copy(self, part: str) -> tuple[Survey, bytes]:
        """The sheet looked over, and a plain workbook of this sheet alone: what reads the values sees nothing that was
        not unpacked and parsed here, neither other parts nor another reading of the container."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as copy:
            for name, text in _frame(self._book).items():
                copy.writestr(name, text)
            strings = 0
            for name, source in (("xl/sharedStrings.xml", self._book.strings), ("xl/styles.xml", self._book.styles)):
                if source is not None:
                    with copy.open(name, "w", force_zip64=True) as target:
                        strings += _count(_through(self._parts.chunks(source), target), "si")
            with copy.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as target:
                survey = survey_sheet(_through(self._parts.chunks(part), target), self._book, strings)
        return survey, buffer.getvalue()


def open_workbook(data: bytes, faults: Faults) -> Workbook | None:
    """The workbook in these bytes; None after a fault."""
    parts = open_container(data, faults)
    if parts is None:
        return None
    try:
        book = read_book(parts)
    except MalformedError as error:
        faults.add(f"the workbook cannot be read: {error}", SAVE_AGAIN)
    except DAMAGE:
        faults.add("the workbook is damaged", SAVE_AGAIN)
    else:
        if book.sheets:
            return Workbook(parts, book)
        faults.add("the workbook has no sheet", SAVE_AGAIN)
    return None


def _count(chunks: Iterable[bytes], wanted: str) -> int:
    """How many elements of a name a part holds; it is plain XML, or MalformedError."""
    names: list[str] = []
    parse(chunks, lambda name, _attributes: names.append(name) if name == wanted else None)
    return len(names)


def _through(chunks: Iterable[bytes], target: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        target.write(chunk)
        yield chunk


def _frame(book: Book) -> dict[str, str]:
    """The parts around one sheet, as short as they may be."""
    kinds = [("worksheet", "worksheets/sheet1.xml")]
    if book.strings:
        kinds.append(("sharedStrings", "sharedStrings.xml"))
    if book.styles:
        kinds.append(("styles", "styles.xml"))
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, 1)
    )
    epoch = ' date1904="1"' if book.is_1904 else ""
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr{epoch}/>'
        '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{relations}</Relationships>",
    }


def _values(copy: bytes) -> list[list[Value]]:
    """The values of the only sheet, from A1 on."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(copy)) as workbook:
            found: list[list[Value]] = list(workbook.get_sheet_by_index(0).to_python(skip_empty_area=False))
            return found
    except CalamineError as error:
        raise MalformedError(printable(str(error), 120)) from None
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # A panic of the Rust library is no Exception; it ends the reading of this file and nothing else.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise MalformedError("its values are not as the format wants them") from None
        raise


def _agree(rows: list[list[Value]], survey: Survey) -> bool:
    """Whether as many numbers and texts were read as were seen: two readers of one sheet may not differ in silence."""
    numbers = texts = 0
    for cells in rows:
        for value in cells:
            if isinstance(value, str):
                texts += bool(value) and not value.isspace()
            elif not isinstance(value, bool):
                numbers += 1
    most_texts = survey.texts + survey.shared + survey.dates
    return survey.numbers <= numbers <= survey.numbers + survey.dates and survey.texts <= texts <= most_texts


def _grid(name: str, rows: list[list[Value]], survey: Survey) -> Grid:
    texts: dict[int, list[str]] = {}
    kinds = survey.kinds
    touched = {row for row, _ in survey.bad}
    for number, cells in enumerate(rows, 1):
        read = [
            value if isinstance(value, str) else _text(value, kinds.get((number, column)))
            for column, value in enumerate(cells, 1)
        ]
        if number in touched or any(map(str.strip, read)):
            texts[number] = read
    for number in sorted(touched - texts.keys()):
        texts[number] = []
    for number, column in survey.bad:
        texts[number] += [""] * (column - len(texts[number]))
    return Grid(
        sheet=name, rows=dict(sorted(texts.items())), bad={**_covered(texts, survey), **survey.bad},
        merges=tuple(survey.merges), hidden_rows=survey.hidden_rows, hidden_columns=survey.hidden_columns,
    )  # fmt: skip


def _covered(texts: dict[int, list[str]], survey: Survey) -> dict[tuple[int, int], NotANumber]:
    """Cells that hold something under a merged range, where nobody sees it. MalformedError where ranges overlap."""
    found: dict[tuple[int, int], NotANumber] = {}
    looked_at = 0
    for top, left, bottom, right in survey.merges:
        right = min(right, survey.columns)
        for row in range(top, min(bottom, survey.rows) + 1):
            looked_at += 1 + max(0, right - left)
            if looked_at > MAX_AREA:
                raise MalformedError("its merged ranges overlap")
            for column, text in enumerate(texts.get(row, ())[left - 1 : right], left):
                if text.strip() and (row, column) != (top, left):
                    message = f"the cell holds {quoted(text)} under the merged cells {_range(top, left, bottom, right)}"
                    found[row, column] = NotANumber(
                        message=message, hint="take the merging back, and look at each cell"
                    )
    return found


def _range(top: int, left: int, bottom: int, right: int) -> str:
    return f"{address(top, left)}:{address(bottom, right)}"


def _text(value: Value, kind: FormatKind | None) -> str:
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return number_text(value, is_percent=kind == "percent")
        case datetime() if value.time() != time(0):
            return value.isoformat()
        case date():
            text = value.isoformat()[:10]
            return text[:7] if kind == "month" and text.endswith("-01") else text
        case _:
            return str(value)


def number_text(value: float, *, is_percent: bool = False) -> str:
    """The shortest decimal that gives the stored double; with % where the cell shows a percentage.

    A percentage is stored as its fraction: 12.5 % is 0.125, and is told as `12.5%`, which no unit can mistake.
    """
    text = repr(float(value)).removesuffix(".0")
    if not is_percent:
        return text
    number = Decimal(text).scaleb(2)
    digits = f"{number:f}" if -30 < number.adjusted() < 30 else str(number)
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits and 'E' not in digits else digits}%"
