"""The alerts as they stand, each with its case and its entity today.

They are kept for a desk, and brought up to date from the ledger's new entries: ten thousand are looked through in
memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from hengjian.app.alerts import states_of
from hengjian.app.desk import EVENTS, Desk
from hengjian.app.events import record_of
from hengjian.app.latest import latest_alerts
from hengjian.app.trees import is_firm
from hengjian.casework.case import Case, case_of
from hengjian.ledger.canonical import parse
from hengjian.model.cut import Cut
from hengjian.model.workflow import LEVELS
from hengjian.store import Store
from hengjian.store.entities import EntityState
from hengjian.supervise.alert import Alert, alert_of

#: So many new entries are read one by one; more are read from the tables at once.
_FEW = 2_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """Everything that stands after an entry, and what entities were like after the last that told of them."""

    store: Store
    size: int
    alerts: dict[str, Alert]
    cases: dict[str, Case]
    facts: tuple[int, date, dict[str, EntityState]]


_kept: WeakKeyDictionary[Desk, _Kept] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Row:
    """One alert with its case, if it has one, and its entity today."""

    alert: Alert
    case: Case | None
    state: EntityState | None

    @property
    def name(self) -> str:
        return self.alert.entity if self.state is None else self.state.name

    @property
    def gravity(self) -> int:
        """The place of its level, the gravest being 0."""
        return LEVELS.index(self.alert.level) if self.alert.level in LEVELS else len(LEVELS)


def rows_of(desk: Desk, cut: Cut, today: date) -> Iterator[Row]:
    """The alerts of entities in sight."""
    if cut == Cut() and is_firm(desk):
        kept = _now(desk, today)
        alerts, cases, states = kept.alerts, kept.cases, kept.facts[2]
    else:
        alerts = latest_alerts(desk, cut=cut)
        cases = _cases(desk, cut)
        states = states_of(desk, cut, {one.entity for one in alerts.values()})
    for one in alerts.values():
        if one.entity in desk.sight:
            yield Row(one, None if one.case is None else cases.get(one.case), states.get(one.entity))


def _cases(desk: Desk, cut: Cut) -> dict[str, Case]:
    events = desk.store.latest_events("case", known_at=cut.known_at)
    return {event.topic: case_of(record_of(event)) for event in events}


def _now(desk: Desk, today: date) -> _Kept:
    """What stands now: kept, with what the ledger got since."""
    kept, size = _kept.get(desk), desk.log.size
    if kept is None or kept.store is not desk.store or not 0 <= size - kept.size <= _FEW:
        kept = _Kept(desk.store, size, latest_alerts(desk), _cases(desk, Cut()), (-1, today, {}))
    elif kept.size != size:
        for entry in desk.log.entries(kept.size, size):
            _take_in(desk, kept, entry.index, entry.record().kind)
        kept = replace(kept, size=size)
    filed = desk.size_but_for(*EVENTS)
    entities = {one.entity for one in kept.alerts.values()}
    if kept.facts[:2] != (filed, today) or not entities <= kept.facts[2].keys():
        kept = replace(kept, facts=(filed, today, states_of(desk, Cut(), entities)))
    _kept[desk] = kept
    return kept


def _take_in(desk: Desk, kept: _Kept, index: int, kind: str) -> None:
    """What an entry tells of an alert or a case, into what is kept."""
    evidence = desk.log.evidence(index) if kind in ("alert", "case") else None
    record = None if evidence is None else parse(evidence.blob)
    if isinstance(record, dict):
        name = str(record.pop("topic"))
        if kind == "alert":
            kept.alerts[name] = alert_of(record)
        else:
            kept.cases[name] = case_of(record)
