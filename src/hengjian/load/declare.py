"""A record as read becomes a declaration of the model."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import get_args

from hengjian.load import shapes
from hengjian.load.fields import Reading
from hengjian.load.kinds import Figure, Written
from hengjian.load.shapes import Named
from hengjian.load.strict import Desk, Node, Scalar, Sequence
from hengjian.load.table import Points
from hengjian.model.declaration import (
    Attribute,
    AttributeFormat,
    Check,
    EntityType,
    FormulaText,
    Indicator,
    LinkType,
    Measure,
    NamedUnit,
    Parameter,
    ParameterValue,
)
from hengjian.model.period import FREQUENCIES, PER_DAY, Frequency
from hengjian.model.unit import Unit, base_unit, parse_unit

FORMATS: tuple[AttributeFormat, ...] = get_args(AttributeFormat)
#: Units that packs declared for themselves before they were shipped: such a pack says what is so anyway.
SHIPPED_LATER = {"year": base_unit("year")}


def _attributes(named: Named, desk: Desk) -> dict[str, Attribute]:
    made = {}
    for name, (key, reading) in named.items():
        kind = reading.need(shapes.ATTRIBUTE_KIND)
        label = reading.need(shapes.LABEL_FIELD)
        place = desk.place(key)
        spelled = reading.get(shapes.ATTRIBUTE_FORMAT)
        if spelled is not None and kind != "text":
            message = f"attribute {name!r} is a {kind} and has no format"
            desk.fault(reading.nodes["format"], message, "delete format, or make it a text")
            spelled = None
        made[name] = Attribute(
            name=name,
            label=label,
            kind="number" if kind == "number" else "date" if kind == "date" else "text",
            place=place,
            format=next((known for known in FORMATS if known == spelled), None),
            restricted=reading.get(shapes.RESTRICTED) == "true",
        )
    return made


def unit(key: Scalar, reading: Reading, desk: Desk, pack: str, known: dict[str, Unit]) -> NamedUnit:
    """A unit that a pack adds: a multiple of a known one, or of a kind of its own. `known` learns its spellings."""
    of, times = reading.get(shapes.UNIT_OF), reading.get(shapes.TIMES)
    name = key.text
    if times is not None and (times.percent or times.value <= 0):
        desk.fault(times.place, f"unit {name!r} must be a positive number of times", "write it as 1000 or 0.001")
        times = None
    if (of is None) != (times is None) and not {"of", "times"} <= reading.nodes.keys():
        lone = reading.nodes["of" if times is None else "times"]
        hint = "say both, as {of: m, times: 1000}; without them the unit is of a kind of its own"
        desk.fault(lone, f"unit {name!r} says only one of `of` and `times`", hint)
    made = base_unit(name)
    if of is not None and times is not None:
        made = Unit(symbol=name, factors=of.factors, scale=of.scale * times.value)
    found = NamedUnit(
        name=name,
        label=reading.need(shapes.LABEL_FIELD),
        unit=made,
        aliases=reading.need(shapes.UNIT_ALIASES),
        source=reading.need(shapes.SOURCE),
        pack=pack,
        place=desk.place(key),
    )
    for spelling in found.spellings():
        if re.search(r"[·*/^]", spelling):
            hint = "· * / and ^ join units; write the joined unit where it is used"
            desk.fault(key, f"unit {name!r} cannot be written {spelling!r}", hint)
        elif parse_unit(spelling, known) not in (None, SHIPPED_LATER.get(name)):
            desk.fault(key, f"{spelling!r} of unit {name!r} is a unit already", "delete it, or spell it otherwise")
        else:
            known[spelling] = made
    return found


def entity_type(key: Scalar, reading: Reading, desk: Desk) -> EntityType:
    """A kind of thing, with its attributes."""
    return EntityType(
        name=key.text,
        label=reading.need(shapes.LABEL_FIELD),
        attributes=_attributes(reading.need(shapes.ATTRIBUTES), desk),
        place=desk.place(key),
        extends=reading.get(shapes.EXTENDS),
        restricted=reading.get(shapes.RESTRICTED) == "true",
    )


def link_type(key: Scalar, reading: Reading, desk: Desk) -> LinkType:
    """A kind of relation, with its attributes, and its name and label when it is walked back."""
    pair = (shapes.INVERSE.name, shapes.INVERSE_LABEL.name)
    told = [name for name in pair if name in reading.nodes]
    if len(told) == 1:
        message = f"link {key.text!r} says only one of `inverse` and `inverse_label`"
        desk.fault(reading.nodes[told[0]], message, "say both: a name for formulas and a label for people")
    ends = reading.get(shapes.END_TITLES)
    return LinkType(
        name=key.text,
        label=reading.need(shapes.LABEL_FIELD),
        source=reading.need(shapes.LINK_FROM),
        target=reading.need(shapes.LINK_TO),
        attributes=_attributes(reading.need(shapes.LINK_ATTRIBUTES), desk),
        place=desk.place(key),
        inverse=reading.get(shapes.INVERSE),
        inverse_label=reading.get(shapes.INVERSE_LABEL),
        any_source=reading.need(shapes.ANY_SOURCE) == "true",
        within=reading.need(shapes.WITHIN) == "true",
        ends=None if ends is None else (ends.need(shapes.FROM_TITLE), ends.need(shapes.TO_TITLE)),
    )


def measure(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Measure:
    """A measure; one that cannot be cumulative and claims to be is told."""
    period_type = reading.need(shapes.PERIOD_TYPE)
    frequency = reading.need(shapes.FREQUENCY)
    cumulative = reading.get(shapes.CUMULATIVE)
    if cumulative is not None and (period_type == "instant" or frequency == "year" or frequency in PER_DAY):
        often = "reported once a year" if frequency == "year" else f"reported by {frequency}"
        why = "a balance" if period_type == "instant" else often
        hint = "delete cumulative, or declare a duration of half, quarter or month"
        desk.fault(reading.nodes["cumulative"], f"measure {key.text!r} is {why} and cannot be cumulative", hint)
        cumulative = None
    return Measure(
        name=key.text,
        label=reading.need(shapes.LABEL_FIELD),
        type=reading.need(shapes.TYPE),
        unit=reading.need(shapes.UNIT_FIELD),
        period_type="instant" if period_type == "instant" else "duration",
        frequency=next(known for known in FREQUENCIES if known == frequency),
        cumulative="year" if cumulative else None,
        source=reading.need(shapes.SOURCE),
        pack=pack,
        place=desk.place(key),
        restricted=reading.get(shapes.RESTRICTED) == "true",
    )


def parameter(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Parameter:
    """A constant or table in base units, its values in the order of their days."""
    unit, points = reading.need(shapes.UNIT_FIELD), reading.get(shapes.POINTS)
    by = reading.need(shapes.BY)
    dated = [_dated_value(key.text, one, unit, points, by, desk) for one in reading.need(shapes.VALUES)]
    if not dated:
        _not_empty(reading.nodes["values"], f"parameter {key.text!r} has no value", "[{from, source, value}]", desk)
    dated.sort(key=lambda value: value.valid_from)
    for earlier, later in pairwise(dated):
        if earlier.valid_from == later.valid_from:
            place = max(earlier.place, later.place, key=lambda spot: (spot.line, spot.column))
            message = f"parameter {key.text!r} has two values from {later.valid_from}"
            desk.fault_at(place.line, place.column, message, "delete one, or give it another day")
    return Parameter(
        name=key.text,
        label=reading.need(shapes.LABEL_FIELD),
        unit=unit,
        by=by,
        values=tuple(dated),
        pack=pack,
        place=desk.place(key),
        points=points,
    )


def _dated_value(
    name: str, reading: Reading, unit: Unit, points: Unit | None, by: tuple[str, ...], desk: Desk
) -> ParameterValue:
    """One dated value; what is not of the parameter's kind, a number or points, is told and left out."""
    table = reading.need(shapes.TABLE_FIELD)
    _check_classes(name, by, table, desk)
    values: dict[str, Decimal] = {}
    tables: dict[str, tuple[tuple[Decimal, Decimal], ...]] = {}
    for word, found in table.items():
        if isinstance(found, Points):
            if points is None:
                hint = "add points: with the unit of x, as points: ratio"
                desk.fault(found.place, f"a value of {name!r} is a list of points, but it has no `points`", hint)
                continue
            pairs = [(in_base(x, points, desk, name), in_base(y, unit, desk, name)) for x, y in found.points]
            _check_ascending(name, found, desk)
            tables[word] = tuple((x, y) for x, y in pairs if x is not None and y is not None)
        elif points is not None:
            hint = "write it as [[0, 1], [10, 2]], or delete `points`"
            desk.fault(found.place, f"a value of {name!r} is a number, not a list of points", hint)
        else:
            value = in_base(found, unit, desk, name)
            if value is not None:
                values[word] = value
    return ParameterValue(
        valid_from=reading.need(shapes.FROM_DAY),
        source=reading.need(shapes.SOURCE),
        values=values,
        tables=tables,
        place=desk.place(reading.node),
    )


