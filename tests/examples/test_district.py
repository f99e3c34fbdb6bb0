"""嘉城区: read back from the files that it files, and computed again by plain arithmetic over their texts."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from hengjian.app import open_space
from hengjian.app.demo import find_example, make_space
from hengjian.examples.district.enterprises import FOLDER, enterprises, groups
from hengjian.examples.district.story import EXAMPLE
from hengjian.examples.steps import File, Filing, Move, Sheet, Step
from hengjian.intake.formats import read_code
from hengjian.model.issue import Refused

#: The bytes of all files and the words of all steps; whoever changes the story on purpose writes the new one here.
DIGEST = "01ca422a2d200c25f6d34d22099cb07c48d617984afb693c455a23491425e279"
#: What has a target: the word over its column, and that of the quick report's.
WITH_TARGETS = {
    "营业收入年度目标": "营业收入", "利润总额年度目标": "利润总额", "归母净利润年度目标": "归属于母公司净利润",
    "资产总额年末目标": "资产总计",
}  # fmt: skip
FUNCTIONS = {"城市开发建设", "重点产业引领", "招商引资服务", "社会民生保障"}
#: 中央企业资产负债率分类管控 (2017): lines of the debt ratio by industry, 预警线 and 重点监管线.
LINES = {"工业": (0.65, 0.70), "非工业": (0.70, 0.75), "科研技术": (0.60, 0.65)}

Key = tuple[str, str, str]
Table = Mapping[Key, Mapping[str, Decimal]]


def digest(steps: Iterator[Step]) -> str:
    found = hashlib.sha256()
    for step in steps:
        record = asdict(step)
        for file in record.get("files", ()):
            if "data" in file:
                file["data"] = hashlib.sha256(file["data"]).hexdigest()
        found.update(json.dumps(record, sort_keys=True, default=str, ensure_ascii=False).encode())
    return found.hexdigest()


@cache
def steps() -> list[Step]:
    return list(EXAMPLE.steps())


def entered() -> Iterator[tuple[Filing, File | Sheet]]:
    return ((step, file) for step in steps() if isinstance(step, Filing) and not step.refused for file in step.files)


def records(file: File) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.data.decode())))


def bare(title: str) -> str:
    return title.partition("（")[0]


@cache
def quick() -> Table:
    """Every quick report as it came in first, by enterprise, month and scope: the words over its columns."""
    found: dict[Key, dict[str, Decimal]] = {}
    for step, file in entered():
        if step.form != "quick_report":
            continue
        if isinstance(file, Sheet):
            rows = [(row["entity"], {MEASURES[one]: Decimal(row[one]) for one in MEASURES}) for row in file.rows]
            month = step.period or ""
        else:
            (_, (_, month, *_), _, _, titles, *lines) = records(file)
            rows = [(line[0], dict(zip(map(bare, titles[2:]), map(Decimal, line[2:]), strict=True))) for line in lines]
        for entity, figures in rows:
            assert (entity, month, "合并") not in found
            found[entity, month, "合并"] = figures
    return found


@cache
def statements(basis: str) -> Table:
    """Every statement as it came in first, by enterprise, quarter and scope."""
    found: dict[Key, dict[str, Decimal]] = defaultdict(dict)
    for step, file in entered():
        if isinstance(file, Sheet) and step.form != "quick_report" and basis == "快报":
            assert step.period
            key = file.entity or "", step.period, "合并"
            found[key] |= {one: Decimal(texts[0]) for one, texts in file.items.items()}
        elif isinstance(file, File) and step.form == "wide":
            titles, *lines = records(file)
            for line in lines if "basis" in titles else ():
                if line[3] == basis:
                    figures = dict(zip(titles[4:], map(Decimal, line[4:]), strict=True))
                    found[line[0], line[1], line[2]] |= figures
    return found


#: The words over the columns of a quick report, for those that are looked at here.
MEASURES = {
    "quick_operating_income": "营业收入",
    "quick_net_profit": "净利润",
    "quick_op_cash_flow": "经营活动产生的现金流量净额",
    "quick_cash": "货币资金",
    "quick_accounts_receivable": "应收账款",
    "quick_inventories": "存货",
    "quick_current_assets": "流动资产合计",
    "quick_total_assets": "资产总计",
    "quick_short_term_debt": "一年内到期的带息负债",
    "quick_total_liabilities": "负债合计",
    "quick_total_equity": "所有者权益合计",
    "quick_guarantee_balance": "融资担保余额",
}


def months(first: int = 2023, last: int = 2025) -> list[str]:
    return [f"{year}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]


# who there is


def test_the_story_is_the_same_every_time() -> None:
    """Also in another process that hashes texts differently."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); from test_district import *; print(digest(EXAMPLE.steps()))"
    other = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parent)],
        env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert other.stdout.strip() == digest(EXAMPLE.steps()) == DIGEST


