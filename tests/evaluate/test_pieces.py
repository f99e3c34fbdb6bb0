"""A panel wider than one piece gives what its halves give, bit for bit."""

import numpy as np
from panel_maker import measure, panel, prior, programme, term

from hengjian.evaluate.evaluate import PIECE, evaluate
from hengjian.evaluate.reshape import select
from hengjian.model.missing import Missing


def test_pieces_make_the_whole() -> None:
    random = np.random.default_rng(3)
    count = PIECE // 4
    figures = random.uniform(-1, 1, size=(8, count)).tolist()
    for row in random.integers(0, 8, size=50).tolist():
        figures[row][int(random.integers(count))] = Missing.WITHDRAWN
    given = panel("2018-Q1", {"x": figures}, entities=[f"E{place}" for place in range(count)])
    moving = term("ttm", measure("x", "period"))
    made = programme({"ratio": term("divide", moving, term("coalesce", prior(measure("x")), measure("x")))})
    whole = evaluate(made, ["ratio"], given).columns["ratio"]
    assert len(given.periods) * count > PIECE
    for start in range(0, count, count // 3 + 1):
        some = given.entities[start : start + count // 3 + 1]
        alone = evaluate(made, ["ratio"], select(given, some)).columns["ratio"]
        assert alone.values.tobytes() == whole.values[:, start : start + len(some)].tobytes()
        assert alone.reasons.tobytes() == whole.reasons[:, start : start + len(some)].tobytes()
