"""What scoring is given of one entity, and what it tells: records only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hengjian.model.declaration import Label

#: What a sentence may name: a number, a word, a label in both languages, or several of these.
Told = Decimal | str | Label | tuple[Decimal | str | Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure in the item's unit, or the word of why there is none. `channel` and `note` tell where it comes from."""

    value: Decimal | None
    missing: str | None = None
    channel: str | None = None
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The bands of one standard for one entity, by band name, in the item's unit; `note` tells of which class, size
    and year, from which entries and cells, and by which shares where several are weighted."""

    bands: Mapping[str, Decimal]
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One line of a responsibility letter. `key` is its name within the letter: the item's, or of one of `many` its
    own. Target and base stand in the item's unit (of one of `many` in `unit`)."""

    item: str
    key: str
    title: Label
    weight: Decimal | None = None
    target: Decimal | None = None
    base: Decimal | None = None
    indicator: str | None = None
    unit: str | None = None
    direction: str | None = None
    department: str | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One rater's share of the weight, between 0 and 1; `weight` among the raters."""

    share: Decimal
    word: str | None = None
    weight: Decimal = Decimal(1)
    rater: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awarded:
    """Points (positive) that were recognised on a ground, with its evidence."""

    ground: str
    points: Decimal
    evidence: str
    entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that is known of one entity for one period.

    `figures` and `truths` by the names of `Scorecard.formulas`; a line of one of `many` has its value under
    `line_name(key)`. `settings` by switch where somebody chose. A panel that is not closed has no `ratings` of an item,
    and `open_panels` names it. `scores` by (scorecard, item or None): of the last periods, the latest first.
    """

    entity: str
    period: str
    figures: Mapping[str, Figure]
    truths: Mapping[str, bool | None] = field(default_factory=dict)
    standards: Mapping[str, Standard] = field(default_factory=dict)
    lines: tuple[LetterLine, ...] = ()
    factor: Decimal | None = None
    ratings: Mapping[str, tuple[Rated, ...]] = field(default_factory=dict)
    open_panels: frozenset[str] = frozenset()
    awards: Mapping[str, tuple[Awarded, ...]] = field(default_factory=dict)
    scores: Mapping[tuple[str, str | None], tuple[Decimal | None, ...]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


def line_name(key: str) -> str:
    """Under what name the value of a letter's own line stands among the figures."""
    return f"`{key}` of the letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an item has its points: a code of `supervise.scorereasons`, and what its sentence names."""

    code: str
    data: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An item with its points. Where there are parts, they add up to `score` exactly; None: it cannot be told.

    `kind`: "item"; "left_out", an item that is not scored (0 in the sum, and no figure of its own); "weighted", an item
    (its one part of kind "item") as it counts in a weighted sum; or what a part is beside items: "base" and
    "adjustment" of an efficacy coefficient, "modifier" (a modifying item, by its effect), "spread" (the weight of those
    left out), "points" and the name of each step that was done to the sum ("cap", "times", …).
    """

    item: str
    label: Label
    score: Decimal | None
    reason: Reason
    kind: str = "item"
    weight: Decimal | None = None
    value: Decimal | None = None
    unit: str | None = None
    target: Decimal | None = None
    channel: str | None = None
    parts: tuple["Scored", ...] = ()
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """The whole: the score before and after the card's rounding, the grade that it has, and why it has not its own.

    `missing`: items without which no score can be told, each with its reason."""

    root: Scored
    score: Decimal | None
    grade: str | None
    capped: Reason | None = None
    missing: tuple[tuple[str, str], ...] = ()
    uses: Mapping[str, Decimal] = field(default_factory=dict)
