"""Ranks among those assessed, and grades as far as their quotas reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from hengjian.model.scorecard import Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """`rank` 1 is the best, equals have the same one; `grade` after the quotas; `tied`: a quota ends among equals, none
    of whom therefore has that grade: somebody must choose."""

    rank: int
    grade: str | None
    tied: bool = False


def ranked(scores: Mapping[str, tuple[Decimal, str | None]], grades: Sequence[Grade]) -> dict[str, Ranked]:
    """The rank and the grade after quotas of each, by their score as published and the grade that it gives.

    At most `count`, or the part `share` (rounded down), of all have a grade with a quota or a better one: the best
    scores first. Whom a veto or a cap gave a worse grade than their score takes no place in a better one. Equals stand
    together: where not all of them find room, none does.
    """
    order = {grade.name: place for place, grade in enumerate(grades)}
    room = [_room(grade, len(scores)) for grade in grades]
    taken = [0] * len(grades)  # so many have this grade or a better one
    closed = set[int]()  # equals found no room there, so nobody behind them does
    found: dict[str, Ranked] = {}
    by_score = sorted(scores.items(), key=lambda one: (-one[1][0], one[0]))
    for _, equals in groupby(by_score, key=lambda one: one[1][0]):
        together = list(equals)
        rank = len(found) + 1
        for grade in dict.fromkeys(own for _, (_, own) in together):
            alike = [one for one, (_, own) in together if own == grade]
            place, is_tied = _placed(order.get(grade or ""), len(alike), taken, room, closed)
            for one in alike:
                name = None if place is None else grades[place].name
                found[one] = Ranked(rank=rank, grade=name, tied=is_tied)
    return found


def _placed(
    own: int | None, count: int, taken: list[int], room: Sequence[int | None], closed: set[int]
) -> tuple[int | None, bool]:
    """The best grade from their own on in which so many equals find room, which they then take; and whether some, not
    all, of them had found room in a better one."""
    if own is None:
        return None, False
    is_tied = False
    for place in range(own, len(room)):
        if place in closed:
            continue
        left = _left(place, taken, room)
        if left is None or left >= count or place == len(room) - 1:
            for worse in range(place, len(taken)):
                taken[worse] += count
            return place, is_tied
        is_tied = is_tied or left > 0
        closed.add(place)
    raise ValueError("a grade that is not declared")


def _left(place: int, taken: Sequence[int], room: Sequence[int | None]) -> int | None:
    """How many more may have a grade: who has it is counted by the worse ones too. None: any number."""
    lefts = [most - taken[worse] for worse in range(place, len(room)) if (most := room[worse]) is not None]
    return max(0, min(lefts)) if lefts else None


def _room(grade: Grade, count: int) -> int | None:
    rooms = [] if grade.count is None else [grade.count]
    if grade.share is not None:
        rooms.append(int(grade.share * count))
    return min(rooms) if rooms else None
