"""Events of alerts are entered, all that one look at the rules brings at once, and new alerts open their cases."""

from collections.abc import Sequence
from dataclasses import replace

from hengjian.app.desk import Desk
from hengjian.app.events import enter_events, event_draft, record_of
from hengjian.casework.case import Case, begin
from hengjian.formula.term import Programme
from hengjian.ledger.draft import Draft
from hengjian.model.declaration import Rule
from hengjian.supervise.alert import Alert

#: Who enters alerts and opens their cases: no person.
RULES = "hengjian:rules"


def enter_alerts(desk: Desk, programme: Programme, changed: Sequence[Alert]) -> list[Alert]:
    """Enter the events, each new alert with the case that it opens; the alerts with their ids."""
    index = desk.log.size
    drafts: list[Draft] = []
    entered: list[Alert] = []
    for alert in changed:
        at = index + len(drafts)
        opened = None
        if alert.is_new:
            rule = programme.catalogue.rules[alert.rule]
            alert = replace(alert, alert=f"A{at:06d}")
            opened = _case(desk, programme, rule, alert, f"C{at + 1:06d}")
            alert = alert if opened is None else replace(alert, case=opened.case)
        entered.append(alert)
        subject = alert.entity
        drafts.append(event_draft(desk, "alert", alert.record(), topic=alert.topic, subject=subject, actor=RULES))
        if opened is not None:
            drafts.append(event_draft(desk, "case", opened.record(), topic=opened.case, subject=subject, actor=RULES))
    enter_events(desk, drafts)
    return entered


def _case(desk: Desk, programme: Programme, rule: Rule, alert: Alert, name: str) -> Case | None:
    """The case that a new alert opens; None where its rule opens none, or the case of an earlier one goes on."""
    if rule.opens is None or rule.days is None:
        return None
    if alert.case is not None:
        known = desk.store.latest_events("case", [alert.case])
        if known and not record_of(known[0])["ended"]:
            return None
    return begin(
        programme.catalogue.workflows[rule.opens], case=name, entity=alert.entity,
        subject={"alert": alert.alert, "rule": rule.name}, actor=RULES, day=alert.day, days=rule.days,
        working=rule.working,
    )  # fmt: skip
