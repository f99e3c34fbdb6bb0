"""Sessions: a random secret in the reader's cookie, its hash in `people.db`, and an end that no cookie puts off."""

from dataclasses import dataclass

from hengjian.people.accounts import HOUR, MINUTE, SKEW, Accounts
from hengjian.people.actor import Proof
from hengjian.people.secret import derived, digest, new_secret

#: A session ends so long after it began, and so long after it was last used.
LONGEST = 8 * HOUR
IDLE = 60 * MINUTE
#: The last use is noted no oftener.
_NOTED = MINUTE
#: A person has so many at most; the one that was used longest ago gives way.
EACH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session. `name` tells it from others of the person and opens nothing; times in microseconds."""

    name: str
    person: str
    proof: Proof
    address: str
    created: int
    used: int

    @property
    def ends(self) -> int:
        """When it ends if it is used no more."""
        return min(self.created + LONGEST, self.used + IDLE)

    def has_ended(self, moment: int) -> bool:
        """Whether it is over. A clock that was set back ends it too: nobody can tell any more how old it is."""
        return moment >= self.ends or moment < max(self.created, self.used) - SKEW


def name_of(key: bytes) -> str:
    """What tells a session from others, by its hash."""
    return key[:6].hex()


def csrf_of(secret: str) -> str:
    """What the forms of a session carry: it follows from the session's secret, and is kept nowhere."""
    return derived(secret, "csrf")


def begin(accounts: Accounts, person: str, proof: Proof, address: str, before: str | None = None) -> str:
    """A new session's secret, random whatever the reader brought along; `before`, their last one, ends."""
    secret, moment = new_secret(), accounts.clock()
    with accounts.changing() as db:
        if before is not None:
            db.execute("DELETE FROM session WHERE digest = ?", (digest(before),))
        db.execute(
            "DELETE FROM session WHERE digest IN "
            "(SELECT digest FROM session WHERE person = ? ORDER BY used DESC, created DESC LIMIT -1 OFFSET ?)",
            (person, EACH - 1),
        )
        values = (digest(secret), person, proof, address, moment, moment)
        db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)", values)
    sweep(accounts)
    return secret


def find(accounts: Accounts, secret: str, *, noted: bool = True) -> Session | None:
    """The session of a secret; None where there is none or it has ended, which is for good. Its use is `noted`."""
    key, moment = digest(secret), accounts.clock()
    rows = accounts.rows(f"SELECT {_COLUMNS} FROM session WHERE digest = ?", key)
    if not rows:
        return None
    found = _session(rows[0])
    if found.has_ended(moment):
        sweep(accounts)
        return None
    if noted and moment >= found.used + _NOTED:
        with accounts.changing() as db:
            db.execute("UPDATE session SET used = max(used, ?) WHERE digest = ?", (moment, key))
    return found


def end(accounts: Accounts, secret: str) -> Session | None:
    """Sign out; which session it was."""
    with accounts.changing() as db:
        rows = db.execute(f"DELETE FROM session WHERE digest = ? RETURNING {_COLUMNS}", (digest(secret),)).fetchall()
    return _session(rows[0]) if rows else None


def end_all(accounts: Accounts, person: str) -> int:
    """Sign a person out everywhere; how many sessions that were."""
    with accounts.changing() as db:
        return db.execute("DELETE FROM session WHERE person = ?", (person,)).rowcount


def of_person(accounts: Accounts, person: str) -> list[Session]:
    """The sessions of a person, the newest first."""
    sweep(accounts)
    rows = accounts.rows(f"SELECT {_COLUMNS} FROM session WHERE person = ? ORDER BY created DESC, digest", person)
    return [_session(row) for row in rows]


def sweep(accounts: Accounts) -> None:
    """Remove what has ended, whose time a clock must not bring back."""
    moment = accounts.clock()
    ended = "created <= ? OR used <= ? OR max(created, used) > ?"
    limits = (moment - LONGEST, moment - IDLE, moment + SKEW)
    if accounts.rows(f"SELECT 1 FROM session WHERE {ended} LIMIT 1", *limits):
        with accounts.changing() as db:
            db.execute(f"DELETE FROM session WHERE {ended}", limits)


_COLUMNS = "digest, person, proof, address, created, used"


def _session(row: tuple[bytes, str, Proof, str, int, int]) -> Session:
    key, person, proof, address, created, used = row
    return Session(
        name=name_of(key), person=person, proof=proof, address=address, created=created, used=used
    )  # fmt: skip
