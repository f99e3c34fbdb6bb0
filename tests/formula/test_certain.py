"""Conditions whose outcome is certain: what is told is so for every figure, and what is plain is told."""

from decimal import Decimal
from math import isfinite
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_catalogue import PARAMETERS, catalogue, parameter

from hengjian.formula.certain import foregone
from hengjian.formula.check import check
from hengjian.formula.possible import possible
from hengjian.formula.ranges import ANY, Range, Ranges
from hengjian.formula.term import Programme, Term

INDICATORS = {
    "debt_ratio": ("ratio", "total_liabilities / total_assets"),
    "distance": ("CNY", "abs(total_assets - total_liabilities)"),
    "size": ("ratio", "if(headcount > 0, 1, 2)"),
}
LINE = parameter("line", value="0.7")
FLOOR = parameter("lowest", "CNY", "1000000")


def programme(**rules: str) -> Programme:
    made = catalogue(INDICATORS, rules=rules, parameters=(*PARAMETERS, LINE, FLOOR))
    found, issues = check(made)
    assert found is not None, [issue.message for issue in issues]
    return found


def told(condition: str) -> str:
    return next((issue.message for issue in foregone(programme(r=condition))), "")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("rating > 5 and rating < 3", "rating > 5 and rating < 3 exclude one another"),
        ("rating > 5 and rating <= 5", "rating > 5 and rating <= 5 exclude one another"),
        ("rating = 1 and rating = 2", "rating = 1 and rating = 2 exclude one another"),
        ("rating = 1 and rating != 1", "rating = 1 and rating != 1 exclude one another"),
        ("cash > total_assets and total_assets >= cash", "exclude one another"),
        ("debt_ratio > line and debt_ratio < 0.6", "exclude one another"),
        ("not (rating > 3 or rating <= 3)", "leave nothing out between them"),
        ("abs(net_profit) < 0", "abs(net_profit) < 0 never holds, for abs(net_profit) is at least 0"),
        ("distance < 0", "distance < 0 never holds, for distance is at least 0"),
        ("size > 2", "size > 2 never holds, for size is from 1 to 2"),
        ("line > 80% and cash > 0", "line > 80% never holds, for line is always 0.7"),
        ("rating != rating", "rating != rating never holds"),
        ("rating * rating < 0", "is at least 0"),
        ("sqrt(abs(rating)) + 1 < 1", "never holds"),
        ("-abs(rating) > 0", "-abs(rating) is at most"),
        ("abs(rating) / (1 + abs(debt_ratio)) < 0", "never holds"),
        ("percentile(debt_ratio, within: industry) > 1", "is from 0 to 1"),
        ("rank(debt_ratio, within: all) < 1", "is at least 1"),
        ("count_true(rating > 3, 4) > 4", "is from 0 to 4"),
        ("since(rating > 3) < 0", "is at least 0"),
        ("clip(rating, 0, 10) > 10", "is from 0 to 10"),
        ("min(rating, 3) > 3", "is at most 3"),
        ("max(rating, 3) < 3", "is at least 3"),
        ('industry = "a" and industry = "b" and rating > 1', 'industry = "a" and industry = "b" exclude one another'),
        ('industry in ("a", "b") and industry != "a" and industry != "b" and rating > 1', "contradicts itself"),
        ("is_missing(rating) and rating > 1", "exclude one another"),
        ("rating > debt_ratio and debt_ratio > 3 and rating < 2", "contradicts itself"),
    ],
)
def test_rules_that_can_never_fire(condition: str, why: str) -> None:
    message = told(condition)
    assert message.startswith("the rule r can never fire: "), message
    assert why in message


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("abs(net_profit) >= 0", "abs(net_profit) >= 0 always holds, for abs(net_profit) is at least 0"),
        ("rating > 3 or rating <= 3", "rating > 3 and rating <= 3 leave nothing out between them"),
        ("rating > 3 or rating < 5", "leave nothing out between them"),
        ("not (rating > 5 and rating < 3)", "exclude one another"),
        ("rating > 0 or debt_ratio = debt_ratio", "debt_ratio = debt_ratio always holds"),
        ("line < 80%", "line < 80% always holds"),
    ],
)
def test_rules_that_always_fire(condition: str, why: str) -> None:
    message = told(f"{condition} or headcount < headcount" if condition.startswith("line") else condition)
    assert message.startswith("the rule r fires whatever is filed: "), message
    assert why in message


