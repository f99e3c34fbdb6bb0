"""The cells of one sheet as texts, with what is wrong with some of them told when they are read."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from hengjian.intake.faults import Faults
from hengjian.intake.number import NotANumber
from hengjian.intake.records import Record
from hengjian.intake.survey import Range
from hengjian.intake.text import normal, quoted
from hengjian.model.filing import address


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """`rows` by their numbers from 1, blank ones left out; `sheet` is None for a text file."""

    sheet: str | None
    rows: dict[int, list[str]]
    bad: dict[tuple[int, int], NotANumber] = field(default_factory=dict)
    merges: tuple[Range, ...] = ()

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

    def note_merge(self, faults: Faults, merge: Range) -> None:
        """Tell that a merged range holds one value where several cells are read."""
        top, left, bottom, right = merge
        message = f"the cells {address(top, left)}:{address(bottom, right)} are merged and hold one value"
        faults.add(message, "take the merging back, and fill each cell", row=top, column=left)
        for row in range(top, min(bottom, top + 10_000) + 1):
            for column in range(left, min(right, left + 500) + 1):
                faults.spoil(row, column)