def _check_ascending(name: str, found: Points, desk: Desk) -> None:
    """Points stand by x, no two at one x."""
    for (before, _), (x, _) in pairwise(found.points):
        if _plain(before) >= _plain(x):
            message = f"the point at {x.place.text} of {name!r} does not come after {before.place.text}"
            desk.fault(x.place, message, "points stand in the order of x, each x once")


def _plain(figure: Figure) -> Decimal:
    return figure.value.scaleb(-2) if figure.percent else figure.value


def in_base(figure: Figure, unit: Unit, desk: Desk, name: str) -> Decimal | None:
    """The figure in base units; a percentage stands for itself where the unit has no dimension."""
    if not figure.percent:
        return figure.value * unit.scale
    if unit.is_dimensionless:
        return figure.value * Decimal("0.01")
    desk.fault(figure.place, f"a value of {name!r} is a percentage, but its unit is {unit}", "write a number without %")
    return None


def _check_classes(name: str, by: tuple[str, ...], table: dict[str, Figure | Points], desk: Desk) -> None:
    """Each class has one part for each attribute in `by`."""
    for word, figure in table.items():
        if word == "default":
            continue
        if not by:
            hint = "add by: [attribute], or write one number"
            desk.fault(figure.place, f"parameter {name!r} has a value for {word!r} but no `by`", hint)
        elif word.count("/") + 1 != len(by) and len(by) > 1:
            hint = f"join {' and '.join(by)} with /, as {'/'.join(by)}"
            desk.fault(figure.place, f"the class {word!r} of parameter {name!r} does not have {len(by)} parts", hint)


