"""All faults of one file, in the order in which they are met, up to a limit."""

from hengjian.model.issue import CellPlace, Issue

MAX_ISSUES = 1_000


class Faults:
    """Collects the issues of `file`; past `MAX_ISSUES` it only counts."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._issues: list[Issue] = []
        self._more = 0
        self._said: set[tuple[str, int | None, int | None]] = set()

    @property
    def count(self) -> int:
        """How many faults were met, listed or not."""
        return len(self._issues) + self._more

    def add(self, message: str, hint: str, *, row: int | None = None, column: int | None = None) -> None:
        """One more fault, said once a place; row and column count from 1, None where the whole file or row is meant."""
        if len(self._issues) >= MAX_ISSUES:
            self._more += 1
            return
        if (message, row, column) in self._said:
            return
        self._said.add((message, row, column))
        place = CellPlace(file=self.file, row=row, column=column)
        self._issues.append(Issue(place=place, message=message, hint=hint))

    def issues(self) -> tuple[Issue, ...]:
        """The issues by place, and last, when there were too many, how many more."""
        listed = sorted(self._issues, key=_by_place)
        if self._more:
            place = CellPlace(file=self.file)
            message = f"{self._more:,} more faults are not listed"
            listed.append(Issue(place=place, message=message, hint="mend these first, then submit again"))
        return tuple(listed)


def _by_place(issue: Issue) -> tuple[int, int]:
    place = issue.place
    return (place.row or 0, place.column or 0) if isinstance(place, CellPlace) else (0, 0)
