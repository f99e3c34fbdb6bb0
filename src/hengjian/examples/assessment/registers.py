"""What the office enters: who there is, statements, supplements, letters, confirmations, ratings, claims, awards."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from hengjian.examples.assessment.books import (
    FOLDER,
    YEAR,
    Enterprise,
    enterprises,
    groups,
    profit_base,
    read_table,
    statements,
)
from hengjian.examples.steps import Asked, File, Filing

OFFICE, OFFICE_NAME = "YQGZ", "云桥区国资委（示例）"
CARD = "district_annual"
BEGAN = date(2023, 1, 5)
CLERK = "区国资委报表专员（示例）"
OFFICER = "区国资委考核分配科 严慕（示例）"
#: Capital that the district put in, or assets that it handed over, in 万元: no achievement of the enterprise.
OBJECTIVE: Mapping[str, int] = {"YQ02": 6000, "YQ05": 3000, "YQ09": 8000}
#: By function: what each item of the letter weighs. What the tasks weigh stands with them.
WEIGHTS: Mapping[str, Mapping[str, int]] = {
    "城市开发建设": {"profit": 15, "income": 10, "preservation": 10, "debt": 10, "governance_review": 10},
    "重点产业引领": {"profit": 20, "income": 15, "return": 10, "preservation": 10, "debt": 5, "governance_review": 5},
    "招商引资服务": {"profit": 10, "income": 10, "return": 5, "preservation": 5, "governance_review": 10},
    "社会民生保障": {"profit": 10, "preservation": 10, "debt": 10, "governance_review": 10},
}
QUALITY = {"workload": "工作量", "progress_of_work": "工作进度", "contribution": "贡献度"}
#: Which department speaks of the quality of whose work.
SPEAKS: Mapping[str, str] = {
    "城市开发建设": "区建设管理委",
    "重点产业引领": "区发展改革委",
    "招商引资服务": "区投资促进办",
    "社会民生保障": "区民政局",
}
#: What a department confirmed at first, by entity and key: the objection is about it.
MISCOUNTED = {("YQ05", "incubated"): "49"}
#: Lines that no department has confirmed yet when the story stops.
AWAITED = {("YQ11", "satisfaction")}

_SUPPLEMENT = (
    "单位", "企业名称", "研究开发费用调整项", "勘探投入费用（经认定）", "无息流动负债", "在建工程（符合主业规定）",
    "利润总额预算数",
)  # fmt: skip
_CAPITAL = (
    "单位", "年度", "应收账款坏账准备", "资产减值准备余额", "潜亏挂账", "未处理资产损失", "应付利息", "已贴现承兑汇票",
    "担保余额", "被诉事项金额", "其他或有负债", "年末国有资本及权益", "客观增加国有资本", "客观减少国有资本",
    "科技支出",
)  # fmt: skip
_LETTER = (
    "办法", "考核期", "企业", "企业分类", "考核项目", "指标编号", "指标名称", "英文名称", "权重", "目标值", "基准值",
    "计量单位", "方向", "确认部门", "责任书文号", "国资委签字", "企业签字", "签订日期",
)  # fmt: skip


def table(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def filings() -> Iterator[Filing]:
    """The office's registers of entities, and the figures of all years: quick before, audited after."""
    titles = ("entity", "type", "name", "industry", "function", "category", "main_business", "assessment_class",
              "business_listing", "standard_class", "standard_size")  # fmt: skip
    office = (OFFICE, "state_asset_office", OFFICE_NAME, *[""] * 8)
    rows = [
        (one.id, "enterprise", one.name, one.industry, one.function, one.category, one.main_business,
         one.assessment_class, one.business_listing, *(("工业", "中型") if one.industry == "工业" else ("", "")))
        for one in enterprises().values()
    ]  # fmt: skip
    yield _filing("entities", "企业名录.csv", [titles, office, *rows], "企业名录", BEGAN)
    links = [("parent", one.id, one.parent) for one in enterprises().values() if one.parent]
    links += [("supervised_by", one.id, OFFICE) for one in groups()]
    yield _filing("links", "组织与监管关系.csv", [("link", "from", "to"), *links], "组织与监管关系", BEGAN)
    for year in (2022, 2023, 2024):
        yield _statements(year, date(year + 1, 4, 20), "audited")
        yield from _supplements(year, date(year + 1, 4, 22))
    yield _statements(YEAR, date(2026, 1, 20), "flash")
    yield _statements(YEAR, date(2026, 3, 30), "audited")
    yield from _supplements(YEAR, date(2026, 3, 31))


