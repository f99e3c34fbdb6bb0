"""What somebody may do at a node, asked before it is done: refusals that say what, where, and who could help."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hengjian.app.batch import place_of
from hengjian.app.desk import Desk
from hengjian.app.growth import BELOW_HINT, holds_on, not_below, tree_links, turns
from hengjian.app.standing import plays, reach
from hengjian.intake.text import normal, quoted
from hengjian.model.cut import Cut
from hengjian.model.declaration import OWNS
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.model.issue import Issue, forbid
from hengjian.people import Action, Reach

ROLES_HINT = "an administrator gives roles: `hengjian role SPACE` lists them"
#: What of a link decides whom a role reaches by it.
_DECIDING = ("share", "voting", "kind", "principal")


def denial(desk: Desk, action: Action, node: str) -> str:
    """What is said to somebody who may not do something at a node."""
    return f"{desk.actor.name} may not {action} at {quoted(node)}"


def must(desk: Desk, action: Action, node: str) -> None:
    """Forbidden where the one who asks may not do something at a node that they see."""
    if node not in reach(desk, desk.actor, action):
        raise forbid(denial(desk, action, node), ROLES_HINT)


def must_play(desk: Desk, roles: Sequence[str], step: str, node: str) -> None:
    """Forbidden where the one who asks has none of the roles that a step of a case asks for at a node that they see; a
    step that asks for none needs the right to handle cases."""
    if not roles:
        must(desk, "handle", node)
    elif not plays(desk, roles, node):
        raise forbid(f"{desk.actor.name} may not take {step} at {quoted(node)}", f"it is for {', '.join(roles)}")


def must_file(desk: Desk) -> None:
    """Forbidden where the one who asks may file nothing anywhere."""
    if not any(reach(desk, desk.actor, action) for action in FILING):
        raise forbid(f"{desk.actor.name} may not submit", ROLES_HINT)


def filing_issues(desk: Desk, rows: Sequence[Row], *, archive: bool) -> list[Issue]:
    """What of these rows the one who asks may not file, each thing once, at its first row. `archive`: all of them claim
    to have been known earlier.

    A figure needs `submit` at its entity, what is known earlier `archive`, a description `register`. A link needs
    `register` at the ends that `_ends` says. Who is new must come to stand below a node of the one who registers them.
    """
    if desk.actor.person is None:
        return []
    seen = desk.seen_types()
    fresh = {row.entity for row in rows if isinstance(row, EntityRow) and row.entity not in seen}
    grounds = {action: _ground(desk, action, rows, fresh) for action in FILING}
    known = desk.entity_types()
    changing = _changing(desk, [row for row in rows if isinstance(row, LinkRow) and row.target in known])
    told: dict[tuple[str, str], Issue] = {}
    for row in rows:
        for action, node in _needs(desk, row, archive=archive, changing=changing):
            if node not in grounds[action]:
                is_fresh = node in fresh and action == "register"
                message = not_below(desk, node) if is_fresh else denial(desk, action, node)
                hint = BELOW_HINT if is_fresh else ROLES_HINT
                told.setdefault((action, node), Issue(place=place_of(row), message=message, hint=hint))
    return [*told.values(), *_taken(desk, rows, fresh, {node for _, node in told})]


FILING: tuple[Action, ...] = ("submit", "register", "archive")


def _needs(desk: Desk, row: Row, *, archive: bool, changing: Container[int]) -> Iterator[tuple[Action, str]]:
    """Each action that a row needs, and where."""
    match row:
        case ObservationRow(entity=node):
            yield "submit", node
        case EntityRow(entity=node):
            yield "register", node
        case LinkRow():
            ends = _ends(desk, row, is_change=id(row) in changing)
            node = ends[0]
            for end in ends:
                yield "register", end
    if archive or row.known_from is not None:
        yield "archive", node


def _ends(desk: Desk, row: LinkRow, *, is_change: bool) -> tuple[str, ...]:
    """At which ends of a link it takes the right to register, the lower end first.

    Of `owns` and of links declared `within`, by which roles reach down, the lower end: else anybody could pull a
    stranger into their own reach. Where the row changes what stands between the two (a sale, another share, a nominee)
    both ends: else who is supervised could step out of their supervisors' sight. Of any other link both ends.
    """
    lower, upper = _lower_upper(row)
    return (lower, upper) if is_change or row.link not in tree_links(desk) else (lower,)


def _lower_upper(row: LinkRow) -> tuple[str, str]:
    """Who stands below whom by a link: who is held below who holds, who lies within below where they lie."""
    return (row.target, row.source) if row.link == OWNS else (row.source, row.target)


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where somebody may do something: their reach, and who is new below it."""

    reached: Reach
    placed: frozenset[str]

    def __contains__(self, entity: object) -> bool:
        return entity in self.reached or entity in self.placed


def _ground(desk: Desk, action: Action, rows: Sequence[Row], fresh: Container[str]) -> _Ground:
    """Where the one who asks may do something, with the new ones that links of these rows put below it."""
    reached = reach(desk, desk.actor, action)
    trees = tree_links(desk)
    links = [row for row in rows if isinstance(row, LinkRow) and row.link in trees and _deciding(dict(row.attributes))]
    waiting = {ends for ends in (_lower_upper(row) for row in links) if ends[0] in fresh}
    placed: set[str] = set()
    while found := {lower for lower, upper in waiting if upper in reached or upper in placed} - placed:
        placed |= found
    return _Ground(reached, frozenset(placed))


def _changing(desk: Desk, rows: Sequence[LinkRow]) -> set[int]:
    """Of these rows those (by `id`) that state otherwise what stands between two from today on."""
    found: set[int] = set()
    for name in tree_links(desk):
        some = [row for row in rows if row.link == name]
        for day in turns(desk, some) if some else ():
            stating = [row for row in some if holds_on(row, day)]
            states = desk.store.links_into(Cut(), day, name, sorted({row.target for row in stating}))
            standing = {(one.source, one.target): _deciding(one.attributes) for one in states}
            for row in stating:
                before = standing.get((row.source, row.target), ())
                if before and before != _deciding(dict(row.attributes)):
                    found.add(id(row))
    return found


def _deciding(attributes: Mapping[str, str]) -> tuple[object, ...]:
    """What of a link decides whom a role reaches by it; nothing where it says that nothing is held."""
    said = {name: attributes.get(name) for name in _DECIDING}
    share, voting = (None if said[name] is None else Decimal(said[name] or "0") for name in ("share", "voting"))
    if share == 0 and not voting:
        return ()
    return share, share if voting is None else voting, said["kind"] or "direct", said["principal"]


def _taken(desk: Desk, rows: Sequence[Row], fresh: Container[str], denied: Container[str]) -> list[Issue]:
    """Who is new to the one who asks, and has the id of somebody whom they do not see. It is said only to who could
    register it, for it tells that there is such a one."""
    if desk.sight.is_everything:
        return []
    asked = {
        row.entity: row for row in reversed(rows)
        if isinstance(row, EntityRow) and row.entity in fresh and row.entity not in denied
    }  # fmt: skip
    others = {normal(one) for one in desk.entity_types() if one not in desk.sight} if asked else set()
    return [
        Issue(place=place_of(row), message=f"{quoted(entity)} cannot be its id", hint="give it another id of its own")
        for entity, row in asked.items()
        if normal(entity) in others
    ]
