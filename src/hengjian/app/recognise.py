"""`recognise`: what some bytes are, held against the ledger; and `ledger`: its newest entries and its signed head."""

import hashlib
from collections.abc import Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.filings import rows_seen_of
from hengjian.app.insight import mark
from hengjian.app.seenentries import seen_entries
from hengjian.app.wire import Answer
from hengjian.app.withheld import withheld
from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.evidence import Salts, commitment
from hengjian.ledger.log import Entry
from hengjian.ledger.note import NoteError, open_checkpoint
from hengjian.ledger.proof import parse_proof
from hengjian.trust.bundle import make_bundle
from hengjian.trust.form import FILING, NUMBER
from hengjian.trust.verify import verify

#: Entries that `ledger` answers at a time.
A_PAGE = 50
_LARGEST_NOTE = 100_000


def recognise(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """What `data` is: `filing` (the bytes of one or several), `pack`, `bundle` (a proof), `checkpoint` or `unknown`.

    `ok` says whether it holds: that the entry leads to the signed head, that the proof is sound and is about this
    log, that the log still begins as the checkpoint says. `messages` say what was found, as `verify` prints it.
    """
    data: bytes = question["data"]
    digest = hashlib.sha256(data).hexdigest()
    found: Answer = _known(desk, data, digest) or _bundle(desk, data) or _checkpoint(desk, data) or _unknown()
    head = desk.log.head()
    return {"sha256": digest, "size": len(data), **found, "origin": head.origin, "entries": head.size}


def _unknown() -> Answer:
    return {"kind": "unknown", "ok": False, "messages": [], "found": []}


def _known(desk: Desk, data: bytes, digest: str) -> Answer | None:
    """The entries that were made of exactly these bytes, each proven under the present head; of filings those whose
    rows the reader all sees, for of others it would confirm a guess of what they do not see."""
    same = desk.store.filings_of(digest)
    seen = rows_seen_of(desk, same)
    filed = sorted(one.entry for one in same if seen.get(one.entry) == one.rows)
    packs = [entry.index for entry in desk.shelf.entries if entry.digest == digest]
    if not filed and not packs:
        return None
    found, messages, is_sound = list[Entry](), list[str](), True
    for index in filed or packs:
        verdict = verify(make_bundle(desk.log, index, rows=[]), desk.log.verifier.text())
        is_committed = _is_committed(desk, index, data)
        is_sound = is_sound and verdict.ok and is_committed
        messages += verdict.messages
        if is_committed:
            messages.append(f"the file of {len(data)} bytes is the one committed to")
        found.append(desk.log.entry(index))
    told = seen_entries(desk, found)
    return {"kind": "filing" if filed else "pack", "ok": is_sound, "messages": messages, "found": told}


def _is_committed(desk: Desk, index: int, data: bytes) -> bool:
    """Whether the entry's commitment, salted with what lies beside the file, is one to these bytes."""
    evidence = desk.log.evidence(index)
    wanted = desk.log.entry(index).record().content_commitment
    return evidence is not None and commitment(Salts(evidence.secret).content(), data) == wanted


def _bundle(desk: Desk, data: bytes) -> Answer | None:
    """A proof bundle: checked with the space's own key, and its entries against the log itself."""
    try:
        value = parse(data)
    except (ValueError, RecursionError):
        return None
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in (FILING, NUMBER):
        return None
    verdict = verify(data, desk.log.verifier.text())
    if not verdict.ok:
        return {"kind": "bundle", "ok": False, "messages": list(verdict.messages), "found": [], "proof": kind}
    parts = [value] if kind == FILING else value["filings"]
    found, is_held = list[Entry](), True
    for part in parts:
        index = parse_proof(part["proof"]).index
        held = desk.log.entry(index) if index < desk.log.size else None
        is_held = is_held and held is not None and held.leaf == canonical(part["leaf"])
        if held is not None:
            found.append(held)
    told = seen_entries(desk, found)
    return {"kind": "bundle", "ok": is_held, "messages": list(verdict.messages), "found": told, "proof": kind}


def _checkpoint(desk: Desk, data: bytes) -> Answer | None:
    """A signed head of this log, as somebody kept it: whether the log still begins with its tree."""
    if len(data) > _LARGEST_NOTE or not data.startswith(desk.log.verifier.name.encode() + b"\n"):
        return None
    try:
        earlier = open_checkpoint(data.decode(), desk.log.verifier)
    except (NoteError, UnicodeDecodeError) as error:
        return {"kind": "checkpoint", "ok": False, "messages": [f"refused: {error}"], "found": []}
    return {
        "kind": "checkpoint", "ok": desk.log.extends(earlier), "messages": [], "found": [], "earlier": earlier.size,
    }  # fmt: skip


def ledger(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The newest entries (`from` one on to older ones), the signed head, and the public key that checks it.

    `withheld` counts those of these entries that the reader does not see; the key stands only where there are any.
    """
    size = desk.log.size
    asked = question.get("from")
    last = size - 1 if asked is None else min(int(asked), size - 1)
    first = max(0, last + 1 - A_PAGE)
    entries = list(desk.log.entries(first, last + 1))
    told = seen_entries(desk, entries)
    return {
        "entries": told[::-1], "size": size, "next": first - 1 if first else None,
        "checkpoint": desk.log.checkpoint(), "key": desk.log.verifier.text(), "key_file": desk.config.key_file.name,
        **withheld(len(entries) - len(told)), **mark(desk.sight),
    }  # fmt: skip
