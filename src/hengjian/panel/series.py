"""Coarser periods out of a fine measure, reading after reading, without a panel of all of them (decision 0016).

Every kind is a fold: of each coarse period the first fine one, then the second, …, for all entities at once. The fine
ones come in pieces, so the memory does not grow with the years.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import Cut
from hengjian.model.declaration import Catalogue, Measure
from hengjian.model.missing import Missing
from hengjian.model.period import (
    Frequency,
    Period,
    around,
    coarser,
    first_within,
    last_before,
    last_within,
    period_of,
)
from hengjian.panel.fill import Flags, Places, portions
from hengjian.panel.load import entities_of
from hengjian.panel.panel import Codes, Column, Values
from hengjian.panel.readings import Piece, Source, read_piece
from hengjian.store import Store
from hengjian.store.select import Window

Kind = Literal["sum", "mean", "max", "min", "last", "increase"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Counts = NDArray[np.int64]

#: So many cells of readings are held at a time.
PIECE = 10_000_000
_NOT_REPORTED, _BEFORE_FIRST = np.uint8(Missing.NOT_REPORTED), np.uint8(Missing.BEFORE_FIRST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A measure by a coarser frequency, as arrays [period × entity] (`sizes`: by period).

    `values` are made of the readings present, `counts` of `sizes` fine periods. `causes` is the reason of
    the first missing one (of `last`: of the last fine period), 0 where none is missing. `before`, of `increase` only,
    is why there is no reading just before the period, 0 where there is one.
    """

    kind: Kind
    periods: tuple[Period, ...]
    entities: tuple[str, ...]
    ordinals: Places
    values: Values
    counts: Counts
    sizes: Counts
    causes: Codes
    before: Codes | None

    def column(self, at_least: int | None = None) -> Column:
        """The figures for which `at_least` readings are there (None: all; no more than there are fine periods), and
        the reasons why there are no others. What is no finite number is NOT_APPLICABLE. `last` takes no `at_least`."""
        reasons = self.causes
        if at_least is not None and self.kind != "last":
            is_enough = self.counts >= np.minimum(self.sizes, at_least)[:, np.newaxis]
            reasons = np.where(is_enough, np.uint8(Missing.PRESENT), reasons)
        if self.before is not None:
            reasons = np.where(self.before, self.before, reasons)
        is_endless = (reasons == Missing.PRESENT) & ~np.isfinite(self.values)
        reasons = np.where(is_endless, np.uint8(Missing.NOT_APPLICABLE), reasons)
        return Column(values=np.where(reasons == Missing.PRESENT, self.values, np.nan), reasons=reasons)


def load_aggregate(
    store: Store,
    catalogue: Catalogue,
    cut: Cut,
    measure: str,
    kind: Kind,
    per: Frequency,
    entities: Iterable[str] | None = None,
    first: Period | None = None,
    last: Period | None = None,
) -> Aggregate:
    """`measure` by the coarser frequency `per`; entities, `first` and `last` (of `per`) are as in `load_panel`.

    By default it runs from the coarse period of the first reading to that of the last one. ValueError when `per` is not
    coarser; KeyError and `Refused` as of `load_panel`.
    """
    declared = catalogue.measures[measure]
    if not coarser(per, declared.frequency):
        raise ValueError(f"{measure} is reported by {declared.frequency}: {per} is not coarser")
    with store.snapshot():
        ids, ordinals = entities_of(store, catalogue.family(declared.type), entities)
        asked = None if entities is None else ordinals.tolist()
        periods = _periods(store, declared, cut, per, asked, first, last)
        source = Source(store=store, measure=declared, cut=cut, ordinals=ordinals, asked=asked)
        return aggregate(source, kind, ids, periods, from_start=first is None)


def _periods(
    store: Store,
    measure: Measure,
    cut: Cut,
    per: Frequency,
    asked: Sequence[int] | None,
    first: Period | None,
    last: Period | None,
) -> tuple[Period, ...]:
    if first is None or last is None:
        fine = measure.frequency
        begin = None if first is None else first_within(first, fine).index
        end = None if last is None else last_within(last, fine).index
        span = store.period_span([measure], cut, Window(first=begin, last=end, ordinals=asked))
        if span is None:
            return ()
        first, last = first or around(span[0], per), last or around(span[1], per)
    if cut.as_of is not None:
        last = min(last, last_before(period_of(cut.as_of, "day"), per))
    return tuple(Period(per, index) for index in range(first.index, last.index + 1))


