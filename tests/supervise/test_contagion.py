"""Contagion by guarantees and shares: worked cases, a published one, a slow second computation, and what must hold."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_contagion import spread
from webs import Pairs, place, told, web

from hengjian.supervise.contagion import NEVER, cascade

Buffers = dict[str, float | None]


def test_the_documented_cascade_of_systemicrisk() -> None:
    """The example of `default_cascade` in the R package systemicrisk 0.4 (Gandy and Veraart), x = 1/2: each bank lends
    0.5 to each other one; external assets 1/2, 5/8, 3/4, external liabilities 3/2, 1/2, 1/2. The first bank begins with
    a net worth of −1, the others with 1/8 and 1/4, less than the 0.5 that either has lent to it."""
    buffer: Buffers = {"1": -1.0, "2": 0.125, "3": 0.25}
    lent: Pairs = {(one, other): 0.5 for one in "123" for other in "123" if one != other}
    rounds, found = told(web(lent, buffer), buffer, "1")
    assert rounds == {"1": 0, "2": 1, "3": 1}
    assert found.least.called.tolist() == [1.0, 1.0, 1.0], "in the end each has lent to two that are in default"


def test_a_chain_falls_link_by_link_until_one_can_bear_it() -> None:
    """D's default calls 100 from C, which has 80; that calls 60 from B, which has 50; and 40 from A, which has 41."""
    buffer: Buffers = {"A": 41.0, "B": 50.0, "C": 80.0, "D": 10.0}
    made = web({("C", "D"): 100.0, ("B", "C"): 60.0, ("A", "B"): 40.0}, buffer)
    rounds, found = told(made, buffer, "D")
    assert rounds == {"D": 0, "C": 1, "B": 2}
    assert found.least.called.tolist() == [40.0, 60.0, 100.0, 0.0]
    assert found.rounds == 2
    assert found.touched().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("rate", "falls"), [(0.5, False), (0.5000001, True)])
def test_the_loss_rate_decides_at_the_line(rate: float, falls: bool) -> None:
    """A buffer that is used up and no more does not fall below 0."""
    buffer: Buffers = {"A": 50.0, "B": 1.0}
    rounds, _ = told(web({("A", "B"): 100.0}, buffer, rate=rate), buffer, "B")
    assert ("A" in rounds) is falls


def test_losses_run_up_to_owners_by_their_share() -> None:
    """C is called for 100 and has 80: it loses all of its equity. H holds 60 % of it: 48; it has 40, and falls. T holds
    half of H: half of its 40, and no more, and stands with 30."""
    buffer: Buffers = {"T": 50.0, "H": 40.0, "C": 80.0, "D": 5.0}
    made = web({("C", "D"): 100.0}, buffer, {("T", "H"): 0.5, ("H", "C"): 0.6})
    rounds, found = told(made, buffer, "D")
    assert rounds == {"D": 0, "C": 1, "H": 1}, "what C lost weighs on H at once"
    assert found.least.written.tolist() == [20.0, 48.0, 0.0, 0.0]
    assert found.least.equity.tolist() == [20.0, 40.0, 80.0, 5.0]


def test_the_owner_of_one_that_bears_its_loss_bears_its_part() -> None:
    buffer: Buffers = {"H": 100.0, "C": 80.0, "D": 5.0}
    _, found = told(web({("C", "D"): 30.0}, buffer, {("H", "C"): 0.51}), buffer, "D")
    assert found.least.written.tolist() == [0.51 * 30.0, 0.0, 0.0]


def test_equity_lost_in_a_ring_of_holdings() -> None:
    """A holds half of B, B a fifth of A. B is called for 90: L_B = 90 + 0.2 L_A, L_A = 0.5 L_B: 100 and 50."""
    buffer: Buffers = {"A": 1000.0, "B": 1000.0, "D": 1.0}
    _, found = told(web({("B", "D"): 90.0}, buffer, {("A", "B"): 0.5, ("B", "A"): 0.2}), buffer, "D")
    assert found.least.equity.tolist() == [pytest.approx(50.0), pytest.approx(100.0), 1.0]


