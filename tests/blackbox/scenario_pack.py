"""A pack beside `operation` in which enterprises stand for one another, and one stress."""

from pathlib import Path

_FILES = {
    "pack.yaml": "name: played\nversion: 1.0.0\nlicence: Apache-2.0\nlabel: {zh: 演练, en: Played}\n"
    "requires: [operation]\n",
    "types.yaml": "guarantees:\n  label: {zh: 担保, en: Guarantees}\n  from: enterprise\n  to: enterprise\n"
    "  attributes:\n    amount: {kind: number, label: {zh: 担保余额, en: Amount outstanding}}\n",
    "parameters.yaml": "lost: {label: {zh: 损失率, en: Lost}, unit: ratio, values: "
    "[{from: 2000-01-01, source: 自定, value: 1}]}\n",
    "networks.yaml": "guarantees: {label: {zh: 担保, en: Guarantees}, link: guarantees, amount: amount, unit: 万元, "
    "buffer: quick_total_equity, loss: lost, source: 自定}\n",
    "stresses.yaml": "income_down:\n  label: {zh: 收入下降, en: Income falls}\n"
    "  parameters: {fall: {label: {zh: 降幅, en: Fall}, unit: '%', value: 30}}\n"
    "  measures: {quick_operating_income: quick_operating_income * (1 - fall), "
    "quick_total_equity: quick_total_equity - quick_operating_income * fall}\n  source: 自定\n",
}
GUARANTEES = "link,from,to,amount\nguarantees,G01,G02,5000\nguarantees,G02,G03,3000\nguarantees,G03,G02,1000\n"


def scenario_pack(folder: Path) -> Path:
    """The pack's folder."""
    folder.mkdir(parents=True)
    for name, text in _FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
