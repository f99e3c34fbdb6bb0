"""Who there is, who holds, guarantees and answers for whom, and which risks are known: registers as filings."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from hengjian.examples.district.reports import table
from hengjian.examples.steps import File, Filing
from hengjian.examples.warning.books import STEPS, enterprises, groups, month_name, read_table, written

OFFICE, OFFICE_NAME = "LJGZ", "澜江市国资委（示例）"
#: A company in which the new-materials maker holds 35 %, without dividends in five years; who holds the rest.
STAKE, OTHERS = "LJ0391", "W01"
BEGAN = date(2024, 1, 4)
CLERK = "市国资委产权专员（示例）"
_WHO = ("entity", "type", "name", "industry", "size", "category", "function", "main_business")


@cache
def _guarantees() -> list[dict[str, str]]:
    return read_table("guarantees.csv")


def guaranteed(entity: str, month: int) -> int:
    """What an enterprise itself guarantees at the end of a month, in hundreds of yuan."""
    return sum(
        int(row["amount"]) * STEPS
        for row in _guarantees()
        if row["guarantor"] == entity and row["valid_from"][:7] <= month_name(month)
    )


def register_files() -> Iterator[Filing]:
    """The registers as the story begins, and what is added to them."""
    office = [OFFICE, "state_asset_office", OFFICE_NAME, *[""] * 5]
    own = [
        [one.id, "enterprise", one.name, one.industry, one.size, one.category, one.function, one.main_business]
        for one in enterprises().values()
    ]
    others = [[STAKE, "enterprise", "澜江微能源科技（示例）", "工业", "小型", "", "", "储能材料"],
              [OTHERS, "outside_holder", "东垣投资（示例）", *[""] * 5]]  # fmt: skip
    yield _filing("entities", "企业名录.csv", [list(_WHO), office, *own, *others], "企业名录")
    parents = [["parent", one.id, one.parent] for one in enterprises().values() if one.parent]
    parents += [["supervised_by", one, OFFICE] for one in groups()]
    yield _filing("links", "组织与监管关系.csv", [["link", "from", "to"], *parents], "组织与监管关系")
    yield _filing("ownership", "产权登记表.csv", [["owner", "owned", "share", "valid_from"], *_holdings()], "产权登记")
    names = ("link", "from", "to", "valid_from", "amount", "guarantee_kind")
    rows = [
        [
            "guarantees",
            row["guarantor"],
            row["guaranteed"],
            row["valid_from"],
            str(int(row["amount"]) * 10_000),
            row["kind"],
        ]
        for row in _guarantees()
    ]
    yield _filing("links", "担保台账.csv", [list(names), *rows], "担保台账")
    years = [[STAKE, str(year), "0"] for year in range(2020, 2025)]
    paid = [["entity", "period", "dividends_paid"], *years]
    yield _filing("wide", "参股企业分红-2024.csv", paid, "参股企业分红", date(2025, 4, 28))
    for year, owed in ((2024, "2180"), (2025, "2365")):
        lines = [["单位", "年度", "地方政府债务余额（亿元）", "综合财力（亿元）"], [OFFICE, str(year), owed, "1180"]]
        yield _filing("local_debt", f"地方债务-{year}.csv", lines, f"{year} 地方债务", date(year, 12, 29))


def _holdings() -> Iterator[list[str]]:
    for group in groups():
        yield [OFFICE, group, "100%", "2015-01-01"]
    for one in enterprises().values():
        if one.parent:
            yield [one.parent, one.id, f"{one.share}%", "2018-01-01"]
            if one.share < 100:
                yield [OTHERS, one.id, f"{100 - one.share}%", "2018-01-01"]
    yield ["LJ0304", STAKE, "35%", "2019-06-01"]
    yield [OTHERS, STAKE, "65%", "2019-06-01"]


def ledger_files() -> Iterator[Filing]:
    """The risks that are known, each when it was found, and month by month what became of them."""
    known = [row for row in read_table("risks.csv") if row["name"]]
    old = [row for row in known if row["month"] == "2024-12"]
    yield from _risks(old, date(2025, 1, 6), "存量风险建账")
    for row in known:
        if row not in old:
            yield from _risks([row], date.fromisoformat(row["found"]), f"新增风险 {row['id']}")
    for month in range(23, 36):
        yield _ledger(month)


def _risks(rows: list[dict[str, str]], day: date, note: str) -> Iterator[Filing]:
    who = [[row["id"], "risk_item", row["name"], row["found"], row["kind"]] for row in rows]
    titles = ["entity", "type", "name", "found_on", "risk_kind"]
    yield _filing("entities", f"风险事项-{rows[0]['id']}.csv", [titles, *who], note, day)
    # what was known before the ledger began was always its bearer's
    since = "" if day.month == 1 else day.isoformat()
    whose = [["risk_of", row["id"], row["enterprise"], since] for row in rows]
    yield _filing("links", f"风险主体-{rows[0]['id']}.csv", [["link", "from", "to", "valid_from"], *whose], note, day)


def _ledger(month: int) -> Filing:
    """The ledger of a month, with what each risk came to in the year so far."""
    period, year = month_name(month), month_name(month)[:4]
    amounts: dict[str, dict[str, int]] = {}
    for row in read_table("risks.csv"):
        if row["month"] <= period:
            one = amounts.setdefault(row["id"], {"new": 0, "disposed": 0, "remaining": 0})
            new, disposed = int(row["new"]), int(row["disposed"])
            one["remaining"] += new - disposed
            if row["month"][:4] == year:
                one["new"] += new
                one["disposed"] += disposed
    lines: list[list[str]] = [["存量风险台账"], ["期间", period], ["金额单位", "万元"]]
    lines.append(["风险编号", "本年新增风险金额", "本年处置化解金额", "期末存量风险金额"])
    for risk, one in amounts.items():
        lines.append([risk, *(written(one[what] * STEPS) for what in ("new", "disposed", "remaining"))])
    after = month + 1
    day = date(2023 + after // 12, after % 12 + 1, 9)
    return _filing("risk_ledger", f"存量风险台账-{period}.csv", lines, f"{period} 存量风险台账", day)


def _filing(form: str, name: str, rows: list[list[str]], note: str, day: date = BEGAN) -> Filing:
    return Filing(day=day, form=form, files=(File(name=name, data=table(rows)),), note=note, actor=CLERK)