def test_eleven_groups_of_four_functions_and_their_companies() -> None:
    known = enterprises()
    assert len(groups()) == 11
    assert {known[one].function for one in groups()} == FUNCTIONS
    assert len(known) - len(groups()) == 62
    assert {one.function for one in known.values()} == FUNCTIONS
    assert {one.industry for one in known.values()} == set(LINES)
    assert all(one.name.startswith("嘉城") and one.name.endswith("（示例）") for one in known.values())
    assert len({one.name for one in known.values()}) == len(known)


def test_no_more_than_four_layers_and_no_share_twice() -> None:
    known = enterprises()

    def layer(entity: str) -> int:
        parent = known[entity].parent
        return 1 if parent is None else 1 + layer(parent)

    assert Counter(map(layer, known)) == {1: 13, 2: 41, 3: 17, 4: 2}
    for one in known.values():
        shares = [*one.also.values(), *([one.share] if one.parent else [])]
        assert 0 <= sum(map(Decimal, map(str, shares))) <= 1
        assert one.parent is None or one.share > 0.5


def test_the_registers_say_what_the_table_says() -> None:
    filed = {file.name: records(file) for _, file in entered() if isinstance(file, File)}
    titles, *rows = filed["企业名录.csv"]
    assert titles == ["entity", "type", "name", "industry", "function", "main_business", "category", "district",
                      "valid_from"]  # fmt: skip
    with (FOLDER / "enterprises.csv").open(encoding="utf-8") as table:
        written = {row["id"]: row for row in csv.DictReader(table)}
    assert rows[0][:3] == ["JCGZ", "state_asset_office", "嘉城区国资委（示例）"]
    assert {row[0]: row[2] for row in rows[1:]} == {one: row["name"] for one, row in written.items()}
    assert Counter(row[7] for row in rows[1:] if row[0] in groups()) == {
        "中心街道": 4, "云湖镇": 2, "北郊镇": 2, "科创街道": 3,
    }  # fmt: skip
    parents = {row[1]: row[2] for row in filed["组织关系.csv"][1:]}
    assert parents == {one: row["parent"] for one, row in written.items() if row["parent"]}
    titles, *rows = filed["产权登记表.csv"]
    links = [dict(zip(titles, row, strict=True)) for row in rows]
    owned = {(row["持股单位"], row["被投资企业"]): Decimal(row["持股比例"].rstrip("%")) / 100 for row in links}
    for one in written.values():
        for part in filter(None, [f"{one['parent']}:{one['share']}" if one["parent"] else "", *one["also"].split(";")]):
            owner, _, share = part.partition(":")
            assert owned[owner, one["id"]] == Decimal(share)


def test_the_shares_of_every_company_come_to_the_whole_on_any_day() -> None:
    """Whoever held before and is not named in a change holds on."""
    held: dict[tuple[str, str], Decimal] = {}
    registers = [records(file) for step, file in entered() if isinstance(file, File) and step.form == "ownership"]
    assert len(registers) == 3, "the register, and what changed, filed twice"
    for titles, *rows in registers:
        for row in rows:
            said = dict(zip(titles, row, strict=True))
            held[said["持股单位"], said["被投资企业"]] = Decimal(said["持股比例"].rstrip("%"))
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for (_, owned), share in held.items():
            sums[owned] += share
        assert set(sums.values()) == {Decimal(100)}
        assert len(sums) == 73 + 12


