"""Each reason is a sentence in both languages that an enterprise's clerk can follow, and data that say the same."""

import re
from dataclasses import replace
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest
from cards import adjust, card, formula, item, known, label, standard, walk
from cards_2006 import SECTIONS, enterprise, financial, truths, whole

from hengjian.model.declaration import Label
from hengjian.model.scorecard import (
    AwardKind,
    Awards,
    Bonus,
    Cap,
    CapGrade,
    Couple,
    Efficacy,
    Floor,
    Grade,
    Method,
    PastScores,
    Points,
    ProRata,
    Rating,
    RatingGrade,
    Rescale,
    Round,
    Row,
    Side,
    Standing,
    Steps,
    Table,
    TargetTier,
    Times,
    Veto,
)
from hengjian.supervise.scored import Assessed, Awarded, LetterLine, Rated, Reason
from hengjian.supervise.scorenumber import plain, shown
from hengjian.supervise.scoreplan import case_of, planned, said
from hengjian.supervise.scorereasons import both, data_of, sentences, text, why_label
from hengjian.supervise.scorerecord import record
from hengjian.supervise.scoring import score

D = Decimal
CODES = {code for code in sentences() if not code.startswith("why.")}
#: Reasons of groups whose members' scores are weighted: tests/app.
OF_GROUPS = {code for code in CODES if code.startswith("member")}
GRADES = tuple(Grade(name=name, label=label(name), at_least=D(least)) for name, least in (("A", 85), ("B", 0)))
SIDE = Side(points=D(1), per=D(3), most=D(6))
KINDS = tuple(
    AwardKind(name=name, label=label(name), least=D(0), most=D(3), source="", confidence=None) for name in "xy"
)


def line(name: str, target: Any, base: Any = None) -> LetterLine:
    return LetterLine(
        item=name, key=name, title=label(name), target=None if target is None else D(target),
        base=None if base is None else D(base),
    )  # fmt: skip


def single(method: Method, value: Any = 50, target: Any = 100, more: Any = None, **given: Any) -> Assessed:
    made = card(item("a", method, **({"weight": 30} | (more or {}))), grades=GRADES)
    return score(made, known({"a": value}, lines=(line("a", target),), **given))


def stepped(points: Any, *steps: Any, given: Any = None, **more: Any) -> Assessed:
    bonus = item("bonus", Awards(kinds=KINDS), role="bonus")
    made = card(item("a", Points(), weight=100, **more), bonus, adjust=[adjust(one) for one in steps], grades=GRADES)
    awarded = tuple(Awarded(ground=ground, points=D(3), evidence="批复") for ground in "xy")
    return score(made, known({"a": points}, awards={"bonus": awarded}, **(given or {})))


def of_methods() -> list[Assessed]:
    steps = Steps(above=SIDE, below=SIDE)
    rating = Rating(by="experts", grades=(RatingGrade(name="good", label=label("good"), share=D(1)),), raters=1)
    awards = Awards(kinds=KINDS, most=D(5))
    awarded = [Awarded(ground=ground, points=D(4), evidence="e") for ground in "xyz"]
    past = (("f", None), (D(80), D(0)))
    bands = {"standards": {"a": standard(9, 7, 5, 3, 1)}}
    rows = (Row(at_least=D(0), points=D(1)), Row(at_least=D(1), points=D(2)))
    return [
        *(single(steps, value) for value in (100, 120, 80, None)), single(Steps(below=SIDE), 120),
        single(steps, 80, more={"adjust": (adjust(Times(by=D(2))),)}),
        single(steps, 100, None), single(steps, 100, 0), single(steps, 5, more={"weight": None}),
        single(Steps(above=SIDE, tiers=(TargetTier(at_least=D(1), most=D(6)),)), 120),
        single(ProRata()), single(ProRata(most=D(1)), 5, 0),
        *(single(Table(rows=rows, of=of)) for of in ("value", "attainment", "deviation")),
        *(single(Standing(standard="a", points={"good": D(5)}), value, **bands) for value in (8, 2)),
        *(single(Efficacy(standard="a"), value, **bands) for value in (10, 6, 0)),
        *(single(Efficacy(standard="b", absent=absent), 6, **bands) for absent in (None, "zero", "left_out")),
        single(Efficacy(standard="a"), 6, standards={"a": standard(1, 3, 2, 5, 9)}),
        single(rating, ratings={"a": (Rated(share=D(1), word="good"), Rated(share=D(".5")))}),
        single(rating, open_panels=frozenset("a")), single(rating),
        single(Points()), single(awards, awards={"a": tuple(awarded)}), single(awards),
        single(PastScores(scorecard="f"), scores=dict([past])),
        single(PastScores(scorecard="f", relation="change"), scores=dict([past])),
        single(PastScores(scorecard="f", relation="change"), scores={("f", None): (D(80), D(84))}),
        *(single(PastScores(scorecard="f"), more={"missing": one}) for one in (None, "zero", "left_out")),
        *(single(Points(), None, more={"missing": one}) for one in ("zero", "left_out")),
        single(Points(), "1e40"),
    ]  # fmt: skip


