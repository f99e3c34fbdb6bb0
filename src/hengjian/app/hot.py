"""What a running server keeps in memory: scenes of everyone, and what depends on others, refreshed after each filing.

Kept per programme, type, frequency and what was asked for together, for the cut that is asked for mostly: consolidated,
the best basis, all that is known. A command without a server keeps nothing: it loads what it asks for.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hengjian.app.desk import Desk
from hengjian.app.kept import CUT, TIERS, Found, tier_of
from hengjian.evaluate.engine import Engine
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.refresh import columns_of_everyone, columns_of_one, kept, refresh
from hengjian.evaluate.reshape import part
from hengjian.formula.term import Programme
from hengjian.ledger.canonical import parse
from hengjian.model.filing import Row, row_of
from hengjian.model.issue import Failure
from hengjian.model.period import Frequency
from hengjian.panel.changes import Cells
from hengjian.panel.hot import Hot, bring, load_hot
from hengjian.panel.panel import Column, Panel
from hengjian.panel.scene import Frame, Read, Scene
from hengjian.store import Store

#: So many figures are kept at most, about nine bytes each; beside the scene asked for last, others go first.
LIMIT = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One scene and its engine, as of the ledger's size `desk.changed`. `roots`: what the last filings refreshed."""

    programme: Programme
    store: Store
    hot: Hot
    engine: Engine
    size: int
    roots: Mapping[str, Cells] = field(default_factory=dict)


#: A type, a frequency, and the indicators and measures asked for together.
_Key = tuple[str, Frequency, frozenset[str]]


