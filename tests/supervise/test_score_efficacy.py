"""功效系数法 and 修正系数 against what was published: TV1 to TV4, and every case that the text fixes."""

from decimal import Decimal

import pytest
from cards import card, found, item, known, standard
from cards_2006 import SECTIONS, STANDARDS, enterprise, financial, truths, whole

from hengjian.model.scorecard import Efficacy
from hengjian.supervise.scored import Assessed, Given, Rated, Scored
from hengjian.supervise.scorereasons import text
from hengjian.supervise.scoring import score

D = Decimal


def points(scored: Scored) -> D:
    assert scored.score is not None, scored.reason
    return scored.score


def close(scored: Scored | D | None, printed: str) -> bool:
    """Whether a figure rounds (half up) to what is printed, or to one unit of its last digit for figures of six."""
    figure = scored.score if isinstance(scored, Scored) else scored
    assert figure is not None
    places = len(printed.partition(".")[2])
    return abs(figure - D(printed)) <= D(5) * D(10) ** -(places + 1)


# TV1 [a textbook's example with weights of the 1999 scheme, standards and actual values as printed]: the source prints
# 24.24 and 7.16, and "5.4+0.48=5.48" for total asset turnover, which is a misprint: 5.4 + 0.48 is 5.88.
TV1 = [
    ("净资产收益率", "6.35", 30, (14.6, 6.0, -0.5, -10.2, -23.6), "24.2442"),
    ("总资产报酬率", "6.66", 12, (17.8, 11.9, 6.8, -1.5, -6.1), "7.1595"),
    ("总资产周转率", "0.48", 9, (1.0, 0.7, 0.4, 0.2, 0.1), "5.8800"),
    ("应收账款周转率", "2.21", 9, (2.4, 1.7, 1.1, 0.6, 0.3), "8.5114"),
    ("资产负债率", "44.14", 12, (41.1, 53.1, 74.3, 89.8, 100), "11.3920"),
    ("已获利息倍数", "3.17", 10, (3.4, 2.3, 0.8, -0.7, -2.3), "9.5818"),
    ("销售增长率", "11.44", 9, (20.1, 4.2, -16.5, -25.0, -38.7), "8.0196"),
    ("资本积累率", "-9.61", 9, (31.4, 17.7, 4.9, -8.8, -21), "3.4805"),
]


def tv1() -> Assessed:
    items = [item(name, Efficacy(standard=name), weight=weight) for name, _, weight, _, _ in TV1]
    standards = {name: standard(*bands) for name, _, _, bands, _ in TV1}
    return score(card(*items), known({name: value for name, value, *_ in TV1}, standards=standards))


def test_tv1_each_item_and_the_sum() -> None:
    assessed = tv1()
    for name, _, _, _, printed in TV1:
        assert close(found(assessed.root, name), printed), name
    assert close(assessed.root, "78.2691")


def test_tv1_parts_as_printed() -> None:
    """7.2 + 1.31 for receivables as printed; 5.4 + 0.48 makes 5.88, not the 5.48 that is printed."""
    root = tv1().root
    base, adjustment = found(root, "应收账款周转率").parts
    assert (base.score, close(adjustment, "1.31")) == (D("7.2"), True)
    base, adjustment = found(root, "总资产周转率").parts
    assert (base.score, adjustment.score) == (D("5.4"), D("0.48"))
    assert points(found(root, "总资产周转率")) == D("5.88")


# TV2 [the case 大洋公司 of a thesis, weights of 2006]. Bands that the source does not print are set so that the value
# lies where it prints the coefficient; all other figures are as printed.
HIGH = (4, 3, 2, 1, 0)
TV2_STANDARDS = {
    "净资产收益率": HIGH, "总资产报酬率": HIGH, "总资产周转率": HIGH, "应收账款周转率": HIGH,
    "资产负债率": (40.2, 53.4, 60, 70, 80), "已获利息倍数": (4, 3.4, 2.3, 1, 0),
    "销售增长率": (40, 30, 20, 14.2, 3.5), "资本保值增值率": (112, 109.2, 106.1, 103, 100),
    "销售利润率": (30, 25, 20, 11.4, 7.0), "盈余现金保障倍数": HIGH, "成本费用利润率": HIGH, "资本收益率": HIGH,
    "不良资产比率": (1, 2, 3, 4, 5), "流动资产周转率": HIGH, "资产现金回收率": HIGH, "速动比率": HIGH,
    "现金流动负债比率": HIGH,
    "带息负债比率": (1, 2, 3, 4, 5), "或有负债比率": (1, 2, 3, 4, 5), "销售利润增长率": (40, 29.1, 2.1, 0, -9),
    "总资产增长率": (22.3, 16.7, 9, 3, 0), "技术投入比率": HIGH,
}  # fmt: skip
TV2_VALUES = {
    "净资产收益率": 9, "总资产报酬率": 9, "总资产周转率": 9, "应收账款周转率": 9, "资产负债率": 52,
    "已获利息倍数": "2.82",
    "销售增长率": "5.26", "资本保值增值率": "109.1", "销售利润率": "10.9", "盈余现金保障倍数": "2.548",
    "成本费用利润率": "2.7485", "资本收益率": 9, "不良资产比率": 0, "流动资产周转率": 9, "资产现金回收率": 9,
    "速动比率": 9,
    "现金流动负债比率": 9, "带息负债比率": 0, "或有负债比率": 0, "销售利润增长率": "2.82",
    "总资产增长率": "19.05", "技术投入比率": 2,
}  # fmt: skip


