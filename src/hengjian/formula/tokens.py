"""Text to tokens. Full-width signs are read as their plain forms; each fault of spelling is reported at its place."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, NamedTuple

from hengjian.formula.names import KEYWORDS, canonical, is_plain
from hengjian.formula.node import Span

Kind = Literal["number", "name", "quoted", "text", "sign", "end"]


class Token(NamedTuple):
    """`text` is canonical: the sign, keyword, name or digits without quotes. A tuple, for there are many."""

    kind: Kind
    text: str
    span: Span


class Fault(NamedTuple):
    """What is wrong at an offset of the formula's text, and how to mend it."""

    offset: int
    message: str
    hint: str


#: Full-width forms and the ideographic blank, one character for one, so that offsets stay true.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<name>[^\W\d](?:\w|[\u0300-\u036f])*)
    | (?P<number>\.?[0-9]\w*(?:\.\w*)*)
    | (?P<foreign>==|=<|=>|<>|\*\*|&&|\|\|)
    | (?P<sign><=|>=|!=|[-+*/%(),:<>=])
    | `(?P<quoted>(?:[^`\n]|``)*)`
    | "(?P<text>(?:[^"\n]|"")*)"
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_THOUSANDS = re.compile(r"[0-9]{3}(?![0-9])")
#: More digits than float64 can hold, and few enough for exact decimal arithmetic.
_LONGEST_NUMBER = 25

_INSTEAD: Mapping[str, str] = {
    "==": "write =", "<>": "write !=", "≠": "write !=", "=<": "write <=", "≤": "write <=", "=>": "write >=",
    "≥": "write >=", "&&": "write and", "&": "write and", "||": "write or", "|": "write or", "!": "write not",
    "×": "write *", "·": "write *", "÷": "write /", "−": "write -", "–": "write -", "—": "write -", "、": "write ,",
    "‰": "write it as a decimal fraction, such as 0.005", "**": "there are no powers; multiply",
    "^": "there are no powers; multiply", "[": "write (", "]": "write )", "{": "write (", "}": "write )",
    "#": "formulas have no comments; write them in the file, beside the formula",
    ".": "a name with a point in it stands in backquotes",
    **dict.fromkeys("'‘’“”「」", 'texts stand in straight double quotes, as in "CNY"'),
}  # fmt: skip


def scan(text: str) -> tuple[list[Token], list[Fault]]:
    """All tokens, the last one of kind "end", and all faults. Never raises."""
    plain = text if text.isascii() else text.translate(_PLAIN)
    found: list[Token] = []
    faults: list[Fault] = []
    at, length = 0, len(plain)
    match_at = _TOKEN.match
    while at < length:
        match = match_at(plain, at)
        if match is None:
            faults.append(_stray(plain, at))
            at += len(plain) - at if plain[at] in '`"' else 1
            continue
        kind, span = match.lastgroup, match.span()
        at = span[1]
        match kind:
            case "space":
                continue
            case "sign":
                found.append(Token("sign", match[0], span))
                if match[0] == "," and _THOUSANDS.match(plain, at) and _touches_number(found, span[0]):
                    faults.append(_thousands(found, plain, at))
                    at += 3
            case "name":
                found.append(_name(match[0], span, faults))
            case "number":
                found.append(_number(match[0], span, faults))
            case "quoted":
                found.append(_quoted(match["quoted"], span, faults))
            case "text":
                value = unicodedata.normalize("NFKC", match["text"].replace('""', '"'))
                found.append(Token("text", value, span))
            case _:
                faults.append(_stray(plain, span[0], match[0]))
    found.append(Token("end", "", (length, length)))
    return found, faults


def _stray(text: str, at: int, sign: str = "") -> Fault:
    sign = sign or text[at]
    if sign == "`":
        return Fault(at, "a backquote is not closed", "a name in backquotes ends with a backquote on the same line")
    if sign == '"':
        return Fault(at, "a double quote is not closed", "a text ends with a double quote on the same line")
    hint = _INSTEAD.get(sign, "a name with other signs than letters, digits and _ stands in backquotes")
    shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
    return Fault(at, f"'{shown}' is not a sign of the formula language", hint)


def _name(raw: str, span: Span, faults: list[Fault]) -> Token:
    name = canonical(raw)
    if name in KEYWORDS:
        return Token("sign", name, span)
    if raw != name or not raw.isascii() or raw[0] == "_":
        odd = any(
            not (sign.isalpha() or sign.isdecimal() or sign in "_〇" or unicodedata.combining(sign)) for sign in raw
        )
        if odd or not is_plain(name):
            hint = f"a name starts with a letter and goes on with letters, digits and _; else write `{raw}`"
            faults.append(Fault(span[0], f"{raw!r} is not a plain name", hint))
    return Token("name", name, span)


def _quoted(raw: str, span: Span, faults: list[Fault]) -> Token:
    name = canonical(raw.replace("``", "`"))
    if not name:
        faults.append(Fault(span[0], "there is no name between the backquotes", "write a name, as in `a name`"))
    return Token("quoted", name, span)


def _number(raw: str, span: Span, faults: list[Fault]) -> Token:
    if not _NUMBER.fullmatch(raw):
        hint = "write digits with at most one point, as in 1000000 or 0.5; a product as 3 * x"
        faults.append(Fault(span[0], f"{raw!r} is not a number", hint))
    elif len(raw) > _LONGEST_NUMBER:
        faults.append(Fault(span[0], "the number is too long", f"a number has at most {_LONGEST_NUMBER} signs"))
    return Token("number", raw, span)


def _touches_number(found: list[Token], comma: int) -> bool:
    return len(found) > 1 and found[-2].kind == "number" and found[-2].span[1] == comma


def _thousands(found: list[Token], text: str, at: int) -> Fault:
    start, digits = found[-2].span[0], found[-2].text + text[at : at + 3]
    return Fault(
        start,
        f"'{text[start : at + 3]}' may be one number or two",
        f"write {digits} for one number; put a blank after the comma for two",
    )
