"""Paths, levels and reach against a search through everything."""

import math

import numpy as np
import pytest
from companies import Row, companies, graph, held_by
from hypothesis import given

from hengjian.evaluate.ownership import Path, control, graph_of, levels, paths, reach
from hengjian.panel.holdings import Holdings


def simple(held: Holdings, place: int) -> dict[int, list[tuple[float, tuple[int, ...]]]]:
    """All simple paths from a place, by their ends, largest first, then with fewer steps, then by places."""
    out: dict[int, list[tuple[int, float]]] = {}
    for owner, owned, share in zip(held.owner.tolist(), held.owned.tolist(), held.share.tolist(), strict=True):
        out.setdefault(owner, []).append((owned, share))
    found: dict[int, list[tuple[float, tuple[int, ...]]]] = {}

    def walk(path: tuple[int, ...], share: float) -> None:
        for there, weight in out.get(path[-1], []):
            if there not in path:
                found.setdefault(there, []).append((share * weight, path[1:]))
                walk((*path, there), share * weight)

    walk((place,), 1.0)
    return {end: sorted(those, key=lambda path: (-path[0], len(path[1]), path[1])) for end, those in found.items()}


@given(companies(most=6))
def test_the_largest_simple_paths_are_listed_and_the_others_counted(rows: list[Row]) -> None:
    held = held_by(rows)
    made = graph_of(held)
    for place in range(made.size):
        every = simple(held, place)
        found = paths(made, place, most=3, least=1e-3)
        assert set(found) == set(every)
        for end, those in every.items():
            large = [(share, via) for share, via in those if share >= 1e-3]
            assert [(path.share, path.via) for path in found[end].listed] == large[:3]
            assert len(found[end].listed) + found[end].further <= len(those)
            assert found[end].listed or found[end].further
            aimed = paths(made, place, target=end, most=3, least=1e-3)
            shares = [path.share for path in aimed[end].listed] if aimed else []
            assert shares == pytest.approx([share for share, _ in large[:3]])
            upward = paths(made, end, up=True, most=3, least=1e-3)[place]
            assert [path.share for path in upward.listed] == pytest.approx([share for share, _ in large[:3]])
            assert {path.via for path in upward.listed} <= {via for _, via in those}


@given(companies(most=6))
def test_every_further_path_above_the_least_is_counted(rows: list[Row]) -> None:
    held = held_by(rows)
    for place in range(len(held.ordinals)):
        for end, those in simple(held, place).items():
            known = paths(graph_of(held), place, most=2, least=0.0)[end]
            assert len(known.listed) + known.further == len(those)


@given(companies())
def test_levels_are_the_fewest_links_of_either_kind(rows: list[Row]) -> None:
    held = held_by(rows)
    size = len(held.ordinals)
    table = np.full((size, size), math.inf)
    table[held.owner, held.owned] = 1
    table[held.voter, held.company] = 1
    np.fill_diagonal(table, 0)
    for middle in range(size):
        table = np.minimum(table, table[:, [middle]] + table[[middle]])
    expected = np.where(np.isinf(table), -1, table)
    for place in range(size):
        assert levels(graph_of(held), place).tolist() == expected[place].tolist()
        assert levels(graph_of(held), place, up=True).tolist() == expected[:, place].tolist()
        assert reach(graph_of(held), place).tolist() == np.flatnonzero(expected[place] > 0).tolist()
        assert reach(graph_of(held), place, up=True).tolist() == np.flatnonzero(expected[:, place] > 0).tolist()


def test_votes_alone_make_a_level() -> None:
    made = graph_of(held_by([(0, 1, 0.5, 0.0, False), (2, 1, 0.0, 0.6, False)]))
    assert levels(made, 2).tolist() == [-1, 1, 0]
    assert reach(made, 1, up=True).tolist() == [0, 2]
    assert control(made, 2).tolist() == [1]
    assert control(made, 0).tolist() == []


def test_a_spent_budget_leaves_the_largest_known_paths() -> None:
    made, at = graph(", ".join(f"S>{name} .{9 - place}, {name}>T .1" for place, name in enumerate("ABCDEF")))
    found = paths(made, at["S"], budget=8)
    assert [path.via for path in found[at["T"]].listed] == [(at["A"],), (at["B"],)]
    assert found[at["F"]].listed == (Path(via=(), share=0.4),)


def test_paths_too_small_to_list_are_counted() -> None:
    made, at = graph("S>A .001, A>T .0001, S>T .5")
    found = paths(made, at["S"])[at["T"]]
    assert found.listed == (Path(via=(), share=0.5),)
    assert found.further == 1
