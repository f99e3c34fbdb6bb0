"""功效系数法 and 修正系数 once more, slowly and with fractions: by interpolation instead of base points and adjustment.

score = weight × g(x), where g goes through (较差, .2) … (优秀, 1) in straight lines, is 1 beyond and 0 below; the
coefficient of a modifying item is 1 + h(x) − basic points ÷ weight, where h is g, but 1.2 from 优秀 on.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

HEIGHTS = [Fraction(n, 5) for n in (5, 4, 3, 2, 1)]


def curve(value: Fraction, bands: Sequence[Fraction], best: Fraction) -> Fraction:
    """Where less is better, everything is turned round first."""
    if bands[0] < bands[-1]:
        return curve(-value, [-band for band in bands], best)
    if value >= bands[0]:
        return best
    if value < bands[-1]:
        return Fraction(0)
    for (upper, high), (lower, low) in zip(
        zip(bands, HEIGHTS, strict=True), zip(bands[1:], HEIGHTS[1:], strict=True), strict=False
    ):
        if lower <= value < upper:
            return low + (high - low) * (value - lower) / (upper - lower)
    raise AssertionError(value)


def section(
    basic: Mapping[str, Fraction], modifying: Mapping[str, Fraction], values: Mapping[str, Fraction],
    bands: Mapping[str, Sequence[Fraction]], limits: tuple[Fraction, Fraction] | None,
) -> Fraction:  # fmt: skip
    """The points of a section; `basic` and `modifying` are weights."""
    points = sum((weight * curve(values[name], bands[name], Fraction(1)) for name, weight in basic.items()), Fraction())
    whole = sum(basic.values(), Fraction())
    coefficient = Fraction()
    for name, weight in modifying.items():
        single = 1 + curve(values[name], bands[name], Fraction(6, 5)) - points / whole
        if limits is not None:
            single = min(max(single, limits[0]), limits[1])
        coefficient += weight / whole * single
    return points * coefficient
