"""The rows of a register as they are handed in: a CSV table, a workbook of one or many sheets, or pasted text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hengjian.app.registerkinds import Column, Register
from hengjian.intake.container import is_workbook
from hengjian.intake.faults import Faults
from hengjian.intake.grid import Grid
from hengjian.intake.header import Header, Shape, is_ragged, read_header
from hengjian.intake.records import Record, records
from hengjian.intake.text import decode, normal
from hengjian.intake.titles import plain_title
from hengjian.intake.workbook import open_workbook
from hengjian.model.filing import address

#: Titles may stand below a heading: so many rows are looked through for them.
_ROWS_OF_TITLES = 20
#: How printed tables write a minus, where people copy them from.
_MINUS = str.maketrans({"−": "-", "﹣": "-", "－": "-", "‐": "-", "–": "-"})
#: A cell that holds a figure, or says that there is none.
_FIGURE = re.compile(r"[-+]?(?:[0-9][0-9,]*)?(?:\.[0-9]+)? ?%?|-{1,3}|—{1,2}|/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: what stands under each column by its name, and where. `columns` count from 1; a column that was said
    for the whole file has none."""

    row: int
    sheet: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)

    def fault_at(self, faults: Faults, name: str, message: str, hint: str) -> None:
        """Something is wrong with what stands under a column."""
        faults.sheet = self.sheet
        faults.add(message, hint, row=self.row, column=self.columns.get(name))

    def cell(self, name: str) -> str | None:
        """The A1 address under a column; None in a text file."""
        return None if self.sheet is None else address(self.row, self.columns.get(name, 1))


def read_lines(
    data: bytes, register: Register, columns: Sequence[Column], given: Mapping[str, str], faults: Faults,
    *, unlabelled: Sequence[str] = (),
) -> list[Line]:  # fmt: skip
    """The rows under their titles, in any order of columns. What is `given` stands for a column that a sheet has not;
    a sheet of a workbook without a column of entities is about the one whose id is its name.

    `unlabelled`: the columns of a table without titles, the first a name, the others figures, as people copy one out of
    a printed book.
    """
    found: list[Line] = []
    if not is_workbook(data):
        text = decode(data, faults)
        if text is not None:
            rows = _cells(text, len(unlabelled) - 1, faults)
            found += _table(rows, None, columns, given, unlabelled, faults)
        return found
    workbook = open_workbook(data, faults)
    sheets: list[tuple[str, Grid, int | None]] = []
    for part in () if workbook is None else [one for one in workbook.sheets if not one.is_hidden]:
        grid = workbook.grid(part, faults) if workbook is not None else None
        if grid is None or not grid.rows:
            continue
        sheets.append((part.name, grid, _titles_in([*grid.rows.items()], columns)))
    if any(titles is not None for _, _, titles in sheets):
        sheets = [one for one in sheets if one[2] is not None]  # others are notes
    for name, grid, titles in sheets:
        kept = {row: cells for row, cells in grid.rows.items() if titles is None or row >= titles}
        cut = Grid(
            sheet=grid.sheet, rows=kept, bad=grid.bad, merges=grid.merges, hidden_rows=grid.hidden_rows,
            hidden_columns=grid.hidden_columns,
        )  # fmt: skip
        rows = list(cut.records(faults))
        about = name if register.column("entity") and not given.get("entity") else None
        found += _table(rows, grid.sheet, columns, given, unlabelled, faults, about=about)
    if workbook is not None and not found and not faults.count:
        faults.sheet = None
        faults.add("the workbook holds no rows", "fill the template: titles in one row, a row below for each thing")
    return found


