"""Steps, proportions and tables, against the rules of section 4 of the domain notes.

4.1: 中央企业负责人年度经营业绩考核计分细则 (2010). 4.3: a province's, with a start score by profit. 4.4: a city's.
"""

from decimal import Decimal
from typing import Any

import pytest
from cards import card, formula, found, item, known, label, standard

from hengjian.model.scorecard import (
    Item,
    Losses,
    Method,
    ProRata,
    Row,
    Scorecard,
    Side,
    Standing,
    Steps,
    Switch,
    Table,
    TargetTier,
)
from hengjian.supervise.scored import LetterLine, Scored
from hengjian.supervise.scorereasons import text
from hengjian.supervise.scoring import score

D = Decimal
SIDE = Side(points=D(1), per=D(3), most=D(6))
#: A target short of the base by ≤ 20 % adds 5 at most, by 20 to 50 % 4, by 50 % and more 3.
TIERS = (
    TargetTier(at_least=D(1), most=D(6)), TargetTier(at_least=D("0.8"), most=D(5)),
    TargetTier(at_least=D("0.5"), most=D(4), beyond=True), TargetTier(at_least=D(0), most=D(3)),
)  # fmt: skip
READING = ("reading", "whole")
PROFIT = Steps(above=SIDE, below=SIDE, tiers=TIERS, losses=Losses(part=D("0.5"), most=D(3)), whole_if=READING)
SWITCH = Switch(
    name="reading", label=label("计分方法"), choices={"linear": label("按比例"), "whole": label("按整档")},
    otherwise="linear", source="test", confidence="own", place=card().place,
)  # fmt: skip


def line(target: Any, base: Any = None, **more: Any) -> LetterLine:
    given: dict[str, Any] = {"item": "a", "key": "a", "title": label("a")} | more
    return LetterLine(
        target=None if target is None else D(str(target)), base=None if base is None else D(str(base)), **given
    )


def one(method: Method, value: Any, target: Any, base: Any = None, weight: Any = 30, **more: Any) -> Scored:
    """A single item with its line of the letter."""
    settings = more.pop("settings", {})
    made = card(item("a", method, weight=weight, **more), switches={"reading": SWITCH})
    return found(score(made, known({"a": value}, lines=(line(target, base),), settings=settings)).root, "a")


@pytest.mark.parametrize(
    ("target", "actual", "linear", "whole"),
    [
        (105, "117.6", "34", "34"),  # 12 % over: 4 points
        (90, 99, "33.333333333333", "33"),  # 10 % over, at most 5
        (70, 84, "34", "34"),  # 20 % over would be 6.67; at most 4
        (45, 60, "33", "33"),  # 33 % over; at most 3
        (105, "96.6", "27.333333333333", "28"),  # 8 % short
        (80, 200, "35", "35"),  # short of the base by just 20 %: still 5
        (50, 200, "33", "33"),  # by just 50 %: 3 already
        (105, 10, "24", "24"),  # at most 6 off
    ],
)
def test_profit_of_2010(target: int, actual: Any, linear: str, whole: str) -> None:
    """Base points 30, base value 100; the text does not say whether parts of a step count, so both readings stand."""
    assert one(PROFIT, actual, target, 100).score == D(linear)
    assert one(PROFIT, actual, target, 100, settings={"reading": "whole"}).score == D(whole)


def test_the_sentence_of_steps() -> None:
    reason = one(PROFIT, "117.6", 105, 100).reason
    said = "a 实际值 117.6，目标值 105，优于目标 12%：每优于 3% 加 1 分，共加 4 分，得分 30+4=34"
    assert text(reason, "zh") == said
    assert "（上限 5 分）" not in text(reason, "zh")
    assert "（上限 4 分）" in text(one(PROFIT, 84, 70, 100).reason, "zh")
    whole = one(PROFIT, "96.6", 105, 100, settings={"reading": "whole"}).reason
    assert text(whole, "en") == (
        "[a] 96.6, target 105, worse by 8%: 1 for each 3%, 2 whole steps, takes off 2, points 30−2=28"
    )


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        (-100, -88, "32"),  # 12 less lost counts half: 6 % → 2 points
        (-100, -40, "33"),  # 30 % → 10 points, at most 3
        (-100, 50, "33"),
        (-10, 1, "33"),
        (-100, -112, "26"),  # a greater loss counts in full: 12 % → 4 off
        (-100, -100, "30"),
    ],
)
def test_negative_targets(target: int, actual: int, expected: str) -> None:
    assert one(PROFIT, actual, target, 100).score == D(expected)


def test_losses_and_profit_count_apart() -> None:
    """From −100 to 50: the loss of 100 in half, the profit of 50 in full, so 100 % of the target."""
    free = Steps(above=Side(points=D(1), per=D(10)), losses=Losses(part=D("0.5"), most=D(99)))
    assert one(free, 50, -100).score == 40
    assert one(free, -50, -100).score == D("32.5")
    said = "a 实际值 50，目标值 -100，优于目标 100%（减亏 100 按 50% 计）：每优于 10% 加 1 分，"
    assert text(one(free, 50, -100).reason, "zh").startswith(said)
    said = "better by 25% (50 less of the loss counts at 50%): 1 for each 10%"
    assert said in text(one(free, -50, -100).reason, "en")
    assert "减亏" not in text(one(free, -150, -100).reason, "zh")
    whole = Steps(above=Side(points=D(1), per=D(10)), losses=Losses(part=D(1), most=D(99)))
    assert "减亏" not in text(one(whole, 50, -100).reason, "zh")


