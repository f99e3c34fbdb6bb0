"""A space with scorecards, for the tests of registers: two enterprises below a district, one beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homes import asked, filed
from tiny_pack import write_pack

from hengjian.app import packs

PACK = """\
name: marks
version: 0.1.0
licence: Apache-2.0
label: {zh: 计分, en: Marks}
requires: []
"""
TYPES = """\
enterprise:
  label: {zh: 企业, en: Enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: Industry}}
    scale: {kind: text, label: {zh: 规模, en: Size}}
"""
MEASURES = """\
total_assets:
  label: {zh: 资产总计, en: Total assets}
  type: enterprise
  unit: CNY
  period_type: instant
  frequency: year
  source: balance sheet
net_profit:
  label: {zh: 净利润, en: Net profit}
  type: enterprise
  unit: CNY
  period_type: duration
  frequency: year
  source: income statement
"""
INDICATORS = """\
return_on_assets:
  label: {zh: 总资产报酬率, en: Return on assets}
  type: enterprise
  unit: "%"
  formula: net_profit / total_assets
  source: 国资发评价〔2006〕157号
"""
_BANDS = """\
  bands:
    excellent: {label: {zh: 优秀, en: Excellent}, coefficient: 1.0}
    good: {label: {zh: 良好, en: Good}, coefficient: 0.8}
    average: {label: {zh: 平均, en: Average}, coefficient: 0.6}
    lower: {label: {zh: 较低, en: Lower}, coefficient: 0.4}
    poor: {label: {zh: 较差, en: Poor}, coefficient: 0.2}
"""
BOOK_CARD = (
    """\
yearly:
  label: {zh: 绩效评价, en: Performance}
  type: enterprise
  frequency: year
  source: 国资发评价〔2006〕157号
  standards: {book: performance, class: industry, size: scale}
"""
    + _BANDS
    + """\
  switches:
    clamp:
      label: {zh: 系数限幅, en: Bounds}
      choices: {on: {zh: 限幅, en: Bounded}, off: {zh: 不限幅, en: Free}}
      otherwise: on
      source: 本包自定
      confidence: own
  items:
    whole:
      label: {zh: 财务绩效, en: Financial}
      weight: 100
      combine: modified
      items:
        roe:
          label: {zh: 净资产收益率, en: Return on equity}
          weight: 60
          role: basic
          unit: "%"
          value: return_on_assets
          method: {efficacy: {standard: roe}}
        debt:
          label: {zh: 资产负债率, en: Debt ratio}
          weight: 40
          role: basic
          unit: "%"
          direction: down
          value: return_on_assets
          method: {efficacy: {standard: debt}}
        turnover:
          label: {zh: 总资产周转率, en: Asset turnover}
          weight: 100
          role: modifying
          value: net_profit / total_assets
          method: {modification: {standard: turnover}}
"""
)
LETTER_CARD = """\
signed:
  label: {zh: 经营业绩考核, en: Annual assessment}
  type: enterprise
  frequency: year
  source: 本包自定
  from: 2020-01-01
  letter: true
  items:
    figures:
      label: {zh: 经济指标, en: Figures}
      weight: 60
      items:
        profit:
          label: {zh: 净利润, en: Net profit}
          unit: 万元
          value: net_profit
          channels: [assessed, audited]
          method: {steps: {above: {points: 1, per: 3, most: 6}, below: {points: 1, per: 3, most: 6}}}
        others:
          label: {zh: 分类指标, en: Own items}
          many: true
          channels: [confirmed]
          method: {pro_rata: {least: 0, most: 120%}}
    talk:
      label: {zh: 党建评议, en: Review}
      weight: 40
      method:
        rating:
          by: experts
          raters: 2
          grades:
            good: {label: {zh: 良, en: Good}, share: 0.8}
            fair: {label: {zh: 中, en: Fair}, share: 0.6}
    extra:
      label: {zh: 加分, en: Awards}
      role: bonus
      method:
        awards:
          most: 5
          kinds: {science: {label: {zh: 重大科技创新, en: Innovation}, least: 1, most: 3, source: own, confidence: own}}
    faults:
      label: {zh: 扣分, en: Deductions}
      method:
        awards:
          minus: true
          kinds: {accident: {label: {zh: 安全事故, en: Accident}, least: 0.5, most: 5, source: own, confidence: own}}
  adjust:
    - {bonus: {items: [extra], most: 5}}
"""
FILES: Mapping[str, str] = {
    "pack.yaml": PACK, "types.yaml": TYPES, "measures.yaml": MEASURES, "indicators/all.yaml": INDICATORS,
    "scorecards/yearly.yaml": BOOK_CARD, "scorecards/signed.yaml": LETTER_CARD,
}  # fmt: skip
ENTITIES = """\
entity,type,name,industry,scale
D,enterprise,区国资,,
A,enterprise,甲公司,工业/机械工业/通用设备,中型
A1,enterprise,甲一,工业/机械工业,
B,enterprise,乙公司,建筑业,大型
"""
FIGURES = """\
entity,measure,period,value,basis
A,total_assets,2025,300,audited
A,net_profit,2025,8,audited
A1,total_assets,2025,100,audited
B,total_assets,2025,700,audited
B,net_profit,2025,21,audited
"""
STANDARDS = """\
book,year,class,size,key,excellent,good,average,lower,poor
performance,2025,工业,medium,roe,16.1,10.7,5.6,-1.1,-8.7
performance,2025,工业,medium,debt,44.6,57.3,66.3,82.2,97.2
performance,2025,工业,all,roe,15,10,5,0,-5
performance,2025,工业,all,debt,40,50,60,80,90
performance,2025,建筑业,all,roe,12,8,4,1,-3
"""
LETTER = """\
scorecard,period,entity,class,factor,document,signed_office,signed_enterprise,signed_on,item,title,weight,target,base,unit,department
signed,2025,A,竞争类,1.05,嘉国资〔2025〕3号,王主任,李董事长,2025-03-01,profit,,40,1000,900,,
,,,,,,,,,others,招商引资,20,12,10,亿元,投资处
,,,,,,,,,talk,,,,,,
"""


def made(folder: Path) -> Path:
    """A new space: D above A (above A1) and B, with audited figures of 2025."""
    pack = write_pack(folder.parent / "marks", FILES)
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    filed(folder, ENTITIES, form="entities", name="entities.csv")
    filed(folder, "link,from,to\nparent,A,D\nparent,B,D\nparent,A1,A\n", form="links", name="links.csv")
    filed(folder, FIGURES, name="figures.csv")
    return folder


def entered(folder: Path, kind: str, data: str | bytes, *, name: str = "rows.csv", **more: Any) -> dict[str, Any]:
    """The receipt of some rows of a register."""
    content = data if isinstance(data, bytes) else data.encode()
    return asked(folder, "enter_register", kind=kind, file={"name": name, "data": content}, **more)


def staff(folder: Path) -> None:
    """office assesses everybody, lead at D, fin and inv confirm there, eve and ed are experts, ann reports for A."""
    for person, role, node in (
        ("office", "officer", None), ("lead", "officer", "D"), ("fin", "reviewer", "D"), ("inv", "reviewer", "D"),
        ("eve", "expert", "D"), ("ed", "expert", "D"), ("ann", "reporter", "A"), ("see", "viewer", "B"),
    ):  # fmt: skip
        asked(folder, "enrol", person=person, name=person)
        asked(folder, "give_role", person=person, role=role, **({} if node is None else {"node": node}))
