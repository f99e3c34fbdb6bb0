"""All faults of one file, in the order of their places, up to a limit."""

from hengjian.model.filing import address
from hengjian.model.issue import CellPlace, Issue

MAX_ISSUES = 1_000


class Faults:
    """Collects the issues of `file`; past `MAX_ISSUES` it only counts.

    `sheet` is the sheet under reading, None for text files: places in a sheet carry the A1 address of their cell.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheet: str | None = None
        self._issues: list[Issue] = []
        self._more = 0
        self._warnings: list[Issue] = []
        self._said: set[tuple[str, str | None, int | None, int | None]] = set()
        self._spoilt: set[tuple[str | None, int, int]] = set()
        self._muted: set[str] = set()
        self._order: dict[str | None, int] = {}

    @property
    def count(self) -> int:
        """How many faults were met, listed or not."""
        return len(self._issues) + self._more

    def add(self, message: str, hint: str, *, row: int | None = None, column: int | None = None) -> None:
        """One more fault, said once a place; row and column count from 1, None where the whole file or row is meant."""
        is_spoilt = row is not None and column is not None and (self.sheet, row, column) in self._spoilt
        if is_spoilt or message in self._muted:
            return
        if len(self._issues) >= MAX_ISSUES:
            self._more += 1
            return
        if (message, self.sheet, row, column) in self._said:
            return
        self._said.add((message, self.sheet, row, column))
        self._order.setdefault(self.sheet, len(self._order))
        cell = None if self.sheet is None or row is None else address(row, column or 1)
        place = CellPlace(file=self.file, sheet=self.sheet, cell=cell, row=row, column=column)
        self._issues.append(Issue(place=place, message=message, hint=hint))

    def warn(self, message: str, hint: str, *, row: int | None = None) -> None:
        """What is no fault and should be known, up to the same limit; files of tables have no warnings of their own."""
        place = CellPlace(file=self.file, row=row)
        issue = Issue(place=place, message=message, hint=hint, severity="warning")
        if len(self._warnings) < MAX_ISSUES and issue not in self._warnings[-1:]:
            self._warnings.append(issue)

    def warnings(self) -> tuple[Issue, ...]:
        """The warnings, in the order in which they were given."""
        return tuple(self._warnings)

    def spoil(self, row: int, column: int) -> None:
        """Nothing more is said of this cell: what is wrong with it is told, and what it says is not known."""
        self._spoilt.add((self.sheet, row, column))

    def mute(self, *messages: str) -> None:
        """These are not said again, wherever: what they come from is told where it stands."""
        self._muted.update(messages)

    def issues(self) -> tuple[Issue, ...]:
        """The issues by place, and last, when there were too many, how many more."""
        listed = sorted(self._issues, key=self._by_place)
        if self._more:
            place = CellPlace(file=self.file)
            message = f"{self._more:,} more faults are not listed"
            listed.append(Issue(place=place, message=message, hint="mend these first, then submit again"))
        return tuple(listed)

    def _by_place(self, issue: Issue) -> tuple[int, int, int]:
        place = issue.place
        if not isinstance(place, CellPlace):
            return (0, 0, 0)
        return (self._order[place.sheet], place.row or 0, place.column or 0)
