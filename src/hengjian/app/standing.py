"""Persons and roles of a space as its ledger has them, and where they reach today."""

from collections.abc import Mapping, Sequence
from datetime import date
from weakref import WeakKeyDictionary, ref

from hengjian.app.desk import EVENTS, Desk
from hengjian.app.events import record_of
from hengjian.app.trees import Trees, is_firm, trees_of
from hengjian.people import Action, Actor, Reach, Standing, Tree
from hengjian.people.standing import grant_of, person_of
from hengjian.store import Store

#: What tells neither of persons and roles nor of trees.
_OTHERS = tuple(kind for kind in EVENTS if kind not in ("person", "role"))
#: What stands for each desk: in which tables, after which change of the space, and when.
_kept: WeakKeyDictionary[Desk, tuple[Store, int, date, Standing]] = WeakKeyDictionary()


def standing_of(desk: Desk) -> Standing:
    """Persons and grants now; kept until they change, or trees may, or the day ends.

    While anything is staged, which may be given up, they are what they were, over the trees as staged.
    """
    store, size, day = desk.store, desk.size_but_for(*_OTHERS), desk.config.current_day()
    kept = _kept.get(desk)
    if kept is None or kept[0] is not store or kept[1:3] != (size, day):
        kept = store, size, day, _read(desk)
        if is_firm(desk):
            _kept[desk] = kept
        return kept[3]
    if is_firm(desk):
        return kept[3]
    trees = Trees()
    return kept[3].over(lambda tree, node, day: trees.below(desk, tree, node, day))


def made_by(desk: Desk, entry: int) -> Mapping[str, str]:
    """Who signed in and made an entry: `signed_in` says by what, `actor_name` what they are called today. Nothing of
    one that nobody signed in for."""
    leaf = desk.log.entry(entry).record()
    proof = leaf.refs.get("signed_in")
    if proof is None:
        return {}
    person = standing_of(desk).persons.get(leaf.actor)
    return {"signed_in": str(proof), "actor_name": leaf.actor if person is None else person.name}


def _read(desk: Desk) -> Standing:
    persons = [person_of(record_of(event)) for event in desk.store.latest_events("person")]
    grants = [grant_of(record_of(event)) for event in desk.store.latest_events("role")]
    here = ref(desk)  # what is kept for a desk must not keep it

    def walked(tree: Tree, node: str, day: date) -> frozenset[str]:
        desk = here()
        return frozenset() if desk is None else below(desk, tree, node, day)

    return Standing(persons, grants, walked)


def may(desk: Desk, actor: Actor, action: Action, node: str | None) -> bool:
    """Whether an actor may do something at a node (None: for the whole space), today."""
    return standing_of(desk).may(actor, action, node, desk.config.current_day())


def plays(desk: Desk, roles: Sequence[str], node: str) -> bool:
    """Whether the one who asks has any of some roles at a node today."""
    return standing_of(desk).plays(desk.actor, roles, node, desk.config.current_day())


def reach(desk: Desk, actor: Actor, action: Action) -> Reach:
    """Where an actor may do something today."""
    return standing_of(desk).reach(actor, action, desk.config.current_day())


def below(desk: Desk, tree: Tree, node: str, day: date) -> frozenset[str]:
    """A node and all that stand below it on a day: see `Trees.below`."""
    return trees_of(desk).below(desk, tree, node, day)
