"""The latest figures of many entities side by side: of one period where most have it, and older ones told as such."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.answer import Mask
from hengjian.model.cut import BASES
from hengjian.model.missing import Missing
from hengjian.panel.panel import Codes, Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """One column's figure per entity, in base units: lists of one length, by the panel's order of entities.

    `rows` are places of periods in the panel, None where nothing was ever reported; of a value that is missing all the
    same, `missing` says why. `courses` are the values of the last rows up to the common one, oldest first.
    """

    rows: list[int | None]
    values: list[float | None]
    missing: list[str | None]
    bases: list[str | None]
    courses: list[list[float | None]]


def common_row(masks: Sequence[Mask], last: int) -> int | None:
    """The latest row, `last` at most, that at least half as many entities report as the fullest one: what most have.

    None when nobody reports anything. `masks` are those of columns [period × entity]: an entity counts once.
    """
    if not masks or last < 0:
        return None
    anything = np.any([mask[: last + 1] for mask in masks], axis=0)
    counts = np.count_nonzero(anything, axis=1)
    most = int(counts.max(initial=0))
    return int(np.flatnonzero(2 * counts >= most)[-1]) if most else None


def with_values(column: Column, mask: Mask, last: int) -> Mask:
    """The mask of a column that reads other entities alone, and so answers wherever anybody reported: of an entity with
    a value in some row up to `last` the rows with one; the others wait for somebody's report."""
    present: Mask = mask & (column.reasons == Missing.PRESENT)
    return np.where(present[: last + 1].any(axis=0), present, mask)


def latest(column: Column, mask: Mask, basis: Sequence[Codes], row: int, course: int) -> Latest:
    """Each entity's figure at its latest reported row up to `row`, and its course over the last `course` rows.

    `mask` says where anything was reported; `basis` are the codes of the inputs, of which the first one counts.
    """
    reported = mask[: row + 1]
    found = np.asarray(reported.any(axis=0), dtype=np.bool_)
    known = found.tolist()
    rows = row - reported[::-1].argmax(axis=0)
    places = np.arange(mask.shape[1])
    reasons = column.reasons[rows, places]
    codes = _first([one[rows, places] for one in basis] or [np.zeros(len(places), np.uint8)])
    return Latest(
        rows=[at if here else None for at, here in zip(rows.tolist(), known, strict=True)],
        values=_values(column.values[rows, places], found & (reasons == Missing.PRESENT)),
        missing=[
            Missing(code).word if here and code else None for code, here in zip(reasons.tolist(), known, strict=True)
        ],
        bases=[BASES[code - 1] if here and code else None for code, here in zip(codes.tolist(), known, strict=True)],
        courses=_courses(column, slice(max(0, row + 1 - course), row + 1)),
    )


def _first(codes: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The first code that is not 0."""
    found = codes[0].copy()
    for other in codes[1:]:
        found = np.where(found == 0, other, found)
    return found


def _values(values: NDArray[np.float64], present: NDArray[np.bool_]) -> list[float | None]:
    return [value if known else None for value, known in zip(values.tolist(), present.tolist(), strict=True)]


def _courses(column: Column, rows: slice) -> list[list[float | None]]:
    """Per entity its values over some rows. NaN is unlike itself: what is missing is found without a second look."""
    by_entity = column.values[rows].T.tolist()
    return [[value if value == value else None for value in course] for course in by_entity]