def _filing(form: str, name: str, rows: Iterable[Sequence[object]], note: str, day: date) -> Filing:
    return Filing(day=day, form=form, files=(File(name=name, data=table(rows)),), note=note, actor=CLERK)


def _statements(year: int, day: date, basis: str) -> Filing:
    who = [*enterprises().values()]
    found = {one.id: statements(one, year, flash=basis == "flash") for one in who}
    measures = [*found[who[0].id]]
    rows = [[one, f"{year}-Q4", basis, *lines.values()] for one, lines in found.items()]
    word = "快报口径" if basis == "flash" else "审计"
    name = f"{year}年度财务决算-{word}.csv"
    return _filing("wide", name, [["entity", "period", "basis", *measures], *rows], f"{year} 年度决算（{word}）", day)


def _supplements(year: int, day: date) -> Iterator[Filing]:
    """What statements do not say, in 万元: by the two forms of the year."""
    rows, capital = [], []
    for one in enterprises().values():
        lines = {name: amount // 10_000 for name, amount in statements(one, year).items()}
        rows.append((
            one.id, one.name, one.rd, 0, round(lines["total_liabilities"] * 0.25),
            round(lines["construction_in_process"] * 0.8), round(lines["total_profits"] * 0.97),
        ))  # fmt: skip
        added = OBJECTIVE.get(one.id, 0) if year == YEAR else 0
        evaluated = (
            round(lines["accounts_receivable"] * 0.04), round(one.assets[0] * 0.004), round(one.assets[0] * 0.001), 0,
            round(lines["interest_expenses"] * 0.1), round(lines["total_assets"] * 0.004),
            round(lines["total_equity"] * 0.03), 60, 0,
        )  # fmt: skip
        spent = round(one.rd * 1.1)
        capital.append((one.id, str(year), *evaluated, lines["total_equity"], added, 0, spent))
    above = [("考核补充资料",), ("期间", str(year)), ("金额单位", "万元", "版本", "审计"), _SUPPLEMENT]
    yield _filing("assessment_supplement", f"考核补充资料-{year}.csv", [*above, *rows], f"{year} 考核补充资料", day)
    above = [("绩效评价补充资料",), ("金额单位", "万元", "口径", "合并", "版本", "审计"), ("",), _CAPITAL]
    yield _filing(
        "evaluation_data", f"绩效评价补充资料-{year}.csv", [*above, *capital], f"{year} 绩效评价补充资料", day
    )


def letter_rows() -> list[tuple[str, ...]]:
    """The letters of all eleven, a row a line: what each is to reach, and what that weighs."""
    targets = {row["entity"]: row for row in read_table("letters.csv")}
    found: list[tuple[str, ...]] = []
    for one in groups():
        weights, said = WEIGHTS[one.function], targets[one.id]
        found += [
            _line(one, f"district_{name}", str(weights[name]), said[name], _base(one) if name == "profit" else "")
            for name in ("profit", "income", "return", "preservation", "debt")
            if name in weights
        ]
        found += [
            (one.id, one.function, "function_line", row["key"], row["title"], row["title_en"], row["weight"],
             row["target"], "", row["unit"], row["direction"], row["department"])
            for row in read_table("tasks.csv") if row["entity"] == one.id
        ]  # fmt: skip
        found += [_line(one, item, "5", department=SPEAKS[one.function]) for item in QUALITY]
        found.append(_line(one, "governance_review", str(weights["governance_review"])))
    return found


def _line(
    one: Enterprise, item: str, weight: str, target: str = "", base: str = "", department: str = ""
) -> tuple[str, ...]:
    return one.id, one.function, item, "", "", "", weight, target, base, "", "", department


def _base(one: Enterprise) -> str:
    return f"{profit_base(one):.2f}".rstrip("0").rstrip(".")


def letters_file() -> File:
    """The workbook of letters as one table."""
    signed = (f"云国资考核〔{YEAR}〕1号（示例）", "区国资委主任（示例）", "法定代表人（示例）", f"{YEAR}-03-12")
    rows = [(CARD, str(YEAR), *row, *signed) for row in letter_rows()]
    return File(name=f"责任书-{YEAR}.csv", data=table([_LETTER, *rows]))


def confirmation_files(*, corrected: bool = False) -> Iterator[tuple[str, File]]:
    """What each department confirms, a file a department; `corrected`: what one of them confirms anew."""
    by_department: dict[str, list[tuple[str, ...]]] = {}
    for row in read_table("tasks.csv"):
        at = (row["entity"], row["key"])
        if at in AWAITED or (corrected and at not in MISCOUNTED):
            continue
        value = row["actual"] if corrected else MISCOUNTED.get(at, row["actual"])
        note = "复核补计 8 家（入孵协议已补交）" if corrected else ""
        by_department.setdefault(row["department"], []).append(
            (CARD, str(YEAR), row["entity"], row["key"], value, row["unit"], row["evidence"], note)
        )
    titles = ("办法", "考核期", "企业", "指标", "实际值", "计量单位", "佐证材料", "说明")
    for department, rows in by_department.items():
        what = "更正确认" if corrected else "确认"
        yield department, File(name=f"{department}-{what}-{YEAR}.csv", data=table([titles, *rows]))


def department_ratings() -> File:
    """How the departments rate the quality of work."""
    rows = [
        (CARD, str(YEAR), row["entity"], item, row[item], SPEAKS[enterprises()[row["entity"]].function])
        for row in read_table("ratings.csv")
        for item in QUALITY
    ]
    titles = ("办法", "考核期", "企业", "评议指标", "评议结果", "评议人")
    return File(name=f"部门评定-{YEAR}.csv", data=table([titles, *rows]))


def expert_ratings(place: int) -> File:
    """The ratings of one expert of the panel, for all eleven."""
    titles = ("办法", "考核期", "企业", "评议指标", "评议结果", "评议人")
    rows = [
        (CARD, str(YEAR), row["entity"], "governance_review", row["experts"][place], f"专家{place + 1:02d}")
        for row in read_table("ratings.csv")
    ]
    return File(name=f"专家{place + 1:02d}-评议-{YEAR}.csv", data=table([titles, *rows]))


def entered(day: date, kind: str, file: File, actor: str, note: str) -> Asked:
    """A register's file as it is handed in."""
    asked = {"kind": kind, "file": {"name": file.name, "data": file.data}, "actor": actor}
    return Asked(day=day, question="enter_register", asked=asked, note=note)


def standards_file() -> File:
    """Standard values of the year: the figures of the pack's sample of 2006, as if they were this year's."""
    sample = FOLDER.parents[1] / "packs/performance_evaluation/sample/standards_2006_industry_medium.csv"
    with sample.open(encoding="utf-8", newline="") as opened:
        rows = [*csv.DictReader(opened)]
    said = {"年度": str(YEAR), "依据文件": "演示用：数值取 2006 年版样本，不是当年标准值（示例）"}
    return File(name=f"标准值-{YEAR}.csv", data=table([[*rows[0]], *([*{**row, **said}.values()] for row in rows)]))


def own_file(name: str, called: str, entity: str | None = None) -> File:
    """A table of this example as the file that somebody hands in; of one `entity`, its rows."""
    rows = read_table(name)
    kept = [row for row in rows if entity is None or row["entity"] == entity]
    return File(name=called, data=table([[*rows[0]], *([*row.values()] for row in kept)]))
