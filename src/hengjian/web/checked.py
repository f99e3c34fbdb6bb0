"""What a trial of some files says, as a page shows it: faults by file and cell, or what would be entered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.model.filing import address
from hengjian.web.faults import fault_of
from hengjian.web.names import Names
from hengjian.web.words import Words

#: So many names are listed of those that a file is about.
NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One fault or warning: where it stands, what its cell says, what is wrong, and how to mend it."""

    sheet: str
    cell: str
    text: str
    message: str
    hint: str
    is_warning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Those of one file; `file` is empty where they are about the question itself."""

    file: str
    marks: tuple[Mark, ...]

    @property
    def has_sheets(self) -> bool:
        return any(mark.sheet for mark in self.marks)

    @property
    def has_cells(self) -> bool:
        return any(mark.cell for mark in self.marks)

    @property
    def has_texts(self) -> bool:
        return any(mark.text for mark in self.marks)


def marks(records: Sequence[Mapping[str, Any]], words: Words, names: Names, severity: str | None = None) -> list[Marks]:
    """Faults and warnings file by file, in the reader's language; `severity` holds for records that say none."""
    by_file: dict[str, list[Mark]] = {}
    for record in records:
        fault = fault_of(record if severity is None else {**record, "severity": severity}, words.language, names)
        mark = Mark(
            sheet=fault.sheet or "", cell=_cell(fault.cell, fault.row, fault.column, words),
            text=str(record.get("text") or ""), message=fault.message, hint=fault.hint,
            is_warning=fault.severity == "warning",
        )  # fmt: skip
        by_file.setdefault(fault.file or "", []).append(mark)
    return [Marks(file=file, marks=tuple(found)) for file, found in by_file.items()]


def _cell(cell: str | None, row: int | None, column: int | None, words: Words) -> str:
    """An address as spreadsheets write it, of text files too; a row where the whole row is meant."""
    if cell is not None and column is not None:
        return cell
    if row is None:
        return ""
    return words("filing.row", row=row) if column is None else address(row, column)


def counted(records: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many faults and how many warnings."""
    warnings = sum(record.get("severity") == "warning" for record in records)
    return len(records) - warnings, warnings


def some(names: Sequence[str], words: Words) -> str:
    """The first few of some names, and how many more there are."""
    shown = words("filing.separator").join(names[:NAMED])
    return words("filing.more", names=shown, count=len(names)) if len(names) > NAMED else shown
