"""One enterprise's score: the tree with the reason of every point, what it would be with other figures, its files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.assessment import known_text, said, states_of
from hengjian.web.download import BYTES, JSON, WORKBOOK, download
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.scoretext import day_text, figure, percent, points, written
from hengjian.web.source import Entity
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting
from hengjian.web.visit import visit as visiting
from hengjian.web.wall import Wall

#: Parts that are items of the card, beside those that are steps of computing.
ITEMS = frozenset({"item", "weighted", "left_out", "modifier", "member"})
#: Before the name of an item, or a switch, in the address of a trial.
VALUE, TARGET, SWITCH = "v.", "t.", "s."
#: Files of an assessment, and what they are.
_FORMS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": WORKBOOK, "pdf": "application/pdf", "json": JSON,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of the tree: at what depth, and the parts of its points that are no items."""

    part: Mapping[str, Any]
    depth: int
    is_group: bool
    steps: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """An item whose figure, and target where it has one, can be tried; texts as they are typed."""

    item: str
    label: str
    unit: str
    value: str
    target: str
    least: str
    most: str
    step: str
    base: Mapping[str, str]


def routes(wall: Wall) -> list[Route]:
    """`/assessment/{card}/{period}/{id}`, and its files."""
    address = "/assessment/{card}/{assessed}/{id}"
    return [
        Route(address, getting(wall, page)),
        Route(f"{address}/file/{{form}}", lambda request: file(visiting(request, wall))),
    ]  # fmt: skip


def page(visit: Visit) -> Response:
    """The score as it stands; with `trial` beside what it would be. `fragment`: the trial alone, for sliders."""
    card, period, entity = _card(visit), part_of(visit.request.path_params["assessed"]), visit.entity()
    trial, faults = _trial(visit, card, period, entity)
    if visit.query.get("fragment"):
        return visit.page(
            "_assessment_trial.html", status=400 if faults else 200, faults=faults, **_tried(trial),
            **_writers(visit, card),
        )  # fmt: skip
    try:
        score = visit.ask("score", scorecard=card["scorecard"], period=period, entity=entity.id)
    except Refused as refused:
        return visit.page(
            "assessment_one.html", status=400, entity=entity, card=card, period=period, score=None,
            faults=said(visit, refused), **_writers(visit, card),
        )  # fmt: skip
    lines = list(_lines(score))
    if wanted(visit):
        return _file(visit, card, entity, period, lines)
    state = states_of(visit, card, period, entity.id).get(entity.id)
    told = _published(visit, card, period, entity) if state is not None and state.version is not None else None
    if trial is None and not faults:
        trial = _asked(visit, card, period, entity, {}, {}, {})[0]
    return visit.page(
        "assessment_one.html", entity=entity, card=card, period=period, score=score, lines=lines, faults=faults,
        state=state, told=told, bridge=_bridge(visit, card, period, entity),
        sliders=_sliders(visit, trial), adjust=score.get("adjust") or (),
        labels={line.part["item"]: visit.words.label(line.part, line.part["item"]) for line in lines},
        chosen={one: visit.query.get(SWITCH + one, "") for one in score.get("settings") or {}},
        covered=f"{Decimal(score.get('covered') or 1):.2%}",
        **_tried(trial), **_writers(visit, card),
    )  # fmt: skip


def _tried(trial: Mapping[str, Any] | None) -> dict[str, Any]:
    """A trial as its fragment shows it: what is left out of a letter is felt by nobody."""
    if trial is None or trial.get("withheld"):
        return {"trial": trial, "sensitivity": [], "is_tried": False}
    out = {line.part["item"] for line in _lines(trial["after"]) if line.part["kind"] == "left_out"}
    felt = [one for one in trial["sensitivity"] if one["item"] not in out]
    return {"trial": trial, "sensitivity": felt, "is_tried": any(trial["changed"].values())}


def _bridge(visit: Visit, card: Mapping[str, Any], period: str, entity: Entity) -> dict[str, Any] | None:
    """From audited to assessed figures, where the card reads assessed ones and something was claimed."""
    waiting, reads = list(card["items"]), False
    while waiting:
        one = waiting.pop()
        reads |= "assessed" in one["channels"]
        waiting += one["items"]
    found = visit.ask("bridge", entity=entity.id, period=period) if reads else None
    return found if found is not None and found.get("measures") else None


def file(visit: Visit) -> Response:
    """A file of the published assessment as it was entered; `draft`: of the score as it stands, marked as a trial."""
    request = visit.request
    card, form = _card(visit), part_of(request.path_params["form"])
    if form not in _FORMS:
        raise HTTPException(404)
    period = part_of(request.path_params["assessed"])
    question = {"scorecard": card["scorecard"], "period": period, "entity": visit.entity().id, "form": form}
    found = visit.ask("assessment_draft" if visit.query.get("draft") else "assessment_file", **question)
    return download(bytes(found["data"]), str(found["name"]), _FORMS.get(form, BYTES))


def _card(visit: Visit) -> Mapping[str, Any]:
    """The scorecard that the path names; no page where there is none."""
    name = part_of(visit.request.path_params["card"])
    found = next((one for one in visit.ask("scorecards")["scorecards"] if one["scorecard"] == name), None)
    if found is None:
        raise HTTPException(404, visit.words("assessment.unknown"))
    return dict(found)


