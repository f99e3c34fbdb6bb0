"""Working days of China: weekdays that are no holiday, and the weekend days that make up for holidays.

They are those of the State Council's yearly notices, which `chinesecalendar` carries. A year whose notice it does not
know is taken from `holidays`, which carries the notice or, until there is one, what the law on holidays alone says:
what was counted over such a year is provisional, for the notice may move days. Both are loaded where days are counted.
"""

from datetime import date, timedelta
from functools import cache

from hengjian.model.issue import refuse
from hengjian.model.workflow import Span

_DAY = timedelta(days=1)


def after(day: date, span: Span) -> tuple[date, bool]:
    """The last of the days that a span has after `day`, which is not counted itself; and whether it is provisional.

    Refused: a span that leaves the calendar.
    """
    try:
        if not span.working:
            return day + timedelta(days=span.days), False
        found, left, provisional = day, span.days, False
        while left:
            found += _DAY
            is_one, is_known = working(found)
            left -= is_one
            provisional |= not is_known
    except OverflowError:
        raise refuse(f"{span.days} days after {day} there is no date", "name an earlier day") from None
    return found, provisional


def working(day: date) -> tuple[bool, bool]:
    """Whether a day is a working day, and whether that is known: whether its year's notice is."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:  # of a year of which it has no notice
        pass
    known, off, making_up = _year(day.year)
    return day in making_up or (day.weekday() < 5 and day not in off), known


@cache
def _year(year: int) -> tuple[bool, frozenset[date], frozenset[date]]:
    """Of a year by `holidays`: whether it has the notice, the days off, and the weekend days that are worked."""
    import holidays

    found = holidays.country_holidays("CN", years=year, expand=False)
    making_up = frozenset(one for one in found.weekend_workdays if one.year == year)
    return bool(making_up), frozenset(one for one in found if one.year == year), making_up
