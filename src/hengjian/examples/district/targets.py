"""What the office sets itself and its groups for a year: targets, and what is due month by month."""

from collections.abc import Iterator, Mapping
from datetime import date

from hengjian.examples.district.books import FIRST_YEAR
from hengjian.examples.district.chance import sway
from hengjian.examples.district.enterprises import enterprises, groups
from hengjian.examples.district.registers import JOINED_FROM, OFFICE, supervised_from
from hengjian.examples.district.reports import in_ten_thousands, quick_figures, table
from hengjian.examples.steps import File, Filing

YEARS = (2023, 2024, 2025)
#: What the office strives for in a year.
GROWTH: Mapping[int, float] = {2023: 0.05, 2024: 0.05, 2025: 0.06}
#: Of a year's business so much is due by the end of each month, in hundredths: the first quarter is slow.
DUE = (7, 13, 22, 30, 38, 48, 56, 64, 73, 81, 90, 100)
#: What has a target, and the word over its column.
TARGETS: Mapping[str, str] = {
    "operating_income": "营业收入年度目标", "total_profit": "利润总额年度目标",
    "net_profit_parent": "归母净利润年度目标", "total_assets": "资产总额年末目标",
}  # fmt: skip


def target_files(actor: str) -> Iterator[Filing]:
    """For each year the office's own targets and those of its groups, filed together in its first weeks; and the
    office's anew where a group joins within the year."""
    for year in YEARS:
        day = date(year, 1, 12)
        files = (File(name=f"年度目标-{year}-区国资委.csv", data=_office(year)),)
        yield Filing(day=day, form="office_targets", files=files, note=f"{year} 年度目标", actor=actor)
        files = (File(name=f"年度目标-{year}-各集团.csv", data=_groups(year)),)
        yield Filing(day=day, form="enterprise_targets", files=files, note=f"{year} 年度目标分解", actor=actor)
    joined = JOINED_FROM
    files = (File(name=f"年度目标-{joined.year}-区国资委-调整.csv", data=_office(joined.year, joined.month)),)
    day = joined.replace(day=12)
    yield Filing(day=day, form="office_targets", files=files, note=f"{joined.year} 年度目标调整", actor=actor)


def target(group: str, year: int, what: str) -> int:
    """A group's target in hundreds of yuan: last year's figure, and what is expected of one of its class on top."""
    last = quick_figures(group, (year - FIRST_YEAR) * 12 - 1, "consolidated")[f"quick_{what}"]
    usual = GROWTH[year] + (0.01 if enterprises()[group].category == "市场竞争类" else -0.01)
    return last + round(abs(last) * (usual + 0.01 * sway(group, year, what, "target")))


def _office(year: int, first: int = 1) -> bytes:
    """What the groups are to reach together, and a little less, for not all of them will: from month `first` on."""
    members = [one for one in groups() if supervised_from(one) <= date(year, first, 1)]
    sums = [round(sum(target(one, year, what) for one in members) * 0.99) for what in TARGETS]
    rows = [
        [OFFICE, _month(year, month), *map(in_ten_thousands, sums), f"{GROWTH[year]:.0%}", f"{due}%"]
        for month, due in enumerate(DUE, 1)
        if month >= first
    ]  # fmt: skip
    return table([["单位", "月份", *_titles(), "主要经营指标增速目标", "序时进度"], *rows])


def _groups(year: int) -> bytes:
    """A row a group and month: the targets do not change within a year."""
    rows = []
    for group in groups():
        texts = [in_ten_thousands(target(group, year, what)) for what in TARGETS]
        rows += [[group, _month(year, month), *texts] for month in range(1, 13)]
    return table([["单位", "月份", *_titles()], *rows])


def _titles() -> list[str]:
    return [f"{word}（万元）" for word in TARGETS.values()]


def _month(year: int, month: int) -> str:
    return f"{year}-{month:02d}"
