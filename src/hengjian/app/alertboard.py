"""`alert_board`: the alerts by area, level, owner and age, some rows at a time, and how many there are of each."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hengjian.app.alertchoice import AGES, STATES, Choice
from hengjian.app.alertrows import Row
from hengjian.app.alerts import cut_alerts, ensure_supervised, shown_alert, states_of
from hengjian.app.desk import Desk
from hengjian.app.insight import mark
from hengjian.app.moment import parse_cut
from hengjian.app.wire import Answer
from hengjian.casework.case import Case
from hengjian.casework.deadline import due
from hengjian.model.cut import Cut

#: Rows of a page.
A_PAGE = 100
#: An attribute, and holders, with more than these are not offered for choosing.
_MOST_VALUES, _MOST_HOLDERS = 30, 200


def alert_board(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The alerts that stand (`state` "cleared" or "all": others), some of them: `level`, `area` ("-": of none),
    `section` (who looks after the rule), `holder` (above the entity), `age`, `rule`, `entity`, `text` (in name, id or
    message), `attributes`, and with `mine`, `late` or `escalated` those whose case waits for who asks, is overdue, or
    counts as escalated. `sort`, `page`; with `all` every row.

    Counts are of all that the other choices leave. Restricted figures and attributes choose nothing.
    """
    ensure_supervised(desk)
    cut = parse_cut(dict(question), desk.config.timezone)
    choice = Choice(desk, cut, question)
    rows = choice.shown()
    page, pages = 1, 1
    if not question.get("all"):
        pages = max(1, -(-len(rows) // A_PAGE))
        page = min(max(int(question.get("page") or 1), 1), pages)
    chosen = rows if question.get("all") else rows[(page - 1) * A_PAGE : page * A_PAGE]
    return {
        "alerts": _records(choice, chosen),
        "cases": {row.case.case: _case(choice, row.case) for row in chosen if row.case},
        "found": len(rows), "page": page, "pages": pages, **_counts(choice), **mark(desk.sight),
    }  # fmt: skip


def _counts(choice: Choice) -> Answer:
    """How many there are of each, as far as the other choices leave them."""
    flagged = choice.kept_by(choice.in_state, *choice.FLAGS)
    areas: dict[str | None, Counter[str]] = {}
    for row in flagged:
        areas.setdefault(choice.area(row), Counter())[row.alert.level] += 1
    states: Counter[str] = Counter(row.alert.state for row in choice.in_any_state)
    return {
        "count": len(choice.every), "by_state": {name: states[name] for name in STATES},
        "by_level": dict(Counter(row.alert.level for row in choice.kept_by(flagged, "area"))),
        "matrix": [
            {"area": name, "label": None if name is None else _label(choice, name), "levels": dict(areas[name])}
            for name in _ordered(choice, areas)
        ],
        **{name: sum(test(row) for row in choice.in_place) for name, test in _flags(choice)}, **_choices(choice),
    }  # fmt: skip


def _flags(choice: Choice) -> Iterator[tuple[str, Callable[[Row], bool]]]:
    yield "late", choice.is_late
    yield "escalated", choice.is_escalated


def _label(choice: Choice, area: str) -> dict[str, str] | None:
    found = choice.catalogue.areas.get(area)
    return None if found is None else found.label.record()


def _ordered(choice: Choice, areas: Mapping[str | None, Counter[str]]) -> list[str | None]:
    declared = [name for name in choice.catalogue.areas if name in areas]
    rest = sorted(name for name in areas if name is not None and name not in declared)
    return [*declared, *rest, *([None] if None in areas else [])]


def _choices(choice: Choice) -> Answer:
    """What can be chosen by, with how many alerts each has."""
    rules = Counter(row.alert.rule for row in choice.in_scope)
    sections = Counter(choice.section(row) for row in choice.in_scope)
    owners = {rule.owner.zh: rule.owner.record() for rule in choice.catalogue.rules.values() if rule.owner}
    ages = Counter(
        next(name for name, (first, last) in AGES.items() if first <= choice.age(row) <= last)
        for row in choice.kept_by(choice.in_scope, "rule", "text", "section", "state")
    )
    known = choice.catalogue.rules
    return {
        "rules": [
            {"rule": name, "label": known[name].label.record() if name in known else None, "count": many}
            for name, many in rules.items()
        ],
        "sections": [
            {"section": name, "label": owners[name], "count": many} for name, many in sections.items() if name
        ],
        "ages": {name: ages[name] for name in AGES}, "attributes": _groupings(choice), "holders": _holders(choice),
    }  # fmt: skip


def _groupings(choice: Choice) -> dict[str, list[list[Any]]]:
    """Attributes that divide the alerts' entities, with their values, the commonest first."""
    found = {}
    scope = choice.kept_by(choice.every, "entity", "holder")
    for name in sorted(choice.attributes):
        counts = Counter(row.state.described[name] for row in scope if row.state and name in row.state.described)
        if 1 < len(counts) <= _MOST_VALUES:
            found[name] = [list(pair) for pair in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    return found


def _holders(choice: Choice) -> list[dict[str, str]]:
    """Those in sight who stand above others by links that make a tree, or hold them; none where there are many."""
    desk = choice.desk
    names = [name for name, link in choice.catalogue.links.items() if link.within or name == "owns"]
    upper: dict[str, None] = {}
    for name in names:
        for state in desk.store.links_at(Cut(), choice.today, name):
            if state.source in desk.sight and state.target in desk.sight:
                upper[state.source if name == "owns" else state.target] = None
    kept = [one for one in upper if one in desk.entity_types()]
    if not 0 < len(kept) <= _MOST_HOLDERS:
        return []
    states = states_of(desk, Cut(), kept)
    found = [{"entity": one, "name": states[one].name if one in states else one} for one in kept]
    return sorted(found, key=lambda one: one["name"])


def _records(choice: Choice, rows: Sequence[Row]) -> list[Answer]:
    """Rows as `alerts` tells them, with the names of those on the way to the cause, and the days that they stood."""
    told = cut_alerts(choice.desk, [row.alert.record() for row in rows])
    named = {one for record in told for one in (*record["path"], record["cause"]) if one is not None}
    states = {row.alert.entity: row.state for row in rows if row.state is not None}
    states |= states_of(choice.desk, choice.cut, named - set(states))
    names = {one: state.name for one, state in states.items()}
    return [
        shown_alert(record, states, choice.catalogue.rules)
        | {
            "names": {one: names.get(one, one) for one in (*record["path"], record["cause"]) if one is not None},
            "days": choice.age(row),
        }
        for record, row in zip(told, rows, strict=True)
    ]


def _case(choice: Choice, case: Case) -> Answer:
    """Where a case stands, as a row of the board tells it."""
    workflow = choice.catalogue.workflows.get(case.workflow)
    state = None if workflow is None else workflow.states.get(case.state)
    to = choice.escalated_to(case)
    at = None if workflow is None or to is None else workflow.states.get(to)
    return {
        "case": case.case, "state": case.state, "state_label": None if state is None else state.label.record(),
        "due": due(case).isoformat(), "days_left": (due(case) - choice.today).days, "ended": case.ended,
        "escalated": None if to is None else {"to": to, "label": None if at is None else at.label.record()},
    }  # fmt: skip
