"""Published assessments: `assessments` lists them, `assessment` tells one and computes it again, `assessment_file`
hands out its files as they were entered."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengjian.app.attached import ATTACHMENT
from hengjian.app.desk import Desk
from hengjian.app.events import entered, record_of
from hengjian.app.insight import mark
from hengjian.app.objections import objections_of, open_count
from hengjian.app.publishing import Subject, canonical_of, may_object, subject_of
from hengjian.app.scoreassess import cut_note
from hengjian.app.standing import made_by, may
from hengjian.app.wire import Answer
from hengjian.ledger.canonical import parse
from hengjian.model.cut import Cut
from hengjian.model.issue import Failure, forbid, nearest, refuse

#: The files of an assessment, and what follows their names' last dot.
FORMS = ("json", "docx", "xlsx", "pdf")
#: What of a record is told of each version.
_VERSION = ("version", "score", "grade", "day", "sha256")


def assessments(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`rows`: the latest version of each published assessment of whom the reader sees, by `scorecard` and `period`."""
    wanted = {name: str(question[name]) for name in ("scorecard", "period") if question.get(name)}
    rows = []
    for event in desk.store.latest_events("assessment"):
        record = record_of(event)
        if record["entity"] in desk.sight and all(record[name] == value for name, value in wanted.items()):
            told = {name: record[name] for name in ("scorecard", "period", "entity", *_VERSION, "reads", "of")}
            rows.append({**told, **entered(event), "objections": open_count(desk, event.topic)})
    names = desk.names(Cut(), desk.config.current_day())
    told_rows = [{**row, "name": names.get(row["entity"], row["entity"])} for row in rows]
    return {
        "rows": sorted(told_rows, key=lambda row: (row["scorecard"], row["period"], row["entity"])),
        **mark(desk.sight),
    }


def assessment(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One published assessment: `result` is the answer of `score` that was published, `files` its entries, `versions`
    all publications, the latest last, and `objections`. `version`: another one than the latest.

    `again`: it is computed anew as it was known then, and `again` tells whether the canonical JSON is the `same`, and
    else the first `difference`, as {"path", "published", "again"}, and whether all are in sentences (`words_only`).
    """
    subject = subject_of(desk, question)
    record, entry = _version(desk, subject, question.get("version"))
    events = desk.store.history("assessment", subject.topic)
    result = parse(_bytes(desk, record, "json"))
    versions = [
        {**{name: one[name] for name in _VERSION}, **entered(event), **made_by(desk, event.entry)}
        for event in events
        for one in [record_of(event)]
    ]
    told: Answer = {
        **{name: record[name] for name in ("scorecard", "period", "entity", "name", *_VERSION)},
        "known": record["known"], "case": record["case"], "reads": record["reads"], "of": record["of"],
        "entry": entry, "files": record["files"], "versions": versions,
        "result": cut_note(desk, result),
        "objections": objections_of(desk, subject.topic),
        "may": {
            "publish": may(desk, desk.actor, "assess", subject.entity), "object": may_object(desk, subject),
        },
    }  # fmt: skip
    if question.get("again"):
        told["again"] = _again(desk, subject, record, result)
    return told


def assessment_file(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The bytes (`data`) of one file of a published assessment as they were entered: `form` json, docx, xlsx, pdf."""
    subject, form = subject_of(desk, question), str(question["form"])
    if form not in FORMS:
        raise refuse(
            f"no file of an assessment is a {form!r}", nearest(form, FORMS, otherwise=f"take {', '.join(FORMS)}")
        )
    record, _ = _version(desk, subject, question.get("version"))
    result = parse(_bytes(desk, record, "json"))
    if cut_note(desk, result) != result:
        raise forbid("the file names enterprises that you do not see", "ask somebody who sees all that it names")
    file = record["files"][form]
    return {**file, "name": file["file"], "entity": subject.entity, "reads": record["reads"], "of": record["of"],
            "data": _bytes(desk, record, form)}  # fmt: skip


def _version(desk: Desk, subject: Subject, asked: object) -> tuple[dict[str, Any], int]:
    """The record of a version (None: the latest) and its entry."""
    events = desk.store.history("assessment", subject.topic)
    if not events:
        raise refuse(
            f"{subject.card.name} of {subject.entity!r} for {subject.period} is not published",
            "`hengjian score` tells how it stands; an officer publishes it",
        )
    if asked is None:
        return record_of(events[-1]), events[-1].entry
    for event in events:
        record = record_of(event)
        if str(record["version"]) == str(asked):
            return record, event.entry
    raise refuse(
        f"there is no version {str(asked)!r} of it", f"it was published {len(events)} times: 1 to {len(events)}"
    )


def _bytes(desk: Desk, record: Mapping[str, Any], form: str) -> bytes:
    """The bytes of a file, which must be those that the record of the assessment names."""
    file = record["files"][form]
    evidence = desk.log.evidence(file["entry"])
    if evidence is None:
        raise refuse(f"the file of entry {file['entry']} is not held any more", "its entry can still be proven")
    is_file = desk.log.entry(file["entry"]).record().kind == ATTACHMENT
    if not is_file or hashlib.sha256(evidence.blob).hexdigest() != file["sha256"]:
        raise Failure(
            f"entry {file['entry']} is not the file that the assessment names",
            "run `hengjian audit SPACE`: it was changed",
        )
    return bytes(evidence.blob)


#: What of a result is a sentence, or stands in one: a newer version of the program may say the same otherwise.
_OF_WORDS = re.compile(r"(^|\.)(reason|data|code)(\.|\[|$)")


def _again(desk: Desk, subject: Subject, record: Mapping[str, Any], result: Any) -> Answer:
    """Whether what was published comes out again of what was known then."""
    data = canonical_of(desk, subject, record["known"])
    if hashlib.sha256(data).hexdigest() == record["sha256"]:
        return {"same": True, "known": record["known"], "difference": None}
    found = list(_differences(result, parse(data), ""))
    others = [one for one in found if not _OF_WORDS.search(one["path"])]
    difference = next(iter(others or found), None)
    if difference is not None and not desk.sight.is_everything:  # it may be of others
        difference = {"path": difference["path"], "published": None, "again": None}
    return {"same": False, "known": record["known"], "difference": difference, "words_only": not others}


def _differences(before: Any, after: Any, path: str) -> Iterator[dict[str, Any]]:
    """Where two JSON values differ, in their order."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _differences(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
    elif _is_list(before) and _is_list(after) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(one, other, f"{path}[{place}]")
    elif before != after:
        yield {"path": path, "published": before, "again": after}


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
