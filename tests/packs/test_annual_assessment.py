"""The shipped rule sets of 经营业绩考核 against their texts: worked by hand, scored by the cards themselves.

Where a text prints no figure the expectation is worked from its words; the source stands beside each.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.load import find_pack, load_pack
from hengjian.model.declaration import Label
from hengjian.model.scorecard import Awards, Rating, Scorecard, score_name
from hengjian.supervise.scored import Assessed, Awarded, Figure, Given, LetterLine, Rated, Scored, Standard, line_name
from hengjian.supervise.scoring import score


def shipped() -> Mapping[str, Scorecard]:
    pack, issues = load_pack(find_pack("annual_assessment"), "annual_assessment")
    assert issues == ()
    assert pack is not None
    return {card.name: card for card in pack.scorecards}


CARDS = shipped()
LABEL = Label(zh="指标", en="Item")


def line(
    item: str, target: str | None = None, base: str | None = None, weight: str | None = None, key: str = ""
) -> LetterLine:
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return LetterLine(
        item=item, key=key or item, title=LABEL, target=number(target), base=number(base), weight=number(weight)
    )


def scored(
    card: Scorecard, lines: list[LetterLine], values: Mapping[str, str], *, factor: str | None = "1", **more: Any
) -> Assessed:
    """An enterprise by a card: `values` by item, or by the key of a letter's own line."""
    items = {item.name for item in card.root.walk()}
    figures = {
        score_name(card.name, name, "value") if name in items else line_name(name): Figure(value=Decimal(text))
        for name, text in values.items()
    }
    return score(card, Given(
        entity="甲公司", period="2011", figures=figures, lines=tuple(lines),
        factor=None if factor is None else Decimal(factor), **more,
    ))  # fmt: skip


def item(found: Assessed, name: str) -> Scored:
    def walk(one: Scored) -> list[Scored]:
        return [one, *(below for part in one.parts for below in walk(part))]

    return next(one for one in walk(found.root) if one.item == name and one.kind in ("item", "left_out"))


def adds_up(one: Scored) -> bool:
    """The parts of the explanation come to their whole exactly, at every level."""
    if (
        one.parts
        and one.score is not None
        and sum((part.score for part in one.parts if part.score is not None), Decimal(0)) != one.score
    ):
        return False
    return all(adds_up(part) for part in one.parts)


# ---- 国资委令第22号, 年度经营业绩考核计分细则 (2010)

CENTRAL = CARDS["central_2010"]
CLASSIFIED = [
    line("classified_2010", "10", weight="15", key="甲"),
    line("classified_2010", "20", weight="15", key="乙"),
]


def central(profit: str, target: str, base: str, **more: str) -> Assessed:
    values = {"profit_2010": profit, "eva_2010": more.get("eva", "100"), "甲": more.get("first", "10"), "乙": "20"}
    lines = [line("profit_2010", target, base), line("eva_2010", "100", "100"), *CLASSIFIED]
    settings = {"steps": more["steps"]} if "steps" in more else {}
    return scored(CENTRAL, lines, values, factor=more.get("factor", "1"), settings=settings)


@pytest.mark.parametrize(
    ("target", "value", "linear", "whole"),
    [
        # 二（一）1: 目标不低于基准，每超过3%加1分，最多6分。+12% → 30 + 4
        ("105", "117.6", "34", "34"),
        # 2（1）: 目标比基准低20%（含）以内，最多5分。+10% → 30 + 3⅓; whole steps 3
        ("90", "99", "33.333333333333", "33"),
        # 2（2）: 低20%—50%，最多4分。+20% would be 6⅔ → cap 4
        ("70", "84", "34", "34"),
        # 2（3）: 低50%（含）以上，最多3分。+33⅓% → cap 3
        ("45", "60", "33", "33"),
        # 每低于3%扣1分，最多6分。−8% → 30 − 2⅔; whole steps −2
        ("105", "96.6", "27.333333333333", "28"),
        ("105", "52.5", "24", "24"),  # −50% → no more than −6
        ("105", "210", "36", "36"),  # +100% → no more than +6
        ("80", "96", "35", "35"),  # 80 is 20% below: 含, hence at most 5
        ("50", "60", "33", "33"),  # 50 is 50% below: 含, hence at most 3
    ],
)  # fmt: skip
def test_total_profit_by_steps_and_tiers(target: str, value: str, linear: str, whole: str) -> None:
    for choice, expected in (("linear", linear), ("whole", whole)):
        found = item(central(value, target, "100", steps=choice), "profit_2010")
        assert found.score == Decimal(expected)
        assert adds_up(found)


