"""What a value of a parameter may be: a number or a list of points, for everybody or for each class."""

import unicodedata
from dataclasses import dataclass

from hengjian.load.fields import Kind, Schema
from hengjian.load.kinds import FIGURE, Figure
from hengjian.load.strict import Broken, Desk, Mapping, Node, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of points [x, y] as written, and where it stands."""

    points: tuple[tuple[Figure, Figure], ...]
    place: Sequence


def _read_value(node: Node, desk: Desk, what: str) -> Figure | Points | None:
    return _read_points(node, desk, what) if isinstance(node, Sequence) else FIGURE.read(node, desk, what)


def _read_points(node: Sequence, desk: Desk, what: str) -> Points | None:
    if not node.items:
        desk.fault(node, f"{what} has no point", "write at least one point, as [[0, 1]]")
        return None
    found = []
    for number, item in enumerate(node.items, 1):
        if not isinstance(item, Sequence) or len(item.items) != 2:
            if not isinstance(item, Broken):
                desk.fault(item, f"point {number} of {what} is not a pair", "write each point as [x, y]")
            continue
        x, y = (FIGURE.read(one, desk, f"point {number} of {what}") for one in item.items)
        if x is not None and y is not None:
            found.append((x, y))
    return Points(points=tuple(found), place=node) if len(found) == len(node.items) else None


def _read_table(node: Node, desk: Desk, what: str) -> dict[str, Figure | Points] | None:
    """One value, under "default"; or values by class."""
    if not isinstance(node, Mapping):
        one = _read_value(node, desk, what)
        return None if one is None else {"default": one}
    if not node.entries:
        desk.fault(node, f"{what} is empty", "write a number, or a number for each class")
        return None
    table: dict[str, Figure | Points] = {}
    for key, value in node.entries:
        found = _read_value(value, desk, f"{what} for {key.text!r}")
        if found is not None:
            table[unicodedata.normalize("NFKC", key.text).strip()] = found
    return table if len(table) == len(node.entries) else None


_PAIR: Schema = {"type": "array", "items": FIGURE.schema, "minItems": 2, "maxItems": 2}
_VALUE: Schema = {"anyOf": [FIGURE.schema, {"type": "array", "minItems": 1, "items": _PAIR}]}
#: One value, or a mapping from classes (joined by "/" when there are several `by`) to values.
TABLE: Kind[dict[str, Figure | Points]] = Kind(
    _read_table, {"anyOf": [_VALUE, {"type": "object", "minProperties": 1, "additionalProperties": _VALUE}]}
)
