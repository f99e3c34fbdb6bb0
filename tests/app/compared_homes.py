"""A space with peer sets: enterprises A, B and C below D, and companies outside with figures of five years."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from homes import asked, filed
from register_homes import entered
from tiny_pack import write_pack
from warned_homes import set_today

from hengjian.app import packs

TODAY = "2026-05-20"
PACK = """\
name: compared
version: 0.1.0
licence: Apache-2.0
label: {zh: 对标, en: Compared}
requires: []
"""
TYPES = """\
enterprise:
  label: {zh: 企业, en: Enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: Industry}}
"""
_TAIL = "type: enterprise, unit: ratio, period_type: instant, frequency: year, source: by hand}\n"
MEASURES = "".join(
    f"{name}: {{label: {{zh: {zh}, en: {name.capitalize()}}}, {_TAIL}"
    for name, zh in (("margin", "净利率"), ("turnover", "周转率"), ("leverage", "权益乘数"), ("debt", "负债率"))
)
INDICATORS = """\
roe:
  label: {zh: 净资产收益率, en: Return on equity}
  type: enterprise
  unit: ratio
  source: 杜邦
  formula: margin * turnover * leverage
place:
  label: {zh: 位次, en: Place}
  type: enterprise
  unit: ratio
  source: by hand
  formula: "rank(margin, within: all)"
"""
CARD = """\
world:
  label: {zh: 世界一流, en: World class}
  type: enterprise
  frequency: year
  source: 本包自定
  standards: {book: world, class: industry}
  bands:
    best: {label: {zh: 一流, en: Best}, coefficient: 1.0}
    fair: {label: {zh: 平均, en: Fair}, coefficient: 0.5}
  items:
    return:
      label: {zh: 净资产收益率, en: Return}
      weight: 60
      unit: "%"
      value: roe
      method: {efficacy: {standard: roe}}
    burden:
      label: {zh: 负债率, en: Debt}
      weight: 40
      direction: down
      value: debt
      method: {efficacy: {standard: debt}}
"""
WORKFLOW = """\
improvement:
  label: {zh: 对标改进, en: Improvement}
  source: by hand
  type: enterprise
  opened_by:
    label: {zh: 下达, en: Open}
    days: 90
    fields:
      indicator: {label: {zh: 指标, en: Indicator}, kind: text}
      value_then: {label: {zh: 下达时数值, en: Figure then}, kind: number}
  states:
    open: {label: {zh: 待办, en: Open}}
    closed: {label: {zh: 办结, en: Closed}, final: true}
  transitions:
    close: {label: {zh: 办结, en: Close}, from: [open], to: closed, note: required}
"""
FILES: Mapping[str, str] = {
    "pack.yaml": PACK, "types.yaml": TYPES, "measures.yaml": MEASURES, "indicators/all.yaml": INDICATORS,
    "scorecards/world.yaml": CARD, "workflows/improvement.yaml": WORKFLOW,
}  # fmt: skip
#: Own factors by year: of 2025 those of the worked vector, .05 × .9 × 2.2.
OWN = {2021: (".03", ".8", "2"), 2022: (".035", ".8", "2.1"), 2023: (".04", ".85", "2.1"), 2024: (".045", ".88", "2.2"),
       2025: (".05", ".9", "2.2")}  # fmt: skip
#: Those of the company measured against: of 2025 .08 × 1.1 × 1.8.
MODEL = {2021: (".07", "1", "1.8"), 2022: (".072", "1.02", "1.8"), 2023: (".075", "1.05", "1.8"),
         2024: (".078", "1.08", "1.8"), 2025: (".08", "1.1", "1.8")}  # fmt: skip
#: What the returns of the other companies are of the model's.
OTHERS = {"K2": "0.6", "K3": "0.9", "K5": "0.75"}
#: What a row says of a whole set, and the companies in their order.
HEAD = {
    "编号": "P1",
    "名称": "全国港口",
    "口径": "企业整体",
    "短板线": "50",
    "标杆企业": "K1",
    "改进流程": "improvement",
}
COMPANIES = (
    ("K1", "标杆港", "", "规模相近"), ("K2", "南港", "", "同业"), ("K3", "北港", "", "同业"),
    ("B", "乙公司", "", "本系统同业"), ("K5", "东港", "", "同业"), ("K4", "西港", "否", "会计准则不同"),
)  # fmt: skip
PRACTICES = """\
编号,名称,企业,外部企业,指标,主要做法,成效与佐证,日期
C1,集约采购,,标杆港,roe,统一采购,成本降一成,2026-05-01
C2,精益管理,B,,,班组改善,损耗降半成,2026-04-01
"""


ENTITIES = """\
entity,type,name,industry
D,enterprise,区国资,
A,enterprise,甲公司,港口
B,enterprise,乙公司,港口
C,enterprise,丙公司,
"""


def figures_of(entity: str, scale: float = 1.0) -> str:
    rows = []
    for year, (margin, turnover, leverage) in OWN.items():
        for name, text in (("margin", margin), ("turnover", turnover), ("leverage", leverage)):
            rows.append(f"{entity},{name},{year},{float(text) * (scale if name == 'margin' else 1):.6g}\n")
        rows.append(f"{entity},debt,{year},{(0.75 - 0.02 * (year - 2020)) * scale:.6g}\n")
    return "".join(rows)


def peer_set(companies: Sequence[tuple[str, ...]] = COMPANIES, **head: str) -> str:
    """A set as a table: what is of the whole stands in its first row."""
    whole = {**HEAD, **head}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*whole, "对标企业", "企业名称", "是否纳入", "理由"])
    for number, company in enumerate(companies):
        writer.writerow([*(whole.values() if not number else [""] * len(whole)), *company])
    return buffer.getvalue()


def peer_figures(name: str = "P1", companies: Mapping[str, str] = {"K1": "1", **OTHERS}) -> str:
    rows = ["对标组,对标企业,指标,期间,数值,单位,来源\n"]
    for company, part in companies.items():
        for year, factors in MODEL.items():
            margin = float(factors[0]) * float(part)
            product = margin * float(factors[1]) * float(factors[2])
            for what, value in (
                ("margin", margin),
                ("turnover", factors[1]),
                ("leverage", factors[2]),
                ("roe", product),
            ):
                rows.append(f"{name},{company},{what},{year},{float(value):.8g},,{company} {year} 年报\n")
            rows.append(f"{name},{company},debt,{year},{55 * float(part):.6g}%,,{company} {year} 年报\n")
    return "".join(rows)


def comparing(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """A new space, with the set P1 of five companies, B among them, their figures, and two practices."""
    pack = write_pack(folder.parent / "compared", files)
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    set_today(folder, TODAY)
    filed(folder, ENTITIES, form="entities", name="entities.csv")
    filed(folder, "link,from,to\nparent,A,D\nparent,B,D\nparent,C,D\n", form="links", name="links.csv")
    filed(folder, "entity,measure,period,value\n" + figures_of("A") + figures_of("B", 1.1), name="figures.csv")
    entered(folder, "peer_set", peer_set(), name="set.csv")
    entered(folder, "peer_figure", peer_figures(), name="figures_of_peers.csv")
    entered(folder, "practice", PRACTICES, name="practices.csv")
    return folder


def staffed(folder: Path) -> Path:
    """lead assesses everybody; ann reports for A; bob sees B."""
    for person, role, node in (("lead", "officer", "D"), ("ann", "reporter", "A"), ("bob", "viewer", "B")):
        asked(folder, "enrol", person=person, name=person)
        asked(folder, "give_role", person=person, role=role, node=node)
    return folder