def test_a_negative_target_counts_a_reduced_loss_in_half_and_caps_the_grade() -> None:
    """3: 减亏部分折半计算，盈利部分正常计算；最多加3分；仍亏损不超过C级最高限，扭亏为盈不超过B级最高限."""
    half = central("-94", "-100", "-120", eva="120", factor="1.1")
    assert item(half, "profit_2010").score == 31  # 6% reduced, counted as 3%
    assert half.score is not None
    assert half.score == Decimal("106.99")  # (31 + 40 + 8 + 30) × 1.1 = 119.9, the top of C is one hundredth below B
    assert (half.grade, half.capped is not None) == ("C", True)
    turned = central("20", "-100", "-120", eva="120", factor="1.1")
    assert item(turned, "profit_2010").score == 33  # 50% + 20%, no more than 3
    assert (turned.score, turned.grade) == (Decimal("113.99"), "B")


def test_one_indicator_that_falls_short_holds_the_others_to_their_weights() -> None:
    """一: 某项指标（不含经济增加值）未达到基本分，该项正常计分，其他指标只得基本分，不再乘经营难度系数."""
    met = central("117.6", "105", "100", eva="104", factor="1.05")
    assert met.root.score == Decimal("113.4")  # (34 + 44 + 30) × 1.05
    short = central("96.6", "105", "100", eva="104", factor="1.05")
    assert short.root.score == Decimal("97.333333333333")  # 27.333 + 40 + 30
    assert adds_up(short.root)
    # economic value added that falls short couples nothing
    below = central("117.6", "105", "100", eva="98", factor="1.05")
    assert below.root.score == Decimal("107.1")  # (34 + 38 + 30) × 1.05
    # an indicator by class does
    assert central("117.6", "105", "100", first="9").root.score == Decimal("98.5")  # 30 + 40 + 13.5 + 15


def test_awards_are_added_and_deductions_taken_off_after_the_factor() -> None:
    lines = [line("profit_2010", "100", "100"), line("eva_2010", "100", "100"), *CLASSIFIED]
    values = {"profit_2010": "100", "eva_2010": "100", "甲": "10", "乙": "20"}
    awards = {
        "awards_2010": (Awarded(ground="innovation", points=Decimal(1), evidence="证书"),),
        "deductions_2010": (Awarded(ground="safety", points=Decimal("0.5"), evidence="通报"),),
    }
    found = scored(CENTRAL, lines, values, factor="1.1", awards=awards)
    assert found.root.score == Decimal("110.5")  # 100 × 1.1 + 1 − 0.5
    assert found.uses["pay_multiple"] == Decimal("1.75")  # B begins at 107 with 1.5 and ends at 114 with 2


@given(st.decimals("-500", "500", places=2), st.decimals("-500", "500", places=2), st.decimals("1", "300", places=2))
def test_more_profit_never_gives_fewer_points(one: Decimal, other: Decimal, target: Decimal) -> None:
    low, high = (
        item(central(f"{value:f}", f"{target:f}", "100"), "profit_2010").score for value in sorted((one, other))
    )
    assert low is not None
    assert high is not None
    assert 24 <= low <= high <= 36


# ---- 国资委令第40号 (2019): tiers of targets, from memory


