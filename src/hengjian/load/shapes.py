"""The table of every pack file: which keys its records have. The reader and the JSON Schema both go by it."""

from typing import get_args

from hengjian.load.fields import Field, Kind, Reading, choice, listing, naming, nested, record
from hengjian.load.kinds import (
    CELL,
    CLASS_SCHEMA,
    DAY,
    DAYS,
    FIGURE,
    FORMULA,
    LABEL,
    MESSAGE,
    NAME,
    NAME_SCHEMA,
    NO_LABEL,
    PACK_NAME,
    ROW_NUMBER,
    TEXT,
    UNIT,
    VERSION,
    class_number,
    good_name,
)
from hengjian.load.strict import Desk, Scalar
from hengjian.load.table import TABLE
from hengjian.model.declaration import AttributeFormat, Label
from hengjian.model.issue import nearest
from hengjian.model.period import FREQUENCIES, PER_DAY, PER_YEAR
from hengjian.model.workflow import LEVELS

_NO_WEEKS = "months are not made of weeks: report by day"
_TOO_FINE = "the finest is quarter_hour: sum or sample what is finer before it is filed"
_NO_FORM = "forms are filed by month and coarser; finer readings come as observations or wide"
Named = dict[str, tuple[Scalar, Reading]]

LABEL_FIELD = Field("label", LABEL, "what people call it: {zh: …, en: …}", otherwise=NO_LABEL)
SOURCE = Field("source", TEXT, "the document and clause that says so", otherwise="?")
TYPE = Field("type", NAME, "the entity type that it belongs to")
UNIT_FIELD = Field("unit", UNIT, "CNY, 万元, person, ratio, %, or joined as CNY/person")
FROM_DAY = Field("from", DAY, "the first day on which it holds")


def by_name(kind: Kind[Reading]) -> Kind[Named]:
    """A mapping from good names to records of one kind."""
    return naming(kind, good_name, NAME_SCHEMA)


# pack.yaml
PACK_NAME_FIELD = Field("name", PACK_NAME, "the pack's name: small letters, digits and _")
PACK_VERSION = Field("version", VERSION, "the pack's version, as 1.0.0", otherwise="0")
LICENCE = Field("licence", TEXT, "the licence of the pack, as Apache-2.0", otherwise="?")
REQUIRES = Field("requires", listing(PACK_NAME), "the packs that it builds on, as [base]", required=False, otherwise=())
OWNER = Field("owner", TEXT, "who answers for the pack", required=False, otherwise="")
PURPOSE = Field("for", TEXT, "what the pack is for", required=False, otherwise="")
PACK_TWO_PERSONS = Field(
    "two_persons", listing(choice("give_role", "upgrade")),
    "what one person asks for and another one approves: [give_role, upgrade]", required=False, otherwise=(),
)  # fmt: skip
PACK = record(PACK_NAME_FIELD, PACK_VERSION, LICENCE, LABEL_FIELD, REQUIRES, OWNER, PURPOSE, PACK_TWO_PERSONS)

# units.yaml
UNIT_OF = Field("of", UNIT, "the unit that it is a multiple of, as m3 or CNY/m3", required=False)
TIMES = Field("times", FIGURE, "how many of those one of it is, as 1000", required=False)
UNIT_ALIASES = Field("aliases", listing(TEXT), "other spellings of it in filings", required=False, otherwise=())
NEW_UNIT = record(LABEL_FIELD, UNIT_OF, TIMES, UNIT_ALIASES, SOURCE)

