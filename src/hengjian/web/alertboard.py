"""预警: the board of all alerts, by area, level, owner and age; a page that is open shows what comes in by itself."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.workflow import LEVELS
from hengjian.web.alerts import Line, level_name, line_of
from hengjian.web.caseledger import escalation
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.respond import here
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

STATES = ("raised", "cleared")
AGES = ("30", "90", "180", "more")
SORTS = ("urgency", "since", "day", "name", "rule", "deadline")
FLAGS = ("late", "escalated", "mine")
_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many alerts of one area have one level, and the address of a board with those only."""

    level: str
    many: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """One thing to choose by: what the address calls it, its label, what is chosen, and the words with their labels."""

    name: str
    label: str
    chosen: str
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the board with what its alert has beside others: where it comes from, and who looks after it."""

    line: Line
    area: str
    section: str
    path: Sequence[str]
    is_beyond: bool
    is_again: bool
    is_held: bool
    days: int
    escalated: str


def routes(wall: Wall) -> list[Route]:
    """`/alerts`."""
    return [Route("/alerts", getting(wall, board))]


def board(visit: Visit) -> Response:
    """The alerts, those that stand unless others are asked for; the gravest first, then by deadline."""
    chosen = _chosen(visit)
    answer = visit.ask("alert_board", **chosen, all=wanted(visit), page=_page(visit))
    rows = [_row(visit, answer, one) for one in answer["alerts"]]
    if wanted(visit):
        return _exported(visit, rows)
    is_divided = any(one["area"] is not None for one in answer["matrix"])
    choosing = _choosing(visit, answer, chosen)
    fragment = bool(visit.query.get("fragment"))
    return visit.page(
        "alerts_live.html" if fragment else "alerts.html", rows=rows, answer=answer, chosen=chosen,
        state=chosen["state"], tiles=_tiles(answer), matrix=_matrix(visit, answer, chosen) if is_divided else [],
        columns=[name for name, _ in _tiles(answer)], choosing=choosing, flags=FLAGS,
        is_narrowed=any(chosen[name] for name in ("text", "level", "area", "entity", *FLAGS))
        or any(one.chosen for one in choosing if one.name != "sort"),
        entity_name=next((row.line.name for row in rows), chosen["entity"]), number=answer["page"],
        pages=answer["pages"], level_name=level_name, told=_told(answer),
    )  # fmt: skip


def _told(answer: Mapping[str, Any]) -> str:
    """What an open page compares: it changes with what the reader is told, and with nothing else."""
    return hashlib.sha256(json.dumps(answer, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _page(visit: Visit) -> int:
    text = visit.query.get("page") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _chosen(visit: Visit) -> dict[str, Any]:
    """What the address chooses; a word that nobody offers chooses nothing."""
    query = visit.query

    def word(name: str, words: Iterable[str], otherwise: str = "") -> str:
        return asked if (asked := query.get(name, "")) in words else otherwise

    return {
        "state": word("state", (*STATES, "all"), STATES[0]), "age": word("age", AGES), "sort": word("sort", SORTS),
        **{name: query.get(name, "").strip() for name in ("level", "area", "section", "holder", "rule", "entity")},
        "text": query.get("q", "").strip()[:_LONGEST],
        "attributes": {name[2:]: value for name, value in query.items() if name.startswith("a.") and value},
        **{name: bool(query.get(name)) for name in FLAGS},
    }  # fmt: skip


def _tiles(answer: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Every level with how many alerts it has, the gravest first; a pack's own words last."""
    by_level = answer["by_level"]
    return [(name, by_level.get(name, 0)) for name in (*LEVELS, *sorted(by_level.keys() - set(LEVELS)))]


def _matrix(visit: Visit, answer: Mapping[str, Any], chosen: Mapping[str, Any]) -> list[tuple[str, str, list[Cell]]]:
    """Each area, by its word and label, with its cells; each cell leads to its alerts, a chosen one back to all."""
    levels = [name for name, _ in _tiles(answer)]
    found = []
    for one in answer["matrix"]:
        word = one["area"] or "-"
        cells = []
        for level in levels:
            is_chosen = (chosen["area"], chosen["level"]) == (word, level)
            wish = {"area": "", "level": ""} if is_chosen else {"area": word, "level": level}
            cells.append(
                Cell(
                    level=level, many=one["levels"].get(level, 0), address=_here(visit, **wish), is_chosen=is_chosen
                )
            )  # fmt: skip
        found.append((word, _area(visit, one), cells))
    return found