@pytest.mark.parametrize(
    ("target", "points", "whole", "grade"),
    # a tenth above the base: all that steps give, six at most; at the base three; below it nothing, and no A
    [("110", 56, "113", "A"), ("100", 53, "110", "A"), ("90", 50, "104.99", "B")],
)
def test_a_target_of_the_third_tier_adds_nothing_and_gives_no_a(
    target: str, points: int, whole: str, grade: str
) -> None:
    card = CARDS["central_2019"]
    lines = [
        line("profit_2019", target, "100", "50"), line("eva_2019", "10", "10", "30"),
        line("classified_2019", "10", None, "20", "研发"),
    ]  # fmt: skip
    values = {"profit_2019": f"{float(target) * 1.3:.0f}", "eva_2019": "12", "研发": "12"}
    found = scored(card, lines, values)
    assert item(found, "profit_2019").score == points
    assert item(found, "eva_2019").score == 33  # 20% beyond, at the base: no more than 3
    assert found.score == Decimal(whole)  # with 24 of the classified item: 107 would be an A
    assert found.grade == grade


# ---- 任期


def test_a_term_goes_by_points_of_a_percent() -> None:
    """国资委令第22号 任期计分细则: 每超过0.4个百分点加1分，最多8分；收入每1个百分点1分，低于基准30%以内最多3分."""
    card = CARDS["term_2010"]
    lines = [
        line("term_preservation_2010", "112", "110"), line("term_growth_2010", "8", "10"),
        line("term_classified_2010", "10", weight="20", key="甲"),
        line("term_classified_2010", "5", weight="20", key="乙"),
    ]  # fmt: skip
    found = scored(card, lines, {"term_preservation_2010": "113.2", "term_growth_2010": "14", "甲": "10", "乙": "5"})
    assert item(found, "term_preservation_2010").score == 43
    assert item(found, "term_growth_2010").score == 23
    assert found.score == 106


# ---- 省属: 阶梯起评

PROVINCE = CARDS["provincial_start_score"]
ROE = Standard(bands={
    "excellent": Decimal(10), "good": Decimal(8), "average": Decimal(5), "low": Decimal(1), "poor": Decimal(-3),
})  # fmt: skip


def provincial(profit: str, target: str, roe: str = "0", line_value: str = "10") -> Assessed:
    lines = [line("profit_movement", target), line("provincial_line", "10", weight="40", key="研发")]
    values = {"start_score": profit, "profit_movement": profit, "industry_correction": roe, "研发": line_value}
    return scored(PROVINCE, lines, values, standards={"return_on_net_assets": ROE})


@pytest.mark.parametrize(
    ("profit", "start"),
    [
        # 第八条（一）1 的表：大于等于、小于
        ("30000", "90"), ("29999.99", "85"), ("10000", "85"), ("9999.99", "80"), ("5000", "80"), ("4999.99", "75"),
        ("1000", "75"), ("999.99", "70"), ("0", "70"), ("-0.01", "60"), ("-5000", "60"), ("-5000.01", "50"),
    ],
)  # fmt: skip
def test_start_scores(profit: str, start: str) -> None:
    assert item(provincial(profit, profit if float(profit) else "0"), "start_score").score == Decimal(start)


@pytest.mark.parametrize(("roe", "more"), [("10", 5), ("9.99", 4), ("8", 4), ("5", 3), ("4.99", 0)])
def test_the_standing_in_the_industry_corrects_it(roe: str, more: int) -> None:
    """第八条（一）2: 达到或超过优秀值加5分、良好值加4分、平均值加3分."""
    assert item(provincial("12000", "12000", roe), "industry_correction").score == more


def test_the_movement_is_no_more_than_fifteen_and_the_whole_no_more_than_a_hundred() -> None:
    """(85 + 4) + 10 → 99 × 60%; + 15 → 104, 封顶 100; −30% → no more than −15. Classified: 40 × 100/130 when met."""
    assert item(provincial("11000", "10000", "8"), "profit_start_score").score == Decimal("59.4")
    assert item(provincial("15000", "10000", "8"), "profit_start_score").score == 60
    assert item(provincial("7000", "10000", "0"), "profit_start_score").score == Decimal(39)  # (80 − 15) × 60%
    whole = provincial("11000", "10000", "8")
    assert item(whole, "provincial_classified").score == Decimal("30.769230769231")  # 40 × 100/130
    assert item(provincial("11000", "10000", "8", "20"), "provincial_classified").score == 40  # 40 × 130% × 100/130
    assert item(provincial("11000", "10000", "8", "1"), "provincial_classified").score == Decimal("21.538461538462")
    assert whole.score == Decimal("90.17")
    assert adds_up(whole.root)


