"""Control and control rights against slow searches that follow their words."""

import itertools

import numpy as np
import pytest
from companies import Row, companies, graph, held_by
from hypothesis import given
from hypothesis import strategies as st

from hengjian.evaluate.ownership import Method, control, control_rights, controllers, graph_of, kernel
from hengjian.panel.holdings import Holdings

Votes = list[tuple[int, int, float, bool]]


def cast(held: Holdings) -> Votes:
    columns = held.voter.tolist(), held.company.tolist(), held.votes.tolist(), held.pooled.tolist()
    return list(zip(*columns, strict=True))


def controlled(votes: Votes, place: int, threshold: float, lost: dict[int, float]) -> set[int]:
    """The least fixed point, by going over all votes until nobody joins."""
    inside = {place}
    while True:
        joined = set(inside)
        for company in {company for _, company, _, _ in votes}:
            pooled = any(voter in inside and flag for voter, held, _, flag in votes if held == company)
            total = sum(
                weight
                for voter, held, weight, flag in votes
                if held == company and (voter in inside or (flag and pooled))
            )
            if total > threshold * (1 - lost.get(company, 0)) + 1e-12:
                joined.add(company)
        if joined == inside:
            return inside - {place}
        inside = joined


def disposable(votes: Votes, threshold: float) -> tuple[Votes, dict[int, float]]:
    lost: dict[int, float] = {}
    left = []
    for voter, company, weight, flag in votes:
        if voter in controlled(votes, company, threshold, {}):
            lost[company] = lost.get(company, 0) + weight
        else:
            left.append((voter, company, weight, flag))
    return left, lost


def strength(votes: Votes, holder: int, target: int) -> float:
    """All simple chains past the holder, the strongest of each first step."""
    out: dict[int, list[tuple[int, float]]] = {}
    for voter, company, weight, _ in votes:
        out.setdefault(voter, []).append((company, weight))

    def best(here: int, seen: frozenset[int], weakest: float) -> float:
        if here == target:
            return weakest
        chains = [
            best(there, seen | {there}, min(weakest, weight))
            for there, weight in out.get(here, [])
            if there not in seen
        ]
        return max(chains, default=0.0)

    steps = out.get(holder, [])
    return min(1.0, sum(best(there, frozenset({holder, there}), weight) for there, weight in steps))


@pytest.fixture(params=[10**9, 0], ids=["interpreted", "compiled"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "LARGE", request.param)


methods = st.sampled_from(
    [Method(), Method(threshold=0.3), Method(kind="disposable"), Method(kind="disposable", threshold=0.3)]
)


@pytest.mark.usefixtures("either")
@given(companies(most=8), methods)
def test_control_is_the_least_fixed_point(rows: list[Row], method: Method) -> None:
    held = held_by(rows)
    votes, lost = disposable(cast(held), method.threshold) if method.kind == "disposable" else (cast(held), {})
    expected = [controlled(votes, place, method.threshold, lost) for place in range(len(held.ordinals))]
    for place, inside in enumerate(expected):
        assert control(graph_of(held), place, method).tolist() == sorted(inside)
        above = [holder for holder, those in enumerate(expected) if place in those]
        assert controllers(graph_of(held), place, method).tolist() == above


@pytest.mark.usefixtures("either")
@given(companies(most=7))
def test_control_rights_are_sums_of_strongest_chains(rows: list[Row]) -> None:
    held = held_by(rows)
    votes = cast(held)
    size = len(held.ordinals)
    table = np.array(
        [[strength(votes, one, other) if one != other else 0.0 for other in range(size)] for one in range(size)]
    )
    for place in range(size):
        assert control_rights(graph_of(held), place) == pytest.approx(table[place], abs=1e-12)
        assert control_rights(graph_of(held), place, up=True) == pytest.approx(table[:, place], abs=1e-12)
        for other in range(size):
            one = control_rights(graph_of(held), place, np.array([other]))
            assert one == pytest.approx([table[place, other]], abs=1e-12)


def test_half_of_the_votes_is_no_control_whatever_the_order_of_adding() -> None:
    for parts in itertools.permutations((0.1, 0.15, 0.05, 0.2)):
        made, at = graph(", ".join(f"S>{name} 1, {name}>T {part}" for name, part in zip("ABCD", parts, strict=True)))
        assert at["T"] not in control(made, at["S"])
    made, at = graph("S>A 1, S>T .25, A>T .2500001")
    assert at["T"] in control(made, at["S"])


def test_votes_through_those_controlled_add_up_and_others_do_not() -> None:
    made, at = graph("S>A .6, S>B .5, A>T .3, B>T .4, S>T .15")
    assert control(made, at["S"]).tolist() == [at["A"]]
    made, at = graph("S>A .6, S>B .51, A>T .3, B>T .4, S>T .15")
    assert control(made, at["S"]).tolist() == sorted([at["A"], at["B"], at["T"]])
    assert controllers(made, at["T"]).tolist() == [at["S"]]


def test_pooled_votes_count_together_for_each_who_has_some() -> None:
    made, at = graph("S>T .2, P>T .2, Q>T .2, R>T .4", pooled="S>T P>T Q>T")
    assert controllers(made, at["T"]).tolist() == [at["P"], at["Q"], at["S"]]
    assert not len(control(made, at["R"]))


def test_votes_of_a_subsidiary_in_its_parent_may_not_be_cast() -> None:
    """公司法 (2023) article 141: a company that a listed company controls has no vote by shares of it that it holds."""
    made, at = graph("S>P .4, P>A .6, A>P .3, M>P .3")
    assert control(made, at["S"]).tolist() == []
    assert control(made, at["S"], Method(kind="disposable")).tolist() == sorted([at["P"], at["A"]])


def test_a_chain_does_not_come_back_through_its_holder() -> None:
    made, at = graph("S>A .3, A>S .2, S>T .25")
    assert control_rights(made, at["S"], np.array([at["T"]])) == pytest.approx([0.25])
    assert control_rights(made, at["T"], np.array([at["S"], at["A"]]), up=True) == pytest.approx([0.25, 0.2])


def test_a_method_that_nobody_knows_is_a_mistake() -> None:
    made, at = graph("S>A .3")
    with pytest.raises(ValueError, match="largest"):
        control(made, at["S"], Method(kind="largest"))
