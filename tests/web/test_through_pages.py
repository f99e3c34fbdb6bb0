"""Pages of explanations that look through ownership, over a real space: shares, a closed ring, holdings relied on."""

import re
import sys
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "app"))
sys.path.insert(0, str(Path(__file__).parents[1] / "blackbox"))

from through_homes import BEFORE, through

from hengjian.app import open_space
from hengjian.web import build

Read = Callable[..., str]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The text of an explanation's page, or of its part for the side panel."""
    space = open_space(through(tmp_path_factory.mktemp("pages") / "home"))
    client = TestClient(build(space.ask), base_url="http://127.0.0.1", raise_server_exceptions=False)

    @cache
    def read(entity: str, indicator: str, lang: str = "zh", **query: str) -> str:
        address = f"/entity/{entity}/explain/{indicator}/2023"
        answer = client.get(address, params={"lang": lang, "money": "yuan", **query})
        assert answer.status_code == 200, answer.text
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))

    return read


@pytest.mark.parametrize(
    ("entity", "indicator", "zh", "en"),
    [
        ("P", "through", "穿透持股（各级相乘，循环持股精确求解），2023-12-31，4 家",
         "effective shares (through all layers, rings solved exactly), 2023-12-31, 4 entities"),
        ("P", "through", "示例SS 48.00% 100.00 元 48.00 元", "示例SS 48.00% 100.00 CNY 48.00 CNY"),
        ("X", "through", "2 家；本户之数未计入（未报告）", "2 entities; own figure left out (not reported)"),
        ("Z", "through", "2023-12-31，1 家", "2023-12-31, 1 entity"),
        ("Q", "through", "示例R、示例T 只由彼此持有，成闭环", "示例R, 示例T are held by each other alone"),
        ("P", "full", "控制范围（表决权合计过半），2023-12-31，4 家",
         "control (more than half of the votes), 2023-12-31, 4 entities"),
        ("P", "others", "少数股东比例（表决权合计过半），2023-12-31，3 家",
         "shares of others (more than half of the votes), 2023-12-31, 3 entities"),
        ("SS", "state", "持有人（各级相乘，循环持股精确求解），2023-12-31，3 家，其中满足条件 1 家",
         "holders (through all layers, rings solved exactly), 2023-12-31, 3 entities; 1 meet the condition"),
        ("SS", "state", "示例S 不满足条件 60.00%", "示例S does not meet it 60.00%"),
        ("B", "first", "示例X 条件不明 20.00%", "示例X not known 20.00%"),
        ("SS", "depth", "最终控制人 示例国资委（表决权合计过半，2023-12-31）；经 示例P、示例S；表决权：示例S 60.00%",
         "ultimate owner 示例国资委 (more than half of the votes, 2023-12-31); through 示例P, 示例S; votes: 示例S 60"),
        ("Z", "depth", "最终控制人即自身", "it is its own ultimate owner"),
        ("P", "below", "沿“控制”（表决权合计过半），2023-12-31，3 家；示例S、示例SS、示例V",
         "along “Controls” (more than half of the votes), 2023-12-31, 3 entities; 示例S, 示例SS, 示例V"),
        ("SS", "above", "沿“控制人”", "along “Controlled by”"),
        ("P", "through", "持股依据 持有人 被持有 持股 依据 示例P 示例S 80.00%",
         "Holdings relied on Holder Held Share Stated in 示例P 示例S 80.00%"),
        ("P", "through", "示例P 示例S 80.00% register.csv · 第 3 行 · 单元格 A3 · 报送 F000003 · 账本第 3 号",
         "示例P 示例S 80.00% register.csv · row 3 · cell A3 · filing F000003 · ledger entry 3"),
        ("P", "through", "示例N 示例V 30.00% 代持 实际权利人 示例P", "示例N 示例V 30.00% nominee principal 示例P"),
        ("P", "through", "示例P 示例V 15.00% 表决权 35.00%", "示例P 示例V 15.00% votes 35.00%"),
        ("SS", "state", "示例国资委 示例P 100.00% 自 2020-01-01", "示例国资委 示例P 100.00% from 2020-01-01"),
        ("SS", "state", "持有比例(或类型: 机关, 穿透: 各级)", "held(also: State body, through: all)"),
        ("SS", "ours", "最终控制人 = \"G\"", "Ultimate owner = \"G\""),
        ("Z", "others", "所问之日没有登记相关持股。", "No such holdings were registered on that day."),
        ("Q", "through", "不适用：穿透合计(利润)，2023（示例R）", "not applicable: look_through(Profit), 2023 (示例R)"),
        ("E", "through", "未报告：利润，2023（示例L）", "not reported: Profit, 2023 (示例L)"),
    ],
)  # fmt: skip
def test_it_is_said_in_both_languages(page: Read, entity: str, indicator: str, zh: str, en: str) -> None:
    squeezed = [re.sub(r" (?=[(),:])|(?<=\() ", "", text) for text in (zh, en)]
    for lang, said in zip(("zh", "en"), squeezed, strict=True):
        for query in ({}, {"fragment": "1"}):
            assert said in re.sub(r" (?=[(),:])|(?<=\() ", "", page(entity, indicator, lang, **query))


def test_as_known_before_a_correction_it_shows_the_share_of_then(page: Read) -> None:
    then, now = page("P", "through", as_known_at=BEFORE), page("P", "through")
    assert "示例S 示例SS 70.00% register.csv" in then
    assert "示例SS 56.00% 100.00 元 56.00 元" in then
    assert "示例S 示例SS 60.00% corrected.csv" in now


def test_a_figure_that_asks_for_no_ownership_has_no_such_section(page: Read) -> None:
    assert "持股依据" not in page("P", "plain")
