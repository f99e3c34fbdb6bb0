"""What is withheld of an answer after it was made: figures and attributes that are restricted and not for who asks.

One row a question of the gate. In lists a figure becomes null, with `withheld` true beside it or counted; where it was
asked for by name, and where bytes cannot be cut (files, proofs), the question is refused. Nothing that was kept for
other readers is changed: what is withheld of is copied.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hengjian.app import goalswithheld, publishedwithheld, registerwithheld, scorewithheld
from hengjian.app import withheldparts as parts
from hengjian.app import withheldscenarios as scenarios
from hengjian.app.backtestwithheld import rule_part
from hengjian.app.benchmarkwithheld import benchmark
from hengjian.app.desk import Desk
from hengjian.app.moment import parse_cut
from hengjian.app.reader import Reader
from hengjian.app.reads import enter_read
from hengjian.app.restricted import restricted_names, restrictions, sees_restricted
from hengjian.app.wire import Answer
from hengjian.intake.text import normal, quoted
from hengjian.model.issue import Failure, Issue, forbid

Question = Mapping[str, Any]
Pass = Callable[[Desk, Reader, Question, Answer], Answer]

_ROLES = "roles that may see restricted data: reporter, reviewer, analyst, officer, auditor"


def check_named(desk: Desk, method: str, question: Question) -> None:
    """Forbidden where nothing is asked for by name but restricted figures of an entity for which they are not."""
    asked = _named(method, question)
    names = {normal(name): name for name in restricted_names(desk)} if asked else {}
    closed = [names[spelled] for spelled in map(normal, asked) if spelled in names]
    if not closed or len(closed) < len(asked) or question.get("entity") is None:
        return
    from hengjian.app.question import known_entity  # most questions do without

    entity = known_entity(desk, question["entity"])
    if entity not in sees_restricted(desk):
        raise forbid(f"{closed[0]} of {quoted(entity)} is restricted", _ROLES)


def _named(method: str, question: Question) -> list[str]:
    match method:
        case "show":
            return [str(name) for name in question.get("indicators") or ()]
        case "explain" | "prove":
            return [str(question[name]) for name in ("indicator", "rule") if question.get(name)]
    return []


def passed(desk: Desk, method: str, question: Question, answer: Answer) -> Answer:
    """The answer as it may leave: cut, and entered as read (`read`: the entry) where restricted data stand in it."""
    if method not in PASSES:
        raise Failure(f"no rule says what is restricted in {method!r}", "this is a mistake of ours; please report it")
    hold = PASSES[method]
    if hold is None:
        return answer
    cut = parse_cut(dict(question), desk.config.timezone)
    if not (restrictions(desk) or restrictions(desk, cut.known_at)):
        return answer
    reader = Reader(desk, cut.known_at)
    found = hold(desk, reader, question, answer)
    entry = enter_read(desk, method, question, reader)
    return found if entry is None else {**found, "read": entry}


def _declared(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """Names only: which are restricted."""
    del desk, question
    return {**answer, "restricted": sorted(reader.figures | reader.attribute_names)}


def _people(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """Of entities of restricted types only those in sight stand in it; these are noted."""
    del desk, question
    reader.looks_over(answer)
    return answer


def _listed(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """The list of everyone says of how many it does not tell."""
    found = _people(desk, reader, question, answer)
    closed = parts.people_withheld(desk)
    return {**found, "withheld": found.get("withheld", 0) + closed} if closed else found


def _texts(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """The same of a package, and of messages, within which ids stand."""
    del desk, question
    if "data" in answer and reader.people:
        reader.looks_over(json.loads(answer["data"]))
    for fault in answer.get("faults", ()):
        reader.looks_for(fault["message"])
    return answer


def _show(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    del desk, question
    reader.meets(answer["entity"])
    return {**answer, "values": [parts.value(reader, answer["entity"], one) for one in answer["values"]]}


def _explain(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    del desk, question
    found = parts.explanation(reader, answer)
    reader.looks_over([found["entity"], found.get("names"), found.get("holdings")])
    return found


def _values(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    del desk, question
    return {**answer, "arrow": parts.arrow(reader, answer["arrow"])}


def _portfolio(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    del desk, question
    return parts.portfolio(reader, answer)


def _relations(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    kept, closed = reader.attributes(answer["entity"], answer["attributes"])
    found = {**answer, "attributes": kept, **({"withheld_attributes": closed} if closed else {})}
    return _people(desk, reader, question, found)


def _filing(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """Rows stay, without their figures; warnings go as soon as any row is withheld, for they quote figures, and so
    does what the file hashes to, for it would confirm a guess of them."""
    cells = [parts.row(reader, one) for one in answer["cells"]]
    found = {**answer, "cells": cells}
    if _is_closed(desk, answer["entry"]):
        found |= {"size": None, "sha256": None}
    if answer["warnings"] and any(_closed_rows(desk, reader, answer["entry"])):
        found |= {"warnings": [], "warnings_withheld": len(answer["warnings"])}
    return _people(desk, reader, question, found)


def _ledger(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, {**answer, "entries": _unsized(desk, answer["entries"])})


def _unsized(desk: Desk, entries: Iterable[Answer]) -> list[Answer]:
    """Entries as lists show them: how long a file is would confirm a guess of its figures too."""
    return [{**one, "size": None} if one["filing"] and _is_closed(desk, one["entry"]) else one for one in entries]


def _blob(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    _must_be_whole(desk, reader, str(question["filing"]))
    return answer


def _recognise(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """That bytes are those of a filing would confirm a guess of what it says."""
    del reader, question
    if answer["kind"] == "filing" and any(_is_closed(desk, one["entry"]) for one in answer["found"]):
        return {**answer, "kind": "unknown", "ok": False, "messages": [], "found": []}
    return answer


def _prove(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """A proof cannot be cut: it is of all that it holds."""
    if question.get("filing") is not None:
        _must_tell_alert(desk, reader, str(question["filing"]))
        if question.get("with_file"):
            _must_be_whole(desk, reader, str(question["filing"]))
        elif any(parts.row_is_closed(reader, row) for row in parts.rows_of_bundle(answer["bundle"])):
            raise forbid(f"{question['filing']} holds restricted figures: they are not proven to you", _ROLES)
        return answer
    explained = parts.explanation_of_bundle(answer["bundle"])
    parts.explanation(reader, explained)
    if reader.is_short:
        figure = f"{explained['indicator']} of {quoted(explained['entity'])}"
        raise forbid(f"the proof of {figure} would disclose restricted figures", _ROLES)
    reader.looks_over([explained["entity"], explained.get("names"), explained.get("holdings")])
    return answer


def _must_tell_alert(desk: Desk, reader: Reader, name: str) -> None:
    """Forbidden where the entry is one of an alert of which anything is withheld."""
    entry = parts.entry_of_filing(name)
    evidence = desk.log.evidence(entry) if desk.log.entry(entry).record().kind == "alert" else None
    if evidence is not None:
        parts.alert(reader, json.loads(evidence.blob))
        if reader.is_short:
            raise forbid(f"the proof of {name} would disclose restricted figures", _ROLES)


def _must_be_whole(desk: Desk, reader: Reader, filing: str) -> None:
    if any(_closed_rows(desk, reader, parts.entry_of_filing(filing))):
        raise forbid(f"the file of {filing} holds restricted figures", _ROLES)


def _is_closed(desk: Desk, entry: int) -> bool:
    """Whether a row of a filing is closed; nothing is noted as read by asking."""
    return any(_closed_rows(desk, Reader(desk), entry))


def _closed_rows(desk: Desk, reader: Reader, entry: int) -> Iterable[bool]:
    """Of each row of a filing that may be restricted, whether it is closed; those that are open are noted."""
    return [parts.row_is_closed(reader, row) for row in parts.restricted_rows(desk, reader, entry)]


def _contagion(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, scenarios.contagion(reader, answer))


def _stress(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, scenarios.stress(reader, answer))


def _benchmark(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, benchmark(reader, answer))


def _alerts(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    found = {**answer, "alerts": [parts.alert(reader, one) for one in answer["alerts"]]}
    return _people(desk, reader, question, found)


def _alert(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    found = parts.alert(reader, answer)
    found["events"] = [parts.alert(reader, one) for one in answer["events"]]
    return _people(desk, reader, question, found)


def _rules(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """Of back-tests and of the quality of rules."""
    ids = list(desk.seen_types())
    found = {**answer, "rules": [rule_part(reader, ids, one) for one in answer["rules"]]}
    return _people(desk, reader, question, found)


def _rule(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, rule_part(reader, list(desk.seen_types()), answer))


def _case(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    alert = answer.get("alert")
    return _people(desk, reader, question, {**answer, "alert": alert and parts.alert(reader, alert)})


def _score(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, scorewithheld.score(reader, answer))


def _published(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, publishedwithheld.whole(reader, answer))


def _objections(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, publishedwithheld.objections(reader, answer))


def _published_rows(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, publishedwithheld.rows(reader, answer))


def _scores(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, scorewithheld.scores(reader, answer))


def _goals(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, goalswithheld.goals(reader, answer))


def _what_if(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, scorewithheld.what_if(reader, answer))


def _register(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, registerwithheld.register(reader, answer))


def _bridge(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, registerwithheld.bridge(reader, answer))


def _bridge_effect(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    return _people(desk, reader, question, registerwithheld.effect(reader, answer))


def _model_score(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    """A score tells of its inputs: where one of them is restricted and not for who asks, there is none."""
    rows = [parts.scored(reader, row, answer["reads"]) for row in answer["scores"]]
    return _people(desk, reader, question, {**answer, "scores": rows})


def _proposal(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    found = _receipt(reader, answer)
    found["cells"] = [parts.row(reader, one) for one in answer["cells"]]
    return _people(desk, reader, question, found)


def _trial(desk: Desk, reader: Reader, question: Question, answer: Answer) -> Answer:
    found = _receipt(reader, answer)
    reader.whose |= dict.fromkeys(answer.get("entities", ()) if reader.what else ())
    return _people(desk, reader, question, found)


def _receipt(reader: Reader, answer: Answer) -> Answer:
    """Alerts, warnings and faults of a submission."""
    found = dict(answer)
    for part in ("warnings", "faults"):
        if part in answer:
            found[part] = [parts.warning(reader, one) for one in answer[part]]
    if "filings" in answer:
        found["filings"] = [_receipt(reader, one) for one in answer["filings"]]
    if "alerts" in answer:
        found["alerts"] = [parts.alert(reader, one) for one in answer["alerts"]]
    return found


def receipt_for(desk: Desk, answer: Answer) -> Answer:
    """What a submitter is told, as `passed` lets answers leave: submissions of several are entered together, and the
    receipt of each passes by itself."""
    if not restrictions(desk):
        return answer
    reader = Reader(desk)
    found = _receipt(reader, answer)
    entry = enter_read(desk, "submit", {}, reader)
    return found if entry is None else {**found, "read": entry}


def unrestricted(desk: Desk, issues: Sequence[Issue]) -> list[Issue]:
    """The faults and warnings of a submission without restricted figures that are not for who submits."""
    if not restrictions(desk).figures:
        return list(issues)
    reader = Reader(desk)
    return [parts.issue(reader, one) for one in issues]


#: What each question may hold that is restricted; None: nothing of what entities report, and no entities.
PASSES: Mapping[str, Pass | None] = {
    "show": _show,
    "explain": _explain,
    "prove": _prove,
    "values": _values,
    "evaluate": None,  # its file is written without what is withheld: see `bulk.evaluate`
    "portfolio": _portfolio,
    "relations": _relations,
    "entities": _listed,
    "filing": _filing,
    "ledger": _ledger,
    "blob": _blob,
    "recognise": _recognise,
    "alerts": _alerts,
    "alert_board": _alerts,
    "contagion": _contagion,
    "stress": _stress,
    "alert": _alert,
    "benchmark": _benchmark,
    "model_score": _model_score,
    "score": _score,
    "scores": _scores,
    "goals": _goals,
    "what_if": _what_if,
    "scorecards": None,
    **dict.fromkeys(("assessment", "assessment_file", "assessment_draft"), _published),
    "assessments": _published_rows,
    "objections": _objections,
    **dict.fromkeys(("publish", "object", "answer_objection")),
    **dict.fromkeys(("backtest", "keep_backtest", "rules"), _rules),
    "rule_quality": _rule,
    "case": _case,
    "submit": None,  # see `receipt_for`
    "trial": _trial,
    "register": _register,
    "bridge": _bridge,
    "bridge_effect": _bridge_effect,
    "assess_figures": None,  # see `receipt_for`
    "proposal": _proposal,
    "export_bods": _texts,
    "holding_faults": _texts,
    "declarations": _declared,
    **dict.fromkeys(
        (
            "calendar", "filings", "look_through", "ownership_chart", "ownership_tops", "cases", "proposals",
            "attachment", "notices", "peers",
        ),
        _people,
    ),
    **dict.fromkeys(("models", "train_model")),
    **dict.fromkeys(("register_template", "enter_register")),
    **dict.fromkeys(
        (
            "decide", "vouched", "status", "forms", "template", "move", "upgrade", "rebuild", "persons", "person", "me",
            "let_at_folder", "enrol", "amend_person", "give_role", "end_role", "reads", "changes", "sign_in", "visitor",
            "sign_out", "session_for", "sign_out_everywhere", "set_password", "change_password", "sessions", "tokens",
            "issue_token", "end_token", "open_case", "workflows", "notice_message", "collect_notices", "retry_notices",
            "move_all",
        )
    ),
}  # fmt: skip
