"""The hot tier: one scene of everyone, kept in memory and brought up to date by what is filed.

Most rows go straight into the arrays: a figure on the basis that is used there, one on a lesser basis, one where
nothing stands. Entities of which anything else is filed (a withdrawal, an audited figure over a quick one) are read
from the store again, over all periods. What would move the scene's beginning, what lies far ahead and very much at once
is told by None: then the scene is to be loaded anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue
from hengjian.model.filing import EntityRow, LinkRow, ObservationRow, Row
from hengjian.model.missing import Missing
from hengjian.model.period import Frequency, Period, period_of
from hengjian.panel.attribute import attribute_arrays
from hengjian.panel.changes import Cells, Changes, joined
from hengjian.panel.enter import enter
from hengjian.panel.fill import Places, numbers
from hengjian.panel.links import Edges
from hengjian.panel.load import load_panel
from hengjian.panel.panel import Panel
from hengjian.panel.reach import load_scene, stretch_of
from hengjian.panel.relink import relinked
from hengjian.panel.room import roomy_panel, wider_panel
from hengjian.panel.scene import WHOLE, Frame, LinkKey, Needs, Read, Scene
from hengjian.store import Store

#: So many periods beyond the last one that states anything are held ready, empty.
AHEAD: Mapping[Frequency, int] = {"year": 1, "half": 1, "quarter": 1, "month": 2, "day": 15}
#: Of more rows, or more pairs of links, than this the scene is loaded anew.
MANY_ROWS, MANY_LINKS = 100_000, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hot:
    """A scene of everyone under a cut that sees all that is filed. `first` and `last`: the periods that state anything;
    the scene itself may begin earlier and ends later. `ordinals`: of every entity there is."""

    cut: Cut
    needs: Needs
    scene: Scene
    first: Period
    last: Period
    ordinals: dict[str, int]

    @property
    def shown(self) -> slice:
        """The rows of the home panel that a scene loaded now would have."""
        return slice(0, self.last.index - self.scene.home.periods[0].index + 1)

    def place(self, entity: str) -> int | None:
        """Where an entity stands in the home panel; None: it is of another type, or not registered."""
        ordinals, ordinal = self.scene.home.ordinals, self.ordinals.get(entity)
        return (
            None if ordinal is None or not _holds(self.scene.home, ordinal) else int(np.searchsorted(ordinals, ordinal))
        )

    @property
    def cells(self) -> int:
        """How many figures are held."""
        panels = (self.scene.home, *self.scene.others.values())
        count = 0
        for panel in panels:
            count += len(panel.columns) * len(panel.periods) * len(panel.entities)
        return count


def load_hot(
    store: Store, catalogue: Catalogue, cut: Cut, needs: Needs, more: Read | None = None, *, limit: int = WHOLE
) -> Hot | None:
    """The scene of everyone for some formulas; `more` as in `load_scene`. None where nothing is stated, where the store
    adds up fine readings for them or they ask who holds whom, and where there would be more figures than `limit`.

    ValueError for a cut that does not see all that is filed.
    """
    if cut.as_of is not None or cut.known_at is not None:
        raise ValueError("a scene is kept for what is known now, each period as of its end")
    if needs.holdings or needs.series or any(read.series for read in needs.others.values()):
        return None
    with store.snapshot():
        stretch = stretch_of(store, catalogue, cut, needs, more)
        if stretch is None:
            return None
        last = stretch[1].shift(AHEAD.get(needs.frequency, 0))
        table = store.identities(None)
        columns = len(needs.measures | (more.measures if more else frozenset()))
        columns += len([name for read in needs.others.values() for name in read.measures])
        if columns * len(table) * (last.index - stretch[0].index + 1) > limit:
            return None
        scene = load_scene(store, catalogue, cut, needs, last=last, more=more)
        if not scene.home.periods:
            return None
        first, end = scene.home.periods[0], stretch[1]
        if _runs_over_all(needs):
            first = first.shift(needs.span % WHOLE if needs.beyond else 0)
        else:
            end = _last_stated(store, catalogue, scene.home, needs, end)
    ordinals = dict(zip(table.column("id").to_pylist(), numbers(table.column("ordinal")).tolist(), strict=True))
    roomy = Scene(
        frame=scene.frame, home=roomy_panel(scene.home), links=scene.links, is_led=scene.is_led,
        others={frame: roomy_panel(panel) for frame, panel in scene.others.items()},
    )  # fmt: skip
    return Hot(cut=cut, needs=needs, scene=roomy, first=first, last=end, ordinals=ordinals)


def _runs_over_all(needs: Needs) -> bool:
    """Whether a scene runs over all periods that any line of the statements read states: see `load_scene`."""
    return needs.reaches or needs.beyond


def _last_stated(store: Store, catalogue: Catalogue, panel: Panel, needs: Needs, last: Period) -> Period:
    """The last period of which the panel's measures state anything: its end, were it not asked for more."""
    while last > panel.periods[0]:
        found = load_panel(
            store, catalogue, panel.cut, sorted(panel.columns), needs.frequency, first=last, kind=needs.frame.type
        )
        if found.periods:
            return found.periods[-1]
        last = last.shift(-1)
    return last


