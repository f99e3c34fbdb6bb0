"""Codes that can be checked by themselves: how each is spelled, and which check characters it carries.

* `social_credit_code`: the unified social credit code of legal persons and other organisations, GB 32100-2015. 18
  places of the digits and the letters without I, O, S, V, Z; places 3 to 8 a region's code; places 9 to 17 the
  organisation's code of GB 11714-1997 with its own check character (weights 3 7 9 10 5 8 4 2, modulo 11, X for 10);
  place 18 makes the sum of the values of all places, the i-th of the first 17 times 3^(i-1), a multiple of 31.
* `lei`: the legal entity identifier, ISO 17442: 20 places, a number that is 1 modulo 97 when letters stand for 10 to 35
  (ISO 7064, MOD 97-10).
"""

import string
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hengjian.intake.number import NotANumber
from hengjian.intake.text import quoted
from hengjian.model.declaration import AttributeFormat

_DIGITS = string.digits
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_LENGTH, _ORGANISATION = 18, slice(8, 17)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LEI_LENGTH = 20
_LETTERS = _DIGITS + string.ascii_uppercase
#: What no social credit code has, and what looks like it.
_NEVER = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
#: Places that are easily taken for one another, both ways.
_ALIKE = ("0D", "0Q", "1L", "2Z", "5S", "8B", "6G", "UW", "MN", "EF", "PR", "CG", "XY", "17", "38", "0O", "1I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What people call it, how many places it has, what one of the right length and letters lacks (None: nothing)."""

    called: str
    length: int
    letters: str
    wrong: Callable[[str], NotANumber | None]


def spelled(text: str) -> str:
    """A code as it is kept: half-width capitals and digits, without blanks and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if not char.isspace() and char not in "-‐‑–—")


def read_code(text: str, name: AttributeFormat) -> str | NotANumber:
    """The code that a cell writes, as it is kept; or what is wrong with it."""
    code, form = spelled(text), FORMATS[name]
    if len(code) != form.length:
        message = f"{quoted(text)} has {len(code)} characters; {form.called} has {form.length}"
        return NotANumber(message=message, hint="copy it from the licence, all of it")
    strange = "".join(dict.fromkeys(char for char in code if char not in form.letters))
    if strange:
        mended = "".join(_NEVER.get(char, char) for char in code)
        is_good = all(char in form.letters for char in mended) and form.wrong(mended) is None
        hint = "copy it from the licence: are 0 and O, 1 and I, 2 and Z the right ones?"
        if is_good:
            hint = f"write {mended}"
        elif name == "social_credit_code" and strange == code[-1] and code.index(strange) == 17:
            hint = f"with these 17 places it would end in {credit_check(code)}"
        return NotANumber(message=f"{form.called} has no {', '.join(strange[:5])}, as {quoted(text)} has", hint=hint)
    return form.wrong(code) or code


def credit_check(code: str) -> str:
    """The check character that the first 17 places of a social credit code ask for (GB 32100-2015, 4.6)."""
    total = sum(_CREDIT.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return _CREDIT[-total % 31]


def organisation_check(code: str) -> str:
    """The check character that the first 8 places of an organisation's code ask for (GB 11714-1997)."""
    total = sum(_LETTERS.index(char) * weight for char, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def lei_check(code: str) -> str:
    """The two check digits that the first 18 places of an LEI ask for (ISO 7064, MOD 97-10)."""
    return f"{98 - _modulo_97(code[:18] + '00'):02d}"


def _modulo_97(code: str) -> int:
    return int("".join(str(_LETTERS.index(char)) for char in code)) % 97


def _credit_wrong(code: str) -> NotANumber | None:
    if not code[2:8].isdigit():
        message = f"places 3 to 8 of {quoted(code)} are no code of a region"
        return NotANumber(message=message, hint=_near(code, _is_credit) or "a region's code is six digits")
    if code[-1] != credit_check(code):
        message = f"{quoted(code)} ends in {code[-1]}; with these 17 places it would end in {credit_check(code)}"
        return NotANumber(message=message, hint=_near(code, _is_credit) or _COMPARE)
    inner = code[_ORGANISATION]
    if inner[-1] != organisation_check(inner):
        message = (
            f"{quoted(inner)}, places 9 to 17 of {quoted(code)}, is no organisation's code:"
            f" it would end in {organisation_check(inner)}"
        )
        return NotANumber(message=message, hint=_near(code, _is_credit) or _COMPARE)
    return None


_COMPARE = "compare it with the licence, place by place"


def _is_credit(code: str) -> bool:
    return (
        all(char in _CREDIT for char in code)
        and code[2:8].isdigit()
        and code[-1] == credit_check(code)
        and code[16] == organisation_check(code[_ORGANISATION])
    )


def _lei_wrong(code: str) -> NotANumber | None:
    if code[18:].isdigit() and _modulo_97(code) == 1:
        return None
    message = f"{quoted(code)} ends in {code[18:]}; with these 18 places it would end in {lei_check(code)}"
    return NotANumber(message=message, hint=_near(code, _is_lei) or _COMPARE)


def _is_lei(code: str) -> bool:
    return code[18:].isdigit() and _modulo_97(code) == 1


def _near(code: str, is_good: Callable[[str], bool]) -> str:
    """The hint on a code of which two neighbours are exchanged, or one place is taken for another that looks alike."""
    found = list(dict.fromkeys(one for one in _slips(code) if is_good(one)))[:3]
    return f"did you mean {' or '.join(found)}?" if found else ""


def _slips(code: str) -> Iterator[str]:
    for place in range(len(code) - 1):
        one, other = code[place], code[place + 1]
        if one != other:
            yield f"{code[:place]}{other}{one}{code[place + 2 :]}"
    for place, char in enumerate(code):
        for pair in _ALIKE:
            if char in pair:
                yield f"{code[:place]}{pair.replace(char, '')}{code[place + 1 :]}"


FORMATS: Mapping[AttributeFormat, Format] = {
    "social_credit_code": Format(
        called="a social credit code", length=_CREDIT_LENGTH, letters=_CREDIT, wrong=_credit_wrong
    ),
    "lei": Format(called="an LEI", length=_LEI_LENGTH, letters=_LETTERS, wrong=_lei_wrong),
}