# types.yaml: a declaration with `from` and `to` is a link, any other an entity type
ATTRIBUTE_KIND = Field("kind", choice("text", "number", "date"), "text, number or date")
ATTRIBUTE_FORMAT = Field(
    "format", choice(*get_args(AttributeFormat)), "of a text: social_credit_code or lei, with their check characters",
    required=False,
)  # fmt: skip
RESTRICTED = Field(
    "restricted", choice("true", "false"), "true: only roles that may see restricted data read it", required=False
)
ATTRIBUTE = record(ATTRIBUTE_KIND, ATTRIBUTE_FORMAT, LABEL_FIELD, RESTRICTED)
LINK_ATTRIBUTE = record(ATTRIBUTE_KIND, ATTRIBUTE_FORMAT, LABEL_FIELD)
NO_ATTRIBUTES: Named = {}
ATTRIBUTES = Field(
    "attributes", by_name(nested(ATTRIBUTE)), "dated properties: {name: {kind, label}}", required=False,
    otherwise=NO_ATTRIBUTES,
)  # fmt: skip
LINK_ATTRIBUTES = Field(
    ATTRIBUTES.name, by_name(nested(LINK_ATTRIBUTE)), ATTRIBUTES.meaning, required=False, otherwise=NO_ATTRIBUTES
)
LINK_FROM = Field("from", NAME, "the entity type at which the link begins")
LINK_TO = Field("to", NAME, "the entity type at which the link ends")
ANY_SOURCE = Field(
    "any_source", choice("true", "false"), "true: entities of every other type may stand at `from` too", required=False,
    otherwise="false",
)  # fmt: skip
WITHIN = Field(
    "within", choice("true", "false"), "true: `from` lies within `to`, and is seen by whoever has a role there",
    required=False, otherwise="false",
)  # fmt: skip
INVERSE = Field("inverse", NAME, "the link's name when it is walked back, as owned_by", required=False)
INVERSE_LABEL = Field("inverse_label", LABEL, "what people call it then: {zh: …, en: …}", required=False)
EXTENDS = Field(
    "extends", NAME, "the entity type that it is a kind of; what is declared for that holds of it", required=False
)
FROM_TITLE = Field("from", LABEL, "the title over where it begins: {zh: 担保人, en: Guarantor}")
TO_TITLE = Field("to", LABEL, "the title over where it ends: {zh: 被担保人, en: Debtor}")
END_TITLES = Field(
    "titles", nested(record(FROM_TITLE, TO_TITLE)), "titles of its two ends: it then has a form of its own name",
    required=False,
)  # fmt: skip
ENTITY_TYPE = record(LABEL_FIELD, EXTENDS, RESTRICTED, ATTRIBUTES)
LINK_TYPE = record(
    LABEL_FIELD, LINK_FROM, LINK_TO, ANY_SOURCE, WITHIN, INVERSE, INVERSE_LABEL, END_TITLES, LINK_ATTRIBUTES
)

# measures.yaml
PERIOD_TYPE = Field("period_type", choice("instant", "duration"), "instant (a balance, a level) or duration (a flow)")
FREQUENCY = Field(
    "frequency",
    choice(
        *FREQUENCIES,
        otherwise={"week": _NO_WEEKS, "minute": _TOO_FINE, "second": _TOO_FINE, "15min": "write quarter_hour"},
    ),
    f"how often it is reported: {', '.join(FREQUENCIES[:-1])} or {FREQUENCIES[-1]}",
)  # fmt: skip
CUMULATIVE = Field("cumulative", choice("year"), "year: each figure runs from the year's start", required=False)
MEASURE = record(LABEL_FIELD, TYPE, UNIT_FIELD, PERIOD_TYPE, FREQUENCY, CUMULATIVE, RESTRICTED, SOURCE)

# parameters.yaml
TABLE_FIELD = Field(
    "value", TABLE,
    "a number, or {default: …, class: …} with keys a/b when there are several `by`; with `points` [[x, y], …] for each",
)  # fmt: skip
DATED_VALUE = record(FROM_DAY, SOURCE, TABLE_FIELD)
POINTS = Field("points", UNIT, "the unit of x, where each value is a list of points [x, y]", required=False)
BY = Field(
    "by", listing(NAME), "the attributes by which the values differ, as [industry]", required=False, otherwise=()
)
VALUES = Field("values", listing(nested(DATED_VALUE)), "dated values: [{from, source, value}]")
PARAMETER = record(LABEL_FIELD, UNIT_FIELD, POINTS, BY, VALUES)

