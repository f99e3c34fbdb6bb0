"""Signing in and out, passwords: `sign_in`, `visitor`, `session_for`, `sign_out`, `sign_out_everywhere`, `sessions`,
`set_password`, `change_password`.

What is secret stands in `people.db`, as hashes; that an account was changed is an entry, made before the change.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from hengjian.app.accountentries import enter_change, enter_lock
from hengjian.app.apart import Access
from hengjian.app.desk import Desk
from hengjian.app.enrol import must_be_there, must_cover
from hengjian.app.persons import known_person
from hengjian.app.standing import standing_of
from hengjian.app.wire import Answer
from hengjian.ledger.clock import rfc3339
from hengjian.model.issue import Failure, Issue, Refused, forbid, refuse
from hengjian.people import Actor, Person, tokens
from hengjian.people import sessions as kept_sessions
from hengjian.people.accounts import SECOND, Accounts, Credential
from hengjian.people.lockout import Attempt, begin_attempt, clear, forgive, network
from hengjian.people.password import Hasher, faults, generated
from hengjian.people.secret import digest

#: No name, address or session is longer.
_READ = 200


@cache
def _hasher() -> Hasher:
    return Hasher()


def sign_in(access: Access, question: Mapping[str, Any], *, hasher: Hasher | None = None) -> Answer:
    """A session for `person` by `password`, from `address`; `session`, one that the reader had before, ends.

    Whatever is wrong (the name, the password, a closed account, none at all) is one refusal, and costs one
    verification. So does a name that is locked; an address that is locked is refused at once, for it knows that itself.
    """
    hasher = hasher or _hasher()
    name, password, address = _name(question), str(question.get("password") or ""), _text(question, "address")
    accounts = access.enter(lambda desk: desk.accounts())
    attempt = begin_attempt(accounts, name, address)
    if attempt.barred == "address":
        raise _waiting(attempt)
    kept = accounts.credential(name)
    fits = hasher.fits(password, None if kept is None else kept.hash)
    if attempt.barred is not None:
        raise _waiting(attempt)

    def begin(desk: Desk) -> tuple[bool, str | None]:
        is_person = _open_person(desk, name) is not None
        # alone with the desk: a password that was set meanwhile is another
        if not (is_person and fits and kept is not None and accounts.credential(name) == kept):
            return is_person, None
        return True, kept_sessions.begin(accounts, name, "password", address, _session(question))

    is_person, secret = access.enter(begin)
    if secret is None or kept is None:
        _after_failure(access, name if is_person else None, attempt, network(address))
        raise refuse("the name or the password is wrong", "type both again; an administrator can set a new password")
    forgive(accounts, attempt)
    if hasher.is_outdated(kept.hash):
        accounts.renew_hash(name, kept.hash, hasher.hashed(password))
    return _begun(secret, name, kept)


def session_for(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A session for a person whom single sign-on vouches for: `who` says it, which only this very process can put into
    a question; `address` and `session` as for `sign_in`."""
    if question.get("who") is not desk.actor or desk.actor.person is None or desk.actor.proof != "single sign-on":
        raise Failure("only single sign-on may ask for a session", "this is a mistake of ours; please report it")
    before = question.get("session")
    secret = kept_sessions.begin(
        desk.accounts(),
        desk.actor.person,
        "single sign-on",
        _text(question, "address"),
        None if before is None else str(before),
    )
    return _begun(secret, desk.actor.person, None)


