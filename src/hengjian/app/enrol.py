"""Who is enrolled and which roles they are given: `enrol`, `amend_person`, `give_role`, `end_role`. Each is an entry.

Nobody gives a role to themselves, nor one that reaches further than they administer: then no administrator's reach
grows by what they do.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar, get_args

from hengjian.app.custody import must_be_free
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft
from hengjian.app.moment import parse_day
from hengjian.app.persons import administered, covers, has_ended, known_person, seen_grants, seen_persons
from hengjian.app.question import known_entity
from hengjian.app.standing import standing_of
from hengjian.app.wire import Answer
from hengjian.ledger.clock import rfc3339
from hengjian.ledger.draft import Draft
from hengjian.model.issue import Issue, Refused, forbid, nearest, refuse
from hengjian.people import Grant, Person, Role, Tree, tokens
from hengjian.people.sessions import end_all

Told = TypeVar("Told")
_ID = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
#: Names of machines and of the program itself, which persons may not bear.
_OURS = ("local", "hengjian")
#: As long as a name, a note and what single sign-on calls somebody may be, in characters.
_LONGEST = {"name": 100, "note": 400, "issuer": 400, "subject": 400, "unit": 100}


def enrol(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A new person: `person` (the id), `name`, `unit`, and by what single sign-on knows them. Entered once."""
    name = str(question["person"])
    if _ID.fullmatch(name) is None or name.startswith(_OURS):
        raise refuse(
            f"{name!r} cannot be the id of a person",
            "up to 64 of a-z, 0-9, '.', '_', '@' and '-', a letter or digit first; not local… or hengjian…",
        )
    asked = Person(
        person=name, name=_name(question.get("name")), issuer=_text(question, "issuer"),
        subject=_text(question, "subject"), unit=_text(question, "unit"),
    )  # fmt: skip
    if name in standing_of(desk).persons:
        if asked in seen_persons(desk):
            return _repeated(desk, "person", name, asked.record())
        raise refuse(f"a person is called {name!r} already", "choose another id; `hengjian person SPACE` lists them")
    _check_identity(desk, asked)
    return _enter_person(desk, asked)


