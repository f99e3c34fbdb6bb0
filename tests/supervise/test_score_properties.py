"""What holds of all scores: monotone in the good direction, parts that add up, plain numbers, a second computation."""

import json
import re
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from cards import BANDS, adjust, card, item, known, label, standard, walk
from cards_2006 import SECTIONS, enterprise, financial, values, whole
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_score import section

from hengjian.model.scorecard import (
    AwardKind,
    Awards,
    Bonus,
    Cap,
    Couple,
    Efficacy,
    Floor,
    Item,
    Method,
    Points,
    ProRata,
    Rescale,
    Round,
    Row,
    Scorecard,
    Side,
    Standing,
    Steps,
    Table,
    Times,
)
from hengjian.supervise.scored import Assessed, Awarded, Given, LetterLine, Scored, Standard
from hengjian.supervise.scoreplan import planned
from hengjian.supervise.scorerecord import record
from hengjian.supervise.scoring import assess, score

D = Decimal
FINANCIAL, WHOLE = financial(), whole()
PLANS = {"financial": planned(FINANCIAL), "whole": planned(WHOLE)}
NUMBERS = st.decimals(-10_000, 10_000, places=3)
#: Five that differ, from the best to the worst, either way round.
BANDS_OF = st.lists(NUMBERS, min_size=5, max_size=5, unique=True).flatmap(
    lambda found: st.sampled_from([sorted(found), sorted(found, reverse=True)])
)
MANY = settings(max_examples=60, deadline=None)


def exact(scored: Scored) -> None:
    """Each node's parts add up to it to the last digit, and every point has no more than twelve decimals."""
    for one in walk(scored):
        if one.score is None:
            continue
        exponent = one.score.as_tuple().exponent
        assert isinstance(exponent, int)
        assert exponent >= -12, one.score
        if one.parts:
            with localcontext(prec=60):
                assert sum((part.score or D(0) for part in one.parts), D(0)) == one.score, one.item
            assert all(part.score is not None for part in one.parts)


def plain(answer: Any) -> None:
    """All numbers of a record are plain decimal texts."""
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    assert not re.search(r"\d[eE][+-]?\d|NaN|Infinity|Decimal", text)
    for found in re.findall(r'"(?:score|exact|weight|value|target)": "([^"]*)"', text):
        assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", found), found
        assert found != "-0"


HUNDRED = D(100)


def at(method: Method, value: Decimal, target: Decimal = HUNDRED, direction: str = "up", **given_: Any) -> Decimal:
    made = card(item("a", method, weight=30, direction=direction))
    lines = (LetterLine(item="a", key="a", title=label("a"), target=target, base=D(100)),)
    found = score(made, known({"a": value}, lines=lines, **given_))
    exact(found.root)
    assert found.root.score is not None
    return found.root.score


@MANY
@given(BANDS_OF, st.lists(NUMBERS, min_size=2, max_size=8, unique=True))
def test_efficacy_never_falls_in_the_good_direction(bands: list[Decimal], tried: list[Decimal]) -> None:
    """Below the worst band too, where it leaps to nothing."""
    rises = bands[0] > bands[-1]
    points = [
        at(Efficacy(standard="a"), value, standards={"a": standard(*map(str, bands))})
        for value in sorted([*tried, *bands], reverse=not rises)
    ]
    assert all(before <= after for before, after in pairwise(points))
    assert 0 <= points[0] <= points[-1] <= 30


METHODS: dict[str, Method] = {
    "pro_rata": ProRata(), "pro_rata_limits": ProRata(least=D("0.7"), most=D("1.3")),
    "steps": Steps(above=Side(points=D(1), per=D(3), most=D(6)), below=Side(points=D(2), per=D(3), most=D(9))),
    "steps_whole": Steps(
        above=Side(points=D(1), per=D(3)), below=Side(points=D(1), per=D(3)), whole_if=("reading", "whole")
    ),
    "table": Table(rows=tuple(Row(at_least=D(at), points=D(p)) for at, p in ((-50, 1), (0, 2), (80, 5), (100, 7)))),
    "table_line": Table(linear=True, rows=(Row(at_least=D(-50), points=D(1)), Row(at_least=D(100), points=D(7)))),
    "table_rate": Table(of="attainment", linear=True, rows=(
        Row(at_least=None, points=D(0)), Row(at_least=D("0.5"), points=D(1)), Row(at_least=D(1), points=D(7)),
    )),
    "standing": Standing(standard="a", points={"excellent": D(5), "good": D(3), "average": D(1)}),
    "points": Points(),
}  # fmt: skip


