"""What packs declare: types, links, measures, parameters, indicators, rules, checks, each with its place.

Forms have a module of their own, `form`.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from hengjian.model.issue import Place
from hengjian.model.period import Frequency
from hengjian.model.unit import SHIPPED, Unit

if TYPE_CHECKING:
    from hengjian.model.form import Form
    from hengjian.model.page import Page
    from hengjian.model.workflow import Workflow

PeriodType = Literal["instant", "duration"]
AttributeKind = Literal["text", "number", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people call it, in both languages."""

    zh: str
    en: str

    def record(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnit:
    """A unit that a pack adds; it is written as its name, as its label in either language, or as an alias."""

    name: str
    label: Label
    unit: Unit
    aliases: tuple[str, ...]
    source: str
    pack: str
    place: Place

    def spellings(self) -> tuple[str, ...]:
        """All that may stand for it, its name first, each once, after NFKC and trimming."""
        written = (self.name, self.label.zh, self.label.en, *self.aliases)
        return tuple(dict.fromkeys(unicodedata.normalize("NFKC", text).strip() for text in written))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A dated property of an entity or a link."""

    name: str
    label: Label
    kind: AttributeKind
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityType:
    """A kind of thing that is observed. Several packs may add attributes to one type."""

    name: str
    label: Label
    attributes: Mapping[str, Attribute]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """A kind of dated, directed relation between entities of two types."""

    name: str
    label: Label
    source: str
    target: str
    attributes: Mapping[str, Attribute]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A raw quantity that is reported or metered. `cumulative` "year": each figure runs from the year's start."""

    name: str
    label: Label
    type: str
    unit: Unit
    period_type: PeriodType
    frequency: Frequency
    cumulative: Literal["year"] | None
    source: str
    pack: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """One dated value of a parameter, in base units: a plain number under the key "default", or one per class.

    With one `by` attribute the keys are its values; with several, the values joined by "/". "default" answers for
    the rest.
    """

    valid_from: date
    source: str
    values: Mapping[str, Decimal]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A dated, sourced constant or table; values ascend by `valid_from`."""

    name: str
    label: Label
    unit: Unit
    by: tuple[str, ...]
    values: tuple[ParameterValue, ...]
    pack: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaText:
    """A formula as written; `place` is where its first character stands, `valid_from` None means always."""

    valid_from: date | None
    source: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A formula over measures, indicators and parameters; versions ascend by `valid_from`, None first."""

    name: str
    label: Label
    type: str
    unit: Unit
    versions: tuple[FormulaText, ...]
    pack: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition whose occurrence is an alert. It opens a case of the workflow `opens`, to end within `days`."""

    name: str
    label: Label
    type: str
    when: FormulaText
    level: str
    source: str
    message: Label
    pack: str
    place: Place
    opens: str | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition that each filed entity and period should meet; a breach is a warning or a fault of the filing."""

    name: str
    label: Label
    type: str
    holds: FormulaText
    severity: Literal["error", "warning"]
    source: str
    message: Label
    pack: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCase:
    """One worked case of a pack (STYLE 1.6): `given` and `before` rows, and what is expected. Values stay text."""

    name: str
    given: tuple[Mapping[str, str], ...]
    expect: Mapping[str, Mapping[str, str] | tuple[str, ...]]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A folder of declarations that is one scenario. `digest` is the SHA-256 of its archive, in hex."""

    name: str
    version: str
    licence: str
    label: Label
    requires: tuple[str, ...]
    units: tuple[NamedUnit, ...] = ()
    types: tuple[EntityType, ...] = ()
    links: tuple[LinkType, ...] = ()
    measures: tuple[Measure, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    rules: tuple[Rule, ...] = ()
    checks: tuple[Check, ...] = ()
    forms: "tuple[Form, ...]" = ()
    workflows: "tuple[Workflow, ...]" = ()
    pages: "tuple[Page, ...]" = ()
    cases: tuple[PackCase, ...] = ()
    strings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All that the packs of one moment declare. Measures, indicators and parameters share one namespace."""

    packs: Mapping[str, Pack]
    types: Mapping[str, EntityType]
    links: Mapping[str, LinkType]
    measures: Mapping[str, Measure]
    parameters: Mapping[str, Parameter]
    indicators: Mapping[str, Indicator]
    rules: Mapping[str, Rule]
    checks: Mapping[str, Check]
    forms: "Mapping[str, Form]" = field(default_factory=dict)
    workflows: "Mapping[str, Workflow]" = field(default_factory=dict)
    pages: "Mapping[str, Page]" = field(default_factory=dict)
    units: Mapping[str, NamedUnit] = field(default_factory=dict)

    def known_units(self) -> dict[str, Unit]:
        """Every unit by all its spellings: the shipped ones, and what packs add."""
        added = {spelling: one.unit for one in self.units.values() for spelling in one.spellings()}
        return {**SHIPPED, **added}

    def unit_of(self, name: str) -> Unit:
        """The unit of a measure, indicator or parameter."""
        for declared in (self.measures, self.indicators, self.parameters):
            if name in declared:
                return declared[name].unit
        raise KeyError(name)
