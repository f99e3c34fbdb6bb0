"""Where a figure stands among those of peers: percentile, quartile, gaps, their course and when they close.

Figures are decimal. What is better, more (`up`) or less (`down`), is asked for everywhere, so that "ahead" and
percentiles always mean the good end. Quotients are quantised to 12 decimals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

#: How a place becomes a percentile, and a percentile a value; `rank` and `quantile` say each formula.
Method = Literal["mid_rank", "hazen", "inclusive"]
Better = Literal["up", "down"]
METHODS: tuple[Method, ...] = ("mid_rank", "hazen", "inclusive")
#: Below so many figures, one's own counted, nothing is told of their distribution.
FEWEST = 5
EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_GRID = Decimal(1).scaleb(-12)
_HALF = Decimal("0.5")


def quantised(value: Decimal) -> Decimal:
    """To 12 decimals, half to even."""
    return value.quantize(_GRID, context=EXACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """A value below which a part of the figures lies, and the places (of the sorted figures) on which it stands."""

    value: Decimal
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One's own figure less another: in its unit, relative to the other (None where that is 0), and in interquartile
    ranges of the peers (None where there is none). `ahead`: it is on the good side, or level."""

    to: Decimal
    absolute: Decimal
    relative: Decimal | None
    in_spread: Decimal | None
    ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One's own place: `percentile` between 0 and 100, 100 the best; quartile 1 the best one; `place` 1 the best."""

    percentile: Decimal
    quartile: int
    place: int
    count: int


def rank(value: Decimal, among: Sequence[Decimal], method: Method, better: Better) -> Decimal:
    """The percentile of a value among figures that hold at least one, 0 to 100.

    With b figures worse than it, e equal ones, of n: `mid_rank` (b + e/2) ÷ n. `hazen` takes the positions (i − 1/2) ÷
    n of the i-th of them, equal ones their mean, and is linear between (Hazen 1914): the same for one of them.
    `inclusive` takes (i − 1) ÷ (n − 1), the first of equal ones, and is linear between, as Excel's PERCENTRANK.INC; a
    single figure stands at 100.
    """
    if not among:
        raise ValueError("no figures to compare with")
    sign = 1 if better == "up" else -1
    own, every = sign * value, sorted(sign * one for one in among)
    count, below = len(every), sum(one < own for one in every)
    equal = sum(one == own for one in every)
    if method == "mid_rank" or (method == "hazen" and equal):
        return _percent(below + equal * _HALF, count)
    if method == "hazen":
        return _percent(min(max(_between(own, every) + _HALF, _HALF), count - _HALF), count)
    if count == 1:
        return Decimal(100 if own >= every[0] else 0)
    place = Decimal(below) if equal else min(max(_between(own, every), Decimal(0)), Decimal(count - 1))
    return _percent(place, count - 1)


def _percent(part: Decimal, whole: int) -> Decimal:
    return quantised(EXACT.divide(100 * part, Decimal(whole)))


def _between(own: Decimal, every: Sequence[Decimal]) -> Decimal:
    """The place, counted from 0 and linear between two of them, of a value that none of the sorted figures equals."""
    above = sum(one < own for one in every)
    if above in (0, len(every)):
        return Decimal(above - 1 if above else 0)
    low, high = every[above - 1], every[above]
    return above - 1 + EXACT.divide(own - low, high - low)


def quantile(among: Sequence[Decimal], share: Decimal, method: Method, better: Better) -> Quantile:
    """The figure at a share (0 to 1) of the way from the worst to the best, linear between two.

    Of n sorted figures counted from 0, that at n·share − 1/2 within their ends (`hazen`, `mid_rank`), or at
    (n − 1)·share (`inclusive`). `places` count in ascending order of the figures.
    """
    if not among:
        raise ValueError("no figures to compare with")
    every, at = sorted(among), share if better == "up" else 1 - share
    last = Decimal(len(every) - 1)
    place = at * last if method == "inclusive" else min(max(at * len(every) - _HALF, Decimal(0)), last)
    low = int(place)
    part = place - low
    if not part:
        return Quantile(value=every[low], places=(low,))
    return Quantile(value=quantised(every[low] + part * (every[low + 1] - every[low])), places=(low, low + 1))


