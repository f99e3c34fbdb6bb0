"""Whatever is said of a formula is said in Chinese too: every message and hint that the tests of messages know."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "errors"))
sys.path.insert(0, str(Path(__file__).parents[1] / "formula"))

from test_formula_messages import GRAMMAR, MEANING, SPELLING
from test_reach_messages import CASES

from hengjian.web.faults import translate

TEXTS = sorted({text for row in (*SPELLING, *GRAMMAR) for text in row[2:]} | {
    text for row in (*MEANING, *CASES) for text in row[3:]
})  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff]")


def test_every_text_is_said_in_chinese() -> None:
    assert len(TEXTS) > 200
    lacking = [text for text in TEXTS if not HAN.search(translate(text, "zh")) or translate(text, "zh") == text]
    assert not lacking, "\n".join(["no template in strings/faults/zh fits:", *lacking])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ttm sums a flow over 12 months, but cash is an instant (a balance)",
         "ttm 合计 12 个月的发生额，而 cash 是时点数（余额）"),
        ("rank has the option within twice", "rank 的选项 within 写了两次"),
        ("per of last cannot be week", "last 的 per 不能是 week"),
        ("write one of year, half, quarter, month, day, hour", "请写其中之一：year, half, quarter, month, day, hour"),
        ("deposits is monthly, but cash is quarterly", "deposits 是按月的，而 cash 是按季的"),
        ("'+' joins CNY with person", "'+' 两边的单位不同：元与人"),
        ("no link from enterprise is called child", "enterprise 没有名为 child 的关联"),
        ("write last(x, per: month) or prior(x)", "请写 last(x, per: month) 或 prior(x)"),
        ("limit has no class 'powr' and gives the default", "limit 没有类别“powr”，取缺省值"),
    ],
)  # fmt: skip
def test_what_a_writer_of_packs_reads(text: str, shown: str) -> None:
    assert translate(text, "zh") == shown
