"""Scorecards: trees of weighted items, how each of them is scored, and what is done to the sums.

Points are decimal numbers; figures that formulas give become decimal where scoring begins (`supervise.scoring`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from hengjian.model.declaration import Confidence, FormulaText, Label
from hengjian.model.issue import Place
from hengjian.model.period import Frequency
from hengjian.model.unit import Unit

#: A choice of a switch, as ("clamp", "on"): what hangs on it is done where the switch stands so.
Setting = tuple[str, str]
Direction = Literal["up", "down", "free"]
Role = Literal["scored", "basic", "modifying", "bonus"]
Combine = Literal["sum", "weighted", "modified"]
Rounding = Literal["half_up", "half_even", "down"]
#: Where an actual figure comes from, and which of them counts: the first that there is.
Channel = Literal["assessed", "audited", "confirmed", "system"]
Sign = Literal["negative", "zero", "positive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A choice that the rule's text leaves open; one word of `choices` stands where nobody chose."""

    name: str
    label: Label
    choices: Mapping[str, Label]
    otherwise: str
    source: str
    confidence: Confidence | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade of the whole score: from `at_least` points on, up to where the next better one begins.

    `share` or `count`: at most so large a part, or so many, of those assessed have it or a better one.
    """

    name: str
    label: Label
    at_least: Decimal
    share: Decimal | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A grade of standard values with its coefficient (标准系数), as excellent 1.0."""

    name: str
    label: Label
    coefficient: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """A case in which the text fixes an amount: a share of the weight (efficacy) or the coefficient (modification)."""

    when: FormulaText
    amount: Decimal
    reason: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficacy:
    """功效系数法 against the bands of a standard: weight × the coefficient, linear between two bands.

    `absent` is what becomes of it where there is no standard: it is left out (its section keeps its weight), or 0.
    """

    standard: str
    special: tuple[Special, ...] = ()
    absent: Literal["left_out", "zero"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """修正系数 of a modifying item against the bands of a standard, as `supervise.scoremodified` applies it."""

    standard: str
    special: tuple[Special, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """`points` for each `per` (percent or units) by which a target is passed or missed, `most` in all."""

    points: Decimal
    per: Decimal
    most: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTier:
    """From this relation of the target to the base on (1: the target reaches it), at most so many points are added.

    `beyond`: only from more than it on."""

    at_least: Decimal
    most: Decimal
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Of a negative target: what a loss is reduced by counts in `part`, and at most so many points are added."""

    part: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Points above and below the weight by how far the value is from its target, in percent of the target or, where
    `absolute`, in its unit. `whole_if`: only whole steps count where a switch stands so. `target` None: the letter's.
    """

    above: Side | None = None
    below: Side | None = None
    absolute: bool = False
    target: FormulaText | None = None
    base: FormulaText | None = None
    tiers: tuple[TargetTier, ...] = ()
    losses: Losses | None = None
    whole_if: Setting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProRata:
    """Weight × value ÷ target (target ÷ value where less is better), between two shares of the weight."""

    least: Decimal | None = None
    most: Decimal | None = None
    target: FormulaText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """From this value on (`beyond`: from more than it on), so many points; None: whatever is less than all others."""

    at_least: Decimal | None
    points: Decimal
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Points by the row in which the value lies, or its attainment (value ÷ target), or how far it is from its target
    (|value − target| ÷ |target|). Rows ascend; `linear`: points between two rows lie on the line between them."""

    rows: tuple[Row, ...]
    of: Literal["value", "attainment", "deviation"] = "value"
    linear: bool = False
    target: FormulaText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Points by the best band of a standard that the value reaches."""

    standard: str
    points: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingGrade:
    """A word of raters and the share of the weight that it gives."""

    name: str
    label: Label
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Weight × the mean share that the raters gave, by words or by shares between 0 and 1; `experts` stay unnamed, and
    their ratings unseen, until the panel is closed; `raters`: so many at least."""

    by: Literal["experts", "departments"]
    grades: tuple[RatingGrade, ...]
    raters: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardKind:
    """A ground on which points are added or taken away, between `least` and `most` (both positive)."""

    name: str
    label: Label
    least: Decimal
    most: Decimal
    source: str
    confidence: Confidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awards:
    """The sum of recognised additions, or `minus`: deductions; `most` in all. Each has its ground and its evidence."""

    kinds: tuple[AwardKind, ...]
    minus: bool = False
    most: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The value is the points themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastScores:
    """The mean score of another scorecard (of its item, where one is named) over the last `years` periods; `relation`
    mean, or change: the last one ÷ the one before (绩效改进度)."""

    scorecard: str
    item: str | None = None
    years: int = 1
    relation: Literal["mean", "change"] = "mean"


Method = Efficacy | Modification | Steps | ProRata | Table | Standing | Rating | Awards | Points | PastScores


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """That an item's target, or its value, has a sign; that it falls short of its target; or that its target is less
    than its base (`below_base`: worse than it, where less is better)."""

    item: str
    target: Sign | None = None
    value: Sign | None = None
    short: bool = False
    below_base: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """When something is done: a condition holds, an item stands so, a switch stands so, all of what is said."""

    when: FormulaText | None = None
    where: Where | None = None
    setting: Setting | None = None
    unless_coupled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """No less than so many points."""

    at: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """No more than so many points; None: than the item's weight."""

    at: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Multiplied by a number, a formula, or, where neither is said, the factor of the letter (经营难度系数)."""

    by: Decimal | None = None
    formula: FormulaText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescale:
    """From a scale of so many points to another one."""

    source: Decimal
    target: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """To so many decimals, as the rule prints them."""

    digits: int
    rule: Rounding = "half_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Couple:
    """Where an item below, other than those named, falls short of its weight, the others get no more than theirs."""

    others_than: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """The points of bonus items are added, `most` in all. `damped_from`: from so many points on, (1 − points ÷ 100) ×
    `factor` × bonus takes the place of the bonus."""

    items: tuple[str, ...]
    most: Decimal | None = None
    damped_from: Decimal | None = None
    factor: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapGrade:
    """No more than the top of a grade: less than where the next better one begins by one unit of the last decimal."""

    grade: str
    digits: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """一票否决: the grade is this one, whatever the score, where points were taken away on any of these grounds, or the
    condition holds."""

    grade: str
    grounds: tuple[str, ...] = ()


Step = Floor | Cap | Times | Rescale | Round | Couple | Bonus | CapGrade | Veto


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """One step of what is done to an item's points, in the order as declared."""

    step: Step
    given: If = field(default_factory=If)
    reason: Label | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a coefficient is held between, where a switch stands so (None: always)."""

    least: Decimal
    most: Decimal
    setting: Setting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One node: a group with `items` and how they combine, or a leaf with a `method`.

    `unit` is that in which value, target and standards are written; figures are converted into it. `many`: each line
    of the letter that names the item is an item of its own below it. `weight` None: the letter's. `missing`: what a
    missing value gives: 0 points, or it is left out and its group keeps its weight; None: no score can be told.
    """

    name: str
    label: Label
    place: Place
    weight: Decimal | None = None
    value: FormulaText | None = None
    unit: Unit | None = None
    direction: Direction = "up"
    method: Method | None = None
    items: tuple["Item", ...] = ()
    combine: Combine = "sum"
    bounds: Bounds | None = None
    role: Role = "scored"
    adjust: tuple[Adjust, ...] = ()
    many: bool = False
    applies: FormulaText | None = None
    missing: Literal["zero", "left_out"] | None = None
    channels: tuple[Channel, ...] = ()
    owner: Label | None = None
    source: str = ""
    document: str | None = None
    confidence: Confidence | None = None

    def walk(self) -> Iterator["Item"]:
        """The item and all below it, in the order as declared."""
        yield self
        for item in self.items:
            yield from item.walk()

    def formulas(self) -> Iterator[tuple[str, FormulaText, bool]]:
        """What of this item alone is written in the formula language: a short name within it, the text, and whether
        it is a condition."""
        for what, text in (("value", self.value), ("applies", self.applies)):
            if text is not None:
                yield what, text, what == "applies"
        yield from _of_method(self.method)
        for number, adjust in enumerate(self.adjust, 1):
            if adjust.given.when is not None:
                yield f"when {number}", adjust.given.when, True
            if isinstance(adjust.step, Times) and adjust.step.formula is not None:
                yield f"times {number}", adjust.step.formula, False


def _of_method(method: Method | None) -> Iterator[tuple[str, FormulaText, bool]]:
    match method:
        case Efficacy(special=special) | Modification(special=special):
            for number, one in enumerate(special, 1):
                yield f"special {number}", one.when, True
        case Steps(target=target, base=base):
            for what, text in (("target", target), ("base", base)):
                if text is not None:
                    yield what, text, False
        case ProRata(target=target) | Table(target=target) if target is not None:
            yield "target", target, False


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The book of standard values that a scorecard goes by, and the attributes of an entity that say under which class
    (a path such as 工业/机械工业) and which size it is looked up where nobody chose otherwise."""

    name: str
    by_class: str
    by_size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a score leads to, as a multiple of pay: by rows that ascend, on the line between two of them if `linear`."""

    name: str
    label: Label
    rows: tuple[Row, ...]
    linear: bool
    source: str
    confidence: Confidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A tree of items that gives an entity of one type a score for each period of one frequency.

    In force for periods that end in its validity. `letter`: only who has a responsibility letter is scored. `bands`
    and `grades`: the best comes first. `root` is the whole, whose children are the declared items. `workflow`: the
    case that leads to its publication, which is the step `published_by` in it; `objected_by`, `upheld_by` and
    `rejected_by` are the steps with which an objection is raised and answered.
    """

    name: str
    label: Label
    type: str
    frequency: Frequency
    root: Item
    source: str
    pack: str
    place: Place
    valid_from: date | None = None
    until: date | None = None
    document: str | None = None
    confidence: Confidence | None = None
    letter: bool = False
    standards: Book | None = None
    bands: tuple[Band, ...] = ()
    grades: tuple[Grade, ...] = ()
    switches: Mapping[str, Switch] = field(default_factory=dict)
    digits: int = 2
    uses: tuple[Use, ...] = ()
    workflow: str | None = None
    published_by: str | None = None
    objected_by: str | None = None
    upheld_by: str | None = None
    rejected_by: str | None = None

    @property
    def steps(self) -> Mapping[str, str]:
        """The steps of its workflow that it names, by the key under which it does."""
        named = {
            "published_by": self.published_by, "objected_by": self.objected_by, "upheld_by": self.upheld_by,
            "rejected_by": self.rejected_by,
        }  # fmt: skip
        return {key: step for key, step in named.items() if step is not None}

    def formulas(self) -> Iterator[tuple[str, FormulaText, bool, Item]]:
        """All that is written in the formula language, by the name that the programme gives it."""
        for item in self.root.walk():
            for what, text, is_condition in item.formulas():
                yield score_name(self.name, item.name, what), text, is_condition, item

    def item(self, name: str) -> Item | None:
        """The item of this name."""
        return next((item for item in self.root.walk() if item.name == name), None)


def score_name(card: str, item: str, what: str) -> str:
    """What a part of an item is called among formulas: no declaration can have the name."""
    return f"`{item} {what}` of {card}"
