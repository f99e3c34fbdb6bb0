"""The light check when a log is opened: right edge, last signature, and that no shown head is left behind.

A log that has shown a head must never sign another one that does not extend it. So the journal's head is compared
with the checkpoint file and with the tiles before anything is appended; `audit` is the full check.
"""

from hengjian.ledger import base64
from hengjian.ledger.journal import Journal, StoredHead
from hengjian.ledger.merkle import Edge, leaf_hash, root_of
from hengjian.ledger.note import Checkpoint, NoteError, Verifier, open_checkpoint
from hengjian.ledger.space import Space
from hengjian.ledger.tile import WIDTH, Tiles
from hengjian.model.issue import Failure

RECOVER = "run `recover`: it explains what is missing, and mends what can be mended"
_ATTEMPTS = 5


def check_start(space: Space, journal: Journal, verifier: Verifier) -> StoredHead:
    """The journal's last head, when it stands up to the light check; Failure naming both heads otherwise."""
    for attempt in range(_ATTEMPTS):
        # what was shown is read before the journal, so that a writer in between cannot look like a rollback
        note = space.read_checkpoint()
        head = journal.last_head()
        extent = Tiles(space.log, journal).extent(0 if head is None else head.size)
        newest = journal.last_head()
        if head is None or newest is None or newest.size == head.size or attempt == _ATTEMPTS - 1:
            break
    if head is None:
        raise Failure(f"{space.journal} holds no signed head", RECOVER)
    check_edge(journal, head, verifier)
    shown = check_shown(journal, head, note, verifier)
    check_tiles(journal, head, extent, shown, Tiles(space.log, journal))
    return head


def check_edge(journal: Journal, head: StoredHead, verifier: Verifier) -> None:
    """The head is signed, its edge makes its root, and the last entries hash to the edge."""
    try:
        signed = open_checkpoint(head.note, verifier)
        edge = head.parts()
    except ValueError as error:
        raise Failure(f"the journal's head of {head.size} entries is damaged: {error}", RECOVER) from None
    if (signed.size, signed.root) != (head.size, head.root) or edge.root() != head.root:
        raise Failure(
            f"the journal's head disagrees with its signature: {name_head(head.size, head.root)} against "
            f"{name_head(signed.size, signed.root)} signed",
            RECOVER,
        )
    first = head.size // WIDTH * WIDTH
    stored = list(journal.entries(first, head.size + 1))
    expected = list(range(first, head.size))
    hashes = [leaf_hash(entry.leaf) for entry in stored]
    if [entry.index for entry in stored] != expected or hashes != [entry.hash for entry in stored]:
        raise Failure(f"the entries {first} to {head.size - 1} do not fit the journal's head", RECOVER)
    at = 0
    for bit in reversed(range(8)):
        if head.size >> bit & 1:
            if root_of(hashes[at : at + (1 << bit)]) != edge.subtree(bit):
                raise Failure(f"the entries from {first + at} do not lead to the journal's head", RECOVER)
            at += 1 << bit


def check_shown(journal: Journal, head: StoredHead, note: str | None, verifier: Verifier) -> Checkpoint:
    """The checkpoint file's head, when the journal is it or extends it."""
    if note is None:
        if head.size == 0:
            return Checkpoint(origin=verifier.name, size=0, root=head.root)
        raise Failure(f"log/checkpoint is missing, the journal is at {name_head(head.size, head.root)}", RECOVER)
    try:
        shown = open_checkpoint(note, verifier)
    except NoteError as error:
        raise Failure(f"log/checkpoint is damaged: {error}", RECOVER) from None
    if shown.size > head.size:
        raise Failure(
            f"the journal is behind log/checkpoint: {name_head(head.size, head.root)} in the journal, "
            f"{name_head(shown.size, shown.root)} was shown",
            RECOVER,
        )
    known = journal.head_at(shown.size)
    if known is None or known.root != shown.root:
        held = "no such head" if known is None else name_head(known.size, known.root)
        raise Failure(
            f"the journal does not extend log/checkpoint: {held} in the journal "
            f"(now at {name_head(head.size, head.root)}), {name_head(shown.size, shown.root)} was shown",
            RECOVER,
        )
    return shown


def check_tiles(journal: Journal, head: StoredHead, extent: int, shown: Checkpoint, tiles: Tiles) -> None:
    """The last tile holds the journal's leaves; files beyond the journal were shown by somebody who had more of it."""
    if extent > head.size:
        raise Failure(
            f"the journal is behind the tiles: {name_head(head.size, head.root)} in the journal, "
            f"log/tile holds {extent} leaves",
            RECOVER,
        )
    first = (shown.size - 1) // WIDTH * WIDTH if shown.size else 0
    data = tiles.read(0, first // WIDTH, shown.size - first) if shown.size else None
    hashes = b"".join(journal.leaf_hashes(first, shown.size))
    if data is not None and data != hashes:
        root = Edge()
        root.extend([data[at : at + 32] for at in range(0, len(data) // 32 * 32, 32)])
        raise Failure(
            f"the journal does not extend the tiles: {name_head(head.size, head.root)} in the journal, the tile of "
            f"leaves {first} to {shown.size - 1} has other hashes (their root {base64.encode(root.root())})",
            RECOVER,
        )


def name_head(size: int, root: bytes) -> str:
    """A head as messages name it: the root is spelled as in the checkpoint."""
    return f"{size} entries with root {base64.encode(root)}"
