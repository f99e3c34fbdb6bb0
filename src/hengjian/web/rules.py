"""规则: the library of rules by area with how good they are, and one rule with its text, lines, alerts and curve."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Forbidden, Refused
from hengjian.model.workflow import LEVELS
from hengjian.web.alerts import level_name, matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.figures import Figures
from hengjian.web.names import Names, Piece
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: A place of a message that a figure takes.
_SLOT = re.compile(r"\{([^{}:]+)(:[^{}]*)?\}")
#: The sides of the chart in its own units.
_SIDE = 240
MARKS = ("silent", "noisy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule in the library; `raised` within this year and the last one, `standing` now."""

    rule: str
    label: str
    area: str
    owner: str
    document: str
    source: str
    levels: Sequence[str]
    confidence: str
    raised: tuple[int, int]
    standing: int
    last: str
    right: str
    raw: Mapping[str, Any]


def routes(wall: Wall) -> list[Route]:
    """`/rules` and `/rules/{rule}`."""
    return [Route("/rules", getting(wall, library)), Route("/rules/{rule}", getting(wall, rule))]


def library(visit: Visit) -> Response:
    """All rules, those of one area together, in the order of the areas; the gravest first within one."""
    answer = visit.ask("rules")
    query, words = visit.query, visit.words
    today = date.fromisoformat(answer["today"])
    every = [_line(visit, one, today) for one in answer["rules"]]
    text, area = query.get("q", "").strip()[:100], query.get("area", "")
    level, mark = query.get("level", ""), query.get("mark", "")
    found = [
        one for one in every
        if area in ("", one.raw["area"] or "-") and (not level or level in one.levels)
        and (mark not in MARKS or one.raw[mark]) and matches(text, one.rule, one.label, one.owner, one.document)
    ]  # fmt: skip
    if wanted(visit):
        return _exported(visit, found)
    areas = [*answer["areas"], "-"]
    labels = {name: words.label({"label": label}, name) for name, label in answer["areas"].items()}
    labels["-"] = words("rules.area.none")
    groups = [(name, labels[name], [one for one in found if (one.raw["area"] or "-") == name]) for name in areas]
    return visit.page(
        "rules.html", groups=[group for group in groups if group[2]], found=len(found), count=len(every),
        areas=[(name, labels[name]) for name in areas if any((one.raw["area"] or "-") == name for one in every)],
        area=area, level=level, mark=mark, text=text, levels=LEVELS, level_name=level_name, year=today.year,
        marks=[(name, sum(bool(one.raw[name]) for one in every)) for name in MARKS],
    )  # fmt: skip


def _line(visit: Visit, one: Mapping[str, Any], today: date) -> Line:
    words = visit.words
    years = {int(year): sum(counts.values()) for year, counts in one["raised"].items()}
    confidence = one["confidence"]
    return Line(
        rule=one["rule"], label=words.label(one, one["rule"]), area=words.label({"label": one["area_label"]}, ""),
        owner=words.label({"label": one["owner"]}, ""), document=one["document"] or "", source=one["source"],
        levels=one["levels"], confidence=words(f"rules.confidence.{confidence}") if confidence else "",
        raised=(years.get(today.year, 0), years.get(today.year - 1, 0)), standing=sum(one["standing"].values()),
        last=one["last"] or "", right=percent(one["hit_rate"]), raw=one,
    )  # fmt: skip


def percent(value: float | None) -> str:
    """A share as pages write it."""
    return "–" if value is None else f"{value * 100:.0f}%"


def _exported(visit: Visit, lines: Iterable[Line]) -> Response:
    words = visit.words
    titles = (
        "area", "name", "rule", "levels", "owner", "document", "source", "confidence", "this_year", "last_year",
        "standing", "last", "right", "false", "silent", "noisy", "backtest.hit", "backtest.auc",
    )  # fmt: skip
    rows = (
        (
            one.area, one.label, one.rule, " ".join(level_name(words, level) for level in one.levels), one.owner,
            one.document, one.source, one.confidence, *one.raised, one.standing,
            date.fromisoformat(one.last) if one.last else None, one.raw["hit_rate"], one.raw["false_alarm_rate"],
            one.raw["silent"], one.raw["noisy"], (one.raw["backtest"] or {}).get("hit_rate"),
            (one.raw["backtest"] or {}).get("auc"),
        )
        for one in lines
    )  # fmt: skip
    return exported(visit, words("rules"), [ExportColumn(title=words(f"rules.{title}")) for title in titles], rows)


