"""Recorded time: microseconds since 1970-01-01T00:00:00Z, and its RFC 3339 text."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTH = len("2026-01-01T00:00:00.000000Z")


def now() -> int:
    """The machine's clock in microseconds."""
    return time.time_ns() // 1000


def instant(microseconds: int) -> datetime:
    """The date-time in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(moment: datetime) -> int:
    """The microseconds of an aware date-time."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Stamper:
    """Writes RFC 3339 times with six decimals and Z; the text of one second is made once."""

    def __init__(self) -> None:
        self._second = -1
        self._head = ""

    def __call__(self, microseconds: int) -> str:
        second, part = divmod(microseconds, 1_000_000)
        if second != self._second:
            self._second, self._head = second, instant(second * 1_000_000).strftime("%Y-%m-%dT%H:%M:%S.")
        return f"{self._head}{part:06d}Z"


def rfc3339(microseconds: int) -> str:
    """The time as the ledger writes it, like 2026-01-01T00:00:00.000000Z."""
    return Stamper()(microseconds)


def parse_rfc3339(text: str) -> int:
    """Microseconds of the one form the ledger writes (six decimals, Z); ValueError for any other."""
    if len(text) != _LENGTH or not text.endswith("Z"):
        raise ValueError(f"{text!r} is not a time in the form 2026-01-01T00:00:00.000000Z")
    found = microseconds(datetime.fromisoformat(text))
    if rfc3339(found) != text:
        raise ValueError(f"{text!r} is not a time in the form 2026-01-01T00:00:00.000000Z")
    return found
