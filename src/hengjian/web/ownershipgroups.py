"""What is laid out as one in the chart of ownership: single boxes, and blocks of those who hang on one box only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from hengjian.web.ownershipfacts import Facts, Holding
from hengjian.web.ownershiplayout import Item, Wire
from hengjian.web.ownershiplines import PORT, Point
from hengjian.web.ownershiptree import Shape, Spot

#: A box; the height of a line of a label, and of the arrow and air beside it; the room of a button.
WIDTH, HEIGHT, LABEL, AIR, BUTTON = 168.0, 62.0, 13.0, 12.0, 16.0
#: In a block: from its trunk to a box, from box to box downward, between columns, and over its first boxes.
STUB, _PITCH, _COLUMN, _HEAD = 62.0, HEIGHT + 20.0, 18.0, 10.0
#: Shares that differ by less are the same.
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A holding between two boxes, by their keys; None stands for those that are left out."""

    owner: int
    owned: int
    holding: Holding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How a tie is drawn: `is_up`: its owner is the lower end; `at_top`: its label stands at the upper end."""

    is_up: bool = False
    at_top: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How blocks are made: of how many at least, and as many stand in a column of a small one."""

    least: int
    deep: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Boxes that are laid out as one, with their keys. `holder`: on whom a block hangs, along a trunk, in columns; with
    `rest` more than 0 its last key is of a box that stands for so many who are left out."""

    spots: tuple[Spot, ...]
    keys: tuple[int, ...]
    row: int
    is_above: bool
    holder: Spot | None = None
    rest: int = 0
    columns: int = 1

    def slot(self, index: int, place: Point, height: float) -> Point:
        """Where the box of that number stands in a block: row by row; above, the rows begin at the foot."""
        row, column = divmod(index, self.columns)
        x = place[0] + column * (STUB + WIDTH + _COLUMN) + STUB
        if self.is_above:
            return x, place[1] + height - _HEAD - row * _PITCH - HEIGHT
        return x, place[1] + _HEAD + row * _PITCH


def ties_of(facts: Facts, spots: Sequence[Spot], key_of: Mapping[int, int], shape: Shape) -> list[Tie]:
    """In a graph all holdings between those shown, in a tree from box to box. `key_of`: keys by id() of spots."""
    if shape == "graph":
        keys = {spot.id: key_of[id(spot)] for spot in spots}
        return [
            Tie(owner=keys[one.owner], owned=keys[one.owned], holding=one)
            for one in facts.holdings
            if one.owner in keys and one.owned in keys
        ]
    pairs = {(one.owner, one.owned): one for one in facts.holdings}
    found = []
    for spot in spots:
        if spot.parent is not None:
            owner, owned = (spot.parent, spot) if spot.row > 0 else (spot, spot.parent)
            holding = pairs[owner.id, owned.id]
            found.append(Tie(owner=key_of[id(owner)], owned=key_of[id(owned)], holding=holding))
    return found


def groups_of(
    roots: Sequence[Spot], key_of: Mapping[int, int], ties: Sequence[Tie], keys: "count[int]", form: Form
) -> Iterator[Group]:
    """What is laid out, in the order of a walk, the enterprise first. `keys`: for boxes that stand for many."""
    degree: dict[int, int] = {}
    for tie in ties:
        for key in (tie.owner, tie.owned):
            degree[key] = degree.get(key, 0) + 1
    below, above = roots
    yield Group(spots=(below,), keys=(key_of[id(below)],), row=0, is_above=False)
    for root in roots:
        for spot in root:
            sets: dict[int, list[Spot]] = {}
            for child in spot.shown:
                if not child.shown and degree.get(key_of[id(child)]) == 1:
                    sets.setdefault(child.row, []).append(child)
            blocks = {row: those for row, those in sets.items() if len(those) >= form.least}
            hanging = {id(child) for those in blocks.values() for child in those}
            for child in spot.shown:
                if id(child) not in hanging:
                    yield Group(spots=(child,), keys=(key_of[id(child)],), row=child.row, is_above=root is above)
            rest = spot.left_out
            if rest and not blocks:
                blocks[spot.row + (-1 if root is above else 1)] = []
            for row, those in blocks.items():
                own = [key_of[id(child)] for child in those] + ([next(keys)] if rest else [])
                yield Group(
                    spots=tuple(those), keys=tuple(own), row=row, is_above=root is above, holder=spot, rest=rest,
                    columns=_columns(len(own), form.deep),
                )  # fmt: skip
                rest = 0


def _columns(number: int, deep: int) -> int:
    """Large blocks grow both ways, the deeper the higher for their breadth."""
    return -(-number // deep) if number <= 3 * deep else round((3 * number / deep) ** 0.5)


def wire_of(tie: Tie, groups: Sequence[Group], group_of: Mapping[int, int]) -> tuple[Wire, Side]:
    """Above the enterprise lines come together at who is held, elsewhere they spread from who holds."""
    owner, owned = group_of[tie.owner], group_of[tie.owned]
    if groups[owner].row > groups[owned].row:
        return Wire(upper=owned, lower=owner, net=("up", tie.owner, tie.owned)), Side(is_up=True)
    if groups[owner].row == groups[owned].row:
        return Wire(upper=owner, lower=owned, net=("level", tie.owner, tie.owned)), Side()
    if groups[owned].row <= 0:
        return Wire(upper=owner, lower=owned, net=("into", owned)), Side(at_top=True)
    return Wire(upper=owner, lower=owned, net=("from", owner)), Side()


def items_of(groups: Sequence[Group], ties: Sequence[Tie], wires: Sequence[tuple[Wire, Side]]) -> list[Item]:
    """What the layout places: sizes, and the room for labels and buttons."""
    nets: dict[tuple[int, bool], dict[object, int]] = {}
    first = min((group.row for group in groups), default=0)
    for tie, (wire, side) in zip(ties, wires, strict=True):
        is_level = groups[wire.upper].row == groups[wire.lower].row
        for at, is_foot in ((wire.upper, not is_level), (wire.lower, False)):
            has_label = at == (wire.upper if side.at_top else wire.lower)
            lines = nets.setdefault((at, is_foot), {})
            lines[wire.net] = max(lines.get(wire.net, 0), lines_of(tie.holding) if has_label else 0)
    return [
        _block(group, first)
        if group.holder
        else _single(group, first, nets.get((at, False), {}), nets.get((at, True), {}))
        for at, group in enumerate(groups)
    ]


def _single(group: Group, first: int, top: Mapping[object, int], foot: Mapping[object, int]) -> Item:
    """`top`, `foot`: how many lines the label of each net has at that side; 0 where it has none."""
    (spot,) = group.spots
    needs = [max(side.values()) * LABEL + AIR if side else 0.0 for side in (top, foot)]
    if spot.parent is not None and spot.children:
        needs[0 if group.is_above else 1] += BUTTON
    return Item(
        row=group.row - first, width=max(WIDTH, (max(len(top), len(foot)) - 1) * PORT + 40), height=HEIGHT,
        above=needs[0], below=needs[1], is_low=group.is_above,
    )  # fmt: skip


def _block(group: Group, first: int) -> Item:
    rows, columns, across = -(-len(group.keys) // group.columns), group.columns, STUB + WIDTH + _COLUMN
    return Item(
        row=group.row - first, width=columns * across - _COLUMN, height=_HEAD + rows * _PITCH - 8,
        port=(columns - 1) // 2 * across + 8, is_low=group.is_above,
    )  # fmt: skip


def lines_of(holding: Holding | None) -> int:
    """How many lines its label has: share, votes where they are others, kind, what was before; never none."""
    if holding is None:
        return 1
    return max(1, (holding.share > 0) + has_votes(holding) + bool(holding.kinds) + (holding.mark == "changed"))


def has_votes(holding: Holding) -> bool:
    """Whether its votes are others than its share."""
    return abs(holding.votes - holding.share) > _SAME
