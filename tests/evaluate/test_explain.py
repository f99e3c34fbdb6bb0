"""What an explanation shows, and the records it prints."""

import json

import pytest
from panel_maker import Cell, declare, indicator, measure, number, panel, parameter, prior, programme, series, term

from hengjian.evaluate.explain import cause, examine, explain, explain_cell
from hengjian.evaluate.explanation import Explanation
from hengjian.formula.term import Term
from hengjian.model.missing import Cause, Missing
from hengjian.model.period import Period, parse_period

DEBT, ASSETS, PROFIT = measure("debt"), measure("assets"), measure("profit", "ytd")
RATIO = term("divide", DEBT, ASSETS)
LINE = declare("line", ("2010-01-01", {"default": "0.7"}), ("2019-01-01", {"default": "0.65"}))


def at(text: str) -> Period:
    period = parse_period(text)
    assert period is not None
    return period


def why(formula: Term, period: str, start: str = "2018-Q1", **figures: list[Cell]) -> tuple[str, str, str] | None:
    made = programme({"inner": RATIO, "x": formula}, parameters=[LINE])
    found = cause(made, "x", series(start, **figures), "E1", at(period))
    return found and (found.reason.word, found.input, str(found.period))


def leaves(explained: Explanation) -> list[tuple[str, str, float | None]]:
    return [(leaf.measure, str(leaf.period), leaf.value) for leaf in explained.leaves]


def test_the_record_of_a_ratio() -> None:
    made = programme({"debt_ratio": RATIO})
    given = panel("2019-Q4", {"debt": [[1.0, 150.0]], "assets": [[1.0, 200.0]]}, entities=["E0", "E1"])
    record = explain(made, "debt_ratio", given, "E1", at("2019-Q4")).record()
    head = {key: record[key] for key in ("entity", "indicator", "period", "value", "unit", "formula", "declaration")}
    assert head == {
        "entity": "E1", "indicator": "debt_ratio", "period": "2019-Q4", "value": 0.75, "unit": "ratio",
        "formula": "divide(debt, assets)", "declaration": "digest of debt_ratio",
    }  # fmt: skip
    common = {"period": "2019-Q4", "unit": "ratio", "missing": None}
    assert record["tree"] == {
        "op": "divide", "value": 0.75, "text": "divide(debt, assets)", **common,
        "children": [
            {"leaf": "debt", "value": 150.0, "children": [], "text": "debt", **common},
            {"leaf": "assets", "value": 200.0, "children": [], "text": "assets", **common},
        ],
    }  # fmt: skip
    assert record["leaves"] == [
        {"measure": "debt", "entity": "E1", "value": 150.0, "basis": "flash", "scope": "consolidated", **common},
        {"measure": "assets", "entity": "E1", "value": 200.0, "basis": "flash", "scope": "consolidated", **common},
    ]
    assert (record["parameters"], record["basis"], record["missing"]) == ([], "flash", None)
    json.dumps(record, allow_nan=False)


def test_the_trailing_year_names_the_three_figures_it_used() -> None:
    made = programme({"x": term("divide", term("ttm", PROFIT), term("avg", ASSETS, prior(ASSETS, 4)))})
    given = series("2018-Q1", profit=[10.0, 25.0, 45.0, 70.0, 12.0, 30.0], assets=[1.0, 2.0, 3.0, 4.0, 5.0, 8.0])
    explained = explain(made, "x", given, "E1", at("2019-Q2"))
    assert explained.value == 15.0
    assert leaves(explained) == [
        ("profit", "2019-Q2", 30.0), ("profit", "2018-Q4", 70.0), ("profit", "2018-Q2", 25.0),
        ("assets", "2019-Q2", 8.0), ("assets", "2018-Q2", 2.0),
    ]  # fmt: skip
    moving, average = explained.tree.children
    assert (moving.value, [child.value for child in moving.children]) == (75.0, [30.0, 70.0, 25.0])
    assert (average.value, [str(child.period) for child in average.children]) == (5.0, ["2019-Q2", "2019-Q2"])


