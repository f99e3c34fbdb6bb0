"""`goals`: a scorecard read as a set of goals, each with a light. Any scorecard may be one; those of the pack
one_profit_five_rates, and those that an office declares for itself, are written to be read so."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.score import asked_of, score, scores
from hengjian.app.wire import Answer

GREEN, YELLOW, RED = "green", "yellow", "red"
#: What of a question goes on to the scores.
_CUT = ("as_known_at", "scope", "basis", "settings")


def goals(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"set","period","goals":[{"item","label"}],"lights":{entity:{item: light or None}},"attained":{entity: n},
    "scores","score"}`: of everybody in sight, or of one `entity`, whose whole score then tells why.

    Green: all points of the goal; yellow: a part of them; red: none; None where they cannot be told.
    """
    entity = question.get("entity")
    cut = {name: question[name] for name in _CUT if question.get(name) is not None}
    asked = {"scorecard": question["set"], "period": question["period"], **cut}
    weights = {one.name: one.weight for one in asked_of(desk, asked).card.root.walk() if one.method is not None}
    one = None if entity is None else score(desk, {**asked, "entity": entity})
    found = scores(desk, asked if one is None else {**asked, "entities": [one["entity"]]})
    lights = {row["entity"]: {name: light(row["items"].get(name), weights[name]) for name in weights}
              for row in found["rows"]}  # fmt: skip
    return {
        "set": found["scorecard"], "label": found["label"], "period": found["period"],
        "goals": [goal for goal in found["items"] if goal["item"] in weights], "lights": lights,
        "attained": {whose: list(mine.values()).count(GREEN) for whose, mine in lights.items()},
        "scores": found, "score": one,
    }  # fmt: skip


def light(points: str | None, weight: Decimal | None) -> str | None:
    """The light of a goal by its points."""
    if points is None or weight is None:
        return None
    earned = Decimal(points)
    return GREEN if earned >= weight else YELLOW if earned > 0 else RED
