"""The page of notices: what waits, what was told, what was given up and why; and trying it again."""

import re
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from listeners import Post, closed_port
from notified_homes import notified, owe, send
from test_pages import Links, text_of

from hengjian.app import open_space
from hengjian.people.outbox import Outbox
from hengjian.web import build

OURS = {"origin": "http://127.0.0.1"}


@pytest.fixture
def port() -> int:
    return closed_port()


@pytest.fixture
def home(tmp_path: Path, port: int) -> Path:
    rules = '[[notify.rules]]\nto = "mail"\nroles = ["viewer"]\n'
    home = notified(tmp_path / "home", mail=port, rules=rules)
    owe(home, "A1")
    send(home)
    return home


@pytest.fixture
def reads(home: Path) -> TestClient:
    return TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)


def test_what_waits_and_why(reads: TestClient) -> None:
    page = reads.get("/notices").text
    text = text_of(page)
    assert "待发 2" in text
    assert "连接不上：Connection refused" in text
    assert "甲一水务有限公司 发出" in text
    assert "own@example.org" in text
    assert '<a href="/notices" aria-current="page">通知</a>' in page
    assert Links(page).inline == []
    assert "no connection: Connection refused" in reads.get("/notices?lang=en").text
    assert "没有通知。" in reads.get("/notices?state=dead&lang=zh").text
    assert reads.get("/notices?before=what").status_code == 200


def test_what_was_given_up_is_tried_again(home: Path, port: int, reads: TestClient) -> None:
    with Outbox.open(home / "outbox.db") as box, box._changing() as db:
        db.execute("UPDATE delivery SET state = 'dead', error = '550 no such user', done = 1")
    page = reads.get("/notices").text
    assert "550 no such user" in page
    name = re.search(r'name="id" value="(\w+)"', page)
    assert name is not None
    assert reads.post("/notices/retry", data={"id": name[1]}, headers=OURS).headers["location"] == "/notices"
    assert "待发 1 已放弃 1" in text_of(reads.get("/notices").text)
    assert reads.post("/notices/retry", headers=OURS, data={"x": "1"}).status_code == 303
    with Post(port=port) as post:
        send(home)
    assert len(post.mails) == 2
    assert "已送达 2" in text_of(reads.get("/notices").text)
    refused = reads.post("/notices/retry", data={"id": name[1]}, headers=OURS)
    assert refused.status_code == 422
    assert "待发或已放弃的通知" in refused.text


def test_a_space_that_tells_nobody_says_how(tmp_path: Path) -> None:
    from sighted_homes import district

    home = district(tmp_path / "home")
    reader = TestClient(build(open_space(home).ask), base_url="http://127.0.0.1")
    assert "[notify]" in reader.get("/notices").text
