"""Persons and roles of a space as its ledger has them, and who stands below whom today."""

from collections import defaultdict
from datetime import date
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.model.cut import Cut
from hengjian.people import Action, Actor, Reach, Standing, Tree
from hengjian.people.standing import grant_of, person_of

#: What stands for each desk, and after which change of the space.
_kept: WeakKeyDictionary[Desk, tuple[int, date, Standing]] = WeakKeyDictionary()


def standing_of(desk: Desk) -> Standing:
    """Persons and grants now; kept until something is entered, or the day ends."""
    size, day = desk.changed, desk.config.current_day()
    kept = _kept.get(desk)
    if kept is not None and kept[:2] == (size, day):
        return kept[2]
    persons = [person_of(record_of(event)) for event in desk.store.latest_events("person")]
    grants = [grant_of(record_of(event)) for event in desk.store.latest_events("role")]
    found = Standing(persons, grants, lambda tree, node, on: below(desk, tree, node, on))
    _kept[desk] = size, day, found
    return found


def may(desk: Desk, actor: Actor, action: Action, node: str | None) -> bool:
    """Whether an actor may do something at a node (None: for the whole space), today."""
    return standing_of(desk).may(actor, action, node, desk.config.current_day())


def reach(desk: Desk, actor: Actor, action: Action) -> Reach:
    """Where an actor may do something today."""
    return standing_of(desk).reach(actor, action, desk.config.current_day())


def below(desk: Desk, tree: Tree, node: str, day: date) -> frozenset[str]:
    """A node and all that stand below it on a day.

    In the tree `parent`: what lies within it by any link that is declared so. In the tree `owns`: what it controls
    through every layer, and what lies within those, save by `parent`, which is the other tree. Nothing where nobody is
    registered as `node`.
    """
    if node not in desk.entity_types():
        return frozenset()
    found = {node}
    if tree == "owns":
        found |= _controlled(desk, node, day)
    inner: dict[str, list[str]] = defaultdict(list)
    for name, link in desk.programme().catalogue.links.items():
        if link.within and not (tree == "owns" and name == _ORGANISATION):
            for state in desk.store.links_at(Cut(), day, name):
                if state.attributes.get("share") != "0":
                    inner[state.target].append(state.source)
    waiting = list(found)
    while waiting:
        for one in inner.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


_ORGANISATION = "parent"


def _controlled(desk: Desk, node: str, day: date) -> set[str]:
    from hengjian.app.holdings import place_of, register_on  # most questions do without
    from hengjian.evaluate.ownership import control

    register = register_on(desk, Cut(), day)
    place = place_of(desk, register, node)
    return set() if place is None else {register.entity(int(one)) for one in control(register.graph, place)}
