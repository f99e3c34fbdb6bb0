"""What registers say that a score stands on: letters, confirmations, ratings, awards, settings and standard values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengjian.app.desk import Desk
from hengjian.app.registers import rows_of
from hengjian.app.scorevalues import Confirmed
from hengjian.app.settings import settings_of
from hengjian.model.cut import KnownAt
from hengjian.model.period import Period
from hengjian.model.scorecard import Awards, Rating, Scorecard
from hengjian.supervise.scored import Awarded, Rated, Standard

if TYPE_CHECKING:
    from hengjian.app.letters import Letter

#: What of a record tells where it comes from.
_ORIGIN = ("entry", "recorded_at", "origin", "actor", "department", "evidence", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """By entity, or by entity and item or line: what stands in the registers of one scorecard and period. `members`: of
    a group whose members' scores are weighted, their shares; `choices` tells how standards were chosen."""

    letters: Mapping[str, "Letter"] = field(default_factory=dict)
    confirmed: Mapping[tuple[str, str], Confirmed] = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, tuple[Rated, ...]]] = field(default_factory=dict)
    open_panels: frozenset[str] = frozenset()
    awards: Mapping[str, Mapping[str, tuple[Awarded, ...]]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    standards: Mapping[str, Mapping[str, Standard]] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    members: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


def registers_of(
    desk: Desk, card: Scorecard, entities: Sequence[str], period: Period, known_at: KnownAt | None
) -> Registers:
    """The rows of some entities as known at a moment. Registers that the card does not ask for are not read."""
    items = list(card.root.walk())
    methods = [item.method for item in items]
    text = str(period)
    letters: Mapping[str, Letter] = {}
    if card.letter:
        from hengjian.app.letters import letters_of

        letters = letters_of(desk, card, text, known_at)
    ratings: Mapping[str, Mapping[str, tuple[Rated, ...]]] = {}
    open_panels: frozenset[str] = frozenset()
    if any(isinstance(method, Rating) for method in methods):
        from hengjian.app.panels import ratings_of

        ratings, open_panels = ratings_of(desk, card, text, known_at)
    awards: Mapping[str, Mapping[str, tuple[Awarded, ...]]] = {}
    if any(isinstance(method, Awards) for method in methods):
        from hengjian.app.awards import awards_of

        awards = awards_of(desk, card, text, known_at)
    wanted = set(entities)
    return Registers(
        letters={one: letter for one, letter in letters.items() if one in wanted}, ratings=ratings,
        open_panels=open_panels, awards=awards,
        settings=settings_of(desk, card, text, known_at) if card.switches else {},
        confirmed=_confirmed(desk, card, text, known_at) if card.letter or any(one.channels for one in items) else {},
        **_standards(desk, card, entities, text, known_at),
    )  # fmt: skip


def _standards(
    desk: Desk, card: Scorecard, entities: Sequence[str], period: str, known_at: KnownAt | None
) -> dict[str, Any]:
    if card.standards is None:
        return {}
    from hengjian.app.standards import chosen_of

    found = chosen_of(desk, card, entities, period, known_at)
    return {
        "standards": {one: chosen.standards for one, chosen in found.items()},
        "choices": {one: chosen.note for one, chosen in found.items()},
        "members": {one: chosen.members for one, chosen in found.items() if chosen.members},
    }


def _confirmed(desk: Desk, card: Scorecard, period: str, known_at: KnownAt | None) -> dict[tuple[str, str], Confirmed]:
    rows = rows_of(desk, "confirmation", known_at=known_at, topics=[f"{card.name}|{period}|"])
    return {
        (row["entity"], row["key"]): Confirmed(
            value=Decimal(row["value"]), source={name: row[name] for name in _ORIGIN if row.get(name)}
        )
        for row in rows
    }
