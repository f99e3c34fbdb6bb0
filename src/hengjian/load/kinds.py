"""What the values of declarations may be: names, labels, dates, figures, units, formulas."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hengjian.load.fields import Field, Kind, Reading, Schema, guess, read_record, record, scalar, schema_of
from hengjian.load.strict import Desk, Mapping, Node, Scalar
from hengjian.model.declaration import Label
from hengjian.model.issue import Place, nearest
from hengjian.model.unit import Unit, parse_unit

MAX_NAME = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_CELL = re.compile(r"[A-Z]{1,2}[1-9]\d{0,3}")
_CLASS = re.compile(r"0|-?[1-9]\d{0,3}")
_ROW = re.compile(r"[1-9]\d{0,3}")
_PACK_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VERSION = re.compile(r"\d+(?:\.\d+){0,3}(?:[-+.]?[0-9A-Za-z]+)*")

TEXT_SCHEMA: Schema = {"type": "string", "minLength": 1}
NAME_SCHEMA: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_NAME, "pattern": r"^[^`\s](?:[^`]*[^`\s])?$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A formula as written and the place of its first character."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as written; `percent` when it ends in %."""

    value: Decimal
    percent: bool
    place: Scalar


def good_name(node: Scalar, desk: Desk, what: str) -> bool:
    """Whether a text can name a declaration; the fault is told when it cannot."""
    name = node.text
    normal = unicodedata.normalize("NFKC", name).strip()
    if not normal:
        desk.fault(node, f"a name in {what} is empty", "a name begins with a letter or a Han character")
    elif "`" in name:
        desk.fault(node, f"the name {name!r} holds a backquote", "backquotes stand around names in formulas only")
    elif name != normal:
        desk.fault(node, f"the name {name!r} is not in normal form", f"write {normal!r}")
    elif len(name) > MAX_NAME:
        desk.fault(node, f"the name {name[:20]!r}… has {len(name)} characters", f"{MAX_NAME} at most")
    elif not name.isprintable():
        desk.fault(node, f"the name {name!r} holds characters that cannot be printed", "delete them")
    elif name.isascii() and name[0].isdigit() and parse_number(name) is not None:
        desk.fault(node, f"the name {name!r} reads as a number", "a name begins with a letter or a Han character")
    else:
        return True
    return False


def _text(text: str, _node: Scalar, _desk: Desk, _what: str) -> str:
    return text


def _name(text: str, node: Scalar, desk: Desk, what: str) -> str | None:
    return text if good_name(node, desk, what) else None


def _pack_name(text: str, node: Scalar, desk: Desk, what: str) -> str | None:
    if _PACK_NAME.fullmatch(text):
        return text
    desk.fault(
        node, f"{what} cannot be {text!r}", "a pack's name has small letters, digits and _, and begins with a letter"
    )
    return None


def _version(text: str, node: Scalar, desk: Desk, what: str) -> str | None:
    if _VERSION.fullmatch(text):
        return text
    desk.fault(node, f"{what} cannot be {text!r}", "write it as 1.0.0")
    return None


