"""How a proposal comes about: what another person is to approve is entered as such, once, and changes no table."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.events import Rehearsed, enter_events, record_of, signed_in
from hengjian.app.proposed import asks_two, pack_proposal
from hengjian.app.question import known_entity
from hengjian.app.submission import ENGINE, File, Submission
from hengjian.app.wire import Answer
from hengjian.ledger.canonical import canonical
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Draft, Receipt, oversized
from hengjian.ledger.draft import Submission as Keyed
from hengjian.ledger.journal import StoredSubmission
from hengjian.model.filing import EntityRow, LinkRow, Row
from hengjian.model.issue import Issue, Refused, refuse

Method = Callable[[Desk, Mapping[str, Any]], Answer]
#: What of a question is not part of what it asks for.
_ASKING = frozenset({"who", "actor", "token", "space", "dry_run"})


def propose(
    desk: Desk, submission: Submission, rows: Sequence[Sequence[Row]], warnings: Sequence[Issue], key: str
) -> Answer:
    """Enter a submission as a proposal. The very same again is told of the first one, unless that was turned down."""
    record: dict[str, Any] = {
        "asks": "submit", "question": {}, "packs": [], "form": submission.form,
        "entity": submission.entity, "period": submission.period,
        "known_from": submission.known_from, "key": submission.key,
        "files": [
            {"name": file.name, "form": file.form, "rows": len(part)}
            for file, part in zip(submission.files, rows, strict=True)
        ],
        "entities": sorted(_named(desk, [row for part in rows for row in part])),
        "warnings": [{**one.record(), "severity": one.severity} for one in warnings],
    }  # fmt: skip
    found = _standing(desk, f"proposal:{key}", submission.base(), is_own_key=submission.key is not None)
    if not isinstance(found, str):
        return found
    return _enter(
        desk, record, submission.files, key=found, base=submission.base(), subject=submission.entity,
        form=submission.form,
    )  # fmt: skip


def _named(desk: Desk, rows: Sequence[Row]) -> set[str]:
    """Those registered whom the rows name."""
    named: set[str] = set()
    for row in rows:
        named |= {row.source, row.target} if isinstance(row, LinkRow) else {row.entity}
    fresh = {row.entity for row in rows if isinstance(row, EntityRow)} - desk.entity_types().keys()
    return named - fresh


def asked_of_two(method: str, function: Method) -> Method:
    """A question that becomes a proposal where a pack declares that two persons see to it. What is wrong with it is
    told at once: it is asked up to its entries, and given up."""

    def asked(desk: Desk, question: Mapping[str, Any]) -> Answer:
        if question.get("dry_run") or not asks_two(desk, method):
            return function(desk, question)
        told = {name: part for name, part in question.items() if name not in _ASKING and part is not None}
        result = rehearsed(desk, function, method, question)
        packs = [] if result is None else result.get("packs", [])
        if result is not None and not packs:
            return result
        if told.get("node"):
            told["node"] = known_entity(desk, str(told["node"]))
        nodes = [told["node"]] if told.get("node") else []
        record = {
            **dict.fromkeys(("form", "entity", "period", "known_from", "key")), "asks": method, "question": told,
            "packs": versions_of(packs), "files": [], "warnings": [], "entities": nodes,
        }  # fmt: skip
        base = canonical([desk.actor.name, record]).decode()
        found = _standing(desk, f"proposal:{base}", base, is_own_key=False)
        return found if not isinstance(found, str) else _enter(desk, record, (), key=found, base=base)

    return asked


def versions_of(packs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What of an upgrade's packs is proposed: which, from and to which version, and the digest."""
    return [{name: one[name] for name in ("pack", "from", "to", "digest")} for one in packs]


def rehearsed(desk: Desk, function: Method, method: str, question: Mapping[str, Any]) -> Answer | None:
    """Ask a question up to its entries; its answer where it makes none. Refused as the question itself is."""
    if method == "upgrade":
        return function(desk, {**question, "dry_run": True})
    desk.rehearsing = True
    try:
        return function(desk, question)
    except Rehearsed:
        return None
    finally:
        desk.rehearsing = False


def _standing(desk: Desk, key: str, base: str, *, is_own_key: bool) -> Answer | str:
    """What is told of the same proposal made before; else the key under which this one is made."""
    while (found := desk.log.submission(key)) is not None:
        told = _again(desk, found)
        if found.base != base:
            raise refuse(
                "the key of this proposal was used for another one", "take a new key for what is proposed anew"
            )
        if is_own_key or told["state"] in ("open", "approved"):
            return told
        key = f"{key}:{found.first}"
    return key


def _again(desk: Desk, found: StoredSubmission) -> Answer:
    receipt: Answer = json.loads(found.receipt)
    (event,) = desk.store.latest_events("proposal", [receipt["proposal"]])
    return {**receipt, "state": record_of(event)["state"], "repeated": True}


def _enter(
    desk: Desk, record: Mapping[str, Any], files: Sequence[File], *, key: str, base: str, subject: str | None = None,
    form: str | None = None,
) -> Answer:  # fmt: skip
    """Enter a proposal; what it is told by is its ledger entry."""
    name, actor = f"P{desk.log.size:06d}", desk.actor
    answer: Answer = {"proposal": name, "state": "open", "warnings": record["warnings"], "actor": actor.name}

    def receipt(receipts: Sequence[Receipt]) -> bytes:
        answer.update({"entry": receipts[0].index, "recorded_at": rfc3339(receipts[0].recorded), "repeated": False})
        return json.dumps(answer, ensure_ascii=False, sort_keys=True).encode()

    whole = {
        **record, "topic": name, "proposal": name, "state": "open", "proposed_by": actor.name, "person": actor.person,
        "day": desk.config.current_day().isoformat(), "decided_by": None, "decided_on": None, "note": "",
        "filings": [],
    }  # fmt: skip
    period = record.get("period")
    draft = Draft(
        kind="proposal", actor=actor.name, engine=ENGINE, content=pack_proposal(whole, files), rows=[],
        subject=subject, form=form, pack_hashes=desk.shelf.hashes(), file=f"{name}.zip",
        refs={**signed_in(desk, actor.name), **({"period": period} if period else {})},
        submission=Keyed(key=key, base=base, latest=None, receipt=receipt),
    )  # fmt: skip
    if too_large := oversized([draft]):
        raise Refused(too_large)
    enter_events(desk, [draft])
    return answer
