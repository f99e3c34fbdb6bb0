"""Units of measure as an algebra: base symbols with exponents, and a decimal scale.

A unit's scale turns a figure in that unit into one in base symbols: 1 万元 = 10,000 CNY, 1 % = 0.01.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Factors = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit as written (`symbol`), its base symbols with exponents (sorted), and the factor to base symbols."""

    symbol: str = field(compare=False)
    factors: Factors
    scale: Decimal = Decimal(1)

    @property
    def is_dimensionless(self) -> bool:
        return not self.factors

    def measures_the_same_as(self, other: "Unit") -> bool:
        """Whether figures of the two can be added after scaling."""
        return self.factors == other.factors

    def __str__(self) -> str:
        return self.symbol


def _canonical_symbol(factors: Factors) -> str:
    """`CNY/person`, `CNY·kWh^-1` is written `CNY/kWh`; a bare inverse is `1/day`."""
    over = [name if power == 1 else f"{name}^{power}" for name, power in factors if power > 0]
    under = [name if power == -1 else f"{name}^{-power}" for name, power in factors if power < 0]
    if not over and not under:
        return "ratio"
    return "/".join(["·".join(over) or "1", *under])


def _made_of(powers: Mapping[str, int], scale: Decimal = Decimal(1)) -> Unit:
    factors = tuple(sorted((name, power) for name, power in powers.items() if power))
    return Unit(symbol=_canonical_symbol(factors), factors=factors, scale=scale)


RATIO = _made_of({})

#: Base symbols and their multiples; packs may add more. Spelling after NFKC.
SHIPPED: Mapping[str, Unit] = {
    "ratio": RATIO,
    "%": Unit(symbol="%", factors=(), scale=Decimal("0.01")),
    "times": Unit(symbol="times", factors=()),
    "倍": Unit(symbol="times", factors=()),
    "pp": Unit(symbol="pp", factors=(), scale=Decimal("0.01")),
    **{base: _made_of({base: 1}) for base in ("CNY", "person", "share", "day", "year", "kWh", "tCO2e", "m3")},
    "元": _made_of({"CNY": 1}),
    "人": _made_of({"person": 1}),
    "股": _made_of({"share": 1}),
    "年": _made_of({"year": 1}),
    "万元": Unit(symbol="万元", factors=(("CNY", 1),), scale=Decimal(10_000)),
    "亿元": Unit(symbol="亿元", factors=(("CNY", 1),), scale=Decimal(100_000_000)),
}

#: Numerals that Chinese writes before a unit, as in 万人 or 亿元.
_NUMERALS: Mapping[str, Decimal] = {
    "万亿": Decimal(1_000_000_000_000), "亿": Decimal(100_000_000), "万": Decimal(10_000),
}  # fmt: skip

_PART = re.compile(r"(?P<name>[^\s·*/^]+)(?:\^(?P<power>-?\d{1,2}))?")


def parse_unit(text: str, known: Mapping[str, Unit] = SHIPPED) -> Unit | None:
    """The unit that `text` writes: names joined by `·`, `*` and `/`, each with an optional `^n`; None when unknown.

    A name of Chinese letters may have 万, 亿 or 万亿 before it.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text in known:
        return known[text]
    powers: dict[str, int] = {}
    scale = Decimal(1)
    sign = 1
    for index, piece in enumerate(re.split(r"([·*/])", text)):
        piece = piece.strip()
        if index % 2:
            sign = -1 if piece == "/" else 1
            continue
        if piece == "1" and index == 0:
            continue
        match = _PART.fullmatch(piece)
        unit = _named(match["name"], known) if match else None
        if match is None or unit is None:
            return None
        power = sign * int(match["power"] or 1)
        scale *= unit.scale**power
        for name, exponent in unit.factors:
            powers[name] = powers.get(name, 0) + exponent * power
    made = _made_of(powers, scale)
    return Unit(symbol=text, factors=made.factors, scale=scale)


def _named(name: str, known: Mapping[str, Unit]) -> Unit | None:
    if name in known:
        return known[name]
    for numeral, times in _NUMERALS.items():
        rest = known.get(name.removeprefix(numeral))
        if rest is not None and rest.factors and not name[len(numeral) :].isascii():
            return Unit(symbol=name, factors=rest.factors, scale=rest.scale * times)
    return None


def base_unit(symbol: str) -> Unit:
    """A unit of a dimension of its own."""
    return _made_of({symbol: 1})


def multiply(left: Unit, right: Unit) -> Unit:
    """The unit of a product of base-unit figures."""
    powers = dict(left.factors)
    for name, power in right.factors:
        powers[name] = powers.get(name, 0) + power
    return _made_of(powers)


def divide(left: Unit, right: Unit) -> Unit:
    """The unit of a quotient of base-unit figures."""
    powers = dict(left.factors)
    for name, power in right.factors:
        powers[name] = powers.get(name, 0) - power
    return _made_of(powers)
