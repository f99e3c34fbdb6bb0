"""Kernels that walk links: what the linked entities report, added one at a time by ascending ordinal.

Each takes the figure and the condition of the far end ([period × far entity], aligned with the near panel's periods),
the links of each period, and the number of near entities; it gives [period × near entity].

Nobody linked: NOT_APPLICABLE, and a count of 0. A condition that is missing for any linked entity makes the answer
missing with that reason, else a figure that is missing for any one kept with that one's; of several, the first by
ordinal speaks. With `levels_all` the terms of an entity are, for each linked one in turn, its own figure (if kept)
and then what all below it come to, so everyone below counts once. Of what is missing, the conditions of those linked
directly speak first, then the terms in that order. Where it is no forest (`Forest.broken`): NOT_APPLICABLE.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hengjian.evaluate.missing import NOT_APPLICABLE, PRESENT
from hengjian.panel.fill import Places
from hengjian.panel.links import Edges
from hengjian.panel.panel import Codes, Column, Values
from hengjian.panel.ties import Ties, forest_of, placed, ties_of, tiled

#: Periods of the same links with at most so many terms each are answered at once: a call costs more than they do.
FEW = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How a relation is asked. `near`: only these places, ascending, one column each; the bits are the same.

    `known` is an earlier answer for all near entities: with `levels_all`, what is below those of `near` and not in
    `near` itself is taken from there.
    """

    levels_all: bool = False
    near: Places | None = None
    known: Column | None = None


