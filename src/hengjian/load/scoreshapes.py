"""The table of scorecards/*.yaml: which keys a scorecard, its items, their methods and steps have."""

from decimal import Decimal
from typing import get_args

from hengjian.load.fields import Field, Kind, Reading, choice, listing, naming, nested, record, scalar
from hengjian.load.fields import Record as Shape
from hengjian.load.kinds import FIGURE, FORMULA, LABEL, NAME, NAME_SCHEMA, TEXT, UNIT, Figure, Written, good_name
from hengjian.load.kinds import parse_number as number
from hengjian.load.shapes import CONFIDENCE, DOCUMENT, FREQUENCY, FROM_ON, LABEL_FIELD, SOURCE, TYPE, UNTIL, by_name
from hengjian.load.strict import Desk, Node, Scalar
from hengjian.model.scorecard import Channel, Direction, Role, Rounding, Sign


def _whole(least: int, most: int) -> Kind[int]:
    """A whole number between two others."""

    def read(text: str, node: Scalar, desk: Desk, what: str) -> int | None:
        found = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
        if found is not None and least <= found <= most:
            return found
        desk.fault(node, f"{what} cannot be {text!r}", f"write a whole number from {least} to {most}")
        return None

    return scalar(read, {"anyOf": [
        {"type": "integer", "minimum": least, "maximum": most}, {"type": "string", "pattern": "^[0-9]{1,4}$"},
    ]})  # fmt: skip


def _amount(text: str, node: Scalar, desk: Desk, what: str) -> Decimal | None:
    found = number(text)
    if found is None and text.endswith("%"):
        desk.fault(node, f"{what} is not a part of anything: {text!r}", "write the number alone, without %")
    elif found is None:
        desk.fault(node, f"{what} is not a number: {text!r}", "write it as 0.5 or 12000, without separators")
    return found


def _share(node: Node, desk: Desk, what: str) -> Decimal | None:
    found: Figure | None = FIGURE.read(node, desk, what)
    return None if found is None else decimal(found)


def decimal(figure: Figure) -> Decimal:
    """25% as 0.25."""
    return figure.value / 100 if figure.percent else figure.value


AMOUNT = scalar(_amount, {"anyOf": [{"type": "number"}, {"type": "string"}]})
SHARE: Kind[Decimal] = Kind(_share, FIGURE.schema)
NO_NAMES: tuple[str, ...] = ()
NO_READINGS: tuple[Reading, ...] = ()
NO_RECORDS: dict[str, tuple[Scalar, Reading]] = {}


def _or_not(name: str, kind: Kind[Decimal], meaning: str) -> Field[Decimal]:
    return Field(name, kind, meaning, required=False)


def _formula(name: str, meaning: str) -> Field[Written]:
    return Field(name, FORMULA, meaning, required=False)


def _flag(name: str, meaning: str) -> Field[str]:
    return Field(name, choice("true", "false"), meaning, required=False, otherwise="false")


#: The record of each section, for the manual.
RECORDS: dict[str, Shape] = {}


def _section(name: str, shape: Shape, meaning: str) -> Field[Reading]:
    RECORDS[name] = shape
    return Field(name, nested(shape), meaning, required=False)


# what several of them have
SETTING_WORD = naming(TEXT, good_name, NAME_SCHEMA)
SETTING = Field("setting", SETTING_WORD, "only where a switch stands so, as {clamp: on}", required=False)
REASON = Field("reason", LABEL, "why, in plain words: {zh: …, en: …}", required=False)
ITEM_SOURCE = Field("source", TEXT, SOURCE.meaning, required=False, otherwise="")
TARGET = _formula("target", "the target; the letter's where it is left out")
AT_LEAST = Field("at_least", FIGURE, "the value from which the row counts; left out of the lowest row", required=False)
ROW_POINTS = Field("points", AMOUNT, "the points of the row")
BEYOND = _flag("beyond", "true: only from more than at_least on")
ROWS = Field(
    "rows",
    listing(nested(record(AT_LEAST, ROW_POINTS, BEYOND))),
    "rows that ascend: [{points: 0}, {at_least: 60, points: 5}]",
)
LINEAR = _flag("linear", "true: between two rows the points lie on the line between them")

