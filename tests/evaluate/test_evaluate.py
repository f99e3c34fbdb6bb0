"""Whole programmes: references, dated versions, parameters, rules, results and their digest."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from panel_maker import (
    Cell,
    cells,
    column,
    declare,
    indicator,
    measure,
    number,
    panel,
    parameter,
    prior,
    programme,
    series,
    term,
)

from hengjian.evaluate.digest import digest
from hengjian.evaluate.evaluate import Results, evaluate
from hengjian.evaluate.lookback import needs, span_needed
from hengjian.evaluate.plan import make_plan
from hengjian.evaluate.reshape import select
from hengjian.model.missing import Missing
from hengjian.panel.scene import Frame, Needs

DEBT, ASSETS, INCOME = measure("debt"), measure("assets"), measure("income", "ytd")
RATIO = term("divide", DEBT, ASSETS)
RED_LINE = declare(
    "red_line", ("2019-01-01", {"default": "0.7", "power": "0.75"}), ("2020-01-01", {"power": "0.8"}), by=("industry",)
)
RULE = term("greater", indicator("debt_ratio"), parameter("red_line"))


def test_an_indicator_is_computed_once_and_referred_to_anywhere() -> None:
    made = programme(
        {"debt_ratio": RATIO, "twice": term("add", indicator("debt_ratio"), indicator("debt_ratio")), "same": RATIO}
    )
    results = evaluate(made, ["twice", "same"], series("2019-Q4", debt=[3.0], assets=[4.0]))
    assert list(results.columns) == ["twice", "same"]
    assert cells(results.columns["twice"]) == [1.5]
    home = needs(made, ["twice"]).frame
    plan = make_plan(made, ["twice", "same", "debt_ratio"], home, {"quarter": ()})
    assert [step.op for step in plan.steps if step.op in ("measure", "divide")] == []
    plan = make_plan(made, ["twice", "same", "debt_ratio"], home, {"quarter": [results.periods[0].end]})
    assert sorted(step.op for step in plan.steps) == [
        "add",
        "divide",
        "formula",
        "formula",
        "formula",
        "measure",
        "measure",
    ]


def test_only_what_is_needed_is_read() -> None:
    """The panel holds no assets; nothing that was asked for needs them."""
    made = programme({"debt_ratio": RATIO, "twice": term("add", DEBT, DEBT)})
    assert cells(evaluate(made, ["twice"], series("2019-Q4", debt=[3.0])).columns["twice"]) == [6.0]


def test_dated_versions_are_picked_by_the_periods_end() -> None:
    dated = [("2018-12-31", DEBT), ("2019-06-30", term("negate", DEBT)), ("2019-07-01", number(0.0))]
    made = programme({"x": dated, "earlier": prior(indicator("x"))})
    results = evaluate(made, ["x", "earlier"], series("2018-Q3", debt=[1.0, 2.0, 3.0, 4.0, 5.0]))
    no = Missing.NOT_APPLICABLE
    assert cells(results.columns["x"]) == [no, 2.0, 3.0, -4.0, 0.0]
    assert cells(results.columns["earlier"]) == [no, no, 2.0, 3.0, -4.0]


def lines(industry: list[str | None], by: tuple[str, ...] = ("industry",)) -> list[list[Cell]]:
    made = programme({"x": parameter("red_line")}, parameters=[replace(RED_LINE, by=by)])
    attributes = {"industry": [industry] * 3, "size": [["big"] * len(industry)] * 3}
    names = [f"E{place}" for place in range(len(industry))]
    given = panel("2018-Q4", {"debt": [[1.0] * len(industry)] * 3}, entities=names, attributes=attributes)
    whole = replace(given, periods=tuple(given.periods[0].shift(step) for step in (0, 1, 5)))
    results = evaluate(made, ["x"], whole)
    return [cells(results.columns["x"], place) for place in range(len(industry))]


def test_parameters_by_class_else_default_else_none() -> None:
    no = Missing.NO_PARAMETER
    assert lines(["power", "trade", None]) == [[no, 0.75, 0.8], [no, 0.7, no], [no, 0.7, no]]


def test_parameters_by_several_attributes_join_their_values() -> None:
    crossed = declare("line", ("2010-01-01", {"power/big": "1", "default": "2"}), by=("industry", "size"))
    made = programme({"x": parameter("line")}, parameters=[crossed])
    given = panel(
        "2019-Q4", {"debt": [[1.0] * 3]}, entities=["a", "b", "c"],
        attributes={"industry": [["power", "power", None]], "size": [["big", "small", "big"]]},
    )  # fmt: skip
    assert evaluate(made, ["x"], given).columns["x"].values.tolist() == [[1.0, 2.0, 2.0]]


def test_a_panel_without_the_attributes_is_a_mistake() -> None:
    made = programme({"x": parameter("red_line")}, parameters=[RED_LINE])
    with pytest.raises(ValueError, match="industry"):
        evaluate(made, ["x"], series("2019-Q4", debt=[1.0]))


def test_rules_are_truths() -> None:
    made = programme({"debt_ratio": RATIO}, parameters=[RED_LINE], rules={"high": RULE})
    given = panel(
        "2019-Q4", {"debt": [[72.0, 72.0, Missing.WITHDRAWN]], "assets": [[100.0] * 3]}, entities=["P", "T", "W"],
        attributes={"industry": [["power", "trade", "trade"]]},
    )  # fmt: skip
    results = evaluate(made, ["high"], given)
    assert [cells(results.columns["high"], place)[0] for place in range(3)] == [0.0, 1.0, Missing.WITHDRAWN]


def test_what_formulas_need() -> None:
    made = programme(
        {
            "debt_ratio": RATIO,
            "margin": term("divide", term("ttm", INCOME), term("avg", ASSETS, prior(ASSETS, 4))),
            "growth": term("yoy", indicator("margin")),
            "flow": term("ttm", measure("spent", "period")),
            "chain": prior(term("quarter", INCOME), 2),
            "start": term("opening", DEBT),
        },
        parameters=[RED_LINE],
        rules={"high": RULE},
    )
    spans = {name: span_needed(made, name) for name in [*made.indicators, "high"]}
    assert spans == {"debt_ratio": 0, "margin": 4, "growth": 8, "flow": 3, "chain": 3, "start": 4, "high": 0}
    assert needs(made, ["high", "growth"]) == Needs(
        frame=Frame(type=made.rules["high"].type, frequency="quarter"),
        measures=frozenset({"debt", "assets", "income"}),
        attributes=frozenset({"industry"}),
        spans={"quarter": 8},
        above={},
        others={},
        links=frozenset(),
        beyond=False,
    )


def test_mistakes_of_the_caller() -> None:
    made = programme({"debt_ratio": RATIO})
    with pytest.raises(KeyError, match="debt_ration"):
        evaluate(made, ["debt_ration"], series("2019-Q4", debt=[1.0], assets=[1.0]))
    with pytest.raises(ValueError, match="quarter, the panel by month"):
        evaluate(made, ["debt_ratio"], series("2019-12", debt=[1.0], assets=[1.0]))
    broken = series("2019-Q4", debt=[float("inf")], assets=[1.0])
    with pytest.raises(ValueError, match="debt"):
        evaluate(made, ["debt_ratio"], broken)


def test_empty_panels() -> None:
    made = programme({"debt_ratio": RATIO})
    none = select(series("2019-Q4", debt=[1.0], assets=[1.0]), [])
    assert evaluate(made, ["debt_ratio"], none).columns["debt_ratio"].values.shape == (1, 0)
    never = replace(none, periods=())
    assert evaluate(made, ["debt_ratio"], never).columns["debt_ratio"].values.shape == (0, 0)


def results(*figures: Cell, entities: tuple[str, ...] = ("a", "b")) -> Results:
    given = panel("2019-Q4", {"debt": [list(figures)]}, entities=entities)
    return Results(
        periods=given.periods, entities=entities, columns={"x": column([list(figures)]), "y": column([list(figures)])}
    )


def test_the_digest_knows_values_and_reasons_but_not_the_panels_order() -> None:
    first = digest(results(1.0, Missing.WITHDRAWN))
    assert first == digest(results(Missing.WITHDRAWN, 1.0, entities=("b", "a")))
    other = results(1.0, Missing.WITHDRAWN)
    assert first == digest(replace(other, columns=dict(reversed(other.columns.items()))))
    changed = [
        results(np.nextafter(1.0, 2.0), Missing.WITHDRAWN), results(1.0, Missing.ERASED), results(1.0, 0.0),
        results(1.0, Missing.WITHDRAWN, entities=("a", "c")), replace(other, columns={"x": other.columns["x"]}),
        replace(other, periods=(other.periods[0].shift(1),)),
    ]  # fmt: skip
    assert len({first, *(digest(each) for each in changed)}) == 7


def test_the_digest_of_a_known_case() -> None:
    """Written out byte by byte: one period, entities a and b, one formula, 1.0 and withdrawn (8)."""
    one = replace(results(1.0, Missing.WITHDRAWN), columns={"x": column([[1.0, Missing.WITHDRAWN]])})
    written = (
        b"\0\0\0\1" b"\0\0\0\7" b"2019-Q4" b"\0\0\0\2" b"\0\0\0\1a" b"\0\0\0\1b" b"\0\0\0\1x"
        b"\0\x3f\xf0\0\0\0\0\0\0" b"\x08\0\0\0\0\0\0\0\0"
    )  # fmt: skip
    assert digest(one) == hashlib.sha256(written).hexdigest()