class Tier:
    """The scenes kept for one desk; the one used last comes last."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._kept: OrderedDict[_Key, Live] = OrderedDict()

    def load(self, desk: Desk, kind: str, frequency: Frequency, names: Iterable[str] | None = None) -> Live | None:
        """The scene of everyone of a type for some indicators and measures (None: all indicators) as it is now.

        None where there is nothing to keep, or too much.
        """
        self.refresh(desk)
        programme = desk.programme()
        named = frozenset(_all_names(programme, kind, frequency) if names is None else names)
        key = kind, frequency, named
        if key not in self._kept:
            live = _loaded(desk, programme, key, self._limit)
            if live is None:
                return None
            self._kept[key] = live
            self._shrink()
        self._kept.move_to_end(key)
        return self._kept[key]

    def find(self, desk: Desk, frequency: Frequency, names: Iterable[str], entity: str) -> Live | None:
        """A scene that holds an entity and some indicators and measures as they are now; None: none is kept."""
        self.refresh(desk)
        wanted = frozenset(names)
        for key, live in reversed(self._kept.items()):
            if key[1] == frequency and wanted <= key[2] and live.hot.place(entity) is not None:
                self._kept.move_to_end(key)
                return live
        return None

    def refresh(self, desk: Desk) -> None:
        """Bring all scenes up to the ledger; one that cannot be is given up, and loaded when it is next asked for."""
        since = min((live.size for live in self._kept.values()), default=desk.changed)
        if any(live.store is not desk.store for live in self._kept.values()):
            self._kept.clear()  # the tables were rebuilt
        if since == desk.changed:
            return
        rows = rows_since(desk, since)
        programme = desk.programme()
        for key in list(self._kept):
            live = self._kept.pop(key)  # an error leaves its arrays half written
            if rows is None or live.programme is not programme or live.size != since:
                continue
            fresh = brought(desk, live, rows)
            if fresh is not None:
                self._kept[key] = fresh
        self._shrink()

    def _shrink(self) -> None:
        while len(self._kept) > 1 and sum(live.hot.cells for live in self._kept.values()) > self._limit:
            self._kept.popitem(last=False)


def keep(desk: Desk) -> Tier:
    """From now on, what is asked of this desk is kept in memory."""
    return TIERS.setdefault(desk, Tier())


def refresh_kept(desk: Desk) -> None:
    """Bring what is kept up to the ledger, so that the next question need not wait for it."""
    tier = tier_of(desk)
    if tier is not None and desk.is_settled:
        tier.refresh(desk)


def _all_names(programme: Programme, kind: str, frequency: Frequency) -> list[str]:
    lineage = programme.catalogue.lineage(kind)
    return [name for name, one in programme.indicators.items() if one.type in lineage and one.frequency == frequency]


def _loaded(desk: Desk, programme: Programme, key: _Key, limit: int) -> Live | None:
    kind, _, names = key
    computed = sorted(name for name in names if name in programme.indicators)
    if not computed:
        return None
    wanted = needs(programme, computed, everyone=True, about=kind)
    plain = frozenset(names - set(computed))
    hot = load_hot(desk.store, programme.catalogue, CUT, wanted, more=Read(measures=plain), limit=limit)
    if hot is None:
        return None
    return Live(
        programme=programme, store=desk.store, hot=hot, engine=kept(programme, computed, hot.scene), size=desk.changed
    )


def of_everyone(desk: Desk, kind: str, frequency: Frequency, names: Iterable[str]) -> Found | None:
    """Everyone of a type; None where nothing is kept."""
    tier = tier_of(desk)
    live = None if tier is None else tier.load(desk, kind, frequency, names)
    if live is None:
        return None
    scene = live.hot.scene
    columns = columns_of_everyone(live.engine, live.hot.shown.stop)
    others = {frame: _ended(live, frame, panel) for frame, panel in scene.others.items()}
    return Found(scene=replace(scene, home=_ended(live, scene.frame, scene.home), others=others), columns=columns)


def of_one(desk: Desk, frequency: Frequency, names: Iterable[str], entity: str) -> Found | None:
    """One entity; None where nothing is kept that holds it."""
    names = list(names)
    tier = tier_of(desk)
    live = None if tier is None else tier.find(desk, frequency, names, entity)
    place = None if live is None else live.hot.place(entity)
    if live is None or place is None:
        return None
    scene = live.hot.scene
    columns = columns_of_one(live.engine, names, place, live.hot.shown.stop)
    everyone = {scene.frame: scene.home, **scene.others}
    own = {
        replace(frame, everyone=False): part(_ended(live, frame, panel), slice(place, place + 1))
        for frame, panel in everyone.items()
        if frame.type == scene.frame.type
    }
    frame = replace(scene.frame, everyone=False)
    home = own.pop(frame)
    return Found(scene=Scene(frame=frame, home=home, others={**everyone, **own}, links=scene.links), columns=columns)


def _ended(live: Live, frame: Frame, panel: Panel) -> Panel:
    """A panel without the periods that are held ready beyond the last; one of another frequency as it is."""
    rows = live.hot.shown if frame.frequency == live.hot.needs.frequency else slice(None)
    return replace(
        panel,
        periods=panel.periods[rows],
        columns={
            name: Column(values=column.values[rows], reasons=column.reasons[rows])
            for name, column in panel.columns.items()
        },
        basis={name: codes[rows] for name, codes in panel.basis.items()},
        attributes={name: texts[rows] for name, texts in panel.attributes.items()},
    )


def brought(desk: Desk, live: Live, rows: Iterable[Row]) -> Live | None:
    """A scene after more rows were filed; None: load it anew."""
    found = bring(desk.store, live.programme.catalogue, live.hot, list(rows))
    if found is None:
        return None
    hot, changes = found
    refreshed = refresh(live.engine, hot.scene, changes)
    return replace(live, hot=hot, engine=refreshed.engine, size=desk.changed, roots=refreshed.roots)


def rows_since(desk: Desk, since: int) -> list[Row] | None:
    """All rows filed from an entry on, in the order of the ledger; None where a pack was entered."""
    rows: list[Row] = []
    for entry in desk.log.entries(since, desk.log.size):
        leaf = entry.record()
        if leaf.kind == "pack":
            return None
        evidence = desk.log.evidence(entry.index) if leaf.kind == "filing" else None
        for data in () if evidence is None else evidence.rows:
            record = parse(data)
            if not isinstance(record, dict):
                raise Failure("a filed row in the ledger is no object", "run `hengjian audit SPACE`")
            rows.append(row_of(record))
    return rows
