"""Some entities assessed by one scorecard: each by what is given of it, a group of weighted scores by its members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.scoregiven import Asked, gather
from hengjian.app.scoreregisters import Registers, registers_of
from hengjian.supervise.scored import Assessed, Given
from hengjian.supervise.scoreplan import planned
from hengjian.supervise.scoring import assess as assess_one


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """By entity the score, and what it was given (of a group of weighted scores nothing); what registers say; where
    past scores come from; and in whose figures others may stand whom the reader does not see."""

    assessed: Mapping[str, Assessed]
    givens: Mapping[str, Given]
    registers: Registers
    past: Mapping[str, Sequence[Mapping[str, Any]]]
    beyond: frozenset[str]


def assess(
    desk: Desk, asked: Asked, entities: Sequence[str], *, everyone: bool = False, why: bool = False,
    above: frozenset[str] = frozenset(),
) -> Outcome:  # fmt: skip
    """The scores of some entities: where the card goes by letters, of those who have one. `everyone` and `why` as of
    `gather`; `above`: the groups to whose scores these lead."""
    card = asked.card
    registers = registers_of(desk, card, entities, asked.period, asked.cut.known_at)
    if asked.trial is not None:
        registers = replace(registers, letters=dict.fromkeys(entities, asked.trial))
    if card.letter:
        kept = [one for one in entities if one in registers.letters]
        everyone, entities = everyone and len(kept) == len(entities), kept
    groups = {one: members for one, members in registers.members.items() if one in set(entities)}
    alone = [one for one in entities if one not in groups]
    gathered = gather(desk, asked, registers, alone, everyone=everyone and not groups, why=why)
    plan = planned(card)
    found = {one: assess_one(plan, given) for one, given in gathered.givens.items()}
    beyond = gathered.beyond
    if groups:
        from hengjian.app.scoreweighted import weighted  # most cards and years have none

        held = above | groups.keys()
        needed = {member for members in groups.values() for member in members} - held - found.keys()
        below = assess(desk, asked, sorted(needed), why=False, above=held) if needed else None
        scores = {**found, **(below.assessed if below is not None else {})}
        found |= {one: weighted(desk, asked, members, scores) for one, members in groups.items()}
        found = {one: found[one] for one in entities}
        hidden = {one for one, members in groups.items() if any(member not in desk.sight for member in members)}
        beyond |= hidden | {one for one in groups if below is not None and not below.beyond.isdisjoint(groups[one])}
    return Outcome(assessed=found, givens=gathered.givens, registers=registers, past=gathered.past, beyond=beyond)


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
