"""Who holds others and is held by nobody, in the graph of ownership."""

from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.ownership import Graph, reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """One at the top, by its place: `direct` counts those that it holds itself, `below` all through every layer."""

    place: int
    direct: int
    below: int


def tops_of(graph: Graph, most: int) -> tuple[list[Top], int]:
    """Of those that hold shares or votes and in whom nobody does, the `most` with the most direct holdings, the most
    below first; and how many others there are."""
    holdings = graph.holdings
    owners = np.concatenate([holdings.owner, holdings.voter])
    owned = np.concatenate([holdings.owned, holdings.company])
    direct = np.bincount(holdings.owner, minlength=len(holdings.ordinals))
    free = np.setdiff1d(owners, owned)
    chosen = free[np.argsort(-direct[free], kind="stable")][:most].tolist()
    found = [Top(place=place, direct=int(direct[place]), below=len(reach(graph, place))) for place in chosen]
    return sorted(found, key=lambda top: (-top.below, top.place)), len(free) - len(chosen)
