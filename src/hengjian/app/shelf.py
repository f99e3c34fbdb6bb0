"""The packs that stand in a space's ledger, and the checked programme of any moment."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hengjian.app import cache
from hengjian.formula.term import Programme
from hengjian.ledger.clock import microseconds
from hengjian.ledger.log import Log
from hengjian.model.cut import KnownAt
from hengjian.model.declaration import Pack
from hengjian.model.issue import Failure
from hengjian.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PackEntry:
    """One pack's archive as it was entered: when, and what it held (SHA-256 of the archive, hex)."""

    index: int
    recorded: int
    name: str
    digest: str


class Shelf:
    """Finds the packs of a moment. The packs that the space began with answer for all time before it."""

    def __init__(self, log: Log, store: Store) -> None:
        self._log = log
        self._store = store
        self._entries: tuple[PackEntry, ...] | None = None
        self._programmes: dict[tuple[str, ...], Programme] = {}
        self._packs: dict[str, Pack] = {}

    def forget(self) -> None:
        """Read the list of pack entries anew when next asked."""
        self._entries = None

    @property
    def entries(self) -> tuple[PackEntry, ...]:
        """Every pack entry, in the order of the ledger."""
        if self._entries is None:
            rows = self._store.pack_entries()
            self._entries = tuple(
                PackEntry(index=index, recorded=recorded, name=name, digest=digest)
                for index, recorded, name, digest in rows
            )
        return self._entries

    def at(self, known_at: KnownAt | None) -> dict[str, PackEntry]:
        """The pack entries in force, by name: those that the space began with, and what was known to follow."""
        chosen: dict[str, PackEntry] = {}
        first = self._log.submission_of(0)
        founding = 0 if first is None else first.count
        for entry in self.entries:
            if entry.index < founding or _is_known(entry, known_at):
                chosen[entry.name] = entry
        return chosen

    def hashes(self) -> dict[str, str]:
        """Name and archive digest of each pack in force now."""
        return {name: entry.digest for name, entry in sorted(self.at(None).items())}

    def archive(self, entry: PackEntry) -> bytes:
        """The archive's bytes, from the ledger's evidence."""
        evidence = self._log.evidence(entry.index)
        if evidence is None:
            raise Failure(f"the archive of the pack {entry.name} (entry {entry.index}) is lost", "restore a backup")
        return evidence.blob

    def pack(self, entry: PackEntry) -> Pack:
        """The pack of an entry. It was checked before it was entered, so a fault means damage."""
        if entry.digest not in self._packs:
            from hengjian.load.archive import unpack_archive
            from hengjian.load.pack import load_pack

            pack, _ = load_pack(unpack_archive(self.archive(entry)), entry.name)
            if pack is None or hashlib.sha256(self.archive(entry)).hexdigest() != entry.digest:
                raise Failure(
                    f"the pack {entry.name} of entry {entry.index} is damaged",
                    "run `hengjian audit SPACE`",
                )
            self._packs[entry.digest] = pack
        return self._packs[entry.digest]

    def programme(self, known_at: KnownAt | None = None) -> Programme:
        """The checked programme as known at a moment."""
        chosen = self.at(known_at)
        key = tuple(sorted(entry.digest for entry in chosen.values()))
        if key not in self._programmes:
            path = cache.cache_file(self._log.space.folder, key)
            self._programmes[key] = cache.read(path) or self._checked(chosen.values(), path)
        return self._programmes[key]

    def _checked(self, entries: Iterable[PackEntry], path: Path) -> Programme:
        from hengjian.app.checking import programme_of  # not needed where a programme is kept

        programme, issues = programme_of([self.pack(entry) for entry in entries])
        if programme is None:
            first = next(issue for issue in issues if issue.severity == "error")
            raise Failure(
                f"the packs of that moment do not fit together: {first.message}",
                "ask for a moment after the next pack entry",
            )
        cache.write(path, programme)
        return programme


def _is_known(entry: PackEntry, known_at: KnownAt | None) -> bool:
    if known_at is None:
        return True
    if known_at.entries is not None:
        return entry.index < known_at.entries
    return known_at.moment is not None and entry.recorded <= microseconds(known_at.moment)


def changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Which files of a pack differ: added, removed or changed."""
    found = []
    for name in sorted({*old, *new}):
        if name not in old:
            found.append({"change": "added", "file": name})
        elif name not in new:
            found.append({"change": "removed", "file": name})
        elif old[name] != new[name]:
            found.append({"change": "changed", "file": name})
    return found
