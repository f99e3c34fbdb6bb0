"""Supervision of a space: rules are looked at after each filing, and what comes of it is entered; and `alerts`.

What is entered follows from what was filed, so a crash in between loses nothing: `supervised_through` says how far the
rules were looked at, and whoever next opens the space to make entries goes on from there.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hengjian.app.desk import Desk, NeedsWriting
from hengjian.app.enteralerts import enter_alerts
from hengjian.app.events import entered, record_of
from hengjian.app.filings import filings_seen
from hengjian.app.insight import mark
from hengjian.app.latest import latest_alerts
from hengjian.app.mentions import without_names
from hengjian.app.moment import parse_cut
from hengjian.app.question import known_entity
from hengjian.app.touched import Touch, Touched, merged, touched_by
from hengjian.app.watch import changes
from hengjian.app.wire import Answer
from hengjian.formula.term import Programme
from hengjian.ledger.canonical import parse
from hengjian.model.cut import Cut
from hengjian.model.declaration import Rule
from hengjian.model.filing import entry_of, filing_id, row_of
from hengjian.model.issue import Failure, refuse
from hengjian.store.entities import EntityState
from hengjian.supervise.alert import Alert, alert_of


def supervise(desk: Desk, touched: Touched | None = None) -> list[Alert]:
    """Look at the rules for all that was entered since they were last looked at; the alerts that have changed.

    `touched` are entities of which the caller knows more than the ledger tells, such as the day of a filing.
    """
    size = desk.log.size
    since = desk.store.supervised_through
    if since == size:
        return []
    programme = desk.programme()
    told = touched or {}
    every = {}
    if programme.rules:
        every = merged(_touched_since(desk, since, {touch.filing for touch in told.values()}), told)
    changed = [*_given_up(desk, programme, since), *changes(desk, programme, every)]
    day = desk.config.current_day()
    anew = desk.store.supervised_on != day or _packs_since(desk, since)
    anew = anew or bool(desk.store.restated_companies(since, sorted(every)))
    if not (changed or (anew and programme.rules)):
        return _entered(desk, programme, changed, size, day)
    from hengjian.app.causes import note_entered, with_causes  # most filings raise nothing

    changed = _entered(desk, programme, with_causes(desk, programme, changed, every, anew=anew), size, day)
    note_entered(desk)
    return changed


def _entered(desk: Desk, programme: Programme, changed: Sequence[Alert], size: int, day: date) -> list[Alert]:
    """The changes with their names, once they are entered; the rules were looked at after so many entries, on a day."""
    desk.store.note_supervised(size)
    if desk.store.supervised_on != day:
        desk.store.note_supervised_on(day)
    if changed:
        return enter_alerts(desk, programme, changed)
    desk.store.commit(size)
    return []


def supervise_if_possible(desk: Desk, touched: Touched | None = None) -> list[Alert]:
    """The same after an entry that stands whatever happens here: what cannot be done now is done when next asked."""
    try:
        return supervise(desk, touched)
    except Failure:
        return []


def note_if_ruleless(desk: Desk, before: int) -> None:
    """In the transaction of the filings made after `before` entries: where no rule is declared, none need be looked at,
    which else would take a transaction of its own."""
    if not desk.programme().rules and desk.store.supervised_through == before:
        desk.store.note_supervised(desk.log.size)


def ensure_supervised(desk: Desk) -> None:
    """Let what is asked about alerts and cases hold for all that was filed; NeedsWriting where that needs the key."""
    if desk.store.supervised_through == desk.log.size or not (desk.programme().rules or latest_alerts(desk)):
        return
    if not desk.append:
        raise NeedsWriting
    supervise(desk)


def _touched_since(desk: Desk, since: int, told: Container[str | None]) -> Touched:
    """Every entity that the entries from `since` on touch; a pack touches all, for it may bring rules or thresholds.

    Filings `told` of are not read again: who told of them has their rows at hand.
    """
    today = desk.config.current_day()
    found: Touched = {}
    if _packs_since(desk, since):
        found = dict.fromkeys(desk.entity_types(), Touch(day=today, filing=None, measures=None))
    for entry in desk.log.entries(since, desk.log.size):
        leaf = entry.record()
        is_unread = leaf.kind == "filing" and filing_id(entry.index) not in told
        evidence_of = desk.log.evidence(entry.index) if is_unread else None
        if evidence_of is not None:
            claimed = leaf.refs.get("known_from")
            day = today if claimed is None else date.fromisoformat(str(claimed))
            rows = [row_of(record) for row in evidence_of.rows if isinstance(record := parse(row), dict)]
            found = merged(found, touched_by(rows, day, filing_id(entry.index)))
    return found


def _packs_since(desk: Desk, since: int) -> bool:
    """Whether a pack was entered at or after an index."""
    return any(index >= since for index, *_ in desk.store.pack_entries())


def _given_up(desk: Desk, programme: Programme, since: int) -> list[Alert]:
    """The alerts whose rule no pack declares any more: nothing warns of them now."""
    if not _packs_since(desk, since):
        return []
    left = [one for one in latest_alerts(desk).values() if one.state == "raised" and one.rule not in programme.rules]
    day = desk.config.current_day()
    return [
        replace(
            one, state="cleared", event="cleared", level_before=one.level, missing=None, held=False, day=day,
            filing=None,
        )
        for one in left
    ]  # fmt: skip


def alerts_of(desk: Desk, filings: Iterable[object]) -> list[dict[str, object]]:
    """The alerts, as they stand, of which these filings were the last to change anything, as the reader sees them."""
    names = set(filings)
    found = [one for one in latest_alerts(desk).values() if one.filing in names and one.entity in desk.sight]
    return cut_alerts(desk, [one.record() for one in found])


def alerts(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """CONTRACT section 3 `alerts`: the latest first. `state` "raised" or "cleared", `entity`, `rule` and `level`
    choose; `below`, an entity, those of whom it holds or controls through every layer today, each with how. With
    `owners` each tells of the owners above its lowest entity.

    Of alerts of entities that the reader sees: `beyond` marks those that stand on figures of others, too."""
    ensure_supervised(desk)
    cut = parse_cut(dict(question), desk.config.timezone)
    catalogue = desk.programme(cut.known_at).catalogue
    wanted = {name: question[name] for name in ("state", "entity", "rule", "level") if question.get(name)}
    held = None if question.get("below") is None else _held_by(desk, cut, question["below"])
    found = [
        one
        for one in latest_alerts(desk, cut=cut).values()
        if one.entity in desk.sight and _is_wanted(one, wanted) and (held is None or one.entity in held)
    ]
    found.sort(key=lambda one: (one.since, one.alert), reverse=True)
    states = states_of(desk, cut, {one.entity for one in found})
    owners = _owners(desk, cut, found) if question.get("owners") else [{}] * len(found)
    told = [shown_alert(one, states, catalogue.rules) for one in cut_alerts(desk, [one.record() for one in found])]
    if held is not None:
        told = [one | {"below": held[str(one["entity"])]} for one in told]
    return {"alerts": [one | more for one, more in zip(told, owners, strict=True)], **mark(desk.sight)}


def _held_by(desk: Desk, cut: Cut, text: str) -> dict[str, dict[str, Any]]:
    """Whom an entity holds through every layer, each with how: see `lookthrough.held_by`."""
    from hengjian.app.holdings import register_on
    from hengjian.app.lookthrough import held_by

    register = register_on(desk, cut, cut.as_of or desk.config.current_day())
    return held_by(desk, register, known_entity(desk, text))


def cut_alerts(desk: Desk, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Alerts, or their events, of those whom the reader sees without what is of others: inputs, the cause and who
    stands on the way to it, the filing. `beyond` marks those of whose inputs, or on whose way, some are."""
    if desk.sight.is_everything:
        return list(records)
    named = {one["filing"] for one in records} | {leaf.get("filing") for one in records for leaf in one["inputs"]}
    seen = filings_seen(desk, named - {None})
    return [_cut(desk, one, seen) for one in records]


