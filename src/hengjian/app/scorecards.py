"""`scorecards`: the scorecards that packs declare, with their trees; and which of them is in force for a period."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_cut
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.intake.text import normal
from hengjian.model.issue import Place, nearest, refuse
from hengjian.model.period import Period, parse_period
from hengjian.model.scorecard import Item, PastScores, Scorecard, Use
from hengjian.model.unit import Unit
from hengjian.supervise.carddigest import card_digest

#: What of a declaration says where it stands, not what it says.
_APART = frozenset({"place", "pack"})


def scorecards(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"scorecards":[…]}`: every declared scorecard with the tree of its items, its grades, switches and uses."""
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    return {"scorecards": [_card(programme, card) for card in programme.catalogue.scorecards.values()]}


def known_card(programme: Programme, asked: str) -> Scorecard:
    """The scorecard of a name, compared after NFKC and trimming."""
    declared = programme.catalogue.scorecards
    found = {normal(name): card for name, card in declared.items()}.get(normal(asked))
    if found is None:
        none = "take in a pack with scorecards, such as performance_evaluation"
        hint = nearest(asked, declared, otherwise=f"declared are {', '.join(declared)}") if declared else none
        raise refuse(f"no scorecard is called {asked!r}", hint)
    return found


def card_for(programme: Programme, asked: str, period: str) -> tuple[Scorecard, Period]:
    """A scorecard and the period of its own frequency that a text names, for which it is in force; else a refusal."""
    card = known_card(programme, asked)
    found = parse_period(period)
    if found is None or found.frequency != card.frequency:
        example = {"year": "2025", "half": "2025-H1", "quarter": "2025-Q2", "month": "2025-06"}
        raise refuse(
            f"{card.name} has no period {period!r}",
            f"it is scored by {card.frequency}: name one, such as {example.get(card.frequency, '2025-06-30')}",
        )
    if not in_force(card, found):
        others = [
            one.name for one in programme.catalogue.scorecards.values()
            if (one.type, one.frequency) == (card.type, card.frequency) and in_force(one, found)
        ]  # fmt: skip
        hint = f"in force for {found} is {', '.join(others)}" if others else f"for {found} none is in force"
        first, last = (_day(day) or "…" for day in (card.valid_from, card.until))
        raise refuse(f"{card.name} is not in force for {found}: it holds from {first} to {last}", hint)
    return card, found


def in_force(card: Scorecard, period: Period) -> bool:
    """Whether a scorecard holds for a period: by the period's last day."""
    day = period.end
    return (card.valid_from is None or card.valid_from <= day) and (card.until is None or day <= card.until)


def reads_of(programme: Programme, card: Scorecard) -> list[str]:
    """The formulas that scores of a card stand on, by name: its own, and of the cards that it looks back at."""
    found, waiting = dict.fromkeys([card.name]), [card]
    while waiting:
        for item in waiting.pop().root.walk():
            other = item.method.scorecard if isinstance(item.method, PastScores) else None
            if other is not None and other not in found and other in programme.catalogue.scorecards:
                found[other] = None
                waiting.append(programme.catalogue.scorecards[other])
    cards = (programme.catalogue.scorecards.get(name, card) for name in found)
    return [name for one in cards for name, *_ in one.formulas()]


def plain(value: object) -> Any:
    """A declaration as JSON: numbers as decimal texts, without where it stands."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case Unit():
            return value.symbol
        case Place():
            return None
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case tuple() | list():
            return [plain(one) for one in value]
    if is_dataclass(value):
        found = {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.name not in _APART}
        return {"is": type(value).__name__, **found}
    raise TypeError(f"a scorecard holds no {type(value).__name__}")


def _card(programme: Programme, card: Scorecard) -> Answer:
    return {
        "scorecard": card.name, "label": card.label.record(), "type": card.type, "frequency": card.frequency,
        "source": card.source, "document": card.document, "confidence": card.confidence, "pack": card.pack,
        "from": _day(card.valid_from), "until": _day(card.until), "letter": card.letter, "digits": card.digits,
        "workflow": card.workflow, "published_by": card.published_by,
        "standards": None if (book := card.standards) is None else {
            "book": book.name, "class": book.by_class, "size": book.by_size,
        },
        "bands": [{"band": one.name, "label": one.label.record(), "coefficient": plain(one.coefficient)}
                  for one in card.bands],
        "grades": [
            {
                "grade": one.name, "label": one.label.record(), "at_least": plain(one.at_least),
                "share": plain(one.share), "count": one.count,
            }
            for one in card.grades
        ],
        "switches": [
            {
                "switch": one.name, "label": one.label.record(), "otherwise": one.otherwise, "source": one.source,
                "choices": {name: label.record() for name, label in one.choices.items()},
                "confidence": one.confidence,
            }
            for one in card.switches.values()
        ],
        "uses": [_use(one) for one in card.uses], "items": list(_items(card.root)),
        "adjust": [plain(one) for one in card.root.adjust], "declaration": card_digest(card, programme),
    }  # fmt: skip


def _use(one: Use) -> Answer:
    return {
        "use": one.name, "label": one.label.record(), "linear": one.linear, "source": one.source,
        "confidence": one.confidence, "rows": [plain(row) for row in one.rows],
    }  # fmt: skip


def _items(group: Item) -> Iterator[Answer]:
    for one in group.items:
        yield {
            "item": one.name, "label": one.label.record(), "weight": plain(one.weight), "role": one.role,
            "unit": None if one.unit is None else str(one.unit), "direction": one.direction, "many": one.many,
            "value": None if one.value is None else one.value.text, "combine": one.combine if one.items else None,
            "applies": None if one.applies is None else one.applies.text, "missing": one.missing,
            "channels": list(one.channels), "owner": None if one.owner is None else one.owner.record(),
            "source": one.source, "document": one.document, "confidence": one.confidence,
            "method": plain(one.method), "bounds": plain(one.bounds), "adjust": [plain(step) for step in one.adjust],
            "items": list(_items(one)),
        }  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
