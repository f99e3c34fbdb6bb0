"""Small webs of guarantees and holdings, from names."""

from collections.abc import Iterable, Mapping

import numpy as np

from hengjian.panel.holdings import holdings_of
from hengjian.supervise.contagion import Cascade, Web, cascade
from hengjian.supervise.network import Obligations, web_of

Pairs = Mapping[tuple[str, str], float]


def web(calls: Pairs, buffer: Mapping[str, float | None], shares: Pairs | None = None, rate: float = 1.0) -> Web:
    """A web of entities that are called by letters, in the order of `buffer`; None: the buffer is unknown."""
    at = {name: place for place, name in enumerate(buffer)}
    pairs = sorted((at[guarantor], at[debtor], amount) for (guarantor, debtor), amount in calls.items())
    held = [(at[owner], at[owned], share) for (owner, owned), share in (shares or {}).items()]
    owner, owned = (np.array([row[end] for row in held], np.int64) for end in (0, 1))
    part = np.array([row[2] for row in held], np.float64)
    owed = Obligations(
        guarantor=np.array([row[0] for row in pairs], np.int64), debtor=np.array([row[1] for row in pairs], np.int64),
        amount=np.array([row[2] for row in pairs], np.float64), cover=np.zeros(len(pairs)),
    )  # fmt: skip
    holdings = holdings_of(
        owner=owner, owned=owned, share=part, voter=owner, votes=part, pooled=np.zeros(len(held), np.bool_)
    )
    known = {at[name]: value for name, value in buffer.items() if value is not None}
    return web_of(owed, rate, 1.0, holdings, known)


def place(made: Web, buffer: Mapping[str, float | None], name: str) -> int:
    """Where an entity stands."""
    found = made.graph.holdings.place(list(buffer).index(name))
    assert found is not None
    return found


def told(made: Web, buffer: Mapping[str, float | None], start: Iterable[str]) -> tuple[dict[str, int], Cascade]:
    """The round of each that certainly defaults, and the cascade."""
    found = cascade(made, [place(made, buffer, one) for one in start])
    names = list(buffer)
    ordinals = made.graph.holdings.ordinals.tolist()
    return {
        names[ordinals[at]]: int(number) for at, number in enumerate(found.least.round.tolist()) if number >= 0
    }, found  # fmt: skip
