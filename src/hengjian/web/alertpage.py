"""预警: one alert with why it stands, its evidence and proofs, the way to its cause, its owners, history and case."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from hengjian.model.filing import filing_id
from hengjian.model.issue import Forbidden, Refused
from hengjian.web.actor import actor_of
from hengjian.web.alerts import Line, level_name, line_of
from hengjian.web.alerttimeline import timeline
from hengjian.web.download import BYTES, JSON, download
from hengjian.web.explanation import parameters, short_reason, steps
from hengjian.web.figures import Figure
from hengjian.web.relied import relied
from hengjian.web.view import part_of
from hengjian.web.visit import Visit, getting
from hengjian.web.wall import Wall

#: A proof in an archive bears no moment of its own.
_DAWN = (1980, 1, 1, 0, 0, 0)
#: So many owners are named; of the rest it is told how many there are.
_OWNERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One figure that the alert stands on: whose, what, and where it is filed; `proof`: its place among the inputs,
    None where nobody filed it or the reader does not see where."""

    name: str
    label: str
    entity: str
    whose: str
    period: str
    figure: Figure | None
    missing: str
    where: str
    filing: str
    proof: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One time that the alert stood: from a day until another, which is empty while it stands."""

    alert: str
    since: str
    until: str
    level: str
    is_shown: bool


def routes(wall: Wall) -> list[Route]:
    """`/alert/{id}` and its proofs."""
    return [Route("/alert/{alert}", getting(wall, alert)), Route("/alert/{alert}/proof", getting(wall, proof))]


def alert(visit: Visit) -> Response:
    """One alert: what it says, why, what happened to it, and its case."""
    answer = _known(visit, owners=True)
    events: Sequence[Mapping[str, Any]] = answer["events"]
    case = visit.source.ask("case", {"case": answer["case"]}) if answer["case"] else None
    line = line_of(visit, answer, case)
    explained = _explained(visit, events)
    names, figures, words = visit.names(), visit.figures(), visit.words
    why: dict[str, Any] = explained or {"formula": ""}
    told: list[tuple[Mapping[str, Any], Line]] = [(one, line_of(visit, {**answer, **one}, None)) for one in events]
    takes = [one for one in case["transitions"] if one["may"] and not one["barred"]] if case else []
    plain = [one for one in takes if not one["fields"] and not one["guard"]]
    return visit.page(
        "alert.html", one=line, answer=answer, explained=explained, told=told[::-1], case=case, level_name=level_name,
        steps=steps(why, names, figures, words) if explained else [], evidence=list(_evidence(visit, answer)),
        parameters=parameters(why, names, figures, words), pieces=list(names.pieces(why["formula"])),
        relied=relied(why, figures, words), facts=_facts(visit, answer), path=_path(answer),
        owners=_owners(visit, answer), episodes=_episodes(events, answer["alert"]), timeline=timeline(told, words),
        takes=takes, plain=plain, actor=actor_of(visit), scores=_scores(visit, answer),
    )  # fmt: skip


def _explained(visit: Visit, events: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Why the rule said what it last said, from what was known then; None where its packs no longer tell."""
    last = events[-1]
    question = {
        "rule": last["rule"], "entity": last["entity"], "period": last["period"],
        "as_known_at": f"entry:{last['entry']}",
    }  # fmt: skip
    try:
        return visit.source.ask("explain", question)
    except Refused:
        return None


def _evidence(visit: Visit, answer: Mapping[str, Any]) -> Iterator[Evidence]:
    """The figures that the last event stands on, as it was entered with them."""
    names, figures, entities = visit.names(), visit.figures(), visit.entities()
    for place, one in enumerate(answer["events"][-1]["inputs"]):
        filing = one.get("filing") or ""
        known = entities.get(one["entity"])
        declared = visit.declarations().get("measures", {}).get(one["measure"], {})
        unit = str(one.get("unit") or declared.get("unit", "ratio"))  # which older programs did not write down
        where = " · ".join(str(part) for part in (one.get("file"), one.get("sheet"), one.get("cell")) if part)
        yield Evidence(
            name=one["measure"], label=names.label(one["measure"]), entity=one["entity"],
            whose=one["entity"] if known is None else known.name, period=one["period"],
            figure=None if one["value"] is None else figures.figure(one["value"], unit, one["measure"]),
            missing=_lacking(visit, one), where=where,
            filing=filing, proof=place if filing and one.get("cell") and not one.get("withheld") else None,
        )  # fmt: skip


def _lacking(visit: Visit, one: Mapping[str, Any]) -> str:
    """Why there is no figure; empty where there is one."""
    if one.get("withheld"):
        return visit.words("missing.withheld")
    return "" if one.get("missing") is None else short_reason(one["missing"], visit.words)


