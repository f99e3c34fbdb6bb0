"""The pages of a network and of stresses: what they say, draw and give away as files, to whom."""

import csv
import io
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from scenario_homes import figures, guarantees, playing
from test_pages import text_of

from hengjian.app import open_space
from hengjian.web import build

EQUITY = {"A": 100.0, "B": 60.0, "C": 30.0}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A holds 60 % of B and stands for it and for C; B and C stand for each other, C for D, which is unknown."""
    given = figures(
        **{
            one: {"2025-Q4": {"equity": value, "income": 100, "profit": 5, "interest": 2, "debt": 50}}
            for one, value in EQUITY.items()
        }
    )
    rows = guarantees("A B 100 20", "A C 40", "B C 50", "C B 10", "C D 5", "A B 60%")
    home = playing(tmp_path_factory.mktemp("played") / "home", given, rows)
    return TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)


def test_the_overview_lists_rings_and_the_most_exposed(reader: TestClient) -> None:
    page = reader.get("/exposure?lang=en")
    assert page.status_code == 200
    text = text_of(page.text)
    assert "B Ltd → C Ltd → B Ltd" in text
    assert "205.00 CNY 10k" in text
    assert "A Ltd 140.00 CNY 10k 120.00 CNY 10k 68.29% 100.00 CNY 10k 140.00% 2 3" in text
    assert 'href="/stress"' in page.text
    assert 'href="/exposure"' in reader.get("/alerts").text


def test_a_file_of_each_list(reader: TestClient) -> None:
    answer = reader.get("/exposure?lang=en&format=csv&list=owners")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Id", "Name", "Own (CNY 10k)"]
    assert rows[1] == ["A", "A Ltd", "140", "190", "170", "100", "100"]


def test_one_entity_with_its_picture(reader: TestClient) -> None:
    page = reader.get("/exposure/B?lang=en").text
    assert page.count('<a class="box') == 4
    assert page.count('<path class="line') == 5
    assert page.count('<path class="line ring"') == 2
    assert "counter-guaranteed 20.00 CNY 10k" in page
    picture = reader.get("/exposure/B?lang=en&format=svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    drawn = ElementTree.fromstring(picture.text)
    assert "var(--" not in picture.text
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}path")) == 5 + 3, "lines and arrowheads"


def test_what_follows_from_a_default(reader: TestClient) -> None:
    page = reader.get("/exposure/A?lang=en&default=B").text
    text = text_of(page)
    assert "2 default, of 0 it cannot be told." in text
    assert "default, round 1" in text
    assert len(re.findall(r'<a class="box[^"]*fallen', page)) == 2
    assert 'name="default" value="B" checked' in page
    table = reader.get("/exposure/A?lang=en&default=B&format=csv").content.decode("utf-8-sig")
    assert 'A,A Ltd,"default, round 1",80,36,100,-16' in table


def test_of_whom_nothing_is_known_is_said_so(reader: TestClient) -> None:
    page = reader.get("/exposure/C?lang=zh&default=D").text
    assert "未知" in text_of(page)
    assert reader.get("/exposure/nobody").status_code == 404
    assert reader.get("/exposure?lang=en&network=none").status_code == 400


def test_the_stress_page_plays_and_tells_what_changes(reader: TestClient) -> None:
    page = reader.get("/stress?lang=en&stress=income_down&s.fall=20")
    text = text_of(page.text)
    assert 'name="s.fall" value="20"' in page.text
    assert "At 2025-Q4; figures from 2025-01-01 on are stressed" in text
    assert "loss A Ltd fires – Orange" in text
    rows = reader.get("/stress?lang=en&stress=income_down&s.fall=20&format=csv&list=rules").content.decode("utf-8-sig")
    assert "A,A Ltd,fires,,orange" in rows
    one = reader.get("/stress?lang=en&stress=income_down&indicator=margin&entity=A").text
    assert text_of(one).count("2025-Q4 5.00%") == 1


def test_the_stress_page_tells_faults(reader: TestClient) -> None:
    page = reader.get("/stress?lang=zh&stress=income_down&s.fall=x")
    assert page.status_code == 400
    assert "的值不是数" in text_of(page.text)


def test_what_is_not_declared_is_not_in_the_navigation(tmp_path: Path) -> None:
    home = playing(tmp_path / "home", more={"networks.yaml": "", "stresses.yaml": ""})
    plain = TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)
    page = plain.get("/alerts").text
    assert "/exposure" not in page
    assert "/stress" not in page
    assert "No stress is declared." in text_of(plain.get("/stress?lang=en").text)
    assert plain.get("/exposure").status_code == 400