def test_owners_are_registered_and_their_codes_hold() -> None:
    titles, *rows = next(records(file) for _, file in entered() if isinstance(file, File) and "主体" in file.name)
    known = {row[0]: dict(zip(titles, row, strict=True)) for row in rows}
    assert Counter(one["type"] for one in known.values()) == {
        "enterprise": 85, "outside_holder": 24, "natural_person": 5, "state_body": 2, "fund": 2,
    }  # fmt: skip
    assert all(one["name"].endswith("（示例）") for one in known.values())
    codes = [one["credit_code"] for one in known.values() if one["credit_code"]]
    assert len(codes) == len(set(codes)) == 85 + 24 + 2
    assert {read_code(code, "social_credit_code") for code in codes} == set(codes)
    assert {code[2:8] for code in codes} == {"990100"}, "no region of China has this code"


def test_the_office_supervises_the_groups_of_which_one_joins_later() -> None:
    filed = {file.name: (step.day, records(file)) for step, file in entered() if isinstance(file, File)}
    _, (titles, *rows) = filed["监管企业名单.csv"]
    assert titles == ["link", "from", "to"]
    assert {(row[0], row[2]) for row in rows} == {("supervised_by", "JCGZ")}
    day, (_, joined) = filed["集中统一监管-2024.csv"]
    assert joined == ["supervised_by", "JC11", "JCGZ", "2024-07-01"]
    assert day == date(2024, 7, 3)
    assert sorted([*(row[1] for row in rows), joined[1]]) == groups()


# what they file


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_targets_are_set_in_january_and_follow_from_last_year(year: int) -> None:
    filed = {file.name: (step.day, records(file)) for step, file in entered() if isinstance(file, File)}
    day, (titles, *rows) = filed[f"年度目标-{year}-各集团.csv"]
    assert day == date(year, 1, 12)
    assert titles[2:] == [f"{word}（万元）" for word in WITH_TARGETS]
    assert {(row[0], row[1]) for row in rows} == {
        (group, f"{year}-{month:02d}") for group in groups() for month in range(1, 13)
    }  # fmt: skip
    of_group = {row[0]: list(map(Decimal, row[2:])) for row in rows}
    assert len({tuple(row[:1] + row[2:]) for row in rows}) == len(groups()), "they stand for the whole year"
    for group, targets in of_group.items():
        for (word, quick_word), target in zip(WITH_TARGETS.items(), targets, strict=True):
            last = quick().get((group, f"{year - 1}-12", "合并"))
            if last is not None:
                assert target == pytest.approx(last[quick_word], rel=Decimal("0.09")), (group, word)
    _, (_, *own) = filed[f"年度目标-{year}-区国资委.csv"]
    members = [group for group in groups() if group != "JC11" or year > 2024]
    sums = [sum(of_group[group][place] for group in members) for place in range(len(WITH_TARGETS))]
    for row in own:
        assert list(map(Decimal, row[2:6])) == [
            pytest.approx(one * Decimal("0.99"), abs=Decimal("0.01")) for one in sums
        ]
    assert [int(row[7].rstrip("%")) for row in own] == sorted(int(row[7].rstrip("%")) for row in own)
    assert own[-1][7] == "100%"


def test_the_targets_of_the_office_are_raised_when_a_group_joins() -> None:
    filed = {file.name: (step.day, records(file)) for step, file in entered() if isinstance(file, File)}
    day, (_, *raised) = filed["年度目标-2024-区国资委-调整.csv"]
    _, (_, *before) = filed["年度目标-2024-区国资委.csv"]
    assert day == date(2024, 7, 12)
    assert [row[1] for row in raised] == [f"2024-{month:02d}" for month in range(7, 13)]
    for old, new in zip(before[6:], raised, strict=True):
        assert Decimal(new[2]) > Decimal(old[2])


