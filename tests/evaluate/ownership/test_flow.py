"""Rights, sums and rings against a dense solve."""

import numpy as np
import pytest
from companies import companies, dense, graph, held_by
from hypothesis import given
from hypothesis import strategies as st

from hengjian.evaluate.ownership import Singular, flow, graph_of, kernel, rights, rings, singular, spread, sums
from hengjian.panel.holdings import Holdings


def made(count: int, seed: int) -> Holdings:
    """A graph with hubs, rings within rings and chains back."""
    random = np.random.default_rng(seed)
    owned = random.integers(0, count, 2 * count)
    owner = (owned * random.random(len(owned)) ** 1.5).astype(np.int64)
    swap = random.random(len(owned)) < 0.05
    owner[swap], owned[swap] = owned[swap], owner[swap].copy()
    share = random.random(len(owned))
    share *= 0.999 / np.bincount(owned, weights=share)[owned]
    flags = np.zeros(len(owned), np.bool_)
    return held_by(
        list(zip(owner.tolist(), owned.tolist(), share.tolist(), share.tolist(), flags.tolist(), strict=True))
    )


@given(companies())
def test_rights_are_those_of_the_dense_solve(rows: list) -> None:
    held = held_by(rows)
    table = dense(held)
    expected = table @ np.linalg.inv(np.eye(len(table)) - table)
    for place in range(len(table)):
        assert rights(graph_of(held), place) == pytest.approx(expected[place], abs=1e-9)
        assert rights(graph_of(held), place, up=True) == pytest.approx(expected[:, place], abs=1e-9)


@given(companies(), st.data())
def test_spreads_and_sums_are_those_of_the_dense_solve(rows: list, data: st.DataObject) -> None:
    held = held_by(rows)
    table = dense(held)
    figures = st.lists(st.sampled_from([-50.0, 0.0, 1.0, 1e6]), min_size=len(table), max_size=len(table))
    own = np.array([data.draw(figures), data.draw(figures)])
    assert sums(graph_of(held), own) == pytest.approx(np.linalg.solve(np.eye(len(table)) - table, own.T).T, abs=1e-6)
    assert sums(graph_of(held), own[0]).tolist() == sums(graph_of(held), own)[0].tolist()
    assert spread(graph_of(held), own[0]) == pytest.approx(
        np.linalg.solve(np.eye(len(table)) - table.T, own[0]), abs=1e-6
    )


@given(companies(), st.data())
def test_claims_from_outside_are_all_own_figures(rows: list, data: st.DataObject) -> None:
    """What is not held by anybody in the graph is held by minorities outside: V and the claims of all outside agree."""
    held = held_by(rows)
    table = dense(held)
    own = np.array(data.draw(st.lists(st.floats(0, 1e6), min_size=len(table), max_size=len(table))))
    minorities = sums(graph_of(held), own) * (1 - table.sum(axis=0))
    assert minorities.sum() == pytest.approx(own.sum(), rel=1e-9)


def test_where_all_shares_are_told_the_rights_of_those_outside_come_to_all() -> None:
    held = made(400, 4)
    table = dense(held)
    free = np.flatnonzero(table.sum(axis=0) == 0)
    share = 1 - table.sum(axis=0)
    total = spread(graph_of(held), np.where(table.sum(axis=0) == 0, 1.0, share))
    assert total == pytest.approx(1.0, abs=1e-9)
    assert len(free)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_compiled_or_not_near_or_by_a_sweep_the_bits_are_the_same(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    held = made(1500, seed)
    own = np.random.default_rng(seed).random(len(held.ordinals))
    assert max(len(ring) for ring in rings(graph_of(held))) > 50
    answers = []
    for large, near in ((10**9, 10**9), (10**9, 1), (0, 10**9), (0, 1)):
        monkeypatch.setattr(kernel, "LARGE", large)
        monkeypatch.setattr(flow, "NEAR", near)
        made_new = graph_of(Holdings(**{name: getattr(held, name) for name in Holdings.__slots__ if name[0] != "_"}))
        answers.append(
            [rights(made_new, place, up).tobytes() for place in range(0, 1500, 150) for up in (False, True)]
            + [sums(made_new, own).tobytes(), spread(made_new, own).tobytes()]
        )
    assert answers[0] == answers[1] == answers[2] == answers[3]


def test_a_large_ring_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    held = made(3000, 7)
    table = dense(held)
    place = int(rings(graph_of(held))[0][0])
    expected = np.linalg.solve(np.eye(len(table)) - table.T, table[place])
    assert rights(graph_of(held), place) == pytest.approx(expected, abs=1e-9)


def test_rings_and_those_that_are_closed_are_told() -> None:
    made, at = graph("S>A .6, A>B .5, B>A .1, X>C .1, C>D 1, D>C 1, D>E .5, E>F .2, F>E .3, E>G .9")
    assert [ring.tolist() for ring in singular(made)] == [[at["C"], at["D"]]]
    assert {tuple(ring.tolist()) for ring in rings(made)} == {
        (at["A"], at["B"]), (at["C"], at["D"]), (at["E"], at["F"])
    }  # fmt: skip
    order = [ring.tolist() for ring in rings(made)]
    assert order.index([at["C"], at["D"]]) < order.index([at["E"], at["F"]])


def test_a_ring_within_a_larger_one_that_holds_itself_whole_is_refused_with_all_its_members() -> None:
    """Shares of B come to more than all, so that no sum of 100 % tells of it: A>B>A is 1 again."""
    made, at = graph("A>B 1, B>A 1, B>C .2, C>B .2, S>C .1")
    with pytest.raises(Singular) as raised:
        rights(made, at["S"])
    assert raised.value.ring.tolist() == [at["A"], at["B"], at["C"]]


def test_shares_that_come_to_more_than_all_are_refused_where_no_solution_is_left() -> None:
    made, at = graph("A>B 1, B>A 1, S>A 1")
    with pytest.raises(Singular):
        sums(made, np.ones(made.size))
    made, at = graph("A>B .9, B>A .9, S>A .9")
    assert rights(made, at["S"])[at["A"]] == pytest.approx(0.9 / 0.19)


def test_figures_above_a_closed_ring_are_answered() -> None:
    made, at = graph("S>A .6, S>B .5, B>C 1, C>B 1, C>D .5")
    own = np.zeros(made.size)
    own[at["A"]] = 10
    assert sums(made, own)[at["S"]] == 6
    own[at["D"]] = 1
    with pytest.raises(Singular):
        sums(made, own)
