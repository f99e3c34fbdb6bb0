"""Back-tests that were kept: entries that say what a rule would have done, by which declarations, labels and days."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.backtest import backtest
from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, entered, event_draft, record_of
from hengjian.app.standing import made_by
from hengjian.app.wire import Answer
from hengjian.model.issue import refuse

#: What of a rule's back-test is kept, and what of the question it answered.
_RULE = (
    "rule", "level", "entities", "events", "hit_rate", "precision", "alerts", "false_per_year", "entity_years",
    "lead_days", "auc", "curve", "comparison", "silent", "noisy", "digest",
)  # fmt: skip
_ASKED = ("horizon", "from", "to", "every", "days", "known", "labels", "declarations")


def keep_backtest(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """`backtest`, and an entry for each rule with its figures: without whom it was raised of."""
    if question.get("cross_section"):
        raise refuse("a cross-section is not kept", "leave --keep out: what is kept is told of the days of a rule")
    answer = backtest(desk, question)
    day = desk.config.current_day().isoformat()
    drafts = []
    for one in answer["rules"]:
        record = {name: one[name] for name in _RULE} | {name: answer[name] for name in _ASKED}
        record |= {"day": day, "actor": desk.actor.name}
        draft = event_draft(
            desk, "backtest", record, topic=str(one["rule"]), subject=None, actor=desk.actor.name
        )  # fmt: skip
        drafts.append(draft)
    receipts = enter_events(desk, drafts)
    return {**answer, "kept": [receipt.index for receipt in receipts]}


def kept_backtests(desk: Desk, rule: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """The latest back-test of each rule; of one rule all of them, the latest first. They stand on everybody, and are
    told to who sees everybody."""
    if not desk.sight.is_everything:
        return {}
    events = desk.store.latest_events("backtest") if rule is None else desk.store.history("backtest", rule)
    found: dict[str, list[dict[str, Any]]] = {}
    for event in reversed(events):
        record = {**record_of(event), **entered(event), **made_by(desk, event.entry)}
        found.setdefault(event.topic, []).append(record)
    return found
