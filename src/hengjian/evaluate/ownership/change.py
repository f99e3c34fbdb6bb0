"""The graph of other holdings out of one that is there."""

from hengjian.evaluate.ownership.graph import Graph, graph_of
from hengjian.panel.holdings import Holdings


def changed(graph: Graph, holdings: Holdings) -> Graph:
    """The graph of `holdings`. Its answers equal those of `graph_of(holdings)`. `graph` stays what it was."""
    return graph if graph.holdings is holdings else graph_of(holdings)
