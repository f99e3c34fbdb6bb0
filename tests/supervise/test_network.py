"""Chains and rings of guarantees: by hand, and by trying all."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components, shortest_path
from slow_contagion import longest_chain

from hengjian.evaluate.ownership.graph import Links, rows
from hengjian.supervise.network import EXACT, chains_of, shortest_ring


def links(pairs: Sequence[tuple[int, int]], size: int) -> Links:
    ends = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
    return rows(ends[:, 0].copy(), ends[:, 1].copy(), np.ones(len(ends)), size)


def test_a_chain_and_a_ring_that_leads_into_it() -> None:
    """0 → 1 → 2; 3 and 4 stand for each other, and 4 for 0."""
    found = chains_of(links([(0, 1), (1, 2), (3, 4), (4, 3), (4, 0)], 5))
    assert found.depth == [2, 1, 0, 4, 3]
    assert found.rings == ((3, 4),)
    assert found.longest(3) == [3, 4, 0, 1, 2]
    assert found.longest(2) == [2]
    assert found.at_least == [False] * 5


def test_the_way_through_a_ring_may_be_longer_than_the_shortest() -> None:
    """In the ring 0 → 1 → 2 → 0 the last one before the way out is met after all others."""
    found = chains_of(links([(0, 1), (1, 2), (2, 0), (0, 3)], 4))
    assert found.depth == [2, 3, 2, 0]
    assert found.longest(1) == [1, 2, 0, 3]
    assert found.longest(0) == [0, 1, 2], "as long as going round, no further: nobody stands twice"


def test_of_a_large_ring_a_chain_of_at_least_that_length_is_told() -> None:
    size = EXACT + 5
    ring = [(one, (one + 1) % size) for one in range(size)]
    found = chains_of(links([*ring, (0, size)], size + 1))
    assert all(found.at_least[:size])
    assert found.depth[1] == size
    assert found.longest(1) == [*range(1, size), 0, size]


@pytest.mark.parametrize(
    ("pairs", "ring"),
    [
        ([(0, 1), (1, 0)], [0, 1]),
        ([(0, 1), (1, 2), (2, 0)], [0, 1, 2]),
        ([(0, 1), (1, 2), (2, 3), (3, 0), (3, 1)], [1, 2, 3]),
    ],
)
def test_the_shortest_ring(pairs: list[tuple[int, int]], ring: list[int]) -> None:
    made = links(pairs, 4)
    (members,) = chains_of(made).rings
    assert shortest_ring(made, members) == ring


PAIR = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1])


@settings(max_examples=300, deadline=None)
@given(pairs=st.lists(PAIR, max_size=18))
def test_the_longest_chains_by_trying_all(pairs: list[tuple[int, int]]) -> None:
    found = chains_of(links(pairs, 8))
    debtors = {str(one): [str(far) for near, far in set(pairs) if near == one] for one in range(8)}
    assert found.depth == [longest_chain(debtors, str(one)) for one in range(8)]
    for one in range(8):
        chain = found.longest(one)
        assert chain[0] == one
        assert len(chain) == len(set(chain)) == found.depth[one] + 1
        assert all(step in set(pairs) for step in pairwise(chain))


@settings(max_examples=200, deadline=None)
@given(pairs=st.lists(PAIR, max_size=18))
def test_rings_against_scipy(pairs: list[tuple[int, int]]) -> None:
    """Strongly connected components by SciPy; the shortest ring by shortest ways between all (SciPy's Dijkstra)."""
    dense = np.zeros((8, 8))
    for near, far in pairs:
        dense[near, far] = 1.0
    _, label = connected_components(dense, directed=True, connection="strong")
    expected = {tuple(np.flatnonzero(label == one).tolist()) for one in range(8)}
    made = links(pairs, 8)
    rings = chains_of(made).rings
    assert set(rings) == {ring for ring in expected if len(ring) > 1}
    steps = shortest_path(dense)
    for members in rings:
        shortest = min(1 + steps[far, near] for near, far in set(pairs) if near in members)
        found = shortest_ring(made, members)
        assert len(found) == shortest
        assert all(pair in set(pairs) for pair in zip(found, [*found[1:], found[0]], strict=True))
