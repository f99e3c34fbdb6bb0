"""The declaration hash of a scorecard: SHA-256 over what decides its points, through the formulas that it reads."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hengjian.formula.digest import digest
from hengjian.formula.term import Programme
from hengjian.model.declaration import FormulaText, Label
from hengjian.model.issue import Place
from hengjian.model.scorecard import Item, Scorecard
from hengjian.model.unit import Unit

#: What is read by people only: two cards that differ in these alone give the same points.
_TOLD = frozenset(
    {"label", "place", "source", "document", "confidence", "owner", "reason", "pack", "workflow", "published_by"}
)


def card_digest(card: Scorecard, programme: Programme) -> str:
    """SHA-256 (hex) over the canonical card with the digests of its formulas. KeyError for one of another programme."""
    names = [(name, programme.scored[name].digest) for name, *_ in card.formulas()]
    return digest({"scorecard": _canonical(card), "formulas": dict(names)})


def _canonical(value: object) -> object:
    match value:
        case None | str() | bool() | int():
            return value
        case Decimal():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case date():
            return value.isoformat()
        case FormulaText():  # its digest stands beside the card
            return True
        case Unit():
            return [value.symbol, [list(factor) for factor in value.factors], _canonical(value.scale)]
        case Label() | Place():
            return None
        case Mapping():
            return {name: _canonical(one) for name, one in value.items()}
        case tuple():
            return [_canonical(one) for one in value]
    if not dataclasses.is_dataclass(value):
        raise TypeError(f"no part of a scorecard: {value!r}")
    fields = {
        one.name: _canonical(getattr(value, one.name)) for one in dataclasses.fields(value) if one.name not in _TOLD
    }
    return fields if isinstance(value, Item | Scorecard) else {type(value).__name__: fields}
