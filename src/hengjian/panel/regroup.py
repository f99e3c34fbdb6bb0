"""Groups after some entities' attributes were stated anew: a group keeps its number, new ones come behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hengjian.panel.changes import Cells
from hengjian.panel.fill import Places
from hengjian.panel.groups import UNSTATED, Division, Groups, Label, Numbers, division_of, everyone
from hengjian.panel.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """By row: the groups (their numbers) that lost or gained anybody, and whose group is not stated any more."""

    codes: Mapping[int, tuple[int, ...]]
    left: Cells


def regrouped(
    groups: Groups, panel: Panel, names: Sequence[str], changed: Cells, fresh: Places
) -> tuple[Groups, Moved]:
    """The groups of a panel whose texts of `names` were others before at `changed`, and which has `fresh` entities.

    Rows that shared a division, and change alike, share one. Groups of periods before the panel's stay unknown; the
    rows of `Moved` are those of the groups.
    """
    if not names:
        rows = range(len(groups.divisions)) if len(fresh) else ()
        groups = everyone(len(groups.divisions), len(panel.entities)) if len(fresh) else groups
        return groups, Moved(codes=dict.fromkeys(rows, (0,)), left={})
    before = len(groups.divisions) - len(panel.periods)
    numbers: dict[Label, int] = {label: code for code, label in enumerate(groups.labels)}
    made: dict[tuple[int, tuple[tuple[int, int], ...]], Division] = {}
    divisions: list[Division] = []
    codes: dict[int, tuple[int, ...]] = {}
    left: dict[int, Places] = {}
    for row, division in enumerate(groups.divisions):
        places = np.concatenate([changed.get(row - before, fresh[:0]), fresh])
        moves = tuple((place, _code(panel, names, row - before, place, numbers)) for place in places.tolist())
        known = len(division.codes)
        moves = tuple((place, code) for place, code in moves if place >= known or int(division.codes[place]) != code)
        if not moves:
            divisions.append(division)
            continue
        if (id(division), moves) not in made:
            made[id(division), moves] = _moved(division, moves, len(panel.entities), len(numbers))
        divisions.append(made[id(division), moves])
        left_behind = {int(division.codes[place]) for place, _ in moves if place < known}
        touched = (left_behind | {code for _, code in moves}) - {int(UNSTATED)}
        codes[row] = tuple(sorted(touched))
        gone = [place for place, code in moves if code == UNSTATED]
        if gone:
            left[row] = np.array(gone, np.int64)
    padded = (
        tuple(_padded(division, len(numbers)) for division in divisions) if len(numbers) > len(groups.labels) else None
    )
    return Groups(divisions=padded or tuple(divisions), labels=tuple(numbers)), Moved(codes=codes, left=left)


def _code(panel: Panel, names: Sequence[str], row: int, place: int, numbers: dict[Label, int]) -> int:
    texts = tuple(text for name in names if (text := panel.attributes[name][row, place]) is not None)
    is_stated = row >= 0 and len(texts) == len(names)
    return numbers.setdefault(texts, len(numbers)) if is_stated else int(UNSTATED)


def _moved(division: Division, moves: Sequence[tuple[int, int]], width: int, groups: int) -> Division:
    codes: Numbers = np.full(width, UNSTATED)
    codes[: len(division.codes)] = division.codes
    codes[[place for place, _ in moves]] = [code for _, code in moves]
    return replace(division_of(codes, groups), known=division.known)


def _padded(division: Division, groups: int) -> Division:
    """With the empty groups that other rows have."""
    more = groups + 1 - len(division.bounds)
    return (
        replace(division, bounds=np.append(division.bounds, np.full(more, division.bounds[-1]))) if more else division
    )
