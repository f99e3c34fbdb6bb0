"""The figures of a column in order within their groups: one sort serves rank, percentile, median and quantile."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.missing import PRESENT
from hengjian.panel.groups import Division, Groups, Numbers, by_code
from hengjian.panel.panel import Codes, Column, Values

#: With fewer entities a group than this on average, all groups are sorted at once instead of one by one.
FEW = 128

Bounds = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """One period's figures, by group and ascending; of group g those from `bounds[g]` to before `bounds[g + 1]`.

    `places` are the entities they belong to. Equal figures stand in no particular order, and 0 has no sign: nothing
    that is read from here may depend on either.
    """

    places: Numbers
    values: Values
    bounds: Bounds

    @property
    def sizes(self) -> Bounds:
        return self.bounds[1:] - self.bounds[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A column among groups; each period is sorted when first asked for, and kept: a frozen record that fills up.

    Kept are 12 bytes a cell. It may be used by several threads as long as no two ask for the same period.
    """

    column: Column
    groups: Groups
    rows: dict[int, Sorted] = field(default_factory=dict)

    def at(self, row: int) -> Sorted:
        """The figures of one period in order."""
        if row not in self.rows:
            self.rows[row] = sort(self.column.values[row], self.column.reasons[row], self.groups.divisions[row])
        return self.rows[row]


def order_of(column: Column, groups: Groups) -> Order:
    """What all peer functions of one column within the same groups share."""
    if len(groups.divisions) != len(column.values):
        raise ValueError(f"{len(groups.divisions)} periods of groups for {len(column.values)} of figures")
    return Order(column=column, groups=groups)


def sort(values: Values, reasons: Codes, division: Division) -> Sorted:
    """The figures present of one period, of entities whose group is known, by group and ascending."""
    # Places of 64 bits: NumPy reads through shorter ones several times as slowly.
    places, bounds = division.order.astype(np.intp), division.bounds
    present = reasons.take(places) == PRESENT
    if not present.all():
        kept = np.flatnonzero(present)
        places, bounds = places.take(kept), np.searchsorted(kept, bounds)
    figures = values.take(places) + 0.0
    order = _at_once(figures, bounds) if len(figures) < FEW * (len(bounds) - 1) else _one_by_one(figures, bounds)
    return Sorted(places=places.take(order).astype(np.int32), values=figures.take(order), bounds=bounds)


def _at_once(figures: Values, bounds: Bounds) -> NDArray[np.intp]:
    groups = len(bounds) - 1
    codes = np.repeat(np.arange(groups, dtype=np.int32), bounds[1:] - bounds[:-1])
    ascending = np.argsort(figures)
    return ascending[by_code(codes[ascending], groups)]


def _one_by_one(figures: Values, bounds: Bounds) -> NDArray[np.intp]:
    order = np.empty(len(figures), np.intp)
    for start, end in pairwise(bounds.tolist()):
        np.add(figures[start:end].argsort(), start, out=order[start:end])
    return order
