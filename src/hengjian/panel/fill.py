"""Lines of the store into dense arrays: every step works on whole columns, and every join on ordinals is checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import BASES
from hengjian.model.missing import Missing
from hengjian.panel.panel import Codes, Column, Values
from hengjian.store import Selection

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Arrays being filled, [period × entity] from period index `first` on: a frozen record of arrays that change."""

    first: int
    ordinals: Places
    values: Mapping[str, Values]
    reasons: Mapping[str, Codes]
    basis: Mapping[str, Codes]
    #: Cells that some basis states though another basis is used there: they count as reported once.
    passed_over: Mapping[str, list[Places]]
    #: Per measure, the entities that reported it before the first row.
    earlier: dict[str, Flags] = field(default_factory=dict)

    @classmethod
    def empty(
        cls, measures: Sequence[str], statements: Mapping[str, str], ordinals: Places, first: int, rows: int
    ) -> "Board":
        """Nothing reported. Measures of one statement (their name in `statements`) share one array of bases."""
        shape = (rows, len(ordinals))
        bases = {statement: np.zeros(shape, np.uint8) for statement in set(statements.values())}
        return cls(
            first=first,
            ordinals=ordinals,
            values={measure: np.full(shape, np.nan) for measure in measures},
            reasons={measure: np.full(shape, Missing.NOT_REPORTED, np.uint8) for measure in measures},
            basis={measure: bases[statements[measure]] for measure in measures},
            passed_over={measure: [] for measure in measures},
        )

    def put(self, selection: Selection) -> None:
        """Enter the lines of one selection: per entity and period those of its highest live basis, oldest first."""
        lines = selection.lines
        place, taken = positions(self.ordinals, _array(lines.column("ordinal")))
        taken = _by_entry(_array(lines.column("entry")), taken)
        at = (_array(lines.column("period")).astype(np.int64) - self.first) * len(self.ordinals) + place
        codes = _array(lines.column("basis"))
        if taken is not None:
            at, codes = at[taken], codes[taken]
        shared = self.basis[next(iter(selection.columns))].reshape(-1)
        live = self._live(at, codes, selection.dead)
        for code in range(1, len(BASES) + 1):
            shared[at[live & (codes == code)]] = code
        used = live & (shared[at] == codes)
        every_line = bool(used.all())
        for measure, name in selection.columns.items():
            column = lines.column(name)
            figures, stated = _figures(column, taken, may_withdraw=selection.dead is not None)
            entered = stated if every_line else used & stated
            self._paint(measure, at, figures, entered)
            if not every_line:
                # Where no basis is live, what was withdrawn says so; a basis passed over says only "reported once".
                bare = ~used & stated & (shared[at] == 0)
                self.reasons[measure].reshape(-1)[at[bare]] = Missing.WITHDRAWN
                self.passed_over[measure].append(at[~used & stated])

    def _live(self, at: Places, codes: Codes, dead: Any) -> Flags:
        """Which lines belong to a basis with some value left."""
        if dead is None:
            return np.ones(len(at), np.bool_)
        place, inside = positions(self.ordinals, _array(dead.column("ordinal")))
        spots = (_array(dead.column("period")).astype(np.int64) - self.first) * len(self.ordinals) + place
        keys = spots * (len(BASES) + 1) + _array(dead.column("basis"))
        return ~np.isin(at * (len(BASES) + 1) + codes, keys if inside is None else keys[inside])

    def _paint(self, measure: str, at: Places, figures: Values, entered: Flags) -> None:
        """Where one cell is assigned several times, numpy leaves the last, which is the latest entry."""
        if not entered.all():
            at, figures = at[entered], figures[entered]
        self.values[measure].reshape(-1)[at] = figures
        self.reasons[measure].reshape(-1)[at] = np.where(np.isnan(figures), Missing.WITHDRAWN, Missing.PRESENT)

    def put_earlier(self, table: Any, columns: Mapping[str, str]) -> None:
        """Enter who reported what before the first row."""
        place, kept = positions(self.ordinals, _array(table.column("ordinal")))
        for measure, name in columns.items():
            flags = _flags(table.column(name))
            known = np.zeros(len(self.ordinals), np.bool_)
            known[place if kept is None else place[kept]] = flags if kept is None else flags[kept]
            self.earlier[measure] = known

    def reported(self, measure: str) -> Flags:
        """Whether the cell is stated under the cut, by any basis the cut admits."""
        flags: Flags = self.reasons[measure] != Missing.NOT_REPORTED
        for at in self.passed_over[measure]:
            flags.reshape(-1)[at] = True
        return flags

    def finished(self, rows: slice) -> tuple[dict[str, Column], dict[str, Codes]]:
        """The columns and bases of these rows; cells before an entity's first report are told from later gaps."""
        columns: dict[str, Column] = {}
        for measure, reasons in self.reasons.items():
            reported = self.reported(measure)
            if measure in self.earlier and len(reported):
                reported[0] |= self.earlier[measure]
            np.logical_or.accumulate(reported, axis=0, out=reported)
            reasons[~reported & (reasons == Missing.NOT_REPORTED)] = Missing.BEFORE_FIRST
            columns[measure] = Column(values=self.values[measure][rows], reasons=reasons[rows])
        shared = {id(codes): codes[rows] for codes in self.basis.values()}
        return columns, {measure: shared[id(codes)] for measure, codes in self.basis.items()}


