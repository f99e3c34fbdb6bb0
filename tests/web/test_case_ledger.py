"""Pages to open a case, to hand in files and take them away, and the ledger of a workflow."""

import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from opened_homes import FIELDS, PHOTO, moved, opened_home, opening
from test_pages import Links, text_of
from warned_homes import asked, copied, set_today, size

from hengjian.app import open_space
from hengjian.web import build

OURS = {"origin": "http://127.0.0.1"}
FORM = {
    "workflow": "hazard", "actor": "张三", "entity": "E2", "title": "护栏缺失", "key": "K1",
    **{f"field.opened_by.{name}": text for name, text in FIELDS.items()},
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return opened_home(tmp_path_factory.mktemp("ledger") / "home")


@pytest.fixture
def home(plain: Path, tmp_path: Path) -> Path:
    return copied(plain, tmp_path / "home")


@pytest.fixture
def clerk(home: Path) -> TestClient:
    return TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)


def opened(clerk: TestClient, files: Any = None, **more: str) -> Any:
    return clerk.post("/cases/open", data={**FORM, **more}, files=files, headers=OURS)


def photo(name: str, data: bytes = PHOTO, field: str = "opened_by.before") -> tuple[str, tuple[str, bytes, str]]:
    return f"field.{field}", (name, data, "image/png")


def test_the_form_asks_for_what_the_workflow_declares(clerk: TestClient) -> None:
    page = clerk.get("/cases/open?entity=E2").text
    for piece in (
        'name="entity" value="E2"', 'name="title"', 'name="field.opened_by.place"',
        '<select name="field.opened_by.class" required>', '<option value="major">重大</option>',
        '<input type="file" name="field.opened_by.before" multiple accept=".jpg,.png">', "jpg、png，最多 2 个",
        '<option value="E1">', "自登记之日起 10 个工作日内办结。",
    ):  # fmt: skip
        assert piece in page, piece
    assert re.search(r'name="key" value="[0-9a-f]{32}"', page)
    assert Links(page).inline == []
    assert '<a class="opens" href="/cases/open?workflow=hazard&amp;entity=">登记</a>' in clerk.get("/cases").text


def test_a_case_is_opened_with_files_and_shown(home: Path, clerk: TestClient) -> None:
    before = size(home)
    answer = opened(clerk, [photo("现场 <1>.png"), photo("b.jpg", b"<html><script>alert(1)</script></html>")])
    assert (answer.status_code, size(home)) == (303, before + 3)
    case = f"C{before + 2:06d}"
    assert answer.headers["location"] == f"/case/{case}?done={before + 2}"
    page = clerk.get(f"/case/{case}").text
    assert "<h1>护栏缺失</h1>" in page
    assert "登记" in text_of(page)
    assert "部位: 三号码头" in text_of(page)
    assert f'href="/case/{case}/file/{before}"' in page
    assert "现场 &lt;1&gt;.png" in page
    assert (
        opened(clerk, [photo("现场 <1>.png"), photo("b.jpg", b"<html><script>alert(1)</script></html>")]).headers[
            "location"
        ]
        == answer.headers["location"]
    ), "a form that is sent twice opens one case"
    assert size(home) == before + 3


def test_a_file_is_taken_away_and_never_shown(home: Path, clerk: TestClient) -> None:
    entry = size(home)
    case = opened(clerk, [photo("恶意.png", b"<svg onload='alert(1)'/>")]).headers["location"].split("?")[0]
    answer = clerk.get(f"{case}/file/{entry}")
    assert answer.content == b"<svg onload='alert(1)'/>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename=\"__.png\"; filename*=UTF-8''%E6")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "no-store"
    for path in (f"{case}/file/0", f"{case}/file/x", f"/case/C999999/file/{entry}"):
        assert clerk.get(path).status_code == 404


def test_what_is_refused_is_told_with_what_was_written(home: Path, clerk: TestClient) -> None:
    before = size(home)
    answer = opened(clerk, [photo("a.svg", b"<svg/>")], title=" ", **{"field.opened_by.class": ""})
    assert (answer.status_code, size(home)) == (422, before)
    text = text_of(answer.text)
    assert "没有登记成" in text
    assert "没有写标题" in text
    assert "登记 需要填写 等级" in text
    assert "照片 的文件“a.svg”类型不符" in text
    assert "文件不会保留在页面上，请重新选择。" in text
    assert 'value="三号码头"' in answer.text
    assert 'name="key" value="K1"' in answer.text
    answer = opened(clerk, [photo("a.png", b"")])
    assert (answer.status_code, size(home)) == (422, before)
    assert "照片 的文件“a.png”是空的" in text_of(answer.text)
    answer = opened(clerk, actor=" ")
    assert (answer.status_code, size(home)) == (422, before)
    english = clerk.post("/cases/open?lang=en", data={**FORM, "entity": "E9"}, headers=OURS)
    assert "no entity is registered as &#39;E9&#39;" in english.text


