"""Titles of declared forms as people write them: in either language, with other names, with a unit behind."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from hengjian.intake.text import QUOTED, printable
from hengjian.model.form import Title
from hengjian.model.issue import nearest
from hengjian.model.unit import SHIPPED, Unit, parse_unit

_WITH_UNIT = re.compile(r"(?P<title>.+?) ?\((?:单位:)?(?P<unit>[^()]{1,40})\)")
#: What clerks call units.
_WORDS = {"CNY": "元", "person": "人", "share": "股"}
T = TypeVar("T")


def plain_title(text: str) -> str:
    """Titles are compared in this form: NFKC, trimmed, white space as one space, no colon at the end."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).rstrip(":").rstrip()


def shown_unit(unit: Unit) -> str:
    """A unit as clerks write it: 元 rather than CNY."""
    return _WORDS.get(unit.symbol, unit.symbol)


def shown_title(title: Title, unit: Unit | None = None) -> str:
    """A title as a template writes it: Chinese, English, and the unit of the figures, in lines of their own."""
    label = title.label
    lines = [label.zh] if label.zh == label.en else [label.zh, label.en]
    return "\n".join([*lines, f"({shown_unit(unit)})"] if unit is not None else lines)


class Titles(Generic[T]):
    """What each title of a sheet stands for. One of figures may name their unit behind it, in parentheses, by any of
    its spellings in `spelled`."""

    def __init__(self, named: Iterable[tuple[Title, Unit | None, T]], spelled: Mapping[str, Unit] = SHIPPED) -> None:
        self._spelled = spelled
        self._found: dict[str, tuple[T, Unit | None]] = {}
        self._known: dict[str, None] = {}
        for title, unit, thing in named:
            names = (title.label.zh, title.label.en, *title.aliases)
            self._known.update(dict.fromkeys(names))
            for name in (*names, shown_title(title)):
                self._found.setdefault(plain_title(name), (thing, unit))

    def find(self, text: str) -> T | None:
        """What a title stands for; None where it is unknown, or names another unit."""
        plain = plain_title(text)
        found = self._found.get(plain)
        if found is not None:
            return found[0]
        match = _WITH_UNIT.fullmatch(plain)
        found = self._found.get(match["title"]) if match else None
        if match is None or found is None or found[1] is None:
            return None
        same = match["unit"] == found[1].symbol or parse_unit(match["unit"], self._spelled) == found[1]
        return found[0] if same else None

    def hint(self, text: str, otherwise: str) -> str:
        """The nearest titles, or what is wrong with the unit behind one, or `otherwise`."""
        plain = plain_title(text[:QUOTED])
        match = _WITH_UNIT.fullmatch(plain)
        found = self._found.get(match["title"]) if match else None
        if match is not None and found is not None and found[1] is not None:
            return f"its figures are in {printable(found[1].symbol)} here"
        return printable(nearest(plain, self._known, otherwise=otherwise), 300)
