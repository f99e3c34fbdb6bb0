"""Numbers as people write them in cells, read in decimal and rounded once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from math import isinf

from hengjian.intake.text import has_control, quoted
from hengjian.model.unit import RATIO, Unit

MAX_LENGTH = 400

_SIMPLE = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?").fullmatch
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?P<part>\.[0-9]*)?"
    r"(?:[eE](?P<exponent>[+-]?[0-9]+))? ?(?P<percent>%?)"
)
_ASKEW_COMMAS = re.compile(r"[+-]?[0-9][0-9,]*,[0-9,]*(?:\.[0-9]*)?%?")
_IN_PARENTHESES = re.compile(r"\( ?([0-9][0-9,]*(?:\.[0-9]*)?%?) ?\)")
_WITH_UNIT = re.compile(r"[+-]?[0-9][0-9,.]* ?[A-Za-z\u4e00-\u9fff]{1,8}|[¥￥$€] ?[+-]?[0-9][0-9,.]*")
_DATE_OR_TIME = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?(?:T[0-9:.]+)?|[0-9]{2}:[0-9]{2}:[0-9]{2}")
_NOT_REPORTED = frozenset({
    "-", "--", "---", "—", "——", "–", "―", "/", "\\", "n/a", "na", "#n/a", "nan", "null", "none", "nil", "无", "不适用",
    "未填", ".", "inf", "+inf", "-inf", "infinity", "-infinity", "#div/0!", "#value!", "#ref!", "∞",
})  # fmt: skip
#: Only these letters of width are folded: NFKC would make 102 of 10².
_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
#: Exact for the longest number times the longest scale.
_EXACT = Context(prec=2 * MAX_LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotANumber:
    """Why a text is no number that can be kept, and how to mend it."""

    message: str
    hint: str


def converter(unit: Unit) -> Callable[[str], float | NotANumber]:
    """Turns a trimmed cell into base units of `unit`: text × scale in decimal, rounded once to float64.

    A trailing % stands for × 0.01 in place of the unit's own scale, where the unit is dimensionless.
    """
    shift = _power_of_ten(unit.scale)
    if shift is None or abs(shift) > 100:
        return lambda text: _convert(text, unit)
    # A scale of ten to the n only moves the point, so that float() of text and exponent is the same single rounding.
    tail = f"e{shift}" if shift else ""

    def convert(text: str) -> float | NotANumber:
        if _SIMPLE(text):
            return float(text + tail) + 0.0
        return _convert(text, unit)

    return convert


def plain_decimal(text: str) -> str | NotANumber:
    """The number `text` without separators, exponent or %, in plain decimal digits: `51 %` gives `0.51`."""
    value = _convert(text, RATIO)
    if isinstance(value, NotANumber):
        return value
    match = _NUMBER.fullmatch(text.translate(_FOLDED).strip())
    if not value or match is None:
        return "0"
    exponent = int(match["exponent"] or 0) - (2 if match["percent"] else 0)
    number = _EXACT.create_decimal(_mantissa(match)).scaleb(exponent, _EXACT)
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _convert(text: str, unit: Unit) -> float | NotANumber:
    if len(text) > MAX_LENGTH:
        return NotANumber(message=f"a cell of {len(text):,} characters is no number", hint="write digits only")
    folded = text.translate(_FOLDED).strip()
    match = _NUMBER.fullmatch(folded)
    if match is None or not any(char.isdigit() for char in match["whole"] + (match["part"] or "")):
        return NotANumber(message=f"{quoted(text)} is not a number", hint=_hint(folded))
    scale = unit.scale
    if match["percent"]:
        clash = _percent_clash(unit)
        if clash is not None:
            return NotANumber(
                message=f"{quoted(text)} is a share, but {clash}", hint="leave the % out, or mend the unit"
            )
        scale = Decimal("0.01")
    shift = _power_of_ten(scale)
    mantissa = _mantissa(match)
    if shift is None:
        mantissa = f"{_EXACT.multiply(Decimal(mantissa), scale):f}"
    value = float(f"{mantissa}e{int(match['exponent'] or 0) + (shift or 0)}")
    if isinf(value):
        return NotANumber(message=f"{quoted(text)} is too large to be kept", hint="is the exponent or the unit right?")
    if not value and mantissa.strip("+-0."):
        return NotANumber(
            message=f"{quoted(text)} is too small to be told from 0", hint="write 0, or mend the exponent"
        )
    return value + 0.0  # no negative zero: canonical JSON has none


def _mantissa(match: re.Match[str]) -> str:
    return f"{match['sign']}{match['whole'].replace(',', '') or '0'}{match['part'] or ''}"


def _percent_clash(unit: Unit) -> str | None:
    if not unit.is_dimensionless:
        return f"the figure is measured in {_symbol(unit)}"
    if unit.scale not in (Decimal(1), Decimal("0.01")):
        return f"the unit {_symbol(unit)} scales it again"
    return None


def _symbol(unit: Unit) -> str:
    """The unit's symbol as a message may quote it."""
    return quoted(unit.symbol)[1:-1]


@lru_cache(maxsize=256)
def _power_of_ten(scale: Decimal) -> int | None:
    """n where `scale` is ten to the n, else None."""
    sign, digits, exponent = scale.as_tuple()
    while len(digits) > 1 and digits[-1] == 0:
        digits, exponent = digits[:-1], int(exponent) + 1
    return int(exponent) if not sign and digits == (1,) else None


def _hint(folded: str) -> str:
    if folded.lower() in _NOT_REPORTED:
        return 'leave the cell empty for "not reported", in a list of observations leave the row out'
    negative = _IN_PARENTHESES.fullmatch(folded)
    if negative:
        return f"a negative number is written with a minus: -{negative[1]}"
    if _ASKEW_COMMAS.fullmatch(folded):
        return "commas part thousands only, in groups of three: 1,234,567.89"
    if folded.startswith(("−", "﹣")):
        return f"write the minus as -: -{quoted(folded[1:20])[1:-1]}"
    if _DATE_OR_TIME.fullmatch(folded):
        return "the cell holds a date or a time: format it as a number, and type the figure again"
    if has_control(folded):
        return "the cell holds characters that do not show: type the figure again, do not paste it"
    if _WITH_UNIT.fullmatch(folded):
        return "the unit belongs in the column unit, the cell holds the number alone"
    return "write digits, at most one point, and thousands in groups of three: -1,234.5"
