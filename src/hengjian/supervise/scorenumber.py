"""Decimal arithmetic of scores: one context, one place to quantise, and how a number is written."""

from collections.abc import Iterable
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from hengjian.model.scorecard import Rounding

#: Room for 37 digits before the point beside the twelve behind it; what does not fit raises, as division by zero does.
CONTEXT = Context(
    prec=50, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[InvalidOperation, DivisionByZero, Overflow]
)
ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
#: Every computed point has so many decimals, so that parts add up to their whole exactly.
LAST = Decimal("1e-12")
#: Points at or beyond this are a mistake in figures or declaration: they are not told.
LARGEST = Decimal(10) ** 18
RULES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}


def points(value: Decimal) -> Decimal:
    """A computed point, to twelve decimals (half even)."""
    return CONTEXT.quantize(value, LAST)


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum of points, which is exact."""
    found = ZERO
    for value in values:
        found = CONTEXT.add(found, value)
    return found


def rounded(value: Decimal, digits: int, rule: Rounding = "half_up") -> Decimal:
    """As a rule prints it."""
    return value.quantize(ONE.scaleb(-digits), rounding=RULES[rule], context=CONTEXT)


def plain(value: Decimal) -> str:
    """All digits, without an exponent, trailing zeros or a negative zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def shown(value: Decimal) -> str:
    """For people: at most four decimals, more where only these tell it from zero."""
    digits = 4 if value == 0 or abs(value) >= Decimal("0.0001") else 3 - value.adjusted()
    return plain(rounded(value, digits) if abs(value) < LARGEST else value)
