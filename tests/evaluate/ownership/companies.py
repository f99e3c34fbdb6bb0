"""Holdings for tests: written as text, and at random."""

import numpy as np
from hypothesis import strategies as st

from hengjian.evaluate.ownership import Graph, graph_of
from hengjian.panel.holdings import Holdings, holdings_of

#: (owner, owned, share, votes, pooled) of ordinals.
Row = tuple[int, int, float, float, bool]


def holdings(text: str, pooled: str = "") -> tuple[Holdings, dict[str, int]]:
    """The holdings of lines or commas of `owner>owned share`, those in `pooled` with pooled votes; places by name."""
    rows = [row.split() for row in text.replace("\n", ",").split(",") if row.strip()]
    ends = [pair.split(">") for pair, _ in rows]
    names = sorted({name for pair in ends for name in pair})
    number = {name: 10 * place for place, name in enumerate(names)}
    made = held_by(
        [
            (number[owner], number[owned], float(share), float(share), f"{owner}>{owned}" in pooled.split())
            for (owner, owned), (_, share) in zip(ends, rows, strict=True)
        ]
    )
    return made, {name: place for name in names if (place := made.place(number[name])) is not None}


def graph(text: str, pooled: str = "") -> tuple[Graph, dict[str, int]]:
    """The graph of the same."""
    made, places = holdings(text, pooled)
    return graph_of(made), places


def held_by(rows: list[Row]) -> Holdings:
    """The holdings of rows."""
    owner, owned = (np.array([row[end] for row in rows], np.int64) for end in (0, 1))
    share, votes = (np.array([row[kind] for row in rows], np.float64) for kind in (2, 3))
    pooled = np.array([row[4] for row in rows], np.bool_)
    return holdings_of(owner=owner, owned=owned, share=share, voter=owner, votes=votes, pooled=pooled)


@st.composite
def companies(draw: st.DrawFn, most: int = 12, whole: bool = False, pooling: bool = True) -> list[Row]:
    """Rows in which nobody is held by more than all, and rings abound; with `whole`, shares may come to all."""
    count = draw(st.integers(2, most))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    chosen = draw(st.lists(pairs, min_size=1, max_size=3 * count, unique=True))
    parts = {pair: draw(st.integers(1, 20)) for pair in chosen}
    rows: list[Row] = []
    for (owner, owned), part in parts.items():
        total = sum(each for (_, other), each in parts.items() if other == owned)
        share = part / (total + (0 if whole else draw(st.integers(1, 20))))
        votes = share if draw(st.integers(0, 3)) else share / 2
        rows.append((3 * owner, 3 * owned, share, votes, pooling and draw(st.integers(0, 5)) == 0))
    return rows


def dense(made: Holdings) -> np.ndarray:
    """D, owner by owned."""
    table = np.zeros((len(made.ordinals),) * 2)
    table[made.owner, made.owned] = made.share
    return table