def tv2(**settings: str) -> Assessed:
    standards = {name: standard(*bands) for name, bands in TV2_STANDARDS.items()}
    return score(financial(), known(TV2_VALUES, standards=standards, truths=truths(), settings=settings))


@pytest.mark.parametrize(
    ("name", "printed", "exact"),
    [
        ("净资产收益率", "20", "20"), ("总资产报酬率", "14", "14"), ("总资产周转率", "10", "10"),
        ("应收账款周转率", "12", "12"),
        ("资产负债率", "9.85", "9.854545"), ("已获利息倍数", "6.95", "6.945455"),
        ("销售增长率", "2.79", "2.794766"), ("资本保值增值率", "7.94", "7.935484"),
    ],
)  # fmt: skip
def test_tv2_basic_items_as_printed(name: str, printed: str, exact: str) -> None:
    one = found(tv2().root, name)
    assert close(one, printed)
    assert close(one, exact)


def test_tv2_basic_sections_and_total() -> None:
    """Printed: 34, 22, 16.8, 10.73, in all 83.53; exactly 10.730250 and 83.530250."""
    root = tv2().root
    basic = {name: sum((points(found(root, one)) for one in SECTIONS[name][1]), D(0)) for name in SECTIONS}
    assert basic["盈利能力"] == 34
    assert basic["资产质量"] == 22
    assert close(basic["债务风险"], "16.8")
    assert close(basic["经营增长"], "10.730250")
    assert close(sum(basic.values(), D(0)), "83.530250")


@pytest.mark.parametrize(
    ("name", "printed", "exact"),
    [
        ("销售利润率", "0.3772", "0.377273"),  # the print cuts off: 0.377272…, rounded 0.3773
        ("盈余现金保障倍数", "0.7096", "0.7096"), ("成本费用利润率", "0.7497", "0.7497"),
        ("资本收益率", "1.2", "1.2"),
        ("不良资产比率", "1.2", "1.2"), ("流动资产周转率", "1.2", "1.2"),
        ("资产现金回收率", "1.2", "1.2"),
        ("速动比率", "1.44", "1.436364"),  # printed to two digits; 1.2 + 1 − 16.8/22 is 1.436364
        ("或有负债比率", "1.44", "1.436364"),
        ("销售利润增长率", "1.12", "1.117595"), ("总资产增长率", "1.40", "1.396190"),
        ("技术投入比率", "1.11", "1.112261"),
    ],
)  # fmt: skip
def test_tv2_coefficients_as_printed_are_not_held(name: str, printed: str, exact: str) -> None:
    """The source holds none of them between 0.7 and 1.3 (0.3772, 1.44)."""
    coefficient = found(tv2(clamp="off").root, name).reason.data["coefficient"]
    assert isinstance(coefficient, D)
    assert abs(coefficient - D(printed)) < D("0.01") ** (1 if len(printed) < 6 else 2)
    assert close(coefficient, exact)


@pytest.mark.parametrize(
    ("clamp", "sections", "total"),
    [
        ("off", ("24.5567", "26.4000", "24.1309", "12.9302"), "88.0179"),
        ("on", ("27.7840", "26.4000", "21.8400", "12.6018"), "88.6258"),
    ],
)
def test_tv2_totals_by_the_switch(clamp: str, sections: tuple[str, ...], total: str) -> None:
    assessed = tv2(clamp=clamp)
    for name, exact in zip(SECTIONS, sections, strict=True):
        assert close(found(assessed.root, name), exact), name
    assert close(assessed.root, total)
    assert assessed.grade == "A"


