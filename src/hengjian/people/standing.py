"""Persons and the roles they were given, and what they may do by them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from hengjian.people.actor import Actor
from hengjian.people.reach import EVERYTHING, NOTHING, Reach
from hengjian.people.roles import ACTIONS, Action, Role, Tree

#: Who stands at a node and below it in a tree on a day, by id.
Below = Callable[[Tree, str, date], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person. `closed`: they may sign in no more. `issuer` and `subject` name them to single sign-on. `unit`: the
    department that they sign for, where they have the right to confirm."""

    person: str
    name: str
    closed: bool = False
    issuer: str | None = None
    subject: str | None = None
    unit: str | None = None

    def record(self) -> dict[str, object]:
        """The JSON value that the ledger keeps."""
        return {
            "person": self.person, "name": self.name, "closed": self.closed, "issuer": self.issuer,
            "subject": self.subject, "unit": self.unit,
        }  # fmt: skip


def person_of(record: Mapping[str, Any]) -> Person:
    """The inverse of `record`. TypeError on a foreign shape."""
    return Person(**record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role that a person has at a node from `since` until the day before `until` (None: open). `node` is None for
    the whole space (`tree` "space"); `grant` names it, as R000012."""

    grant: str
    person: str
    role: Role
    tree: Tree
    node: str | None
    since: date
    until: date | None = None
    note: str = ""

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def record(self) -> dict[str, object]:
        """The JSON value that the ledger keeps."""
        return {
            "grant": self.grant, "person": self.person, "role": self.role, "tree": self.tree, "node": self.node,
            "since": self.since.isoformat(), "until": None if self.until is None else self.until.isoformat(),
            "note": self.note,
        }  # fmt: skip


def grant_of(record: Mapping[str, Any]) -> Grant:
    """The inverse of `record`. KeyError, TypeError or ValueError on a foreign shape."""
    until = record["until"]
    days = {"since": date.fromisoformat(record["since"]), "until": None if until is None else date.fromisoformat(until)}
    return Grant(**{**record, **days})


Why = Literal["unknown", "closed"]


class Standing:
    """All persons and grants as they stand, over trees that `below` walks. Reaches are computed once each."""

    def __init__(self, persons: Sequence[Person], grants: Sequence[Grant], below: Below) -> None:
        self.persons: Mapping[str, Person] = {one.person: one for one in persons}
        self.grants = tuple(grants)
        self._below = below
        self._reaches: dict[tuple[str, Action, date], Reach] = {}

    def over(self, below: Below) -> "Standing":
        """The same persons and grants over other trees."""
        return Standing(tuple(self.persons.values()), self.grants, below)

    def held(self, person: str, day: date) -> Iterator[Grant]:
        """The grants of a person that are in force on a day."""
        return (one for one in self.grants if one.person == person and one.holds(day))

    def why_not(self, person: str) -> Why | None:
        """Why a person can do nothing at all; None where they can."""
        known = self.persons.get(person)
        return "unknown" if known is None else "closed" if known.closed else None

    def reach(self, actor: Actor, action: Action, day: date) -> Reach:
        """Where an actor may do something on a day."""
        if actor.scope is not None and action not in actor.scope:
            return NOTHING
        if actor.person is None:
            return EVERYTHING
        if self.why_not(actor.person) is not None:
            return NOTHING
        key = actor.person, action, day
        if key not in self._reaches:
            self._reaches[key] = self._reach(actor.person, action, day)
        return self._reaches[key]

    def _reach(self, person: str, action: Action, day: date) -> Reach:
        parts: dict[tuple[Tree, str], frozenset[str]] = {}
        for grant in self.held(person, day):
            if grant.role in ACTIONS[action]:
                if grant.node is None:
                    return EVERYTHING
                parts[grant.tree, grant.node] = self._below(grant.tree, grant.node, day)
        return Reach(frozenset().union(*parts.values()) if len(parts) != 1 else next(iter(parts.values())))

    def plays(self, actor: Actor, roles: Collection[str], node: str, day: date) -> bool:
        """Whether an actor has any of some roles at a node on a day: what a step of a workflow asks for instead of the
        right to handle cases. The operator may; a token must be good for handling cases."""
        if actor.person is None:
            return True
        if self.why_not(actor.person) is not None or (actor.scope is not None and "handle" not in actor.scope):
            return False
        return any(
            grant.role in roles and (grant.node is None or node in self._below(grant.tree, grant.node, day))
            for grant in self.held(actor.person, day)
        )

    def may(self, actor: Actor, action: Action, node: str | None, as_of: date) -> bool:
        """Whether an actor may do something at a node (None: for the space as a whole) on a day."""
        reach = self.reach(actor, action, as_of)
        return reach.is_everything if node is None else node in reach
