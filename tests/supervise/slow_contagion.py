"""The same contagion by its definition, with fractions, and by no clever order: round by round, losses of equity passed
on until nothing moves any more."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

Amounts = Mapping[tuple[str, str], Fraction]


def spread(
    calls: Amounts, shares: Amounts, buffer: Mapping[str, Fraction], start: Iterable[str], steps: int = 400
) -> tuple[list[list[str]], dict[str, Fraction]]:
    """Who defaults in each round, and everyone's loss. `calls` by (guarantor, debtor), `shares` by (owner, owned)."""
    rounds = [sorted(start)]
    while True:
        fallen = {one for members in rounds for one in members}
        loss = _losses(calls, shares, buffer, fallen, steps)
        fresh = sorted(one for one in buffer if one not in fallen and loss[one] > 0 and buffer[one] - loss[one] < 0)
        if not fresh:
            return rounds, loss
        rounds.append(fresh)


def _losses(
    calls: Amounts, shares: Amounts, buffer: Mapping[str, Fraction], fallen: set[str], steps: int
) -> dict[str, Fraction]:
    own = dict.fromkeys(buffer, Fraction(0))
    for (guarantor, debtor), amount in calls.items():
        own[guarantor] += amount if debtor in fallen else 0
    loss = dict(own)
    for _ in range(steps):
        value = {one: max(buffer[one], Fraction(0)) for one in buffer}
        equity = {one: value[one] if one in fallen else min(loss[one], value[one]) for one in buffer}
        following = dict(own)
        for (owner, owned), share in shares.items():
            following[owner] += share * equity[owned]
        if following == loss:
            break
        loss = following
    return loss


def longest_chain(debtors: Mapping[str, Sequence[str]], one: str, met: frozenset[str] = frozenset()) -> int:
    """The guarantees of the longest chain from one on in which nobody stands twice, by trying all."""
    here = met | {one}
    return max(
        (1 + longest_chain(debtors, debtor, here) for debtor in debtors.get(one, ()) if debtor not in here), default=0
    )
