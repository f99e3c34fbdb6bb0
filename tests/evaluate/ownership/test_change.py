"""A graph that follows changes answers like one made anew, to the bit."""

import contextlib
import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from companies import Row, companies, graph, held_by
from hypothesis import given, settings
from hypothesis import strategies as st

from hengjian.evaluate.ownership import (
    Graph,
    Singular,
    change,
    changed,
    control,
    controllers,
    flow,
    graph_of,
    kernel,
    reach,
    rights,
    rings,
    singular,
    sums,
)
from hengjian.evaluate.ownership.graph import Carry


@pytest.fixture(params=[10**9, 0], ids=["interpreted", "compiled"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "LARGE", request.param)
    monkeypatch.setattr(flow, "NEAR", 10**9)


def answers(made: Graph) -> list[object]:
    """Everything that a graph says."""
    found: list[object] = [made.holdings.ordinals.tolist(), sorted(ring.tolist() for ring in rings(made))]
    found.append(sorted(ring.tolist() for ring in singular(made)))
    for place in range(made.size):
        for up in (False, True):
            found.append(reach(made, place, up).tolist())
            try:
                found.append(rights(made, place, up).tobytes())
            except Singular as error:
                found.append(error.ring.tolist())
        found.append((control(made, place).tolist(), controllers(made, place).tolist()))
    try:
        found.append(sums(made, np.ones(made.size)).tobytes())
    except Singular:
        found.append("closed")
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[list[Row]]:
    """Rows, and rows again and again after something was stated of a few pairs: others, none, or of new entities."""
    rows = {row[:2]: row for row in draw(companies(most=9, pooling=False))}
    found = [list(rows.values())]
    for _ in range(draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(1, 3))):
            if rows and draw(st.booleans()):
                pair = draw(st.sampled_from(sorted(rows)))
            else:
                pair = draw(st.tuples(st.integers(0, 26), st.integers(0, 26)).filter(lambda ends: ends[0] != ends[1]))
            share = draw(st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.0]))
            rows[pair] = (*pair, share, share, False)
        found.append(list(rows.values()))
    return found


@pytest.mark.usefixtures("either")
@given(histories())
@settings(max_examples=100)
def test_a_graph_that_follows_changes_answers_like_one_made_anew(history: list[list[Row]]) -> None:
    made = graph_of(held_by(history[0]))
    answers(made)
    for rows in history[1:]:
        before, expected = answers(made), answers(graph_of(held_by(rows)))
        new = changed(made, held_by(rows))
        assert answers(new) == expected
        assert answers(made) == before
        made = new


@pytest.mark.usefixtures("either")
@given(histories(), st.data())
def test_it_does_not_matter_which_parts_were_made(history: list[list[Row]], data: st.DataObject) -> None:
    made = graph_of(held_by(history[0]))
    asks = [lambda made: rings(made), lambda made: rights(made, 0, up=True), lambda made: control(made, 0)]
    for rows in history[1:]:
        if made.size:
            with contextlib.suppress(Singular):
                data.draw(st.sampled_from(asks))(made)
        made = changed(made, held_by(rows))
    assert answers(made) == answers(graph_of(held_by(history[-1])))


def chain(count: int) -> list[Row]:
    return [(place, place + 1, 0.5, 0.5, False) for place in range(count)]


def carried(made: Graph) -> set[str]:
    """What a graph has without making it anew."""
    carry = made.parts[Carry]
    fresh = Graph(holdings=made.holdings)
    carry.over(carry.graph, fresh)
    return {name for name, up in fresh.parts if name != "shares" or up}


def test_what_a_change_leaves_alone_is_kept() -> None:
    rows = [*chain(20), (30, 31, 0.4, 0.4, False), (31, 30, 0.4, 0.4, False), (31, 20, 0.1, 0.1, False)]
    made = graph_of(held_by(rows))
    rings(made), singular(made)
    forward = [*rows, (3, 9, 0.2, 0.2, False)]
    assert carried(changed(made, held_by(forward))) == {"order_of", "system_of"}
    behind = [row for row in rows if row[1] != 20] + [(20, 0, 0.2, 0.2, False)]
    assert carried(changed(made, held_by(behind))) == {"order_of", "system_of"}
    inside = [*rows[:-3], (30, 31, 0.3, 0.3, False), *rows[-2:]]
    assert carried(changed(made, held_by(inside))) == {"order_of"}
    ring_come = [*rows, (20, 30, 0.2, 0.2, False)]
    assert carried(changed(made, held_by(ring_come))) == set()
    ring_gone = [*rows[:-2], rows[-1]]
    assert carried(changed(made, held_by(ring_gone))) == set()


def test_what_was_not_asked_for_in_between_is_carried_on() -> None:
    made = graph_of(held_by(chain(20)))
    rings(made)
    rows = chain(20)
    for place in range(5):
        rows = [*rows, (20 - place, place, 0.1, 0.1, False)] if place == 0 else rows[1:]
        made = changed(made, held_by(rows))
    assert carried(made) == {"order_of"}
    assert answers(made) == answers(graph_of(held_by(rows)))


def test_where_much_differs_all_is_made_anew() -> None:
    made = graph_of(held_by(chain(200)))
    rings(made)
    many = held_by(
        [(owner, owned, 0.4, 0.4, False) for owner, owned, *_ in chain(change.FEW + 1)] + chain(200)[change.FEW + 1 :]
    )
    assert carried(changed(made, many)) == set()
    strangers = held_by([*chain(200), *((1000 + place, 0, 0.001, 0.0, False) for place in range(change.FEW + 1))])
    assert carried(changed(made, strangers)) == set()
    assert carried(changed(made, held_by(chain(100)))) == set()


def test_a_graph_is_one_with_its_holdings_and_goes_with_them() -> None:
    held = held_by(chain(3))
    made = graph_of(held)
    assert graph_of(held) is made
    assert graph_of(made.holdings) is made
    assert changed(made, held) is made
    assert changed(made, made.holdings) is made
    alike = replace(held)
    new = changed(made, alike)
    assert graph_of(alike) is new is not made
    gone = weakref.ref(made)
    del held, made
    gc.collect()
    assert gone() is None
    del alike
    gc.collect()
    assert rights(new, 0).tolist() == [0, 0.5, 0.25, 0.125]


def test_a_graph_of_nobody() -> None:
    made = graph_of(held_by([]))
    assert rings(made) == ()
    assert sums(made, np.empty(0)).tolist() == []
    assert changed(made, graph("A>B .5")[0].holdings).size == 2