def test_a_figure_read_twice_is_one_leaf_and_only_what_was_read_is_one() -> None:
    choice = term("if", term("less", DEBT, number(5.0)), term("add", DEBT, DEBT), ASSETS)
    explained = explain(programme({"x": choice}), "x", series("2019-Q4", debt=[1.0], assets=[9.0]), "E1", at("2019-Q4"))
    assert leaves(explained) == [("debt", "2019-Q4", 1.0)]
    assert explained.tree.children[0].truth
    assert explained.tree.children[0].record()["value"] is True


def test_parameters_with_the_value_and_document_of_their_day() -> None:
    made = programme(
        {"x": term("subtract", term("subtract", parameter("line"), prior(parameter("line"))), DEBT)}, parameters=[LINE]
    )
    explained = explain(made, "x", series("2019-Q1", debt=[0.0]), "E1", at("2019-Q1"))
    assert [used.record() for used in explained.parameters] == [
        {"name": "line", "value": 0.65, "unit": "ratio", "from": "2019-01-01", "source": "Notice of 2019-01-01"},
        {"name": "line", "value": 0.7, "unit": "ratio", "from": "2010-01-01", "source": "Notice of 2010-01-01"},
    ]
    assert explained.value == 0.65 - 0.7 + 0.0


def test_a_reference_shows_the_formula_behind_it() -> None:
    made = programme({"debt_ratio": RATIO, "x": term("negate", indicator("debt_ratio"))})
    tree = explain(made, "x", series("2019-Q4", debt=[3.0], assets=[4.0]), "E1", at("2019-Q4")).tree
    (reference,) = tree.children
    assert (reference.op, reference.name, reference.value) == ("indicator", "debt_ratio", 0.75)
    assert [child.op for child in reference.children] == ["divide"]


def test_the_formula_of_its_day() -> None:
    made = programme({"x": [("2018-01-01", DEBT), ("2019-01-01", RATIO)]})
    workings = examine(made, ["x"], series("2017-Q4", debt=[1.0] * 6, assets=[2.0] * 6), "E1")
    texts = [
        (explain_cell(workings, "x", at(text)).formula, explain_cell(workings, "x", at(text)).value)
        for text in ("2018-Q4", "2019-Q1")
    ]
    assert texts == [("debt", 1.0), ("divide(debt, assets)", 0.5)]
    none = explain_cell(workings, "x", at("2017-Q4"))
    assert (none.formula, none.leaves) == ("", ())
    assert none.cause == Cause(reason=Missing.NOT_APPLICABLE, input="x", entity="E1", period=at("2017-Q4"))


def test_causes() -> None:
    gone, back, early = Missing.NOT_REPORTED, Missing.WITHDRAWN, Missing.BEFORE_FIRST
    assert why(RATIO, "2018-Q1", debt=[1.0], assets=[2.0]) is None
    assert why(RATIO, "2018-Q1", debt=[back], assets=[gone]) == ("withdrawn", "debt", "2018-Q1")
    assert why(RATIO, "2018-Q1", debt=[early], assets=[gone]) == ("not_reported", "debt", "2018-Q1")
    assert why(RATIO, "2018-Q1", debt=[1.0], assets=[0.0]) == ("zero_denominator", "assets", "2018-Q1")
    total = term("add", term("multiply", number(0.0), ASSETS), ASSETS)
    assert why(term("divide", DEBT, total), "2018-Q1", debt=[1.0], assets=[0.0]) == (
        "zero_denominator",
        "assets",
        "2018-Q1",
    )
    assert why(term("divide", DEBT, number(0.0)), "2018-Q1", debt=[1.0]) == ("zero_denominator", "0.0", "2018-Q1")
    assert why(term("divide", DEBT, indicator("inner")), "2018-Q1", debt=[0.0], assets=[1.0])[1] == "inner"  # type: ignore[index]
    assert why(prior(RATIO), "2018-Q1", debt=[1.0], assets=[0.0]) == ("no_history", "debt", "2017-Q4")
    assert why(term("yoy", PROFIT), "2018-Q4", profit=[1.0] * 4) == ("no_history", "profit", "2017-Q4")
    assert why(term("yoy", PROFIT), "2019-Q1", profit=[-1.0] + [1.0] * 4) == ("negative_base", "profit", "2018-Q1")
    assert why(term("ttm", PROFIT), "2019-Q2", profit=[1.0, gone, 1.0, 1.0, 1.0, 1.0]) == (
        "not_reported",
        "profit",
        "2018-Q2",
    )
    assert why(parameter("line"), "2009-Q4", start="2009-Q4", debt=[1.0]) == ("no_parameter", "line", "2009-Q4")
    assert why(term("multiply", DEBT, DEBT), "2018-Q1", debt=[1e200]) == (
        "not_applicable",
        "multiply(debt, debt)",
        "2018-Q1",
    )
    either = term("and", term("less", ASSETS, DEBT), term("less", DEBT, ASSETS))
    assert why(either, "2018-Q1", debt=[1.0], assets=[back]) == ("withdrawn", "assets", "2018-Q1")


