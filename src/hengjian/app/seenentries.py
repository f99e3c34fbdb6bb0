"""Which entries of the ledger a reader sees, and what of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.mentions import names_unseen
from hengjian.app.persons import seen_grants, seen_persons
from hengjian.app.standing import reach
from hengjian.app.wire import Answer
from hengjian.ledger.canonical import parse
from hengjian.ledger.clock import microseconds, rfc3339
from hengjian.ledger.leaf import Leaf
from hengjian.ledger.log import Entry
from hengjian.model.filing import filing_id


def seen_entries(desk: Desk, entries: Sequence[Entry]) -> list[Answer]:
    """Those of some entries that the reader sees, as lists show them.

    A pack is for all, a filing for who sees a row of it, what happened to an entity for who sees it. What happened to
    persons and roles is told to the person, and to who administers or follows them there.
    """
    leaves = [entry.record() for entry in entries]
    rows = _rows_seen(desk, entries, leaves)
    topics = _topics_seen(desk, {leaf.kind for leaf in leaves})
    return [
        entry_record(desk, entry, leaf, rows.get(entry.index, leaf.row_count))
        for entry, leaf in zip(entries, leaves, strict=True)
        if _is_seen(desk, entry, leaf, rows, topics)
    ]


def _rows_seen(desk: Desk, entries: Sequence[Entry], leaves: Sequence[Leaf]) -> Mapping[int, int]:
    """Of those of the filings among some entries that are seen, how many rows are."""
    filed = {entry.index: leaf.row_count for entry, leaf in zip(entries, leaves, strict=True) if leaf.kind == "filing"}
    members = desk.sight.members
    return filed if members is None else desk.store.rows_seen(members, filed)


def _topics_seen(desk: Desk, kinds: set[str]) -> Mapping[str, set[str]]:
    """By kind of entry, the persons and grants that the reader sees; only what is needed for these kinds."""
    if desk.actor.person is None:
        return {}
    persons = {one.person for one in seen_persons(desk)} if kinds & {"person", "account"} else set[str]()
    grants = {one.grant for one in seen_grants(desk)} if "role" in kinds else set[str]()
    return {"person": persons, "account": persons, "role": grants}


def _is_seen(desk: Desk, entry: Entry, leaf: Leaf, rows: Mapping[int, int], topics: Mapping[str, set[str]]) -> bool:
    if desk.actor.person is None or leaf.kind == "pack":
        return True
    if leaf.kind == "filing":
        return entry.index in rows
    if leaf.kind in topics:
        return _topic(desk, entry) in topics[leaf.kind]
    if leaf.kind == "read":
        traced = reach(desk, desk.actor, "trace")
        return desk.actor.person in (leaf.actor, _topic(desk, entry)) or leaf.subject in traced
    return desk.sight.is_everything if leaf.subject is None else leaf.subject in desk.sight


def _topic(desk: Desk, entry: Entry) -> Any:
    """What an event belongs to; None where its record is not held any more."""
    evidence = desk.log.evidence(entry.index)
    record = None if evidence is None else parse(evidence.blob)
    return record.get("topic") if isinstance(record, dict) else None


def entry_record(desk: Desk, entry: Entry, leaf: Leaf, rows: int) -> Answer:
    """An entry as lists show it, with the number of its rows that are seen. `size` None: of a filing of which not all
    are, for it would confirm a guess of the others; of another's rating, for words and shares differ in length."""
    file = leaf.refs.get("file")
    is_filing = leaf.kind == "filing"
    is_rating = leaf.kind == "rating" or leaf.refs.get("register") == "rating"
    is_told = rows == leaf.row_count and not (is_rating and leaf.actor != desk.actor.name)
    return {
        "entry": entry.index, "kind": leaf.kind,
        "subject": leaf.subject if not is_filing or leaf.subject in desk.sight else None, "form": leaf.form,
        "actor": leaf.actor, "file": None if names_unseen(desk, None if file is None else str(file)) else file,
        "recorded_at": rfc3339(microseconds(entry.recorded_at)), "rows": rows,
        "size": leaf.content_size if is_told else None,
        "filing": filing_id(entry.index) if is_filing else None,
    }  # fmt: skip
