"""Tokens for programs: `issue_token`, `tokens`, `end_token`."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.accountentries import enter_change
from hengjian.app.accounts import whose
from hengjian.app.desk import Desk
from hengjian.app.enrol import must_be_there
from hengjian.app.persons import covers
from hengjian.app.standing import standing_of
from hengjian.app.wire import Answer
from hengjian.ledger.clock import rfc3339
from hengjian.model.issue import Refused, forbid, refuse
from hengjian.people import tokens as kept
from hengjian.people.accounts import DAY
from hengjian.people.tokens import Token


def issue_token(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A token in one's own name (the operator: in that of `person`): `label` says what for, `scope` which actions it is
    good for, `days` how long. `token` of the answer is its secret, which is shown this once."""
    must_be_there(desk)
    person = desk.actor.person if question.get("person") is None else whose(desk, question)
    if person is None:
        raise refuse("nobody is named", "name the person")
    if desk.actor.person not in (None, person):
        raise forbid("a token is issued in one's own name", "let the person issue it")
    if standing_of(desk).why_not(person) is not None:
        raise refuse(f"the account of {person} is closed", "open it first")
    label, scope, days = str(question.get("label") or "").strip(), _scope(question), question.get("days")
    issues = kept.faults(label, scope, days)
    if issues:
        raise Refused(issues)
    accounts = desk.accounts()
    if len(kept.of_person(accounts, person)) >= kept.EACH:
        raise refuse(f"{person} has {kept.EACH} tokens already", "end those that nobody needs")
    moment = accounts.clock()
    name = f"T{desk.log.size:06d}"  # after its entry
    token = Token(
        id=name, person=person, label=label, scope=frozenset(scope), created=moment,
        expires=moment + int(str(days)) * DAY,
    )  # fmt: skip
    record = {"change": "token_issued", **_shown(token)}
    receipt = enter_change(desk, person, record)
    return {"token": kept.issue(accounts, token), **_shown(token), **receipt}


def tokens(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One's own tokens, or those of a `person` whose account one administers; the operator's are everybody's."""
    found = kept.of_person(desk.accounts(), whose(desk, question))
    return {
        "tokens": [_shown(one) | {"used": None if one.used is None else rfc3339(one.used)} for one in found]
    }  # fmt: skip


def end_token(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """End a token, by `id`: one's own, or that of a person whose account one administers."""
    must_be_there(desk)
    name, accounts = str(question["id"]), desk.accounts()
    known = {one.id: one for one in kept.of_person(accounts, None)}
    found = known.get(name)
    me = desk.actor.person
    if found is None or not (me is None or found.person == me or covers(desk, desk.actor, found.person)):
        raise refuse(f"no token is called {name!r}", "`hengjian token SPACE` lists them")
    receipt = enter_change(desk, found.person, {"change": "token_ended", "id": found.id, "label": found.label})
    kept.end(accounts, found.id)
    return {"id": found.id, "person": found.person, **receipt}


def _scope(question: Mapping[str, Any]) -> list[Any]:
    told = question.get("scope")
    return list(dict.fromkeys(map(str, told))) if isinstance(told, list | tuple | set | frozenset) else []


def _shown(token: Token) -> dict[str, object]:
    return {
        "id": token.id, "person": token.person, "label": token.label, "scope": sorted(token.scope),
        "created": rfc3339(token.created), "expires": rfc3339(token.expires),
    }  # fmt: skip
