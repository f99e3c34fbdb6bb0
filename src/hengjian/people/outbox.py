"""`outbox.db`, beside the journal: what is to be told to whom, until it was.

What stands here is no truth of the ledger: it names entries, persons and channels, and holds no text and no secret.
`mark` says how far the ledger was looked through, and moves in one transaction with what was found there, so that a
crash loses nothing and tells nothing anew. Several threads and processes may send at a time: who sends a delivery has
a lease on it.
"""

import json
import os
import random
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from hengjian.ledger.clock import Clock, now
from hengjian.model.issue import Failure
from hengjian.people.privatefile import connected, create_private, prepare, transaction

FILE = "outbox.db"
APPLICATION_ID = 0x48656E6F  # "Heno"
VERSION = 1
SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
#: So long who sends a delivery has it for themselves.
LEASE = 120 * SECOND
#: What is found in so long makes one message of somebody.
GATHERING = 1 * SECOND
#: After this many tries a delivery is given up; waits double from the first to the longest.
MOST_TRIES = 16
FIRST_WAIT, LONGEST_WAIT = 30 * SECOND, 6 * 3600 * SECOND
#: One message tells of so many events; what is more goes into the next.
A_MESSAGE = 200
#: What was sent is listed for so long.
KEPT = 90 * DAY
_LONGEST_ERROR = 300
#: So many senders at most have a lease at a time.
_AT_ONCE = 100

