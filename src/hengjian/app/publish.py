"""`publish`: scores become published assessments: canonical JSON, DOCX, XLSX and PDF as entries, in one append with the
step of each entity's case. `assessment_draft`: the same documents before that, marked as a trial."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hengjian.app.alerts import ensure_supervised
from hengjian.app.attached import ATTACHMENT
from hengjian.app.desk import OPERATOR, Desk
from hengjian.app.events import enter_events, event_draft, record_of, signed_in
from hengjian.app.moves import taken_with
from hengjian.app.objections import objections_of
from hengjian.app.publishing import (
    Subject,
    case_for,
    file_name,
    files_of,
    quotas_of,
    result_of,
    seen_result,
    subject_of,
)
from hengjian.app.rights import must
from hengjian.app.score import scores
from hengjian.app.scorecards import card_for
from hengjian.app.submission import ENGINE
from hengjian.app.wire import Answer
from hengjian.casework.case import Case
from hengjian.intake.text import quoted
from hengjian.ledger.canonical import canonical
from hengjian.ledger.clock import instant, now, rfc3339
from hengjian.ledger.draft import Draft, Receipt, Submission, oversized
from hengjian.model.issue import Issue, Refused, nearest, refuse
from hengjian.people import EVERYTHING

_DRAFTS = ("docx", "xlsx", "pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """What is to be published of one entity, and the case whose step goes with it."""

    subject: Subject
    result: Mapping[str, Any]
    data: bytes
    version: int
    case: Case | None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """Who publishes what, when: `made` is what documents say of when they were made."""

    desk: Desk
    office: str
    made: datetime
    day: date
    known: str


def publish(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Publish the scores of a `scorecard` for a `period`: of those `entities` that are named, else of all whom the one
    who asks sees and the card scores. `office` signs the documents (else the space's name).

    All or none: refused with every reason, as a score that cannot be told, an objection that is open, a step of the
    case that cannot be taken. What was published before and came out the same is left as it is (`unchanged`); what came
    out otherwise becomes a new version.
    """
    ensure_supervised(desk)
    office = " ".join(str(question.get("office") or desk.config.name).split())
    act = _Act(
        desk=desk, office=office, day=desk.config.current_day(),
        made=instant(now()).astimezone(UTC).replace(microsecond=0), known=f"entry:{desk.log.size}",
    )  # fmt: skip
    subjects = _subjects(desk, question)
    for subject in subjects:
        must(desk, "assess", subject.entity)
    with desk.asked_by(OPERATOR, EVERYTHING):
        quotas = quotas_of(desk, subjects[0].card, subjects[0].period, act.known)
    issues: list[Issue] = []
    ready, unchanged = [], []
    for subject in subjects:
        found = _ready(act, subject, quotas, issues)
        if found is not None and _is_published(desk, found):
            unchanged.append({"entity": subject.entity, "version": found.version - 1})
        elif found is not None:
            ready.append(found)
    if issues:
        raise Refused(issues)
    told = {"scorecard": subjects[0].card.name, "period": str(subjects[0].period), "known": act.known}
    if not ready:
        return {**told, "published": [], "unchanged": unchanged, "repeated": True}
    return {**told, **_enter(act, ready), "unchanged": unchanged, "repeated": False}


def _subjects(desk: Desk, question: Mapping[str, Any]) -> list[Subject]:
    """Whose scores are published."""
    card, period = card_for(desk.programme(), str(question["scorecard"]), str(question["period"]))
    asked = [str(one) for one in question.get("entities") or ()]
    if not asked:
        rows = scores(desk, {"scorecard": card.name, "period": str(period)})["rows"]
        asked = sorted(str(row["entity"]) for row in rows)
    if not asked:
        raise refuse(f"{card.name} scores nobody in {period}", "enter letters or figures first")
    subjects = [subject_of(desk, {"scorecard": card.name, "period": str(period), "entity": one}) for one in asked]
    return list({one.entity: one for one in subjects}.values())


def _ready(
    act: _Act, subject: Subject, quotas: Mapping[str, str | None], issues: list[Issue]
) -> _Ready | None:  # fmt: skip
    """What is to be published of an entity; None where something is in the way, which is added to the issues."""
    desk, whose = act.desk, quoted(subject.entity)
    try:
        result = result_of(desk, subject, act.known, quotas)
    except Refused as refused:
        issues += refused.issues
        return None
    before = len(issues)
    if result["score"] is None:
        lacking = ", ".join(one["item"] for one in result["missing"]) or "a figure"
        message = f"{whose} has no score by {subject.card.name} in {subject.period}: {lacking} cannot be told"
        issues.append(Issue(place=None, message=message, hint="`hengjian score` tells what is missing"))
    waiting = [str(one["number"]) for one in objections_of(desk, subject.topic) if one["upheld"] is None]
    if waiting:
        message = (
            f"objection {', '.join(waiting)} of {whose} to {subject.card.name} in {subject.period} is not answered"
        )
        issues.append(
            Issue(place=None, message=message, hint="answer it: `hengjian objection SPACE … --uphold` or `--reject`")
        )
    case = case_for(desk, subject)
    if subject.card.workflow is not None and subject.card.published_by is not None and case is None:
        message = f"no case of {subject.card.workflow} is about {whose} in {subject.period}"
        hint = "open one, and take its steps: `hengjian case SPACE open`"
        issues.append(Issue(place=None, message=message, hint=hint))
    if len(issues) > before:
        return None
    version = len(desk.store.history("assessment", subject.topic)) + 1
    return _Ready(subject=subject, result=result, data=canonical(result), version=version, case=case)


