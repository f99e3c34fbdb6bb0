"""Small worlds of every shape: both directions agree, with each other, a dense solve, and paths found by trying all."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from homes import at_desk, submission
from hypothesis import given, settings
from hypothesis import strategies as st
from owning_homes import TITLES, holding, owning

from hengjian.app.local import METHODS

NAMES = "PQABCD"
FIRST = date(2026, 4, 1)
#: Share by owner and owned, in hundredths.
World = Mapping[tuple[str, str], int]
Look = Callable[[str, str], dict[str, dict[str, Any]]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """P and Q hold and are not held; of A to D at most 97 hundredths are held, so that no ring is closed."""
    found = {}
    for owned in "ABCD":
        left = 97
        for owner in draw(st.permutations([name for name in NAMES if name != owned])):
            share = draw(st.integers(0, left)) if draw(st.booleans()) else 0
            if share:
                found[owner, owned] = share
                left -= share
    return found


@pytest.fixture(scope="module")
def enter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[World], Look]]:
    """Files a world for one day of its own; gives what looks at it."""
    desk = at_desk(owning(tmp_path_factory.mktemp("worlds") / "home", " ".join(NAMES)))
    days = iter(range(100_000))

    def file(world: World) -> Look:
        day = FIRST + timedelta(days=next(days))
        until = day + timedelta(days=1)
        rows = [
            holding(owner, owned, f"{share}%", since=str(day), until=str(until))
            for (owner, owned), share in world.items()
        ]
        if rows:
            question = submission(f"{TITLES}\n{''.join(rows)}", form="links")
            METHODS["submit"](desk, question)

        def look(entity: str, direction: str) -> dict[str, dict[str, Any]]:
            question = {"entity": entity, "direction": direction, "as_of": str(day)}
            return {one["entity"]: one for one in METHODS["look_through"](desk, question)["holdings"]}

        return look

    yield file
    desk.close()


def chains(world: World, owner: str, owned: str, seen: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    """Every simple path between two: who stands between, and the product."""
    for (upper, lower), share in world.items():
        if upper != (seen[-1] if seen else owner) or lower in (*seen, owner):
            continue
        if lower == owned:
            yield seen, share / 100
        else:
            for via, product in chains(world, owner, owned, (*seen, lower)):
                yield via, share / 100 * product


@settings(max_examples=40, deadline=None)
@given(world=worlds())
def test_what_is_below_is_what_a_dense_solve_and_all_paths_say(enter: Callable[[World], Look], world: World) -> None:
    look = enter(world)
    shares = np.zeros((len(NAMES), len(NAMES)))
    for (owner, owned), share in world.items():
        shares[NAMES.index(owner), NAMES.index(owned)] = share / 100
    dense = shares @ np.linalg.inv(np.eye(len(NAMES)) - shares)
    for owner in NAMES:
        below = look(owner, "down")
        for owned in NAMES:
            simple = sorted((-product, via) for via, product in chains(world, owner, owned))
            assert (owned in below) == bool(simple), "who is reached is there"
            if owned not in below:
                continue
            one = below[owned]
            assert one["cash_flow"] == pytest.approx(dense[NAMES.index(owner), NAMES.index(owned)], abs=1e-12)
            assert one["direct"] == world.get((owner, owned), 0) / 100
            assert one["level"] == min(len(via) for _, via in simple) + 1
            listed = {tuple(path["via"]): path["share"] for path in one["paths"]}
            by_size = [-product for product, _ in simple if -product >= 1e-6][:20]
            assert list(listed.values()) == pytest.approx(by_size)
            assert list(listed.values()) == sorted(listed.values(), reverse=True)
            known = {via: -product for product, via in simple}
            assert listed == {via: pytest.approx(known[via]) for via in listed}
            assert one["paths_more"]["count_at_least"] <= len(simple) - len(listed)
            rest = one["cash_flow"] - float(np.sum(list(listed.values())))
            assert one["paths_more"]["share"] == pytest.approx(rest, abs=2e-12)
            assert one["control_right"] <= 1


@settings(max_examples=40, deadline=None)
@given(world=worlds())
def test_up_is_down_from_the_other_end(enter: Callable[[World], Look], world: World) -> None:
    look = enter(world)
    below = {(owner, owned): one for owner in NAMES for owned, one in look(owner, "down").items()}
    above = {(owner, owned): one for owned in NAMES for owner, one in look(owned, "up").items()}
    assert below.keys() == above.keys()
    for pair, one in below.items():
        other = above[pair]
        for name in ("direct", "control", "control_right", "level"):
            assert one[name] == other[name], (pair, name)
        assert one["cash_flow"] == pytest.approx(other["cash_flow"], abs=1e-12)
        assert {tuple(path["via"]) for path in one["paths"]} == {tuple(path["via"]) for path in other["paths"]}


@settings(max_examples=30, deadline=None)
@given(world=worlds())
def test_holdings_are_in_order(enter: Callable[[World], Look], world: World) -> None:
    look = enter(world)
    for entity in NAMES:
        for direction in ("down", "up"):
            found = look(entity, direction)
            order = [(one["level"], -one["cash_flow"], name) for name, one in found.items()]
            assert order == sorted(order)
            assert entity not in found
