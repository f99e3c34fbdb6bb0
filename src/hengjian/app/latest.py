"""The alerts as they stand: the last event of each rule and entity."""

from collections.abc import Collection, Sequence

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.model.cut import Cut
from hengjian.supervise.alert import Alert, alert_of, topic

#: Of more rules and entities than this all alerts of the rules are read.
_FEW = 5000


def latest_alerts(desk: Desk, topics: Sequence[str] | None = None, cut: Cut | None = None) -> dict[str, Alert]:
    """The alerts as they stand, by topic."""
    events = desk.store.latest_events("alert", topics, None if cut is None else cut.known_at)
    return {event.topic: alert_of(record_of(event)) for event in events}


def alerts_of_rules(desk: Desk, rules: Sequence[str], entities: Collection[str]) -> dict[str, Alert]:
    """Those of some rules, by topic: at least those of these entities."""
    if len(rules) * len(entities) <= _FEW:
        return latest_alerts(desk, [topic(rule, entity) for rule in rules for entity in entities])
    events = desk.store.latest_events("alert", begun_by=[topic(rule, "") for rule in rules])
    return {event.topic: alert_of(record_of(event)) for event in events}
