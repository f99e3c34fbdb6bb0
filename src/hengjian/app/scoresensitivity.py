"""What a small change of each figure is worth in points of the whole, and from where on no more can be had."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from hengjian.app.wire import Answer
from hengjian.model.scorecard import (
    Efficacy,
    Item,
    Modification,
    Points,
    ProRata,
    Scorecard,
    Standing,
    Steps,
    Table,
    score_name,
)
from hengjian.supervise.scored import Assessed, Figure, Given, Scored, line_name
from hengjian.supervise.scorenumber import plain
from hengjian.supervise.scoreplan import Plan, planned
from hengjian.supervise.scorerecord import ITEMS
from hengjian.supervise.scoring import assess

#: Farther than so many times its target (else its value) from where it is, no figure is looked for.
_FAR = 1_000
_NUMERIC = (Efficacy, Modification, Points, ProRata, Standing, Steps, Table)
#: The part of its target to which it is told where a figure caps, where no corner of the rule says it.
_FINE = Decimal("0.0001")


def sensitivity(card: Scorecard, given: Given, assessed: Assessed) -> list[Answer]:
    """Of each item that has a figure: `step`, which is 1 % `of` its target (else of its value), what the whole gains if
    it is so much `better` and loses if so much `worse`, and `caps_at`: the value from which on nothing more is gained
    (None: there is no such). All before the last rounding."""
    whole = assessed.root.score
    if whole is None:
        return []
    plan = planned(card)
    return [one for part in _leaves(assessed.root) if (one := _of(plan, given, part, whole)) is not None]


def _leaves(group: Scored) -> Iterator[Scored]:
    for part in group.parts:
        if part.kind in ITEMS:
            below = list(_leaves(part))
            if below:
                yield from below
            elif part.value is not None:
                yield part


def _of(plan: Plan, given: Given, part: Scored, whole: Decimal) -> Answer | None:
    card = plan.card
    line = next((one for one in given.lines if one.key == part.item), None)
    item = card.item(part.item if line is None else line.item)
    if item is None or part.value is None or not isinstance(item.method, _NUMERIC):
        return None
    name = line_name(part.item) if item.many else score_name(card.name, part.item, "value")
    base = part.target or part.value
    step = abs(base) / 100
    if not step:
        return None
    value, target = part.value, part.target

    def at(other: Decimal) -> Decimal | None:
        figures = {**given.figures, name: Figure(value=other)}
        return assess(plan, replace(given, figures=figures)).root.score

    way = _way(item, None if line is None else line.direction, value, target)
    better, worse = at(value + way * step), at(value - way * step)
    corners = sorted({*_corners(item, given, target)}, key=lambda one: way * one)
    return {
        "item": part.item, "label": part.label.record(), "unit": part.unit, "value": plain(value),
        "target": None if target is None else plain(target), "of": "target" if part.target else "value",
        "step": plain(step), "better": _plain(better, whole), "worse": _plain(worse, whole),
        "caps_at": _text(_cap(at, corners, value, way * step * 100)),
    }  # fmt: skip


def _way(item: Item, direction: str | None, value: Decimal, target: Decimal | None) -> int:
    """In which direction the figure gets better: of neither, towards its target."""
    said = direction or item.direction
    if said == "free":
        return 1 if target is None or value < target else -1
    return -1 if said == "down" else 1


def _cap(
    at: Callable[[Decimal], Decimal | None], corners: list[Decimal], value: Decimal, reach: Decimal
) -> Decimal | None:
    """The first value, in the good direction, from which on the whole stays the same."""
    far, beyond = at(value + _FAR * reach), at(value + 2 * _FAR * reach)
    if far is None or far != beyond:
        return None
    way = 1 if reach > 0 else -1
    found = next((one for one in corners if at(one) == far), value if at(value) == far else value + _FAR * reach)
    known = max((one for one in (*corners, value) if way * one < way * found and at(one) != far),
                key=lambda one: way * one, default=None)  # fmt: skip
    if known is None or at((known + found) / 2) != far:
        return found
    low, high = known, found  # something else than the method caps it
    while abs(high - low) > abs(reach) * _FINE:
        middle = (low + high) / 2
        low, high = (low, middle) if at(middle) == far else (middle, high)
    return high.quantize(_last(abs(reach) * _FINE))


def _last(fine: Decimal) -> Decimal:
    return Decimal(1).scaleb(min(0, fine.adjusted()))


def _corners(item: Item, given: Given, target: Decimal | None) -> Iterator[Decimal]:
    """The values at which the method's line bends."""
    method = item.method
    match method:
        case Efficacy(standard=key) | Modification(standard=key) | Standing(standard=key):
            if key in given.standards:
                yield from given.standards[key].bands.values()
        case Steps() if target is not None:
            for side in (method.above, method.below):
                mosts = [tier.most for tier in method.tiers] + ([method.losses.most] if method.losses else [])
                for most in [] if side is None else [side.most, *mosts]:
                    if most is not None and side is not None and side.points:
                        far = most / side.points * side.per * (1 if method.absolute else abs(target) / 100)
                        yield from (target + far, target - far)
        case ProRata() if target is not None:
            for share in (method.least, method.most):
                if share:
                    yield from (target * share, target / share)
        case Table() if target is not None or method.of == "value":
            yield from _rows(method, target or Decimal(0))


def _rows(method: Table, target: Decimal) -> Iterator[Decimal]:
    for row in method.rows:
        if row.at_least is None:
            continue
        match method.of:
            case "value":
                yield row.at_least
            case "attainment":
                yield target * row.at_least
            case "deviation":
                yield from (target + abs(target) * row.at_least, target - abs(target) * row.at_least)


def _plain(other: Decimal | None, whole: Decimal) -> str | None:
    return None if other is None else plain(other - whole)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
