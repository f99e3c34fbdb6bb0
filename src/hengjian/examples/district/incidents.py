"""What went wrong at the desks: slips that were corrected later, a figure taken back, files that were refused."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hengjian.examples.district.enterprises import enterprises
from hengjian.examples.district.groups import figures
from hengjian.examples.district.reports import in_ten_thousands, quick_figures, table
from hengjian.examples.steps import File, Filing, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One figure of a first filing, as it was written in place of the right one."""

    entity: str
    period: str
    measure: str
    written: Callable[[int], int]


SLIPS = (
    Slip(entity="JC0503", period="2024-09", measure="quick_cash", written=lambda right: right // 10),
    Slip(entity="JC1001", period="2024-Q2", measure="cash_from_other_op", written=lambda right: right * 3),
    Slip(entity="JC0702", period="2025-02", measure="quick_average_headcount", written=lambda right: right * 10 + 4),
    Slip(entity="JC0604", period="2025-06", measure="quick_guarantee_balance", written=lambda right: right + 50_000),
)


def slips(entity: str, period: str, right: Mapping[str, int]) -> dict[str, int]:
    """The figures that a clerk got wrong in an enterprise's first filing of a period."""
    return {
        one.measure: one.written(right[one.measure]) for one in SLIPS if (one.entity, one.period) == (entity, period)
    }


def corrections() -> Iterator[Step]:
    """The right figures, some weeks later: what stood before stays, and can still be asked for."""
    cash = quick_figures("JC0503", 32, "consolidated")["quick_cash"]
    yield _correction(
        date(2024, 10, 21), "JC0503", ("quick_cash", "2024-09", in_ten_thousands(cash), "万元"), "货币资金少写一位"
    )
    received = figures("JC1001", 29, "consolidated", "final").flows["cash_from_other_op"]
    yield _correction(
        date(2024, 8, 12), "JC1001", ("cash_from_other_op", "2024-Q2", str(received), "元"), "现金流量表误填"
    )
    persons = quick_figures("JC0702", 37, "consolidated")["quick_average_headcount"]
    yield _correction(
        date(2025, 3, 24), "JC0702", ("quick_average_headcount", "2025-02", str(persons), "人"), "人数误填"
    )
    yield _correction(
        date(2025, 7, 25), "JC0604", ("quick_guarantee_balance", "2025-06", "撤回", ""), "无担保，撤回误报数"
    )


def _accountant(entity: str) -> str:
    """Who answers for an enterprise's figures."""
    return enterprises()[entity].name.replace("（示例）", "财务部（示例）")


def _correction(day: date, entity: str, row: tuple[str, ...], note: str) -> Step:
    titles = ("measure", "period", "value", "unit")
    file = File(name=f"更正-{row[1]}-{entity}.csv", data=table([titles, row]))
    return Filing(
        day=day, form="observations", entity=entity, files=(file,), note=f"更正：{note}", actor=_accountant(entity)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What made a first quick report be refused: a text in its file instead of another, and what the faults say."""

    filer: str
    month: int
    wrong: Callable[[str], str]
    refused: tuple[str, ...]


def _one_row_more(text: str) -> str:
    """A company that was founded last month and is not registered yet."""
    row = next(line for line in text.splitlines() if line.startswith("JC0504,"))
    return text + row.replace("JC0504,嘉城数据服务", "JC0506,嘉城算力服务") + "\n"


def _wrong_equity(text: str) -> str:
    """The last row's total equity is that of somebody else."""
    above, last = text.rstrip("\n").rsplit("\n", 1)
    cells = last.split(",")
    cells[-3] = in_ten_thousands(round(float(cells[-3]) * 130))
    return f"{above}\n{','.join(cells)}\n"


def _rough_income(text: str) -> str:
    """A figure with a word before it."""
    row = "\nJC1104,嘉城粮食储备（示例）,"
    return text.replace(row, f"{row}约")


def _another_unit(text: str) -> str:
    """A column in millions, on a sheet in 万元."""
    return text.replace("营业收入（万元）", "营业收入（百万元）")


FAULTS = (
    Fault(filer="JC06", month=17, wrong=_another_unit, refused=("row 5, column 3", "营业收入（百万元）")),
    Fault(filer="JC11", month=25, wrong=_rough_income, refused=("row 11, column 3", "is not a number")),
    Fault(filer="JC10", month=32, wrong=_wrong_equity, refused=("row 10: JC1003 2024-09", "资产总计")),
    Fault(filer="JC05", month=40, wrong=_one_row_more, refused=("row 13, column 1", "'JC0506'")),
)
