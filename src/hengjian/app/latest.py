"""The alerts as they stand: the last event of each rule and entity."""

from collections.abc import Collection, Sequence

from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.casework.case import Case
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


def levels_of(desk: Desk, cases: Sequence[Case], cut: Cut | None = None) -> dict[str, str]:
    """By case, the level of the alert that it is about: as it stands, or as it last stood where a later alert of the
    rule has a case of its own. Cases that persons opened have none."""
    topics = {one.case: topic(one.subject["rule"], one.entity) for one in cases if "rule" in one.subject}
    latest = latest_alerts(desk, sorted(set(topics.values())), cut)
    found = {}
    for case, about in topics.items():
        now = latest.get(about)
        if now is not None and now.case == case:
            found[case] = now.level
            continue
        events = [alert_of(record_of(event)) for event in desk.store.history("alert", about)]
        before = [one.level for one in events if one.case == case]
        if before:
            found[case] = before[-1]
    return found
