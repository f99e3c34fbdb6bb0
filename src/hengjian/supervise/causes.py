"""The lowest cause of an alert: down whom its entity controls, to the lowest for whom the same rule stands raised."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np

from hengjian.evaluate.controlled import Controls, controls_of, direct_controls
from hengjian.evaluate.ownership import Graph
from hengjian.supervise.alert import Alert, gravity


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How grave a raised alert is beside others of its rule: the rank of its level, the gravest least, and how far its
    value lies beyond the threshold, as a part of that (of a threshold of 0 as it is; held on this side of it: below 0;
    where it cannot be told: last)."""

    rank: int
    beyond: float


def weight_of(alert: Alert) -> Weight:
    """How grave an alert is."""
    value, threshold = alert.value, alert.threshold
    if value is None or threshold is None or alert.missing is not None:
        return Weight(rank=gravity(alert.level), beyond=-math.inf)
    distance = abs(value - threshold) / (abs(threshold) or 1.0)
    return Weight(rank=gravity(alert.level), beyond=-distance if alert.held else distance)


def path_down(
    entity: str, raised: Mapping[str, Weight], below: Callable[[str], Iterable[str]], depth: int | None = None
) -> tuple[str, ...]:
    """From an entity down to the lowest cause, both included: at each step to the one for which the rule stands raised
    at the gravest level, then the farthest beyond its threshold, then by id; nobody twice, and at most `depth` steps.

    `raised` are those for whom the rule stands raised, `below` gives whom one controls and holds itself.
    """
    path = [entity]
    while depth is None or len(path) <= depth:
        found = [one for one in below(path[-1]) if one in raised and one not in path]
        if not found:
            break
        path.append(min(found, key=lambda one: (raised[one].rank, -raised[one].beyond, one)))
    return tuple(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Who controls whom on a day, by id: `places` are those of the graph, `ids` the entities at these."""

    places: Mapping[str, int]
    ids: tuple[str, ...]
    pairs: Controls
    direct: Controls
    known: dict[str, list[str]] = field(default_factory=dict)

    def below(self, entity: str) -> list[str]:
        """Whom one controls and holds itself."""
        place = self.places.get(entity)
        if place is None:
            return []
        if entity not in self.known:
            begin, end = np.searchsorted(self.direct.holder, [place, place + 1]).tolist()
            self.known[entity] = [self.ids[one] for one in self.direct.held[begin:end].tolist()]
        return self.known[entity]

    def above(self, entities: Iterable[str]) -> dict[str, list[str]]:
        """All who control any of these, and whom of these."""
        here = np.array([self.places[one] for one in entities if one in self.places], np.int64)
        rows = np.flatnonzero(np.isin(self.pairs.held, here))
        found: dict[str, list[str]] = {}
        for holder, held in zip(self.pairs.holder[rows].tolist(), self.pairs.held[rows].tolist(), strict=True):
            found.setdefault(self.ids[holder], []).append(self.ids[held])
        return found


#: The tree of a graph, which is made once.
_trees: WeakKeyDictionary[Graph, Tree] = WeakKeyDictionary()


def tree_of(graph: Graph, entity: Callable[[int], str]) -> Tree:
    """Who controls whom in a graph; `entity` says who stands at a place."""
    if graph not in _trees:
        ids = tuple(entity(place) for place in range(graph.size))
        places = {one: place for place, one in enumerate(ids)}
        _trees[graph] = Tree(places=places, ids=ids, pairs=controls_of(graph), direct=direct_controls(graph))
    return _trees[graph]
