"""Each function of the formula language on figures that can be worked by hand, and each reason for having no value."""

from dataclasses import dataclass
from typing import Any

import pytest
from kit import Space, observations, wide
from tiny_pack import ENTERPRISES, TINY, indicator, write_pack

#: Net profit, operating income and 研发费用 run from the year's start; investment is of the quarter.
FIGURES = wide(
    "total_assets total_liabilities 资产(合计) net_profit operating_income 研发费用 investment headcount",
    """
    E1 2018-Q1 100  60 101 10 100  1 1 40
    E1 2018-Q2 110  66 111 25 210  2 2 40
    E1 2018-Q3 120  72 121 45 330  3 3 40
    E1 2018-Q4 130  78 131 70 460  4 4 40
    E1 2019-Q1 140  84 141 12 120  5 5 50
    E1 2019-Q2 150  90 151 30 252  6 6 50
    E1 2019-Q3 160  96 161 52 396  7 7 50
    E1 2019-Q4 200 150 201 80 552 69 8 50
    """,
)

#: E2 lost money a year ago, has no assets at all, and took back what it had said of its debts.
TROUBLES = observations("""
    E2 net_profit         2018-Q4  -5
    E2 net_profit         2019-Q4  80
    E2 operating_income   2018-Q4   0
    E2 operating_income   2019-Q4 552
    E2 total_assets       2019-Q4   0
    E2 total_liabilities  2019-Q4 150
    E2 headcount          2019-Q4  50
""")
WITHDRAWAL = observations("E2 total_liabilities 2019-Q4 #withdrawn")


@dataclass(frozen=True)
class Case:
    formula: str
    unit: str
    value: float | None
    period: str = "2019-Q4"
    entity: str = "E1"
    reason: str = ""
    input: str = ""

    def __str__(self) -> str:
        return f"{self.formula} of {self.entity} in {self.period}"


def lacks(formula: str, unit: str, reason: str, cause: str, period: str = "2019-Q4", entity: str = "E1") -> Case:
    """A formula without a value, and why."""
    return Case(formula, unit, None, period, entity, reason, cause)


VALUES = [
    Case("total_assets - total_liabilities", "CNY", 200 - 150),
    Case("total_assets + total_liabilities", "CNY", 350),
    Case("total_assets * 2", "CNY", 400),
    Case("total_liabilities / total_assets", "ratio", 0.75),
    Case("-net_profit", "CNY", -80),
    Case("(total_assets + total_liabilities) / 2", "CNY", 175),
    Case("total_assets - total_liabilities / 2", "CNY", 125),
    Case("total_assets - 2 * total_liabilities - `资产(合计)`", "CNY", 200 - 300 - 201),
    Case("12% * operating_income", "CNY", 66.24),
    Case("1 - total_liabilities / total_assets", "ratio", 0.25),
    Case("(net_profit / headcount) / (total_assets / headcount)", "ratio", 0.4),
    Case("研发费用 / operating_income", "ratio", 69 / 552),
    Case("total_assets - `资产(合计)`", "CNY", -1),
    Case("debt_ratio * 2", "ratio", 1.5),
    Case("if(debt_ratio > 70%, 1, 0)", "ratio", 1),
    Case("if(debt_ratio > 75%, 1, 0)", "ratio", 0),
    Case("if(debt_ratio >= 75%, 1, 0)", "ratio", 1),
    Case("if(debt_ratio < 75%, 1, 0)", "ratio", 0),
    Case("if(debt_ratio <= 75%, 1, 0)", "ratio", 1),
    Case("if(debt_ratio = 75%, 1, 0)", "ratio", 1),
    Case("if(debt_ratio != 75%, 1, 0)", "ratio", 0),
    Case("if(total_assets > total_liabilities and net_profit > total_assets, 1, 0)", "ratio", 0),
    Case("if(total_assets > total_liabilities or net_profit > total_assets, 1, 0)", "ratio", 1),
    Case("if(not net_profit > total_assets, 1, 0)", "ratio", 1),
    Case("if(net_profit > total_assets, total_liabilities, total_assets)", "CNY", 200),
    Case("prior(total_assets)", "CNY", 160),
    Case("prior(total_assets, 4)", "CNY", 130),
    Case("prior(debt_ratio)", "ratio", 0.6),
    Case("total_assets - prior(total_assets)", "CNY", 40),
    Case("yoy(operating_income)", "ratio", 552 / 460 - 1),
    Case("yoy(operating_income)", "ratio", 120 / 100 - 1, "2019-Q1"),
    Case("yoy(total_assets)", "ratio", 200 / 130 - 1),
    Case("ytd(net_profit)", "CNY", 52, "2019-Q3"),
    Case("ytd(investment)", "CNY", 5 + 6 + 7 + 8),
    Case("ytd(investment)", "CNY", 5 + 6, "2019-Q2"),
    Case("ttm(net_profit)", "CNY", 80),
    Case("ttm(net_profit)", "CNY", 30 + 70 - 25, "2019-Q2"),
    Case("ttm(investment)", "CNY", 3 + 4 + 5 + 6, "2019-Q2"),
    Case("avg(total_assets)", "CNY", (200 + 130) / 2),
    Case("avg(total_assets)", "CNY", (150 + 110) / 2, "2019-Q2"),
    Case("ttm(net_profit) / avg(total_assets)", "ratio", (30 + 70 - 25) / ((150 + 110) / 2), "2019-Q2"),
    Case("avg(total_assets, total_liabilities)", "CNY", 175),
    Case("sum(total_assets, total_liabilities, `资产(合计)`)", "CNY", 551),
    Case("min(total_assets, total_liabilities, `资产(合计)`)", "CNY", 150),
    Case("max(total_assets, total_liabilities, `资产(合计)`)", "CNY", 201),
    Case("abs(total_liabilities - total_assets)", "CNY", 50),
    Case("coalesce(pledged_assets, total_assets)", "CNY", 200),
    Case("coalesce(total_liabilities, total_assets)", "CNY", 150),
    Case("quarter(net_profit)", "CNY", 80 - 52),
    Case("quarter(net_profit)", "CNY", 12, "2019-Q1"),
    Case("opening(total_assets)", "CNY", 130, "2019-Q2"),
    Case("opening(total_assets)", "CNY", 130),
    # Three truths: what is missing decides only where it matters.
    Case("if(net_profit > total_assets and pledged_assets > total_assets, 1, 0)", "ratio", 0),
    Case("if(total_assets > net_profit or pledged_assets > total_assets, 1, 0)", "ratio", 1),
    Case("if(total_assets > net_profit, total_assets, pledged_assets)", "CNY", 200),
]

