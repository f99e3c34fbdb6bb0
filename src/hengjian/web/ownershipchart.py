"""The chart of ownership as shapes: boxes in rows by level, lines with their shares, all in pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from hengjian.web.ownershipfacts import Facts, Holding
from hengjian.web.ownershipgroups import (
    AIR,
    HEIGHT,
    LABEL,
    STUB,
    WIDTH,
    Form,
    Group,
    Side,
    Tie,
    groups_of,
    items_of,
    lines_of,
    ties_of,
    wire_of,
)
from hengjian.web.ownershiplayout import Item
from hengjian.web.ownershiplines import Point, draw
from hengjian.web.ownershiptree import Shape, Spot

#: The names of the levels stand left of the chart; around it there is air.
MARGIN, _EDGE = 76.0, 10.0
#: The forms that are tried, and the sheet on which they are compared; large charts have the last of them.
_FORMS, _SHEET, _LARGE = (Form(least=6, deep=4), Form(least=3, deep=4), Form(least=3, deep=8)), (16.0, 10.0), 150
#: From a label to its box, past the arrow.
_ARROW = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box: whose it is, or (`spot` of a holder, `rest` more than 0) of those of its holdings that are left out."""

    key: int
    spot: Spot
    x: float
    y: float
    width: float
    is_above: bool
    rest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A holding as drawn between two boxes (by key): its corners from owner to owned, and where its label stands.

    `label` is the top of the label's middle; with `is_beside` the middle of the stub on which it stands. `is_up`: the
    owner is drawn lower than what it holds. No holding: to those who are left out.
    """

    holding: Holding | None
    owner: int
    owned: int
    points: tuple[Point, ...]
    label: Point
    is_beside: bool = False
    is_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that is drawn. `bands`: the level, top and height of each row."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    bands: tuple[tuple[int, float, float], ...]
    width: float
    height: float


def compose(facts: Facts, roots: Sequence[Spot], shape: Shape) -> Chart:
    """The chart of what is shown of the trees (see `grow` and `show`), in the form that is larger on a sheet."""
    is_large = sum(1 for root in roots for _ in root) > _LARGE
    forms = _FORMS[-1:] if is_large else _FORMS
    return max((_composed(facts, roots, shape, form) for form in forms), key=_scale)


def _scale(chart: Chart) -> float:
    return min(_SHEET[0] / chart.width, _SHEET[1] / chart.height)


def _composed(facts: Facts, roots: Sequence[Spot], shape: Shape, form: Form) -> Chart:
    keys, (below, above) = count(), roots
    spots = [spot for root in roots for spot in root if spot is not above]
    key_of = {id(spot): next(keys) for spot in spots}
    key_of[id(above)] = key_of[id(below)]
    ties = ties_of(facts, spots, key_of, shape)
    groups = list(groups_of(roots, key_of, ties, keys, form))
    group_of = {key: at for at, group in enumerate(groups) for key in group.keys}
    ties += [_rest(group, key_of) for group in groups if group.rest]
    wires = [wire_of(tie, groups, group_of) for tie in ties]
    items = items_of(groups, ties, wires)
    drawing = draw(items, [wire for wire, _ in wires])
    boxes = {
        box.key: box
        for group, place, item in zip(groups, map(_moved, drawing.at), items, strict=True)
        for box in _boxes(group, place, item)
    }
    lines = [
        _line(tie, groups, group_of, boxes, list(map(_moved, path)), side)
        for tie, (_, side), path in zip(ties, wires, drawing.lines, strict=True)
    ]
    first = min(group.row for group in groups)
    return Chart(
        boxes=tuple(boxes[key] for key in sorted(boxes)), lines=tuple(lines),
        bands=tuple((first + row, top + _EDGE, height) for row, (top, height) in enumerate(drawing.rows)),
        width=drawing.width + MARGIN + _EDGE, height=drawing.height + 2 * _EDGE,
    )  # fmt: skip


def _moved(point: Point) -> Point:
    return point[0] + MARGIN, point[1] + _EDGE


def _rest(group: Group, key_of: Mapping[int, int]) -> Tie:
    """From a holder to the box that stands for those of its holdings that are left out (above: the other way)."""
    holder, own = key_of[id(group.holder)], group.keys[-1]
    return Tie(owner=own if group.is_above else holder, owned=holder if group.is_above else own, holding=None)


def _boxes(group: Group, place: Point, item: Item) -> list[Box]:
    if group.holder is None:
        (spot,), (key,) = group.spots, group.keys
        return [Box(key=key, spot=spot, x=place[0], y=place[1], width=item.width, is_above=group.is_above)]
    found = []
    for index, key in enumerate(group.keys):
        x, y = group.slot(index, place, item.height)
        spot = group.spots[index] if index < len(group.spots) else group.holder
        rest = 0 if index < len(group.spots) else group.rest
        found.append(Box(key=key, spot=spot, x=x, y=y, width=WIDTH, is_above=group.is_above, rest=rest))
    return found


def _line(
    tie: Tie, groups: Sequence[Group], group_of: Mapping[int, int], boxes: Mapping[int, Box], points: list[Point],
    side: Side,
) -> Line:  # fmt: skip
    """`points` run from the upper end to the lower one, which is that of the block where there is one."""
    key = next((key for key in (tie.owner, tie.owned) if groups[group_of[key]].holder), None)
    if key is not None:
        box, is_above = boxes[key], groups[group_of[key]].is_above
        inner = _inside(box, points[0] if is_above else points[-1])
        path = [*reversed(inner), *points[1:]] if is_above else [*points[:-1], *inner]
        label = box.x - STUB / 2 + 2, box.y + HEIGHT / 2
        return Line(
            holding=tie.holding, owner=tie.owner, owned=tie.owned, points=tuple(path), label=label, is_beside=True
        )
    x, y = points[0] if side.at_top else points[-1]
    label = (x, y + AIR / 2) if side.at_top else (x, y - lines_of(tie.holding) * LABEL - _ARROW)
    path = list(reversed(points)) if side.is_up else points
    return Line(
        holding=tie.holding, owner=tie.owner, owned=tie.owned, points=tuple(path), label=label, is_up=side.is_up
    )


def _inside(box: Box, entry: Point) -> list[Point]:
    """From where a block's line comes in, to a box: along the head, down its column's trunk, into its side."""
    x, y = entry
    head, trunk, middle = y - 3 if box.is_above else y + 3, box.x - STUB + 8, box.y + HEIGHT / 2
    return [(x, y), (x, head), (trunk, head), (trunk, middle), (box.x, middle)]
