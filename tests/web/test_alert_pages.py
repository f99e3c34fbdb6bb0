"""The pages of alerts and cases over a real space: a trader and a power company above their lines, and one loss."""

import base64
import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))

from test_pages import Links, text_of
from warned_homes import (
    TITLES,
    WARNED,
    asked,
    copied,
    file_debt,
    filed,
    set_today,
    size,
    standing,
    warned,
    write_pack,
)

from hengjian.app import open_space
from hengjian.app.verification import verify
from hengjian.web import build
from hengjian.web.respond import static

OURS = {"origin": "http://127.0.0.1"}
RED, CASE = "A000004", "C000005"
HOSTILE = '<script>alert("1")</script>'


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four alerts: E2 above its line since February, overdue; E1 since March, with growing debt and a loss."""
    home = warned(tmp_path_factory.mktemp("warned") / "home")
    file_debt(home, "E2", "2022-Q4", 80, today="2026-02-10")
    file_debt(home, "E1", "2022-Q3", 20, today="2026-03-01")
    file_debt(home, "E1", "2022-Q4", 85, today="2026-03-20")
    rows = "E1,net_profit,2022-Q4,-12345678\nE1,pledged_assets,2022-Q4,3\n"
    filed(home, TITLES + rows, today="2026-03-25")
    return home


@pytest.fixture
def home(told: Path, tmp_path: Path) -> Path:
    return copied(told, tmp_path / "home")


def reader_of(home: Path) -> TestClient:
    return TestClient(build(open_space(home).ask), base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture(scope="module")
def reads(told: Path) -> TestClient:
    """Of the shared space: reads only."""
    return reader_of(told)


@pytest.fixture
def clerk(home: Path) -> TestClient:
    return reader_of(home)


def rows_of(page: str) -> list[str]:
    """The lines of the first table."""
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [text_of(row).strip() for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)]


def moved(clerk: TestClient, transition: str, note: str = "", actor: str = "张三", **more: str) -> Any:
    data = {"transition": transition, "note": note, "actor": actor, **more}
    return clerk.post(f"/case/{CASE}/move", data=data, headers=OURS)


def test_the_board_shows_what_stands_the_gravest_first(reads: TestClient) -> None:
    page = reads.get("/alerts").text
    lines = rows_of(page)
    assert [line.split()[:2] for line in lines] == [
        ["红色", "港口贸易"], ["红色", "北方电力"], ["黄色", "北方电力"], ["蓝色", "北方电力"],
    ]  # fmt: skip
    assert "负债率超红线 负债率 80%，红线 70% 80.00% 70.00% 2022-Q4 2026-02-10 待处置 逾期 19 天 2026-03-12" in lines[0]
    assert "余 19 天 2026-04-19" in lines[1]
    assert "-1,234.57 万元" in lines[3]
    assert re.findall(r"(红色|橙色|黄色|蓝色|处置逾期) (\d+)", text_of(page[: page.index("<table")])) == [
        ("红色", "2"), ("橙色", "0"), ("黄色", "1"), ("蓝色", "1"), ("处置逾期", "1"),
    ]  # fmt: skip
    assert 'href="/alerts" aria-current="page">预警' in page
    assert f'href="/alert/{RED}"' in page
    assert f'href="/case/{CASE}"' in page
    assert Links(page).inline == []


def test_figures_in_the_readers_units(reads: TestClient) -> None:
    assert "-12,345,678.00 元" in rows_of(reads.get("/alerts", params={"money": "yuan"}).text)[3]
    assert "0.8000" in rows_of(reads.get("/alerts", params={"ratio": "times", "money": "wan"}).text)[0]
    reads.get("/alerts", params={"ratio": "percent"})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"level": "red"}, ["港口贸易", "北方电力"]),
        ({"level": "orange"}, []),
        ({"entity": "E2"}, ["港口贸易"]),
        ({"rule": "loss"}, ["北方电力"]),
        ({"a.industry": "power"}, ["北方电力"] * 3),
        ({"q": "港口"}, ["港口贸易"]),
        ({"q": "12,345"}, ["北方电力"]),
        ({"state": "cleared"}, []),
        ({"state": "all", "entity": "E1"}, ["北方电力"] * 3),
        ({"as_known_at": "entry:5"}, ["港口贸易"]),
    ],
)
def test_the_board_is_narrowed(reads: TestClient, query: dict[str, str], names: list[str]) -> None:
    page = reads.get("/alerts", params=query).text
    lines = rows_of(page) if "<tbody>" in page else []
    assert [line.split()[1] for line in lines] == names
    assert f"{len(names)} 条" in text_of(page)
    if not names:
        assert "按所选条件没有预警。" in page


def test_what_is_cleared_is_told_as_such(home: Path, clerk: TestClient) -> None:
    file_debt(home, "E2", "2023-Q1", 10, today="2026-03-30")
    page = clerk.get("/alerts", params={"state": "cleared"}).text
    assert "已解除 2026-03-30" in rows_of(page)[0]
    assert "港口贸易" not in "".join(rows_of(clerk.get("/alerts").text))
    assert "已于 2026-03-30 解除" in clerk.get(f"/alert/{RED}").text


def test_the_board_as_a_file(reads: TestClient) -> None:
    answer = reads.get("/alerts", params={"format": "csv", "level": "red"})
    first, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert first[:6] == ["级别", "编号", "企业", "预警事项", "说明", "实际值"]
    assert lines[0] == [
        "红色", "E2", "港口贸易", "负债率超红线", "负债率 80%，红线 70%", "80", "70", "%", "2022-Q4", "未解除",
        "2026-02-10", CASE, "待处置", "2026-03-12", "19", RED, "F000003", "", "", "", "", "FALSE",
    ]  # fmt: skip
    assert len(lines) == 2
    assert reads.get("/alerts", params={"format": "xlsx"}).content.startswith(b"PK")
    cases = reads.get("/cases", params={"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert cases[1].startswith(f"{CASE},红色,E2,港口贸易,负债率超红线,待处置,2026-02-10,2026-03-12,19")


def test_a_value_that_rounds_to_its_line_has_more_decimals(home: Path, clerk: TestClient) -> None:
    file_debt(home, "E2", "2023-Q1", "65.0004")
    assert "65.0004% 65.0000% 2023-Q1" in clerk_line(clerk, "E2")
    file_debt(home, "E2", "2023-Q2", "65.2")
    assert "65.20% 65.00% 2023-Q2" in clerk_line(clerk, "E2")


def clerk_line(clerk: TestClient, entity: str) -> str:
    return rows_of(clerk.get("/alerts", params={"entity": entity}).text)[0]


def test_a_space_without_alerts(tmp_path: Path) -> None:
    clerk = reader_of(warned(tmp_path / "home"))
    assert "尚无预警" in clerk.get("/alerts").text
    assert "没有事项" in clerk.get("/cases").text


def test_an_alert_says_why(reads: TestClient) -> None:
    page = reads.get(f"/alert/{RED}").text
    text = text_of(page)
    assert "负债率 80%，红线 70% 实际值 80.00% 界限 70.00% 期间 2022-Q4 起始日 2026-02-10" in text
    assert "资产负债率 &gt; 资产负债率红线" in text
    assert "依据 Notice 1 of 2021, article 2" in text
    assert "负债合计 港口贸易 2022-Q4 0.01 万元 F000003 filing.csv · D3" in text
    assert page.count('href="/filing/F000003"') == 3, "each figure leads to its filing, and so does the event"
    assert "2026-02-10 发出 红色" in text
    assert f'href="/case/{CASE}"' in page
    assert Links(page).inline == []


def test_a_rule_has_an_explanation_of_its_own(reads: TestClient) -> None:
    text = text_of(reads.get("/entity/E1/explain/high_debt/2022-Q4").text)
    assert "负债率超红线 2022-Q4 是" in text
    assert "北方电力" in text


@pytest.mark.parametrize(("path", "count"), [("/alerts?state=what", 4), ("/cases?state=what", 3)])
def test_a_state_that_there_is_not_is_the_first(reads: TestClient, path: str, count: int) -> None:
    assert len(rows_of(reads.get(path).text)) == count


def test_an_alert_is_explained_as_it_was_warned_of(home: Path, clerk: TestClient) -> None:
    """A correction that the rule was not looked at for changes nothing of why it was raised."""
    first = text_of(clerk.get(f"/alert/{RED}").text)
    filed(home, TITLES + "E2,total_assets,2023-Q1,100\n")  # a later quarter without debt: nothing can be told
    filed(home, TITLES + "E2,total_liabilities,2022-Q4,10\n")
    assert standing(home)["high_debt", "E2"]["state"] == "raised"
    page = text_of(clerk.get(f"/alert/{RED}").text)
    assert (
        page[page.index("为什么预警") : page.index("取数来源")]
        == (first[first.index("为什么预警") : first.index("取数来源")])
    )


def test_a_rule_that_is_gone_leaves_its_alert_to_be_read(home: Path, clerk: TestClient, tmp_path: Path) -> None:
    files = {name: text for name, text in WARNED.items() if not name.startswith(("rules/", "workflows/"))}
    files["pack.yaml"] = files["pack.yaml"].replace("0.1.0", "0.2.0")
    asked(home, "upgrade", pack=str(write_pack(tmp_path / "second", files)))
    page = clerk.get(f"/alert/{RED}")
    assert page.status_code == 200
    assert "声明此规则的场景包已更新" in page.text
    case = clerk.get(f"/case/{CASE}")
    assert "目前没有可办的步骤" in case.text
    assert moved(clerk, "accept").status_code == 500, "the machine cannot; nothing the clerk wrote is wrong"


def test_the_proof_of_an_alert_holds_its_record(reads: TestClient) -> None:
    answer = reads.get(f"/alert/{RED}/proof")
    assert f"{RED}.proof.json" in answer.headers["content-disposition"]
    record = json.loads(base64.b64decode(json.loads(answer.content)["blob"]["base64"]))
    assert (record["alert"], record["value"], record["message"]["zh"]) == (RED, 0.8, "负债率 80%，红线 70%")


def test_the_proofs_of_an_alert(told: Path, reads: TestClient) -> None:
    """Each figure's row, the value, the event, and all of them as one archive; strangers verify them."""
    page = reads.get(f"/alert/{RED}").text
    key = (told / "home.vkey").read_bytes()
    for path in re.findall(rf'href="(/alert/{RED}/proof[^"]*)"', page):
        answer = reads.get(path.replace("&amp;", "&"))
        assert answer.status_code == 200, path
        if path.endswith("of=all"):
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                names = archive.namelist()
                bundles = [archive.read(name) for name in names]
            assert names == ["proof.json", "value.json", "input-0.json", "input-1.json"]
        else:
            bundles = [answer.content]
        for bundle in bundles:
            assert verify({"bundle": bundle, "key": key})["ok"]
    assert reads.get(f"/alert/{RED}/proof?input=9").status_code == 404


