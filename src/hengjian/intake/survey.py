"""One pass over the XML of a sheet: what a table of its values does not tell, and what must be known before reading it.

Formulas without a value, errors, truth values, merged cells, what is hidden, formats of number cells, and how far the
cells reach.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite

from hengjian.intake.book import Book, FormatKind
from hengjian.intake.markup import MalformedError, parse
from hengjian.intake.number import NotANumber
from hengjian.intake.text import quoted
from hengjian.model.filing import address, position

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
#: Cells of the rectangle from A1 to the last one.
MAX_AREA = 5_000_000
MAX_MERGES = 100_000

_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}").fullmatch
#: The letters of the first columns, for most cells stand next to the one before.
_COMMON = 256
_LETTERS = ["", *(address(1, column)[:-1] for column in range(1, _COMMON))]
_NEVER = "open the workbook in Excel or WPS, let it calculate, and save it; or type the figure"

#: Rows and columns, from 1, of the first and the last cell.
Range = tuple[int, int, int, int]
_TRUE = ("1", "true")


@dataclass(slots=True)
class Survey:
    """What was found, by row and column from 1. `numbers` and `texts` count the cells that hold one, `dates` those
    that hold a date as text, `shared` those whose text stands elsewhere: so what is read later can be counted again."""

    bad: dict[tuple[int, int], NotANumber] = field(default_factory=dict)
    kinds: dict[tuple[int, int], FormatKind] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    numbers: int = 0
    texts: int = 0
    dates: int = 0
    shared: int = 0


class _Pass:
    """The cell under reading, and where the pass stands."""

    def __init__(self, book: Book, strings: int) -> None:
        self.survey = Survey()
        self._book, self._strings = book, strings
        self._row = self._column = 0
        self._in_cell = self._has_formula = self._has_value = self._is_taken = self._is_hidden = False
        self._type = "n"
        self._style = "0"
        self._texts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._in_cell:
            if name == "f":
                self._has_formula = True
            elif name == "v" or name == "t":
                if name == "v" and self._has_value:
                    raise MalformedError(f"the cell {address(self._row, self._column)} holds two values")
                self._has_value = self._is_taken = True
        elif name == "c":
            self._begin(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self._hide(attributes.get("min", ""), attributes.get("max", ""))

    def end(self, name: str) -> None:
        if name == "c" and self._in_cell:
            self._in_cell = False
            self._finish("".join(self._texts))
        elif name == "v" or name == "t":
            self._is_taken = False

    def text(self, text: str) -> None:
        if self._is_taken:
            self._texts.append(text)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r")
        row = (
            self._row + 1 if told is None else int(told) if told.isascii() and told.isdigit() and told[7:] == "" else 0
        )
        if not self._row < row <= MAX_ROWS:
            raise MalformedError(f"row {quoted(told or str(row))} stands after row {self._row}")
        self._row, self._column = row, 0
        self._is_hidden = attributes.get("hidden") in _TRUE

    def _begin(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r")
        row, column = self._row, self._column + 1
        is_next = told is None or (column < _COMMON and told == f"{_LETTERS[column]}{row}")
        if not is_next and told is not None:
            if not _ADDRESS(told):
                raise MalformedError(f"{quoted(told)} is no address of a cell")
            row, column = position(told)
            if column > MAX_COLUMNS:
                raise MalformedError(f"the cell {quoted(told)} lies beyond the last column of a sheet, XFD")
        if row != self._row or not self._column < column <= MAX_COLUMNS:
            raise MalformedError(f"the cell {quoted(told or '')} stands where it does not belong")
        self._column = column
        self._style = attributes.get("s", "0")
        self._type = attributes.get("t", "n")
        self._in_cell, self._has_formula, self._has_value, self._is_taken = True, False, False, False
        self._texts = []

    def _finish(self, text: str) -> None:
        has_text = bool(text) if self._type in ("str", "s", "inlineStr") else bool(text.strip())
        if not has_text and not self._has_formula:
            return
        survey, here = self.survey, (self._row, self._column)
        survey.rows = max(survey.rows, self._row)
        survey.columns = max(survey.columns, self._column)
        if survey.rows * survey.columns > MAX_AREA:
            raise MalformedError(f"its cells reach over a rectangle of more than {MAX_AREA:,} cells")
        wrong = self._wrong(text, has_text)
        if wrong is not None:
            survey.bad[here] = wrong
        if self._is_hidden:
            survey.hidden_rows.add(self._row)
        if not has_text:
            return
        match self._type:
            case "n":
                survey.numbers += 1
                kind = self._book.formats.get(self._style)
                if kind is not None:
                    survey.kinds[here] = kind
            case "s":
                survey.shared += 1
            case "d":
                survey.dates += 1
            case "str" | "inlineStr":
                survey.texts += bool(text.strip())

    def _wrong(self, text: str, has_text: bool) -> NotANumber | None:
        is_empty_text = self._type == "str" and self._has_value
        if self._has_formula and not has_text and not is_empty_text:
            return NotANumber(message="the formula has no value", hint=_NEVER)
        if self._type == "s" and not (text.isascii() and text.isdigit() and int(text[:9]) < self._strings):
            raise MalformedError(f"the text of cell {address(self._row, self._column)} is not in the workbook")
        if self._type == "e":
            return NotANumber(message=f"the cell shows {quoted(text)}", hint="mend the formula, or empty the cell")
        if self._type == "b":
            word = "TRUE" if text.strip() == "1" else "FALSE"
            return NotANumber(message=f"the cell holds {word}", hint="write a number or a text")
        if self._type != "n":
            return None
        try:
            number = float(text)
        except ValueError:
            number = None
        if number is None or "_" in text or text != text.strip():
            raise MalformedError(f"the number cell {address(self._row, self._column)} holds {quoted(text)}")
        if not isfinite(number):
            return NotANumber(message=f"{quoted(text)} is too large to be kept", hint="is the exponent right?")
        if self._has_formula and self._book.recalculates and not number:
            # Programs that write workbooks leave 0 in formulas, and ask for a calculation on opening.
            return NotANumber(message="the formula was never calculated", hint=_NEVER)
        return None

    def _hide(self, first: str, last: str) -> None:
        if not all(told.isascii() and told.isdigit() and 1 <= int(told[:9]) <= MAX_COLUMNS for told in (first, last)):
            raise MalformedError(f"{quoted(f'{first}:{last}')} are no columns")
        self.survey.hidden_columns.update(range(int(first), int(last) + 1))

    def _merge(self, reference: str) -> None:
        first, colon, last = reference.partition(":")
        if not _ADDRESS(first) or (colon and not _ADDRESS(last)):
            raise MalformedError(f"{quoted(reference)} is no range of cells")
        if len(self.survey.merges) >= MAX_MERGES:
            raise MalformedError(f"it has more than {MAX_MERGES:,} merged ranges")
        top, left = position(first)
        bottom, right = position(last or first)
        self.survey.merges.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))


def survey_sheet(chunks: Iterable[bytes], book: Book, strings: int = 0) -> Survey:
    """Look over the cells of a sheet; MalformedError where they are not as the format wants them.

    `strings` is the number of texts that cells of the workbook share.
    """
    one = _Pass(book, strings)
    parse(chunks, one.start, one.end, one.text)
    return one.survey
