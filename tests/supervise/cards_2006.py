"""综合绩效评价 as of 国资发评价〔2006〕157号 for tests of the engine: 22 financial items, 8 rated ones.

The standards are those of 2006 工业·中型企业 (textbook 表12-24), the values those of an invented enterprise (TV4 of the
domain notes: two independent programmes agree on them).
"""

from decimal import Decimal
from typing import Any

from cards import adjust, card, formula, item, known, label, standard

from hengjian.model.scorecard import (
    Bounds,
    Cap,
    Efficacy,
    Grade,
    Item,
    Modification,
    Rating,
    RatingGrade,
    Scorecard,
    Special,
    Switch,
)
from hengjian.supervise.scored import Given, Rated

from cards import PLACE  # isort: skip

D = Decimal

#: section: (weight, basic items, modifying items) with their weights.
SECTIONS: dict[str, tuple[int, dict[str, int], dict[str, int]]] = {
    "盈利能力": (34, {"净资产收益率": 20, "总资产报酬率": 14},
              {"销售利润率": 10, "盈余现金保障倍数": 9, "成本费用利润率": 8, "资本收益率": 7}),
    "资产质量": (22, {"总资产周转率": 10, "应收账款周转率": 12},
              {"不良资产比率": 9, "流动资产周转率": 7, "资产现金回收率": 6}),
    "债务风险": (22, {"资产负债率": 12, "已获利息倍数": 10},
              {"速动比率": 6, "现金流动负债比率": 6, "带息负债比率": 5, "或有负债比率": 5}),
    "经营增长": (22, {"销售增长率": 12, "资本保值增值率": 10},
              {"销售利润增长率": 10, "总资产增长率": 7, "技术投入比率": 5}),
}  # fmt: skip
MANAGEMENT = {
    "战略管理": 18, "发展创新": 15, "经营决策": 16, "风险控制": 13, "基础管理": 14, "人力资源": 8,
    "行业影响": 8, "社会贡献": 8,
}  # fmt: skip
#: 优秀, 良好, 平均, 较低, 较差.
STANDARDS: dict[str, tuple[float, ...]] = {
    "净资产收益率": (16.1, 10.7, 5.6, -1.1, -8.7), "总资产报酬率": (10.4, 7.2, 3.2, -0.1, -4.4),
    "销售利润率": (30.4, 23.2, 14.0, 6.9, -1.2), "盈余现金保障倍数": (10.4, 5.0, 1.2, 0.5, -1.1),
    "成本费用利润率": (15.3, 10.3, 4.0, -0.9, -11.3), "资本收益率": (21.2, 13.2, 3.0, -4.3, -12.8),
    "总资产周转率": (1.6, 1.2, 0.6, 0.4, 0.2), "应收账款周转率": (24.1, 14.6, 6.2, 2.8, 1.3),
    "不良资产比率": (1.1, 2.5, 4.0, 8.8, 20.7), "流动资产周转率": (4.0, 2.5, 1.3, 0.6, 0.2),
    "资产现金回收率": (15.7, 11.8, 4.5, -2.1, -5.8), "资产负债率": (44.6, 57.3, 66.3, 82.2, 97.2),
    "已获利息倍数": (6.2, 4.5, 2.2, 1.0, -0.6), "速动比率": (142.7, 112.9, 71.8, 47.9, 30.1),
    "现金流动负债比率": (26.9, 19.4, 5.4, -7.1, -12.4), "带息负债比率": (25.3, 37.6, 48.9, 72.0, 85.4),
    "或有负债比率": (0.4, 1.3, 6.1, 14.7, 23.8), "销售增长率": (37.8, 26.4, 10.6, -11.6, -30.7),
    "资本保值增值率": (113.2, 108.8, 104.1, 100.3, 95.8), "销售利润增长率": (31.7, 21.7, 6.3, -14.1, -37.0),
    "总资产增长率": (20.4, 14.9, 7.1, 0.5, -9.5), "技术投入比率": (0.9, 0.7, 0.5, 0.3, 0.1),
}  # fmt: skip
#: The enterprise of TV4: numerator, denominator and multiple of each ratio, 万元.
RATIOS: dict[str, tuple[float, float, int]] = {
    "净资产收益率": (9800, (74000 + 80000) / 2, 100), "总资产报酬率": (13600 + 3800, (180000 + 200000) / 2, 100),
    "销售利润率": (43500, 210000, 100), "盈余现金保障倍数": (14000, 9800 + 400, 1),
    "成本费用利润率": (13600, 165000 + 1500 + 9000 + 17800 + 3600, 100), "资本收益率": (9800, 40000 + 10000, 100),
    "总资产周转率": (210000, 190000, 1), "应收账款周转率": (210000, (19000 + 1000 + 21000 + 1000) / 2, 1),
    "不良资产比率": (4000 + 800 + 200, 200000 + 4000, 100), "流动资产周转率": (210000, (80000 + 90000) / 2, 1),
    "资产现金回收率": (14000, 190000, 100), "资产负债率": (116000, 200000, 100),
    "已获利息倍数": (13600 + 3800, 3800, 1), "速动比率": (90000 - 26000, 62000, 100),
    "现金流动负债比率": (14000, 62000, 100), "带息负债比率": (25000 + 5000 + 30000 + 0 + 600, 116000, 100),
    "或有负债比率": (1000 + 3000 + 0 + 200, 80000 + 4000, 100), "销售增长率": (210000 - 185000, 185000, 100),
    "资本保值增值率": (80000 - 500, 74000, 100), "销售利润增长率": (43500 - 38000, 38000, 100),
    "总资产增长率": (200000 - 180000, 180000, 100), "技术投入比率": (1600, 210000, 100),
}  # fmt: skip
SHARES = dict(zip(MANAGEMENT, (".82", ".76", ".80", ".70", ".78", ".74", ".66", ".84"), strict=True))
#: Article 32 and its sub-grades (mem).
GRADES = tuple(
    Grade(name=name, label=label(name), at_least=D(least))
    for name, least in (
        ("A++", 95), ("A+", 90), ("A", 85), ("B+", 80), ("B", 75), ("B-", 70), ("C", 60), ("C-", 50),
        ("D", 40), ("E", 0),
    )
)  # fmt: skip
#: What the text leaves open: are coefficients held between 0.7 and 1.3, may a section have more than its weight?
SWITCHES = {
    name: Switch(
        name=name, label=label(name), choices={"on": label("是"), "off": label("否")}, otherwise=otherwise,
        source="test", confidence="own", place=PLACE,
    )
    for name, otherwise in (("clamp", "on"), ("section_cap", "off"))
}  # fmt: skip
#: The amounts that the text fixes, of which the engine is only told which holds.
SPECIAL = {
    "盈余现金保障倍数": (("1.1", "经营现金净流量为正而利润为负"), ("0.9", "经营现金净流量为负而利润为正"),
                  ("0.8", "经营现金净流量与利润均为负")),
    "不良资产比率": (("0.8", "不良资产比率不低于 100% 或分母为负"),),
    "销售利润增长率": (("1.1", "上年为负而本年为正"), ("1.0", "上年为零而本年为正，或上年为负而本年为零")),
    "资产负债率": (("0", "资产负债率不低于 100%"),),
}  # fmt: skip