MISSING = [
    lacks("pledged_assets / total_assets", "ratio", "not_reported", "pledged_assets"),
    lacks("total_assets", "CNY", "not_reported", "total_assets", period="2020-Q1"),
    lacks("-pledged_assets", "CNY", "not_reported", "pledged_assets"),
    lacks("sum(total_assets, pledged_assets)", "CNY", "not_reported", "pledged_assets"),
    lacks("max(total_assets, pledged_assets)", "CNY", "not_reported", "pledged_assets"),
    lacks("coalesce(pledged_assets, -pledged_assets)", "CNY", "not_reported", "pledged_assets"),
    lacks("if(pledged_assets > total_assets, 1, 0)", "ratio", "not_reported", "pledged_assets"),
    lacks("if(total_assets > net_profit and not pledged_assets > 2 * net_profit, 1, 0)", "ratio", "not_reported",
          "pledged_assets"),
    lacks("if(total_assets > net_profit, pledged_assets, total_assets)", "CNY", "not_reported", "pledged_assets"),
    lacks("prior(total_assets)", "CNY", "no_history", "total_assets", period="2018-Q1"),
    lacks("yoy(operating_income)", "ratio", "no_history", "operating_income", period="2018-Q4"),
    lacks("avg(total_assets)", "CNY", "no_history", "total_assets", period="2018-Q4"),
    lacks("ttm(net_profit)", "CNY", "no_history", "net_profit", period="2018-Q2"),
    lacks("ttm(investment)", "CNY", "no_history", "investment", period="2018-Q2"),
    lacks("opening(total_assets)", "CNY", "no_history", "total_assets", period="2018-Q2"),
    lacks("12% * net_profit / (2 * total_assets)", "ratio", "zero_denominator", "total_assets", entity="E2"),
    lacks("net_profit / total_assets", "ratio", "zero_denominator", "total_assets", entity="E2"),
    lacks("total_assets / total_assets", "ratio", "zero_denominator", "total_assets", entity="E2"),
    lacks("yoy(net_profit)", "ratio", "negative_base", "net_profit", entity="E2"),
    lacks("yoy(operating_income)", "ratio", "negative_base", "operating_income", entity="E2"),
    lacks("red_line - debt_ratio", "ratio", "no_parameter", "red_line"),
    lacks("red_line * debt_ratio", "ratio", "no_parameter", "red_line", entity="E2"),
    lacks("total_liabilities * 2", "CNY", "withdrawn", "total_liabilities", entity="E2"),
    # The first cause in the order of the formula.
    lacks("total_liabilities / pledged_assets", "ratio", "withdrawn", "total_liabilities", entity="E2"),
    lacks("pledged_assets / total_liabilities", "ratio", "not_reported", "pledged_assets", entity="E2"),
    lacks("(net_profit / total_assets) + yoy(net_profit)", "ratio", "zero_denominator", "total_assets", entity="E2"),
    lacks("yoy(net_profit) + net_profit / total_assets", "ratio", "negative_base", "net_profit", entity="E2"),
]  # fmt: skip