@pytest.mark.parametrize(
    "path", ["/alert/A000099", "/alert/A000099/proof", "/case/C000099", "/case/~2F", "/alert/~2E~2E"]
)
def test_what_is_not_there(reads: TestClient, path: str) -> None:
    answer = reads.get(path)
    assert answer.status_code == 404
    assert "没有" in answer.text


def test_cases_by_group(home: Path, clerk: TestClient) -> None:
    lines = rows_of(clerk.get("/cases").text)
    assert [line.split()[1] for line in lines] == [CASE, "C000009", "C000013"], "the earliest deadline first"
    assert [line.split()[1] for line in rows_of(clerk.get("/cases", params={"state": "late"}).text)] == [CASE]
    assert len(rows_of(clerk.get("/cases", params={"q": "北方"}).text)) == 2
    assert "没有事项" in clerk.get("/cases", params={"state": "ended"}).text
    assert "待处置 3" in text_of(clerk.get("/cases").text)
    moved(clerk, "accept", "约谈")
    moved(clerk, "close", "还清")
    (line,) = rows_of(clerk.get("/cases", params={"state": "ended"}).text)
    assert "已办结 2026-03-12 2026-02-10 办结 2026-03-31 · 张三 还清" in line


def test_a_case_from_step_to_step(clerk: TestClient) -> None:
    page = clerk.get(f"/case/{CASE}").text
    assert text_of(page).count("逾期 19 天") == 1
    assert 'aria-current="step"><b>待处置</b>' in page
    assert 'value="accept">受理 → 处置中</button>' in page
    assert "未认证" in page
    accepted = moved(clerk, "accept", seen="5")
    assert (accepted.status_code, accepted.headers["location"]) == (303, f"/case/{CASE}?done=14")
    page = clerk.get(accepted.headers["location"]).text
    assert "已受理，记入账本第 14 号" in page
    assert 'aria-current="step"><b>处置中</b>' in page
    assert 'name="actor" value="张三"' in page, "a cookie keeps who is at work"
    assert "已受理，记入账本" not in clerk.get(f"/case/{CASE}").text
    closed = moved(clerk, "close", f"还清借款\n{HOSTILE}", seen="14")
    page = clerk.get(closed.headers["location"]).text
    assert "<form class=" not in page[page.index("<main>") :], "there is no step left"
    assert "办结说明" in page
    assert "还清借款\n&lt;script&gt;" in page
    assert HOSTILE not in page
    assert rows_of(page)[0].startswith("2026-03-31 办结 已办结 张三 还清借款")
    assert Links(page).inline == []


