"""The menu: the pages that there are, in the order of a clerk's day."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

#: The text of each item, the address it leads to, and the first parts of the addresses that belong to it.
_ITEMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("menu.portfolio", "/", ("columns",)),
    ("menu.operation", "/operation", ()),
    ("menu.entities", "/entities", ("entity",)),
    ("menu.ownership", "/ownership", ()),
    ("menu.filing", "/filing", ("proposals",)),
    ("menu.alerts", "/alerts", ("alert", "cases", "case", "rules", "exposure", "stress", "models", "notices")),
    ("menu.assessment", "/assessment", ("goals", "registers", "bridge")),
    ("menu.benchmark", "/benchmark", ()),
    ("menu.evidence", "/evidence", ()),
    ("menu.seen", "/seen", ()),
    ("menu.people", "/people", ()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; `is_here` when the present page belongs to it."""

    key: str
    path: str
    is_here: bool


#: What is there only where packs declare something for it.
DECLARED = frozenset({"/operation", "/assessment", "/benchmark"})
#: Items that are there only for those who may do one of some actions somewhere, and where the others are led instead.
_NEEDS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "/filing": (("submit", "register", "archive"), "/filing/list"),
    "/seen": (("trace", "see_restricted"), None),
    "/people": (("grant", "trace"), None),
}


def menu(path: str, declared: Container[str], can: Callable[..., bool]) -> Iterator[Item]:
    """The items as the page at `path` shows them; of those in DECLARED, the ones that are `declared`; of those that
    need an action, the ones that the visitor `can` do."""
    first = path.split("/")[1]
    for key, item, parts in _ITEMS:
        actions, instead = _NEEDS.get(item, ((), None))
        address = item if not actions or can(*actions) else instead
        if address is None or (address in DECLARED and address not in declared):
            continue
        yield Item(key=key, path=address, is_here=first in (item[1:], *parts))