# indicators/*.yaml
FORMULA_FIELD = Field("formula", FORMULA, "the formula, as total_liabilities / total_assets")
ONE_FORMULA = Field("formula", FORMULA, FORMULA_FIELD.meaning, required=False)
VERSION_SOURCE = Field("source", TEXT, SOURCE.meaning, required=False)
FORMULA_VERSION = record(FROM_DAY, VERSION_SOURCE, FORMULA_FIELD)
VERSIONS = Field(
    "versions", listing(nested(FORMULA_VERSION)), "dated formulas: [{from, source, formula}]", required=False
)
OWN_FREQUENCY = Field("frequency", FREQUENCY.kind, "how often, where its formula reads no measure", required=False)
NO_CLASSES: dict[str, tuple[Scalar, Label]] = {}
CLASSES = Field(
    "classes", naming(LABEL, class_number, CLASS_SCHEMA), "what its whole numbers stand for: {1: {zh: …, en: …}}",
    required=False, otherwise=NO_CLASSES,
)  # fmt: skip
REASON = Field("reason", TEXT, "with restricted: false, why it is published all the same", required=False)
INDICATOR = record(
    LABEL_FIELD, TYPE, UNIT_FIELD, OWN_FREQUENCY, CLASSES, RESTRICTED, REASON, VERSION_SOURCE, ONE_FORMULA, VERSIONS,
    either=(("formula", "versions"),),
)  # fmt: skip

# rules/*.yaml and checks.yaml
WHEN = Field("when", FORMULA, "the condition, as debt_ratio > red_line", required=False)
LEVEL = Field("level", TEXT, "how grave an occurrence is, as high", required=False)


def _good_level(key: Scalar, desk: Desk, what: str) -> bool:
    if key.text in LEVELS:
        return True
    hint = nearest(key.text, LEVELS, otherwise=f"the levels are {', '.join(LEVELS)}")
    desk.fault(key, f"{what} has no level {key.text!r}", hint)
    return False


