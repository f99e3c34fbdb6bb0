"""Numbers in cells. The oracle is exact arithmetic: `fractions.Fraction` rounds once, to the nearest float64."""

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.intake.number import NotANumber, converter, plain_decimal
from hengjian.model.unit import RATIO, Unit, parse_unit

Value = Callable[..., float | None]


def unit(text: str) -> Unit:
    found = parse_unit(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200", 200.0),
        ("+200", 200.0),
        ("-1.5", -1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1,234,567.89", 1234567.89),
        ("1234567.89", 1234567.89),
        ("1.5e3", 1500.0),
        ("1.5E+3", 1500.0),
        ("15e-1", 1.5),
        ("１２３．５", 123.5),
        ("－１，２３４", -1234.0),
        ("0", 0.0),
        ("0e999999999999999999999999", 0.0),
        (" 7 ", 7.0),
        ("　7　", 7.0),
        ("9007199254740993", 9007199254740992.0),  # between two floats: to even, as IEEE 754 says
    ],
)
def test_numbers_as_people_write_them(value: Value, text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "measure", "written", "expected"),
    [
        ("0.57", "total_assets", "万元", 5_700.0),  # in floats 0.57 * 10000 is 5699.999999999999
        ("1.1", "total_assets", "亿元", 110_000_000.0),
        ("4.35", "total_assets", "亿元", 435_000_000.0),  # in floats 434999999.99999994
        ("12%", "stake", "", 0.12),
        ("12 %", "stake", "", 0.12),
        ("１２％", "stake", "", 0.12),
        ("12", "stake", "%", 0.12),
        ("12%", "stake", "%", 0.12),
        ("7%", "stake", "ratio", 0.07),
        ("98.5", "turnout", "", 0.985),
        ("98.5%", "turnout", "", 0.985),
        ("-0", "total_assets", "", 0.0),
    ],
)
def test_units_and_percentages(value: Value, text: str, measure: str, written: str, expected: float) -> None:
    found = value(text, measure, written)
    assert found == expected
    assert math.copysign(1, found) == 1 or expected < 0, "canonical JSON has no negative zero"


digits = st.text("0123456789", min_size=1, max_size=30)
numbers = st.tuples(st.sampled_from(["", "-", "+"]), digits, st.one_of(st.just(""), digits.map(".{}".format)))


@given(
    parts=numbers,
    exponent=st.integers(-330, 310) | st.none(),
    written=st.sampled_from(["CNY", "万元", "亿元", "%", "CNY/day"]),
)
def test_one_rounding_of_the_exact_product(parts: tuple[str, str, str], exponent: int | None, written: str) -> None:
    text = "".join(parts) + ("" if exponent is None else f"e{exponent}")
    exact = Fraction(text) * Fraction(unit(written).scale)
    found = converter(unit(written))(text)
    if isinstance(found, NotANumber):
        assert exact
        assert abs(exact) > Fraction(1.7e308) or abs(exact) < Fraction(5e-324)
    else:
        assert found == float(exact)


@given(parts=numbers, scale=st.decimals("0.0001", "100000", places=4))
def test_scales_that_are_no_power_of_ten(parts: tuple[str, str, str], scale: object) -> None:
    hour = Unit(symbol="h", factors=(("s", 1),), scale=scale)  # type: ignore[arg-type]
    text = "".join(parts)
    assert converter(hour)(text) == float(Fraction(text) * Fraction(str(scale)))


@given(text=st.text(max_size=30))
def test_any_text_is_a_number_or_says_why_not(text: str) -> None:
    found = converter(RATIO)(text)
    assert isinstance(found, NotANumber) or math.isfinite(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("51%", "0.51"),
        ("0.510", "0.51"),
        ("1,200", "1200"),
        ("1.2e3", "1200"),
        ("-0.0", "0"),
        ("100%", "1"),
        ("1e-7", "0.0000001"),
    ],
)
def test_plain_decimals(text: str, expected: str) -> None:
    assert plain_decimal(text) == expected
