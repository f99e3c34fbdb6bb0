"""Lines into arrays: however Arrow cuts a table into chunks, and whatever order the lines come in."""

import numpy as np
import pyarrow as pa

from hengjian.model.missing import Missing
from hengjian.panel.fill import Board, ahead
from hengjian.store import Selection

#: (ordinal, period, basis, entry, figure of the first measure, of the second); NaN withdraws.
LINES = [
    (3, 10, 1, 1, 5.0, None),
    (4, 10, 2, 2, 7.0, 1.0),
    (3, 10, 1, 3, None, 8.0),
    (3, 11, 1, 4, float("nan"), 9.0),
    (4, 10, 2, 5, 6.0, None),
    (3, 11, 1, 6, 2.0, float("nan")),
    (5, 10, 1, 7, 4.0, None),
]  # fmt: skip


def board(*tables: pa.Table) -> tuple[list[list[float]], list[list[int]]]:
    """Both measures, one below the other: values with -1 for NaN, and reasons."""
    made = Board.empty(["a", "b"], {"a": "s", "b": "s"}, np.array([3, 4, 5], np.int64), 10, 2)
    for table in tables:
        made.put(Selection(lines=table, columns={"a": "m1", "b": "m2"}, dead=None))
    columns, _ = made.finished(slice(0, 2))
    both = [columns["a"], columns["b"]]
    values = np.nan_to_num(np.concatenate([one.values for one in both]), nan=-1.0).tolist()
    return values, np.concatenate([one.reasons for one in both]).tolist()


def lines(rows: list[tuple[int, int, int, int, float | None, float | None]]) -> pa.Table:
    """The table that the store would give."""
    kinds = [pa.int32(), pa.int32(), pa.uint8(), pa.int64(), pa.float64(), pa.float64()]
    names = ["ordinal", "period", "basis", "entry", "m1", "m2"]
    return pa.table({
        name: pa.array([row[place] for row in rows], kind)
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    })  # fmt: skip


def test_chunks_and_order_make_no_difference() -> None:
    gone, never, first = int(Missing.WITHDRAWN), int(Missing.NOT_REPORTED), int(Missing.BEFORE_FIRST)
    whole = board(lines(LINES))
    assert whole == (
        [[5.0, 6.0, 4.0], [2.0, -1.0, -1.0], [8.0, 1.0, -1.0], [-1.0, -1.0, -1.0]],
        [[0, 0, 0], [0, never, never], [0, 0, first], [gone, never, first]],
    )
    assert board(pa.concat_tables([lines(LINES[:2]), lines([]), lines(LINES[2:3]), lines(LINES[3:])])) == whole
    assert board(lines(LINES[::-1])) == whole
    tenth, eleventh = ([line for line in LINES if line[1] == period] for period in (10, 11))
    assert board(lines(tenth), lines(eleventh)) == whole


def test_questions_are_asked_ahead_and_answered_in_order() -> None:
    asked: list[int] = []

    def ask(number: int) -> int:
        asked.append(number)
        return number

    assert list(ahead([lambda number=number: ask(number) for number in range(5)])) == list(range(5))
    assert asked == list(range(5))
    assert list(ahead([lambda: ask(9)])) == [9]
