"""Files that steps of cases are taken with: how they become entries, and `attachment`, which hands one out again."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.casebook import found_case
from hengjian.app.desk import Desk
from hengjian.app.events import record_of, signed_in
from hengjian.app.submission import ENGINE
from hengjian.app.wire import Answer
from hengjian.casework.fields import Attached, Files
from hengjian.ledger.draft import Draft, Submission
from hengjian.model.issue import Issue, Refused, refuse

#: The kind of an entry whose content is one file of a step.
ATTACHMENT = "attachment"
#: By field the files that a question carries, as {"name", "data"}.
Handed = Mapping[str, Sequence[Mapping[str, Any]]]


def handed_in(question: Mapping[str, Any]) -> Handed:
    """The files of a question, by field; refused where a name is no text, which the ledger could not hold."""
    found = {str(field): list(files) for field, files in (question.get("attachments") or {}).items() if files}
    issues = [
        Issue(place=None, message=f"the file name {file['name']!r} is no text", hint="write it in UTF-8")
        for files in found.values()
        for file in files
        if file["name"].encode(errors="replace") != file["name"].encode(errors="surrogatepass")
    ]
    if issues:
        raise Refused(issues)
    return found


def numbered(handed: Handed, first: int) -> Files:
    """The files as the record of a step names them, the first one being the entry `first`."""
    found: dict[str, list[Attached]] = {}
    entry = first
    for field, files in handed.items():
        for file in files:
            digest = hashlib.sha256(file["data"]).hexdigest()
            one = Attached(entry=entry, file=file["name"], sha256=digest, size=len(file["data"]))
            found.setdefault(field, []).append(one)
            entry += 1
    return found


def told(handed: Handed) -> list[list[str]]:
    """What files a question carries, for telling it from another one: field, name and SHA-256 of each."""
    return [[field, one.file, one.sha256] for field, files in numbered(handed, 0).items() for one in files]


def drafts(desk: Desk, handed: Handed, case: str, subject: str, submission: Submission) -> list[Draft]:
    """An entry for each file, in the order in which `numbered` counts them."""
    actor = desk.actor.name
    return [
        Draft(
            kind=ATTACHMENT, actor=actor, engine=ENGINE, content=file["data"], rows=[], subject=subject,
            pack_hashes=desk.shelf.hashes(), file=file["name"], submission=submission,
            refs={**signed_in(desk, actor), "case": case, "field": field},
        )
        for field, files in handed.items()
        for file in files
    ]  # fmt: skip


def attachment(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The bytes of a file (`data`), what it is called, and whose the case is: `case`, and `entry` as its step names it.

    One of a case that the reader does not see is as one that is not there."""
    case, entry = found_case(desk, str(question["case"])), str(question["entry"])
    for event in desk.store.history("case", case.case):
        files = [file for one in record_of(event).get("fields", ()) for file in one.get("files", ())]
        for file in files:
            if str(file["entry"]) == entry:
                evidence = desk.log.evidence(file["entry"])
                if evidence is None:
                    raise refuse(f"the file of entry {entry} is not held any more", "its entry can still be proven")
                return {**file, "case": case.case, "entity": case.entity, "name": file["file"], "data": evidence.blob}
    raise refuse(f"no file of {case.case} is entry {entry!r}", "`hengjian case SPACE CASE` lists them")
