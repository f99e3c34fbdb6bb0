"""A pack with two forms, as files, and its catalogue."""

from collections.abc import Mapping

from hengjian.load import load_pack
from hengjian.load.catalogue import assemble
from hengjian.model.declaration import Catalogue

MEASURE = (
    "{name}: {{label: {{zh: {zh}, en: {en}}}, type: enterprise, unit: {unit}, period_type: {kind}, "
    "frequency: {often}, source: 财会〔2019〕6号}}\n"
)
MEASURES = [
    ("total_assets", "资产总计", "Total assets", "CNY", "instant", "quarter"),
    ("total_liabilities", "负债合计", "Total liabilities", "CNY", "instant", "quarter"),
    ("net_profit", "净利润", "Net profit", "CNY", "duration", "quarter, cumulative: year"),
    ("revenue_m", "营业收入", "Revenue", "CNY", "duration", "month, cumulative: year"),
    ("headcount_m", "平均职工人数", "Average headcount", "person", "instant", "month"),
    ("occupancy_m", "出租率", "Occupancy", '"%"', "instant", "month"),
]
FORMS = """\
quick_report:
  label: {zh: 财务快报, en: Quick report}
  type: enterprise
  frequency: month
  unit: 万元
  sheets:
    - wide:
        - {is: entity, title: {zh: 单位, en: Entity}}
        - {is: period, title: {zh: 月份, en: Month}}
        - {is: scope, title: {zh: 口径, en: Scope}}
        - {measure: revenue_m, aliases: [营业总收入], title: {zh: 营业收入, en: Revenue}}
        - {measure: headcount_m}
        - {measure: occupancy_m}
      ignored: [备注]
statements:
  label: {zh: 财务报表, en: Statements}
  type: enterprise
  frequency: quarter
  unit: 万元
  basis: audited
  checks: [solvent]
  sheets:
    - name: {zh: 资产负债表, en: Balance sheet}
      aliases: [资产负债表（合并）]
      header: 5
      cells: {entity: B2, period: B3, unit: D3, scope: D2}
      ignored: [行次, 单位负责人]
      items:
        title: {zh: 项目, en: Item}
        aliases: [资产, 负债]
        columns:
          - {title: {zh: 期末余额, en: Closing balance}}
          - {title: {zh: 年初余额, en: Opening balance}, period: year_start}
        rows:
          - {title: {zh: 资产类, en: Assets}}
          - {measure: total_assets, title: {zh: 资产总计, en: Total assets}, aliases: [资产合计]}
          - {measure: total_liabilities}
    - name: {zh: 利润表, en: Income statement}
      header: 2
      items:
        title: {zh: 项目, en: Item}
        columns:
          - {title: {zh: 本期金额, en: This period}}
          - {title: {zh: 上年同期, en: A year ago}, period: year_ago}
        rows:
          - {measure: net_profit}
"""
FILES = {
    "pack.yaml": "name: district\nversion: 1.0.0\nlicence: MIT\nlabel: {zh: 区, en: District}\nrequires: [base]\n",
    "measures.yaml": "".join(
        MEASURE.format(name=name, zh=zh, en=en, unit=unit, kind=kind, often=often)
        for name, zh, en, unit, kind, often in MEASURES
    ),
    "checks.yaml": "solvent: {label: {zh: 不资不抵债, en: Solvent}, type: enterprise, severity: warning, "
    "source: house, holds: total_assets >= total_liabilities, message: {zh: 资不抵债, en: Insolvent}}\n",
    "forms/district.yaml": FORMS,
}


def catalogue(forms: str = FORMS, files: Mapping[str, str] = FILES) -> Catalogue:
    """What a pack of these forms declares, with these files beside them."""
    files = {"pack.yaml": FILES["pack.yaml"], **files, "forms/district.yaml": forms}
    pack, issues = load_pack({name: text.encode() for name, text in files.items()}, "d")
    assert pack is not None
    assert issues == (), "\n".join(map(str, issues))
    found, more = assemble([pack])
    assert found is not None
    assert more == (), "\n".join(map(str, more))
    return found
