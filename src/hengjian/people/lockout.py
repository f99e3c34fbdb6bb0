"""Wrong passwords make whoever tries wait: each name, and each address that attempts come from.

A name that nobody has is counted like any other, so that waiting tells nothing of who is enrolled. An attempt is
counted before its password is looked at, and forgiven when it was right: many at once gain nothing.
"""

import hmac
import sqlite3
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Literal

from hengjian.people.accounts import DAY, HOUR, MINUTE, SKEW, Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """After `free` failures one waits; all are forgotten `memory` microseconds after the last one."""

    free: int
    memory: int

    def wait(self, count: int) -> int:
        """How long to wait after so many failures, in microseconds: a minute, doubling, up to an hour."""
        if count < self.free:
            return 0
        return min(FIRST << min(count - self.free, 32), LONGEST)


FIRST = MINUTE
LONGEST = HOUR
NAME = Policy(free=5, memory=DAY)
#: Many people of one office come from one address.
ADDRESS = Policy(free=50, memory=HOUR)
#: So many names, and so many addresses, are remembered; the one that failed longest ago gives way.
ROWS = 10_000

Kind = Literal["name", "address"]
_POLICIES: dict[Kind, Policy] = {"name": NAME, "address": ADDRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Failures of one name or address: how many, when the last one, until when to wait (microseconds)."""

    kind: Kind
    key: bytes
    count: int
    last: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to sign in. `barred`: it does not count, by the name or the address, for `wait` more microseconds.
    Else it counts as a failure until it is forgiven; `failures` of the name, and `wait` after them; the counts of name
    and address `before` and `after` it."""

    barred: Kind | None
    wait: int
    failures: int
    before: tuple[Count, ...] = ()
    after: tuple[Count, ...] = ()


def begin_attempt(accounts: Accounts, name: str, address: str | None) -> Attempt:
    """Count one attempt, or tell how long to wait. `address` None: only the name counts."""
    moment = accounts.clock()
    with accounts.changing() as db:
        _forget(db, moment)
        before, after = [], []
        if address is not None:
            at = _read(db, "address", _key(accounts, network(address)), moment)
            if at.until > moment:
                return Attempt(barred="address", wait=at.until - moment, failures=at.count)
            before.append(at)
            after.append(_one_more(db, at, moment))  # attempts at a locked name take time too
        by = _read(db, "name", _key(accounts, name), moment)
        if by.until > moment:
            return Attempt(barred="name", wait=by.until - moment, failures=by.count)
        by_next = _one_more(db, by, moment)
    return Attempt(
        barred=None, wait=by_next.until - moment, failures=by_next.count, before=(*before, by), after=(*after, by_next)
    )  # fmt: skip


def forgive(accounts: Accounts, attempt: Attempt) -> None:
    """The password was right: the failures of the name are forgotten, and this one of the address."""
    with accounts.changing() as db:
        for before, after in zip(attempt.before, attempt.after, strict=True):
            where = (after.kind, after.key)
            if after.kind == "name":
                db.execute("DELETE FROM failure WHERE kind = ? AND key = ?", where)
            else:  # a wait that another attempt led to stays
                db.execute(
                    "UPDATE failure SET count = max(count - 1, 0), until = CASE until WHEN ? THEN ? ELSE until END "
                    "WHERE kind = ? AND key = ?",
                    (after.until, before.until, *where),
                )


def clear(accounts: Accounts, name: str) -> None:
    """Forget the failures of a name: somebody who may has given it a new password."""
    with accounts.changing() as db:
        db.execute("DELETE FROM failure WHERE kind = 'name' AND key = ?", (_key(accounts, name),))


def network(address: str) -> str:
    """What is counted as one address: an IPv4 address; of IPv6 the network of 64 bits that one subscriber has."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def _key(accounts: Accounts, text: str) -> bytes:
    """A name or an address as it is kept: a name that nobody has may be a password in the wrong field."""
    return hmac.digest(accounts.key(), text.encode("utf-8", "surrogatepass"), "sha256")[:16]


def _read(db: sqlite3.Connection, kind: Kind, key: bytes, moment: int) -> Count:
    row = db.execute("SELECT count, last, until FROM failure WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    return Count(kind=kind, key=key, count=0, last=moment, until=0) if row is None else Count(
        kind=kind, key=key, count=row[0], last=row[1], until=row[2]
    )  # fmt: skip


def _one_more(db: sqlite3.Connection, one: Count, moment: int) -> Count:
    count = one.count + 1
    wait = _POLICIES[one.kind].wait(count)
    after = Count(kind=one.kind, key=one.key, count=count, last=moment, until=moment + wait)
    values = (after.kind, after.key, after.count, after.last, after.until)
    db.execute("INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?, ?)", values)
    return after


def _forget(db: sqlite3.Connection, moment: int) -> None:
    """Remove what is old, what is too many, and mend what a clock that was set back left in the future."""
    for kind, policy in _POLICIES.items():
        db.execute(
            "DELETE FROM failure WHERE kind = ? AND last <= ? AND until <= ?", (kind, moment - policy.memory, moment)
        )
        for key, count in db.execute(
            "SELECT key, count FROM failure WHERE kind = ? AND last > ?", (kind, moment + SKEW)
        ).fetchall():
            values = (moment, moment + policy.wait(count), kind, key)
            db.execute("UPDATE failure SET last = ?, until = ? WHERE kind = ? AND key = ?", values)
        (rows,) = db.execute("SELECT count(*) FROM failure WHERE kind = ?", (kind,)).fetchone()
        if rows >= ROWS:
            db.execute(
                "DELETE FROM failure WHERE kind = ?1 AND key IN "
                "(SELECT key FROM failure WHERE kind = ?1 ORDER BY until > ?2, last LIMIT ?3)",
                (kind, moment, rows - ROWS + 1),
            )
