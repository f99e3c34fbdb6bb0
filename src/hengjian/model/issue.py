"""A fault that a user can mend: what is wrong, where it stands, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot in a declaration file; line and column count from 1, columns in code points."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlace:
    """A spot in a filed table; row and column count from 1, the header is row 1.

    `sheet` and `cell` (its A1 address) are None for text files, `row` and `column` None where the whole file is meant.
    """

    file: str
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        if self.cell is not None:
            return f"{self.file}:{self.sheet}!{self.cell}"
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One fault of the user's input (or a warning about it), never of the program."""

    place: Place | CellPlace | None
    message: str
    hint: str
    severity: Severity = "error"

    def record(self) -> dict[str, object]:
        """The issue as CONTRACT section 3 prints it: place fields first, then message and hint."""
        match self.place:
            case Place(file=file, line=line, column=column):
                where: dict[str, object] = {"file": file, "line": line, "column": column, "severity": self.severity}
            case CellPlace(file=file, sheet=sheet, cell=cell, row=row, column=column_number):
                where = {"file": file, "sheet": sheet, "cell": cell, "row": row, "column": column_number}
            case None:  # a fault of the command itself: the keys of either place, none of them known
                names = ("file", "sheet", "cell", "row", "line", "column")
                where = {**dict.fromkeys(names), "severity": self.severity}
        return {**where, "message": self.message, "hint": self.hint}

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n  hint: {self.hint}" if self.hint else head


class Refused(Exception):
    """The user's input has faults; all of them are listed. Commands end with 1."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class Forbidden(Refused):
    """Who asks may not do this, here or anywhere. What they may not even know of is refused as unknown instead."""


class Failure(Exception):
    """The machine failed, or what it holds is damaged: the issue says what and how to mend. Commands end with 3."""

    def __init__(self, message: str, hint: str, place: Place | CellPlace | None = None) -> None:
        self.issue = Issue(place=place, message=message, hint=hint)
        super().__init__(str(self.issue))


def refuse(message: str, hint: str, place: Place | CellPlace | None = None) -> Refused:
    """A refusal with one issue."""
    return Refused([Issue(place=place, message=message, hint=hint)])


def forbid(message: str, hint: str) -> Forbidden:
    """The same where who asks may not do it."""
    return Forbidden([Issue(place=None, message=message, hint=hint)])


def nearest(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """A hint with up to three known names nearest to `name`, or `otherwise` when none is near."""
    found = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(found)}?" if found else otherwise
