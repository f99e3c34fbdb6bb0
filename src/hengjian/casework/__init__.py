"""Casework: cases that go through the states of their declared workflow, until they are closed."""

from hengjian.casework.case import Case, Takers, barring, begin, case_of, move

__all__ = ["Case", "Takers", "barring", "begin", "case_of", "move"]
