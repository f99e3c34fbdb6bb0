"""How far rules are from their lines: the score says at which other line the rule would hold."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_maker import Cell, series
from small_catalogue import catalogue, parameter

from hengjian.evaluate.evaluate import evaluate
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.model.missing import Missing
from hengjian.supervise.backtestdistance import distance

NONE = Missing.BEFORE_FIRST
RATIO = {"debt_ratio": ("ratio", "total_liabilities / total_assets")}


def programme(when: str) -> Programme:
    """One rule, `x`, over the small catalogue with a debt ratio."""
    lines = [parameter("line"), parameter("cash_line", "CNY", "300")]
    found, issues = check(catalogue(RATIO, rules={"x": when}, parameters=lines))
    assert found is not None, issues
    return found


def score(when: str, **figures: Cell) -> float | None:
    """Of the last period of one entity; None: it cannot be told."""
    made = programme(when)
    found = distance(made, made.catalogue.rules["x"], made.catalogue.rules["x"].level)
    assert found is not None
    given_figures = {"total_liabilities": 80.0, "total_assets": 100.0, "cash": 5.0, **figures}
    panel = series("2021-Q1", **{name: [figure] for name, figure in given_figures.items()})
    told = found.scores(evaluate(found.programme, found.names, panel).columns)
    return None if np.isnan(told[-1, 0]) else float(told[-1, 0])


@pytest.mark.parametrize(
    ("when", "figures", "expected"),
    [
        ("debt_ratio > 70%", {}, 0.1),
        ("debt_ratio > 90%", {}, -0.1),
        ("70% < debt_ratio", {}, 0.1),
        ("debt_ratio < 70%", {}, -0.1),
        ("not (debt_ratio <= 70%)", {}, 0.1),
        ("not (70% >= debt_ratio)", {}, 0.1),
        ("cash < cash_line", {}, 295.0),
        ("debt_ratio > 70% and cash < cash_line", {}, 0.1),
        ("debt_ratio > 70% and cash > cash_line", {}, -np.inf),
        ("debt_ratio > 70% or cash < cash_line", {}, np.inf),
        ("debt_ratio > 70% or cash > cash_line", {}, 0.1),
        ("not (debt_ratio > 70%) and cash < cash_line", {}, -0.1),
        ("debt_ratio > 70% and cash > cash_line", {"total_liabilities": NONE}, -np.inf),
        ("debt_ratio > 70%", {"total_liabilities": NONE}, None),
        ("debt_ratio > 70% and cash > cash_line", {"cash": NONE}, None),
        ("line > 1 and debt_ratio > 70%", {}, -np.inf),
    ],
)
def test_scores(when: str, figures: Mapping[str, Cell], expected: float | None) -> None:
    found = score(when, **figures)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("when", ["debt_ratio = 80%", "is_missing(cash)", "if(cash > cash_line, debt_ratio, 1) = 1"])
def test_a_condition_without_a_line_has_no_distance(when: str) -> None:
    made = programme(when)
    assert distance(made, made.catalogue.rules["x"], made.catalogue.rules["x"].level) is None


@given(
    debt=st.integers(0, 12), cash=st.integers(0, 12), move=st.integers(-6, 6),
    shape=st.sampled_from(
        ["total_liabilities > {} and cash > cash_line", "total_liabilities >= {} or cash > cash_line",
         "not (total_liabilities < {}) and not (cash > cash_line)", "{} < total_liabilities or cash > cash_line",
         "not (total_liabilities > {} or cash > cash_line)"]
    ),
)  # fmt: skip
def test_a_rule_with_its_line_moved_holds_where_the_score_is_beyond(
    debt: int, cash: int, move: int, shape: str
) -> None:
    made = programme(shape.format('as_unit(6, "CNY")').replace("cash_line", 'as_unit(4, "CNY")'))
    found = distance(made, made.catalogue.rules["x"], made.catalogue.rules["x"].level)
    assert found is not None
    panel = series("2021-Q1", total_liabilities=[float(debt)], total_assets=[1.0], cash=[float(cash)])
    told = float(found.scores(evaluate(found.programme, found.names, panel).columns)[-1, 0])
    shifted = 6 + move if found.rises else 6 - move
    moved = programme(shape.format(f'as_unit({shifted}, "CNY")').replace("cash_line", 'as_unit(4, "CNY")'))
    holds = bool(evaluate(moved, ["x"], panel).columns["x"].values[-1, 0])
    assert (told > move if found.strict else told >= move) == holds