def test_a_closed_ring_of_holdings_loses_what_it_has_and_no_more() -> None:
    """A and B hold each other whole: what is called from B comes back to it until one of them has nothing left. A has
    30: it loses that, and B 10 + 30 of 100."""
    buffer: Buffers = {"A": 30.0, "B": 100.0, "D": 1.0}
    made = web({("B", "D"): 10.0}, buffer, {("A", "B"): 1.0, ("B", "A"): 1.0})
    rounds, found = told(made, buffer, "D")
    assert rounds == {"D": 0, "A": 1}
    assert found.least.equity.tolist() == [30.0, 40.0, 1.0]


def test_mutual_guarantees_end() -> None:
    buffer: Buffers = {"A": 10.0, "B": 10.0}
    rounds, found = told(web({("A", "B"): 50.0, ("B", "A"): 50.0}, buffer), buffer, "A")
    assert rounds == {"A": 0, "B": 1}
    assert found.least.called.tolist() == [50.0, 50.0]


def test_whose_buffer_is_unknown_is_never_safe() -> None:
    """B is called, and nobody knows whether it can pay: neither it nor A, which stands for it, is told to be safe."""
    buffer: Buffers = {"A": 10.0, "B": None, "D": 1.0, "X": 5.0}
    made = web({("B", "D"): 1.0, ("A", "B"): 50.0, ("X", "A"): 0.5}, buffer)
    rounds, found = told(made, buffer, "D")
    assert rounds == {"D": 0}
    assert found.most.round.tolist() == [2, 1, 0, NEVER], "A may fall by B; X could bear what it stands for A"
    assert found.touched().tolist() == [0, 1, 2, 3]


def test_an_unknown_amount_may_be_any() -> None:
    buffer: Buffers = {"A": 1e12, "D": 1.0}
    made = web({("A", "D"): float("nan")}, buffer)
    rounds, found = told(made, buffer, "D")
    assert rounds == {"D": 0}
    assert found.most.round[place(made, buffer, "A")] == 1


def test_one_that_is_named_and_of_whom_nothing_is_known_may_take_any_sum_from_its_owners() -> None:
    buffer: Buffers = {"H": 1e12, "D": None}
    made = web({}, buffer, {("H", "D"): 0.01})
    rounds, found = told(made, buffer, "D")
    assert rounds == {"D": 0}
    assert found.least.round[place(made, buffer, "H")] == NEVER
    assert found.most.round[place(made, buffer, "H")] == 1


def test_one_without_equity_stands_until_it_loses_something() -> None:
    buffer: Buffers = {"A": -5.0, "B": -5.0, "D": 1.0}
    rounds, _ = told(web({("A", "D"): 1.0, ("B", "A"): 0.0}, buffer), buffer, "D")
    assert rounds == {"D": 0, "A": 1}


NAMES = "ABCDEFG"
PAIR = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1])
#: Small binary fractions: sums of them are exact, so that both ways must agree to the last bit but in rings.
CALLS = st.dictionaries(PAIR, st.integers(0, 40).map(float), max_size=12)
SHARES = st.dictionaries(PAIR, st.sampled_from([0.0625, 0.125]), max_size=8)
BUFFER = st.tuples(*[st.integers(-5, 60).map(float)] * len(NAMES)).map(
    lambda all_of: dict(zip(NAMES, all_of, strict=True))
)
START = st.sets(st.sampled_from(NAMES), min_size=1, max_size=3)


def placed(made: object, buffer: Buffers, values: np.ndarray) -> dict[str, float]:
    """Figures by name; who has neither guarantee nor holding has none."""
    ordinals = made.graph.holdings.ordinals.tolist()  # type: ignore[attr-defined]
    return {list(buffer)[one]: value for one, value in zip(ordinals, values.tolist(), strict=True)}


