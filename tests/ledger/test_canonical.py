"""RFC 8785: its own vectors, and the library `rfc8785` as a second opinion."""

import json
import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ledger.canonical import SAFE_INTEGER, canonical, number, parse

# RFC 8785 appendix B, "Number Serialization Samples": IEEE 754 bits and the text ECMAScript gives
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-SAFE_INTEGER, SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_of_appendix_b(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert number(value) == text
    assert canonical(value) == text.encode()


@pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])
def test_numbers_that_appendix_b_calls_errors(bits: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    with pytest.raises(ValueError, match="no NaN and no infinity"):
        canonical(value)


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # RFC 8785 section 3.2.3
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(value)).values()) == [2, 4, 6, 7, 1, 5, 3]


def test_the_text_of_section_3_2_2() -> None:
    # RFC 8785 section 3.2.2: the sample, and its canonical form in 3.2.4 (there given in hexadecimal)
    sample = (
        '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        '"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals": [null, true, false]}'
    )
    assert canonical(parse(sample.encode())).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@given(VALUES)
def test_agrees_with_another_implementation(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_comes_back(value: float) -> None:
    data = canonical(value)
    assert data == rfc8785.dumps(value)
    assert float(data) == value
    assert canonical(parse(data, exact=True)) == data


@given(VALUES)
def test_reading_exactly_what_was_written(value: object) -> None:
    data = canonical(value)
    assert canonical(parse(data, exact=True)) == data


@given(st.binary(max_size=40))
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse(data, exact=True)
    except ValueError:
        return
    assert canonical(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}', b"NaN", b"[Infinity]", b"-Infinity", b"1e400", b"", b"{", b"\xff", b"\xef\xbb\xbf1",
        b'{"a":{"b":1,"b":2}}', b"9" * 5000, b"[" * 100_000,
    ],
)  # fmt: skip
def test_refused_in_any_form(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)


@pytest.mark.parametrize(
    "data",
    [b"1.0", b"-0", b" 1", b"1 ", b'{"b":1,"a":2}', b'"\\u0041"', b'"\\/"', b"1E2", b"9007199254740993", b'"\\ud800"'],
)
def test_refused_when_it_must_be_canonical(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data, exact=True)


@pytest.mark.parametrize("value", [2**53, -(2**53), {1: 2}, {"a": b""}, {1, 2}, "\ud800", {"\udfff": 1}])
def test_what_canonical_json_cannot_hold(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


def test_a_deep_value_is_refused() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="too deeply"):
        canonical(value)
