"""A small pack as files, and a way to change one of them."""

from collections.abc import Mapping

from hengjian.load import LoadedPack, load_pack
from hengjian.model.issue import Issue

FILES: Mapping[str, str] = {
    "pack.yaml": "name: small\nversion: 1.0.0\nlicence: MIT\nlabel: {zh: 小, en: Small}\nrequires: [base]\n",
    "types.yaml": "enterprise:\n  label: {zh: 企业, en: Enterprise}\n  attributes:\n"
    "    industry: {kind: text, label: {zh: 行业, en: Industry}}\n",
    "units.yaml": """\
flight:
  label: {zh: 架次, en: flight}
  aliases: [班次]
  source: traffic report
m:
  label: {zh: 米, en: metre}
  source: the metre convention
km:
  label: {zh: 公里, en: kilometre}
  of: m
  times: 1000
  source: the metre convention
""",
    "measures.yaml": """\
total_assets:
  label: {zh: 资产总计, en: Total assets}
  type: enterprise
  unit: CNY
  period_type: instant
  frequency: quarter
  source: balance sheet
net_profit:
  label: {zh: 净利润, en: Net profit}
  type: enterprise
  unit: 万元
  period_type: duration
  frequency: quarter
  cumulative: year
  source: income statement
""",
    "parameters.yaml": """\
red_line:
  label: {zh: 红线, en: Red line}
  unit: ratio
  by: [industry]
  values:
    - {from: 2023-01-01, source: order 2, value: 65%}
    - {from: 2021-01-01, source: order 1, value: {default: 70%, power: 0.75}}
""",
    "indicators/returns.yaml": """\
roa:
  label: {zh: 总资产净利率, en: Return on assets}
  type: enterprise
  unit: ratio
  source: textbook
  formula: ttm(net_profit) / avg(total_assets)
""",
    "rules/returns.yaml": """\
weak:
  label: {zh: 回报低, en: Weak return}
  type: enterprise
  when: roa < red_line
  level: high
  source: order 1
  message: {zh: "{roa:%}", en: "{roa:%} under {red_line}"}
""",
    "checks.yaml": """\
some:
  label: {zh: 有资产, en: Has assets}
  type: enterprise
  holds: total_assets >= 0
  severity: warning
  source: sense
  message: {zh: 无, en: none}
""",
    "tests/cases.yaml": """\
- name: one
  given:
    - {enterprise: A, period: 2024-Q4, net_profit: 10, total_assets: 100}
  before: {period: 2023-Q4, total_assets: 300}
  expect:
    roa: {A: 5%}
    alerts: {weak: [A]}
""",
}


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """The files with one text replaced, which must be there."""
    assert old in FILES[file]
    return {**FILES, file: FILES[file].replace(old, new, 1)}


def load(files: Mapping[str, str | bytes] = FILES) -> tuple[LoadedPack | None, tuple[Issue, ...]]:
    encoded = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    return load_pack(encoded, "small")
