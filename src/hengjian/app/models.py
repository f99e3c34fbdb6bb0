"""Learned scores: `models` lists them with their versions, `model_score` asks one of them.

A score is advice and no grade. What was fitted stands in the ledger; an old version scores as it did.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from hengjian.app.alerts import states_of
from hengjian.app.desk import Desk
from hengjian.app.events import entered, record_of
from hengjian.app.explain import explain
from hengjian.app.insight import mark
from hengjian.app.modelrows import inputs_of
from hengjian.app.moment import parse_cut
from hengjian.app.question import in_unit, known_entity
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.intake.text import normal, quoted
from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.evidence import Salts, commitment
from hengjian.model.cut import Cut, KnownAt
from hengjian.model.issue import Failure, nearest, refuse
from hengjian.model.learned import LearnedScore
from hengjian.model.missing import Missing
from hengjian.models.fitted import fitted_of
from hengjian.models.recipe import Fitted
from hengjian.models.rows import Inputs, Score, scores_of

#: Of an input's explanation, what tells where a figure comes from.
_SOURCE = ("measure", "entity", "period", "value", "unit", "missing", "filing", "file", "sheet", "cell", "text")
#: Probabilities are told to so many decimals: lists of many add up otherwise than one taken apart, in the last bit.
_DIGITS = 9
#: What of a version counts everybody who was learned from.
_COUNTS = ("rows", "entities", "events", "failed")


def known_model(programme: Programme, asked: str) -> LearnedScore:
    """The declared score of this name."""
    declared = {normal(name): one for name, one in programme.catalogue.models.items()}
    found = declared.get(normal(asked))
    if found is None:
        names = [one.name for one in declared.values()]
        hint = nearest(asked, names, otherwise=f"declared are {', '.join(names)}" if names else "no pack declares one")
        raise refuse(f"no learned score is called {asked!r}", hint)
    return found


def declaration_hash(programme: Programme, score: LearnedScore) -> str:
    """SHA-256 over what decides what is learned: the declaration, and the formulas of its inputs with all they read."""
    formulas = {name: programme.indicators[name].digest for name in score.inputs}
    return sha256(canonical({**score.record(), "formulas": formulas})).hexdigest()


def versions_of(desk: Desk, name: str, known_at: KnownAt | None = None) -> list[dict[str, Any]]:
    """The versions of a score, the first one first."""
    events = desk.store.history("model", name)
    if known_at is not None:
        latest = {event.entry for event in desk.store.latest_events("model", [name], known_at)}
        events = [event for event in events if latest and event.entry <= max(latest)]
    return [record_of(event) | entered(event) for event in events]


def models(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Every declared score (`model`: one of them) with its versions, the latest first.

    What counts everybody who was learned from is told to who sees everybody; to others a version is `beyond`.
    """
    programme = desk.programme()
    declared = list(programme.catalogue.models.values())
    if question.get("model") is not None:
        declared = [known_model(programme, str(question["model"]))]
    cut = parse_cut(dict(question), desk.config.timezone)
    return {"models": [_shown(desk, programme, one, cut) for one in declared], **mark(desk.sight)}


def _shown(desk: Desk, programme: Programme, score: LearnedScore, cut: Cut) -> dict[str, Any]:
    now = declaration_hash(programme, score)
    versions = versions_of(desk, score.name, cut.known_at)
    return {
        "model": score.name, "label": score.label.record(), "type": score.type, "outcome": score.outcome.record(),
        "advisory": score.advisory.record(), "method": score.method, "horizon": score.horizon, "seed": score.seed,
        "source": score.source, "declaration": now,
        "inputs": [
            {
                "input": name, "direction": direction, "unit": str(programme.indicators[name].unit),
                "label": programme.catalogue.indicators[name].label.record(),
            }
            for name, direction in score.inputs.items()
        ],
        "versions": [cut_version(desk, one | {"current": one["declaration"] == now}) for one in reversed(versions)],
    }  # fmt: skip


def cut_version(desk: Desk, record: Mapping[str, Any]) -> dict[str, Any]:
    """A version as the reader may see it: without counts of others, and who they were by their file."""
    told = {name: part for name, part in record.items() if name not in ("label", "advisory", "source", "inputs")}
    if desk.sight.is_everything:
        return told
    data = {name: part for name, part in record["data"].items() if name not in _COUNTS}
    tried = {name: part for name, part in record["tried"].items() if name != "bins"}
    auc = record["tried"]["auc"]
    tried["auc"] = None if auc is None else {name: auc[name] for name in ("value", "low", "high", "method")}
    return told | {"data": data, "tried": tried, "labels": {"sha256": record["labels"]["sha256"]}, "beyond": True}


