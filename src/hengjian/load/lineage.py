"""Entity types that extend others: every name known, no circle, and one kind for an attribute along a line."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hengjian.load.form import Known
from hengjian.model.declaration import Attribute, EntityType, Pack
from hengjian.model.issue import Issue, Place


def extended(
    types: Mapping[str, EntityType], packs: Iterable[Pack], known: Known, issues: list[Issue]
) -> dict[str, EntityType]:
    """The types with what they extend found. One that extends what nobody could have meant is left out, so that what is
    declared for it is not told in its turn."""
    said: dict[str, tuple[str, Place]] = {}
    for declared in (one for pack in packs for one in pack.types):
        if declared.extends is None:
            continue
        first, place = said.setdefault(declared.name, (declared.extends, declared.place))
        if first != declared.extends:
            message = f"the type {declared.name!r} extends {declared.extends} here and {first} elsewhere"
            issues.append(Issue(place=declared.place, message=message, hint=f"the first is at {place}; delete one"))
    found = {name: one for name, one in types.items() if name not in said}
    for name, (wanted, place) in said.items():
        meant = known(place, wanted, "entity type", types)
        if meant is not None:
            found[name] = replace(types[name], extends=meant)
    kept = {name: found[name] for name in types if name in found}
    for name in _circles(kept, issues):
        kept[name] = replace(kept[name], extends=None)
    _agree(kept, issues)
    return kept


def _circles(types: Mapping[str, EntityType], issues: list[Issue]) -> list[str]:
    """One member of each circle, which is told there."""
    cut: list[str] = []
    done: set[str] = set()
    for start in types:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in types and at not in done and at not in path:
            path[at] = None
            at = types[at].extends
        if at is not None and at in path:
            members = list(path)
            circle = [*members[members.index(at) :], at]
            message = f"entity types extend one another in a circle: {' -> '.join(circle)}"
            hint = "take one `extends` out; the widest type extends nothing"
            issues.append(Issue(place=types[at].place, message=message, hint=hint))
            cut.append(at)
        done |= path.keys()
    return cut


def _agree(types: Mapping[str, EntityType], issues: list[Issue]) -> None:
    """An attribute that a type declares as well as one that it extends is of one kind."""
    for declared in types.values():
        inherited: dict[str, Attribute] = {}
        at = declared.extends
        while at is not None and at in types:
            inherited = {**types[at].attributes, **inherited}
            at = types[at].extends
        for name, attribute in declared.attributes.items():
            other = inherited.get(name)
            if other is not None and other.kind != attribute.kind:
                message = f"attribute {name!r} of {declared.name} is {attribute.kind} here and {other.kind} elsewhere"
                hint = f"the first is at {other.place}; rename or change one"
                issues.append(Issue(place=attribute.place, message=message, hint=hint))
