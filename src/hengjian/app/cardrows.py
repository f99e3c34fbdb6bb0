"""What rows say of a scorecard: the card, its period, and its items, found and checked."""

from collections.abc import Mapping

from hengjian.app.registerrows import Asking, Row
from hengjian.app.scorecards import in_force
from hengjian.intake.text import quoted
from hengjian.model.period import parse_period
from hengjian.model.scorecard import Item, Scorecard


def card_of(asking: Asking, row: Row, said: Mapping[str, str]) -> Scorecard | None:
    """The scorecard that `said` names, for a period that it scores and an entity of its type; None after a fault."""
    card = asking.cards[said["scorecard"]]
    at = parse_period(said["period"])
    if at is None or at.frequency != card.frequency:
        message = f"{card.name} is by {card.frequency}, {quoted(said['period'])} is none"
        row.fault_at(asking.faults, "period", message, f"name a {card.frequency}")
        return None
    if not in_force(card, at):
        begin, end = card.valid_from or "the beginning", card.until or "now"
        message = f"{card.name} is not in force at the end of {at}"
        hint = f"it is in force from {begin} to {end}: name another scorecard"
        row.fault_at(asking.faults, "period", message, hint)
        return None
    entity = said.get("entity")
    kind = None if entity is None else asking.desk.entity_types()[entity]
    if kind is not None and not asking.programme.catalogue.descends(kind, card.type):
        message = f"{quoted(entity or '')} is of type {kind}, {card.name} scores {card.type}"
        row.fault_at(asking.faults, "entity", message, "name another scorecard, or another entity")
        return None
    return card


def leaves(card: Scorecard) -> dict[str, Item]:
    """The items of a card that are scored by a method, by name."""
    return {item.name: item for item in card.root.walk() if item.method is not None}


def spellings(items: Mapping[str, Item]) -> dict[str, tuple[str, ...]]:
    """How rows may write the names of items."""
    return {name: (item.label.zh, item.label.en) for name, item in items.items()}
