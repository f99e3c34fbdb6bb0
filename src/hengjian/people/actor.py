"""Who asks: a person of the space, or whoever the operating system lets at its files."""

from dataclasses import dataclass
from typing import Literal

from hengjian.people.roles import Action

#: By what a person showed who they are. None: they only said so.
Proof = Literal["password", "single sign-on", "token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks one question; entries carry `name`.

    `person` is the id of a person of the space, whose roles say what they may do. None: the operator, who holds the
    space's files and key and may do everything. `scope` are the actions that a token is good for, or that may be done
    for somebody; None: all of theirs.
    """

    name: str
    person: str | None = None
    proof: Proof | None = None
    scope: frozenset[Action] | None = None
