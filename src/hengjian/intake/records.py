"""The records of a CSV text (RFC 4180), each with its row number as a spreadsheet counts."""

import csv
import io
from collections.abc import Iterator

from hengjian.intake.faults import Faults

MAX_CELLS = 5_000_000

Record = tuple[int, list[str]]


def records(text: str, faults: Faults) -> Iterator[Record]:
    """Every record that is not blank, with its number from 1. Faults of syntax are noted; what can be read goes on."""
    # Only LF ends a line here, so that the csv module sees, and refuses, a CR by itself.
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True)
    row = cells_read = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if _note(str(error), row, faults):
                continue
            return
        if not any(map(str.strip, cells)):
            continue
        cells_read += len(cells)
        if cells_read > MAX_CELLS:
            faults.add(f"the file has more than {MAX_CELLS:,} cells", "file it in several parts", row=row)
            return
        yield row, cells


def _note(error: str, row: int, faults: Faults) -> bool:
    """Notes what the csv module says of one row; False when nothing after it can be trusted."""
    if "unexpected end" in error:
        faults.add(
            "a quote is opened in this row and never closed", 'a quote inside a quoted cell is written ""', row=row
        )
        return False
    if "field larger" in error:
        message = f"a cell is longer than {csv.field_size_limit():,} characters"
        faults.add(message, "is a quote opened here and not closed?", row=row)
        return False
    if "new-line character" in error:
        message = "a carriage return (CR) stands by itself"
        faults.add(message, "end lines with LF or CR LF; put a cell of several lines in quotes", row=row)
        return True
    faults.add("a closing quote is not followed by a comma", 'a quote inside a quoted cell is written ""', row=row)
    return True
