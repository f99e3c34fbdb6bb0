"""Comparative columns (年初余额, 上年同期): figures of earlier periods that are stated again, against those that stand.

One that differs is told as a warning: it may be a restatement, and it may be a slip that rewrites a closed year.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hengjian.app.batch import place_of
from hengjian.app.desk import Desk
from hengjian.intake.text import normal
from hengjian.model.cut import BASES
from hengjian.model.filing import ObservationRow, Row
from hengjian.model.issue import Issue
from hengjian.model.period import Period


def restated(desk: Desk, form: str, rows: Iterable[Row]) -> list[Issue]:
    """A warning for each comparative figure of one file that is not the one that stands. Nothing of it may be staged.

    It is held against the most trusted basis that is stated, but never against a lesser one than its own: an audit
    may well differ from a quick report.
    """
    declared = desk.programme().catalogue.forms.get(normal(form))
    if declared is None or not declared.has_comparatives:
        return []
    earlier = _of_earlier_periods([row for row in rows if isinstance(row, ObservationRow)])
    issues: list[Issue] = []
    told: set[int] = set()
    for basis in reversed(BASES):
        asked = [(at, row) for at, row in enumerate(earlier) if BASES.index(row.basis) <= BASES.index(basis)]
        held = desk.store.values_now([replace(row, basis=basis) for _, row in asked])
        for (at, row), value in zip(asked, held, strict=True):
            if at in told or value is None or math.isnan(value):
                continue
            told.add(at)
            if row.value != value:
                issues.append(_issue(row, value, replaces=basis == row.basis))
    return issues


def _of_earlier_periods(rows: Sequence[ObservationRow]) -> list[ObservationRow]:
    """What is not of the last period that the file states of its entity."""
    last: dict[str, Period] = {}
    for row in rows:
        last[row.entity] = max(row.period, last.get(row.entity, row.period))
    return [row for row in rows if row.period < last[row.entity]]


def _issue(row: ObservationRow, held: float, *, replaces: bool) -> Issue:
    where = f"{row.entity} {row.period}"
    stands = f"{held:.15g}"
    if row.value is None:
        message = f"{where}: {row.measure} stands as {stands}, and is withdrawn here"
    else:
        message = f"{where}: {row.measure} stands as {stands}, and is {row.value:.15g} here"
    if replaces:
        hint = "mend it, unless that period was restated: it takes the place of what was filed for it"
    else:
        hint = "mend it, unless that period was restated: what was filed for it on a better basis still counts"
    return Issue(place=place_of(row), message=message, hint=hint, severity="warning")
