"""Ratings by experts, unseen until their panel is closed and unnamed afterwards, and by departments."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengjian.app.cardrows import card_of, leaves, spellings
from hengjian.app.confirmations import signs_for
from hengjian.app.desk import Desk
from hengjian.app.letters import Letter, letters_of
from hengjian.app.registerrows import Asking, Made, Row, find_named
from hengjian.app.registers import lacks, rows_of
from hengjian.app.standing import reach
from hengjian.intake.number import NotANumber, plain_decimal
from hengjian.intake.text import quoted
from hengjian.model.cut import KnownAt
from hengjian.model.scorecard import Item, Rating, Scorecard
from hengjian.people import Action
from hengjian.supervise.scored import Rated

Letters = dict[tuple[str, str], Mapping[str, Letter]]

#: What of a rating would tell who gave it, or when.
_TELLING = ("rater", "actor", "origin", "entry", "recorded_at", "topic", "on_behalf")
#: What is rated.
_RATED = ("scorecard", "period", "entity", "key")


def ratings_of(
    desk: Desk, card: Scorecard, period: str, known_at: KnownAt | None
) -> tuple[dict[str, dict[str, tuple[Rated, ...]]], frozenset[str]]:
    """By entity and item the ratings that may be told, without the names of experts; and the items of which they may
    not be told yet, for the panel is open."""
    items = {name: item.method for name, item in leaves(card).items() if isinstance(item.method, Rating)}
    of_experts = {name for name, method in items.items() if method.by == "experts"}
    state = panel_state(desk, card.name, period, known_at)
    found: dict[str, dict[str, list[Rated]]] = {}
    for row in rows_of(desk, "rating", known_at=known_at, topics=[f"{card.name}|{period}|"]):
        is_expert = row["key"] in of_experts
        if row["key"] not in items or (is_expert and state != "closed"):
            continue
        one = Rated(share=Decimal(row["share"]), word=row["rating"], rater=None if is_expert else row["rater"])
        found.setdefault(row["entity"], {}).setdefault(row["key"], []).append(one)
    told = {
        entity: {key: tuple(sorted(many, key=lambda one: (one.share, one.rater or ""))) for key, many in rows.items()}
        for entity, rows in found.items()
    }
    return told, frozenset(of_experts) if state == "open" else frozenset()


def panel_state(desk: Desk, card: str, period: str, known_at: KnownAt | None) -> str | None:
    """Whether the panel of a scorecard and period is open or closed; None where it was never opened."""
    rows = rows_of(desk, "panel", known_at=known_at, topics=[f"{card}|{period}"])
    return next((str(row["state"]) for row in rows if row["period"] == period), None)


def records_of(asking: Asking, rows: Sequence[Row]) -> list[Made]:
    """Records of panels, or of ratings."""
    letters: Letters = {}
    return [made for row in rows if (made := _made(asking, row, letters)) is not None]


def _made(asking: Asking, row: Row, letters: Letters) -> Made | None:
    card = card_of(asking, row, row.values)
    if card is None:
        return None
    if asking.register.name == "panel":
        return _panel(asking, row, card)
    rated = {name: item for name, item in leaves(card).items() if isinstance(item.method, Rating)}
    key = asking.named(row, "key", spellings(rated), f"rated item of {card.name}")
    if key is None:
        return None
    method = rated[key].method
    if not isinstance(method, Rating):
        return None
    if method.by == "experts" and panel_state(asking.desk, card.name, row.get("period"), None) != "open":
        message = f"the panel of {card.name} for {row.get('period')} is not open"
        row.fault_at(asking.faults, "period", message, "who assesses opens it: register SPACE panel")
        return None
    share = _share(asking, row, rated[key], method)
    if share is None:
        return None
    actor = asking.desk.actor.name
    rater = row.get("rater") or actor
    record: dict[str, Any] = {
        **{name: row.get(name) for name in ("scorecard", "period", "entity", "note", "withdrawn")}, "key": key,
        "by": method.by, "rater": rater, "rating": share[0], "share": share[1], "on_behalf": rater != actor,
    }  # fmt: skip
    if method.by == "departments":
        record["department"] = _department(asking, row, card, key, letters)
        record["on_behalf"] |= not signs_for(asking, record["entity"], record["department"])
    elif record["on_behalf"] and _has_rated(asking, record):
        message = f"{quoted(rater)} has rated {quoted(rated[key].label.zh)} of {quoted(record['entity'])} already"
        row.fault_at(asking.faults, "rater", message, "what experts hand in themselves nobody else changes")
        return None
    return Made(record=record, row=row, cell="key")


def _department(asking: Asking, row: Row, card: Scorecard, key: str, letters: Letters) -> str | None:
    """The department that rates an item: the letter's, else whose the item, or the nearest group above it, is. None:
    any. `letters`: those that were read, by card and period."""
    at = card.name, row.get("period")
    if at not in letters:
        letters[at] = letters_of(asking.desk, card, row.get("period"), None) if card.letter else {}
    letter = letters[at].get(row.get("entity"))
    lines = () if letter is None else letter.lines
    own = next((line.department for line in lines if line.item == key and line.department), None)
    above = [item for item in card.root.walk() if any(one.name == key for one in item.walk())]
    return own or next((item.owner.zh for item in reversed(above) if item.owner is not None), None)


def _has_rated(asking: Asking, record: Mapping[str, Any]) -> bool:
    """Whether an expert in whose name somebody would enter a paper handed one in themselves. Only who may enter papers
    is told."""
    desk = asking.desk
    if record["entity"] not in reach(desk, desk.actor, "assess"):
        return False
    topic = "|".join(str(record[name]) for name in asking.register.topic)
    return any(not row["on_behalf"] for row in rows_of(desk, "rating", topics=[topic]) if row["topic"] == topic)


def _panel(asking: Asking, row: Row, card: Scorecard) -> Made | None:
    if not any(isinstance(item.method, Rating) and item.method.by == "experts" for item in leaves(card).values()):
        row.fault_at(asking.faults, "scorecard", f"{card.name} has no panel of experts", "name another scorecard")
        return None
    if row.get("state") == "closed" and panel_state(asking.desk, card.name, row.get("period"), None) != "open":
        message = f"the panel of {card.name} for {row.get('period')} is not open"
        row.fault_at(asking.faults, "state", message, "open it first, that experts can rate")
        return None
    record = {name: row.get(name) for name in ("scorecard", "period", "state", "document")}
    return Made(record=record, row=row, cell="state")


def _share(asking: Asking, row: Row, item: Item, method: Rating) -> tuple[str | None, str] | None:
    """The word and the share of the weight that a rating gives; None after a fault."""
    text = row.get("rating")
    grades = {one.name: (one.label.zh, one.label.en) for one in method.grades}
    word = find_named(text, grades)
    if word is not None:
        share = next(one.share for one in method.grades if one.name == word)
        return word, f"{share:f}"
    number = plain_decimal(text)
    if isinstance(number, NotANumber) or not 0 <= Decimal(number) <= 1:
        words = ", ".join(one.label.zh for one in method.grades)
        message = f"{quoted(text)} is no rating of {quoted(item.label.zh)}"
        row.fault_at(asking.faults, "rating", message, f"write one of {words}, or a share as 85% or 0.85")
        return None
    return None, number


def denied(asking: Asking, made: Made) -> str | None:
    """Why a rating may not be given by the one who enters it, or a panel not opened; who assesses enters the papers of
    others, which the record tells."""
    record, desk = made.record, asking.desk
    if asking.register.name == "panel":
        return lacks(desk, "assess", None)
    entity, rater = str(record["entity"]), record["rater"]
    is_own = rater == desk.actor.name
    if record["by"] == "departments" and is_own and record["on_behalf"] and lacks(desk, "assess", entity) is not None:
        department, key = quoted(str(record["department"])), quoted(str(record["key"]))
        said = f"{key} is rated by {department}, to which {desk.actor.name} does not belong"
        return lacks(desk, "confirm", entity) or said
    action: Action = "assess" if record["on_behalf"] else "rate" if record["by"] == "experts" else "confirm"
    return lacks(desk, action, entity)


def shown(desk: Desk, rows: Sequence[Mapping[str, Any]], kind: str, known_at: KnownAt | None) -> list[dict[str, Any]]:
    """Ratings as they may be told: one's own; those of departments; those of experts after their panel was closed and
    as many as it asks for have rated, without who gave them, in an order that does not tell it either."""
    if kind != "rating":
        return [dict(row) for row in rows]
    own: list[dict[str, Any]] = []
    unnamed: list[dict[str, Any]] = []
    states: dict[tuple[str, str], str | None] = {}
    counts = Counter(tuple(row[name] for name in _RATED) for row in rows)
    for row in rows:
        at = str(row["scorecard"]), str(row["period"])
        if at not in states:
            states[at] = panel_state(desk, *at, known_at)
        if row["by"] == "departments" or desk.actor.name in (row["actor"], row["rater"]):
            own.append(dict(row))
        elif states[at] == "closed" and counts[tuple(row[name] for name in _RATED)] >= _least(desk, row, known_at):
            unnamed.append({name: part for name, part in row.items() if name not in _TELLING})
    unnamed.sort(key=lambda row: [row[name] for name in (*_RATED, "share")])
    return own + unnamed


def _least(desk: Desk, row: Mapping[str, Any], known_at: KnownAt | None) -> int:
    """How many are to rate what a row rates."""
    card = desk.programme(known_at).catalogue.scorecards.get(str(row["scorecard"]))
    item = None if card is None else card.item(str(row["key"]))
    return item.method.raters if item is not None and isinstance(item.method, Rating) else 1
