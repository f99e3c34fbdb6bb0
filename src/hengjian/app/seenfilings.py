"""Which filings a reader sees: looked up once, and carried on as the ledger grows while a server runs."""

from collections import OrderedDict
from collections.abc import Collection
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.store import Store

#: So many readers' filings are kept; the ones asked for last stay.
KEPT = 16


class _Kept:
    """By whom they see: the filings, ascending, and up to which size of the ledger they were looked up."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.found: OrderedDict[frozenset[str], tuple[int, list[int]]] = OrderedDict()


_kept: WeakKeyDictionary[Desk, _Kept] = WeakKeyDictionary()


def seen_filings(desk: Desk) -> tuple[Collection[str], Collection[int]] | None:
    """Whom the reader sees, and the entries of the filings of which they see a row; None: all of both."""
    members = desk.sight.members
    if members is None:
        return None
    kept = _kept.get(desk)
    if kept is None or kept.store is not desk.store:
        kept = _kept[desk] = _Kept(desk.store)
    size = desk.log.size
    since, entries = kept.found.get(members, (0, []))
    if since < size:
        entries = entries + desk.store.entries_seen(members, since)
        kept.found[members] = size, entries
    kept.found.move_to_end(members)
    while len(kept.found) > KEPT:
        kept.found.popitem(last=False)
    return members, entries
