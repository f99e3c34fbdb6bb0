"""The worked examples of the functions that reach beyond their own cell, filed, computed and shown."""

from dataclasses import dataclass
from typing import Any

import pytest
from kit import Space, observations
from tiny_pack import TINY, write_pack

TYPES = """\
enterprise:
  label: {zh: 企业, en: enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: industry}}
    founded: {kind: date, label: {zh: 成立日, en: founded}}
    lease_end: {kind: date, label: {zh: 租约到期, en: end of the lease}}
    grade: {kind: number, label: {zh: 等级, en: grade}}
"""
PARAMETERS = """\
limit:
  label: {zh: 限额, en: limit}
  unit: ratio
  by: [industry]
  values: [{from: 2020-01-01, source: notice, value: {default: 70%, power: 75%}}]
score:
  label: {zh: 得分, en: score}
  unit: ratio
  points: ratio
  values: [{from: 2020-01-01, source: notice, value: [[0.5, 100], [0.7, 60]]}]
grades:
  label: {zh: 档次, en: grades}
  unit: ratio
  points: ratio
  values: [{from: 2020-01-01, source: notice, value: [[0, 1], [0.5, 2], [0.7, 3]]}]
cny_per_usd:
  label: {zh: 汇率, en: rate}
  unit: CNY/USD
  values: [{from: 2020-01-01, source: notice, value: 7.1}]
"""
UNITS = "USD:\n  label: {zh: 美元, en: dollar}\n  source: notice\n"
MEASURES = [
    ("stock", "CNY", "instant", "quarter"), ("income", "CNY", "duration", "quarter"),
    ("line", "CNY", "instant", "quarter"), ("result", "CNY", "duration", "quarter"),
    ("points", "ratio", "instant", "quarter"), ("abroad", "USD", "instant", "quarter"),
    ("deposits", "CNY", "instant", "month"), ("sales", "CNY", "duration", "month"), ("meter", "kWh", "instant", "day"),
    ("absent", "CNY", "instant", "quarter"), ("leverage", "ratio", "instant", "quarter"),
]  # fmt: skip
ENTITIES = """\
entity,type,name,industry,founded,lease_end,grade
G,enterprise,Group,office,2000-01-01,,
A,enterprise,A,power,2020-07-01,2024-07-10,3
B,enterprise,B,power,,,
C,enterprise,C,power,,,
D,enterprise,D,power,,,
E,enterprise,E,power,,,
"""
LINKS = "link,from,to,valid_from\n" + "".join(f"parent,{each},G,2020-01-01\n" for each in "ABCDE")
FIGURES = observations(
    """
    A stock     2023-Q3 90 -
    A stock     2023-Q4 94 -
    A stock     2024-Q1 96 -
    A stock     2024-Q2 100 -
    A income    2021-Q2 100 -
    A income    2024-Q2 133.1 -
    A line      2023-Q4 1 -
    A line      2024-Q1 3 -
    A line      2024-Q2 5 -
    A abroad    2024-Q2 100 -
    A leverage  2024-Q2 0.6 -
    A deposits  2024-04 90 -
    A deposits  2024-05 100 -
    A deposits  2024-06 110 -
    A sales     2024-04 1 -
    A sales     2024-05 2 -
    A sales     2024-06 4 -
    A meter     2024-03-31 95 -
    A meter     2024-06-01 98 -
    A meter     2024-06-02 2 -
    A meter     2024-06-03 5 -
    A result    2023-Q3 -1 -
    A result    2023-Q4 1 -
    A result    2024-Q1 -1 -
    A result    2024-Q2 1 -
    B result    2024-Q2 2 -
    C result    2024-Q2 4 -
    D result    2024-Q2 8 -
    E result    2024-Q2 9 -
    G result    2024-Q2 80 -
    A points    2024-Q2 1 -
    B points    2024-Q2 2 -
    C points    2024-Q2 3 -
    D points    2024-Q2 4 -
    E points    2024-Q2 5 -
    A stock     2024-Q2 98 audited
    """,
    "basis",
)


@dataclass(frozen=True)
class Case:
    formula: str
    unit: str
    value: float | None
    entity: str = "A"


