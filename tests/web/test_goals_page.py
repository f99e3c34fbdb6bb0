"""The page of goals, over the invented quick reports of tests/packs/test_goals.py."""

import re
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "packs"))

from five_rates import five_rates

from hengjian.web import build


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("goals") / "home"
    space = five_rates(folder)
    settings = folder / "hengjian.toml"
    settings.write_text(f"today = 2024-03-31\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    return TestClient(build(space.ask), base_url="http://127.0.0.1", raise_server_exceptions=False)


def lights(page: str, entity: str) -> list[str]:
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f'title="{entity}"' in row)
    return re.findall(r'<span class="light (\w+)">', row)


def test_everybody_by_every_goal_with_a_light(client: TestClient) -> None:
    page = client.get("/goals?set=five_rates_2023&lang=zh").text
    assert 'name="period" value="2023"' in page  # the last whole year before today, 2024-03-31
    assert lights(page, "G01") == ["green", "yellow", "green", "green", "green", "green"]
    assert lights(page, "G04") == ["none"] * 6
    assert "1 户实现" in page
    assert 'href="/assessment/five_rates_2023/2023/G01' in page


def test_only_sets_of_goals_are_offered(client: TestClient) -> None:
    page = client.get("/goals?lang=en").text
    offered = re.findall(r'<option value="(\w+)"', page)
    assert "five_rates_2025" in offered
    assert "four_high_two_low_one_control" in offered
    assert not [one for one in offered if one.startswith(("financial", "comprehensive", "term", "performance"))]


def test_a_year_of_another_set_is_refused_in_words(client: TestClient) -> None:
    answer = client.get("/goals?set=five_rates_2023&period=2024&lang=zh")
    assert answer.status_code == 400
    assert "five_rates_2023" in answer.text


def test_the_table_goes_out_as_a_file(client: TestClient) -> None:
    rows = client.get("/goals?set=five_rates_2023&period=2023&lang=zh&format=csv").text.splitlines()
    assert rows[0].endswith("营业现金比率提升")
    assert rows[1].split(",")[2:5] == ["5", "实现", "接近"]
    assert len(client.get("/goals?set=five_rates_2023&period=2023&q=G02&format=csv").text.splitlines()) == 2
