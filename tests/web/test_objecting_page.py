"""The page on which an enterprise objects to its score, an officer answers, and the score is published."""

import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from published_homes import flowing
from test_pages import Links, text_of
from warned_homes import asked, copied, size

from hengjian.app import open_space
from hengjian.web import build

OURS = {"origin": "http://127.0.0.1"}
PAGE = "/assessment/yearbook/2025/A/objections"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flowing(tmp_path_factory.mktemp("objecting") / "home")


@pytest.fixture
def home(begun: Path, tmp_path: Path) -> Path:
    return copied(begun, tmp_path / "home")


@pytest.fixture
def clerk(home: Path) -> TestClient:
    return TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)


def sent(clerk: TestClient, act: str, **more: str) -> Any:
    return clerk.post(PAGE, data={"act": act, "actor": "张三", **more}, headers=OURS)


def test_from_objection_to_publication(clerk: TestClient, home: Path) -> None:
    page = clerk.get(PAGE).text
    said = text_of(page)
    assert "可在 2026-03-09 前（含当日）提出异议。" in said
    assert "没有异议。" in said
    assert "公布得分" in said
    assert Links(page).inline == []
    done = sent(clerk, "object", item="gained", text="利润少计 <b>")
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    said = text_of(page := clerk.get(PAGE).text)
    assert "<b>利润" not in page
    assert "利润少计 &lt;b&gt;" in page
    assert "异议 1" in said
    assert "待答复" in said
    assert "公布得分" not in said
    assert sent(clerk, "reject", actor="李四", number="1", text="口径无误").status_code == 303
    assert "未采纳： 口径无误" in text_of(clerk.get(PAGE).text)
    assert sent(clerk, "publish", actor="李四", office="区国资委").status_code == 303
    assert (
        asked(home, "assessment", scorecard="yearbook", period="2025", entity="A")["objections"][0]["upheld"] is False
    )
    said = text_of(clerk.get(f"{PAGE}?lang=en").text)
    assert "Rejected: 口径无误" in said
    assert "It is not the time for objections" in said


def test_what_is_refused_is_told_with_what_was_written(clerk: TestClient, home: Path) -> None:
    before = size(home)
    answer = sent(clerk, "object", item="gained", text=" ")
    assert answer.status_code == 422
    assert "没有填写内容" in text_of(answer.text)
    answer = sent(clerk, "publish", actor="local:olga")
    assert answer.status_code == 422
    assert "须由两人分别办理" in text_of(answer.text)
    assert sent(clerk, "object", actor="", text="为何").status_code == 422
    assert sent(clerk, "erase").status_code == 404
    assert clerk.post(PAGE, data={"act": "object"}, headers={"origin": "http://evil.example"}).status_code == 403
    assert clerk.get("/assessment/yearbok/2025/A/objections").status_code == 404
    assert size(home) == before