def position(own: Decimal, peers: Sequence[Decimal], method: Method, better: Better) -> Position:
    """Where one stands among one's peers and oneself. On the border of two quartiles it is the better one."""
    among = [own, *peers]
    percentile = rank(own, among, method, better)
    is_better = [one > own if better == "up" else one < own for one in peers]
    return Position(
        percentile=percentile, quartile=4 - min(int(percentile // 25), 3), place=1 + sum(is_better), count=len(among)
    )


def best(among: Sequence[Decimal], better: Better) -> Decimal:
    """The largest, or the smallest where less is better."""
    return max(among) if better == "up" else min(among)


def spread(among: Sequence[Decimal], method: Method) -> Decimal:
    """The interquartile range."""
    upper, lower = (quantile(among, Decimal(share), method, "up").value for share in ("0.75", "0.25"))
    return upper - lower


def gap(own: Decimal, to: Decimal, better: Better, spread: Decimal | None = None) -> Gap:
    """How far a figure is from another."""
    absolute = own - to
    return Gap(
        to=to, absolute=absolute,
        relative=quantised(EXACT.divide(absolute, abs(to))) if to else None,
        in_spread=quantised(EXACT.divide(absolute, spread)) if spread else None,
        ahead=absolute >= 0 if better == "up" else absolute <= 0,
    )  # fmt: skip


def growth(series: Sequence[Decimal | None]) -> Decimal | None:
    """The yearly growth between the first and the last figure of yearly ones, oldest first; None where there are not
    two, or one of them is not positive."""
    told = [(year, value) for year, value in enumerate(series) if value is not None]
    if len(told) < 2 or told[0][1] <= 0 or told[-1][1] <= 0:
        return None
    (first, begin), (last, end) = told[0], told[-1]
    logarithm = EXACT.divide(EXACT.ln(EXACT.divide(end, begin)), Decimal(last - first))
    return quantised(EXACT.exp(logarithm) - 1)


#: Why no number of years is told.
Unclosed = Literal["ahead", "not_closing", "no_growth", "not_positive"]


def years_to_close(
    now: Decimal, target: Decimal, own: Decimal | None, peer: Decimal | None, better: Better
) -> Decimal | Unclosed:
    """When a figure that grows by `own` a year meets a target that grows by `peer`: ln(target ÷ now) ÷ ln((1 + own) ÷
    (1 + peer)) years, where less is better the quotients turned over, and the denominator must be positive."""
    if now == target or (now > target) == (better == "up"):
        return "ahead"
    if now <= 0 or target <= 0:
        return "not_positive"
    if own is None or peer is None or own <= -1 or peer <= -1:
        return "no_growth"
    way = EXACT.ln(EXACT.divide(target, now))
    speed = EXACT.ln(EXACT.divide(1 + own, 1 + peer))
    if (speed if better == "up" else -speed) <= 0:
        return "not_closing"
    return quantised(EXACT.divide(way, speed))


#: What becomes of a gap to those ahead: it shrinks, grows, or stays.
Course = Literal["converging", "diverging", "level"]


def course(gaps: Sequence[Decimal | None], better: Better) -> Course | None:
    """What became of a gap between the first and the last year it is told of; None where it is told of once, or never.

    Getting further ahead is no diverging: what counts is how far behind one is.
    """
    behind = [max(Decimal(0), -one if better == "up" else one) for one in gaps if one is not None]
    if len(behind) < 2:
        return None
    if behind[-1] == behind[0]:
        return "level"
    return "converging" if behind[-1] < behind[0] else "diverging"


def band_of(value: Decimal, bands: Mapping[str, Decimal], better: Better) -> str | None:
    """The best band, of those listed best first, that a value reaches; None: it reaches none."""
    for name, line in bands.items():
        if value >= line if better == "up" else value <= line:
            return name
    return None
