"""What of the gap between two products each of their factors makes: parts that add up to the gap exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from math import factorial, prod
from typing import Literal

from hengjian.supervise.benchmark import EXACT, quantised

#: Logarithmic-mean Divisia; or, where a factor is not positive, the mean over all orders of exchange (Shapley).
By = Literal["log_mean", "shapley"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """Two products and the part of each factor in `gap`, own less peer, by factor."""

    by: By
    own: Decimal
    peer: Decimal
    gap: Decimal
    parts: Mapping[str, Decimal]


def log_mean(one: Decimal, other: Decimal) -> Decimal:
    """(a − b) ÷ (ln a − ln b) of two positive numbers, and a where they are the same."""
    return one if one == other else EXACT.divide(one - other, EXACT.ln(EXACT.divide(one, other)))


def decomposed(own: Mapping[str, Decimal], peer: Mapping[str, Decimal]) -> Decomposition:
    """The gap between the products of two sets of the same factors, by log-mean Divisia (Ang 2004: additive LMDI-I).

    The part of factor x is L(own, peer) · ln(x of own ÷ x of peer), L the log-mean of the two products. It does not
    exist where a factor is zero or negative: then each part is the mean change over all orders in which the factors are
    exchanged one by one (Shapley 1953), and `by` says so. All is quantised to 12 decimals; what rounding
    leaves, at most a few units of the last one, goes to the largest part.
    """
    if own.keys() != peer.keys() or not own:
        raise ValueError("the two sides have other factors")
    products = [prod(side.values(), start=Decimal(1)) for side in (own, peer)]
    if all(value > 0 for side in (own, peer) for value in side.values()):
        mean = log_mean(*products)
        parts = {name: mean * EXACT.ln(EXACT.divide(own[name], peer[name])) for name in own}
        by: By = "log_mean"
    else:
        parts, by = _shapley(own, peer), "shapley"
    gap = quantised(products[0]) - quantised(products[1])
    rounded = {name: quantised(part) for name, part in parts.items()}
    largest = max(rounded, key=lambda name: abs(rounded[name]))
    rounded[largest] += gap - sum(rounded.values())
    return Decomposition(by=by, own=quantised(products[0]), peer=quantised(products[1]), gap=gap, parts=rounded)


def _shapley(own: Mapping[str, Decimal], peer: Mapping[str, Decimal]) -> dict[str, Decimal]:
    parts = dict.fromkeys(own, Decimal(0))
    for order in permutations(own):
        mixed = dict(peer)
        before = prod(mixed.values(), start=Decimal(1))
        for name in order:
            mixed[name] = own[name]
            after = prod(mixed.values(), start=Decimal(1))
            parts[name] += after - before
            before = after
    return {name: EXACT.divide(part, Decimal(factorial(len(own)))) for name, part in parts.items()}
