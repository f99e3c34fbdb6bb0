"""Who sits before the pages: a person who signed in, a program with a token, or whoever is at the machine itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from hengjian.people import Actor

#: Where a person may do each action; None where nowhere.
May = Mapping[str, Literal["everything", "somewhere"] | None]
#: Whoever is at the machine itself, in a space that has persons.
_UNSIGNED = "local:operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks for pages.

    `actor` and `token` None: nobody signed in, and nobody needs to (`is_offered`: it can be done). `csrf` is what the
    forms of the session carry; empty without one. `may` None: everything, as the operator. `is_let_in`: pages are
    shown to them at all.
    """

    actor: Actor | None = None
    token: str | None = field(default=None, repr=False)
    name: str = ""
    csrf: str = field(default="", repr=False)
    is_offered: bool = False
    must_change: bool = False
    may: May | None = None
    is_let_in: bool = True

    @property
    def person(self) -> str | None:
        """The id of the person who signed in."""
        return self.actor.person if self.actor else None

    @property
    def entered_as(self) -> str | None:
        """The name under which their entries are made; None where they say it themselves, there being no persons."""
        return self.actor.name if self.actor else _UNSIGNED if self.is_offered else None

    @property
    def key(self) -> object:
        """Tells answers for this visitor from those for others."""
        return self.actor if self.token is None else sha256(self.token.encode()).digest()

    def asking(self) -> Mapping[str, object]:
        """What questions of this visitor carry, over whatever they say themselves."""
        if self.token is not None:
            return {"token": self.token}
        return {} if self.actor is None else {"who": self.actor, "actor": self.actor.name}

    @property
    def sees_everybody(self) -> bool:
        """Whether nobody is out of their sight by their roles; what is restricted may be, all the same."""
        return self.may is None or self.may.get("see") == "everything"

    def can(self, *actions: str) -> bool:
        """Whether any of some actions is theirs somewhere."""
        return self.may is None or any(self.may.get(action) is not None for action in actions)


#: Whoever the operating system lets at the machine's own address.
OPERATOR = Visitor()
#: Somebody of whom nothing is known yet: may do nothing, and is offered nothing.
STRANGER = Visitor(may={}, is_let_in=False)
