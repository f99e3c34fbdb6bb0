"""Operators and functions of one period, worked by hand."""

import numpy as np
import pytest
from panel_maker import Cell, cells, column, declare, measure, number, parameter, prior, programme, series, term

from hengjian.evaluate.elementwise import ELEMENTWISE
from hengjian.evaluate.evaluate import evaluate
from hengjian.formula.term import Term
from hengjian.model.missing import Missing

A, B, C = measure("a"), measure("b"), measure("c")
GONE, BACK = Missing.NOT_REPORTED, Missing.WITHDRAWN


def value(formula: Term, **figures: Cell) -> Cell:
    """The formula's figure at one period."""
    given = {name: [figures.get(name, GONE)] for name in "abc"}
    made = programme({"x": formula})
    return cells(evaluate(made, ["x"], series("2019-Q4", **given)).columns["x"])[0]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (term("add", A, B), 10.0),
        (term("subtract", A, B), 6.0),
        (term("multiply", A, B), 16.0),
        (term("divide", A, B), 4.0),
        (term("negate", A), -8.0),
        (term("equal", A, B), 0.0),
        (term("equal", A, A), 1.0),
        (term("unequal", A, B), 1.0),
        (term("less", A, B), 0.0),
        (term("less", A, A), 0.0),
        (term("at_most", A, A), 1.0),
        (term("greater", A, B), 1.0),
        (term("greater", A, A), 0.0),
        (term("at_least", A, A), 1.0),
        (term("not", term("less", A, B)), 1.0),
        (term("if", term("less", A, B), A, B), 2.0),
        (term("abs", term("subtract", B, A)), 6.0),
        (term("as_unit", A), 8.0),
        (term("sum", A, B, number(5.0)), 15.0),
        (term("avg", A, B, number(5.0)), 5.0),
        (term("min", A, B, number(5.0)), 2.0),
        (term("max", A, B, number(5.0)), 8.0),
        (term("coalesce", C, B, A), 2.0),
    ],
    ids=lambda case: case.text if isinstance(case, Term) else "",
)
def test_values(formula: Term, expected: float) -> None:
    assert value(formula, a=8.0, b=2.0) == expected


@pytest.mark.parametrize("op", ["add", "subtract", "multiply", "divide", "less", "equal", "sum", "avg", "min", "max"])
def test_the_first_missing_argument_is_the_cause(op: str) -> None:
    assert value(term(op, A, B), a=GONE, b=BACK) is GONE
    assert value(term(op, A, B), a=BACK, b=GONE) is BACK
    assert value(term(op, A, B), a=1.0, b=BACK) is BACK


def test_a_zero_denominator_is_a_reason_of_its_own() -> None:
    ratio = term("divide", A, B)
    assert value(ratio, a=1.0, b=0.0) is Missing.ZERO_DENOMINATOR
    assert value(ratio, a=0.0, b=0.0) is Missing.ZERO_DENOMINATOR
    assert value(ratio, a=1.0, b=-0.0) is Missing.ZERO_DENOMINATOR
    assert value(ratio, a=BACK, b=0.0) is BACK


def test_no_figure_beyond_floating_point_is_shown() -> None:
    assert value(term("multiply", A, A), a=1e200) is Missing.NOT_APPLICABLE
    assert value(term("add", A, A), a=1.7e308) is Missing.NOT_APPLICABLE
    assert value(term("divide", A, B), a=1e308, b=1e-10) is Missing.NOT_APPLICABLE
    # An infinite step on the way is not forgotten: 1 / (a * a) would be 0.
    assert value(term("divide", number(1.0), term("multiply", A, A)), a=1e200) is Missing.NOT_APPLICABLE


def test_no_zero_is_negative() -> None:
    assert str(value(term("negate", A), a=0.0)) == "0.0"
    assert str(value(term("multiply", A, number(-1.0)), a=0.0)) == "0.0"


TRUE, FALSE = term("less", number(0.0), number(1.0)), term("less", number(1.0), number(0.0))
UNKNOWN = term("less", A, B)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (term("and", FALSE, UNKNOWN), 0.0),
        (term("and", UNKNOWN, FALSE), 0.0),
        (term("and", TRUE, UNKNOWN), BACK),
        (term("and", UNKNOWN, TRUE), BACK),
        (term("and", UNKNOWN, UNKNOWN), BACK),
        (term("and", TRUE, TRUE), 1.0),
        (term("or", TRUE, UNKNOWN), 1.0),
        (term("or", UNKNOWN, TRUE), 1.0),
        (term("or", FALSE, UNKNOWN), BACK),
        (term("or", UNKNOWN, FALSE), BACK),
        (term("or", FALSE, FALSE), 0.0),
        (term("not", UNKNOWN), BACK),
    ],
    ids=lambda case: case.text if isinstance(case, Term) else "",
)
def test_three_truths(formula: Term, expected: Cell) -> None:
    """Kleene's strong logic of three values (Introduction to Metamathematics, 1952, section 64)."""
    assert value(formula, a=BACK, b=1.0) == expected


def test_only_the_branch_taken_counts() -> None:
    choice = term("if", term("less", A, number(5.0)), B, C)
    assert value(choice, a=1.0, b=2.0) == 2.0
    assert value(choice, a=9.0, b=2.0) is GONE
    assert value(choice, a=9.0, c=3.0) == 3.0
    assert value(choice, a=BACK, b=2.0, c=3.0) is BACK


def test_coalesce_passes_over_every_kind_of_missing() -> None:
    first = term("coalesce", term("divide", A, B), C, number(7.0))
    assert value(first, a=1.0, b=0.0, c=3.0) == 3.0
    assert value(first, a=1.0, b=0.0, c=BACK) == 7.0
    assert value(term("coalesce", A, B), a=BACK, b=GONE) is BACK


def test_sums_run_from_the_left() -> None:
    """(0.1 + 0.2) + 0.3 is 0.6000000000000001, 0.1 + (0.2 + 0.3) is 0.6."""
    assert value(term("sum", A, B, C), a=0.1, b=0.2, c=0.3) == 0.6000000000000001
    assert value(term("sum", C, B, A), a=0.1, b=0.2, c=0.3) == 0.6


def test_kernels_leave_their_arguments_alone() -> None:
    left, right = column([[1.0, BACK], [2.0, 3.0]]), column([[0.0, 1.0], [1e308, GONE]])
    before = [each.tobytes() for one in (left, right) for each in (one.values, one.reasons)]
    with np.errstate(all="ignore"):
        for op in ("divide", "multiply", "coalesce", "and", "min", "avg", "equal"):
            ELEMENTWISE[op](left, right)
        ELEMENTWISE["if"](left, right, left)
    assert [each.tobytes() for one in (left, right) for each in (one.values, one.reasons)] == before


def test_a_parameter_comes_before_its_measure_in_the_order_of_causes() -> None:
    """Before the panel's start, too: there the parameter is looked for first, and there is none before 2019."""
    line = declare("line", ("2019-12-31", {"default": "2"}))
    made = programme({"x": prior(term("multiply", parameter("line"), A))}, parameters=[line])
    assert cells(evaluate(made, ["x"], series("2019-Q4", a=[1.0, 1.0])).columns["x"]) == [Missing.NO_PARAMETER, 2.0]