TIERS = Field(
    "levels", naming(FORMULA, _good_level, {"enum": list(LEVELS)}),
    "the condition of each level: {red: debt_ratio > key_line, yellow: debt_ratio > alert_line}", required=False,
)  # fmt: skip
APPLIES = Field("applies", FORMULA, 'whom it concerns, as industry = "power"', required=False)
MINIMUM = Field("minimum", FORMULA, "from what amount on it counts, as balance >= 1000000", required=False)
IN_PERIODS = Field("in", DAYS, "in how many periods it must have held")
OF_PERIODS = Field("of", DAYS, "of how many, the present one counted")
PERSISTS = Field(
    "persists", nested(record(IN_PERIODS, OF_PERIODS)), "how long it must have held: {in: 2, of: 3}", required=False
)
CLEAR = Field("clear", FORMULA, "what must hold for a raised alert to clear", required=False)
UNKNOWN = Field(
    "unknown", choice(*LEVELS), "the level at which it is raised where it cannot be told for want of a figure",
    required=False,
)  # fmt: skip
READ_SCOPE = Field(
    "scope", choice("consolidated", "parent"), "the statements that it reads: consolidated, or the parent's own",
    required=False, otherwise="consolidated",
)  # fmt: skip
DEPTH = Field("depth", DAYS, "how many layers of ownership down its cause is looked for", required=False)
AREA = Field("area", NAME, "the area of areas.yaml under which it stands", required=False)
LOOKED_AFTER = Field("owner", LABEL, "who in the office looks after it: {zh: …, en: …}", required=False)
DOCUMENT = Field("document", TEXT, "the number of the document that sets its lines", required=False)
CONFIDENCE = Field(
    "confidence", choice("source", "mem", "own"),
    "of its lines: source (as published), mem (from memory, to be verified), own (the pack's choice)", required=False,
)  # fmt: skip
FROM_ON = Field("from", DAY, "the first day of its validity", required=False)
UNTIL = Field("until", DAY, "the last day of its validity", required=False)
MESSAGE_FIELD = Field(
    "message", MESSAGE, "what people are told: {zh: …, en: …}, with figures as {name}", otherwise=NO_LABEL
)
OPENS = Field("opens", NAME, "the workflow of the case that an alert opens", required=False)
DEADLINE = Field("days", DAYS, "the days within which that case is to end", required=False)
WORKING = Field(
    "working", choice("true", "false"), "true: the days are working days of China", required=False, otherwise="false"
)
RULE = record(
    LABEL_FIELD, TYPE, AREA, LOOKED_AFTER, OWN_FREQUENCY, READ_SCOPE, APPLIES, MINIMUM, WHEN, LEVEL, TIERS, PERSISTS,
    CLEAR, UNKNOWN, DEPTH, SOURCE, DOCUMENT, CONFIDENCE, FROM_ON, UNTIL, MESSAGE_FIELD, OPENS, DEADLINE, WORKING,
    either=(("when", "levels"),),
)  # fmt: skip
AREA_RECORD = record(LABEL_FIELD)
HOLDS = Field("holds", FORMULA, "the condition that each filed entity and period should meet")
SEVERITY = Field(
    "severity", choice("error", "warning"), "error refuses the filing, warning does not", otherwise="warning"
)
CHECK = record(LABEL_FIELD, TYPE, OWN_FREQUENCY, HOLDS, SEVERITY, SOURCE, MESSAGE_FIELD)

# forms/*.yaml
TITLE = Field("title", LABEL, "what stands in the title cell: {zh: …, en: …}", otherwise=NO_LABEL)
OWN_TITLE = Field("title", LABEL, "what stands in the title cell, where it is not the measure's label", required=False)
ALIASES = Field("aliases", listing(TEXT), "other titles that mean the same", required=False, otherwise=())
OF_MEASURE = Field("measure", NAME, "the measure whose figures stand there", required=False)
IS = Field("is", choice("entity", "period", "scope", "basis"), "what the column says beside figures", required=False)
FIGURE_UNIT = Field("unit", UNIT, "the unit of the figures, where it is not the measure's own", required=False)
FORM_COLUMN = record(OWN_TITLE, ALIASES, OF_MEASURE, IS, FIGURE_UNIT, either=(("measure", "is"),))
FORM_ROW = record(OWN_TITLE, ALIASES, OF_MEASURE, FIGURE_UNIT)
SCOPE = Field(
    "scope", choice("consolidated", "parent"), "consolidated or parent, where nothing else says", required=False
)
BASIS = Field("basis", choice("flash", "audited", "assessed"), "flash, audited or assessed, likewise", required=False)
SHIFT = Field(
    "period", choice("this", "year_start", "year_ago", "previous"),
    "this (the period of the filing), year_start (the end of the year before), year_ago or previous",
    required=False, otherwise="this",
)  # fmt: skip
ITEM_COLUMN = record(TITLE, ALIASES, SHIFT, SCOPE, BASIS)
ITEM_TITLE = Field("title", LABEL, "the title over the items: {zh: 项目, en: Item}", otherwise=NO_LABEL)
ITEM_COLUMNS = Field("columns", listing(nested(ITEM_COLUMN)), "the columns of figures: [{title, period}]")
ITEM_ROWS = Field("rows", listing(nested(FORM_ROW)), "the items: [{measure}], and headings as [{title}]")
ITEM_LAYOUT = record(ITEM_TITLE, ALIASES, ITEM_COLUMNS, ITEM_ROWS)
CELL_FIELDS = tuple(
    Field(name, CELL, f"the cell that says the {name}, as B2", required=False)
    for name in ("entity", "period", "scope", "basis", "unit")
)
CELLS = Field("cells", nested(record(*CELL_FIELDS)), "cells above the table: {entity: B2, period: B3}", required=False)
SHEET_NAME = Field("name", LABEL, "the sheet's name; the first sheet where it is left out", required=False)
HEADER = Field("header", ROW_NUMBER, "the row of the titles", required=False, otherwise=1)
WIDE = Field(
    "wide", listing(nested(FORM_COLUMN)), "one row an entity and period: [{measure}, {is, title}]", required=False
)
ITEMS = Field("items", nested(ITEM_LAYOUT), "item titles down the rows: {title, columns, rows}", required=False)
IGNORED = Field("ignored", listing(TEXT), "titles that may stand there and are not read", required=False, otherwise=())
FORM_SHEET = record(SHEET_NAME, ALIASES, HEADER, CELLS, WIDE, ITEMS, IGNORED, either=(("wide", "items"),))
FORM_FREQUENCY = Field(
    "frequency", choice(*PER_YEAR, otherwise=dict.fromkeys(("week", *PER_DAY, "minute", "second"), _NO_FORM)),
    "how often it is filed: year, half, quarter or month",
)  # fmt: skip
CHECK_NAMES = Field("checks", listing(NAME), "the checks that it is filed against", required=False, otherwise=())
SHEETS = Field("sheets", listing(nested(FORM_SHEET)), "the sheets of the workbook")
DUE = Field("due", DAYS, "the days after a period's end by which it is to be filed", required=False)
TWO_PERSONS = Field(
    "two_persons", choice("true", "false"), "true: what one person files, another one approves", required=False,
    otherwise="false",
)  # fmt: skip
FORM = record(LABEL_FIELD, TYPE, FORM_FREQUENCY, DUE, FIGURE_UNIT, SCOPE, BASIS, CHECK_NAMES, TWO_PERSONS, SHEETS)

