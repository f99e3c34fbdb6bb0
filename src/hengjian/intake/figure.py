"""Observed cells against their measure: period and figure, with what was parsed once remembered."""

import re
from collections.abc import Callable, Mapping

from hengjian.intake.context import NO_DATE, date_hint
from hengjian.intake.number import NotANumber, converter
from hengjian.intake.text import normal, quoted
from hengjian.model.declaration import Measure
from hengjian.model.issue import nearest
from hengjian.model.period import (
    Frequency,
    Period,
    around,
    ending_with,
    first_within,
    parse_period,
)
from hengjian.model.unit import SHIPPED, Unit, parse_unit

Fault = NotANumber
Convert = Callable[[str], float | Fault]
#: How a period of each frequency is spelled.
SPELLINGS: dict[Frequency, str] = {
    "year": "2019", "half": "2019-H2", "quarter": "2019-Q4", "month": "2019-12", "day": "2019-12-31",
    "hour": "2019-12-31T08", "quarter_hour": "2019-12-31T08:15",
}  # fmt: skip


class Periods:
    """Period cells, resolved against the frequency of a measure as CONTRACT section 1 says."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Frequency, bool], Period | Fault] = {}

    def resolve(self, cell: str, measure: Measure) -> Period | Fault:
        """The period of `measure` that a cell names, or why it names none."""
        key = (cell, measure.frequency, takes_ends(measure))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _resolve(normal(cell), measure.frequency, key[2])
        return found


def takes_ends(measure: Measure) -> bool:
    """Whether any spelling of a quarter's last day names the quarter: figures at that day, or of the year up to it."""
    return measure.frequency == "quarter" and (measure.period_type == "instant" or measure.cumulative == "year")


def resolve_period(text: str, frequency: Frequency) -> Period | Fault:
    """The period of `frequency` that a text names, or why it names none; any spelling of its last day does.

    Beside the spellings of the contract it may stand as statements print it: 2019年12月31日, 2019年1-12月, 2019年度.
    """
    written = normal(text)
    return _resolve(str(printed_period(written) or written), frequency, by_end=True)


#: As statements print periods, blanks left out. A stretch from January on is named by its last month.
_PRINTED = re.compile(
    r"(?P<year>\d{4})年(?:(?:1月?[-~—–至到])?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日|份|末)?"
    r"|第?(?P<quarter>[1-4一二三四])季度?末?|(?P<half>[上下])半年度?末?|度|末)?"
)


def printed_period(text: str) -> Period | None:
    """The period that a text names as Chinese statements print it; None when it is none."""
    match = _PRINTED.fullmatch("".join(text.split()))
    if match is None:
        return None
    year, part = match["year"], ""
    if match["month"]:
        part = f"-{int(match['month']):02d}" + (f"-{int(match['day']):02d}" if match["day"] else "")
    elif match["quarter"]:
        part = f"-Q{'一二三四'.find(match['quarter']) + 1 or match['quarter']}"
    elif match["half"]:
        part = f"-H{'上下'.index(match['half']) + 1}"
    return parse_period(year + part)


def _resolve(text: str, frequency: Frequency, by_end: bool) -> Period | Fault:
    period = parse_period(text)
    if not text:
        return Fault(message="the cell names no period", hint=f"write it as {SPELLINGS[frequency]}")
    if period is None:
        return Fault(message=f"{quoted(text)} is not a period", hint=_period_hint(text, frequency))
    if period.frequency == frequency:
        return period
    if frequency == "hour" and period.frequency == "quarter_hour" and period.begins.minute == 0:
        return around(period, "hour")  # 08:00 is how most files write the hour that begins then
    named = ending_with(period, frequency) if by_end else None
    if named is not None:
        return named
    fits = ending_with(period, frequency)
    if fits is None:
        message = f"the measure is reported by {frequency}, and no {frequency} ends with {text}"
        return Fault(message=message, hint=f"{text} lies in {around(period, frequency)}")
    if frequency == "quarter":
        message = f"the measure is a flow of single quarters, and {text} may mean a longer time"
    else:
        message = f"the measure is reported by {frequency}, and {text} is a {period.frequency}"
    if frequency in _TIMES:
        fits = first_within(period, frequency)
    return Fault(message=message, hint=f"if the {frequency} is meant, write {fits}")


#: Frequencies whose periods are named by a date-time.
_TIMES = frozenset[Frequency](("hour", "quarter_hour"))
_OTHER_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]?(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?: ?(Z|[-+]\d{2}:?\d{2}))?"
)


def _time_hint(text: str, frequency: Frequency) -> str | None:
    """How to spell a date-time that is written in another way; None when it is none."""
    match = _OTHER_TIME.fullmatch(text)
    if match is None:
        return None
    if match[6]:
        return f"leave out {match[6]}: date-times are in the space's local time"
    spelled = f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}T{int(match[4]):02d}:{match[5]}"
    if parse_period(spelled) is not None:
        found = _resolve(spelled, frequency, by_end=False)
        return found.hint if isinstance(found, Fault) else f"write {found}"
    return "a quarter of an hour begins at :00, :15, :30 or :45" if parse_period(spelled[:13]) else None


def _period_hint(text: str, frequency: Frequency) -> str:
    like = f"its periods are written like {SPELLINGS[frequency]}"
    if frequency in _TIMES and (time := _time_hint(text, frequency)) is not None:
        return time
    day = date_hint(text)
    if day != NO_DATE:
        return day
    match = re.fullmatch(r"(\d{4})[-/.年 ]?(?:[Qq]([1-4])|第?([1-4一二三四])季度?)", text)
    if match:
        quarter = match[2] or match[3]
        return f"write {match[1]}-Q{'一二三四'.find(quarter) + 1 or quarter}"
    match = re.fullmatch(r"(\d{4})[/.年 ]?-?(\d{1,2})月?", text)
    if match and 1 <= int(match[2]) <= 12:
        return f"write {match[1]}-{int(match[2]):02d}"
    match = re.fullmatch(r"(\d{4})年(?:度|末)?", text)
    return f"write {match[1]}" if match else like


class Units:
    """Unit cells, resolved against the unit of a measure; `known` holds every unit by its spellings."""

    def __init__(self, known: Mapping[str, Unit] = SHIPPED) -> None:
        self._known = known
        self._found: dict[tuple[str, str], tuple[str, Convert] | Fault] = {}

    def resolve(self, cell: str, measure: Measure) -> tuple[str, Convert] | Fault:
        """The unit's symbol and what turns a cell into base units; an empty cell is the measure's own unit."""
        key = (cell, measure.name)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._resolve(normal(cell), measure)
        return found

    def _resolve(self, text: str, measure: Measure) -> tuple[str, Convert] | Fault:
        own = measure.unit
        unit: Unit | None = own
        if text and text != normal(own.symbol):
            unit = parse_unit(text, self._known) if len(text) <= 80 else None
        if unit is None:
            known = ", ".join(self._known)
            return Fault(
                message=f"no unit is called {quoted(text)}",
                hint=nearest(text[:80], self._known, otherwise=f"known are {known}"),
            )
        if not unit.measures_the_same_as(own):
            message = f"{measure.name} is measured in {own.symbol}, which {quoted(text)} does not measure"
            return Fault(
                message=message, hint="mend the unit or the measure; leave the unit empty for the measure's own"
            )
        return unit.symbol, converter(unit)