def bring(store: Store, catalogue: Catalogue, hot: Hot, rows: Sequence[Row]) -> tuple[Hot, Changes] | None:
    """The scene after more rows were filed, which the store holds already, and what has changed; None: load it anew.

    The arrays of the one given are written to: use it no more. After an error, load it anew. Nobody else may write to
    the store meanwhile.
    """
    if len(rows) > MANY_ROWS:
        return None
    observed = [row for row in rows if isinstance(row, ObservationRow)]
    hot, fresh = _grown(store, catalogue, hot, [row for row in rows if isinstance(row, EntityRow)])
    stretched = _stretched(store, catalogue, hot, observed)
    if stretched is None:
        return None
    hot = stretched
    panels = {hot.scene.frame: hot.scene.home, **hot.scene.others}
    measures: dict[tuple[Frame, str], Cells] = {}
    for frame, panel in panels.items():
        found = enter(store, catalogue, panel, frame, observed, hot.ordinals)
        measures |= {(frame, name): cells for name, cells in found.items()}
    named = {hot.ordinals[row.entity] for row in rows if isinstance(row, EntityRow)}
    attributes = {
        (frame, name): cells
        for frame, panel in panels.items()
        for name, cells in _restated(store, panel, sorted(named)).items()
    }
    linked = _linked(store, catalogue, hot, [row for row in rows if isinstance(row, LinkRow)])
    if linked is None:
        return None
    links, changed = linked
    scene = replace(hot.scene, links=links)
    return replace(hot, scene=scene), Changes(measures=measures, attributes=attributes, links=changed, fresh=fresh)


def _stretched(store: Store, catalogue: Catalogue, hot: Hot, rows: Iterable[ObservationRow]) -> Hot | None:
    """With a later last period where the rows state one; None where they lie beyond what is held."""
    reads = {
        hot.scene.frame: frozenset(hot.scene.home.columns),
        **{frame: frozenset(panel.columns) for frame, panel in hot.scene.others.items()},
    }
    statements = {
        frame: {store.statement(catalogue.measures[name]) for name in names} - {None} for frame, names in reads.items()
    }
    last = hot.last
    for row in rows:
        for frame in reads:
            cut = frame.cut(hot.cut)
            if row.scope != cut.scope or cut.basis not in ("best", row.basis):
                continue
            if not _runs_over_all(hot.needs):
                if row.measure not in reads[frame] or not _holds(hot.scene.home, hot.ordinals[row.entity]):
                    continue
            elif store.statement(catalogue.measures[row.measure]) not in statements[frame]:
                continue
            begins, ends = (period_of(day, hot.needs.frequency) for day in (row.period.start, row.period.end))
            last = max(last, ends)
            if begins < hot.first or last > hot.scene.home.periods[-1]:
                return None
    return replace(hot, last=last)


def _holds(panel: Panel, ordinal: int) -> bool:
    place = int(np.searchsorted(panel.ordinals, ordinal))
    return place < len(panel.ordinals) and int(panel.ordinals[place]) == ordinal


