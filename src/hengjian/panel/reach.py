"""A scene out of the store: the panel that is asked for, and all that formulas reach around it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue
from hengjian.model.period import PER_YEAR, Frequency, Period, first_within, last_within, period_of
from hengjian.panel.holdings import load_holdings
from hengjian.panel.links import Edges, load_links
from hengjian.panel.load import load_panel
from hengjian.panel.panel import Panel
from hengjian.panel.scene import WHOLE, Frame, LinkKey, Needs, Ownership, Read, Scene
from hengjian.panel.series import load_aggregate
from hengjian.store import Store
from hengjian.store.select import Window

_Stretch = tuple[Period, Period]


def load_scene(
    store: Store,
    catalogue: Catalogue,
    cut: Cut,
    needs: Needs,
    entities: Iterable[str] | None = None,
    first: Period | None = None,
    last: Period | None = None,
    *,
    more: Read | None = None,
) -> Scene:
    """The cut of all that some formulas read, for `entities` (None: everyone of the type).

    `first` and `last` are the periods wanted; what lies before them is loaded as far as the formulas look back. Without
    them, the scene runs over all periods that state anything that is read. `more`: what to load beside it in the
    formulas' own frame. Errors as of `load_panel`.
    """
    own = Read(
        measures=needs.measures | (more.measures if more else frozenset()),
        attributes=needs.attributes | (more.attributes if more else frozenset()),
        series=needs.series,
    )
    ids = None if entities is None else list(entities)
    with store.snapshot():
        if not needs.reaches and (needs.span < WHOLE if first is not None else not needs.beyond):
            begin = None if first is None else _back(first, needs.span)
            home = _panel(store, catalogue, cut, needs.frame, own, ids, (begin, last))
            return Scene(frame=needs.frame, home=home, is_led=first is not None)
        reads = {needs.frame: own, **needs.others}
        stretch = _stretch(store, catalogue, cut, needs, reads, ids, first, last)
        if stretch is None:
            return Scene(frame=needs.frame, home=_nothing(store, catalogue, cut, needs.frame, own, ids))
        stretches = stretches_of(needs, stretch)
        panels = {
            frame: _panel(
                store, catalogue, cut, frame, read, None if frame.everyone else ids, stretches[frame.frequency]
            )
            for frame, read in reads.items()
        }
        links = _links(store, catalogue, cut, needs, panels)
        ownership = _ownership(store, catalogue, cut, needs, panels)
        home = panels.pop(needs.frame)
    return Scene(frame=needs.frame, home=home, others=panels, links=links, ownership=ownership)


def stretch_of(store: Store, catalogue: Catalogue, cut: Cut, needs: Needs, more: Read | None = None) -> _Stretch | None:
    """The periods, of the formulas' own frequency, over which a scene of all there is runs; None: nothing is stated.

    Where nothing is read beyond one panel, nor before the first report, the scene may be shorter: it begins and ends
    with what its measures state. `more` as in `load_scene`.
    """
    plain = more.measures if more else frozenset()
    own = Read(measures=needs.measures | plain, attributes=needs.attributes, series=needs.series)
    with store.snapshot():
        return _stretch(store, catalogue, cut, needs, {needs.frame: own, **needs.others}, None, None, None)


def _back(period: Period, count: int) -> Period:
    """The period so many before, the first of year 1 at the earliest."""
    return Period(period.frequency, max(period.index - count, PER_YEAR.get(period.frequency, 1)))


def _panel(
    store: Store, catalogue: Catalogue, cut: Cut, frame: Frame, read: Read, ids: list[str] | None,
    stretch: tuple[Period | None, Period | None],
) -> Panel:  # fmt: skip
    panel = load_panel(
        store, catalogue, frame.cut(cut), sorted(read.measures), frame.frequency, entities=ids,
        first=stretch[0], last=stretch[1], attributes=sorted(read.attributes), kind=frame.type,
    )  # fmt: skip
    return _with_series(store, catalogue, panel, read, frame.type) if read.series and panel.periods else panel


def _with_series(store: Store, catalogue: Catalogue, panel: Panel, read: Read, kind: str) -> Panel:
    """The panel of everyone of a type with what the store adds up out of fine readings, each as a column of its own."""
    columns, basis = dict(panel.columns), dict(panel.basis)
    none = np.broadcast_to(np.uint8(0), (len(panel.periods), len(panel.entities)))
    for one in read.series:
        is_all = catalogue.family(catalogue.measures[one.measure].type) == catalogue.family(kind)
        found = load_aggregate(
            store, catalogue, panel.cut, one.measure, one.kind, panel.periods[0].frequency,
            entities=None if is_all else panel.entities, first=panel.periods[0], last=panel.periods[-1],
        )  # fmt: skip
        if found.entities != panel.entities or found.periods != panel.periods:
            raise RuntimeError(f"the readings of {one.measure} and the panel do not join")
        columns[one.column], basis[one.column] = found.column(one.at_least), none
    return replace(panel, columns=columns, basis=basis)


def _nothing(store: Store, catalogue: Catalogue, cut: Cut, frame: Frame, own: Read, ids: list[str] | None) -> Panel:
    """A panel of no period."""
    return _panel(store, catalogue, cut, frame, own, ids, (None, None))


def _stretch(
    store: Store, catalogue: Catalogue, cut: Cut, needs: Needs, reads: Mapping[Frame, Read], ids: list[str] | None,
    first: Period | None, last: Period | None,
) -> _Stretch | None:  # fmt: skip
    """The periods to load of the formulas' own frequency; None where nothing is stated and none is asked for.

    Who looks back over all there is looks back to the first report of anyone: nothing that a formula finds there
    depends on who else was asked about.
    """
    begin = None if first is None or needs.span >= WHOLE else _back(first, needs.span)
    end = last
    if begin is None or end is None:
        days = []
        for frame, read in reads.items():
            is_all = frame.everyone or ids is None or needs.span >= WHOLE
            ordinals = None if is_all or ids is None else sorted(store.ordinals(ids).values())
            together = [[catalogue.measures[name] for name in read.measures]]
            together += [[catalogue.measures[one.measure]] for one in read.series]
            for measures in together:
                span = store.period_span(measures, frame.cut(cut), Window(ordinals=ordinals)) if measures else None
                if span is not None:
                    days += [span[0].start, span[1].end]
        if not days:
            if first is None or last is None:
                return None
            days = [first.start, last.end]
        stated = period_of(min(days), needs.frequency), period_of(max(days), needs.frequency)
        if begin is None:
            begin = _back(min(first or stated[0], stated[0]), needs.span % WHOLE if needs.beyond else 0)
        end = end or stated[1]
    if cut.as_of is not None:
        running = period_of(cut.as_of, needs.frequency)
        end = min(end, running if running.end == cut.as_of else running.shift(-1))
    return (begin, end) if begin <= end else None


def stretches_of(needs: Needs, stretch: _Stretch) -> dict[Frequency, _Stretch]:
    """The periods to load of each frequency: those within the ones above it, and as many before as are looked back."""
    found = {needs.frequency: stretch}
    todo = dict(needs.above)
    while todo:
        frequency = next(one for one, above in todo.items() if above <= found.keys())
        above = [found[one] for one in todo.pop(frequency)]
        begin = min(first_within(first, frequency) for first, _ in above)
        end = max(last_within(last, frequency) for _, last in above)
        found[frequency] = (_back(begin, needs.spans.get(frequency, 0)), end)
    return found


def _ownership(store: Store, catalogue: Catalogue, cut: Cut, needs: Needs, panels: Mapping[Frame, Panel]) -> Ownership:
    """Who holds whom at the end of each period."""
    if not needs.holdings:
        return Ownership()
    holdings = {}
    for frequency in needs.holdings:
        periods = next(panel.periods for frame, panel in panels.items() if frame.frequency == frequency)
        holdings[frequency] = load_holdings(store, cut, [period.end for period in periods])
    holders = {
        name: np.array([ordinal for ordinal, _ in store.entities_of(catalogue.family(name))], np.int64)
        for name in needs.holders
    }
    return Ownership(holdings=holdings, ids=tuple(store.entity_types()), holders=holders)


def _links(
    store: Store, catalogue: Catalogue, cut: Cut, needs: Needs, panels: Mapping[Frame, Panel]
) -> dict[LinkKey, tuple[Edges, ...]]:
    """The links of each period, between everyone of the two types."""
    found = {}
    for key in needs.links:
        near, far = (
            next(
                panel
                for frame, panel in panels.items()
                if frame.everyone and frame.type == kind and frame.frequency == key.frequency
            )
            for kind in (key.near, key.far)
        )
        found[key] = load_links(
            store, cut, catalogue.links[key.link], key.back, near.ordinals, far.ordinals,
            [period.end for period in near.periods],
        )  # fmt: skip
    return found