def _facts(visit: Visit, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the rule is: its area, who looks after it, its document, and how sure its lines are."""
    words, declared = visit.words, answer["declared"] or {}
    confidence = declared.get("confidence")
    found = (
        ("board.area", words.label({"label": declared.get("area_label")}, answer["area"] or "")),
        ("board.section", words.label({"label": answer["owner"]}, "")),
        ("alert.document", declared.get("document") or ""), ("alert.source", answer["source"] or ""),
        ("alert.confidence", words(f"alert.confidence.{confidence}") if confidence else ""),
    )  # fmt: skip
    return [(words(key), text) for key, text in found if text]


def _path(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Those from the alert's entity to its cause, as far as the reader sees them; nothing where it is its own."""
    names, way = answer["names"], list(answer["path"])
    if answer["cause"] is not None and answer["cause"] not in way:
        way.append(answer["cause"])
    return [] if way == [answer["entity"]] else [(one, names.get(one, one)) for one in way]


def _owners(visit: Visit, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Those above the lowest entity through every layer, the nearest first."""
    entities, every = visit.entities(), answer.get("owners", ())
    shown = [
        {
            **one, "name": entities[one["entity"]].name if one["entity"] in entities else one["entity"],
            "share": None if one["cash_flow"] is None else f"{one['cash_flow']:.2%}",
        }
        for one in every[:_OWNERS]
    ]  # fmt: skip
    return {"shown": shown, "more": len(every) - len(shown), "withheld": answer.get("owners_withheld", 0)}


def _episodes(events: Sequence[Mapping[str, Any]], asked: str) -> list[Episode]:
    """Each time that the rule warned of the entity, the latest first."""
    by: dict[str, list[Mapping[str, Any]]] = {}
    for one in events:
        by.setdefault(one["alert"], []).append(one)
    return [
        Episode(
            alert=name, since=those[0]["since"], until=those[-1]["day"] if those[-1]["state"] == "cleared" else "",
            level=those[-1]["level"], is_shown=name == asked,
        )
        for name, those in reversed(by.items())
    ]  # fmt: skip


def _scores(visit: Visit, answer: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """What learned scores say of the entity, where any were learned: label, chance, what it is a chance of, advice."""
    kinds, found = visit.declarations().get("types", {}), []
    known = visit.entities().get(answer["entity"])
    lineage = kinds.get(known.type, {}).get("lineage", [known.type]) if known else []
    for model in visit.source.ask("models", {})["models"]:
        if model["type"] not in lineage or not model["versions"]:
            continue
        question = {"model": model["model"], "entities": [answer["entity"]]}
        try:
            told = visit.source.ask("model_score", question)
        except Refused:
            continue
        for row in told["scores"]:
            if row.get("probability") is not None:
                label = visit.words.label(told, told["model"])
                outcome = visit.words.label({"label": told["outcome"]}, "")
                advisory = visit.words.label({"label": told["advisory"]}, "")
                found.append((label, f"{row['probability']:.1%}", outcome, advisory))
    return found


def proof(visit: Visit) -> Response:
    """A bundle for strangers: that the alert's last event was entered; with `of=value` its value, with `input=N` where
    one of its figures was filed; with `of=all` all of them as one archive."""
    answer = _known(visit)
    name = str(answer["alert"])
    if visit.query.get("of") == "all":
        return download(_archive(visit, answer), f"{name}.proofs.zip", BYTES)
    for file, question in _provable(answer):
        if file == _asked(visit):
            return download(visit.source.ask("prove", question)["bundle"], f"{name}.{file}.json", JSON)
    raise HTTPException(404, visit.words("alerts.unknown", id=name))


def _asked(visit: Visit) -> str:
    place = visit.query.get("input", "")
    return f"input-{place}" if place else "value" if visit.query.get("of") == "value" else "proof"


def _provable(answer: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What of an alert can be proven: the name of each proof, and the question for it."""
    last = answer["events"][-1]
    yield "proof", {"filing": filing_id(int(last["entry"])), "cells": None, "with_file": True}
    yield "value", {"alert": last["alert"]}
    for place, one in enumerate(last["inputs"]):
        if one.get("filing") and one.get("cell"):
            yield f"input-{place}", {"filing": one["filing"], "cells": [one["cell"]], "with_file": False}


def _archive(visit: Visit, answer: Mapping[str, Any]) -> bytes:
    """Every proof that the reader may have; what they may not have is named with the reason."""
    held, lacking = io.BytesIO(), []
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, question in _provable(answer):
            try:
                data = visit.source.ask("prove", question)["bundle"]
            except Refused as refused:
                lacking.append(f"{file}: {refused.issues[0].message}")
            else:
                archive.writestr(zipfile.ZipInfo(f"{file}.json", _DAWN), data)
        if lacking:
            archive.writestr(zipfile.ZipInfo("not-proven.txt", _DAWN), "\n".join(lacking) + "\n")
    return held.getvalue()


def _known(visit: Visit, **more: object) -> dict[str, Any]:
    """The alert that the address names; no page where there is none."""
    asked = part_of(visit.request.path_params["alert"])
    try:
        return visit.source.ask("alert", {"alert": asked, **more})
    except Forbidden:
        raise
    except Refused:
        raise HTTPException(404, visit.words("alerts.unknown", id=asked[:40])) from None
