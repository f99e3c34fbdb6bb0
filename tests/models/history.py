"""A synthetic history of enterprises that fail, and of those that do not: a pack, filings by year, and what happened.

Each enterprise has a latent strain that wanders from year to year; its debt ratio rises with it and its return falls,
both with noise. After the strain of a year it fails within the next twelve months with a probability that rises with
it, and reports no more. Statements of a year become known on the 30th of April of the next one. Everything is drawn
from one seed.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PACK = """\
name: scored
version: 0.1.0
licence: Apache-2.0
label: {zh: 评分包, en: Scored}
requires: [base]
"""
_MEASURE = """\
{name}:
  label: {{zh: {zh}, en: {en}}}
  type: enterprise
  unit: 万元
  period_type: {kind}
  frequency: year
  source: by hand
"""
MEASURES = "".join(
    _MEASURE.format(name=name, zh=zh, en=en, kind=kind)
    for name, zh, en, kind in (
        ("total_assets", "资产", "Assets", "instant"), ("total_liabilities", "负债", "Debts", "instant"),
        ("net_profit", "净利润", "Profit", "duration"),
    )
)  # fmt: skip
PARAMETERS = """\
unit_of_assets:
  label: {zh: 资产的单位, en: Unit of assets}
  unit: 万元
  values: [{from: 1949-01-01, source: by hand, value: 1}]
"""
INDICATORS = """\
debt_ratio:
  label: {zh: 资产负债率, en: Debt ratio}
  type: enterprise
  unit: ratio
  source: by hand
  formula: total_liabilities / total_assets
return_on_assets:
  label: {zh: 资产报酬率, en: Return on assets}
  type: enterprise
  unit: "%"
  source: by hand
  formula: net_profit / total_assets
size:
  label: {zh: 规模, en: Size}
  type: enterprise
  unit: times
  source: by hand
  formula: log(total_assets / unit_of_assets)
"""
MODEL = """\
{name}:
  label: {{zh: 失败评分, en: Score of failure}}
  type: enterprise
  outcome: {{zh: 十二个月内失败, en: Failure within twelve months}}
  method: {method}
  horizon: 12
  seed: 7
  advisory: {{zh: 仅供参考，不作评级, en: Advisory. Never a grade by itself}}
  source: by hand
  inputs: {{{inputs}}}
"""
INPUTS = "debt_ratio: up, return_on_assets: down, size: free"
FILES: Mapping[str, str] = {
    "pack.yaml": PACK, "measures.yaml": MEASURES, "parameters.yaml": PARAMETERS, "indicators/all.yaml": INDICATORS,
    "models/line.yaml": MODEL.format(
        name="failure_line", method="logistic", inputs="size: free, return_on_assets: down, debt_ratio: up"
    ),
    "models/trees.yaml": MODEL.format(name="failure", method="average", inputs=INPUTS),
}  # fmt: skip
FIRST, LAST = 2012, 2019


@dataclass(frozen=True)
class History:
    """`filings`: by year the table of its statements, known from the day beside it; `labels`: what happened;
    `strain`: of each enterprise still there at the last year."""

    entities: str
    filings: Mapping[int, tuple[str, str]]
    labels: str
    strain: Mapping[str, float]


def write_pack(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """The pack as a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def history(count: int = 150, seed: int = 3) -> History:
    """So many enterprises."""
    lots = np.random.default_rng(seed)
    strain = lots.normal(0.0, 1.0, count)
    there = np.ones(count, dtype=bool)
    names = [f"E{place:03d}" for place in range(count)]
    filings, events = {}, []
    for year in range(FIRST, LAST + 1):
        strain = 0.8 * strain + lots.normal(0.0, 0.6, count)
        text = io.StringIO("entity,period,total_assets,total_liabilities,net_profit\n")
        text.seek(0, io.SEEK_END)
        for place in np.flatnonzero(there).tolist():
            text.write(",".join(_statement(names[place], year, float(strain[place]), lots)) + "\n")
        filings[year] = (text.getvalue(), f"{year + 1}-04-30")
        fails = there & (lots.random(count) < 1 / (1 + np.exp(-(2.5 * strain - 4.5))))
        events += [(names[place], f"{year + 1}-{lots.integers(5, 13):02d}-15") for place in np.flatnonzero(fails)]
        there &= ~fails
    return History(
        entities="entity,type,name\n" + "".join(f"{one},enterprise,企业{one}\n" for one in names), filings=filings,
        labels="entity,date\n" + "".join(f"{name},{day}\n" for name, day in events),
        strain={names[place]: float(strain[place]) for place in np.flatnonzero(there).tolist()},
    )  # fmt: skip


def _statement(name: str, year: int, strain: float, lots: np.random.Generator) -> Iterator[str]:
    assets = float(np.exp(lots.normal(9.0, 0.8)))
    ratio = 0.55 + 0.12 * strain + lots.normal(0.0, 0.06)
    profit = 0.05 - 0.04 * strain + lots.normal(0.0, 0.03)
    yield from (name, str(year), f"{assets:.2f}", f"{assets * ratio:.2f}")
    yield "" if lots.random() < 0.05 else f"{assets * profit:.2f}"
