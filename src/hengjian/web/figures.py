"""Figures as people read them: money in 元, 万元 or 亿元, ratios in percent, everything rounded for the eye only."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from hengjian.model.unit import Unit, parse_unit
from hengjian.web.view import View
from hengjian.web.words import Words

_MONEY_SCALE = {"yuan": Decimal(1), "wan": Decimal(10_000), "yi": Decimal(100_000_000)}
_ONE = Decimal(1)
_LARGEST = 1e15
_JOINT = re.compile(r"([·*/])")
_NO_UNITS: Mapping[str, Mapping[str, object]] = {}
_NO_CLASSES: Mapping[str, Mapping[str, Mapping[str, str]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A rounded number and its unit, empty where there is none. `exact` is unrounded, in the unit it was given in."""

    text: str
    unit: str
    exact: str

    def __str__(self) -> str:
        return f"{self.text}{self.unit}" if self.unit in ("", "%") else f"{self.text} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How figures of a unit are shown: multiplied by `factor`, in `unit` (empty: none), with so many decimals (None: as
    many as there are, at most two)."""

    factor: Decimal
    unit: str
    places: int | None

    def exact(self, value: float) -> Decimal:
        """A figure in the shown unit, unrounded: decimal, for a factor of ten must add no digits."""
        return (Decimal(repr(value)) * self.factor).normalize()


class Figures:
    """Writes figures as one reader wants them; `units` are the labels of those that packs add, by every spelling, and
    `classes`, by indicator, what its whole numbers stand for."""

    def __init__(
        self,
        view: View,
        words: Words,
        units: Mapping[str, Mapping[str, object]] = _NO_UNITS,
        classes: Mapping[str, Mapping[str, Mapping[str, str]]] = _NO_CLASSES,
    ) -> None:
        self._view, self._words, self._units, self._classes = view, words, units, classes

    def figure(self, value: object, symbol: str, name: str = "") -> Figure:
        """`value`, of the indicator `name`, in the unit that `symbol` writes; a truth is yes or no."""
        if name in self._classes and isinstance(value, int | float):
            return Figure(text=self.writer(symbol, name)(value), unit="", exact=f"{value:g}")
        if isinstance(value, bool):
            return Figure(text=self._words("yes" if value else "no"), unit="", exact=str(value).lower())
        if not isinstance(value, int | float):
            return Figure(text="–", unit="", exact="")
        exact = f"{value!r} {self._named(symbol)}".rstrip()
        scale = self.scale(symbol)
        return Figure(text=_rounded(float(value) * float(scale.factor), scale.places), unit=scale.unit, exact=exact)

    def counted(self, value: float, symbol: str, name: str) -> Figure:
        """A plain number to the formulas, in the unit `symbol` that is declared for `name`: 5 levels, not 500 %."""
        unit = _unit(symbol)
        scale = self._units.get(symbol, {}).get("scale", 1.0) if unit is None else unit.scale
        return self.figure(value / float(str(scale)), symbol, name)

    def unit(self, symbol: str, name: str = "") -> str:
        """The unit in which figures of `symbol` are shown; classes have none."""
        return "" if name in self._classes else self.scale(symbol).unit

    def writer(self, symbol: str, name: str = "") -> Callable[[float], str]:
        """Writes many figures of one unit, without their unit."""
        if name in self._classes:
            texts = {key: self._words.label({"label": one}, key) for key, one in self._classes[name].items()}
            return lambda value: texts.get(f"{value:g}", f"{value:g}")
        scale = self.scale(symbol)
        factor, places = float(scale.factor), scale.places
        return lambda value: _rounded(value * factor, places)

    def scale(self, symbol: str) -> Scale:
        """How figures in the unit that `symbol` writes are shown."""
        unit = _unit(symbol)
        if unit is not None and unit.factors == (("CNY", 1),):
            money = self._view.money
            return Scale(factor=unit.scale / _MONEY_SCALE[money], unit=self._words(f"money.{money}"), places=2)
        if unit is not None and symbol in ("ratio", "%"):
            if self._view.ratio == "percent":
                return Scale(factor=unit.scale * 100, unit="%", places=2)
            return Scale(factor=unit.scale, unit=self._words("ratio.times"), places=4)
        return Scale(factor=_ONE, unit=self._named(symbol), places=None)

    def declared(self, symbol: str) -> str:
        """A unit as it is declared, in the reader's language."""
        return self._named(symbol)

    def _named(self, symbol: str) -> str:
        """A unit in the reader's language, a joined one part by part."""
        if symbol in self._units:
            return self._words.label(self._units[symbol], symbol)
        known = self._words.get(f"unit.{symbol}", symbol)
        parts = _JOINT.split(symbol)
        if known != symbol or len(parts) == 1:
            return known
        english = self._words.language == "en"  # names in ASCII are English already, and in the singular
        return "".join(
            part if index % 2 or (english and part.isascii()) else self._named(part)
            for index, part in enumerate(parts)
        )  # fmt: skip


@lru_cache(maxsize=256)
def _unit(symbol: str) -> Unit | None:
    return parse_unit(symbol)


def _rounded(value: float, places: int | None) -> str:
    if abs(value) >= _LARGEST:
        return f"{value:.6g}"
    if places is None:
        places = 0 if value == round(value) else 2
    text = f"{value:,.{places}f}"
    if value and not text.strip("-0.,"):
        return f"{value:.2g}"  # what is small but not zero does not look like zero
    return text.removeprefix("-") if not text.strip("-0.,") else text
