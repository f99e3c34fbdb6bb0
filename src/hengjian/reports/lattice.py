"""Rows of a workbook for the tree of an answer: which part stands in which row, and what each cell is called."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from hengjian.model.scorecard import Bonus, Cap, CapGrade, Couple, Floor, Item, Scorecard, Step
from hengjian.reports.sources import is_item

#: Columns of the sheet, in their order; the bands of standard values stand between the target and the lower band.
BEFORE = ("number", "label", "method", "weight", "value", "target")
AFTER = (
    "missed", "lower", "upper", "lower_value", "upper_value", "efficacy", "first", "second", "earned", "score", "ours",
    "difference", "check", "reason",
)  # fmt: skip
#: The first row of the tree; those above it hold the title and the coefficients of the bands.
FIRST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A part of an answer and its row (from 1). `item` is the declared one; a part that is none has its owner's."""

    node: Mapping[str, Any]
    item: Item | None
    row: int
    number: str
    depth: int
    direction: str
    children: tuple["Line", ...] = ()

    @property
    def is_item(self) -> bool:
        """Whether it is an item of the card."""
        return is_item(self.node)

    @property
    def kind(self) -> str:
        """What it is."""
        return str(self.node.get("kind", "item"))

    @property
    def data(self) -> Mapping[str, Any]:
        """What its sentence names."""
        found: Mapping[str, Any] = self.node.get("data") or {}
        return found

    @property
    def is_told(self) -> bool:
        """Whether it has points."""
        return self.node.get("score") is not None

    def walk(self) -> Iterator["Line"]:
        """It and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The letters of the columns of a card's sheet."""

    letters: Mapping[str, str]
    bands: tuple[str, ...]

    def cell(self, name: str, line: Line) -> str:
        """The address of a column's cell in a line's row."""
        return f"{self.letters[name]}{line.row}"

    def span(self, line: Line) -> str:
        """The standard values of a line."""
        return f"{self.bands[0]}{line.row}:{self.bands[-1]}{line.row}"

    @property
    def coefficients(self) -> str:
        """The coefficients of the bands."""
        return f"${self.bands[0]}${FIRST - 1}:${self.bands[-1]}${FIRST - 1}"

    @property
    def order(self) -> Sequence[str]:
        """All columns by name, in their order."""
        return [*BEFORE, *(f"band{place}" for place in range(len(self.bands))), *AFTER]


def columns_of(card: Scorecard) -> Columns:
    """The columns of a card."""
    bands = len(card.bands)
    letters = [_letter(place) for place in range(len(BEFORE) + bands + len(AFTER))]
    after = letters[len(BEFORE) + bands :]
    return Columns(
        letters=dict(zip((*BEFORE, *AFTER), [*letters[: len(BEFORE)], *after], strict=True)),
        bands=tuple(letters[len(BEFORE) : len(BEFORE) + bands]),
    )


def _letter(place: int) -> str:
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def tree(answer: Mapping[str, Any], card: Scorecard) -> Line:
    """The whole of an answer as lines; its parts are the items and what was done to their sum."""
    rows = count(FIRST)
    letter = answer.get("letter") or {}
    directions = {str(one.get("key")): str(one["direction"]) for one in letter.get("lines", ()) if one.get("direction")}
    whole = {
        "item": card.root.name, "label": card.root.label.record(), "kind": "item", "score": answer.get("exact"),
        "weight": None, "value": None, "target": None, "unit": None, "reason": answer.get("reason") or {},
        "code": answer.get("code") or "sum", "data": answer.get("data") or {}, "note": {},
        "parts": _in_order(answer, card),
    }  # fmt: skip
    return _line(whole, card.root, card, directions, rows, "", 0)


def _in_order(answer: Mapping[str, Any], card: Scorecard) -> list[Mapping[str, Any]]:
    """The parts of the whole as they were added: an answer tells items apart from what was done to their sum, and
    bonus items are added by one of the steps."""
    added = {name for adjust in card.root.adjust if isinstance(adjust.step, Bonus) for name in adjust.step.items}
    found = [item for item in answer["items"] if item["item"] not in added]
    waiting = list(answer.get("adjust") or ())
    for adjust in card.root.adjust:
        step = adjust.step
        if isinstance(step, Bonus):
            found += [item for item in answer["items"] if item["item"] in step.items]
        while waiting and _is_of(waiting[0], step):
            found.append(waiting.pop(0))
            if not isinstance(step, Bonus | Couple):
                break
    return [*found, *waiting]


def _is_of(part: Mapping[str, Any], step: Step) -> bool:
    """Whether a part may be what a step did."""
    kind, at = part["kind"], (part.get("data") or {}).get("at")
    match step:
        case Cap(at=most):
            return bool(kind == "cap" and (most is None or Decimal(str(at)) == most))
        case Floor(at=least):
            return bool(kind == "floor" and Decimal(str(at)) == least)
        case CapGrade():
            return bool(kind == "cap_grade")
    return bool(kind == type(step).__name__.lower())


def _line(
    node: Mapping[str, Any], item: Item | None, card: Scorecard, directions: Mapping[str, str], rows: "count[int]",
    number: str, depth: int,
) -> Line:  # fmt: skip
    row, place = next(rows), 0
    children = []
    for part in node.get("parts") or ():
        own = card.item(str(part["item"]))
        if own is None and item is not None:
            own = item  # a line of the letter, which is an item of its own
        mark = ""
        if is_item(part):
            place += 1
            mark = f"{number}.{place}" if number else str(place)
        children.append(_line(part, own, card, directions, rows, mark, depth + 1))
    direction = directions.get(str(node["item"])) or ("up" if item is None else item.direction)
    return Line(
        node=node, item=item, row=row, number=number, depth=depth, direction=direction, children=tuple(children)
    )
