"""An open space: its ledger, its tables and its packs, brought to one state. Not for several threads at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from hengjian.app.config import Config, read_config
from hengjian.app.shelf import Shelf
from hengjian.formula.term import Programme
from hengjian.ledger.canonical import canonical, parse
from hengjian.ledger.clock import instant, microseconds, now
from hengjian.ledger.log import Entry, Log
from hengjian.model.cut import Cut, KnownAt
from hengjian.model.declaration import Catalogue
from hengjian.model.filing import row_of
from hengjian.model.issue import Failure
from hengjian.people import EVERYTHING, Actor, Reach
from hengjian.store import Event, Filing, Store, Unusable

if TYPE_CHECKING:
    from hengjian.people.accounts import Accounts

#: Whoever holds the space's files and key.
OPERATOR = Actor(name="local:operator")


#: Kinds of entries that tell what happened to something followed, and say nothing of entities and their figures.
EVENTS = (
    "alert", "case", "person", "role", "account", "read", "proposal", "backtest", "model",
    # of assessments: see app.registers, app.publish
    "standard", "standard_choice", "letter", "confirmation", "rating", "panel", "award", "adjustment", "setting",
    "peer_set", "peer_figure", "practice", "objection", "assessment",
)  # fmt: skip
#: So many entries are looked through at a time.
_AT_ONCE = 256


class NeedsWriting(Exception):
    """A reader found that something must be brought up to date first."""


class Desk:
    """`config`, `log`, `store` and `shelf` of one space. Made by `open_desk`. `append`: entries may be made."""

    def __init__(self, config: Config, log: Log, store: Store, *, append: bool = True) -> None:
        self.config = config
        self.log = log
        self.store = store
        self.append = append
        self.shelf = Shelf(log, store)
        #: Who asks the present question, and whom they see; without a question, the operator and everybody.
        self.actor = OPERATOR
        self.sight: Reach = EVERYTHING
        #: Whether the present question is only tried: asked up to its entries, and then given up.
        self.rehearsing = False
        self._types: Mapping[str, str] | None = None
        self._settled = True
        self._behind = False
        self._changed = 0, 0
        self._marks: dict[tuple[str, ...], tuple[int, int]] = {}
        self._accounts: Accounts | None = None

    @property
    def changed(self) -> int:
        """The size of the ledger after its last entry that is no "read": what was read changes no answer."""
        size = self.log.size
        if self._changed[0] != size:
            self._changed = size, _last_change(self.log, *self._changed, ("read",))
        return self._changed[1]

    def size_but_for(self, *kinds: str) -> int:
        """The size of the ledger after its last entry of any other kind than these; at least the one it had when this
        was asked first."""
        size = self.log.size
        known, found = self._marks.get(kinds, (size, size))
        if known != size:
            found = _last_change(self.log, known, found, kinds)
        self._marks[kinds] = size, found
        return found

    def programme(self, known_at: KnownAt | None = None) -> Programme:
        """The checked formulas as known at a moment; None: now."""
        return self.shelf.programme(known_at)

    def entity_types(self) -> Mapping[str, str]:
        """Every registered entity with its type."""
        if self._types is None:
            self._types = self.store.entity_types()
        return self._types

    def seen_types(self) -> Mapping[str, str]:
        """Those of them whom the one who asks may see: to questions the others are not registered."""
        types = self.entity_types()
        if self.sight.is_everything:
            return types
        return {one: kind for one, kind in types.items() if one in self.sight}

    @contextmanager
    def asked_by(self, actor: Actor, sight: Reach) -> Iterator[None]:
        """For the length of one question: who asks it, and whom they see."""
        before = self.actor, self.sight
        self.actor, self.sight = actor, sight
        try:
            yield
        finally:
            self.actor, self.sight = before

    def accounts(self) -> "Accounts":
        """Passwords, sessions and tokens of the persons. May be used by several threads."""
        if self._accounts is None:
            from hengjian.people.accounts import FILE, Accounts  # most commands do without

            self._accounts = Accounts.open(self.config.folder / FILE)
        return self._accounts

    def names(self, cut: Cut, day: date) -> dict[str, str]:
        """What entities are called on a day."""
        return {state.id: state.name for state in self.store.entities(cut, day)}

    def recording_day(self) -> date:
        """The day, in the space's time zone, on which an entry made now is recorded."""
        last = self.log.entry(self.log.size - 1).recorded_at if self.log.size else instant(0)
        return max(instant(now()), last).astimezone(self.config.timezone).date()

    def ready(self) -> None:
        """Bring the tables up to the ledger, and show its head, if a failure kept that from being done before."""
        if self._behind:
            catch_up(self.log, self.store)
            self._behind = False
            self.forget()
        if not self._settled:
            self.log.publish()
            self._settled = True

    @property
    def is_settled(self) -> bool:
        """Whether the tables hold all that the ledger does, and its head is shown."""
        return self._settled and not self._behind

    def settle(self) -> None:
        """After an append: the tables' transaction, then the shown checkpoint. Acknowledge only after this."""
        self._settled = False
        self.store.commit(self.log.size)
        self.log.publish()
        self._settled = True

    def unstage(self) -> None:
        """Give up what was staged; the ledger may hold it all the same, when only what came after failed."""
        self._behind = True
        self.store.rollback()
        self.forget()

    def discard(self) -> None:
        """Give up what was staged for a trial, of which the ledger knows nothing."""
        self.store.rollback()
        self.forget()

    def reopen(self, store: Store) -> None:
        """Go on with other tables: those that were rebuilt."""
        self.store = store
        self.shelf = Shelf(self.log, store)
        self.forget()

    def forget(self) -> None:
        """Read entities and packs anew when next asked."""
        self._types = None
        self.shelf.forget()

    def close(self) -> None:
        """Close the files."""
        if self._accounts is not None:
            self._accounts.close()
        self.store.close()
        self.log.close()


