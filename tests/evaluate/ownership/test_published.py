"""Published figures of integrated ownership and control; the source stands beside each."""

import itertools

import numpy as np
import pytest
from companies import graph

from hengjian.evaluate.ownership import Singular, control, control_rights, levels, paths, rights, rings, sums

#: Integrated ownership of two and of three companies in a ring, worked exactly as fractions.
PAIR = "S>A .6, S>B .2, A>B .5, B>A .1, M>A .3, M>B .3"
RING = "S>A .5, S>B .3, S>C .1, A>B .4, B>C .5, C>A .2, M>A .3, M>B .3, M>C .4"


def test_two_companies_that_hold_each_other() -> None:
    made, at = graph(PAIR)
    held = rights(made, at["S"])
    assert held[[at["A"], at["B"]]] == pytest.approx([0.62 / 0.95, 0.5 / 0.95], abs=1e-12)
    assert rights(made, at["M"])[[at["A"], at["B"]]] == pytest.approx([0.33 / 0.95, 0.45 / 0.95], abs=1e-12)
    own = np.zeros(made.size)
    own[at["A"]], own[at["B"]] = 100, 50
    total = sums(made, own)
    assert total[[at["A"], at["B"]]] == pytest.approx([125 / 0.95, 60 / 0.95], abs=1e-9)
    assert total[[at["S"], at["M"]]] == pytest.approx([87 / 0.95, 55.5 / 0.95], abs=1e-9)
    assert [ring.tolist() for ring in rings(made)] == [sorted([at["A"], at["B"]])]


def test_three_companies_in_a_ring() -> None:
    made, at = graph(RING)
    held = [at["A"], at["B"], at["C"]]
    assert rights(made, at["S"])[held] == pytest.approx([0.55 / 0.96, 0.508 / 0.96, 0.35 / 0.96], abs=1e-12)
    assert rights(made, at["M"])[held] == pytest.approx([0.41 / 0.96, 0.452 / 0.96, 0.61 / 0.96], abs=1e-12)
    own = np.zeros(made.size)
    own[held] = 100, 80, 60
    total = sums(made, own)
    assert total[held] == pytest.approx([150, 125, 90], abs=1e-9)
    assert total[[at["S"], at["M"]]] == pytest.approx([121.5, 118.5], abs=1e-9)


def test_the_column_of_one_company_is_what_all_hold_of_it() -> None:
    made, at = graph(RING)
    for name in "ABC":
        column = rights(made, at[name], up=True)
        assert column == pytest.approx([rights(made, place)[at[name]] for place in range(made.size)], abs=1e-12)


def test_a_closed_ring_is_refused_by_name_where_it_is_touched() -> None:
    made, at = graph("S>A .6, X>B .5, B>C 1, C>B 1, C>D .5")
    with pytest.raises(Singular) as raised:
        rights(made, at["X"])
    assert raised.value.ring.tolist() == [at["B"], at["C"]]
    with pytest.raises(Singular):
        rights(made, at["D"], up=True)
    assert rights(made, at["S"])[at["A"]] == 0.6


def test_a_family_with_two_chains() -> None:
    """The family of the textbooks: 30 % directly and 30 % of who has 20 %: control 50 %, cash flow 36 %."""
    made, at = graph("F>C .3, F>B .3, B>C .2")
    assert rights(made, at["F"])[at["C"]] == pytest.approx(0.36, abs=1e-12)
    assert control_rights(made, at["F"], np.array([at["C"]])) == pytest.approx([0.5], abs=1e-12)
    assert control_rights(made, at["C"], np.array([at["F"]]), up=True) == pytest.approx([0.5], abs=1e-12)


def test_a_chain_of_minorities() -> None:
    """Claessens, Djankov and Lang 2000: 11 % of A, which has 21 % of B: cash flow about 2 %, control 11 %."""
    made, at = graph("F>A .11, A>B .21")
    assert rights(made, at["F"])[at["B"]] == pytest.approx(0.0231, abs=1e-12)
    assert control_rights(made, at["F"], np.array([at["B"]])) == pytest.approx([0.11])


def test_a_chain_of_majorities_keeps_control_and_loses_cash_flow() -> None:
    names = "ABCDEFG"
    made, at = graph(", ".join(f"{upper}>{lower} .51" for upper, lower in itertools.pairwise(names)))
    held = [at[name] for name in names[1:]]
    assert rights(made, at["A"])[held] == pytest.approx(
        [0.51, 0.2601, 0.132651, 0.067652, 0.034503, 0.017596], abs=1e-6
    )
    assert control(made, at["A"]).tolist() == held
    assert levels(made, at["A"])[held].tolist() == [1, 2, 3, 4, 5, 6]
    assert paths(made, at["A"])[at["D"]].listed[0].via == (at["B"], at["C"])