def aggregate(
    source: Source, kind: Kind, entities: tuple[str, ...], periods: tuple[Period, ...], *, from_start: bool
) -> Aggregate:
    """The consecutive `periods` out of the finer readings of `source`; needs a snapshot of the store.

    `from_start`: nothing was reported before them. Readings are added one at a time, oldest first, beginning with 0.
    """
    fine = source.measure.frequency
    spans = [(first_within(period, fine).index, last_within(period, fine).index) for period in periods]
    shape = (len(periods), len(entities))
    result = Aggregate(
        kind=kind, periods=periods, entities=entities, ordinals=source.ordinals, values=np.full(shape, np.nan),
        counts=np.zeros(shape, np.int64), causes=np.full(shape, _BEFORE_FIRST),
        sizes=np.array([last - first + 1 for first, last in spans], np.int64),
        before=np.full(shape, _BEFORE_FIRST) if kind == "increase" else None,
    )  # fmt: skip
    if not spans or not entities:
        return result
    fold = _Fold(kind, len(entities), np.zeros(len(entities), np.bool_) if from_start else None)
    if kind == "increase" and not from_start:
        fold.look(source, spans[0][0] - 1)
    row = 0
    size = min(max(1, PIECE // len(entities)), spans[-1][1] - spans[0][0] + 1)
    room = np.empty((size, len(entities)))
    for start, stop in portions(spans[0][0], spans[-1][1], size):
        piece = read_piece(source, start, stop, fold.seen, room)
        while start <= stop:
            first, last = spans[row]
            upto = min(stop, last)
            if start == first:
                fold.begin()
            fold.take(piece, slice(start - piece.first, upto + 1 - piece.first))
            if upto == last:
                fold.end(result, row)
                row += 1
            start = upto + 1
    return result


class _Fold:
    """One coarse period after another, reading by reading, for all entities at once."""

    def __init__(self, kind: Kind, width: int, seen: Flags | None) -> None:
        self._kind = kind
        self._width = width
        #: Who has reported so far; None: not known yet.
        self.seen = seen
        #: The reading of the last fine period, or why there is none.
        self._edge, self._edge_codes = np.full(width, np.nan), np.full(width, _BEFORE_FIRST)
        self.begin()

    def begin(self) -> None:
        """Begin a coarse period."""
        self._values = np.full(self._width, np.nan if self._kind in ("max", "min") else 0.0)
        self._counts = np.zeros(self._width, np.int64)
        self._causes = np.zeros(self._width, np.uint8)
        self._latest, self._before = self._edge, self._edge_codes

    def look(self, source: Source, index: int) -> None:
        """Take notice of the one fine period before all others."""
        room = np.empty((1, self._width))
        self.take(read_piece(source, index, index, None, room), slice(0, 1))

    def take(self, piece: Piece, rows: slice) -> None:
        """Add the readings of some fine periods of one coarse period; the piece's own rows are used up."""
        seen = piece.seen.copy() if self.seen is None else self.seen
        part = piece.values[rows]
        is_hole = np.isnan(part)
        missed = _missed(is_hole)
        holes = np.flatnonzero(missed)
        self._counts += len(part)
        self._edge, self._edge_codes = part[-1].copy(), np.zeros(self._width, np.uint8)
        before, self.seen = seen, np.ones(self._width, np.bool_)
        if len(holes):
            self._counts -= missed
            causes = np.where(is_hole[0, holes] & ~before[holes], _BEFORE_FIRST, _NOT_REPORTED)
            after = before[holes] | (missed[holes] < len(part))
            edge = np.where(after, _NOT_REPORTED, _BEFORE_FIRST)
            if len(piece.unsettled):
                told, places = _told(piece.unsettled, holes)
                reasons = piece.reasons[rows]
                causes[told] = reasons[is_hole[:, holes[told]].argmax(axis=0), places]
                edge[told] = reasons[-1, places]
                after[told] = reasons[-1, places] != _BEFORE_FIRST
            self._causes[holes] = np.where(self._causes[holes], self._causes[holes], causes)
            self._edge_codes[holes] = np.where(is_hole[-1, holes], edge, np.uint8(Missing.PRESENT))
            self.seen[holes] = after
        with np.errstate(over="ignore", invalid="ignore"):
            self._add(part, is_hole if len(holes) else None)

    def _add(self, part: Values, is_hole: NDArray[np.bool_] | None) -> None:
        values = self._values
        match self._kind:
            case "sum" | "mean":
                if is_hole is not None:
                    np.copyto(part, 0.0, where=is_hole)
                for row in part:
                    values += row
            case "max":
                for row in part:
                    np.fmax(values, row, out=values)
            case "min":
                for row in part:
                    np.fmin(values, row, out=values)
            case "increase":
                latest = self._latest
                for place, row in enumerate(part):
                    if is_hole is not None:
                        np.copyto(row, latest, where=is_hole[place])
                    growth = row - latest
                    np.copyto(growth, row, where=row < latest)
                    values += growth
                    latest = row
                self._latest = latest

    def end(self, result: Aggregate, place: int) -> None:
        """End a coarse period: its outcome is the row `place` of the result."""
        if self._kind == "last":
            result.values[place], result.causes[place] = self._edge, self._edge_codes
        else:
            divisor = self._counts if self._kind == "mean" else np.minimum(self._counts, 1)
            np.divide(self._values, divisor, out=result.values[place], where=divisor > 0)
            result.causes[place] = self._causes
        result.values[place] += 0.0
        result.counts[place] = self._counts
        if result.before is not None:
            is_first = (self._before == _BEFORE_FIRST) & (False if self.seen is None else self.seen)
            result.before[place] = np.where(is_first, np.uint8(Missing.NO_HISTORY), self._before)


def _missed(is_hole: NDArray[np.bool_]) -> Counts:
    """The number of holes of each column: whole numbers, of which bytes hold 255."""
    found, some = np.zeros(is_hole.shape[1], np.int64), np.zeros(is_hole.shape[1], np.uint8)
    for number, row in enumerate(is_hole.view(np.uint8), 1):
        some += row
        if number % 255 == 0:
            found += some
            some.fill(0)
    return found + some


def _told(unsettled: Places, holes: Places) -> tuple[Places, Places]:
    """Which of `holes` are unsettled, and where among these."""
    places = np.searchsorted(unsettled, holes)
    places[places == len(unsettled)] = 0
    told = np.flatnonzero(unsettled[places] == holes)
    return told, places[told]