def _here(visit: Visit, **changes: str) -> str:
    return here(visit.request, {**changes, "page": ""})


def _area(visit: Visit, one: Mapping[str, Any]) -> str:
    if one["area"] is None:
        return visit.words("board.area.none")
    return visit.words.label(one, one["area"])


def _choosing(visit: Visit, answer: Mapping[str, Any], chosen: Mapping[str, Any]) -> list[Choosing]:
    """What the form offers to choose by; nothing of which there is one only."""
    words, found = visit.words, []

    def offer(name: str, label: str, options: Iterable[tuple[str, str]], *, least: int = 1, key: str = "") -> None:
        listed = list(options)
        if len(listed) >= least:
            found.append(Choosing(name=key or name, label=label, chosen=chosen[name], words=listed))

    offer("rule", words("alerts.rule"), sorted(
        ((one["rule"], f"{words.label(one, one['rule'])} {one['count']}") for one in answer["rules"]),
        key=lambda pair: pair[1],
    ))  # fmt: skip
    offer("section", words("board.section"), sorted(
        (one["section"], f"{words.label(one, one['section'])} {one['count']}") for one in answer["sections"]
    ))  # fmt: skip
    offer("holder", words("board.holder"), ((one["entity"], one["name"]) for one in answer["holders"]))
    offer(
        "age",
        words("board.age"),
        ((name, f"{words(f'board.age.{name}')} {many}") for name, many in answer["ages"].items()),
    )
    declared: dict[str, Any] = {}
    for kind in visit.declarations().get("types", {}).values():
        declared |= kind.get("attributes", {})
    for name, values in answer["attributes"].items():
        options = [(value, f"{value} {many}") for value, many in values]
        label = words.label(declared.get(name), name)
        found.append(
            Choosing(name=f"a.{name}", label=label, chosen=chosen["attributes"].get(name, ""), words=options)
        )  # fmt: skip
    offer("sort", words("board.sort"), ((name, words(f"board.sort.{name}")) for name in SORTS))
    return found


def _row(visit: Visit, answer: Mapping[str, Any], one: Mapping[str, Any]) -> Row:
    case = answer["cases"].get(one["case"])
    names = one["names"]
    area = next(
        (each for each in answer["matrix"] if each["area"] == one["area"]), {"area": one["area"], "label": None}
    )
    return Row(
        line=line_of(visit, one, case), area=_area(visit, area) if one["area"] else "",
        section=visit.words.label({"label": one["owner"]}, "") if one["owner"] else "",
        path=[names[each] for each in one["path"]] if one["cause"] != one["entity"] else (),
        is_beyond=bool(one.get("beyond")), is_again=one["earlier"] is not None, is_held=bool(one["held"]),
        days=one["days"],
        escalated="" if case is None else escalation(visit, case["escalated"], one["level"]),
    )  # fmt: skip


def _exported(visit: Visit, rows: Iterable[Row]) -> Response:
    """The table as a file; figures in the reader's unit of each rule, which has a column of its own."""
    words, figures = visit.words, visit.figures()
    titles = (
        "level", "entity", "name", "rule", "message", "value", "threshold", "unit", "period", "state", "since", "case",
        "case_state", "deadline", "late", "alert", "filing",
    )  # fmt: skip
    more = ("board.area", "board.section", "board.path.title", "board.escalated", "board.beyond")
    lines = (
        (
            level_name(words, one.level), one.entity, one.name, one.label, one.message,
            *(None if value is None else scale.exact(value) for value in (one.raw["value"], one.raw["threshold"])),
            scale.unit, one.period, words(f"alerts.state.{one.state}"),
            date.fromisoformat(one.since), one.due.case if one.due else None, one.due.state if one.due else None,
            date.fromisoformat(one.due.deadline) if one.due else None, one.due.late if one.due else None, one.alert,
            one.filing, row.area or None, row.section or None, " → ".join(row.path) or None, row.escalated or None,
            row.is_beyond,
        )
        for row, one, scale in ((row, row.line, figures.scale(row.line.raw["unit"])) for row in rows)
    )  # fmt: skip
    columns = [ExportColumn(title=words(key)) for key in (*(f"alerts.{title}" for title in titles), *more)]
    return exported(visit, words("alerts"), columns, lines)