# methods
WHEN = Field("when", FORMULA, "the case, as average_net_assets <= 0")
SPECIAL_AMOUNT = Field("amount", SHARE, "the share of the weight, or the coefficient, that then stands, as 0")
SPECIAL_REASON = Field("reason", LABEL, REASON.meaning)
SPECIAL_RECORD = record(WHEN, SPECIAL_AMOUNT, SPECIAL_REASON)
SPECIAL = Field(
    "special", listing(nested(SPECIAL_RECORD)),
    "cases in which the text fixes an amount: [{when, amount, reason}]", required=False, otherwise=NO_READINGS,
)  # fmt: skip
STANDARD = Field("standard", NAME, "the key of the standard in the card's book")
ABSENT = Field(
    "absent", choice("left_out", "zero"), "what becomes of it without a standard: left_out or zero", required=False
)
EFFICACY = _section("efficacy", record(STANDARD, SPECIAL, ABSENT), "功效系数法: {standard, special, absent}")
MODIFICATION = _section("modification", record(STANDARD, SPECIAL), "修正系数: {standard, special}")
SIDE_POINTS = Field("points", AMOUNT, "so many points")
PER = Field("per", AMOUNT, "for each so many percent of the target, or units where `absolute`")
MOST = _or_not("most", AMOUNT, "so many points at most")
SIDE = record(SIDE_POINTS, PER, MOST)
ABOVE = _section("above", SIDE, "points added beyond the target: {points: 1, per: 3, most: 6}")
BELOW = _section("below", SIDE, "points taken off short of the target: {points: 1, per: 3, most: 6}")
ABSOLUTE = _flag("absolute", "true: the distance counts in the item's unit, not in percent of the target")
BASE = _formula("base", "what the target is compared with for `tiers`; the letter's where it is left out")
TIER_FROM = Field("at_least", SHARE, "the relation of the target to the base from which it counts, as 1")
TIER_MOST = Field("most", AMOUNT, "so many points are added at most")
TIERS = Field(
    "tiers", listing(nested(record(TIER_FROM, TIER_MOST, BEYOND))),
    "what may be added at most, by how the target stands to the base: [{at_least: 0.9, most: 4}]", required=False,
    otherwise=NO_READINGS,
)  # fmt: skip
LOSS_PART = Field("part", SHARE, "in what part a reduced loss counts, as 50%")
LOSSES = _section("losses", record(LOSS_PART, TIER_MOST), "of a negative target: {part: 50%, most: 5}")
WHOLE_IF = Field("whole_if", SETTING_WORD, "only whole steps count where a switch stands so", required=False)
STEPS = _section(
    "steps", record(ABOVE, BELOW, ABSOLUTE, TARGET, BASE, TIERS, LOSSES, WHOLE_IF),
    "points for each step beyond and short of the target: {above, below}",
)  # fmt: skip
LEAST_SHARE = _or_not("least", SHARE, "no less than this share of the weight")
MOST_SHARE = _or_not("most", SHARE, "no more than this share of the weight")
PRO_RATA = _section("pro_rata", record(LEAST_SHARE, MOST_SHARE, TARGET), "weight × value ÷ target: {least, most}")
OF = Field(
    "of", choice("value", "attainment", "deviation"),
    "value, attainment (value ÷ target) or deviation (how far from it, in parts of it)", required=False,
    otherwise="value",
)  # fmt: skip
TABLE = _section("table", record(OF, LINEAR, ROWS, TARGET), "points by rows: {of, linear, rows: [{at_least, points}]}")
BY_BAND = Field(
    "points", naming(AMOUNT, good_name, NAME_SCHEMA), "points by the band that is reached, as {excellent: 5}"
)
STANDING = _section("standing", record(STANDARD, BY_BAND), "points by the best band reached: {standard, points}")
RATED_BY = Field("by", choice("experts", "departments"), "experts (unnamed until the panel closes) or departments")
RATERS = Field("raters", _whole(1, 99), "so many at least", required=False, otherwise=1)
RATING_SHARE = Field("share", SHARE, "the share of the weight that the word gives, as 0.8")
RATING_GRADES = Field(
    "grades", by_name(nested(record(LABEL_FIELD, RATING_SHARE))), "the words: {excellent: {label, share: 1}}"
)
RATING = _section("rating", record(RATED_BY, RATERS, RATING_GRADES), "what raters say: {by, raters, grades}")
AWARD_LEAST = Field("least", AMOUNT, "so many points at least (positive)")
AWARD_MOST = Field("most", AMOUNT, "so many points at most (positive)")
KIND_RECORD = record(LABEL_FIELD, AWARD_LEAST, AWARD_MOST, SOURCE, CONFIDENCE)
KINDS = Field(
    "kinds", by_name(nested(KIND_RECORD)),
    "the grounds: {NAME: {label, least, most, source}}",
)  # fmt: skip
MINUS = _flag("minus", "true: the points are taken away")
AWARDS = _section("awards", record(KINDS, MINUS, MOST), "additions or deductions by ground: {kinds, minus, most}")
POINTS = _section("points", record(), "the value is the points themselves: {}")
PAST_CARD = Field("scorecard", NAME, "the scorecard whose scores are taken")
PAST_ITEM = Field("item", NAME, "its item, where not the whole is meant", required=False)
YEARS = Field("years", _whole(1, 30), "over so many of its periods", required=False, otherwise=1)
RELATION = Field(
    "relation", choice("mean", "change"), "mean, or change: the last one ÷ the one before", required=False,
    otherwise="mean",
)  # fmt: skip
PAST = _section("past", record(PAST_CARD, PAST_ITEM, YEARS, RELATION), "earlier scores: {scorecard, item, years}")
METHODS = (EFFICACY, MODIFICATION, STEPS, PRO_RATA, TABLE, STANDING, RATING, AWARDS, POINTS, PAST)
METHOD = _section(
    "method", record(*METHODS, either=(tuple(one.name for one in METHODS),)), "how it is scored: {NAME: {…}}"
)

