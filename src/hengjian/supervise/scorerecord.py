"""Scores as JSON: trees of items with their points and reasons, decimals as plain texts."""

from decimal import Decimal
from typing import Any

from hengjian.model.scorecard import Scorecard
from hengjian.supervise.scorecovered import covered
from hengjian.supervise.scored import Assessed, Scored
from hengjian.supervise.scorenumber import plain, rounded
from hengjian.supervise.scorereasons import both, data_of

#: Parts that are items of the card, beside those that are steps of computing.
ITEMS = frozenset({"item", "weighted", "left_out", "modifier", "member"})


def record(assessed: Assessed, card: Scorecard) -> dict[str, Any]:
    """The whole as JSON.

    `items` and `adjust` are the parts of the whole, which together add up to `exact`: what is an item of the card, and
    what was done to the sum. `score` is `exact` as published; `covered` is the share of the weight that it stands on,
    where values are missing and others carry their weight. Who was scored, when, and by what settings is for the
    caller to add.
    """
    root = assessed.root
    capped = assessed.capped
    return {
        "scorecard": card.name, "label": card.label.record(),
        "score": _plain(assessed.score), "exact": _plain(root.score), "grade": assessed.grade,
        "reason": both(root.reason), "code": root.reason.code, "data": data_of(root.reason),
        "capped": None if capped is None else {"reason": both(capped), "code": capped.code, "data": data_of(capped)},
        "items": [of_scored(part) for part in root.parts if part.kind in ITEMS],
        "adjust": [of_scored(part) for part in root.parts if part.kind not in ITEMS],
        "missing": [{"item": item, "code": code} for item, code in assessed.missing],
        "covered": plain(rounded(covered(root), 4)),
        "uses": {name: plain(value) for name, value in assessed.uses.items()},
    }  # fmt: skip


def of_scored(scored: Scored) -> dict[str, Any]:
    """One item, or one part of what was done to it, with all below it."""
    return {
        "item": scored.item, "label": scored.label.record(), "kind": scored.kind, "unit": scored.unit,
        "weight": _plain(scored.weight), "value": _plain(scored.value), "target": _plain(scored.target),
        "channel": scored.channel, "score": _plain(scored.score),
        "reason": both(scored.reason), "code": scored.reason.code, "data": data_of(scored.reason),
        "note": dict(scored.note), "parts": [of_scored(part) for part in scored.parts],
    }  # fmt: skip


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
