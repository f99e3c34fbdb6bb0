"""What is done to sums: the whole of 4.1 of the domain notes, bonuses of 157号, caps by grade, vetoes, uses."""

from decimal import Decimal
from typing import Any

import pytest
from cards import adjust, card, figures, formula, found, item, known, label

from hengjian.model.scorecard import (
    Adjust,
    AwardKind,
    Awards,
    Bonus,
    Cap,
    CapGrade,
    Couple,
    Floor,
    Grade,
    Item,
    Losses,
    PastScores,
    Points,
    ProRata,
    Rescale,
    Round,
    Row,
    Scorecard,
    Side,
    Steps,
    Table,
    Times,
    Use,
    Veto,
    Where,
)
from hengjian.supervise.scored import Assessed, Awarded, LetterLine
from hengjian.supervise.scoregrade import grade_of, top_of, uses_of, worse
from hengjian.supervise.scorereasons import text
from hengjian.supervise.scoring import score

D = Decimal
GRADES = tuple(
    Grade(name=name, label=label(name), at_least=D(least))
    for name, least in (("A", 85), ("B", 70), ("C", 50), ("D", 40), ("E", 0))
)
SIDE = Side(points=D(1), per=D(3), most=D(6))


def kind(name: str, least: str = "0", most: str = "5") -> AwardKind:
    return AwardKind(name=name, label=label(name), least=D(least), most=D(most), source="test", confidence="mem")


def awarded(*points: tuple[str, str]) -> tuple[Awarded, ...]:
    return tuple(Awarded(ground=ground, points=D(count), evidence=f"文件{ground}") for ground, count in points)


def simple(points: Any, *steps: Adjust, extra: tuple[Item, ...] = (), **more: Any) -> Scorecard:
    """A card of one item that is its value in points, with steps on the whole."""
    return card(item("a", Points(), weight=100), *extra, adjust=steps, grades=GRADES, **more)


def of(points: Any, *steps: Adjust, extra: tuple[Item, ...] = (), given: Any = None, **more: Any) -> Assessed:
    return score(simple(points, *steps, extra=extra, **more), known({"a": points}, **(given or {})))


def central() -> Scorecard:
    """4.1: (profit 30 + EVA 40 + others 30) × difficulty + additions − deductions, coupled, capped for losses."""
    loss = {"item": "profit", "target": "negative"}
    return card(
        item("profit", Steps(above=SIDE, below=SIDE, losses=Losses(part=D("0.5"), most=D(3))), weight=30),
        item("eva", Steps(above=SIDE, below=SIDE), weight=40),
        item("others", weight=30, items=(item("o1", ProRata(), weight=15), item("o2", ProRata(), weight=15))),
        item("additions", Awards(kinds=(kind("award"),)), role="bonus"),
        item("deductions", Awards(kinds=(kind("accident"),), minus=True), role="bonus"),
        adjust=(
            adjust(Couple(others_than=("eva",))),
            adjust(Times(), unless_coupled=True),
            adjust(Bonus(items=("additions",))), adjust(Bonus(items=("deductions",))),
            adjust(CapGrade(grade="C"), where=Where(**loss, value="negative"), reason=label("目标为负且仍亏损")),
            adjust(CapGrade(grade="B"), where=Where(**loss, value="positive"), reason=label("扭亏为盈")),
        ),
        grades=GRADES, letter=True,
    )  # fmt: skip


TARGETS = {"profit": 100, "eva": 100, "o1": 100, "o2": 100}


def year(
    values: dict[str, Any], *, factor: str | None = "1.1", targets: dict[str, Any] | None = None, **more: Any
) -> Assessed:
    lines = tuple(
        LetterLine(item=name, key=name, title=label(name), target=D(target))
        for name, target in (TARGETS | (targets or {})).items()
    )
    return score(central(), known(values, lines=lines, factor=None if factor is None else D(factor), **more))


