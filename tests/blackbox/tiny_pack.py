"""The pack of the black-box tests: CONTRACT section 4, a handful of measures and what is asked of them."""

from collections.abc import Mapping
from pathlib import Path

PACK = """\
name: tiny
version: 0.1.0
licence: Apache-2.0
label: {zh: 小包, en: Tiny pack}
requires: []
"""

TYPES = """\
enterprise:
  label: {zh: 企业, en: enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: industry}}
"""

MEASURES = """\
total_assets:
  label: {zh: 资产总计, en: total assets}
  type: enterprise
  unit: CNY
  period_type: instant
  frequency: quarter
  source: balance sheet, last line
total_liabilities:
  label: {zh: 负债合计, en: total liabilities}
  type: enterprise
  unit: CNY
  period_type: instant
  frequency: quarter
  source: balance sheet
pledged_assets:
  label: {zh: 受限资产, en: pledged assets}
  type: enterprise
  unit: CNY
  period_type: instant
  frequency: quarter
  source: notes to the statements
资产(合计):
  label: {zh: 资产合计（台账）, en: assets of the register}
  type: enterprise
  unit: CNY
  period_type: instant
  frequency: quarter
  source: register
net_profit:
  label: {zh: 净利润, en: net profit}
  type: enterprise
  unit: CNY
  period_type: duration
  frequency: quarter
  cumulative: year
  source: income statement
operating_income:
  label: {zh: 营业收入, en: operating income}
  type: enterprise
  unit: CNY
  period_type: duration
  frequency: quarter
  cumulative: year
  source: income statement
研发费用:
  label: {zh: 研发费用（当年累计）, en: research and development}
  type: enterprise
  unit: CNY
  period_type: duration
  frequency: quarter
  cumulative: year
  source: income statement
investment:
  label: {zh: 固定资产投资, en: investment of the quarter}
  type: enterprise
  unit: CNY
  period_type: duration
  frequency: quarter
  source: investment report
headcount:
  label: {zh: 职工人数, en: headcount}
  type: enterprise
  unit: person
  period_type: instant
  frequency: quarter
  source: labour report
stake:
  label: {zh: 持股比例, en: stake}
  type: enterprise
  unit: ratio
  period_type: instant
  frequency: quarter
  source: register
power_used:
  label: {zh: 用电量, en: power used}
  type: enterprise
  unit: kWh
  period_type: duration
  frequency: month
  source: meter
"""

PARAMETERS = """\
red_line:
  label: {zh: 资产负债率红线, en: red line of the debt ratio}
  unit: ratio
  by: [industry]
  values:
    - from: 2021-01-01
      source: Notice 1 of 2021, article 2
      value: {default: 70%, power: 75%}
    - from: 2023-01-01
      source: Notice 9 of 2022, article 3
      value: {default: 65%, power: 72%}
"""

INDICATORS = """\
debt_ratio:
  label: {zh: 资产负债率, en: debt ratio}
  type: enterprise
  unit: ratio
  source: Notice 1 of 2021, article 1
  formula: total_liabilities / total_assets
room:
  label: {zh: 距红线, en: room below the red line}
  type: enterprise
  unit: ratio
  source: Notice 1 of 2021, article 2
  formula: red_line - debt_ratio
assets:
  label: {zh: 资产, en: assets}
  type: enterprise
  unit: CNY
  source: balance sheet
  formula: total_assets
liabilities:
  label: {zh: 负债, en: liabilities}
  type: enterprise
  unit: CNY
  source: balance sheet
  formula: total_liabilities
"""

FLOWS = """\
profit:
  label: {zh: 累计净利润, en: profit of the year to date}
  type: enterprise
  unit: CNY
  source: income statement
  formula: ytd(net_profit)
profit_ttm:
  label: {zh: 近四季净利润, en: profit of four quarters}
  type: enterprise
  unit: CNY
  source: income statement
  formula: ttm(net_profit)
revenue_yoy:
  label: {zh: 营收同比, en: growth of revenue}
  type: enterprise
  unit: ratio
  source: income statement
  formula: yoy(operating_income)
invested:
  label: {zh: 当季投资, en: investment}
  type: enterprise
  unit: CNY
  source: investment report
  formula: investment
staff:
  label: {zh: 职工, en: staff}
  type: enterprise
  unit: person
  source: labour report
  formula: headcount
held:
  label: {zh: 持股, en: held}
  type: enterprise
  unit: ratio
  source: register
  formula: stake
power:
  label: {zh: 用电, en: power}
  type: enterprise
  unit: kWh
  source: meter
  formula: power_used
"""

TINY: Mapping[str, str] = {
    "pack.yaml": PACK,
    "types.yaml": TYPES,
    "measures.yaml": MEASURES,
    "parameters.yaml": PARAMETERS,
    "indicators/solvency.yaml": INDICATORS,
    "indicators/flows.yaml": FLOWS,
}

ENTERPRISES = """\
entity,type,name,industry
E1,enterprise,北方电力,power
E2,enterprise,港口贸易,trading
"""

#: One statement of E1: 150 of debt on 200 of assets.
STATEMENT = """\
entity,measure,period,value
E1,total_assets,2019-Q4,200
E1,total_liabilities,2019-Q4,150
"""


def write_pack(folder: Path, files: Mapping[str, str | bytes] = TINY) -> Path:
    """Write the pack's files under `folder`."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def indicator(name: str, unit: str, formula: str) -> str:
    """The declaration of one more indicator."""
    return (
        f"{name}:\n  label: {{zh: {name}, en: {name}}}\n  type: enterprise\n  unit: {unit}\n  source: by hand\n"
        f"  formula: {formula}\n"
    )
