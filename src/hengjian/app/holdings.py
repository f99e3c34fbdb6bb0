"""Who holds whom on a day: loaded for a question; a running server keeps it, and brings it up to what is filed."""

from collections import OrderedDict
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.app.kept import tier_of
from hengjian.evaluate.ownership import Graph, changed, graph_of
from hengjian.model.cut import Cut, KnownAt
from hengjian.panel.holdings import among, load_holdings
from hengjian.panel.reheld import MANY, reheld
from hengjian.store import Store
from hengjian.store.links import LinkState

#: So many days are kept at most, and beside the one asked for last no more than so many shares and votes.
KEPT, LIMIT = 6, 20_000_000

#: The moment of knowing, whether claims are ignored, and the day.
_Key = tuple[KnownAt | None, bool, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The shares and votes of one day as a graph; `ids` are all entities by ordinal."""

    day: date
    graph: Graph
    ids: Sequence[str]

    def entity(self, place: int) -> str:
        """Who stands at a place of the graph."""
        return self.ids[int(self.graph.holdings.ordinals[place])]


class Kept:
    """The days kept for one desk, all as of one change of the space; the one used last comes last."""

    def __init__(self) -> None:
        self._graphs: OrderedDict[_Key, Graph] = OrderedDict()
        self._ids: list[str] = []
        self._store: Store | None = None
        self._size = 0

    def find(self, desk: Desk, cut: Cut, days: Sequence[date]) -> list[Register]:
        """Who holds whom on each day."""
        self.refresh(desk)
        keys = [(cut.known_at, cut.known_at is not None and cut.proven, day) for day in days]
        missing = [key for key in keys if key not in self._graphs]
        loaded = load_holdings(desk.store, replace(cut, as_of=None), [day for *_, day in missing])
        for key, holdings in zip(missing, loaded, strict=True):
            self._graphs[key] = graph_of(holdings)
        for key in keys:
            self._graphs.move_to_end(key)
        found = [Register(day=key[-1], graph=self._graphs[key], ids=self._ids) for key in keys]
        while len(self._graphs) > KEPT or (len(self._graphs) > 1 and self._links() > LIMIT):
            self._graphs.popitem(last=False)
        return found

    def now(self, desk: Desk, day: date) -> Graph | None:
        """What is kept of a day, if it holds all that was filed."""
        is_current = self._store is desk.store and self._size == desk.changed
        return self._graphs.get((None, False, day)) if is_current else None

    def _links(self) -> int:
        held = {id(graph): graph.holdings for graph in self._graphs.values()}
        counts = [len(holdings.share) + len(holdings.votes) for holdings in held.values()]
        return sum(counts)

    def refresh(self, desk: Desk) -> None:
        """Bring what is kept up to the ledger. What is asked as known at a moment is loaded anew when next asked for: a
        filing may claim to have been known then."""
        if self._store is not desk.store:
            self._graphs.clear()
            self._store, self._ids = desk.store, []
        elif self._size == desk.changed:
            return
        graphs, since = self._graphs, self._size
        self._graphs = OrderedDict()  # an error on the way leaves nothing behind that is out of date
        self._size = desk.changed
        types = desk.entity_types()
        newcomers = list(islice(types, len(self._ids), None))
        self._ids = [*self._ids, *newcomers]
        if not graphs:
            return
        companies = desk.store.restated_companies(since, newcomers)
        if len(companies) > MANY:
            return
        for key, graph in graphs.items():
            known_at, _, day = key
            if known_at is None:
                self._graphs[key] = changed(graph, reheld(desk.store, Cut(), graph.holdings, day, companies))


_kept: WeakKeyDictionary[Desk, Kept] = WeakKeyDictionary()


def registers_on(desk: Desk, cut: Cut, days: Sequence[date]) -> list[Register]:
    """Who holds whom on each of `days`, as a cut knows it; its own day does not count.

    While anything is staged nothing is kept: it may be given up.
    """
    is_kept = tier_of(desk) is not None and not desk.store.is_staged
    return (_kept.setdefault(desk, Kept()) if is_kept else Kept()).find(desk, cut, days)


def register_on(desk: Desk, cut: Cut, day: date) -> Register:
    """Who holds whom on one day."""
    return registers_on(desk, cut, [day])[0]


def staged_graph(desk: Desk, day: date, companies: Sequence[int]) -> Graph:
    """Who would hold whom on a day, with what is staged about `companies` (ordinals): made of what is kept of that day
    where it is, else loaded."""
    kept = _kept.get(desk)
    graph = None if kept is None or len(companies) > MANY else kept.now(desk, day)
    if graph is None:
        return graph_of(load_holdings(desk.store, Cut(), [day])[0])
    return changed(graph, reheld(desk.store, Cut(), graph.holdings, day, companies))


def refresh_registers(desk: Desk) -> None:
    """Bring what is kept up to the ledger, so that the next question need not wait for it."""
    kept = _kept.get(desk)
    if kept is not None and desk.is_settled:
        kept.refresh(desk)


def held_for(state: LinkState, known: Container[str]) -> tuple[str, str]:
    """Who holds the share that a row states, and who its votes, as the row itself says: see `panel.holdings`."""
    kind, principal = state.attributes.get("kind"), state.attributes.get("principal", "")
    if principal not in known:
        return state.source, state.source
    owner = principal if kind == "nominee" else state.source
    return owner, principal if kind == "concert" else owner


def seen_register(desk: Desk, register: Register) -> Register:
    """The same between those whom the reader sees."""
    members = desk.sight.members
    if members is None:
        return register
    known = desk.store.ordinals(one for one in members if one in desk.entity_types())
    return replace(register, graph=graph_of(among(register.graph.holdings, known.values())))


def place_of(desk: Desk, register: Register, entity: str) -> int | None:
    """Where a registered entity stands; None when it neither holds nor is held on that day."""
    return register.graph.holdings.place(desk.store.ordinals([entity])[entity])
