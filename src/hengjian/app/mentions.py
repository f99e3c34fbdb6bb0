"""Whether a text names an entity that the reader does not see: for messages and names of files, which people write."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.store import Store

#: What is said instead of a warning or a fault that names others.
OTHERS = "what others state, whom you do not see, does not fit together with this row"
OTHERS_HINT = "ask who administers both; the row may be right"
#: A name of one character says too little to be found in a text.
_SHORTEST_NAME = 2


class _Names:
    """Every id and every name of an entity, with whose it is; brought up to the ledger when asked."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._size = self._known = 0
        self._lengths: list[int] = []
        self.whose: dict[str, set[str]] = {}

    def refresh(self, desk: Desk) -> None:
        if self._store is not desk.store:
            self._store, self._size, self._known, self.whose = desk.store, 0, 0, {}
        if self._size == desk.log.size:
            return
        ids = list(desk.entity_types())
        for one in ids[self._known :]:
            self.whose.setdefault(one, set()).add(one)
        for one, name in desk.store.names_stated(self._size):
            if len(name) >= _SHORTEST_NAME:
                self.whose.setdefault(name, set()).add(one)
        self._known, self._size = len(ids), desk.log.size
        self._lengths = sorted({len(one) for one in self.whose}, reverse=True)

    def found_in(self, text: str) -> Iterator[str]:
        """Each id or name in a text: the longest ones, that do not overlap, from the left."""
        at = 0
        while at < len(text):
            length = next((one for one in self._lengths if self._stands_at(text, at, one)), 0)
            if length:
                yield text[at : at + length]
            at += length or 1

    def _stands_at(self, text: str, at: int, length: int) -> bool:
        """Whether an id or a name of a length stands at a place of a text, by itself: `E1` does not in `E12`."""
        end = at + length
        if end > len(text) or text[at:end] not in self.whose:
            return False
        begins = at == 0 or not (_is_plain(text[at - 1]) and _is_plain(text[at]))
        return begins and (end == len(text) or not (_is_plain(text[end - 1]) and _is_plain(text[end])))


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalnum()


_kept: WeakKeyDictionary[Desk, _Names] = WeakKeyDictionary()


def without_names(desk: Desk, where: Mapping[str, Any]) -> dict[str, Any]:
    """Where a row stands, without the name of its `file` if that names somebody whom the reader does not see."""
    return {**where, "file": None} if names_unseen(desk, where["file"]) else dict(where)


def tell(desk: Desk, issues: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Warnings and faults (`Issue.record`); of one that names somebody whom the reader does not see only where it
    is."""
    return [
        {**one, "message": OTHERS, "hint": OTHERS_HINT} if names_unseen(desk, one["message"], one["hint"])
        else dict(one)
        for one in issues
    ]  # fmt: skip


def names_unseen(desk: Desk, *texts: str | None) -> bool:
    """Whether one of the texts holds the id or a name of entities none of which the reader sees."""
    seen = desk.sight.members
    if seen is None:
        return False
    names = _names(desk)
    return any(seen.isdisjoint(names.whose[one]) for text in texts if text for one in names.found_in(text))


def named_in(desk: Desk, text: str) -> set[str]:
    """The ids and names of entities that stand in a text by themselves, not within longer ones."""
    return set(_names(desk).found_in(text))


def _names(desk: Desk) -> _Names:
    """Those of a desk, as of now."""
    names = _kept.setdefault(desk, _Names())
    names.refresh(desk)
    return names
