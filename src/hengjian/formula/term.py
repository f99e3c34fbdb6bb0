"""The checked tree: what a formula means once its names, units and period types are known to be right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from hengjian.model.declaration import Catalogue
from hengjian.model.period import Frequency
from hengjian.model.unit import Unit

#: How a figure relates to time: a balance; a flow of one period, of the year so far, of twelve months; or none of them
#: (a ratio, a constant, a truth).
Shape = Literal["instant", "period", "ytd", "ttm", "none"]

#: What a call says beside its figures, in words: ("within", ("industry", "size")), ("at_least", ("3",)).
Options = tuple[tuple[str, tuple[str, ...]], ...]


def words(options: Options, name: str) -> tuple[str, ...]:
    """The words of one option, none where it is not said."""
    return next((found for option, found in options if option == name), ())


def number(options: Options, name: str) -> int | None:
    """The whole number that an option says, None where it is not said."""
    found = words(options, name)
    return int(found[0]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One node. `op` is "measure", "indicator", "parameter" or "number" for leaves, else a name of the functions table.

    `value` belongs to numbers, `name` to the other leaves. Values are in base units, so `unit.scale` is always 1.
    `text` is the canonical source text of the node.
    """

    op: str
    arguments: tuple["Term", ...] = ()
    options: Options = ()
    name: str = ""
    value: float | None = None
    unit: Unit
    truth: bool = False
    shape: Shape
    frequency: Frequency | None
    text: str

    def walk(self) -> Iterator["Term"]:
        """This node and all below it, in formula order (depth first, left to right)."""
        yield self
        for argument in self.arguments:
            yield from argument.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One dated formula, checked; `valid_from` None means always."""

    valid_from: date | None
    source: str
    text: str
    term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A checked indicator, rule condition or check; versions ascend, `frequency` is that of its inputs.

    `measures` are all measures it reads, directly or through indicators; `digest` is the SHA-256 (hex) of what it
    declares, through all it refers to.
    """

    name: str
    type: str
    unit: Unit
    shape: Shape
    frequency: Frequency
    versions: tuple[Version, ...]
    measures: frozenset[str]
    parameters: frozenset[str]
    digest: str

    def version_at(self, day: date) -> Version | None:
        """The version in force on `day`."""
        found = None
        for version in self.versions:
            if version.valid_from is None or version.valid_from <= day:
                found = version
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A catalogue whose formulas are all checked. `indicators` stand in an order in which inputs come first; `guards`
    of steps have the names that `model.workflow.guard_name` gives, `parts` of rules (the whole condition of each level
    where there are several, and what clears them) those of `model.declaration.part_name`, `shocks` of stresses
    those of `model.scenario.shock_name`, `scored` parts of scorecards those of `model.scorecard.score_name`."""

    catalogue: Catalogue
    indicators: Mapping[str, Formula]
    rules: Mapping[str, Formula]
    checks: Mapping[str, Formula]
    guards: Mapping[str, Formula] = field(default_factory=dict)
    parts: Mapping[str, Formula] = field(default_factory=dict)
    shocks: Mapping[str, Formula] = field(default_factory=dict)
    scored: Mapping[str, Formula] = field(default_factory=dict)
