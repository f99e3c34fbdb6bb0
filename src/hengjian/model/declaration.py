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
    from hengjian.model.cut import Scope
    from hengjian.model.form import Form
    from hengjian.model.learned import LearnedScore
    from hengjian.model.page import Page
    from hengjian.model.scenario import Network, Stress
    from hengjian.model.scorecard import Scorecard
    from hengjian.model.workflow import Walk, Workflow

PeriodType = Literal["instant", "duration"]
AttributeKind = Literal["text", "number", "date"]
#: How the text of an attribute is spelled; the rules stand in `intake.formats`.
AttributeFormat = Literal["social_credit_code", "lei"]

#: The shipped link of ownership (CONTRACT section 2). What its attributes mean is told in `panel.holdings`.
OWNS = "owns"
#: What follows from it, for every entity: who controls it in the end (itself where nobody does), and how many links
#: down from that one it stands. A pack that declares an attribute of the name means its own.
ULTIMATE_OWNER, LEVEL = "ultimate_owner", "level"
#: The link that follows from it: whom an entity controls, directly or not.
CONTROLS, CONTROLLERS = "controls", "controllers"


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
    """A dated property of an entity or a link; a text may have a `format`. `restricted`: not everybody who sees the
    entity reads it (of an entity's only)."""

    name: str
    label: Label
    kind: AttributeKind
    place: Place
    format: AttributeFormat | None = None
    restricted: bool = False


