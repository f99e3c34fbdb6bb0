"""Who reads one answer: what of it is restricted and not for them, and what restricted data it gives them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.mentions import named_in
from hengjian.app.restricted import restricted_entities, restrictions, sees_restricted
from hengjian.model.cut import KnownAt
from hengjian.model.declaration import Catalogue

_SLOT = re.compile(r"\{[^{}]*\}")


class Reader:
    """Asked of each restricted thing in an answer whether it may stand there (`gives`), and remembers what does.

    `what` are the names of figures, attributes and types that were given, `whose` the entities of which. What is
    restricted now is so in answers of every moment, with what was restricted then.
    """

    def __init__(self, desk: Desk, known_at: KnownAt | None = None) -> None:
        now, then = restrictions(desk), restrictions(desk, known_at)
        self._desk = desk
        self._types = desk.entity_types()
        self._open = sees_restricted(desk)
        self._attributes = (now.attributes, then.attributes)
        self.catalogue: Catalogue = desk.programme().catalogue
        self.figures = now.figures | then.figures
        self.published = now.published | then.published
        self.parameters = now.parameters | then.parameters
        self.attribute_names = now.attribute_names | then.attribute_names
        self.checks = now.checks | then.checks
        self.people = frozenset(one for one in restricted_entities(desk) if one in desk.sight)
        self.what: set[str] = set()
        self.whose: dict[str, None] = {}
        self.is_short = False

    def gives(self, entity: str, name: str) -> bool:
        """Whether a figure, by the name of its measure, indicator or rule, may be given."""
        return name not in self.figures or self._is_open(entity, name)

    def gives_attribute(self, entity: str, name: str) -> bool:
        """Whether an attribute of an entity may be given."""
        kind = self._types.get(entity, "")
        declared = any(name in attributes.get(kind, ()) for attributes in self._attributes)
        return not declared or self._is_open(entity, name)

    def gives_parameter(self, entity: str, name: str) -> bool:
        """Whether a parameter's value may be given: one that differs by a restricted attribute tells it."""
        return name not in self.parameters or self._is_open(entity, name)

    def grouped(self, entity: str, attributes: Iterable[str]) -> bool:
        """Whether it may be told by which attributes an entity is grouped."""
        closed = [name for name in attributes if name in self.attribute_names and not self._is_open(entity, name)]
        return not closed

    def sees(self, entity: str) -> bool:
        """Whether restricted data of an entity are for who reads."""
        return entity in self._open

    @property
    def sees_all(self) -> bool:
        return self._open.is_everything

    def _is_open(self, entity: str, name: str) -> bool:
        if entity not in self._open:
            self.is_short = True
            return False
        self.what.add(name)
        self.whose[entity] = None
        return True

    def meets(self, entity: str) -> None:
        """Note that an answer tells of an entity, if its type is restricted."""
        if entity in self.people:
            self.what.add(self._types[entity])
            self.whose[entity] = None

    def looks_over(self, value: Any) -> None:
        """Note all entities of restricted types that are named anywhere in a JSON value."""
        waiting = [value] if self.people else []
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                self.meets(one)
            elif isinstance(one, Mapping):
                waiting.extend(one.keys())
                waiting.extend(one.values())
            elif isinstance(one, list | tuple | set | frozenset):
                waiting.extend(one)

    def looks_for(self, text: str) -> None:
        """Note all entities of restricted types whose ids stand in a text."""
        for one in named_in(self._desk, text) if self.people else ():
            self.meets(one)

    def attributes(self, entity: str, said: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Those of an entity that may be given, and the names of the others."""
        kept = {name: text for name, text in said.items() if self.gives_attribute(entity, name)}
        return kept, [name for name in said if name not in kept]

    def keeps_from(self, message: str) -> bool:
        """Whether what is told of a filing may hold a restricted figure that is not for who reads: it names one, or is
        a restricted check's. What is told of rows begins with whose they are."""
        named = [name for name in self.figures if name in message]
        checks = self.catalogue.checks
        named += [name for name in self.checks if name in checks and _pattern(checks[name].message.zh).search(message)]
        whose = self._whose(message) if named else None
        is_kept = bool(named) and not (self.sees_all if whose is None else self.sees(whose))
        if named and not is_kept:
            self.what.update(named)
            self.whose |= {} if whose is None else {whose: None}
        return is_kept

    def _whose(self, message: str) -> str | None:
        ends = (match.start() for match in re.finditer(" ", message))
        return next((message[:end] for end in ends if message[:end] in self._types), None)


def _pattern(message: str) -> re.Pattern[str]:
    """A declared message with anything in the place of its figures."""
    return re.compile(".*".join(map(re.escape, _SLOT.split(message))))
