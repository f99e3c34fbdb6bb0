"""The full check: everything is recomputed from the leaves, and the first difference is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hengjian.ledger import base64
from hengjian.ledger.clock import parse_rfc3339
from hengjian.ledger.draft import hash_of_key
from hengjian.ledger.evidence import SECRET_SIZE, Salts, commitment, rows_root
from hengjian.ledger.journal import Journal, StoredEntry, StoredHead, sealed, unpack_rows
from hengjian.ledger.leaf import Leaf, decode
from hengjian.ledger.merkle import Edge, leaf_hash
from hengjian.ledger.note import NoteError, Verifier, open_checkpoint
from hengjian.ledger.space import Space
from hengjian.ledger.tile import Tiles
from hengjian.model.issue import Failure, Refused


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
    walk = _Walk(journal, verifier, head, edge)
    walk.run()
    absent[0] = len(walk.missing)
    _check_checkpoint(journal, verifier, note, head)
    _check_tiles(space, journal, head.size)


class _Walk:
    """One pass over all entries, with the heads, the evidence and the submissions beside them."""

    def __init__(self, journal: Journal, verifier: Verifier, last: StoredHead, edge: Edge) -> None:
        self._journal, self._verifier, self._last, self._edge = journal, verifier, last, edge
        self.missing: set[int] = set()
        self._declared: set[int] = set()
        self._heads = iter(journal.heads())
        self._head = next(self._heads, None)
        self._submissions = iter(journal.submissions())
        self._submission = next(self._submissions, None)
        self._pending: list[bytes] = []

    def run(self) -> None:
        """Check everything; `_Found` at the first difference."""
        self._pass_heads(0)
        recorded = -1
        for expected, (entry, evidence) in enumerate(self._journal.audited(0, self._last.size)):
            if entry.index != expected:
                raise _Found("entry", expected, "an entry", "none")
            leaf = _check_entry(entry, recorded)
            if evidence is None:
                self.missing.add(expected)
            else:
                _check_evidence(expected, leaf, *evidence)
            recorded = entry.recorded
            self._declared.update(_declared(leaf, expected))
            self._check_submission(expected, leaf, evidence is not None)
            self._pending.append(entry.hash)
            self._pass_heads(expected + 1)
        self._edge.extend(self._pending)
        self._end()

    def _end(self) -> None:
        size = self._last.size
        if self._edge.size != size:
            raise _Found("entry", self._edge.size, f"{size} entries", f"{self._edge.size} entries")
        undeclared = sorted(self.missing - self._declared)
        if undeclared:
            raise _Found("evidence", undeclared[0], "the evidence, or a later entry that declares its loss", "neither")
        if self._submission is not None and self._submission.first < size:
            raise _Found("submission", self._submission.first, "a submission that begins at an entry", "another")
        held = self._journal.evidence_within(size)
        if held != size - len(self.missing):
            raise _Found("evidence", None, f"{size - len(self.missing)} pieces of evidence", held)

    def _pass_heads(self, size: int) -> None:
        if self._head is None or self._head.size > size:
            return
        self._edge.extend(self._pending)
        self._pending.clear()
        _check_head(self._head, self._edge, self._verifier)
        self._head = next(self._heads, None) if self._head.size < self._last.size else None

    def _check_submission(self, index: int, leaf: Leaf, held: bool) -> None:
        """Each entry with `refs.key` came with the submission of that key, which is as it was sealed."""
        key_hash = leaf.refs.get("key")
        stored = self._submission
        if stored is None or stored.first > index:
            if key_hash is not None and held:
                raise _Found("submission", index, f"the key with hash {key_hash}", "none")
            return
        if stored.first == index and stored != sealed(
            stored.key, stored.base, stored.latest, stored.first, stored.count, stored.receipt
        ):
            raise _Found("submission", index, "the row that was sealed", "another one")
        batch = {"first": stored.first, "count": stored.count} if stored.count > 1 else None
        if hash_of_key(stored.key) != key_hash or leaf.refs.get("batch") != batch or stored.count < 1:
            said = f"the key with hash {hash_of_key(stored.key)}, batch {batch}"
            raise _Found("submission", index, f"the key with hash {key_hash}, batch {leaf.refs.get('batch')}", said)
        if index == stored.first + stored.count - 1:
            self._submission = next(self._submissions, None)


def _check_entry(entry: StoredEntry, recorded: int) -> Leaf:
    hashed = leaf_hash(entry.leaf)
    if hashed != entry.hash:
        raise _Found("leaf hash", entry.index, hashed, entry.hash)
    try:
        leaf = decode(entry.leaf)
        claimed = parse_rfc3339(leaf.claimed_time)
    except (ValueError, Refused) as error:
        raise _Found("leaf", entry.index, "a canonical leaf", error) from None
    if claimed != entry.recorded:
        raise _Found("recorded time", entry.index, leaf.claimed_time, entry.recorded)
    if claimed <= recorded:
        raise _Found("recorded time", entry.index, "a time after that of the entry before", leaf.claimed_time)
    return leaf


def _check_evidence(index: int, leaf: Leaf, blob: bytes, packed: bytes, secret: bytes) -> None:
    if len(secret) != SECRET_SIZE:
        raise _Found("secret", index, f"{SECRET_SIZE} bytes", f"{len(secret)} bytes")
    try:
        rows = unpack_rows(packed)
    except ValueError as error:
        raise _Found("rows", index, "readable rows", error) from None
    salts = Salts(secret)
    committed, root = commitment(salts.content(), blob), rows_root(salts, rows)
    content_differs = (len(blob), committed) != (leaf.content_size, leaf.content_commitment)
    rows_differ = (len(rows), root) != (leaf.row_count, leaf.rows_root)
    # the salts of content and rows come from one secret: when both commitments fail it is the secret that changed
    if content_differs and rows_differ and leaf.row_count:
        raise _Found("secret", index, "the secret of the leaf's commitments", "another one, or all evidence is damaged")
    if content_differs:
        raise _Found("blob", index, leaf.content_commitment, committed)
    if rows_differ:
        expected = f"{leaf.row_count} rows, root {leaf.rows_root.hex()}"
        raise _Found("rows", index, expected, f"{len(rows)} rows, root {root.hex()}")


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
        root=base64.encode(edge.root()),
        first_difference=difference,
        without_evidence=absent,
    )


def _said(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
