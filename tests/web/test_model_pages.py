"""The pages of learned scores, over the synthetic history of tests/models."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))
sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from history import FILES, history, write_pack
from homes import asked, at_desk, filed

from hengjian.app import packs
from hengjian.app.desk import Desk
from hengjian.app.local import METHODS
from hengjian.web import build


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, told = tmp_path_factory.mktemp("models"), history()
    pack = write_pack(folder / "scored", FILES)
    packs.init({"space": str(folder / "home"), "packs": [str(pack)], "name": "home", "actor": "tester"})
    settings = folder / "home" / "hengjian.toml"
    settings.write_text(f"today = 2021-06-30\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    filed(folder / "home", told.entities, form="entities", known_from="2012-01-01")
    for text, day in told.filings.values():
        filed(folder / "home", text, form="wide", known_from=day)
    labels = {"name": "labels.csv", "data": told.labels.encode()}
    for to in (None, "2018-12-31"):
        asked(folder / "home", "train_model", model="failure_line", labels=labels, to=to)
    return folder / "home"


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    desk = at_desk(home)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> TestClient:
    made = build(lambda method, question: METHODS[method](desk, question))
    return TestClient(made, base_url="http://127.0.0.1", raise_server_exceptions=False)


def test_the_list(client: TestClient) -> None:
    page = client.get("/models?lang=en").text
    assert "Score of failure" in page
    assert "Not learned yet." in page  # the one of trees
    assert "never a grade by itself" in page
    assert 'href="/models"' in client.get("/alerts?lang=en").text


def test_a_score_with_its_versions(desk: Desk, client: TestClient) -> None:
    page = client.get("/models/failure_line?lang=en").text
    assert "Never a grade by itself." in page
    assert "Version 2" in page
    assert "version=1" in page
    scores = METHODS["model_score"](desk, {"model": "failure_line"})["scores"]
    assert f">{100 * scores[0]['probability']:.1f}%<" in page
    assert page.index(scores[0]["name"]) < page.index(scores[1]["name"])
    assert "<circle" in page  # reliability
    (one,) = METHODS["models"](desk, {"model": "failure_line"})["models"]
    assert one["versions"][0]["data"]["sha256"] in page
    assert one["versions"][1]["data"]["sha256"] in client.get("/models/failure_line?version=1").text
    chinese = client.get("/models/failure_line?lang=zh").text
    assert "仅供参考，不作评级。" in chinese
    assert "第 2 版" in chinese


def test_one_that_is_not_learned_yet(client: TestClient) -> None:
    page = client.get("/models/failure?lang=en")
    assert page.status_code == 200
    assert "hengjian model SPACE train failure --labels FILE" in page.text
    assert client.get("/models/failure/E001").status_code == 404
    assert client.get("/models/nothing").status_code == 404
    assert client.get("/models/failure_line/E999").status_code == 404


def test_what_made_up_a_score(desk: Desk, client: TestClient) -> None:
    (row,) = METHODS["model_score"](desk, {"model": "failure_line", "entities": ["E002"], "sources": True})["scores"]
    page = client.get("/models/failure_line/E002?lang=en").text
    assert f"{100 * row['probability']:.1f}%" in page
    rows = re.findall(r"<tr><th scope=\"row\"><a href=\"[^\"]*\" title=\"(\w+)\">.*?>([+-][0-9.]+)</td>", page)
    every = sorted(row["inputs"], key=lambda one: -abs(one["contribution"]))
    assert rows == [(one["input"], f"{one['contribution']:+.3f}") for one in every]
    assert "/entity/E002/explain/debt_ratio/2019" in page
    filing = every[0]["sources"][0]["filing"]
    assert f'href="/filing/{filing}' in page
    assert "Never a grade by itself." in page


def test_the_scores_as_a_file(client: TestClient) -> None:
    found = client.get("/models/failure_line?format=csv&lang=en")
    assert found.headers["content-type"].startswith("text/csv")
    lines = found.text.splitlines()
    assert "Probability" in lines[0]
    assert len(lines) == 151
