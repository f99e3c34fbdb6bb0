"""A pack whose formulas reach across: finer periods, peers, linked entities, other cuts, tables; and a small realm.

H holds A, B and T1, and from July 2019 on C, which K held till then; K holds D; W, a water works, is A's. All of them
but T1 and T2 (trade), N (which states no industry) and the two holdings are in power, D only since April 2019.
"""

from collections.abc import Mapping

from kit import observations, wide

TYPES = """\
enterprise:
  label: {zh: 企业, en: enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: industry}}
    weight: {kind: number, label: {zh: 权重, en: weight}}
    founded: {kind: date, label: {zh: 成立日期, en: founded}}
waterworks:
  label: {zh: 水厂, en: water works}
  extends: enterprise
  attributes:
    lease_end: {kind: date, label: {zh: 租约到期日, en: end of the lease}}
plant:
  label: {zh: 电站, en: plant}
  attributes:
    kind: {kind: text, label: {zh: 类别, en: kind}}
runs:
  label: {zh: 运营, en: runs}
  from: enterprise
  to: plant
  inverse: run_by
  inverse_label: {zh: 运营方, en: run by}
"""
UNITS = """\
USD: {label: {zh: 美元, en: dollar}, source: by hand}
place: {label: {zh: 名, en: place}, of: times, times: 1, source: by hand}
"""


def _measure(name: str, zh: str, frequency: str, kind: str, unit: str = "CNY", about: str = "enterprise") -> str:
    """`kind`: a balance (instant), a flow of one period (duration) or of the year so far (ytd)."""
    cumulative = "\n  cumulative: year" if kind == "ytd" else ""
    return (
        f"{name}:\n  label: {{zh: {zh}, en: {name}}}\n  type: {about}\n  unit: {unit}\n"
        f"  period_type: {'instant' if kind == 'instant' else 'duration'}\n  frequency: {frequency}{cumulative}\n"
        "  source: statements\n"
    )


MEASURES = "".join(
    (
        _measure("assets", "资产", "quarter", "instant"),
        _measure("debts", "负债", "quarter", "instant"),
        _measure("profit", "净利润", "quarter", "ytd"),
        _measure("spent", "当季支出", "quarter", "duration"),
        _measure("abroad", "境外资产", "quarter", "instant", "USD"),
        _measure("deposits", "存款", "month", "instant"),
        _measure("sales", "当月销售", "month", "duration"),
        _measure("taxes", "累计税金", "month", "ytd"),
        _measure("meter", "电表读数", "month", "instant", "kWh"),
        _measure("output", "发电量", "quarter", "duration", "kWh", "plant"),
    )
)
PARAMETERS = """\
red_line:
  label: {zh: 红线, en: red line}
  unit: ratio
  by: [industry]
  values:
    - {from: 2018-01-01, source: Notice 1, value: {default: 80%, power: 85%}}
    - {from: 2019-10-01, source: Notice 2, value: {default: 65%, power: 70%}}
score:
  label: {zh: 负债率得分, en: score of debt}
  unit: ratio
  points: ratio
  by: [industry]
  values:
    - {from: 2018-01-01, source: Table 1, value: {default: [[0, 1], [1, 0]], power: [[0.5, 1], [0.7, 0.6], [1, 0]]}}
grade:
  label: {zh: 档次, en: grade}
  unit: ratio
  points: ratio
  values:
    - {from: 2018-01-01, source: Table 2, value: [[0.45, 1], [0.6, 2], [0.8, 3]]}
cny_per_usd:
  label: {zh: 汇率, en: rate}
  unit: CNY/USD
  values:
    - {from: 2018-01-01, source: Bank, value: 7}
    - {from: 2019-07-01, source: Bank, value: 7.1}
notice:
  label: {zh: 提前天数, en: days ahead}
  unit: day
  values:
    - {from: 2018-01-01, source: Notice 3, value: 100}
"""
DEBT_RATIO = """\
debt_ratio:
  label: {zh: 负债率, en: debt ratio}
  type: enterprise
  unit: ratio
  versions:
    - {from: 2010-01-01, source: Method 1, formula: debts / assets}
    - {from: 2019-10-01, source: Method 2, formula: "round(debts / assets, 4)"}
"""
INDICATORS = """\
group_assets:
  label: {zh: 下级资产合计, en: assets of the subordinates}
  type: enterprise
  unit: CNY
  source: by hand
  formula: "total(assets, over: children)"
debt_rank:
  label: {zh: 负债率行业名次, en: rank of debt in the industry}
  type: enterprise
  unit: place
  source: by hand
  formula: "rank(debt_ratio, within: industry)"
debt_score:
  label: {zh: 负债率得分, en: points for debt}
  type: enterprise
  unit: ratio
  source: by hand
  formula: interpolate(debt_ratio, score)
quarter_sales:
  label: {zh: 当季销售, en: sales of the quarter}
  type: enterprise
  unit: CNY
  source: by hand
  formula: "sum(sales, per: quarter)"
revision:
  label: {zh: 审计调整, en: revision by the audit}
  type: enterprise
  unit: CNY
  source: by hand
  formula: "on(debts, basis: audited) - on(debts, scope: parent)"
"""
RULES = """\
heavy_group:
  label: {zh: 下级负债过重, en: subordinates with too much debt}
  type: enterprise
  when: "total(debts, over: children) / total(assets, over: children) > 62%"
  level: orange
  source: by hand
  message: {zh: 下级负债过重, en: The subordinates owe too much}
worst_of_all:
  label: {zh: 行业负债率最高, en: the most indebted of its industry}
  type: enterprise
  when: debt_rank = 1
  level: yellow
  source: by hand
  message: {zh: "名次 {debt_rank}", en: "Place {debt_rank}"}
above_line:
  label: {zh: 超红线, en: above the red line}
  type: enterprise
  when: debt_ratio > red_line
  level: red
  source: Notice 2
  message: {zh: "负债率 {debt_ratio:%}，红线 {red_line:%}", en: "Debt ratio {debt_ratio:%}, line {red_line:%}"}
"""
PAGES = """\
groups:
  label: {zh: 集团, en: Groups}
  type: enterprise
  columns: [group_assets, debt_rank, debt_ratio]
plants:
  label: {zh: 电站, en: Plants}
  type: plant
  columns: [share_of_output]
"""
PLANTS = """\
share_of_output:
  label: {zh: 占运营方总发电量, en: share of the output of who runs it}
  type: plant
  unit: ratio
  source: by hand
  formula: "output / of(run_by, total(output, over: runs))"
"""
PACK = """\
name: group
version: 0.1.0
licence: Apache-2.0
label: {zh: 集团, en: Group}
requires: []
"""
GROUP: Mapping[str, str] = {
    "pack.yaml": PACK, "types.yaml": TYPES, "units.yaml": UNITS, "measures.yaml": MEASURES,
    "parameters.yaml": PARAMETERS, "indicators/debt.yaml": DEBT_RATIO, "indicators/across.yaml": INDICATORS,
    "indicators/plants.yaml": PLANTS, "rules/rules.yaml": RULES, "pages/pages.yaml": PAGES,
}  # fmt: skip

