"""总览: enterprises side by side, in the order asked for, with totals that count nothing twice."""

import csv
import io
import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from space import BOARD, HOSTILE, ask
from starlette.testclient import TestClient

from hengjian.web import build
from hengjian.web.board import as_tree, is_additive, levels, sorted_rows, total
from hengjian.web.view import columns_of, columns_text


def names(page: str) -> list[str]:
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]*)</a>', body)


def foot(page: str) -> str:
    found = page[page.index("<tfoot>") : page.index("</tfoot>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found)).strip()


def test_groups_come_with_theirs_below(reader: TestClient) -> None:
    page = reader.get("/").text
    assert names(page) == [
        "示例集团",
        "潍柴动力",
        "示例乙",
        "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;",
        "示例未报",
    ]
    assert re.findall(r'label (d\d)"', page) == ["d0", "d1", "d2", "d0", "d0"]
    assert HOSTILE not in page
    assert "共 5 个" in page


def test_figures_lead_to_their_explanation_and_say_which_period(reader: TestClient) -> None:
    page = reader.get("/", params={"as_known_at": "2026-01-01", "scope": "parent"}).text
    at = "/entity/G/explain/assets/2019-Q4?as_known_at=2026-01-01&amp;scope=parent"
    assert f'<a class="figure" href="{at}">9,000,000.00</a>' in page
    assert 'title="尚未报送 2019-Q4，所列为 2019-Q2">400,000.00</a>' in page
    assert page.count('<small class="late">2019-Q2</small>') == 1, "once beside the name"
    assert '<td class="never">未报</td>' in page
    assert 'title="分母为零">–</a>' in page
    assert "1 户有指标晚于本期未报" in page


def test_totals_leave_out_who_is_inside_another_and_who_is_late(reader: TestClient) -> None:
    assert foot(reader.get("/").text) == "合计 9,000,000.00 1 户 –"
    assert "9,000,000.00 1 户" in foot(reader.get("/", params={"q": "示例"}).text), "示例乙 is inside 示例集团"
    assert "3,000,000.00 1 户" in foot(reader.get("/", params={"q": "示例乙"}).text), "nobody above is shown"
    assert "5,000,000.00 1 户" in foot(reader.get("/", params={"a.industry": "制造"}).text)
    single = reader.get("/", params={"scope": "parent"}).text
    assert "17,000,000.00 3 户" in foot(single), "figures of single companies all count"


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-0", ["示例集团", "潍柴动力", "示例乙", "<", "示例未报"]),
        ("0", ["<", "示例乙", "潍柴动力", "示例集团", "示例未报"]),
        ("-1", ["潍柴动力", "示例集团", "<", "示例乙", "示例未报"]),
        ("1", ["<", "示例集团", "潍柴动力", "示例乙", "示例未报"]),
        ("name", ["<", "潍柴动力", "示例乙", "示例未报", "示例集团"]),
        ("nonsense", ["潍柴动力", "<", "示例乙", "示例集团", "示例未报"]),
        ("²", ["潍柴动力", "<", "示例乙", "示例集团", "示例未报"]),
        ("9" * 5_000, ["潍柴动力", "<", "示例乙", "示例集团", "示例未报"]),
    ],
)  # fmt: skip
def test_sorted_with_missing_ones_last(reader: TestClient, sort: str, expected: list[str]) -> None:
    found = ["<" if "script" in name else name for name in names(reader.get("/", params={"sort": sort}).text)]
    assert found == expected if sort.removeprefix("-") in ("0", "1", "name") else set(found) == set(expected)


def test_headings_sort_and_say_so(reader: TestClient) -> None:
    page = reader.get("/").text
    assert 'href="?sort=-0"' in page
    assert "aria-sort" not in page
    page = reader.get("/", params={"sort": "-0", "q": "示"}).text
    assert 'aria-sort="descending"' in page
    assert "sort=0" in page
    assert "按上下级排列" in page


