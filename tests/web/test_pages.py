"""Pages as readers meet them."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from space import ASSETS, HOSTILE, LIABILITIES, SLASHED, ask
from starlette.testclient import TestClient

from hengjian.web import build
from hengjian.web.respond import POLICY


class Links(HTMLParser):
    """All addresses of a page, and whether anything in it is inline or from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [value for name in ("href", "src", "action") if (value := given.get(name))]
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


def text_of(page: str) -> str:
    """What is read, tags left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_list_names_and_counts_everything(reader: TestClient) -> None:
    page = reader.get("/entities")
    assert page.status_code == 200
    assert "共 5 个" in page.text
    assert 'href="/entity/000338">潍柴动力</a>' in page.text
    assert page.text.index("平安银行") < page.text.index("潍柴动力"), "by id"
    assert "市国资" in page.text
    assert "账本 6 条" in page.text


@pytest.mark.parametrize("query", ["潍柴", "0338", "０３３８"])
def test_search_by_name_or_id(reader: TestClient, query: str) -> None:
    page = reader.get("/entities", params={"q": query}).text
    assert "找到 1 个，共 5 个" in page
    assert "潍柴动力" in page
    assert "平安银行" not in page


def test_search_without_a_hit_says_so_and_escapes(reader: TestClient) -> None:
    page = reader.get("/entities", params={"q": "<b>none</b>"}).text
    assert "没有名称或编号含有“&lt;b&gt;none&lt;/b&gt;”" in page
    assert "<b>none" not in page


def test_types_are_counted_and_chosen(reader: TestClient) -> None:
    assert "park <b>2</b>" in reader.get("/entities").text
    page = reader.get("/entities", params={"type": "park"}).text
    assert "找到 2 个，共 5 个" in page
    assert "平安银行" not in page


def test_a_long_list_is_cut_into_pages() -> None:
    def many(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        listed = [{"id": f"E{number:04}", "type": "enterprise", "name": f"企业{number}"} for number in range(450)]
        return {"entities": listed} if method == "entities" else ask(method, question)

    reader = TestClient(build(many), base_url="http://127.0.0.1")
    assert "第 3 页，共 3 页" in reader.get("/entities", params={"page": "9"}).text
    second = reader.get("/entities", params={"page": "2", "q": "企业"}).text
    assert "E0200" in second
    assert "E0199" not in second
    assert "?page=3&amp;q=" in second or "&amp;page=3" in second


def test_indicators_over_time_latest_first(reader: TestClient) -> None:
    page = reader.get("/entity/000338").text
    table = text_of(page[page.index("<table") : page.index("</table>")])
    ratios = [f"{100 * LIABILITIES[period] / ASSETS[period]:.2f}" for period in ("2019-Q4", "2019-Q3", "2018-Q4")]
    assert f"资产负债率 % 2018-Q4 {ratios[2]}% → 2019-Q4 {ratios[0]}% {' '.join(ratios)}" in table
    assert "2019 2018 Q4 Q3 Q4" in table
    assert "资产 万元" in table
    assert "23,690,000.00 22,730,000.00 20,520,000.00" in table
    assert '<path d="M2 18L' in page


def test_a_missing_value_says_why(reader: TestClient) -> None:
    page = reader.get("/entity/000338").text
    assert 'class="figure missing"' in page
    assert 'title="基数为零或负：净利润，2018-Q4"' in page


@pytest.mark.parametrize(
    ("money", "shown", "unit"),
    [("yuan", "236,900,000,000.00", "元"), ("wan", "23,690,000.00", "万元"), ("yi", "2,369.00", "亿元")],
)
def test_money_in_three_units(reader: TestClient, money: str, shown: str, unit: str) -> None:
    page = reader.get("/entity/000338", params={"money": money})
    assert f">{shown}</a>" in page.text
    assert f'<td class="unit">{unit}</td>' in page.text
    assert f">{shown}</a>" in reader.get("/entity/000338").text, "a cookie keeps the choice"


def test_ratios_in_percent_or_not(reader: TestClient) -> None:
    assert ">70.58</a>" in reader.get("/entity/000338").text
    assert ">0.7058</a>" in reader.get("/entity/000338", params={"ratio": "times"}).text


def test_year_ends_only(reader: TestClient) -> None:
    page = reader.get("/entity/000338", params={"span": "year"}).text
    assert "/2019-Q4" in page
    assert "/2019-Q3" not in page


def test_two_languages(reader: TestClient) -> None:
    assert '<html lang="zh-Hans-CN">' in reader.get("/entity/000338").text
    english = reader.get("/entity/000338", params={"lang": "en"})
    assert '<html lang="en">' in english.text
    assert "Debt ratio" in english.text
    assert "the base is zero or negative: Net profit, 2018-Q4" in english.text
    assert "Debt ratio" in reader.get("/entity/000338").text, "a cookie keeps the choice"
    names = "潍柴动力|平安银行|园区|市国资|中文"
    assert not re.search("[\u4e00-\u9fff]", re.sub(names, "", text_of(english.text)))


def test_the_cut_travels_with_every_figure(reader: TestClient) -> None:
    cut = {"as_of": "2019-12-31", "as_known_at": "entry:5", "scope": "parent", "basis": "audited"}
    page = reader.get("/entity/000338", params=cut).text
    assert (
        "/explain/debt_ratio/2019-Q4?as_of=2019-12-31&amp;as_known_at=entry%3A5&amp;scope=parent&amp;basis=audited"
        in page
    )
    assert '<option value="parent" selected>单体' in page
    assert 'name="as_known_at" size="22" value="entry:5"' in page


def test_the_cut_reaches_the_space() -> None:
    asked: list[tuple[str, Mapping[str, object]]] = []

    def noting(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        asked.append((method, question))
        return ask(method, question)

    reader = TestClient(build(noting), base_url="http://127.0.0.1")
    reader.get("/entity/000338", params={"as_of": "2019-12-31", "scope": "", "basis": "flash"})
    wanted = {"as_of": "2019-12-31", "as_known_at": None, "scope": None, "basis": "flash"}
    assert ("show", {"entity": "000338", "indicators": [], **wanted}) in asked
    reader.get("/entity/000338/explain/debt_ratio/2019-Q4")
    assert asked[-1][1] == dict.fromkeys(wanted) | {"entity": "000338", "indicator": "debt_ratio", "period": "2019-Q4"}


def test_a_faulty_cut_is_told_beside_the_form(reader: TestClient) -> None:
    page = reader.get("/entity/000338", params={"as_known_at": "nonsense"})
    assert page.status_code == 400
    assert "“nonsense”不能用作“当时已知”" in page.text
    assert "请写日期（2026-03-31）" in page.text
    english = reader.get("/entity/000338", params={"as_known_at": "nonsense", "lang": "en"})
    assert "“nonsense” cannot be read as “As known at”" in english.text
    assert 'value="nonsense"' in page.text


def test_an_explanation_goes_down_to_the_cell(reader: TestClient) -> None:
    page = reader.get("/entity/000338/explain/debt_ratio/2019-Q4")
    assert page.status_code == 200
    read = text_of(page.text)
    for words in (
        "资产负债率 2019-Q4", "70.58%", "快报", "未舍入：0.7057830308", "负债合计 / 资产总计",
        "debt_ratio = total_liabilities / total_assets", "相除 ÷", "16,720,000.00 万元",
        "balance_sheet.csv · 第 153 行 · 单元格 BC153 · 原文“23690000.0”", "报送 F000003 · 账本第 3 号",
        "据称自 2020-04-30 起已知，未经证明", "工作表“表1”", "红线 自 2021-01-01 起 70.00%", "2021年1号文第二条",
        "3a1a2aa49b21", "依据：国资发评价〔2006〕157号", "返回 潍柴动力",
    ):  # fmt: skip
        assert words in read, words
    assert read.count("据称") == 1


def test_the_side_panel_gets_a_fragment_of_that_page(reader: TestClient) -> None:
    part = reader.get("/entity/000338/explain/debt_ratio/2019-Q4", params={"fragment": "1", "basis": "flash"}).text
    assert "<html" not in part
    assert "资产负债率" in part
    assert 'href="/entity/000338/explain/debt_ratio/2019-Q4?basis=flash">单独打开' in part
    assert "查询条件：口径 快报" in text_of(part)


def test_the_explanation_of_a_missing_value(reader: TestClient) -> None:
    read = text_of(reader.get("/entity/000338/explain/profit_yoy/2019-Q4").text)
    assert "无数值 基数为零或负：净利润，2018-Q4" in read
    assert "此数没有取用已报告的数据" in read


@pytest.mark.parametrize("entity", [HOSTILE, SLASHED, ".."])
def test_hostile_names_are_escaped_and_their_addresses_lead_home(reader: TestClient, entity: str) -> None:
    page = reader.get("/entities").text
    assert "<script>alert" not in page
    address = next(
        link for link in Links(page).found if reader.get(link).text.count(_escaped(entity)) and "/entity/" in link
    )
    own = reader.get(address)
    assert own.status_code == 200
    assert "<script>alert" not in own.text
    explained = reader.get(f"{address}/explain/debt_ratio/2019-Q4")
    assert explained.status_code == 200
    assert "<script>alert" not in explained.text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_faults_in_both_languages(reader: TestClient, lang: str) -> None:
    words = {
        "zh": ("没有这个页面", "没有登记编号为“E9”的对象"),
        "en": ("There is no such page", "No entity is registered as “E9”"),
    }[lang]
    for path, said in zip(("/nowhere", "/entity/E9"), words, strict=True):
        page = reader.get(path, params={"lang": lang})
        assert page.status_code == 404
        assert said in page.text
        assert 'href="/"' in page.text
    assert reader.get("/entity/000338/explain/debt_rato/2019-Q4", params={"lang": lang}).status_code == 400
    assert reader.post("/", params={"lang": lang}).status_code == 405


def test_a_failure_says_what_people_may_know(reader: TestClient) -> None:
    page = reader.get("/entity/000338", params={"as_known_at": "entry:666"})
    assert page.status_code == 500
    assert "the store is damaged" in page.text

    def broken(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        raise ZeroDivisionError("secret")

    page = TestClient(build(broken), base_url="http://127.0.0.1", raise_server_exceptions=False).get("/")
    assert page.status_code == 500
    assert "secret" not in page.text
    assert "Traceback" not in page.text
    assert page.headers["content-security-policy"] == POLICY


PAGES = [
    "/",
    "/entity/000338",
    "/columns",
    "/entities",
    "/entity/000338/charts",
    "/entity/000338/statements",
    "/entity/000338/explain/debt_ratio/2019-Q4",
    "/entity/000338?span=all&lang=en",
    "/nowhere",
]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(reader: TestClient, path: str) -> None:
    page = reader.get(path)
    links = Links(page.text)
    assert links.inline == []
    assert all(link.startswith(("/", "?")) and not link.startswith("//") for link in links.found)
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["x-content-type-options"] == "nosniff"
    for link in links.found:
        if link.startswith("/static/"):
            asset = reader.get(link)
            assert asset.status_code == 200
            assert "immutable" in asset.headers["cache-control"]


@pytest.mark.parametrize("path", PAGES[:4])
def test_a_page_is_fresh_until_the_ledger_grows(path: str) -> None:
    size = 6

    def growing(method: str, question: Mapping[str, object]) -> dict[str, Any]:
        return ask(method, question) | {"size": size, "changed": size} if method == "status" else ask(method, question)

    reader = TestClient(build(growing), base_url="http://127.0.0.1")
    first = reader.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    again = {"if-none-match": first.headers["etag"]}
    assert reader.get(path, headers=again).status_code == 304
    assert reader.get(path, headers=again, params={"money": "yi"}).status_code == 200
    reader.cookies.clear()
    size = 7
    assert reader.get(path, headers=again).status_code == 200


def test_other_hosts_are_refused() -> None:
    """A page elsewhere may point a name of its own at this address; it must not read the answers."""
    assert TestClient(build(ask), base_url="http://rebound.example").get("/").status_code == 400


@pytest.mark.parametrize(
    "path", ["/static/0/hengjian.css", "/static/x/../pages.py", "/static/0/%2e%2e%2fpages.py", "/static/0/none.css"]
)
def test_only_static_files_are_served(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 404
