"""A cut of the store as dense arrays, period-major: one row a period, one column an entity."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import Cut
from hengjian.model.period import Period

Values = NDArray[np.float64]
Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`values` [period × entity], NaN where missing; `reasons` of the same shape holds codes of `Missing` (0: present).

    Truths are 1.0 and 0.0.
    """

    values: Values
    reasons: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """`periods` are consecutive and ascend, of one frequency; `entities` ascend by `ordinals`.

    `columns` holds one column a measure; `basis`, per measure, the basis used
    [period × entity]: 0 none, else 1 + the place in `BASES`.
    `attributes`: per attribute name, the text per period and entity in force at the period's end (or on the cut's
    `as_of`), as an object array [period × entity] with None where nothing is stated.
    """

    cut: Cut
    periods: tuple[Period, ...]
    entities: tuple[str, ...]
    ordinals: NDArray[np.int64]
    columns: Mapping[str, Column]
    basis: Mapping[str, Codes]
    attributes: Mapping[str, NDArray[np.object_]]
