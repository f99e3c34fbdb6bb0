"""Backup while a writer runs, and the restore that never steps behind a head that was shown."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from hengjian.ledger import base64
from hengjian.ledger.check import check_start, name_head
from hengjian.ledger.journal import Journal, StoredHead
from hengjian.ledger.merkle import Edge
from hengjian.ledger.note import NoteError, open_checkpoint
from hengjian.ledger.space import Space, failing_writes
from hengjian.ledger.tile import Tiles
from hengjian.model.issue import Failure, refuse

SETTINGS = "hengjian.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a backup or a restore holds: where it lies, its head, and what the reader must know."""

    folder: Path
    size: int
    root: str
    notes: tuple[str, ...]


def backup(space_folder: Path, to_folder: Path, *, with_key: bool = False) -> Copied:
    """Copy a space's ledger as of one moment into a new folder. The signing key is left out unless asked for."""
    space, target = Space(folder=Path(space_folder)), Space(folder=Path(to_folder))
    _must_be_empty(target.folder)
    verifier = space.verifier()
    with failing_writes(target.folder):
        target.log.mkdir(parents=True)
        target.folder.chmod(0o700)  # it holds what was filed, and the salts that hide it in the log
        for path in (*space.folder.glob("*.vkey"), space.folder / SETTINGS):
            if path.exists():
                shutil.copy2(path, target.folder / path.name)
        source = Journal.open(space.journal, write=False)
        try:
            source.copy_to(target.journal)
        finally:
            source.close()
        journal = Journal.open(target.journal, write=True)
        try:
            head = _head(journal)
            target.write_checkpoint(head.note)
            Tiles(target.log, journal).publish(Edge(), head.size)
            check_start(target, journal, verifier)
        finally:
            journal.close()
        if with_key:
            _copy_key(space, target)
    notes = () if with_key else ("keys/log.key is not in the backup: keep it elsewhere, apart from the backup",)
    return Copied(folder=target.folder, size=head.size, root=base64.encode(head.root), notes=notes)


def restore(backup_folder: Path, to_folder: Path) -> Copied:
    """Bring a backup into an empty folder, or over a space whose shown head it holds or extends; refused otherwise.

    The space's own journal is kept beside as journal.db.before-restore-N.
    """
    source, target = Space(folder=Path(backup_folder)), Space(folder=Path(to_folder))
    verifier = source.verifier()
    held = Journal.open(source.journal, write=False)
    try:
        head = check_start(source, held, verifier)
        _must_not_step_back(target, held, head)
        with failing_writes(target.folder):
            target.log.mkdir(parents=True, exist_ok=True)
            _keep_old(target)
            held.copy_to(target.journal)
            for path in (*source.folder.glob("*.vkey"), source.folder / SETTINGS):
                if path.exists() and not (target.folder / path.name).exists():
                    shutil.copy2(path, target.folder / path.name)
            if source.key.exists() and not target.key.exists():
                _copy_key(source, target)
            target.write_checkpoint(head.note)
            Tiles(target.log, held).publish(Edge(), head.size)
    finally:
        held.close()
    notes = ["the tables are written anew from the ledger when the space is next opened"]
    if not target.key.exists():
        notes.append("put keys/log.key back before anything is filed")
    notes.append(
        "whatever was acknowledged after this backup was made is not in it: if such a head was shown to anybody, "
        "file nothing here before it is found"
    )
    return Copied(folder=target.folder, size=head.size, root=base64.encode(head.root), notes=tuple(notes))


def _must_not_step_back(target: Space, held: Journal, head: StoredHead) -> None:
    if not target.folder.exists() or not any(target.folder.iterdir()):
        return
    if not list(target.folder.glob("*.vkey")):
        raise refuse(f"{target.folder} is not empty and no space", "restore into an empty folder or over the space")
    verifier = target.verifier()
    note = target.read_checkpoint()
    if note is None:
        raise Failure(
            f"{target.folder} has no log/checkpoint, so nobody can tell whether the backup is behind what was shown",
            "restore into an empty folder, or put the space's log/checkpoint back first",
        )
    try:
        shown = open_checkpoint(note, verifier)
    except NoteError as error:
        raise Failure(f"log/checkpoint of {target.folder} is damaged: {error}", "put it back first") from None
    known = held.head_at(shown.size)
    mine = name_head(head.size, head.root)
    theirs = name_head(shown.size, shown.root)
    if shown.size > head.size:
        raise Failure(
            f"the backup is behind the space: {mine} in the backup, {theirs} was shown",
            "take a newer backup; `recover` says what the space can mend by itself",
        )
    if known is None or known.root != shown.root:
        raise Failure(
            f"the backup is another history than the space: {mine} in the backup, {theirs} was shown",
            "is this the backup of this space?",
        )
    extent = Tiles(target.log, held).extent(head.size)
    if extent > head.size:
        raise Failure(
            f"the backup is behind the space: {mine} in the backup, log/tile holds {extent} leaves",
            "take a newer backup; `recover` says what the space can mend by itself",
        )


def _keep_old(target: Space) -> None:
    number = 1
    while target.folder.joinpath(f"journal.db.before-restore-{number}").exists():
        number += 1
    for suffix in ("", "-wal", "-shm"):
        path = target.journal.with_name(target.journal.name + suffix)
        if path.exists():
            path.replace(target.folder / f"journal.db.before-restore-{number}{suffix}")


def _copy_key(source: Space, target: Space) -> None:
    target.key.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy2(source.key, target.key)
    target.key.chmod(0o600)


def _must_be_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise refuse(f"{folder} is not empty", "name a folder that is empty or not there yet")


def _head(journal: Journal) -> StoredHead:
    head = journal.last_head()
    if head is None:
        raise Failure(f"{journal.path} holds no signed head", "`recover` says what can be mended")
    return head
