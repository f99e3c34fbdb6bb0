"""Entries of who read restricted data: made before the answer leaves, and asked for by `reads`."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.desk import Desk, NeedsWriting
from hengjian.app.events import enter_events, event_draft
from hengjian.app.reader import Reader
from hengjian.app.standing import standing_of

#: So many entities of one read are named.
NAMED = 50
_CUT = ("as_of", "as_known_at", "scope", "basis", "proven")


def enter_read(desk: Desk, method: str, question: Mapping[str, Any], reader: Reader) -> int | None:
    """Enter that who asks is about to read restricted data; the entry, None where there is nothing to enter.

    A space without persons has one reader, who holds all its files. NeedsWriting where no entry can be made.
    """
    if not reader.what or not standing_of(desk).persons:
        return None
    if not desk.append:
        raise NeedsWriting
    actor = desk.actor
    record = {
        "actor": actor.name, "proof": actor.proof, "method": method, "what": sorted(reader.what),
        "entities": sorted(reader.whose)[:NAMED], "count": len(reader.whose),
        "as": {name: str(question[name]) for name in _CUT if question.get(name)},
    }  # fmt: skip
    topic = actor.person or actor.name
    # the leaf names nobody who was read of: it is shown to strangers
    (receipt,) = enter_events(desk, [event_draft(desk, "read", record, topic=topic, subject=None, actor=actor.name)])
    return receipt.index
