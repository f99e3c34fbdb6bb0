"""A few links taken out of many, put among them, or weighed anew; the many stay what they were."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.ownership.graph import Links
from hengjian.panel.fill import Places
from hengjian.panel.panel import Values

T = TypeVar("T", np.int64, np.float64)


def without(links: Links, near: Places, far: Places, names: Places | None = None) -> Links:
    """Without these links, which are there. Far ends ascend, with `names` by what stands there for them."""
    if not len(near):
        return links
    cells = _cells(links, near, far, names)
    ends = [0, *(each for cell in np.sort(cells).tolist() for each in (cell, cell + 1)), len(links.far)]
    kept = list(zip(ends[::2], ends[1::2], strict=True))
    far, weight = (np.concatenate([column[begin:end] for begin, end in kept]) for column in (links.far, links.weight))
    return Links(starts=_moved(links, near, -1), far=far, weight=weight)


def put(
    links: Links, near: Places, far: Places, weight: Values, names: Places | None = None, ends: Places | None = None
) -> Links:
    """With these links, which are not there. With `names`, `far` are such names, and `ends` the far ends."""
    if not len(near):
        return links
    order = np.lexsort((far, near))
    cells = _cells(links, near[order], far[order], names).tolist()
    written = (far if ends is None else ends)[order]
    pairs = [0, *cells], [*cells, len(links.far)]
    return Links(
        starts=_moved(links, near, 1), far=_woven(links.far, pairs, written),
        weight=_woven(links.weight, pairs, weight[order]),
    )  # fmt: skip


def reweighed(links: Links, near: Places, far: Places, weight: Values, names: Places | None = None) -> Links:
    """With other weights for these links, which are there."""
    if not len(near):
        return links
    weights = links.weight.copy()
    weights[_cells(links, near, far, names)] = weight
    return replace(links, weight=weights)


def _cells(links: Links, near: Places, far: Places, names: Places | None) -> Places:
    """Where links stand, or would."""
    found = []
    for one, other in zip(near.tolist(), far.tolist(), strict=True):
        begin, end = links.starts[one : one + 2].tolist()
        ends = links.far[begin:end] if names is None else names[links.far[begin:end]]
        found.append(begin + int(np.searchsorted(ends, other)))
    return np.array(found, np.int64)


def _woven(column: NDArray[T], pairs: tuple[list[int], list[int]], more: NDArray[T]) -> NDArray[T]:
    """The pieces of a column from each first to each second place, and between them one each of `more`."""
    pieces = [column[begin:end] for begin, end in zip(*pairs, strict=True)]
    between = [more[turn : turn + 1] for turn in range(len(pieces))]
    return np.concatenate([piece for both in zip(pieces, between, strict=True) for piece in both])


def _moved(links: Links, near: Places, step: int) -> Places:
    starts = links.starts.copy()
    for each in near.tolist():
        starts[each + 1 :] += step
    return starts
