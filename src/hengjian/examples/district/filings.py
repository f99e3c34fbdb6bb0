"""Files as the filers hand them in."""

from collections.abc import Iterator, Sequence
from datetime import date

from hengjian.examples.district.groups import View
from hengjian.examples.district.incidents import slips
from hengjian.examples.district.reports import (
    QUICK,
    SCOPES,
    STATEMENTS,
    month_name,
    quarter_name,
    quick_figures,
    rows_of,
    statement_figures,
    table,
)
from hengjian.examples.steps import File, Filing, Step


def quick_files(who: Sequence[str], month: int, day: date, note: str) -> Iterator[Step]:
    """The quick reports of some filers for a month, one file each."""
    files = tuple(quick_file(filer, month) for filer in who)
    yield Filing(day=day, form="wide", files=files, note=note)


def quick_file(filer: str, month: int) -> File:
    """One filer's quick report, with the slips of its clerk."""
    rows = []
    for entity, scope in rows_of(filer):
        found = quick_figures(entity, month, scope)
        found |= slips(entity, month_name(month), found)
        money = {one: str(amount * 100) for one, amount in found.items()}
        money["quick_average_headcount"] = str(found["quick_average_headcount"])
        rows.append([entity, month_name(month), SCOPES[scope], *(money[one] for one in QUICK)])
    return File(
        name=f"财务快报-{month_name(month)}-{filer}.csv", data=table(["entity", "period", "scope", *QUICK], rows)
    )


def statement_files(who: Sequence[str], month: int, day: date, note: str, *, audited: bool) -> Iterator[Step]:
    """The statements of some filers for a quarter, one file each."""
    files = tuple(statement_file(filer, month, audited=audited) for filer in who)
    yield Filing(day=day, form="wide", files=files, note=note)


def statement_file(filer: str, month: int, *, audited: bool) -> File:
    """One filer's three statements. Those of a year's end stay a little off until the auditors have come."""
    view: View = "unaudited" if month % 12 == 11 and not audited else "final"
    period, basis = quarter_name(month), "审计" if audited else "快报"
    rows = []
    for entity, scope in rows_of(filer):
        found = statement_figures(entity, month, scope, view)
        found |= slips(entity, period, found) if not audited else {}
        rows.append([entity, period, SCOPES[scope], basis, *(str(found[one]) for one in STATEMENTS)])
    name = f"{'审计报告' if audited else '财务报表'}-{period}-{filer}.csv"
    return File(name=name, data=table(["entity", "period", "scope", "basis", *STATEMENTS], rows))
