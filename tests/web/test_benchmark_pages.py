"""The pages of benchmarks: what they say, draw and give away as files, and the task that begins there."""

import csv
import io
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from compared_homes import FILES, comparing
from homes import asked
from test_pages import text_of
from tiny_pack import write_pack
from warned_homes import set_today

from hengjian.app import open_space, packs
from hengjian.web import build

ONE = "/benchmark/A?lang=en&peers=P1&period=2025"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return comparing(tmp_path_factory.mktemp("compared") / "home")


@pytest.fixture(scope="module")
def reader(home: Path) -> TestClient:
    return TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)


def test_sets_with_their_reasons_and_practices(reader: TestClient) -> None:
    text = text_of(reader.get("/benchmark?lang=en").text)
    assert "全国港口 P1" in text
    assert "Percentile by mid-rank, (below + equal ÷ 2) ÷ n" in text
    assert "5 companies (1 more left out), and why" in text
    assert "西港 K4 left out 会计准则不同" in text
    assert "集约采购 标杆港" in text
    assert 'href="/benchmark"' in reader.get("/entities").text, "packs with scorecards have it in the menu"


def test_the_form_leads_to_an_enterprise(reader: TestClient) -> None:
    found = reader.get("/benchmark?entity=甲公司&peers=P1&period=2025")
    assert (found.status_code, found.headers["location"]) == (303, "/benchmark/A?peers=P1&period=2025")
    assert "Nothing is called “nobody”." in text_of(reader.get("/benchmark?lang=en&entity=nobody&peers=P1").text)
    assert 'href="/benchmark/B?peers=P1' in reader.get("/benchmark?entity=公司&peers=P1").text


def test_one_enterprise_with_all_that_is_told_of_it(reader: TestClient) -> None:
    page = reader.get(ONE)
    text = text_of(page.text)
    assert page.status_code == 200
    assert "Return on equity short 9.90% P25 /6 3rd 11.88% -1.98 15.84% closing in" in text
    assert "model 标杆港 15.84% -5.94 pp -37.50% -1.45 3.8 years" in text
    assert (
        "Margin 0.05 0.08 -5.94 pp Turnover 0.9 1.1 -2.54 pp Leverage 2.2 1.8 2.54 pp Sum 9.90% 15.84% -5.94 pp" in text
    )
    assert "log-mean Divisia" in text
    assert "南港 9.50% K2 2025 年报 · entry" in text
    assert "Short is what stands below P50" in text


def test_pictures_are_sound_and_say_what_they_show(reader: TestClient) -> None:
    page = reader.get(ONE).text
    pictures = re.findall(r"<svg class=\"chart-benchmark.*?</svg>", page, re.DOTALL)
    kinds = [re.search(r'class="chart-benchmark (\w+)"', one)[1] for one in pictures]  # type: ignore[index]
    assert kinds == ["strip", "course", "fall"], "two indicators make no radar"
    for one in pictures:
        root = ElementTree.fromstring(one)
        assert root.get("role") == "img"
        assert root.get("aria-label")
    assert pictures[0].count("<circle") == 6
    assert 'class="dot own"' in pictures[0]
    assert pictures[2].count("<rect") == 5


def test_another_indicator_in_chinese(reader: TestClient) -> None:
    text = text_of(reader.get(f"{ONE.replace('lang=en', 'lang=zh')}&indicator=debt").text)
    assert "负债率 2025" in text
    assert "同业最优" in text
    assert "低于 P50" in text


def test_files_of_the_table_and_of_the_sets(reader: TestClient) -> None:
    answer = reader.get(f"{ONE}&format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(answer)))
    assert rows[0][:7] == ["Indicator", "Unit", "Figure", "Figures", "Percentile", "Quartile", "median of peers"]
    assert rows[1][:7] == ["Return on equity", "ratio", "0.099", "6", "25", "3", "0.1188"]
    sets = reader.get("/benchmark?lang=en&format=csv").content.decode("utf-8-sig")
    assert "P1,全国港口,,K4,西港,left out,会计准则不同" in sets
    assert reader.get(f"{ONE}&format=xlsx").content.startswith(b"PK")


def test_a_shortboard_opens_a_task_that_is_measured_again(tmp_path: Path) -> None:
    home = comparing(tmp_path / "home")
    reader = TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)
    link = re.search(r'href="(/cases/open\?[^"]*field.opened_by.indicator=roe[^"]*)"', reader.get(ONE).text)
    assert link is not None
    form = reader.get(link[1].replace("&amp;", "&")).text
    filled = dict(re.findall(r'name="(field\.opened_by\.\w+)" value="([^"]*)"', form))
    assert filled == {"field.opened_by.indicator": "roe", "field.opened_by.value_then": "0.099"}
    assert 'value="Shortboard: Return on equity"' in form
    fields = {"indicator": "roe", "value_then": "0.099"}
    asked(home, "open_case", workflow="improvement", entity="A", title="补短板", fields=fields)
    text = text_of(reader.get(ONE).text)
    assert "补短板 9.90% when opened on 2026-05-20, now 9.90%; due 2026-08-18" in text


def test_faults_are_told(reader: TestClient) -> None:
    page = reader.get("/benchmark/A?lang=zh&peers=P9&period=2025")
    assert page.status_code == 400
    assert "没有编号为“P9”的对标组" in text_of(page.text)
    assert reader.get("/benchmark/A?peers=P1&period=then").status_code == 400
    assert reader.get("/benchmark/NOBODY").status_code == 404


def test_a_space_without_sets_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    packs.init({"space": str(home), "packs": [str(write_pack(tmp_path / "pack", FILES))], "name": "home", "actor": "t"})
    set_today(home, "2026-05-20")
    entities: Any = {"name": "e.csv", "data": b"entity,type,name\nA,enterprise,A\n"}
    asked(home, "submit", files=[entities], form="entities", entity=None, key=None, actor="t", known_from=None)
    reader = TestClient(build(open_space(home).ask), base_url="http://127.0.0.1")
    for address in ("/benchmark?lang=en", "/benchmark/A?lang=en"):
        assert "No peer set is entered yet." in text_of(reader.get(address).text)
