"""What the cells say that faults are told of: for those who mend a file, beside what is wrong with it."""

from collections.abc import Collection

from hengjian.intake.container import is_workbook
from hengjian.intake.faults import Faults
from hengjian.intake.records import records
from hengjian.intake.text import decode, printable
from hengjian.intake.workbook import open_workbook

#: Longer texts are cut: a page shows them in a cell.
LONGEST = 80

#: Sheet (None in a text file), row and column, both from 1.
Spot = tuple[str | None, int, int]


def texts_at(data: bytes, spots: Collection[Spot]) -> dict[Spot, str]:
    """The texts in these cells of a CSV table or a workbook, those that can be read and are not empty."""
    faults = Faults("")  # what is wrong with the file was told when it was read
    if is_workbook(data):
        rows = _workbook(data, {sheet for sheet, _, _ in spots}, faults)
    else:
        text = decode(data, faults)
        rows = {None: {} if text is None else dict(records(text, faults))}
    found = {}
    for sheet, row, column in spots:
        cells = rows.get(sheet, {}).get(row, ())
        if column <= len(cells) and cells[column - 1].strip():
            found[sheet, row, column] = printable(cells[column - 1], LONGEST)
    return found


def _workbook(data: bytes, named: Collection[str | None], faults: Faults) -> dict[str | None, dict[int, list[str]]]:
    """The rows of the sheets of these names, those that can be read."""
    workbook = open_workbook(data, faults)
    if workbook is None:
        return {}
    wanted = [part for part in workbook.sheets if printable(part.name) in named]
    grids = {printable(part.name): workbook.grid(part, faults) for part in wanted}
    return {name: grid.rows for name, grid in grids.items() if grid is not None}
