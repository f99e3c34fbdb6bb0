"""学习评分: the learned scores, one of them with its versions and scores, and what made up that of one entity.

A score is advice: every page says that it is no grade.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.figures import Figure
from hengjian.web.paging import paged
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: The sides of the chart of reliability, and half the width of the bars of parts, in their own units.
_SIDE, _HALF = 220, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one input adds to the log-odds; `times`: by how much it multiplies the odds. `x` and `width` are its bar."""

    input: str
    label: str
    figure: Figure
    reason: str
    direction: str
    added: float
    times: str
    x: float
    width: float
    sources: Sequence[Mapping[str, Any]]


def routes(wall: Wall) -> list[Route]:
    """`/models`, `/models/{model}` and `/models/{model}/{id}`."""
    return [
        Route("/models", getting(wall, listed)), Route("/models/{model}", getting(wall, model)),
        Route("/models/{model}/{id}", getting(wall, entity)),
    ]  # fmt: skip


def listed(visit: Visit) -> Response:
    """All that are declared."""
    return visit.page("models.html", models=visit.ask("models")["models"], number=number)


def model(visit: Visit) -> Response:
    """One score: what it is, its versions, how well it does, and the scores of those whom the reader sees."""
    found = _model(visit)
    versions = found["versions"]
    version = _version(visit, found)
    answer, faults = (None, []) if version is None else _scored(visit, model=found["model"], version=version["version"])
    rows = [] if answer is None else answer["scores"]
    if wanted(visit):
        return _file(visit, found, rows)
    page, latest = paged(visit.query, rows), max((one["period"] for one in rows), default="")
    return visit.page(
        "model.html", one=found, versions=versions, version=version, answer=answer, faults=faults, rows=page.rows,
        latest=latest, number_of=page.number, pages=page.pages, count=len(rows), chance=chance, number=number,
        curve=None if version is None else _curve(version["tried"].get("bins") or ()),
    )  # fmt: skip


def entity(visit: Visit) -> Response:
    """What made up the score of one entity."""
    found, who = _model(visit), visit.entity()
    version = _version(visit, found)
    if version is None:
        raise HTTPException(404, visit.words("models.none_yet"))
    answer, faults = _scored(
        visit, model=found["model"], version=version["version"], entities=[who.id], sources=True,
        period=visit.query.get("period") or None,
    )  # fmt: skip
    row = answer["scores"][0] if answer is not None and answer["scores"] else None
    parts = [] if row is None else _parts(visit, row)
    return visit.page(
        "model_entity.html", one=found, who=who, version=version, row=row, parts=parts, faults=faults, half=_HALF,
        chance=chance, number=number, answer=answer,
    )  # fmt: skip


def _model(visit: Visit) -> dict[str, Any]:
    """The score that the path names; no page where there is none."""
    name = part_of(visit.request.path_params["model"])
    try:
        (found,) = visit.ask("models", model=name)["models"]
    except Refused:
        raise HTTPException(404, visit.words("models.unknown")) from None
    return dict(found)


def _version(visit: Visit, found: Mapping[str, Any]) -> dict[str, Any] | None:
    """The version that is asked for, else the latest."""
    wish = visit.query.get("version", "")
    versions = found["versions"]
    return next((one for one in versions if str(one["version"]) == wish), versions[0] if versions else None)


def _scored(visit: Visit, **question: object) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The answer, or why there is none."""
    try:
        return visit.ask("model_score", **question), []
    except Refused as refused:
        language = visit.words.language
        return None, [(translate(one.message, language), translate(one.hint, language)) for one in refused.issues]


def _parts(visit: Visit, row: Mapping[str, Any]) -> list[Part]:
    """The inputs, the one that moves the score most first."""
    figures, words = visit.figures(), visit.words
    every = sorted(row["inputs"], key=lambda one: -abs(one["contribution"]))
    most = max((abs(one["contribution"]) for one in every), default=0.0) or 1.0
    found = []
    for one in every:
        width = abs(one["contribution"]) / most * _HALF
        label = words.label(one, one["input"])
        reason = ""
        if one["missing"] is not None:
            reason = words(f"missing.{one['missing']}", input=label, period=row["period"])
        found.append(
            Part(
                input=one["input"], label=label,
                figure=figures.figure(one["value"], one["unit"], one["input"]), reason=reason,
                direction=one["direction"], added=one["contribution"], times=f"{math.exp(one['contribution']):.2f}",
                x=round(_HALF if one["contribution"] >= 0 else _HALF - width, 2), width=round(width, 2),
                sources=list({leaf["filing"]: leaf for leaf in one.get("sources", ()) if leaf["filing"]}.values()),
            )
        )  # fmt: skip
    return found


def _curve(bins: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What was said against what happened, as points of a square whose sides end at the greatest of them."""
    if not bins:
        return None
    top = max(max(one["mean"], one["rate"]) for one in bins) * 1.05 or 1.0
    points = [(round(one["mean"] / top * _SIDE, 1), round(_SIDE - one["rate"] / top * _SIDE, 1), one) for one in bins]
    return {"side": _SIDE, "points": points, "top": chance(top)}


def chance(value: float | None) -> str:
    """A probability as pages write it."""
    return "–" if value is None else f"{100 * value:.1f}%" if value >= 0.001 else "<0.1%"


def number(value: float | None, places: int = 3) -> str:
    """A figure of quality."""
    return "–" if value is None else f"{value:.{places}f}"


def _file(visit: Visit, found: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Response:
    names = ("entity", "name", "period", "probability", "missing")
    columns = [
        ExportColumn(title=visit.words(f"models.column.{name}"), unit="ratio" if name == "probability" else None)
        for name in names
    ]
    table = [[one[name] for name in names] for one in rows]
    return exported(visit, visit.words.label(found, found["model"]), columns, table)
