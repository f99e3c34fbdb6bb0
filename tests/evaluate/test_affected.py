"""Whose figures may be others after a filing: whoever computes another one is among them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_maker import Cell, measure, number, panel, prior, programme, term

from hengjian.evaluate.affected import affected
from hengjian.evaluate.evaluate import evaluate, run
from hengjian.formula.term import Term
from hengjian.model.missing import Missing

ENTITIES = [f"E{one}" for one in range(6)]
INDUSTRY = [["power", "power", "trade", "trade", "trade", None]] * 3


def among(op: str, argument: Term) -> Term:
    found = term(op, argument)
    return type(found)(
        op=op, arguments=(argument,), options=(("within", ("industry",)), ("at_least", ("1",))), unit=found.unit,
        shape="none", frequency="quarter", text=f"{op}({argument.text}, within: industry)",
    )  # fmt: skip


A, B = measure("a"), measure("b")
FORMULAS = {
    "own": term("subtract", A, B), "late": prior(A), "rank": among("rank", A), "middle": among("median_within", A),
    "far": term("add", among("rank", prior(B)), A), "apart": term("multiply", B, number(2.0)),
}  # fmt: skip
FIGURE = st.one_of(st.integers(-3, 9).map(float), st.just(Missing.NOT_REPORTED))
TABLE = st.lists(st.lists(FIGURE, min_size=6, max_size=6), min_size=3, max_size=3)


@pytest.mark.parametrize("name", FORMULAS)
@given(a=TABLE, b=TABLE, changes=st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 5)), FIGURE, max_size=3))
def test_whose_figure_is_another_one_is_among_them(
    name: str, a: list[list[Cell]], b: list[list[Cell]], changes: dict[tuple[int, int], Cell]
) -> None:
    made = programme({"x": FORMULAS[name]})
    later = [[changes.get((row, place), cell) for place, cell in enumerate(cells)] for row, cells in enumerate(a)]
    texts = {"industry": INDUSTRY}
    before, after = (panel("2021-Q1", {"a": rows, "b": b}, entities=ENTITIES, attributes=texts) for rows in (a, later))
    old, new = (evaluate(made, ["x"], one).columns["x"] for one in (before, after))
    moved = (old.reasons != new.reasons) | (~np.isclose(old.values, new.values, rtol=0, atol=0, equal_nan=True))
    filed = {ENTITIES[place]: ["a"] for _, place in changes}
    found = affected(run(made, ["x"], after, far_back=True), filed)
    assert found is not None
    assert set(np.flatnonzero(moved.any(axis=0)).tolist()) <= set(found.tolist())
    if name == "apart":
        assert not len(found), "it does not read what was filed"
    if name == "own":
        assert set(found.tolist()) <= {place for _, place in changes}, "nobody else's"