def test_a_refused_step_is_told_in_the_readers_words(home: Path, clerk: TestClient) -> None:
    before = size(home)
    answer = moved(clerk, "close", "")
    text = text_of(answer.text)
    assert answer.status_code == 422
    assert f"{CASE} 现为 待处置，不能做 办结" in text
    assert "目前可以做的是：受理" in text
    assert "办结 需要写说明" in text
    assert "这一步没有办成" in text
    english = clerk.post(
        f"/case/{CASE}/move?lang=en", data={"transition": "close", "actor": "z", "note": "n"}, headers=OURS
    )
    assert f"{CASE} is Open: Close cannot be done" in text_of(english.text)
    assert ">n</textarea>" in english.text, "what was written is kept"
    assert size(home) == before


def test_a_step_needs_somebody(home: Path, clerk: TestClient) -> None:
    before = size(home)
    answer = moved(clerk, "accept", "一句话", actor="  ")
    assert (answer.status_code, size(home)) == (422, before)
    assert "没有写经办人" in answer.text
    assert ">一句话</textarea>" in answer.text


def test_a_step_of_one_who_saw_an_older_page(home: Path, clerk: TestClient) -> None:
    assert moved(clerk, "accept", actor="李四", seen="5").status_code == 303
    before = size(home)
    answer = moved(clerk, "close", "done", seen="5")
    assert (answer.status_code, size(home)) == (422, before)
    assert f"{CASE} 在此期间已有进展：最近一步是账本第 14 号" in text_of(answer.text)
    assert moved(clerk, "accept", actor="李四", seen="5").headers["location"].endswith("done=14"), (
        "sent twice, made once"
    )
    assert size(home) == before