def open_desk(folder: Path, *, write: bool, append: bool) -> Desk:
    """Open a space. `write`: the tables may be brought up to date; `append`: entries may be made, which needs the key.

    A reader that finds the tables behind, or none, raises NeedsWriting.
    """
    config = read_config(folder)
    log = Log.open(folder, write=append)
    try:
        store = _store(config, log, write=write)
    except BaseException:
        log.close()
        raise
    return Desk(config, log, store, append=append)


def _last_change(log: Log, known: int, changed: int, others: Sequence[str]) -> int:
    """The size after the last entry that is of no kind of `others`, when it was `changed` at the size `known`."""
    marks = [f'"kind":"{kind}"'.encode() for kind in others]
    for last in range(log.size, known, -_AT_ONCE):
        first = max(known, last - _AT_ONCE)
        # a text within a leaf has its quotation marks escaped, so that these bytes are the leaf's own
        found = [one.index for one in log.entries(first, last) if not any(mark in one.leaf for mark in marks)]
        if found:
            return found[-1] + 1
    return changed


def _store(config: Config, log: Log, *, write: bool) -> Store:
    path = config.folder / "store.duckdb"
    try:
        store = open_store(path, config, read_only=not write)
        if store.applied_through == log.size:
            return store
        behind = store.applied_through < log.size
        if write and behind:
            catch_up(log, store)
            return store
        store.close()
    except Unusable:
        pass
    if not write:
        raise NeedsWriting
    remove_store(path)
    store = open_store(path, config, read_only=False)
    catch_up(log, store)
    return store


def open_store(path: Path, config: Config, *, read_only: bool) -> Store:
    """The tables in `path`, with days in the space's time zone."""
    return Store.open(path, read_only=read_only, timezone=config.timezone.key)


def remove_store(path: Path) -> None:
    """Remove tables that are to be written anew."""
    for name in (path, path.with_name(path.name + ".wal")):
        name.unlink(missing_ok=True)


def catch_up(log: Log, store: Store) -> None:
    """Apply the entries that the tables do not hold yet, in one transaction."""
    store.rollback()
    for entry in log.entries(store.applied_through, log.size):
        apply_entry(log, store, entry)
    store.commit(log.size)


def apply_entry(log: Log, store: Store, entry: Entry) -> None:
    """What an entry does to the tables. Evidence that is lost or erased does nothing."""
    leaf = entry.record()
    evidence = log.evidence(entry.index)
    match leaf.kind:
        case "pack":
            name = leaf.subject or ""
            store.note_pack(entry.index, microseconds(entry.recorded_at), name, leaf.pack_hashes[name])
            if evidence is not None:
                register_pack(store, evidence.blob, name)
        case "filing" if evidence is not None:
            claimed = leaf.refs.get("known_from")
            rows = [row_of(record) for record in _records(evidence.rows)]
            filing = Filing(
                entry=entry.index, recorded_at=entry.recorded_at,
                known_from=None if claimed is None else date.fromisoformat(str(claimed)),
                form=leaf.form or "", subject=leaf.subject, actor=leaf.actor, file=_text(leaf.refs.get("file")),
                rows=len(rows), size=len(evidence.blob), digest=sha256(evidence.blob).hexdigest(),
            )  # fmt: skip
            store.stage_filings([(filing, rows)])
        case kind if kind in EVENTS and evidence is not None:
            note_event(store, entry.index, microseconds(entry.recorded_at), leaf.kind, evidence.blob)
            if leaf.kind == "alert" or store.supervised_through == entry.index:
                store.note_supervised(entry.index + 1)  # rules were looked at for all that stands before it
        case "attachment" if store.supervised_through == entry.index:
            store.note_supervised(entry.index + 1)  # a file of a step is nothing that rules read


def note_event(store: Store, index: int, recorded: int, kind: str, content: bytes) -> None:
    """Take notice of an entry that tells what happened to something followed."""
    store.note_event(kind, event_in(index, recorded, kind, content))


def event_in(index: int, recorded: int, kind: str, content: bytes) -> Event:
    """What an entry tells; its record names the topic."""
    if kind == "proposal" and not content.startswith(b"{"):  # one that begins: its files stand beside its record
        from hengjian.app.proposed import record_in  # most spaces have none

        content = record_in(content)
    record = parse(content)
    if kind == "model" and isinstance(record, dict):  # what was fitted is large, and stays in the ledger
        content = canonical({name: part for name, part in record.items() if name != "fitted"})
    topic = record.get("topic") if isinstance(record, dict) else None
    if not isinstance(topic, str):
        raise Failure(f"entry {index} of the ledger tells no event", "run `hengjian audit SPACE`")
    return Event(topic=topic, entry=index, recorded=recorded, record=content.decode())


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _records(rows: Iterable[bytes]) -> Iterable[dict[str, object]]:
    for row in rows:
        record = parse(row)
        if not isinstance(record, dict):
            raise Failure("a filed row in the ledger is no object", "run `hengjian audit SPACE`")
        yield record


def register_pack(store: Store, archive: bytes, name: str) -> None:
    """Give the pack's measures their columns."""
    from hengjian.load.archive import unpack_archive  # readers do without the loader
    from hengjian.load.pack import load_pack

    pack, _ = load_pack(unpack_archive(archive), name)
    if pack is not None:
        measures = {measure.name: measure for measure in pack.measures}
        store.register(
            Catalogue(
                packs={}, types={}, links={}, measures=measures, parameters={}, indicators={}, rules={}, checks={}
            )
        )
