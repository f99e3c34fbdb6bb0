"""Networks and stresses: read from networks.yaml and stresses.yaml, and fitted to what all packs declare."""

from datetime import date
from decimal import Decimal

from hengjian.load import shapes
from hengjian.load.declare import condition, in_base
from hengjian.load.fields import Field, Reading, listing, naming, nested, record
from hengjian.load.form import Known
from hengjian.load.kinds import FIGURE, FORMULA, NAME, NAME_SCHEMA, UNIT, Written, good_name
from hengjian.load.strict import Desk, Scalar, Sequence
from hengjian.model.cut import SCOPE_WORDS
from hengjian.model.declaration import Catalogue, Indicator, Measure, Parameter, ParameterValue
from hengjian.model.issue import Issue
from hengjian.model.period import PER_YEAR
from hengjian.model.scenario import Network, Shock, Stress

#: The years in which what recurs by month does.
_YEARS = range(1949, 2101)

LINK = Field("link", NAME, "the link along which one stands for another, as guarantees")
AMOUNT = Field("amount", NAME, "the number attribute of the link that is the amount outstanding")
COVER = Field("cover", NAME, "the one that is what of it is secured otherwise", required=False)
AMOUNT_UNIT = Field("unit", UNIT, "the unit of these attributes, as 万元")
BUFFER = Field("buffer", NAME, "the indicator or measure that is what an entity can bear, as net_assets")
LOSS = Field("loss", NAME, "the dated parameter that is the part lost in a default")
NETWORK = record(shapes.LABEL_FIELD, LINK, AMOUNT, COVER, AMOUNT_UNIT, BUFFER, LOSS, shapes.READ_SCOPE, shapes.SOURCE)

VALUE = Field(
    "value", FIGURE, "its value where none is asked for: a number; 0 means that nothing happens", required=False
)
BY_MONTH = Field(
    "by_month", listing(FIGURE), "instead: the values of January to December, as [0.25, 0.5, …]", required=False
)
SIZE = record(shapes.LABEL_FIELD, shapes.UNIT_FIELD, VALUE, BY_MONTH, either=(("value", "by_month"),))
SIZES = Field(
    "parameters", naming(nested(SIZE), good_name, NAME_SCHEMA), "how hard it hits: {rate_rise: {label, unit, value}}"
)
SHOCKS = Field(
    "measures", naming(FORMULA, good_name, NAME_SCHEMA),
    "what each measure becomes: {operating_income: operating_income * (1 - income_fall)}",
)  # fmt: skip
STRESS = record(shapes.LABEL_FIELD, SIZES, SHOCKS, shapes.SOURCE)


def read_network(key: Scalar, reading: Reading, desk: Desk, pack: str) -> Network:
    """A network."""
    return Network(
        name=key.text, label=reading.need(shapes.LABEL_FIELD), link=reading.need(LINK), amount=reading.need(AMOUNT),
        cover=reading.get(COVER), unit=reading.need(AMOUNT_UNIT), buffer=reading.need(BUFFER),
        loss=reading.need(LOSS), scope=SCOPE_WORDS[reading.need(shapes.READ_SCOPE)],
        source=reading.need(shapes.SOURCE), pack=pack, place=desk.place(key),
    )  # fmt: skip


def read_stress(key: Scalar, reading: Reading, desk: Desk, pack: str) -> tuple[Stress, list[tuple[Scalar, Parameter]]]:
    """A stress, and its parameters with the places of their names."""
    source = reading.need(shapes.SOURCE)
    sizes = reading.need(SIZES)
    parameters = [(at, _parameter(at, one, source, desk, pack)) for at, one in sizes.values()]
    shocks = reading.need(SHOCKS)
    if not shocks and not desk.issues:
        desk.fault(reading.nodes["measures"], f"stress {key.text!r} touches no measure", SHOCKS.meaning)
    made = Stress(
        name=key.text, label=reading.need(shapes.LABEL_FIELD),
        parameters=tuple(name for name, (_, one) in sizes.items() if one.get(VALUE) is not None),
        shocks=tuple(_shock(measure, text, source) for measure, (_, text) in shocks.items()), source=source,
        pack=pack, place=desk.place(key),
    )  # fmt: skip
    return made, parameters


