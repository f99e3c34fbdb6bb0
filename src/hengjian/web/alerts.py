"""预警: the board of all alerts, and one alert with what it stands on."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.filing import filing_id
from hengjian.model.issue import Forbidden, Refused
from hengjian.model.workflow import LEVELS
from hengjian.web.board import groupings
from hengjian.web.download import JSON, download
from hengjian.web.explanation import parameters, steps, used
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.figures import Figure, Figures
from hengjian.web.paging import paged
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
    """`/alerts`, `/alert/{id}` and its proof."""
    return [
        Route("/alerts", getting(wall, board)),
        Route("/alert/{alert}", getting(wall, alert)),
        Route("/alert/{alert}/proof", getting(wall, proof)),
    ]


def board(visit: Visit) -> Response:
    """All alerts, those that stand unless others are asked for; the gravest first, then by deadline."""
    query = visit.query
    every = _lines(visit)
    state = query.get("state", "") if query.get("state") in (*STATES, "all") else STATES[0]
    entity, rule, text = query.get("entity", ""), query.get("rule", ""), query.get("q", "").strip()[:100]
    level = query.get("level", "")
    in_scope = [one for one in every if entity in ("", one.entity)]
    filters = _filters(visit, in_scope)
    for name, _, value, _ in filters:
        in_scope = [one for one in in_scope if value in ("", one.raw["attributes"].get(name))]
    chosen = [one for one in in_scope if rule in ("", one.rule) and matches(text, one.entity, one.name, one.message)]
    by_state = Counter(one.state for one in chosen)
    chosen = [one for one in chosen if state in ("all", one.state)]
    by_level = Counter(one.level for one in chosen)
    shown = sorted((one for one in chosen if level in ("", one.level)), key=_urgency)
    if wanted(visit):
        return _exported(visit, shown)
    page = paged(query, shown)
    return visit.page(
        "alerts.html", lines=page.rows, found=len(shown), count=len(every),
        by_level=[(name, by_level[name]) for name in (*LEVELS, *sorted(by_level.keys() - set(LEVELS)))],
        by_state=[(name, by_state[name]) for name in STATES], level=level, state=state, rule=rule, text=text,
        filters=filters, entity=entity,
        rules=sorted({(one.rule, one.label) for one in in_scope}, key=lambda pair: pair[1]),
        entity_name=next((one.name for one in in_scope), entity), number=page.number, pages=page.pages,
        level_name=level_name,
        overdue=sum(one.due is not None and one.due.late is not None for one in shown),
    )  # fmt: skip


def _lines(visit: Visit) -> list[Line]:
    cases = {one["case"]: one for one in visit.ask("cases")["cases"]}
    return [line_of(visit, one, cases.get(one["case"])) for one in visit.ask("alerts")["alerts"]]


def _filters(visit: Visit, lines: Sequence[Line]) -> list[tuple[str, str, str, list[tuple[str, int]]]]:
    """Attributes of enterprises to choose by: name, label, what is chosen, and the values with their counts."""
    declared: dict[str, Any] = {}
    for kind in visit.declarations().get("types", {}).values():
        declared |= kind.get("attributes", {})
    found = groupings({"attributes": [one.raw["attributes"] for one in lines]}, declared)
    asked = visit.query
    return [
        (name, visit.words.label(declared[name], name), asked.get(f"a.{name}", ""), values)
        for name, values in found.items()
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


def _urgency(one: Line) -> tuple[int, bool, str, str, str]:
    """Gravity, then the deadline of an open case, then the day."""
    is_open = one.due is not None and (one.due.left is not None or one.due.late is not None)
    return gravity(one.level), not is_open, one.due.deadline if one.due and is_open else "", one.since, one.alert


def gravity(level: str) -> int:
    """The place of a level, the gravest being 0."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def level_name(words: Words, level: str) -> str:
    """A level as people call it; a pack's own word as it stands."""
    return words.get(f"level.{level}", level)


def matches(text: str, *parts: str) -> bool:
    """Whether a search finds one of these texts."""
    return not text or any(text.casefold() in part.casefold() for part in parts)


def _exported(visit: Visit, lines: Iterable[Line]) -> Response:
    """The table as a file; figures in the reader's unit of each rule, which has a column of its own."""
    words, figures = visit.words, visit.figures()

    titles = (
        "level", "entity", "name", "rule", "message", "value", "threshold", "unit", "period", "state", "since", "case",
        "case_state", "deadline", "late", "alert", "filing",
    )  # fmt: skip
    rows = (
        (
            level_name(words, one.level), one.entity, one.name, one.label, one.message,
            *(None if value is None else scale.exact(value) for value in (one.raw["value"], one.raw["threshold"])),
            scale.unit, one.period, words(f"alerts.state.{one.state}"),
            date.fromisoformat(one.since), one.due.case if one.due else None, one.due.state if one.due else None,
            date.fromisoformat(one.due.deadline) if one.due else None, one.due.late if one.due else None, one.alert,
            one.filing,
        )
        for one, scale in ((one, figures.scale(one.raw["unit"])) for one in lines)
    )  # fmt: skip
    return exported(visit, words("alerts"), [ExportColumn(title=words(f"alerts.{title}")) for title in titles], rows)


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
