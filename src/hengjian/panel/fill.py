"""Lines of the store into dense arrays: every step works on whole columns, and every join on ordinals is checked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hengjian.model.cut import BASES
from hengjian.model.missing import Missing
from hengjian.panel.panel import Codes, Column, Values
from hengjian.store import Selection

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Arrays being filled, [period × entity] from period index `first` on: a frozen record of arrays that change."""

    first: int
    ordinals: Places
    values: Mapping[str, Values]
    basis: Mapping[str, Codes]
    #: Cells whose latest word may be a withdrawal: it is one where no value stands.
    withdrawn: Mapping[str, list[Places]]
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
            basis={measure: bases[statements[measure]] for measure in measures},
            withdrawn={measure: [] for measure in measures},
            passed_over={measure: [] for measure in measures},
        )

    @property
    def rows(self) -> int:
        """How many periods there are."""
        return next((len(values) for values in self.values.values()), 0)

    def put(self, selection: Selection) -> None:
        """Enter the lines of one selection: per entity and period those of its highest live basis, oldest first."""
        lines = selection.lines
        place, taken = positions(self.ordinals, numbers(lines.column("ordinal")))
        taken = _by_entry(numbers(lines.column("entry")), taken)
        at = (numbers(lines.column("period")).astype(np.int64) - self.first) * len(self.ordinals) + place
        codes = numbers(lines.column("basis"))
        if taken is not None:
            at, codes = at[taken], codes[taken]
        shared = self.basis[next(iter(selection.columns))].reshape(-1)
        used = self._used(shared, at, codes, selection.dead)

        for measure, name in selection.columns.items():
            self._enter(measure, lines.column(name), taken, at, used, shared)

    def _used(self, shared: Codes, at: Places, codes: Codes, dead: Any) -> Flags | None:
        """Which lines are of the highest live basis of their place, which is noted in `shared`; None: all of them."""
        if dead is None and len(codes) and (codes == codes[0]).all():
            shared[at] = codes[0]
            return None
        live = self._live(at, codes, dead)
        for code in range(1, len(BASES) + 1):
            shared[at[live & (codes == code)]] = code
        used: Flags = live & (shared[at] == codes)
        return None if used.all() else used

    def _live(self, at: Places, codes: Codes, dead: Any) -> Flags:
        """Which lines belong to a basis with some value left."""
        if dead is None:
            return np.ones(len(at), np.bool_)
        place, inside = positions(self.ordinals, numbers(dead.column("ordinal")))
        spots = (numbers(dead.column("period")).astype(np.int64) - self.first) * len(self.ordinals) + place
        keys = spots * (len(BASES) + 1) + numbers(dead.column("basis"))
        return ~np.isin(at * (len(BASES) + 1) + codes, keys if inside is None else keys[inside])

    def _enter(
        self, measure: str, column: Any, taken: Places | None, at: Places, used: Flags | None, shared: Codes
    ) -> None:
        """One measure of some lines. Where one cell is assigned several times, numpy leaves the last: the latest."""
        for lines, figures, stated in _pieces(column, taken):
            self._paint(measure, figures, stated, at[lines], None if used is None else used[lines], shared)

    def _paint(
        self, measure: str, figures: Values, stated: Flags | None, at: Places, used: Flags | None, shared: Codes
    ) -> None:
        if used is not None:
            # Where no basis is live, what was withdrawn says so; a basis passed over says only "reported once".
            idle = at[~used if stated is None else ~used & stated]
            self.withdrawn[measure].append(idle[shared[idle] == 0])
            self.passed_over[measure].append(idle)
        entered = stated if used is None else used if stated is None else used & stated
        if entered is not None:
            kept = np.flatnonzero(entered)
            at, figures = at.take(kept), figures.take(kept)
        self.values[measure].reshape(-1)[at] = figures
        gone = np.isnan(figures)
        if gone.any():
            self.withdrawn[measure].append(at[gone])

    def put_earlier(self, table: Any, columns: Mapping[str, str]) -> None:
        """Enter who reported what before the first row."""
        place, kept = positions(self.ordinals, numbers(table.column("ordinal")))
        for measure, name in columns.items():
            flags = _flags(table.column(name))
            known = np.zeros(len(self.ordinals), np.bool_)
            known[place if kept is None else place[kept]] = flags if kept is None else flags[kept]
            self.earlier[measure] = known

    def reported(self, measure: str, row: int) -> Flags:
        """Per entity, whether the cell of a row is stated under the cut, by any basis the cut admits."""
        flags: Flags = ~np.isnan(self.values[measure][row])
        start = row * len(self.ordinals)
        for at in (*self.withdrawn[measure], *self.passed_over[measure]):
            here = at[(at >= start) & (at < start + len(self.ordinals))]
            flags[here - start] = True
        return flags

    def finished(self, rows: slice) -> tuple[dict[str, Column], dict[str, Codes]]:
        """The columns and bases of these rows."""
        columns = {
            measure: Column(values=values[rows], reasons=self._reasons(measure)[rows])
            for measure, values in self.values.items()
        }
        shared = {id(codes): codes[rows] for codes in self.basis.values()}
        return columns, {measure: shared[id(codes)] for measure, codes in self.basis.items()}

    def _reasons(self, measure: str) -> Codes:
        """Why values are missing; cells before an entity's first report are told from later gaps."""
        values = self.values[measure]
        reasons: Codes = np.isnan(values).view(np.uint8)  # 1 where there is none, which is NOT_REPORTED
        for at in self.withdrawn[measure]:
            reasons.reshape(-1)[at[reasons.reshape(-1)[at] != Missing.PRESENT]] = Missing.WITHDRAWN
        seen = self.earlier.get(measure, np.zeros(len(self.ordinals), np.bool_))
        for row, codes in enumerate(reasons):
            seen = seen | self.reported(measure, row)
            if seen.all():
                break
            codes[~seen] = Missing.BEFORE_FIRST
        return reasons