# steps of adjust
FLOOR_AT = Field("at", AMOUNT, "no less than so many points")
FLOOR = _section("floor", record(FLOOR_AT), "no less than: {at: 0}")
CAP_AT = _or_not("at", AMOUNT, "no more than so many points; the weight where it is left out")
CAP = _section("cap", record(CAP_AT), "no more than: {at: 100}, or {} for the weight")
TIMES_BY = _or_not("by", AMOUNT, "a number")
TIMES_FORMULA = _formula("formula", "a formula")
TIMES = _section("times", record(TIMES_BY, TIMES_FORMULA), "multiplied by {by} or {formula}; {}: the letter's factor")
RESCALE_FROM = Field("from", AMOUNT, "the points of the scale so far")
RESCALE_TO = Field("to", AMOUNT, "the points of the new scale")
RESCALE = _section("rescale", record(RESCALE_FROM, RESCALE_TO), "to another scale: {from: 120, to: 100}")
DIGITS = Field("digits", _whole(0, 12), "so many decimals")
CARD_DIGITS = Field("digits", DIGITS.kind, "so many decimals", required=False, otherwise=2)
ROUNDING = Field(
    "rule", choice(*get_args(Rounding)), "half_up, half_even or down", required=False, otherwise="half_up"
)  # fmt: skip
ROUND = _section("round", record(DIGITS, ROUNDING), "rounded as the rule prints: {digits: 2}")
OTHERS_THAN = Field("others_than", listing(NAME), "items that are left alone", required=False, otherwise=NO_NAMES)
COUPLE = _section("couple", record(OTHERS_THAN), "no item gets more than its weight while another falls short: {}")
BONUS_ITEMS = Field("items", listing(NAME), "the bonus items")
DAMPED_FROM = _or_not("damped_from", AMOUNT, "from so many points on the bonus is damped")
FACTOR = _or_not("factor", AMOUNT, "by (1 - points ÷ 100) × this factor")
BONUS = _section("bonus", record(BONUS_ITEMS, MOST, DAMPED_FROM, FACTOR), "bonus items are added: {items: […]}")
GRADE = Field("grade", NAME, "the grade")
CAP_GRADE = _section("cap_grade", record(GRADE, CARD_DIGITS), "no more than the top of a grade: {grade: B}")
GROUNDS = Field("grounds", listing(NAME), "grounds of deductions", required=False, otherwise=NO_NAMES)
VETO = _section("veto", record(GRADE, GROUNDS), "the grade whatever the score: {grade: D, grounds: […]}")
STEP_KINDS = (FLOOR, CAP, TIMES, RESCALE, ROUND, COUPLE, BONUS, CAP_GRADE, VETO)
STEP_WHEN = _formula("when", "only where this holds")
WHERE_ITEM = Field("item", NAME, "the item that is looked at")
WHERE_TARGET = Field("target", choice(*get_args(Sign)), "the sign of its target", required=False)
WHERE_VALUE = Field("value", choice(*get_args(Sign)), "the sign of its value", required=False)
SHORT = _flag("short", "true: it falls short of its target")
BELOW_BASE = _flag("below_base", "true: its target is worse than its base")
WHERE = _section(
    "where", record(WHERE_ITEM, WHERE_TARGET, WHERE_VALUE, SHORT, BELOW_BASE), "only where an item stands so"
)
UNLESS_COUPLED = _flag("unless_coupled", "true: not where `couple` holds the points down")
STEP_RECORD = record(
    *STEP_KINDS, STEP_WHEN, WHERE, SETTING, UNLESS_COUPLED, REASON, either=(tuple(one.name for one in STEP_KINDS),)
)
ADJUST = Field(
    "adjust",
    listing(nested(STEP_RECORD)),
    "what is done to the points, in this order: [{cap: {at: 100}}, {round: {digits: 2}}]", required=False,
    otherwise=NO_READINGS,
)  # fmt: skip