def test_central_whole() -> None:
    """(34 + 42 + 30) × 1.1 + 3 − 2 = 117.6."""
    values = {"profit": 112, "eva": 106, "o1": 100, "o2": 100}
    whole = year(values, awards={"additions": awarded(("award", "3")), "deductions": awarded(("accident", "2"))})
    assert whole.score == D("117.6")
    assert [(one.item, one.kind, one.score) for one in whole.root.parts] == [
        ("profit", "item", 34), ("eva", "item", 42), ("others", "item", 30), ("whole", "times", D("10.6")),
        ("additions", "item", 3), ("deductions", "item", -2),
    ]  # fmt: skip
    assert text(whole.root.parts[3].reason, "zh") == "经营难度系数：106×1.1=116.6"


def test_one_that_falls_short_holds_the_others_at_their_base_points() -> None:
    """4.1: other than EVA: that one as it is, the others only base points, and no difficulty multiplier."""
    whole = year({"profit": 112, "eva": 106, "o1": 90, "o2": 110})
    assert whole.score == D("98.5"), "30 + 40 + 13.5 + 15"
    cuts = {one.item: one.score for one in whole.root.parts if one.kind == "couple"}
    assert cuts == {"whole": 0, "profit": -4, "eva": -2, "o2": D("-1.5")}
    reason = next(one.reason for one in whole.root.parts if one.kind == "couple")
    assert text(reason, "zh") == "o1 未达到基本分，其余指标只得基本分"


def test_eva_that_falls_short_holds_nobody() -> None:
    whole = year({"profit": 112, "eva": 97, "o1": 100, "o2": 110})
    assert whole.score == D("114.95"), "(34 + 39 + 15 + 16.5) × 1.1"
    assert not [one for one in whole.root.parts if one.kind == "couple"]


@pytest.mark.parametrize(
    ("value", "top", "grade"), [(-60, "69.99", "C"), (10, "84.99", "B")]
)  # fmt: skip
def test_losses_are_capped_by_grade(value: int, top: str, grade: str) -> None:
    """Still a loss: at most the top of C; turned to profit: at most the top of B."""
    whole = year({"profit": value, "eva": 118, "o1": 110, "o2": 110}, targets={"profit": -100})
    assert (whole.score, whole.grade) == (D(top), grade)
    assert whole.capped is not None
    assert text(whole.capped, "zh").startswith(
        "目标为负且仍亏损：得分不得高于C的上限 69.99 分" if value < 0 else "扭亏为盈："
    )


def test_a_loss_that_is_not_expected_is_not_capped() -> None:
    assert year({"profit": -5, "eva": 118, "o1": 110, "o2": 110}).capped is None


def test_without_a_factor_no_score_is_told() -> None:
    whole = year({"profit": 112, "eva": 106, "o1": 100, "o2": 100}, factor=None)
    assert (whole.score, whole.missing) == (None, (("whole", "missing_factor"),))


def bonus(*steps: Adjust, points: Any = 88) -> Assessed:
    """Two awards of 5 points."""
    extra = (item("bonus", Awards(kinds=(kind("x"), kind("y"))), role="bonus"),)
    return of(points, *steps, extra=extra, given={"awards": {"bonus": awarded(("x", "5"), ("y", "5"))}})


DAMPED = adjust(Bonus(items=("bonus",), most=D(15), damped_from=D(85), factor=D("6.6")))


def test_a_bonus_on_an_excellent_score_is_damped() -> None:
    """157号 [mem]: actual bonus = (1 − X%) × 6.6 × Y; X = 88, Y = 10 → 0.12 × 66 = 7.92."""
    whole = bonus(DAMPED)
    assert whole.score == D("95.92")
    assert "实际加分（1−88%）×6.6×10=7.92，调整 -2.08 分" in text(whole.root.parts[-1].reason, "zh")
    assert bonus(DAMPED, points=84).score == 94, "below 85 it counts in full"
    assert bonus(DAMPED, points=100).score == 100
    assert bonus(DAMPED, points=104).score == 104, "never less than nothing"


def test_bonus_points_have_their_most() -> None:
    whole = bonus(adjust(Bonus(items=("bonus",), most=D(7))), points=50)
    assert whole.score == 57
    assert [one.score for one in whole.root.parts] == [50, 10, -3]