State = Literal["pending", "sent", "dead", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE told (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE delivery (id TEXT PRIMARY KEY, channel TEXT NOT NULL, person TEXT, events TEXT NOT NULL,
    created INTEGER NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, next INTEGER NOT NULL, owner TEXT,
    lease INTEGER NOT NULL, error TEXT NOT NULL, done INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (state, channel, next);
CREATE INDEX delivery_created ON delivery (created)
"""
_COLUMNS = "id, channel, person, events, created, state, tries, next, error, done"

#: What is told of, as JSON: {"entry": 12} of the ledger, or {"overdue": "C000012", "due": "2026-03-31"}.
Told = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient. `id` stays the same however often it is tried. Times in microseconds: `next` is
    when it is tried next, `done` when it was sent or given up."""

    id: str
    channel: str
    person: str | None
    events: tuple[Told, ...]
    created: int
    state: State
    tries: int
    next: int
    error: str
    done: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one recipient (`person` None: the channel itself) is to be told of by one channel. `key`: of what no entry
    tells, so that it is told once."""

    channel: str
    person: str | None
    event: Told
    key: str | None = None


class Outbox:
    """The open file. `clock` gives the present moment in microseconds; `jitter` a factor for a wait."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, clock: Clock = now,
        jitter: Callable[[], float] = lambda: random.uniform(0.8, 1.2),
    ) -> None:  # fmt: skip
        self.path = path
        self.clock = clock
        self._jitter = jitter
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, clock: Clock = now) -> "Outbox":
        """Open the file, or make it; nobody but its owner may read it from the first byte on."""
        with _told(path):
            create_private(path)
            connection = connected(path)
            try:
                with transaction(connection):
                    found = prepare(connection, _SCHEMA, (APPLICATION_ID, VERSION))
                    if found is not None:
                        raise Failure(
                            f"{path} is no outbox of version {VERSION}: it says {found[0]:#x}, version {found[1]}",
                            "a newer space needs a newer program",
                        )
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, clock)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> "Outbox":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def mark(self) -> int | None:
        """How many entries of the ledger were looked through; None where none were yet."""
        found = self._setting("mark")
        return None if found is None else int(found)

    @property
    def day(self) -> str | None:
        """The last day, as ISO 8601, of which deadlines were looked at."""
        return self._setting("day")

    def begin(self, mark: int) -> None:
        """Look the ledger through from an entry on: what stands before it is told to nobody."""
        with self._changing() as db:
            db.execute("INSERT OR IGNORE INTO setting VALUES ('mark', ?)", (str(mark),))

    def forget(self) -> None:
        """Nobody is told of anything from now on, until the next `begin`."""
        with self._changing() as db:
            db.execute("DELETE FROM setting WHERE name IN ('mark', 'day')")

    def take_in(self, before: int, after: int, found: Iterable[Found], *, day: str | None = None) -> bool:
        """What was found in the entries from `before` up to `after`, and by the deadlines of a `day`; False where
        somebody else has taken it in meanwhile, and nothing was done."""
        with self._changing() as db:
            if _setting(db, "mark") != str(before):
                return False
            moment = self.clock()
            for (channel, person), events in _by_recipient(db, found).items():
                self._enqueue(db, channel, person, events, moment)
            _set(db, "mark", str(after))
            if day is not None:
                _set(db, "day", day)
                db.execute("DELETE FROM delivery WHERE state IN ('sent', 'withdrawn') AND done < ?", (moment - KEPT,))
        return True

    def _enqueue(
        self, db: sqlite3.Connection, channel: str, person: str | None, events: Sequence[Told], moment: int
    ) -> None:
        """Add events to the message that is being gathered for a recipient, or begin another."""
        waiting = db.execute(
            "SELECT id, events FROM delivery WHERE state = 'pending' AND tries = 0 AND owner IS NULL AND channel = ? "
            "AND person IS ? AND json_array_length(events) < ? ORDER BY created, id LIMIT 1",
            (channel, person, A_MESSAGE),
        ).fetchone()
        held = [] if waiting is None else json.loads(waiting[1])
        rest = list(events)
        if waiting is not None:
            room = A_MESSAGE - len(held)
            db.execute("UPDATE delivery SET events = ? WHERE id = ?", (json.dumps(held + rest[:room]), waiting[0]))
            rest = rest[room:]
        for first in range(0, len(rest), A_MESSAGE):
            part = json.dumps([dict(one) for one in rest[first : first + A_MESSAGE]])
            values = (os.urandom(16).hex(), channel, person, part, moment, moment + GATHERING)
            db.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, 'pending', 0, ?, NULL, 0, '', NULL)", values)

    def claim(self, channel: str, owner: str, lives: Callable[[str], bool]) -> Delivery | None:
        """The delivery of a channel that is to be tried next, leased to `owner`, and counted as tried; None where none
        is due. A lease of somebody who no longer `lives` is free.

        A clock that was set back delays nothing for longer than the longest wait, nor a lease for longer than a lease.
        """
        with self._changing() as db:
            moment = self.clock()
            db.execute(
                "UPDATE delivery SET next = ? WHERE state = 'pending' AND next > ?",
                (moment, moment + int(LONGEST_WAIT * 1.3)),
            )
            db.execute("UPDATE delivery SET lease = ? WHERE state = 'pending' AND lease > ?", (moment + LEASE,) * 2)
            waiting = db.execute(
                f"SELECT {_COLUMNS}, owner, lease FROM delivery WHERE state = 'pending' AND channel = ? AND next <= ? "
                "ORDER BY next, id LIMIT ?",
                (channel, moment, _AT_ONCE),
            ).fetchall()
            free = [row for row in waiting if row[-2] is None or row[-1] <= moment or not lives(row[-2])]
            if not free:
                return None
            row = free[0][:-2]
            db.execute(
                "UPDATE delivery SET owner = ?, lease = ?, tries = tries + 1 WHERE id = ?",
                (owner, moment + LEASE, row[0]),
            )
        return replace(_delivery(row), tries=row[6] + 1)

    def sent(self, name: str) -> None:
        """A delivery was acknowledged, whoever sent it: it is not sent again."""
        self._end(name, "sent", "")

    def withdrawn(self, name: str, reason: str) -> None:
        """A delivery that nobody is to be told any more."""
        self._end(name, "withdrawn", reason)

    def _end(self, name: str, state: State, error: str) -> None:
        with self._changing() as db:
            db.execute(
                "UPDATE delivery SET state = ?, done = ?, owner = NULL, error = ? WHERE id = ?",
                (state, self.clock(), error[:_LONGEST_ERROR], name),
            )

    def failed(self, one: Delivery, owner: str, error: str, *, is_final: bool = False) -> None:
        """A try came to nothing: it is tried again after a wait, or given up, at once where it `is_final`."""
        moment, wait = self.clock(), min(FIRST_WAIT << min(one.tries - 1, 30), LONGEST_WAIT)
        is_dead = is_final or one.tries >= MOST_TRIES
        with self._changing() as db:
            db.execute(
                "UPDATE delivery SET state = ?, next = ?, owner = NULL, lease = 0, error = ?, done = ? "
                "WHERE id = ? AND owner = ? AND state = 'pending'",
                (
                    "dead" if is_dead else "pending", moment + int(wait * self._jitter()), error[:_LONGEST_ERROR],
                    moment if is_dead else None, one.id, owner,
                ),
            )  # fmt: skip

    def retry(self, name: str | None) -> int:
        """Try a delivery that was given up or waits (None: all that were given up) again now; how many there are."""
        chosen = "state = 'dead'" if name is None else "id = ? AND state IN ('dead', 'pending') AND owner IS NULL"
        with self._changing() as db:
            values = () if name is None else (name,)
            query = f"UPDATE delivery SET state = 'pending', tries = 0, next = ?, done = NULL WHERE {chosen}"
            return db.execute(query, (self.clock(), *values)).rowcount

    def one(self, name: str) -> Delivery | None:
        """A delivery by its id."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM delivery WHERE id = ?", name)
        return _delivery(rows[0]) if rows else None

    def listed(self, state: str | None, *, before: int | None, limit: int) -> list[Delivery]:
        """Deliveries in a state (None: any), the newest first; those created before a moment."""
        query = f"SELECT {_COLUMNS} FROM delivery WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR created < ?2)"
        rows = self._rows(f"{query} ORDER BY created DESC, id LIMIT ?3", state, before, limit)
        return [_delivery(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many deliveries there are in each state."""
        found = dict(self._rows("SELECT state, count(*) FROM delivery GROUP BY state"))
        return {state: found.get(state, 0) for state in STATES}

    def due(self, channel: str) -> int | None:
        """When the next delivery of a channel is to be tried, in microseconds; None where none waits."""
        query = "SELECT min(max(next, lease)) FROM delivery WHERE state = 'pending' AND channel = ?"
        found: int | None = self._rows(query, channel)[0][0]
        return found

    def _setting(self, name: str) -> str | None:
        with self._lock, _told(self.path):
            return _setting(self._connection, name)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, _told(self.path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _told(self.path), transaction(self._connection):
            yield self._connection


def _setting(db: sqlite3.Connection, name: str) -> str | None:
    found = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if found is None else str(found[0])


def _set(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def _by_recipient(db: sqlite3.Connection, found: Iterable[Found]) -> dict[tuple[str, str | None], list[Told]]:
    """The events by recipient, without those whose key was told before; a key counts for all recipients at once."""
    by: dict[tuple[str, str | None], list[Told]] = {}
    fresh: dict[str, bool] = {}
    for one in found:
        if one.key is not None and one.key not in fresh:
            fresh[one.key] = db.execute("INSERT OR IGNORE INTO told VALUES (?)", (one.key,)).rowcount > 0
        if one.key is None or fresh[one.key]:
            by.setdefault((one.channel, one.person), []).append(one.event)
    return by


def _delivery(row: Sequence[Any]) -> Delivery:
    name, channel, person, events, created, state, tries, upcoming, error, done = row
    return Delivery(
        id=name, channel=channel, person=person, events=tuple(json.loads(events)), created=created, state=state,
        tries=tries, next=upcoming, error=error, done=done,
    )  # fmt: skip


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the disk or SQLite cannot do is told as a Failure."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Failure(f"the outbox in {path} cannot be used: {error}", "check the disk and its permissions") from None