def _cells(text: str, figures: int, faults: Faults) -> list[Record]:
    """The rows of a text: parted by tabs where there are any, by commas, or by white space before trailing figures."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any("\t" in line for line in lines):
        parted = [(number, line.translate(_MINUS).split("\t")) for number, line in enumerate(lines, 1) if normal(line)]
        width = max(len(cells) for _, cells in parted)
        return [(number, [*cells, *[""] * (width - len(cells))]) for number, cells in parted]
    spaced = [_trailing(line, figures) for line in lines] if figures > 0 else []
    if any(spaced) and not any(line.count(",") >= figures for line in lines):
        return [
            (number, cells or [normal(line)])
            for number, (line, cells) in enumerate(zip(lines, spaced, strict=True), 1)
            if normal(line)
        ]
    return list(records(text, faults))


def _trailing(line: str, figures: int) -> list[str] | None:
    """A name and the figures behind it; None of a line that does not end in so many."""
    words = normal(line).translate(_MINUS).split()
    if len(words) <= figures or not all(_FIGURE.fullmatch(word) for word in words[-figures:]):
        return None
    return [" ".join(words[:-figures]), *words[-figures:]]


def _shape(columns: Sequence[Column]) -> Shape:
    also = {plain_title(title).casefold(): one.name for one in columns for title in one.titles()}
    return Shape(
        required=tuple(one.name for one in columns if one.required),
        optional=tuple(one.name for one in columns if not one.required), declared={}, kind="", also=also,
    )  # fmt: skip


def _bare(title: str) -> str:
    """A title without the unit or English that a template writes in lines below it."""
    return title.split("\n")[0] if "\n" in title else title


def _titles_in(rows: Sequence[Record], columns: Sequence[Column]) -> int | None:
    """The number of the row that holds titles: the first with two that are known, or with one that stands alone."""
    known = {plain_title(title).casefold() for one in columns for title in one.titles()}
    for number, cells in rows[:_ROWS_OF_TITLES]:
        if sum(plain_title(_bare(cell)).casefold() in known for cell in cells) >= 2:
            return number
    return None


def _table(
    rows: Sequence[Record], sheet: str | None, columns: Sequence[Column], given: Mapping[str, str],
    unlabelled: Sequence[str], faults: Faults, *, about: str | None = None,
) -> Iterator[Line]:  # fmt: skip
    """The rows of one table; `about`: the entity that it is about, where no column names any."""
    faults.sheet = sheet
    titles = _titles_in(rows, columns)
    if titles is None and unlabelled:
        labels = [one.label.zh for name in unlabelled for one in columns if one.name == name]
        yield from _untitled(rows, sheet, given, unlabelled, labels, faults)
        return
    rows = [(number, cells) for number, cells in rows if titles is None or number >= titles]
    if not rows:
        if not faults.count:
            faults.add("the file is empty", "its first row holds the titles of the columns")
        return
    number, cells = rows[0]
    header = read_header(
        number, [_bare(cell) for cell in cells], _shape(columns), faults, [*given, *(["entity"] if about else [])]
    )
    if header is None:
        return
    if about is not None and "entity" not in header.fixed:
        given = {**given, "entity": about}
    if len(rows) == 1 and not faults.count:
        faults.add("the file has titles and no rows", "add a row for each thing to be entered", row=number)
    for number, cells in rows[1:]:
        if not is_ragged(number, cells, header, faults):
            yield _line(number, cells, sheet, header, given)


def _line(number: int, cells: list[str], sheet: str | None, header: Header, given: Mapping[str, str]) -> Line:
    texts = {name: text for name, text in given.items() if text}
    texts |= {name: cells[index] for name, index in header.fixed.items() if normal(cells[index])}
    places = {name: index + 1 for name, index in header.fixed.items()}
    return Line(row=number, sheet=sheet, texts=texts, columns=places)


def _is_heading(text: str) -> bool:
    """Whether a row without figures of its own is no row of the table: it may name a year or a number of a table."""
    return sum(word[-1:].isdigit() and bool(_FIGURE.fullmatch(word)) for word in text.translate(_MINUS).split()) < 2


def _untitled(
    rows: Sequence[Record], sheet: str | None, given: Mapping[str, str], unlabelled: Sequence[str],
    labels: Sequence[str], faults: Faults,
) -> Iterator[Line]:  # fmt: skip
    """A table without titles: rows of a name and figures; headings, which hold no figure, are passed over."""
    for number, cells in rows:
        filled = [(index, cell) for index, cell in enumerate(cells, 1) if normal(cell)]
        figures = [(index, cell) for index, cell in filled[1:] if _FIGURE.fullmatch(normal(cell.translate(_MINUS)))]
        if not figures and _is_heading(" ".join(cell for _, cell in filled)):
            continue
        if len(filled) != len(unlabelled):
            message = f"the row has {len(filled)} cells, a name and {len(unlabelled) - 1} figures are wanted"
            faults.add(message, f"write {', '.join(labels)}, or put titles above the columns", row=number)
            continue
        texts = {name: text for name, text in given.items() if text}
        texts |= {name: cell.translate(_MINUS) for name, (_, cell) in zip(unlabelled, filled, strict=True)}
        places = {name: index for name, (index, _) in zip(unlabelled, filled, strict=True)}
        yield Line(row=number, sheet=sheet, texts=texts, columns=places)
