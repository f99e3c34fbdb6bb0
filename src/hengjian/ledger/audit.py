"""The full check: everything is recomputed from the leaves, and the first difference is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hengjian.ledger.clock import parse_rfc3339
from hengjian.ledger.draft import hash_of_key
from hengjian.ledger.evidence import Salts, commitment, rows_root
from hengjian.ledger.journal import Journal, StoredEntry, StoredHead, sealed
from hengjian.ledger.leaf import Leaf, decode
from hengjian.ledger.merkle import Edge, leaf_hash
from hengjian.ledger.note import NoteError, Verifier, open_checkpoint
from hengjian.ledger.space import Space
from hengjian.ledger.tile import Tiles
from hengjian.model.issue import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the log is not what its signed heads say: the part, its entry if any, what was expected and found."""

    where: str
    entry: int | None
    expected: str
    found: str

    def record(self) -> dict[str, object]:
        return {"where": self.where, "entry": self.entry, "expected": self.expected, "found": self.found}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What the full check found. `without_evidence` counts entries whose loss or erasure a later entry declares."""

    ok: bool
    size: int
    root: str
    first_difference: Difference | None
    without_evidence: int = 0

    def record(self) -> dict[str, object]:
        """The object that `audit` prints (CONTRACT section 3)."""
        difference = None if self.first_difference is None else self.first_difference.record()
        return {"ok": self.ok, "size": self.size, "root": self.root, "first_difference": difference}


class _Found(Exception):
    def __init__(self, where: str, entry: int | None, expected: object, found: object) -> None:
        super().__init__(where)
        self.difference = Difference(where=where, entry=entry, expected=_said(expected), found=_said(found))


def audit(folder: Path) -> AuditReport:
    """Check every leaf, head, signature, commitment, key and file of the space's log; nothing is changed.

    Reads the state of one moment; a writer that appends meanwhile does not disturb it.
    """
    space = Space(folder=Path(folder))
    verifier = space.verifier()
    note = space.read_checkpoint()
    edge, absent = Edge(), [0]
    try:
        journal = Journal.open(space.journal, write=False)
        try:
            head = journal.last_head()
            _check(space, journal, verifier, note, head, edge, absent)
        finally:
            journal.close()
    except _Found as found:
        return _report(edge, found.difference, absent[0])
    except Failure as failure:
        return _report(edge, Difference(where="journal", entry=None, expected="a readable journal",
                                        found=failure.issue.message), absent[0])  # fmt: skip
    return _report(edge, None, absent[0])


def _check(
    space: Space,
    journal: Journal,
    verifier: Verifier,
    note: str | None,
    head: StoredHead | None,
    edge: Edge,
    absent: list[int],
) -> None:
    structure = journal.integrity()
    if structure is not None:
        raise _Found("journal", None, "a sound database", structure)
    if head is None:
        raise _Found("head", None, "a signed head", "none")
    missing: set[int] = set()
    _check_entries(journal, verifier, head, edge, missing)
    absent[0] = len(missing)
    _check_submissions(journal, head.size, missing)
    _check_checkpoint(journal, verifier, note, head)
    _check_tiles(space, journal, head.size)


def _check_entries(journal: Journal, verifier: Verifier, last: StoredHead, edge: Edge, missing: set[int]) -> None:
    heads = iter(journal.heads())
    head = next(heads, None)
    recorded = -1
    declared: set[int] = set()
    pending: list[bytes] = []

    def pass_heads(size: int) -> None:
        nonlocal head
        while head is not None and head.size <= size:
            edge.extend(pending)
            pending.clear()
            _check_head(head, edge, verifier)
            head = next(heads, None) if head.size < last.size else None

    pass_heads(0)
    for expected, entry in enumerate(journal.entries(0, last.size)):
        if entry.index != expected:
            raise _Found("entry", expected, "an entry", "none")
        leaf = _check_entry(journal, entry, recorded, missing)
        recorded = entry.recorded
        declared.update(_declared(leaf, entry.index))
        pending.append(entry.hash)
        if head is not None and head.size == expected + 1:
            pass_heads(expected + 1)
    edge.extend(pending)
    if edge.size != last.size:
        raise _Found("entry", edge.size, f"{last.size} entries", f"{edge.size} entries")
    undeclared = sorted(missing - declared)
    if undeclared:
        raise _Found("evidence", undeclared[0], "the evidence, or a later entry that declares its loss", "neither")


def _check_entry(journal: Journal, entry: StoredEntry, recorded: int, missing: set[int]) -> Leaf:
    hashed = leaf_hash(entry.leaf)
    if hashed != entry.hash:
        raise _Found("leaf hash", entry.index, hashed, entry.hash)
    try:
        leaf = decode(entry.leaf)
        claimed = parse_rfc3339(leaf.claimed_time)
    except ValueError as error:
        raise _Found("leaf", entry.index, "a canonical leaf", error) from None
    if claimed != entry.recorded:
        raise _Found("recorded time", entry.index, leaf.claimed_time, entry.recorded)
    if claimed <= recorded:
        raise _Found("recorded time", entry.index, "a time after that of the entry before", leaf.claimed_time)
    _check_evidence(journal, entry.index, leaf, missing)
    return leaf


def _check_evidence(journal: Journal, index: int, leaf: Leaf, missing: set[int]) -> None:
    try:
        evidence = journal.evidence(index)
    except ValueError as error:
        raise _Found("rows", index, "readable rows", error) from None
    if evidence is None:
        missing.add(index)
        return
    if len(evidence.secret) != 32:
        raise _Found("secret", index, "32 bytes", f"{len(evidence.secret)} bytes")
    salts = Salts(evidence.secret)
    found = (len(evidence.blob), commitment(salts.content(), evidence.blob))
    # the salts of content and rows come from one secret: when both commitments fail it is the secret that changed
    rows = (len(evidence.rows), rows_root(salts, evidence.rows))
    content_differs = found != (leaf.content_size, leaf.content_commitment)
    rows_differ = rows != (leaf.row_count, leaf.rows_root)
    if content_differs and rows_differ and leaf.row_count:
        raise _Found("secret", index, "the secret of the leaf's commitments", "another one, or all evidence is damaged")
    if content_differs:
        raise _Found("blob", index, leaf.content_commitment, found[1])
    if rows_differ:
        raise _Found("rows", index, f"{leaf.row_count} rows, root {leaf.rows_root.hex()}", f"{rows[0]} rows, "
                     f"root {rows[1].hex()}")  # fmt: skip


def _declared(leaf: Leaf, index: int) -> Iterator[int]:
    """The earlier entries whose evidence this leaf declares gone: kinds loss and erasure, `refs.gone`."""
    gone: Any = leaf.refs.get("gone")
    if leaf.kind in ("loss", "erasure") and type(gone) is dict:
        first, count = gone.get("first"), gone.get("count")
        if type(first) is int and type(count) is int:
            yield from range(max(first, 0), min(first + count, index))


def _check_head(head: StoredHead, edge: Edge, verifier: Verifier) -> None:
    if head.size != edge.size:
        raise _Found("head", None, f"a head of at most {edge.size} entries", f"{head.size} entries")
    root = edge.root()
    if head.root != root:
        raise _Found(f"head of {head.size} entries", None, root, head.root)
    if head.edge != edge.packed():
        raise _Found(f"edge of the head of {head.size} entries", None, edge.packed(), head.edge)
    try:
        signed = open_checkpoint(head.note, verifier)
    except NoteError as error:
        raise _Found(f"signature of the head of {head.size} entries", None, "a valid signature", error) from None
    if (signed.size, signed.root) != (head.size, root):
        raise _Found(f"signed head of {head.size} entries", None, root, signed.root)


def _check_submissions(journal: Journal, size: int, missing: set[int]) -> None:
    """Each entry with `refs.key` came with the submission of that key, and each submission has its entries."""
    keyed = 0
    at = 0
    while at < size:
        leaf = decode(next(iter(journal.entries(at, at + 1))).leaf)
        key_hash = leaf.refs.get("key")
        stored = journal.submission_of(at)
        if stored is None:
            if key_hash is not None and at not in missing:
                raise _Found("submission", at, f"the key with hash {key_hash}", "none")
            at += 1
            continue
        if stored != sealed(stored.key, stored.base, stored.latest, stored.first, stored.count, stored.receipt):
            raise _Found("submission", at, "the row that was sealed", "another one")
        if hash_of_key(stored.key) != key_hash or stored.first != at or stored.first + stored.count > size:
            raise _Found("submission", at, f"the key with hash {key_hash}", f"the hash {hash_of_key(stored.key)}")
        batch = {"first": stored.first, "count": stored.count} if stored.count > 1 else None
        for entry in journal.entries(stored.first, stored.first + stored.count):
            refs = decode(entry.leaf).refs
            if refs.get("key") != key_hash or refs.get("batch") != batch:
                raise _Found("submission", entry.index, f"an entry of the batch {batch}", refs.get("batch"))
        keyed += 1
        at = stored.first + stored.count
    counted = journal.submissions_within(size)
    if counted != keyed:
        raise _Found("submission", None, f"{keyed} keys", f"{counted} keys")
    beyond = journal.evidence_within(size)
    if beyond != size - len(missing):
        raise _Found("evidence", None, f"{size - len(missing)} pieces of evidence", f"{beyond}")


def _check_checkpoint(journal: Journal, verifier: Verifier, note: str | None, head: StoredHead) -> None:
    if note is None:
        raise _Found("log/checkpoint", None, "a checkpoint", "no file")
    try:
        shown = open_checkpoint(note, verifier)
    except NoteError as error:
        raise _Found("log/checkpoint", None, "a valid checkpoint", error) from None
    known = journal.head_at(shown.size)
    if shown.size > head.size:
        raise _Found("log/checkpoint", None, f"a head of at most {head.size} entries", f"{shown.size} entries")
    if known is None or known.root != shown.root or known.note != note:
        raise _Found("log/checkpoint", None, None if known is None else known.note, note)


def _check_tiles(space: Space, journal: Journal, size: int) -> None:
    tiles = Tiles(space.log, journal)
    for name, expected in tiles.files(size):
        try:
            found = (space.log / name).read_bytes()
        except OSError as error:
            raise _Found(f"log/{name}", None, f"{len(expected)} bytes", error.strerror) from None
        if found != expected:
            at = next((i for i, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), None)
            where = min(len(found), len(expected)) if at is None else at
            raise _Found(f"log/{name}", None, f"byte {where} {expected[where : where + 1].hex()}",
                         f"{found[where : where + 1].hex()} ({len(found)} bytes)")  # fmt: skip
    for name, expected in tiles.partials(size):
        if (space.log / name).read_bytes() != expected:
            raise _Found(f"log/{name}", None, "a prefix of the tile", "other bytes")


def _report(edge: Edge, difference: Difference | None, absent: int) -> AuditReport:
    return AuditReport(
        ok=difference is None,
        size=edge.size,
        root=edge.root().hex(),
        first_difference=difference,
        without_evidence=absent,
    )


def _said(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
