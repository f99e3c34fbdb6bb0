"""The table itself, and the manual page that is made from it."""

from pathlib import Path

import pytest
from small_catalogue import catalogue

from hengjian.formula.check import check
from hengjian.formula.functions import FUNCTIONS, Function
from hengjian.formula.operators import OPERATORS
from hengjian.formula.parser import parse
from hengjian.formula.reference import page
from hengjian.model.issue import Place

ROOT = Path(__file__).parents[2]
ROWS = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)


def test_every_operator_is_a_row() -> None:
    assert {function.name: function.sign for function in FUNCTIONS.values() if function.sign} == {
        op: operator.sign for op, operator in OPERATORS.items()
    }


@ROWS
def test_a_row_says_all(function: Function) -> None:
    assert function.meaning.zh
    assert function.meaning.en
    assert function.worked
    assert any("\u4e00" <= sign <= "\u9fff" for sign in function.meaning.zh)
    node, issues = parse(function.signature.replace("…", "c"), Place(file="table"))
    assert node is not None, issues


@ROWS
def test_its_example_is_a_sound_formula_that_uses_it(function: Function) -> None:
    gives_truth = "and" in function.example or " not " in f" {function.example}" or function.gives_truth
    reads = f"total_assets + ({function.example})" if function.name == "as_unit" else function.example
    units = ["CNY", "ratio"]
    tried = [catalogue(rules={"x": reads})] if gives_truth else [catalogue({"x": (unit, reads)}) for unit in units]
    found = [programme for programme, _ in map(check, tried) if programme is not None]
    assert found, function.example
    formula = {**found[0].indicators, **found[0].rules}["x"]
    assert function.name in [term.op for term in formula.versions[0].term.walk()]


def test_the_manual_page_is_fresh() -> None:
    stale = (
        "python -c \"from hengjian.formula.reference import page; print(page(), end='')\" > docs/reference/formulas.md"
    )
    assert (ROOT / "docs/reference/formulas.md").read_text(encoding="utf-8") == page(), f"run {stale}"


@ROWS
def test_the_manual_page_names_every_row(function: Function) -> None:
    assert f"`{function.signature}`" in page()
    assert function.meaning.zh in page()