ENTITIES = """\
entity,type,name,industry,weight,founded,lease_end,kind,valid_from
H,enterprise,示例控股,holding,,,,,
K,enterprise,示例资本,holding,,,,,
A,enterprise,示例电力甲,power,2.5,2009-12-31,,,
B,enterprise,示例电力乙,power,,,,,
C,enterprise,示例电力丙,power,,,,,
D,enterprise,示例电力丁,trade,,,,,
D,enterprise,示例电力丁,power,,,,,2019-04-01
W,waterworks,示例水厂,power,,,2020-01-10,,
T1,enterprise,示例贸易一,trade,,,,,
T2,enterprise,示例贸易二,trade,,,,,
N,enterprise,示例新设,,,,,,
P1,plant,一号电站,,,,,coal,
P2,plant,二号电站,,,,,wind,
"""
LINKS = """\
link,from,to,valid_from,valid_to
parent,A,H,,
parent,B,H,,
parent,T1,H,,
parent,C,K,,2019-07-01
parent,C,H,2019-07-01,
parent,D,K,,
parent,W,A,,
runs,A,P1,,
runs,A,P2,,
"""
#: Two years of A. Profit runs from the year's start.
COURSE = wide(
    "assets debts profit spent abroad",
    """
    A 2018-Q1 100  60 10 1 10
    A 2018-Q2 110  66 25 2 10
    A 2018-Q3 120  72 45 3 10
    A 2018-Q4 130  78 70 4 10
    A 2019-Q1 140  84 12 5 10
    A 2019-Q2 150  90 30 6 10
    A 2019-Q3 160  96 52 7 10
    A 2019-Q4 200 150 80 8 10
    """,
)
#: Everybody else. In power the debt ratios of 2019-Q4 are 0.75 (A), 0.5, 0.4, 0.9 and 0.6.
OTHERS = wide(
    "assets debts",
    """
    B  2019-Q2 100 50
    C  2019-Q2 100 40
    D  2019-Q2 100 90
    W  2019-Q2 100 60
    T1 2019-Q2  50 10
    K  2019-Q2 500 10
    B  2019-Q4 100 50
    C  2019-Q4 100 40
    D  2019-Q4 100 90
    W  2019-Q4 100 60
    T1 2019-Q4  50 10
    T2 2019-Q4  50 20
    N  2019-Q4  10  5
    K  2019-Q4 500 10
    """,
)
MONTHS = wide(
    "deposits sales taxes meter",
    """
    A 2019-06 80  9 60 95
    A 2019-07 90 10 70 98
    A 2019-08 100 - 80  2
    A 2019-09 110 14 90  5
    A 2019-10 90 10 100 6
    A 2019-11 100 12 110 8
    A 2019-12 110 14 120 9
    """,
)
#: What the audit of K changed, and what K has without those that it holds.
CUTS = observations(
    """
    K assets 2019-Q4 500 audited consolidated
    K debts  2019-Q4  12 audited consolidated
    K debts  2019-Q4   7 flash   parent
    """,
    "basis scope",
)
OUTPUT = observations("P1 output 2019-Q4 30\nP2 output 2019-Q4 10")

__all__ = ["COURSE", "CUTS", "ENTITIES", "GROUP", "LINKS", "MONTHS", "OTHERS", "OUTPUT"]