# items
WEIGHT = _or_not("weight", AMOUNT, "the points that it is worth; the letter's where it is left out")
VALUE = _formula("value", "the actual figure: an indicator, a measure or any formula")
IN_UNIT = Field("unit", UNIT, "the unit in which value, target and standards are written", required=False)
DIRECTION = Field(
    "direction", choice(*get_args(Direction)), "up (more is better), down or free", required=False, otherwise="up"
)  # fmt: skip
ROLE = Field(
    "role", choice(*get_args(Role)), "scored; basic or modifying in a group that combines as modified; bonus",
    required=False, otherwise="scored",
)  # fmt: skip
COMBINE = Field(
    "combine", choice("sum", "weighted", "modified"),
    "sum of points, weighted (points of 100 each, by weight) or modified (basic points × coefficient)",
    required=False, otherwise="sum",
)  # fmt: skip
LEAST, GREATEST = Field("least", SHARE, "no less than, as 0.7"), Field("most", SHARE, "no more than, as 1.3")
BOUNDS = _section("bounds", record(LEAST, GREATEST, SETTING), "of a coefficient: {least: 0.7, most: 1.3}")
MANY = _flag("many", "true: each line of the letter that names it is an item of its own")
APPLIES = _formula("applies", 'whom it concerns, as class = "public"')
MISSING = Field(
    "missing", choice("zero", "left_out"), "what a missing value gives: zero or left_out; else no score is told",
    required=False,
)  # fmt: skip
CHANNELS = Field(
    "channels", listing(choice(*get_args(Channel))),
    "where the actual figure comes from, the first that there is: [assessed, audited, confirmed, system]",
    required=False, otherwise=NO_NAMES,
)  # fmt: skip
OWNER = Field("owner", LABEL, "the department that answers for it", required=False)


def _read_items(node: Node, desk: Desk, _what: str) -> dict[str, tuple[Scalar, Reading]] | None:
    return by_name(nested(ITEM)).read(node, desk, "item")  # not "items of item 'a' of items of …"


