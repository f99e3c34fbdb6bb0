"""Cards of every method with figures, small and random, and the answers that they give."""

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cards import adjust, card, formula, item, known, label, standard

from hengjian.model.scorecard import (
    AwardKind,
    Awards,
    Bonus,
    Bounds,
    Cap,
    CapGrade,
    Couple,
    Efficacy,
    Floor,
    Grade,
    Item,
    Losses,
    Modification,
    PastScores,
    Points,
    ProRata,
    Rating,
    RatingGrade,
    Rescale,
    Round,
    Row,
    Scorecard,
    Side,
    Special,
    Standing,
    Steps,
    Switch,
    Table,
    TargetTier,
    Times,
    Where,
    score_name,
)  # fmt: skip
from hengjian.supervise.scored import Awarded, Figure, Given, LetterLine, Rated, line_name
from hengjian.supervise.scorerecord import record
from hengjian.supervise.scoring import score

D = Decimal
Pair = tuple[Scorecard, Given]
GRADES = (
    Grade(name="A", label=label("优"), at_least=D(85)), Grade(name="B", label=label("良"), at_least=D(70)),
    Grade(name="C", label=label("中"), at_least=D(40)), Grade(name="D", label=label("差"), at_least=D(0)),
)  # fmt: skip


def answer_of(declared: Scorecard, given: Given) -> dict[str, Any]:
    """As `score` answers, without what it adds of the space."""
    found = record(score(declared, given), declared)
    settings = {name: switch.otherwise for name, switch in declared.switches.items()} | dict(given.settings)
    letter = {"lines": [{"key": one.key, "direction": one.direction} for one in given.lines]}
    return found | {
        "entity": given.entity, "name": given.entity, "period": given.period, "settings": settings, "letter": letter,
        "reads": [], "known": {"as_known_at": "entry:1"}, "declaration": "ab" * 32,
    }  # fmt: skip


def switch(name: str, *choices: str) -> Switch:
    return Switch(
        name=name, label=label(name), choices={one: label(one) for one in choices}, otherwise=choices[0], source="test",
        confidence=None, place=formula("1").place,
    )  # fmt: skip


def targets(**values: Any) -> dict[str, Figure]:
    return {score_name("card", name, "target"): Figure(value=D(str(value))) for name, value in values.items()}


def section(least: str | None = "0.7", setting: tuple[str, str] | None = None) -> Item:
    """A section of basic and modifying items, as of 国资发评价〔2006〕157号."""
    bounds = None if least is None else Bounds(least=D(least), most=D("1.3"), setting=setting)
    return replace(
        item("profit", weight=34, items=(
            item("roe", Efficacy(standard="roe"), weight=20), item("roa", Efficacy(standard="roa"), weight=14),
            item("margin", Modification(standard="margin"), weight=10, role="modifying"),
            item("cash", Modification(standard="cash", special=(
                Special(when=formula("x"), amount=D("1.1"), reason=label("特")),)), weight=14, role="modifying"),
            item("cost", Modification(standard="none"), weight=10, role="modifying"),
        )),
        combine="modified", bounds=bounds,
    )  # fmt: skip


STANDARDS = {
    "roe": standard("16.1", "10.7", "5.6", "-1.1", "-8.7"), "roa": standard("10.4", "7.2", "3.2", "-0.1", "-4.4"),
    "margin": standard("30.4", "23.2", "14.0", "6.9", "-1.2"), "cash": standard("10.4", "5.0", "1.2", "0.5", "-1.1"),
    "debt": standard("44.6", "57.3", "66.3", "82.2", "97.2"),
}  # fmt: skip


def modified(roe: str, margin: str, *, special: bool = False, **more: Any) -> Pair:
    given = known({"roe": roe, "roa": "9.1", "margin": margin, "cash": "1.37", "cost": 3}, standards=STANDARDS,
                  truths={score_name("card", "cash", "special 1"): special})  # fmt: skip
    return card(section(**more), switches={"clamp": switch("clamp", "on", "off")}), given


