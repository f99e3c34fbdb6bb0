"""Which of those near an enterprise are shown, and below whom: each once, or once below each of its holders."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hengjian.web.ownershipfacts import Facts

Shape = Literal["tree", "graph"]

#: As many boxes as a screen shows at once: so many levels are opened at first.
SCREENFUL = 64
#: Stands for all ids.
EVERYONE = "*"
#: Of more than `_MANY` below one holder who are not open themselves, the first `_FEW` are shown at first.
_MANY, _FEW = 44, 40


@dataclass(slots=True, kw_only=True)
class Spot:
    """One place of the tree: who stands there, in which row (negative above), below (above) whom.

    `is_copy`: this one stands elsewhere too, and what it holds is shown there. `depth`: steps from the root. `beneath`:
    how many spots hang on it. `shown`: the children that are; `left_out` of them are not because they are too many.
    """

    id: str
    row: int
    parent: "Spot | None"
    is_copy: bool = False
    children: "list[Spot]" = field(default_factory=list)
    depth: int = 0
    beneath: int = 0
    is_open: bool = False
    shown: "list[Spot]" = field(default_factory=list)
    left_out: int = 0

    def __iter__(self) -> "Iterator[Spot]":
        """This one and all that are shown beneath it, in depth."""
        waiting = [self]
        while waiting:
            spot = waiting.pop()
            yield spot
            waiting += reversed(spot.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the reader opened. `depth`: so many levels (None: a screenful); `turned`: ids that are open where they would
    be shut, or shut where they would be open; `whole`: ids all of whose holdings are shown, however many (`EVERYONE`:
    of all); `focus`: one who is to be seen."""

    depth: int | None = None
    turned: Collection[str] = ()
    whole: Collection[str] = ()
    focus: str = ""


def grow(facts: Facts, shape: Shape, signs: Collection[int] = (1, -1)) -> list[Spot]:
    """The roots of both sides, which stand for the enterprise itself: of the one below (1), then of the one above (-1);
    nothing hangs on the root of a side that `signs` does not name."""
    return [
        _grown(facts, shape, sign) if sign in signs else Spot(id=facts.entity, row=0, parent=None) for sign in (1, -1)
    ]


def _grown(facts: Facts, shape: Shape, sign: int) -> Spot:
    nodes = facts.nodes
    beside: dict[str, list[tuple[float, str]]] = {}
    for one in facts.holdings:
        near, far = (one.owner, one.owned) if sign > 0 else (one.owned, one.owner)
        beside.setdefault(near, []).append((-max(one.share, one.votes), far))
    root = Spot(id=facts.entity, row=0, parent=None)
    homes, waiting = {facts.entity: root}, [root]
    reached: list[tuple[str, Spot]] = []
    while waiting:
        found: dict[str, list[tuple[float, int, Spot]]] = {}
        for index, spot in enumerate(waiting):
            for weight, other in beside.get(spot.id, ()):
                if other not in homes:
                    found.setdefault(other, []).append((weight, index, spot))
        waiting = []
        for other, holders in found.items():
            parent = min(holders, key=lambda holder: holder[:2])[2]
            homes[other] = Spot(id=other, row=parent.row + sign, parent=parent, is_copy=nodes[other].level * sign < 0)
            reached.append((other, parent))
            waiting.append(homes[other])
    for other, parent in reached:
        _hang(homes[other], parent, shape, nodes[other].level)
    if shape == "tree":
        _copy(homes, beside, sign)
    _finish(root, facts)
    return root


def _hang(spot: Spot, parent: Spot, shape: Shape, level: int) -> None:
    """In a graph each stands in the row of its level, and only on its own side."""
    if shape == "graph":
        if spot.is_copy:
            return
        while parent.is_copy and parent.parent is not None:
            parent = parent.parent
        spot.row, spot.parent = level, parent
    parent.children.append(spot)


def _copy(homes: Mapping[str, Spot], beside: Mapping[str, list[tuple[float, str]]], sign: int) -> None:
    """In a tree one stands below each of its holders."""
    for holder, spot in homes.items():
        for _, other in beside.get(holder, ()):
            if homes[other].parent is not spot:
                spot.children.append(Spot(id=other, row=spot.row + sign, parent=spot, is_copy=True))


def _finish(root: Spot, facts: Facts) -> None:
    """Orders the children, the largest right first, and counts what hangs on each."""
    every = [root]
    for spot in every:
        spot.children.sort(key=lambda child: (child.is_copy, -(facts.nodes[child.id].cash_flow or 0.0), child.id))
        for child in spot.children:
            child.depth = spot.depth + 1
        every += spot.children
    for spot in reversed(every):
        spot.beneath = sum(1 + child.beneath for child in spot.children)


def show(roots: Sequence[Spot], wish: Wish) -> int:
    """Decides what is shown of the trees; to how many levels they are open."""
    depth = wish.depth
    if depth is None:
        deepest = max(abs(spot.row) for root in roots for spot in _every(root))
        depth = next((d - 1 for d in range(2, deepest + 1) if _count(roots, d) > SCREENFUL), deepest)
    depth = max(depth, 1)
    for root in roots:
        _show(root, depth, wish.turned, wish.whole, {spot.id for spot in _path(root, wish.focus)})
    return depth


def turned(roots: Sequence[Spot], depth: int) -> list[str]:
    """The ids of those shown that are not as `depth` alone would have them."""
    return list(dict.fromkeys(
        spot.id for root in roots for spot in root if spot.children and spot.is_open != (spot.depth < depth)
    ))  # fmt: skip


def _every(root: Spot) -> list[Spot]:
    found = [root]
    for spot in found:
        found += spot.children
    return found


def _path(root: Spot, focus: str) -> Iterator[Spot]:
    """Those that must be open for one to be seen."""
    spot = next((one for one in _every(root) if one.id == focus and not one.is_copy), None) if focus else None
    while spot is not None and spot.parent is not None:
        spot = spot.parent
        yield spot


def _count(roots: Sequence[Spot], depth: int) -> int:
    for root in roots:
        _show(root, depth, (), (), ())
    return sum(1 for root in roots for _ in root)


def _show(
    root: Spot, depth: int, turned: Collection[str], whole: Collection[str], needed: Collection[str]
) -> None:  # fmt: skip
    def opens(spot: Spot) -> bool:
        return bool(spot.children) and ((spot.depth < depth) != (spot.id in turned) or spot.id in needed)

    waiting = [root]
    while waiting:
        spot = waiting.pop()
        spot.is_open, spot.left_out = opens(spot), 0
        spot.shown = spot.children if spot.is_open else []
        closed = [child for child in spot.shown if not opens(child)]
        if len(closed) > _MANY and not {spot.id, EVERYONE}.intersection(whole) and spot.id not in needed:
            hidden = set(map(id, closed[_FEW:]))
            spot.shown = [child for child in spot.shown if id(child) not in hidden]
            spot.left_out = len(hidden)
        waiting += spot.shown
