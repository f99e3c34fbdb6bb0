"""Who holds whom on a day: loaded for a question, and kept in memory by a running server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hengjian.app.desk import Desk
from hengjian.evaluate.ownership import Graph, graph_of
from hengjian.model.cut import Cut
from hengjian.panel.holdings import load_holdings


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The shares and votes of one day as a graph; `ids` are all entities by ordinal."""

    day: date
    graph: Graph
    ids: Sequence[str]

    def entity(self, place: int) -> str:
        """Who stands at a place of the graph."""
        return self.ids[int(self.graph.holdings.ordinals[place])]


def register_on(desk: Desk, cut: Cut, day: date) -> Register:
    """Who holds whom on a day, as a cut knows it."""
    (holdings,) = load_holdings(desk.store, cut, [day])
    return Register(day=day, graph=graph_of(holdings), ids=list(desk.entity_types()))


def place_of(desk: Desk, register: Register, entity: str) -> int | None:
    """Where a registered entity stands; None when it neither holds nor is held on that day."""
    return register.graph.holdings.place(desk.store.ordinals([entity])[entity])
