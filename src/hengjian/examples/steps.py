"""What an example is: the packs of its space, its today, and the steps in which its story is filed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file as its clerk hands it in."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A workbook that is filled in from the template of the filing's form.

    `rows` holds the figures of a wide form as they stand under its titles, by the measure or role of the column;
    `items` those of a form whose items stand down the rows: measure to the figures of its columns.
    """

    name: str
    entity: str | None = None
    rows: tuple[Mapping[str, str], ...] = ()
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Files that are entered together, or refused together.

    `day` is the day on which they are filed: the archive's `known_from`. `refused` holds a part of each fault that the
    files were made to have, with its place as (row, column) of a table; such a step leaves no trace.
    """

    day: date | None
    form: str
    files: tuple[File | Sheet, ...]
    entity: str | None = None
    period: str | None = None
    actor: str | None = None
    note: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step of somebody's work on the case that a `rule` opened for an entity, or persons of a `workflow`: the oldest
    that is not closed. `fields` are what they fill in."""

    day: date
    entity: str
    rule: str | None = None
    workflow: str | None = None
    transition: str
    actor: str
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Any other question that somebody puts, as to enter a register or to publish; `note` says what for."""

    day: date
    question: str
    asked: Mapping[str, Any]
    note: str


Step = Filing | Move | Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who may sign in, and the role that they have: at a node and below it through `tree`, or (None) for the
    whole space. One who has several roles stands here several times."""

    person: str
    name: str
    role: str
    node: str | None = None
    tree: str = "parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A shipped example: `name` is that of its space, `steps` makes its steps anew, in their order."""

    name: str
    packs: tuple[str, ...]
    steps: Callable[[], Iterable[Step]]
    today: date | None = None
    members: tuple[Member, ...] = ()