def _cut(desk: Desk, one: dict[str, Any], seen: Container[object]) -> dict[str, Any]:
    inputs = [_cut_input(desk, leaf, seen) for leaf in one["inputs"] if leaf["entity"] in desk.sight]
    path = desk.sight.kept(one["path"])
    missing = one["missing"]
    if missing is not None and missing["entity"] not in desk.sight:
        missing = missing | {"entity": None}
    is_beyond = len(inputs) < len(one["inputs"]) or len(path) < len(one["path"]) or missing is not one["missing"]
    return one | {
        "inputs": inputs, "path": path, "cause": one["cause"] if one["cause"] in desk.sight else None,
        "missing": missing, "filing": one["filing"] if one["filing"] in seen else None,
        **({"beyond": True} if is_beyond else {}),
    }  # fmt: skip


def _cut_input(desk: Desk, leaf: dict[str, Any], seen: Container[object]) -> dict[str, Any]:
    """A figure that the reader sees; where it is filed only if they see that."""
    if "filing" not in leaf:
        return leaf
    if leaf["filing"] not in seen:
        return leaf | dict.fromkeys(("filing", "entry", "file", "sheet", "cell"))
    return without_names(desk, leaf)


def _owners(desk: Desk, cut: Cut, found: Sequence[Alert]) -> list[dict[str, object]]:
    """`owners` of each alert: who is above its lowest entity through every layer today, see `lookthrough.owners_of`."""
    from hengjian.app.holdings import register_on  # most questions about alerts do without
    from hengjian.app.lookthrough import owners_of

    register = register_on(desk, cut, cut.as_of or desk.config.current_day())
    lowest = [one.cause if one.cause in desk.sight else one.entity for one in found]
    known = {cause: owners_of(desk, register, cause) for cause in dict.fromkeys(lowest)}
    return [known[cause] for cause in lowest]


