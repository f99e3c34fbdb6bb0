"""Spaces with guarantees and stresses, made and asked in this process."""

from pathlib import Path
from typing import Any

from homes import filed, write_pack
from warned_homes import set_today

from hengjian.app import open_space, packs

TODAY = "2026-01-20"
PACK = """\
name: played
version: 1.0.0
licence: Apache-2.0
label: {zh: 演练, en: Played}
requires: []
"""
TYPES = """\
enterprise:
  label: {zh: 企业, en: enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: industry}}
office:
  label: {zh: 机构, en: office}
supervised_by:
  label: {zh: 监管机构, en: supervised by}
  from: enterprise
  to: office
  within: "true"
  inverse: supervises
  inverse_label: {zh: 监管企业, en: supervises}
guarantees:
  label: {zh: 担保, en: guarantees}
  from: enterprise
  to: enterprise
  attributes:
    balance: {kind: number, label: {zh: 担保余额, en: balance}}
    secured: {kind: number, label: {zh: 反担保金额, en: secured}}
"""
_FLOW = "period_type: duration, frequency: quarter, cumulative: year, source: by hand}"
_LEVEL = "period_type: instant, frequency: quarter, source: by hand}"
MEASURES = f"""\
income: {{label: {{zh: 收入, en: income}}, type: enterprise, unit: 万元, {_FLOW}
interest: {{label: {{zh: 利息, en: interest}}, type: enterprise, unit: 万元, {_FLOW}
profit: {{label: {{zh: 利润, en: profit}}, type: enterprise, unit: 万元, {_FLOW}
customer: {{label: {{zh: 大客户收入, en: income of the largest customer}}, type: enterprise, unit: 万元, {_FLOW}
debt: {{label: {{zh: 带息负债, en: debt}}, type: enterprise, unit: 万元, {_LEVEL}
equity: {{label: {{zh: 净资产, en: equity}}, type: enterprise, unit: 万元, {_LEVEL}
"""


def _indicator(name: str, unit: str, formula: str, kind: str = "enterprise") -> str:
    head = f"{name}: {{label: {{zh: {name}, en: {name} itself}}, type: {kind}, unit: {unit}"
    return f"{head}, source: by hand, formula: '{formula}'}}\n"


INDICATORS = "".join([
    _indicator("margin", "ratio", "profit / income"),
    _indicator("income_of_year", "万元", "ttm(income)"),
    _indicator("income_of_quarter", "万元", "quarter(income)"),
    _indicator("growth", "ratio", "yoy(income)"),
    _indicator("equity_on_average", "万元", "avg(opening(equity), equity)"),
    _indicator("cover", "times", "(profit + interest) / interest"),
    _indicator("place", "ratio", "rank(profit, within: industry)"),
    _indicator("debt_to_equity", "ratio", "debt / equity"),
    _indicator("all_profit", "万元", "total(profit, over: supervises)", "office"),
])  # fmt: skip
RULES = """\
thin_cover:
  label: {zh: 利息保障不足, en: thin cover}
  type: enterprise
  levels: {red: cover < 1, yellow: cover < 3}
  source: by hand
  message: {zh: "保障倍数 {cover}", en: "cover {cover}"}
loss:
  label: {zh: 亏损, en: loss}
  type: enterprise
  when: profit < 0
  level: orange
  source: by hand
  message: {zh: "利润 {profit}", en: "profit {profit}"}
"""
PARAMETERS = """\
loss_rate: {label: {zh: 损失率, en: loss rate}, unit: '%', values: [{from: 2020-01-01, source: by hand, value: 100}]}
tax: {label: {zh: 税率, en: tax}, unit: '%', values: [{from: 2008-01-01, source: by hand, value: 25}]}
"""
NETWORKS = """\
guarantees:
  label: {zh: 担保网络, en: Guarantees}
  link: guarantees
  amount: balance
  cover: secured
  unit: 万元
  buffer: equity
  loss: loss_rate
  source: by hand
"""
MONTHS = ", ".join(str(one / 12) for one in range(1, 13))
STRESSES = f"""\
rates_up:
  label: {{zh: 利率上升, en: Rates rise}}
  parameters:
    rate_rise: {{label: {{zh: 升幅, en: rise}}, unit: '%', value: 1}}
    year_share: {{label: {{zh: 已过月份, en: part of the year}}, unit: ratio, by_month: [{MONTHS}]}}
  measures:
    interest: interest + debt * rate_rise * year_share
    profit: profit - debt * rate_rise * year_share * (1 - tax)
    equity: equity - debt * rate_rise * year_share * (1 - tax)
  source: by hand
income_down:
  label: {{zh: 收入下降, en: Income falls}}
  parameters: {{fall: {{label: {{zh: 降幅, en: fall}}, unit: '%', value: 10}}}}
  measures:
    income: income * (1 - fall)
    profit: profit - income * fall * (1 - tax)
  source: by hand
customer_lost:
  label: {{zh: 失去大客户, en: A customer is lost}}
  parameters: {{lost: {{label: {{zh: 流失, en: lost}}, unit: '%', value: 100}}}}
  measures: {{income: income - customer * lost, profit: profit - customer * lost * (1 - tax)}}
  source: by hand
"""
FILES = {
    "pack.yaml": PACK, "types.yaml": TYPES, "measures.yaml": MEASURES, "indicators/own.yaml": INDICATORS,
    "rules/own.yaml": RULES, "parameters.yaml": PARAMETERS, "networks.yaml": NETWORKS, "stresses.yaml": STRESSES,
}  # fmt: skip
ENTITIES = (
    "entity,type,name,industry\nA,enterprise,A Ltd,power\nB,enterprise,B Ltd,power\nC,enterprise,C Ltd,power\n"
    "D,enterprise,D Ltd,steel\nO,office,The office,\n"
)
SUPERVISED = "link,from,to\nsupervised_by,A,O\nsupervised_by,B,O\n"
TITLES = "link,from,to,balance,secured,share,valid_from,valid_to\n"


def playing(folder: Path, *files: tuple[str, str], more: dict[str, str] | None = None) -> Path:
    """A new space of the pack that has filed some texts, each with its form."""
    pack = write_pack(folder.parent / f"{folder.name}-pack", {**FILES, **(more or {})})
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    set_today(folder, TODAY)
    for number, (form, text) in enumerate((("entities", ENTITIES), ("links", SUPERVISED), *files)):
        filed(folder, text, form=form, name=f"{number}.csv")
    return folder


def figures(**given: dict[str, dict[str, float]]) -> tuple[str, str]:
    """The form of observations: by entity, period (underscores for dashes, `y2025_Q4`) and measure."""
    rows = [
        f"{entity},{measure},{period},{value}\n"
        for entity, periods in given.items()
        for period, values in periods.items()
        for measure, value in values.items()
    ]
    return "observations", "entity,measure,period,value\n" + "".join(rows)


def guarantees(*rows: str) -> tuple[str, str]:
    """The form of links: `A B 100`, guarantor, debtor and balance, with what of it is secured behind; `A B 60%` is a
    holding."""
    lines = []
    for row in rows:
        near, far, amount, *secured = row.split()
        if amount.endswith("%"):
            lines.append(f"owns,{near},{far},,,{amount},,\n")
        else:
            lines.append(f"guarantees,{near},{far},{amount},{''.join(secured)},,,\n")
    return "links", TITLES + "".join(lines)


def asked(folder: Path, method: str, **question: object) -> dict[str, Any]:
    """The answer of a question."""
    return open_space(folder).ask(method, question)
