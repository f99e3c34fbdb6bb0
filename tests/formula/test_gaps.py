"""Gaps in what was decided, and declarations without effect."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from small_catalogue import PARAMETERS, Versions, catalogue, label, parameter, unit

from hengjian.formula.check import check
from hengjian.formula.gaps import gaps
from hengjian.formula.term import Programme
from hengjian.formula.unused import unused
from hengjian.model.declaration import Catalogue, NamedUnit, Parameter, ParameterValue
from hengjian.model.issue import Issue, Place
from hengjian.model.unit import base_unit
from hengjian.model.workflow import Workflow

TEN = tuple((Decimal(x), Decimal(x)) for x in range(10))
LATE = parameter("late_line")  # begins on 2021-01-01


def checked(made: Catalogue) -> Programme:
    found, issues = check(made)
    assert found is not None, [issue.message for issue in issues]
    return found


def programme(
    indicators: Mapping[str, tuple[str, Versions]], *more: Parameter, rules: Mapping[str, str] | None = None
) -> Programme:
    return checked(catalogue(indicators, rules=rules, parameters=(*PARAMETERS, *more)))


def heads(issues: list[Issue]) -> list[tuple[str, str]]:
    assert all(issue.severity == "warning" for issue in issues)
    return [(str(issue.place), issue.message) for issue in issues]


def dated(*values: tuple[int, Mapping[str, int]], name: str = "line", points: bool = False) -> Parameter:
    """Figures by class, or with `points` a table of so many points for each."""
    made = tuple(
        ParameterValue(
            valid_from=date(year, 1, 1), source="",
            values={} if points else {word: Decimal(each) for word, each in classes.items()},
            tables={word: TEN[:each] for word, each in classes.items()} if points else {},
            place=Place(file="parameters.yaml", line=year),
        )
        for year, classes in values
    )  # fmt: skip
    return replace(parameter(name, by=["industry"]), values=made, points=unit("ratio") if points else None)


def test_a_formula_that_begins_before_its_parameter() -> None:
    formula = "total_liabilities / total_assets - late_line"
    found = gaps(programme({"room": ("ratio", [(date(2019, 1, 1), formula), (date(2022, 1, 1), formula)])}, LATE))
    assert heads(found) == [
        ("formulas.yaml:1:45", "room begins on 2019-01-01, but its parameter late_line on 2021-01-01")
    ]
    assert found[0].hint == "add a value of late_line that holds from 2019-01-01, with its source"
    for sound in (formula, [(date(2021, 1, 1), formula)], [(date(2019, 1, 1), "rating - coalesce(late_line, 0.5)")]):
        assert gaps(programme({"room": ("ratio", sound)}, LATE)) == []


def test_a_class_that_a_later_value_drops() -> None:
    use = {"room": ("ratio", "rating - line")}
    dropped = dated((2021, {"power": 1, "trade": 2}), (2022, {"power": 3}), (2023, {"power": 3, "trade": 3}))
    assert heads(gaps(programme(use, dropped))) == [
        ("parameters.yaml:2022:1", "line has nothing for 'trade' from 2022-01-01, but had until then")
    ]
    without = dated((2021, {"default": 1, "power": 2}), (2022, {"power": 3}))
    assert heads(gaps(programme(use, without))) == [
        ("parameters.yaml:2022:1", "line has no default from 2022-01-01, but had until then")
    ]
    for later in ({"default": 3}, {"power": 1, "trade": 2}):
        assert gaps(programme(use, dated((2021, {"power": 1}), (2022, later)))) == []


def test_a_table_of_one_point_has_nothing_between() -> None:
    table = dated((2021, {"default": 3, "power": 1}), (2022, {"default": 1}), name="scale", points=True)
    rules = {"r": "band(rating, scale) > 9"}
    found = gaps(programme({"score": ("ratio", "interpolate(rating, scale)")}, table, rules=rules))
    assert heads(found) == [
        ("formulas.yaml:1:30", "score interpolates in scale, which has one point for 'power' from 2021-01-01"),
        ("formulas.yaml:1:30", "score interpolates in scale, which has one point from 2022-01-01"),
    ], "a band may have one point"
    assert found[0].hint == "give it two points or more, or write band(x, scale)"


def named_unit(name: str, made: str) -> NamedUnit:
    return NamedUnit(
        name=name, label=label(name), unit=base_unit(made), aliases=(), source="", pack="test", place=Place(file="u")
    )


def test_units_and_workflows_without_use() -> None:
    made = catalogue(rules={"r": 'rating > 5 and as_unit(cash / cash, "flight") > 0'})
    units = {name: named_unit(name, base) for name, base in (("flight", "flight"), ("ton", "ton"), ("MWh", "kWh"))}
    flow = Workflow(
        name="mending", label=label("m"), source="", states={}, transitions={}, pack="test", place=Place(file="w")
    )
    found = unused(checked(replace(made, rules={}, units=units, workflows={"mending": flow})))
    assert heads(found) == [
        ("u:1:1", "nothing is measured in the unit flight"), ("u:1:1", "nothing is measured in the unit ton"),
        ("w:1:1", "no rule opens a case of the workflow mending"),
    ]  # fmt: skip
    opening = {"r": replace(made.rules["r"], opens="mending", days=3)}
    named = {"flight": units["flight"]}
    assert unused(checked(replace(made, rules=opening, units=named, workflows={"mending": flow}))) == []