def _shock(measure: str, text: Written, source: str) -> Shock:
    return Shock(measure=measure, formula=condition(text, source))


def _parameter(key: Scalar, reading: Reading, source: str, desk: Desk, pack: str) -> Parameter:
    """One value that always holds, or one of each month, year after year."""
    unit, value = reading.need(shapes.UNIT_FIELD), reading.get(VALUE)
    months = reading.get(BY_MONTH)
    node = reading.nodes.get("by_month")
    if months is not None and isinstance(node, Sequence) and len(node.items) != 12:
        message = f"by_month of {key.text!r} has {len(node.items)} values"
        desk.fault(node, message, "write twelve: from January to December")
    figures = [value] if value is not None else list(months or ())
    found = [in_base(one, unit, desk, key.text) for one in figures]
    days = [date.min] if value is not None else _months(len(found))
    place = desk.place(key)
    values = tuple(
        ParameterValue(valid_from=day, source=source, values={"default": one}, place=place)
        for day, one in zip(days, _again(found, len(days)), strict=True)
        if one is not None
    )
    return Parameter(
        name=key.text, label=reading.need(shapes.LABEL_FIELD), unit=unit, by=(), values=values, pack=pack, place=place
    )


def _months(count: int) -> list[date]:
    return [date(year, month, 1) for year in _YEARS for month in range(1, 13)] if count == 12 else []


def _again(found: list[Decimal | None], count: int) -> list[Decimal | None]:
    return [found[place % len(found)] for place in range(count)] if found else []


def fitted_network(network: Network, catalogue: Catalogue, known: Known, issues: list[Issue]) -> None:
    """Tell what a network names that is not there, or does not serve."""
    at = network.place
    link = catalogue.links.get(known(at, network.link, "link", catalogue.links) or "")
    attributes = {} if link is None else link.attributes
    for name in filter(None, (network.amount, network.cover) if link is not None else ()):
        found = known(at, name, f"attribute of {network.link}", attributes)
        if found is not None and attributes[found].kind != "number":
            message = f"the attribute {name!r} of {network.link} is a {attributes[found].kind}, not a number"
            issues.append(Issue(place=at, message=message, hint="name a number attribute of the link"))
    figures: dict[str, Measure | Indicator] = {**catalogue.measures, **catalogue.indicators}
    buffer = figures.get(known(at, network.buffer, "indicator or measure", figures) or "")
    if buffer is not None and not buffer.unit.measures_the_same_as(network.unit):
        message = f"the amounts of {network.name!r} are in {network.unit}, its buffer {network.buffer} in {buffer.unit}"
        issues.append(Issue(place=at, message=message, hint="name a figure that measures the same"))
    loss = catalogue.parameters.get(known(at, network.loss, "parameter", catalogue.parameters) or "")
    if loss is not None and (loss.by or loss.points is not None or not loss.unit.is_dimensionless):
        message = f"the parameter {network.loss!r} is no part of an amount"
        issues.append(Issue(place=at, message=message, hint="name one in % or ratio, without `by` and `points`"))


def fitted_stress(stress: Stress, catalogue: Catalogue, known: Known, issues: list[Issue]) -> None:
    """Tell the measures of a stress that are not there, or reported too finely."""
    for shock in stress.shocks:
        found = known(stress.place, shock.measure, "measure", catalogue.measures)
        if found is not None and catalogue.measures[found].frequency not in PER_YEAR:
            often = catalogue.measures[found].frequency
            message = f"stress {stress.name!r} touches {found}, which is reported by {often}"
            hint = "stresses touch what is reported by month or coarser"
            issues.append(Issue(place=shock.formula.place, message=message, hint=hint))