CASES = [*VALUES, *MISSING]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Every formula of this page is an indicator of one pack: what `show` says by formula, enterprise and period."""
    folder = tmp_path_factory.mktemp("formulas")
    names = {formula: f"case_{number}" for number, formula in enumerate(dict.fromkeys(case.formula for case in CASES))}
    units = {case.formula: case.unit for case in CASES}
    declared = "".join(indicator(name, units[formula], formula) for formula, name in names.items())
    space = Space.at(folder, write_pack(folder / "pack", {**TINY, "indicators/cases.yaml": declared}))
    space.enter(ENTERPRISES, form="entities")
    space.enter(FIGURES, form="wide")
    space.enter(TROUBLES)
    space.enter(WITHDRAWAL)
    formulas = {name: formula for formula, name in names.items()}
    return {
        (formulas[value["indicator"]], entity, value["period"]): value
        for entity in ("E1", "E2")
        for value in space.show(entity, *names.values(), period="2018-Q1..2020-Q1")
    }


@pytest.mark.parametrize("case", CASES, ids=str)
def test_by_hand(case: Case, answers: dict[tuple[str, str, str], dict[str, Any]]) -> None:
    answer = answers[case.formula, case.entity, case.period]
    if case.value is None:
        assert answer["value"] is None
        missing = answer["missing"]
        assert (missing["reason"], missing["input"], missing["entity"]) == (case.reason, case.input, case.entity)
        assert missing["period"] <= case.period
    else:
        assert answer["missing"] is None, answer
        assert answer["value"] == pytest.approx(case.value, rel=1e-12)
        assert answer["unit"] == case.unit


@pytest.mark.parametrize("reason", ["not_reported", "zero_denominator", "no_parameter", "withdrawn"])
def test_a_cause_of_now_names_the_period_computed(
    reason: str, answers: dict[tuple[str, str, str], dict[str, Any]]
) -> None:
    for case in MISSING:
        if case.reason == reason:
            assert answers[case.formula, case.entity, case.period]["missing"]["period"] == case.period


@pytest.mark.parametrize(
    ("formula", "period", "cause"),
    [("prior(total_assets)", "2018-Q1", "2017-Q4"), ("yoy(operating_income)", "2018-Q4", "2017-Q4")],
)
def test_a_cause_of_then_names_the_period_looked_for(
    formula: str, period: str, cause: str, answers: dict[tuple[str, str, str], dict[str, Any]]
) -> None:
    assert answers[formula, "E1", period]["missing"]["period"] == cause


def test_dated_versions_of_a_formula(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Until 2018 the ratio is of all debts; from 2019 on nine tenths of them. Each period has its own formula."""
    folder = tmp_path_factory.mktemp("versions")
    dated = """\
adjusted_ratio:
  label: {zh: 调整后资产负债率, en: adjusted debt ratio}
  type: enterprise
  unit: ratio
  versions:
    - from: 2010-01-01
      source: Notice of 2010
      formula: total_liabilities / total_assets
    - from: 2019-01-01
      source: Notice of 2018
      formula: 90% * total_liabilities / total_assets
"""
    space = Space.at(folder, write_pack(folder / "pack", {**TINY, "indicators/dated.yaml": dated}))
    space.enter(ENTERPRISES, form="entities")
    space.enter(FIGURES, form="wide")
    assert space.value("E1", "adjusted_ratio", "2018-Q4") == 78 / 130
    assert space.value("E1", "adjusted_ratio", "2019-Q4") == pytest.approx(0.9 * 150 / 200, rel=1e-12)
    assert space.explain("E1", "adjusted_ratio", "2018-Q4")["formula"] == "total_liabilities / total_assets"
    assert space.explain("E1", "adjusted_ratio", "2019-Q4")["formula"] == "90% * total_liabilities / total_assets"
