"""Figures as people read them: money in 元, 万元 or 亿元, ratios in percent, everything rounded for the eye only."""

from dataclasses import dataclass
from functools import lru_cache

from hengjian.model.unit import Unit, parse_unit
from hengjian.web.view import View
from hengjian.web.words import Words

_MONEY_SCALE = {"yuan": 1.0, "wan": 1e4, "yi": 1e8}
_LARGEST = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A rounded number and its unit, empty where there is none. `exact` is unrounded, in the unit it was given in."""

    text: str
    unit: str
    exact: str

    def __str__(self) -> str:
        return f"{self.text}{self.unit}" if self.unit in ("", "%") else f"{self.text} {self.unit}"


class Figures:
    """Writes figures as one reader wants them."""

    def __init__(self, view: View, words: Words) -> None:
        self._view, self._words = view, words

    def figure(self, value: object, symbol: str) -> Figure:
        """`value`, in the unit that `symbol` writes; a truth is yes or no."""
        if isinstance(value, bool):
            return Figure(text=self._words("yes" if value else "no"), unit="", exact=str(value).lower())
        if not isinstance(value, int | float):
            return Figure(text="–", unit="", exact="")
        named = self._words.get(f"unit.{symbol}", symbol)
        exact = f"{value!r} {named}".rstrip()
        factor, unit, places = self._scale(symbol)
        return Figure(text=_rounded(float(value) * factor, places), unit=unit, exact=exact)

    def unit(self, symbol: str) -> str:
        """The unit in which figures of `symbol` are shown."""
        return self._scale(symbol)[1]

    def _scale(self, symbol: str) -> tuple[float, str, int | None]:
        """What to multiply by, the unit then, and decimals (None: as many as there are, at most two)."""
        unit = _unit(symbol)
        if unit is None:
            return 1.0, self._words.get(f"unit.{symbol}", symbol), None
        if unit.factors == (("CNY", 1),):
            money = self._view.money
            return float(unit.scale) / _MONEY_SCALE[money], self._words(f"money.{money}"), 2
        if symbol in ("ratio", "%"):
            if self._view.ratio == "percent":
                return float(unit.scale) * 100, "%", 2
            return float(unit.scale), self._words("ratio.times"), 4
        return 1.0, self._words.get(f"unit.{symbol}", symbol), None


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
