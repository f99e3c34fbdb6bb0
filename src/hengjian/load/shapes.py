"""The table of every pack file: which keys its records have. The reader and the JSON Schema both go by it."""

from hengjian.load.fields import Field, Kind, Reading, choice, listing, naming, nested, record
from hengjian.load.kinds import (
    DAY,
    FORMULA,
    LABEL,
    MESSAGE,
    NAME,
    NAME_SCHEMA,
    NO_LABEL,
    PACK_NAME,
    TABLE,
    TEXT,
    UNIT,
    VERSION,
    good_name,
)
from hengjian.load.strict import Scalar

_TOO_FINE = "this version computes by month and coarser"
Named = dict[str, tuple[Scalar, Reading]]

LABEL_FIELD = Field("label", LABEL, "what people call it: {zh: …, en: …}", otherwise=NO_LABEL)
SOURCE = Field("source", TEXT, "the document and clause that says so", otherwise="?")
TYPE = Field("type", NAME, "the entity type that it belongs to")
UNIT_FIELD = Field("unit", UNIT, "CNY, 万元, person, ratio, %, or joined as CNY/person")
FROM_DAY = Field("from", DAY, "the first day on which it holds")


def _by_name(kind: Kind[Reading]) -> Kind[Named]:
    return naming(kind, good_name, NAME_SCHEMA)


# pack.yaml
PACK_NAME_FIELD = Field("name", PACK_NAME, "the pack's name: small letters, digits and _")
PACK_VERSION = Field("version", VERSION, "the pack's version, as 1.0.0", otherwise="0")
LICENCE = Field("licence", TEXT, "the licence of the pack, as Apache-2.0", otherwise="?")
REQUIRES = Field("requires", listing(PACK_NAME), "the packs that it builds on, as [base]", required=False, otherwise=())
OWNER = Field("owner", TEXT, "who answers for the pack", required=False, otherwise="")
PURPOSE = Field("for", TEXT, "what the pack is for", required=False, otherwise="")
PACK = record(PACK_NAME_FIELD, PACK_VERSION, LICENCE, LABEL_FIELD, REQUIRES, OWNER, PURPOSE)

# types.yaml: a declaration with `from` and `to` is a link, any other an entity type
ATTRIBUTE_KIND = Field("kind", choice("text", "number", "date"), "text, number or date")
ATTRIBUTE = record(ATTRIBUTE_KIND, LABEL_FIELD)
NO_ATTRIBUTES: Named = {}
ATTRIBUTES = Field(
    "attributes", _by_name(nested(ATTRIBUTE)), "dated properties: {name: {kind, label}}", required=False,
    otherwise=NO_ATTRIBUTES,
)  # fmt: skip
LINK_FROM = Field("from", NAME, "the entity type at which the link begins")
LINK_TO = Field("to", NAME, "the entity type at which the link ends")
ENTITY_TYPE = record(LABEL_FIELD, ATTRIBUTES)
LINK_TYPE = record(LABEL_FIELD, LINK_FROM, LINK_TO, ATTRIBUTES)

# measures.yaml
PERIOD_TYPE = Field("period_type", choice("instant", "duration"), "instant (a balance, a level) or duration (a flow)")
FREQUENCY = Field(
    "frequency",
    choice(
        "year", "half", "quarter", "month",
        otherwise=dict.fromkeys(("week", "day", "hour", "minute", "second"), _TOO_FINE),
    ),
    "how often it is reported: year, half, quarter or month",
)  # fmt: skip
CUMULATIVE = Field("cumulative", choice("year"), "year: each figure runs from the year's start", required=False)
MEASURE = record(LABEL_FIELD, TYPE, UNIT_FIELD, PERIOD_TYPE, FREQUENCY, CUMULATIVE, SOURCE)

# parameters.yaml
TABLE_FIELD = Field("value", TABLE, "a number, or {default: …, class: …} with keys a/b when there are several `by`")
DATED_VALUE = record(FROM_DAY, SOURCE, TABLE_FIELD)
BY = Field(
    "by", listing(NAME), "the attributes by which the values differ, as [industry]", required=False, otherwise=()
)
VALUES = Field("values", listing(nested(DATED_VALUE)), "dated values: [{from, source, value}]")
PARAMETER = record(LABEL_FIELD, UNIT_FIELD, BY, VALUES)

# indicators/*.yaml
FORMULA_FIELD = Field("formula", FORMULA, "the formula, as total_liabilities / total_assets")
ONE_FORMULA = Field("formula", FORMULA, FORMULA_FIELD.meaning, required=False)
VERSION_SOURCE = Field("source", TEXT, SOURCE.meaning, required=False)
FORMULA_VERSION = record(FROM_DAY, VERSION_SOURCE, FORMULA_FIELD)
VERSIONS = Field(
    "versions", listing(nested(FORMULA_VERSION)), "dated formulas: [{from, source, formula}]", required=False
)
INDICATOR = record(
    LABEL_FIELD, TYPE, UNIT_FIELD, VERSION_SOURCE, ONE_FORMULA, VERSIONS, either=(("formula", "versions"),)
)

# rules/*.yaml and checks.yaml
WHEN = Field("when", FORMULA, "the condition, as debt_ratio > red_line")
LEVEL = Field("level", TEXT, "how grave an occurrence is, as high", otherwise="?")
MESSAGE_FIELD = Field(
    "message", MESSAGE, "what people are told: {zh: …, en: …}, with figures as {name}", otherwise=NO_LABEL
)
RULE = record(LABEL_FIELD, TYPE, WHEN, LEVEL, SOURCE, MESSAGE_FIELD)
HOLDS = Field("holds", FORMULA, "the condition that each filed entity and period should meet")
SEVERITY = Field(
    "severity", choice("error", "warning"), "error refuses the filing, warning does not", otherwise="warning"
)
CHECK = record(LABEL_FIELD, TYPE, HOLDS, SEVERITY, SOURCE, MESSAGE_FIELD)
