"""Where rules hold, and what a finding stands on: value, threshold, unit and message."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from panel_maker import Cell, panel, series
from small_catalogue import MEASURES, catalogue, measure, parameter, unit

from hengjian.evaluate.explain import examine
from hengjian.formula.check import check
from hengjian.formula.term import Programme
from hengjian.model.declaration import Label, ParameterValue
from hengjian.model.issue import Place
from hengjian.model.missing import Missing
from hengjian.model.period import parse_period
from hengjian.panel.panel import Panel
from hengjian.supervise import Evidence, Finding, evidence, findings
from hengjian.supervise.rules import taken_back

RATIO = {"debt_ratio": ("ratio", "total_liabilities / total_assets")}
NONE = Missing.BEFORE_FIRST


def programme(when: str, message: Label | None = None, **indicators: tuple[str, str]) -> Programme:
    """One rule, `x`, over the small catalogue with a debt ratio; `in_wan` is a measure in 万元."""
    measures = [*MEASURES, replace(measure("in_wan", balance=True), unit=unit("万元"))]
    lines = [parameter("line"), parameter("cash_line", "CNY", "300")]
    dated = (
        ParameterValue(
            valid_from=date(2019, 1, 1), source="order 1", place=Place(file="p"),
            values={"default": Decimal("0.7"), "power": Decimal("0.8")},
        ),
        ParameterValue(
            valid_from=date(2021, 1, 1), source="order 2", place=Place(file="p"),
            values={"default": Decimal("0.6"), "power": Decimal("0.75")},
        ),
    )  # fmt: skip
    red_line = replace(parameter("red_line", by=["industry"]), values=dated)
    declared = catalogue(
        {**RATIO, **indicators}, rules={"x": when}, measures=measures, parameters=[*lines, red_line]
    )  # fmt: skip
    if message is not None:
        declared = replace(declared, rules={"x": replace(declared.rules["x"], message=message)})
    found, issues = check(declared)
    assert found is not None, issues
    return found


def told(made: Programme, given: Panel, begun: date | None = None) -> list[Finding]:
    """What the rule says of everyone, as if an alert of each stood."""
    return list(findings(made, ["x"], given, begun=begun, standing=[("x", one) for one in given.entities]))


def looked(made: Programme, given: Panel) -> list[tuple[str, str, bool]]:
    found = told(made, given)
    assert all(one.clears is not one.holds for one in found)
    assert list(findings(made, ["x"], given)) == [one for one in found if one.holds], "where none stands, what holds"
    return [(one.entity, str(one.period), one.holds) for one in found]


def shown(made: Programme, finding: Finding, given: Panel) -> Evidence:
    return evidence(made, finding, examine(made, ["x"], given, finding.entity))


def seen(when: str, message: Label | None = None, **figures: Sequence[Cell]) -> Evidence:
    made, given = programme(when, message), series("2021-Q1", **figures)
    (finding,) = findings(made, ["x"], given)
    return shown(made, finding, given)


def sides(found: Evidence) -> tuple[float | None, float | None, str]:
    return found.value, found.threshold, str(found.unit)


def test_each_entity_is_looked_at_where_it_last_reported_anything_of_the_rule() -> None:
    figures = {
        "total_liabilities": [[80.0, 80.0, NONE, 10.0], [40.0, 90.0, NONE, NONE], [NONE, NONE, NONE, NONE]],
        "total_assets": [[100.0] * 2 + [NONE, 100.0], [100.0, 100.0, NONE, NONE], [NONE, NONE, NONE, NONE]],
        "cash": [[1.0] * 4, [1.0] * 4, [1.0] * 4],
    }  # fmt: skip
    given = panel("2021-Q1", figures, entities=["A", "B", "C", "D"])
    assert looked(programme("debt_ratio > 70%"), given) == [
        ("A", "2021-Q2", False), ("B", "2021-Q2", True), ("D", "2021-Q1", False),
    ]  # fmt: skip
    found = looked(programme("debt_ratio > 70% or cash < 0"), given)
    assert [entity for entity, _, _ in found] == [], (
        "all are looked at where cash is, and nobody can tell the ratio there"
    )


def test_nothing_is_found_where_it_cannot_be_told() -> None:
    made = programme("debt_ratio > 70%")
    assert looked(made, series("2021-Q1", total_liabilities=[90.0, 95.0], total_assets=[100.0, NONE])) == []
    assert looked(made, series("2021-Q1", total_liabilities=[90.0, 95.0], total_assets=[100.0, 0.0])) == []
    assert looked(programme("total_assets > prior(total_assets)"), series("2021-Q1", total_assets=[1.0])) == []


def test_a_known_half_settles_and_and_or() -> None:
    given = series("2021-Q1", total_assets=[100.0], cash=[NONE])
    assert looked(programme("total_assets < 0 and cash > 0"), given) == [("E1", "2021-Q1", False)]
    assert looked(programme("total_assets > 0 or cash > 0"), given) == [("E1", "2021-Q1", True)]
    assert looked(programme("total_assets > 0 and cash > 0"), given) == []


def test_a_panel_without_periods_or_entities_has_no_findings() -> None:
    made = programme("debt_ratio > 70%")
    given = series("2021-Q1", total_liabilities=[90.0], total_assets=[100.0])
    assert list(findings(made, ["x"], replace(given, periods=()))) == []
    assert list(findings(made, ["x"], replace(given, entities=()))) == []


@pytest.mark.parametrize(
    ("when", "value", "threshold", "unit_text"),
    [
        ("debt_ratio > line", 0.8, 0.7, "ratio"),
        ("line < debt_ratio", 0.8, 0.7, "ratio"),
        ("70% < debt_ratio", 0.8, 0.7, "ratio"),
        ("not (debt_ratio <= line)", 0.8, 0.7, "ratio"),
        ("not (line >= debt_ratio)", 0.8, 0.7, "ratio"),
        ("cash < total_liabilities", 5.0, 80.0, "CNY"),
        ("total_liabilities > cash", 80.0, 5.0, "CNY"),
        ("cash < cash_line", 5.0, 300.0, "CNY"),
        ("in_wan > cash_line", 3.0, 0.03, "万元"),
        ("debt_ratio > line and cash < cash_line", 0.8, 0.7, "ratio"),
        ("debt_ratio > 90% or cash < cash_line", 5.0, 300.0, "CNY"),
        ("cash < cash_line or debt_ratio > line", 5.0, 300.0, "CNY"),
        ("debt_ratio - prior(debt_ratio) > 5%", 0.3, 0.05, "ratio"),
    ],
)
def test_value_and_threshold_are_those_of_the_comparison_that_decides(
    when: str, value: float, threshold: float, unit_text: str
) -> None:
    found = seen(
        when, total_liabilities=[50.0, 80.0], total_assets=[100.0, 100.0], cash=[9.0, 5.0], in_wan=[1.0, 30_000.0]
    )
    assert sides(found) == (pytest.approx(value), pytest.approx(threshold), unit_text)


def test_where_the_rule_does_not_hold_the_comparison_that_says_no_decides() -> None:
    made = programme("debt_ratio > line and cash < cash_line")
    given = series("2021-Q1", total_liabilities=[80.0], total_assets=[100.0], cash=[500.0])
    (finding,) = told(made, given)
    assert not finding.holds
    assert sides(shown(made, finding, given)) == (500.0, 300.0, "CNY")


def test_a_missing_half_is_no_decision() -> None:
    found = seen("debt_ratio > line or cash < cash_line", total_liabilities=[NONE], total_assets=[1.0], cash=[5.0])
    assert sides(found) == (5.0, 300.0, "CNY")


@pytest.mark.parametrize(
    ("period", "industry", "line", "holds"),
    [("2019-Q4", "trading", 0.7, True), ("2019-Q4", "power", 0.8, False), ("2020-Q4", None, 0.7, True),
     ("2021-Q1", "trading", 0.6, True), ("2021-Q1", "power", 0.75, True)],
)  # fmt: skip
def test_a_dated_threshold_is_that_of_the_industry_at_the_period(
    period: str, industry: str | None, line: float, holds: bool
) -> None:
    made = programme("debt_ratio > red_line")
    given = panel(
        period, {"total_liabilities": [[78.0]], "total_assets": [[100.0]]}, attributes={"industry": [[industry]]}
    )
    (finding,) = told(made, given)
    assert finding.holds is holds
    assert sides(shown(made, finding, given)) == (0.78, line, "ratio")


def test_the_message_holds_the_figures_of_the_period() -> None:
    message = Label(
        zh="负债率 {debt_ratio:%}，警戒线 {line:%}，负债 {total_liabilities}",
        en="{debt_ratio:.1%} {line} {cash} {elsewhere}",
    )  # fmt: skip
    found = seen(
        "debt_ratio > line and debt_ratio - prior(debt_ratio) > 5%", message,
        total_liabilities=[50_000.0, 81_250.0], total_assets=[100_000.0, 100_000.0],
    )  # fmt: skip
    assert found.message == Label(zh="负债率 81.25%，警戒线 70%，负债 81,250", en="81.2% 0.7 {cash} {elsewhere}")


def test_evidence_names_every_figure_that_was_read() -> None:
    found = seen("debt_ratio > line", total_liabilities=[50.0, 80.0], total_assets=[100.0, 100.0])
    assert [(leaf.measure, str(leaf.period), leaf.value) for leaf in found.inputs] == [
        ("total_liabilities", "2021-Q2", 80.0), ("total_assets", "2021-Q2", 100.0),
    ]  # fmt: skip
    assert found.formula == "debt_ratio > line"
    assert len(found.declaration) == 64


def test_a_period_that_has_not_begun_is_not_looked_at() -> None:
    made = programme("debt_ratio > 70%")
    given = series("2021-Q1", total_liabilities=[80.0, 10.0], total_assets=[100.0, 100.0])
    found = [
        [(str(one.period), one.holds) for one in told(made, given, day)]
        for day in (date(2021, 3, 31), date(2021, 4, 1), None)
    ]
    assert found == [[("2021-Q1", True)], [("2021-Q2", False)], [("2021-Q2", False)]]


def test_what_stood_on_a_withdrawn_figure_is_taken_back() -> None:
    made = programme("debt_ratio > 70%")

    def gone(debt: Cell, assets: Cell, period: str = "2021-Q1") -> bool | None:
        given = series("2021-Q1", total_liabilities=[debt, NONE], total_assets=[assets, NONE])
        when = parse_period(period)
        assert when is not None
        before = Finding(rule="x", entity="E1", period=when, level=None, clears=False)
        found = taken_back(examine(made, ["x"], given, "E1"), before)
        assert found is None or found.clears
        return None if found is None else found.holds

    assert gone(Missing.WITHDRAWN, 100.0) is False
    assert gone(NONE, Missing.WITHDRAWN) is False
    assert gone(80.0, 100.0) is None, "it can be told"
    assert gone(NONE, 100.0) is None, "it was never reported"
    assert gone(Missing.WITHDRAWN, 100.0, "2019-Q4") is None, "a period of which nothing is known"
