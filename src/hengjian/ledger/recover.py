"""What is wrong with a log that will not open, and the mend that stays honest.

A log that has shown a head of N entries can never sign another head of N. So leaves that the journal lost are taken
back from the entry bundles, under the head that was signed for them; their evidence stays lost, and a new entry of
kind `loss` says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hengjian.ledger import clock as clocks
from hengjian.ledger.check import check_edge, name_head
from hengjian.ledger.clock import parse_rfc3339
from hengjian.ledger.draft import Draft
from hengjian.ledger.journal import Journal, StoredHead
from hengjian.ledger.leaf import decode
from hengjian.ledger.log import Log
from hengjian.ledger.merkle import Edge, leaf_hash
from hengjian.ledger.note import Checkpoint, NoteError, Verifier, open_checkpoint
from hengjian.ledger.space import Space, failing_writes
from hengjian.ledger.tile import Tiles
from hengjian.model.issue import Failure


@dataclass(frozen=True, slots=True)
class Heads:
    """The two heads in words: the journal's, and the one that was shown."""

    journal: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What `recover` found and did: `state` is sound, mended, lossy (a decision is needed) or forked (untouched)."""

    state: str
    heads: Heads
    found: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    todo: tuple[str, ...] = ()
    lost: tuple[int, int] | None = None

    def record(self) -> dict[str, object]:
        """The object that `recover` prints."""
        lost = None if self.lost is None else {"first": self.lost[0], "count": self.lost[1]}
        return {
            "state": self.state, "journal": self.heads.journal, "shown": self.heads.shown, "found": list(self.found),
            "mended": list(self.mended), "todo": list(self.todo), "lost": lost,
        }  # fmt: skip


def recover(
    folder: Path, *, accept_loss: bool = False, engine: str = "recover", clock: clocks.Clock = clocks.now
) -> Recovery:
    """Explain the state of a space's log and mend what needs no decision; with `accept_loss` also what does.

    The caller holds the space's writer lock. Nothing is ever signed that does not extend the head that was shown.
    """
    space = Space(folder=Path(folder))
    verifier = space.verifier()
    shown, shown_fault = _shown(space, verifier)
    try:
        journal, head = _journal(space, verifier)
    except Failure as failure:
        return _without_journal(space, shown, failure, accept_loss, engine, clock)
    try:
        tiles = Tiles(space.log, journal)
        if shown is None:
            shown = _from_tiles(tiles, head)
        said = Heads(name_head(head.size, head.root), _name(shown))
        if shown.size <= head.size:
            known = journal.head_at(shown.size)
            if known is None or known.root != shown.root:
                return _forked(said)
            extent = tiles.extent(head.size)
            damaged = _damaged(journal, head)
            if damaged is not None:
                return _unsound(said, damaged)
            if extent <= head.size:
                return _mend(space, head, tiles, said, shown_fault)
            return _beyond(said, head, extent)
        return _behind(space, journal, head, shown, said, accept_loss, engine, clock)
    finally:
        journal.close()


def _mend(space: Space, head: StoredHead, tiles: Tiles, said: Heads, fault: str | None) -> Recovery:
    """The journal is whole: what is derived from it is made again where it differs."""
    found: list[str] = [fault] if fault else []
    mended: list[str] = []
    if space.read_checkpoint() != head.note:
        found.append("log/checkpoint is not the journal's newest head")
        space.write_checkpoint(head.note)
        mended.append("log/checkpoint was written from the journal")
    wrong = [name for name, data in tiles.files(head.size) if _read(space.log / name) != data]
    stale = [name for name, data in tiles.partials(head.size) if _read(space.log / name) != data]
    for name in stale:
        (space.log / name).unlink(missing_ok=True)
    if wrong or stale:
        tiles.publish(Edge(), head.size)
        found.extend(f"log/{name} is missing or damaged" for name in (*wrong, *stale)[:20])
        mended.append(f"{len(wrong) + len(stale)} files under log/tile were made again from the journal")
    todo = ("`audit` checks the evidence of every entry too",)
    return Recovery(
        state="mended" if mended else "sound", found=tuple(found), mended=tuple(mended), todo=todo, heads=said
    )


def _damaged(journal: Journal, head: StoredHead) -> int | None:
    """The first entry that does not lead to the head. What is derived may be made again from sound leaves only."""
    edge, at = Edge(), 0
    for entry in journal.entries(0, head.size):
        if entry.index != at or leaf_hash(entry.leaf) != entry.hash:
            return at
        edge.append(entry.hash)
        at += 1
    if at < head.size:
        return at
    return None if edge.root() == head.root else 0


def _unsound(said: Heads, damaged: int) -> Recovery:
    return Recovery(
        state="lossy",
        found=(f"the journal's entry {damaged} is damaged: it does not lead to the signed head",),
        todo=("bring back the newest backup with `restore`; nothing was changed", "`audit` names what differs"),
        heads=said,
    )


def _forked(said: Heads) -> Recovery:
    return Recovery(
        state="forked",
        found=("the journal and the head that was shown are two different histories",),
        todo=(
            "nothing was changed, and nothing can be signed in this folder",
            "put back the journal.db and log/ that belong together, from the newest backup",
            "keep both: two heads of one log that do not extend each other are evidence of what happened",
        ),
        heads=said,
    )


def _beyond(said: Heads, head: StoredHead, extent: int) -> Recovery:
    return Recovery(
        state="lossy",
        found=(f"log/tile holds {extent} leaves, the journal and log/checkpoint only {head.size}",),
        todo=(
            "an older journal and checkpoint were put back beside newer tiles; nothing was changed",
            "put back the newest journal.db, or the log/checkpoint that belongs to the tiles, and run `recover` again",
        ),
        lost=(head.size, extent - head.size),
        heads=said,
    )


def _behind(
    space: Space,
    journal: Journal,
    head: StoredHead,
    shown: Checkpoint,
    said: Heads,
    accept_loss: bool,
    engine: str,
    clock: clocks.Clock,
) -> Recovery:
    """The journal lost entries [head.size, shown.size)."""
    leaves = Tiles(space.log, journal).bundles(head.size, shown.size)
    edge = head.parts()
    edge.extend([leaf_hash(leaf) for leaf in leaves])
    lost = (head.size, shown.size - head.size)
    span = f"entries {lost[0]} to {shown.size - 1}"
    found = [f"the journal ends {lost[1]} entries before the head that was shown: {span} are not in it"]
    wait = (
        "look for the lost part first: a newer journal.db or journal.db-wal, a newer backup, a replica; `restore` "
        "brings it back whole"
    )
    if edge.size != shown.size or edge.root() != shown.root:
        return Recovery(
            state="forked" if edge.size == shown.size else "lossy",
            found=(*found, "the entry bundles under log/tile do not hold these leaves either"),
            todo=(wait, "without them this log cannot be carried on: a head that was shown would be contradicted"),
            lost=lost,
            heads=said,
        )
    found.append("the entry bundles under log/tile hold these leaves; what was filed under them (bytes, rows) is lost")
    if not accept_loss:
        todo = (wait, "or accept the loss: `recover --accept-loss` takes the leaves back, and enters what is lost")
        return Recovery(state="lossy", found=tuple(found), todo=todo, lost=lost, heads=said)
    note = space.read_checkpoint() or ""
    _take_back(journal, head, shown, note, leaves)
    kept = _declare(space, lost, engine, clock)
    mended = (f"the leaves of {span} were taken back under the head that was shown", kept)
    todo = (f"file again what {span} held: their subjects and files stand in the leaves", "run `rebuild` and `audit`")
    return Recovery(state="mended", found=tuple(found), mended=mended, todo=todo, lost=lost, heads=said)


def _take_back(journal: Journal, head: StoredHead, shown: Checkpoint, note: str, leaves: Sequence[bytes]) -> None:
    edge = head.parts()
    hashes = [leaf_hash(leaf) for leaf in leaves]
    edge.extend(hashes)
    rows = [
        (head.size + at, parse_rfc3339(decode(leaf).claimed_time), leaf, hashes[at]) for at, leaf in enumerate(leaves)
    ]
    stored = StoredHead(size=shown.size, root=shown.root, edge=edge.packed(), note=note)
    journal.append(rows, [], [], stored, head.size)


def _declare(space: Space, lost: tuple[int, int], engine: str, clock: clocks.Clock) -> str:
    """Enter the loss."""
    draft = Draft(
        kind="loss",
        actor="recover",
        engine=engine,
        content=b"",
        rows=[],
        refs={"gone": {"first": lost[0], "count": lost[1]}},
    )
    with Log.open(space.folder, write=True, clock=clock) as log:
        receipt = log.append([draft])[0]
        log.publish()
    return f"entry {receipt.index} declares the loss"


def _without_journal(
    space: Space,
    shown: Checkpoint | None,
    failure: Failure,
    accept_loss: bool,
    engine: str,
    clock: clocks.Clock,
) -> Recovery:
    """The journal cannot be read at all: the tiles hold the leaves at best."""
    size = 0 if shown is None else shown.size
    said = Heads(failure.issue.message, "no checkpoint that can be read" if shown is None else _name(shown))
    bring_back = "bring back the newest backup with `restore`: it holds the filed bytes too"
    if shown is None or not accept_loss:
        todo = [bring_back]
        if shown is not None:
            todo.append(
                "or accept the loss of everything filed: `recover --accept-loss` takes the leaves from log/tile"
            )
        lost = None if shown is None else (0, size)
        return Recovery(state="lossy", found=(failure.issue.message,), todo=tuple(todo), lost=lost, heads=said)
    space.signer()  # fails before anything is moved
    kept = _set_aside(space)
    empty = Edge()
    journal = Journal.create(space.journal)
    try:
        first = StoredHead(size=0, root=empty.root(), edge=b"", note="")
        aside = Heads(f"set aside as {kept[0]}", said.shown)
        return _behind(space, journal, first, shown, aside, True, engine, clock)
    finally:
        journal.close()


def _set_aside(space: Space) -> tuple[str, ...]:
    """Rename the damaged journal with its companions; nothing is deleted."""
    kept: list[str] = []
    with failing_writes(space.journal):
        number = 1
        while (space.folder / f"journal.db.damaged-{number}").exists():
            number += 1
        for suffix in ("", "-wal", "-shm"):
            path = space.journal.with_name(space.journal.name + suffix)
            if path.exists():
                target = space.folder / f"journal.db.damaged-{number}{suffix}"
                path.replace(target)
                kept.append(target.name)
    return tuple(kept)


def _journal(space: Space, verifier: Verifier) -> tuple[Journal, StoredHead]:
    journal = Journal.open(space.journal, write=True)
    try:
        structure = journal.integrity()
        head = journal.last_head()
        if structure is not None or head is None:
            raise Failure(f"the journal is damaged: {structure or 'it holds no head'}", "")
        check_edge(journal, head, verifier)
    except BaseException:
        journal.close()
        raise
    return journal, head


def _shown(space: Space, verifier: Verifier) -> tuple[Checkpoint | None, str | None]:
    note = space.read_checkpoint()
    if note is None:
        return None, "log/checkpoint is missing"
    try:
        return open_checkpoint(note, verifier), None
    except NoteError as error:
        return None, f"log/checkpoint is damaged: {error}"


def _from_tiles(tiles: Tiles, head: StoredHead) -> Checkpoint:
    """Without a checkpoint file the tiles are the only witness: they must agree with the journal as far as they go."""
    extent = tiles.extent(head.size)
    if extent <= head.size:
        return Checkpoint(origin="", size=head.size, root=head.root)
    edge = Edge()
    edge.extend([leaf_hash(leaf) for leaf in tiles.bundles(0, extent)])
    return Checkpoint(origin="", size=extent, root=edge.root())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _name(checkpoint: Checkpoint) -> str:
    return name_head(checkpoint.size, checkpoint.root)