# ---- 市属


@pytest.mark.parametrize(
    ("name", "weights"), [("municipal_direct", (30, 35, 15, 20)), ("municipal_entrusted", (20, 25, 35, 20))]
)
def test_weights_of_the_city(name: str, weights: tuple[int, ...]) -> None:
    """市直管：利润30、经济增加值35、分类15、评议20；委托：20、25、35、（20）."""
    assert tuple(one.weight for one in CARDS[name].root.items) == weights


def municipal(profit: str, budget: str = "1000", **words: str) -> Assessed:
    card = CARDS["municipal_direct"]
    lines = [
        line("municipal_direct_profit", "1000"), line("municipal_direct_eva", "100"),
        line("municipal_direct_classified", "50", weight="15", key="分类"),
    ]  # fmt: skip
    values = {
        "municipal_direct_profit": profit,
        "municipal_direct_eva": "90",
        "分类": "40",
        "municipal_direct_budget": profit,
    }
    ratings = {}
    for name in ("risk", "contribution", "integrity", "tasks"):
        found = card.item(f"municipal_direct_{name}")
        assert found is not None
        assert isinstance(found.method, Rating)
        grade = next(one for one in found.method.grades if one.name == words.get(name, "good"))
        ratings[f"municipal_direct_{name}"] = (Rated(share=grade.share, word=grade.name),)
    figures = {
        **{
            score_name(card.name, key, "value"): Figure(value=Decimal(text))
            for key, text in values.items()
            if key != "分类"
        },
        line_name("分类"): Figure(value=Decimal(40)),
        score_name(card.name, "municipal_direct_budget", "target"): Figure(value=Decimal(budget)),
    }
    return score(card, Given(entity="甲公司", period="2011", figures=figures, lines=tuple(lines), ratings=ratings))


def test_each_two_percent_short_costs_a_point_down_to_nothing() -> None:
    """每低于目标值2%扣1分，最低为零分；分类按比重；超额不加分."""
    found = municipal("950")
    assert item(found, "municipal_direct_profit").score == Decimal("27.5")  # −5% → −2.5
    assert item(found, "municipal_direct_eva").score == 30  # −10% → −5
    assert item(found, "municipal_direct_classified").score == 12  # 40/50 × 15
    assert item(municipal("1500"), "municipal_direct_profit").score == 30
    assert item(municipal("100"), "municipal_direct_profit").score == 0
    assert adds_up(municipal("100").root)


@pytest.mark.parametrize(
    ("profit", "expected"),
    [
        # ±30%（含）以内 3，±30%—±35%（含）2，±35%—±40%（含）1
        ("1000", 3), ("1300", 3), ("700", 3), ("1300.01", 2), ("1350", 2), ("650", 2), ("1350.01", 1), ("1400", 1),
        ("600", 1), ("1400.01", 0), ("599.99", 0),
    ],
)  # fmt: skip
def test_deviation_from_the_budget(profit: str, expected: int) -> None:
    assert item(municipal(profit), "municipal_direct_budget").score == expected


@pytest.mark.parametrize(
    ("name", "points"),
    [("risk", (3, 2, 1)), ("contribution", (3, 2, 1)), ("integrity", (4, 2, 0)), ("tasks", (7, 5, 3))],
)
def test_words_of_the_review(name: str, points: tuple[int, ...]) -> None:
    """好3中2差1；好4中2差0；交办工作 7、5、3."""
    for word, expected in zip(("good", "fair", "bad"), points, strict=True):
        assert item(municipal("1000", **{name: word}), f"municipal_direct_{name}").score == expected


# ---- 区属

DISTRICT = CARDS["district_annual"]


