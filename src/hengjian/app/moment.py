"""Days, moments and stretches of periods as commands spell them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hengjian.model.cut import BASES, BasisChoice, Cut, KnownAt, Scope
from hengjian.model.issue import refuse
from hengjian.model.period import (
    Frequency,
    Period,
    around,
    coarser,
    ending_with,
    first_within,
    last_before,
    parse_period,
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: No ledger needs a longer count of its entries, and Python reads no number of thousands of digits.
_DIGITS = 18
_LAST = datetime.max.replace(tzinfo=UTC)
_FIRST = datetime.min.replace(tzinfo=UTC)


def parse_day(text: str, option: str) -> date:
    """A day as `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else _no_day(text, option)
    except ValueError:
        return _no_day(text, option)


def _no_day(text: str, option: str) -> date:
    raise refuse(f"{option} {text!r} is not a date", "write it as 2026-03-31")


def parse_known_at(text: str, timezone: ZoneInfo) -> KnownAt:
    """`entry:N`, a date (the end of that day in the space's time zone) or an RFC 3339 date-time."""
    if text.startswith("entry:"):
        number = text.removeprefix("entry:")
        if number.isascii() and number.isdigit() and len(number) <= _DIGITS:
            return KnownAt(entries=int(number))
        raise refuse(f"--as-known-at {text!r} names no entry", "write entry: and a whole number, such as entry:12")
    if len(text) == 10:
        day = parse_day(text, "--as-known-at")
        if day == date.max:
            return KnownAt(moment=_LAST)
        following = datetime.combine(day + timedelta(days=1), time.min, timezone)
        return KnownAt(moment=_in_utc(following) - timedelta(microseconds=1))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise refuse(
            f"--as-known-at {text!r} is not a moment",
            "write a date (2026-03-31), an RFC 3339 date-time with its zone (2026-03-31T18:00:00+08:00) or entry:12",
        )
    return KnownAt(moment=_in_utc(moment))


def _in_utc(moment: datetime) -> datetime:
    """The moment in UTC; one that lies outside the years 1 to 9999 there is their first or last."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == 1 else _LAST


def parse_cut(question: dict[str, object], timezone: ZoneInfo) -> Cut:
    """The cut that a question's `as_of`, `as_known_at`, `scope`, `basis` and `proven` name."""
    as_of, known_at = question.get("as_of"), question.get("as_known_at")
    return Cut(
        as_of=None if as_of is None else parse_day(str(as_of), "--as-of"),
        known_at=None if known_at is None else parse_known_at(str(known_at), timezone),
        scope=_scope(question.get("scope")),
        basis=_basis(question.get("basis")),
        proven=bool(question.get("proven")),
    )


def _scope(word: object) -> Scope:
    match word:
        case None | "consolidated" | "合并":
            return "consolidated"
        case "parent" | "单体":
            return "parent"
    raise refuse(f"unknown scope {word!r}", "scopes: consolidated (合并), parent (单体)")


def _basis(word: object) -> BasisChoice:
    chinese = {"快报": "flash", "审计": "audited", "考核": "assessed"}
    word = "best" if word is None else chinese.get(str(word), word)
    if word == "best":
        return "best"
    for basis in BASES:
        if word == basis:
            return basis
    raise refuse(f"unknown basis {word!r}", f"bases: best, {', '.join(BASES)}")


def parse_stretch(text: str) -> tuple[Period, Period]:
    """`P` or `P..Q`: the first and the last period named, which may differ in frequency."""
    first, dots, last = text.partition("..")
    start, end = parse_period(first), parse_period(last if dots else first)
    if start is None or end is None:
        raise refuse(f"--period {text!r} names no period", "write 2019, 2019-H1, 2019-Q4, 2019-12 or 2019-Q1..2020-Q4")
    if end.end < start.start:
        raise refuse(f"--period {text!r} ends before it begins", "write the earlier period first")
    return start, end


def stretch_of(frequency: Frequency, stretch: tuple[Period, Period], *, single: bool) -> tuple[Period, Period] | None:
    """The periods of `frequency` that end inside a stretch; for a single period the one that ends with it.

    2019 asks a quarterly indicator for 2019-Q4, 2019..2019 for its four quarters. None when there is none.
    """
    start, end = stretch
    if single:
        found = ending_with(end, frequency)
        return None if found is None else (found, found)
    last = last_before(end, frequency)
    first = around(start, frequency) if coarser(frequency, start.frequency) else first_within(start, frequency)
    return (first, last) if first <= last else None
