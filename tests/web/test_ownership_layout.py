"""Where boxes and lines of the chart of ownership stand: rules that hold of any drawing."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.web.ownershiplayout import GAP, Item, Wire, _crossings, _rising, place
from hengjian.web.ownershiplines import TRACK, draw

Drawn = tuple[list[Item], list[Wire]]


@st.composite
def drawings(draw_from: st.DrawFn) -> Drawn:
    """Up to some twenty items in up to five rows, and wires down or along a row; some wires share a net."""
    rows = draw_from(st.lists(st.integers(0, 4), min_size=1, max_size=22))
    items = [
        Item(
            row=row, width=draw_from(st.sampled_from([40.0, 168.0, 300.0])),
            height=draw_from(st.sampled_from([62.0, 200.0])), above=draw_from(st.sampled_from([0.0, 25.0])),
            below=16.0, is_low=draw_from(st.booleans()), port=draw_from(st.sampled_from([None, 8.0])),
        )
        for row in rows
    ]  # fmt: skip
    ends = st.tuples(st.integers(0, len(items) - 1), st.integers(0, len(items) - 1))
    wires = []
    for one, other in draw_from(st.lists(ends, max_size=30, unique=True)):
        upper, lower = sorted((one, other), key=lambda at: rows[at])
        if upper != lower:
            shares = rows[upper] < rows[lower] and draw_from(st.booleans())
            wires.append(Wire(upper=upper, lower=lower, net=("from", upper) if shares else (one, other)))
    return items, wires


@given(drawings())
def test_boxes_of_a_row_stand_apart_and_within_it(drawn: Drawn) -> None:
    items, wires = drawn
    drawing = draw(items, wires)
    for row, (top, height) in enumerate(drawing.rows):
        members = sorted((x, y, item) for (x, y), item in zip(drawing.at, items, strict=True) if item.row == row)  # type: ignore[type-var]
        for (x, _, item), (other, _, _) in pairwise(members):
            assert x + item.width + GAP <= other + 1, "rounded to whole pixels"
        for x, y, item in members:
            assert top <= y <= y + item.height <= top + height
            assert 0 <= x <= x + item.width <= drawing.width
    for (top, height), (next_top, _) in pairwise(drawing.rows):
        assert top + height < next_top


@given(drawings())
def test_every_wire_is_drawn_from_end_to_end_along_the_two_axes(drawn: Drawn) -> None:
    items, wires = drawn
    drawing = draw(items, wires)
    for wire, line in zip(wires, drawing.lines, strict=True):
        is_level = items[wire.upper].row == items[wire.lower].row
        for at, (x, y), is_foot in ((wire.upper, line[0], not is_level), (wire.lower, line[-1], False)):
            left, top = drawing.at[at]
            assert left <= x <= left + items[at].width
            assert y == top + (items[at].height if is_foot else 0)
        assert all(one[0] == other[0] or one[1] == other[1] for one, other in pairwise(line))


@given(drawings())
def test_lines_cross_no_box(drawn: Drawn) -> None:
    items, wires = drawn
    drawing = draw(items, wires)
    for line in drawing.lines:
        for (x, y), (across, down) in pairwise(line):
            low, high, top, foot = min(x, across), max(x, across), min(y, down), max(y, down)
            for (left, head), item in zip(drawing.at, items, strict=True):
                is_apart = high <= left or low >= left + item.width or foot <= head or top >= head + item.height
                assert is_apart


@given(drawings())
def test_what_runs_along_one_height_belongs_together(drawn: Drawn) -> None:
    items, wires = drawn
    runs: dict[float, list[tuple[float, float, object]]] = {}
    for wire, line in zip(wires, draw(items, wires).lines, strict=True):
        for (x, y), (across, down) in pairwise(line):
            if y == down and abs(x - across) > TRACK:
                runs.setdefault(y, []).append((min(x, across), max(x, across), wire.net))
    for those in runs.values():
        for one, other in combinations(those, 2):
            assert one[2] == other[2] or one[1] < other[0] or other[1] < one[0]


@given(drawings())
def test_the_same_drawing_each_time(drawn: Drawn) -> None:
    assert draw(*drawn) == draw(*drawn)


def tree(breadths: Sequence[int]) -> Drawn:
    """A tree whose boxes of each level have so many below each of them, its boxes in an order that crosses."""
    items, wires = [Item(row=0, width=168.0, height=62.0)], []
    level = [0]
    for row, breadth in enumerate(breadths, 1):
        below = []
        for _ in range(breadth):
            for upper in reversed(level):
                items.append(Item(row=row, width=168.0, height=62.0))
                wires.append(Wire(upper=upper, lower=len(items) - 1, net=upper))
                below.append(len(items) - 1)
        level = below
    return items, wires


@pytest.mark.parametrize("breadths", [[5], [2, 3], [3, 2, 2], [1, 4, 1]])
def test_the_lines_of_a_tree_do_not_cross_and_parents_stand_over_the_middle(breadths: list[int]) -> None:
    items, wires = tree(breadths)
    placed = place(items, wires)
    for one, other in combinations(wires, 2):
        if items[one.upper].row == items[other.upper].row:
            upper = placed.left[one.upper] - placed.left[other.upper]
            lower = placed.left[one.lower] - placed.left[other.lower]
            assert upper * lower >= 0
    for at in range(len(items)):
        ends = [placed.left[wire.lower] for wire in wires if wire.upper == at]
        if ends:
            assert placed.left[at] == pytest.approx(sum(ends) / len(ends), abs=12)


def test_a_wire_over_several_rows_has_a_lane_of_its_own() -> None:
    items = [Item(row=row, width=168.0, height=62.0) for row in (0, 1, 1, 2)]
    placed = place(items, [Wire(upper=0, lower=1, net=0), Wire(upper=0, lower=2, net=0), Wire(upper=0, lower=3, net=0)])
    (lane,) = placed.items[4:]
    assert (lane.row, lane.is_lane) == (1, True)
    assert placed.chains[2] == (0, 4, 3)


def test_nothing_goes_up() -> None:
    items = [Item(row=1, width=1.0, height=1.0), Item(row=0, width=1.0, height=1.0)]
    with pytest.raises(ValueError, match="goes up from row 1 to row 0"):
        draw(items, [Wire(upper=0, lower=1, net=0)])


def test_an_empty_drawing_has_no_size() -> None:
    drawing = draw([], [])
    assert (drawing.width, drawing.height, drawing.rows) == (0.0, 0.0, ())


weighted = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0.01, 10)), min_size=1, max_size=30)


@given(weighted)
def test_rising_values_are_those_of_isotonic_regression(given_values: list[tuple[float, float]]) -> None:
    """The oracle is scipy.optimize.isotonic_regression."""
    optimize = pytest.importorskip("scipy.optimize")
    wishes, weights = map(list, zip(*given_values, strict=True))
    expected = optimize.isotonic_regression(wishes, weights=weights).x
    assert _rising(wishes, weights) == pytest.approx(list(expected), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_crossings_are_counted_as_by_looking_at_each_pair(pairs: list[tuple[int, int]]) -> None:
    below: list[list[int]] = [[] for _ in range(14)]
    for upper, lower in pairs:
        below[upper].append(7 + lower)
    slow = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(pairs, 2))
    assert _crossings([list(range(7)), list(range(7, 14))], below) == slow
