"""The statements of a file: JSON (RFC 8259) with a list at the top, or JSON Lines with one statement a line.

Numbers with a point are kept as decimals. What other readers would take in silence is a fault here: a key that stands
twice, NaN, half of a surrogate pair.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hengjian.intake.faults import Faults
from hengjian.intake.text import MAX_BYTES, quoted

#: No file of statements needs more, and what is parsed takes many times its size in memory.
MAX_VALUES = 5_000_000
_IN_PARTS = "file it in several parts"
_VALID = "write valid JSON in UTF-8: a list of statements, or one statement a line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement as it stands in the file: its `number` from 1 (the line in JSON Lines), and what it says."""

    number: int
    body: dict[str, Any]

    @property
    def id(self) -> str:
        """Its statementId; only of a valid statement."""
        return str(self.body["statementId"])

    @property
    def cell(self) -> str:
        """Its place as that of a row: A1 is the first statement, or the first line."""
        return f"A{self.number}"

    @property
    def record(self) -> str:
        """Its recordId; only of a valid statement."""
        return str(self.body["recordId"])

    @property
    def kind(self) -> str:
        """Its recordType: entity, person or relationship; only of a valid statement."""
        return str(self.body["recordType"])

    @property
    def details(self) -> dict[str, Any]:
        """Its recordDetails; only of a valid statement."""
        found: dict[str, Any] = self.body["recordDetails"]
        return found

    @property
    def day(self) -> str:
        """The day of its statementDate, as 2019-12-31; only of a valid statement."""
        return str(self.body["statementDate"])[:10]


def read_document(data: bytes, faults: Faults) -> list[Statement]:
    """The statements of a file, in their order; those that are no objects are told and left out."""
    text = _decoded(data, faults)
    if text is None:
        return []
    if text.count(",") + text.count("\n{") > MAX_VALUES:
        faults.add(f"the file holds more than {MAX_VALUES:,} values", _IN_PARTS)
        return []
    if text.lstrip()[:1] not in ("[", "{"):
        faults.add("the file holds no statements: it begins neither with [ nor with {", _VALID)
        return []
    statements = []
    for number, found in _values(text, faults):
        if isinstance(found, dict):
            statements.append(Statement(number=number, body=found))
        else:
            faults.add(
                f"statement {number}: {_shown(found)} is no statement", "a statement is a JSON object", row=number
            )
    if not statements and not faults.count:
        faults.add("the file holds no statement", _VALID)
    return statements


def _decoded(data: bytes, faults: Faults) -> str | None:
    if len(data) > MAX_BYTES:
        faults.add(f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are taken", _IN_PARTS)
        return None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        faults.add(f"byte {error.start + 1} is no valid UTF-8", _VALID)
        return None


def _values(text: str, faults: Faults) -> Iterator[tuple[int, Any]]:
    """The statements with their numbers, as parsed. One that cannot be is told; in a list, where nothing after it can
    be trusted either."""
    is_lined = text.lstrip()[0] == "{" and text.lstrip().partition("\n")[0].rstrip().endswith("}")
    whole = _parsed(text, faults, None, is_told=not is_lined)
    if isinstance(whole, list):
        yield from enumerate(whole, start=1)
    elif whole is not None:
        yield 1, whole  # one statement by itself, over several lines
    elif is_lined:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                found = _parsed(line, faults, number, is_told=True)
                if found is not None:
                    yield number, found


def _parsed(text: str, faults: Faults, number: int | None, *, is_told: bool) -> Any:
    reading = _Reading()
    try:
        found = json.loads(
            text, object_pairs_hook=reading.object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
        )
        if "\\u" in text:
            _check_texts(found)
    except json.JSONDecodeError as error:
        line, column = (error.lineno, error.colno) if number is None else (number, error.colno)
        told = f"line {line}, column {column} is no valid JSON: {_reason(error.msg)}", _VALID
    except _StrangeError as error:
        told = str(error), _VALID
    except RecursionError:
        told = "the values are nested too deep", "a statement has few levels; is this file meant?"
    else:
        if not reading.twice:
            return found
        names = ", ".join(quoted(name) for name in sorted(reading.twice)[:5])
        told = f"a statement says {names} twice", "leave one of the two out: readers differ in which they believe"
    if is_told:
        faults.add(*told, row=number)
    return None


class _StrangeError(ValueError):
    """A value that JSON, or this program, has no place for."""


class _Reading:
    """Notes the keys that stand twice in one object."""

    def __init__(self) -> None:
        self.twice: set[str] = set()

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.twice |= {name for name, count in Counter(name for name, _ in pairs).items() if count > 1}
        return found


#: No figure of a statement is longer than this, and Python reads none of thousands of digits.
_DIGITS = 40


def _decimal(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= _DIGITS else None
    if number is None or abs(number.adjusted()) > _DIGITS:
        raise _StrangeError(f"the number {quoted(text)} is longer than any share or date")
    return number


def _integer(text: str) -> int:
    if len(text) > _DIGITS:
        raise _StrangeError(f"the number {quoted(text)} is longer than any share or date")
    return int(text)


def _constant(text: str) -> Any:
    raise _StrangeError(f"JSON has no number {text}")


def _check_texts(value: Any) -> None:
    match value:
        case str():
            if any("\ud800" <= char <= "\udfff" for char in value):
                raise _StrangeError(f"the text {quoted(value)} holds half of a character")
        case dict():
            for name, inner in value.items():
                _check_texts(name)
                _check_texts(inner)
        case list():
            for inner in value:
                _check_texts(inner)


def _reason(message: str) -> str:
    return message[:1].lower() + message[1:]


def _shown(value: Any) -> str:
    """A value that is no object, for a message."""
    match value:
        case str():
            return quoted(value)
        case list():
            return "a list"
        case None | bool():
            return json.dumps(value)
        case _:
            return str(value)