def test_a_bonus_item_that_does_not_apply_adds_nothing() -> None:
    """The step's reason is told of what the step does, not in the place of the item's own."""
    extra = (item("bonus", Points(), weight=5, role="bonus", applies=formula("x > 0")),)
    step = adjust(Bonus(items=("bonus",), most=D(2)), reason=label("依据"))
    name = "`bonus applies` of card"
    whole = of(80, step, extra=extra, given={"truths": {name: False}})
    assert (whole.score, whole.root.parts[-1].kind, whole.root.parts[-1].weight) == (80, "left_out", 5)
    assert text(whole.root.parts[-1].reason, "zh") == "bonus：不适用，不参与计分"
    more = figures({"bonus": 3})
    added = of(80, step, extra=extra, given={"truths": {name: True}, "more": more})
    assert [text(one.reason, "zh") for one in added.root.parts[1:]] == [
        "bonus：直接计 3 分", "依据：加分合计 3 分，按上限 2 分计，调整 -1 分",
    ]  # fmt: skip


def test_awards_by_ground() -> None:
    """No more than the most of a ground, nor of all; a ground that is none of the card's counts nothing."""
    method = Awards(kinds=(kind("x", most="3"), kind("y")), most=D(6))
    one = card(item("b", method))
    given = known({}, awards={"b": awarded(("x", "2"), ("x", "2"), ("y", "5"), ("z", "9"))})
    scored = found(score(one, given).root, "b")
    assert scored.score == 6
    assert [(one.reason.code, one.score) for one in scored.parts] == [
        ("award", 2), ("award", 2), ("award", 5), ("award_unknown", 0), ("award_ground_cap", -1), ("award_cap", -2),
    ]  # fmt: skip
    assert text(scored.parts[2].reason, "zh") == "y：+5 分，依据：文件y"
    assert scored.parts[2].note["evidence"] == "文件y"
    assert found(score(one, known()).root, "b").reason.code == "no_awards"


def test_deductions_have_their_most_too() -> None:
    one = card(item("b", Awards(kinds=(kind("x"), kind("y")), minus=True, most=D(6))))
    given = known({}, awards={"b": awarded(("x", "4"), ("y", "5"))})
    assert score(one, given).root.score == -6


@pytest.mark.parametrize(
    ("points", "step", "after", "said"),
    [
        (-3, Floor(at=D(0)), "0", "低于下限，按 0 分计：-3 → 0"),
        (120, Cap(at=D(100)), "100", "超过上限，按 100 分计：120 → 100"),
        (120, Cap(at=None), "100", "超过上限，按 100 分计：120 → 100"),
        (80, Times(by=D("1.05")), "84", "乘以系数 1.05：80×1.05=84"),
        (104, Rescale(source=D(130), target=D(100)), "80", "由 130 分制折算为 100 分制：104×100÷130=80"),
        ("84.995", Round(digits=2), "85", "保留 2 位小数：84.995 → 85"),
        ("84.985", Round(digits=2, rule="half_even"), "84.98", "保留 2 位小数：84.985 → 84.98"),
        ("84.999", Round(digits=1, rule="down"), "84.9", "保留 1 位小数：84.999 → 84.9"),
        ("91", CapGrade(grade="B", digits=2), "84.99", "得分不得高于B的上限 84.99 分：91 → 84.99"),
    ],
)  # fmt: skip
def test_each_step_is_a_part_of_its_own(points: Any, step: Any, after: str, said: str) -> None:
    whole = of(points, adjust(step))
    assert whole.root.score == D(after)
    (part,) = whole.root.parts[1:]
    assert text(part.reason, "zh") == said


NOTHING = (
    Floor(at=D(0)), Cap(at=D(100)), Round(digits=2), CapGrade(grade="A"), CapGrade(grade="B"),
    Couple(others_than=("a",)),
)  # fmt: skip


@pytest.mark.parametrize("step", NOTHING)
def test_a_step_that_changes_nothing_is_no_part(step: Any) -> None:
    assert len(of("60.25", adjust(step)).root.parts) == 1


