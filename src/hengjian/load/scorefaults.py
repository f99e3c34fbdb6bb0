"""What of a scorecard does not fit together: sums of weights, names of its parts, methods without what they need."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from hengjian.load.fields import Reading
from hengjian.load.strict import Desk
from hengjian.model.issue import Issue, Place, nearest
from hengjian.model.scorecard import (
    Awards,
    Bonus,
    Cap,
    CapGrade,
    Couple,
    Efficacy,
    Item,
    Modification,
    PastScores,
    ProRata,
    Rating,
    Rescale,
    Scorecard,
    Setting,
    Standing,
    Steps,
    Table,
    Times,
    Veto,
)

_WHOLE = Decimal(100)


@dataclass(slots=True)
class Spots:
    """Where the keys of items stand, by (item, key); of which groups not every item could be read, and those items."""

    desk: Desk
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def note(self, item: str, reading: Reading) -> None:
        """Remember the keys of an item."""
        for key, node in reading.nodes.items():
            self.places.setdefault((item, key), self.desk.place(node))

    def at(self, item: Item, key: str) -> Place:
        """Where a key of an item stands; its name where it is not written."""
        return self.places.get((item.name, key), item.place)


def scorecard_faults(card: Scorecard, spots: Spots) -> Iterator[Issue]:
    """Every fault of a card that has been read; what could not be read is told already, and not asked for."""
    yield from _order(card, spots)
    seen: dict[str, Item] = {}
    for item in card.root.walk():
        first = seen.setdefault(item.name, item)
        if first is not item:
            message = f"the item {item.name!r} stands twice in scorecard {card.name!r}"
            yield Issue(place=item.place, message=message, hint=f"the first is at {first.place}; rename one")
        yield from _steps_of(card, item, spots)
        if item.items:
            yield from _group(item, spots, whole=item is card.root)
            if item.bounds is not None:
                yield from _set(card, spots.at(item, "bounds"), f"bounds of {item.name!r}", item.bounds.setting)
        elif item.method is not None:
            yield from _leaf(card, item, spots)
    for item in card.root.walk():
        if item is not card.root:
            yield from _place_in_card(card, item, spots)


def _order(card: Scorecard, spots: Spots) -> Iterator[Issue]:
    for better, worse in pairwise(card.grades):
        if worse.at_least >= better.at_least:
            message = f"the grade {worse.name!r} does not begin below {better.name!r}, which stands before it"
            yield Issue(place=spots.at(card.root, "grades"), message=message, hint="write the best grade first")
    for high, low in pairwise(card.bands):
        if low.coefficient >= high.coefficient:
            message = f"the coefficient of the band {low.name!r} is not less than that of {high.name!r} before it"
            yield Issue(place=spots.at(card.root, "bands"), message=message, hint="write the best band first")
    for switch in card.switches.values():
        yield from _known(switch.place, f"switch {switch.name!r}", "choice", switch.otherwise, switch.choices)


def _known(place: Place, what: str, kind: str, name: str, known: Iterable[str]) -> Iterator[Issue]:
    """A name that is not among those known."""
    known = list(known)
    if name not in known:
        hint = nearest(name, known, otherwise=f"there are {', '.join(known) or 'none'}")
        yield Issue(place=place, message=f"{what} knows no {kind} {name!r}", hint=hint)


def _set(card: Scorecard, place: Place, what: str, setting: Setting | None) -> Iterator[Issue]:
    if setting is None:
        return
    name, choice = setting
    faults = list(_known(place, what, "switch", name, card.switches))
    yield from faults or _known(place, f"{what}: switch {name!r}", "choice", choice, card.switches[name].choices)


def _steps_of(card: Scorecard, item: Item, spots: Spots) -> Iterator[Issue]:
    """What the steps of an item name, and the card has not."""
    every = {one.name: one for one in card.root.walk() if one is not card.root}
    grounds = [kind.name for one in every.values() if isinstance(one.method, Awards) for kind in one.method.kinds]
    below = [one.name for one in item.walk() if one is not item]
    whole = not spots.cut  # names of items that could not be read are not asked for
    for adjust in item.adjust:
        what, place = f"adjust of {item.name!r}", adjust.place
        yield from _set(card, place, what, adjust.given.setting)
        if adjust.given.where is not None and whole:
            yield from _known(place, what, "item", adjust.given.where.item, every)
        match adjust.step:
            case Cap(at=None) if item.weight is None and not card.letter:
                message = f"{what} caps at the weight, but {item.name!r} has none"
                yield Issue(place=place, message=message, hint="write cap: {at: 100}, or give it a weight")
            case Times(by=None, formula=None) if not card.letter:
                message = f"{what} multiplies by the factor of the letter, but the card goes by no letter"
                yield Issue(place=place, message=message, hint="write times: {by: 1.1}, or letter: true of the card")
            case Times(by=Decimal(), formula=formula) if formula is not None:
                message = f"{what} multiplies by a number and by a formula"
                yield Issue(place=place, message=message, hint="delete one of them")
            case Rescale(source=source) if source <= 0:
                message = f"{what} rescales from a scale of {source:f} points"
                yield Issue(place=place, message=message, hint="write more than 0, as rescale: {from: 120, to: 100}")
            case Couple(others_than=named) if whole:
                for name in named:
                    yield from _known(place, what, "item below", name, below)
            case Bonus(items=named) if whole:
                for name in named:
                    yield from _known(place, what, "bonus item", name, [n for n in every if every[n].role == "bonus"])
            case CapGrade(grade=grade):
                yield from _known(place, what, "grade", grade, [one.name for one in card.grades])
            case Veto(grade=grade, grounds=named):
                yield from _known(place, what, "grade", grade, [one.name for one in card.grades])
                for name in named if whole else ():
                    yield from _known(place, what, "ground", name, grounds)
                if not named and adjust.given.when is None and adjust.given.where is None:
                    message = f"{what} has a veto that names no ground and no condition"
                    yield Issue(place=place, message=message, hint="add grounds: [NAME] or when: FORMULA")


def _group(item: Item, spots: Spots, *, whole: bool) -> Iterator[Issue]:
    """What the items of a group come to."""
    if item.bounds is not None and item.combine != "modified":
        message = f"{item.name!r} bounds a coefficient, but combines as {item.combine}"
        yield Issue(place=spots.at(item, "bounds"), message=message, hint="write combine: modified, or delete bounds")
    if item.bounds is not None and item.bounds.least > item.bounds.most:
        message = f"the bounds of {item.name!r} are {item.bounds.least} and {item.bounds.most}"
        yield Issue(place=spots.at(item, "bounds"), message=message, hint="least is the lesser of the two")
    if item.name in spots.cut or item.combine == "sum":
        return
    place = item.place if whole else spots.at(item, "items")
    if item.combine == "weighted":
        yield from _sum(item.name, "items", [one for one in item.items if one.role != "bonus"], _WHOLE, place)
        return
    basic = [one for one in item.items if one.role == "basic"]
    if not basic:
        message = f"{item.name!r} combines as modified, and has no basic item"
        yield Issue(place=place, message=message, hint="mark those that give points with role: basic")
    for role in ("basic", "modifying"):
        of_role = [one for one in item.items if one.role == role]
        if of_role and item.weight is not None:
            yield from _sum(item.name, f"{role} items", of_role, item.weight, place)


def _sum(group: str, what: str, items: list[Item], whole: Decimal, place: Place) -> Iterator[Issue]:
    """Weights that do not add up; not told of weights that a letter gives."""
    weights = [one.weight for one in items]
    total = sum((one for one in weights if one is not None), Decimal(0))
    if None not in weights and total != whole:
        message = f"the weights of the {what} of {group!r} add up to {total:f}, not to {whole:f}"
        yield Issue(place=place, message=message, hint="mend a weight, or add the item that is missing")


def _place_in_card(card: Scorecard, item: Item, spots: Spots) -> Iterator[Issue]:
    """What stands against an item beside others: its weight, its role."""
    if item.weight is not None and item.weight < 0:
        hint = "what takes points away is scored by awards with minus: true"
        yield Issue(place=spots.at(item, "weight"), message=f"the weight of {item.name!r} is negative", hint=hint)
    if item.many and not card.letter:
        message = f"{item.name!r} stands for lines of a letter, but the card goes by no letter"
        yield Issue(place=spots.at(item, "many"), message=message, hint="write letter: true of the card")
    if item.many and item.items:
        message = f"the group {item.name!r} cannot stand for lines of a letter"
        yield Issue(place=spots.at(item, "many"), message=message, hint="mark the item within it that is scored")
    for parent in card.root.walk():
        if item not in parent.items:
            continue
        if parent.combine == "modified" and item.role == "scored":
            message = f"{item.name!r} stands in {parent.name!r}, which combines as modified, and has no role there"
            yield Issue(place=item.place, message=message, hint="write role: basic or role: modifying")
        elif parent.combine != "modified" and item.role in ("basic", "modifying"):
            message = f"{item.name!r} is {item.role}, but {parent.name!r} combines as {parent.combine}"
            yield Issue(place=spots.at(item, "role"), message=message, hint="write combine: modified there")
        elif parent.combine == "weighted" and item.weight is None and item.role != "bonus" and not card.letter:
            message = f"{item.name!r} has no weight among the items of {parent.name!r}"
            yield Issue(place=item.place, message=message, hint="add weight: 20")


def _leaf(card: Scorecard, item: Item, spots: Spots) -> Iterator[Issue]:
    """A method and what it needs beside it."""
    place, method, what = spots.at(item, "method"), item.method, f"the method of {item.name!r}"
    if isinstance(method, Modification) != (item.role == "modifying"):
        message = f"{item.name!r} is {item.role}, and its method is {'' if item.role != 'modifying' else 'not '}"
        hint = "an item with role: modifying has the method modification, and no other has it"
        yield Issue(place=place, message=f"{message}modification", hint=hint)
    if isinstance(method, Efficacy | Modification | Standing):
        if card.standards is None:
            message = f"{what} goes by a standard, but the card by no book of standards"
            yield Issue(place=place, message=message, hint="add standards: {book, class, size} to the card")
        if not card.bands:
            message = f"{what} goes by bands, and the card has none"
            yield Issue(place=place, message=message, hint="add bands: {excellent: {label, coefficient: 1.0}}")
    if isinstance(method, Standing) and card.bands:
        for name in method.points:
            yield from _known(place, what, "band", name, [one.name for one in card.bands])
    if isinstance(method, Steps):
        yield from _set(card, place, what, method.whole_if)
    yield from _lacking(card, item, place, what)


def _lacking(card: Scorecard, item: Item, place: Place, what: str) -> Iterator[Issue]:
    method = item.method
    weighs = isinstance(method, Efficacy | Modification | Steps | ProRata | Rating)
    if weighs and item.weight is None and not card.letter:
        yield Issue(place=item.place, message=f"{what} needs a weight", hint="add weight: 20")
    filed = "confirmed" in item.channels or "audited" in item.channels
    if isinstance(method, Rating | Awards | PastScores):
        if item.value is not None:
            message = f"{what} reads no value, but {item.name!r} has one"
            yield Issue(place=item.value.place, message=message, hint="delete value")
    elif item.value is None and not filed and not item.many:
        yield Issue(place=item.place, message=f"{what} needs a value", hint="add value: the name of an indicator")
    needs = isinstance(method, Steps | ProRata) or (isinstance(method, Table) and method.of != "value")
    if needs and not card.letter and getattr(method, "target", None) is None:
        hint = "add target: FORMULA to the method, or letter: true to the card"
        yield Issue(place=place, message=f"{what} needs a target", hint=hint)