CASES = [
    Case("delta(stock)", "CNY", 4),
    Case("rolling(stock, 4, mean)", "CNY", 95),
    Case("rolling(stock, 5, max, at_least: 4)", "CNY", 100),
    Case("cagr(income, 3)", "ratio", 0.1),
    Case("slope(line, 3)", "CNY", 2),
    Case("residual(line, 3)", "CNY", 0),
    Case("since(result < 0)", "ratio", 1),
    Case("count_true(result < 0, 4)", "ratio", 2),
    Case("sum(sales, per: quarter)", "CNY", 7),
    Case("mean(deposits, per: quarter)", "CNY", 100),
    Case("max(deposits, per: quarter)", "CNY", 110),
    Case("min(deposits, per: quarter)", "CNY", 90),
    Case("last(deposits, per: quarter)", "CNY", 110),
    Case("increase(meter, per: quarter, at_least: 3)", "kWh", 3 + 2 + 3),
    Case("increase(meter, per: quarter)", "kWh", None),
    Case("median(result, within: industry)", "CNY", 4),
    Case("quantile(result, 0.75, within: industry)", "CNY", 8),
    Case("mean(points, within: industry)", "ratio", 3),
    Case("zscore(points, within: industry)", "ratio", 1 / 2.5**0.5, entity="D"),
    Case("rank(result, within: industry)", "ratio", 2, entity="D"),
    Case("percentile(result, within: industry)", "ratio", 0.75, entity="D"),
    Case("rank(result, within: industry, at_least: 6)", "ratio", None, entity="D"),
    Case("rank(result, within: all)", "ratio", 3, entity="D"),
    Case("total(result, over: children)", "CNY", 24, entity="G"),
    Case("total(result, over: children, levels: all)", "CNY", 24, entity="G"),
    Case("mean(result, over: children)", "CNY", 4.8, entity="G"),
    Case("max(result, over: children)", "CNY", 9, entity="G"),
    Case("min(result, over: children)", "CNY", 1, entity="G"),
    Case("count(over: children, where: points > 3)", "ratio", 2, entity="G"),
    Case("result / of(parent, result)", "ratio", 0.1, entity="D"),
    Case("on(stock, basis: audited) - on(stock, basis: flash)", "CNY", -2),
    Case("interpolate(leverage, score)", "ratio", 80),
    Case("band(leverage, grades)", "ratio", 2),
    Case('leverage - lookup(limit, "power")', "ratio", 0.6 - 0.75),
    Case('leverage - lookup(limit, "office")', "ratio", 0.6 - 0.7),
    Case("convert(abroad, cny_per_usd)", "CNY", 710),
    Case("stock / days_until(lease_end)", "CNY/day", 100 / 10),
    Case("stock / age(founded)", "CNY/year", 100 / 3),
    Case("stock * grade", "CNY", 300),
    Case('if(industry in ("power", "coal"), stock, 0)', "CNY", 100),
    Case('if("power" != industry, stock, 0)', "CNY", 0),
    Case("if(is_missing(absent), stock, absent)", "CNY", 100),
    Case("round(leverage / 4.8, 2)", "ratio", 0.13),
    Case("clip(2 * leverage, 0, 1)", "ratio", 1),
    Case("sqrt(stock * stock)", "CNY", 100),
    Case("log(stock / stock) + exp(0 * leverage)", "ratio", 1),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """What `show` says by formula and enterprise."""
    folder = tmp_path_factory.mktemp("reach")
    label = "label: {{zh: 项, en: {0}}}, type: enterprise, unit: {1}"
    measures = "".join(
        f"{name}: {{{label.format(name, unit)}, period_type: {kind}, frequency: {frequency}, source: filing}}\n"
        for name, unit, kind, frequency in MEASURES
    )
    indicators = "".join(
        f"case_{number}:\n  label: {{zh: 例, en: case}}\n  type: enterprise\n  unit: {case.unit}\n  source: worked\n"
        f"  formula: |-\n    {case.formula}\n"
        for number, case in enumerate(CASES)
    )
    files = {
        "pack.yaml": TINY["pack.yaml"], "types.yaml": TYPES, "units.yaml": UNITS, "measures.yaml": measures,
        "parameters.yaml": PARAMETERS, "indicators/cases.yaml": indicators,
    }  # fmt: skip
    space = Space.at(folder, write_pack(folder / "pack", files))
    space.enter(ENTITIES, form="entities")
    space.enter(LINKS, form="links")
    space.enter(FIGURES)
    return {
        (CASES[int(value["indicator"].removeprefix("case_"))].formula, entity): value
        for entity in sorted({case.entity for case in CASES})
        for value in space.show(
            entity, *(f"case_{number}" for number, case in enumerate(CASES) if case.entity == entity),
            period="2024-Q2", basis="flash",
        )
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_worked(case: Case, answers: dict[tuple[str, str], dict[str, Any]]) -> None:
    answer = answers[case.formula, case.entity]
    if case.value is None:
        assert (answer["value"], answer["missing"] is None) == (None, False)
    else:
        assert answer["missing"] is None, answer
        assert (answer["value"], answer["unit"]) == (pytest.approx(case.value, rel=1e-12, abs=1e-12), case.unit)