def test_steps_of_an_item_itself() -> None:
    """4.4: −1 per 2 % short, floor 0: the item's parts are its base points, the steps and the floor."""
    method = Steps(below=Side(points=D(1), per=D(2)))
    one = card(item("a", method, weight=30, adjust=(adjust(Floor(at=D(0))),)))
    lines = (LetterLine(item="a", key="a", title=label("a"), target=D(100)),)
    scored = found(score(one, known({"a": 10}, lines=lines)).root, "a")
    assert [(part.kind, part.score) for part in scored.parts] == [("base", 30), ("steps", -45), ("floor", 15)]
    told = "a 实际值 10，目标值 100，差于目标 90%：每差 2% 扣 1 分，共扣 45 分，得分 30−45=-15；调整后得 0 分"
    assert (scored.score, text(scored.reason, "zh")) == (0, told)
    assert text(scored.reason, "en").endswith("takes off 45, points 30−45=-15; 0 after adjustment")
    table = card(item("a", Table(rows=(Row(at_least=None, points=D(7)),)), adjust=(adjust(Times(by=D(2))),)))
    scored = found(score(table, known({"a": 1})).root, "a")
    assert [(part.kind, part.score) for part in scored.parts] == [("points", 7), ("times", 7)]


def test_conditions_of_steps() -> None:
    when = {"when": formula("loss > 0")}
    name = "`whole when 1` of card"
    assert of(80, adjust(Times(by=D(2)), **when), given={"truths": {name: True}}).score == 160
    assert of(80, adjust(Times(by=D(2)), **when), given={"truths": {name: False}}).score == 80
    whole = of(80, adjust(Times(by=D(2)), **when), given={"truths": {name: None}})
    assert (whole.score, whole.missing) == (None, (("whole", "condition_unknown"),))
    assert text(whole.root.reason, "zh") == "总分：条件“loss > 0”缺少数据，无法判断"


def test_a_factor_by_a_formula() -> None:
    steps = (adjust(Times(formula=formula("f"))),)
    more = {"more": figures({"whole": "0.5"}, "times 1")}
    assert of(80, *steps, given=more).score == 40
    assert of(80, *steps).missing == (("whole", "missing_factor"),)


def test_short_of_a_target() -> None:
    def capped(value: int, direction: str) -> bool:
        method = ProRata()
        made = card(
            item("a", method, weight=100, direction=direction), grades=GRADES,
            adjust=(adjust(CapGrade(grade="B"), where=Where(item="a", short=True)),),
        )  # fmt: skip
        lines = (LetterLine(item="a", key="a", title=label("a"), target=D(100)),)
        return score(made, known({"a": value}, lines=lines)).capped is not None

    assert (capped(99, "up"), capped(101, "up")) == (True, False)
    assert (capped(99, "down"), capped(101, "down")) == (False, True)


def test_a_veto_takes_the_grade_not_the_points() -> None:
    deductions = item("cuts", Awards(kinds=(kind("accident"), kind("debt")), minus=True))
    veto = adjust(Veto(grade="D", grounds=("accident",)))

    def graded(points: int, ground: str) -> Assessed:
        return of(points, veto, extra=(deductions,), given={"awards": {"cuts": awarded((ground, "2"))}}, uses=(PAY,))

    whole = graded(92, "accident")
    assert (whole.score, whole.grade) == (90, "D")
    assert whole.capped is not None
    assert text(whole.capped, "zh") == "一票否决（accident）：定为D"
    assert whole.uses == {"pay": D("0.999")}, "no more than the top of D pays"
    assert graded(92, "debt").grade == "A"
    assert graded(22, "accident").grade == "E", "a veto raises nobody"


def test_a_veto_by_a_condition() -> None:
    veto = adjust(Veto(grade="D"), when=formula("breach > 0"))
    assert of(92, veto, given={"truths": {"`whole when 1` of card": True}}).grade == "D"
    assert of(92, veto, given={"truths": {"`whole when 1` of card": False}}).grade == "A"


