"""Entries of what was changed about accounts: kind "account", topic the person, and never a secret."""

from collections.abc import Mapping

from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft
from hengjian.app.wire import Answer
from hengjian.ledger.clock import rfc3339
from hengjian.people.accounts import SECOND
from hengjian.people.lockout import Attempt

#: Who makes the entries of what nobody asked for.
ACTOR = "hengjian:accounts"


def enter_change(desk: Desk, person: str, record: Mapping[str, object], actor: str | None = None) -> Answer:
    """Enter a change that the one who asks is about to make; where it stands."""
    draft = event_draft(
        desk, "account", {**record, "person": person}, topic=person, subject=None, actor=actor or desk.actor.name
    )
    (receipt,) = enter_events(desk, [draft])
    return {"entry": receipt.index, "recorded_at": rfc3339(receipt.recorded)}


def enter_lock(desk: Desk, person: str, attempt: Attempt, address: str) -> None:
    """Enter that a person must wait, for so many seconds after so many failures, the last one from an address."""
    if desk.append:
        seconds = -(-attempt.wait // SECOND)
        record = {"change": "locked", "failures": attempt.failures, "seconds": seconds, "address": address}
        enter_change(desk, person, record, ACTOR)