Relation = Callable[[Column | None, Column | None, Sequence[Edges], int, Ask], Column]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One period of the far end: figures (None: each counts 1) and conditions (None: everybody is kept)."""

    x: tuple[Values, Codes] | None
    where: tuple[Values, Codes] | None
    rest: float

    def terms(self, ties: Ties) -> Values:
        """A fresh array of what each term gives: `rest` of one not kept, NaN where it is not known."""
        given: Values = np.ones(len(ties.far)) if self.x is None else self.x[0].take(ties.far)
        if self.where is None:
            return given
        kept = self.kept(ties)
        return np.where(kept == 1.0, given, np.where(kept == 0.0, self.rest, np.nan))

    def kept(self, ties: Ties) -> Values:
        """1.0 for each term that is kept, 0.0 for each other, NaN where that is not known."""
        return np.ones(len(ties.far)) if self.where is None else self.where[0].take(ties.far)

    def reasons(self, ties: Ties) -> Codes:
        """Why the figure of each kept term is missing."""
        if self.x is None:
            return np.zeros(len(ties.far), np.uint8)
        return np.where(self.kept(ties) == 1.0, self.x[1].take(ties.far), PRESENT)


Below = Callable[[Places], tuple[Values, Codes]]


def _nothing(places: Places) -> tuple[Values, Codes]:
    """Nobody is asked about what lies below: the terms have none."""
    return np.empty(len(places)), np.empty(len(places), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fold:
    """How the terms of each group become one figure; what one not kept gives; the answer where nobody is linked."""

    give: Callable[[Ties, Values, _Row], Values]
    rest: float = 0.0
    nobody: float = np.nan
    single: bool = False

    def answer(self, row: _Row, ties: Ties, below: Below = _nothing) -> tuple[Values, Codes]:
        """One figure or reason a group: where a result is not finite, some term was missing or it went beyond 1.8e308.

        A sum begins with 0, so it is never -0.0, and 0 for one not kept changes no bit.
        """
        terms = row.terms(ties)
        terms[ties.second] = below(ties.far[ties.second])[0]
        values = self.give(ties, terms, row)
        codes = np.full(len(values), PRESENT)
        lost = np.flatnonzero(~np.isfinite(values))
        if len(lost):
            values[lost] = np.nan
            codes[lost] = _causes(row, ties.part(lost), below)
        return values, codes


def _causes(row: _Row, ties: Ties, below: Below) -> Codes:
    """Per group the reason of the first condition that is missing, else that of the first term, else NOT_APPLICABLE."""
    codes = np.full(len(ties.places), NOT_APPLICABLE)
    reasons = row.reasons(ties)
    reasons[ties.second] = below(ties.far[ties.second])[1]
    for found in (reasons,) if row.where is None else (reasons, row.where[1].take(ties.far)):
        missing = np.flatnonzero(found)[::-1]  # where one place is assigned several times, numpy leaves the last
        codes[ties.group[missing]] = found[missing]
    return codes


def _added(ties: Ties, terms: Values) -> Values:
    """bincount adds one term at a time, in the order given."""
    return np.bincount(ties.group, weights=terms, minlength=len(ties.places)).astype(np.float64, copy=False)


def _divided(ties: Ties, terms: Values, row: _Row) -> Values:
    return _added(ties, terms) / _added(ties, row.kept(ties))


def _extreme(ufunc: np.ufunc, start: float) -> Callable[[Ties, Values, _Row], Values]:
    def give(ties: Ties, terms: Values, _row: _Row) -> Values:
        values = np.full(len(ties.places), start)
        ufunc.at(values, ties.group, terms)
        return values + 0.0  # of 0.0 and -0.0 either may come out

    return give


def _direct(
    fold: _Fold, x: Column | None, where: Column | None, edges: Sequence[Edges], answer: Column, near: Places | None
) -> None:
    """Fills `answer` from those linked directly: periods with the same links at once, as if they were one."""
    width = next((far.values.shape[1] for far in (x, where) if far is not None), 0)
    start = 0
    while start < len(edges):
        ties = ties_of(edges[start])
        if near is not None:
            ties = placed(*ties.of(near))
        if fold.single:
            ties = ties.part(np.flatnonzero(np.diff(ties.starts) == 1))
        stop = start + 1
        while len(ties.far) <= FEW and stop < len(edges) and edges[stop] is edges[start]:
            stop += 1
        row = _Row(x=_laid(x, start, stop), where=_laid(where, start, stop), rest=fold.rest)
        together = ties if stop == start + 1 else tiled(ties, stop - start, answer.values.shape[1], width)
        values, codes = fold.answer(row, together)
        answer.values[start:stop].reshape(-1)[together.places] = values
        answer.reasons[start:stop].reshape(-1)[together.places] = codes
        start = stop


def _laid(column: Column | None, start: int, stop: int) -> tuple[Values, Codes] | None:
    """Some rows of a column end to end."""
    if column is None:
        return None
    return column.values[start:stop].reshape(-1), column.reasons[start:stop].reshape(-1)


def _whole(fold: _Fold, rows: Sequence[_Row], edges: Sequence[Edges], answer: Column) -> None:
    """Fills `answer` from all below, level by level: what lies below a level stands in the answer already."""
    for values, reasons, row, one in zip(answer.values, answer.reasons, rows, edges, strict=True):
        forest = forest_of(one)

        def below(places: Places, values: Values = values, reasons: Codes = reasons) -> tuple[Values, Codes]:
            return values[places], reasons[places]

        for ties in forest.levels:
            values[ties.places], reasons[ties.places] = fold.answer(row, ties, below)
        broken = np.flatnonzero(forest.broken)
        values[broken], reasons[broken] = np.nan, NOT_APPLICABLE


def _again(
    fold: _Fold, rows: Sequence[_Row], edges: Sequence[Edges], answer: Column, near: Places, known: Column
) -> None:
    """Fills `answer` for `near` from all below, where those not in `near` are as they were."""
    for number, (row, one) in enumerate(zip(rows, edges, strict=True)):
        forest, values, reasons = forest_of(one), answer.values[number], answer.reasons[number]

        def below(
            places: Places, number: int = number, values: Values = values, reasons: Codes = reasons
        ) -> tuple[Values, Codes]:
            at = np.minimum(np.searchsorted(near, places), len(near) - 1)
            fresh = near[at] == places
            before = known.values[number, places], known.reasons[number, places]
            return np.where(fresh, values[at], before[0]), np.where(fresh, reasons[at], before[1])

        for ties, at in forest.part(near):
            values[at], reasons[at] = fold.answer(row, ties, below)
        broken = np.flatnonzero(forest.breaks(near))
        values[broken], reasons[broken] = np.nan, NOT_APPLICABLE


def _kernel(fold: _Fold, *, levels: bool = False) -> Relation:
    """The kernel of one function. ValueError where levels are asked of one that takes none, or of ends that differ."""

    def kernel(x: Column | None, where: Column | None, edges: Sequence[Edges], near_count: int, ask: Ask) -> Column:
        if not ask.levels_all:
            answer = _blank(fold, len(edges), near_count if ask.near is None else len(ask.near))
            _direct(fold, x, where, edges, answer, ask.near)
            return answer
        if not levels or any(far is not None and far.values.shape[1] != near_count for far in (x, where)):
            raise ValueError("all levels are of a total or a count, over links between entities of one kind")
        rows = [
            _Row(x=_laid(x, number, number + 1), where=_laid(where, number, number + 1), rest=fold.rest)
            for number in range(len(edges))
        ]
        if ask.near is not None and ask.known is not None:
            answer = _blank(fold, len(edges), len(ask.near))
            _again(fold, rows, edges, answer, ask.near, ask.known)
            return answer
        answer = _blank(fold, len(edges), near_count)
        _whole(fold, rows, edges, answer)
        if ask.near is None:
            return answer
        return Column(values=answer.values[:, ask.near], reasons=answer.reasons[:, ask.near])

    return kernel


def _blank(fold: _Fold, rows: int, width: int) -> Column:
    """The answer of entities to which nobody is linked."""
    reason = NOT_APPLICABLE if np.isnan(fold.nobody) else PRESENT
    return Column(values=np.full((rows, width), fold.nobody), reasons=np.full((rows, width), reason))


#: By the name that the functions table of `formula` gives each.
RELATIONS: Mapping[str, Relation] = {
    "total_over": _kernel(_Fold(give=lambda ties, terms, _: _added(ties, terms)), levels=True),
    "mean_over": _kernel(_Fold(give=_divided)),
    "max_over": _kernel(_Fold(give=_extreme(np.maximum, -np.inf), rest=-np.inf)),
    "min_over": _kernel(_Fold(give=_extreme(np.minimum, np.inf), rest=np.inf)),
    "count_over": _kernel(_Fold(give=lambda ties, terms, _: _added(ties, terms), nobody=0.0), levels=True),
    "of": _kernel(_Fold(give=lambda _ties, terms, _row: terms, single=True)),
}
