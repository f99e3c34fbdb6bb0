"""Questions about filings: lists of them, one in full, and its bytes as they were filed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.insight import mark, rows_seen, sees_row
from hengjian.app.mentions import names_unseen
from hengjian.app.question import known_entity
from hengjian.app.seenfilings import seen_filings
from hengjian.app.standing import made_by
from hengjian.app.wire import Answer
from hengjian.app.withheld import withheld
from hengjian.ledger.canonical import parse
from hengjian.ledger.clock import microseconds, rfc3339
from hengjian.model.filing import entry_of, filing_id, position
from hengjian.model.issue import forbid, refuse
from hengjian.store import Filing

#: Filings, and rows of one, that are answered at a time.
A_PAGE = 50
ROWS = 200
_MOST = 1_000


def filings(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Filings newest first: of an `entity`, of a `form`, `from` one filing on to older ones, at most `limit`.

    A filing is seen of which at least one row is; what the others say of it is left out."""
    entity = question.get("entity") and known_entity(desk, question["entity"])
    first = question.get("from")
    before = None if first is None else entry_of(str(first))
    if first is not None and before is None:
        raise refuse(f"no filing is called {first!r}", "write it like F000012")
    page = desk.store.filings(
        entity=entity or None, form=question.get("form") or None, before=before, limit=_limit(question, A_PAGE),
        seen=seen_filings(desk),
    )  # fmt: skip
    seen = rows_seen_of(desk, page.filings)
    return {
        "filings": [_listed(desk, one, seen[one.entry]) for one in page.filings],
        "count": page.count,
        "next": None if page.following is None else filing_id(page.following),
        **mark(desk.sight),
    }


