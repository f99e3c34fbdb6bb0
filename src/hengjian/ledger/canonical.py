"""Canonical JSON (RFC 8785) and its strict reading.

Every byte that is hashed in the ledger is made here. Only what RFC 8785 can represent is accepted: strings without
lone surrogates, finite numbers, integers within 2**53 - 1, objects with string keys.
"""

import json
from json.encoder import encode_basestring
from typing import Any

_KINDS = "canonical JSON holds objects, arrays, strings, finite numbers, true, false and null only"
SAFE_INTEGER = 2**53 - 1
_MAX_SHAPES = 1024

# the C escaper of the standard library; it escapes exactly what RFC 8785 does
quote = encode_basestring
_shapes: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of dict, list, tuple, str, int, float, bool and None; ValueError for anything else."""
    try:
        return text(value).encode()
    except UnicodeEncodeError:
        raise ValueError("canonical JSON holds no lone surrogates") from None
    except RecursionError:
        raise ValueError("the value is nested too deeply for canonical JSON") from None


def parse(data: bytes, *, exact: bool = False) -> object:
    """Read UTF-8 JSON; ValueError for duplicate keys, NaN, infinities and, if `exact`, bytes that are not canonical.

    Integers beyond 2**53 - 1 become floats, as every number of RFC 8785 is a double.
    """
    try:
        value: object = json.loads(
            data.decode(), object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer
        )
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    if exact and canonical(value) != data:
        raise ValueError("the JSON is not in canonical form (RFC 8785)")
    return value


def number(value: float) -> str:
    """A double as ECMAScript writes it (ECMA-262 Number::toString, radix 10), which RFC 8785 prescribes."""
    shown = repr(value)
    if shown.endswith(".0"):
        return "0" if value == 0 else shown[:-2]  # -0.0 is written 0
    mantissa, e, exponent_text = shown.partition("e")
    if not e:
        # Python leaves the positional form at 1e-5, ECMAScript at 1e-7; both are positional up to 1e16
        return shown
    sign, mantissa = ("-", mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
    whole, _, fraction = mantissa.partition(".")
    exponent = int(exponent_text)
    if 0 < exponent < 21:
        return sign + (whole + fraction).ljust(exponent + 1, "0")
    if -7 < exponent < 0:
        return sign + "0." + "0" * (-exponent - 1) + whole + fraction
    return f"{sign}{mantissa}e{exponent:+d}"


def text(value: Any) -> str:
    """The canonical JSON of a value before its UTF-8 encoding; lone surrogates are seen by `canonical` only."""
    kind = type(value)
    if kind is str:
        return quote(value)
    if kind is dict:
        return _object_text(value)
    if kind is int:
        return _whole(value)
    if value is None:
        return "null"
    if kind is float:
        return _finite(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is list or kind is tuple:
        return "[" + ",".join([text(item) for item in value]) + "]"
    raise ValueError(f"{_KINDS}, not {kind.__name__}")


def _object_text(value: dict[str, Any]) -> str:
    keys = tuple(value)
    shape = _shapes.get(keys)
    if shape is None:
        shape = _shape(keys)
    parts = []
    for key, head in shape:
        item = value[key]
        kind = type(item)
        # the commonest kinds are written in place: a call per cell is what costs
        if kind is str:
            parts.append(head + quote(item))
        elif item is None:
            parts.append(head + "null")
        else:
            parts.append(head + text(item))
    return "{" + ",".join(parts) + "}"


def _shape(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The keys in order of their UTF-16 code units, each with its quoted head; kept, as rows share a few shapes."""
    for key in keys:
        if type(key) is not str:
            raise ValueError("the keys of a canonical JSON object are strings")
    ordered = sorted(keys, key=lambda key: key.encode("utf-16-be"))
    shape = tuple((key, quote(key) + ":") for key in ordered)
    if len(_shapes) < _MAX_SHAPES:
        _shapes[keys] = shape
    return shape


def _finite(value: float) -> str:
    if value - value != 0:  # NaN and infinities
        raise ValueError("canonical JSON holds no NaN and no infinity")
    return number(value)


def _whole(value: int) -> str:
    if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        raise ValueError(f"{value} is beyond the whole numbers of canonical JSON (2**53 - 1)")
    return str(value)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object of the JSON has a key twice")
    return value


def _constant(text: str) -> object:
    raise ValueError(f"canonical JSON holds no {text}")


def _float(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise ValueError(f"{text} is beyond the range of a double")
    return value


def _integer(text: str) -> int | float:
    if len(text) < 16:
        return int(text)
    if len(text) > 400:
        raise ValueError("a number of the JSON is beyond the range of a double")
    value = int(text)
    return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else _float(text)