def states_of(desk: Desk, cut: Cut, entities: Iterable[str]) -> dict[str, EntityState]:
    """What is known of some entities today."""
    day = cut.as_of or desk.config.current_day()
    return {state.id: state for state in desk.store.entities(cut, day, sorted(entities))}


def _is_wanted(alert: Alert, wanted: Mapping[str, str]) -> bool:
    return all(getattr(alert, name) == word for name, word in wanted.items())


def shown_alert(
    record: Mapping[str, Any], states: Mapping[str, EntityState], rules: Mapping[str, Rule]
) -> dict[str, object]:
    """An alert as answers tell it: the keys of the contract first, then what pages tell beside them."""
    head = {name: record[name] for name in ("rule", "entity", "cause", "period", "level", "state", "since")}
    rest = (
        "value", "threshold", "unit", "alert", "case", "event", "day", "message", "filing", "path", "level_before",
        "missing", "held", "earlier",
    )  # fmt: skip
    rule, state = rules.get(record["rule"]), states.get(record["entity"])
    return {
        **head, **{name: record[name] for name in rest}, "name": record["entity"] if state is None else state.name,
        "label": None if rule is None else rule.label.record(), "source": None if rule is None else rule.source,
        "area": None if rule is None else rule.area,
        "owner": None if rule is None or rule.owner is None else rule.owner.record(),
        "attributes": {} if state is None else state.described,
        **({"beyond": True} if record.get("beyond") else {}),
    }  # fmt: skip


def alert(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """One alert with all its events, the latest last: `alert` names it, as A000012. `owners` as of `alerts`. `names` of
    those on the way to its causes, and what its rule is `declared` to be."""
    ensure_supervised(desk)
    asked = str(question["alert"])
    history = desk.store.history("alert", _topic_of(desk, asked))
    past = [alert_of(record_of(event)).record() for event in history]
    if not any(event["alert"] == asked for event in past) or past[-1]["entity"] not in desk.sight:
        raise refuse(f"no alert is called {asked!r}", "`hengjian alerts SPACE` lists them")
    last = alert_of(past[-1])
    told = [one | entered(event) for one, event in zip(cut_alerts(desk, past), history, strict=True)]
    (latest,) = cut_alerts(desk, [last.record()])
    shown = shown_alert(latest, states_of(desk, Cut(), [last.entity]), desk.programme().catalogue.rules)
    (owners,) = _owners(desk, Cut(), [last]) if question.get("owners") else [{}]
    passed = {one: None for event in told for one in (*event["path"], event["cause"]) if one is not None}
    states = states_of(desk, Cut(), passed)
    names = {one: states[one].name if one in states else one for one in passed}
    return {**shown, **owners, "events": told, "names": names, "declared": _declared(desk, last.rule)}


def _declared(desk: Desk, name: str) -> Answer | None:
    """By which document an alert's rule is, and how sure its lines are; None where no pack declares it any more."""
    catalogue = desk.programme().catalogue
    rule = catalogue.rules.get(name)
    if rule is None:
        return None
    area = catalogue.areas.get(rule.area or "")
    return {
        "area_label": None if area is None else area.label.record(), "document": rule.document,
        "confidence": rule.confidence,
    }  # fmt: skip


def _topic_of(desk: Desk, name: str) -> str:
    """The topic that the entry which an alert is named by tells of; "" where it is no alert's."""
    index = entry_of(name.removeprefix("A")) if name.startswith("A") else None
    if index is None or index >= desk.log.size or desk.log.entry(index).record().kind != "alert":
        return ""
    evidence_of = desk.log.evidence(index)
    record = None if evidence_of is None else parse(evidence_of.blob)
    return str(record["topic"]) if isinstance(record, dict) else ""