def test_thirty_six_months_of_quick_reports_and_who_is_late() -> None:
    last = {entity for entity, month, _ in quick() if month == "2025-12"}
    missing = enterprises().keys() - last
    assert {one[:4] for one in missing} == {"JC03", "JC09"}
    for month in months()[:-1]:
        assert {entity for entity, other, _ in quick() if other == month} == enterprises().keys(), month
    days = [step.day for step, _ in entered() if step.form == "quick_report" and step.day is not None]
    late = [day for day in days if day.day > 10]
    assert len(days) / 20 < len(late) < len(days) / 5


def test_quarterly_statements_and_audited_years() -> None:
    quarters = {quarter for _, quarter, _ in statements("快报")}
    assert quarters == {f"{year}-Q{number}" for year in (2023, 2024, 2025) for number in (1, 2, 3, 4)}
    assert {quarter for _, quarter, _ in statements("审计")} == {"2022-Q4", "2023-Q4", "2024-Q4"}
    early = {entity[:4] for entity, quarter, _ in statements("快报") if quarter == "2025-Q4"}
    assert early == {"JC01", "JC05", "JC08", "JC10"}


def test_steps_go_forward_in_time_and_none_is_later_than_today() -> None:
    days = [step.day for step in steps()]
    assert all(day is not None for day in days)
    assert days == sorted(day for day in days if day is not None)
    assert days[-1] is not None
    assert EXAMPLE.today is not None
    assert days[-1] <= EXAMPLE.today == date(2026, 1, 20)


# whether the figures hold together


@pytest.mark.parametrize("basis", ["快报", "审计"])
def test_statements_meet(basis: str) -> None:
    found = statements(basis)
    assert len(found) > 200
    for key, one in found.items():
        assert one["total_assets"] == one["total_liabilities"] + one["total_equity"], key
        assert one["total_assets"] == one["total_current_assets"] + one["total_non_current_assets"], key
        assert one["equity"] + one["equity_as_minority_interest"] == one["total_equity"], key
        assert (
            one["operating_profit"] + one["non_operating_income"] - one["non_operating_costs"] == one["total_profits"]
        )
        assert one["total_profits"] - one["tax_expense"] == one["net_profit"], key
        assert one["net_profit_as_parent"] + one["net_profit_as_minority_interest"] == one["net_profit"], key
        moved = one["net_op_cash_flows"] + one["net_investing_cash_flows"] + one["net_financing_cash_flows"]
        if key[:2] != ("JC1001", "2024-Q2"):  # the slip is in a part, not in the totals
            assert moved == one["net_cash_increase"], key
        assert one["cash_at_beginning"] + one["net_cash_increase"] == one["cash"] == one["cash_and_cash_equivalents"]


def test_years_begin_where_the_audited_ones_before_end() -> None:
    audited = statements("审计")
    for (entity, quarter, scope), one in statements("快报").items():
        before = audited.get((entity, f"{int(quarter[:4]) - 1}-Q4", scope))
        if before is not None:
            assert one["cash_at_beginning"] == before["cash"], (entity, quarter)
            assert abs(one["capital"] - before["capital"]) == 0


def test_a_group_is_itself_and_what_is_below_it() -> None:
    """Income and liabilities are sums over the group; owners outside hold the minority's part of the profit."""
    known = enterprises()
    for group in groups():
        whole, alone = (statements("审计")[group, "2024-Q4", scope] for scope in ("合并", "单体"))
        below = [one for one in known.values() if one.parent == group]
        parts = [statements("审计")[one.id, "2024-Q4", "合并"] for one in below]
        for line in ("operating_income", "net_profit", "total_liabilities", "net_op_cash_flows", "inventories"):
            assert whole[line] == alone[line] + sum(part[line] for part in parts), (group, line)
        ours = sum(
            part["net_profit_as_parent"] * Decimal(str(one.share)) for one, part in zip(below, parts, strict=True)
        )
        assert abs(whole["net_profit_as_parent"] - alone["net_profit"] - ours) <= len(parts), group


