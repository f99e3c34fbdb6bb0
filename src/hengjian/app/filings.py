"""Questions about filings: lists of them, one in full, and its bytes as they were filed."""

import json
from collections.abc import Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.question import known_entity
from hengjian.app.wire import Answer
from hengjian.ledger.canonical import parse
from hengjian.ledger.clock import microseconds, rfc3339
from hengjian.model.filing import entry_of, filing_id
from hengjian.model.issue import refuse
from hengjian.store import Filing

#: Filings, and rows of one, that are answered at a time.
A_PAGE = 50
ROWS = 200
_MOST = 1_000


def filings(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Filings newest first: of an `entity`, of a `form`, `from` one filing on to older ones, at most `limit`."""
    entity = question.get("entity") and known_entity(desk, question["entity"])
    first = question.get("from")
    before = None if first is None else entry_of(str(first))
    if first is not None and before is None:
        raise refuse(f"no filing is called {first!r}", "write it like F000012")
    page = desk.store.filings(
        entity=entity or None, form=question.get("form") or None, before=before, limit=_limit(question, A_PAGE)
    )
    return {
        "filings": [_record(one, len(_warnings(desk, one))) for one in page.filings],
        "count": page.count,
        "next": None if page.following is None else filing_id(page.following),
    }


def filing(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One filing: what its ledger entry says, its warnings, `limit` of its rows `from` a number on, and which other
    filings state something of the same cells, earlier and later ones."""
    found = known_filing(desk, question["filing"])
    entry = desk.log.entry(found.entry)
    leaf = entry.record()
    evidence = desk.log.evidence(found.entry)
    rows = evidence.rows if evidence is not None else ()
    start = _count(question.get("from"), 0)
    shown = [parse(row) for row in rows[start : start + _limit(question, ROWS)]]
    others = desk.store.overlaps(found.entry)
    warnings = _warnings(desk, found)
    return {
        **_record(found, len(warnings)), "size": found.size, "sha256": found.digest, "engine": leaf.engine,
        "packs": leaf.pack_hashes, "commitment": leaf.content_commitment.hex(), "leaf_hash": entry.leaf_hash.hex(),
        "batch": leaf.refs.get("batch"), "warnings": warnings, "cells": shown, "from": start,
        "earlier": [_other(other, many) for other, many in others if other < found.entry],
        "later": [_other(other, many) for other, many in others if other > found.entry],
    }  # fmt: skip


def blob(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The bytes of a filing as they were filed (`data`), and the name of the file."""
    found = known_filing(desk, question["filing"])
    evidence = desk.log.evidence(found.entry)
    if evidence is None:
        raise refuse(f"the file of {filing_id(found.entry)} is not held any more", "its entry can still be proven")
    return {"name": found.file or filing_id(found.entry), "data": evidence.blob}


def known_filing(desk: Desk, name: object) -> Filing:
    """The filing of this id; else a refusal."""
    index = entry_of(str(name))
    found = None if index is None or index >= desk.log.size else desk.store.filing(index)
    if found is None:
        raise refuse(f"no filing is called {name!r}", "`filings` lists them; other entries of the ledger are none")
    return found


def _record(one: Filing, warned: int) -> Answer:
    return {
        "filing": filing_id(one.entry), "entry": one.entry, "form": one.form, "subject": one.subject,
        "actor": one.actor, "recorded_at": rfc3339(microseconds(one.recorded_at)),
        "known_from": None if one.known_from is None else one.known_from.isoformat(), "file": one.file,
        "rows": one.rows, "warned": warned,
    }  # fmt: skip


def _warnings(desk: Desk, one: Filing) -> list[Answer]:
    """The warnings of the receipt; none where there is no receipt, as in a space of an older time."""
    submission = desk.log.submission_of(one.entry)
    receipts = [] if submission is None else json.loads(submission.receipt).get("filings", [])
    return [warning for receipt in receipts if receipt["entry"] == one.entry for warning in receipt["warnings"]]


def _other(entry: int, cells: int) -> Answer:
    return {"filing": filing_id(entry), "entry": entry, "cells": cells}


def _limit(question: Mapping[str, Any], otherwise: int) -> int:
    return max(1, min(_MOST, _count(question.get("limit"), otherwise)))


def _count(value: object, otherwise: int) -> int:
    """A whole number from 0 that a question carries, as a number or as text."""
    text = "" if value is None else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