def positions(ordinals: Places, found: NDArray[Any]) -> tuple[Places, Places | None]:
    """Where each of `found` stands in `ordinals` (ascending), and which of them stand there at all: None when all do.

    RuntimeError when the ordinals do not join one to one: then the arrays would be silently wrong.
    """
    wanted = found.astype(np.int64)
    if not len(ordinals):
        return wanted, np.empty(0, np.int64)
    if ordinals[-1] - ordinals[0] + 1 == len(ordinals):
        place = wanted - ordinals[0]
    else:
        place = np.searchsorted(ordinals, wanted).astype(np.int64)
    inside = (place >= 0) & (place < len(ordinals))
    inside[inside] = ordinals[place[inside]] == wanted[inside]
    if inside.all():
        return place, None
    kept = np.flatnonzero(inside)
    if not np.array_equal(ordinals[place[kept]], wanted[kept]):
        raise RuntimeError("ordinals of the store and of the panel do not join")
    return place, kept


def _array(column: Any) -> NDArray[Any]:
    """An Arrow column of numbers, NaN where null; read from its buffers, since Arrow's own way loads pandas first."""
    pieces = [_piece(chunk) for chunk in column.chunks if len(chunk)]
    if len(pieces) == 1:
        return pieces[0]
    return np.concatenate(pieces) if pieces else np.empty(0, np.dtype(str(column.type)))


def _piece(chunk: Any) -> NDArray[Any]:
    end = chunk.offset + len(chunk)
    values = np.frombuffer(chunk.buffers()[1], np.dtype(str(chunk.type)), count=end)[chunk.offset :]
    return np.where(_is_valid(chunk), values, np.nan) if chunk.null_count else values


def _flags(column: Any) -> Flags:
    """An Arrow column of truths, false where null."""
    pieces = [_is_valid(chunk) & _bits(chunk, 1) for chunk in column.chunks if len(chunk)]
    return np.concatenate(pieces or [np.zeros(0, np.bool_)])


def _is_valid(chunk: Any) -> Flags:
    return np.ones(len(chunk), np.bool_) if chunk.buffers()[0] is None else _bits(chunk, 0)


def _bits(chunk: Any, buffer: int) -> Flags:
    """One of a chunk's buffers that Arrow packs eight to a byte."""
    packed = np.frombuffer(chunk.buffers()[buffer], np.uint8)
    return np.unpackbits(packed, bitorder="little", count=chunk.offset + len(chunk))[chunk.offset :].astype(np.bool_)


def _validity(column: Any) -> Flags:
    """Where an Arrow column is not null."""
    return np.concatenate([_is_valid(chunk) for chunk in column.chunks] or [np.ones(0, np.bool_)])


def _by_entry(entries: NDArray[np.int64], taken: Places | None) -> Places | None:
    """The lines to take, oldest entry first; None when all of them stand in that order already, as they mostly do."""
    if taken is None:
        return None if (entries[1:] >= entries[:-1]).all() else np.argsort(entries, kind="stable")
    return taken[np.argsort(entries[taken], kind="stable")]


def _figures(column: Any, taken: Places | None, *, may_withdraw: bool) -> tuple[Values, Flags]:
    """Values (NaN where null or withdrawn) and whether the line states the cell at all."""
    figures: Values = _array(column)
    stated = _validity(column) if may_withdraw else ~np.isnan(figures)
    return (figures, stated) if taken is None else (figures[taken], stated[taken])


def portions(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """[first, last] in pieces of `size` periods."""
    for start in range(first, last + 1, size):
        yield start, min(last, start + size - 1)