def test_quick_reports_meet_and_nearly_agree_with_the_statements() -> None:
    for (entity, month, scope), one in quick().items():
        assert one["资产总计"] == one["负债合计"] + one["所有者权益合计"], (entity, month)
        quarter = f"{month[:4]}-Q{int(month[5:]) // 3}"
        final = statements("快报").get((entity, quarter, scope)) if int(month[5:]) % 3 == 0 else None
        if final is None:
            continue
        for word, line in (
            ("营业收入", "operating_income"),
            ("资产总计", "total_assets"),
            ("负债合计", "total_liabilities"),
        ):
            assert one[word] * 10_000 == pytest.approx(final[line], rel=Decimal("0.01")), (entity, month, word)
        gap = abs(one["净利润"] * 10_000 - final["net_profit"])
        assert gap <= Decimal("0.01") * final["operating_income"], (entity, month)


def test_flows_run_from_the_years_start() -> None:
    for (entity, month, scope), one in quick().items():
        before = quick().get((entity, f"{month[:5]}{int(month[5:]) - 1:02d}", scope))
        if before is not None:
            assert one["营业收入"] > before["营业收入"] > 0, (entity, month)


# who slides


def crossings(rule: str) -> dict[str, tuple[str, str]]:
    """Who crossed a line, first and last month: computed from the quick reports as they came in."""
    found: dict[str, list[str]] = defaultdict(list)
    for (entity, month, _), one in quick().items():
        if crossed(rule, entity, month, one):
            found[entity].append(month)
    return {entity: (min(those), max(those)) for entity, those in found.items()}


def ttm(entity: str, month: str, word: str) -> Decimal | None:
    year = int(month[:4]) - 1
    terms = [quick().get((entity, other, "合并")) for other in (month, f"{year}-12", f"{year}{month[4:]}")]
    if any(term is None for term in terms):
        return None
    now, last, then = (term[word] for term in terms if term is not None)
    return now + last - then


def crossed(rule: str, entity: str, month: str, one: Mapping[str, Decimal]) -> bool:
    match rule:
        case "debt":
            line = LINES[enterprises()[entity].industry][0]
            return float(one["负债合计"] / one["资产总计"]) > line
        case "guarantees":
            return one["融资担保余额"] > one["所有者权益合计"] * Decimal("0.4")
        case "cash":
            return one["一年内到期的带息负债"] > 0 and one["货币资金"] / one["一年内到期的带息负债"] < Decimal("0.5")
        case "drain":
            profit, cash = ttm(entity, month, "净利润"), ttm(entity, month, "经营活动产生的现金流量净额")
            return profit is not None and cash is not None and profit < 0 and cash < 0
        case _:
            before = quick().get((entity, f"{int(month[:4]) - 1}{month[4:]}", "合并"))
            if before is None:
                return False
            funds, then = (each["应收账款"] + each["存货"] for each in (one, before))
            gap = funds / then - one["营业收入"] / before["营业收入"]
            return gap > Decimal("0.2") and funds > one["流动资产合计"] * Decimal("0.3")


@pytest.mark.parametrize(("rule", "who"), [
    ("debt", {
        "JC020102": ("2024-08", "2025-12"),  # land bought on credit
        "JC0303": ("2023-01", "2025-07"),  # recovers
        "JC0401": ("2025-12", "2025-12"),
    }),
    ("drain", {"JC0401": ("2025-04", "2025-12"), "JC020102": ("2025-09", "2025-12")}),
    ("guarantees", {"JC08": ("2025-12", "2025-12")}),
    ("cash", {
        "JC0901": ("2025-11", "2025-11"),  # its group has not filed December
        "JC0804": ("2025-12", "2025-12"),
        "JC0503": ("2024-09", "2024-09"),  # a slip, corrected two weeks later
    }),
    ("funds", {
        "JC0802": ("2025-01", "2025-12"), "JC08": ("2025-01", "2025-12"), "JC080201": ("2025-12", "2025-12"),
        "JC0401": ("2025-01", "2025-12"), "JC040101": ("2025-11", "2025-12"), "JC04": ("2025-12", "2025-12"),
        "JC020102": ("2024-02", "2025-12"), "JC0201": ("2024-08", "2025-09"),
    }),
])  # fmt: skip
def test_those_who_slide_cross_their_lines_and_nobody_else_does(rule: str, who: dict[str, tuple[str, str]]) -> None:
    assert crossings(rule) == who


