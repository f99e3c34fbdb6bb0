"""A declared network as a reader sees it on one day: obligations, holdings and buffers, kept while nothing is filed."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.app.holdings import register_on, seen_register
from hengjian.app.question import ask
from hengjian.evaluate.latest import latest
from hengjian.evaluate.parameters import figure, value_at
from hengjian.formula.term import Programme
from hengjian.intake.text import normal
from hengjian.model.cut import Cut
from hengjian.model.issue import nearest, refuse
from hengjian.model.period import Period
from hengjian.model.scenario import Network
from hengjian.supervise.contagion import Web
from hengjian.supervise.exposure import Exposure, among_seen, exposure_of
from hengjian.supervise.network import Chains, chains_of, load_obligations, web_of

#: So many networks are kept.
_KEPT = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A network on one day, of those whom the reader sees. Amounts of `exposure` are in the network's
    unit.

    `buffers`: by ordinal, in base units, with the period that it is of; `beyond`: by ordinal, how many obligations one
    has that others, whom the reader does not see, are part of: these are not in the web.
    """

    network: Network
    day: date
    rate: float
    exposure: Exposure
    web: Web
    chains: Chains
    buffers: Mapping[int, tuple[float, Period]]
    beyond: Mapping[int, int]
    ids: Sequence[str]

    def entity(self, place: int) -> str:
        """Who stands at a place of the web."""
        return self.ids[int(self.web.graph.holdings.ordinals[place])]

    def buffer(self, place: int) -> tuple[float | None, str | None]:
        """What one can bear, in the network's unit, and of which period."""
        found = self.buffers.get(int(self.web.graph.holdings.ordinals[place]))
        return (None, None) if found is None else (found[0] / float(self.network.unit.scale), str(found[1]))


_kept: WeakKeyDictionary[Desk, OrderedDict[tuple[object, ...], Seen]] = WeakKeyDictionary()


def known_network(programme: Programme, asked: str | None) -> Network:
    """The network of a name, compared after NFKC and trimming; the first one declared where none is named."""
    declared = programme.catalogue.networks
    if asked is None and declared:
        return next(iter(declared.values()))
    found = {normal(name): one for name, one in declared.items()}.get(normal(asked or ""))
    if found is None:
        message = f"no network is called {asked!r}" if asked is not None else "no pack declares a network"
        hint = nearest(asked or "", declared, otherwise=f"declared are {', '.join(declared)}") if declared else ""
        raise refuse(message, hint or "take in a pack with networks.yaml, such as early_warning")
    return found


def seen_web(desk: Desk, programme: Programme, cut: Cut, network: Network, day: date) -> Seen:
    """The network on a day; kept until something is filed."""
    key = (desk.changed, cut, day, network.name, desk.sight)
    kept = _kept.setdefault(desk, OrderedDict())
    if key not in kept or desk.store.is_staged:
        kept[key] = _made(desk, programme, cut, network, day)
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return kept[key]


def _made(desk: Desk, programme: Programme, cut: Cut, network: Network, day: date) -> Seen:
    value = figure(value_at(programme.catalogue.parameters[network.loss], day), None)
    if value is None:
        hint = f"the network {network.name} is asked about earlier than its loss rate is declared for"
        raise refuse(f"the parameter {network.loss} has no value on {day}", hint)
    whole = load_obligations(desk.store, cut, network.link, network.amount, network.cover, day)
    register = register_on(desk, cut, day)
    ids = list(desk.entity_types())
    owed, beyond = whole, dict[int, int]()
    if not desk.sight.is_everything:
        owed, beyond = among_seen(whole, [one in desk.sight for one in ids])
        register = seen_register(desk, register)
    buffers = _buffers(desk, programme, replace(cut, scope=network.scope), network.buffer, day)
    known = {one: found for one, (found, _) in buffers.items()}
    web = web_of(owed, value, float(network.unit.scale), register.graph.holdings, known)
    return Seen(
        network=network, day=day, rate=value, exposure=exposure_of(owed, web, register.graph), web=web,
        chains=chains_of(web.calls),
        buffers=buffers, beyond=beyond, ids=ids,
    )  # fmt: skip


def _buffers(desk: Desk, programme: Programme, cut: Cut, name: str, day: date) -> dict[int, tuple[float, Period]]:
    """Of whom the figure is there for the latest period that they have reported: it, in base units, and the period."""
    declared = programme.catalogue.measures.get(name) or programme.catalogue.indicators[name]
    found: dict[int, tuple[float, Period]] = {}
    for asked in ask(desk, programme, cut, [name], None, None, kind=declared.type):
        panel = asked.panel
        last = sum(period.end <= day for period in panel.periods)
        if not last:
            continue
        told = latest(asked.columns[name], asked.masks[name], [], last - 1, 1)
        for place, (row, value) in enumerate(zip(told.rows, told.values, strict=True)):
            if row is not None and value is not None and panel.entities[place] in desk.sight:
                found[int(panel.ordinals[place])] = value, panel.periods[row]
    return found
