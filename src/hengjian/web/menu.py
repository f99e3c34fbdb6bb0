"""The menu: the pages that there are, in the order of a clerk's day."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

#: The text of each item, the address it leads to, and the first parts of the addresses that belong to it.
_ITEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("menu.portfolio", "/", ("columns",)),
    ("menu.operation", "/operation", ()),
    ("menu.entities", "/entities", ("entity",)),
    ("menu.ownership", "/ownership", ()),
    ("menu.filing", "/filing", ()),
    ("menu.alerts", "/alerts", ("alert", "cases", "case")),
    ("menu.evidence", "/evidence", ()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; `is_here` when the present page belongs to it."""

    key: str
    path: str
    is_here: bool


#: What is there only where packs declare something for it.
DECLARED = frozenset({"/operation"})


def menu(path: str, declared: Container[str] = DECLARED) -> Iterator[Item]:
    """The items as the page at `path` shows them; of those in DECLARED, the ones that are `declared`."""
    first = path.split("/")[1]
    for key, address, parts in _ITEMS:
        if address in DECLARED and address not in declared:
            continue
        yield Item(key=key, path=address, is_here=first in (address[1:], *parts))
