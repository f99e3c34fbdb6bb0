"""Spaces of the tiny pack with rules and a workflow: what is filed there raises alerts, and those open cases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homes import ENTERPRISES, STATEMENT, TINY, TITLES, asked, at_desk, copied, filed, made, write_pack

RULES = """\
high_debt:
  label: {zh: 负债率超红线, en: Debt above the red line}
  type: enterprise
  when: debt_ratio > red_line
  level: red
  source: Notice 1 of 2021, article 2
  message: {zh: "负债率 {debt_ratio:%}，红线 {red_line:%}", en: "Debt ratio {debt_ratio:%}, red line {red_line:%}"}
  opens: mending
  days: 30
loss:
  label: {zh: 亏损, en: Loss}
  type: enterprise
  when: net_profit < 0
  level: blue
  source: by hand
  message: {zh: "净利润 {net_profit}", en: "Profit {net_profit}"}
growing_debt:
  label: {zh: 负债增加, en: Growing debt}
  type: enterprise
  when: total_liabilities > prior(total_liabilities) and total_liabilities > pledged_assets
  level: yellow
  source: by hand
  message: {zh: "负债 {total_liabilities}", en: "Debt {total_liabilities}"}
  opens: mending
  days: 60
"""
WORKFLOW = """\
mending:
  label: {zh: 预警处置, en: Mending}
  source: by hand
  states:
    open: {label: {zh: 待处置, en: Open}}
    handling: {label: {zh: 处置中, en: In hand}}
    closed: {label: {zh: 已办结, en: Closed}, final: true}
  transitions:
    accept: {label: {zh: 受理, en: Accept}, from: [open], to: handling}
    close: {label: {zh: 办结, en: Close}, from: [handling], to: closed, note: required}
"""
WARNED: Mapping[str, str] = {**TINY, "rules/debt.yaml": RULES, "workflows/mending.yaml": WORKFLOW}
TODAY = "2026-03-31"


def warned(folder: Path, pack: Mapping[str, str] = WARNED) -> Path:
    """A space that knows E1, a power company, and E2, a trader; its entries 0 to 2 are packs and these."""
    home = made(folder, write_pack(folder.parent / "warned-pack", pack))
    set_today(home, TODAY)
    return home


def set_today(home: Path, day: str) -> None:
    """Let the space's day be another."""
    file = home / "hengjian.toml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("today")]
    file.write_text("\n".join([f'today = "{day}"', *lines]) + "\n", encoding="utf-8")


def debt(entity: str, period: str, liabilities: object, assets: object = 100) -> str:
    """The lines of one balance."""
    return f"{entity},total_assets,{period},{assets}\n{entity},total_liabilities,{period},{liabilities}\n"


def file_debt(home: Path, entity: str, period: str, liabilities: object, **more: Any) -> dict[str, Any]:
    """File one balance; its receipt with the alerts that follow."""
    return filed(home, TITLES + debt(entity, period, liabilities), **more)


def standing(home: Path, **question: object) -> dict[tuple[str, str], dict[str, Any]]:
    """The alerts as they stand, by rule and entity."""
    return {(one["rule"], one["entity"]): one for one in asked(home, "alerts", **question)["alerts"]}


def size(home: Path) -> int:
    """How many entries there are."""
    return int(asked(home, "status")["size"])


__all__ = [
    "ENTERPRISES", "RULES", "STATEMENT", "TITLES", "TODAY", "WARNED", "WORKFLOW", "asked", "at_desk", "copied", "debt",
    "file_debt", "filed", "set_today", "size", "standing", "warned", "write_pack",
]  # fmt: skip
