"""Spaces whose pack restricts a measure, an attribute, and a type; with persons who may read them, and who may not."""

from collections.abc import Mapping
from pathlib import Path

from homes import asked, filed, write_pack

from hengjian.app import packs

TODAY = "2026-03-31"
PACK = """\
name: pay
version: 0.1.0
licence: Apache-2.0
label: {zh: 薪酬, en: Pay}
"""
TYPES = """\
enterprise:
  label: {zh: 企业, en: Enterprise}
  attributes:
    industry: {kind: text, label: {zh: 行业, en: Industry}}
    band: {kind: text, label: {zh: 薪酬档, en: Pay band}, restricted: "true"}
natural_person:
  label: {zh: 自然人, en: Natural person}
  restricted: "true"
"""
_MEASURE = (
    "{{label: {{zh: {0}, en: {0}}}, type: enterprise, unit: CNY, period_type: instant, frequency: quarter,"
    " source: by hand{1}}}"
)
MEASURES = "".join(
    f"{name}: {_MEASURE.format(name, more)}\n"
    for name, more in (("pay", ', restricted: "true"'), ("income", ""), ("cost", ""))
)
_FORMULA = "{{label: {{zh: {0}, en: {0}}}, type: enterprise, unit: {1}, source: by hand, formula: {2}{3}}}"
INDICATORS = "".join(
    f"{name}: {_FORMULA.format(name, unit, formula, more)}\n"
    for name, unit, formula, more in (
        ("margin", "CNY", "income - cost", ""),
        ("pay_share", "ratio", "pay / income", ""),
        ("pay_rank", "ratio", '"rank(pay_share, within: all, at_least: 1)"', ""),
        ("pay_of_all", "CNY", '"total(pay, over: children)"', ', restricted: "false", reason: by order 1'),
        ("own_and_all", "CNY", "pay_of_all + income", ""),
        ("banded", "CNY", """'if(band = "high", income, cost)'""", ""),
        ("secret", "CNY", "income * 3", ', restricted: "true"'),
    )
)
RULES = """\
much_pay:
  label: {zh: 薪酬高, en: Much pay}
  type: enterprise
  when: pay > income
  level: red
  source: by hand
  message: {zh: "薪酬 {pay} 超过 {income}", en: "pay {pay} over {income}"}
  opens: mending
  days: 30
loss:
  label: {zh: 亏损, en: Loss}
  type: enterprise
  when: margin < 0
  level: blue
  source: by hand
  message: {zh: "亏损 {margin}", en: "Loss {margin}"}
pay_in_all:
  label: {zh: 合计薪酬高, en: Much pay in all}
  type: enterprise
  when: pay_of_all > income
  level: blue
  source: by hand
  message: {zh: "合计 {pay_of_all}", en: "In all {pay_of_all}"}
"""
CHECKS = """\
paid:
  label: {zh: 薪酬不超过成本, en: no more pay than cost}
  type: enterprise
  holds: pay <= cost
  severity: warning
  source: by hand
  message: {zh: "薪酬 {pay} 超过成本", en: "{pay} paid"}
"""
WORKFLOW = """\
mending:
  label: {zh: 处置, en: Mending}
  source: by hand
  states: {open: {label: {zh: 待处置, en: Open}}, closed: {label: {zh: 已办结, en: Closed}, final: "true"}}
  transitions: {close: {label: {zh: 办结, en: Close}, from: [open], to: closed}}
"""
RESTRICTED: Mapping[str, str] = {
    "pack.yaml": PACK, "types.yaml": TYPES, "measures.yaml": MEASURES, "indicators/all.yaml": INDICATORS,
    "rules/all.yaml": RULES, "checks.yaml": CHECKS, "workflows/mending.yaml": WORKFLOW,
}  # fmt: skip
#: G has the branches A and B; Zhang Wei and Wu Min hold shares of A.
ENTITIES = """\
entity,type,name,industry,band
G,enterprise,集团,power,low
A,enterprise,甲,power,high
B,enterprise,乙,trade,middle
P-ZHANG,natural_person,张伟,,
P-WU,natural_person,吴敏,,
"""
LINKS = "link,from,to,share\nparent,A,G,\nparent,B,G,\nowns,G,A,0.6\nowns,P-ZHANG,A,0.3\nowns,P-WU,A,0.1\n"
#: Each figure stands once only, so that it can be told where it comes from.
FIGURES: Mapping[tuple[str, str], int] = {
    ("G", "pay"): 71_000_003, ("G", "income"): 1_000_019, ("G", "cost"): 300_007,
    ("A", "pay"): 72_000_017, ("A", "income"): 2_000_033, ("A", "cost"): 2_100_001,
    ("B", "pay"): 73_000_001, ("B", "income"): 3_000_029, ("B", "cost"): 500_009,
}  # fmt: skip
PERIOD = "2025-Q4"
STAFF = (
    ("vera", "viewer", None), ("otto", "officer", None), ("rita", "reporter", "A"), ("axel", "auditor", None),
    ("arno", "archivist", None), ("vito", "viewer", "A"), ("adam", "administrator", None),
)  # fmt: skip


def paid(folder: Path, pack: Mapping[str, str] = RESTRICTED) -> Path:
    """The space before it has persons."""
    home, source = folder, write_pack(folder.parent / f"{folder.name}-pack", pack)
    packs.init({"space": str(home), "packs": [str(source)], "name": "home", "actor": "tester"})
    filed(home, ENTITIES, form="entities", name="entities.csv")
    toml = home / "hengjian.toml"
    toml.write_text(f'today = "{TODAY}"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    filed(home, LINKS, form="links", name="links.csv")
    lines = (f"{entity},{measure},{PERIOD},{figure}\n" for (entity, measure), figure in FIGURES.items())
    filed(home, "entity,measure,period,value\n" + "".join(lines), name="figures.csv")
    return home


def staffed(home: Path) -> Path:
    """The same with persons: `STAFF`, each with a role at a node or for the whole space."""
    for person, role, node in STAFF:
        asked(home, "enrol", person=person, name=person.title())
        asked(home, "give_role", person=person, role=role, node=node)
    return home


def size(home: Path) -> int:
    """How many entries there are."""
    return int(asked(home, "status")["size"])