@MANY
@given(st.sampled_from(sorted(METHODS)), st.lists(NUMBERS, min_size=2, max_size=8, unique=True), NUMBERS)
def test_every_rising_method_never_falls(name: str, tried: list[Decimal], target: Decimal) -> None:
    method = METHODS[name]
    if not target or name == "pro_rata":
        target = abs(target) + 1
    more: dict[str, Any] = {"settings": {"reading": "whole"}, "standards": {"a": standard(90, 60, 30, 0, -30)}}
    points = [at(method, value, target, **more) for value in sorted(tried)]
    assert all(before <= after for before, after in pairwise(points))


@MANY
@given(
    st.sampled_from(["pro_rata_limits", "steps", "steps_whole"]),
    st.lists(NUMBERS, min_size=2, max_size=8, unique=True), NUMBERS,
)  # fmt: skip
def test_where_less_is_better_they_never_rise(name: str, tried: list[Decimal], target: Decimal) -> None:
    target = target or D(1)
    more: dict[str, Any] = {"settings": {"reading": "whole"}}
    points = [at(METHODS[name], value, target, "down", **more) for value in sorted(tried)]
    assert all(before >= after for before, after in pairwise(points))


@MANY
@given(st.dictionaries(st.sampled_from(sorted(values())), NUMBERS, max_size=22), st.sampled_from(["on", "off"]))
def test_a_second_computation_with_fractions_agrees(changed: dict[str, Decimal], clamp: str) -> None:
    given_ = enterprise(changed, settings={"clamp": clamp})
    found = assess(PLANS["financial"], given_)
    exact(found.root)
    figures = {name: Fraction(one) for name, one in (values() | changed).items()}
    bands = {name: [Fraction(one.bands[band.name]) for band in BANDS] for name, one in given_.standards.items()}
    limits = (Fraction(7, 10), Fraction(13, 10)) if clamp == "on" else None
    for part, (_, basic, modifying) in zip(found.root.parts, SECTIONS.values(), strict=True):
        weights = [{name: Fraction(weight) for name, weight in one.items()} for one in (basic, modifying)]
        slow = section(weights[0], weights[1], figures, bands, limits)
        assert part.score is not None
        assert abs(Fraction(part.score) - slow) < Fraction(1, 10**10)


@MANY
@given(
    st.dictionaries(st.sampled_from(sorted(values())), st.none() | NUMBERS, max_size=22),
    st.sets(st.sampled_from(sorted(values())), max_size=5), st.sampled_from(["on", "off"]),
)  # fmt: skip
def test_parts_add_up_and_records_are_plain(
    changed: dict[str, Decimal | None], without: set[str], section_cap: str
) -> None:
    given_ = enterprise(changed, settings={"section_cap": section_cap})
    left = {name: one for name, one in given_.standards.items() if name not in without}
    found = assess(PLANS["whole"], enterprise(changed, settings={"section_cap": section_cap}, standards=left))
    exact(found.root)
    plain(record(found, WHOLE))
    assert (found.score is None) == bool(found.missing)
    gone = {name for name, value in changed.items() if value is None}
    assert gone <= {name for name, _ in found.missing}, "nothing that is missing goes unsaid"


def wild() -> Scorecard:
    """Every kind of step on items that are left out or short, weighted, with odd weights."""
    kinds = (AwardKind(name="x", label=label("x"), least=D(0), most=D("3.3"), source="", confidence=None),)
    steps = (
        adjust(Times(by=D("1.0333333"))), adjust(Rescale(source=D(130), target=D(100))), adjust(Cap(at=None)),
        adjust(Floor(at=D("0.1"))), adjust(Round(digits=7)),
    )  # fmt: skip
    group: tuple[Item, ...] = (
        item("a", ProRata(), weight="33.3", missing="left_out", adjust=steps),
        item("b", METHODS["steps"], weight="14.7", missing="left_out"),
        item("c", Points(), weight=13, missing="zero", adjust=(adjust(Cap(at=None)),)),
    )
    coupled = (adjust(Couple(others_than=("c",))), adjust(Times(by=D("0.987654321"))))
    bonus = Bonus(items=("bonus",), most=D(4), damped_from=D(50), factor=D("6.6"))
    return card(
        item("g", weight=70, items=group, adjust=coupled),
        item("h", weight=30, items=(item("d", METHODS["table_line"], weight=7), item("e", Points(), weight=3))),
        item("bonus", Awards(kinds=kinds, most=D(5)), role="bonus"), combine="weighted",
        adjust=(adjust(bonus), adjust(Round(digits=3))),
    )  # fmt: skip