def _writers(visit: Visit, card: Mapping[str, Any]) -> dict[str, Any]:
    """What pages and fragments write points, figures and units with."""
    figures = visit.figures()
    return {
        "points": points, "percent": percent, "known": known_text(visit), "figure": figure, "day": day_text,
        "unit": lambda symbol: figures.declared(symbol) if symbol else "",
        "grade_label": lambda name: next(
            (visit.words.label(one, name) for one in card["grades"] if one["grade"] == name), name or ""
        ),
        "band_labels": {one["band"]: visit.words.label(one, one["band"]) for one in card["bands"]},
        "both": lambda text: "" if text is None else text[visit.words.language],
    }  # fmt: skip


def _published(visit: Visit, card: Mapping[str, Any], period: str, entity: Entity) -> dict[str, Any]:
    return visit.ask("assessment", scorecard=card["scorecard"], period=period, entity=entity.id)


def _lines(score: Mapping[str, Any]) -> Iterator[Line]:
    waiting = [(part, 0) for part in reversed(score["items"])]
    while waiting:
        part, depth = waiting.pop()
        below = [one for one in part["parts"] if one["kind"] in ITEMS]
        steps = [one for one in part["parts"] if one["kind"] not in ITEMS]
        yield Line(part=part, depth=depth, is_group=bool(below), steps=steps)
        waiting += [(one, depth + 1) for one in reversed(below)]


def _trial(
    visit: Visit, card: Mapping[str, Any], period: str, entity: Entity
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """What is tried, as the address says it; nothing where it says nothing."""
    said_of = {
        start: {name[len(start) :]: text.strip() for name, text in visit.query.items() if name.startswith(start)}
        for start in (VALUE, TARGET, SWITCH)
    }
    if not any(said_of.values()) and not visit.query.get("fragment"):
        return None, []
    values, targets = _changed(visit, VALUE, said_of[VALUE]), _changed(visit, TARGET, said_of[TARGET])
    switches = {one["switch"] for one in card["switches"]}
    settings = {name: text for name, text in said_of[SWITCH].items() if name in switches and text}
    return _asked(visit, card, period, entity, values, targets, settings)


def _changed(visit: Visit, start: str, texts: Mapping[str, str]) -> dict[str, str]:
    """What differs from what stood in the fields, which the form sends along (`was.…`)."""
    return {name: text for name, text in texts.items() if text and text != visit.query.get(f"was.{start}{name}")}


def _asked(
    visit: Visit, card: Mapping[str, Any], period: str, entity: Entity, values: Mapping[str, str],
    targets: Mapping[str, str], settings: Mapping[str, str],
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:  # fmt: skip
    try:
        return visit.ask(
            "what_if", scorecard=card["scorecard"], period=period, entity=entity.id, values=values, targets=targets,
            settings=settings,
        ), []  # fmt: skip
    except Refused as refused:
        return None, said(visit, refused)


def _sliders(visit: Visit, trial: Mapping[str, Any] | None) -> list[Slider]:
    """A slider for each item with a figure, from half below to half above what it is and what it should be; where a
    trial is shown already, as it stands in it."""
    if trial is None or trial.get("withheld"):
        return []
    found = []
    before = {line.part["item"]: line.part for line in _lines(trial["before"])}
    for one in trial["sensitivity"]:
        was = before.get(one["item"], one)
        ends = [
            Decimal(text) for text in (one["value"], one["target"], was["value"], was["target"]) if text is not None
        ]
        reach = max(abs(end) for end in ends) / 2 or Decimal(1)
        least, most = min(ends) - reach, max(ends) + reach
        if min(ends) >= 0:
            least = max(least, Decimal(0))
        step = Decimal(1).scaleb(((most - least) / 200).adjusted())
        if was.get("kind") == "left_out":
            continue
        found.append(Slider(
            item=one["item"], label=visit.words.label(one, one["item"]), unit=one["unit"] or "",
            value=written(one["value"]), target=written(one["target"]), least=written(str(least // step * step)),
            most=written(str((most // step + 1) * step)), step=written(str(step), 12),
            base={"value": written(was["value"]), "target": written(was["target"])},
        ))  # fmt: skip
    return found


def _file(visit: Visit, card: Mapping[str, Any], entity: Entity, period: str, lines: Sequence[Line]) -> Response:
    """The tree as a table, with points and figures unrounded."""
    words = visit.words
    names = ("item", "weight", "unit", "target", "value", "channel", "score", "reason")
    rows = [
        [
            "　" * line.depth + words.label(line.part, line.part["item"]), _number(line.part["weight"]),
            line.part["unit"], _number(line.part["target"]), _number(line.part["value"]),
            words(f"assessment.channel.{line.part['channel']}") if line.part["channel"] else None,
            _number(line.part["score"]), line.part["reason"][words.language],
        ]
        for line in lines
    ]  # fmt: skip
    name = f"{entity.name} {words.label(card, card['scorecard'])} {period}"
    return exported(visit, name, [ExportColumn(title=words(f"assessment.column.{one}")) for one in names], rows)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
