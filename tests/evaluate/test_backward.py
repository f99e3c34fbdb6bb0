"""Functions that look back, worked by hand, at each frequency."""

from collections.abc import Sequence

import pytest
from panel_maker import Cell, cells, measure, number, panel, prior, programme, series, term

from hengjian.evaluate.evaluate import evaluate
from hengjian.formula.term import Shape, Term
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency

GONE, BACK, EARLY = Missing.NOT_REPORTED, Missing.WITHDRAWN, Missing.BEFORE_FIRST
NONE = Missing.NO_HISTORY


def over(formula: Term, start: str, figures: Sequence[Cell], frequency: Frequency = "quarter") -> list[Cell]:
    made = programme({"x": formula}, frequency=frequency)
    return cells(evaluate(made, ["x"], series(start, x=figures)).columns["x"])


def x(shape: Shape = "instant") -> Term:
    return measure("x", shape)


def test_prior() -> None:
    assert over(prior(x()), "2018-Q3", [1.0, GONE, 3.0]) == [NONE, 1.0, GONE]
    assert over(prior(x(), 2), "2018-Q3", [1.0, 2.0, 3.0]) == [NONE, NONE, 1.0]
    assert over(prior(x(), 0), "2018-Q3", [EARLY, 2.0]) == [GONE, 2.0]


def test_before_the_first_report_there_is_no_history_only_for_a_later_period() -> None:
    figures = [EARLY, EARLY, 3.0, GONE, 5.0]
    assert over(x(), "2018-Q1", figures) == [GONE, GONE, 3.0, GONE, 5.0]
    assert over(prior(x()), "2018-Q1", figures) == [NONE, NONE, NONE, 3.0, GONE]
    assert over(prior(term("add", x(), number(1.0))), "2018-Q1", figures) == [NONE, NONE, NONE, 4.0, GONE]


def test_before_the_start_is_like_before_the_first_report() -> None:
    """What coalesce makes of a missing figure does not depend on where the panel happens to begin."""
    late = prior(term("coalesce", x(), number(0.0)))
    assert over(late, "2018-Q1", [5.0, 6.0]) == [0.0, 5.0]
    assert over(late, "2017-Q4", [EARLY, 5.0, 6.0]) == [0.0, 0.0, 5.0]


