"""The table itself, and the manual page that is made from it."""

import re
from pathlib import Path

import pytest
from small_catalogue import catalogue, said

from hengjian.formula.check import check
from hengjian.formula.functions import FUNCTIONS, Function
from hengjian.formula.operators import OPERATORS
from hengjian.formula.parser import parse
from hengjian.formula.reference import page
from hengjian.formula.term import Term
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
    written = re.sub(r"\|\w+", "", function.signature).replace("][", "]").replace("[", "").replace("]", "")
    node, issues = parse(written.replace(", …)", ', "c")' if function.sign else ", c)"), Place(file="table"))
    assert node is not None, issues


@ROWS
def test_its_example_is_a_sound_formula_that_uses_it(function: Function) -> None:
    assert function.name in [term.op for term in sound(function.example).walk()]


def sound(text: str) -> Term:
    """The term of a formula, whatever its unit."""
    units = ["CNY", "ratio", "kWh", "CNY/year"]
    tried = [catalogue(rules={"x": text}), *(catalogue({"x": (unit, text)}) for unit in units)]
    checked = [check(each) for each in tried]
    found = [programme for programme, _ in checked if programme is not None]
    assert found, (text, [said(issues) for _, issues in checked])
    return {**found[0].indicators, **found[0].rules}["x"].versions[0].term


def test_what_may_be_left_out_stands_in_brackets() -> None:
    assert FUNCTIONS["held"].signature == "held([c][, also: type][, through: all])"
    assert FUNCTIONS["prior"].signature == "prior(x[, n])"


def test_the_examples_for_writers_of_packs_are_sound() -> None:
    page = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
    table = page.partition("| function | means | example |\n")[2].partition("\n\n")[0]
    examples = [text for row in table.splitlines()[1:] for text in re.findall(r"`([^`]+)`", row.split(" | ")[-1])]
    assert len(examples) > 20
    for example in examples:
        sound(example)


def test_the_manual_page_is_fresh() -> None:
    stale = (
        "python -c \"from hengjian.formula.reference import page; print(page(), end='')\" > docs/reference/formulas.md"
    )
    assert (ROOT / "docs/reference/formulas.md").read_text(encoding="utf-8") == page(), f"run {stale}"


@ROWS
def test_the_manual_page_names_every_row(function: Function) -> None:
    assert f"`{function.signature}`" in page()
    assert function.meaning.zh in page()