def amend_person(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Change a person's `name`, whether they are `closed`, their `unit`, and by what single sign-on knows them; None
    leaves a part as it is, an empty unit, issuer and subject take it away. All sessions and tokens end of who is
    closed, or known by another subject.
    """
    must_be_there(desk)
    before = known_person(desk, str(question["person"]))
    must_cover(desk, before.person)
    told = {name: _text(question, name) for name in ("issuer", "subject", "unit") if question.get(name) is not None}
    changes: dict[str, Any] = dict(told)
    if question.get("name") is not None:
        changes["name"] = _name(question["name"])
    if question.get("closed") is not None:
        changes["closed"] = bool(question["closed"])
    after = dataclasses.replace(before, **changes)
    if after == before:
        return _repeated(desk, "person", before.person, before.record())
    _check_identity(desk, after)
    if after.unit != before.unit and after.person == desk.actor.person:
        raise forbid("nobody says for which department they sign themselves", "another administrator may say it")
    if after.closed:
        _keep_an_administrator(desk, person=after.person)
    answer = _enter_person(desk, after)
    if after.closed or (after.issuer, after.subject) != (before.issuer, before.subject):
        end_all(desk.accounts(), after.person)
        for one in tokens.of_person(desk.accounts(), after.person):
            tokens.end(desk.accounts(), one.id)
    return answer


def must_be_there(desk: Desk) -> None:
    """Forbidden to tokens: what a program holds must not make or mend the ways in."""
    if desk.actor.proof == "token":
        raise forbid("a token changes no account", "sign in yourself")


def must_cover(desk: Desk, person: str) -> None:
    """Forbidden where the one who asks does not administer all roles of a person."""
    if not covers(desk, desk.actor, person):
        raise forbid(
            f"{desk.actor.name} may not change the account of {person}, who has roles elsewhere too",
            "an administrator of all their roles may",
        )


def _enter_person(desk: Desk, one: Person) -> Answer:
    draft = event_draft(desk, "person", one.record(), topic=one.person, subject=None, actor=desk.actor.name)
    return one.record() | _entered(desk, draft)


def _entered(desk: Desk, draft: Draft) -> Answer:
    receipt = enter_events(desk, [draft])[0]
    return {"entry": receipt.index, "recorded_at": rfc3339(receipt.recorded), "repeated": False}


def _repeated(desk: Desk, kind: str, topic: str, record: Mapping[str, object]) -> Answer:
    event = desk.store.latest_events(kind, [topic])[0]
    return {**record, "entry": event.entry, "recorded_at": rfc3339(event.recorded), "repeated": True}


def _name(value: object) -> str:
    name = " ".join(str(value or "").split())
    if not name:
        raise refuse("a person has no name", "write it as the staff list does: --name 张三")
    return _kept(name, "name")


def _text(question: Mapping[str, Any], part: str) -> str | None:
    text = str(question.get(part) or "").strip()
    return _kept(text, part) if text else None


def _kept(text: str, part: str) -> str:
    if len(text) > _LONGEST[part]:
        raise refuse(f"the {part} has {len(text)} characters, at most {_LONGEST[part]} are kept", "shorten it")
    if not text.isprintable():
        raise refuse(f"the {part} {text!r} is no text", "write it in UTF-8, on one line")
    return text


def _check_identity(desk: Desk, one: Person) -> None:
    """Single sign-on must name one person, wholly."""
    if (one.issuer is None) != (one.subject is None):
        raise refuse("single sign-on needs issuer and subject", "give both, or neither")
    others = [two for two in standing_of(desk).persons.values() if two.person != one.person]
    if one.issuer is not None and any((two.issuer, two.subject) == (one.issuer, one.subject) for two in others):
        raise refuse("another person signs in with this issuer and subject", "each person has their own")


def give_role(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A role for a person at a node and below it, from `since` (else today) until the day before `until`.

    `tree` is parent where none is told, space without a node. Asked again while it stands, it is not entered again.
    """
    asked = _asked_grant(desk, question)
    if asked.person == desk.actor.person:
        raise forbid("nobody gives a role to themselves", "another administrator may give it")
    if not administered(desk, desk.actor)(asked.tree, asked.node):
        who, hint = desk.actor.name, "an administrator of all that may"
        if asked.node is None:
            raise forbid(f"{who} may not give roles for the whole space", hint)
        raise forbid(f"{who} may not give roles for {asked.node} and all below it", hint)
    if standing_of(desk).persons[asked.person].closed:
        raise refuse(
            f"{asked.person} is closed", f"open the account first: `hengjian person SPACE open {asked.person}`"
        )
    must_be_free(desk, asked.person, asked.tree, asked.node)
    for one in standing_of(desk).grants:
        if not has_ended(one, desk.config.current_day()) and _contains(one, asked):
            if one.until == asked.until:
                return _repeated(desk, "role", one.grant, one.record())
            raise refuse(
                f"{asked.person} has this role already, and longer: {one.grant}",
                f"end that one: `hengjian role SPACE end {one.grant} --on {asked.until}`",
            )
    return _enter_grant(desk, asked)


def _contains(one: Grant, other: Grant) -> bool:
    """Whether a grant gives what another one would, all the time."""
    if any(getattr(one, name) != getattr(other, name) for name in ("person", "role", "tree", "node")):
        return False
    return one.since <= other.since and (one.until is None or (other.until is not None and other.until <= one.until))


def _enter_grant(desk: Desk, one: Grant) -> Answer:
    draft = event_draft(desk, "role", one.record(), topic=one.grant, subject=one.node, actor=desk.actor.name)
    return one.record() | _entered(desk, draft)


def _asked_grant(desk: Desk, question: Mapping[str, Any]) -> Grant:
    """The grant that is asked for, named by the entry that it would have. Refused, with all that is wrong with it."""
    issues: list[Issue] = []

    def told(part: Callable[[], Told]) -> Told | None:
        try:
            return part()
        except Refused as refused:
            issues.extend(refused.issues)
            return None

    asked_node = None if question.get("node") is None else str(question["node"])
    person = told(lambda: known_person(desk, str(question["person"])).person)
    role: Role | None = told(lambda: _one_of(str(question["role"]), get_args(Role), "role"))
    tree = told(lambda: _tree(question.get("tree"), asked_node))
    node = None if asked_node is None else told(lambda: known_entity(desk, asked_node))
    today = desk.config.current_day()
    since = told(lambda: _day(question, "since", "--from")) or today
    until = told(lambda: _day(question, "until", "--until"))
    if until is not None and until <= max(since, today):
        message = f"the role would end on {until}, before it is in force"
        issues.append(Issue(place=None, message=message, hint=f"name a day after {max(since, today)}, or none"))
    note = told(lambda: _text(question, "note")) or ""
    if issues or person is None or role is None or tree is None:
        raise Refused(issues)
    return Grant(
        grant=f"R{desk.log.size:06d}", person=person, role=role, tree=tree, node=node, since=since, until=until,
        note=note,
    )  # fmt: skip


def _one_of(word: str, known: tuple[str, ...], what: str) -> Any:
    if word not in known:
        hint = nearest(word, known, otherwise=f"there are {', '.join(known)}")
        raise refuse(f"no {what} is called {word!r}", hint)
    return word


def _tree(told: object, node: str | None) -> Tree:
    tree: Tree = _one_of(str(told), get_args(Tree), "tree") if told else "space" if node is None else "parent"
    if (tree == "space") != (node is None):
        raise refuse(
            "a role has a node and its tree, or reaches the whole space",
            "name a node with the tree parent or owns, or neither",
        )
    return tree


def _day(question: Mapping[str, Any], part: str, option: str) -> date | None:
    told = question.get(part)
    return parse_day(str(told), option) if told else None


def end_role(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A role ends: `grant` names it; `until` is the first day on which it is no more in force, today where none is
    told. One that was to begin later never does."""
    name = str(question["grant"])
    seen = {one.grant: one for one in seen_grants(desk)}
    if name not in seen:
        hint = nearest(name, seen, otherwise="`hengjian role SPACE` lists them")
        raise refuse(f"no role has the number {name!r}", hint)
    before = seen[name]
    if not administered(desk, desk.actor)(before.tree, before.node):
        raise forbid(
            f"{desk.actor.name} may not end {name}, which reaches further than they administer",
            "an administrator of all that it reaches may",
        )
    earliest = max(before.since, desk.config.current_day())
    until = _day(question, "until", "--on")
    if before.until is not None and (until or before.until) == before.until and before.until <= (until or earliest):
        return _repeated(desk, "role", name, before.record())
    if before.until is not None and before.until <= (until or earliest):
        raise refuse(f"{name} ends on {before.until} already", "give the role anew")
    if until is not None and until < earliest:
        raise refuse(f"{name} cannot end on {until}", f"name {earliest} or a later day")
    after = dataclasses.replace(before, until=until or earliest)
    if after.node is None and after.role == "administrator":
        _keep_an_administrator(desk, ended=after)
    return _enter_grant(desk, after)


def _keep_an_administrator(desk: Desk, *, person: str | None = None, ended: Grant | None = None) -> None:
    """Forbidden where a space that has an administrator would have none after a person is closed, or a role ended, now
    or when the others' roles end; the operator may do it."""
    if desk.actor.person is None:
        return
    standing, today = standing_of(desk), desk.config.current_day()
    before = [
        one for one in standing.grants
        if one.role == "administrator" and one.node is None and not standing.persons[one.person].closed
    ]  # fmt: skip
    after = [ended if ended is not None and one.grant == ended.grant else one for one in before if one.person != person]
    days = {today, *(one.since for one in before), *(one.until for one in [*before, *after] if one.until is not None)}
    for day in sorted(one for one in days if one >= today):
        if any(one.holds(day) for one in before) and not any(one.holds(day) for one in after):
            raise forbid("the space would have no administrator any more", "give another person that role first")
