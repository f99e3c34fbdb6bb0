"""The chart of ownership as a table: all who are near, those that are folded away in the chart too."""

from dataclasses import dataclass

from hengjian.web.ownershipfacts import Facts, Node
from hengjian.web.ownershipview import label, level_of, percent
from hengjian.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One row. `direct`: what the upper one holds of the lower one itself, 0 where nothing. `holders`: those near who
    hold it (above the enterprise: whom it holds), with their shares."""

    node: Node
    level: str
    type: str
    effective: str
    direct: float
    direct_text: str
    control: str
    holders: str
    address: str
    center: str


def table_of(visit: Visit, facts: Facts) -> list[Told]:
    """A row for each but the enterprise itself, by level."""
    beside: dict[str, list[str]] = {}
    direct: dict[str, float] = {}
    for one in sorted(facts.holdings, key=lambda one: -one.share):
        for near, far, is_below in ((one.owned, one.owner, True), (one.owner, one.owned, False)):
            node = facts.nodes[near]
            if (node.level > 0) == is_below and node.level:
                said = visit.words("ownership.detail.join").join(label(one, visit.words))
                beside.setdefault(near, []).append(
                    visit.words("ownership.holder", name=facts.nodes[far].name, share=said)
                )
                if far == facts.entity and one.mark != "gone":
                    direct[near] = one.share
    names = visit.names()
    nodes = sorted(
        facts.nodes.values(), key=lambda node: (node.level < 0, abs(node.level), -(node.cash_flow or 0.0), node.id)
    )
    return [_told(visit, facts, node, names.type(node.type), direct, beside) for node in nodes if node.level]


def _told(
    visit: Visit, facts: Facts, node: Node, kind: str, direct: dict[str, float], beside: dict[str, list[str]]
) -> Told:  # fmt: skip
    held = direct.get(node.id, 0.0)
    return Told(
        node=node, level=level_of(node.level, visit.words), type=kind, effective=percent(node.cash_flow), direct=held,
        direct_text=percent(held) if held else "", control=visit.words("yes" if node.control else "no"),
        holders=visit.words("ownership.detail.list").join(beside.get(node.id, ())),
        address=visit.view.address("ownership", facts.entity, "between", node.id),
        center=visit.view.address("ownership", node.id),
    )  # fmt: skip