def rule(visit: Visit) -> Response:
    """One rule: its text, the lines in force with their sources, its quality, its alerts, and its kept back-test."""
    asked = part_of(visit.request.path_params["rule"])
    try:
        answer = visit.ask("rule_quality", rule=asked)
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("rules.unknown", id=asked[:40])) from None
    names, figures, words = visit.names(), visit.figures(), visit.words
    text = answer["text"]
    conditions = [("level", tier["level"], list(names.pieces(tier["formula"]))) for tier in text["levels"]]
    conditions += [
        (name, "", list(names.pieces(text[name]))) for name in ("applies", "minimum", "clear") if text[name]
    ]  # fmt: skip
    kept = answer["backtests"][0] if answer["backtests"] else None
    today = date.fromisoformat(answer["today"])
    years = sorted({*map(int, answer["raised"]), today.year}, reverse=True)[:10]
    return visit.page(
        "rule.html", one=_line(visit, answer, today), answer=answer, conditions=conditions, level_name=level_name,
        lines=[_parameter(line, names, figures) for line in answer["lines"]], percent=percent,
        reads=[(words.label(one, one["name"]), one["name"], _pieces(names, one["formula"])) for one in answer["reads"]],
        years=[(year, answer["raised"].get(str(year), {})) for year in years], kept=kept,
        curve=None if kept is None else _curve(kept, figures),
        message=_message(words.label({"label": answer["message"]}, ""), names),
        comparison="" if kept is None or kept["comparison"] is None else _plain(names, kept["comparison"]["text"]),
    )  # fmt: skip


def _message(text: str, names: Names) -> str:
    """A message with what its figures are called in their places."""
    return _SLOT.sub(lambda slot: f"⟨{names.label(slot[1])}⟩", text)


def _plain(names: Names, formula: str) -> str:
    return "".join(piece.text for piece in names.pieces(formula))


def _pieces(names: Names, formula: str | None) -> list[Piece]:
    return [] if formula is None else list(names.pieces(formula))


def _parameter(line: Mapping[str, Any], names: Names, figures: Figures) -> dict[str, Any]:
    """A parameter's values in force, by class."""
    values = [
        ("" if name == "default" else name, str(figures.figure(value, line["unit"], line["name"])))
        for name, value in line["values"].items()
    ]
    by = ", ".join(names.other(name) for name in line["by"])
    return {
        "label": names.label(line["name"]), "name": line["name"], "from": line["from"], "source": line["source"],
        "by": by, "values": values, "has_points": bool(line["points"]),
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The ROC curve as a path in a square of `side`, the place of the line in force on it, and the points of its
    table."""

    side: int
    path: str
    here: tuple[float, float] | None
    rows: Sequence[Mapping[str, str | bool]]


def _curve(kept: Mapping[str, Any], figures: Figures) -> Curve | None:
    """None where no line could be moved, or nothing could be told apart."""
    points = kept["curve"]
    if not points or kept["comparison"] is None:
        return None
    steps = [(0.0, 0.0), *((one["false_alarm"], one["hit"]) for one in points), (1.0, 1.0)]
    places = [(round(x * _SIDE, 1), round((1 - y) * _SIDE, 1)) for x, y in steps]
    here = next(((one["false_alarm"], one["hit"]) for one in points if one["in_force"]), None)
    unit = kept["comparison"]["unit"]
    thinned = points[:: max(1, len(points) // 12)]
    shown = [one for one in points if one in thinned or one["in_force"]]
    rows = [
        {
            "line": "–" if one["line"] is None else str(figures.figure(one["line"], unit)),
            "shift": str(figures.figure(one["shift"], unit)), "warned": percent(one["warned"]),
            "hit": percent(one["hit"]),
            "false_alarm": percent(one["false_alarm"]), "precision": percent(one["precision"]),
            "in_force": one["in_force"],
        }
        for one in shown
    ]  # fmt: skip
    return Curve(
        side=_SIDE, path="M" + " L".join(f"{x} {y}" for x, y in places), rows=rows,
        here=None if here is None else (round(here[0] * _SIDE, 1), round((1 - here[1]) * _SIDE, 1)),
    )  # fmt: skip