_SHIPPED = Place(file="base/types.yaml")
_DERIVED: Mapping[str, Attribute] = {
    ULTIMATE_OWNER: Attribute(
        name=ULTIMATE_OWNER, label=Label(zh="最终控制人", en="Ultimate owner"), kind="text", place=_SHIPPED
    ),
    LEVEL: Attribute(name=LEVEL, label=Label(zh="管理层级", en="Level"), kind="number", place=_SHIPPED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityType:
    """A kind of thing that is observed. Several packs may add attributes to one type.

    One that `extends` another has that one's attributes too, and all that is declared for that one applies to it. Of
    a `restricted` one who there is, and all that is known of them, is restricted.
    """

    name: str
    label: Label
    attributes: Mapping[str, Attribute]
    place: Place
    extends: str | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """A kind of dated, directed relation between entities of two types; `inverse` is its name when walked back.

    With `any_source` entities of every type may stand where it begins; formulas walk it between those of `source` and
    `target` only. `within`: where it begins lies within where it ends, as a branch within its head office: whoever has
    a role there has it here too. `ends`: what its form, which it has then, calls where it begins and where it ends.
    """

    name: str
    label: Label
    source: str
    target: str
    attributes: Mapping[str, Attribute]
    place: Place
    inverse: str | None = None
    inverse_label: Label | None = None
    any_source: bool = False
    within: bool = False
    ends: tuple[Label, Label] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A raw quantity that is reported or metered. `cumulative` "year": each figure runs from the year's start.

    `restricted`: not everybody who sees the entity reads it.
    """

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
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """One dated value of a parameter, in base units: a plain number under the key "default", or one per class.

    With one `by` attribute the keys are its values; with several, the values joined by "/". "default" answers for
    the rest. Of a parameter with `points`, `values` is empty and `tables` holds [x, y] in base units, x ascending.
    """

    valid_from: date
    source: str
    values: Mapping[str, Decimal]
    place: Place
    tables: Mapping[str, tuple[tuple[Decimal, Decimal], ...]] = field(default_factory=dict)

    def classes(self) -> frozenset[str]:
        """The classes that have a value, with "default" where that is one of them."""
        return frozenset(self.values) | frozenset(self.tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A dated, sourced constant; values ascend by `valid_from`. With `points`, the unit of x, it is a table of points
    [x, y], y in `unit`."""

    name: str
    label: Label
    unit: Unit
    by: tuple[str, ...]
    values: tuple[ParameterValue, ...]
    pack: str
    place: Place
    points: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaText:
    """A formula as written; `place` is where its first character stands, `valid_from` None means always."""

    valid_from: date | None
    source: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A formula over measures, indicators and parameters; versions ascend by `valid_from`, None first.

    `frequency` is declared where no measure gives it one; `classes` are what its whole numbers stand for. `restricted`
    None: where what it reads is; False: nevertheless not, for a `reason`.
    """

    name: str
    label: Label
    type: str
    unit: Unit
    versions: tuple[FormulaText, ...]
    pack: str
    place: Place
    frequency: Frequency | None = None
    classes: Mapping[int, Label] = field(default_factory=dict)
    restricted: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A field of supervision, such as debt or safety, under which rules stand together."""

    name: str
    label: Label
    pack: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One level of a rule and the condition of that level, without what else the rule demands."""

    level: str
    when: FormulaText


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """That a condition held in at least `periods` of the last `of` periods, the present one counted."""

    periods: int
    of: int


#: How sure the lines of a rule are: as published, written from memory and to be verified, the pack's own choice.
Confidence = Literal["source", "mem", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition whose occurrence is an alert. It opens a case of the workflow `opens`, to end within `days`;
    `working`: those on which China works.

    `when` is the whole condition: that any of the `tiers` (the gravest first) holds, for as long as `persists` says, of
    whom it `applies` to, from the `minimum` on. `level` is the gravest. A raised alert stands until `clear` holds, or
    where there is none until `when` does not. `unknown` is the level at which it is raised where it cannot be told.
    It reads statements of one `scope`, of periods that end in its validity; its cause is looked for `depth` layers of
    ownership down (None: all).
    """

    name: str
    label: Label
    type: str
    when: FormulaText
    level: str
    source: str
    message: Label
    pack: str
    place: Place
    tiers: tuple[Tier, ...] = ()
    applies: FormulaText | None = None
    minimum: FormulaText | None = None
    persists: Persistence | None = None
    clear: FormulaText | None = None
    unknown: str | None = None
    scope: "Scope" = "consolidated"
    depth: int | None = None
    area: str | None = None
    owner: Label | None = None
    document: str | None = None
    confidence: Confidence | None = None
    until: date | None = None
    opens: str | None = None
    days: int | None = None
    working: bool = False
    message_place: Place | None = None
    frequency: Frequency | None = None

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """Each level, the gravest first, with the name of the formula that is its whole condition."""
        if len(self.tiers) < 2:
            return ((self.level, self.name),)
        return tuple((tier.level, part_name(self.name, tier.level)) for tier in self.tiers)

    @property
    def clearing(self) -> str | None:
        """The name of the formula by which a raised alert clears; None: where `when` does not hold."""
        return None if self.clear is None else part_name(self.name, "clear")

    def texts(self) -> tuple[FormulaText, ...]:
        """All that is written of it in the formula language, each at its place."""
        others = (self.applies, self.minimum, self.clear)
        return (*([tier.when for tier in self.tiers] or [self.when]), *(one for one in others if one is not None))

    def demanded(self, condition: str) -> str:
        """The text of a level's whole condition."""
        demands = [one.text for one in (self.applies, self.minimum) if one is not None]
        if self.persists is not None:
            condition = f"count_true({condition}, {self.persists.of}) >= {self.persists.periods}"
        return " and ".join(f"({one})" for one in (*demands, condition)) if demands else condition


def part_name(rule: str, part: str) -> str:
    """What a part of a rule (a level, "clear") is called among formulas: no declaration can have the name."""
    return f"`{part}` of {rule}"


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
    message_place: Place | None = None
    frequency: Frequency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCase:
    """One worked case of a pack (STYLE 1.6): `given` and `before` rows, links, what is expected. Values stay text."""

    name: str
    given: tuple[Mapping[str, str], ...]
    expect: Mapping[str, Mapping[str, str] | tuple[str, ...]]
    place: Place
    links: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A folder of declarations that is one scenario. `digest` is the SHA-256 of its archive, in hex; `two_persons` are
    the questions that one person asks and another one approves."""

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
    walks: "tuple[Walk, ...]" = ()
    areas: tuple[Area, ...] = ()
    networks: "tuple[Network, ...]" = ()
    stresses: "tuple[Stress, ...]" = ()
    models: "tuple[LearnedScore, ...]" = ()
    scorecards: "tuple[Scorecard, ...]" = ()
    strings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    digest: str = ""
    two_persons: tuple[str, ...] = ()


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
    areas: Mapping[str, Area] = field(default_factory=dict)
    networks: "Mapping[str, Network]" = field(default_factory=dict)
    stresses: "Mapping[str, Stress]" = field(default_factory=dict)
    models: "Mapping[str, LearnedScore]" = field(default_factory=dict)
    scorecards: "Mapping[str, Scorecard]" = field(default_factory=dict)

    def known_units(self) -> dict[str, Unit]:
        """Every unit by all its spellings: the shipped ones, and what packs add."""
        added = {spelling: one.unit for one in self.units.values() for spelling in one.spellings()}
        return {**SHIPPED, **added}

    def lineage(self, type_name: str) -> tuple[str, ...]:
        """The type itself, then what it extends, nearest first. Of a type that is not declared: the name alone."""
        found: dict[str, None] = {}
        at: str | None = type_name
        while at is not None and at not in found:
            found[at] = None
            declared = self.types.get(at)
            at = None if declared is None else declared.extends
        return tuple(found)

    def descends(self, type_name: str, ancestor: str) -> bool:
        """Whether the one type is the other, or extends it at however many removes."""
        return type_name == ancestor or ancestor in self.lineage(type_name)

    def derived_attributes(self) -> dict[str, Attribute]:
        """What follows from `owns` for every entity, unless a pack declares an attribute of the name."""
        declared = {name for one in self.types.values() for name in one.attributes}
        return {} if OWNS not in self.links else {name: one for name, one in _DERIVED.items() if name not in declared}

    def walked_links(self) -> dict[str, LinkType]:
        """The links that formulas walk: those declared, and whom one controls, unless a pack declares that name."""
        owns = self.links.get(OWNS)
        taken = {name for one in self.links.values() for name in (one.name, one.inverse)}
        if owns is None or taken & {CONTROLS, CONTROLLERS}:
            return dict(self.links)
        controls = LinkType(
            name=CONTROLS, label=Label(zh="控制", en="Controls"), source=owns.source, target=owns.target, attributes={},
            place=owns.place, inverse=CONTROLLERS, inverse_label=Label(zh="控制人", en="Controlled by"),
        )  # fmt: skip
        return {**self.links, CONTROLS: controls}

    def family(self, type_name: str) -> frozenset[str]:
        """The type itself and all that extend it, at however many removes."""
        return frozenset([type_name, *(name for name in self.types if self.descends(name, type_name))])

    def attributes_of(self, type_name: str) -> dict[str, Attribute]:
        """The attributes of a type, inherited ones first; its own declaration of one stands before an inherited one."""
        found: dict[str, Attribute] = {}
        for name in reversed(self.lineage(type_name)):
            declared = self.types.get(name)
            found |= {} if declared is None else declared.attributes
        return found

    def unit_of(self, name: str) -> Unit:
        """The unit of a measure, indicator or parameter."""
        for declared in (self.measures, self.indicators, self.parameters):
            if name in declared:
                return declared[name].unit
        raise KeyError(name)
