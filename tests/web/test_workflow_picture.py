"""A workflow drawn from its declaration: what stands where, that nothing stands on anything else, and what is told."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hengjian.app.cases import table
from hengjian.load import load_pack
from hengjian.load.folder import SHIPPED, read_folder
from hengjian.web.words import words_of
from hengjian.web.workflowpicture import HEIGHT, Drawing, drawing, picture, text_width

ZH = words_of("zh")
DOCS = Path(__file__).parents[2] / "docs" / "images"


def told(states: str, *steps: str) -> dict[str, Any]:
    """A table by hand: states with a * are final, steps as "a>b name"."""
    names = states.split()
    found: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        ends, _, name = step.partition(" ")
        origin, target = ends.split(">")
        found.setdefault((name, target), []).append(origin)
    return {
        "states": {
            one.strip("*"): {"label": {"zh": one.strip("*"), "en": one}, "final": one.endswith("*")} for one in names
        },
        "steps": [
            {"transition": name, "label": {"zh": name, "en": name}, "from": origins, "to": target}
            for (name, target), origins in found.items()
        ],
    }  # fmt: skip


RISK = told(
    "发现 分派 核查 处置 复核 销号* 升级", "发现>分派 分派", "分派>核查 核查", "核查>处置 定级", "核查>销号 误报",
    "处置>处置 延期", "处置>复核 提请复核", "复核>销号 同意", "复核>处置 退回", "复核>升级 升级", "处置>升级 升级",
    "升级>处置 交办", "销号>核查 重启", "发现>销号 不属实",
)  # fmt: skip


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def check_drawn(drawn: Drawing) -> None:
    """Boxes stand apart, everything is on the picture, and no arrow that goes along a lane crosses a box."""
    for one in drawn.boxes:
        assert one.width >= text_width(one.label)
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= drawn.width
        assert one.y + HEIGHT <= drawn.height
        for other in drawn.boxes:
            apart = one.x + one.width < other.x or other.x + other.width < one.x or abs(one.y - other.y) > HEIGHT
            assert one is other or apart
    for arrow in drawn.arrows:
        for x, y in points(arrow.path):
            assert -1 <= x <= drawn.width + 1
            assert -1 <= y <= drawn.height + 1
        if "Q" in arrow.path:
            middle = points(arrow.path)[1:-1]
            for box in drawn.boxes:
                inside = [(x, y) for x, y in middle if box.x < x < box.x + box.width and box.y < y < box.y + HEIGHT]
                assert not inside
        for _, x, y in arrow.labels:
            assert 0 <= x <= drawn.width
            assert 0 <= y <= drawn.height


def test_layers_are_steps_from_the_start() -> None:
    drawn = drawing(RISK, "风险", ZH, "处置")
    check_drawn(drawn)
    places = {box.name: box.x for box in drawn.boxes}
    assert places["发现"] < places["分派"] == places["销号"] < places["核查"] < places["处置"] < places["复核"]
    assert places["复核"] == places["升级"]
    assert [box.name for box in drawn.boxes if box.is_here] == ["处置"]
    assert [box.name for box in drawn.boxes if box.is_start] == ["发现"]
    assert [box.name for box in drawn.boxes if box.is_final] == ["销号"]
    assert sorted(text for arrow in drawn.arrows for text, _, _ in arrow.labels) == sorted([
        "分派", "核查", "定级", "误报", "延期", "提请复核", "同意", "退回", "升级", "升级", "交办", "重启", "不属实",
    ])  # fmt: skip


def test_what_is_drawn_is_told_in_words() -> None:
    drawn = drawing(RISK, "风险", ZH, "处置")
    assert drawn.title == "风险流程图"
    assert drawn.told.startswith("目前所处：处置。")
    assert "复核 经“退回”到 处置。" in drawn.told
    assert "目前所处" not in drawing(RISK, "风险", ZH).told
    assert drawing(RISK, "x", words_of("en"), "处置").told.startswith("At present: 处置. ")
    assert "goes by" in drawing(RISK, "x", words_of("en")).told


def test_steps_between_the_same_two_states_share_an_arrow() -> None:
    drawn = drawing(told("a b*", "a>b one", "a>b two"), "x", ZH)
    (arrow,) = drawn.arrows
    assert [text for text, _, _ in arrow.labels] == ["one", "two"]
    assert arrow.labels[0][2] < arrow.labels[1][2]


def test_labels_in_one_gap_stand_apart() -> None:
    drawn = drawing(told("a b c d*", "a>b 第一", "a>c 第二", "a>d 第三", "b>d 第四", "c>d 第五"), "x", ZH)
    spots = [(x, y) for arrow in drawn.arrows for text, x, y in arrow.labels if text in ("第一", "第二", "第三")]
    assert all(abs(one[1] - other[1]) >= 14 for one in spots for other in spots if one is not other)


NAMES = ["s0", "s1", "s2", "s3", "s4", "s5", "s6"]


@example(2, [("s0", "s1", "a")] * 3)  # three labels above one level line
@given(
    st.integers(1, 7),
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.text("办理ab", min_size=1, max_size=9)),
        max_size=14,
    ),
)
@settings(max_examples=60, deadline=None)
def test_any_workflow_can_be_drawn(count: int, steps: list[tuple[str, str, str]]) -> None:
    known = NAMES[:count]
    kept = [f"{one}>{other} {name}{at}" for at, (one, other, name) in enumerate(steps) if {one, other} <= set(known)]
    drawn = drawing(told(" ".join(known), *kept), "x", ZH)
    check_drawn(drawn)
    assert sum(len(arrow.labels) for arrow in drawn.arrows) == len(kept)


def test_names_that_look_like_markup_are_text() -> None:
    text = picture(told("a b*", "a>b <b>"), "<script>", ZH)
    assert "<script>" not in text
    assert "&lt;b&gt;" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_stands_alone_and_is_that_of_the_docs(language: str) -> None:
    pack, _ = load_pack(read_folder(SHIPPED / "finance"), "finance")
    assert pack is not None
    (flow,) = pack.workflows
    words = words_of("zh" if language == "zh" else "en")
    text = picture(table(flow), flow.label.zh if language == "zh" else flow.label.en, words)
    tree = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert tree.attrib["role"] == "img"
    ids = {one.attrib["id"] for one in tree if one.tag in (f"{space}title", f"{space}desc")}
    assert set(tree.attrib["aria-labelledby"].split()) == ids
    assert "var(" not in text
    assert "<script" not in text
    file = DOCS / f"workflow.{language}.svg"
    assert file.read_text(encoding="utf-8") == text, "write it anew: see the test"
