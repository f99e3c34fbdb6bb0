"""Histories for back-tests: who states what of which period, and since when each statement was known.

Enterprises report balances each quarter, mostly some months after its end. Some decline for a while before something
happens to them. Some report late, some state a figure anew long after, which alone shows what was wrong at the time,
and some take a statement back. They are made by a seed, so that a history is the same wherever it is made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from warned_homes import WARNED, filed, set_today, warned

RULES = """\
debt_levels:
  label: {zh: 负债率分级, en: Debt by levels}
  type: enterprise
  levels: {red: debt_ratio > 80%, yellow: debt_ratio > 70%}
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
slow_to_clear:
  label: {zh: 慢解除, en: Slow to clear}
  type: enterprise
  levels: {orange: debt_ratio > 75%}
  clear: debt_ratio < 60%
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
persistent:
  label: {zh: 持续, en: Persistent}
  type: enterprise
  levels: {yellow: debt_ratio > 70%}
  persists: {in: 2, of: 3}
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
lacking:
  label: {zh: 缺报, en: Lacking}
  type: enterprise
  levels: {yellow: debt_ratio > 70%}
  unknown: blue
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
growing:
  label: {zh: 增长, en: Growing}
  type: enterprise
  levels: {red: "total_liabilities > prior(total_liabilities, 2) and debt_ratio > 50%"}
  source: by hand
  message: {zh: "{debt_ratio:%}", en: "{debt_ratio:%}"}
"""
PACK = {**WARNED, "rules/debt.yaml": RULES}
TODAY = "2026-03-31"
PERIODS = tuple(f"{year}-Q{quarter}" for year in range(2019, 2023) for quarter in (1, 2, 3, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One cell as it was stated: `value` None takes it back; `known` is the day since when the statement was."""

    entity: str
    measure: str
    period: str
    value: float | None
    known: date


def end_of(period: str) -> date:
    return date(int(period[:4]), 3 * int(period[-1]), 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`statements` in the order in which they are filed, and `events` as (entity, day)."""

    statements: tuple[Statement, ...]
    events: tuple[tuple[str, date], ...]

    def labels(self) -> dict[str, object]:
        lines = [f"{entity},{day}" for entity, day in self.events]
        return {"name": "events.csv", "data": "\n".join(["entity,date", *lines]).encode()}


def history(seed: int, entities: int = 6) -> History:
    """Every third enterprise declines in 2020 and something happens to it in 2021; the others stay as they are."""
    random = Random(seed)
    statements: list[Statement] = []
    events = []
    for number in range(entities):
        entity = f"H{number}"
        declines = number % 3 == 0
        if declines:
            events.append((entity, date(2021, 3, 1) + timedelta(random.randrange(200))))
        for period in PERIODS:
            end = end_of(period)
            debt = 45 + random.random() * 20 + (random.random() * 40 if declines and 2020 <= end.year <= 2021 else 0)
            known = end + timedelta(30 + random.randrange(60) + (300 if random.random() < 0.1 else 0))
            for measure, value in (("total_assets", 100.0), ("total_liabilities", round(debt, 2))):
                statements.append(Statement(entity=entity, measure=measure, period=period, value=value, known=known))
            if random.random() < 0.15:  # what was wrong at the time, and is known only years after
                later = known + timedelta(200 + random.randrange(700))
                statements.append(
                    Statement(entity=entity, measure="total_liabilities", period=period, value=95.0, known=later)
                )
            elif random.random() < 0.08:
                gone = known + timedelta(20 + random.randrange(300))
                statements.append(
                    Statement(entity=entity, measure="total_liabilities", period=period, value=None, known=gone)
                )
    return History(statements=tuple(statements), events=tuple(events))


def rounds(statements: Iterable[Statement]) -> list[list[Statement]]:
    """Filings in which no cell stands twice: what is stated of a cell for the n-th time stands in the n-th."""
    count: dict[tuple[str, str, str], int] = defaultdict(int)
    found: dict[int, list[Statement]] = defaultdict(list)
    for one in statements:
        place = one.entity, one.measure, one.period
        found[count[place]].append(one)
        count[place] += 1
    return [found[place] for place in sorted(found)]


def text_of(statements: Sequence[Statement]) -> str:
    lines = [
        f"{one.entity},{one.measure},{one.period},{'#withdrawn' if one.value is None else one.value},{one.known}"
        for one in statements
    ]
    return "\n".join(["entity,measure,period,value,known_from", *lines]) + "\n"


def kept(folder: Path, statements: Sequence[Statement], pack: Mapping[str, str] = PACK) -> Path:
    """A space in which a history is filed as an archive, whose rows claim their days."""
    home = warned(folder, pack)
    set_today(home, TODAY)
    entities = sorted({one.entity for one in statements})
    filed(
        home, "entity,type,name\n" + "".join(f"{one},enterprise,Co {one}\n" for one in entities), form="entities",
        known_from="2010-01-01",
    )  # fmt: skip
    for part in rounds(statements):
        filed(home, text_of(part))
    return home
