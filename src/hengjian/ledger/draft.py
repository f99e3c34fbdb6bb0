"""What the caller hands to the log, what it gets back, and how a draft becomes a leaf and its evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from hengjian.ledger.clock import instant
from hengjian.ledger.evidence import Salts, commitment, rows_root
from hengjian.ledger.leaf import Leaf
from hengjian.model.issue import Issue, Refused

MAX_FILE_NAME = 200
_LATEST = "9999-12-31T23:59:59.999999Z"
_LARGEST = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An entry that the log now holds: its index, recorded time (UTC microseconds) and leaf hash."""

    index: int
    recorded: int
    leaf_hash: bytes

    @property
    def recorded_at(self) -> datetime:
        return instant(self.recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The key under which the drafts that carry this object are entered, once and for all.

    `receipt` is called with the receipts of its drafts before the commit; its bytes are stored, and are what a repeat
    is answered with. `base` and `latest` are the caller's words for finding a key again.
    """

    key: str
    base: str
    latest: int | None
    receipt: Callable[[Sequence[Receipt]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file to be entered. Drafts of one submission stand side by side and share the same `Submission` object."""

    kind: str
    actor: str
    engine: str
    content: bytes
    rows: Sequence[bytes]
    subject: str | None = None
    form: str | None = None
    pack_hashes: Mapping[str, str] = field(default_factory=dict)
    refs: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    submission: Submission | None = None


def oversized(drafts: Sequence[Draft]) -> list[Issue]:
    """The issues of drafts whose leaf would be beyond 4 KiB, whatever index and time they get."""
    issues: list[Issue] = []
    for draft in drafts:
        batch = {"first": _LARGEST, "count": len(drafts)}
        try:
            leaf_of(draft, _LATEST, bytes(32), bytes(32), key_hash=None, batch=batch).encode()
        except Refused as refused:
            issues.extend(refused.issues)
    return issues


def seal(draft: Draft, secret: bytes) -> tuple[bytes, bytes]:
    """The content's commitment and the root of the rows tree."""
    salts = Salts(secret)
    return commitment(salts.content(), draft.content), rows_root(salts, draft.rows)


def leaf_of(
    draft: Draft,
    claimed_time: str,
    content_commitment: bytes,
    root: bytes,
    *,
    key_hash: str | None,
    batch: Mapping[str, int] | None,
) -> Leaf:
    """The leaf of a draft: its own references, and those that the log adds (key, file, batch)."""
    refs = dict(draft.refs)
    if draft.submission is not None:
        refs["key"] = key_hash or hash_of_key(draft.submission.key)
    if draft.file is not None:
        refs["file"] = draft.file[:MAX_FILE_NAME]
    if batch is not None:
        refs["batch"] = dict(batch)
    return Leaf(
        kind=draft.kind,
        subject=draft.subject,
        actor=draft.actor,
        claimed_time=claimed_time,
        form=draft.form,
        engine=draft.engine,
        pack_hashes=dict(draft.pack_hashes),
        content_size=len(draft.content),
        content_commitment=content_commitment,
        row_count=len(draft.rows),
        rows_root=root,
        refs=refs,
    )


def hash_of_key(key: str) -> str:
    """`refs.key` of a leaf: the key itself may be somebody's secret, its hash is not."""
    return sha256(key.encode()).hexdigest()


def groups(drafts: Sequence[Draft]) -> list[tuple[int, int]]:
    """Spans [start, end) of drafts that share a submission; a draft without one stands alone."""
    found: list[tuple[int, int]] = []
    start = 0
    for at in range(1, len(drafts) + 1):
        submission = drafts[start].submission
        if at == len(drafts) or submission is None or drafts[at].submission is not submission:
            found.append((start, at))
            start = at
    return found
