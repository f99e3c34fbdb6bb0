"""Files as the filers hand them in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hengjian.examples.district.calendar import LAST_MONTH, quick_day
from hengjian.examples.district.enterprises import enterprises, members
from hengjian.examples.district.groups import View
from hengjian.examples.district.incidents import FAULTS, slips
from hengjian.examples.district.reports import (
    BALANCE_SHEET,
    CASH_FLOW_STATEMENT,
    INCOME_STATEMENT,
    QUICK,
    SCOPES,
    STATEMENTS,
    in_ten_thousands,
    month_name,
    quarter_name,
    quick_figures,
    rows_of,
    statement_figures,
    table,
)
from hengjian.examples.steps import File, Filing, Sheet, Step

#: Who files what the groups hand in.
CLERK = "区国资委报表专员（示例）"
#: December 2024: its audited statements are of each company alone too.
ALONE = 35
#: Who fills in the workbook of the form by now; the others still file tables.
WORKBOOKS = ("JC01", "JC04", "JC08", "JC11")
SHEETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "balance_sheet": ("资产负债表", BALANCE_SHEET),
    "income_statement": ("利润表", tuple(one for one in INCOME_STATEMENT if one != "total_operating_costs")),
    "cash_flow_statement": ("现金流量表", CASH_FLOW_STATEMENT),
}


def quick_files(who: Sequence[str], month: int, day: date, note: str) -> Iterator[Step]:
    """The quick reports of some filers for a month, one file each."""
    files = tuple(
        quick_sheet(one, month) if month == LAST_MONTH and one in WORKBOOKS else quick_file(one, month) for one in who
    )
    yield Filing(day=day, form="quick_report", period=month_name(month), files=files, note=note, actor=CLERK)


def quick_file(filer: str, month: int) -> File:
    """One filer's quick report as the form lays it out, with the slips of its clerk."""
    return File(name=f"财务快报-{month_name(month)}-{filer}.csv", data=quick_table(month, quick_rows(filer, month)))


def quick_sheet(filer: str, month: int) -> Sheet:
    """The same as a workbook of the form."""
    rows = tuple({"entity": entity, **row} for entity, row in quick_rows(filer, month).items())
    return Sheet(name=f"财务快报-{month_name(month)}-{filer}.xlsx", rows=rows)


def refused_files() -> Iterator[Step]:
    """First tries that were refused with all their faults; the mended files came in on the same day."""
    for fault in FAULTS:
        right = quick_file(fault.filer, fault.month)
        wrong = File(name=right.name, data=fault.wrong(right.data.decode()).encode())
        note = f"{month_name(fault.month)} 快报，退回"
        yield Filing(
            day=quick_day(fault.filer, fault.month),
            form="quick_report",
            files=(wrong,),
            period=month_name(fault.month),
            refused=fault.refused,
            note=note,
            actor=CLERK,
        )


def quick_rows(filer: str, month: int) -> dict[str, dict[str, str]]:
    """What stands in a filer's quick report, by enterprise and measure: money in 万元."""
    rows = {}
    for entity in members(filer):
        found = quick_figures(entity, month, "consolidated")
        found |= slips(entity, month_name(month), found)
        written = {one: in_ten_thousands(amount) for one, amount in found.items()}
        rows[entity] = written | {"quick_average_headcount": str(found["quick_average_headcount"])}
    return rows


def quick_table(month: int, rows: Mapping[str, Mapping[str, str]], unit: str = "万元") -> bytes:
    """The sheet of the form quick_report: month, scope, unit and basis above the titles in row 5."""
    titles = ["单位", "企业名称"]
    titles += [f"{word}（{'人' if one == 'quick_average_headcount' else unit}）" for one, (word, _) in QUICK.items()]
    above = [
        ["财务快报"],
        ["期间", month_name(month), "口径", "合并"],
        ["金额单位", "万元", "版本", "快报"],
        [""],
        titles,
    ]
    lines = [[one, enterprises()[one].name, *(row[title] for title in QUICK)] for one, row in rows.items()]
    return table(above + lines)


def statement_files(who: Sequence[str], month: int, day: date, note: str, *, audited: bool) -> Iterator[Step]:
    """The statements of some filers for a quarter, one file each."""
    if month == LAST_MONTH:
        for form, (word, _) in SHEETS.items():
            sheets = tuple(statement_sheet(filer, month, form) for filer in who)
            yield Filing(
                day=day, form=form, period=quarter_name(month), files=sheets, note=f"{note}：{word}", actor=CLERK
            )
    files = tuple(statement_file(filer, month, audited=audited) for filer in who)
    yield Filing(day=day, form="wide", files=files, note=note, actor=CLERK)


def statement_sheet(filer: str, month: int, form: str) -> Sheet:
    """One of a group's consolidated statements as a workbook of its form, with the figures of a year ago beside it."""
    word, measures = SHEETS[form]
    now = statement_figures(filer, month, "consolidated", "unaudited")
    then = statement_figures(filer, month - 12, "consolidated", "final")
    items = {one: (str(now[one]), str(then[one])) for one in measures}
    return Sheet(name=f"{word}-{quarter_name(month)}-{filer}.xlsx", entity=filer, items=items)


def statement_file(filer: str, month: int, *, audited: bool) -> File:
    """One filer's three statements. Those of a year's end stay a little off until the auditors have come."""
    view: View = "unaudited" if month % 12 == 11 and not audited else "final"
    period, basis = quarter_name(month), "审计" if audited else "快报"
    rows = []
    in_workbooks = [(filer, "consolidated")] if month == LAST_MONTH else []
    for entity, scope in rows_of(filer, alone=audited and month == ALONE):
        if (entity, scope) in in_workbooks:
            continue
        found = statement_figures(entity, month, scope, view)
        found |= slips(entity, period, found) if not audited else {}
        rows.append([entity, period, SCOPES[scope], basis, *(str(found[one]) for one in STATEMENTS)])
    name = f"{'审计报告' if audited else '财务报表'}-{period}-{filer}.csv"
    return File(name=name, data=table([["entity", "period", "scope", "basis", *STATEMENTS], *rows]))
