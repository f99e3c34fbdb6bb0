"""Spaces with scorecards, made and asked in this process: the shipped evaluation pack, and small cards of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import register_homes
import yaml
from homes import asked, filed
from register_homes import entered
from tiny_pack import write_pack

from hengjian.app import packs

SHIPPED = Path(__file__).parents[2] / "src" / "hengjian" / "packs" / "performance_evaluation"
_PROFITS = ("net_profit_as_parent", "net_profit", "total_profits")
MORE = """\
ranked:
  label: {zh: 排名, en: Ranked}
  type: enterprise
  frequency: year
  source: 本包自定
  until: 2026-12-31
  digits: 1
  grades:
    A: {label: {zh: 优, en: A}, at_least: 3, count: 1}
    B: {label: {zh: 良, en: B}, at_least: 2, share: 75%}
    C: {label: {zh: 中, en: C}, at_least: 0}
  switches:
    doubled:
      label: {zh: 加倍, en: Doubled}
      choices: {on: {zh: 是, en: Yes}, off: {zh: 否, en: No}}
      otherwise: off
      source: 本包自定
      confidence: own
  adjust: [{times: {by: 2}, setting: {doubled: on}, reason: {zh: 加倍, en: doubled}}]
  items:
    earned: {label: {zh: 报酬率得分, en: Return}, value: return_on_assets, unit: "%", method: {points: {}}}
next_year:
  label: {zh: 排名（新办法）, en: Ranked anew}
  type: enterprise
  frequency: year
  source: 本包自定
  from: 2027-01-01
  items:
    earned_then: {label: {zh: 报酬率得分, en: Return}, value: return_on_assets, unit: "%", method: {points: {}}}
term:
  label: {zh: 任期, en: Term}
  type: enterprise
  frequency: year
  source: 本包自定
  items:
    average: {label: {zh: 年均得分, en: Mean}, method: {past: {scorecard: ranked, years: 2}}}
    change: {label: {zh: 改进度, en: Change}, method: {past: {scorecard: ranked, item: earned, relation: change}}}
"""
#: What is filed beside the figures of `register_homes`.
BEFORE = """\
entity,measure,period,value,basis
A,total_assets,2024,250,audited
A,net_profit,2024,5,audited
A,net_profit,2025,7.5,flash
A1,net_profit,2025,1,flash
D,total_assets,2025,100,audited
D,net_profit,2025,3,audited
"""
BLANK = ",,,,,,,,,"
LETTER = f"""\
scorecard,period,entity,class,factor,document,signed_office,signed_enterprise,signed_on,item,title,weight,target,base,unit,department,indicator
signed,2025,A,竞争类,1.05,嘉国资〔2025〕3号,王主任,李董事长,2025-03-01,profit,,40,0.0007,0.0006,,,
{BLANK}others,招商引资,12,12,10,亿元,投资处,
{BLANK}others,资产规模,8,250,200,元,,total_assets
{BLANK}talk,,,,,,,
signed,2025,B,公益类,,嘉国资〔2025〕4号,王主任,陈董事长,2025-03-01,profit,,60,0.002,0.002,,,
{BLANK}talk,,,,,,,
"""
CONFIRMED = """\
scorecard,period,entity,key,value,unit,evidence
signed,2025,A,招商引资,13.2,亿元,投资处〔2026〕1号
"""


def evaluated(folder: Path) -> Path:
    """A space of performance_evaluation in which E1 has the figures of the pack's worked case of 2006, measured by a
    published table of standard values, industry of medium size; E2 has three times its profit, E3 nothing."""
    packs.init({"space": str(folder), "packs": ["performance_evaluation"], "name": "evaluated", "actor": "tester"})
    rows = "".join(f"{one},enterprise,{one}公司,工业,中型\n" for one in ("E1", "E2", "E3"))
    filed(folder, f"entity,type,name,standard_class,standard_size\n{rows}", form="entities")
    case = yaml.safe_load((SHIPPED / "tests" / "financial_2006.yaml").read_text(encoding="utf-8"))[0]["given"]
    rows = "entity,measure,period,value,basis\n"
    for given in case:
        period = given["period"]
        for name, value in given.items():
            if name not in ("enterprise", "period"):
                rows += f"E1,{name},{period},{value},audited\n"
                times = 3 if name in _PROFITS and period == "2006-Q4" else 1
                rows += f"E2,{name},{period},{value * times},audited\n"
    filed(folder, rows)
    book = (SHIPPED / "sample" / "standards_2006_industry_medium.csv").read_bytes()
    entered(folder, "standard", book, name="book.csv", actor="tester")
    return folder


def carded(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """The space of `register_homes` with cards beside its own: `ranked` until 2026, `next_year`, and `term`; figures of
    2024, and of 2025 on both bases."""
    pack = write_pack(folder.parent / "marks", {**register_homes.FILES, "scorecards/more.yaml": MORE, **(files or {})})
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    filed(folder, register_homes.ENTITIES, form="entities", name="entities.csv")
    filed(folder, "link,from,to\nparent,A,D\nparent,B,D\nparent,A1,A\n", form="links", name="links.csv")
    filed(folder, register_homes.FIGURES, name="figures.csv")
    filed(folder, BEFORE, name="before.csv")
    return folder


def lettered(folder: Path) -> Path:
    """The same with letters of A and B by `signed`, one line confirmed, ratings by two experts, the panel closed."""
    carded(folder)
    entered(folder, "letter", LETTER, name="letters.csv")
    entered(folder, "confirmation", CONFIRMED, name="confirmed.csv")
    typed(folder, "panel", {"scorecard": "signed", "period": "2025", "state": "open"})
    for entity, one, other in (("A", "good", "0.9"), ("B", "fair", "fair")):
        for rater, rating in (("x", one), ("y", other)):
            typed(folder, "rating", {
                "scorecard": "signed", "period": "2025", "entity": entity, "key": "talk", "rater": rater,
                "rating": rating,
            })  # fmt: skip
    typed(folder, "panel", {"scorecard": "signed", "period": "2025", "state": "closed"})
    return folder


def typed(folder: Path, kind: str, *rows: dict[str, str], **more: Any) -> dict[str, Any]:
    """The receipt of rows that were typed."""
    return asked(folder, "enter_register", kind=kind, rows=list(rows), **more)