def model_score(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The score `model` of those in sight, or of `entities`: by the latest version or the one asked for, of each at the
    latest period for which it reported, or at `period`. Of named entities with what each input adds to the log-odds;
    `sources`: and where each input's figures were filed.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    programme = desk.programme(cut.known_at)
    declared = known_model(programme, str(question["model"]))
    version = _version(desk, declared, question.get("version"), cut)
    fitted = fitted_at(desk, version)
    score = _as_learned(programme, declared, version, fitted)
    named = [known_entity(desk, one) for one in dict.fromkeys(question.get("entities") or ())]
    types, descends = desk.entity_types(), programme.catalogue.descends
    for one in named:
        if not descends(types[one], score.type):
            raise refuse(f"{score.name} does not apply to {quoted(one)}", f"it is a score of {score.type}")
    found = inputs_of(desk, programme, score, cut, entities=named or None, period=question.get("period"))
    rows = _scored(desk, programme, score, found, fitted, is_whole=bool(named))
    if question.get("sources"):
        rows = [one | {"inputs": [_sourced(desk, question, one, part) for part in one["inputs"]]} for one in rows]
    return {
        "model": score.name, "version": version["version"], "label": declared.label.record(),
        "outcome": declared.outcome.record(), "advisory": declared.advisory.record(), "horizon": score.horizon,
        "entry": version["entry"], "data": {"sha256": version["data"]["sha256"]}, "method": version["method"],
        "declaration": version["declaration"],
        "current": version["declaration"] == declaration_hash(programme, declared), "reads": list(fitted.inputs),
        "scores": rows, "unreported": sorted({*named} - {*found.entities}),
        **({} if desk.sight.is_everything else {"beyond": True}), **mark(desk.sight),
    }  # fmt: skip


def _version(desk: Desk, score: LearnedScore, asked: object, cut: Cut) -> dict[str, Any]:
    """The version asked for; the latest one where none is."""
    versions = versions_of(desk, score.name, cut.known_at)
    if not versions:
        hint = f"`hengjian model SPACE train {score.name} --labels FILE` learns it from filed history"
        raise refuse(f"{score.name} has not been learned yet", hint)
    if asked is None:
        return versions[-1]
    for one in versions:
        if str(one["version"]) == str(asked).strip():
            return one
    raise refuse(f"{score.name} has no version {asked}", f"it has 1 to {len(versions)}")


def _as_learned(programme: Programme, score: LearnedScore, version: Mapping[str, Any], fitted: Fitted) -> LearnedScore:
    """The score with the inputs that a version was learned with; refused where one is declared no more."""
    gone = [name for name in fitted.inputs if name not in programme.indicators]
    if gone:
        message = f"version {version['version']} of {score.name} reads {gone[0]!r}, which no pack declares any more"
        raise refuse(message, "train it again, or ask as known at an earlier day")
    return replace(score, inputs={name: version["inputs"][name] for name in fitted.inputs}, horizon=version["horizon"])


def fitted_at(desk: Desk, version: Mapping[str, Any]) -> Fitted:
    """What was fitted, as it was entered; Failure where the ledger holds something else, or nothing any more."""
    index = int(version["entry"])
    evidence = desk.log.evidence(index)
    leaf = desk.log.entry(index).record()
    hint = "run `hengjian audit SPACE`, and train it again"
    if evidence is None:
        raise Failure(f"what was learned at entry {index} is not there any more", hint)
    if commitment(Salts(evidence.secret).content(), evidence.blob) != leaf.content_commitment:
        raise Failure(f"what was learned at entry {index} is not what was entered", hint)
    record = parse(evidence.blob)
    value = record.get("fitted") if isinstance(record, dict) else None
    fitted = fitted_of(value)
    if sha256(canonical(value)).hexdigest() != version["fitted_sha256"] or set(fitted.inputs) != set(version["inputs"]):
        raise Failure(f"what was learned at entry {index} is not what its version says", hint)
    return fitted


def _scored(
    desk: Desk, programme: Programme, score: LearnedScore, found: Inputs, fitted: Fitted, *, is_whole: bool
) -> list[dict[str, Any]]:
    """One record an entity, the most probable first; `is_whole`: with its inputs."""
    states = states_of(desk, Cut(), found.entities)
    rows = []
    for one in scores_of(fitted, found, apart=is_whole):
        state = states.get(one.entity)
        told: dict[str, Any] = {
            "entity": one.entity, "name": one.entity if state is None else state.name, "period": one.period,
            "probability": round(one.probability, _DIGITS),
            "missing": len([reason for reason in one.missing if reason is not Missing.PRESENT]),
        }  # fmt: skip
        if is_whole:
            told |= {"base": one.base, "margin": one.margin}
            told["inputs"] = [_input(programme, name, score, one, at) for at, name in enumerate(fitted.inputs)]
        rows.append(told)
    return sorted(rows, key=lambda row: (-row["probability"], row["entity"]))


def _input(programme: Programme, name: str, score: LearnedScore, one: Score, at: int) -> dict[str, Any]:
    unit, reason = programme.indicators[name].unit, one.missing[at]
    is_there = reason is Missing.PRESENT
    return {
        "input": name, "label": programme.catalogue.indicators[name].label.record(), "unit": str(unit),
        "direction": score.inputs[name], "value": in_unit(one.values[at], unit) if is_there else None,
        "missing": None if is_there else reason.word, "contribution": one.parts[name],
    }  # fmt: skip


def _sourced(
    desk: Desk, question: Mapping[str, Any], row: Mapping[str, Any], part: Mapping[str, Any]
) -> dict[str, Any]:
    """An input with the filed figures that it stands on; `withheld`: how many others the reader does not see."""
    asked = {name: question.get(name) for name in ("as_of", "as_known_at", "scope", "basis", "proven")}
    told = explain(desk, {**asked, "entity": row["entity"], "indicator": part["input"], "period": row["period"]})
    leaves = [{name: leaf.get(name) for name in _SOURCE} for leaf in told["leaves"]]
    withheld = told.get("withheld")
    return {**part, "sources": leaves, **({"withheld": withheld} if withheld else {})}
