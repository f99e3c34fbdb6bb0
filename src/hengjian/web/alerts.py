"""预警: one alert with what it stands on, and how lines tell of alerts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.filing import filing_id
from hengjian.model.issue import Forbidden, Refused
from hengjian.model.workflow import LEVELS
from hengjian.web.download import JSON, download
from hengjian.web.explanation import parameters, steps, used
from hengjian.web.figures import Figure, Figures
from hengjian.web.relied import relied
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall
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


def routes(wall: Wall) -> list[Route]:
    """`/alert/{id}` and its proof."""
    return [
        Route("/alert/{alert}", getting(wall, alert)),
        Route("/alert/{alert}/proof", getting(wall, proof)),
    ]


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


def alert(visit: Visit) -> Response:
    """One alert: what it says, why, what happened to it, and its case."""
    answer = _known(visit)
    events: Sequence[Mapping[str, Any]] = answer["events"]
    case = visit.source.ask("case", {"case": answer["case"]}) if answer["case"] else None
    line = line_of(visit, answer, case)
    explained = _explained(visit, events)
    names, figures, words = visit.names(), visit.figures(), visit.words
    why: dict[str, Any] = explained or {"formula": ""}
    told = [(one, line_of(visit, {**answer, **one}, None)) for one in events]
    return visit.page(
        "alert.html", one=line, answer=answer, explained=explained, told=told[::-1], case=case, level_name=level_name,
        steps=steps(why, names, figures, words) if explained else [], used=used(why, names, figures, words),
        parameters=parameters(why, names, figures, words), pieces=list(names.pieces(why["formula"])),
        relied=relied(why, figures, words),
    )  # fmt: skip


def _explained(visit: Visit, events: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Why the rule said what it last said, from what was known then; None where its packs no longer tell."""
    last = events[-1]
    question = {
        "rule": last["rule"],
        "entity": last["cause"] or last["entity"],
        "period": last["period"],
        "as_known_at": f"entry:{last['entry']}",
    }
    try:
        return visit.source.ask("explain", question)
    except Refused:
        return None


def proof(visit: Visit) -> Response:
    """The bundle that proves the alert's last event to strangers, with its record in it."""
    answer = _known(visit)
    entry = int(answer["events"][-1]["entry"])
    bundle = visit.source.ask("prove", {"filing": filing_id(entry), "cells": None, "with_file": True})["bundle"]
    return download(bundle, f"{answer['alert']}.proof.json", JSON)


def _known(visit: Visit) -> dict[str, Any]:
    """The alert that the address names; no page where there is none."""
    asked = part_of(visit.request.path_params["alert"])
    try:
        return visit.source.ask("alert", {"alert": asked})
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("alerts.unknown", id=asked[:40])) from None
