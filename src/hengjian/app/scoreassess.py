"""Some entities assessed by one scorecard: each by what is given of it, a group of weighted scores by its members."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.scoregiven import Asked, gather
from hengjian.app.scoreregisters import Registers, registers_of
from hengjian.supervise.scored import Assessed, Given, Scored
from hengjian.supervise.scoreplan import planned
from hengjian.supervise.scorerecord import ITEMS
from hengjian.supervise.scoring import assess as assess_one


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """By entity the score and the points of its items; what it was given, unless it is one of many, or a group of
    weighted scores; what registers say; where past scores come from; and in whose figures others may stand whom the
    reader does not see."""

    assessed: Mapping[str, Assessed]
    items: Mapping[str, Mapping[str, Decimal | None]]
    givens: Mapping[str, Given]
    registers: Registers
    past: Mapping[str, Sequence[Mapping[str, Any]]]
    beyond: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """`everyone` and `why` as of `gather`. `brief`: of many, trees of points and what was given are let go at once.
    `above`: the groups to whose scores these lead."""

    everyone: bool = False
    why: bool = False
    brief: bool = False
    above: frozenset[str] = frozenset()


def assess(desk: Desk, asked: Asked, entities: Sequence[str], how: How) -> Outcome:
    """The scores of some entities: where the card goes by letters, of those who have one."""
    card = asked.card
    registers = registers_of(desk, card, entities, asked.period, asked.cut.known_at)
    if asked.trial is not None:
        registers = replace(registers, letters=dict.fromkeys(entities, asked.trial))
    kept = [one for one in entities if not card.letter or one in registers.letters]
    wanted = set(kept)
    groups = {one: members for one, members in registers.members.items() if one in wanted}
    alone = [one for one in kept if one not in groups]
    is_all = how.everyone and len(alone) == len(entities)
    gathered = gather(desk, asked, registers, alone, everyone=is_all, why=how.why)
    plan = planned(card, {one.unit.symbol: one.label for one in asked.programme.catalogue.units.values()})
    found: dict[str, Assessed] = {}
    items: dict[str, Mapping[str, Decimal | None]] = {}
    givens: dict[str, Given] = {}
    for given in gathered.givens:
        one, assessed = given.entity, assess_one(plan, given)
        items[one] = dict(items_of(assessed.root))
        if how.brief:
            assessed = replace(assessed, root=replace(assessed.root, parts=()))
        else:
            givens[one] = given
        found[one] = assessed
    beyond = gathered.beyond
    if groups:
        led, outside = _groups(desk, asked, groups, found, how)
        found |= led
        items |= {one: dict(items_of(assessed.root)) for one, assessed in led.items()}
        found, beyond = {one: found[one] for one in kept}, beyond | outside
    return Outcome(assessed=found, items=items, givens=givens, registers=registers, past=gathered.past, beyond=beyond)


def _groups(
    desk: Desk, asked: Asked, groups: Mapping[str, Mapping[str, Decimal]], known: Mapping[str, Assessed], how: How
) -> tuple[dict[str, Assessed], frozenset[str]]:
    """The groups whose members' scores are weighted, and those of them in whose scores others stand."""
    from hengjian.app.scoreweighted import weighted  # most cards and years have none

    above = how.above | groups.keys()
    needed = {member for members in groups.values() for member in members} - above - known.keys()
    below = assess(desk, asked, sorted(needed), How(brief=True, above=above)) if needed else None
    scores = {**known, **(below.assessed if below is not None else {})}
    led: dict[str, Assessed] = {}
    waiting = dict(groups)
    while waiting:  # those first whose members are known; those that lead to themselves have no score
        ready = [one for one, members in waiting.items() if not members.keys() & waiting.keys()] or list(waiting)
        made = {one: weighted(desk, asked, waiting.pop(one), scores) for one in ready}
        led |= made
        scores |= made
    hidden = set(below.beyond) if below is not None else set()
    return led, frozenset(
        one for one, members in groups.items()
        if any(member not in desk.sight or member in hidden for member in members)
    )  # fmt: skip


def items_of(group: Scored) -> Iterator[tuple[str, Decimal | None]]:
    """The points of every item below a node: none of one that is left out; of one that counts by a weight, as it
    counts."""
    for part in group.parts:
        if part.kind in ITEMS:
            yield part.item, None if part.kind == "left_out" else part.score
            yield from (one for one in items_of(part) if one[0] != part.item)


def settings_of(asked: Asked, registers: Registers) -> dict[str, str]:
    """How every switch of the card stands."""
    declared = {name: switch.otherwise for name, switch in asked.card.switches.items()}
    return {**declared, **registers.settings, **asked.settings}


def cut_note(desk: Desk, note: Any) -> Any:
    """A note without the entities whom the reader does not see: a list that names them is shorter."""
    if desk.sight.is_everything:
        return note
    if isinstance(note, Mapping):
        return {name: cut_note(desk, one) for name, one in note.items()}
    if isinstance(note, list | tuple):
        return [cut_note(desk, one) for one in note if not _is_hidden(desk, one)]
    return note


def _is_hidden(desk: Desk, one: Any) -> bool:
    entity = one.get("entity") if isinstance(one, Mapping) else None
    return entity is not None and entity not in desk.sight
