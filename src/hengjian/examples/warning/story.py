"""The story of the city, step by step: `EXAMPLE`."""

from collections.abc import Iterator
from datetime import date

from hengjian.examples.steps import Example, Filing, Step
from hengjian.examples.warning.books import FIRST_YEAR, MONTHS, below, enterprises, groups, month_name, quarter_name
from hengjian.examples.warning.handling import moves
from hengjian.examples.warning.members import MEMBERS
from hengjian.examples.warning.registers import ledger_files, register_files
from hengjian.examples.warning.reports import quick_file, risk_file, statement_file
from hengjian.examples.warning.watch import BANS, TRADE, monthly, quarterly

TODAY = date(2026, 1, 22)
#: January 2024; July 2024, from which month on the risk forms are filed.
FIRST_MONTH, FIRST_WATCH = 12, 18
CLERK = "市国资委报表专员（示例）"


def steps() -> Iterator[Step]:
    """Everything that happened, by day; on one day in the order written here."""
    found: list[Step] = [*register_files(), *_years(), *ledger_files()]
    for month in range(FIRST_MONTH, MONTHS):
        found += _month(month)
        if month >= FIRST_WATCH:
            found += _watch(month)
        if month % 3 == 2:
            found += _quarter(month)
    found += moves()
    yield from sorted(found, key=lambda step: step.day or TODAY)


def _day(month: int, day: int) -> date:
    """A day of the month that follows a month."""
    return date(FIRST_YEAR + (month + 1) // 12, (month + 1) % 12 + 1, day)


def _years() -> Iterator[Step]:
    """The year before: the figures of its end."""
    files = tuple(quick_file(group, FIRST_MONTH - 1) for group in groups())
    yield Filing(day=date(2024, 1, 8), form="quick_report", files=files, note="2023 年末快报", actor=CLERK)
    statements = statement_file(list(enterprises()), FIRST_MONTH - 1)
    yield Filing(day=date(2024, 1, 22), form="wide", files=(statements,), note="2023 年度报表", actor=CLERK)


def _month(month: int) -> Iterator[Step]:
    period = month_name(month)
    files = tuple(quick_file(group, month, alone=alone) for group in groups() for alone in (False, True))
    yield Filing(day=_day(month, 8), form="quick_report", files=files, note=f"{period} 快报", actor=CLERK)


def _watch(month: int) -> Iterator[Step]:
    period = month_name(month)
    rows = {one: monthly(one, month) for one in enterprises()}
    yield from _risk("risk_monthly", "风险监测月报", period, _day(month, 9), rows, next(iter(TRADE.values())))


def _quarter(month: int) -> Iterator[Step]:
    period = quarter_name(month)
    if month >= FIRST_WATCH:
        rows = {one: quarterly(one, month) for one in enterprises()}
        yield from _risk("risk_quarterly", "风险监测季报", period, _day(month, 18), rows, next(iter(BANS.values())))
    statements = statement_file(list(enterprises()), month)
    yield Filing(day=_day(month, 20), form="wide", files=(statements,), note=f"{period} 报表", actor=CLERK)


def _risk(
    form: str, word: str, period: str, day: date, rows: dict[str, dict[str, str]], mark: str
) -> Iterator[Step]:  # fmt: skip
    """A risk form of every group, a file each; those who trade have more titles, and a file of their own."""
    files = []
    for group in groups():
        for trades in (False, True):
            those = {one: rows[one] for one in below(group) if (mark in rows[one]) == trades}
            if those:
                files.append(risk_file(word, period, f"{group}{'-贸易' if trades else ''}", those))
    yield Filing(day=day, form=form, files=tuple(files), note=f"{period} {word}", actor=CLERK)


EXAMPLE = Example(
    name="澜江市-示例", packs=("finance", "state_assets", "operation", "ownership", "early_warning"), steps=steps,
    today=TODAY, members=MEMBERS,
)  # fmt: skip
