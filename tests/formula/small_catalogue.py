"""A small catalogue in code, for tests of formulas: declarations written in a few words."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from hengjian.model.declaration import (
    Attribute,
    AttributeKind,
    Catalogue,
    Check,
    EntityType,
    FormulaText,
    Indicator,
    Label,
    LinkType,
    Measure,
    NamedUnit,
    Parameter,
    ParameterValue,
    Rule,
)  # fmt: skip
from hengjian.model.issue import Issue, Place
from hengjian.model.period import Frequency
from hengjian.model.unit import SHIPPED, Unit, base_unit, parse_unit

ENTITY = "enterprise"
#: Formulas stand in line 1, 2, … of this file, from column 10.
FILE, COLUMN = "formulas.yaml", 10


def unit(text: str) -> Unit:
    found = parse_unit(text, {**SHIPPED, "USD": base_unit("USD")})
    assert found is not None
    return found


def label(text: str) -> Label:
    return Label(zh=text, en=text)


def measure(
    name: str, text: str = "CNY", *, balance: bool = False, cumulative: bool = False, frequency: Frequency = "quarter",
    zh: str = "", type_name: str = ENTITY,
) -> Measure:  # fmt: skip
    return Measure(
        name=name, label=Label(zh=zh or name, en=name.replace("_", " ")), type=type_name, unit=unit(text),
        period_type="instant" if balance else "duration", frequency=frequency,
        cumulative="year" if cumulative else None, source="", pack="test", place=Place(file="measures.yaml"),
    )  # fmt: skip


MEASURES = (
    measure("total_assets", balance=True, zh="资产总计"),
    measure("total_liabilities", balance=True, zh="负债合计"),
    measure("total_equity", balance=True, zh="所有者权益合计"),
    measure("cash", balance=True),
    measure("net_profit", cumulative=True, zh="净利润"),
    measure("operating_income", cumulative=True, zh="营业收入"),
    measure("orders"),
    measure("headcount", "person", balance=True),
    measure("rating", "ratio", balance=True),
    measure("electricity", "kWh", frequency="month"),
    measure("monthly_profit", cumulative=True, frequency="month"),
    measure("annual_output", cumulative=True, frequency="year"),
    measure("noise", "ratio", balance=True, frequency="day"),
    measure("rainfall", "ratio", frequency="day"),
    measure("floor_area", "ratio", balance=True, type_name="park"),
    measure("park_income", type_name="park"),
    measure("研发费用", cumulative=True),
    # Finer than the quarter: what is brought to it by `per:`.
    measure("deposits", balance=True, frequency="month"),
    measure("sales", frequency="month"),
    measure("energy", "kWh", frequency="day"),
    measure("load", "kWh", frequency="quarter_hour"),
    measure("meter", "kWh", balance=True, frequency="day"),
    measure("hourly_output", "kWh", cumulative=True, frequency="hour"),
    # In another currency, and of a type that extends the first.
    measure("overseas_assets", "USD", balance=True),
    measure("pipes", "ratio", balance=True, type_name="water_works"),
)


def parameter(
    name: str, text: str = "ratio", value: str = "0.7", by: Sequence[str] = (), *,
    classes: Mapping[str, str] | None = None, points: str = "", table: Sequence[tuple[str, str]] = (),
) -> Parameter:  # fmt: skip
    """One figure; or `classes` by the attributes `by`; or with `points` a `table` of them."""
    values = {"default": Decimal(value)} if classes is None else {key: Decimal(one) for key, one in classes.items()}
    tables = {"default": tuple((Decimal(x), Decimal(y)) for x, y in table)} if points else {}
    dated = ParameterValue(
        valid_from=date(2021, 1, 1), source="", values={} if points else values, tables=tables,
        place=Place(file="parameters.yaml"),
    )  # fmt: skip
    return Parameter(
        name=name, label=label(name), unit=unit(text), by=tuple(by), values=(dated,), pack="test",
        place=Place(file="parameters.yaml"), points=unit(points) if points else None,
    )  # fmt: skip


PARAMETERS = (
    parameter("red_line", by=["industry"]),
    parameter("floor", "CNY", "1000000"),
    parameter("green_line", by=["colour"]),
)
#: What few formulas need: classes, tables, rates, days.
MORE_PARAMETERS = (
    parameter("limit", by=["industry"], classes={"default": "0.7", "power": "0.75"}),
    parameter("quota", by=["industry", "region"], classes={"power/north": "0.5", "coal/north": "0.4"}),
    parameter("leverage_score", points="ratio", table=[("0.5", "100"), ("0.7", "60")]),
    parameter("leverage_grade", points="ratio", table=[("0", "1"), ("0.5", "2"), ("0.7", "3")]),
    parameter("fee", "CNY", points="CNY", table=[("0", "10"), ("100", "20")]),
    parameter("cny_per_usd", "CNY/USD", "7.1"),
    parameter("notice", "day", "90"),
)


def link(name: str, source: str, target: str, inverse: str | None = None) -> LinkType:
    return LinkType(
        name=name, label=label(name), source=source, target=target, attributes={}, place=Place(file="types.yaml"),
        inverse=inverse, inverse_label=None if inverse is None else label(inverse),
    )  # fmt: skip


LINKS = (
    link("parent", ENTITY, ENTITY, "children"),
    link("runs", ENTITY, "park", "run_by"),
    link("near", "park", "park"),
    link("owns", ENTITY, ENTITY, "owned_by"),
)


def kind_of(name: str, extends: str | None = None, **attributes: AttributeKind) -> EntityType:
    place = Place(file="types.yaml")
    return EntityType(
        name=name, label=label(name), extends=extends, place=place,
        attributes={
            each: Attribute(name=each, label=label(each), kind=kind, place=place) for each, kind in attributes.items()
        },
    )  # fmt: skip


TYPES = (
    kind_of(ENTITY, industry="text", region="text", staff_grade="number", lease_end="date", founded="date"),
    kind_of("park", district="text"),
    kind_of("water_works", ENTITY, network="text"),
)
DOLLAR = NamedUnit(
    name="USD", label=label("USD"), unit=base_unit("USD"), aliases=(), source="", pack="test",
    place=Place(file="units.yaml"),
)  # fmt: skip

Versions = str | Sequence[tuple[date | None, str]]


def texts(written: Versions, line: int) -> tuple[FormulaText, ...]:
    dated = [(None, written)] if isinstance(written, str) else written
    return tuple(
        FormulaText(valid_from=day, source="", text=text, place=Place(file=FILE, line=line + index, column=COLUMN))
        for index, (day, text) in enumerate(dated)
    )


def catalogue(
    indicators: Mapping[str, tuple[str, Versions]] | None = None,
    *,
    rules: Mapping[str, str] | None = None,
    checks: Mapping[str, str] | None = None,
    measures: Sequence[Measure] = MEASURES,
    parameters: Sequence[Parameter] = (*PARAMETERS, *MORE_PARAMETERS),
    type_name: str = ENTITY,
) -> Catalogue:
    """`indicators` gives unit and formula (or dated formulas) by name; each text has a line of its own."""
    line = 1
    declared: dict[str, Indicator] = {}
    for name, (unit_text, written) in (indicators or {}).items():
        versions = texts(written, line)
        declared[name] = Indicator(
            name=name, label=label(name), type=type_name, unit=unit(unit_text), versions=versions, pack="test",
            place=Place(file=FILE, line=line),
        )  # fmt: skip
        line += len(versions)
    rule_records: dict[str, Rule] = {}
    for name, text in (rules or {}).items():
        rule_records[name] = Rule(
            name=name, label=label(name), type=type_name, when=texts(text, line)[0], level="high", source="",
            message=label(name), pack="test", place=Place(file=FILE, line=line),
        )  # fmt: skip
        line += 1
    check_records: dict[str, Check] = {}
    for name, text in (checks or {}).items():
        check_records[name] = Check(
            name=name, label=label(name), type=type_name, holds=texts(text, line)[0], severity="warning", source="",
            message=label(name), pack="test", place=Place(file=FILE, line=line),
        )  # fmt: skip
        line += 1
    return Catalogue(
        packs={}, types={each.name: each for each in TYPES}, links={each.name: each for each in LINKS},
        measures={each.name: each for each in measures}, parameters={each.name: each for each in parameters},
        indicators=declared, rules=rule_records, checks=check_records, units={"USD": DOLLAR},
    )  # fmt: skip


def said(issues: Sequence[Issue]) -> list[tuple[str, str, str]]:
    """Each fault as (line:column, message, hint), without warnings of unused parameters."""
    return [
        (str(issue.place).removeprefix(f"{FILE}:"), issue.message, issue.hint)
        for issue in issues
        if not issue.message.startswith("no formula uses")
    ]
