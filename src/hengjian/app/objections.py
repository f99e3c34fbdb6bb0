"""Objections of enterprises to their scores: `object` raises one, `answer_objection` upholds or rejects it.

Both are entries, and where the card's workflow has steps for them, these are taken in the same append.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.alerts import ensure_supervised
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, entered, event_draft, record_of
from hengjian.app.insight import mark
from hengjian.app.letters import letter_of
from hengjian.app.moves import taken_with
from hengjian.app.publishing import Subject, case_for, leads, may_object, objection_until, subject_of
from hengjian.app.question import known_entity
from hengjian.app.rights import ROLES_HINT, must
from hengjian.app.scorecards import card_for
from hengjian.app.standing import may
from hengjian.app.wire import Answer
from hengjian.casework.case import LONGEST_NOTE, Case
from hengjian.intake.text import normal, quoted
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Draft, Receipt, Submission
from hengjian.model.cut import Cut
from hengjian.model.issue import Issue, Refused, forbid, nearest, refuse

_KIND = "objection"


def objections_of(desk: Desk, topic: str) -> list[dict[str, Any]]:
    """The objections to a score, by its topic, as they stand: `upheld` is None until they are answered."""
    events = desk.store.latest_events(_KIND, begun_by=[f"{topic}|"])
    found = [{**record_of(event), **entered(event)} for event in events]
    return sorted(found, key=lambda one: int(one["number"]))


def objections(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`rows`: the objections to a card's scores for a period, of one `entity` or of all whom the reader sees, as they
    stand, published or not."""
    programme = desk.programme()
    card, period = card_for(programme, str(question["scorecard"]), str(question["period"]))
    whose = known_entity(desk, str(question["entity"])) if question.get("entity") else None
    begun = f"{card.name}|{period}|" + ("" if whose is None else f"{whose}|")
    events = desk.store.latest_events(_KIND, begun_by=[begun])
    reads = [name for name, *_ in card.formulas()]
    found = [{**record_of(event), **entered(event), "reads": reads} for event in events]
    rows = [one for one in found if one["entity"] in desk.sight]
    names = desk.names(Cut(), desk.config.current_day())
    acts = {} if whose is None else _acts(desk, Subject(card=card, period=period, entity=whose), rows)
    return {
        "scorecard": card.name, "period": str(period), **mark(desk.sight), **acts,
        "rows": [{**one, "name": names.get(one["entity"], one["entity"])} for one in rows],
    }  # fmt: skip


def _acts(desk: Desk, subject: Subject, rows: Sequence[Mapping[str, Any]]) -> Answer:
    """Of one entity: until when one may object, what the one who asks `may` do now, and its case."""
    case = case_for(desk, subject)
    assesses = may(desk, desk.actor, "assess", subject.entity)
    is_open = any(one["upheld"] is None for one in rows)
    until = objection_until(case, subject.card, desk)
    return {
        "until": None if until is None else until.isoformat(), "case": None if case is None else case.case,
        "may": {
            "object": may_object(desk, subject) and not _time_faults(desk, subject, case),
            "answer": assesses and is_open,
            "publish": assesses and not is_open and leads(desk, case, subject.card.published_by, subject),
        },
    }  # fmt: skip


def open_count(desk: Desk, topic: str) -> int:
    """How many of them are not answered."""
    return sum(one["upheld"] is None for one in objections_of(desk, topic))


def object(desk: Desk, question: Mapping[str, Any]) -> Answer:  # noqa: A001 - the question is called so
    """Object to an entity's score, or to one `item` of it, with a `text`; who reports for the entity, or has a role of
    the workflow's step. While the workflow has the time for it; without one, once it is published.

    The same said again, while it is not answered, is told of the first entry (`repeated`).
    """
    ensure_supervised(desk)
    subject, text = subject_of(desk, question), str(question.get("text") or "").strip()
    if not may_object(desk, subject):
        raise forbid(f"{desk.actor.name} may not object at {quoted(subject.entity)}", ROLES_HINT)
    item, label = _item(desk, subject, question.get("item"))
    case = case_for(desk, subject)
    before = objections_of(desk, subject.topic)
    for one in before:
        if one["upheld"] is None and (one["item"], one["text"], one["actor"]) == (item, text, desk.actor.name):
            return {"number": one["number"], "entry": one["entry"], "case": one["case"], "repeated": True}
    day = desk.config.current_day()
    issues = [*_text_faults(text), *_time_faults(desk, subject, case)]
    if issues:
        raise Refused(issues)
    number = len(before) + 1
    record = {
        "scorecard": subject.card.name, "period": str(subject.period), "entity": subject.entity, "number": number,
        "item": item, "label": label, "text": text, "actor": desk.actor.name, "day": day.isoformat(), "upheld": None,
        "answer": None, "answered_by": None, "answered_on": None, "case": None if case is None else case.case,
    }  # fmt: skip
    step = subject.card.objected_by if case is not None else None
    return _enter(desk, subject, record, case, step, note=text)