def of_groups() -> list[Assessed]:
    left = card(item("a", Points(), weight=3, missing="left_out"), item("b", Points(), weight=3))
    weighted = card(item("a", Points(), weight=40), item("b", Points(), weight=60), combine="weighted")
    letter = card(item("a", ProRata()), item("own", ProRata(), many=True), item("b", ProRata(), weight=3), letter=True)
    applies = card(item("a", Points(), weight=3, applies=formula("x > 0")), item("b", Points(), weight=3))
    holds = "`a applies` of card"
    return [
        score(left, known({"a": None, "b": 3})), score(left, known({"b": None})),
        score(weighted, known({"a": 3, "b": 4})),
        score(letter, known({"b": 3}, lines=(line("b", 3),))), score(letter, known()),
        score(applies, known({"a": 3, "b": 4})), score(applies, known({"b": 4}, truths={holds: False})),
    ]  # fmt: skip


def of_steps() -> list[Assessed]:
    coupled = card(
        item("a", Points(), weight=3), item("b", Points(), weight=3),
        adjust=(adjust(Couple()), adjust(Times(by=D(2)), reason=label("因为"))),
    )  # fmt: skip
    return [
        stepped(-3, Floor(at=D(0))), stepped(120, Cap(at=None)), stepped(70, Times(by=D(2))), stepped(70, Times()),
        stepped(70, Times(), given={"factor": D("1.1")}), stepped(70, Rescale(source=D(2), target=D(1))),
        stepped("70.123", Round(digits=2)), stepped(90, CapGrade(grade="B")), stepped(90, Veto(grade="B")),
        stepped(90, Veto(grade="B", grounds=("x",))), stepped(120, adjust=(adjust(Cap(at=D(1))),)),
        stepped(90, Bonus(items=("bonus",), most=D(5), damped_from=D(85), factor=D("6.6"))),
        score(coupled, known({"a": 2, "b": 4})),
    ]  # fmt: skip


def of_2006() -> list[Assessed]:
    holding = truths("不良资产比率 1", "资产负债率 1")
    held = enterprise({"销售利润率": -99, "资本收益率": 99, "速动比率": None}, truths=holding)
    best = {name: 999 for weights in SECTIONS["盈利能力"][1:] for name in weights}
    capped = score(financial(), enterprise(best, settings={"section_cap": "on"}))
    without = score(whole(), enterprise({"净资产收益率": None}))
    return [score(financial(), enterprise()), capped, score(whole(), held), without]


@pytest.fixture(scope="module")
def reasons() -> list[Reason]:
    every = [*of_methods(), *of_groups(), *of_steps(), *of_2006()]
    found = [one.reason for assessed in every for one in walk(assessed.root)]
    return [*found, *(assessed.capped for assessed in every if assessed.capped is not None)]


def test_every_sentence_is_told_by_some_case(reasons: list[Reason]) -> None:
    """And nothing is told that has none."""
    assert {one.code for one in reasons} == CODES - OF_GROUPS


