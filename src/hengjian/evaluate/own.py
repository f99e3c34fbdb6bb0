"""What a formula reads of the entity itself, and what of others alone: where it answers, and on which basis."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.engine import spans_of
from hengjian.evaluate.frames import Spot, below, reach_of, stored
from hengjian.formula.term import Formula, Programme
from hengjian.panel.panel import Codes, Panel
from hengjian.panel.scene import Frame, Scene

#: Measures (and what the store adds up of them) with the frames in which they are read, in formula order.
Measures = tuple[tuple[Frame, str], ...]

_Flags = NDArray[np.bool_]
_Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """`own`: measures of the entity itself, those of finer periods, of other cuts and of its peers included; `linked`:
    those read of linked entities."""

    own: Measures
    linked: Measures


def reads_of(programme: Programme, formula: Formula, frame: Frame, *, through: bool = False) -> Reads:
    """The measures that a formula names, computed in a frame; where it names none of the entity itself, or if
    `through`, also those of the indicators that it stands on.

    A measure that is asked for like a formula has no version: it reads itself.
    """
    if not formula.versions:
        return Reads(own=tuple((frame, name) for name in sorted(formula.measures)), linked=())
    top: list[Spot] = [(version.term, frame, formula.type) for version in formula.versions]
    named = _walk(programme, top, through=through)
    return named if named.own or through else _walk(programme, top, through=True)


def _walk(programme: Programme, top: Iterable[Spot], *, through: bool) -> Reads:
    found: tuple[dict[tuple[Frame, str], None], dict[tuple[Frame, str], None]] = ({}, {})
    entered: set[tuple[Frame, str, bool]] = set()
    stack = [(spot, False) for spot in reversed(list(top))]
    while stack:
        (term, frame, about), is_linked = stack.pop()
        series = stored(term, frame)
        if term.op == "measure" or series is not None:
            found[is_linked][frame, term.name if series is None else series.column] = None
        elif term.op == "indicator" and through and (frame, term.name, is_linked) not in entered:
            entered.add((frame, term.name, is_linked))
            inner = programme.indicators[term.name]
            stack += [((version.term, frame, inner.type), is_linked) for version in reversed(inner.versions)]
        else:
            is_linked = is_linked or reach_of(term.op) in ("links", "holdings")
            stack += [(spot, is_linked) for spot in reversed(below(term, frame, about))]
    return Reads(own=tuple(found[False]), linked=tuple(found[True]))


def reported_at(scene: Scene, measures: Measures, reasons: Sequence[int]) -> _Flags:
    """The cells of the scene's own panel where a report of any of these measures is for one of `reasons`."""
    flags = (
        (frame, _is_any(scene.panel(frame).columns[name].reasons, reasons)) for frame, name in _held(scene, measures)
    )
    return _first(scene, flags).astype(np.bool_)


def reported_by_any(scene: Scene, measures: Measures, reasons: Sequence[int]) -> _Flags:
    """The periods of the scene's own panel for which anyone's report of any of these measures is so."""
    found = np.zeros(len(scene.home.periods), dtype=np.bool_)
    for frame, name in _held(scene, measures):
        panel = scene.panel(frame)
        anyone = _is_any(panel.columns[name].reasons, reasons)
        for rows in _rows(panel, scene.home):
            found |= anyone[rows].any(axis=1) & (rows >= 0)
    return found


def bases_at(scene: Scene, measures: Measures) -> Codes:
    """The codes of the basis of the first of these measures that is reported; 0 where none is."""
    return _first(scene, ((frame, scene.panel(frame).basis[name]) for frame, name in _held(scene, measures)))


def most_trusted_at(scene: Scene, measures: Measures) -> Codes:
    """The codes of the most trusted basis on which any of these measures is reported; 0 where none is."""
    found = bases_at(scene, ())
    for measure in measures:
        found = np.maximum(found, bases_at(scene, (measure,)))
    return found


def _is_any(codes: Codes, reasons: Sequence[int]) -> _Flags:
    """The cells that are any of some reasons; of one that is told the quick way."""
    return codes == reasons[0] if len(reasons) == 1 else np.isin(codes, reasons)


def _held(scene: Scene, measures: Measures) -> Measures:
    """A scene without periods, for which nobody stated anything, holds no panel but its own."""
    return measures if scene.home.periods else ()


def _first(scene: Scene, arrays: Iterable[tuple[Frame, Codes | _Flags]]) -> Codes:
    """The first that is not 0, of arrays over the panels of frames, for each cell of the scene's own panel."""
    home = scene.home
    found = np.zeros((len(home.periods), len(home.entities)), dtype=np.uint8)
    for frame, codes in arrays:
        panel = scene.panel(frame)
        if panel.entities != home.entities:
            codes = codes[:, np.searchsorted(panel.ordinals, home.ordinals)]
        for rows in _rows(panel, home):
            found = np.where((found == 0) & (rows >= 0)[:, np.newaxis], codes[rows], found)
    return found


def _rows(panel: Panel, home: Panel) -> Iterator[_Rows]:
    """The first row of a panel that lies within each period of another, then the second, …; -1 where there is none."""
    if panel.periods == home.periods:
        yield np.arange(len(home.periods))
        return
    spans = spans_of(panel.periods, home.periods)
    for step in range(spans.longest):
        rows = spans.first + step
        yield np.where(step < spans.sizes, rows, -1)