def positions(ordinals: Places, found: NDArray[Any]) -> tuple[Places, Places | None]:
    """Where each of `found` stands in `ordinals` (ascending), and which of them stand there at all: None when all do.

    RuntimeError when the ordinals do not join one to one: then the arrays would be silently wrong.
    """
    wanted = found.astype(np.int64)
    if not len(ordinals):
        return wanted, np.empty(0, np.int64)
    if ordinals[-1] - ordinals[0] + 1 == len(ordinals):
        place = wanted - ordinals[0]
        if len(place) and place.min() >= 0 and place.max() < len(ordinals):
            return place, None
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


def numbers(column: Any) -> NDArray[Any]:
    """An Arrow column of numbers, anything where null; from its buffers, since Arrow's own way loads pandas first."""
    pieces = [piece(chunk) for chunk in column.chunks if len(chunk)]
    if len(pieces) == 1:
        return pieces[0]
    return np.concatenate(pieces) if pieces else np.empty(0, np.dtype(str(column.type)))


def filled(column: Any, otherwise: float) -> NDArray[Any]:
    """An Arrow column of numbers, `otherwise` where null."""
    found, valid = numbers(column), _validity(column)
    return found if valid is None else np.where(valid, found, found.dtype.type(otherwise))


def piece(chunk: Any) -> NDArray[Any]:
    """An Arrow array of numbers, anything where null: a view of its buffer."""
    end = chunk.offset + len(chunk)
    return np.frombuffer(chunk.buffers()[1], np.dtype(str(chunk.type)), count=end)[chunk.offset :]


def _flags(column: Any) -> Flags:
    """An Arrow column of truths, false where null."""
    pieces = [_is_valid(chunk) & _bits(chunk, 1) for chunk in column.chunks if len(chunk)]
    return np.concatenate(pieces or [np.zeros(0, np.bool_)])


def _is_valid(chunk: Any) -> Flags:
    return np.ones(len(chunk), np.bool_) if chunk.buffers()[0] is None else _bits(chunk, 0)


def _bits(chunk: Any, buffer: int) -> Flags:
    """One of a chunk's buffers that Arrow packs eight to a byte."""
    packed = np.frombuffer(chunk.buffers()[buffer], np.uint8)
    bits = np.unpackbits(packed, bitorder="little", count=chunk.offset + len(chunk))
    return bits[chunk.offset :].view(np.bool_)


def _validity(column: Any) -> Flags | None:
    """Where an Arrow column is not null; None: everywhere."""
    if not column.null_count:
        return None
    return np.concatenate([_is_valid(chunk) for chunk in column.chunks])


def _by_entry(entries: NDArray[np.int64], taken: Places | None) -> Places | None:
    """The lines to take, oldest entry first; None when all of them stand in that order already, as they mostly do."""
    if taken is None:
        return None if (entries[1:] >= entries[:-1]).all() else np.argsort(entries, kind="stable")
    return taken[np.argsort(entries[taken], kind="stable")]


def _pieces(column: Any, taken: Places | None) -> Iterator[tuple[slice, Values, Flags | None]]:
    """Lines of an Arrow column: values (NaN where withdrawn) and whether the line states the cell; None: all do.

    Chunk by chunk, or all at once in the order in which they are to be taken.
    """
    if taken is not None:
        stated = _validity(column)
        yield slice(None), numbers(column)[taken], None if stated is None else stated[taken]
        return
    start = 0
    for chunk in column.chunks:
        if len(chunk):
            yield slice(start, start + len(chunk)), piece(chunk), _is_valid(chunk) if chunk.null_count else None
        start += len(chunk)


def portions(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """[first, last] in pieces of `size` periods."""
    for start in range(first, last + 1, size):
        yield start, min(last, start + size - 1)


def ahead(asks: Sequence[Callable[[], T]]) -> Iterator[T]:
    """The answers in turn; while one is worked on, the next question is put in another thread, one at a time."""
    if len(asks) < 2:
        yield from (ask() for ask in asks)
        return
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(asks[0])
        for ask in asks[1:]:
            answer, coming = coming.result(), pool.submit(ask)
            yield answer
        yield coming.result()
