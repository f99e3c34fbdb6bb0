"""Entries that tell what happened to something that is followed: how they are made, and what they say when read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.desk import EVENTS, Desk, event_in
from hengjian.app.submission import ENGINE
from hengjian.ledger.canonical import canonical
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Draft, Receipt, Submission
from hengjian.store import Event


class Rehearsed(Exception):
    """A question that is only tried came to its entries: nothing is wrong with it."""


def event_draft(
    desk: Desk, kind: str, record: Mapping[str, object], *, topic: str, subject: str | None, actor: str,
    submission: Submission | None = None,
) -> Draft:  # fmt: skip
    """The entry of one event: its content is the record, with the topic that it belongs to."""
    return Draft(
        kind=kind, actor=actor, engine=ENGINE, content=canonical({**record, "topic": topic}), rows=[],
        subject=subject, pack_hashes=desk.shelf.hashes(), submission=submission, refs=signed_in(desk, actor),
    )  # fmt: skip


def signed_in(desk: Desk, actor: str) -> Mapping[str, object]:
    """What the leaf of an entry refers to where the one who asks makes it: by what they showed who they are."""
    proof = desk.actor.proof if actor == desk.actor.name else None
    return {} if proof is None else {"signed_in": proof}


def enter_events(desk: Desk, drafts: Sequence[Draft]) -> Sequence[Receipt]:
    """Make the entries of some events, and bring the tables up to them.

    The records may name their entries: they are made in this order, after the last one of the ledger.
    """
    if desk.rehearsing:
        raise Rehearsed
    is_supervised = desk.store.supervised_through == desk.log.size  # events are nothing that rules read
    try:
        receipts = desk.log.append(drafts)
        made = zip(receipts, drafts, strict=True)
        desk.store.note_events([
            (draft.kind, event_in(receipt.index, receipt.recorded, draft.kind, draft.content))
            for receipt, draft in made
            if draft.kind in EVENTS  # files of a step stand beside the event that names them
        ])  # fmt: skip
        if is_supervised:
            desk.store.note_supervised(desk.log.size)
        desk.settle()
    except BaseException:
        desk.unstage()
        raise
    return receipts


def record_of(event: Event) -> dict[str, Any]:
    """What an event says, without its topic."""
    record: dict[str, Any] = json.loads(event.record)
    del record["topic"]
    return record


def entered(event: Event) -> dict[str, object]:
    """Where an event stands in the ledger."""
    return {"entry": event.entry, "recorded_at": rfc3339(event.recorded)}
