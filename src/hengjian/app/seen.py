"""Who saw what, and who changed accounts and roles: `reads` and `changes`, newest first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.events import entered, record_of
from hengjian.app.moment import parse_day
from hengjian.app.persons import seen_grants, seen_persons
from hengjian.app.reads import NAMED
from hengjian.app.restricted import restrictions
from hengjian.app.standing import reach, standing_of
from hengjian.app.wire import Answer
from hengjian.ledger.clock import microseconds
from hengjian.model.cut import Cut
from hengjian.store import Event

#: So many are answered at a time, and so many entries are looked through for them at most.
A_PAGE, MOST = 50, 10_000
_AT_ONCE = 500
_Found = tuple[str, Event]


def reads(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Reads of restricted data, newest first: by a `person`, of an `entity`, on a `day`, `from` one entry on to older.

    Everyone finds their own; who may trace somewhere, or sees restricted data of an entity, also those of entities
    there, with these named and the others counted (`withheld`). A read of many entities names the first of them alone:
    of an entity that might be among the others it is told with `is_listed` false.
    """
    entity = question.get("entity") or None
    if entity is not None:
        from hengjian.app.question import known_entity  # most questions do without

        entity = known_entity(desk, str(entity))
    person = question.get("person") or None
    shown = _Shown(desk, entity)
    first, last = _of_day(desk, question.get("day"))

    def is_wanted(found: _Found) -> bool:
        return first <= found[1].recorded < last and shown.sees(found[1])

    page, following = _page(desk, ["read"], _count(question.get("from")), is_wanted, topic=person and str(person))
    told = [shown.told(event) for _, event in page]
    return {"reads": told, "next": following, "names": _names(desk, told)}


class _Shown:
    """What of reads may be told to who asks."""

    def __init__(self, desk: Desk, entity: str | None) -> None:
        self._desk, self._entity = desk, entity
        self._own = desk.actor.person
        self._reaches = [reach(desk, desk.actor, action) for action in ("trace", "see_restricted")]
        self._persons = standing_of(desk).persons
        self._is_everyone = desk.actor.person is None or reach(desk, desk.actor, "trace").is_everything

    def sees(self, event: Event) -> bool:
        """Whether a read is told, and is about the entity asked for."""
        is_own = self._own is not None and event.topic == self._own
        if self._is_everyone and self._entity is None:
            return True
        if is_own and self._entity is None:
            return True
        record = record_of(event)
        if self._entity is None:
            return any(self._is_near(one) for one in record["entities"])
        return self._is_about(record, self._entity) and (is_own or self._is_everyone or self._is_near(self._entity))

    def _is_about(self, record: Mapping[str, Any], entity: str) -> bool:
        """Whether a read is of an entity, or may be: of many only the first are named."""
        if entity in record["entities"] or record["count"] <= NAMED:
            return entity in record["entities"]
        kinds = restrictions(self._desk).types
        return not kinds.issuperset(record["what"]) or self._desk.entity_types()[entity] in kinds

    def _is_near(self, entity: str) -> bool:
        return any(entity in one for one in self._reaches)

    def told(self, event: Event) -> dict[str, Any]:
        """A read as it is answered."""
        record = record_of(event)
        is_own = self._is_everyone or event.topic == self._own
        named = [one for one in record["entities"] if one in self._desk.sight and (is_own or self._is_near(one))]
        known = self._persons.get(event.topic)
        return {
            **entered(event), **{name: record[name] for name in ("actor", "proof", "method", "what", "count", "as")},
            "name": record["actor"] if known is None else known.name, "entities": named,
            "withheld": record["count"] - len(named),
            "is_listed": self._entity is None or self._entity in record["entities"],
        }  # fmt: skip


def changes(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """Changes of persons, accounts and roles, newest first: who made each, what it was, and where it is entered.

    Who may trace the whole space finds all, others those of roles that they may see, and of who holds these.
    """
    is_everyone = desk.actor.person is None or reach(desk, desk.actor, "trace").is_everything
    topics = {one.person for one in seen_persons(desk)} | {one.grant for one in seen_grants(desk)}

    def is_wanted(found: _Found) -> bool:
        return is_everyone or found[1].topic in topics

    page, following = _page(desk, ["person", "role", "account"], _count(question.get("from")), is_wanted)
    return {"changes": [_change(desk, kind, event) for kind, event in page], "next": following}


def _change(desk: Desk, kind: str, event: Event) -> dict[str, Any]:
    leaf = desk.log.entry(event.entry).record()
    record = record_of(event)
    earlier = [one for one in desk.store.history(kind, event.topic) if one.entry < event.entry]
    before = record_of(earlier[-1]) if earlier and kind != "account" else None
    persons = standing_of(desk).persons
    person = str(record.get("person") or event.topic)
    return {
        **entered(event), "kind": kind, "change": _what(kind, record, before), "record": record, "before": before,
        "person": person, "name": persons[person].name if person in persons else person, "actor": leaf.actor,
        "actor_name": persons[leaf.actor].name if leaf.actor in persons else leaf.actor,
        "signed_in": leaf.refs.get("signed_in"),
    }  # fmt: skip


def _what(kind: str, record: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """One word for a change."""
    if kind == "account":
        return str(record.get("change", "account"))
    if before is None:
        return "enrolled" if kind == "person" else "given"
    if kind == "role":
        return "ended"
    if record["closed"] != before["closed"]:
        return "closed" if record["closed"] else "opened"
    return "amended"


def _page(
    desk: Desk, kinds: Sequence[str], start: int | None, is_wanted: Callable[[_Found], bool], topic: str | None = None
) -> tuple[list[_Found], int | None]:
    """A page of wanted events from an entry on to older ones, and the entry at which the next one begins."""
    page: list[_Found] = []
    for seen, found in enumerate(_older(desk, kinds, start, topic)):
        if len(page) == A_PAGE or seen == MOST:
            return page, found[1].entry
        if is_wanted(found):
            page.append(found)
    return page, None


def _older(desk: Desk, kinds: Sequence[str], start: int | None, topic: str | None) -> Iterator[_Found]:
    while True:
        some = desk.store.newest_events(kinds, topic=topic, before=start, limit=_AT_ONCE)
        yield from some
        if len(some) < _AT_ONCE:
            return
        start = some[-1][1].entry - 1


def _of_day(desk: Desk, text: object) -> tuple[int, int]:
    """The first moment of a day in the space's time zone, and of the one after; of all time where none is named."""
    if not text:
        return 0, 2**63 - 1
    day = parse_day(str(text), "--day")
    starts = [datetime.combine(one, time(), desk.config.timezone) for one in (day, day + timedelta(days=1))]
    first, last = map(microseconds, starts)
    return first, last


def _count(value: object) -> int | None:
    text = "" if value is None else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _names(desk: Desk, told: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    ids = sorted({one for read in told for one in read["entities"]} & desk.entity_types().keys())
    states = desk.store.entities(Cut(), desk.config.current_day(), ids) if ids else ()
    return {state.id: state.name for state in states}
