"""The pages of the library of rules: by area, chosen, exported; one rule with its curve and its table beside it."""

import re
import sys
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from told_histories import RULES, history, kept
from warned_homes import WARNED, asked, at_desk

from hengjian.app.local import METHODS
from hengjian.web import build

AREAS = """\
debt: {label: {zh: 债务, en: Debt}}
other: {label: {zh: 其他领域, en: Other}}
"""
_LEVELS = "levels: {red: debt_ratio > 80%"
GRADED = RULES.replace(_LEVELS, f"area: debt\n  document: 某发〔2021〕1号\n  {_LEVELS}")
PACK = {**WARNED, "rules/debt.yaml": GRADED, "areas.yaml": AREAS}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    told = history(5, entities=9)
    home = kept(tmp_path_factory.mktemp("library") / "home", told.statements, PACK)
    asked(home, "keep_backtest", rules=["debt_levels"], labels=told.labels(), every="quarter", assumed="法定期限")
    desk = at_desk(home)

    def ask(method: str, question: Mapping[str, object]) -> dict[str, object]:
        return METHODS[method](desk, question)

    yield TestClient(build(ask), base_url="http://127.0.0.1")
    desk.close()


def read(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_rules_stand_by_area(client: TestClient) -> None:
    text = read(client, "/rules?lang=zh")
    assert text.index("债务 1") < text.index("负债率分级") < text.index("未分领域 4") < text.index("慢解除")
    assert "某发〔2021〕1号" in text
    english = read(client, "/rules?lang=en")
    assert "Without an area 4" in english


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("area=debt", "Debt by levels", "Slow to clear"),
        ("area=-", "Slow to clear", "Debt by levels"),
        ("level=orange", "Slow to clear", "Debt by levels"),
        ("q=某发", "Debt by levels", "Slow to clear"),
        ("q=slow", "Slow to clear", "Debt by levels"),
    ],
)
def test_rules_are_chosen(client: TestClient, query: str, there: str, gone: str) -> None:
    text = read(client, f"/rules?lang=en&{query}")
    assert there in text
    assert gone not in text


def test_none_are_noisy(client: TestClient) -> None:
    assert "There are no such rules" in read(client, "/rules?lang=en&mark=noisy&level=red")


def test_the_library_goes_out_as_a_file(client: TestClient) -> None:
    lines = client.get("/rules?lang=en&format=csv").text.splitlines()
    assert lines[0].startswith("\ufeffArea,Rule,Name,Levels")
    assert len(lines) == 6
    assert lines[1].startswith("Debt,Debt by levels,debt_levels,Red Yellow")


def test_a_rule_tells_its_text_and_its_curve_with_a_table(client: TestClient) -> None:
    page = client.get("/rules/debt_levels?lang=en").text
    text = read(client, "/rules/debt_levels?lang=en")
    assert "debt ratio > 80%" in text, "figures are called by their labels"
    assert "The dates are assumed: 法定期限." in text
    assert "as archives claim it, not proven" in text
    assert "in force" in text
    assert '<path class="roc" d="M0.0 240.0 L' in page
    assert page.count("<caption") >= 2
    assert "style=" not in page
    assert "None was kept" in read(client, "/rules/persistent?lang=en")
    assert "in at least 2 of the last 3 periods" in read(client, "/rules/persistent?lang=en")
    assert "没有名为“nothing”的规则" in read(client, "/rules/nothing?lang=zh", 404)