def _grown(store: Store, catalogue: Catalogue, hot: Hot, rows: Iterable[EntityRow]) -> tuple[Hot, dict[Frame, Places]]:
    """With the entities that the rows register, and where these stand."""
    kinds = {row.entity: row.type for row in rows if row.entity not in hot.ordinals}
    if not kinds:
        return hot, {}
    added = sorted((ordinal, entity) for entity, ordinal in store.ordinals(kinds).items())
    fresh: dict[Frame, Places] = {}

    def wider(frame: Frame, panel: Panel) -> Panel:
        family = catalogue.family(frame.type)
        mine = [(ordinal, entity) for ordinal, entity in added if kinds[entity] in family]
        if not mine:
            return panel
        ordinals = np.array([ordinal for ordinal, _ in mine], np.int64)
        if len(panel.ordinals) and ordinals[0] <= panel.ordinals[-1]:
            raise ValueError("ordinals are given in the order of registration")
        fresh[frame] = np.arange(len(panel.entities), len(panel.entities) + len(mine))
        return wider_panel(panel, tuple(entity for _, entity in mine), ordinals, np.uint8(Missing.BEFORE_FIRST))

    scene = replace(
        hot.scene, home=wider(hot.scene.frame, hot.scene.home),
        others={frame: wider(frame, panel) for frame, panel in hot.scene.others.items()},
    )  # fmt: skip
    hot.ordinals.update((entity, ordinal) for ordinal, entity in added)
    return replace(hot, scene=scene), fresh


def _restated(store: Store, panel: Panel, ordinals: Sequence[int]) -> dict[str, Cells]:
    """Read the attributes of some entities again; where they are others than before."""
    mine = np.array([ordinal for ordinal in ordinals if _holds(panel, ordinal)], np.int64)
    if not len(mine) or not panel.attributes:
        return {}
    places = np.searchsorted(panel.ordinals, mine)
    found = attribute_arrays(store, panel.cut, list(panel.attributes), mine, mine.tolist(), panel.periods)
    changed: dict[str, Cells] = {}
    for name, texts in found.items():
        other = np.asarray(panel.attributes[name][:, places] != texts, np.bool_)
        panel.attributes[name][:, places] = texts
        if other.any():
            changed[name] = {int(row): places[other[row]] for row in np.flatnonzero(other.any(axis=1))}
    return changed


def _linked(
    store: Store, catalogue: Catalogue, hot: Hot, rows: Iterable[LinkRow]
) -> tuple[dict[LinkKey, tuple[Edges, ...]], dict[LinkKey, Cells]] | None:
    """Paint the pairs anew of which the rows state anything; the near places of those that changed. None: too many."""
    pairs: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for row in rows:
        pairs[row.link].add((hot.ordinals[row.source], hot.ordinals[row.target]))
    links = dict(hot.scene.links)
    changed: dict[LinkKey, Cells] = {}
    for key in hot.scene.links:
        found = pairs.get(key.link, set())
        if len(found) > MANY_LINKS:
            return None
        near, far = (_everyone(hot.scene, kind, key.frequency) for kind in (key.near, key.far))
        for source, target in sorted(found):
            ends = (target, source) if key.back else (source, target)
            if _holds(near, ends[0]) and _holds(far, ends[1]):
                made = relinked(store, hot.cut, catalogue.links[key.link], key.back, (near, far), ends, links[key])
                place = np.searchsorted(near.ordinals, ends[:1])
                pairs_of_rows = enumerate(zip(links[key], made, strict=True))
                cells = {row: place for row, (old, new) in pairs_of_rows if old is not new}
                changed[key] = joined([changed.get(key, {}), cells])
                links[key] = made
    return links, changed


def _everyone(scene: Scene, kind: str, frequency: Frequency) -> Panel:
    """The panel of everyone of a type, whose places links name."""
    panels = {scene.frame: scene.home, **scene.others}
    return next(
        panel
        for frame, panel in panels.items()
        if frame.everyone and frame.type == kind and frame.frequency == frequency
    )