#: 4.1 [mem]: E 0, D 0–1, C 1–1.5, B 1.5–2, A 2–3, linear inside the grade.
PAY = Use(
    name="pay", label=label("绩效薪金倍数"), linear=True, source="test", confidence="mem",
    rows=tuple(
        Row(at_least=None if least is None else D(least), points=D(points))
        for least, points in ((None, "0"), (40, "0"), (50, "1"), (70, "1.5"), (85, "2"), (100, "3"))
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("points", "multiple"), [(30, "0"), (40, "0"), (45, "0.5"), (60, "1.25"), (85, "2"), (92.5, "2.5"), (110, "3")]
)
def test_pay_by_the_score(points: Any, multiple: str) -> None:
    assert of(points, uses=(PAY,)).uses == {"pay": D(multiple)}


def test_grades_by_the_published_score() -> None:
    """84.995 is published as 85.00 (half up) and is an A; the exact score stays."""
    whole = of("84.995")
    assert (whole.root.score, whole.score, whole.grade) == (D("84.995"), 85, "A")
    assert of("84.994").grade == "B"
    assert of("-3").grade == "E", "the last grade has all that is below the others"


def test_grades_one_by_one() -> None:
    made = simple(0)
    assert [getattr(grade_of(made, D(one)), "name", None) for one in (85, "84.99", 0, -1)] == ["A", "B", "E", "E"]
    assert (top_of(made, "A", 2), top_of(made, "C", 0)) == (None, 69)
    assert worse(made, "B", "D") == "D"
    assert uses_of(made, D(90), "A") == {}
    assert grade_of(card(), D(90)) is None


def test_earlier_scores() -> None:
    """157号: the term's mean of yearly scores, and 绩效改进度 = this period's ÷ the one before [mem]."""
    mean = card(item("a", PastScores(scorecard="f", years=3)))
    change = card(item("a", PastScores(scorecard="f", item="x", relation="change")))
    scores = {("f", None): (D(80), D(70), D(75), D(10)), ("f", "x"): (D(84), D(80))}
    assert score(mean, known(scores=scores)).score == 75
    assert score(change, known(scores=scores)).score == D("1.05")
    few = score(mean, known(scores={("f", None): (D(80), None, D(75))}))
    assert few.missing == (("a", "past_missing"),)
    assert text(found(few.root, "a").reason, "zh") == "a：需要最近 3 期得分，现有 2 期"
    assert score(change, known(scores={("f", "x"): (D(84), D(0))})).missing == (("a", "past_zero"),)


def test_weights_of_a_weighted_sum_are_percents() -> None:
    made = card(item("a", Points(), weight=70), item("b", Points(), weight=30), combine="weighted")
    root = score(made, known({"a": 80, "b": 90})).root
    assert root.score == 83
    assert [(one.kind, one.score, [part.score for part in one.parts]) for one in root.parts] == [
        ("weighted", 56, [80, -24]), ("weighted", 27, [90, -63]),
    ]  # fmt: skip


def test_one_that_is_left_out_leaves_its_weight_to_the_others() -> None:
    made = card(
        item("a", Points(), weight=70), item("b", Points(), weight=30, missing="left_out"), combine="weighted"
    )  # fmt: skip
    assert score(made, known({"a": 80, "b": None})).score == 80
    nothing = score(card(item("b", Points(), weight=30, missing="left_out")), known({"b": None}))
    assert (nothing.score, nothing.missing) == (None, (("whole", "nothing_left"),))


def test_whom_an_item_does_not_concern() -> None:
    made = card(item("a", Points(), weight=70), item("b", Points(), weight=30, applies=formula("public")))
    name = "`b applies` of card"
    assert score(made, known({"a": 70, "b": 10}, truths={name: True})).score == 80
    whole = score(made, known({"a": 70}, truths={name: False}))
    assert whole.score == 100
    assert found(whole.root, "b").reason.code == "not_applicable"
    assert score(made, known({"a": 70, "b": 1})).missing == (("b", "condition_unknown"),)


def test_numbers_out_of_all_range_are_told_not_raised() -> None:
    for value in ("1e18", "-1e300", "1e45"):
        whole = of(value)
        assert (whole.score, whole.missing) == (None, (("a", "out_of_range"),))
    assert of("1e-300").score == 0
