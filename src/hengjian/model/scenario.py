"""What packs declare to be played through: networks along which defaults spread, and stresses of what is filed."""

from dataclasses import dataclass

from hengjian.model.cut import Scope
from hengjian.model.declaration import FormulaText, Label
from hengjian.model.issue import Place
from hengjian.model.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Obligations along a link: where it begins stands for where it ends, for its number attribute `amount`, of which
    its attribute `cover` is secured otherwise, both in `unit`.

    `buffer` is the figure (an indicator or a measure) of what an entity can bear, of statements of one `scope`; `loss`
    the dated parameter that is the part of an amount that is lost in a default.
    """

    name: str
    label: Label
    link: str
    amount: str
    cover: str | None
    unit: Unit
    buffer: str
    loss: str
    scope: Scope
    source: str
    pack: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """What a measure becomes: a formula over the filed figures."""

    measure: str
    formula: FormulaText


@dataclass(frozen=True, slots=True, kw_only=True)
class Stress:
    """Shocks that come together. `parameters` are those whose values are asked for: 0 means that nothing happens."""

    name: str
    label: Label
    parameters: tuple[str, ...]
    shocks: tuple[Shock, ...]
    source: str
    pack: str
    place: Place


def shock_name(stress: str, measure: str) -> str:
    """What a shock is called among formulas: no declaration can have the name."""
    return f"`{measure}` under {stress}"