def steps(value: str, target: str, base: str | None = None, **more: Any) -> Pair:
    whole = more.pop("whole", False)
    method = Steps(
        above=Side(points=D(1), per=D(3), most=D(6)), below=Side(points=D(1), per=D(3), most=D(6)),
        target=formula("t"), base=None if base is None else formula("b"), whole_if=("steps", "whole"),
        tiers=() if base is None else (
            TargetTier(at_least=D(1), most=D(6)), TargetTier(at_least=D("0.8"), most=D(5)),
            TargetTier(at_least=D("0.5"), most=D(4)), TargetTier(at_least=D(0), most=D(3)),
        ), **more,
    )  # fmt: skip
    figures = targets(p=target)
    if base is not None:
        figures[score_name("card", "p", "base")] = Figure(value=D(base))
    given = known({"p": value}, more=figures, settings={"steps": "whole" if whole else "linear"})
    direction = "up"
    return card(
        item("p", method, weight=30, direction=direction), switches={"steps": switch("steps", "linear", "whole")}
    ), given


def many(seed: int = 0) -> Iterator[tuple[str, Pair]]:
    """Each method and each step, with values on both sides of every edge."""
    efficacy = card(
        item("roe", Efficacy(standard="roe"), weight=20), item("debt", Efficacy(standard="debt"), weight=12)
    )
    for count, (roe, debt) in enumerate(
        (("12.73", "58"), ("16.1", "44.6"), ("99", "97.3"), ("-8.7", "97.2"), ("-9", "20"))
    ):
        yield f"efficacy{count}", (efficacy, known({"roe": roe, "debt": debt}, standards=STANDARDS))
    special = card(item("roe", Efficacy(standard="roe", special=(
        Special(when=formula("x"), amount=D(0), reason=label("负")),)), weight=20))  # fmt: skip
    yield "efficacy_special", (special, known({"roe": 5}, standards=STANDARDS, truths={
        score_name("card", "roe", "special 1"): True}))  # fmt: skip
    spread = card(item("s", items=(
        item("roe", Efficacy(standard="roe"), weight=20),
        item("gone", Efficacy(standard="no", absent="left_out"), weight=10),
        item("nil", Efficacy(standard="no", absent="zero"), weight=10))))  # fmt: skip
    yield "spread", (spread, known({"roe": "7.7", "gone": 1, "nil": 1}, standards=STANDARDS))
    yield "modified", modified("12.727273", "20.714286")
    yield "modified_best", modified("20", "31")
    yield "modified_clamped", modified("-8", "31")
    yield "modified_below", modified("15", "-2", special=True)
    yield "modified_free", modified("-8", "31", least=None)
    for count, (value, target, base) in enumerate((
        ("117.6", "105", "100"), ("99", "90", "100"), ("84", "70", "100"), ("60", "45", "100"), ("96.6", "105", "100"),
        ("105", "105", "100"), ("7", "5", "-3"), ("1000", "105", "100"), ("1", "105", "100"),
    )):  # fmt: skip
        yield f"steps{count}", steps(value, target, base)
        yield f"whole{count}", steps(value, target, base, whole=True)
    for count, (value, target) in enumerate((("-50", "-100"), ("20", "-100"), ("-150", "-100"), ("120", "100"))):
        yield f"losses{count}", steps(value, target, losses=Losses(part=D("0.5"), most=D(3)))
    yield "absolute", steps("58", "60", absolute=True)
    for direction in ("up", "down"):
        for count, (value, target) in enumerate(
            (("90", "100"), ("180", "100"), ("-5", "100"), ("50", "-100"), ("0", "0"))
        ):
            one = item("p", ProRata(least=D("0.7"), most=D("1.3"), target=formula("t")), weight=20, direction=direction)
            yield f"pro_rata_{direction}{count}", (card(one), known({"p": value}, more=targets(p=target)))
    yield from _others()
    yield from _adjusted()
    generator = random.Random(seed)
    for count in range(20):
        yield f"random{count}", _random(generator)


