"""经济运行: what an office's enterprises come to, class by class and one by one, as a pack declares it."""

import csv
import io
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
import space
import totals_space
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from hengjian.web import build
from hengjian.web.parts import Member, come_to, parts


def client(ask: Any = totals_space.ask) -> TestClient:
    return TestClient(build(ask), base_url="http://127.0.0.1", raise_server_exceptions=False)


def page(**query: str) -> str:
    answer = client().get("/operation", params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def table(text: str, which: str) -> list[list[str]]:
    """The cells of the body of a table, as read."""
    body = text[text.index(f'<table class="grid {which}">') :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]  # fmt: skip


def test_the_latest_complete_month_is_shown_and_the_later_one_is_told() -> None:
    text = page(money="yi")
    assert table(text, "headlines") == [
        ["营业收入合计", "亿元", "", "600.00", "5.00", "640.00", "93.75", "", "90.00", "3.75"],
        ["人数合计", "人", "", "9,100", "", "", "", "", "", ""],
    ]
    assert "已报 3/3 户" in text
    assert "2025-12 尚未报齐" in text
    assert 'href="/entity/%E5%8C%BA%E5%9B%BD%E8%B5%84%E5%A7%94/explain/sum_income/2025-11"' in text
    assert '<rect class="done" width="93.8" height="10"/><line class="due" x1="90.0" x2="90.0"' in text


def test_an_incomplete_month_says_who_is_missing_and_adds_nothing_up() -> None:
    text = page(period="2025-12", money="yi")
    (income, *_) = table(text, "headlines")
    assert income[3] == "–"
    assert "未报告：营业收入，2025-12（丙）" in text
    assert "2025-12 尚未报送，合计暂缺：" in text
    assert "丙集团</a>" in text
    assert "已报 2/3 户" in text
    assert table(text, "parts") == [
        ["市场竞争类", "1", "330.00", "75.00", "", "3.12"], ["功能保障类", "1/2", "110.00", "25.00", "", "–"],
    ]  # fmt: skip
    assert '<small class="late">2025-11</small>' in text, "who is late stands with the last figure"


def test_parts_come_to_the_total_and_lead_to_their_members() -> None:
    text = page(money="yi")
    assert table(text, "parts") == [
        ["功能保障类", "2", "300.00", "50.00", "", "–"], ["市场竞争类", "1", "300.00", "50.00", "", "0.00"],
    ]  # fmt: skip
    assert [row[0] for row in table(text, "board members")] == ["乙集团", "丙集团", "甲集团"], "the largest first"
    assert "丁集团" not in text, "who is not supervised by the office"
    link = re.search(r'href="(\?[^"]+)#members"[^>]*>功能保障类', text)
    assert link
    chosen = client().get(f"/operation{link[1].replace('&amp;', '&')}").text
    assert [row[0] for row in table(chosen, "board members")] == ["丙集团", "甲集团"]
    assert [row[0] for row in table(page(by="industry"), "parts")] == ["未登记"]
    assert len(table(page(by="industry", part="="), "board members")) == 3, "those who state none are a class too"
    assert "没有符合条件的企业" in page(part="=没有")


def test_members_have_what_is_declared_and_are_sorted() -> None:
    text = page(money="yi", figure="sum_income", sort="name")
    assert table(text, "board members") == [
        ["丙集团", "200.00", "33.33", "0"], ["乙集团", "300.00", "50.00", "–"], ["甲集团", "100.00", "16.67", "7.25"]
    ]  # fmt: skip
    assert 'title="不适用">–</a>' in text
    staff = table(page(figure="sum_staff"), "board members")
    assert staff == [["甲集团", "5,000", "7.25"], ["乙集团", "4,000", "–"], ["丙集团", "100", "0"]]
    assert [row[0] for row in table(page(sort="0"), "board members")] == ["甲集团", "丙集团", "乙集团"]


def test_charts_ask_for_the_chosen_total_alone() -> None:
    text = page(figure="sum_staff")
    address = re.search(r'data-series="([^"]+)"', text)
    assert address
    answer = client().get(address[1].replace("&amp;", "&")).json()
    assert [(one["name"], one["values"]) for one in answer["series"]] == [("sum_staff", [9_000.0, 9_100.0])]


@pytest.mark.parametrize(("which", "head", "first"), [
    ("headlines", ["指标", "单位", "合计", "同比", "年度目标", "完成率", "序时", "超序时"],
     ["营业收入合计", "亿元", "600", "5", "640", "93.75", "90", "3.75"]),
    ("parts", ["企业类别", "户数", "已报户数", "营业收入（亿元）", "占比（%）", "同比（%）"],
     ["功能保障类", "2", "2", "300", "50", ""]),
    ("members", ["编号", "名称", "营业收入（亿元）", "收入占比（%）", "距线月数（倍）", "期间"],
     ["乙", "乙集团", "300", "50", "", "2025-11"]),
])  # fmt: skip
def test_each_table_goes_out(which: str, head: list[str], first: list[str]) -> None:
    answer = client().get("/operation", params={"format": "csv", "table": which, "money": "yi"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[:2] == [head, first]
    assert client().get("/operation", params={"format": "xlsx", "table": which}).content[:2] == b"PK"


def test_english(reader: TestClient) -> None:
    text = page(lang="en")
    assert "Economic operation" in text
    assert "3 of 3 have filed" in text
    assert 'href="/operation" aria-current="page">Economic operation' in text
    assert "/operation" not in reader.get("/").text, "the menu has it only where a pack declares such a page"


def test_the_page_of_the_office_calls_the_link_by_its_name_in_each_direction() -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client().get(f"/entity/{totals_space.OFFICE}").text))
    assert "监管企业甲集团、乙集团、丙集团" in text
    assert "监管机构丁集团" in text
    assert "← other丁集团" in text, "a link that is not declared any more"


@pytest.mark.parametrize(("changed", "said"), [
    ({"declarations": space.DECLARATIONS}, "没有声明汇总页"),
    ({"entities": {"entities": totals_space.ENTITIES[1:]}}, "尚未登记监管机构"),
    ({"show": {"values": []}}, "尚无可汇总的数据"),
])  # fmt: skip
def test_what_is_not_there_is_told(changed: Mapping[str, Any], said: str) -> None:
    def lacking(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        return changed[method] if method in changed else totals_space.ask(method, question)

    assert said in client(lacking).get("/operation").text


def test_unknown_choices_are_the_usual_ones() -> None:
    usual = table(page(), "headlines")
    assert table(page(period="1999-01", figure="gone", by="gone", office="gone", board="gone"), "headlines") == usual


# --- the rules by themselves

FIGURES = st.none() | st.integers(-1_000, 1_000).map(float)
MEMBERS = st.lists(
    st.builds(
        lambda number, word, value, before: Member(
            id=str(number), name="", attributes={"a": word} if word else {}, value=value, before=before
        ),
        st.integers(0, 99), st.sampled_from(["", "x", "y"]), FIGURES, FIGURES,
    ),
    max_size=12,
)  # fmt: skip


@given(MEMBERS)
def test_parts_are_those_of_plain_python(members: list[Member]) -> None:
    found = {part.value: part for part in parts(members, "a")}
    assert sum(part.count for part in found.values()) == len(members)
    for word, part in found.items():
        those = [one for one in members if one.attributes.get("a", "") == word]
        here = [Fraction(one.value) for one in those if one.value is not None]
        assert (part.count, part.filed) == (len(those), len(here))
        assert part.total == (float(sum(here)) if here else None)
        whole = come_to(one.value for one in members)
        assert (part.share is None) == (part.total is None or whole is None or whole <= 0)
        base = [one.before for one in those]
        if len(here) == len(those) and None not in base and sum(filter(None, base)) > 0:
            assert part.growth == pytest.approx(float(sum(here)) / sum(filter(None, base)) - 1)
        else:
            assert part.growth is None
