"""The pages on which registers are entered, and the bridge from audited to assessed figures."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from assessed_space import asking
from homes import at_desk
from register_homes import LETTER, made
from starlette.testclient import TestClient

from hengjian.app.desk import Desk
from hengjian.web import build

OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
BY = {"actor": "张三"}


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("registered") / "home")


@pytest.fixture
def desk(registered: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = at_desk(Path(shutil.copytree(registered, tmp_path / "home")))
    yield desk
    desk.close()


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(build(asking(desk, None)), base_url="http://127.0.0.1", raise_server_exceptions=True,
                      follow_redirects=False)  # fmt: skip


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def sent(client: TestClient, address: str, files: Any = None, **fields: str) -> Any:
    return client.post(address, data={**BY, **fields}, files=files, headers=OURS)


def test_every_register_has_its_way_in(client: TestClient) -> None:
    said = text_of(client.get("/registers").text)
    for label in ("标准值", "责任书", "部门确认", "评议打分", "加减分", "调整事项", "口径选择", "对标组"):
        assert label in said
    assert client.get("/registers/nothing").status_code == 404
    for kind in ("standard", "letter", "award", "peer_figure"):
        assert "方式二：粘贴" in client.get(f"/registers/{kind}").text


def test_rows_of_a_book_are_pasted_with_tabs(client: TestClient, desk: Desk) -> None:
    given = {"book": "performance", "year": "2006", "class": "工业", "size": "medium"}
    answer = sent(client, "/registers/standard", text="净资产收益率(%)\t16.1\t10.7\t5.6\t−1.1\t−8.7\n", **given)
    assert answer.status_code == 303
    shown = client.get(answer.headers["location"])
    assert "已录入 1 条" in text_of(shown.text)
    (row,) = asking(desk, None)("register", {"kind": "standard"})["rows"]
    assert (row["key"], row["bands"]["poor"], row["size"], row["actor"]) == ("roe", "-8.7", "medium", "张三")


def test_faults_are_told_with_row_and_column_and_what_was_written_stays(client: TestClient, desk: Desk) -> None:
    size = desk.log.size
    answer = sent(
        client, "/registers/standard", text="总资产周转 1 2 3 4 5\n资产负债率 1 2 3 4 x y", book="performance"
    )
    assert answer.status_code == 422
    said = text_of(answer.text)
    assert "没有录入" in said
    assert "第 1 行" in said
    assert "没有名为“总资产周转”、设有标准值的指标" in said or "该行没有填写" in said
    assert "总资产周转 1 2 3 4 5" in unescape(answer.text)
    assert desk.log.size == size


def test_a_file_is_handed_in_and_its_template_taken_away(client: TestClient) -> None:
    template = client.get("/registers/letter/template?scorecard=signed&period=2025")
    assert template.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert client.get("/registers/letter/template?scorecard=none").status_code == 404
    answer = sent(client, "/registers/letter", files={"file": ("letters.csv", LETTER.encode(), "text/csv")})
    assert answer.status_code == 303
    assert "count=1" in answer.headers["location"]


def test_one_row_is_filled_in_field_by_field(client: TestClient, desk: Desk) -> None:
    fields = {
        "scorecard": "yearly",
        "period": "2025",
        "cell.switch": "clamp",
        "cell.choice": "off",
        "cell.reason": "会议",
    }
    assert sent(client, "/registers/setting", **fields).status_code == 303
    (row,) = asking(desk, None)("register", {"kind": "setting"})["rows"]
    assert (row["choice"], row["reason"]) == ("off", "会议")
    assert "没有填写" in text_of(sent(client, "/registers/setting", **{**fields, "cell.reason": ""}).text)
    assert sent(client, "/registers/setting").status_code == 422
    assert client.post("/registers/setting", data=fields).status_code == 403  # from elsewhere


def test_the_bridge_shows_what_each_adjustment_does_and_files_the_assessed_figures(client: TestClient) -> None:
    assert "没有调整事项" in text_of(client.get("/bridge/A/2025").text)
    claim = {"id": "T1", "measure": "net_profit", "effect": "add_back", "ground": "研发", "claim": "5", "evidence": "x",
             "capitalised": "0", "part": "80%", "state": "recognised", "document": "1号"}  # fmt: skip
    fields = {f"cell.{name}": text for name, text in claim.items()}
    assert sent(client, "/registers/adjustment", entity="A", period="2025", **fields).status_code == 303
    said = text_of(client.get("/bridge/A/2025?scorecard=yearly").text)
    for words in ("净利润", "审计数", "T1", "对得分的影响", "报送考核数"):
        assert words in said
    answer = sent(client, "/bridge/A/2025")
    assert answer.status_code == 303
    said = text_of(client.get(answer.headers["location"]).text)
    assert "考核数已报送" in said
    assert "按已认定的事项形成" not in said  # nothing more to file
    assert client.get("/bridge/nobody/2025").status_code == 404
    assert client.get("/bridge/A/never").status_code == 404
    assert sent(client, "/bridge/B/2025").status_code == 422
