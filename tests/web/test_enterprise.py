"""An enterprise's pages: its head, statements by the layout of their forms, charts, and all of them as files."""

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from space import ASSETS, HOSTILE, LIABILITIES, SLASHED, ask
from starlette.testclient import TestClient

from hengjian.web import build
from hengjian.web.view import segment

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "hengjian" / "web" / "static"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()


def csv_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("tab", ["", "/charts", "/statements"])
def test_the_head_says_what_is_stated_and_who_holds_whom(reader: TestClient, tab: str) -> None:
    page = reader.get(f"/entity/000338{tab}", params={"as_of": "2026-01-01"}).text
    facts = page[page.index('<dl class="facts">') : page.index("</dl>")]
    assert text_of(facts).startswith("行业 &lt;script&gt;")
    assert HOSTILE not in page
    assert "股东 平安银行 55%、voting 60%" in text_of(facts)
    assert text_of(facts).index("股东") < text_of(facts).index("持股"), "the one above first"
    holdings = text_of(facts)[text_of(facts).index("持股") :]
    assert holdings.index("100%") < holdings.index("30%"), "the largest first"
    assert f'href="/entity/{segment(SLASHED)}?as_of=2026-01-01"' in facts
    assert "→ guarantees gone" in text_of(facts), "a relation of a pack, with one that is not registered any more"
    assert page.count('aria-current="page"') == 2, "one in the menu, one among the tabs"


def test_an_entity_without_relations_has_no_such_lines(reader: TestClient) -> None:
    assert '<dl class="facts">' not in reader.get("/entity/000001").text


def test_statements_stand_as_in_their_form(reader: TestClient) -> None:
    page = reader.get("/entity/000338/statements").text
    body = text_of(page[page.index("<tbody>") : page.index("</tbody>")])
    assert re.findall(r"资产总额|资产(?!总)|负债合计|负债(?!合)|空|末", body) == [
        "资产",
        "资产总额",
        "负债",
        "负债合计",
    ]
    assert "23,690,000.00 22,730,000.00 20,520,000.00" in body
    assert 'href="/entity/000338/explain/total_assets/2019-Q4"' in page
    assert 'aria-current="true">资产负债表</a>' in page, "the first form with figures"
    assert "没有已报告的数据" in reader.get("/entity/000338/statements", params={"form": "flows"}).text
    assert "没有为这类对象声明表样" in reader.get("/entity/%2E%2E/statements".replace("%2E", "~2E")).text


def test_statements_go_out_in_the_shown_unit(reader: TestClient) -> None:
    head, *rows = csv_of(reader.get("/entity/000338/statements?format=csv&money=yi").content)
    assert head == ["指标", "单位", "2019-Q4", "2019-Q3", "2018-Q4"]
    assert rows[0] == ["资产", "", "", "", ""]
    assert rows[1] == ["资产总额", "亿元", "2369", "2273", "2052"]


def test_indicators_go_out_grid_by_grid(reader: TestClient) -> None:
    page = reader.get("/entity/000338").text
    assert "table=quarter&amp;format=csv" in page or "format=csv&amp;table=quarter" in page
    rows = {row[0]: row[1:] for row in csv_of(reader.get("/entity/000338?format=csv&table=quarter").content)}
    assert rows["指标"] == ["单位", "2019-Q4", "2019-Q3", "2018-Q4"]
    assert float(rows["资产负债率"][1]) == pytest.approx(100 * LIABILITIES["2019-Q4"] / ASSETS["2019-Q4"], rel=1e-12)
    assert rows["净利润同比"][1:] == ["", "", ""]


def test_one_board_of_indicators(reader: TestClient) -> None:
    page = reader.get("/entity/000338", params={"board": "debts"}).text
    assert "资产负债率" in page
    assert "净利润同比" not in page
    assert 'aria-current="true">债务</a>' in page
    assert "净利润同比" in reader.get("/entity/000338", params={"board": "nonsense"}).text


def test_charts_stand_beside_the_same_figures(reader: TestClient) -> None:
    page = reader.get("/entity/000338/charts", params={"money": "yi", "scope": "parent"}).text
    assert re.findall(r'<figure class="chart" data-name="(\w+)">', page) == ["assets", "debt_ratio"], "no empty ones"
    assert "2019-Q4 2,369.00" in text_of(page)
    assert 'href="/entity/000338/explain/assets/2018-Q4?scope=parent">2,052.00</a>' in page
    address = re.search(r'data-series="([^"]+)"', page)
    assert address is not None
    answer = reader.get(address[1].replace("&amp;", "&")).json()
    (assets, debt) = answer["series"]
    assert assets["periods"] == ["2018-Q4", "2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4"], "what is missing has its place"
    assert assets["values"] == [2052.0, None, None, 2273.0, 2369.0]
    assert (assets["unit"], debt["unit"]) == ("亿元", "%")
    assert debt["values"][-1] == pytest.approx(100 * LIABILITIES["2019-Q4"] / ASSETS["2019-Q4"])


def test_charts_go_out_by_period(reader: TestClient) -> None:
    head, *rows = csv_of(reader.get("/entity/000338/charts?format=csv&money=yi").content)
    assert head == ["期间", "资产（亿元）", "资产负债率（%）"]
    assert rows[0][:2] == ["2019-Q4", "2369"]
    assert rows[1] == ["2019-Q3", "2273", rows[1][2]]
    assert rows[2] == ["2019-Q2", "", ""]


def test_an_entity_of_another_type_has_no_charts(reader: TestClient) -> None:
    page = reader.get("/entity/~2E~2E/charts")
    assert page.status_code == 200
    assert "没有已报告的数据" in page.text


def test_the_chart_library_is_the_one_that_was_looked_at() -> None:
    script = (ROOT / "tools" / "vendor_chart.sh").read_text(encoding="utf-8")
    sums = re.findall(r"^([0-9a-f]{64}) +package/(?:dist/)?(\S+)$", script, re.MULTILINE)
    (version,) = re.findall(r"^version=(\S+)$", script, re.MULTILINE)
    kept = {"uPlot.iife.min.js": "js", "uPlot.min.css": "css", "LICENSE": "licence.txt"}
    assert {name for _, name in sums} == set(kept)
    for digest, name in sums:
        data = (STATIC / f"vendor-uplot-{version}.{kept[name]}").read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest, name
    assert version.encode() in (STATIC / f"vendor-uplot-{version}.js").read_bytes()[:80]


def test_a_computed_figure_leads_to_the_filings_it_stands_on(reader: TestClient) -> None:
    page = reader.get("/entity/000338/explain/debt_ratio/2019-Q4").text
    assert '<a href="/filing/F000003">报送 F000003</a> · 账本第 3 号' in page
    assert "逐步计算" in page


def test_a_reported_figure_needs_no_formula() -> None:
    def reported(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        if method != "explain":
            return ask(method, question)
        leaf = {"leaf": "total_assets", "value": 9.0, "children": [], "period": "2019-Q4", "unit": "CNY"}
        return {
            **ask(method, {**question, "indicator": "debt_ratio"}), "indicator": "total_assets", "unit": "CNY",
            "formula": "total_assets", "declaration": "", "tree": {**leaf, "text": "total_assets", "missing": None},
        }  # fmt: skip

    reader = TestClient(build(reported), base_url="http://127.0.0.1")
    page = reader.get("/entity/000338/explain/total_assets/2019-Q4").text
    assert "逐步计算" not in page
    assert "公式" not in page
    assert "声明摘要" not in page
    assert "依据：国资发评价〔2006〕157号" in page
