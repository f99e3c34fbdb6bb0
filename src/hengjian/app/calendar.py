"""`calendar`: who is expected to file a form, for which periods, and who has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.forms import form_of, measures_of
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut, parse_stretch, stretch_of
from hengjian.app.question import known_entity
from hengjian.app.wire import Answer
from hengjian.model.cut import Cut
from hengjian.model.declaration import Measure
from hengjian.model.filing import filing_id
from hengjian.model.form import Form
from hengjian.model.issue import refuse
from hengjian.model.period import Frequency, Period, period_of
from hengjian.store import Filed

#: So many periods are shown where none is asked for.
RECENT: Mapping[Frequency, int] = {"day": 31, "month": 12, "quarter": 8, "half": 6, "year": 5}
#: And at most so many where some are.
LONGEST = 400
#: From the best to what presses most.
STATES = ("on_time", "late", "missing", "due", "not_expected")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A period of the calendar, its last day, and the last day on which it is filed in time."""

    period: Period
    end: date
    deadline: date | None


def calendar(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A form's filers and periods (the latest that have ended, or those of `period` or `year`), each pair with a state.

    Expected is whoever has ever filed one of the form's measures, from the first period that it filed on. A period is
    `on_time` or `late` by the day on which it was first known, else `missing` once the deadline has passed and `due`
    before, seen from the space's today (or `as_of`); where today is set back, nothing was filed after it. Without a
    declared deadline nothing is late, and what was not filed stays due. An entity of the form's type that never filed
    is marked `never`. Only those whom the reader sees are there, and counted; `cut` where there may be others.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    catalogue = desk.programme(cut.known_at).catalogue
    form = form_of(catalogue, question["form"])
    today = cut.as_of or desk.config.current_day()
    periods = _periods(form, question, today)
    begun, filed = _filed(desk, form, [catalogue.measures[name] for name in measures_of(form)], cut, periods)
    columns = [_Column(period=one, end=one.end, deadline=deadline_of(form, one)) for one in periods]
    names = desk.names(cut, today)
    asked = question.get("entity") and known_entity(desk, question["entity"])
    filers = [
        {
            "entity": entity,
            "name": names.get(entity, entity),
            "never": ordinal not in begun,
            "cells": [_cell(one, filed.get((ordinal, one.period.index)), begun.get(ordinal), today) for one in columns],
        }
        for ordinal, entity in desk.store.entities_of(catalogue.family(form.type))
        if entity in desk.sight and (not asked or entity == asked)
    ]
    return {
        "form": form.name, "label": form.label.record(), "frequency": form.frequency, "due": form.due,
        "today": today.isoformat(), "periods": [_period(column, filers, at) for at, column in enumerate(columns)],
        "filers": filers, **mark(desk.sight),
    }  # fmt: skip


def deadline_of(form: Form, period: Period) -> date | None:
    """The last day on which a period is filed in time; None where the form declares none."""
    if form.due is None:
        return None
    try:
        return period.end + timedelta(days=form.due)
    except OverflowError:  # the end of the calendar
        return date.max


def _periods(form: Form, question: Mapping[str, Any], today: date) -> list[Period]:
    """The periods to show, oldest first."""
    text = question.get("period") or question.get("year")
    last = period_of(today, form.frequency)
    if text is None:
        last = last if last.end <= today else last.shift(-1)
        return [last.shift(-back) for back in reversed(range(RECENT[form.frequency]))]
    stretch = parse_stretch(str(text))
    found = stretch_of(form.frequency, stretch, single=False)
    if found is None:
        raise refuse(f"{form.name} has no period {text!r}", f"it is filed by {form.frequency}")
    first, last = found
    if last.index - first.index >= LONGEST:
        raise refuse(f"{text!r} has more than {LONGEST} periods", "ask for a shorter stretch")
    return [first.shift(step) for step in range(last.index - first.index + 1)]


def _filed(
    desk: Desk, form: Form, measures: Sequence[Measure], cut: Cut, periods: Sequence[Period]
) -> tuple[dict[int, int], dict[tuple[int, int], Filed]]:
    """The first period of each ordinal, and what is filed of each ordinal and period.

    The measures of a form may lie in several tables. Where the space's today is set back, nothing was filed after it.
    """
    begun: dict[int, int] = {}
    filed: dict[tuple[int, int], Filed] = {}
    today = desk.config.current_day()
    window = periods[0].index, periods[-1].index
    for first, found in desk.store.filed(measures, form.name if form.has_comparatives else None, cut, window):
        for ordinal, period in first.items():
            begun[ordinal] = min(period, begun.get(ordinal, period))
        for one in found:
            key = one.ordinal, one.period
            known = filed[key] = _joined(filed.get(key, one), one)
            if known.first > today:
                filed[key] = replace(known, first=today)
    return begun, filed


def _joined(one: Filed, other: Filed) -> Filed:
    """What two tables know of one entity and period."""
    if one is other:
        return one
    first = min((one, other), key=lambda known: known.first)
    filings, entry = max(one.filings, other.filings), max(one.entry, other.entry)
    return replace(first, filings=filings, entry=entry)


def _cell(column: _Column, filed: Filed | None, begun: int | None, today: date) -> Answer:
    period, deadline = column.period, column.deadline
    if filed is not None:
        days = 0 if deadline is None else max(0, (filed.first - deadline).days)
        return {
            "state": "late" if days else "on_time", "days": days, "first": filed.first.isoformat(),
            "claimed": filed.claimed, "filings": filed.filings, "entry": filed.entry, "filing": filing_id(filed.entry),
        }  # fmt: skip
    nothing = {"first": None, "claimed": False, "filings": 0, "entry": None, "filing": None}
    if begun is None or period.index < begun or column.end > today:
        return {"state": "not_expected", "days": 0, **nothing}
    days = 0 if deadline is None else max(0, (today - deadline).days)
    return {"state": "missing" if days else "due", "days": days, **nothing}


def _period(column: _Column, filers: Sequence[Answer], at: int) -> Answer:
    states = [filer["cells"][at]["state"] for filer in filers]
    return {
        "period": str(column.period), "end": column.end.isoformat(),
        "deadline": None if column.deadline is None else column.deadline.isoformat(),
        "counts": {state: states.count(state) for state in STATES},
    }  # fmt: skip
