"""The figure of one step of an explanation: what is a plain number to the formulas is told as what it counts."""

import re
from collections.abc import Mapping
from typing import Any

from hengjian.web.figures import Figure, Figures
from hengjian.web.names import Names

_PLAIN = "ratio"
_COUNTS = frozenset({"count", "count_true", "since", "rank"})
_WRITTEN = re.compile(r'^as_unit\(.*"([^"]+)"\)$', re.DOTALL)
_NUMBER = re.compile(r"\d+(\.\d+)?")

#: A unit, and the name whose classes the figure is of; None: the step's own.
Counted = tuple[str, str] | None


def counted_in(node: Mapping[str, Any], names: Names, value_above: object, above: Counted) -> Counted:
    """In what a step without a unit of its own counts; one that gives the value of the step above counts as that."""
    if node.get("unit") != _PLAIN or isinstance(node.get("value"), bool):
        return None
    text = str(node.get("leaf") or node.get("text") or "")
    name = text.strip("`")
    if node.get("op") == "indicator" or node.get("leaf"):
        declared = names.unit(name)
        if declared:
            return None if declared in (_PLAIN, "%") else (declared, name)
        if names.is_attribute(name):
            return "", ""
    if node.get("op") == "as_unit" and (written := _WRITTEN.match(text)):
        return written[1], ""
    if above and node.get("value") == value_above:
        return above
    return ("", "") if node.get("op") in _COUNTS or _NUMBER.fullmatch(text) else None


def step_figure(value: float | bool, symbol: str, counted: Counted, figures: Figures) -> Figure:
    """A step's value as people read it."""
    return figures.figure(value, symbol) if counted is None else figures.counted(float(value), *counted)
