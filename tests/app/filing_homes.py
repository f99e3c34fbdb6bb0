"""Spaces of the tiny pack with three forms: a wide one with a deadline, one without, and one of several sheets."""

from collections.abc import Mapping
from pathlib import Path

from homes import PACK, asked, filed, made, write_pack

FORMS = """\
short_balance:
  label: {zh: 资产负债简表, en: Short balance sheet}
  type: enterprise
  frequency: quarter
  unit: 元
  due: 30
  checks: [solvent, free_assets]
  sheets:
    - wide:
        - {is: entity, title: {zh: 单位, en: Entity}}
        - {is: period, title: {zh: 季度, en: Quarter}}
        - {measure: total_assets}
        - {measure: total_liabilities}
        - {measure: pledged_assets}
balance:
  label: {zh: 资产负债表, en: Balance sheet}
  type: enterprise
  frequency: quarter
  unit: 元
  due: 30
  checks: []
  sheets:
    - name: {zh: 资产负债表, en: Balance sheet}
      header: 4
      cells: {entity: B2, period: B3}
      items:
        title: {zh: 项目, en: Item}
        columns:
          - {title: {zh: 期末余额, en: Closing balance}}
          - {title: {zh: 年初余额, en: Opening balance}, period: year_start}
        rows:
          - {measure: total_assets}
          - {measure: total_liabilities}
register:
  label: {zh: 资产台账, en: Register of assets}
  type: enterprise
  frequency: quarter
  checks: []
  sheets:
    - wide:
        - {is: entity, title: {zh: 单位, en: Entity}}
        - {is: period, title: {zh: 季度, en: Quarter}}
        - {measure: 资产(合计)}
"""
FORMED: Mapping[str, str] = {**PACK, "forms/forms.yaml": FORMS}
TITLE = "单位,季度,total assets,total liabilities,pledged assets\n"


def formed(folder: Path, *, today: str | None = None) -> Path:
    """A space of that pack that knows E1 and E2, with a day of its own."""
    pack = write_pack(folder.parent / "pack-of-forms", FORMED)
    home = made(folder, pack)
    if today is not None:
        with (home / "hengjian.toml").open("a", encoding="utf-8") as file:
            file.write(f'today = "{today}"\n')
    return home


def figures(*lines: str) -> str:
    """A file of the form `short_balance`."""
    return TITLE + "".join(f"{line}\n" for line in lines)


__all__ = ["FORMED", "FORMS", "TITLE", "asked", "figures", "filed", "formed"]
