"""Who there is, who reports to whom, and whom the office supervises: the office's registers as filings."""

from datetime import date

from hengjian.examples.district.enterprises import enterprises, groups
from hengjian.examples.district.reports import table
from hengjian.examples.steps import File

_TITLES = ("entity", "type", "name", "industry", "function", "main_business", "category", "district", "valid_from")
#: A list of main businesses is renewed from time to time: from that day on these have others.
RENEWED = {
    "JC0404": "产业园区与中试基地运营",
    "JC0502": "科技园区与概念验证中心运营",
    "JC0702": "全区统一招商服务",
}
RENEWED_FROM = "2025-01-01"
OFFICE, OFFICE_NAME = "JCGZ", "嘉城区国资委（示例）"
#: A group that another department looked after before (集中统一监管), and since when the office does.
JOINED, JOINED_FROM = "JC11", date(2024, 7, 1)
#: The towns of the district, by the groups that are registered there with all that they control.
TOWNS = {
    "中心街道": ("JC01", "JC03", "JC09", "JC11"), "云湖镇": ("JC02", "JC10"), "北郊镇": ("JC04", "JC06"),
    "科创街道": ("JC05", "JC07", "JC08"),
}  # fmt: skip


def entities_file() -> File:
    """The office, and all enterprises with their attributes."""
    office = (OFFICE, "state_asset_office", OFFICE_NAME, *[""] * (len(_TITLES) - 3))
    rows = [office, *(_row(one) for one in enterprises())]
    return File(name="企业名录.csv", data=table([_TITLES, *rows]))


def renewed_file() -> File:
    """The enterprises whose main business is another one from a day on."""
    rows = [_row(one, business, RENEWED_FROM) for one, business in RENEWED.items()]
    return File(name="主业目录调整-2025.csv", data=table([_TITLES, *rows]))


def _row(entity: str, main_business: str | None = None, valid_from: str = "") -> tuple[str, ...]:
    one = enterprises()[entity]
    business = main_business or one.main_business
    town = next(town for town, those in TOWNS.items() if one.id[:4] in those)
    return (one.id, "enterprise", one.name, one.industry, one.function, business, one.category, town, valid_from)


def links_file() -> File:
    """Who reports to whom."""
    rows = [("parent", one.id, one.parent) for one in enterprises().values() if one.parent]
    return File(name="组织关系.csv", data=table([("link", "from", "to"), *rows]))


def supervised_from(group: str) -> date:
    """The day from which the office supervises a group; long before the story where it did so at its beginning."""
    return JOINED_FROM if group == JOINED else date.min


def supervision_file() -> File:
    """Whom the office supervises when the story begins."""
    rows = [("supervised_by", one, OFFICE) for one in groups() if one != JOINED]
    return File(name="监管企业名单.csv", data=table([("link", "from", "to"), *rows]))


def joined_file() -> File:
    """Whom it takes over later."""
    rows = [("supervised_by", JOINED, OFFICE, JOINED_FROM.isoformat())]
    return File(name="集中统一监管-2024.csv", data=table([("link", "from", "to", "valid_from"), *rows]))