def test_mistakes_of_the_caller() -> None:
    made = programme({"x": DEBT})
    given = series("2018-Q1", debt=[1.0])
    for name, entity, period in [
        ("y", "E1", "2018-Q1"),
        ("x", "E2", "2018-Q1"),
        ("x", "E1", "2018-Q2"),
        ("x", "E1", "2018-03"),
    ]:
        with pytest.raises(KeyError):
            explain(made, name, given, entity, at(period))
    with pytest.raises(ValueError, match="no periods by quarter"):
        explain(made, "x", series("2018-01", debt=[1.0]), "E1", at("2018-01"))


def test_a_printed_tree_grows_no_faster_than_its_formulas() -> None:
    """Each indicator reads the one before it twice: 2**40 branches, of which each different one is printed once."""
    chain = {"x0": RATIO} | {
        f"x{place}": term("add", prior(indicator(f"x{place - 1}")), indicator(f"x{place - 1}"))
        for place in range(1, 41)
    }
    explained = explain(
        programme(chain), "x40", series("2018-Q1", debt=[1.0] * 3, assets=[2.0] * 3), "E1", at("2018-Q3")
    )
    printed = json.dumps(explained.record())
    assert '"shortened": true' in printed
    assert len(printed) < 2_000_000
    assert len(explained.leaves) == 2 * 41


def test_a_chain_of_a_thousand_indicators() -> None:
    chain = {"x0": RATIO} | {f"x{place}": term("negate", indicator(f"x{place - 1}")) for place in range(1, 1000)}
    made = programme(chain, rules={"rule": term("less", prior(indicator("x999")), number(0.0))})
    explained = explain(made, "rule", series("2018-Q1", debt=[1.0] * 2, assets=[2.0] * 2), "E1", at("2018-Q2"))
    assert explained.value == 1.0
    assert [leaf.measure for leaf in explained.leaves] == ["debt", "assets"]
    assert '"shortened": true' in json.dumps(explained.record())


def test_an_input_that_a_later_period_looks_for_in_vain_is_no_history() -> None:
    made = programme({"x": term("subtract", DEBT, prior(term("add", ASSETS, DEBT)))})
    early = Missing.BEFORE_FIRST
    explained = explain(made, "x", series("2018-Q1", debt=[early, early], assets=[early, 1.0]), "E1", at("2018-Q2"))
    assert [(leaf.measure, str(leaf.period), leaf.missing.word) for leaf in explained.leaves] == [
        ("debt", "2018-Q2", "not_reported"), ("assets", "2018-Q1", "no_history"), ("debt", "2018-Q1", "no_history"),
    ]  # fmt: skip
    assert [node.missing.word for node in explained.tree.walk() if node.op == "add"] == ["no_history"]