def _others() -> Iterator[tuple[str, Pair]]:
    rows = (
        Row(at_least=None, points=D(50)), Row(at_least=D(-5000), points=D(60)), Row(at_least=D(0), points=D(70)),
        Row(at_least=D(1000), points=D(75)), Row(at_least=D(5000), points=D(80), beyond=True),
    )  # fmt: skip
    for count, value in enumerate((-9000, -5000, 999, 1000, 5000, 5001)):
        for linear in (False, True):
            one = card(item("p", Table(rows=rows, linear=linear)))
            yield f"table{count}{linear}", (one, known({"p": value}))
    for of in ("attainment", "deviation"):
        shares = (
            Row(at_least=D(0), points=D(3)),
            Row(at_least=D("0.3"), points=D(2)),
            Row(at_least=D("0.35"), points=D(1)),
        )
        one = card(item("p", Table(rows=shares, of=of, target=formula("t"))))
        for count, value in enumerate(("100", "130", "133", "140", "71")):
            yield f"table_{of}{count}", (one, known({"p": value}, more=targets(p="100")))
    bands = card(item("p", Standing(standard="roe", points={"excellent": D(5), "good": D(4), "average": D(3)})))
    for count, value in enumerate(("17", "10.7", "6", "1", "-99")):
        yield f"standing{count}", (bands, known({"p": value}, standards=STANDARDS))
    words = (
        RatingGrade(name="excellent", label=label("优"), share=D(1)),
        RatingGrade(name="good", label=label("良"), share=D("0.8")),
    )
    rated = card(item("m", Rating(by="experts", grades=words, raters=2), weight=18))
    yield "rating", (rated, known({}, ratings={"m": (
        Rated(share=D(1), word="excellent"), Rated(share=D("0.8"), word="good"), Rated(share=D("0.37")))}))  # fmt: skip
    kinds = (
        AwardKind(name="prize", label=label("表彰"), least=D(1), most=D(5), source="s", confidence=None),
        AwardKind(name="case", label=label("创新"), least=D(1), most=D(3), source="s", confidence=None),
    )  # fmt: skip
    granted = (Awarded(ground="prize", points=D(4), evidence="e"), Awarded(ground="prize", points=D(3), evidence="f"),
               Awarded(ground="case", points=D("2.5"), evidence="g"))  # fmt: skip
    for minus in (False, True):
        one = card(item("x", Points()), item("a", Awards(kinds=kinds, minus=minus, most=D(6))))
        yield f"awards{minus}", (one, known({"x": 80}, awards={"a": granted}))
    mean = card(item("m", PastScores(scorecard="other", years=3)))
    yield "past_mean", (mean, known({}, scores={("other", None): (D("88.2"), D("75.31"), D("70"))}))
    change = card(item("m", PastScores(scorecard="other", years=2, relation="change")))
    yield "past_change", (change, known({}, scores={("other", None): (D("88.2"), D("75.31"))}))
    letter = card(item("own", ProRata(most=D("1.2"), least=D(0)), many=True), letter=True)
    lines = (
        LetterLine(item="own", key="own.1", title=label("甲"), weight=D(10), target=D(50), direction="up"),
        LetterLine(item="own", key="own.2", title=label("乙"), weight=D(20), target=D(50), direction="down"),
    )  # fmt: skip
    yield "letter", (letter, known({}, lines=lines, more={
        line_name("own.1"): Figure(value=D(45)), line_name("own.2"): Figure(value=D(60))}))  # fmt: skip
    missing = card(item("p", ProRata(target=formula("t")), weight=20, missing="zero"), item("x", Points()))
    yield "missing_zero", (missing, known({"p": None, "x": 7}))


