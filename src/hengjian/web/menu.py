"""The menu: the pages that there are, in the order of a clerk's day."""

from collections.abc import Iterator
from dataclasses import dataclass

#: The text of each item, the address it leads to, and the first parts of the addresses that belong to it.
_ITEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("menu.portfolio", "/", ("columns",)),
    ("menu.entities", "/entities", ("entity",)),
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


def menu(path: str) -> Iterator[Item]:
    """The items as the page at `path` shows them."""
    first = path.split("/")[1]
    for key, address, parts in _ITEMS:
        yield Item(key=key, path=address, is_here=first in (address[1:], *parts))
