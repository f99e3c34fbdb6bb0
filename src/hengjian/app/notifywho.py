"""Who is told of something: by the rules of `[notify]`, and only of entities that they see."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hengjian.app.cases import case as case_now
from hengjian.app.desk import Desk
from hengjian.app.events import record_of
from hengjian.app.notifysettings import MAIL, Happening, Notify, NotifyRule
from hengjian.app.restricted import sight_of
from hengjian.app.standing import below, reach, standing_of
from hengjian.casework.case import Case, case_of
from hengjian.model.workflow import LEVELS, Transition
from hengjian.people import NOTHING, Actor, Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something that happened to an entity. `level`: of the alert, or of the case's rule. `actor`: who did it."""

    happening: Happening
    entity: str
    level: str | None
    case: str | None
    actor: str


class Audience:
    """Looks up who is told; made for one look through the ledger, during which nothing changes."""

    def __init__(self, desk: Desk, settings: Notify) -> None:
        self._desk, self._settings = desk, settings
        self._standing, self._today = standing_of(desk), desk.config.current_day()
        self._playing: dict[tuple[str, ...], list[tuple[str, frozenset[str] | None]]] = {}
        self._taking: dict[str, list[str]] = {}
        self._cases: dict[str, Case] = {}
        self._sights: dict[str, Reach] = {}

    def bring(self, cases: Iterable[str]) -> None:
        """Load cases that are asked about, all at once."""
        names = sorted(set(cases)) if any(rule.takers for rule in self._settings.rules) else []
        events = self._desk.store.latest_events("case", names) if names else []
        self._cases |= {event.topic: case_of(record_of(event)) for event in events}

    def of(self, seen: Seen) -> Iterator[tuple[str, str | None]]:
        """Each channel with the person who is told by it (None: whoever listens there), once each."""
        told: set[tuple[str, str | None]] = set()
        for rule in self._settings.rules:
            if seen.happening in rule.events and _is_grave(seen.level, rule.level):
                told.update(self._by(rule, seen))
        yield from sorted(told, key=lambda one: (one[0], one[1] or ""))

    def _by(self, rule: NotifyRule, seen: Seen) -> Iterator[tuple[str, str | None]]:
        if rule.to != MAIL:
            person = self._settings.webhooks[rule.to].person
            if person is None or self._sees(person, seen.entity):
                yield rule.to, person
            return
        persons = [*rule.persons, *self._players(rule.roles, seen.entity)]
        if rule.takers and seen.case is not None:
            persons += self._takers(seen.case)
        for person in persons:
            is_reached = person in self._settings.addresses and person != seen.actor
            if is_reached and self._sees(person, seen.entity):
                yield MAIL, person

    def _sees(self, person: str, entity: str) -> bool:
        if person not in self._sights:
            is_open = self._standing.why_not(person) is None
            self._sights[person] = sight_of(self._desk, as_person(person)) if is_open else NOTHING
        return entity in self._sights[person]

    def _players(self, roles: tuple[str, ...], entity: str) -> list[str]:
        """Who has one of some roles at an entity today."""
        if roles not in self._playing:
            held = [one for one in self._standing.grants if one.role in roles and one.holds(self._today)]
            self._playing[roles] = [
                (one.person, None if one.node is None else below(self._desk, one.tree, one.node, self._today))
                for one in held
            ]
        return [person for person, reached in self._playing[roles] if reached is None or entity in reached]

    def _takers(self, name: str) -> list[str]:
        """Who of those with an address may take a step that leads a case on from where it stands."""
        if name not in self._taking:
            self._taking[name] = list(self._able(name))
        return self._taking[name]

    def _able(self, name: str) -> Iterator[str]:
        case = self._cases.get(name)
        workflow = None if case is None else self._desk.programme().catalogue.workflows.get(case.workflow)
        if case is None or workflow is None:
            return
        steps = workflow.leaving(case.state)
        is_plain = all(_asks_for_roles_only(step) for step in steps)
        for person in self._settings.addresses:
            if self._standing.why_not(person) is None and self._may(person, case, steps, is_plain=is_plain):
                yield person

    def _may(self, person: str, one: Case, steps: Sequence[Transition], *, is_plain: bool) -> bool:
        """Whether somebody may take any of some steps; where more than roles decides it, as the case itself tells."""
        if is_plain:
            handles = one.entity in reach(self._desk, as_person(person), "handle")
            return any(person in self._players(step.roles, one.entity) if step.roles else handles for step in steps)
        actor = as_person(person)
        sight = sight_of(self._desk, actor)
        if one.entity not in sight:
            return False
        with self._desk.asked_by(actor, sight):
            told = case_now(self._desk, {"case": one.case})
        return any(step["may"] and not step["barred"] for step in told["transitions"])


def as_person(person: str) -> Actor:
    """Somebody as they would ask."""
    return Actor(name=person, person=person)


def _asks_for_roles_only(step: Transition) -> bool:
    """Whether nothing but roles decides who may take a step."""
    return not (step.other_than or step.at)


def _is_grave(level: str | None, least: str | None) -> bool:
    """Whether a level is at least another; a word of a pack's own counts as below all that have a colour."""
    if least is None:
        return True
    return level in LEVELS and LEVELS.index(level) <= LEVELS.index(least)
