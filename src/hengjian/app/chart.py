"""`ownership_chart`: those nearest above and below an entity, and the holdings between them."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.holdings import held_for, place_of, register_on
from hengjian.app.moment import parse_cut
from hengjian.app.question import known_entity
from hengjian.app.wire import Answer
from hengjian.app.withheld import sees_link
from hengjian.evaluate.lookthrough import ALONE, around
from hengjian.model.declaration import OWNS
from hengjian.store.links import LinkState

#: So many entities are drawn where the question names no number, and at most.
MOST, LARGEST = 1_000, 5_000


def ownership_chart(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`{"entity","as_of","nodes","edges","more","singular"}`: the `most` (default 1,000) nearest above and below.

    A node is `{"entity","name","type","level","cash_flow","control","ring"}`; they come by level, then cash-flow right
    descending, then id. `level` is negative above. Who stands on both sides, in a ring, is shown on the nearer one,
    below where both are as near. `cash_flow` is the right of the upper one in the lower one, `control` whether it
    controls it; both are null at the entity itself. `ring` numbers the rings among the nodes from 1; null: in none.

    An edge is `{"from","to","share","voting","kind","registered","entry"}` between two nodes, one a row that states it.
    `from` is whose the holding is: of a nominee's the principal, `registered` in whose name it stands (null: in its
    own). Votes cast for another in concert are an edge of their own with the share 0. `more`: how many are left out.
    `singular`: a ring that is held by itself alone, so that no cash-flow right has a value (all are null); else empty.
    `withheld`, which stands only where there are any: how many nodes `above` and `below` the reader does not see. These
    and the rows that name them are left out.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    entity = known_entity(desk, question["entity"])
    day = cut.as_of or desk.config.current_day()
    most = min(int(question.get("most") or MOST), LARGEST)
    register = register_on(desk, cut, day)
    place = place_of(desk, register, entity)
    is_told = None if desk.sight.is_everything else lambda one: register.entity(one) in desk.sight
    found = ALONE if place is None else around(register.graph, place, most - 1, is_told)
    ids = [entity, *(register.entity(one) for one in found.places)]
    states = {state.id: state for state in desk.store.entities(cut, day, ids)}
    beside = zip(found.level, found.cash_flow, found.control, strict=True)
    figures: dict[str, tuple[int, float | None, bool | None]] = {entity: (0, None, None)}
    figures |= zip(ids[1:], beside, strict=True)
    rings = dict(zip(ids, found.ring, strict=True))
    nodes: list[dict[str, Any]] = [
        {
            "entity": one, "name": states[one].name, "type": states[one].type, "level": level, "cash_flow": cash_flow,
            "control": control, "ring": rings[one],
        }
        for one, (level, cash_flow, control) in figures.items()
    ]  # fmt: skip
    nodes.sort(key=lambda node: (node["level"], -(node["cash_flow"] or 0), node["entity"]))
    rows = desk.store.links_into(cut, day, OWNS, ids)
    known = desk.entity_types()
    edges = [
        edge for row in rows if sees_link(desk.sight, row) for edge in _edges(row, known) if edge["from"] in figures
    ]
    return {
        "entity": entity, "as_of": day.isoformat(), "nodes": nodes, "edges": edges, "more": found.more,
        "singular": sorted(desk.sight.kept(map(register.entity, found.singular))),
        **({"withheld": dict(zip(("above", "below"), found.hidden, strict=True))} if any(found.hidden) else {}),
    }  # fmt: skip


def _edges(row: LinkState, known: Container[str]) -> Iterator[dict[str, Any]]:
    """What a row says is held: see `panel.holdings` for nominees and for votes in concert."""
    share = fraction(row.attributes.get("share"))
    votes = fraction(row.attributes.get("voting"), otherwise=share)
    kind = row.attributes.get("kind") or "direct"
    owner, voter = held_for(row, known)
    parts = [(owner, share, votes)] if owner == voter else [(owner, share, 0.0), (voter, 0.0, votes)]
    for holder, held, cast in parts:
        if (held > 0 or cast > 0) and holder != row.target:
            yield {
                "from": holder, "to": row.target, "share": held, "voting": cast, "kind": kind,
                "registered": None if holder == row.source else row.source, "entry": row.entry,
            }  # fmt: skip


def fraction(text: str | None, otherwise: float = 0.0) -> float:
    """A share as the store's rows write it; `otherwise` where it is not stated."""
    return otherwise if not text else float(text)