def test_filters_and_levels(reader: TestClient) -> None:
    page = reader.get("/").text
    assert '<option value="制造">制造 2</option>' in page
    assert names(reader.get("/", params={"a.industry": "制造"}).text) == ["潍柴动力", "示例乙"]
    assert len(names(reader.get("/", params={"level": "1"}).text)) == 3
    assert len(names(reader.get("/", params={"level": "2"}).text)) == 4
    assert "没有符合条件的企业" in reader.get("/", params={"q": "没有"}).text
    assert '<input type="hidden" name="sort" value="-0">' in reader.get("/", params={"sort": "-0"}).text


def test_alerts_are_counted_by_level(reader: TestClient) -> None:
    page = reader.get("/").text
    assert re.findall(r'class="level (\w+)" href="([^"]+)"[^>]*>(.)<b>(\d)</b>', page) == [
        ("red", "/alerts?entity=000338", "红", "2"), ("yellow", "/alerts?entity=B", "黄", "1")
    ]  # fmt: skip


def test_boards_and_own_columns_are_kept(reader: TestClient) -> None:
    page = reader.get("/", params={"columns": "debt_ratio"})
    assert "columns=debt_ratio" in page.headers["set-cookie"]
    assert "资产负债率" in page.text
    assert "资产</a>" not in page.text
    assert "资产</a>" not in reader.get("/").text, "a cookie keeps the choice"
    assert 'aria-current="true">债务</a>' in reader.get("/").text
    assert "资产</a>" in reader.get("/", params={"columns": ["assets", "debt_ratio"]}).text
    assert "资产</a>" in reader.get("/", params={"columns": ["", "gone"]}).text, "what is not declared is not asked for"


def test_a_kept_choice_is_part_of_the_tag(reader: TestClient) -> None:
    before = reader.get("/").headers["etag"]
    reader.get("/", params={"columns": "debt_ratio"})
    answer = reader.get("/", headers={"if-none-match": before})
    assert answer.status_code == 200
    assert answer.headers["etag"] != before


def test_columns_are_chosen_on_a_page_of_their_own(reader: TestClient) -> None:
    reader.get("/", params={"columns": "debt_ratio"})
    page = reader.get("/columns").text
    assert re.findall(r'value="(\w+)"( checked)?>', page) == [
        ("assets", ""), ("debt_ratio", " checked"), ("profit_yoy", ""), ("total_assets", ""), ("total_liabilities", ""),
        ("net_profit", ""),
    ]  # fmt: skip
    assert "<legend>概况</legend>" in page


def test_the_file_has_every_row_and_the_period_of_late_ones(reader: TestClient) -> None:
    data = reader.get("/", params={"format": "csv", "money": "yi", "sort": "-0"}).content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(data, newline=""))
    assert head == ["编号", "名称", "资产 2019-Q4（亿元）", "资产期间", "资产负债率 2019-Q4（%）", "资产负债率期间"]
    assert rows[0] == ["G", "示例集团", "900", "2019-Q4", "70", "2019-Q4"]
    assert rows[3] == [HOSTILE, HOSTILE, "40", "2019-Q2", "10", "2019-Q2"]
    assert rows[4] == ["N", "示例未报", "", "", "", ""]


