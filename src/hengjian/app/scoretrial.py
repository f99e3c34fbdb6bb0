"""`what_if`: one entity's score with other figures, targets, weights or settings, before and after, without filing."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.score import asked_of, entity_of, no_letter, told
from hengjian.app.scoreassess import How, Outcome, assess
from hengjian.app.scorechanges import Changes, changed, changes_of, letter_on_trial
from hengjian.app.scoregiven import Asked
from hengjian.app.scoresensitivity import sensitivity
from hengjian.app.wire import Answer
from hengjian.intake.text import quoted
from hengjian.model.declaration import Label
from hengjian.model.issue import Refused, refuse
from hengjian.supervise.scored import Assessed, Scored
from hengjian.supervise.scorenumber import plain
from hengjian.supervise.scorerecord import ITEMS
from hengjian.supervise.scoring import score as assess_one


def what_if(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"before","after","difference","items":[{"item","label","before","after","difference"}],"sensitivity":[…]}`.

    `values`, `targets` and `weights` are texts by item, or by line of the letter, in its unit; `settings` by switch.
    `letter`: `{"lines":[…],"factor"}` stands for one that is not signed yet: where none is filed, before and after go
    by it. Conditions of the card go by what is filed. `before` and `after` are answers of `score`; `sensitivity` tells
    of each item with a figure, as it is after, what 1 % of its target (else of its value) is worth: see
    `app.scoresensitivity`.
    """
    asked = asked_of(desk, question)
    entity = entity_of(desk, asked, str(question["entity"]))
    trial = letter_on_trial(asked, entity, question.get("letter"))
    before = assess(desk, replace(asked, settings={}), [entity], How(why=True))
    if trial is not None and entity not in before.assessed:
        before = assess(desk, replace(asked, settings={}, trial=trial), [entity], How(why=True))
    if entity not in before.assessed:
        raise no_letter(asked, entity)
    if entity not in before.givens:
        raise _by_members(asked, entity)
    basis = before if trial is None else assess(desk, replace(asked, trial=trial), [entity], How(why=True))
    changes = changes_of(asked, basis.givens[entity], question)
    card, given = changed(asked.card, replace(basis.givens[entity], settings=_settings(asked, basis)), changes)
    after = replace(basis, assessed={entity: assess_one(card, given)})
    return {
        "scorecard": card.name, "entity": entity, "period": str(asked.period),
        "before": told(desk, replace(asked, settings={}), entity, before),
        "after": told(desk, replace(asked, card=card), entity, after),
        "difference": _difference(before.assessed[entity].root.score, after.assessed[entity].root.score),
        "items": _items(before.assessed[entity], after.assessed[entity]),
        "sensitivity": sensitivity(card, given, after.assessed[entity]),
        "changed": _told(changes, asked),
        **({"beyond": True} if entity in before.beyond else {}),
    }  # fmt: skip


def _settings(asked: Asked, outcome: Outcome) -> dict[str, str]:
    return {**outcome.registers.settings, **asked.settings}


def _by_members(asked: Asked, entity: str) -> Refused:
    message = f"{quoted(entity)} has no figures of its own by {asked.card.name} in {asked.period}"
    return refuse(message, "its score is the weighted one of its members: ask what if of one of them")


def _told(changes: Changes, asked: Asked) -> dict[str, Any]:
    """What was changed, as it was understood."""
    parts: tuple[tuple[str, Mapping[str, Decimal]], ...] = (
        ("values", changes.values), ("targets", changes.targets), ("weights", changes.weights),
    )  # fmt: skip
    found = {name: {item: plain(value) for item, value in part.items()} for name, part in parts}
    return {**found, "settings": dict(asked.settings)}


def _items(before: Assessed, after: Assessed) -> list[Answer]:
    """Each item of both trees with its points in either, in the order of the second."""
    first, second = _flat(before.root), _flat(after.root)
    found = []
    for name in dict.fromkeys((*second, *first)):
        label, now = second.get(name, (None, None))
        was_label, was = first.get(name, (None, None))
        shown = label or was_label
        found.append({
            "item": name, "label": None if shown is None else shown.record(), "before": _plain(was),
            "after": _plain(now), "difference": _difference(was, now),
        })  # fmt: skip
    return found


def _flat(root: Scored) -> dict[str, tuple[Label, Decimal | None]]:
    found: dict[str, tuple[Label, Decimal | None]] = {}
    for part in root.parts:
        if part.kind in ITEMS:
            found.setdefault(part.item, (part.label, part.score))
            for name, one in _flat(part).items():
                found.setdefault(name, one)
    return found


def _difference(before: Decimal | None, after: Decimal | None) -> str | None:
    return None if before is None or after is None else plain(after - before)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
