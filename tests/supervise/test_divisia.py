"""Gaps between products taken apart: a worked vector, and that parts always add up."""

from decimal import Decimal
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from hengjian.supervise.divisia import decomposed, log_mean

#: Supervision notes, section 3, [calc]: return on equity of .05 × .9 × 2.2 against .08 × 1.1 × 1.8.
OWN = {"margin": Decimal(".05"), "turnover": Decimal(".9"), "leverage": Decimal("2.2")}
PEER = {"margin": Decimal(".08"), "turnover": Decimal("1.1"), "leverage": Decimal("1.8")}

positive = st.decimals(min_value="0.001", max_value=1000, places=3)
any_sign = st.decimals(min_value=-100, max_value=100, places=3)


def _factors(values: st.SearchStrategy[Decimal]) -> st.SearchStrategy[dict[str, Decimal]]:
    return st.fixed_dictionaries(dict.fromkeys(OWN, values))


def test_the_gap_of_dupont_in_its_three_parts() -> None:
    found = decomposed(OWN, PEER)
    assert (found.own, found.peer, found.gap) == (Decimal(".099"), Decimal(".1584"), Decimal("-.0594"))
    printed = {"margin": "-.059400", "turnover": "-.025361", "leverage": ".025361"}
    assert {name: round(part, 6) for name, part in found.parts.items()} == {
        name: Decimal(text) for name, text in printed.items()
    }
    assert sum(found.parts.values()) == found.gap
    assert found.by == "log_mean"


@given(_factors(positive), _factors(positive))
def test_parts_of_positive_factors_add_up_exactly(own: dict[str, Decimal], peer: dict[str, Decimal]) -> None:
    found, mirrored = decomposed(own, peer), decomposed(peer, own)
    assert found.by == "log_mean"
    assert sum(found.parts.values()) == found.gap
    for name, part in found.parts.items():
        assert part + mirrored.parts[name] == pytest.approx(0, abs=Decimal("1e-11"))
        assert part == 0 or abs(part) < Decimal("1e-10") or (part > 0) == (own[name] > peer[name])


@given(_factors(any_sign), _factors(any_sign))
def test_parts_of_any_factors_add_up_exactly_and_say_how(own: dict[str, Decimal], peer: dict[str, Decimal]) -> None:
    found = decomposed(own, peer)
    assert found.by == ("log_mean" if min(*own.values(), *peer.values()) > 0 else "shapley")
    assert sum(found.parts.values()) == found.gap


def test_a_loss_has_no_log_mean_and_is_taken_apart_by_orders() -> None:
    """Two factors: the part of a is (a − a′)(b + b′) ÷ 2 (Shapley of two)."""
    own, peer = ({"a": Decimal(-2), "b": Decimal(3)}, {"a": Decimal(4), "b": Decimal(5)})
    found = decomposed(own, peer)
    assert found.by == "shapley"
    assert (found.parts, found.gap) == ({"a": Decimal(-24), "b": Decimal(-2)}, Decimal(-26))


@pytest.mark.parametrize(("one", "other"), [("0.099", "0.1584"), ("3", "3"), ("1", "1000")])
def test_the_log_mean_is_the_integral_of_the_geometric_one(one: str, other: str) -> None:
    """L(a, b) is the integral of a^s · b^(1 − s) over s from 0 to 1 (Carlson 1972)."""
    a, b = float(one), float(other)
    integral = quad(lambda s: exp(s * log(a) + (1 - s) * log(b)), 0, 1)[0]
    assert float(log_mean(Decimal(one), Decimal(other))) == pytest.approx(integral)


def test_sides_of_other_factors_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="other factors"):
        decomposed(OWN, {"margin": Decimal(1)})
