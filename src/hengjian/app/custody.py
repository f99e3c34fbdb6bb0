"""Who holds the ways into somebody else's account: whoever last chose their password, or by what single sign-on knows
them. They could sign in as that person, so they must not gain by it.
"""

from datetime import timedelta

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.persons import administered
from hengjian.app.standing import standing_of
from hengjian.model.issue import forbid
from hengjian.people import Actor, Tree
from hengjian.store import Event

#: A password that somebody else chose is one's own when one has changed it so much later, in microseconds: until then
#: whoever chose it may have changed it too, and its person has had no time to notice.
OWN_AFTER = timedelta(days=1) // timedelta(microseconds=1)


def custodians(desk: Desk, person: str) -> frozenset[str]:
    """The persons, other than that one, who hold the ways into an account. The operator, by whatever name, holds every
    account, and does not count."""
    held = {_of_password(desk, person), _of_subject(desk, person)} - {person}
    return frozenset(one for one in held if one is not None and one in standing_of(desk).persons)


def _of_password(desk: Desk, person: str) -> str | None:
    chosen: Event | None = None
    for event in desk.store.history("account", person):
        change = record_of(event)["change"]
        if change == "password_set":
            chosen = event
        elif change == "password_changed" and chosen is not None and event.recorded - chosen.recorded >= OWN_AFTER:
            chosen = None
    return None if chosen is None else _actor(desk, chosen)


def _of_subject(desk: Desk, person: str) -> str | None:
    chosen: Event | None = None
    before: tuple[object, object] = (None, None)
    for event in desk.store.history("person", person):
        record = record_of(event)
        after = record["issuer"], record["subject"]
        if after != before:
            chosen = event if after != (None, None) else None
        before = after
    return None if chosen is None else _actor(desk, chosen)


def _actor(desk: Desk, event: Event) -> str:
    return desk.log.entry(event.entry).record().actor


def must_be_free(desk: Desk, person: str, tree: Tree, node: str | None) -> None:
    """Forbidden where somebody who does not administer a node could sign in as the person who gets a role there."""
    for name in sorted(custodians(desk, person)):
        if not administered(desk, Actor(name=name, person=name))(tree, node):
            where = "the whole space" if node is None else node
            raise forbid(
                f"{name} last set how {person} signs in, and does not administer {where}",
                f"set a new password first: `hengjian person SPACE password {person}`",
            )


def is_one_hand(desk: Desk, one: str | None, other: str | None) -> bool:
    """Whether one of two persons could sign in as the other: then they are not two."""
    if one is None or other is None:
        return False
    return one in custodians(desk, other) or other in custodians(desk, one)
