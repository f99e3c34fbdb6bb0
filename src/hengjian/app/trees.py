"""Who stands below whom in a space's trees: read once for each state of its tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from weakref import WeakKeyDictionary

from hengjian.app.desk import EVENTS, Desk
from hengjian.formula.term import Programme
from hengjian.model.cut import Cut
from hengjian.people import Tree
from hengjian.store import Store

#: So many days are kept for a desk: today, and those to come on which a submission may change a tree.
_DAYS = 8
_ORGANISATION = "parent"


class Trees:
    """The trees of one state of a desk's tables, with what is staged in them; nothing is read twice.

    It does not hold the desk, for which it may be kept.
    """

    def __init__(self) -> None:
        self._inner: dict[tuple[Tree, date], Mapping[str, Sequence[str]]] = {}
        self._below: dict[tuple[Tree, str, date], frozenset[str]] = {}

    def below(self, desk: Desk, tree: Tree, node: str, day: date) -> frozenset[str]:
        """A node and all that stand below it on a day.

        In the tree `parent`: what lies within it by any link that is declared so. In the tree `owns`: what it controls
        through every layer, and what lies within those, save by `parent`, which is the other tree. Nothing where nobody
        is registered as `node`.
        """
        key = tree, node, day
        if key not in self._below:
            if (tree, day) not in self._inner:
                if len(self._inner) >= 2 * _DAYS:
                    self._inner.clear()
                    self._below.clear()
                self._inner[tree, day] = _read(desk, tree, day)
            self._below[key] = _walked(desk, self._inner[tree, day], tree, node, day)
        return self._below[key]


def _read(desk: Desk, tree: Tree, day: date) -> Mapping[str, Sequence[str]]:
    """Who lies directly within whom, by whom."""
    inner: dict[str, list[str]] = defaultdict(list)
    for name, link in desk.programme().catalogue.links.items():
        if link.within and not (tree == "owns" and name == _ORGANISATION):
            for state in desk.store.links_at(Cut(), day, name):
                if state.attributes.get("share") != "0":
                    inner[state.target].append(state.source)
    return inner


def _walked(desk: Desk, inner: Mapping[str, Sequence[str]], tree: Tree, node: str, day: date) -> frozenset[str]:
    if node not in desk.entity_types():
        return frozenset()
    found = {node}
    if tree == "owns":
        found |= _controlled(desk, node, day)
    waiting = list(found)
    while waiting:
        for one in inner.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


def _controlled(desk: Desk, node: str, day: date) -> set[str]:
    from hengjian.app.holdings import place_of, register_on  # most questions do without
    from hengjian.evaluate.ownership import control

    register = register_on(desk, Cut(), day)
    place = place_of(desk, register, node)
    return set() if place is None else {register.entity(int(one)) for one in control(register.graph, place)}


#: What was read for each desk: of which tables and packs, and after which filing.
_kept: WeakKeyDictionary[Desk, tuple[Store, Programme, int, Trees]] = WeakKeyDictionary()


def is_firm(desk: Desk) -> bool:
    """Whether the tables hold the ledger and nothing that may be given up: only what is read then is kept."""
    return desk.is_settled and not desk.store.is_staged


def trees_of(desk: Desk) -> Trees:
    """The trees as they stand; kept until a filing or a pack is entered, or the tables are made anew."""
    if not is_firm(desk):
        return Trees()
    store, programme, size = desk.store, desk.programme(), desk.size_but_for(*EVENTS)
    kept = _kept.get(desk)
    if kept is not None and kept[0] is store and kept[1] is programme and kept[2] == size:
        return kept[3]
    found = Trees()
    _kept[desk] = store, programme, size, found
    return found
