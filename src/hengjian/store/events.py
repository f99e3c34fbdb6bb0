"""Events: what happened to something that is followed, one JSON record an entry, such as an alert or a case.

Each record says the whole state after it, so that the latest one of a topic is what holds now.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from hengjian.ledger.clock import microseconds
from hengjian.model.cut import KnownAt
from hengjian.store.database import Database

_COLUMNS = "topic, entry, recorded, record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a topic: its ledger entry, recorded time (UTC microseconds), and record (canonical JSON)."""

    topic: str
    entry: int
    recorded: int
    record: str


def note(database: Database, kind: str, event: Event) -> None:
    """Append one event; needs a transaction."""
    row = (event.entry, event.recorded, kind, event.topic, event.record)
    database.run("INSERT INTO event VALUES (?, ?, ?, ?, ?)", row)


def note_all(database: Database, events: Sequence[tuple[str, Event]]) -> None:
    """Append events, each with its kind; needs a transaction."""
    columns: dict[str, list[object]] = {
        "entry": [one.entry for _, one in events], "recorded": [one.recorded for _, one in events],
        "kind": [kind for kind, _ in events], "topic": [one.topic for _, one in events],
        "record": [one.record for _, one in events],
    }  # fmt: skip
    with database.given("noted_events", pa.table(columns)):
        database.run("INSERT INTO event SELECT entry, recorded, kind, topic, record FROM noted_events")


def history(database: Database, kind: str, topic: str) -> list[Event]:
    """Every event of one topic, in the order of the ledger."""
    return _events(database, f"SELECT {_COLUMNS} FROM event WHERE kind = ? AND topic = ? ORDER BY entry", (kind, topic))


def latest(
    database: Database, kind: str, topics: Sequence[str] | None = None, known_at: KnownAt | None = None,
    *, begun_by: Sequence[str] | None = None,
) -> list[Event]:  # fmt: skip
    """The latest known event of each topic (None: of all; `begun_by`: of those that begin with any of these texts), in
    the order of the ledger."""
    known = "true"
    if known_at is not None and known_at.entries is not None:
        known = f"entry < {known_at.entries}"
    elif known_at is not None and known_at.moment is not None:
        known = f"recorded <= {microseconds(known_at.moment)}"
    query = (
        f"SELECT {_COLUMNS} FROM event WHERE kind = ? AND {known} %s"
        " QUALIFY entry = max(entry) OVER (PARTITION BY topic) ORDER BY entry"
    )
    if begun_by is not None:
        begins = " OR ".join(["starts_with(topic, ?)"] * len(begun_by)) or "false"
        return _events(database, query % f"AND ({begins})", (kind, *begun_by))
    if topics is None:
        return _events(database, query % "", (kind,))
    with database.given("asked_topics", pa.table({"topic": pa.array(topics, pa.string())})):
        return _events(database, query % "AND topic IN (SELECT topic FROM asked_topics)", (kind,))


def newest(
    database: Database, kinds: Sequence[str], *, topic: str | None, before: int | None, limit: int
) -> list[tuple[str, Event]]:
    """The newest events of some kinds, latest first, each with its kind: of a topic, of entries up to `before` (None:
    all)."""
    conditions = [f"kind IN ({', '.join('?' * len(kinds))})"]
    values: list[object] = [*kinds]
    if topic is not None:
        conditions.append("topic = ?")
        values.append(topic)
    if before is not None:
        conditions.append(f"entry <= {before:d}")
    rows = database.rows(
        f"SELECT kind, {_COLUMNS} FROM event WHERE {' AND '.join(conditions)} ORDER BY entry DESC LIMIT {limit:d}",
        tuple(values),
    )
    return [(kind, Event(topic=said, entry=at, recorded=when, record=text)) for kind, said, at, when, text in rows]


def parts(database: Database, kind: str, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Of every event of a kind, in the order of the ledger, its topic and some texts of its record by name ("" where
    there is none): without reading the whole of each."""
    wanted = ", ".join(f"coalesce(json_extract_string(record, '$.{name}'), '')" for name in names)
    return database.rows(f"SELECT topic, {wanted} FROM event WHERE kind = ? ORDER BY entry", (kind,))


def _events(database: Database, query: str, values: tuple[object, ...]) -> list[Event]:
    rows = database.rows(query, values)
    return [
        Event(topic=topic, entry=entry, recorded=recorded, record=record) for topic, entry, recorded, record in rows
    ]
