"""How lines tell of alerts and their cases, in the reader's words and units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hengjian.model.workflow import LEVELS
from hengjian.web.figures import Figure, Figures
from hengjian.web.visit import Visit
from hengjian.web.words import Words

STATES = ("raised", "cleared")
#: A condition whose first comparison has a name on its left.
_COMPARED = re.compile(r"`?(\w+)`?\s*(?:[<>]=?|!?=)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The case of an alert as a line tells it: `late` days over its deadline, `left` days before it, else neither."""

    case: str
    state: str
    deadline: str
    left: int | None
    late: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One alert on the board."""

    alert: str
    rule: str
    label: str
    source: str
    entity: str
    name: str
    level: str
    state: str
    message: str
    value: Figure | None
    threshold: Figure | None
    period: str
    since: str
    day: str
    due: Due | None
    filing: str | None
    raw: Mapping[str, Any]


def line_of(visit: Visit, one: Mapping[str, Any], case: Mapping[str, Any] | None) -> Line:
    """An alert in the reader's words and units."""
    words = visit.words
    value, threshold = _apart(visit.figures(), one["value"], one["threshold"], str(one["unit"]), _left(visit, one))
    return Line(
        alert=one["alert"], rule=one["rule"], label=words.label(one, one["rule"]), source=one["source"] or "",
        entity=one["entity"], name=one["name"], level=one["level"], state=one["state"],
        message=words.label({"label": one["message"]}, one["rule"]), value=value,
        threshold=threshold, period=one["period"], since=one["since"], day=one["day"],
        due=None if case is None else due_of(visit, case), filing=one["filing"], raw=one,
    )  # fmt: skip


def _left(visit: Visit, one: Mapping[str, Any]) -> str:
    """What the rule compares, where that is a name."""
    formula = visit.declarations().get("rules", {}).get(one["rule"], {}).get("formula", "")
    return found[1] if (found := _COMPARED.match(formula)) else ""


def _apart(
    figures: Figures, value: float | None, threshold: float | None, unit: str, name: str
) -> tuple[Figure | None, Figure | None]:
    """Value and threshold as figures; with more decimals where both would read the same though they differ."""
    left, right = (None if one is None else figures.figure(one, unit, name) for one in (value, threshold))
    if value is None or threshold is None or left is None or right is None or value == threshold:
        return left, right
    factor = float(figures.scale(unit).factor)
    for places in range(3, 9):
        if left.text != right.text:
            break
        left = Figure(text=f"{value * factor:,.{places}f}", unit=left.unit, exact=left.exact)
        right = Figure(text=f"{threshold * factor:,.{places}f}", unit=right.unit, exact=right.exact)
    return left, right


def due_of(visit: Visit, case: Mapping[str, Any]) -> Due:
    """Where a case stands and how long it has."""
    days = int(case["days_left"])
    is_open = not case["ended"]
    return Due(
        case=case["case"], state=visit.words.label({"label": case["state_label"]}, case["state"]),
        deadline=case["due"], left=days if is_open and days >= 0 else None,
        late=-days if is_open and days < 0 else None,
    )  # fmt: skip


def gravity(level: str) -> int:
    """The place of a level, the gravest being 0."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def level_name(words: Words, level: str) -> str:
    """A level as people call it; a pack's own word as it stands."""
    return words.get(f"level.{level}", level)


def matches(text: str, *parts: str) -> bool:
    """Whether a search finds one of these texts."""
    return not text or any(text.casefold() in part.casefold() for part in parts)