def _is_published(desk: Desk, found: _Ready) -> bool:
    """Whether the latest publication says the same, and no case waits for another one."""
    events = desk.store.history("assessment", found.subject.topic)
    if not events or (found.case is not None and not found.case.ended):
        return False
    return bool(record_of(events[-1])["comparable"] == _comparable(found.result))


def _comparable(result: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of what a result says, apart from the moment of which it says it."""
    return hashlib.sha256(canonical({name: one for name, one in result.items() if name != "known"})).hexdigest()


def _enter(act: _Act, ready: Sequence[_Ready]) -> Answer:
    """All entries of all entities in one append: four files, the assessment, and the step of the case of each."""
    desk = act.desk
    published: list[Answer] = []

    def receipt(receipts: Sequence[Receipt]) -> bytes:
        for one in published:
            one["recorded_at"] = rfc3339(receipts[0].recorded)
        return json.dumps({"published": published}, sort_keys=True).encode()

    meant = [[one.subject.topic, one.version, one.digest] for one in ready]
    base = hashlib.sha256(json.dumps(meant).encode()).hexdigest()
    key = hashlib.sha256(f"publish:{base}:{desk.actor.name}".encode()).hexdigest()
    keyed = Submission(key=key, base=base, latest=None, receipt=receipt)
    drafts: list[Draft] = []
    issues: list[Issue] = []
    for one in ready:
        made, record = _drafts(act, one, keyed, desk.log.size + len(drafts))
        drafts += made
        published.append({
            "entity": one.subject.entity, "version": one.version, "score": record["score"], "grade": record["grade"],
            "sha256": one.digest, "entry": desk.log.size + len(drafts) - 1,
        })  # fmt: skip
        step = one.subject.card.published_by
        if one.case is not None and step is not None:
            try:
                after = taken_with(
                    desk, one.case, step, note="", fields={}, day=act.day, first=desk.log.size + len(drafts)
                )
            except Refused as refused:
                issues += refused.issues
                continue
            published[-1] |= {"case": after.case, "state": after.state}
            told, topic, whose, actor = after.record(), after.case, after.entity, desk.actor.name
            drafts.append(event_draft(desk, "case", told, topic=topic, subject=whose, actor=actor, submission=keyed))
    if issues:
        raise Refused(issues)
    if too_large := oversized(drafts):
        raise Refused(too_large)
    enter_events(desk, drafts)
    return {"published": published}


def _drafts(act: _Act, one: _Ready, keyed: Submission, first: int) -> tuple[list[Draft], dict[str, Any]]:
    """The files of an entity and the event that names them, the first file being the entry `first`; and its record."""
    desk, subject = act.desk, one.subject
    objections = objections_of(desk, subject.topic)
    made = files_of(
        desk, subject, one.result, office=act.office, made=act.made, day=act.day, version=one.version,
        objections=objections,
    )  # fmt: skip
    contents = {"json": one.data, **made}
    name, actor = str(one.result["name"]), desk.actor.name
    files = {
        form: {
            "entry": first + place, "file": file_name(subject, name, form), "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for place, (form, data) in enumerate(contents.items())
    }  # fmt: skip
    drafts = [
        Draft(
            kind=ATTACHMENT, actor=actor, engine=ENGINE, content=data, rows=[], subject=subject.entity,
            pack_hashes=desk.shelf.hashes(), file=str(files[form]["file"]), submission=keyed,
            refs={**signed_in(desk, actor), "assessment": subject.topic, "form": form},
        )
        for form, data in contents.items()
    ]  # fmt: skip
    record: dict[str, Any] = {
        "scorecard": subject.card.name, "period": str(subject.period), "entity": subject.entity, "name": name,
        "version": one.version, "score": one.result["score"], "grade": one.result.get("quota") or one.result["grade"],
        "exact": one.result["exact"],
        "day": act.day.isoformat(), "made": rfc3339_of(act.made), "actor": actor, "office": act.office,
        "known": act.known, "sha256": one.digest, "comparable": _comparable(one.result), "files": files,
        "case": None if one.case is None else one.case.case, "reads": list(one.result["reads"]),
        "of": list(one.result.get("of", ())),
        "declaration": one.result["declaration"],
        "objections": [{"number": each["number"], "entry": each["entry"]} for each in objections],
    }  # fmt: skip
    event = event_draft(
        desk, "assessment", record, topic=subject.topic, subject=subject.entity, actor=actor, submission=keyed
    )
    return [*drafts, event], record


def rfc3339_of(moment: datetime) -> str:
    """A moment in UTC as records write it."""
    return moment.isoformat().replace("+00:00", "Z")


def assessment_draft(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The document (`form`: docx, xlsx or pdf) of a score as it stands now, marked 试算 on each page; nothing of it is
    entered. The same state of the ledger gives the same DOCX and XLSX."""
    subject, form = subject_of(desk, question), str(question["form"])
    if form not in _DRAFTS:
        hint = nearest(form, _DRAFTS, otherwise=f"take {', '.join(_DRAFTS)}")
        raise refuse(f"no file of an assessment is a {form!r}", hint)
    result = seen_result(desk, subject, f"entry:{desk.changed}")
    office = " ".join(str(question.get("office") or desk.config.name).split())
    last = desk.log.entry(desk.changed - 1).recorded_at
    data = files_of(
        desk, subject, result, office=office, made=last.replace(microsecond=0), day=desk.config.current_day(),
        version=1, objections=objections_of(desk, subject.topic), trial=True, forms=[form],
    )[form]  # fmt: skip
    name = file_name(subject, str(result["name"]), form, trial=True)
    return {
        "name": name, "data": data, "entity": subject.entity, "reads": list(result["reads"]),
        "of": list(result.get("of", ())),
    }  # fmt: skip
