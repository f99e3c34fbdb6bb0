"""Spaces of the tiny pack whose enterprises are of several types: some are utilities, and some of those water works."""

from pathlib import Path

from filing_homes import FORMS
from homes import CHECKS, TITLES, asked, filed, made, write_pack
from warned_homes import WARNED, set_today

TYPES = """\
utility:
  label: {zh: 公用事业企业, en: Utility}
  extends: enterprise
  attributes:
    network: {kind: text, label: {zh: 管网, en: Network}}
water:
  label: {zh: 水务企业, en: Water works}
  extends: utility
park:
  label: {zh: 园区, en: Park}
guarantees:
  label: {zh: 担保, en: Guarantees}
  from: enterprise
  to: enterprise
"""
MEASURES = """\
leakage:
  label: {zh: 漏损量, en: Leakage}
  type: utility
  unit: m3
  period_type: duration
  frequency: quarter
  source: meter
"""
INDICATORS = """\
leak_share:
  label: {zh: 单位资产漏损, en: Leakage by assets}
  type: utility
  unit: m3/CNY
  source: by hand
  formula: leakage / total_assets
"""
FORM = """\
leaks:
  label: {zh: 漏损表, en: Leaks}
  type: utility
  frequency: quarter
  due: 30
  sheets:
    - wide:
        - {is: entity, title: {zh: 单位, en: Entity}}
        - {is: period, title: {zh: 季度, en: Quarter}}
        - {measure: leakage}
        - {measure: total_assets}
"""
PAGES = """\
all:
  label: {zh: 总览, en: All}
  type: enterprise
  columns: [debt_ratio]
pipes:
  label: {zh: 管网, en: Pipes}
  type: utility
  columns: [leak_share, debt_ratio]
"""
ENTITIES = """\
entity,type,name,industry,network
W1,water,Water One,power,north
U1,utility,Utility One,,
P1,park,A park,,
"""


def of_types(folder: Path) -> Path:
    """E1 and E2 are enterprises, U1 a utility, W1 a water works; all but E2 have filed."""
    pack = {
        **WARNED, "checks.yaml": CHECKS, "forms/forms.yaml": FORMS, "forms/leaks.yaml": FORM, "pages/pages.yaml": PAGES,
        "indicators/leaks.yaml": INDICATORS, "types.yaml": WARNED["types.yaml"] + TYPES,
        "measures.yaml": WARNED["measures.yaml"] + MEASURES,
    }  # fmt: skip
    home = made(folder, write_pack(folder.parent / "pack-of-types", pack))
    set_today(home, "2026-02-09")
    filed(home, ENTITIES, form="entities")
    short = "单位,季度,total assets,total liabilities,pledged assets\n"
    filed(home, f"{short}E1,2025-Q4,200,100,\nW1,2025-Q4,100,74,\nU1,2025-Q4,100,90,\n", form="short_balance")
    filed(home, TITLES + "W1,leakage,2025-Q4,5\n")
    return home


__all__ = ["TITLES", "asked", "filed", "of_types"]
