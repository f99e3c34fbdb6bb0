"""Rings of holdings: those that a submission closes or touches, and all of a day."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hengjian.app.desk import Desk
from hengjian.app.holdings import register_on, staged_graph
from hengjian.evaluate.ownership import Graph, rings, singular
from hengjian.evaluate.ownership.graph import Links, shares
from hengjian.intake.text import QUOTED, printable
from hengjian.model.cut import Cut
from hengjian.model.declaration import OWNS
from hengjian.model.filing import LinkRow

#: Of more owners, or of those above them, all holdings are looked through at once.
_FEW, _ABOVE = 200, 2_000
_NAMED = 20
_ALL = 1 - 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """The members of a ring, and what is said of it."""

    members: frozenset[str]
    message: str
    hint: str


def rings_on(desk: Desk, day: date) -> Iterator[Ring]:
    """Each ring of a day, owners before the owned."""
    return _rings_in(desk, register_on(desk, Cut(), day).graph)


def _rings_in(desk: Desk, graph: Graph) -> Iterator[Ring]:
    holdings, found = graph.holdings, rings(graph)
    if not found:
        return
    above = shares(graph, True)
    is_suspect = any(_is_held_inside(above, ring.tolist()) for ring in found)
    closed = {int(ring[0]) for ring in singular(graph)} if is_suspect else ()
    ids = list(desk.entity_types())
    for ring in found:
        members = frozenset(ids[ordinal] for ordinal in holdings.ordinals[ring].tolist())
        message, hint = _said(members, is_closed=int(ring[0]) in closed)
        yield Ring(members=members, message=message, hint=hint)


def _is_held_inside(above: Links, ring: Sequence[int]) -> bool:
    """Whether each member is held by the others, all but whole: else claims leave the ring."""
    inside = set(ring)
    for place in ring:
        held = 0.0
        for owner, share in zip(*(column.tolist() for column in above.of(place)), strict=True):
            held += share if owner in inside else 0.0
        if held < _ALL:
            return False
    return True


def rings_through(desk: Desk, rows: Sequence[LinkRow], day: date) -> Iterator[tuple[LinkRow, Ring]]:
    """Each ring of a day that some of these rows are part of, with the last such row."""
    if not _may_ring(desk, rows, day):
        return
    companies = sorted(set(desk.store.ordinals({row.target for row in rows}).values()))
    for ring in _rings_in(desk, staged_graph(desk, day, companies)):
        inside = [row for row in rows if row.target in ring.members and _owner(row) in ring.members]
        if inside:
            yield inside[-1], ring


def _owner(row: LinkRow) -> str:
    """Whose the holding is: of a nominee's the principal's."""
    said = dict(row.attributes)
    return said.get("principal", row.source) if said.get("kind") == "nominee" else row.source


def _may_ring(desk: Desk, rows: Sequence[LinkRow], day: date) -> bool:
    """Whether an owned company of the rows stands above its owner; of many, perhaps."""
    owners = {_owner(row) for row in rows}
    owners_of = _upward(desk, owners, day) if len(owners) <= _FEW else None
    if owners_of is None:
        return True
    above = {owner: _all_above(owners_of, owner) for owner in owners}
    return any(row.target in above[_owner(row)] for row in rows)


def _upward(desk: Desk, entities: Collection[str], day: date) -> dict[str, set[str]] | None:
    """The owners of these, of their owners, and so on; None where they are too many to be asked for level by level."""
    owners_of: dict[str, set[str]] = {entity: set() for entity in entities}
    fresh = list(owners_of)
    while fresh and len(owners_of) <= _ABOVE:
        for state in desk.store.links_into(Cut(), day, OWNS, fresh):
            owners_of[state.target] |= {state.source, state.attributes.get("principal", state.source)}
        found = {owner for entity in fresh for owner in owners_of[entity]}
        fresh = sorted(found - owners_of.keys())
        owners_of |= {entity: set() for entity in fresh}
    return None if fresh else owners_of


def _all_above(owners_of: Mapping[str, Collection[str]], entity: str) -> set[str]:
    above: set[str] = set()
    waiting = [entity]
    while waiting:
        fresh = set(owners_of[waiting.pop()]) - above
        above |= fresh
        waiting += fresh
    return above


def _said(members: Collection[str], *, is_closed: bool) -> tuple[str, str]:
    shown = [printable(one, QUOTED) for one in sorted(members)[:_NAMED]]
    names = ", ".join([*shown, f"+{len(members) - _NAMED}"] if len(members) > _NAMED else shown)
    if is_closed:
        return (
            f"{names} hold one another whole, in a closed ring: nobody outside owns them",
            "state who holds the rest; what touches the ring cannot be looked through until then",
        )
    return f"{names} hold one another in a ring", "rings are looked through exactly; is this one as it should be?"
