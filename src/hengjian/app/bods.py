"""`export_bods`: who holds whom on a day, as a package of the Beneficial Ownership Data Standard, version 0.4."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from hengjian.app.desk import Desk
from hengjian.app.moment import parse_cut
from hengjian.app.question import known_entity
from hengjian.app.wire import Answer
from hengjian.app.withheld import sees_link, withheld
from hengjian.intake.bods.parties import PERSON, STATE_BODY
from hengjian.intake.bods.read import read_statements
from hengjian.intake.bods.write import Edition, Holder, Holding, package, printed
from hengjian.intake.faults import Faults
from hengjian.model.declaration import OWNS, Catalogue
from hengjian.model.issue import Failure
from hengjian.people import Reach
from hengjian.store import EntityState, LinkState


def export_bods(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """The package (`data`, JSON in UTF-8) of all holdings of the day, or of those above and below `entity`.

    It is checked as a filed one is before it is handed out: a package that fails is a failure of ours.
    `withheld`, where there are any, counts the holdings left out: of or in those whom the reader sees, naming others.
    """
    cut = parse_cut(dict(question), desk.config.timezone)
    asked = question.get("entity")
    entity = None if asked is None else known_entity(desk, asked)
    today = desk.config.current_day()
    day = cut.as_of or today
    held = [link for link in desk.store.links_at(cut, day, OWNS) if _is_held(link)]
    links = [link for link in held if sees_link(desk.sight, link)]
    hidden = [link for link in held if _is_beside(desk.sight, link)]
    if entity is not None:
        links, hidden = _around(links, entity), [link for link in hidden if entity in (link.source, link.target)]
    states = {state.id: state for state in desk.store.entities(cut, day)}
    named = dict.fromkeys([] if entity is None else [entity])
    for link in links:
        named |= dict.fromkeys((link.source, link.target, link.attributes.get("principal", "")))
    catalogue = desk.programme(cut.known_at).catalogue
    holders = [_holder(state, catalogue) for identity, state in states.items() if identity in named]
    edition = Edition(
        publisher=desk.config.name, published=today, day=day, origin=desk.log.head().origin, about=entity
    )  # fmt: skip
    statements = package(holders, [_holding(link) for link in links], edition)
    data = (printed(statements) + "\n").encode()
    if statements:
        _check(data)
    return {
        "data": data, "statements": len(statements), "entities": len(holders), "holdings": len(links),
        "as_of": day.isoformat(), **withheld(len(hidden)),
    }  # fmt: skip


def _is_beside(sight: Reach, link: LinkState) -> bool:
    """Whether a holding is of or in somebody who is seen, and names somebody who is not."""
    return not sees_link(sight, link) and (link.source in sight or link.target in sight)


def _is_held(link: LinkState) -> bool:
    """A share of 0 says that nothing is held any more."""
    said = link.attributes
    return any(Decimal(said.get(name, "0")) for name in ("share", "voting")) or "share" not in said


def _around(links: Sequence[LinkState], entity: str) -> list[LinkState]:
    """The holdings through which the entity holds, and those through which it is held; nominees bring principals."""
    kept = {id(link) for forward in (True, False) for link in _reached(links, entity, forward=forward)}
    return [link for link in links if id(link) in kept]


def _reached(links: Sequence[LinkState], entity: str, *, forward: bool) -> Iterable[LinkState]:
    from_here: dict[str, list[LinkState]] = {}
    for link in links:
        uppers = (link.source, link.attributes.get("principal", ""))
        for near in uppers if forward else (link.target,):
            from_here.setdefault(near, []).append(link)
    seen, waiting = {entity}, [entity]
    while waiting:
        for link in from_here.get(waiting.pop(), ()):
            yield link
            ends = (link.target,) if forward else (link.source, link.attributes.get("principal", ""))
            fresh = [end for end in ends if end and end not in seen]
            seen.update(fresh)
            waiting += fresh


def _holder(state: EntityState, catalogue: Catalogue) -> Holder:
    kind: Literal["entity", "person", "state"] = "entity"
    if _is_of(catalogue, state.type, PERSON):
        kind = "person"
    elif _is_of(catalogue, state.type, STATE_BODY):
        kind = "state"
    return Holder(
        id=state.id, name=state.name, kind=kind, type=state.type, credit_code=state.attributes.get("credit_code")
    )  # fmt: skip


def _is_of(catalogue: Catalogue, type_name: str, wanted: str) -> bool:
    return wanted in catalogue.types and type_name in catalogue.types and catalogue.descends(type_name, wanted)


def _holding(link: LinkState) -> Holding:
    return Holding(
        source=link.source, target=link.target, attributes=link.attributes, start=link.valid_from, end=link.valid_to
    )


def _check(data: bytes) -> None:
    faults = Faults("export.json")
    read_statements(data, faults)
    if faults.count:
        told = "; ".join(str(issue) for issue in faults.issues()[:3])
        raise Failure(
            f"the package is not valid by the standard: {told}", "this is a mistake of ours; please report it"
        )
