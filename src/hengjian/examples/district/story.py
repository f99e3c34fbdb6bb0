"""The story of the district, step by step: `EXAMPLE`."""

from collections.abc import Iterator
from datetime import date

from hengjian.examples.district import registers
from hengjian.examples.district.books import FIRST_YEAR
from hengjian.examples.district.calendar import (
    FIRST_MONTH,
    LAST_MONTH,
    TODAY,
    audited_day,
    quick_day,
    statements_day,
)
from hengjian.examples.district.enterprises import groups
from hengjian.examples.district.filings import CLERK, quick_files, refused_files, statement_files
from hengjian.examples.district.handling import moves
from hengjian.examples.district.incidents import corrections
from hengjian.examples.district.members import MEMBERS
from hengjian.examples.district.ownership import ownership_files
from hengjian.examples.district.reports import month_name, quarter_name
from hengjian.examples.district.targets import target_files
from hengjian.examples.steps import Example, Filing, Step


def steps() -> Iterator[Step]:
    """Everything that happened, by day; on one day in the order written here."""
    found = [*_registration(), *ownership_files(CLERK), *target_files(CLERK), *refused_files(), *corrections()]
    found += [*_statements(), *_quick_reports(), *moves()]
    yield from sorted(found, key=lambda step: step.day or TODAY)


def _registration() -> Iterator[Step]:
    began = date(FIRST_YEAR + 1, 1, 4)
    yield Filing(day=began, form="entities", files=(registers.entities_file(),), note="企业名录", actor=CLERK)
    yield Filing(day=began, form="links", files=(registers.links_file(),), note="组织关系", actor=CLERK)
    yield Filing(day=began, form="links", files=(registers.supervision_file(),), note="监管企业名单", actor=CLERK)
    yield Filing(day=date(2024, 7, 3), form="links", files=(registers.joined_file(),), note="集中统一监管", actor=CLERK)
    yield Filing(
        day=date(2025, 1, 2), form="entities", files=(registers.renewed_file(),), note="主业目录动态调整", actor=CLERK
    )


def _quick_reports() -> Iterator[Step]:
    for month in range(FIRST_MONTH, LAST_MONTH + 1):
        days: dict[date, list[str]] = {}
        for filer in groups():
            if (day := quick_day(filer, month)) is not None:
                days.setdefault(day, []).append(filer)
        for place, (day, who) in enumerate(sorted(days.items())):
            note = f"{month_name(month)} 快报{'，逾期' if place else ''}"
            yield from quick_files(who, month, day, note)


def _statements() -> Iterator[Step]:
    for month in range(FIRST_MONTH - 1, LAST_MONTH + 1, 3):
        year, days = FIRST_YEAR + month // 12, dict[date, list[str]]()
        if month >= FIRST_MONTH:
            for filer in groups():
                if (day := statements_day(filer, month)) is not None:
                    days.setdefault(day, []).append(filer)
        for place, (day, who) in enumerate(sorted(days.items())):
            note = f"{quarter_name(month)} 报表{'，逾期' if place else ''}"
            yield from statement_files(who, month, day, note, audited=False)
        if month % 12 == 11 and audited_day(year) <= TODAY:
            note = f"{year} 年度决算（审计）"
            yield from statement_files(groups(), month, audited_day(year), note, audited=True)


EXAMPLE = Example(
    name="嘉城区-示例", packs=("finance", "state_assets", "operation", "ownership"), steps=steps, today=TODAY,
    members=MEMBERS,
)  # fmt: skip
