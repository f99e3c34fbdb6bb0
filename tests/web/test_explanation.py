"""How pages say who was in a group, which link was walked, between which points a figure lies, and on which cut."""

from typing import Any

import pytest

from hengjian.web.explanation import Step, steps, used
from hengjian.web.figures import Figures
from hengjian.web.names import Names
from hengjian.web.view import view_of
from hengjian.web.words import words_of

DECLARED = {
    "indicators": {"debt_ratio": {"label": {"zh": "负债率", "en": "Debt ratio"}}},
    "measures": {"debts": {"label": {"zh": "负债", "en": "Debts"}}},
    "links": {
        "parent": {
            "label": {"zh": "上级单位", "en": "Parent"}, "inverse": "children",
            "inverse_label": {"zh": "下级单位", "en": "Subordinates"},
        }
    },
    "types": {"enterprise": {"attributes": {"industry": {"label": {"zh": "行业", "en": "Industry"}}}}},
}  # fmt: skip
CALLED = {"A": "甲公司", "B": "乙公司"}


def node(op: str, text: str, note: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "op": op, "text": text, "value": 2.0, "unit": "ratio", "period": "2019-Q4", "missing": None, "children": [],
        "note": note or {}, **more,
    }  # fmt: skip


def shown(tree: dict[str, Any], language: str = "zh") -> Step:
    """The first step of a tree about A."""
    words = words_of(language)
    answer = {"entity": "A", "period": "2019-Q4", "value": 2.0, "unit": "ratio", "tree": tree, "names": CALLED}
    return steps(answer, Names(DECLARED, words), Figures(view_of({}, {}), words), words)[0]


GROUP = {
    "within": {"industry": "power"}, "count": 2, "at_least": 5,
    "members": [{"entity": "A", "value": 0.5}, {"entity": "B", "value": 0.75}],
}  # fmt: skip


def test_a_group_is_named_with_all_in_it_the_greatest_first() -> None:
    step = shown(node("rank", "rank(debt_ratio, within: industry)", GROUP))
    assert step.said == "同组：行业 power，共 2 户有数（至少 5 户）"
    assert [(one.name, str(one.figure), one.is_own) for one in step.members] == [
        ("乙公司", "0.75", False), ("甲公司", "0.50", True),
    ]  # fmt: skip
    everyone = shown(node("rank", "rank(debt_ratio, within: all)", {**GROUP, "within": {}}), "en")
    assert everyone.said == "group: everyone; 2 have a figure (at least 5 needed)"
    assert shown(node("rank", "rank(debt_ratio, within: industry)", {**GROUP, "within": None})).said == "未申报分组属性"


@pytest.mark.parametrize(
    ("tree", "zh", "en"),
    [
        (node("total_over", "total(debts, over: children)", {"link": "parent", "direction": "back"}),
         "沿“下级单位”", "along “Subordinates”"),
        (node("of", "of(parent, debts)", {"link": "parent", "direction": "forward"}), "沿“上级单位”", "along “Parent”"),
        (node("on", "on(debts, basis: audited)", {"basis": "audited"}), "按审计读取", "read on the cut: audited"),
        (node("on", "on(debts, scope: parent, basis: flash)", {"scope": "parent", "basis": "flash"}),
         "按单体 · 快报读取", "read on the cut: parent alone · flash"),
        (node("interpolate", "interpolate(debt_ratio, score)", {"class": "power", "from": [1, 2], "to": [3, 4]}),
         "power：落在 1 → 200.00% 与 3 → 400.00% 两点之间", "power: between the points 1 → 200.00% and 3 → 400.00%"),
        (node("band", "band(debt_ratio, grade)", {"class": None, "from": [3, 4], "to": None}),
         "在表的一端：3 → 400.00%", "at an end of the table: 3 → 400.00%"),
        (node("add", "debts + debts"), "", ""),
    ],
)  # fmt: skip
def test_a_step_says_what_was_read(tree: dict[str, Any], zh: str, en: str) -> None:
    assert (shown(tree).said, shown(tree, "en").said) == (zh, en)


@pytest.mark.parametrize(
    ("formula", "zh"),
    [
        ("rank(debt_ratio, within: industry, at_least: 3)", "名次(负债率, 同组: 行业, 至少: 3)"),
        ("total(debts, over: children, where: debt_ratio > 1)", "合计(负债, 所联: 下级单位, 其中: 负债率 > 1)"),
        ("on(debts, scope: parent) - on(debts, basis: audited)", "换口径(负债, 范围: 单体) - 换口径(负债, 依据: 审计)"),
        ("of(parent, debts)", "取自(上级单位, 负债)"),
        ("rank(debts, within: all)", "名次(负债, 同组: 全部)"),
        ("total(debts, over: children, levels: all)", "合计(负债, 所联: 下级单位, 层级: 各级)"),
        ("sum(debts, per: quarter)", "合计(负债, 归集到: 季度)"),
    ],
)
def test_options_stand_in_the_readers_words(formula: str, zh: str) -> None:
    assert "".join(piece.text for piece in Names(DECLARED, words_of("zh")).pieces(formula)) == zh


def test_a_reason_names_whose_figure_is_missing_and_of_what() -> None:
    names = Names(DECLARED, words_of("zh"))
    missing = {"reason": "not_reported", "input": "debts", "entity": "B", "period": "2019-Q4"}
    assert names.reason(missing, "A", CALLED) == "未报告：负债，2019-Q4（乙公司）"
    few = {"reason": "too_few_peers", "input": "rank(debt_ratio, within: industry)", "entity": "A", "period": "2019-Q4"}
    assert names.reason(few, "A") == "可比对象太少：名次(负债率, 同组: 行业)，2019-Q4"


def test_figures_of_two_scopes_say_which() -> None:
    words = words_of("zh")
    leaf = {"measure": "debts", "entity": "A", "period": "2019-Q4", "value": 1.0, "unit": "CNY", "basis": "flash"}
    leaves = [{**leaf, "scope": "consolidated"}, {**leaf, "scope": "parent"}]
    found = used({"entity": "A", "leaves": leaves}, Names(DECLARED, words), Figures(view_of({}, {}), words), words)
    assert [one.basis for one in found] == ["合并 · 快报", "单体 · 快报"]
