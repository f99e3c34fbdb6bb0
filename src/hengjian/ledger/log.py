"""The log of one space: append, publish, look up, prove.

`append` is the promise: when it returns, the entries, their evidence and a signed head over them are on the disk.
`publish` then shows the head to others: the checkpoint file, and after it the tiles. Acknowledge after both.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hengjian.ledger import clock as clocks
from hengjian.ledger.check import check_start
from hengjian.ledger.draft import Draft, Receipt, groups, hash_of_key, leaf_of, seal
from hengjian.ledger.evidence import SECRET_SIZE, Evidence
from hengjian.ledger.journal import Journal, StoredHead, StoredSubmission, pack_rows, sealed
from hengjian.ledger.leaf import Leaf, decode
from hengjian.ledger.merkle import Edge, consistency_proof, consistent, included, inclusion_proof, leaf_hash
from hengjian.ledger.note import Checkpoint, Signer, Verifier, sign
from hengjian.ledger.proof import TlogProof
from hengjian.ledger.space import Space, check_origin, create_keys, failing_writes
from hengjian.ledger.tile import Tiles
from hengjian.model.issue import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as the log holds it; `recorded_at` is in UTC."""

    index: int
    recorded_at: datetime
    leaf: bytes
    leaf_hash: bytes

    def record(self) -> Leaf:
        """The leaf's fields."""
        return decode(self.leaf)