WILD = wild()


def wild_case(found: dict[str, Decimal | None], targets: list[Decimal], awards: list[Decimal]) -> Given:
    lines = tuple(
        LetterLine(item=name, key=name, title=label(name), target=target)
        for name, target in zip("ab", targets, strict=True)
    )
    awarded = tuple(Awarded(ground="x", points=one, evidence="e") for one in awards)
    return known(found, lines=lines, awards={"bonus": awarded})


@MANY
@given(
    st.fixed_dictionaries({name: st.none() | NUMBERS for name in "abcde"}),
    st.lists(NUMBERS, min_size=2, max_size=2), st.lists(st.decimals(0, 9, places=2), max_size=3),
)  # fmt: skip
def test_parts_add_up_whatever_is_done(
    found: dict[str, Decimal | None], targets: list[Decimal], awards: list[Decimal]
) -> None:
    assessed = score(WILD, wild_case(found, targets, awards))
    exact(assessed.root)
    plain(record(assessed, WILD))
    assert (assessed.score is None) == bool(assessed.missing)


@MANY
@given(st.decimals(allow_nan=False, allow_infinity=False), st.decimals(allow_nan=False, allow_infinity=False))
def test_no_figure_is_too_odd(value: Decimal, target: Decimal) -> None:
    assessed = score(WILD, wild_case(dict.fromkeys("abcde", value), [target, value], []))
    exact(assessed.root)
    plain(record(assessed, WILD))


def test_the_same_figures_give_the_same_score() -> None:
    """And a plan may be used again: nothing of one entity stays in it."""
    first = assess(PLANS["whole"], enterprise())
    other = assess(PLANS["whole"], enterprise({"净资产收益率": 3}))
    assert other.score != first.score
    assert assess(PLANS["whole"], enterprise()) == first == score(WHOLE, enterprise())


@pytest.mark.parametrize("values_", [(5, 4, 3, 4, 1), (1, 2, 3, 2, 5)])
def test_a_standard_out_of_order_is_not_guessed_at(values_: tuple[int, ...]) -> None:
    made = card(item("a", Efficacy(standard="a"), weight=30))
    assessed = score(made, known({"a": 3}, standards={"a": standard(*values_)}))
    assert assessed.missing == (("a", "bad_standard"),)
    partly = Standard(bands={"excellent": D(5)})
    assert score(made, known({"a": 3}, standards={"a": partly})).missing == (("a", "bad_standard"),)


def test_a_standard_whose_bands_are_equal() -> None:
    """Who reaches it has all; the direction is then the item's."""
    level = {"standards": {"a": standard(5, 5, 5, 5, 5)}}
    assert [at(Efficacy(standard="a"), D(value), **level) for value in (4, 5, 6)] == [0, 30, 30]
    assert [at(Efficacy(standard="a"), D(value), direction="down", **level) for value in (4, 5, 6)] == [30, 30, 0]


@pytest.mark.parametrize(
    ("absent", "expected"), [("left_out", (30, ())), ("zero", (15, ())), (None, (None, (("a", "no_standard"),)))]
)  # fmt: skip
def test_no_standard_as_declared(absent: Any, expected: Any) -> None:
    made = card(item("a", Efficacy(standard="a", absent=absent), weight=15), item("b", Points(), weight=15))
    found: Assessed = score(made, known({"a": 3, "b": 15}))
    assert (found.score, found.missing) == expected


def test_nobody_elses_arithmetic_is_changed() -> None:
    """The context of decimals is the engine's own, whatever stands outside."""
    given_ = enterprise()
    with localcontext(prec=3) as outside:
        found = assess(PLANS["whole"], given_)
        assert outside.prec == 3
    assert found.score == D("75.24")
