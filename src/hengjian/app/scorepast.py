"""Scores of earlier periods: as they were published, else as they are computed now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.scoreassess import How, assess
from hengjian.app.scorecards import in_force
from hengjian.app.scoregiven import Asked, Past
from hengjian.model.period import Period
from hengjian.model.scorecard import PastScores, Scorecard
from hengjian.supervise.scorenumber import plain
from hengjian.supervise.scorerecord import ITEMS

_Key = tuple[str, str | None]


def past_scores(desk: Desk, asked: Asked, entities: Sequence[str]) -> Past:
    """The scores that the card's items look back at, the latest first: of another card from the period's own on, of the
    card itself from the one before.

    What counts is the score before its last rounding. What is not published is computed as known at the same moment,
    if the card is in force then; but none is computed through itself: there only what was published counts.
    """
    scores: dict[str, dict[_Key, tuple[Decimal | None, ...]]] = {one: {} for one in entities}
    told: dict[str, list[Mapping[str, Any]]] = {one: [] for one in entities}
    for (name, item), count in _wanted(asked.card).items():
        card = asked.programme.catalogue.scorecards.get(name)
        found = [_of_period(desk, asked, card, item, period, entities) for period in _periods(asked, name, card, count)]
        for entity in entities:
            mine = [one.get(entity) for one in found]
            scores[entity][name, item] = tuple(None if one is None else one[0] for one in mine)
            told[entity] += [one[1] for one in mine if one is not None]
    return Past(scores=scores, told=told)


def _wanted(card: Scorecard) -> dict[_Key, int]:
    """How many periods of which scores the card's items look back at."""
    found: dict[_Key, int] = {}
    for item in card.root.walk():
        method = item.method
        if isinstance(method, PastScores):
            key = method.scorecard, method.item
            least = 2 if method.relation == "change" else 1
            found[key] = max(found.get(key, 0), method.years, least)
    return found


def _periods(asked: Asked, name: str, card: Scorecard | None, count: int) -> list[Period]:
    if card is None or card.frequency != asked.card.frequency:
        return []
    first = -1 if name == asked.card.name else 0
    return [asked.period.shift(first - back) for back in range(count)]


def _of_period(
    desk: Desk, asked: Asked, card: Scorecard | None, item: str | None, period: Period, entities: Sequence[str]
) -> dict[str, tuple[Decimal | None, Mapping[str, Any]]]:
    """By entity the score, and where it is from."""
    if card is None:
        return {}
    published = _published(desk, asked, card, item, period)
    found = {one: published[one] for one in entities if one in published}
    left = [one for one in entities if one not in found]
    is_circle = card.name in asked.nested or (card.name == asked.card.name and item is None)
    if not left or is_circle or not in_force(card, period):
        return found
    again = replace(asked, card=card, period=period, settings={}, trial=None, nested=(*asked.nested, asked.card.name))
    outcome = assess(desk, again, left, How(brief=True))
    for one, assessed in outcome.assessed.items():
        score = assessed.root.score if item is None else outcome.items[one].get(item)
        found[one] = score, _told(card.name, item, period, score, None)
    return found


def _published(
    desk: Desk, asked: Asked, card: Scorecard, item: str | None, period: Period
) -> dict[str, tuple[Decimal | None, Mapping[str, Any]]]:
    """What was published of a card and period, as known at the moment; the latest publication counts."""
    found: dict[str, tuple[Decimal | None, Mapping[str, Any]]] = {}
    topics = [f"{card.name}|{period}|"]
    for event in desk.store.latest_events("assessment", known_at=asked.cut.known_at, begun_by=topics):
        record = record_of(event)
        text = record["exact"] if item is None else _item(desk, record, item)
        score = None if text is None else Decimal(text)
        found[record["entity"]] = score, _told(card.name, item, period, score, event.entry)
    return found


def _item(desk: Desk, record: Mapping[str, Any], name: str) -> str | None:
    """The points of an item as they were published; None where there are none, or the result was erased."""
    evidence = desk.log.evidence(record["files"]["json"]["entry"])
    waiting = [] if evidence is None else list(json.loads(evidence.blob)["items"])
    while waiting:
        part = waiting.pop(0)
        if part["kind"] in ITEMS and part["item"] == name:
            return None if part["kind"] == "left_out" else part["score"]
        waiting += part["parts"]
    return None


def _told(card: str, item: str | None, period: Period, score: Decimal | None, entry: int | None) -> dict[str, Any]:
    return {
        "scorecard": card, "item": item, "period": str(period), "score": None if score is None else plain(score),
        "published": entry,
    }  # fmt: skip
