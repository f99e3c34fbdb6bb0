"""A small catalogue that knows every kind of thing that a formula can read, and formulas about it written as text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.model.declaration import (
    OWNS,
    Attribute,
    AttributeKind,
    Catalogue,
    EntityType,
    FormulaText,
    Indicator,
    Label,
    LinkType,
    Measure,
    Parameter,
    ParameterValue,
    Rule,
)  # fmt: skip
from hengjian.model.issue import Place
from hengjian.model.period import Frequency
from hengjian.model.unit import Unit, base_unit, divide, parse_unit

HERE = Place(file="realm")
NAME = Label(zh="名", en="name")


def unit(text: str) -> Unit:
    known = {"USD": base_unit("USD"), "CNY/USD": divide(base_unit("CNY"), base_unit("USD"))}
    found = known.get(text) or parse_unit(text)
    assert found is not None
    return found


def measure(name: str, about: str, frequency: Frequency, kind: str, text: str = "CNY") -> Measure:
    """`kind`: a balance (instant), a flow of one period, or one of the year to date (ytd)."""
    return Measure(
        name=name, label=NAME, type=about, unit=unit(text), period_type="instant" if kind == "instant" else "duration",
        frequency=frequency, cumulative="year" if kind == "ytd" else None, source="",
        pack="treasury" if name == "cash" else f"{about} {frequency}",
        place=HERE,
    )  # fmt: skip


MEASURES = (
    measure("cash", "firm", "quarter", "instant"),
    measure("debt", "firm", "quarter", "instant"),
    measure("spent", "firm", "quarter", "period"),
    measure("profit", "firm", "quarter", "ytd"),
    measure("staff", "firm", "quarter", "instant", "person"),
    measure("abroad", "firm", "quarter", "instant", "USD"),
    measure("rating", "firm", "quarter", "instant", "ratio"),
    measure("rent", "branch", "quarter", "period"),
    measure("stock", "firm", "month", "instant"),
    measure("sales", "firm", "month", "period"),
    measure("taxes", "firm", "month", "ytd"),
    measure("mood", "firm", "month", "instant", "ratio"),
    measure("cost", "plant", "quarter", "period"),
    measure("load", "plant", "quarter", "instant", "ratio"),
    measure("strain", "plant", "month", "period", "ratio"),
    measure("value", "plant", "quarter", "instant"),
    measure("output", "plant", "month", "period", "kWh"),
    measure("meter", "plant", "month", "instant", "kWh"),
    measure("depth", "plant", "day", "instant", "m3"),
    measure("rain", "plant", "day", "period", "m3"),
    measure("wealth", "person", "quarter", "instant"),
    measure("purse", "person", "month", "period"),
)


def _type(name: str, attributes: Mapping[str, AttributeKind], extends: str | None = None) -> EntityType:
    made = {each: Attribute(name=each, label=NAME, kind=kind, place=HERE) for each, kind in attributes.items()}
    return EntityType(name=name, label=NAME, attributes=made, place=HERE, extends=extends)


def _link(name: str, source: str, target: str, inverse: str, *attributes: str) -> LinkType:
    made = {each: Attribute(name=each, label=NAME, kind="number", place=HERE) for each in attributes}
    return LinkType(
        name=name, label=NAME, source=source, target=target, attributes=made, place=HERE, inverse=inverse,
        inverse_label=NAME,
    )  # fmt: skip


TYPES = (
    _type("firm", {"industry": "text", "size": "text", "weight": "number", "founded": "date"}),
    _type("branch", {"lease_end": "date"}, extends="firm"),
    _type("plant", {"kind": "text", "built": "date"}),
    _type("person", {"kind": "text"}),
)
LINKS = (
    _link("parent", "firm", "firm", "children"), _link("runs", "firm", "plant", "run_by", "share"),
    replace(_link(OWNS, "firm", "firm", "owned_by", "share"), any_source=True),
)  # fmt: skip

Values = Mapping[str, str] | Mapping[str, Sequence[tuple[str, str]]]


def parameter(
    name: str, text: str, dated: Mapping[str, Values], by: Sequence[str] = (), points: str | None = None
) -> Parameter:
    values = []
    for day, stated in dated.items():
        figures = {key: Decimal(each) for key, each in stated.items() if isinstance(each, str)}
        tables = {
            key: tuple((Decimal(x), Decimal(y)) for x, y in each)
            for key, each in stated.items()
            if not isinstance(each, str)
        }
        values.append(
            ParameterValue(
                valid_from=date.fromisoformat(day), source=f"Notice of {day}", values=figures, tables=tables, place=HERE
            )
        )
    return Parameter(
        name=name, label=NAME, unit=unit(text), by=tuple(by), values=tuple(values), pack="hand", place=HERE,
        points=None if points is None else unit(points),
    )  # fmt: skip


PARAMETERS = (
    parameter("everywhere", "ratio", {"2018-06-30": {"default": "0.7"}}),
    parameter(
        "red_line", "ratio",
        {"2017-01-01": {"power": "0.75", "default": "0.65"}, "2019-03-01": {"trade": "0.1"}}, by=["industry"],
    ),
    parameter("crossed", "ratio", {"2017-01-01": {"power/big": "3", "trade/small": "5"}}, by=["industry", "size"]),
    parameter("floor", "CNY", {"2017-01-01": {"default": "2.5"}, "2019-01-01": {"default": "0"}}),
    parameter("rate", "CNY/USD", {"2018-04-01": {"default": "6.9"}, "2019-07-01": {"default": "7.05"}}),
    parameter(
        "score", "ratio",
        {
            "2017-01-01": {
                "default": [("-2", "0"), ("0", "0.1"), ("0.3", "0.9"), ("3", "0.5")],
                "power": [("1", "7"), ("2", "11")],
            },
            "2019-10-01": {"power": [("0", "-1")]},
        },
        by=["industry"], points="ratio",
    ),
    parameter("fee", "CNY", {"2018-01-01": {"default": [("-1000", "3"), ("1", "4.5"), ("250000", "1e6")]}},
              points="CNY"),
)  # fmt: skip

#: A formula, or several with the day from which each holds (None: always), oldest first.
Versions = str | Sequence[tuple[str | None, str]]
#: What a formula is about and its unit, then the formula.
Written = tuple[str, str, Versions]


def texts(versions: Versions) -> tuple[FormulaText, ...]:
    dated = [(None, versions)] if isinstance(versions, str) else versions
    return tuple(
        FormulaText(valid_from=None if day is None else date.fromisoformat(day), source="", text=text, place=HERE)
        for day, text in dated
    )


def catalogue(
    indicators: Mapping[str, Written],
    rules: Mapping[str, tuple[str, str]] | None = None,
    frequencies: Mapping[str, Frequency] | None = None,
    *,
    measures: Sequence[Measure] = MEASURES,
    parameters: Sequence[Parameter] = PARAMETERS,
) -> Catalogue:
    """The realm with these indicators, and rules (what each is about, and its condition). `frequencies`: how often
    those are asked that read no measure."""
    asked = frequencies or {}
    return Catalogue(
        packs={}, types={each.name: each for each in TYPES}, links={each.name: each for each in LINKS},
        measures={each.name: each for each in measures}, parameters={each.name: each for each in parameters},
        indicators={
            name: Indicator(
                name=name, label=NAME, type=about, unit=unit(text), versions=texts(versions), pack="hand", place=HERE,
                frequency=asked.get(name),
            )
            for name, (about, text, versions) in indicators.items()
        },
        rules={
            name: Rule(
                name=name, label=NAME, type=about, when=texts(condition)[0], level="high", source="", message=NAME,
                pack="hand", place=HERE, frequency=asked.get(name),
            )
            for name, (about, condition) in (rules or {}).items()
        },
        checks={},
    )  # fmt: skip


def checked(declared: Catalogue) -> Programme:
    """The programme of a catalogue without faults."""
    programme, issues = check(declared)
    assert programme is not None, [f"{issue.message}: {issue.hint}" for issue in issues if issue.severity == "error"]
    return programme