def visitor(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Whose `session` it is, if anybody's; whether one can sign in here at all (`offered`), and must (`required`).

    Once there are persons one must, also when all are closed: an administrator who closes them opens nothing by it.
    With `unnoted` a session is not used by being asked for: it ends as if it was not.
    """
    is_offered = bool(standing_of(desk).persons)
    known = {"required": is_offered and desk.config.sign_in_required, "offered": is_offered}
    nobody = {"person": None, "name": None, "csrf": None, "proof": None, "must_change": False}
    secret = _session(question)
    if secret is None:
        return known | nobody
    accounts = desk.accounts()
    found = kept_sessions.find(accounts, secret, noted=not question.get("unnoted"))
    person = None if found is None else _open_person(desk, found.person)
    if found is None or person is None:
        return known | nobody
    kept = accounts.credential(found.person) if found.proof == "password" else None
    return known | {
        "person": person.person, "name": person.name, "csrf": kept_sessions.csrf_of(secret), "proof": found.proof,
        "must_change": kept is not None and kept.must_change,
    }  # fmt: skip


def sign_out(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """End a `session`, if it is one."""
    secret = _session(question)
    return {"ended": secret is not None and kept_sessions.end(desk.accounts(), secret) is not None}


def sign_out_everywhere(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """End all sessions of oneself, or of a `person` whose account one administers."""
    person = whose(desk, question)
    must_be_there(desk)
    if person is None:
        raise refuse("nobody is named", "name the person")
    accounts = desk.accounts()
    count = len(kept_sessions.of_person(accounts, person))
    receipt = enter_change(desk, person, {"change": "signed_out_everywhere", "sessions": count})
    return {"person": person, "sessions": kept_sessions.end_all(accounts, person), **receipt}


def sessions(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One's own sessions, or those of a `person` whose account one administers; `session` is the `present` one."""
    person = whose(desk, question)
    if person is None:
        raise refuse("nobody is named", "name the person")
    own = _session(question)
    present = None if own is None else kept_sessions.name_of(digest(own))
    return {
        "sessions": [
            {
                "id": one.name, "person": one.person, "proof": one.proof, "address": one.address,
                "created": rfc3339(one.created), "used": rfc3339(one.used), "ends": rfc3339(one.ends),
                "present": one.name == present,
            }
            for one in kept_sessions.of_person(desk.accounts(), person)
        ]
    }  # fmt: skip


def set_password(access: Access, question: Mapping[str, Any], *, hasher: Hasher | None = None) -> Answer:
    """A new password for a `person` whose account one administers: `password`, else one that is made and told.

    It must be changed at the first sign-in; only the operator may say otherwise (`must_change` false). All sessions
    and tokens of the person end.
    """
    hasher = hasher or _hasher()
    name = _name(question)

    def allowed(desk: Desk) -> tuple[Accounts, bool]:
        must_be_there(desk)
        known_person(desk, name)
        if desk.actor.person is not None:
            if desk.actor.person == name:
                raise forbid("nobody sets their own password so", "change it, by the one that you have")
            must_cover(desk, name)
        return desk.accounts(), desk.actor.person is not None or question.get("must_change") is not False

    accounts, must_change = access.enter(allowed)
    told = question.get("password")
    password = generated() if told is None else str(told)
    _check(faults(password, name))
    hashed = hasher.hashed(password)

    def enter(desk: Desk) -> Answer:
        allowed(desk)
        ended = [one.id for one in tokens.of_person(accounts, name)]
        record = {"change": "password_set", "must_change": must_change, "tokens_ended": ended}
        receipt = enter_change(desk, name, record)
        accounts.set_hash(name, hashed, must_change=must_change)
        kept_sessions.end_all(accounts, name)
        for one in ended:
            tokens.end(accounts, one)
        clear(accounts, name)
        return receipt

    return {"person": name, "password": password if told is None else None, **access.enter(enter)}


def change_password(access: Access, question: Mapping[str, Any], *, hasher: Hasher | None = None) -> Answer:
    """Change one's own password, from `old` to `new`. All sessions end; where `session` is one's own, a new one begins
    in its place: `session` and `csrf` of the answer."""
    hasher = hasher or _hasher()
    old, new = str(question.get("old") or ""), str(question.get("new") or "")

    def asks(desk: Desk) -> tuple[Accounts, Actor]:
        must_be_there(desk)
        return desk.accounts(), desk.actor

    accounts, actor = access.enter(asks)
    name = actor.person
    if name is None:
        raise refuse("nobody is named", "name the person")
    attempt = begin_attempt(accounts, name, None)
    kept = accounts.credential(name)
    fits = hasher.fits(old, None if kept is None else kept.hash)
    if attempt.barred is not None:
        raise _waiting(attempt)
    if not fits or kept is None:
        _after_failure(access, name, attempt, "")
        raise refuse("the present password is wrong", "type it again; an administrator can set a new one")
    forgive(accounts, attempt)
    same = Issue(place=None, message="the new password is the present one", hint="take another one")
    _check(faults(new, name) + ([same] if hasher.fits(new, kept.hash) else []))
    hashed = hasher.hashed(new)

    def enter(desk: Desk) -> Answer:
        if accounts.credential(name) != kept:
            raise refuse("the password was changed meanwhile", "sign in again")
        own = _session(question)
        present = None if own is None else kept_sessions.find(accounts, own)
        receipt = enter_change(desk, name, {"change": "password_changed"})
        accounts.set_hash(name, hashed, must_change=False)
        kept_sessions.end_all(accounts, name)
        if present is None or present.person != name:
            return {"session": None, "csrf": None, **receipt}
        secret = kept_sessions.begin(accounts, name, present.proof, present.address)
        return {"session": secret, "csrf": kept_sessions.csrf_of(secret), **receipt}

    return {"person": name, **access.enter(enter)}


def whose(desk: Desk, question: Mapping[str, Any]) -> str | None:
    """Whose account a question is about: one's own, or that of a `person` that one administers. None: the operator
    names nobody. Refused or Forbidden where it is not theirs."""
    told = question.get("person")
    if told is None or told == desk.actor.person:
        return desk.actor.person
    name = known_person(desk, str(told)).person
    if desk.actor.person is not None:
        must_cover(desk, name)
    return name


def _after_failure(access: Access, person: str | None, attempt: Attempt, address: str) -> None:
    """Enter that a person must wait, beside the answer: one that waited for the ledger would tell which names exist."""

    def enter(desk: Desk) -> None:
        if person is not None:
            enter_lock(desk, person, attempt, address)

    if attempt.wait:
        access.soon(lambda: access.enter(enter))


def _begun(secret: str, person: str, kept: Credential | None) -> Answer:
    return {
        "session": secret, "csrf": kept_sessions.csrf_of(secret), "person": person,
        "must_change": kept is not None and kept.must_change,
    }  # fmt: skip


def _open_person(desk: Desk, name: str) -> Person | None:
    standing = standing_of(desk)
    return standing.persons[name] if standing.why_not(name) is None else None


def _name(question: Mapping[str, Any]) -> str:
    """The id as typed, by whatever keyboard: ids are in small letters."""
    return unicodedata.normalize("NFKC", _text(question, "person")).strip().lower()


def _session(question: Mapping[str, Any]) -> str | None:
    """The session that the reader has."""
    return _text(question, "session") or None


def _text(question: Mapping[str, Any], part: str) -> str:
    """A part of a question that a stranger may have made: cut, and without what no file could keep."""
    return str(question.get(part) or "")[:_READ].encode("utf-8", "replace").decode()


def _waiting(attempt: Attempt) -> Refused:
    seconds = -(-attempt.wait // SECOND)
    return refuse(f"too many wrong passwords: wait {seconds} s", "an administrator can set a new password")


def _check(issues: list[Issue]) -> None:
    if issues:
        raise Refused(issues)
