"""The lowest cause of an alert: down whom its entity controls, to the lowest for whom the same rule stands raised."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

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
