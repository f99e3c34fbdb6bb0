"""What a running server keeps in memory: scenes of everyone, and what depends on others, refreshed after each filing.

Kept per programme, type and frequency for the cut that is asked for mostly: consolidated, the best basis, all that is
known. A command without a server keeps nothing: it loads what it asks for.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from hengjian.app.desk import Desk
from hengjian.evaluate.engine import Engine
from hengjian.evaluate.lookback import needs
from hengjian.evaluate.refresh import kept, refresh
from hengjian.formula.term import Programme
from hengjian.ledger.canonical import parse
from hengjian.model.cut import Cut
from hengjian.model.filing import Row, row_of
from hengjian.model.issue import Failure
from hengjian.model.period import Frequency
from hengjian.panel.changes import Cells
from hengjian.panel.hot import Hot, bring, load_hot
from hengjian.panel.scene import Read

#: So many figures are kept at most, about nine bytes each; beside the scene asked for last, others go first.
LIMIT = 500_000_000
#: The cut that is kept.
CUT = Cut()


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One scene and its engine, as of `size` entries of the ledger. `roots`: what the last filings refreshed."""

    programme: Programme
    hot: Hot
    engine: Engine
    size: int
    roots: Mapping[str, Cells] = field(default_factory=dict)


_Key = tuple[str, Frequency]


class Tier:
    """The scenes kept for one desk, by type and frequency; the one used last comes last."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._kept: OrderedDict[_Key, Live] = OrderedDict()

    def get(self, desk: Desk, kind: str, frequency: Frequency) -> Live | None:
        """The scene as it is now; None: it is not kept."""
        self.refresh(desk)
        live = self._kept.get((kind, frequency))
        if live is not None:
            self._kept.move_to_end((kind, frequency))
        return live

    def load(self, desk: Desk, kind: str, frequency: Frequency) -> Live | None:
        """The same, loaded where it is not kept; None where there is nothing to keep, or too much."""
        live = self.get(desk, kind, frequency)
        if live is None:
            live = _loaded(desk, kind, frequency, self._limit)
            if live is not None:
                self._kept[kind, frequency] = live
                self._shrink()
        return live

    def refresh(self, desk: Desk) -> None:
        """Bring all scenes up to the ledger; one that cannot be is given up, and loaded when it is next asked for."""
        since = min((live.size for live in self._kept.values()), default=desk.log.size)
        if since == desk.log.size:
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

    def clear(self) -> None:
        """Give up all scenes."""
        self._kept.clear()

    def _shrink(self) -> None:
        while len(self._kept) > 1 and sum(live.hot.cells for live in self._kept.values()) > self._limit:
            self._kept.popitem(last=False)


_tiers: WeakKeyDictionary[Desk, Tier] = WeakKeyDictionary()


def keep(desk: Desk) -> Tier:
    """From now on, what is asked of this desk is kept in memory."""
    return _tiers.setdefault(desk, Tier())


def tier_of(desk: Desk) -> Tier | None:
    """What is kept for a desk; None where nothing is to be kept."""
    return _tiers.get(desk)


def _loaded(desk: Desk, kind: str, frequency: Frequency, limit: int) -> Live | None:
    programme = desk.programme()
    catalogue = programme.catalogue
    lineage = catalogue.lineage(kind)
    names = [
        name for name, one in programme.indicators.items() if one.type in lineage and one.frequency == frequency
    ]  # fmt: skip
    if not names:
        return None
    plain = frozenset(
        name for name, one in catalogue.measures.items() if one.type in lineage and one.frequency == frequency
    )
    wanted = needs(programme, names, everyone=True, about=kind)
    columns = len(plain) + sum(len(read.measures) for read in wanted.others.values())
    if len(desk.entity_types()) * columns > limit:  # of one period already
        return None
    hot = load_hot(desk.store, catalogue, CUT, wanted, more=Read(measures=plain))
    if hot is None or hot.cells > limit:
        return None
    return Live(programme=programme, hot=hot, engine=kept(programme, names, hot.scene), size=desk.log.size)


def brought(desk: Desk, live: Live, rows: Iterable[Row]) -> Live | None:
    """A scene after more rows were filed; None: load it anew."""
    found = bring(desk.store, live.programme.catalogue, live.hot, list(rows))
    if found is None:
        return None
    hot, changes = found
    refreshed = refresh(live.engine, hot.scene, changes)
    return replace(live, hot=hot, engine=refreshed.engine, size=desk.log.size, roots=refreshed.roots)


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
