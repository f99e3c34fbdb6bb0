"""Changes that are only tried: other values, targets and weights of a score, and a letter that is not signed yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hengjian.app.letters import Letter
from hengjian.app.scorefigures import formula_named
from hengjian.app.scoregiven import Asked
from hengjian.intake.text import normal, quoted
from hengjian.load.kinds import parse_number
from hengjian.model.declaration import Label
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.model.scorecard import Awards, Item, PastScores, ProRata, Rating, Scorecard, Steps, Table, score_name
from hengjian.model.unit import Unit, parse_unit
from hengjian.supervise.scored import Figure, Given, LetterLine, Rated, line_name

#: As which channel a figure counts that was only tried.
TRIED = "tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """By item, or by the key of a letter's line, in its unit."""

    values: Mapping[str, Decimal] = field(default_factory=dict)
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    weights: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What a name means: an item, or a line of one of `many`."""

    item: Item
    line: LetterLine | None

    @property
    def is_own(self) -> bool:
        """Whether the line is an item of its own."""
        return self.item.many and self.line is not None


def changes_of(asked: Asked, given: Given, question: Mapping[str, Any]) -> Changes:
    """The changes that a question names; a refusal with all its faults."""
    places = _places(asked.card, given)
    issues: list[Issue] = []

    def read(part: str, check: Callable[[_Place], str | None]) -> dict[str, Decimal]:
        found = {}
        for name, text in (question.get(part) or {}).items():
            place = places.get(normal(str(name)))
            if place is None:
                hint = nearest(str(name), list(places), otherwise=f"it has {', '.join(places)}")
                issues.append(Issue(place=None, message=f"{asked.card.name} has no item {str(name)!r}", hint=hint))
                continue
            fault = check(place)
            value = None if fault is not None else _number(asked, place, str(text), is_weight=part == "weights")
            if value is None:
                word = part.removesuffix("s")
                message = fault or f"the {word} of {name} is no number: {str(text)!r}"
                hint = "write a number, in the unit of the item" if fault is None else "change another item"
                issues.append(Issue(place=None, message=message, hint=hint))
                continue
            found[place.line.key if place.is_own and place.line is not None else place.item.name] = value
        return found

    changes = Changes(
        values=read("values", _no_value), targets=read("targets", _no_target), weights=read("weights", _no_weight)
    )
    for name, value in changes.values.items():
        if isinstance(places[normal(name)].item.method, Rating) and not 0 <= value <= 1:
            hint = "write the mean share of the weight, as 0.85 or 85%"
            issues.append(Issue(place=None, message=f"the rating of {name} is {value}", hint=hint))
    for name, value in changes.weights.items():
        if value < 0:
            issues.append(Issue(place=None, message=f"the weight of {name} is {value}", hint="write 0 or more"))
    if issues:
        raise Refused(issues)
    return changes


def _places(card: Scorecard, given: Given) -> dict[str, _Place]:
    """Every name that may stand in a question, as it is compared."""
    lines = {line.item: line for line in given.lines}
    found = {normal(one.name): _Place(item=one, line=lines.get(one.name)) for one in card.root.walk() if not one.many}
    many = {one.name: one for one in card.root.walk() if one.many}
    return found | {
        normal(line.key): _Place(item=many[line.item], line=line) for line in given.lines if line.item in many
    }


def _no_value(place: _Place) -> str | None:
    method = place.item.method
    if method is None:
        return f"{place.item.name} is a group: it has no value of its own"
    if isinstance(method, Awards | PastScores):
        return f"{place.item.name} has no value that could be another one"
    return None


def _no_target(place: _Place) -> str | None:
    method = place.item.method
    has_own = isinstance(method, Steps | ProRata | Table) and method.target is not None
    if has_own or (place.line is not None and isinstance(method, Steps | ProRata | Table)):
        return None
    return f"{place.item.name} has no target"


def _no_weight(place: _Place) -> str | None:
    weight = place.item.weight if place.line is None else place.line.weight or place.item.weight
    return f"{place.item.name} has no weight" if weight is None else None


def _number(asked: Asked, place: _Place, text: str, *, is_weight: bool) -> Decimal | None:
    """A number as written, or in percent of what has no dimension."""
    text = text.strip()
    number = parse_number(text.removesuffix("%").rstrip())
    if number is None or not text.endswith("%"):
        return number
    if is_weight:
        return None
    if isinstance(place.item.method, Rating):
        return number.scaleb(-2)
    unit = _unit(asked, place)
    return None if unit is None or not unit.is_dimensionless else number.scaleb(-2) / unit.scale


def _unit(asked: Asked, place: _Place) -> Unit | None:
    if place.line is not None and place.line.unit is not None:
        return parse_unit(place.line.unit, asked.programme.catalogue.known_units())
    return place.item.unit


def changed(card: Scorecard, given: Given, changes: Changes) -> tuple[Scorecard, Given]:
    """The card and what is given, with the changes made."""
    items = {one.name: one for one in card.root.walk()}
    own = {line.key for line in given.lines if line.item in items and items[line.item].many}
    figures, ratings = dict(given.figures), dict(given.ratings)
    for name, value in changes.values.items():
        item = items.get(name)
        if name not in own and item is not None and isinstance(item.method, Rating):
            ratings[name] = (Rated(share=value),) * max(1, item.method.raters)
            continue
        key = line_name(name) if name in own else score_name(card.name, name, "value")
        figures[key] = Figure(value=value, channel=TRIED)
    lines = {line.key: line for line in given.lines}
    root = card.root
    for name, value in changes.targets.items():
        formula = score_name(card.name, name, "target")
        if name not in own and formula in given.figures:
            figures[formula] = Figure(value=value, channel=TRIED)
        elif name in lines:
            lines[name] = replace(lines[name], target=value)
    for name, value in changes.weights.items():
        if name in lines and (name in own or items[name].weight is None):
            lines[name] = replace(lines[name], weight=value)
        else:
            root = _reweighted(root, name, value)
    opened = given.open_panels - (changes.values.keys() - own)
    found = replace(given, figures=figures, ratings=ratings, lines=tuple(lines.values()), open_panels=frozenset(opened))
    return (card if root is card.root else replace(card, root=root)), found


def _reweighted(item: Item, name: str, weight: Decimal) -> Item:
    if item.name == name:
        return replace(item, weight=weight)
    items = tuple(_reweighted(one, name, weight) for one in item.items)
    return (
        item if all(one is other for one, other in zip(items, item.items, strict=True)) else replace(item, items=items)
    )


def letter_on_trial(asked: Asked, entity: str, said: Any) -> Letter | None:
    """The letter that a question gives: its lines as they are registered, `{"item","key","title","weight","target",
    "base","indicator","unit","direction"}`, all but `item` optional."""
    if said is None:
        return None
    if not asked.card.letter:
        raise refuse(f"{asked.card.name} asks for no letter", "leave the letter out")
    issues: list[Issue] = []
    lines = [line for one in said.get("lines") or () if (line := _line(asked, one, issues)) is not None]
    factor = _decimal(said.get("factor"), "factor", issues)
    if issues:
        raise Refused(issues)
    return Letter(entity=entity, lines=tuple(lines), factor=factor, entry=0, record={})


def _line(asked: Asked, said: Mapping[str, Any], issues: list[Issue]) -> LetterLine | None:
    card = asked.card
    leaves = {one.name: one for one in card.root.walk() if one.method is not None}
    item = leaves.get(str(said.get("item")))
    if item is None:
        hint = nearest(str(said.get("item")), leaves, otherwise=f"it has {', '.join(leaves)}")
        issues.append(Issue(place=None, message=f"{card.name} has no item {str(said.get('item'))!r}", hint=hint))
        return None
    indicator, unit = said.get("indicator") or None, said.get("unit") or None
    if indicator is not None and formula_named(asked.programme, str(indicator)) is None:
        known = (*asked.programme.indicators, *asked.programme.catalogue.measures)
        message = f"no indicator or measure is called {str(indicator)!r}"
        issues.append(Issue(place=None, message=message, hint=nearest(str(indicator), known) or "leave it out"))
    if unit is not None and parse_unit(str(unit), asked.programme.catalogue.known_units()) is None:
        issues.append(Issue(place=None, message=f"{quoted(str(unit))} is no unit", hint="write one such as 万元 or %"))
    title = said.get("title") or item.label.record()
    key = said.get("key") or (title["zh"] if item.many else item.name)
    weight, target, base = (_decimal(said.get(name), name, issues) for name in ("weight", "target", "base"))
    return LetterLine(
        item=item.name, key=str(key), title=Label(zh=str(title["zh"]), en=str(title.get("en", title["zh"]))),
        weight=weight, target=target, base=base, indicator=None if indicator is None else str(indicator),
        unit=(None if item.unit is None else item.unit.symbol) if unit is None else str(unit),
        direction=said.get("direction") or None, department=said.get("department") or None,
    )  # fmt: skip


def _decimal(said: Any, name: str, issues: list[Issue]) -> Decimal | None:
    if said is None or said == "":
        return None
    found = parse_number(str(said).strip())
    if found is None:
        issues.append(Issue(place=None, message=f"the {name} of a letter's line is no number: {str(said)!r}",
                            hint="write a number, such as 12.5"))  # fmt: skip
    return found