# pages/*.yaml
PAGE_COLUMNS = Field("columns", listing(NAME), "indicators and measures, in their order, as [debt_ratio]")
TOTAL = Field("total", NAME, "the figure of the page's type: what the linked entities come to")
#: What may stand about it, all of the page's type.
ABOUT_TOTAL = (
    Field("growth", NAME, "its growth over a year ago", required=False),
    Field("like_for_like", NAME, "its growth over those who are in it at both dates", required=False),
    Field("target", NAME, "its target", required=False),
    Field("progress", NAME, "the share of the target that is reached", required=False),
    Field("schedule", NAME, "the share of the target that is due by now", required=False),
    Field("ahead", NAME, "how far the one is ahead of the other", required=False),
)
MEMBER = Field("member", NAME, "the figure of the linked entities that is added up")
BEFORE = Field("before", NAME, "the same figure a year ago", required=False)
MEMBER_COLUMNS = Field(
    "columns", listing(NAME), "figures that stand beside each linked entity", required=False, otherwise=()
)
HEADLINE = record(TOTAL, *ABOUT_TOTAL, MEMBER, BEFORE, MEMBER_COLUMNS)
TOTALS_OVER = Field("over", NAME, "the link to those who are added up: its name, or its inverse")
TOTALS_BY = Field(
    "by", listing(NAME), "their attributes by which the totals are divided, as [industry]", required=False, otherwise=()
)
HEADLINES = Field("figures", listing(nested(HEADLINE)), "the figures that are added up: [{total, member}]")
TOTALS = Field(
    "totals", nested(record(TOTALS_OVER, TOTALS_BY, MEMBER_COLUMNS, HEADLINES)),
    "a page of its own: what linked entities come to, {over, figures}", required=False,
)  # fmt: skip
PAGE = record(LABEL_FIELD, TYPE, PAGE_COLUMNS, TOTALS)