def test_the_debt_of_the_one_that_is_overstretched_falls_below_the_key_line_too() -> None:
    ratios = {
        quarter: one["total_liabilities"] / one["total_assets"]
        for (entity, quarter, _), one in statements("快报").items()
        if entity == "JC0303"
    }
    over = [quarter for quarter, ratio in ratios.items() if ratio > Decimal("0.75")]
    assert (min(over), max(over)) == ("2023-Q1", "2024-Q2")


# what is refused, and mended


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space that knows the district's enterprises and has no figure yet."""
    folder = tmp_path_factory.mktemp("district") / "space"
    make_space(EXAMPLE, folder)
    submit(folder, next(step for step in steps() if isinstance(step, Filing) and step.form == "entities"))
    return folder


def submit(folder: Path, step: Filing) -> dict[str, object]:
    files = [{"name": file.name, "data": file.data} for file in step.files if isinstance(file, File)]
    question = {"files": files, "form": step.form, "entity": step.entity, "known_from": str(step.day)}
    return open_space(folder).ask("submit", question)


def faulty() -> list[Filing]:
    return [step for step in steps() if isinstance(step, Filing) and step.refused]


PLACES = {
    "财务快报-2023-06-JC06.csv": (5, 3, "the form has no title '营业收入（百万元）'"),
    "财务快报-2024-02-JC11.csv": (11, 3, "'约2547.53' is not a number"),
    "财务快报-2024-09-JC10.csv": (10, None, "JC1003 2024-09: 资产总计 228,454,700 与负债合计 90,029,100、"),
    "财务快报-2025-05-JC05.csv": (13, 1, "no entity 'JC0506' is registered"),
}


@pytest.mark.parametrize("place", range(len(PLACES)))
def test_a_faulty_file_is_refused_at_its_cell_and_its_mended_twin_is_entered(registered: Path, place: int) -> None:
    step = faulty()[place]
    (wrong,) = step.files
    with pytest.raises(Refused) as caught:
        submit(registered, step)
    (issue,) = caught.value.issues
    row, column, words = PLACES[wrong.name]
    assert issue.record()["row"] == row
    assert issue.record()["column"] == column
    assert issue.message.startswith(words)
    mended = [
        (later, file)
        for later, file in entered()
        if isinstance(file, File) and file.name == wrong.name and later.day == step.day
    ]
    ((later, file),) = mended
    assert steps().index(later) > steps().index(step)
    answer = submit(registered, Filing(day=later.day, form=later.form, files=(file,)))
    assert answer["observations"] == 35 * (len(records(file)) - 5)


def test_every_refusal_is_tried() -> None:
    assert [step.files[0].name for step in faulty()] == list(PLACES)


def test_corrections_come_after_what_they_correct_and_give_the_figure_of_the_books() -> None:
    later = [step for step in steps() if isinstance(step, Filing) and step.form == "observations"]
    assert [(step.entity, step.day) for step in later] == [
        ("JC1001", date(2024, 8, 12)), ("JC0503", date(2024, 10, 21)), ("JC0702", date(2025, 3, 24)),
        ("JC0604", date(2025, 7, 25)),
    ]  # fmt: skip
    (cash,) = (step for step in later if step.entity == "JC0503")
    (file,) = cash.files
    assert isinstance(file, File)
    right = Decimal(records(file)[1][2])
    wrong = quick()["JC0503", "2024-09", "合并"]["货币资金"]
    assert right // 10 <= wrong < right / 9
    beside = [quick()["JC0503", month, "合并"]["货币资金"] for month in ("2024-08", "2024-10")]
    assert min(beside) * Decimal("0.8") < right < max(beside) * Decimal("1.25")


def test_cases_are_taken_on_before_they_are_closed() -> None:
    moved: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step in steps():
        if isinstance(step, Move):
            moved[step.entity, step.rule].append(step.transition)
            assert step.note or step.transition == "accept"
            assert step.actor.endswith("（示例）")
    assert Counter(map(tuple, moved.values())) == {("accept", "close"): 14, ("accept",): 3}


def test_the_story_is_found_by_its_name() -> None:
    assert find_example("district") is EXAMPLE
