"""A small catalogue in code, for tests of formulas: declarations written in a few words."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from hengjian.model.declaration import (
    Attribute,
    Catalogue,
    Check,
    EntityType,
    FormulaText,
    Indicator,
    Label,
    Measure,
    Parameter,
    ParameterValue,
    Rule,
)  # fmt: skip
from hengjian.model.issue import Issue, Place
from hengjian.model.period import Frequency
from hengjian.model.unit import Unit, parse_unit

ENTITY = "enterprise"
#: Formulas stand in line 1, 2, … of this file, from column 10.
FILE, COLUMN = "formulas.yaml", 10


def unit(text: str) -> Unit:
    found = parse_unit(text)
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
    measure("研发费用", cumulative=True),
)


def parameter(name: str, text: str = "ratio", value: str = "0.7", by: Sequence[str] = ()) -> Parameter:
    dated = ParameterValue(
        valid_from=date(2021, 1, 1), source="", values={"default": Decimal(value)}, place=Place(file="parameters.yaml")
    )
    return Parameter(
        name=name, label=label(name), unit=unit(text), by=tuple(by), values=(dated,), pack="test",
        place=Place(file="parameters.yaml"),
    )  # fmt: skip


PARAMETERS = (
    parameter("red_line", by=["industry"]),
    parameter("floor", "CNY", "1000000"),
    parameter("green_line", by=["colour"]),
)

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
    parameters: Sequence[Parameter] = PARAMETERS,
) -> Catalogue:
    """`indicators` gives unit and formula (or dated formulas) by name; each text has a line of its own."""
    line = 1
    declared: dict[str, Indicator] = {}
    for name, (unit_text, written) in (indicators or {}).items():
        versions = texts(written, line)
        declared[name] = Indicator(
            name=name, label=label(name), type=ENTITY, unit=unit(unit_text), versions=versions, pack="test",
            place=Place(file=FILE, line=line),
        )  # fmt: skip
        line += len(versions)
    rule_records: dict[str, Rule] = {}
    for name, text in (rules or {}).items():
        rule_records[name] = Rule(
            name=name, label=label(name), type=ENTITY, when=texts(text, line)[0], level="high", source="",
            message=label(name), pack="test", place=Place(file=FILE, line=line),
        )  # fmt: skip
        line += 1
    check_records: dict[str, Check] = {}
    for name, text in (checks or {}).items():
        check_records[name] = Check(
            name=name, label=label(name), type=ENTITY, holds=texts(text, line)[0], severity="warning", source="",
            message=label(name), pack="test", place=Place(file=FILE, line=line),
        )  # fmt: skip
        line += 1
    industry = Attribute(name="industry", label=label("industry"), kind="text", place=Place(file="types.yaml"))
    types = {
        ENTITY: EntityType(name=ENTITY, label=label(ENTITY), attributes={"industry": industry}, place=Place(file="t")),
        "park": EntityType(name="park", label=label("park"), attributes={}, place=Place(file="t")),
    }
    return Catalogue(
        packs={}, types=types, links={}, measures={each.name: each for each in measures},
        parameters={each.name: each for each in parameters}, indicators=declared, rules=rule_records,
        checks=check_records,
    )  # fmt: skip


def said(issues: Sequence[Issue]) -> list[tuple[str, str, str]]:
    """Each fault as (line:column, message, hint), without warnings of unused parameters."""
    return [
        (str(issue.place).removeprefix(f"{FILE}:"), issue.message, issue.hint)
        for issue in issues
        if not issue.message.startswith("no formula uses")
    ]
