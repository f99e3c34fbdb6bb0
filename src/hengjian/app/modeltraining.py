"""`train_model`: a learned score from filed history, entered as the next version of its name.

Gathering and entering need the desk; what lies between takes a while, and is done beside it.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.app.apart import Access
from hengjian.app.backtestlabels import Labels, read_labels
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft
from hengjian.app.modelrows import dated_rows, inputs_of, prediction_days, undated_rows
from hengjian.app.models import declaration_hash, known_model, versions_of
from hengjian.app.moment import parse_day
from hengjian.app.restricted import restrictions
from hengjian.app.wire import Answer
from hengjian.ledger.canonical import canonical
from hengjian.ledger.clock import rfc3339
from hengjian.model.cut import Cut
from hengjian.model.issue import refuse
from hengjian.model.learned import LearnedScore
from hengjian.model.period import Frequency
from hengjian.models.fitted import fitted_record
from hengjian.models.folds import FOLDS
from hengjian.models.recipe import METHODS, Learned, learn
from hengjian.models.rows import Rows
from hengjian.models.trees import library_version
from hengjian.supervise.backtest import Horizon
from hengjian.supervise.backtestcurve import area, calibration
from hengjian.supervise.backtestrecords import auc_record

EVERY: Mapping[str, Frequency] = {"year": "year", "half": "half", "quarter": "quarter", "month": "month"}
#: Of so many entities at least it must have happened, and of as many not: else a fold would have none.
LEAST = FOLDS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Gathered:
    score: LearnedScore
    rows: Rows
    labels: Labels
    declaration: str
    how: Mapping[str, object]


def train_model(access: Access, question: Mapping[str, Any]) -> Answer:
    """Learn the score `model` from history as it was known on the last day of each `every` (year) from `from` to `to`,
    against the events of the file `labels`; with `cross_section` of each entity once, against its outcome.

    The same history, labels and declarations give the same rows, and the same bits of what is fitted.
    """
    gathered = access.enter(lambda desk: _gather(desk, question))
    score, rows = gathered.score, gathered.rows
    learned = learn(rows.values, rows.outcomes, rows.groups(), score.inputs, score.method, score.seed)
    return access.enter(lambda desk: _enter(desk, gathered, learned))


def _gather(desk: Desk, question: Mapping[str, Any]) -> _Gathered:
    programme = desk.programme()
    score = known_model(programme, str(question["model"]))
    closed = sorted(restrictions(desk).figures & score.inputs.keys())
    if closed:
        message = f"the input {closed[0]!r} of {score.name} is restricted: what is learned from it would disclose it"
        raise refuse(message, "leave it out, or publish it: restricted: false, with the reason")
    if set(METHODS[score.method]) != {"logistic"}:
        library_version()  # refused before anything is gathered where it is not installed
    dated = not question.get("cross_section")
    if dated and question.get("period") is not None:
        raise refuse("--period names the period of a cross-section", "leave it out, or add --cross-section")
    seen = {one: kind for one, kind in desk.seen_types().items() if programme.catalogue.descends(kind, score.type)}
    labels = read_labels(question["labels"], seen, dated=dated)
    proven = bool(question.get("proven"))
    how: dict[str, object]
    if dated:
        days = _days(desk, score, question, proven=proven)
        events = {one.entity for one in labels.events}
        told = labels.named if len(labels.named) > len(events) else None
        rows = dated_rows(desk, programme, score, labels.events, days, told, proven=proven)
        how = {"every": question.get("every") or "year", "from": days[0].isoformat(), "to": days[-1].isoformat()}
    else:
        day = desk.config.current_day()
        found = inputs_of(desk, programme, score, Cut(proven=proven), period=question.get("period"))
        rows = undated_rows(found, labels.outcomes, day, len(score.inputs))
        how = {"period": question.get("period"), "on": day.isoformat()}
    _check_rows(rows)
    return _Gathered(
        score=score, rows=rows, labels=labels, declaration=declaration_hash(programme, score),
        how={**how, "cross_section": not dated, "proven": proven},
    )  # fmt: skip


def _days(desk: Desk, score: LearnedScore, question: Mapping[str, Any], *, proven: bool) -> list[date]:
    """The days of which is learned, each with its whole horizon behind it."""
    every = str(question.get("every") or "year")
    if every not in EVERY:
        raise refuse(f"--every {every!r} is no rhythm", f"write one of {', '.join(EVERY)}")
    known = desk.store.known(proven=proven)
    if not known.first:
        raise refuse("the space holds no figure", "file figures first: `hengjian submit`")
    start = _day(question, "from") or min(known.first.values())
    today = desk.config.current_day()
    end = _day(question, "to") or today
    if end > today:  # what has not happened by then would be learned as not having happened
        raise refuse(f"--to {end} is later than {today}", "nobody knows yet what will have happened: leave --to out")
    horizon = Horizon(months=score.horizon)
    days = [day for day in prediction_days(start, end, EVERY[every]) if horizon.after(day) <= end]
    if not days:
        message = f"from {start} to {end} there is no day whose {score.horizon} months have passed"
        raise refuse(message, "name an earlier --from or a later --to, or another --every")
    return days


def _day(question: Mapping[str, Any], name: str) -> date | None:
    text = question.get(name)
    return None if text is None else parse_day(str(text), f"--{name}")


def _check_rows(rows: Rows) -> None:
    failed = rows.failed
    for count, what in ((len(failed), "happened"), (len({*rows.entities} - failed), "did not")):
        if count < LEAST:
            message = f"it {what} to {count} entities of which figures were known: {LEAST} are the least"
            raise refuse(message, "a label file with more events, or a longer history")


def _enter(desk: Desk, gathered: _Gathered, learned: Learned) -> Answer:
    """Enter what was learned as the next version."""
    score, rows = gathered.score, gathered.rows
    fitted = fitted_record(learned.fitted)
    version = len(versions_of(desk, score.name)) + 1
    record = {
        "model": score.name, "version": version, "declaration": gathered.declaration, **score.record(),
        "label": score.label.record(), "advisory": score.advisory.record(), "source": score.source,
        "data": {
            "sha256": rows.digest(list(score.inputs)), "rows": len(rows.entities), "entities": len({*rows.entities}),
            "events": rows.events, "failed": len(rows.failed), **gathered.how,
        },
        "labels": {"file": gathered.labels.file, "sha256": gathered.labels.digest},
        "tried": _tried(learned, rows), "library": _libraries(score), "actor": desk.actor.name,
        "day": desk.config.current_day().isoformat(), "fitted_sha256": hashlib.sha256(canonical(fitted)).hexdigest(),
    }  # fmt: skip
    draft = event_draft(
        desk, "model", {**record, "fitted": fitted}, topic=score.name, subject=None, actor=desk.actor.name
    )
    (receipt,) = enter_events(desk, [draft])
    return {**record, "entry": receipt.index, "recorded_at": rfc3339(receipt.recorded)}


def _tried(learned: Learned, rows: Rows) -> dict[str, Any]:
    """How well it does on fifths that it was not learned from."""
    tenths = calibration(learned.tried, rows.outcomes, is_probability=True)
    if tenths is None:
        raise ValueError("nothing was tried")
    gaps = [one.count * abs(one.rate - one.mean) for one in tenths.bins]
    return {
        "folds": FOLDS, "auc": auc_record(area(learned.tried, rows.outcomes, rows.groups())),
        "brier": tenths.brier, "brier_reference": tenths.reference, "ece": math.fsum(gaps) / len(rows.days),
        "bins": [
            {"mean": one.mean, "rate": one.rate, "count": one.count, "events": one.events} for one in tenths.bins
        ],
    }  # fmt: skip


def _libraries(score: LearnedScore) -> list[str]:
    from importlib.metadata import version

    trees = [library_version()] if set(METHODS[score.method]) != {"logistic"} else []
    return [*trees, *(f"{name} {version(name)}" for name in ("scipy", "numpy"))]