def parse_day(text: str) -> date | None:
    """A date as 2021-01-31; None when it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str, node: Scalar, desk: Desk, what: str) -> date | None:
    found = parse_day(text)
    if found is None:
        desk.fault(node, f"{what} is not a date: {text!r}", "write it as 2021-01-31")
    return found


def parse_number(text: str) -> Decimal | None:
    """A finite decimal number; None when it is none. Octal, hexadecimal and grouped digits are none."""
    if len(text) > 60 or not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if math.isfinite(float(number)) else None


def _figure(text: str, node: Scalar, desk: Desk, what: str) -> Figure | None:
    number = parse_number(text.removesuffix("%").rstrip())
    if number is None:
        desk.fault(node, f"{what} is not a number: {text!r}", "write it as 70%, 0.7 or 12000, without separators")
        return None
    return Figure(value=number, percent=text.endswith("%"), place=node)


def _unit(text: str, node: Scalar, desk: Desk, what: str) -> Unit | None:
    found = parse_unit(text, desk.units)
    if found is None:
        known = ", ".join(desk.units)
        hint = nearest(text, desk.units, otherwise=f"the units are {known}; join them as in CNY/person")
        desk.fault(node, f"{what} is unknown: {text!r}", hint)
        found = desk.units.get(guess(text, desk.units) or "")
    return found


def _cell(text: str, node: Scalar, desk: Desk, what: str) -> str | None:
    if _CELL.fullmatch(text):
        return text
    desk.fault(node, f"{what} is not a cell: {text!r}", "write it as B2")
    return None


def _row_number(text: str, node: Scalar, desk: Desk, what: str) -> int | None:
    if _ROW.fullmatch(text):
        return int(text)
    desk.fault(node, f"{what} is not the number of a row: {text!r}", "rows count from 1")
    return None


def _days(text: str, node: Scalar, desk: Desk, what: str) -> int | None:
    if _ROW.fullmatch(text):
        return int(text)
    desk.fault(node, f"{what} is not a number of days: {text!r}", "write a whole number from 1 to 9999")
    return None


def class_number(node: Scalar, desk: Desk, what: str) -> bool:
    """Whether a key is the whole number of a class; the fault is told when it is not."""
    if _CLASS.fullmatch(node.text):
        return True
    desk.fault(node, f"{what} must be whole numbers, not {node.text!r}", "write them as 1: {zh: …, en: …}")
    return False


def _formula(_text: str, node: Scalar, desk: Desk, _what: str) -> Written:
    body, place = desk.body(node)
    return Written(text=body, place=place)


TEXT = scalar(_text, TEXT_SCHEMA)
NAME = scalar(_name, NAME_SCHEMA)
PACK_NAME = scalar(_pack_name, {"type": "string", "pattern": f"^{_PACK_NAME.pattern}$"})
VERSION = scalar(_version, {"anyOf": [{"type": "string", "pattern": f"^{_VERSION.pattern}$"}, {"type": "number"}]})
DAY = scalar(_day, {"type": "string", "pattern": f"^{_DAY.pattern}$"})
FIGURE = scalar(_figure, {"anyOf": [{"type": "string", "pattern": f"^(?:{_NUMBER.pattern}) *%?$"}, {"type": "number"}]})
UNIT = scalar(_unit, TEXT_SCHEMA)
CELL = scalar(_cell, {"type": "string", "pattern": f"^{_CELL.pattern}$"})
ROW_NUMBER = scalar(
    _row_number,
    {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9999}, {"type": "string", "pattern": f"^{_ROW.pattern}$"}]},
)
DAYS = scalar(
    _days,
    {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9999}, {"type": "string", "pattern": f"^{_ROW.pattern}$"}]},
)
CLASS_SCHEMA: Schema = {"type": "string", "pattern": f"^(?:{_CLASS.pattern})$"}
FORMULA = scalar(_formula, {"anyOf": [TEXT_SCHEMA, {"type": "number"}]})

_ZH = Field("zh", TEXT, "the text in Chinese")
_EN = Field("en", TEXT, "the text in English")
_BOTH = record(_ZH, _EN)


def _read_label(node: Node, desk: Desk, what: str) -> Label | None:
    found: Reading = read_record(_BOTH, node, desk, what)
    return Label(zh=found.need(_ZH), en=found.need(_EN)) if found.whole else None


#: A text in both languages.
LABEL: Kind[Label] = Kind(_read_label, schema_of(_BOTH))
#: What stands in for a label that is at fault, so that the rest of its declaration is still looked at.
NO_LABEL = Label(zh="?", en="?")

_BRACES = re.compile(r"\{(?P<name>[^{}]*)\}|[{}]")
_SLOT = re.compile(r"[^{}:!]+(?::(?:%|/10+))?")


def _read_message(node: Node, desk: Desk, what: str) -> Label | None:
    """A label whose texts may hold {name}, {name:%} or {name:/10000}."""
    found = _read_label(node, desk, what)
    if found is None or not isinstance(node, Mapping):
        return found
    for key, value in node.entries:
        for match in _BRACES.finditer(value.text if isinstance(value, Scalar) else ""):
            if match["name"] is None or not _SLOT.fullmatch(match["name"]):
                hint = "a figure stands as {name}, {name:%} or {name:/10000}"
                desk.fault(value, f"{key.text} of {what} has {match[0]!r}, which names nothing", hint)
                return None
    return found


MESSAGE: Kind[Label] = Kind(_read_message, LABEL.schema)