@settings(max_examples=300, deadline=None)
@given(calls=CALLS, shares=SHARES, buffer=BUFFER, start=START)
def test_a_slow_second_computation_with_fractions(
    calls: Pairs, shares: Pairs, buffer: Buffers, start: set[str]
) -> None:
    made = web(calls, buffer, shares)
    inside = {one for pair in (*calls, *shares) for one in pair if calls.get(pair) or pair in shares}
    named = {one for one in start if made.graph.holdings.place(NAMES.index(one)) is not None}
    exact = {name: Fraction(value) for name, value in buffer.items() if value is not None}
    rounds, loss = spread(
        {pair: Fraction(amount) for pair, amount in calls.items()},
        {pair: Fraction(share) for pair, share in shares.items()}, exact, named, steps=60,
    )  # fmt: skip
    found = cascade(made, [place(made, buffer, one) for one in named])
    by_round = placed(made, buffer, found.least.round)
    total = placed(made, buffer, found.least.called + found.least.written)
    for number, members in enumerate(rounds):
        assert sorted(one for one, at in by_round.items() if at == number) == members
    for one in inside & total.keys():
        assert total[one] == pytest.approx(float(loss[one]), rel=1e-9, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(calls=CALLS, shares=SHARES, buffer=BUFFER, start=START, more=START)
def test_more_defaults_never_mean_a_smaller_loss(
    calls: Pairs, shares: Pairs, buffer: Buffers, start: set[str], more: set[str]
) -> None:
    made = web({**calls, ("A", "B"): 1.0}, buffer, shares)
    known = [one for one in NAMES if made.graph.holdings.place(NAMES.index(one)) is not None]
    few = cascade(made, [place(made, buffer, one) for one in start if one in known])
    many = cascade(made, [place(made, buffer, one) for one in start | more if one in known])
    assert np.all(many.least.called + many.least.written >= few.least.called + few.least.written - 1e-9)
    assert np.all((many.least.round >= 0) | (few.least.round < 0))


@settings(max_examples=100, deadline=None)
@given(calls=CALLS, shares=SHARES, buffer=BUFFER, start=START, unknown=st.sets(st.sampled_from(NAMES)))
def test_what_is_unknown_lies_between_the_two_runs(
    calls: Pairs, shares: Pairs, buffer: Buffers, start: set[str], unknown: set[str]
) -> None:
    """Whatever the unknown buffers are, who certainly defaults does, and nobody else than those who may."""
    calls = {**calls, ("A", "B"): 1.0}
    hidden: Buffers = {name: None if name in unknown else value for name, value in buffer.items()}
    made, whole = web(calls, hidden, shares), web(calls, buffer, shares)
    first = [place(made, buffer, one) for one in start if made.graph.holdings.place(NAMES.index(one)) is not None]
    known, guessed = cascade(whole, first), cascade(made, first)
    is_fallen = known.least.round >= 0
    assert np.all(is_fallen | (guessed.least.round < 0))
    assert np.all((guessed.most.round >= 0) | ~is_fallen)


@settings(max_examples=100, deadline=None)
@given(calls=CALLS, shares=SHARES, buffer=BUFFER, start=START, seed=st.randoms())
def test_the_order_of_rows_does_not_matter(
    calls: Pairs, shares: Pairs, buffer: Buffers, start: set[str], seed: object
) -> None:
    rows, held = list(calls.items()), list(shares.items())
    seed.shuffle(rows)  # type: ignore[attr-defined]
    seed.shuffle(held)  # type: ignore[attr-defined]
    one, other = web(calls, buffer, shares), web(dict(rows), buffer, dict(held))
    first = [place(one, buffer, name) for name in start if one.graph.holdings.place(NAMES.index(name)) is not None]
    spreads = [cascade(made, first).least for made in (one, other)]
    for figure in ("round", "called", "written", "equity"):
        assert getattr(spreads[0], figure).tobytes() == getattr(spreads[1], figure).tobytes()
