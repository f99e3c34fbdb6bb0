"""Holdings written as text: `S>A .6` is a share with its votes; places by name."""

import numpy as np

from hengjian.evaluate.ownership import Graph, graph_of
from hengjian.panel.holdings import Holdings, holdings_of


def holdings(text: str, pooled: str = "") -> tuple[Holdings, dict[str, int]]:
    """The holdings of lines or commas of `owner>owned share`, those in `pooled` with pooled votes; places by name."""
    rows = [row.split() for row in text.replace("\n", ",").split(",") if row.strip()]
    together = set(pooled.split())
    ends = [pair.split(">") for pair, _ in rows]
    names = sorted({name for pair in ends for name in pair})
    number = {name: 10 * place for place, name in enumerate(names)}
    owner, owned = (np.array([number[pair[end]] for pair in ends], np.int64) for end in (0, 1))
    share = np.array([float(text) for _, text in rows])
    flags = np.array([pair in together for pair, _ in rows], np.bool_)
    made = holdings_of(owner=owner, owned=owned, share=share, voter=owner, votes=share, pooled=flags)
    return made, {name: place for name in names if (place := made.place(number[name])) is not None}


def graph(text: str, pooled: str = "") -> tuple[Graph, dict[str, int]]:
    """The graph of the same."""
    made, places = holdings(text, pooled)
    return graph_of(made), places
