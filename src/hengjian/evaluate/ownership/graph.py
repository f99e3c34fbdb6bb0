"""The graph of who holds whom, made once of a day's holdings and kept as long as they live."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from hengjian.evaluate.ownership.components import components
from hengjian.panel.fill import Flags, Places
from hengjian.panel.holdings import Holdings
from hengjian.panel.panel import Values


class Singular(ValueError):
    """A ring whose members hold each other whole, so that no claim ever leaves it: `ring` are its places, ascending."""

    def __init__(self, ring: Places) -> None:
        super().__init__("the members of a ring of holdings hold each other whole")
        self.ring = ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How control is told. `kind` is `threshold`: more than `threshold` of the votes; or `disposable`: the same of the
    votes that may be cast, those of a controlled company in its parent being dropped."""

    kind: str = "threshold"
    threshold: float = 0.5


THRESHOLD = Method()


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Links by one of their ends: of place p, `far[starts[p]:starts[p + 1]]`, ascending, with their weights."""

    starts: Places
    far: Places
    weight: Values

    def of(self, place: int) -> tuple[Places, Values]:
        """The far ends of one place and the weights of these links."""
        begin, end = int(self.starts[place]), int(self.starts[place + 1])
        return self.far[begin:end], self.weight[begin:end]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Graph:
    """Shares and votes by owner (`below`) and by owned (`above`), all in places of `holdings.ordinals`.

    `pooled` and `pooled_above` mark the votes that are pooled, in the order of `votes_below` and `votes_above`.
    `order` are all places, owners before the owned; the members of a strongly connected component, ascending, stand
    together, component after component: `order[bounds[c]:bounds[c + 1]]`.
    """

    holdings: Holdings
    size: int
    below: Links
    above: Links
    votes_below: Links
    votes_above: Links
    pooled: Flags
    pooled_above: Flags
    order: Places
    bounds: Places


_made: WeakKeyDictionary[Holdings, Graph] = WeakKeyDictionary()


def graph_of(holdings: Holdings) -> Graph:
    """The graph of these holdings; made once, and kept as long as they live."""
    found = _made.get(holdings)
    if found is None:
        found = _made[holdings] = _graph(holdings)
    return found


def _graph(holdings: Holdings) -> Graph:
    size = len(holdings.ordinals)
    below = _links(holdings.owner, holdings.owned, holdings.share, size)
    turned = np.argsort(holdings.owned, kind="stable")
    above = _links(holdings.owned[turned], holdings.owner[turned], holdings.share[turned], size)
    swung = np.argsort(holdings.company, kind="stable")
    order, bounds = components(below.starts, below.far)
    return Graph(
        holdings=holdings, size=size, below=below, above=above, order=order, bounds=bounds, pooled=holdings.pooled,
        votes_below=_links(holdings.voter, holdings.company, holdings.votes, size),
        votes_above=_links(holdings.company[swung], holdings.voter[swung], holdings.votes[swung], size),
        pooled_above=holdings.pooled[swung],
    )  # fmt: skip


def _links(near: Places, far: Places, weight: Values, size: int) -> Links:
    return Links(starts=np.searchsorted(near, np.arange(size + 1)), far=far, weight=weight)


def rings(graph: Graph) -> tuple[Places, ...]:
    """The strongly connected components with more than one member, owners before the owned; each ascending."""
    found = np.flatnonzero(np.diff(graph.bounds) > 1)
    return tuple(graph.order[graph.bounds[number] : graph.bounds[number + 1]] for number in found)
