"""The shipped scorecards of performance_evaluation under published figures (TV1, TV2), additions, terms and weights.

What the engine does is shown in tests/supervise; here it is the cards as they are shipped.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from hengjian.load import assemble, shipped, with_required
from hengjian.model.scorecard import Item, Scorecard, score_name
from hengjian.supervise.scored import Assessed, Awarded, Figure, Given, Rated, Scored, Standard
from hengjian.supervise.scoring import score

BANDS = ("excellent", "good", "average", "low", "poor")
Numbers = tuple[str | float, ...]


@pytest.fixture(scope="module")
def cards() -> Mapping[str, Scorecard]:
    catalogue, issues = assemble(with_required([shipped("performance_evaluation")]))
    assert issues == ()
    assert catalogue is not None
    return catalogue.scorecards


def given(card: Scorecard, values: Mapping[str, Any], standards: Mapping[str, Numbers], **more: Any) -> Given:
    """These values, no special case."""
    return Given(
        entity="A", period="2006",
        figures={score_name(card.name, name, "value"): Figure(value=Decimal(str(one))) for name, one in values.items()},
        truths={name: False for name, _, is_condition, _ in card.formulas() if is_condition},
        standards={
            name: Standard(bands={band: Decimal(str(one)) for band, one in zip(BANDS, numbers, strict=True)})
            for name, numbers in standards.items()
        },
        **more,
    )  # fmt: skip


def found(scored: Scored, name: str) -> Scored:
    """The item of this name, at any depth."""
    return next(one for one in parts(scored) if one.item == name and one.kind in ("item", "weighted", "modifier"))


def parts(scored: Scored) -> list[Scored]:
    return [scored, *(below for one in scored.parts for below in parts(one))]


def to(printed: str, value: Decimal | None) -> str:
    assert value is not None
    return format(value.quantize(Decimal(printed)), "f")


#: TV1, the worked case of a textbook with the weights of 1999; it prints 24.24, 7.16 and 7.2 + 1.31.
TV1: Mapping[str, tuple[str, Numbers, str]] = {
    "return_on_net_assets": ("6.35", (14.6, 6.0, -0.5, -10.2, -23.6), "24.2442"),
    "return_on_assets": ("6.66", (17.8, 11.9, 6.8, -1.5, -6.1), "7.1595"),
    "total_asset_turnover": ("0.48", (1.0, 0.7, 0.4, 0.2, 0.1), "5.8800"),  # prints 5.4 + 0.48 = 5.48, which is 5.88
    "receivables_turnover": ("2.21", (2.4, 1.7, 1.1, 0.6, 0.3), "8.5114"),
    "liabilities_to_assets": ("44.14", (41.1, 53.1, 74.3, 89.8, 100), "11.3920"),
    "interest_cover": ("3.17", (3.4, 2.3, 0.8, -0.7, -2.3), "9.5818"),
    "sales_growth": ("11.44", (20.1, 4.2, -16.5, -25.0, -38.7), "8.0196"),
    "capital_accumulation": ("-9.61", (31.4, 17.7, 4.9, -8.8, -21), "3.4805"),
}


def test_the_card_of_1999_gives_what_a_textbook_prints(cards: Mapping[str, Scorecard]) -> None:
    card = cards["financial_1999"]
    values = {name: value for name, (value, _, _) in TV1.items()}
    assessed = score(card, given(card, values, {name: bands for name, (_, bands, _) in TV1.items()}))
    for name, (_, _, printed) in TV1.items():
        assert to(printed, found(assessed.root, name).score) == printed, name
    assert to("78.2691", assessed.root.score) == "78.2691"


#: TV2, the case 大洋公司 of a thesis. Bands that are not printed are set so that the value lies where the source says.
HIGH: Numbers = (4, 3, 2, 1, 0)
LOW: Numbers = (1, 2, 3, 4, 5)
TV2: Mapping[str, tuple[float | str, Numbers]] = {
    "return_on_net_assets": (9, HIGH), "return_on_assets": (9, HIGH), "total_asset_turnover": (9, HIGH),
    "receivables_turnover": (9, HIGH), "liabilities_to_assets": (52, (40.2, 53.4, 60, 70, 80)),
    "interest_cover": ("2.82", (4, 3.4, 2.3, 1, 0)), "sales_growth": ("5.26", (40, 30, 20, 14.2, 3.5)),
    "capital_preservation_rate": ("109.1", (112, 109.2, 106.1, 103, 100)),
    "sales_profit_margin": ("10.9", (30, 25, 20, 11.4, 7.0)), "surplus_cash_cover": ("2.548", HIGH),
    "cost_profit_margin": ("2.7485", HIGH), "return_on_capital": (9, HIGH), "bad_assets_ratio": (0, LOW),
    "current_asset_turnover": (9, HIGH), "cash_recovery_of_assets": (9, HIGH), "acid_test": (9, HIGH),
    "cash_to_current_liabilities": (9, HIGH), "interest_bearing_ratio": (0, LOW), "contingent_liability_ratio": (0,
    LOW),
    "sales_profit_growth": ("2.82", (40, 29.1, 2.1, 0, -9)), "asset_growth": ("19.05", (22.3, 16.7, 9, 3, 0)),
    "technology_input": (2, HIGH),
}  # fmt: skip


def tv2(card: Scorecard, **settings: str) -> Assessed:
    values = {name: value for name, (value, _) in TV2.items()}
    return score(card, given(card, values, {name: bands for name, (_, bands) in TV2.items()}, settings=settings))


@pytest.mark.parametrize(
    ("settings", "sections", "total"),
    [
        # the source holds no coefficient between 0.7 and 1.3: it prints 0.3772 and 1.44
        ({"clamp": "off"}, ("24.5567", "26.4000", "24.1309", "12.9302"), "88.0179"),
        ({}, ("27.7840", "26.4000", "21.8400", "12.6018"), "88.6258"),
        ({"section_cap": "on"}, ("27.7840", "22.0000", "21.8400", "12.6018"), "84.2258"),
    ],
)
def test_the_card_of_2006_gives_what_a_thesis_comes_to_by_each_switch(
    cards: Mapping[str, Scorecard], settings: Mapping[str, str], sections: tuple[str, ...], total: str
) -> None:
    root = tv2(cards["financial_2006"], **settings).root
    names = ("profitability", "asset_quality", "debt_risk", "growth")
    assert tuple(to("1.0000", found(root, name).score) for name in names) == sections
    assert to(total, root.score) == total


def test_a_financial_score_above_a_hundred_is_held_where_the_switch_says_so(cards: Mapping[str, Scorecard]) -> None:
    card = cards["financial_2006"]
    best = {name: (bands[0], bands) for name, (_, bands) in TV2.items()}
    values = {name: value for name, (value, _) in best.items()}
    assessed = {
        word: score(
            card, given(card, values, {one: bands for one, (_, bands) in best.items()}, settings={"cap_100": word})
        )
        for word in ("on", "off")
    }
    assert {word: one.root.score for word, one in assessed.items()} == {"on": 100, "off": 120}  # 100 × 1.2
    assert assessed["on"].grade == "A++"


def rated(card: Scorecard, financial: str, share: str, **more: Any) -> Given:
    """A financial score, and seven experts who all say the same share."""
    leaves = [item.name for item in card.root.walk() if item.method is not None and item.weight is not None]
    ratings = {name: (Rated(share=Decimal(share)),) * 7 for name in leaves if name != "financial"}
    return given(card, {}, {}, scores={("financial_2006", None): (Decimal(financial),) * 3}, ratings=ratings, **more)


def awarded(*grounds: str) -> tuple[Awarded, ...]:
    """Five points on each of these grounds."""
    return tuple(Awarded(ground=ground, points=Decimal(5), evidence="文件") for ground in grounds)


def test_additions_are_damped_from_an_excellent_score_on(cards: Mapping[str, Scorecard]) -> None:
    """(1 - 88 %) × 6.6 × 10 = 7.92, the worked figure beside the rule (from memory)."""
    card = cards["comprehensive_2006"]
    awards = {"bonus": awarded("results_up", "innovation")}
    assert score(card, rated(card, "88", ".88", awards=awards)).root.score == Decimal("95.92")
    assert score(card, rated(card, "88", ".88", awards=awards)).grade == "A++"
    assert score(card, rated(card, "80", ".8", awards=awards)).root.score == 90


def test_additions_end_at_fifteen_and_deductions_come_after_them(cards: Mapping[str, Scorecard]) -> None:
    card = cards["comprehensive_2006"]
    awards = {"bonus": awarded("results_up", "difficulty", "innovation", "other_merit")}
    assert score(card, rated(card, "60", ".6", awards=awards)).root.score == 75
    fault = {"deductions": awarded("responsible_losses")}
    assert score(card, rated(card, "60", ".6", awards=awards | fault)).root.score == 70
    assert score(card, rated(card, "88", ".88", awards=fault)).root.score == 83


def test_six_experts_are_too_few(cards: Mapping[str, Scorecard]) -> None:
    card = cards["comprehensive_2006"]
    seven = rated(card, "80", ".8")
    six = {**seven.ratings, "strategy": seven.ratings["strategy"][:6]}
    assessed = score(card, given(card, {}, {}, scores=seven.scores, ratings=six))
    assert assessed.score is None
    assert [item for item, _ in assessed.missing] == ["strategy"]


@pytest.mark.parametrize(
    ("points", "grade"),
    [("95", "A++"), ("90", "A+"), ("85", "A"), ("84.99", "B+"), ("80", "B+"), ("75", "B"), ("70", "B-"), ("60", "C"),
     ("50", "C-"), ("49.99", "D"), ("40", "D"), ("39.99", "E"), ("0", "E")],
)  # fmt: skip
def test_grades_begin_where_the_rule_draws_them(cards: Mapping[str, Scorecard], points: str, grade: str) -> None:
    card = cards["comprehensive_2006"]
    assert score(card, rated(card, points, format(Decimal(points) / 100, "f"))).grade == grade


def test_a_term_is_the_mean_of_its_years_and_change_is_one_over_the_other(cards: Mapping[str, Scorecard]) -> None:
    card = cards["term_2006"]
    term = rated(card, "80", ".7")
    scores = {("financial_2006", None): tuple(map(Decimal, ("84", "80", "76")))}
    assessed = score(card, given(card, {}, {}, scores=scores, ratings=term.ratings))
    assert assessed.root.score == Decimal("77.0")  # 0.7 × 80 + 0.3 × 70
    change = score(cards["performance_change"], given(card, {}, {}, scores=scores))
    assert (change.score, change.grade) == (Decimal("1.0500"), "rising")


def leaves(item: Item) -> list[Item]:
    return [one for one in item.walk() if one.method is not None]


def test_weights_are_those_of_each_edition(cards: Mapping[str, Scorecard]) -> None:
    def weights(name: str, *roles: str) -> list[Decimal]:
        return [one.weight for one in leaves(cards[name].root) if one.role in roles and one.weight is not None]

    assert weights("financial_1999", "scored") == [30, 12, 9, 9, 12, 10, 9, 9]
    for name, basic, modifying in (("financial_2006", 8, 14), ("financial_2002", 8, 12)):
        assert [len(weights(name, "basic")), len(weights(name, "modifying"))] == [basic, modifying]
        assert [sum(weights(name, "basic")), sum(weights(name, "modifying"))] == [100, 100]
    assert (len(weights("financial_2023", "scored")), sum(weights("financial_2023", "scored"))) == (16, 100)
    management = cards["comprehensive_2006"].item("management")
    assert management is not None
    assert [one.weight for one in management.items] == [18, 15, 16, 13, 14, 8, 8, 8]


def test_each_year_has_the_edition_of_its_day(cards: Mapping[str, Scorecard]) -> None:
    spans = {name: (str(one.valid_from), str(one.until)) for name, one in cards.items() if name.startswith("financial")}
    assert spans == {
        "financial_1999": ("1999-06-01", "2002-02-21"), "financial_2002": ("2002-02-22", "2006-10-11"),
        "financial_2006": ("2006-10-12", "None"), "financial_2023": ("2023-01-01", "None"),
    }  # fmt: skip
