"""Those nearest to one entity in a network: whom it stands for, and who stands for it, layer by layer."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.chart import fraction
from hengjian.app.desk import Desk
from hengjian.app.network import Seen
from hengjian.app.wire import Answer
from hengjian.evaluate.ownership.graph import Links
from hengjian.model.cut import Cut
from hengjian.store.links import LinkState

#: So many entities are drawn where the question names no number, and at most.
NODES, LARGEST = 120, 1_000


def surroundings(desk: Desk, cut: Cut, seen: Seen, entity: str, most: Any) -> Answer:
    """`{"nodes","edges","more","beyond"}`: the `most` (default 120) nearest.

    A node is `{"entity","name","type","layer","ring","depth"}`: `layer` counts guarantees, negative towards those who
    stand for the entity (in a ring the nearer side counts, the debtors' where both are as near); rings are numbered
    from 1. An edge is `{"from","to","amount","cover","attributes","since","until","entry"}`, in the network's unit.
    `more`: how many others are reached; `beyond`: how many obligations the nodes have with those whom the reader does
    not see.
    """
    place = seen.web.graph.holdings.place(desk.store.ordinals([entity])[entity])
    layers = {} if place is None else _layers(seen, place)
    limit = min(int(most or NODES), LARGEST)
    near = sorted(layers, key=lambda one: (abs(layers[one]), -layers[one], seen.entity(one)))[:limit]
    ids = {seen.entity(one): one for one in near} or {entity: -1}
    states = {state.id: state for state in desk.store.entities(cut, seen.day, list(ids))}
    rings = {one: number for number, ring in enumerate(_rings(seen, near), 1) for one in ring}
    nodes = [
        {
            "entity": one, "name": states[one].name, "type": states[one].type, "layer": layers.get(at, 0),
            "ring": rings.get(at), "depth": seen.chains.depth[at] if at >= 0 else 0,
        }
        for one, at in ids.items()
    ]  # fmt: skip
    rows = desk.store.links_into(cut, seen.day, seen.network.link, list(ids))
    edges = [edge for row in rows if row.source in ids if (edge := _edge(seen, row)) is not None]
    ordinals = seen.web.graph.holdings.ordinals
    beyond = sum(seen.beyond.get(int(ordinals[one]), 0) for one in near)
    return {
        "nodes": sorted(nodes, key=lambda node: (node["layer"], node["entity"])),
        "edges": sorted(edges, key=lambda edge: (edge["from"], edge["to"])), "more": len(layers) - len(near),
        **({"beyond": beyond} if beyond else {}),
    }  # fmt: skip


def _layers(seen: Seen, place: int) -> dict[int, int]:
    """How many guarantees everybody who is reached is away."""
    down, up = _steps(seen.web.calls, place), _steps(seen.web.by_debtor, place)
    found = dict(down)
    for one, steps in up.items():
        if one not in down or steps < down[one]:
            found[one] = -steps
    return found


def _steps(links: Links, place: int) -> dict[int, int]:
    found = {place: 0}
    queue = [place]
    for one in queue:
        for other in links.of(one)[0].tolist():
            if other not in found:
                found[other] = found[one] + 1
                queue.append(other)
    return found


def _rings(seen: Seen, near: list[int]) -> list[tuple[int, ...]]:
    """The rings that have one of these, in the order of ids."""
    shown = set(near)
    met = [ring for ring in seen.chains.rings if not shown.isdisjoint(ring)]
    return sorted(met, key=lambda ring: seen.entity(ring[0]))


def _edge(seen: Seen, row: LinkState) -> Mapping[str, Any] | None:
    """One obligation as its row states it; None of what was taken back."""
    network, said = seen.network, dict(row.attributes)
    text = said.pop(network.amount, None)
    if (not text and said.get("share") == "0") or (text and fraction(text) == 0):
        return None
    cover = said.pop(network.cover, None) if network.cover else None
    return {
        "from": row.source, "to": row.target, "amount": fraction(text) if text else None,
        "cover": fraction(cover) if cover else None, "attributes": said,
        "since": None if row.valid_from is None else row.valid_from.isoformat(),
        "until": None if row.valid_to is None else row.valid_to.isoformat(), "entry": row.entry,
    }  # fmt: skip
