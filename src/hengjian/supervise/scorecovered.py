"""How much of a score's weight its points stand on: where values are missing, what is left carries the whole weight."""

from decimal import Decimal

from hengjian.supervise.scored import Scored
from hengjian.supervise.scorenumber import CONTEXT, ONE, ZERO, points, total

#: Why an item is none of the score at all, so that nothing is missing without it.
_ITEMS = frozenset({"item", "weighted", "left_out"})
_NO_PART = frozenset({"not_in_letter", "not_applicable", "no_lines"})


def covered(one: Scored) -> Decimal:
    """The share of the weight below an item whose points could be told, between 0 and 1."""
    found = _covered(one)
    return ONE if found is None else found


def _covered(one: Scored) -> Decimal | None:
    """None of what is no part of the score."""
    if one.kind == "left_out":
        return None if one.reason.code in _NO_PART else ZERO
    if one.kind == "weighted":
        return _covered(one.parts[0])
    below = [
        (part.weight, share) for part in one.parts
        if part.kind in _ITEMS and part.weight and (share := _covered(part)) is not None
    ]  # fmt: skip
    if not below:
        return ZERO if one.score is None else ONE
    told = total(CONTEXT.multiply(weight, share) for weight, share in below)
    return points(CONTEXT.divide(told, total(weight for weight, _ in below)))