def test_a_section_beyond_its_weight_is_held_only_where_the_switch_says_so() -> None:
    assert points(found(tv2(section_cap="off").root, "资产质量")) == D("26.4")
    assert points(found(tv2(section_cap="on").root, "资产质量")) == 22


def test_tv3_the_exam_item() -> None:
    """利润 500 + 利息 100, 平均资产 10000: 6 %, between 3.6 (coefficient 0.6) and 6.4: base points of 12 are 7.2."""
    one = card(item("总资产报酬率", Efficacy(standard="总资产报酬率"), weight=12))
    given = known({"总资产报酬率": 600 / D(10000) * 100}, standards={"总资产报酬率": standard(9, 6.4, 3.6, 1, 0)})
    base, adjustment = found(score(one, given).root, "总资产报酬率").parts
    assert base.score == D("7.2")
    assert close(adjustment, "2.057142857143")


TV4 = {
    "净资产收益率": "17.501684", "总资产报酬率": "12.913158", "总资产周转率": "7.684211", "应收账款周转率": "8.285714",
    "资产负债率": "9.413333", "已获利息倍数": "8.092879", "销售增长率": "7.642559", "资本保值增值率": "7.418056",
    "盈利能力": "25.749581", "资产质量": "16.645241", "债务风险": "16.236814", "经营增长": "15.902893",
    "财务绩效": "74.534528", "管理绩效": "76.9",
}  # fmt: skip
TV4_COEFFICIENTS = {
    "销售利润率": ".851409", "盈余现金保障倍数": ".714527", "成本费用利润率": ".797733", "资本收益率": "1.065446",
    "不良资产比率": "1.081097", "流动资产周转率": "1.069192", "资产现金回收率": ".952681",
    "速动比率": ".957187", "现金流动负债比率": "1.089080", "带息负债比率": ".775333", "或有负债比率": ".850096",
    "销售利润增长率": "1.021578", "总资产增长率": "1.018276", "技术投入比率": "1.177331",
    "盈利能力": ".846612", "资产质量": "1.042287", "债务风险": ".927489", "经营增长": "1.055926",
}  # fmt: skip


def test_tv4_from_ratios_to_the_grade() -> None:
    assessed = score(whole(), enterprise())
    for name, exact in TV4.items():
        assert close(found(assessed.root, name), exact), name
    for name, exact in TV4_COEFFICIENTS.items():
        coefficient = found(assessed.root, name).reason.data["coefficient"]
        assert isinstance(coefficient, D)
        assert close(coefficient, exact), name
    assert close(assessed.root, "75.244170")
    assert (assessed.score, assessed.grade) == (D("75.24"), "B")
    assert assessed.missing == ()


def test_tv4_analysis_coefficients_and_basic_total() -> None:
    root = score(financial(), enterprise()).root
    analysis = {name: found(root, name).reason.data["analysis"] for name in SECTIONS}
    assert [close(one, exact) for one, exact in zip(
        analysis.values(), (".894554", ".725906", ".795737", ".684573"), strict=True)
    ] == [True] * 4  # fmt: skip
    basic = sum((points(found(root, one)) for _, basics, _ in SECTIONS.values() for one in basics), D(0))
    assert close(basic, "78.951594")


def test_the_sentence_of_an_efficacy_coefficient() -> None:
    reason = found(score(financial(), enterprise()).root, "净资产收益率").reason
    assert text(reason, "zh") == (
        "净资产收益率 12.7273 介于良好值 10.7 与优秀值 16.1 之间："
        "基础分 20×0.8=16，功效系数 0.3754，调整分 1.5017，得分 17.5017"
    )


@pytest.mark.parametrize(
    ("value", "bands", "expected"),
    [
        ("16.1", "净资产收益率", "20"), ("99", "净资产收益率", "20"), ("10.7", "净资产收益率", "16"),
        ("-8.7", "净资产收益率", "4"),  # at 较差 itself 0.2 of the weight
        ("-8.7000001", "净资产收益率", "0"),  # below it nothing: the cliff of Art. 16
        ("44.6", "资产负债率", "20"), ("10", "资产负债率", "20"), ("97.2", "资产负债率", "4"),
        ("97.3", "资产负债率", "0"),
    ],
)  # fmt: skip
def test_at_and_beyond_the_bands(value: str, bands: str, expected: str) -> None:
    one = card(item("a", Efficacy(standard="a"), weight=20))
    assessed = score(one, known({"a": value}, standards={"a": standard(*STANDARDS[bands])}))
    assert assessed.root.score == D(expected)


