"""Casework: cases that go through the states of their declared workflow, until they are closed."""

from hengjian.casework.case import Case, Takers, barring, begin, case_of, move, needs_note, opened, reopenings
from hengjian.casework.deadline import due, escalated, overdue_by

__all__ = [
    "Case", "Takers", "barring", "begin", "case_of", "due", "escalated", "move", "needs_note", "opened",
    "overdue_by", "reopenings",
]  # fmt: skip