def district(**more: Any) -> Assessed:
    lines = [
        line("district_profit", "1000", "950", "20"), line("district_income", "8000", None, "15"),
        line("district_return", "5", None, "10"), line("district_preservation", "101", None, "10"),
        line("district_debt", "65", None, "5"), line("function_line", "100", None, "20", "招商"),
        line("workload", None, None, "5"), line("progress_of_work", None, None, "5"),
        line("contribution", None, None, "5"), line("governance_review", None, None, "5"),
    ]  # fmt: skip
    values = {
        "district_profit": "1060", "district_income": "7600", "district_return": "5.2",
        "district_preservation": "100.5", "district_debt": "66.5", "招商": "105",
    }  # fmt: skip
    one = {"excellent": Decimal(1), "good": Decimal("0.9"), "fair": Decimal("0.75")}
    ratings = {
        "workload": (Rated(share=one["excellent"], word="excellent"),),
        "progress_of_work": (Rated(share=one["good"], word="good"),),
        "contribution": (Rated(share=one["fair"], word="fair"),),
        "governance_review": tuple(
            Rated(share=Decimal(share)) for share in ("1", "1", "0.8", "0.8", "0.8", "0.6", "1")
        ),
    }
    return scored(DISTRICT, lines, values, ratings=ratings, **more)


def test_a_district_scores_line_by_line_against_the_letter() -> None:
    found = district()
    expected = {
        "district_profit": "22", "district_income": "14.25", "district_return": "10.4", "district_preservation": "9.5",
        "district_debt": "2", "招商": "21", "workload": "5", "progress_of_work": "4.5", "contribution": "3.75",
        "governance_review": "4.285714285714",
    }  # fmt: skip
    assert {name: item(found, name).score for name in expected} == {
        name: Decimal(text) for name, text in expected.items()
    }
    assert found.score == Decimal("96.69")
    assert found.grade == "B"
    assert adds_up(found.root)


def test_a_veto_takes_the_grade_whatever_the_score() -> None:
    veto = {
        "district_deductions": (Awarded(ground="district_safety_veto", points=Decimal(3), evidence="事故调查报告"),)
    }
    found = district(awards=veto)
    assert found.score == Decimal("93.69")
    assert (found.grade, found.capped is not None) == ("D", True)


def test_a_panel_that_is_too_small_gives_no_score() -> None:
    lines = [line("governance_review", None, None, "5")]
    few = {"governance_review": tuple(Rated(share=Decimal(1)) for _ in range(6))}
    assert dict(scored(DISTRICT, lines, {}, ratings=few).missing) == {"governance_review": "too_few_raters"}


def test_a_term_takes_the_mean_of_three_years_by_half() -> None:
    card = CARDS["district_term"]
    lines = [line("term_preservation", "103"), line("term_plan", "10", weight="30", key="项目")]
    years = {("district_annual", None): (Decimal(96), Decimal(90), Decimal(93))}
    found = scored(card, lines, {"term_preservation": "104.5", "项目": "10"}, scores=years)
    assert found.score == Decimal(98)  # 93 × 0.5 + 20 + 1.5 + 30
    assert adds_up(found.root)


# ---- of all of them


def test_everything_says_where_it_is_from_and_how_sure_that_is() -> None:
    words = {"mem": "凭记忆", "own": "本包自定"}
    for card in CARDS.values():
        leaves = [one for one in card.root.walk() if one.method is not None]
        kinds = [kind for one in leaves if isinstance(one.method, Awards) for kind in one.method.kinds]
        said = [(card.source, card.confidence), *((one.source, one.confidence) for one in leaves)]
        said += [(one.source, one.confidence) for one in kinds]
        said += [(one.source, one.confidence) for one in card.uses]
        said += [(one.source, one.confidence) for one in card.switches.values()]
        for source, confidence in said:
            assert source, card.name
            assert confidence is None or words[confidence] in source, (card.name, source)


def test_the_weights_of_every_card_come_to_a_hundred_or_are_the_letters() -> None:
    for card in CARDS.values():
        counted = [one for one in card.root.items if one.role != "bonus"]
        weights = [one.weight for one in counted if one.weight is not None]
        assert len(weights) < len(counted) or sum(weights, Decimal(0)) == 100, card.name
