"""A network around one entity as shapes: boxes in layers, who guarantees above whom, lines with their amounts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengjian.web.ownershiplayout import Item, Wire
from hengjian.web.ownershiplines import Point, draw
from hengjian.web.ownershipview import fitted
from hengjian.web.words import Words

WIDTH, HEIGHT = 172.0, 58.0
#: Left of the layers stand their names; above each box there is room for the label of a line.
MARGIN, EDGE, ABOVE, BELOW = 84.0, 12.0, 22.0, 8.0
_PAD = 8.0
#: Labels of lines into one box stand on steps, so high, and at most so many.
STEP, MOST_STEPS = 14.0, 5
#: Writes an amount; gives where an entity leads to.
Amount = Callable[[float], str]
Address = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An entity: where it stands, what is written in it, its class (`fallen`, `may`, `hit`, `ring`, `self`), where it
    leads to, and all that it says as one text."""

    id: str
    x: int
    y: int
    kind: str
    names: tuple[str, ...]
    note: str
    tag: str
    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A guarantee: its path from guarantor to debtor, its class, its amount and where that stands, and in full."""

    path: str
    kind: str
    text: str
    x: int
    y: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it."""

    boxes: Sequence[Box]
    lines: Sequence[Line]
    bands: Sequence[tuple[str, int, int]]
    width: int
    height: int


def picture_of(
    around: Mapping[str, Any], centre: str, fates: Mapping[str, Mapping[str, Any]], words: Words, *,
    amount: Amount, address: Address,
) -> Picture:  # fmt: skip
    """The picture of `around`; `fates` are the rows of a cascade by entity."""
    nodes = around["nodes"]
    layers = sorted({node["layer"] for node in nodes})
    row_of = {layer: row for row, layer in enumerate(layers)}
    at = {node["entity"]: place for place, node in enumerate(nodes)}
    ends = [(at[edge["from"]], at[edge["to"]]) for edge in around["edges"]]
    rows = [row_of[node["layer"]] for node in nodes]
    downward = [rows[one] <= rows[other] for one, other in ends]
    lower = [other if is_down else one for (one, other), is_down in zip(ends, downward, strict=True)]
    items = [
        Item(
            row=row, width=WIDTH, height=HEIGHT, below=BELOW,
            above=ABOVE + STEP * max(0, min(lower.count(place), MOST_STEPS) - 1),
        )
        for place, row in enumerate(rows)
    ]  # fmt: skip
    wires = [
        Wire(upper=one if is_down else other, lower=other if is_down else one, net=number)
        for number, ((one, other), is_down) in enumerate(zip(ends, downward, strict=True))
    ]
    drawing = draw(items, wires)
    boxes = [
        _box(node, _moved(drawing.at[place]), centre, fates.get(node["entity"]), words, address)
        for place, node in enumerate(nodes)
    ]
    name_of = {node["entity"]: node["name"] for node in nodes}
    ring_of = {node["entity"]: node["ring"] for node in nodes}
    steps = _steps(lower, drawing.lines)
    lines = [
        _line(edge, [_moved(point) for point in points], is_down, step, name_of, ring_of, fates, words, amount)
        for edge, points, is_down, step in zip(around["edges"], drawing.lines, downward, steps, strict=True)
    ]
    bands = [
        (_layer(layer, words), round(top + EDGE), round(height))
        for layer, (top, height) in zip(layers, drawing.rows, strict=True)
    ]
    return Picture(
        boxes=boxes, lines=lines, bands=bands, width=round(drawing.width + MARGIN + EDGE),
        height=round(drawing.height + 2 * EDGE),
    )  # fmt: skip


def _steps(lower: Sequence[int], lines: Sequence[Sequence[Point]]) -> list[int]:
    """How far up the label of each line stands: those of one box from left to right on steps of their own."""
    found = [0] * len(lines)
    for box in set(lower):
        mine = sorted((at for at, one in enumerate(lower) if one == box), key=lambda at: lines[at][-1])
        for step, at in enumerate(mine):
            found[at] = step % MOST_STEPS
    return found


def _moved(point: Point) -> Point:
    return point[0] + MARGIN, point[1] + EDGE


def _layer(layer: int, words: Words) -> str:
    if not layer:
        return words("exposure.layer.self")
    return words("exposure.layer.up" if layer < 0 else "exposure.layer.down", steps=abs(layer))


def _box(
    node: Mapping[str, Any], place: Point, centre: str, fate: Mapping[str, Any] | None, words: Words,
    address: Address,
) -> Box:  # fmt: skip
    kinds = ["box"] + ["self"] * (node["entity"] == centre) + ["ring"] * (node["ring"] is not None)
    note = ""
    if fate is not None:
        kinds.append({"named": "fallen", "defaults": "fallen", "unknown": "may", "stands": "hit"}[fate["status"]])
        note = fate_text(fate, words)
    tag = "" if node["ring"] is None else words("exposure.ring.tag", number=node["ring"])
    told = [node["name"], node["entity"], words("exposure.depth.told", depth=node["depth"]), tag, note]
    return Box(
        id=node["entity"], x=round(place[0]), y=round(place[1]), kind=" ".join(kinds),
        names=fitted(node["name"], WIDTH - 2 * _PAD, 1 if note or tag else 2), note=note, tag=tag,
        label=" · ".join(dict.fromkeys(filter(None, told))), address=address(node["entity"]),
    )  # fmt: skip


def fate_text(fate: Mapping[str, Any], words: Words) -> str:
    """What becomes of one in a cascade."""
    if fate["status"] == "defaults":
        return words("exposure.fate.round", round=fate["round"])
    return words(f"exposure.fate.{fate['status']}")


def _line(
    edge: Mapping[str, Any], points: Sequence[Point], is_down: bool, step: int, name_of: Mapping[str, str],
    ring_of: Mapping[str, int | None], fates: Mapping[str, Mapping[str, Any]], words: Words, amount: Amount,
) -> Line:  # fmt: skip
    """`points` run from the upper end to the lower one."""
    ends = edge["from"], edge["to"]
    path = points if is_down else list(reversed(points))
    rings = {ring_of[one] for one in ends}
    is_called = ends[1] in fates and fates[ends[1]]["status"] in ("named", "defaults")
    kinds = ["line"] + ["ring"] * (len(rings) == 1 and None not in rings) + ["called"] * is_called
    text = words("exposure.amount.unknown") if edge["amount"] is None else amount(edge["amount"])
    x, y = points[-1]
    told = [f"{name_of[ends[0]]} → {name_of[ends[1]]}", text]
    if edge["cover"]:
        told.append(words("exposure.cover.told", amount=amount(edge["cover"])))
    return Line(
        path=_path(path), kind=" ".join(kinds), text=text if is_down else f"↑ {text}",
        x=round(x), y=round(y - 9 - STEP * step), title=" · ".join(told),
    )  # fmt: skip


def _path(points: Sequence[Point]) -> str:
    return "M" + " L".join(f"{round(x)} {round(y)}" for x, y in points)
