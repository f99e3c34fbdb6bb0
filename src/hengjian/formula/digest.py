"""The declaration hash: SHA-256 over what decides a formula's values, through all that it refers to.

Labels, sources and layout are left out: two declarations with one hash give the same figures in the same unit.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256

from hengjian.formula.term import Version
from hengjian.model.declaration import Measure, Parameter, ParameterValue
from hengjian.model.unit import Unit

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(record: Mapping[str, object]) -> str:
    """SHA-256 (hex) over the record as JSON with sorted keys, no blanks, UTF-8."""
    return sha256(_JSON.encode(record).encode()).hexdigest()


def measure_digest(measure: Measure) -> str:
    """What a measure is: its unit and its relation to time."""
    return digest(
        {
            "measure": measure.name, "type": measure.type, "unit": _unit(measure.unit),
            "period_type": measure.period_type, "frequency": measure.frequency, "cumulative": measure.cumulative,
        }
    )  # fmt: skip


def parameter_digest(parameter: Parameter) -> str:
    """What a parameter is: its unit, its classes and its dated values; of a table its points and their unit."""
    values = [{"from": value.valid_from.isoformat(), "values": _written(value)} for value in parameter.values]
    record: dict[str, object] = {
        "parameter": parameter.name, "unit": _unit(parameter.unit), "by": list(parameter.by), "values": values,
    }  # fmt: skip
    if parameter.points is not None:
        record["points"] = _unit(parameter.points)
    return digest(record)


def _written(value: ParameterValue) -> dict[str, object]:
    found: dict[str, object] = {key: _decimal(each) for key, each in value.values.items()}
    for key, points in value.tables.items():
        found[key] = [[_decimal(x), _decimal(y)] for x, y in points]
    return found


def formula_digest(
    kind: str, name: str, type_name: str, unit: Unit, versions: Sequence[Version], refers: Mapping[str, str]
) -> str:
    """What a formula is: its dated texts in canonical form; `refers` gives the digest of each name in them."""
    texts = [
        {"from": version.valid_from.isoformat() if version.valid_from else None, "formula": version.term.text}
        for version in versions
    ]
    return digest({kind: name, "type": type_name, "unit": _unit(unit), "versions": texts, "refers": dict(refers)})


def _unit(unit: Unit) -> list[object]:
    return [unit.symbol, [list(factor) for factor in unit.factors], _decimal(unit.scale)]


def _decimal(value: Decimal) -> str:
    """70, 70.0 and 7E+1 are one number."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
