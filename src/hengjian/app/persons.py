"""Persons and their roles as they are shown: `persons`, `person`, `me`; and what of them somebody may see and change.

An administrator sees who holds a role within their reach, and who holds none; an auditor whose roles lie within
theirs; everyone themselves. A person out of sight is as one who is not there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, get_args

from hengjian.app.desk import Desk
from hengjian.app.events import entered, record_of
from hengjian.app.standing import below, reach, standing_of
from hengjian.app.wire import Answer
from hengjian.model.cut import Cut
from hengjian.model.issue import Refused, nearest, refuse
from hengjian.people import ACTIONS, ROLES, Action, Actor, Grant, Person, Tree
from hengjian.store import Event


def administered(desk: Desk, actor: Actor) -> Callable[[Tree, str | None], bool]:
    """Tells whether a role at a node through a tree (the node None: the whole space) is the actor's to administer: in
    the trees, each by itself, in which they administer somebody above. What comes to stand below the node by another
    tree would not be theirs."""
    reached, today = reach(desk, actor, "grant"), _today(desk)
    own = [] if actor.person is None else list(standing_of(desk).held(actor.person, today))

    @cache
    def branches(tree: Tree) -> frozenset[str]:
        nodes = [one.node for one in own if one.tree == tree and one.role in ACTIONS["grant"]]
        return frozenset().union(*(below(desk, tree, node, today) for node in nodes if node is not None))

    def lies_within(tree: Tree, node: str | None) -> bool:
        return reached.is_everything or (node in reached and node in branches(tree))

    return lies_within


def coverage(desk: Desk, actor: Actor) -> Callable[[str], bool]:
    """`covers` for many persons of one answer. Who has no role is covered by whoever enrolled them, and by those who
    administer the whole space: else anybody could prepare an account that others then trust with a role."""
    reached, lies_within = reach(desk, actor, "grant"), administered(desk, actor)
    is_anywhere = bool(reached)
    living: dict[str, list[Grant]] = defaultdict(list)
    for one in standing_of(desk).grants:
        if not has_ended(one, _today(desk)):
            living[one.person].append(one)

    def is_covered(person: str) -> bool:
        if not living[person]:
            return reached.is_everything or (is_anywhere and _enrolled_by(desk, person) == actor.name)
        return all(lies_within(one.tree, one.node) for one in living[person])

    return is_covered


def _enrolled_by(desk: Desk, person: str) -> str | None:
    """Who enrolled a person."""
    history = desk.store.history("person", person)
    return desk.log.entry(history[0].entry).record().actor if history else None


def covers(desk: Desk, actor: Actor, person: str) -> bool:
    """Whether an actor administers all the roles that a person has or will have, and so the person's account; of one
    without roles: see `coverage`."""
    return coverage(desk, actor)(person)


def known_person(desk: Desk, name: str) -> Person:
    """A person whom the one who asks may see. Refused, with the nearest such names."""
    seen = {one.person: one for one in seen_persons(desk)}
    if name in seen:
        return seen[name]
    raise no_person(name, seen)


def no_person(name: str, seen: Iterable[str]) -> Refused:
    """The refusal where nobody is called so, or nobody in sight."""
    return refuse(f"no person is called {name!r}", nearest(name, seen, otherwise="`hengjian person SPACE` lists them"))


def seen_persons(desk: Desk) -> list[Person]:
    """Persons whom the one who asks may see, by id."""
    standing, today = standing_of(desk), _today(desk)
    everyone = [standing.persons[one] for one in sorted(standing.persons)]
    if desk.actor.person is None:
        return everyone
    shown = {one.person for one in seen_grants(desk)} | {desk.actor.person}
    if reach(desk, desk.actor, "grant"):
        shown |= set(standing.persons) - {one.person for one in standing.grants if not has_ended(one, today)}
    return [one for one in everyone if one.person in shown]


def seen_grants(desk: Desk) -> list[Grant]:
    """Grants that the one who asks may see, also those that have ended, in the order in which they were given."""
    grants = sorted(standing_of(desk).grants, key=lambda one: one.grant)
    if desk.actor.person is None:
        return grants
    reached = [reach(desk, desk.actor, action) for action in ("grant", "trace")]

    def is_seen(one: Grant) -> bool:
        if one.person == desk.actor.person:
            return True
        return any(many.is_everything if one.node is None else one.node in many for many in reached)

    return [one for one in grants if is_seen(one)]


def _today(desk: Desk) -> date:
    return desk.config.current_day()


def has_ended(one: Grant, today: date) -> bool:
    """Whether a role is over; one that is to come is not."""
    return one.until is not None and one.until <= today


def persons(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Persons with their roles and the last change of either; `role`, `node` (of a role that has not ended) and `text`
    (in id or name) choose."""
    grants: dict[str, list[dict[str, Any]]] = {}
    for one in _shown_grants(desk, seen_grants(desk)):
        grants.setdefault(one["person"], []).append(one)
    changes = {event.topic: event for event in desk.store.latest_events("person")}
    found, is_covered = [], coverage(desk, desk.actor)
    for known in seen_persons(desk):
        roles = grants.get(known.person, [])
        made: list[Mapping[str, Any]] = [entered(changes[known.person]), *roles]
        last = max(made, key=lambda change: int(change["entry"]))
        change = {name: last[name] for name in ("entry", "recorded_at")}
        shown = known.record() | {"roles": roles, **change, "covered": is_covered(known.person)}
        if _is_wanted(shown, question):
            found.append(shown)
    return {"persons": found, "may": _doing(desk)}


