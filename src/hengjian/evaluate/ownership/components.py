"""Strongly connected components in the order of ownership (Tarjan 1972, without recursion)."""

from typing import Any

import numpy as np

from hengjian.evaluate.ownership.kernel import run
from hengjian.panel.fill import Places


def components(starts: Places, far: Places) -> tuple[Places, Places]:
    """All places, owners before the owned, those of a component together and ascending; and where components begin,
    with the number of places at the end."""
    size = len(starts) - 1
    label = np.full(size, -1, np.int64)
    count = run(strong, size, starts, far, label, *(np.zeros(size, np.int64) for _ in range(5)))
    turned = count - 1 - label
    order = np.argsort(turned, kind="stable")
    return order, np.searchsorted(turned[order], np.arange(count + 1))


def strong(starts: Any, far: Any, label: Any, number: Any, low: Any, cursor: Any, stack: Any, trail: Any) -> int:
    """Number components into `label` (-1 before), the owned before their owners; how many there are.

    The other arrays are room to work in, one cell a place; `number` (0: not seen yet) must be zero.
    """
    count, seen, held = 0, 0, 0
    for root in range(len(label)):
        if number[root] != 0:
            continue
        depth = 0
        trail[0] = root
        stack[held] = root
        held += 1
        seen += 1
        number[root] = seen
        low[root] = seen
        cursor[root] = starts[root]
        while depth >= 0:
            here = trail[depth]
            link = cursor[here]
            if link < starts[here + 1]:
                cursor[here] = link + 1
                there = far[link]
                if number[there] == 0:
                    depth += 1
                    trail[depth] = there
                    stack[held] = there
                    held += 1
                    seen += 1
                    number[there] = seen
                    low[there] = seen
                    cursor[there] = starts[there]
                elif label[there] < 0 and number[there] < low[here]:
                    low[here] = number[there]
                continue
            if low[here] == number[here]:
                while label[here] < 0:
                    held -= 1
                    label[stack[held]] = count
                count += 1
            depth -= 1
            if depth >= 0 and low[here] < low[trail[depth]]:
                low[trail[depth]] = low[here]
    return count