def test_opening_is_last_years_end() -> None:
    figures = [4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    assert over(term("opening", x()), "2018-Q4", figures) == [NONE, 4.0, 4.0, 4.0, 4.0, 8.0]
    assert over(term("opening", x()), "2018", [1.0, 2.0], "year") == [NONE, 1.0]
    assert over(term("opening", x()), "2018-H1", [1.0, 2.0, 3.0, 4.0], "half") == [NONE, NONE, 2.0, 2.0]
    assert over(term("opening", x()), "2018-11", [1.0, 2.0, 3.0, 4.0], "month") == [NONE, NONE, 2.0, 2.0]


def test_yoy() -> None:
    growth = term("yoy", x())
    assert over(growth, "2018-Q1", [4.0, 1.0, 1.0, 1.0, 5.0, GONE]) == [NONE, NONE, NONE, NONE, 0.25, GONE]
    assert over(growth, "2018", [0.0, 5.0, -5.0, 5.0], "year") == [
        NONE,
        Missing.NEGATIVE_BASE,
        -2.0,
        Missing.NEGATIVE_BASE,
    ]
    assert over(growth, "2018", [0.0, BACK, 1.0], "year") == [NONE, BACK, BACK]
    assert over(growth, "2018", [1e-308, 1e308], "year") == [NONE, Missing.NOT_APPLICABLE]


def test_ytd_of_a_flow_runs_from_the_years_start() -> None:
    running = term("ytd", x("period"))
    figures = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert over(running, "2018-Q3", figures) == [NONE, NONE, 3.0, 7.0, 12.0, 18.0]
    assert over(running, "2018-Q1", [1.0, BACK, 3.0, 4.0, 5.0]) == [1.0, BACK, BACK, BACK, 5.0]
    assert over(running, "2018-Q1", [EARLY, 2.0, 3.0, 4.0, 5.0]) == [GONE, NONE, NONE, NONE, 5.0]
    assert over(running, "2018-11", figures, "month") == [NONE, NONE, 3.0, 7.0, 12.0, 18.0]
    assert over(running, "2018-H2", [1.0, 2.0, 3.0], "half") == [NONE, 2.0, 5.0]
    assert over(running, "2018", [1.0, 2.0], "year") == [1.0, 2.0]


def test_ytd_of_a_year_to_date_figure_is_itself() -> None:
    assert over(term("ytd", x("ytd")), "2018-Q2", [1.0, GONE, 3.0]) == [1.0, GONE, 3.0]


def test_ttm_of_a_flow_is_the_last_years_sum() -> None:
    moving = term("ttm", x("period"))
    assert over(moving, "2018-Q2", [1.0, 2.0, 3.0, 4.0, 5.0]) == [NONE, NONE, NONE, 10.0, 14.0]
    assert over(moving, "2018-H2", [1.0, 2.0, 3.0], "half") == [NONE, 3.0, 5.0]
    assert over(moving, "2018", [1.0, 2.0], "year") == [1.0, 2.0]
    assert over(moving, "2018-02", [1.0] * 13, "month") == [NONE] * 11 + [12.0, 12.0]
    # Oldest to newest: (((1e16 + 1) + 1) + 1) drops each 1; from the other end the three would have counted.
    assert over(moving, "2018-Q1", [1e16, 1.0, 1.0, 1.0])[-1] == 1e16
    assert over(moving, "2018-Q1", [1.0, 1.0, 1.0, 1e16])[-1] == 1e16 + 4.0


def test_ttm_of_a_year_to_date_figure() -> None:
    """30 + 70 - 25 in the second quarter (CONTRACT section 1); at a year's end the year itself."""
    moving = term("ttm", x("ytd"))
    figures = [10.0, 25.0, 45.0, 70.0, 12.0, 30.0, BACK, 80.0]
    assert over(moving, "2018-Q1", figures) == [NONE, NONE, NONE, 70.0, 72.0, 75.0, BACK, 80.0]
    assert over(moving, "2018-Q4", [70.0, 12.0, 30.0]) == [70.0, NONE, NONE]
    assert over(moving, "2018-H1", [25.0, 70.0, 30.0], "half") == [NONE, 70.0, 75.0]
    assert over(moving, "2018", [1.0, 2.0], "year") == [1.0, 2.0]
    # From the left: (2**53 + 1) - 2**53 is 0 in floating point; the other grouping would give 1.
    assert over(moving, "2018-Q1", [2.0**53, 1.0, 1.0, 1.0, 2.0**53])[-1] == 0.0


def test_quarter_of_a_year_to_date_figure() -> None:
    single = term("quarter", x("ytd"))
    assert over(single, "2018-Q1", [10.0, 25.0, GONE, 70.0, 12.0]) == [10.0, 15.0, GONE, GONE, 12.0]
    assert over(single, "2018-Q2", [25.0, 45.0]) == [NONE, 20.0]
    assert over(single, "2018-01", [1.0, 3.0, 6.0], "month") == [1.0, 2.0, 3.0]
    assert over(term("quarter", x("period")), "2018-Q2", [25.0, 45.0]) == [25.0, 45.0]


def test_days_have_only_prior() -> None:
    days = {"x": [[1.0], [2.0]]}
    made = programme({"x": prior(x()), "y": term("yoy", x())}, frequency="day")
    assert cells(evaluate(made, ["x"], panel("2018-01-01", days)).columns["x"]) == [NONE, 1.0]
    with pytest.raises(ValueError, match="no fixed number a year"):
        evaluate(made, ["y"], panel("2018-01-01", days))


def test_the_calendar_begins_with_year_one() -> None:
    late = prior(term("coalesce", x(), number(0.0)), 4)
    assert over(late, "0001-Q2", [5.0]) == [NONE]
