"""A panel out of the store: what to ask for, in which portions, and how the arrays come together."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial

import numpy as np

from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue, Measure
from hengjian.model.period import Frequency, Period, last_before, period_of
from hengjian.panel.attribute import attribute_arrays
from hengjian.panel.fill import Board, Places, ahead, numbers, portions
from hengjian.panel.panel import Panel
from hengjian.store import Store
from hengjian.store.select import Window

#: So many cells of a measure are fetched at a time: a portion of the arrays then stays in the processor's cache.
PORTION = 300_000


def load_panel(
    store: Store,
    catalogue: Catalogue,
    cut: Cut,
    measures: Iterable[str],
    frequency: Frequency,
    entities: Iterable[str] | None = None,
    first: Period | None = None,
    last: Period | None = None,
    attributes: Sequence[str] = (),
    kind: str | None = None,
) -> Panel:
    """The cut of `measures`, all of this frequency, as arrays [period × entity].

    `entities` None: all of the type `kind` and of what extends it; without a kind all of the measures' types (without
    measures: all). By default the panel runs from the first to the
    last period that states any of the measures for any of the entities under the cut; `first` and `last` are kept even
    where nothing is stated. The cut's `as_of` leaves out periods that end after it. Attributes are those in force at a
    period's end, or on `as_of`. A measure that no filing could state yet is missing everywhere. KeyError on a measure
    that is not declared, ValueError on one of another frequency, `Refused` on entities that are not registered.
    """
    declared = [_of_frequency(catalogue.measures[name], frequency) for name in dict.fromkeys(measures)]
    with store.snapshot():
        kinds = [measure.type for measure in declared] if kind is None else [kind]
        ids, ordinals = entities_of(store, frozenset().union(*map(catalogue.family, kinds)), entities)
        asked = None if entities is None else ordinals.tolist()
        begin, end = _bounds(store, declared, cut, frequency, asked, first, last)
        board = _filled(store, declared, cut, ordinals, asked, begin, end)
        if first is not None:
            _look_back(store, board, declared, cut, asked)
        rows = _kept_rows(board, end - begin + 1, keep_first=first is not None, keep_last=last is not None)
        periods = tuple(Period(frequency, begin + row) for row in range(rows.start, rows.stop))
        texts = attribute_arrays(store, cut, attributes, ordinals, asked, periods)
    columns, basis = board.finished(rows)
    return Panel(
        cut=cut, periods=periods, entities=ids, ordinals=ordinals, columns=columns, basis=basis, attributes=texts
    )


def _of_frequency(measure: Measure, frequency: Frequency) -> Measure:
    if measure.frequency != frequency:
        raise ValueError(f"{measure.name} is reported by {measure.frequency}, the panel is by {frequency}")
    return measure


def entities_of(store: Store, kinds: Collection[str], ids: Iterable[str] | None) -> tuple[tuple[str, ...], Places]:
    """Ids and ordinals of the panel's columns, by ordinal."""
    if ids is None:
        table = store.identities(kinds or None)
        return tuple(table.column("id").to_pylist()), numbers(table.column("ordinal")).astype(np.int64)
    found = sorted((ordinal, identity) for identity, ordinal in store.ordinals(ids).items())
    return tuple(identity for _, identity in found), np.array([ordinal for ordinal, _ in found], np.int64)


def _bounds(
    store: Store,
    measures: Sequence[Measure],
    cut: Cut,
    frequency: Frequency,
    asked: Sequence[int] | None,
    first: Period | None,
    last: Period | None,
) -> tuple[int, int]:
    """The first and the last period index, both included; first > last when there is none."""
    begin, end = (None if period is None else period.index for period in (first, last))
    if begin is None or end is None:
        window = Window(first=begin, last=end, ordinals=asked)
        span = store.period_span(measures, cut, window) if measures else None
        if span is None:
            return 0, -1
        begin = span[0].index if begin is None else begin
        end = span[1].index if end is None else end
    if cut.as_of is not None:
        end = min(end, last_before(period_of(cut.as_of, "day"), frequency).index)
    return begin, max(end, begin - 1)


def _filled(
    store: Store,
    measures: Sequence[Measure],
    cut: Cut,
    ordinals: Places,
    asked: Sequence[int] | None,
    begin: int,
    end: int,
) -> Board:
    statements = {measure.name: measure.pack for measure in measures}
    board = Board.empty(list(statements), statements, ordinals, begin, end - begin + 1)
    windows = [
        Window(first=start, last=stop, ordinals=asked)
        for start, stop in portions(begin, end, max(1, PORTION // max(1, len(ordinals))))
    ]
    for selections in ahead([partial(store.select, measures, cut, window) for window in windows]):
        for selection in selections:
            board.put(selection)
    return board


def _look_back(store: Store, board: Board, measures: Sequence[Measure], cut: Cut, asked: Sequence[int] | None) -> None:
    """Ask what was reported before the first row, of the measures that do not begin with a full row."""
    open_ended = [measure for measure in measures if not board.reported(measure.name, 0).all()] if board.rows else []
    if open_ended:
        for table, columns in store.reported_before(open_ended, cut, Window(first=board.first, ordinals=asked)):
            board.put_earlier(table, columns)


def _kept_rows(board: Board, count: int, *, keep_first: bool, keep_last: bool) -> slice:
    """The rows from the first to the last that state anything: the store's span may be wider than these measures'."""
    rows = range(count)
    first = next((row for row in rows if _states(board, row)), None)
    if first is None and not (keep_first and keep_last):
        return slice(0, 0)
    last = next((row for row in reversed(rows) if _states(board, row)), None)
    return slice(0 if keep_first or first is None else first, count if keep_last or last is None else last + 1)


def _states(board: Board, row: int) -> bool:
    return any(board.reported(measure, row).any() for measure in board.values)
