"""The pages of scores over a small space: the board, an enterprise's score, what if, registers, published files."""

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from assessed_space import asking, assessed
from homes import at_desk
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from hengjian.app.desk import Desk
from hengjian.app.registerkinds import SIZES
from hengjian.web import build
from hengjian.web.assessment import _cells
from hengjian.web.scoretext import figure, percent, points, written
from hengjian.web.words import Language, words_of


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assessed(tmp_path_factory.mktemp("assessed") / "home")


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    desk = at_desk(home)
    yield desk
    desk.close()


def client_of(desk: Desk, actor: str | None = None) -> TestClient:
    return TestClient(build(asking(desk, actor)), base_url="http://127.0.0.1", raise_server_exceptions=True)


@pytest.fixture(scope="module")
def client(desk: Desk) -> TestClient:
    return client_of(desk)


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def rows(client: TestClient, address: str) -> list[list[str]]:
    """The table that a page gives as a file."""
    answer = client.get(f"{address}{'&' if '?' in address else '?'}format=csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_board_tells_everybody_s_points(client: TestClient) -> None:
    page = client.get("/assessment?scorecard=yearbook&period=2025&lang=en").text
    assert 'href="/assessment" aria-current="page"' in page
    said = text_of(page)
    for words in ("Yearly assessment", "甲公司", "published", "Objections", "3.00"):
        assert words in said
    assert "《区管企业考核办法》" in said
    found = rows(client, "/assessment?scorecard=yearbook&period=2025&lang=en")
    assert found[0] == ["Rank", "Id", "Enterprise", "Class", "Return", "Score", "Grade", "After quota", "State"]
    by_name = {row[1]: row for row in found[1:]}
    assert by_name["A"][4:7] == ["3", "3", "B"]
    assert by_name["A"][-1] == "published, version 1, 2026-03-02"
    assert by_name["B"][-1] == "Objections"
    assert [row[0] for row in found[1:] if row[0]] == ["1", "1", "1"]  # equals have one rank


def test_the_board_is_sorted_and_searched(client: TestClient) -> None:
    board = "/assessment?scorecard=yearbook&period=2025&lang=en"
    by_name = [row[2] for row in rows(client, f"{board}&sort=name")[1:]]
    assert by_name == sorted(by_name)
    by_item = [row[4] for row in rows(client, f"{board}&sort=gained")[1:] if row[4]]
    assert by_item == sorted(by_item, key=Decimal, reverse=True)
    assert [row[1] for row in rows(client, f"{board}&q=甲公司")[1:]] == ["A"]
    assert "Nobody to list" in client.get(f"{board}&q=nobody+at+all").text


def test_the_board_opens_with_the_latest_letter_s_card(client: TestClient) -> None:
    page = client.get("/assessment?lang=zh").text
    assert '<option value="signed" selected>' in page
    assert 'value="2025"' in page  # the last whole year


def test_a_period_that_is_none_is_told(client: TestClient) -> None:
    answer = client.get("/assessment?scorecard=yearbook&period=2025-Q9&lang=en")
    assert answer.status_code == 400
    assert "yearbook has no period" in unescape(answer.text)


def test_each_point_has_its_reason_and_where_it_comes_from(client: TestClient) -> None:
    said = text_of(client.get("/assessment/yearly/2025/A?lang=en").text)
    assert "Return on equity 3% lies between Lower -1.1% and Average 5.6%" in said
    assert "+24.0000 Base points of the band 60×0.4=24" in said
    assert "Excellent 16.1, Good 10.7, Average 5.6, Lower -1.1, Poor -8.7" in said  # the best band first
    assert "<b>book</b>.csv row 2" in said  # a hostile name is text
    page = client.get("/assessment/yearly/2025/A?lang=zh").text
    assert "<b>book" not in page
    (link,) = set(re.findall(r'href="(/assessment/register/standard\?[^"]*#e\d+)"', page)[:1])
    address, _, anchor = unescape(link).partition("#")
    assert f'id="{anchor}"' in client.get(address).text
    assert "/entity/A/explain/return_on_assets/2025" in page


def test_the_parts_of_a_score_add_up(client: TestClient) -> None:
    found = rows(client, "/assessment/yearly/2025/A?lang=en")
    assert found[0] == ["Item", "Weight", "Unit", "Target", "Value", "Channel", "Score", "Why"]
    inner = sum((Decimal(row[6]) for row in found[2:]), Decimal(0))
    assert found[1][0] == "Financial"
    assert inner == Decimal(found[1][6])


def test_channels_that_differ_are_told(client: TestClient) -> None:
    page = text_of(client.get("/assessment/both/2025/A?lang=en").text)
    assert "40 CNY channels differ 40.00" in page
    assert "confirmed 40 CNY counts · 财务处函" in page
    assert "system 7.5 CNY" in page
    # what is assessed otherwise than audited is no conflict: the bridge tells why
    signed = text_of(client.get("/assessment/signed/2025/A?lang=en").text)
    assert "assessed 0.0009 CNY 10k counts audited 0.0008 CNY 10k" in signed
    assert "channels differ" not in signed


def test_what_cannot_be_scored_says_what_is_missing(client: TestClient) -> None:
    said = text_of(client.get("/assessment/signed/2025/A?lang=en").text)
    assert "Without these no score can be told: 资产规模 Review" in said
    assert "factor 1.05" in said
    assert "嘉国资〔2025〕3号" in said


def test_from_audited_to_assessed(client: TestClient) -> None:
    said = text_of(client.get("/assessment/signed/2025/A?lang=en").text)
    for words in ("From audited to assessed figures", "TZ-1 前期费用", "费用明细账", "Not decided yet: TZ-1"):
        assert words in said
    assert "From audited" not in client.get("/assessment/yearbook/2025/A?lang=en").text


def fragment(client: TestClient, **query: str) -> str:
    answer = client.get("/assessment/yearly/2025/A", params={"fragment": "1", "lang": "en", **query})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return text_of(answer.text)


def test_a_trial_tells_before_and_after(client: TestClient) -> None:
    moved = fragment(client, **{"v.roe": "10.7"})
    assert "Now 71.34 → Then 88.00 +16.6567" in moved
    assert re.search(r"Return on equity 31.34 48.00 \+16.66", moved)
    assert "Debt ratio 40.00" not in moved  # what does not move is not listed
    assert "Sensitivity" in moved
    assert "No item's points move" not in fragment(client)
    assert "No item's points move" in fragment(client, **{"v.debt": "2.9"})


def test_a_trial_without_scripts_is_a_page(client: TestClient) -> None:
    """The form sends every field and what stood in it; only what was changed is tried."""
    page = client.get("/assessment/yearly/2025/A?lang=en").text
    fields = dict(re.findall(r'<input type="number"[^>]*name="([^"]+)" value="([^"]+)"', page))
    before = dict(re.findall(r'<input type="hidden" name="(was\.[^"]+)" value="([^"]+)"', page))
    assert fields == {name.removeprefix("was."): value for name, value in before.items()}
    answer = client.get("/assessment/yearly/2025/A", params={"lang": "en", **before, **fields, "v.roe": "10.7"})
    assert "Then 88.00 +16.6567" in text_of(answer.text)
    assert 'name="v.roe" value="10.7"' in answer.text
    again = client.get("/assessment/yearly/2025/A", params={"lang": "en", **before, **fields})
    assert "Then 71.34" in text_of(again.text)


def test_a_figure_that_is_none_is_refused(client: TestClient) -> None:
    answer = client.get("/assessment/yearly/2025/A?fragment=1&v.roe=many&lang=en")
    assert answer.status_code == 400
    assert "many" in answer.text
    assert "<html" not in answer.text


def test_a_published_score_has_its_files(desk: Desk, client: TestClient) -> None:
    said = text_of(client.get("/assessment/yearbook/2025/A?lang=en").text)
    assert "published, version 1, 2026-03-02 score as published 3.00 B" in said
    entered = asking(desk)("assessment", {"scorecard": "yearbook", "period": "2025", "entity": "A"})
    for form in ("docx", "xlsx", "pdf", "json"):
        answer = client.get(f"/assessment/yearbook/2025/A/file/{form}")
        assert answer.status_code == 200
        assert len(answer.content) == entered["files"][form]["size"]
        assert answer.headers["content-disposition"].startswith("attachment")
    assert "not published yet" in text_of(client.get("/assessment/yearbook/2025/B?lang=en").text)
    draft = client.get("/assessment/yearbook/2025/B/file/xlsx?draft=1")
    assert draft.content[:2] == b"PK"


def test_what_is_not_there_is_no_page(client: TestClient) -> None:
    for address in (
        "/assessment/nothing/2025/A", "/assessment/yearbook/2025/Z9", "/assessment/register/nothing",
        "/assessment/yearbook/2025/A/file/exe",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert client.get("/assessment/yearbook/2025-Q9/A").status_code == 400
    assert client.get("/assessment/yearbook/2025/B/file/pdf").status_code == 400  # nothing of it is published


def test_registers_are_tables(client: TestClient) -> None:
    found = rows(client, "/assessment/register/letter?scorecard=signed&period=2025&entity=A&lang=en")
    assert len(found) == 5  # a row for each line of the letter
    said = text_of(client.get("/assessment/register/letter?scorecard=signed&period=2025&lang=zh").text)
    for words in ("责任书", "甲公司", "招商引资", "投资处", "letters.csv"):
        assert words in said
    assert "Nothing is entered" in client.get("/assessment/register/rating?lang=en").text


def test_grades_and_grounds_are_said_as_items_declare_them() -> None:
    label = {"zh": "工作量", "en": "Amount of work"}
    grade = {"name": "good", "label": {"zh": "良", "en": "Good"}}
    items = [{"item": "work", "label": label, "method": {"grades": [grade]}, "items": []}]
    cell = _cells("zh", [{"scorecard": "card", "label": label, "items": items}])
    row = {"scorecard": "card", "key": "work", "rating": "good", "note": "good"}
    said = [cell(row, {"name": name, "choices": {}}) for name in ("rating", "key", "note")]
    assert said == ["良", "工作量", "good"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_score_without_standard_values_says_why(language: Language) -> None:
    for why in ("no_edition", "no_class", "no_such_class", "no_share", "weighted_scores", "weighted_standards", *SIZES):
        assert words_of(language)(f"assessment.standards.{why}", year="2025", path="工业")


def test_an_objection_is_told_until_it_is_answered(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "home")
    desk = at_desk(tmp_path / "home")
    ask, client = asking(desk), client_of(desk)
    ask("move", {"case": _case(ask), "transition": "correct", "note": "重算", "actor": "local:olga"})
    ask("move", {"case": _case(ask), "transition": "notify", "actor": "local:olga"})
    topic = {"scorecard": "yearbook", "period": "2025", "entity": "A"}
    ask("object", {**topic, "item": "gained", "text": "利润<少计>", "actor": "local:rita"})
    said = text_of(client.get("/assessment/yearbook/2025/A?lang=en").text)
    assert "Objection 1 Return 利润<少计> — not answered" in said
    assert "1 objections open" in text_of(client.get("/assessment?scorecard=yearbook&period=2025&lang=en").text)
    ask("answer_objection", {**topic, "upheld": False, "text": "审计无误", "actor": "local:otto"})
    assert "not upheld: 审计无误" in text_of(client.get("/assessment/yearbook/2025/A?lang=en").text)
    desk.close()


def _case(ask: Callable[..., dict[str, Any]]) -> str:
    return str(next(one["case"] for one in ask("cases", {})["cases"] if one["entity"] == "A"))


def test_who_reports_for_one_sees_that_one(desk: Desk) -> None:
    rita = client_of(desk, "rita")
    board = rita.get("/assessment?scorecard=yearbook&period=2025&lang=en").text
    assert "甲公司" in board
    for hidden in ("乙公司", "区国资"):
        assert hidden not in board
    assert rita.get("/assessment/yearbook/2025/A").status_code == 200
    gone, nobody = rita.get("/assessment/yearbook/2025/B"), rita.get("/assessment/yearbook/2025/Z9")
    assert (gone.status_code, gone.text.replace("B", "Z9")) == (404, nobody.text.replace("B", "Z9"))
    assert "乙公司" not in rita.get("/assessment/register/letter").text


def test_without_scorecards_there_is_no_item_in_the_menu(tmp_path: Path) -> None:
    from homes import PACK, made, write_pack

    plain = made(tmp_path / "home", write_pack(tmp_path / "pack", PACK))
    desk = at_desk(plain)
    client = client_of(desk)
    assert 'href="/assessment"' not in client.get("/").text
    assert "No scorecard is declared" in client.get("/assessment?lang=en").text
    desk.close()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=9))
def test_points_are_rounded_half_up_and_never_by_way_of_floats(value: Decimal) -> None:
    shown = Decimal(points(str(value)).replace(",", ""))
    assert abs(shown - value) <= Decimal("0.005")
    assert abs(shown) >= abs(value) or abs(shown - value) < Decimal("0.005")  # a tie goes away from zero
    assert Decimal(figure(str(value)).replace(",", "")) == Decimal(written(str(value)))


def test_how_points_are_written() -> None:
    assert [points(one) for one in (None, "0.005", "-0.004", "1234.5", "-2.5")] == [
        "–", "0.01", "0.00", "1,234.50", "-2.50",
    ]  # fmt: skip
    assert [points(one, 1, sign=True) for one in ("0", "0.25", "-1")] == ["0.0", "+0.3", "-1.0"]
    assert [figure(one) for one in (None, "1.4960000000000002", "900", "10000.50")] == ["–", "1.496", "900", "10,000.5"]
    assert written("10000.50") == "10000.5"
    assert [percent(one) for one in ("1", "0.35", "0.3333333")] == ["100%", "35%", "33.3333%"]