class Log:
    """The open log. One thread uses it at a time; reads beside a writer open a log of their own."""

    def __init__(self, space: Space, journal: Journal, *, write: bool, clock: clocks.Clock = clocks.now) -> None:
        """Use `Log.open` or `Log.create`."""
        self.space = space
        self.write = write
        self._journal = journal
        self._tiles = Tiles(space.log, journal)
        self._clock = clock
        self._verifier = space.verifier()
        self._signer: Signer | None = space.signer() if write else None
        self._edge = Edge()
        self._last = 0
        self._published: Edge | None = None
        self._reload()

    @classmethod
    def create(cls, folder: Path, origin: str, *, name: str | None = None, clock: clocks.Clock = clocks.now) -> "Log":
        """A new log with its keys and a signed head over nothing; `name` names the .vkey file."""
        check_origin(origin)
        space = Space(folder=Path(folder))
        with failing_writes(space.folder):
            space.log.mkdir(parents=True, exist_ok=True)
        journal = Journal.create(space.journal)
        try:
            signer = create_keys(space, origin, name)
            journal.append([], [], [], _signed(Edge(), signer), 0)
            log = cls(space, journal, write=True, clock=clock)
            log.publish()
        except BaseException:
            journal.close()
            raise
        return log

    @classmethod
    def open(cls, folder: Path, *, write: bool, clock: clocks.Clock = clocks.now) -> "Log":
        """Open a log after the light check of its right edge; Failure naming both heads when it would fork.

        A writer also mends what a crash leaves: a checkpoint file or tiles behind the journal.
        """
        space = Space(folder=Path(folder))
        verifier = space.verifier()
        journal = Journal.open(space.journal, write=write)
        try:
            check_start(space, journal, verifier)
            log = cls(space, journal, write=write, clock=clock)
            if write:
                log.publish()
        except BaseException:
            journal.close()
            raise
        return log

    def close(self) -> None:
        self._journal.close()

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def size(self) -> int:
        """The number of entries; a reader sees those that were committed when it last called `refresh`."""
        return self._edge.size

    @property
    def verifier(self) -> Verifier:
        return self._verifier

    @property
    def signer(self) -> Signer:
        """The signing key; Failure when the space does not hold it."""
        return self._signer or self.space.signer()

    def refresh(self) -> int:
        """See what a writer committed meanwhile; the new size."""
        self._reload()
        return self.size

    def head(self) -> Checkpoint:
        return Checkpoint(origin=self._verifier.name, size=self.size, root=self._edge.root())

    def checkpoint(self) -> str:
        """The newest signed head: a note that strangers check with the public key."""
        return self._last_head().note

    def extends(self, earlier: Checkpoint) -> bool:
        """Whether the tree of an earlier head is the beginning of this log's tree: nothing was changed or left out."""
        head = self._last_head()
        if not 0 < earlier.size <= head.size:
            return earlier.size == 0 and earlier.root == Edge().root()
        proof = consistency_proof(self._tiles.node(head.size), earlier.size, head.size)
        return consistent(earlier.size, earlier.root, head.size, head.root, proof)

    def append(self, drafts: Sequence[Draft]) -> list[Receipt]:
        """Enter drafts as one group: one transaction with entries, evidence, submission keys and one signed head.

        Refused (nothing entered) when a leaf is beyond 4 KiB; Failure (nothing entered) when the disk or another
        writer is in the way.
        """
        if self._signer is None:
            raise Failure("the log is open for reading only", "open it for writing")
        if not drafts:
            return []
        receipts, entries, evidence, submissions = self._prepare(drafts)
        edge = self._edge.copy()
        edge.extend([receipt.leaf_hash for receipt in receipts])
        try:
            self._journal.append(entries, evidence, submissions, _signed(edge, self._signer), self.size)
        except BaseException:
            with suppress(Failure):
                self._reload()
            raise
        self._edge, self._last = edge, receipts[-1].recorded
        return receipts

    def publish(self) -> None:
        """Show the head: the checkpoint file durably, then the tiles up to it."""
        head = self._last_head()
        if self.space.read_checkpoint() != head.note:
            self.space.write_checkpoint(head.note)
        if self._published is None:
            self._published = self._published_edge(head)
        self._tiles.forget()
        self._tiles.publish(self._published, head.size)
        self._published = head.parts()

    def entries(self, first: int = 0, last: int | None = None) -> Iterator[Entry]:
        """Entries [first, last), to the end without `last`."""
        for stored in self._journal.entries(first, self.size if last is None else min(last, self.size)):
            yield Entry(
                index=stored.index,
                recorded_at=clocks.instant(stored.recorded),
                leaf=stored.leaf,
                leaf_hash=stored.hash,
            )

    def entry(self, index: int) -> Entry:
        """One entry; Failure when the log has no such index."""
        for found in self.entries(index, index + 1):
            return found
        raise Failure(f"the log has no entry {index}, it has {self.size}", "entries are counted from 0")

    def evidence(self, index: int) -> Evidence | None:
        """What was filed as entry `index`, or None when it was lost or erased (a later entry says so)."""
        return self._journal.evidence(index)

    def submission(self, key: str) -> StoredSubmission | None:
        """The submission entered under a key."""
        return self._journal.submission(key)

    def submission_of(self, index: int) -> StoredSubmission | None:
        """The submission that entry `index` came with."""
        return self._journal.submission_of(index)

    def size_at(self, moment: datetime) -> int:
        """How many entries were recorded at or before an aware date-time (found by bisection)."""
        wanted, low, high = clocks.microseconds(moment), 0, self.size
        while low < high:
            middle = (low + high) // 2
            recorded = self._journal.recorded(middle)
            if recorded is None or recorded > wanted:
                high = middle
            else:
                low = middle + 1
        return low

    def entry_at_time(self, moment: datetime) -> int | None:
        """The last entry recorded at or before an aware date-time, or None."""
        return self.size_at(moment) - 1 if self.size_at(moment) else None

    def inclusion(self, index: int) -> str:
        """The tlog-proof of an entry under the newest head; Failure when the log's parts disagree."""
        head = self._last_head()
        entry = self.entry(index)
        # tiles are derived: should they prove nothing, the journal does, and `audit` names the file
        for node in (self._tiles.node(head.size), Tiles(self.space.log / "nothing", self._journal).node(head.size)):
            path = inclusion_proof(node, index, head.size)
            if included(leaf_hash(entry.leaf), index, head.size, path, head.root):
                return TlogProof(index=index, path=tuple(path), checkpoint=head.note).text()
        raise Failure(f"entry {index} does not lead to the signed head", "`audit` names the first damage")

    def _prepare(
        self, drafts: Sequence[Draft]
    ) -> tuple[
        list[Receipt],
        list[tuple[int, int, bytes, bytes]],
        list[tuple[int, bytes, bytes, bytes]],
        list[StoredSubmission],
    ]:
        stamp = clocks.Stamper()
        recorded = max(self._clock(), self._last + 1)
        secrets = os.urandom(SECRET_SIZE * len(drafts))
        receipts: list[Receipt] = []
        entries: list[tuple[int, int, bytes, bytes]] = []
        evidence: list[tuple[int, bytes, bytes, bytes]] = []
        submissions: list[StoredSubmission] = []
        for start, end in groups(drafts):
            first = self.size + start
            submission = drafts[start].submission
            key_hash = None if submission is None else hash_of_key(submission.key)
            batch = {"first": first, "count": end - start} if end - start > 1 else None
            for at in range(start, end):
                draft, secret = drafts[at], secrets[at * SECRET_SIZE : (at + 1) * SECRET_SIZE]
                index, time = self.size + at, recorded + at
                content, root = seal(draft, secret)
                leaf = leaf_of(draft, stamp(time), content, root, key_hash=key_hash, batch=batch).encode()
                hashed = leaf_hash(leaf)
                receipts.append(Receipt(index=index, recorded=time, leaf_hash=hashed))
                entries.append((index, time, leaf, hashed))
                evidence.append((index, draft.content, pack_rows(draft.rows), secret))
            if submission is not None:
                answer = submission.receipt(receipts[start:end])
                submissions.append(
                    sealed(submission.key, submission.base, submission.latest, first, end - start, answer)
                )
        return receipts, entries, evidence, submissions

    def _reload(self) -> None:
        head = self._last_head()
        self._edge = head.parts()
        self._last = (self._journal.recorded(head.size - 1) or 0) if head.size else 0
        self._published = None

    def _last_head(self) -> StoredHead:
        head = self._journal.last_head()
        if head is None:
            raise Failure(f"{self.space.journal} holds no signed head", "`recover` says what can be mended")
        return head

    def _published_edge(self, head: StoredHead) -> Edge:
        """The edge of the largest head whose tiles are on the disk."""
        size = head.size
        for _ in range(64):
            found = self._journal.head_within(size)
            if found is None or found.size == 0:
                break
            if self._tiles.holds(found.size):
                return found.parts()
            size = found.size - 1
        return Edge()


def _signed(edge: Edge, signer: Signer) -> StoredHead:
    checkpoint = Checkpoint(origin=signer.verifier.name, size=edge.size, root=edge.root())
    return StoredHead(size=edge.size, root=checkpoint.root, edge=edge.packed(), note=sign(checkpoint.text(), signer))
