"""Dated parameters as columns: the value in force at each period's end, by each entity's own attributes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hengjian.evaluate.missing import BEFORE_FIRST, PRESENT
from hengjian.model.declaration import Parameter, ParameterValue
from hengjian.model.missing import Missing
from hengjian.panel.groups import Coded, coded
from hengjian.panel.panel import Codes, Column, Panel, Values

NO_PARAMETER = np.uint8(Missing.NO_PARAMETER)

Key = str | None


def value_at(parameter: Parameter, day: date) -> ParameterValue | None:
    """The dated value in force on `day`."""
    found = None
    for value in parameter.values:
        if value.valid_from <= day:
            found = value
    return found


def figure(value: ParameterValue | None, key: Key) -> float | None:
    """The figure for one class, else the default's; None where there is neither. Decimal is rounded here, once."""
    if value is None:
        return None
    decimal = value.values.get("default") if key is None else value.values.get(key, value.values.get("default"))
    return None if decimal is None else float(decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A table of points in base units, x ascending."""

    x: Values
    y: Values


def points_at(parameter: Parameter, day: date, key: Key) -> Points | None:
    """The table in force on `day` for one class, else the default's; None where there is neither."""
    value = value_at(parameter, day)
    if value is None:
        return None
    default = value.tables.get("default")
    found = default if key is None else value.tables.get(key, default)
    if found is None:
        return None
    return Points(x=np.array([float(x) for x, _ in found]), y=np.array([float(y) for _, y in found]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Classes:
    """The class of each cell as a place in `keys`."""

    codes: NDArray[np.intp]
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Reads parameters over one panel; classes are worked out once for each set of attributes.

    In the first `unknown` periods the attributes are not known: a parameter by class is BEFORE_FIRST there.
    """

    panel: Panel
    unknown: int
    classes: dict[tuple[str, ...], _Classes] = field(default_factory=dict)
    codes: dict[str, Coded] = field(default_factory=dict)

    def coded(self, name: str) -> Coded:
        """An attribute's texts as integers. ValueError when the panel was loaded without it."""
        if name not in self.codes:
            if name not in self.panel.attributes:
                raise ValueError(f"the panel was loaded without the attributes {[name]}")
            self.codes[name] = coded(self.panel.attributes[name])
        return self.codes[name]

    def classes_at(self, parameter: Parameter, row: int) -> tuple[NDArray[np.intp], tuple[Key, ...]]:
        """At one period, the class of each entity as a place among the keys."""
        if not parameter.by:
            return np.zeros(len(self.panel.entities), np.intp), (None,)
        classes = self._classes(parameter.by)
        return classes.codes[row], classes.keys

    def looked_up(self, parameter: Parameter, keys: Sequence[str]) -> Column:
        """The parameter for classes that are named: "=text" for a text, else an attribute."""
        shape = (len(self.panel.periods), len(self.panel.entities))
        fixed = [key[1:] if key.startswith("=") else None for key in keys]
        texts = [
            np.full(shape, text, np.object_) if text is not None else self._texts(key)
            for key, text in zip(keys, fixed, strict=True)
        ]
        if all(text is not None for text in fixed):
            key = "/".join(text for text in fixed if text is not None)
            values = _figures([[figure(value_at(parameter, one.end), key)] for one in self.panel.periods], 1)
            reasons = _reasons(values)
            return Column(values=np.broadcast_to(values, shape), reasons=np.broadcast_to(reasons, shape))
        return self._by_class(parameter, _classify(texts))

    def _texts(self, name: str) -> NDArray[np.object_]:
        if name not in self.panel.attributes:
            raise ValueError(f"the panel was loaded without the attributes {[name]}")
        return self.panel.attributes[name]

    def column(self, parameter: Parameter) -> Column:
        """[period × entity]; NO_PARAMETER where no value is in force for the entity's class."""
        days = [period.end for period in self.panel.periods]
        shape = (len(days), len(self.panel.entities))
        if not parameter.by:
            values = _figures([[figure(value_at(parameter, day), None)] for day in days], 1)
            reasons = _reasons(values)
            return Column(values=np.broadcast_to(values, shape), reasons=np.broadcast_to(reasons, shape))
        return self._by_class(parameter, self._classes(parameter.by))

    def _by_class(self, parameter: Parameter, classes: _Classes) -> Column:
        dated = [value_at(parameter, period.end) for period in self.panel.periods]
        table = _figures([[figure(value, key) for key in classes.keys] for value in dated], len(classes.keys))
        values = np.take_along_axis(table, classes.codes, axis=1)
        values[: self.unknown] = np.nan
        reasons = _reasons(values)
        reasons[: self.unknown] = BEFORE_FIRST
        return Column(values=values, reasons=reasons)

    def _classes(self, by: tuple[str, ...]) -> _Classes:
        if by not in self.classes:
            one = len(by) == 1
            self.classes[by] = _of_one(self.coded(by[0])) if one else _classify([self._texts(name) for name in by])
        return self.classes[by]


def _of_one(coded: Coded) -> _Classes:
    """The classes of one attribute; without it there is no key."""
    keys: tuple[Key, ...] = (*(text for (text,) in coded.labels), None)
    codes = np.array(coded.rows, np.intp).reshape(len(coded.rows), -1)
    codes[codes < 0] = len(keys) - 1
    return _Classes(codes=codes, keys=keys)


def _classify(attributes: Sequence[NDArray[np.object_]]) -> _Classes:
    """The keys of several attributes are joined by "/"; with any of them unstated there is no key."""
    codes = np.zeros(attributes[0].shape, dtype=np.intp)
    places: dict[Key, int] = {}
    for row in range(len(codes)):
        if row and all(np.array_equal(texts[row], texts[row - 1]) for texts in attributes):
            codes[row] = codes[row - 1]
            continue
        cells = zip(*(texts[row] for texts in attributes), strict=True)
        keys: list[Key] = [None if None in texts else "/".join(texts) for texts in cells]
        codes[row] = [places.setdefault(key, len(places)) for key in keys]
    return _Classes(codes=codes, keys=tuple(places))


def _figures(rows: list[list[float | None]], width: int) -> Values:
    """A table of figures, NaN for none."""
    table = np.full((len(rows), width), np.nan)
    for row, figures in enumerate(rows):
        table[row] = [np.nan if number is None else number for number in figures]
    return table


def _reasons(values: Values) -> Codes:
    return np.where(np.isnan(values), NO_PARAMETER, PRESENT)
