"""What is claimed, looked at and recognised: three steps of one record, by different persons, each told in it."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.registerrows import Asking, Row
from hengjian.app.registers import rows_of
from hengjian.app.standing import reach
from hengjian.intake.text import quoted
from hengjian.people import Action

#: What each step takes at the record's entity; who assesses may do all of them, on behalf of others.
_RIGHTS: Mapping[str, Action] = {
    "claimed": "submit", "opinion": "confirm", "recognised": "assess", "refused": "assess",
}  # fmt: skip
DECIDED = frozenset({"recognised", "refused"})


def standing_claims(asking: Asking) -> dict[str, dict[str, Any]]:
    """The records of a register of claims as they stand, by id."""
    return {row["id"]: row for row in rows_of(asking.desk, asking.register.name)}


def merged(asking: Asking, row: Row, before: Mapping[str, Any] | None, kept: tuple[str, ...]) -> dict[str, str] | None:
    """What a row says, and of what it leaves empty the record before it; None after a fault. What a record is about
    (`kept`) does not change."""
    if before is not None and before["entity"] not in asking.desk.sight:
        row.fault_at(asking.faults, "id", f"{quoted(row.get('id'))} cannot be its id", "give it another id of its own")
        return None
    said = {} if before is None else {name: str(text) for name, text in before.items() if isinstance(text, str)}
    for name in kept:
        if before is not None and row.get(name) and row.get(name) != before[name]:
            message = f"{quoted(row.get('id'))} is of another {name}: {quoted(str(before[name]))}"
            row.fault_at(asking.faults, name, message, "leave it as it is, or take another id")
            return None
    found = {**said, **row.values}
    for name in ("scorecard", "period", "entity"):
        if asking.register.column(name) is not None and not found.get(name):
            row.fault_at(
                asking.faults, name, f"the row has no {name}", f"{quoted(row.get('id'))} is new: say all of it"
            )
            return None
    return found


def stepped(asking: Asking, row: Row, before: Mapping[str, Any] | None, state: str) -> dict[str, Any] | None:
    """Who took which step of a record when, with this one; None after a fault: what was decided is not claimed again,
    and who decides, or gives an opinion, is not who claimed."""
    steps: dict[str, Any] = dict(before["by"]) if before is not None else {}
    actor = asking.desk.actor
    if before is not None and before["state"] in DECIDED and state not in DECIDED:
        message = f"{quoted(row.get('id'))} was decided already: {before['state']}"
        row.fault_at(asking.faults, "state", message, "claim anew under another id")
        return None
    claimant = steps.get("claimed", {}).get("actor")
    if state != "claimed" and actor.person is not None and claimant == actor.name:
        message = f"{actor.name} claimed {quoted(row.get('id'))}, and cannot decide on it"
        row.fault_at(asking.faults, "state", message, "another person does")
        return None
    return {**steps, state: {"actor": actor.name, "on": asking.today.isoformat()}}


def claim_denied(asking: Asking, record: Mapping[str, Any]) -> str | None:
    """Why a step may not be taken by the one who enters it."""
    desk, entity = asking.desk, record["entity"]
    if entity in reach(desk, desk.actor, "assess"):
        return None
    action = _RIGHTS[
        "refused" if record.get("withdrawn") == "yes" and record["state"] != "claimed" else record["state"]
    ]
    if entity in reach(desk, desk.actor, action):
        return None
    return f"{desk.actor.name} may not {action} at {quoted(entity)}"
