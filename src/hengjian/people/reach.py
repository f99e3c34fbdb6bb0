"""How far somebody reaches: some entities, or everything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

Held = TypeVar("Held", bound=str)


@dataclass(frozen=True, slots=True)
class Reach:
    """Those in reach, by id; `members` None: the whole space, whoever is registered in it."""

    members: frozenset[str] | None

    @property
    def is_everything(self) -> bool:
        """Whether the whole space is in reach."""
        return self.members is None

    def __contains__(self, entity: object) -> bool:
        return self.members is None or entity in self.members

    def __bool__(self) -> bool:
        return self.members is None or bool(self.members)

    def kept(self, entities: Iterable[Held]) -> list[Held]:
        """Those of `entities` that are in reach, in their order."""
        return [one for one in entities if one in self]


EVERYTHING = Reach(None)
NOTHING = Reach(frozenset())
