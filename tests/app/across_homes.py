"""Spaces of the pack whose formulas reach across, made in this process."""

from collections.abc import Mapping
from pathlib import Path

from group_pack import COURSE, CUTS, ENTITIES, GROUP, LINKS, MONTHS, OTHERS, OUTPUT
from homes import filed, write_pack
from warned_homes import set_today

from hengjian.app import packs

#: A formula of which the newer version is another one than the pack says.
DATED = """\
debt_ratio:
  label: {zh: 负债率, en: debt ratio}
  type: enterprise
  unit: ratio
  versions:
    - {from: 2010-01-01, source: Method 1, formula: debts / assets}
    - {from: 2019-10-01, source: Method 3, formula: "round(debts / assets, 1)"}
"""


def across(folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """The realm of the pack with all that it filed."""
    pack = write_pack(folder.parent / "across-pack", {**GROUP, **(more or {})})
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    set_today(folder, "2020-02-01")
    filed(folder, ENTITIES, form="entities")
    filed(folder, LINKS, form="links")
    filed(folder, COURSE, OTHERS, MONTHS, form="wide")
    filed(folder, CUTS, OUTPUT)
    return folder


def indicator(name: str, kind: str, unit: str, formula: str) -> str:
    """The declaration of one more indicator."""
    return (
        f"{name}:\n  label: {{zh: {name}, en: {name}}}\n  type: {kind}\n  unit: {unit}\n  source: by hand\n"
        f"  formula: '{formula}'\n"
    )