def filing(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One filing: what its ledger entry says, its warnings, `limit` of its rows `from` a number on, and which other
    filings state something of the same cells, earlier and later ones.

    `withheld` counts the rows that the reader does not see; the key stands only where there are any. Where there are,
    `size` and `sha256` of the file are None.
    """
    found = known_filing(desk, question["filing"])
    seen = rows_seen_of(desk, [found])[found.entry]
    entry = desk.log.entry(found.entry)
    leaf = entry.record()
    evidence = desk.log.evidence(found.entry)
    rows = evidence.rows if evidence is not None else ()
    kept = rows if desk.sight.is_everything else [rows[place] for place in rows_seen(desk.sight, rows)]
    start = _count(question.get("from"), 0)
    shown: list[Any] = [parse(row) for row in kept[start : start + _limit(question, ROWS)]]
    if _file(desk, found) != found.file:
        shown = [row | {"file": None} for row in shown]
    others = desk.store.overlaps(found.entry, desk.sight.members)
    is_whole = seen == found.rows  # what a file hashes to would confirm a guess of the figures that are left out
    warnings = _warnings(desk, found, is_whole=is_whole)
    return {
        **_record(desk, found, len(warnings), seen),
        "size": found.size if is_whole else None, "sha256": found.digest if is_whole else None, "engine": leaf.engine,
        "packs": leaf.pack_hashes, "commitment": leaf.content_commitment.hex(), "leaf_hash": entry.leaf_hash.hex(),
        "batch": _batch(desk, leaf.refs.get("batch")), "warnings": warnings, "cells": shown, "from": start,
        "earlier": [_other(other, many) for other, many in others if other < found.entry],
        "later": [_other(other, many) for other, many in others if other > found.entry],
        **withheld(found.rows - seen),
    }  # fmt: skip


def blob(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The bytes of a filing as they were filed (`data`), and the name of the file: for who sees all its rows."""
    found = known_filing(desk, question["filing"])
    evidence = desk.log.evidence(found.entry)
    if evidence is None:
        raise refuse(f"the file of {filing_id(found.entry)} is not held any more", "its entry can still be proven")
    if len(rows_seen(desk.sight, evidence.rows)) < len(evidence.rows):
        raise forbid(
            f"{filing_id(found.entry)} states figures of others too: its file is not handed out",
            "its rows that you may see are listed; who sees all of them can take the file",
        )
    return {"name": _file(desk, found) or filing_id(found.entry), "data": evidence.blob}


def known_filing(desk: Desk, name: object) -> Filing:
    """The filing of this id, one that the reader sees; else a refusal."""
    index = entry_of(str(name))
    found = None if index is None or index >= desk.log.size else desk.store.filing(index)
    if found is None or found.entry not in rows_seen_of(desk, [found]):
        raise refuse(f"no filing is called {name!r}", "`filings` lists them; other entries of the ledger are none")
    return found


def rows_seen_of(desk: Desk, some: Sequence[Filing]) -> Mapping[int, int]:
    """Of those of some filings that the reader sees, how many rows they see."""
    members = desk.sight.members
    if members is None:
        return {one.entry: one.rows for one in some}
    return desk.store.rows_seen(members, [one.entry for one in some])


def filings_seen(desk: Desk, names: Iterable[str]) -> set[str]:
    """Those of some filings (ids) that the reader sees."""
    entries = {name: entry for name in names if (entry := entry_of(name)) is not None}
    members = desk.sight.members
    seen = entries.values() if members is None else desk.store.rows_seen(members, set(entries.values()))
    return {name for name, entry in entries.items() if entry in seen}


def _listed(desk: Desk, one: Filing, seen: int) -> Answer:
    """A filing as lists show it, of which the reader sees so many rows."""
    return _record(desk, one, len(_warnings(desk, one, is_whole=seen == one.rows)), seen)


def _record(desk: Desk, one: Filing, warned: int, rows: int) -> Answer:
    return {
        "filing": filing_id(one.entry), "entry": one.entry, "form": one.form,
        "subject": one.subject if one.subject in desk.sight else None,
        "actor": one.actor, "recorded_at": rfc3339(microseconds(one.recorded_at)),
        "known_from": None if one.known_from is None else one.known_from.isoformat(), "file": _file(desk, one),
        "rows": rows, "warned": warned, **made_by(desk, one.entry),
    }  # fmt: skip


def _file(desk: Desk, one: Filing) -> str | None:
    """The name of the file, unless it names somebody whom the reader does not see."""
    return None if names_unseen(desk, one.file) else one.file


def _batch(desk: Desk, batch: Any) -> Any:
    """What was filed together, where the reader sees all of it."""
    if batch is None or desk.sight.members is None:
        return batch
    entries = range(int(batch["first"]), int(batch["first"]) + int(batch["count"]))
    return batch if len(desk.store.rows_seen(desk.sight.members, entries)) == len(entries) else None


def _warnings(desk: Desk, one: Filing, *, is_whole: bool) -> list[Answer]:
    """The warnings of the receipt; none where there is no receipt, as in a space of an older time.

    A warning that names somebody whom the reader does not see is left out; so is one of a filing that they do not see
    wholly, unless it is about a line all of whose rows they see.
    """
    submission = desk.log.submission_of(one.entry)
    receipts = [] if submission is None else json.loads(submission.receipt).get("filings", [])
    found = [warning for receipt in receipts if receipt["entry"] == one.entry for warning in receipt["warnings"]]
    if desk.sight.is_everything or not found:
        return found
    lines = None if is_whole else _lines_seen(desk, one)
    return [
        warning
        for warning in found
        if (lines is None or (warning["sheet"], _line(warning)) in lines)
        and not names_unseen(desk, warning["message"], warning["hint"], warning["file"])
    ]


def _line(warning: Mapping[str, Any]) -> int | None:
    row: int | None = warning["row"]
    return row if row is not None or not warning["cell"] else position(warning["cell"])[0]


def _lines_seen(desk: Desk, one: Filing) -> set[tuple[str | None, int]]:
    """The lines of a filing, by sheet, of whose rows the reader sees all."""
    evidence = desk.log.evidence(one.entry)
    found: dict[tuple[str | None, int], bool] = {}
    for row in map(parse, () if evidence is None else evidence.rows):
        if isinstance(row, dict):
            line = row["sheet"], position(row["cell"])[0]
            found[line] = found.get(line, True) and sees_row(desk.sight, row)
    return {line for line, is_seen in found.items() if is_seen}


def _other(entry: int, cells: int) -> Answer:
    return {"filing": filing_id(entry), "entry": entry, "cells": cells}


def _limit(question: Mapping[str, Any], otherwise: int) -> int:
    return max(1, min(_MOST, _count(question.get("limit"), otherwise)))


def _count(value: object, otherwise: int) -> int:
    """A whole number from 0 that a question carries, as a number or as text."""
    text = "" if value is None else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