def special(name: str) -> tuple[Special, ...]:
    return tuple(
        Special(when=formula(why), amount=D(amount), reason=label(why)) for amount, why in SPECIAL.get(name, ())
    )


def section(name: str) -> Item:
    weight, basic, modifying = SECTIONS[name]
    return item(
        name, weight=weight, combine="modified", bounds=Bounds(least=D("0.7"), most=D("1.3"), setting=("clamp", "on")),
        adjust=(adjust(Cap(at=None), setting=("section_cap", "on")),), items=(
            *(item(one, Efficacy(standard=one, special=special(one)), weight=own, role="basic")
              for one, own in basic.items()),
            *(item(one, Modification(standard=one, special=special(one)), weight=own, role="modifying")
              for one, own in modifying.items()),
        ),
    )  # fmt: skip


def financial() -> Scorecard:
    return card(*(section(name) for name in SECTIONS), grades=GRADES, switches=SWITCHES, digits=2)


def whole() -> Scorecard:
    """Financial 70 %, rated 30 %."""
    words = tuple(
        RatingGrade(name=name, label=label(name), share=D(share))
        for name, share in (("优", "1"), ("良", ".8"), ("中", ".6"), ("低", ".4"), ("差", ".2"))
    )
    rating = Rating(by="experts", grades=words, raters=7)
    rated = [item(name, rating, weight=weight, value=None) for name, weight in MANAGEMENT.items()]
    return card(
        item("财务绩效", weight=70, items=tuple(section(name) for name in SECTIONS)),
        item("管理绩效", weight=30, items=tuple(rated)), combine="weighted", grades=GRADES, switches=SWITCHES,
    )  # fmt: skip


def values() -> dict[str, D]:
    return {name: D(str(above)) * times / D(str(below)) for name, (above, below, times) in RATIOS.items()}


def truths(*holding: str) -> dict[str, bool]:
    """Of all special cases, those named (as "不良资产比率 1") hold."""
    return {
        f"`{name} special {number}` of card": f"{name} {number}" in holding
        for name, cases in SPECIAL.items()
        for number in range(1, len(cases) + 1)
    }


def enterprise(changed: dict[str, Any] | None = None, **more: Any) -> Given:
    """TV4's, with some values changed."""
    given: dict[str, Any] = {
        "standards": {name: standard(*bands) for name, bands in STANDARDS.items()}, "truths": truths(),
        "ratings": {name: (Rated(share=D(share)),) * 7 for name, share in SHARES.items()},
    }  # fmt: skip
    return known(values() | (changed or {}), **(given | more))
