"""报送 as a clerk does it, without script: template, file, faults by cell, mended, submitted, looked up."""

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from desk_of_web import FIRST, Asking, made
from filing_homes import figures
from homes import copied
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from hengjian.web import build
from hengjian.web.held import KEPT_S, Held, Upload
from hengjian.web.posting import HandedFile
from hengjian.web.respond import POLICY

OURS = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
WRONG = figures("E1,2025-Q4,十二,1,1", "E9,2025-Q4,5,5,")
RIGHT = figures("E1,2025-Q4,12,1,100")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The space that each test has a copy of."""
    return made(tmp_path_factory.mktemp("template") / "home")


@pytest.fixture
def asking(template: Path, tmp_path: Path) -> Iterator[Asking]:
    found = Asking(copied(template, tmp_path / "home"))
    yield found
    found.close()


@pytest.fixture
def clerk(asking: Asking) -> TestClient:
    return TestClient(build(asking), base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()


def handed(clerk: TestClient, data: str | bytes, name: str = "快报.csv", **fields: str) -> Any:
    body = data if isinstance(data, bytes) else data.encode()
    given = {"form": "short_balance", "actor": "张三", **fields}
    return clerk.post("/filing", headers=OURS, data=given, files={"file": (name, body)})


def submitted(clerk: TestClient, page: str) -> Any:
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    return clerk.post("/filing", headers=OURS, data={"do": "submit", "token": token[1], "form": "short_balance"})


def test_the_page_offers_forms_periods_and_entities(clerk: TestClient) -> None:
    page = clerk.get("/filing").text
    assert '<option value="short_balance" selected>资产负债简表</option>' in page
    assert '<option value="observations">逐条数据</option>' in page
    assert "<option>2026-Q1</option>" in page, "the running one too"
    assert '<option value="E1">' in page
    assert "2025-Q4</a>" in page
    assert "截止 2026-01-30" in page
    assert "逾期未报 2" in page
    assert "填报人" in page
    assert "未认证" in page
    assert '<a href="/filing" aria-current="page">报送</a>' in page
    chosen = clerk.get("/filing", params={"form": "balance", "period": "2020-Q1", "entity": "E2", "lang": "en"}).text
    assert '<option value="balance" selected>Balance sheet</option>' in chosen
    assert "<option selected>2020-Q1</option>" in chosen
    assert 'value="E2"' in chosen


def test_the_template_is_a_workbook_with_what_was_chosen(clerk: TestClient) -> None:
    chosen = {"form": "balance", "entity": "E1", "period": "2025-Q4", "actor": ""}
    answer = clerk.get("/filing/template", params=chosen)
    assert answer.headers["content-disposition"].endswith(f"filename*=UTF-8''{quote('资产负债表 E1 2025-Q4.xlsx')}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.get_sheet_by_index(0).to_python(skip_empty_area=False)[1][1] == "E1"
    assert clerk.get("/filing/template", params={"form": "nonsense"}).status_code == 400


def test_faults_by_cell_then_mended_then_submitted(clerk: TestClient, asking: Asking) -> None:
    size = asking.desk.log.size
    page = handed(clerk, WRONG)
    assert page.status_code == 422
    said = text_of(page.text)
    assert "2 处错误 尚未入账" in said
    assert "C2 十二" in said
    assert "A3 E9" in said
    assert 'name="token"' not in page.text, "what has faults cannot be submitted"
    clean = handed(clerk, RIGHT)
    said = text_of(clean.text)
    assert clean.status_code == 200
    assert "没有错误，可以提交，1 处提醒" in said
    assert "内容 3 项" in said
    assert "更正 0 个已报的数" in said
    assert asking.desk.log.size == size, "nothing is entered so far"
    receipt = submitted(clerk, clean.text)
    said = text_of(receipt.text)
    assert receipt.status_code == 200
    assert f"已入账 F{size:06d}" in said
    assert "张三 未认证" in said
    assert "受限 100 超过 12" in said
    assert f'href="/filing/F{size:06d}/proof"' in receipt.text
    assert asking.desk.log.size == size + 1
    again = submitted(clerk, clean.text)
    assert f"此前已入账 F{size:06d}" in text_of(again.text)
    assert "只入账一次" in again.text
    assert asking.desk.log.size == size + 1, "a second click, or a page sent again"
    assert "此文件已经报送过" in handed(clerk, RIGHT).text


def test_two_clicks_at_once_file_once(clerk: TestClient, asking: Asking) -> None:
    page = handed(clerk, RIGHT).text
    size = asking.desk.log.size
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: submitted(clerk, page), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sum("此前已入账" in answer.text for answer in answers) == 3
    assert asking.desk.log.size == size + 1


def test_a_correction_says_what_it_changes(clerk: TestClient) -> None:
    said = text_of(handed(clerk, figures("E1,2025-Q3,200,170,300")).text)
    assert "更正 1 个已报的数 ，2 个不变" in said or "更正 1 个已报的数，2 个不变" in said


def test_the_fragment_is_the_result_alone(clerk: TestClient) -> None:
    answer = clerk.post(
        "/filing", params={"fragment": "1"}, headers=OURS, data={"form": "short_balance", "actor": "张三"},
        files={"file": ("a.csv", WRONG.encode())},
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<h2")
    assert "<html" not in answer.text


def test_what_the_form_lacks(clerk: TestClient) -> None:
    answer = clerk.post("/filing", headers=OURS, data={"form": "short_balance", "actor": " "})
    assert answer.status_code == 422
    assert "还没有选择文件" in answer.text
    assert "还没有写填报人" in answer.text
    stale = clerk.post("/filing", headers=OURS, data={"do": "submit", "token": "gone", "actor": "x"})
    assert "还没有选择文件" in stale.text, "a checked file that is not kept any more"


def test_a_file_may_be_submitted_at_once_and_is_refused_as_a_whole(clerk: TestClient, asking: Asking) -> None:
    size = asking.desk.log.size
    refused = handed(clerk, WRONG, do="submit")
    assert "C2 十二" in text_of(refused.text)
    assert asking.desk.log.size == size
    assert "已入账" in handed(clerk, RIGHT, do="submit").text


def test_who_files_is_remembered(clerk: TestClient) -> None:
    answer = handed(clerk, RIGHT, actor="张三 <财务>")
    assert f"actor={quote('张三 <财务>')}; HttpOnly; Max-Age=31536000; Path=/;" in answer.headers["set-cookie"]
    assert 'value="张三 &lt;财务&gt;"' in clerk.get("/filing").text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"), ("<img src=x onerror=alert(1)>.csv", "&lt;img src=x onerror=alert(1)&gt;.csv"),
        ("资" * 300 + ".csv", "资" * 196 + ".csv"), ("\u202evsc.x", "vsc.x"),
    ],
)  # fmt: skip
def test_hostile_names(clerk: TestClient, name: str, shown: str) -> None:
    for data in (WRONG, RIGHT):
        page = handed(clerk, data, name=name)
        assert f"<bdi>{shown}</bdi>" in page.text
    receipt = submitted(clerk, page.text)
    assert f"<bdi>{shown}</bdi>" in receipt.text
    listed = clerk.get("/filing/list").text
    assert f"<bdi>{shown}</bdi>" in listed


def test_strange_files(clerk: TestClient) -> None:
    for data in (b"", b"\x00" * 1000, b"PK\x03\x04 no archive", bytes(range(256)) * 10, "单位\n".encode("utf-16")):
        page = handed(clerk, data)
        assert page.status_code == 422, data[:10]
        assert "处错误" in page.text


def test_unknown_choices_are_faults_not_failures(clerk: TestClient) -> None:
    for fields in ({"form": "<b>"}, {"entity": "nobody"}, {"form": "x" * 5000}):
        page = handed(clerk, RIGHT, **fields)
        assert page.status_code == 422, fields
        assert "<b>" not in page.text.replace('<b class="tag">', "")


def test_a_form_from_elsewhere_files_nothing(clerk: TestClient, asking: Asking) -> None:
    page = handed(clerk, RIGHT).text
    size = asking.desk.log.size
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {}):
        answer = clerk.post("/filing", headers=headers, data={"do": "submit", "token": token[1]})
        assert answer.status_code == 403
    assert asking.desk.log.size == size


def test_pages_carry_nothing_inline(clerk: TestClient) -> None:
    pages = ["/filing", "/filing/calendar", "/filing/list", "/filing/F000003", "/evidence"]
    for page in [*(clerk.get(path) for path in pages), handed(clerk, WRONG), handed(clerk, RIGHT)]:
        assert page.headers["content-security-policy"] == POLICY
        assert not re.search(r"<(style|script(?![^>]* src=))|\s(style|on[a-z]+)=", page.text)


# lists


def test_the_list_of_filings(clerk: TestClient) -> None:
    page = clerk.get("/filing/list").text
    assert page.index("F000005") < page.index("F000003")
    assert "共 4 次报送" in page
    assert "档案 2025-07-20" in page
    assert "&lt;b&gt;更正&lt;/b&gt;.csv" in page
    of_one = clerk.get("/filing/list", params={"entity": "E1", "form": "short_balance"}).text
    assert "共 2 次报送" in of_one
    nobody = clerk.get("/filing/list", params={"entity": "<b>"})
    assert nobody.status_code == 400
    assert "<b>" not in nobody.text.replace("<p><b>", "")
    csv = clerk.get("/filing/list", params={"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("报送编号,入账时间,")
    assert len(csv) == 5


def test_a_filing_with_its_cells_and_corrections(clerk: TestClient) -> None:
    said = text_of(clerk.get("/filing/F000003").text)
    assert "三季度.csv" in said
    assert "clerk 未认证" in said
    assert "后被更正 F000004 3 处" in said
    assert "受限 300 超过 200" in said
    assert "total assets" not in said, "measures by their labels in the reader's language"
    csv = clerk.get("/filing/F000003", params={"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(csv) == 6
    assert clerk.get("/filing/F000002").status_code == 200, "a list of entities"
    for name in ("F000099", "F000000", "nothing", "<b>"):
        missing = clerk.get(f"/filing/{quote(name)}")
        assert missing.status_code == 404
        assert "没有编号为" in missing.text
        assert "<b>" not in missing.text


def test_the_file_and_the_proof_are_taken_away(clerk: TestClient) -> None:
    answer = clerk.get("/filing/F000003/file")
    assert answer.content == FIRST.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    hostile = clerk.get("/filing/F000004/file").headers["content-disposition"]
    assert f"filename*=UTF-8''{quote('<b>更正</b>.csv', safe='')}" in hostile
    assert "<" not in hostile
    proof = clerk.get("/filing/F000003/proof")
    assert proof.json()["kind"] == "hengjian/filing-proof"
    assert clerk.get("/filing/F000099/proof").status_code == 404


# the calendar


def test_the_calendar_shows_what_presses_first(clerk: TestClient) -> None:
    page = clerk.get("/filing/calendar").text
    said = text_of(page)
    assert "期末后 30 天内报送" in said
    assert said.index("2025-Q4") < said.index("2025-Q3"), "the latest first"
    assert 'class="state missing"' in page
    assert "未报 10 天" in said
    assert 'href="/filing/F000004">' in page
    assert "据称 2025-07-20 已报，未经证明" in page
    overdue = clerk.get("/filing/calendar", params={"show": "overdue"}).text
    assert "有逾期 2" in overdue
    other = text_of(clerk.get("/filing/calendar", params={"form": "register"}).text)
    assert "未规定报送期限" in other
    assert "从未报送 2" in other
    assert clerk.get("/filing/calendar", params={"form": "nonsense"}).status_code == 400
    assert clerk.get("/filing/calendar", params={"year": "soon"}).status_code == 200


def test_the_calendar_goes_out_as_a_table(clerk: TestClient) -> None:
    csv = clerk.get("/filing/calendar", params={"format": "csv", "year": "2025"}).content.decode("utf-8-sig")
    head, *rows = [line.split(",") for line in csv.split("\r\n" if "\r\n" in csv else "\n") if line]
    assert head == ["编号", "名称", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert {row[0]: row[2:] for row in rows} == {
        "E1": ["", "", "迟 102 天", "未报 10 天"], "E2": ["", "按时", "迟 102 天", "未报 10 天"]
    }  # fmt: skip
    book = clerk.get("/filing/calendar", params={"format": "xlsx"})
    assert CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names


# uploads that are kept for a while


def upload(size: int = 1) -> Upload:
    return Upload(files=(HandedFile(name="a", data=b"x" * size),), form="f", entity="", period="", actor="a")


def test_uploads_are_kept_for_a_while() -> None:
    now = [0.0]
    held = Held(clock=lambda: now[0])
    first = held.put(upload())
    now[0] = KEPT_S - 1
    second = held.put(upload(2))
    assert held.get(first) == upload()
    now[0] = KEPT_S + 1
    assert held.get(first) is None
    assert held.get(second) == upload(2)
    assert held.get("") is None
    assert len({held.put(upload()) for _ in range(100)}) == 100


def test_uploads_make_room() -> None:
    held = Held(room=10)
    first, second, third = (held.put(upload(4)) for _ in range(3))
    assert [held.get(token) is not None for token in (first, second, third)] == [False, True, True]
    large = held.put(upload(40))
    assert held.get(large) is not None, "the latest one is always kept"
    assert held.get(third) is None