def test_less_is_better_and_absolute_steps() -> None:
    side = Side(points=D(1), per=D("0.5"), most=D(4))
    method = Steps(above=side, below=side, absolute=True)
    assert one(method, 63, 65, direction="down").score == 34, "2 points below 65 %: 4 steps"
    assert one(method, 66, 65, direction="down").score == 28
    relative = Steps(above=SIDE, below=SIDE)
    assert one(relative, 94, 100, direction="down").score == 32


def test_city_only_takes_off() -> None:
    """4.4: −1 per 2 % short, no bonus. The floor of 0 is a step of adjust (test_score_adjust)."""
    method = Steps(below=Side(points=D(1), per=D(2)))
    assert one(method, 95, 100).score == D("27.5")
    free = one(method, 120, 100)
    assert (free.score, free.reason.code) == (30, "steps_free")
    assert one(method, 10, 100).score == -15


def test_targets_and_bases_from_formulas_come_first() -> None:
    method = Steps(above=SIDE, below=SIDE, target=formula("t"), base=formula("b"), tiers=TIERS)
    made = card(item("a", method, weight=30))
    given = known(
        {"a": 99}, lines=(line(1, 1),), more={
            "`a target` of card": known({"x": 90}).figures["`x value` of card"],
            "`a base` of card": known({"x": 100}).figures["`x value` of card"],
        },
    )  # fmt: skip
    scored = found(score(made, given).root, "a")
    assert (scored.score, scored.target) == (D("33.333333333333"), 90)


@pytest.mark.parametrize(
    ("value", "target", "base", "code"),
    [
        (None, 100, 100, "missing_value"), (99, None, 100, "missing_target"), (120, 100, None, "missing_base"),
        (5, 0, 100, "target_zero"),
    ],
)  # fmt: skip
def test_what_is_missing_is_never_silently_nothing(value: Any, target: Any, base: Any, code: str) -> None:
    scored = one(PROFIT, value, target, base)
    assert (scored.score, scored.reason.code) == (None, code)


def test_a_missing_value_as_declared() -> None:
    assert one(PROFIT, None, 100, 100, missing="zero").score == 0
    method = PROFIT
    made = card(item("a", method, weight=30, missing="left_out"), item("b", method, weight=60))
    lines = (line(100, 100), line(100, 100, item="b", key="b"))
    root = score(made, known({"a": None, "b": 100}, lines=lines)).root
    assert found(root, "a").kind == "left_out"
    assert root.score == 90, "b bears the weight of both"
    assert text(root.parts[-1].reason, "zh") == "a 不参与计分，其权数 30 由同组其余指标分担：60×90÷60=90"


@pytest.mark.parametrize(
    ("value", "target", "direction", "expected"),
    [
        (110, 100, "up", "33"), (200, 100, "up", "39"), (10, 100, "up", "21"), (100, 110, "down", "33"),
        (0, 100, "down", "39"), (-50, -100, "up", "39"), (-90, -100, "up", "33"), (-120, -100, "up", "24"),
        (5, 0, "up", "39"), (-5, 0, "up", "21"), (0, 0, "up", "30"),
    ],
)  # fmt: skip
def test_province_pro_rata_within_thirty_percent(value: int, target: int, direction: str, expected: str) -> None:
    """4.3: 分类指标 by proportion, ±30 % of the weight."""
    method = ProRata(least=D("0.7"), most=D("1.3"))
    assert one(method, value, target, direction=direction).score == D(expected)


def test_pro_rata_without_limits() -> None:
    assert one(ProRata(), 150, 100).score == 45
    assert one(ProRata(), 5, 0).reason.code == "target_zero"
    reason = one(ProRata(most=D("1.3")), 200, 100).reason
    assert text(reason, "zh") == "a 实际值 200，目标值 100，完成率 200%（按上限 130% 计）：得分 30×130%=39"


#: 4.3, 万元.
START = Table(rows=tuple(
    Row(at_least=None if least is None else D(least), points=D(points))
    for least, points in ((None, 50), (-5000, 60), (0, 70), (1000, 75), (5000, 80), (10000, 85), (30000, 90))
))  # fmt: skip


@pytest.mark.parametrize(
    ("profit", "start"),
    [
        (30000, 90), (29999, 85), (10000, 85), (5000, 80), (1000, 75), (999, 70), (0, 70), (-1, 60), (-5000, 60),
        (-5001, 50),
    ],
)  # fmt: skip
def test_province_start_score(profit: int, start: int) -> None:
    assert one(START, profit, None).score == start


