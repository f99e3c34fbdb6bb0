"""The cells of one sheet as texts, with what is wrong with some of them told when they are read."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from hengjian.intake.faults import Faults
from hengjian.intake.number import NotANumber
from hengjian.intake.records import Record
from hengjian.intake.survey import Range
from hengjian.intake.text import normal, quoted
from hengjian.model.filing import address

_SHOW = "show it, look at it, and save the workbook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """`rows` by their numbers from 1, blank ones left out; `sheet` is None for a text file."""

    sheet: str | None
    rows: dict[int, list[str]]
    bad: dict[tuple[int, int], NotANumber] = field(default_factory=dict)
    merges: tuple[Range, ...] = ()
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()

    def text(self, row: int, column: int) -> str:
        """What a cell says; row and column count from 1."""
        cells = self.rows.get(row, ())
        return cells[column - 1] if column <= len(cells) else ""

    def read(self, row: int, column: int, faults: Faults) -> str:
        """What a cell says, "" where that cannot be known, which is told."""
        wrong = self.bad.get((row, column))
        if wrong is None:
            return self.text(row, column)
        faults.add(wrong.message, wrong.hint, row=row, column=column)
        faults.spoil(row, column)
        return ""

    def records(self, faults: Faults) -> Iterator[Record]:
        """The rows of a table that begins with its titles: all of the same width, every cell read."""
        width = 0
        is_checked = False
        for number, cells in self.rows.items():
            if not width:
                width = max((index for index, text in enumerate(cells, 1) if normal(text)), default=len(cells))
                width = max(width, *(column for row, column in self.bad if row == number), 0)
            if not is_checked:
                is_checked = True
                self.check_merges(faults, range(number, 1 << 21), range(1, width + 1))
                self.check_hidden(faults, range(number, 1 << 21), range(1, width + 1))
            yield number, self._record(number, cells, width, faults)

    def _record(self, number: int, cells: list[str], width: int, faults: Faults) -> list[str]:
        if len(cells) == width and not self.bad:
            return cells
        for column in range(width + 1, len(cells) + 1):
            text = self.read(number, column, faults)
            if text.strip():
                hint = "give its column a title, or empty the cell"
                faults.add(f"{quoted(text)} stands under no title", hint, row=number, column=column)
        read = [self.read(number, column, faults) for column in range(1, min(width, len(cells)) + 1)]
        return read + [""] * (width - len(read))

    def is_elsewhere(self, faults: Faults, header: int, find: Callable[[str], object | None]) -> bool:
        """Tell that the titles stand in another row than `header`, where they do."""

        def known(row: int) -> int:
            return sum(find(text) is not None for text in self.rows.get(row, ())[:200] if text.strip())

        near = [row for row in self.rows if row <= header + 20]
        row = max(near, key=known, default=0)
        if known(header) or known(row) < 2:
            return False
        hint = "take the form's template, and leave its titles where they are"
        faults.add(f"the titles stand in row {row}, the form has them in row {header}", hint, row=row)
        return True

    def note_untitled(self, faults: Faults, row: int, header: int) -> None:
        """Tell what stands in a row of a table under no title, and so would be left out."""
        for column, text in enumerate(self.rows[row], 1):
            if text.strip() and not self.text(header, column).strip() and (header, column) not in self.bad:
                hint = "give its column a title, or empty the cell"
                faults.add(f"{quoted(text)} stands under no title", hint, row=row, column=column)

    def check_merges(self, faults: Faults, rows: range, columns: Collection[int]) -> None:
        """Tell merged cells that hold something and cover several cells of a table, or one that is not their first."""
        for top, left, bottom, right in self.merges:
            covered_rows = range(max(top, rows.start), min(bottom, rows.stop - 1) + 1)
            covered = [column for column in columns if left <= column <= right]
            if not covered_rows or not covered or not self.text(top, left).strip():
                continue
            if len(covered_rows) * len(covered) == 1 and (covered_rows[0], covered[0]) == (top, left):
                continue
            self.note_merge(faults, (top, left, bottom, right))

    def check_hidden(self, faults: Faults, rows: range, columns: Collection[int]) -> None:
        """Tell rows and columns that nobody sees and that hold something: what is filed has been looked at."""
        columns = sorted(columns)
        if not self.hidden_rows and not any(column in self.hidden_columns for column in columns):
            return
        filled = {
            row: [column for column in columns if self.text(row, column).strip() or (row, column) in self.bad]
            for row in self.rows
            if row in rows
        }
        run: list[int] = []
        for row in [*(row for row in sorted(filled) if row in self.hidden_rows and filled[row]), 0]:
            if run and row != run[-1] + 1:
                if len(run) == 1:
                    message = f"row {run[0]} is hidden and not empty"
                else:
                    message = f"rows {run[0]} to {run[-1]} are hidden and not empty"
                faults.add(message, _SHOW, row=run[0], column=filled[run[0]][0])
                run = []
            run.append(row)
        for column in columns:
            first = next((row for row in sorted(filled) if column in filled[row]), None)
            if column in self.hidden_columns and first is not None:
                message = f"column {address(1, column)[:-1]} is hidden and not empty"
                faults.add(message, _SHOW, row=first, column=column)

    def note_merge(self, faults: Faults, merge: Range) -> None:
        """Tell that a merged range holds one value where several cells are read."""
        top, left, bottom, right = merge
        last = next(reversed(self.rows), 0)
        inside = [
            (row, column)
            for row in range(top, min(bottom, last) + 1)
            for column in range(left, min(right, len(self.rows.get(row, ()))) + 1)
        ]
        if self.bad and not self.bad.keys().isdisjoint(inside):
            return  # the cell that holds another value is told by itself
        message = f"the cells {address(top, left)}:{address(bottom, right)} are merged and hold one value"
        faults.add(message, "take the merging back, and fill each cell", row=top, column=left)
        for place in inside:
            faults.spoil(*place)