def test_pages_of_a_hundred() -> None:
    def many(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        if method != "portfolio":
            return ask(method, question)
        column = BOARD["columns"][0]
        long = {name: (value * 50 if isinstance(value, list) else value) for name, value in column.items()}
        ids = [f"E{number:03}" for number in range(250)]
        return {
            **BOARD, "entities": ids, "names": ids, "attributes": [{}] * 250, "above": [None] * 250, "columns": [long]
        }  # fmt: skip

    reader = TestClient(build(many), base_url="http://127.0.0.1")
    page = reader.get("/", params={"page": "3"}).text
    assert names(page) == [f"E{number:03}" for number in range(200, 250)]
    assert "第 3 页，共 3 页" in page
    assert "150 户" in foot(page), "the total is of all pages"
    assert len(names(reader.get("/", params={"rows": "1000"}).text)) == 250
    assert len(names(reader.get("/", params={"rows": "7"}).text)) == 100


def test_a_space_without_anything() -> None:
    def empty(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        if method == "portfolio":
            return {"type": "enterprise", "entities": [], "names": [], "attributes": [], "above": [], "columns": []}
        return {"alerts": []} if method == "alerts" else ask(method, question)

    assert "尚未登记任何企业" in TestClient(build(empty), base_url="http://127.0.0.1").get("/").text


# --- the rules by themselves

FORESTS = st.lists(st.none() | st.integers(0, 30), max_size=25).map(
    lambda wishes: [None if wish is None or not place else wish % place for place, wish in enumerate(wishes)]
)


def board(above: list[int | None], values: list[float | None], periods: list[str | None]) -> dict[str, Any]:
    ids = [f"E{place}" for place in range(len(above))]
    column = {"values": values, "periods": periods, "period": "P"}
    return {"entities": ids, "names": ids, "above": above, "attributes": [{}] * len(ids), "columns": [column]}


@given(FORESTS, st.data())
def test_a_total_is_that_of_plain_python(above: list[int | None], data: st.DataObject) -> None:
    count = len(above)
    value = st.none() | st.floats(-1e12, 1e12)
    values = data.draw(st.lists(value, min_size=count, max_size=count))
    periods = data.draw(st.lists(st.sampled_from(["P", "O"]), min_size=count, max_size=count))
    rows = data.draw(st.lists(st.sampled_from(range(count)), unique=True)) if count else []
    answer = board(above, values, periods)
    counted = []
    for place in rows:
        chain, at = [], above[place]
        while at is not None:
            chain.append(at)
            at = above[at]
        is_of_period = values[place] is not None and periods[place] == "P"
        if is_of_period and not any(one in rows and values[one] is not None and periods[one] == "P" for one in chain):
            counted.append(Fraction(values[place]))
    found = total(answer, answer["columns"][0], rows, single=False)
    assert found.counted == len(counted)
    assert found.value == (float(sum(counted)) if counted else None)
    alone = total(answer, answer["columns"][0], rows, single=True)
    assert alone.counted == sum(values[place] is not None and periods[place] == "P" for place in rows)


@given(FORESTS)
def test_a_tree_has_everybody_once_below_the_one_above(above: list[int | None]) -> None:
    answer = board(above, [], [])
    found = as_tree(answer, list(range(len(above))))
    assert sorted(place for place, _ in found) == list(range(len(above)))
    assert [depth + 1 for _, depth in found] == [levels(above)[place] for place, _ in found]
    order = [place for place, _ in found]
    for place, upper in enumerate(above):
        if upper is not None:
            assert order.index(upper) < order.index(place)


@given(st.lists(st.none() | st.sampled_from([-1.0, 0.0, 2.5]), max_size=12), st.booleans())
def test_sorting_is_stable_and_missing_ones_are_last(values: list[float | None], falling: bool) -> None:
    answer = board([None] * len(values), values, [])
    found = sorted_rows(answer, list(range(len(values))), "0", falling=falling)
    present = [values[place] for place in found if values[place] is not None]
    assert present == sorted(present, reverse=falling)
    assert all(values[place] is None for place in found[len(present) :])
    for left, right in pairwise(found):
        if values[left] == values[right]:
            assert left < right


def test_what_adds_up() -> None:
    assert all(is_additive(unit) for unit in ("CNY", "万元", "person", "kWh", "m3"))
    assert not any(is_additive(unit) for unit in ("ratio", "%", "times", "day", "CNY/person", "1/day", "nonsense"))


@given(st.lists(st.text(min_size=1, max_size=6), max_size=8, unique=True))
def test_columns_travel_as_one_word(columns: list[str]) -> None:
    text = columns_text(columns)
    assert text.isascii()
    assert not set(text) & set(' ;,"&=')
    assert columns_of([text]) == tuple(columns)
