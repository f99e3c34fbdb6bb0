"""The page of a case whose workflow asks for fields, roles and guards, has deadlines by state, and escalates."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from test_pages import Links, text_of
from test_workflow_steps import CASE, FIELDS, PACK
from warned_homes import TITLES, asked, copied, file_debt, filed, set_today, size, warned

from hengjian.app import open_space
from hengjian.web import build

OURS = {"origin": "http://127.0.0.1"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = warned(tmp_path_factory.mktemp("drawn") / "home", PACK)
    file_debt(home, "E2", "2022-Q1", 80)
    return home


@pytest.fixture
def home(opened: Path, tmp_path: Path) -> Path:
    return copied(opened, tmp_path / "home")


@pytest.fixture
def clerk(home: Path) -> TestClient:
    return TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)


def moved(clerk: TestClient, transition: str, **more: str) -> Any:
    data = {"transition": transition, "actor": "张三", **more}
    return clerk.post(f"/case/{CASE}/move", data=data, headers=OURS)


def filled(**fields: str) -> dict[str, str]:
    return {f"field.accept.{name}": text for name, text in {**FIELDS, **fields}.items()}


def test_the_workflow_is_drawn_with_the_present_state(clerk: TestClient) -> None:
    page = clerk.get(f"/case/{CASE}").text
    svg = page[page.index('<svg class="workflow"') : page.index("</svg>")]
    assert 'role="img" aria-labelledby="flow-title flow-desc"' in svg
    assert '<title id="flow-title">预警处置流程图</title>' in svg
    assert "目前所处：待处置。" in svg
    assert re.findall(r'class="state( [^"]*)?"', svg) == [" start here", "", "", " final"]
    assert all(f">{label}</text>" in svg for label in ("待处置", "处置中", "受理", "延期", "办结", "重启"))
    assert Links(page).inline == []
    assert "<script" not in svg
    english = clerk.get(f"/case/{CASE}?lang=en").text
    assert "At present: Open." in english
    assert ">Extend</text>" in english


def test_the_form_asks_for_the_fields_of_a_step(home: Path, clerk: TestClient) -> None:
    page = clerk.get(f"/case/{CASE}").text
    assert "受理时填写" in page
    for piece in (
        'name="field.accept.loss" value="" maxlength="2000" inputmode="decimal" required',
        '<select name="field.accept.kind" required>', '<option value="real">真实</option>',
        'name="field.accept.plan" value="" maxlength="2000">',
    ):  # fmt: skip
        assert piece in page, piece
    before = size(home)
    answer = moved(clerk, "accept", note="好", **filled(loss="许多", plan="还款"))
    assert (answer.status_code, size(home)) == (422, before)
    assert "损失 不是数字：“许多”" in text_of(answer.text)
    assert "请写成 12.5 的形式，单位为万元" in answer.text
    assert 'value="许多"' in answer.text, "what was written is kept"
    assert '<option value="real" selected>真实</option>' in answer.text
    assert moved(clerk, "accept", **filled(plan="还款")).status_code == 303
    text = text_of(clerk.get(f"/case/{CASE}").text)
    assert "损失: 1200.5 万元" in text
    assert "定性: 真实" in text
    assert "措施: 还款" in text


def test_guards_and_extensions_are_told_beside_their_steps(home: Path, clerk: TestClient) -> None:
    moved(clerk, "accept", **filled())
    text = text_of(clerk.get(f"/case/{CASE}").text)
    assert "办结的条件：资产负债率 &lt;= 资产负债率红线" in text
    assert "延期将期限延后 10 个工作日，须在期限前提出" in text
    answer = moved(clerk, "close")
    assert answer.status_code == 422
    assert "办结的条件是资产负债率&lt;=资产负债率红线，2022-Q1不成立" in text_of(answer.text).replace(" ", "")
    filed(home, TITLES + "E2,total_assets,2022-Q2,100\n")
    text = text_of(moved(clerk, "close").text).replace(" ", "")
    assert "2022-Q2无法判断：“E2”2022-Q2的负债合计未报告" in text


def test_deadlines_by_state_late_extended_and_escalated(home: Path, clerk: TestClient) -> None:
    text = text_of(clerk.get(f"/case/{CASE}").text)
    assert "本环节期限 2026-04-02 余 2 天" in text
    assert "期限 2026-04-29 立项" in text
    assert "升级至" not in text
    moved(clerk, "accept", **filled())
    moved(clerk, "extend", note="再给些时间")
    assert "原定期限 2026-04-29 已延期" in text_of(clerk.get(f"/case/{CASE}").text)
    set_today(home, "2026-06-20")
    for path in (f"/case/{CASE}", "/cases"):
        assert "升级至 上级复核" in text_of(clerk.get(path).text), path
    assert "逾期 42 天" in text_of(clerk.get("/cases").text)
    line = clerk.get("/cases", params={"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert line[0].endswith("升级")
    assert line[1].endswith("上级复核")


def test_a_provisional_deadline_is_marked(home: Path, clerk: TestClient) -> None:
    asked(home, "move", case=CASE, transition="accept", note="", actor="x", today="2099-12-29", fields=FIELDS)
    page = clerk.get(f"/case/{CASE}").text
    assert re.search(r"本环节期限 21\d\d-\d\d-\d\d 暂定", text_of(page))
    assert "所跨年度的放假安排尚未公布，期限为暂定" in page
    assert "暂定" not in clerk.get("/cases").text, "what is due first is the case's own deadline, which is not"


def test_a_list_marks_what_is_provisional(tmp_path: Path) -> None:
    home = warned(tmp_path / "home", PACK)
    set_today(home, "2099-12-20")
    file_debt(home, "E2", "2022-Q1", 80, today="2099-12-29")
    page = TestClient(build(open_space(home).ask), base_url="http://127.0.0.1").get("/cases").text
    assert "暂定" in text_of(page)


def test_a_case_opened_again_says_how_often(home: Path, clerk: TestClient) -> None:
    filed(home, TITLES + "E2,total_assets,2022-Q2,100\nE2,total_liabilities,2022-Q2,20\n")
    moved(clerk, "accept", **filled())
    moved(clerk, "close")
    page = clerk.get(f"/case/{CASE}").text
    assert "办结日 2026-03-31 按期办结" in text_of(page)
    assert 'maxlength="4000" required' in page, "a word is needed"
    moved(clerk, "reopen", note="复发")
    assert "重启次数 1" in text_of(clerk.get(f"/case/{CASE}").text)
    assert "重启次数 1" in text_of(clerk.get("/cases").text)
