"""Kernels that read dated attributes and declared tables: each distinct text is looked at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import numpy as np

from hengjian.evaluate.missing import BEFORE_FIRST, NOT_APPLICABLE, NOT_REPORTED, PRESENT, settle
from hengjian.evaluate.parameters import NO_PARAMETER, Parameters, Points, points_at
from hengjian.evaluate.plan import Step
from hengjian.formula.term import words
from hengjian.model.declaration import Parameter
from hengjian.panel.groups import Label
from hengjian.panel.panel import Codes, Column, Values

_OfTexts = Callable[[Sequence[Label], date], Values]


def _stated(name: str, parameters: Parameters, figures: _OfTexts) -> Column:
    """A figure of each attribute's text at each period's end: NaN where the text is none. Not stated: NOT_REPORTED.

    Texts that differ by no day are looked at once.
    """
    panel = parameters.panel
    shape = (len(panel.periods), len(panel.entities))
    values, reasons = np.full(shape, np.nan), np.full(shape, NOT_REPORTED)
    coded = parameters.coded(name)
    for row, codes in enumerate(coded.rows):
        table = np.append(figures(coded.labels, panel.periods[row].end), np.nan)
        causes = np.append(np.where(np.isnan(table[:-1]), NOT_APPLICABLE, PRESENT), NOT_REPORTED)
        values[row], reasons[row] = table[codes], causes[codes]
    values[: parameters.unknown], reasons[: parameters.unknown] = np.nan, BEFORE_FIRST
    return Column(values=values, reasons=reasons)


def one_of(step: Step, parameters: Parameters) -> Column:
    """Whether an attribute is one of some texts."""
    wanted = set(words(step.options, "texts"))
    return _stated(
        step.name, parameters, lambda labels, _: np.array([float(text in wanted) for (text,) in labels], np.float64)
    )


def figure(step: Step, parameters: Parameters) -> Column:
    """A number attribute; NOT_APPLICABLE where its text is no number."""
    return _stated(step.name, parameters, lambda labels, _: np.array([_number(text) for (text,) in labels], np.float64))


def days_until(step: Step, parameters: Parameters) -> Column:
    """Days from the period's end to a date attribute, positive when it lies ahead."""
    return _stated(
        step.name, parameters,
        lambda labels, end: np.array(
            [np.nan if (at := _date(text)) is None else float((at - end).days) for (text,) in labels], np.float64
        ),
    )  # fmt: skip


def age(step: Step, parameters: Parameters) -> Column:
    """Completed years since a date attribute at the period's end; negative years before it."""
    return _stated(
        step.name, parameters,
        lambda labels, end: np.array(
            [np.nan if (at := _date(text)) is None else _years(at, end) for (text,) in labels], np.float64
        ),
    )  # fmt: skip


def _years(since: date, end: date) -> float:
    """A year is complete on the same day of the year: of 29 February, in common years on 1 March."""
    return float(end.year - since.year - ((end.month, end.day) < (since.month, since.day)))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> float:
    try:
        found = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return float("nan")
    return float(found.scaleb(-2) if text.endswith("%") else found)


#: By the name that the functions table of `formula` gives each; "attribute" is a leaf.
ATTRIBUTES: Mapping[str, Callable[[Step, Parameters], Column]] = {
    "one_of": one_of, "attribute": figure, "days_until": days_until, "age": age,
}  # fmt: skip


def tabled(op: str, column: Column, parameter: Parameter, parameters: Parameters) -> Column:
    """`interpolate` or `band`: each figure read off the table in force for its entity's class at the period's end.

    NO_PARAMETER where there is no table; `band` below the first point is NOT_APPLICABLE.
    """
    values, reasons = np.full(column.values.shape, np.nan), np.array(column.reasons)
    for row, period in enumerate(parameters.panel.periods):
        codes, keys = parameters.classes_at(parameter, row)
        for code, key in enumerate(keys):
            here = np.flatnonzero((codes == code) & (column.reasons[row] == PRESENT))
            if not len(here):
                continue
            points = points_at(parameter, period.end, key)
            if points is None:
                reasons[row, here] = NO_PARAMETER
                continue
            values[row, here], reasons[row, here] = _read_off(op, column.values[row, here], points)
    if parameter.by:
        unknown = reasons[: parameters.unknown]
        unknown[unknown == PRESENT] = BEFORE_FIRST
        values[: parameters.unknown] = np.nan
    return settle(values, reasons)


def _read_off(op: str, x: Values, points: Points) -> tuple[Values, Codes]:
    """Between two points: y0 + (x - x0) * ((y1 - y0) / (x1 - x0)); at a point and beyond the ends, its own y."""
    places = np.searchsorted(points.x, x, side="right") - 1
    low = np.maximum(places, 0)
    if op == "band":
        return points.y[low], np.where(places < 0, NOT_APPLICABLE, PRESENT)
    high = np.minimum(low + 1, len(points.x) - 1)
    slopes = (points.y[high] - points.y[low]) / np.where(high > low, points.x[high] - points.x[low], 1.0)
    between = points.y[low] + (x - points.x[low]) * slopes
    is_point = (places < 0) | (high == low) | (x == points.x[low])
    return np.where(is_point, points.y[low], between), np.full(len(x), PRESENT)
