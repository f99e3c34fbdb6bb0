"""Latest figures side by side, against the same in plain loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hengjian.evaluate.latest import common_row, latest, with_values
from hengjian.model.missing import Missing
from hengjian.panel.panel import Column

#: Per cell a value, or None where nothing is reported, or a reason.
CELLS = st.sampled_from([1.0, -2.5, 0.0, None, Missing.WITHDRAWN, Missing.ZERO_DENOMINATOR])
GRIDS = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def column_of(grid: list[list[object]]) -> Column:
    values = [[cell if isinstance(cell, float) else np.nan for cell in line] for line in grid]
    reasons = [[0 if isinstance(cell, float) else cell or Missing.NOT_REPORTED for cell in line] for line in grid]
    return Column(values=np.array(values), reasons=np.array(reasons, dtype=np.uint8))


def mask_of(grid: list[list[object]]) -> np.ndarray:
    return np.array([[cell is not None for cell in line] for line in grid])


@given(GRIDS, st.integers(0, 7), st.integers(1, 12))
def test_against_loops(grid: list[list[object]], row: int, course: int) -> None:
    row = min(row, len(grid) - 1)
    mask = mask_of(grid)
    basis = np.where(mask, np.uint8(2), np.uint8(0))
    found = latest(column_of(grid), mask, [np.zeros_like(basis), basis], row, course)
    for entity in range(len(grid[0])):
        at = next((one for one in range(row, -1, -1) if grid[one][entity] is not None), None)
        cell = None if at is None else grid[at][entity]
        assert found.rows[entity] == at
        assert found.values[entity] == (cell if isinstance(cell, float) else None)
        assert found.missing[entity] == (cell.word if isinstance(cell, Missing) else None)
        assert found.bases[entity] == (None if at is None else "audited")
        line = [one[entity] for one in grid[max(0, row + 1 - course) : row + 1]]
        assert found.courses[entity] == [one if isinstance(one, float) else None for one in line]


@given(GRIDS, st.integers(0, 7))
def test_rows_with_a_value_where_there_are_any(grid: list[list[object]], last: int) -> None:
    found = with_values(column_of(grid), mask_of(grid), last)
    for entity in range(len(grid[0])):
        line = [one[entity] for one in grid]
        any_value = any(isinstance(one, float) for one in line[: last + 1])
        assert found[:, entity].tolist() == [isinstance(one, float) if any_value else one is not None for one in line]


@given(GRIDS, st.integers(-1, 7))
def test_the_common_row_is_what_most_have(grid: list[list[object]], last: int) -> None:
    last = min(last, len(grid) - 1)
    counts = [sum(cell is not None for cell in line) for line in grid[: last + 1]]
    expected = [row for row, count in enumerate(counts) if max(counts) and 2 * count >= max(counts)]
    assert common_row([mask_of(grid)], last) == (expected[-1] if expected else None)


def test_an_entity_counts_once_for_several_columns() -> None:
    first = np.array([[True, True, True, True], [True, False, False, False]])
    second = np.array([[False, False, False, False], [True, False, False, False]])
    assert common_row([first, second], 1) == 0, "one of four reported the last period, in two columns"
    assert common_row([], 1) is None
