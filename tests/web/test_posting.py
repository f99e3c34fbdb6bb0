"""What pages are sent: only from our own pages, of bounded size, whatever the files are called."""

from collections.abc import Iterator
from typing import Any

import pytest
from space import ask
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from hengjian.web.posting import LARGEST, Handed, bare_name, posting
from hengjian.web.site import no_page
from hengjian.web.visit import Visit
from hengjian.web.wall import Wall

OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


def told(visit: Visit, handed: Handed) -> Response:
    del visit
    return JSONResponse(
        {"fields": dict(handed.fields), "files": [[file.name, len(file.data)] for file in handed.files]}
    )


@pytest.fixture
def client() -> TestClient:
    return client_of(LARGEST)


def client_of(largest: int) -> TestClient:
    from starlette.exceptions import HTTPException

    wall = Wall(ask)
    app = Starlette(
        routes=[Route("/", posting(wall, told, largest=largest), methods=["POST"])],
        exception_handlers={HTTPException: no_page},
    )
    app.state.wall = wall
    return TestClient(app, base_url="http://127.0.0.1")


def sent(client: TestClient, headers: dict[str, str] | None = None, **more: Any) -> Any:
    return client.post("/", headers=OURS if headers is None else headers, **more)


def test_fields_and_files(client: TestClient) -> None:
    answer = sent(client, data={"form": "quick\x00_report", "note": "两行\n文字"}, files={"file": ("a.xlsx", b"12345")})
    assert answer.json() == {"fields": {"form": "quick_report", "note": "两行\n文字"}, "files": [["a.xlsx", 5]]}
    assert sent(client, data={"form": "x"}).json() == {"fields": {"form": "x"}, "files": []}


def test_no_file_chosen_is_none(client: TestClient) -> None:
    body = b'--B\r\ncontent-disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--B--\r\n'
    headers = {**OURS, "content-type": "multipart/form-data; boundary=B"}
    assert sent(client, headers, content=body).json() == {"fields": {}, "files": []}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"origin": "http://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "http://127.0.0.1", "sec-fetch-site": "cross-site"},
        {"referer": "http://127.0.0.1/filing"},
    ],
)
def test_a_form_from_elsewhere_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = sent(client, headers, data={"form": "x"})
    assert answer.status_code == 403
    assert "不是从本系统的页面发出的" in answer.text


@pytest.mark.parametrize("headers", [OURS, {"origin": "http://127.0.0.1"}, {"sec-fetch-site": "none"}])
def test_a_form_of_ours_is_taken(client: TestClient, headers: dict[str, str]) -> None:
    assert sent(client, headers, data={"form": "x"}).status_code == 200


def test_other_kinds_of_bodies(client: TestClient) -> None:
    for kind in ("application/json", "text/plain", "", "multipart/mixed"):
        answer = sent(client, {**OURS, "content-type": kind}, content=b"{}")
        assert answer.status_code == 415, kind
    assert "这里只收表单" in answer.text


def test_a_broken_form(client: TestClient) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=B"):
        answer = sent(client, {**OURS, "content-type": kind}, content=b"nonsense")
        assert answer.status_code == 400
    many = {f"f{number}": "x" for number in range(100)}
    assert sent(client, files=dict.fromkeys(many, (None, "x"))).status_code == 400


def test_a_file_too_large() -> None:
    client = client_of(1000)
    answer = sent(client, files={"file": ("a.csv", b"x" * 2000)})
    assert answer.status_code == 413
    assert "文件太大" in answer.text

    def endless() -> Iterator[bytes]:
        yield b'--B\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
        yield from (b"x" * 100 for _ in range(50))

    headers = {**OURS, "content-type": "multipart/form-data; boundary=B"}
    assert sent(client, headers, content=endless()).status_code == 413, "without saying how long it is"
    assert sent(client, files={"file": ("a.csv", b"x" * 500)}).status_code == 200
    assert LARGEST == 64 * 1024 * 1024, "as the texts say"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("快报.xlsx", "快报.xlsx"), ("../../etc/passwd", "passwd"), ("C:\\报表\\一季度.xlsx", "一季度.xlsx"),
        ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"), ("..", "file"), ("a/", "file"),
        ("\u202efdp.xlsx", "fdp.xlsx"), ("a\r\nb\x00.csv", "ab.csv"), ("   ", "file"), ("a\u2028b", "ab"),
    ],
)  # fmt: skip
def test_names_of_files(name: str, bare: str) -> None:
    assert bare_name(name) == bare


def test_a_long_name_keeps_its_ending() -> None:
    assert bare_name("资" * 300 + ".xlsx") == "资" * 195 + ".xlsx"
    assert bare_name("x" * 300) == "x" * 200
    assert len(bare_name("x." + "y" * 300)) == 200
