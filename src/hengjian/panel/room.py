"""Arrays [row × entity] with room for more entities, so that one newcomer does not copy what a million reported."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hengjian.panel.fill import Places
from hengjian.panel.panel import Column, Panel

T = TypeVar("T", bound=np.generic)

#: Room for so many more, and for this share of those that are there.
ROOM, SHARE = 64, 64


def roomy(array: NDArray[T]) -> NDArray[T]:
    """The same figures at the start of longer rows; the array itself where its rows are longer already."""
    rows, width = array.shape
    return array if _room(array) else _copied(array, rows, width + width // SHARE + ROOM)


def widened(array: NDArray[T], more: int, fill: object) -> NDArray[T]:
    """The array with so many more columns of `fill`: in place where there is room, so one array is widened once."""
    rows, width = array.shape
    if _room(array) < more:
        array = _copied(array, rows, width + more + width // SHARE + ROOM)
    buffer = array.base
    if buffer is None:
        raise ValueError("an array with room is part of a longer one")
    buffer[:, width : width + more] = fill
    return buffer[:, : width + more]


def _copied(array: NDArray[T], rows: int, width: int) -> NDArray[T]:
    buffer = np.empty((rows, width), array.dtype)
    buffer[:, : array.shape[1]] = array
    return buffer[:, : array.shape[1]]


def _room(array: NDArray[T]) -> int:
    """How many more columns the array that it is the left part of has."""
    buffer = array.base
    if not isinstance(buffer, np.ndarray) or buffer.shape[:1] != array.shape[:1] or buffer.ndim != array.ndim:
        return 0
    same = buffer.strides == array.strides and buffer.dtype == array.dtype and buffer.flags.c_contiguous
    same = same and buffer.__array_interface__["data"][0] == array.__array_interface__["data"][0]
    return buffer.shape[1] - array.shape[1] if same else 0


def roomy_column(column: Column) -> Column:
    """A column whose arrays have room, and may be written to."""
    return Column(values=roomy(column.values), reasons=roomy(column.reasons))


def wider_column(column: Column, more: int, reason: np.uint8) -> Column:
    """A column with so many more entities, missing for `reason`."""
    return Column(values=widened(column.values, more, np.nan), reasons=widened(column.reasons, more, reason))


def roomy_panel(panel: Panel) -> Panel:
    """The panel in arrays that have room; measures that share their bases go on sharing them."""
    shared = {id(codes): roomy(codes) for codes in panel.basis.values()}
    return replace(
        panel,
        columns=_each_roomy(panel.columns),
        basis={name: shared[id(codes)] for name, codes in panel.basis.items()},
        attributes={name: roomy(texts) for name, texts in panel.attributes.items()},
    )


def _each_roomy(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {name: roomy_column(column) for name, column in columns.items()}


def wider_panel(panel: Panel, ids: tuple[str, ...], ordinals: Places, reason: np.uint8) -> Panel:
    """The panel with more entities at its end, of whom nothing is stated."""
    more = len(ids)
    shared = {id(codes): widened(codes, more, 0) for codes in panel.basis.values()}
    return replace(
        panel,
        entities=panel.entities + ids,
        ordinals=np.concatenate([panel.ordinals, ordinals]),
        columns={name: wider_column(column, more, reason) for name, column in panel.columns.items()},
        basis={name: shared[id(codes)] for name, codes in panel.basis.items()},
        attributes={name: widened(texts, more, None) for name, texts in panel.attributes.items()},
    )