def coefficient(given: Given, name: str, **settings: str) -> D:
    one = found(score(financial(), given).root, name).reason.data["coefficient"]
    assert isinstance(one, D)
    return one


@pytest.mark.parametrize(
    ("holding", "name", "amount"),
    [
        ("盈余现金保障倍数 1", "盈余现金保障倍数", "1.1"), ("盈余现金保障倍数 2", "盈余现金保障倍数", "0.9"),
        ("盈余现金保障倍数 3", "盈余现金保障倍数", "0.8"), ("不良资产比率 1", "不良资产比率", "0.8"),
        ("销售利润增长率 1", "销售利润增长率", "1.1"), ("销售利润增长率 2", "销售利润增长率", "1.0"),
    ],
)  # fmt: skip
def test_coefficients_that_the_text_fixes(holding: str, name: str, amount: str) -> None:
    """Special cases 3, 4 and 5, also where the ratio itself has no value (its base is negative or zero)."""
    for changed in ({}, {name: None}):
        given = enterprise(changed, truths=truths(holding))
        assert coefficient(given, name) == D(amount)
        assert score(financial(), given).score is not None


def test_debt_beyond_all_assets_gives_nothing() -> None:
    """资产负债率 ≥ 100 %: 0 points [Art. on 债务风险]."""
    one = found(score(financial(), enterprise({"资产负债率": 104}, truths=truths("资产负债率 1"))).root, "资产负债率")
    assert one.score == 0
    assert one.reason.code == "efficacy_special"
    # whether the text or the pack says so tells the case itself
    assert text(one.reason, "zh").endswith("取权数 12 的 0%，得分 0")
    assert "规定" not in text(one.reason, "zh").split("；")[-1]


def test_without_a_standard_nothing_is_modified() -> None:
    """Special case 6: no standard for an indicator → 1.0, and the sentence says so."""
    given = enterprise()
    standards = {name: one for name, one in given.standards.items() if name != "速动比率"}
    changed = enterprise(standards=standards)
    assert coefficient(changed, "速动比率") == 1
    reason = found(score(financial(), changed).root, "速动比率").reason
    assert "没有适用的标准值，按规定取 1.0" in text(reason, "zh")
    assert "by rule 1.0" in text(reason, "en")


def test_beyond_and_below_the_bands_of_a_modifying_item() -> None:
    """Cases 1 and 2: 1.2 + 1.0 − a and 1.0 − a; held between 0.7 and 1.3 unless the switch says otherwise."""
    a = found(score(financial(), enterprise()).root, "盈利能力").reason.data["analysis"]
    assert isinstance(a, D)
    for value, expected in ((99, D("2.2") - a), (-99, 1 - a)):
        open_ = enterprise({"销售利润率": value}, settings={"clamp": "off"})
        assert abs(coefficient(open_, "销售利润率") - expected) < D("1e-11")
        held = coefficient(enterprise({"销售利润率": value}), "销售利润率")
        assert held == max(D("0.7"), min(D("1.3"), coefficient(open_, "销售利润率")))


def test_management_needs_its_raters_and_a_closed_panel() -> None:
    two = {name: (Rated(share=D(".8")),) * 2 for name in enterprise().ratings}
    assessed = score(whole(), enterprise(ratings=two))
    assert (assessed.score, assessed.grade) == (None, None)
    assert ("战略管理", "too_few_raters") in assessed.missing
    reason = found(assessed.root, "战略管理").reason
    assert text(reason, "zh") == "战略管理：已有 2 人评议，少于规定的 7 人，暂不计分"
    closed = enterprise().ratings
    still = score(whole(), enterprise(open_panels=frozenset(closed), ratings={}))
    assert [code for _, code in still.missing] == ["panel_open"] * 8
    assert found(still.root, "财务绩效").score is not None, "what can be told is told"


def test_the_mean_of_raters_and_their_words() -> None:
    rated = tuple(Rated(share=D(share), word=word) for share, word in (("1", "优"), (".8", "良"), (".6", "中"))) * 3
    one = found(score(whole(), enterprise(ratings=dict(enterprise().ratings) | {"战略管理": rated})).root, "战略管理")
    assert one.score == D("14.4")
    assert text(one.reason, "zh") == "战略管理：9 人评议，平均系数 0.8（优 3 人、良 3 人、中 3 人），得分 18×0.8=14.4"