def test_the_sentences_of_a_table() -> None:
    def said(profit: int) -> str:
        return text(one(START, profit, None).reason, "zh")

    assert said(2500) == "a 2500，不低于 1000 且低于 5000：得分 75"
    assert said(40000) == "a 40000，不低于 30000：得分 90"
    assert text(one(START, -6000, None).reason, "en") == "[a] -6000, below -5000: points 50"


def test_province_profit_with_moves_and_peers() -> None:
    """Start score, moves of at most 15 either way, and a correction by industry standards; in all at most 100."""
    made = province()
    standards = {"roe": standard(16.1, 10.7, 5.6, -1.1, -8.7)}
    lines = (line(10000, item="moves", key="moves"),)
    given = known({"start": 12000, "moves": 12000, "peers": 11}, standards=standards, lines=lines)
    root = score(made, given).root
    assert [found(root, name).score for name in ("start", "moves", "peers")] == [85, 10, 4]
    assert root.score == 99


def province() -> Scorecard:
    side = Side(points=D(1), per=D(2), most=D(15))
    peers = Standing(standard="roe", points={"excellent": D(5), "good": D(4), "average": D(3)})
    return card(
        item("start", START), item("moves", Steps(above=side, below=side), weight=0), item("peers", peers),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("roe", "points"), [("16.1", 5), ("16", 4), ("10.7", 4), ("5.6", 3), ("5.5", 0), ("-9", 0)]
)  # fmt: skip
def test_province_peers(roe: str, points: int) -> None:
    method = Standing(standard="roe", points={"excellent": D(5), "good": D(4), "average": D(3)})
    made = card(item("a", method))
    given = known({"a": roe}, standards={"roe": standard(16.1, 10.7, 5.6, -1.1, -8.7)})
    assert score(made, given).root.score == points


#: 4.4: 预决算差异率 within ±30 % → 3, to 35 % → 2, to 40 % → 1.
BUDGET = Table(of="deviation", rows=(
    Row(at_least=D(0), points=D(3)), Row(at_least=D("0.3"), points=D(2), beyond=True),
    Row(at_least=D("0.35"), points=D(1), beyond=True), Row(at_least=D("0.4"), points=D(0), beyond=True),
))  # fmt: skip


@pytest.mark.parametrize(
    ("final", "points"), [(100, 3), (130, 3), (70, 3), (131, 2), (65, 2), (64, 1), (140, 1), (141, 0), (0, 0)]
)
def test_city_budget_against_final_accounts(final: int, points: int) -> None:
    scored = one(BUDGET, final, 100, direction="free")
    assert scored.score == points


def test_the_sentence_of_a_deviation() -> None:
    reason = one(BUDGET, 131, 100, direction="free").reason
    assert text(reason, "zh") == "a 实际值 131，目标值 100，差异率 31%，高于 30% 且不高于 35%：得分 2"


def test_tables_on_the_line_and_of_attainment() -> None:
    rows = (Row(at_least=D("0.5"), points=D(0)), Row(at_least=D(1), points=D(10)), Row(at_least=D("1.2"), points=D(12)))
    method = Table(of="attainment", rows=rows, linear=True)
    assert [one(method, value, 100).score for value in (40, 50, 75, 100, 110, 300)] == [0, 0, 5, 10, 11, 12]


def test_lines_of_the_letter_are_items_of_their_own() -> None:
    """A group whose items are lines of the letter: each with its own weight, target, unit and direction."""
    group = item("own", ProRata(least=D("0.7"), most=D("1.3")), many=True)
    lines = (
        line(100, item="own", key="own 1", title=label("研发投入"), weight=D(10), unit="万元"),
        line(65, item="own", key="own 2", title=label("资产负债率"), weight=D(20), unit="%", direction="down"),
    )
    given = known({}, lines=lines, more={
        "`own 1` of the letter": known({"x": 120}).figures["`x value` of card"],
        "`own 2` of the letter": known({"x": 65}).figures["`x value` of card"],
    })  # fmt: skip
    root = score(card(group, letter=True), given).root
    own = found(root, "own")
    assert (own.score, own.weight) == (32, 30)
    assert [(one.label.zh, one.score, one.unit) for one in own.parts] == [
        ("研发投入", 12, "万元"), ("资产负债率", 20, "%"),
    ]  # fmt: skip
    assert text(own.parts[0].reason, "zh") == (
        "研发投入 实际值 120 万元，目标值 100 万元，完成率 120%：得分 10×120%=12"
    )


def test_a_letter_that_does_not_name_an_item() -> None:
    """With a weight of its own the item needs its target; without one it is not in this enterprise's letter."""
    made = card(item("a", PROFIT, weight=30), item("b", PROFIT), Item(
        name="own", label=label("own"), place=card().place, method=PROFIT, many=True,
    ), letter=True)  # fmt: skip
    given = known({"a": 100}, lines=(line(100, 100),))
    root = score(made, given).root
    assert root.score == 30
    assert [(one.item, one.kind, one.reason.code) for one in root.parts] == [
        ("a", "item", "steps_met"), ("b", "left_out", "not_in_letter"), ("own", "left_out", "no_lines"),
    ]  # fmt: skip
    nobody = score(made, known({"a": 100}))
    assert (nobody.score, nobody.missing) == (None, (("whole", "no_letter"),))