def indicator(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Indicator | None:
    """None when no formula can be used."""
    source = reading.get(shapes.VERSION_SOURCE)
    versions = []
    formula = reading.get(shapes.ONE_FORMULA)
    if formula is not None:
        if source is None and "source" not in reading.nodes:
            desk.fault(reading.node, f"indicator {key.text!r} lacks the key 'source'", shapes.SOURCE.meaning)
        versions.append(FormulaText(valid_from=None, source=source or "?", text=formula.text, place=formula.place))
    for one in reading.get(shapes.VERSIONS) or ():
        own = one.get(shapes.VERSION_SOURCE) or source
        if own is None and "source" not in one.nodes:
            desk.fault(one.node, f"a version of indicator {key.text!r} lacks the key 'source'", shapes.SOURCE.meaning)
        text = one.need(shapes.FORMULA_FIELD)
        valid_from = one.need(shapes.FROM_DAY)
        if any(version.valid_from == valid_from for version in versions):
            message = f"indicator {key.text!r} has two versions from {valid_from}"
            desk.fault(one.nodes["from"], message, "delete one, or give it another day")
        versions.append(FormulaText(valid_from=valid_from, source=own or "?", text=text.text, place=text.place))
    if not versions:
        _not_empty(
            reading.nodes["versions"], f"indicator {key.text!r} has no version", "[{from, source, formula}]", desk
        )
        return None
    return Indicator(
        name=key.text,
        label=reading.need(shapes.LABEL_FIELD),
        type=reading.need(shapes.TYPE),
        unit=reading.need(shapes.UNIT_FIELD),
        versions=tuple(sorted(versions, key=lambda version: (version.valid_from is not None, str(version.valid_from)))),
        pack=pack,
        place=desk.place(key),
        frequency=frequency_of(reading),
        classes={int(number): label for number, (_, label) in reading.need(shapes.CLASSES).items()},
        restricted=_restricted(key, reading, desk),
        reason=reading.get(shapes.REASON) or "",
    )


def _restricted(key: Scalar, reading: Reading, desk: Desk) -> bool | None:
    """What an indicator says of itself; to publish what is restricted takes a reason."""
    said = reading.get(shapes.RESTRICTED)
    if said == "false" and "reason" not in reading.nodes:
        message = f"indicator {key.text!r} is published whatever it reads, and no reason says why"
        desk.fault(reading.nodes["restricted"], message, "add reason: the document by which it is published")
    if said != "false" and "reason" in reading.nodes:
        message = f"indicator {key.text!r} gives a reason, and nothing that it is for"
        desk.fault(reading.nodes["reason"], message, 'add restricted: "false", or delete it')
    return None if said is None else said == "true"


def frequency_of(reading: Reading) -> Frequency | None:
    """The frequency that a declaration says of itself."""
    said = reading.get(shapes.OWN_FREQUENCY)
    return next((known for known in FREQUENCIES if known == said), None)


def _not_empty(node: Node, message: str, example: str, desk: Desk) -> None:
    """Tell an empty list; the items of any other are told already."""
    if isinstance(node, Sequence) and not node.items:
        desk.fault(node, message, f"write {example}")


def condition(written: Written, source: str) -> FormulaText:
    """A condition that holds at all times."""
    return FormulaText(valid_from=None, source=source, text=written.text, place=written.place)


def working_days(reading: Reading, days: str, what: str, desk: Desk) -> bool:
    """Whether days are working days; told where no days are said."""
    if "working" in reading.nodes and days not in reading.nodes:
        desk.fault(reading.nodes["working"], f"{what} says which days count, but no {days}", f"add {days}: 30")
    return reading.need(shapes.WORKING) == "true"


def check(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Check:
    """A condition of a filing."""
    source = reading.need(shapes.SOURCE)
    return Check(
        name=key.text,
        label=reading.need(shapes.LABEL_FIELD),
        type=reading.need(shapes.TYPE),
        holds=condition(reading.need(shapes.HOLDS), source),
        severity="error" if reading.need(shapes.SEVERITY) == "error" else "warning",
        source=source,
        message=reading.need(shapes.MESSAGE_FIELD),
        message_place=desk.place(reading.nodes["message"]) if "message" in reading.nodes else None,
        pack=pack,
        place=desk.place(key),
        frequency=frequency_of(reading),
    )
