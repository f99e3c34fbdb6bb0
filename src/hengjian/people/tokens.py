"""Tokens by which programs ask in a person's name: a random secret that is shown once, and its hash in `people.db`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from hengjian.model.issue import Issue
from hengjian.people.accounts import MINUTE, Accounts
from hengjian.people.roles import Action
from hengjian.people.secret import digest, new_secret

#: By which scanners of source code find one that was left there.
PREFIX = "hj_"
LONGEST_DAYS = 365
LONGEST_LABEL = 100
#: A person has so many at most.
EACH = 50
#: The last use is noted no oftener.
_NOTED = 10 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token, without its secret: whose it is, what for, the actions that it is good for; times in microseconds."""

    id: str
    person: str
    label: str
    scope: frozenset[Action]
    created: int
    expires: int
    used: int | None = None

    def has_ended(self, moment: int) -> bool:
        """Whether it is good no more."""
        return moment >= self.expires


def faults(label: str, scope: Iterable[str], days: object) -> list[Issue]:
    """Why a token cannot be issued so."""
    known, told = get_args(Action), list(scope)
    listed = f"actions are {', '.join(known)}"
    found = [_fault(f"no action is called {one!r}", listed) for one in told if one not in known]
    if not label.strip() or len(label) > LONGEST_LABEL or not label.isprintable():
        found.append(_fault(f"a token has a label of at most {LONGEST_LABEL} characters", "say what it is for"))
    if not told:
        found.append(_fault("a token is good for one action at least", listed))
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST_DAYS:
        found.append(_fault(f"a token is good for 1 to {LONGEST_DAYS} days", "issue a new one when it has ended"))
    return found


def _fault(message: str, hint: str) -> Issue:
    return Issue(place=None, message=message, hint=hint)


def issue(accounts: Accounts, token: Token) -> str:
    """Keep a new token; its secret, which is nowhere else."""
    secret = new_secret(PREFIX)
    _sweep(accounts)
    with accounts.changing() as db:
        db.execute(
            "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                token.id, digest(secret), token.person, token.label, json.dumps(sorted(token.scope)),
                token.created, token.expires,
            ),
        )  # fmt: skip
    return secret


def find(accounts: Accounts, secret: str) -> Token | None:
    """The token of a secret; None where there is none or it has ended. Its use is noted."""
    key, moment = digest(secret), accounts.clock()
    rows = accounts.rows(f"SELECT {_COLUMNS} FROM token WHERE digest = ?", key)
    if not rows:
        return None
    found = _token(rows[0])
    if found.has_ended(moment):
        _sweep(accounts)
        return None
    if found.used is None or abs(moment - found.used) >= _NOTED:
        with accounts.changing() as db:
            db.execute("UPDATE token SET used = ? WHERE digest = ?", (moment, key))
    return found


def of_person(accounts: Accounts, person: str | None) -> list[Token]:
    """The tokens of a person (None: of everybody) that are good still, in the order in which they were issued."""
    _sweep(accounts)
    where, values = ("", ()) if person is None else ("WHERE person = ?", (person,))
    return [_token(row) for row in accounts.rows(f"SELECT {_COLUMNS} FROM token {where} ORDER BY id", *values)]


def end(accounts: Accounts, name: str) -> None:
    """End a token."""
    with accounts.changing() as db:
        db.execute("DELETE FROM token WHERE id = ?", (name,))


def _sweep(accounts: Accounts) -> None:
    """Remove what has ended, whose time a clock must not bring back."""
    moment = accounts.clock()
    if accounts.rows("SELECT 1 FROM token WHERE expires <= ? LIMIT 1", moment):
        with accounts.changing() as db:
            db.execute("DELETE FROM token WHERE expires <= ?", (moment,))


def _token(row: tuple[str, str, str, str, int, int, int | None]) -> Token:
    name, person, label, scope, created, expires, used = row
    return Token(
        id=name, person=person, label=label, scope=frozenset(json.loads(scope)), created=created, expires=expires,
        used=used,
    )  # fmt: skip


_COLUMNS = "id, person, label, scope, created, expires, used"
