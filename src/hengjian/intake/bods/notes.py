"""Faults and warnings about statements: each names its statement, and where in it (a JSON pointer, RFC 6901)."""

from hengjian.intake.bods.document import Statement
from hengjian.intake.faults import Faults
from hengjian.intake.text import quoted


class StatementFaults:
    """Collects what is told of the statements of one file. The row of a place is the statement's number."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    @property
    def count(self) -> int:
        """How many faults were met."""
        return self._faults.count

    def add(self, message: str, hint: str, statement: Statement, *path: str | int) -> None:
        """One more fault, which refuses the file."""
        self._faults.add(_placed(message, statement, path), hint, row=statement.number)

    def warn(self, message: str, hint: str, statement: Statement, *path: str | int) -> None:
        """What is left out, or entered in another way than it stands."""
        self._faults.warn(_placed(message, statement, path), hint, row=statement.number)


def pointer(path: tuple[str | int, ...]) -> str:
    """A JSON pointer; "" is the statement."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _placed(message: str, statement: Statement, path: tuple[str | int, ...]) -> str:
    told = statement.body.get("statementId")
    named = quoted(told) if isinstance(told, str) and told else str(statement.number)
    return f"statement {named} at {pointer(path)}: {message}" if path else f"statement {named}: {message}"
