"""When filings come in: what is due, who is late, and who has not filed yet when the story stops."""

from datetime import date

from hengjian.examples.district.books import FIRST_YEAR
from hengjian.examples.district.chance import sway

TODAY = date(2026, 1, 20)
#: The first and last month of quick reports: 2023-01 and 2025-12.
FIRST_MONTH, LAST_MONTH = 12, 47
#: Who has not filed the quick report of the last month.
MISSING = ("JC03", "JC09")
#: Who has filed the statements of the last quarter already; the others have until the end of the month.
EARLY = ("JC01", "JC05", "JC08", "JC10")


def day_after(month: int, day: int) -> date:
    """A day of the month that follows a month."""
    return date(FIRST_YEAR + (month + 1) // 12, (month + 1) % 12 + 1, day)


def quick_day(filer: str, month: int) -> date | None:
    """When a filer's quick report of a month comes in; None: not yet."""
    if month == LAST_MONTH and filer in MISSING:
        return None
    late = sway(filer, month, "late") > 0.86 or (month == LAST_MONTH and filer == "JC06")
    return day_after(month, 16 if late else 8)


def statements_day(filer: str, month: int) -> date | None:
    """When a filer's statements of the quarter that ends with a month come in; None: not yet."""
    if month == LAST_MONTH:
        return day_after(month, 19) if filer in EARLY else None
    late = sway(filer, month, "late statements") > 0.8
    return day_after(month + 1, 6) if late else day_after(month, 22)


def audited_day(year: int) -> date:
    """When the audited statements of a year come in."""
    return date(year + 1, 4, 27)
