"""What a cell can be: a number, or a gap that says why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite, sqrt

from hengjian.model.missing import Missing


@dataclass(frozen=True)
class Gap:
    """A missing value: why, and the first cause (a name or a text, at a period index, of an entity)."""

    reason: Missing
    source: str = ""
    index: int = 0
    entity: str = ""


Figure = float | Gap


def first_gap(figures: Iterable[Figure]) -> Gap | None:
    return next((figure for figure in figures if isinstance(figure, Gap)), None)


def present(figures: Iterable[Figure]) -> list[float]:
    return [figure for figure in figures if not isinstance(figure, Gap)]


def stepped(figure: Figure) -> Figure:
    """As a later period sees it: where nothing had ever been reported, there is no history."""
    if isinstance(figure, Gap) and figure.reason is Missing.BEFORE_FIRST:
        return replace(figure, reason=Missing.NO_HISTORY)
    return figure


def plain(figure: Figure) -> Figure:
    """As an answer shows it."""
    if isinstance(figure, Gap):
        return replace(figure, reason=Missing.NOT_REPORTED) if figure.reason is Missing.BEFORE_FIRST else figure
    return figure + 0.0


def settled(figure: float, gap: Gap) -> Figure:
    """The number, or the gap where there is no number that could be shown."""
    return figure if isfinite(figure) else gap


def one_by_one(figures: Sequence[float]) -> float:
    result = figures[0]
    for figure in figures[1:]:
        result = result + figure
    return result


def mean(figures: Sequence[float]) -> float:
    return one_by_one(figures) / len(figures)


def deviation(figures: Sequence[float]) -> float:
    """The sample's standard deviation, in two passes."""
    middle = mean(figures)
    return root(one_by_one([(figure - middle) * (figure - middle) for figure in figures]) / (len(figures) - 1))


def root(square: float) -> float:
    return sqrt(square) if square >= 0.0 else square


def quantile(figures: Sequence[float], share: float) -> float:
    """Hyndman and Fan's type 7: linear between the order statistics, the first at 0 and the last at 1."""
    ranked = sorted(figures)
    place = (len(ranked) - 1) * share
    low = int(place)
    if place == low:
        return ranked[low]
    return ranked[low] + (place - low) * (ranked[low + 1] - ranked[low])