def answer_objection(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Answer the objection `number` (the only open one, where none is named): `upheld` or not, with the reason `text`.
    Who may assess the entity, and another person than who raised it."""
    ensure_supervised(desk)
    subject, text = subject_of(desk, question), str(question.get("text") or "").strip()
    must(desk, "assess", subject.entity)
    one = _asked_for(subject, objections_of(desk, subject.topic), question.get("number"))
    upheld = bool(question.get("upheld"))
    if one["upheld"] is not None:
        if (one["upheld"], one["answer"], one["answered_by"]) == (upheld, text, desk.actor.name):
            return {"number": one["number"], "entry": one["entry"], "case": one["case"], "repeated": True}
        raise refuse(
            f"objection {one['number']} was answered on {one['answered_on']}", "an answer stands; raise another one"
        )
    issues = _text_faults(text)
    if one["actor"] == desk.actor.name:
        message = f"{desk.actor.name} raised objection {one['number']}: another person answers it"
        issues.append(Issue(place=None, message=message, hint="two persons see to it"))
    if issues:
        raise Refused(issues)
    record = {name: value for name, value in one.items() if name not in ("entry", "recorded_at")} | {
        "upheld": upheld, "answer": text, "answered_by": desk.actor.name,
        "answered_on": desk.config.current_day().isoformat(),
    }  # fmt: skip
    case = case_for(desk, subject)
    step = subject.card.upheld_by if upheld else subject.card.rejected_by
    return _enter(desk, subject, record, case, step if case is not None else None, note=text)


def _enter(
    desk: Desk, subject: Subject, record: Mapping[str, Any], case: Case | None, step: str | None, *, note: str
) -> Answer:  # fmt: skip
    """The entry of an objection, and of the step that goes with it: both or none."""
    answer: Answer = {"number": record["number"], "case": record["case"]}

    def receipt(receipts: Sequence[Receipt]) -> bytes:
        answer.update(
            {"entry": receipts[0].index, "recorded_at": rfc3339(receipts[0].recorded), "repeated": False}
        )  # fmt: skip
        return json.dumps(answer, sort_keys=True).encode()

    topic, actor = f"{subject.topic}|{record['number']}", desk.actor.name
    base = hashlib.sha256(json.dumps([topic, actor, record["text"], record["upheld"], note]).encode()).hexdigest()
    key = hashlib.sha256(f"objection:{base}:{desk.log.size}".encode()).hexdigest()
    keyed = Submission(key=key, base=base, latest=None, receipt=receipt)
    drafts: list[Draft] = [
        event_draft(desk, _KIND, record, topic=topic, subject=subject.entity, actor=actor, submission=keyed)
    ]
    if case is not None and step is not None:
        fields = {"item": record["label"] or "总分"}
        after = taken_with(
            desk, case, step, note=note, fields=fields, day=desk.config.current_day(), first=desk.log.size + 1
        )
        drafts.append(
            event_draft(
                desk, "case", after.record(), topic=case.case, subject=case.entity, actor=actor, submission=keyed
            )
        )
        answer["state"] = after.state
    enter_events(desk, drafts)
    return answer


def _item(desk: Desk, subject: Subject, asked: Any) -> tuple[str | None, str | None]:
    """The item that is meant, by its name or label, or the line of the letter, by its key or title."""
    if not asked:
        return None, None
    text, items = normal(str(asked)), list(subject.card.root.walk())[1:]
    for item in items:
        if text in (item.name, item.label.zh, item.label.en):
            return item.name, item.label.zh
    letter = letter_of(desk, subject.card, str(subject.period), subject.entity, None)
    lines = [] if letter is None else [line for line in letter.lines if line.key != line.item]
    for line in lines:
        if text in (line.key, line.title.zh, line.title.en):
            return line.key, line.title.zh
    known = [*(item.name for item in items), *(line.key for line in lines)]
    hint = nearest(text, known, otherwise=f"its items are {', '.join(known)}")
    raise refuse(f"{subject.card.name} has no item {str(asked)!r}", hint)


def _text_faults(text: str) -> list[Issue]:
    if not text:
        return [Issue(place=None, message="nothing is said", hint="say why, in --text")]
    if len(text) > LONGEST_NOTE:
        message = f"the text has {len(text)} characters, at most {LONGEST_NOTE} are kept"
        return [Issue(place=None, message=message, hint="shorten it, and file the paper it stands in")]
    return []


def _time_faults(desk: Desk, subject: Subject, case: Case | None) -> list[Issue]:
    """Why it is not the time to object."""
    card = subject.card
    if card.workflow is None or card.objected_by is None:
        if desk.store.history("assessment", subject.topic):
            return []
        message = f"{card.name} of {subject.entity!r} for {subject.period} is not published"
        return [Issue(place=None, message=message, hint="one objects to what was published")]
    if case is None:
        message = f"no case of {card.workflow} is about {subject.entity!r} in {subject.period}"
        return [Issue(place=None, message=message, hint="an officer opens it")]
    until = objection_until(case, card, desk)
    if until is not None and desk.config.current_day() > until:
        message = f"objections to {card.name} of {subject.entity!r} for {subject.period} were to be raised by {until}"
        return [Issue(place=None, message=message, hint="the time for objections is over; ask an officer")]
    if not leads(desk, case, card.objected_by, subject):
        message = f"{case.case} is {case.state}: {card.objected_by} cannot be done"
        return [Issue(place=None, message=message, hint="objections have their time in the workflow")]
    return []


def _asked_for(subject: Subject, found: Sequence[Mapping[str, Any]], number: Any) -> Mapping[str, Any]:
    """The objection of this number, or the only one that is open."""
    if number is None:
        waiting = [one for one in found if one["upheld"] is None]
        if len(waiting) == 1:
            return waiting[0]
        raise refuse(f"{len(waiting)} objections are open", "name one by its number")
    for one in found:
        if str(one["number"]) == str(number):
            return one
    raise refuse(f"there is no objection {str(number)!r} to {subject.topic}", f"there are {len(found)}")
