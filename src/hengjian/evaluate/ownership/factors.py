"""Rings as factors, by elimination without pivoting.

I - D of a ring from which claims leave is a nonsingular M-matrix, for which elimination is stable in every order
(Berman and Plemmons 1979, chapter 6). Taking out a member is what it says in words: who holds of it holds what it held.
Members through which few chains run come first, so that few links are added (Markowitz 1957). A pivot that is not above
`LEAST_PIVOT` means that some members hold each other whole: the ring is closed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.ownership.kernel import run
from hengjian.panel.fill import Flags, Places
from hengjian.panel.panel import Values

LEAST_PIVOT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factors:
    """Members of rings have slots, ring after ring from `base`; `turn` are the slots in the order of elimination.

    Two lists run through the terms (`row`, `column`, `value`), each from a head by the next ones to -1: what a member
    draws from those that are taken out after it (`row_head`, `row_next`), and by what factor those draw from it
    (`column_head`, `column_next`). `closed` are the rings that cannot be solved.
    """

    base: Places
    closed: Flags
    turn: Places
    pivot: Values
    row_head: Places
    column_head: Places
    row_next: Places
    column_next: Places
    row: NDArray[np.int32]
    column: NDArray[np.int32]
    value: Values


def factorised(starts: Places, far: Places, weight: Values, begins: Places, ends: Places, scale: int) -> Factors:
    """The factors of the rings among rows: those from `begins` to before `ends`. `scale` decides how kernels run."""
    slots, room = 0, 16
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        slots += end - begin
        room += int(starts[end] - starts[begin])
    while True:
        made = Factors(
            base=np.zeros(len(begins), np.int64), closed=np.zeros(len(begins), np.bool_), turn=np.arange(slots),
            pivot=np.zeros(slots), row_head=np.full(slots, -1), column_head=np.full(slots, -1),
            row_next=np.empty(room, np.int64), column_next=np.empty(room, np.int64), row=np.empty(room, np.int32),
            column=np.empty(room, np.int32), value=np.empty(room),
        )  # fmt: skip
        chains = made.row_head, made.column_head, made.row_next, made.column_next, made.row, made.column, made.value
        drawn, drawing, at = (np.zeros(slots, np.int64) for _ in range(3))
        used = run(_enter, scale, starts, far, weight, begins, ends, made.base, drawn, drawing, *chains)
        gone = np.zeros(slots, np.bool_)
        work = np.zeros(slots), gone, at, drawn, drawing
        if run(_eliminate, scale, used, begins, ends, made.base, made.closed, made.turn, made.pivot, *work, *chains):
            return made
        room *= 2


def _enter(
    starts: Any, far: Any, weight: Any, begins: Any, ends: Any, base: Any, drawn: Any, drawing: Any, row_head: Any,
    column_head: Any, row_next: Any, column_next: Any, rows: Any, columns: Any, value: Any,
) -> int:  # fmt: skip
    """The links inside rings as terms in both lists; how many members draw and are drawn from; how many terms."""
    used, slots = 0, 0
    for ring in range(len(begins)):
        begin, end = begins[ring], ends[ring]
        base[ring] = slots
        for member in range(begin, end):
            row = slots + member - begin
            for link in range(starts[member], starts[member + 1]):
                if begin <= far[link] < end:
                    column = slots + far[link] - begin
                    rows[used] = row
                    columns[used] = column
                    value[used] = weight[link]
                    row_next[used] = row_head[row]
                    row_head[row] = used
                    column_next[used] = column_head[column]
                    column_head[column] = used
                    drawn[row] += 1
                    drawing[column] += 1
                    used += 1
        slots += end - begin
    return used


def _eliminate(
    used: int, begins: Any, ends: Any, base: Any, closed: Any, turn: Any, pivot: Any, own: Any, gone: Any, at: Any,
    drawn: Any, drawing: Any, row_head: Any, column_head: Any, row_next: Any, column_next: Any, rows: Any, columns: Any,
    value: Any,
) -> bool:  # fmt: skip
    """Round by round the members with few chains through them; whether the room for terms was enough."""
    for ring in range(len(begins)):
        first, most = base[ring], 1
        last = first + ends[ring] - begins[ring]
        while first < last and not closed[ring]:
            done = first
            for turning in range(first, last):
                slot = turn[turning]
                if drawn[slot] * drawing[slot] > most:
                    continue
                turn[turning] = turn[done]
                turn[done] = slot
                done += 1
                pivot[slot] = 1.0 - own[slot]
                if not pivot[slot] > LEAST_PIVOT:
                    closed[ring] = True
                    break
                if used + drawn[slot] * drawing[slot] > len(value):
                    return False
                used = _take_out(
                    slot, pivot[slot], used, own, gone, at, drawn, drawing, row_head, column_head, row_next,
                    column_next, rows, columns, value,
                )  # fmt: skip
            if 8 * (done - first) < last - first:
                most *= 2
            first = done
    return True


def _take_out(
    slot: int, pivot: float, used: int, own: Any, gone: Any, at: Any, drawn: Any, drawing: Any, row_head: Any,
    column_head: Any, row_next: Any, column_next: Any, rows: Any, columns: Any, value: Any,
) -> int:  # fmt: skip
    """Whoever draws from this member draws from those that it draws from; how many terms there are then.

    `own` is what a member draws from itself by that, `at` tells where the terms of the row at hand stand by column.
    """
    gone[slot] = True
    term = column_head[slot]
    column_head[slot] = -1
    while term >= 0:
        row, later = rows[term], column_next[term]
        if not gone[row]:
            factor = value[term] / pivot
            value[term] = factor
            column_next[term] = column_head[slot]
            column_head[slot] = term
            drawn[row] -= 1
            cell = row_head[row]
            row_head[row] = -1
            while cell >= 0:
                following = row_next[cell]
                if cell != term:
                    at[columns[cell]] = cell
                    row_next[cell] = row_head[row]
                    row_head[row] = cell
                cell = following
            cell = row_head[slot]
            while cell >= 0:
                column, share = columns[cell], factor * value[cell]
                there = at[column]
                if column == row:
                    own[row] += share
                elif rows[there] == row and columns[there] == column:
                    value[there] += share
                else:
                    rows[used], columns[used], value[used] = row, column, share
                    row_next[used] = row_head[row]
                    row_head[row] = used
                    column_next[used] = column_head[column]
                    column_head[column] = used
                    drawn[row] += 1
                    drawing[column] += 1
                    used += 1
                cell = row_next[cell]
        term = later
    cell = row_head[slot]
    while cell >= 0:
        drawing[columns[cell]] -= 1
        cell = row_next[cell]
    return used
