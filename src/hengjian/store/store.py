"""The store as the other rooms see it: one open file, one writing transaction, as-of questions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from hengjian.model.cut import Basis, Cut, KnownAt, Scope
from hengjian.model.declaration import Catalogue, Measure
from hengjian.model.filing import ObservationRow, Row
from hengjian.model.issue import Failure
from hengjian.model.period import Period
from hengjian.store import apply, digest, entities, events, filed, filings, links, lookup, schema, select, series
from hengjian.store import sight as sights
from hengjian.store.cells import Cell, spot_of
from hengjian.store.database import Database
from hengjian.store.entities import EntityState
from hengjian.store.events import Event
from hengjian.store.filed import Filed
from hengjian.store.filings import Filing, Page
from hengjian.store.known import Known, known
from hengjian.store.links import LinkState
from hengjian.store.schema import Column
from hengjian.store.select import Selection, Window
from hengjian.store.series import Grid, Readings
from hengjian.store.visible import NAMED_ORDINALS, knowing


class Store:
    """One connection to the store. Writing is one transaction, from the first `register` or `stage` to `commit`;
    reads of the same connection see what is staged. One `Store` serves one thread: others take a `reader()`.
    """

    def __init__(self, database: Database, zone: ZoneInfo, *, read_only: bool) -> None:
        self._database = database
        self._zone = zone
        self._read_only = read_only
        self._columns = schema.read_columns(database)
        self._types: dict[str, str] = {}
        self._supervised: int | None = None

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, timezone: str = "Asia/Shanghai") -> "Store":
        """Open the file, or create it unless `read_only`; several processes may read at a time while none writes.

        `timezone` says when the day of a `known_from` begins. Raises `Locked`, `Unusable` (missing, damaged, of another
        format: rebuild it) or another `Failure`.
        """
        database = Database.connect(path, read_only=read_only)
        try:
            if not read_only and schema.is_empty(database):
                schema.create(database)
            schema.check_format(database)
            return cls(database, ZoneInfo(timezone), read_only=read_only)
        except BaseException:
            database.close()
            raise

    def reader(self) -> "Store":
        """Another connection to the same open file, for another thread: it sees what is committed.

        It knows the measures that were registered when it was made.
        """
        return Store(self._database.cursor(), self._zone, read_only=True)

    def close(self) -> None:
        """Give up what is not committed, and close the connection."""
        try:
            self.rollback()
        finally:
            self._database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing ---------------------------------------------------------------------------------------------------

    @property
    def applied_through(self) -> int:
        """The number of ledger entries whose rows are in the tables."""
        return self._meta("applied_through")

    @property
    def is_staged(self) -> bool:
        """Whether anything is staged that may yet be given up."""
        return self._database.in_transaction

    @property
    def supervised_through(self) -> int:
        """The number of ledger entries after which rules were looked at; who writes need not ask again."""
        if self._supervised is not None:
            return self._supervised
        count = self._meta("supervised_through")
        if not self._read_only:
            self._supervised = count
        return count

    def _meta(self, name: str) -> int:
        ((count,),) = self._database.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return int(count)

    def register(self, catalogue: Catalogue) -> None:
        """Give every measure of the catalogue its column. Measures that were once registered keep theirs for good."""
        fresh = [measure for measure in catalogue.measures.values() if self._columns.of(measure) is None]
        if not fresh:
            return
        self._begin()
        schema.add_columns(self._database, self._columns, fresh)

    def stage(self, entry: int, recorded_at: datetime, rows: Sequence[Row], known_from: date | None = None) -> None:
        """Append the rows of ledger entry `entry` to the open transaction; `known_from` holds for rows that name none.

        ValueError, before anything of the entry is written, on rows that intake should have refused: an unregistered
        entity or measure, a cell stated twice, another type for an entity, a number that is not finite.
        """
        self._begin()
        stamp = apply.Stamp(entry=entry, recorded_at=recorded_at, known_from=known_from)
        apply.apply_rows(self._database, self._columns, [(stamp, rows)])

    def stage_filings(self, parts: Sequence[tuple[Filing, Sequence[Row]]]) -> None:
        """Append some filings and what they state to the open transaction; the same as `stage` one by one, but quicker.

        ValueError as of `stage`; then some of the filings may be staged, and the transaction is to be given up.
        """
        self._begin()
        stamped = [
            (apply.Stamp(entry=one.entry, recorded_at=one.recorded_at, known_from=one.known_from), rows)
            for one, rows in parts
        ]
        apply.apply_rows(self._database, self._columns, stamped)
        filings.note(self._database, [filing for filing, _ in parts])

    def note_pack(self, entry: int, recorded: int, name: str, digest: str) -> None:
        """Take notice, in the open transaction, of a pack's entry: recorded time in microseconds, digest in hex."""
        self._begin()
        self._database.run("INSERT INTO pack_entry VALUES (?, ?, ?, ?)", (entry, recorded, name, digest))

    def note_event(self, kind: str, event: Event) -> None:
        """Take notice, in the open transaction, of an entry that tells what happened to something followed."""
        self._begin()
        events.note(self._database, kind, event)

    def note_events(self, found: Sequence[tuple[str, Event]]) -> None:
        """The same of several at once, each with its kind."""
        self._begin()
        events.note_all(self._database, found)

    def note_supervised(self, count: int) -> None:
        """Take notice, in the open transaction, that rules were looked at after so many entries."""
        self._begin()
        self._database.run("UPDATE meta SET value = ? WHERE name = 'supervised_through'", (count,))
        self._supervised = count

    @property
    def supervised_on(self) -> date | None:
        """The day as of whose holdings rules were last looked at; None where that is not known."""
        found = self._database.rows("SELECT value FROM meta WHERE name = 'supervised_on'")
        return date.fromordinal(found[0][0]) if found else None

    def note_supervised_on(self, day: date) -> None:
        """Take notice, in the open transaction, of the day as of whose holdings rules were looked at."""
        self._begin()
        self._database.run("DELETE FROM meta WHERE name = 'supervised_on'")
        self._database.run("INSERT INTO meta VALUES ('supervised_on', ?)", (day.toordinal(),))

    def commit(self, applied_through: int) -> None:
        """Make all that is staged durable, together with the number of entries that are now applied."""
        self._begin()
        try:
            self._database.run("UPDATE meta SET value = ? WHERE name = 'applied_through'", (applied_through,))
            self._database.commit()
        except Failure:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Give up all that is staged."""
        self._types, self._supervised = {}, None
        self._database.ordinals = {}  # a commit that failed ended its transaction, and left these behind
        if self._database.in_transaction:
            self._database.rollback()
            self._columns = schema.read_columns(self._database)

    def _begin(self) -> None:
        if self._read_only:
            raise Failure("the store is open for reading only", "write through the space's writer")
        self._database.begin()

    def latest_entry(self, rows: Sequence[Row]) -> int | None:
        """The largest entry among stored facts that these rows would change, staged ones included; None: none."""
        return lookup.latest_entry(self._database, self._columns, rows)

    def values_now(self, rows: Sequence[ObservationRow]) -> list[float | None]:
        """What the cells of these rows hold, staged facts included: NaN where withdrawn, None where never stated."""
        ordinals = entities.ordinals_of(self._database, {row.entity for row in rows})
        return lookup.values_of(self._database, [spot_of(row, ordinals, self._columns) for row in rows])

    # --- reading ---------------------------------------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all reads of the block see one state, whatever is committed meanwhile."""
        with self._database.snapshot():
            yield

    def entity_types(self) -> Mapping[str, str]:
        """The type of every registered entity by id, in order of registration: a live view, grown by later calls."""
        since = len(self._types)
        rows = self._database.rows(f"SELECT id, type, ordinal FROM entity WHERE ordinal >= {since} ORDER BY ordinal")
        for entity, kind, ordinal in rows:
            self._types[entity] = kind
            self._database.ordinals[entity] = ordinal
        return self._types

    def pack_entries(self) -> list[tuple[int, int, str, str]]:
        """(entry, recorded microseconds, name, digest) of every pack that was entered, in their order."""
        rows = self._database.rows("SELECT entry, recorded, name, digest FROM pack_entry ORDER BY entry")
        return [(entry, recorded, name, digest) for entry, recorded, name, digest in rows]

    def history(self, kind: str, topic: str) -> list[Event]:
        """Every event of one topic, in the order of the ledger."""
        return events.history(self._database, kind, topic)

    def latest_events(
        self, kind: str, topics: Sequence[str] | None = None, known_at: KnownAt | None = None,
        *, begun_by: Sequence[str] | None = None,
    ) -> list[Event]:  # fmt: skip
        """The latest known event of each topic, in the order of the ledger: see `events.latest`."""
        return events.latest(self._database, kind, topics, known_at, begun_by=begun_by)

    def event_parts(self, kind: str, names: Sequence[str]) -> list[tuple[str, ...]]:
        """The topic of every event of a kind and some texts of its record: see `events.parts`."""
        return events.parts(self._database, kind, names)

    def newest_events(
        self, kinds: Sequence[str], *, topic: str | None = None, before: int | None = None, limit: int
    ) -> list[tuple[str, Event]]:
        """The newest events of some kinds, latest first: see `events.newest`."""
        return events.newest(self._database, kinds, topic=topic, before=before, limit=limit)

    def ordinals(self, ids: Iterable[str]) -> dict[str, int]:
        """The ordinal of each id; `Refused` names all that are not registered."""
        return entities.require_ordinals(self._database, ids)

    def entities_of(self, types: Collection[str] | None = None) -> list[tuple[int, str]]:
        """(ordinal, id) of the entities of these types (None: of all), by ordinal."""
        return entities.of_types(self._database, types)

    def identities(self, types: Collection[str] | None = None) -> pa.Table:
        """`entities_of` as Arrow columns ordinal and id."""
        return entities.identities(self._database, types)

    def entities(self, cut: Cut, day: date, ids: Iterable[str] | None = None) -> tuple[EntityState, ...]:
        """The entities (all, or those named) with their names and attributes in force on `day`, by ordinal."""
        ordinals = None if ids is None else sorted(self.ordinals(ids).values())
        found = entities.states(self._database, cut, self._zone, day, ordinals)
        return found if ordinals is None else tuple(state for state in found if state.ordinal in set(ordinals))

    def facts(self, cut: Cut, attributes: Sequence[str], ordinals: Sequence[int] | None, until: date) -> pa.Table:
        """Known facts in painting order: see `entities.facts`."""
        return entities.facts(self._database, cut, self._zone, attributes, ordinals, until)

    def holders_of(self, attributes: Sequence[str], texts: Collection[str] | None = None) -> list[tuple[str, str, int]]:
        """(text, id, entry) of the entities that state these texts: see `entities.holders_of`."""
        return entities.holders_of(self._database, attributes, texts)

    def links_at(self, cut: Cut, day: date, link: str, end: str | None = None) -> tuple[LinkState, ...]:
        """The relations of one link type as painted on `day`, by the ordinals of source and target; `end`: of one."""
        return links.links_at(self._database, cut, self._zone, day, link, end)

    def links_into(self, cut: Cut, day: date, link: str, ends: Iterable[str]) -> list[LinkState]:
        """The relations of one link type that end at some entities, as painted on `day`."""
        ordinals = sorted(self.ordinals(ends).values())
        pieces = [ordinals[at : at + NAMED_ORDINALS] for at in range(0, len(ordinals), NAMED_ORDINALS)]
        found = (links.links_at(self._database, cut, self._zone, day, link, targets=piece) for piece in pieces)
        return [state for states in found for state in states]

    def link_facts(
        self,
        cut: Cut,
        link: str,
        until: date,
        sources: Sequence[int] | None = None,
        targets: Sequence[int] | None = None,
        attributes: Sequence[str] = ("share",),
    ) -> pa.Table:
        """Known facts of one link type in painting order: see `links.link_facts`. `sources` and `targets` (ordinals,
        None: all) are where the links begin and end; of very many, facts of others between them come too."""
        return links.link_facts(self._database, cut, self._zone, link, until, sources, targets, attributes)

    def holding_facts(self, cut: Cut, until: date, targets: Sequence[int] | None = None) -> pa.Table:
        """Known facts of the link `owns` in painting order: see `links.holding_facts`. Of very many `targets`
        (ordinals, None: all), facts of others between them come too."""
        return links.holding_facts(self._database, cut, self._zone, until, targets)

    def stated_holdings(self, targets: Sequence[int] | None = None) -> pa.Table:
        """All that was ever stated of who owns whom: see `links.stated_holdings`."""
        return links.stated_holdings(self._database, targets)

    def restated_companies(self, since: int, newcomers: Sequence[str]) -> list[int]:
        """Whose holders may be others after the entries from `since` on: see `links.restated_companies`."""
        return links.restated_companies(self._database, since, newcomers)

    def statement(self, measure: Measure) -> int | None:
        """Which statement the measure's rows go to: one line of it holds all its measures; None: no column yet."""
        column = self._columns.of(measure)
        return None if column is None else column.statement

    def select(self, measures: Sequence[Measure], cut: Cut, window: Window) -> list[Selection]:
        """What a cut sees of `measures`, one `Selection` a statement table; without a column: none."""
        return [
            select.select(self._database, self._columns, wanted, cut, self._zone, window)
            for wanted in self._by_statement(measures)
        ]

    def readings(self, measure: Measure, cut: Cut, window: Window, grid: Grid) -> Readings | None:
        """What a cut sees of one series, quicker than `select`: see `series.readings`; None: the measure has none."""
        column = self._columns.of(measure)
        if column is None or not column.is_series:
            return None
        siblings = self._columns.inside(column.statement)
        return series.readings(self._database, column, siblings, cut, self._zone, window, grid)

    def reported_before(
        self, measures: Sequence[Measure], cut: Cut, window: Window
    ) -> list[tuple[pa.Table, Mapping[str, str]]]:
        """Whether each measure was stated before `window.first`: tables by ordinal, and the column of each measure."""
        return [
            select.reported_before(self._database, wanted, cut, self._zone, window)
            for wanted in self._by_statement(measures)
        ]

    def period_span(self, measures: Sequence[Measure], cut: Cut, window: Window) -> tuple[Period, Period] | None:
        """The first and last period with a visible row in the statement tables of `measures`, which share a frequency.

        The rows may state other measures of those tables: the span holds what is asked for, and may be wider.
        """
        spans = [
            select.span(self._database, wanted[0].lines, wanted[0].statement, cut, self._zone, window)
            for wanted in self._by_statement(measures)
        ]
        found = [span for span in spans if span is not None]
        if not found:
            return None
        frequency = measures[0].frequency
        first, last = min(first for first, _ in found), max(last for _, last in found)
        return Period(frequency, first), Period(frequency, last)

    def source_entry(
        self, entity: str, measure: str, period: Period, scope: Scope, basis: Basis, cut: Cut
    ) -> int | None:
        """The entry that states (or withdraws) this cell under the clock of `cut`; its scope and basis do not count."""
        cell = Cell(entity=entity, measure=measure, period=period, scope=scope, basis=basis)
        return self.source_entries([cell], cut)[0]

    def source_entries(self, cells: Sequence[Cell], cut: Cut) -> list[int | None]:
        """`source_entry` of many cells, in one question a statement table."""
        ordinals = entities.ordinals_of(self._database, {cell.entity for cell in cells})
        spots = [spot_of(cell, ordinals, self._columns) for cell in cells]
        kept = [spot for spot in spots if spot is not None]
        entries = iter(lookup.entries_of(self._database, kept, knowing(cut, self._zone)))
        return [None if spot is None else next(entries) for spot in spots]

    def filed(
        self, measures: Sequence[Measure], own: str | None, cut: Cut, window: tuple[int, int]
    ) -> list[tuple[dict[int, int], list[Filed]]]:
        """Who first filed when, and what is filed in a window of periods: `filed.filed` of each statement table."""
        return [
            filed.filed(self._database, wanted, own, cut, self._zone, window) for wanted in self._by_statement(measures)
        ]

    def filings(
        self, *, entity: str | None, form: str | None, before: int | None, limit: int,
        seen: tuple[Collection[str], Collection[int]] | None = None,
    ) -> Page:  # fmt: skip
        """The newest filings, of an entity, of a form, not after entry `before`. `seen`: as who sees these finds
        them, with what `entries_seen` says of those."""
        ordinal = None if entity is None else self.ordinals([entity])[entity]
        if seen is None:
            return filings.page(self._database, self._columns, ordinal, form, before, limit)
        entries = pa.table({"entry": pa.array(seen[1], pa.int64())})
        with sights.seeing(self._database, seen[0]), self._database.given("seen_filing", entries):
            return filings.page(self._database, self._columns, ordinal, form, before, limit, is_cut=True)

    def entries_seen(self, ids: Collection[str], since: int = 0) -> list[int]:
        """The filings from an entry on of which who sees these entities sees a row: see `sight.entries_seen`."""
        with sights.seeing(self._database, ids):
            return sights.entries_seen(self._database, self._columns, since)

    def rows_seen(self, ids: Collection[str], entries: Collection[int]) -> dict[int, int]:
        """How many rows of these filings who sees these entities sees: see `sight.rows_seen`."""
        with sights.seeing(self._database, ids):
            return sights.rows_seen(self._database, self._columns, entries)

    def filing(self, entry: int) -> Filing | None:
        """The filing that is a ledger entry."""
        return filings.of_entry(self._database, entry)

    def filings_of(self, digest: str) -> list[Filing]:
        """The filings of exactly the bytes with this SHA-256 (hex), oldest first."""
        return filings.of_digest(self._database, digest)

    def overlaps(self, entry: int, ids: Collection[str] | None = None) -> list[tuple[int, int]]:
        """(other entry, number) of the filings that name the same cells: see `filings.overlaps`; `ids`: as who sees
        these entities finds them."""
        if ids is None:
            return filings.overlaps(self._database, self._columns, entry)
        with sights.seeing(self._database, ids):
            return filings.overlaps(self._database, self._columns, entry, is_cut=True)

    def known(self, *, proven: bool = False, among: Sequence[int] | None = None) -> Known:
        """When all that is filed, or what is of the entities `among` them (by ordinal), became known, in the space's
        time zone: see `known.known`."""
        lines = sorted({column.lines for column in self._columns.all()})
        return known(self._database, lines, self._zone, proven=proven, among=among)

    def names_stated(self, since: int) -> list[tuple[str, str]]:
        """(id, name) of every name that entries from one on state of an entity, on whatever day."""
        return entities.names_stated(self._database, since)

    def digests(self) -> dict[str, str]:
        """SHA-256 in hex of every table, over its rows in the order of their keys."""
        with self.snapshot():
            return digest.digests(self._database, self._columns)

    def _by_statement(self, measures: Iterable[Measure]) -> list[list[Column]]:
        found: dict[int, list[Column]] = {}
        for measure in measures:
            column = self._columns.of(measure)
            if column is not None:
                found.setdefault(column.statement, []).append(column)
        return list(found.values())
