"""目标: a set of goals, everybody by every goal with a light, and the way to the reason of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.alerts import matches
from hengjian.web.assessment import known_text, said
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.paging import paged
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

_A_PAGE = 100


def routes(wall: Wall) -> list[Route]:
    """`/goals`."""
    return [Route("/goals", getting(wall, page))]


def page(visit: Visit) -> Response:
    """The sets that there are, and the lights of the one that is chosen."""
    sets = [one for one in visit.ask("scorecards")["scorecards"] if is_set(one)]
    wish = visit.query.get("set", "")
    chosen = next((one for one in sets if one["scorecard"] == wish), None) or next(iter(sets), None)
    period = "" if chosen is None else visit.query.get("period", "").strip()[:20] or _latest(visit, chosen)
    answer, faults = (None, []) if chosen is None else _asked(visit, chosen, period)
    text = visit.query.get("q", "").strip()[:100]
    every = [] if answer is None else answer["scores"]["rows"]
    rows = [row for row in every if matches(text, row["entity"], row["name"])]
    if answer is not None and chosen is not None and wanted(visit):
        return _file(visit, chosen, answer, rows)
    shown = paged(visit.query, rows, _A_PAGE)
    return visit.page(
        "goals.html", status=400 if faults else 200, sets=sets, chosen=chosen, period=period, answer=answer,
        faults=faults, rows=shown.rows, number=shown.number, pages=shown.pages, found=len(rows), text=text,
        counts={} if answer is None else _counts(answer), known=known_text(visit),
        told=None if answer is None else answer["scores"].get("known"),
    )  # fmt: skip


def is_set(card: Mapping[str, Any]) -> bool:
    """Whether a scorecard is written to be read as goals: several items, none of them a group, one point each."""
    items = card["items"]
    return len(items) > 1 and all(not one["items"] and one["weight"] == "1" for one in items)


def _latest(visit: Visit, card: Mapping[str, Any]) -> str:
    """The last whole year; of a set that was over by then its own last one, of one that began later its first."""
    year = int((visit.head.today or "2000")[:4]) - 1
    if card["until"] is not None:
        year = min(year, int(card["until"][:4]))
    if card["from"] is not None:
        year = max(year, int(card["from"][:4]))
    return str(year)


def _asked(visit: Visit, card: Mapping[str, Any], period: str) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The answer, or what is wrong with what was asked."""
    try:
        return visit.ask("goals", set=card["scorecard"], period=period), []
    except Refused as refused:
        return None, said(visit, refused)


def _counts(answer: Mapping[str, Any]) -> dict[str, int]:
    """By goal, how many have attained it."""
    every = answer["lights"].values()
    return {goal["item"]: [mine[goal["item"]] for mine in every].count("green") for goal in answer["goals"]}


def _file(
    visit: Visit, card: Mapping[str, Any], answer: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Response:
    """The lights as a table of words."""
    words = visit.words
    titles = [words("assessment.column.id"), words("assessment.column.name"), words("goals.attained")]
    titles += [words.label(goal, goal["item"]) for goal in answer["goals"]]
    cells = []
    for row in rows:
        mine = answer["lights"].get(row["entity"], {})
        lights = [words(f"goals.light.{mine[goal['item']] or 'none'}") if mine else None for goal in answer["goals"]]
        cells.append([row["entity"], row["name"], answer["attained"].get(row["entity"]), *lights])
    name = f"{words.label(card, card['scorecard'])} {answer['period']}"
    return exported(visit, name, [ExportColumn(title=title) for title in titles], cells)