#: A group holds items: the schema refers to itself by this name.
ITEM_DEFINITION = "item"
_WITHIN = Kind(_read_items, {
    "type": "object", "propertyNames": NAME_SCHEMA, "additionalProperties": {"$ref": f"#/$defs/{ITEM_DEFINITION}"},
})  # fmt: skip
ITEMS = Field("items", _WITHIN, "the items: {NAME: {label, weight, value, method}}")
GROUP_ITEMS = Field("items", _WITHIN, ITEMS.meaning, required=False)
ITEM = record(
    LABEL_FIELD, WEIGHT, ROLE, VALUE, IN_UNIT, DIRECTION, METHOD, COMBINE, BOUNDS, ADJUST, MANY, APPLIES, MISSING,
    CHANNELS, OWNER, ITEM_SOURCE, DOCUMENT, CONFIDENCE, GROUP_ITEMS, either=(("method", "items"),),
)  # fmt: skip

# the card
LETTER = _flag("letter", "true: only who has a responsibility letter is scored")
FLOW = Field("workflow", NAME, "the workflow that leads to its publication", required=False)
PUBLISHED_BY = Field("published_by", NAME, "the step of it that publishes", required=False)
OBJECTED_BY = Field("objected_by", NAME, "the step of it with which an enterprise objects", required=False)
UPHELD_BY = Field("upheld_by", NAME, "the step of it that upholds an objection", required=False)
REJECTED_BY = Field("rejected_by", NAME, "the step of it that rejects an objection", required=False)
BOOK = Field("book", NAME, "the name of the book")
BY_CLASS = Field("class", NAME, "the attribute that says under which class an entity is looked up")
BY_SIZE = Field("size", NAME, "the attribute that says its size", required=False)
STANDARDS = _section("standards", record(BOOK, BY_CLASS, BY_SIZE), "the book of standard values: {book, class, size}")
COEFFICIENT = Field("coefficient", SHARE, "the share of the weight that it gives, as 0.8")
BAND_RECORD = record(LABEL_FIELD, COEFFICIENT)
BANDS = Field(
    "bands", by_name(nested(BAND_RECORD)),
    "grades of standard values, the best first: {excellent: {label, coefficient: 1.0}}", required=False,
    otherwise=NO_RECORDS,
)  # fmt: skip
GRADE_FROM = Field("at_least", AMOUNT, "the points from which it is given")
GRADE_SHARE = _or_not("share", SHARE, "at most this part has it or a better one, as 25%")
GRADE_COUNT = Field("count", _whole(0, 9999), "at most so many have it or a better one", required=False)
GRADE_RECORD = record(LABEL_FIELD, GRADE_FROM, GRADE_SHARE, GRADE_COUNT)
GRADES = Field(
    "grades", by_name(nested(GRADE_RECORD)),
    "grades of the whole, the best first: {A: {label, at_least: 85}}", required=False, otherwise=NO_RECORDS,
)  # fmt: skip
CHOICES = Field("choices", naming(LABEL, good_name, NAME_SCHEMA), "the choices: {on: {zh, en}, off: {zh, en}}")
OTHERWISE = Field("otherwise", NAME, "the choice that stands where nobody chose")
SWITCH_RECORD = record(LABEL_FIELD, CHOICES, OTHERWISE, SOURCE, CONFIDENCE)
SWITCHES = Field(
    "switches", by_name(nested(SWITCH_RECORD)),
    "what the text leaves open: {clamp: {label, choices, otherwise: on}}", required=False, otherwise=NO_RECORDS,
)  # fmt: skip
USE_RECORD = record(LABEL_FIELD, LINEAR, SOURCE, CONFIDENCE, ROWS)
USES = Field(
    "uses", by_name(nested(USE_RECORD)),
    "what a score leads to, by rows that ascend: {pay: {label, rows}}", required=False, otherwise=NO_RECORDS,
)  # fmt: skip
SCORECARD = record(
    LABEL_FIELD, TYPE, FREQUENCY, SOURCE, DOCUMENT, CONFIDENCE, FROM_ON, UNTIL, LETTER, FLOW, PUBLISHED_BY, OBJECTED_BY,
    UPHELD_BY, REJECTED_BY, CARD_DIGITS, STANDARDS, BANDS, GRADES, SWITCHES, USES, COMBINE, ADJUST, ITEMS,
)  # fmt: skip