@pytest.mark.parametrize(
    "condition",
    [
        "rating > 5 or rating < 3", "rating >= 5 and rating <= 5", "debt_ratio > line", "net_profit < 0",
        "debt_ratio > red_line and debt_ratio - prior(debt_ratio) > 5%", "rating > 5 and prior(rating) < 3",
        "percentile(debt_ratio, within: industry) >= 1", "yoy(orders) < -1", "rating / cash * cash > 0",
        "avg(rating, 1) > 1", 'industry = "a" or industry = "b" or rating > 3',
        "cash >= total_assets and cash <= total_assets",
        "median(rating, within: all) < rating", "round(rating, 0) > 0.5 and rating < 0.6",
        "is_missing(rating) or rating > 1",
    ],
)  # fmt: skip
def test_open_conditions_are_left_alone(condition: str) -> None:
    assert told(condition) == ""


def test_checks_are_told_in_their_own_words() -> None:
    made = catalogue(INDICATORS, checks={"a": "distance < 0", "b": "distance >= 0"}, parameters=PARAMETERS)
    found, _ = check(made)
    assert found is not None
    never, always = foregone(found)
    assert never.message.startswith("the check a can never be met: distance < 0 never holds")
    assert always.message.startswith("the check b is met whatever is filed: distance >= 0 always holds")
    assert never.severity == always.severity == "warning"
    assert str(never.place).startswith("formulas.yaml:4:10")


# Against figures: whatever is called impossible does not happen with any of many figures.

_NUMBERS = st.sampled_from(["0", "1", "2", "0.5", "3"])
_FIGURES = st.recursive(
    st.one_of(st.sampled_from(["rating", "rating_b"]), _NUMBERS),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("abs({})".format, inner), st.builds("(-{})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "avg", "sum"]), inner, inner),
        st.builds("round({}, 1)".format, inner), st.builds("sqrt({})".format, inner),
        st.builds("normal_cdf({})".format, inner), st.builds("clip({}, 0, 2)".format, inner),
    ),
    max_leaves=4,
)  # fmt: skip
_CONDITIONS = st.recursive(
    st.builds("{} {} {}".format, _FIGURES, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), _FIGURES),
    lambda inner: st.one_of(
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=4,
)
_SAMPLES = (-3.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 7.0)


def value(term: Term, figures: dict[str, float]) -> float | bool | None:
    """A plain evaluation; None where there is no figure."""
    if term.op == "number":
        return term.value
    if term.op == "measure":
        return figures[term.name]
    parts = [value(argument, figures) for argument in term.arguments]
    match term.op, parts:
        case "and", _:
            return False if False in parts else None if None in parts else True
        case "or", _:
            return True if True in parts else None if None in parts else False
    if None in parts:
        return None
    a, *more = [part for part in parts if part is not None]
    b = more[0] if more else 0.0
    match term.op:
        case "not":
            return not a
        case "add" | "sum":
            return a + b
        case "subtract":
            return a - b
        case "multiply":
            return a * b
        case "divide":
            return a / b if b else None
        case "negate":
            return -a
        case "abs":
            return abs(a)
        case "min":
            return min(a, b)
        case "max":
            return max(a, b)
        case "avg":
            return (a + b) / 2
        case "round":
            return float(round(Decimal(repr(float(a))), int(b)))
        case "sqrt":
            return a**0.5 if a >= 0 else None
        case "normal_cdf":
            return NormalDist().cdf(a)
        case "clip":
            return min(max(a, b), more[1])
        case "less":
            return a < b
        case "at_most":
            return a <= b
        case "greater":
            return a > b
        case "at_least":
            return a >= b
        case "equal":
            return a == b
        case "unequal":
            return a != b
    raise AssertionError(term.op)


@settings(max_examples=150, deadline=None)
@given(_CONDITIONS)
def test_what_is_impossible_happens_for_no_figures(text: str) -> None:
    found, _ = check(catalogue(rules={"r": text.replace("rating_b", "rating * 2")}))
    if found is None:  # a constant condition
        return
    term = found.rules["r"].versions[-1].term
    ranges = Ranges(found)
    outcomes = {value(term, {"rating": figure}) for figure in _SAMPLES}
    for wanted in (True, False):
        assert wanted not in outcomes or possible([(term, wanted)], ranges)
    for part in term.walk():
        if part.truth:
            continue
        bounds = ranges.of(part)
        for figure in _SAMPLES:
            number = value(part, {"rating": figure})
            if number is not None and isfinite(number):
                assert bounds.low <= number <= bounds.high, part.text


def test_ranges_meet() -> None:
    assert Range(0, 5).meet(Range(3, 9)) == Range(3, 5)
    assert Range(0, 5, high_open=True).meet(Range(0, 5)) == Range(0, 5, high_open=True)
    assert Range(0, 5).meet(Range(5, 9, low_open=True)).is_empty
    assert not ANY.is_empty
    assert [str(one) for one in (Range(1, 1), Range(0), Range(high=2), Range(1, 2), ANY)] == [
        "always 1", "at least 0", "at most 2", "from 1 to 2", "any figure",
    ]  # fmt: skip