def _is_wanted(shown: Mapping[str, Any], question: Mapping[str, Any]) -> bool:
    text = str(question.get("text") or "").strip().casefold()
    if text and not any(text in str(shown[name]).casefold() for name in ("person", "name")):
        return False
    chosen = {name: question[name] for name in ("role", "node") if question.get(name)}
    if not chosen:
        return True
    live = [one for one in shown["roles"] if one["state"] != "ended"]
    return any(all(one[name] == word for name, word in chosen.items()) for one in live)


def person(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One person: roles past, in force and to come, and every change of account and roles with its entry."""
    found = known_person(desk, str(question["person"]))
    grants = [one for one in seen_grants(desk) if one.person == found.person]
    events = [
        *(("person", event) for event in desk.store.history("person", found.person)),
        *(("account", event) for event in desk.store.history("account", found.person)),
        *(("role", event) for one in grants for event in desk.store.history("role", one.grant)),
    ]
    events.sort(key=lambda one: one[1].entry)
    return found.record() | {
        "roles": _shown_grants(desk, grants),
        "history": [_change(desk, kind, event) for kind, event in events],
        "covered": covers(desk, desk.actor, found.person),
        "may": _doing(desk),
    }


def _change(desk: Desk, kind: str, event: Event) -> dict[str, Any]:
    leaf = desk.log.entry(event.entry).record()
    signed = leaf.refs.get("signed_in")
    return {"kind": kind, "record": record_of(event), **entered(event), "actor": leaf.actor, "signed_in": signed}


def _shown_grants(desk: Desk, grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """Each with the label of its role, the name of its node, where it stands today, and its latest entry."""
    chosen, today = list(grants), _today(desk)
    nodes = {one.node for one in chosen if one.node is not None and one.node in desk.sight}
    names = {state.id: state.name for state in desk.store.entities(Cut(), today, sorted(nodes))} if nodes else {}
    events = {event.topic: event for event in desk.store.latest_events("role")} if chosen else {}
    return [
        one.record() | {
            "label": ROLES[one.role].record(), "name": None if one.node is None else names.get(one.node, one.node),
            "state": "ended" if has_ended(one, today) else "in force" if one.holds(today) else "to come",
            **entered(events[one.grant]),
        }
        for one in chosen
    ]  # fmt: skip


def _doing(desk: Desk) -> dict[Action, str | None]:
    """Each action with where the one who asks may do it: everything, somewhere, None."""
    reaches = {action: reach(desk, desk.actor, action) for action in get_args(Action)}
    return {
        action: "everything" if one.is_everything else "somewhere" if one else None for action, one in reaches.items()
    }


def me(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Who asks, their roles in force, and what they may do: for the operator everything, without a role."""
    del question
    who, today = desk.actor, _today(desk)
    own = [] if who.person is None else list(standing_of(desk).held(who.person, today))
    known = standing_of(desk).persons.get(who.person or "")
    sight = reach(desk, who, "see")
    return {
        "person": who.person, "name": who.name if known is None else known.name, "proof": who.proof,
        "signed_in": who.proof is not None, "roles": _shown_grants(desk, own), "may": _doing(desk),
        "sees": None if sight.members is None else len(sight.members),
    }  # fmt: skip
