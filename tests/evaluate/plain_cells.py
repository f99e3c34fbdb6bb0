"""Cells as plain Python: a float, or the name of a reason. (A `Missing` equals the number of its code: 1.0 is one.)"""

import math
from collections.abc import Sequence

import numpy as np

from hengjian.model.missing import Missing
from hengjian.panel.panel import Column

Cell = float | str

GONE, BACK, EARLY, NONE = "NOT_REPORTED", "WITHDRAWN", "BEFORE_FIRST", "NO_HISTORY"
NA, BASE = "NOT_APPLICABLE", "NEGATIVE_BASE"


def of_one(figures: Sequence[Cell]) -> Column:
    """The column of one entity."""
    codes = [Missing[cell].value if isinstance(cell, str) else 0 for cell in figures]
    values = [math.nan if isinstance(cell, str) else cell for cell in figures]
    return Column(values=np.array(values)[:, np.newaxis], reasons=np.array(codes, dtype=np.uint8)[:, np.newaxis])


def told(made: Column, entity: int = 0) -> list[Cell]:
    """What a column says of one entity, row by row. It is finite exactly where it has no reason to be missing."""
    assert np.array_equal(np.isfinite(made.values), made.reasons == 0)
    assert made.values.shape == made.reasons.shape
    assert made.reasons.dtype == np.uint8
    pairs = zip(made.values[:, entity].tolist(), made.reasons[:, entity].tolist(), strict=True)
    return [Missing(reason).name if reason else value for value, reason in pairs]


def shown(figure: float) -> Cell:
    """A computed figure: beyond floating point there is none."""
    return figure if math.isfinite(figure) else NA


def added(figures: Sequence[float]) -> float:
    """From the left, one at a time."""
    total = 0.0
    for figure in figures:
        total += figure
    return total


def bits(made: Column, rows: slice = slice(None)) -> tuple[bytes, bytes]:
    """Every bit of the figures and of the reasons; what stands where a figure is missing is nobody's."""
    figures = np.where(made.reasons == 0, made.values, 0.0)
    return figures[rows].tobytes(), made.reasons[rows].tobytes()


def places(made: Column, start: int, stop: int) -> Column:
    """Some of the entities, as views."""
    return Column(values=made.values[:, start:stop], reasons=made.reasons[:, start:stop])