@pytest.mark.parametrize("seen", ["", "x", "9" * 40, "-1", "５"])
def test_a_form_that_says_nonsense_of_what_was_seen(home: Path, clerk: TestClient, seen: str) -> None:
    assert moved(clerk, "accept", seen=seen).status_code == 303


@pytest.mark.parametrize("headers", [{}, {"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_step_from_elsewhere_is_refused(home: Path, clerk: TestClient, headers: dict[str, str]) -> None:
    before = size(home)
    answer = clerk.post(f"/case/{CASE}/move", data={"transition": "accept", "actor": "x"}, headers=headers)
    assert (answer.status_code, size(home)) == (403, before)


def test_reading_the_forms_address_shows_the_case(reads: TestClient) -> None:
    answer = reads.get(f"/case/{CASE}/move")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{CASE}")
    assert (
        reads.post("/case/C000099/move", data={"transition": "accept", "actor": "x"}, headers=OURS).status_code == 404
    )


def test_pages_in_english(reads: TestClient) -> None:
    for path, says in (
        ("/alerts", "Red 2"),
        (f"/alert/{RED}", "Debt ratio 80%, red line 70%"),
        ("/cases", "19 days overdue"),
        (f"/case/{CASE}", "Accept → In hand"),
    ):
        page = reads.get(path, params={"lang": "en"}).text
        assert says in text_of(page), path
        shown = re.sub(r"[港口贸易北方电力中文]", "", text_of(page[page.index("<main>") : page.index("</main>")]))
        assert not re.search(r"[\u4e00-\u9fff]", shown), path
    reads.get("/alerts", params={"lang": "zh"})


def test_days_left_follow_the_spaces_day(home: Path, clerk: TestClient) -> None:
    page = clerk.get("/alerts")
    assert clerk.get("/alerts", headers={"if-none-match": page.headers["etag"]}).status_code == 304
    set_today(home, "2026-04-20")
    later = clerk.get("/alerts", headers={"if-none-match": page.headers["etag"]})
    assert "逾期 39 天" in later.text


def test_levels_can_be_read_in_both_themes() -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 on paper, on raised ground and where a row is pointed at."""
    style = static("hengjian.css").decode()
    themes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r"\{[^{}]*--paper[^{}]*\}", style)
        if "--red" in block
    ]
    assert len(themes) >= 2
    for theme in themes:
        for level in ("red", "orange", "yellow", "blue", "quiet", "accent"):
            for ground in ("paper", "raised"):
                assert contrast(theme[level], theme[ground]) >= 4.5, (level, ground, theme)


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.fixture(autouse=True)
def _chinese(request: pytest.FixtureRequest) -> Iterator[None]:
    """The shared reader's cookies do not leave a test."""
    yield
    if "reads" in request.fixturenames:
        request.getfixturevalue("reads").cookies.clear()


def test_the_history_of_an_alert_is_drawn_and_told(home: Path, clerk: TestClient) -> None:
    """Raised, cleared and raised anew: two episodes, three events, and a drawing that says them."""
    file_debt(home, "E2", "2023-Q1", 10, today="2026-03-30")
    file_debt(home, "E2", "2023-Q2", 90, today="2026-03-31")
    again = standing(home)["high_debt", "E2"]["alert"]
    page = clerk.get(f"/alert/{again}").text
    assert text_of(page[page.index('<desc id="time-desc">') : page.index("</desc>")]).strip() == (
        "2026-02-10 发出 红色；2026-03-30 解除；2026-03-31 再次发出 红色"
    )
    assert page.count("<circle") == 3
    episodes = text_of(page[page.index('class="episodes"') : page.index("</ul>", page.index('class="episodes"'))])
    assert f"{again} 2026-03-31 – 至今" in episodes
    assert f"{RED} 2026-02-10 – 2026-03-30" in episodes
    assert '<span class="tag">再次</span>' in page
    assert '<span class="tag">再次</span>' in clerk.get("/alerts?entity=E2").text


def test_the_next_step_is_taken_from_the_alert(clerk: TestClient) -> None:
    page = clerk.get(f"/alert/{RED}").text
    assert f'action="/case/{CASE}/move"' in page
    assert '<button class="main" name="transition" value="accept">受理</button>' in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    data = {"transition": "accept", "note": "", "actor": "张三", "seen": seen[1]}
    assert clerk.post(f"/case/{CASE}/move", data=data, headers=OURS).status_code == 303
    assert 'value="close">办结</button>' in clerk.get(f"/alert/{RED}").text
