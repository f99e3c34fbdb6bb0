"""存证: a file or a proof that is handed in is held against the ledger."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from desk_of_web import FIRST, Asking, made
from filing_homes import figures
from homes import submission
from starlette.testclient import TestClient

from hengjian.trust.verify import verify
from hengjian.web import build

OURS = {"origin": "http://127.0.0.1"}


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    found = Asking(made(tmp_path_factory.mktemp("evidence") / "home"))
    yield found
    found.close()


@pytest.fixture
def reader(asking: Asking) -> TestClient:
    return TestClient(build(asking), base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False)


def handed(reader: TestClient, data: bytes, name: str = "file", **query: str) -> str:
    answer = reader.post("/evidence", params=query, headers=OURS, files={"file": (name, data)})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_filed_file_is_known(reader: TestClient) -> None:
    said = handed(reader, FIRST.encode(), name="<i>改名.csv")
    assert "这是一份已入账的报送文件，原样未改" in said
    assert "账本第 3 号" in said
    assert "F000003" in said
    assert "&lt;i&gt;改名.csv" in said


def test_one_byte_changes_it(reader: TestClient) -> None:
    assert "账本上没有这个文件" in handed(reader, FIRST.encode() + b" ")
    assert "账本上没有这个文件" in handed(reader, b"")
    assert "账本上没有这个文件" in handed(reader, b"{" * 10_000)


def test_a_proof_from_the_page_holds_and_a_changed_one_does_not(reader: TestClient) -> None:
    bundle = reader.get("/filing/F000003/proof").content
    assert "证明成立，所证条目在本账本上" in handed(reader, bundle)
    assert "证明不成立" in handed(reader, bundle.replace(b'"value":200', b'"value":201', 1))


def test_the_key_and_the_proof_from_the_pages_satisfy_the_verifier(reader: TestClient) -> None:
    key = reader.get("/evidence/key")
    assert key.headers["content-disposition"].startswith('attachment; filename="home.vkey"')
    assert verify(reader.get("/filing/F000003/proof").content, key.text).ok


def test_a_kept_checkpoint(reader: TestClient, asking: Asking) -> None:
    kept = reader.get("/evidence/checkpoint").content
    asking("submit", submission(figures("E1,2024-Q1,5,4,"), form="short_balance"))
    said = handed(reader, kept)
    assert "账本自该检查点以来只增不改" in said
    assert re.search(r"当时 (\d+) 条，现在 (?!\1 )\d+ 条", said)
    assert "账本不是从该检查点延续下来的" in handed(reader, kept.replace(b"\n\xe2", b"x\n\xe2", 1))


def test_the_page_shows_the_ledger(reader: TestClient, asking: Asking) -> None:
    page = reader.get("/evidence").text
    assert f"账本共 {asking.desk.log.size} 条" in page
    assert asking.desk.log.verifier.text() in page.replace("&#43;", "+")
    assert "hengjian verify" in page
    assert "声明包" in page
    assert "声明包" in reader.get("/evidence", params={"from": "1"}).text
    assert reader.get("/evidence", params={"from": "x"}).status_code == 200
    assert (
        "The ledger does not know"
        in reader.post(
            "/evidence", params={"lang": "en", "fragment": "1"}, headers=OURS, files={"file": ("a", b"x")}
        ).text
    )


def test_nothing_handed_in_and_forms_from_elsewhere(reader: TestClient) -> None:
    empty: dict[str, Any] = {"headers": OURS, "data": {"x": "y"}}
    answer = reader.post("/evidence", **empty)
    assert answer.status_code == 422
    assert "还没有选择文件" in answer.text
    assert reader.post("/evidence", files={"file": ("a", b"x")}).status_code == 403