def test_sentences_are_whole_in_both_languages(reasons: list[Reason]) -> None:
    for one in reasons:
        said = both(one)
        assert re.search(r"[一-鿿]", said["zh"]), one.code
        for language, sentence in said.items():
            assert "{" not in sentence, one.code
            assert "None" not in sentence, (one.code, language)
            assert "  " not in sentence, (one.code, sentence)
            assert not re.search(r"\d[eE][+-]?\d", sentence), (one.code, sentence)


def test_data_say_what_the_sentence_says(reasons: list[Reason]) -> None:
    """Each number and word of a sentence is there as data."""
    for one in reasons:
        for pattern in sentences()[one.code].values():
            named = {field for _, field, _, _ in Formatter().parse(pattern) if field}
            assert named <= set(data_of(one)), one.code


@pytest.mark.parametrize("code", sorted(sentences()))
def test_both_languages_name_the_same(code: str) -> None:
    named = [{field for _, field, _, _ in Formatter().parse(one) if field} for one in sentences()[code].values()]
    assert sorted(sentences()[code]) == ["en", "zh"]
    if "free" not in code:
        assert named[0] == named[1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "0"), ("-0.00", "0"), ("17.501683501684", "17.5017"), ("20.0000", "20"), ("0.00001234567", "0.00001235"),
        ("1E+3", "1000"), ("-2.08", "-2.08"), ("1e30", "1" + "0" * 30), ("0.00005", "0.00005"), ("12.34995", "12.35"),
    ],
)  # fmt: skip
def test_numbers_for_people(value: str, expected: str) -> None:
    assert shown(D(value)) == expected


def test_numbers_as_data_keep_all_digits() -> None:
    assert [plain(D(one)) for one in ("17.501683501684", "1E+3", "1.10", "-0", "1e-12")] == [
        "17.501683501684", "1000", "1.1", "0", "0.000000000001",
    ]  # fmt: skip


def test_why_a_figure_is_missing_in_plain_words() -> None:
    assert why_label("not_reported") == Label(zh="未报告", en="not reported")
    assert why_label("something").zh == "something"
    reason = single(Points(), None).root.parts[0].reason
    assert text(reason, "zh") == "a：缺少实际值（未报告），不能计分"
    assert data_of(reason)["word"] == "not_reported"


def test_the_whole_as_json() -> None:
    made = financial()
    answer = record(score(made, enterprise()), made)
    assert list(answer) == [
        "scorecard", "label", "score", "exact", "grade", "reason", "code", "data", "capped", "items", "adjust",
        "missing", "covered", "uses",
    ]  # fmt: skip
    assert (answer["score"], answer["grade"], answer["missing"], answer["covered"]) == ("74.53", "B-", [], "1")
    section = answer["items"][0]
    assert [part["kind"] for part in section["parts"]] == ["item"] * 2 + ["modifier"] * 4
    roe = section["parts"][0]
    assert {key: roe[key] for key in ("item", "weight", "value", "target", "score", "code", "unit")} == {
        "item": "净资产收益率", "weight": "20", "value": "12.72727272727272727272727273", "target": None,
        "score": "17.501683501684", "code": "efficacy_between", "unit": None,
    }  # fmt: skip
    assert roe["note"] == {"standard": {"year": 2006, "bands": {
        "excellent": "16.1", "good": "10.7", "average": "5.6", "lower": "-1.1", "poor": "-8.7",
    }}}  # fmt: skip
    assert D(answer["exact"]) == sum(D(one["score"]) for one in [*answer["items"], *answer["adjust"]])
    missing = record(score(made, enterprise({"净资产收益率": None})), made)
    assert (missing["score"], missing["exact"], missing["grade"]) == (None, None, None)
    assert missing["missing"] == [{"item": "净资产收益率", "code": "missing_value"}]


def test_a_unit_of_a_pack_is_said_as_people_call_it() -> None:
    """公里 in Chinese, km in English; without a name it is written by its symbol."""
    one = planned(card(item("road", weight=10, method=ProRata(), many=True)), {"km": Label(zh="公里", en="km")})
    case = case_of(one, known(lines=(replace(line("road", "8.5"), unit="km"),)))
    (node,) = case.expanded(one.nodes["road"])
    assert node.said == Label(zh=" 公里", en=" km")
    assert said("mu", one.units) == Label(zh=" mu", en=" mu")