def _adjusted() -> Iterator[tuple[str, Pair]]:
    def one(*steps: Any, **more: Any) -> Scorecard:
        return card(item("x", Points(), weight=more.pop("weight", 50), adjust=tuple(steps)), **more)

    for count, value in enumerate(("-3", "51.23456", "120.5", "0.125")):
        leaf = one(
            adjust(Floor(at=D(0))), adjust(Times(by=D("1.1"))), adjust(Cap(at=None)), adjust(Round(digits=2)),
            adjust(Rescale(source=D(130), target=D(100))), adjust(Round(digits=1, rule="down")),
        )  # fmt: skip
        yield f"leaf{count}", (leaf, known({"x": value}))
    even = one(adjust(Round(digits=2, rule="half_even")))
    for count, value in enumerate(("0.125", "0.375", "0.126", "-0.125")):
        yield f"even{count}", (even, known({"x": value}))
    capped = one(adjust=(adjust(CapGrade(grade="B")),), grades=GRADES, weight=100)
    yield "cap_grade", (capped, known({"x": "93.4"}))
    weighted = card(item("fin", Points(), weight=70), item("man", Points(), weight=30), combine="weighted")
    yield "weighted", (weighted, known({"fin": "74.534528", "man": "76.9"}))
    coupled = card(
        item("a", Points(), weight=30), item("b", Points(), weight=40), item("c", Points(), weight=30),
        adjust=(adjust(Couple(others_than=("b",))), adjust(Times(), unless_coupled=True)),
    )  # fmt: skip
    yield "coupled", (coupled, known({"a": 34, "b": 50, "c": 28}, factor=D("1.05")))
    yield "not_coupled", (coupled, known({"a": 34, "b": 50, "c": 30}, factor=D("1.05")))
    bonus = card(
        item("x", Points(), weight=100), item("y", Points(), role="bonus"), item("z", Points(), role="bonus"),
        adjust=(
            adjust(Times(by=D("1.02"))),
            adjust(Bonus(items=("y", "z"), most=D(15), damped_from=D(85), factor=D("6.6"))),
            adjust(Cap(at=D(100))), adjust(Round(digits=2)),
        ), grades=GRADES,
    )  # fmt: skip
    for count, (x, y, z) in enumerate((("88", "4", "6"), ("80", "4", "16.5"), ("88", "0", "40"), ("99", "1", "0"))):
        yield f"bonus{count}", (bonus, known({"x": x, "y": y, "z": z}))
    where = card(
        item("x", Points(), weight=100),
        adjust=(adjust(Cap(at=D(60)), where=Where(item="x", value="positive")), adjust(Floor(at=D(65)))),
    )  # fmt: skip
    yield "where", (where, known({"x": "88.8"}))


def _random(generator: random.Random) -> Pair:
    """A card of several sections with figures of a few digits."""

    def figure(low: float, high: float) -> str:
        return f"{generator.uniform(low, high):.{generator.choice((0, 1, 2, 4))}f}"

    special = generator.random() < 0.3
    truths = {score_name("card", "cash", "special 1"): special}
    items = (
        section(setting=("clamp", "on")), item("debt", Efficacy(standard="debt"), weight=12),
        item("p", Steps(
            above=Side(points=D("0.7"), per=D(3), most=D(6)), below=Side(points=D("1.3"), per=D(7)),
            target=formula("t"), whole_if=("steps", "whole"),
        ), weight=20),
        item("q", ProRata(least=D("0.3"), most=D("1.3"), target=formula("t")), weight=20,
             direction=generator.choice(("up", "down"))),
    )  # fmt: skip
    whole = card(
        *items, adjust=(adjust(Times(by=D(figure(0.9, 1.1) or "1"))), adjust(Round(digits=3)), adjust(Cap(at=D(100)))),
        switches={"clamp": switch("clamp", "on", "off"), "steps": switch("steps", "linear", "whole")}, grades=GRADES,
    )  # fmt: skip
    values = {
        "roe": figure(-15, 25), "roa": figure(-8, 14), "margin": figure(-5, 40), "cash": figure(-2, 12), "cost": 1,
        "debt": figure(30, 110), "p": figure(-50, 200), "q": figure(1, 200),
    }  # fmt: skip
    settings = {"clamp": generator.choice(("on", "off")), "steps": generator.choice(("linear", "whole"))}
    given = known(values, standards=STANDARDS, truths=truths, settings=settings,
                  more=targets(p=figure(20, 150), q=figure(20, 150)))  # fmt: skip
    return whole, given
