"""Which cells of a panel a question is answered with, and those cells as flat lists."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.own import Reads, reported_at, reported_by_any
from hengjian.model.missing import Missing
from hengjian.model.period import Period
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Scene

#: A withdrawn report is one too.
REPORTED = (Missing.PRESENT, Missing.WITHDRAWN)

#: Cells [period × entity] that belong to an answer.
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of one column that belong to an answer, by period and then by entity; all four of one length.

    `rows` and `columns` are places in the panel; values are in base units, NaN where missing.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: NDArray[np.float64]
    reasons: NDArray[np.uint8]


def reported(panel: Panel, measures: Iterable[str]) -> Mask:
    """Where any of the measures was reported, a withdrawn report being one too."""
    found = np.zeros((len(panel.periods), len(panel.entities)), dtype=np.bool_)
    for name in measures:
        found |= np.isin(panel.columns[name].reasons, REPORTED)
    return found


def answered(scene: Scene, reads: Reads, column: Column) -> Mask:
    """Where a column answers if no period is asked for: where one of its direct inputs was reported of the entity
    itself; of a formula that reads others alone, where it applies, at periods for which anyone reported."""
    if reads.own:
        return reported_at(scene, reads.own, REPORTED)
    if not reads.linked:
        present: Mask = column.reasons == Missing.PRESENT
        return present
    found: Mask = (column.reasons != Missing.NOT_APPLICABLE) & (column.reasons != Missing.NO_HISTORY)
    found &= reported_by_any(scene, reads.linked, REPORTED)[:, np.newaxis]
    return found


def between(panel: Panel, first: Period, last: Period) -> Mask:
    """Every entity, at the periods from `first` to `last`."""
    rows = np.array([first <= period <= last for period in panel.periods], dtype=np.bool_)
    return np.repeat(rows[:, np.newaxis], len(panel.entities), axis=1)


def spread(masks: Mapping[str, Mask]) -> slice:
    """The rows of a panel from the first to the last that belong to any answer."""
    rows = np.flatnonzero(np.any([mask.any(axis=1) for mask in masks.values()], axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0)


def cells_of(column: Column, mask: Mask) -> Cells:
    """The cells of a column under a mask."""
    rows, columns = np.nonzero(mask)
    return Cells(rows=rows, columns=columns, values=column.values[mask], reasons=column.reasons[mask])


def tally(columns: Mapping[str, Column], masks: Mapping[str, Mask]) -> Counter[Missing]:
    """How many of the answered cells there are of each reason, `Missing.PRESENT` counting the values."""
    counts: Counter[Missing] = Counter()
    for name, mask in masks.items():
        codes, numbers = np.unique(columns[name].reasons[mask], return_counts=True)
        counts.update({Missing(int(code)): int(number) for code, number in zip(codes, numbers, strict=True)})
    return counts
