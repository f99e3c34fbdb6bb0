"""Functions of one cell's numbers, tables and dates."""

from bisect import bisect_right
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from math import exp, inf, log, sqrt
from statistics import NormalDist

from hengjian.formula.node import Call, Name, Text
from hengjian.model.missing import Missing
from hengjian.model.unit import parse_unit
from naive.figure import Figure, Gap, first_gap, present, settled
from naive.reader import At, Reader, function
from naive.shape import literal, spoken, whole_number

#: Room for every digit of a float64 before and after the point.
_EXACT = Context(prec=800)


def rounded(figure: float, digits: int) -> float:
    """Half away from zero, of the decimal that is written."""
    return float(Decimal(repr(figure)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT))


@function("abs", "round", "log", "exp", "normal_cdf", "sqrt", "as_unit")
def _of_one(reader: Reader, call: Call, at: At) -> Figure:
    figure = reader.figure(call.arguments[0], at)
    if isinstance(figure, Gap):
        return figure
    gap = reader.gap(Missing.NOT_APPLICABLE, call, at)
    match call.name:
        case "abs":
            return abs(figure)
        case "round":
            return settled(rounded(figure, whole_number(call.arguments[1])), gap)
        case "log":
            return gap if figure <= 0 else log(figure)
        case "normal_cdf":
            return NormalDist().cdf(figure)
        case "sqrt":
            return gap if figure < 0 else sqrt(figure)
        case "exp":
            return settled(exp(figure) if figure < 710 else inf, gap)
    unit = parse_unit(literal(call.arguments[1]), reader.catalogue.known_units())
    assert unit is not None
    return settled(figure * float(unit.scale), gap)


@function("clip")
def _clip(reader: Reader, call: Call, at: At) -> Figure:
    figures = [reader.figure(argument, at) for argument in call.arguments]
    gap = first_gap(figures)
    if gap:
        return gap
    figure, low, high = present(figures)
    return reader.gap(Missing.NOT_APPLICABLE, call, at) if low > high else min(max(figure, low), high)


@function("convert")
def _convert(reader: Reader, call: Call, at: At) -> Figure:
    figures = [reader.figure(argument, at) for argument in call.arguments]
    gap = first_gap(figures)
    if gap:
        return gap
    figure, rate = present(figures)
    return settled(figure * rate, reader.gap(Missing.NOT_APPLICABLE, call, at))


@function("lookup")
def _lookup(reader: Reader, call: Call, at: At) -> Figure:
    name, *keys = call.arguments
    reader.met.append((spoken(name), at))
    return reader.parameter(spoken(name), [each if isinstance(each, Text) else spoken(each) for each in keys], at)


@function("interpolate", "band")
def _in_table(reader: Reader, call: Call, at: At) -> Figure:
    figure = reader.figure(call.arguments[0], at)
    if isinstance(figure, Gap):
        return figure
    points = _points(reader, spoken(call.arguments[1]), at)
    if isinstance(points, Gap):
        return points
    place = bisect_right([x for x, _ in points], figure)
    gap = Gap(Missing.NOT_APPLICABLE, spoken(call.arguments[1]), at.index, at.entity)
    if call.name == "band":
        return points[place - 1][1] if place else gap
    if place in (0, len(points)):
        return points[min(place, len(points) - 1)][1]
    (low, start), (high, end) = points[place - 1 : place + 1]
    return settled(start if figure == low else start + (figure - low) * ((end - start) / (high - low)), gap)


def _points(reader: Reader, name: str, at: At) -> list[tuple[float, float]] | Gap:
    reader.met.append((name, at))
    declared = reader.catalogue.parameters[name]
    key = reader.key(declared.by, at)
    if isinstance(key, Gap):
        return Gap(key.reason, name, at.index, at.entity)
    in_force = [value.tables for value in declared.values if value.valid_from <= at.day]
    table = in_force[-1].get(key, in_force[-1].get("default")) if in_force else None
    if table is None:
        return Gap(Missing.NO_PARAMETER, name, at.index, at.entity)
    return [(float(x), float(y)) for x, y in table]


@function("days_until", "age")
def _dated(reader: Reader, call: Call, at: At) -> Figure:
    (argument,) = call.arguments
    assert isinstance(argument, Name)
    reader.met.append((argument.name, at))
    text = reader.attribute(argument.name, at)
    if isinstance(text, Gap):
        return text
    day = date.fromisoformat(text)
    if call.name == "days_until":
        return float((day - at.day).days)
    has_passed = (at.day.month, at.day.day) >= (day.month, day.day)
    return float(at.day.year - day.year - (not has_passed))
