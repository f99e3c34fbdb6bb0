"""Who there is, and who owns whom: the office's registers as filings."""

from hengjian.examples.district.enterprises import enterprises, stakes
from hengjian.examples.district.reports import table
from hengjian.examples.steps import File

_TITLES = ("entity", "type", "name", "industry", "function", "main_business", "category", "valid_from")
#: A list of main businesses is renewed from time to time: from that day on these have others.
RENEWED = {
    "JC0404": "产业园区与中试基地运营",
    "JC0502": "科技园区与概念验证中心运营",
    "JC0702": "全区统一招商服务",
}
RENEWED_FROM = "2025-01-01"


def entities_file() -> File:
    """All enterprises with their attributes."""
    rows = [_row(one) for one in enterprises()]
    return File(name="企业名录.csv", data=table([_TITLES, *rows]))


def renewed_file() -> File:
    """The enterprises whose main business is another one from a day on."""
    rows = [_row(one, business, RENEWED_FROM) for one, business in RENEWED.items()]
    return File(name="主业目录调整-2025.csv", data=table([_TITLES, *rows]))


def _row(entity: str, main_business: str | None = None, valid_from: str = "") -> tuple[str, ...]:
    one = enterprises()[entity]
    business = main_business or one.main_business
    return (one.id, "enterprise", one.name, one.industry, one.function, business, one.category, valid_from)


def links_file() -> File:
    """Who reports to whom, and every stake with its share: whole, controlling or not."""
    rows = [("parent", one.id, one.parent, "", "") for one in enterprises().values() if one.parent]
    rows += [
        ("owns", owner, owned, f"{share:.0%}", _kind(share, controlled=enterprises()[owned].parent == owner))
        for owner in enterprises()
        for owned, share in stakes(owner).items()
    ]
    return File(name="产权登记.csv", data=table([("link", "from", "to", "share", "kind"), *rows]))


def _kind(share: float, *, controlled: bool) -> str:
    if not controlled:
        return "参股"
    return "全资" if share == 1 else "控股"
