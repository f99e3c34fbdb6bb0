"""压力测试: a declared stress, its sizes to choose, and what it changes: rules and figures, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.issue import Refused
from hengjian.web.alerts import level_name
from hengjian.web.entities import matches
from hengjian.web.exporting import ExportColumn, exported, wanted
from hengjian.web.faults import translate
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: So many figures are asked for a page, and for a file.
SHOWN, WHOLE = 400, 100_000
#: Before the name of a size in an address.
_SIZE = "s."


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure before and after, written out; `way` is up, down or nothing, `reason` why there is none after."""

    entity: str
    indicator: str
    period: str
    before: str
    after: str
    difference: str
    way: str
    reason: str
    beyond: bool


def routes(wall: Wall) -> list[Route]:
    """`/stress`."""
    return [Route("/stress", getting(wall, page))]


def page(visit: Visit) -> Response:
    """The stresses that there are, and what the chosen one changes."""
    stresses = visit.ask("stress")["stresses"]
    wish = visit.query.get("stress", "")
    chosen = next((one for one in stresses if one["name"] == wish), stresses[0] if stresses else None)
    indicator = visit.query.get("indicator", "")
    answer, faults = (None, []) if chosen is None else _asked(visit, chosen, indicator)
    if answer is not None and wanted(visit):
        return _file(visit, answer)
    lines = [] if answer is None else [_line(visit, one) for one in answer["figures"]]
    entities, names = visit.entities(), visit.names()
    return visit.page(
        "stress.html", status=400 if faults else 200, stresses=stresses, chosen=chosen, faults=faults, answer=answer,
        sizes=[] if chosen is None else _sizes(visit, chosen), period=visit.query.get("period", ""),
        entity=visit.query.get("entity", ""), indicator=indicator if indicator in names else "", names=names,
        lines=lines, rules=[] if answer is None else answer["rules"], more=0 if answer is None else answer["more"],
        level_name=level_name, cleared=dict.fromkeys((key for key in visit.query if key.startswith(_SIZE)), ""),
        called=lambda one: entities[one].name if one in entities else one,
        formula=lambda text: "".join(
            piece.text if piece.name is None else names.label(piece.name) for piece in names.pieces(text)
        ),
    )  # fmt: skip


def _asked(
    visit: Visit, chosen: Mapping[str, Any], indicator: str
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The answer, or what is wrong with what was asked."""
    values = {
        size["name"]: text for size in chosen["parameters"]
        if (text := visit.query.get(_SIZE + size["name"], "").strip())
    }  # fmt: skip
    wish = visit.query.get("entity", "").strip()[:100]
    found = [one.id for one in visit.entities().values() if matches(one, wish)] if wish else []
    exact = [one for one in found if one == wish]
    question: dict[str, object] = {
        "stress": chosen["name"], "values": values, "period": visit.query.get("period", "").strip() or None,
        "entities": exact or found or ([wish] if wish else []), "most": WHOLE if wanted(visit) else SHOWN,
        "indicators": [indicator] if indicator in visit.names() else None,
    }  # fmt: skip
    try:
        return visit.ask("stress", **question), []
    except Refused as refused:
        language = visit.words.language
        return None, [(translate(one.message, language), translate(one.hint, language)) for one in refused.issues]


def _sizes(visit: Visit, chosen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sizes, with what stands in their fields."""
    found = []
    for size in chosen["parameters"]:
        unit = visit.figures().declared(size["unit"])
        text = visit.query.get(_SIZE + size["name"], "").strip() or f"{size['value']:g}"
        found.append({**size, "unit": unit, "text": text})
    return found


def _line(visit: Visit, one: Mapping[str, Any]) -> Line:
    figures, unit, name = visit.figures(), one["unit"], one["indicator"]
    if one.get("withheld"):
        told = visit.words("stress.closed")
        return Line(
            entity=one["entity"], indicator=name, period=one["period"], before="–", after="", difference="", way="",
            reason=told, beyond=False,
        )  # fmt: skip
    written = {key: str(figures.figure(one[key], unit, name)) for key in ("before", "after")}
    difference = one["difference"]
    way = "" if difference is None else "up" if difference > 0 else "down"
    reason = "" if one["missing"] is None else visit.words(f"stress.missing.{one['missing']}")
    return Line(
        entity=one["entity"], indicator=name, period=one["period"], before=written["before"], after=written["after"],
        difference="" if difference is None else str(figures.figure(difference, unit)), way=way, reason=reason,
        beyond=bool(one.get("beyond")),
    )  # fmt: skip


def _file(visit: Visit, answer: Mapping[str, Any]) -> Response:
    """The rules, or the figures; these in the units in which they are declared, for there are many."""
    words, names, entities = visit.words, visit.names(), visit.entities()

    def called(one: str) -> str:
        return entities[one].name if one in entities else one

    name = f"{words.label(answer, answer['stress'])} {answer['period']}"
    if visit.query.get("list") == "rules":
        columns = _columns(visit, "rule", "id", "entity", "change", "before", "after")
        rows: list[list[object]] = [
            [
                names.label(one["rule"]), one["entity"], called(one["entity"]),
                words(f"stress.change.{one['change']}"), one["before"], one["after"],
            ]
            for one in answer["rules"]
        ]  # fmt: skip
        return exported(visit, name, columns, rows)
    columns = _columns(visit, "indicator", "id", "entity", "period", "unit", "before", "after", "difference", "reason")
    rows = [
        [
            names.label(one["indicator"]), one["entity"], called(one["entity"]), one["period"], one["unit"],
            one["before"], one["after"], one["difference"],
            None if one["missing"] is None else words(f"stress.missing.{one['missing']}"),
        ]
        for one in answer["figures"]
    ]  # fmt: skip
    return exported(visit, name, columns, rows)


def _columns(visit: Visit, *keys: str) -> list[ExportColumn]:
    return [ExportColumn(title=visit.words(f"stress.column.{key}")) for key in keys]