def test_names_of_files_are_bare(home: Path, clerk: TestClient) -> None:
    entry = size(home)
    case = opened(clerk, [photo("C:\\temp\\..\\现\u202e场.png")]).headers["location"].split("?")[0]
    assert asked(home, "attachment", case=case.rpartition("/")[2], entry=entry)["name"] == "现场.png"


def test_forms_from_elsewhere_and_too_large_ones(home: Path, clerk: TestClient) -> None:
    before = size(home)
    assert clerk.post("/cases/open", data=FORM, headers={"origin": "http://evil.example"}).status_code == 403
    large = [photo("a.png", b"x" * (64 * 1024 * 1024))]
    assert opened(clerk, large).status_code == 413
    assert size(home) == before


def test_a_step_takes_files(home: Path, clerk: TestClient) -> None:
    case = opening(home)["case"]
    moved(home, case, "plan", fields={"by": "2026-05-20"})
    page = clerk.get(f"/case/{case}").text
    assert 'enctype="multipart/form-data"' in page
    data = {"transition": "mend", "actor": "李四"}
    answer = clerk.post(f"/case/{case}/move", data=data, headers=OURS)
    assert answer.status_code == 422
    assert "整改完成 需要填写 整改后照片" in text_of(answer.text)
    answer = clerk.post(f"/case/{case}/move", data=data, files=[photo("后.bin", b"1", "mend.after")], headers=OURS)
    assert answer.status_code == 303
    text = text_of(clerk.get(f"/case/{case}").text)
    assert "整改后照片: 后.bin" in text
    assert "2026-04-04 之前不能办理 验证" in text
    assert re.search(r'value="verify"[^>]* disabled', clerk.get(f"/case/{case}").text)


def test_steps_for_other_choices_are_not_offered(home: Path, clerk: TestClient) -> None:
    case = opening(home)["case"]
    assert 'value="list"' not in clerk.get(f"/case/{case}").text
    grave = opening(home, fields={**FIELDS, "class": "major"})["case"]
    assert 'value="list"' in clerk.get(f"/case/{grave}").text


def test_the_same_again_stands_on_the_pages(home: Path, clerk: TestClient) -> None:
    first = opening(home)["case"]
    again = opening(home, title="护栏又缺")["case"]
    text = text_of(clerk.get(f"/case/{again}").text)
    assert "此前已有 1 次" in text
    assert f"{first} 护栏缺失" in text
    assert "此前已有" not in text_of(clerk.get(f"/case/{first}").text)
    assert text_of(clerk.get("/cases").text).count("此前已有 1 次") == 1


def test_the_ledger_of_a_workflow(home: Path, clerk: TestClient) -> None:
    case = opening(home, attachments={"before": [{"name": "a.png", "data": PHOTO}]})["case"]
    moved(home, case, "plan", fields={"by": "2026-05-20", "money": "12.50"})
    opening(home, entity="E1", title="别家", fields={**FIELDS, "class": "major"})
    set_today(home, "2026-04-07")
    page = clerk.get("/cases?workflow=hazard").text
    text = text_of(page)
    assert "隐患 2 逾期 1" in text
    assert all(f">{label}" in page for label in ("部位", "等级", "发现日期", "照片", "时限", "整改后照片"))
    assert "2026-05-20" in text
    assert f'href="/case/{case}/file/' in page
    assert "护栏缺失" not in text_of(clerk.get("/cases?workflow=hazard&entity=E1").text)
    assert "别家" not in text_of(clerk.get("/cases?q=护栏").text)
    assert "部位" not in text_of(clerk.get("/cases").text)
    lines = clerk.get("/cases?workflow=hazard&format=csv").content.decode("utf-8-sig").splitlines()
    head, rows = lines[0].split(","), [line.split(",") for line in lines[1:]]
    row = dict(zip(head, next(one for one in rows if one[0] == case), strict=True))
    assert (row["部位"], row["等级"], row["时限"], row["资金（万元）"], row["照片"]) == (
        "三号码头", "一般", "2026-05-20", "12.50", "a.png",
    )  # fmt: skip
    book = CalamineWorkbook.from_filelike(io.BytesIO(clerk.get("/cases?workflow=hazard&format=xlsx").content))
    cells = book.get_sheet_by_index(0).to_python()
    assert dict(zip(cells[0], cells[2], strict=True))["资金（万元）"] == 12.5
    moved(home, case, "mend", attachments={"after": [{"name": "b.png", "data": PHOTO}]}, today="2026-04-07")
    moved(home, case, "verify", actor="other", today="2026-04-13")
    assert "按期办结 1 / 1" in text_of(clerk.get("/cases?workflow=hazard").text)


def test_an_enterprise_leads_to_its_cases(home: Path, clerk: TestClient) -> None:
    assert 'href="/cases?entity=E2"' in clerk.get("/entity/E2").text
    opening(home)
    page = clerk.get("/cases?entity=E2").text
    assert "护栏缺失" in page
    assert 'href="/cases/open?workflow=hazard&amp;entity=E2"' in page
