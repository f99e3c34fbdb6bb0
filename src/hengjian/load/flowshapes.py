"""The table of workflows/*.yaml: which keys a workflow, its states, its steps, and their fields have."""

from typing import get_args

from hengjian.load.fields import Field, Reading, choice, listing, naming, nested, record
from hengjian.load.kinds import DAYS, FORMULA, LABEL, NAME, NAME_SCHEMA, ROW_NUMBER, TEXT, UNIT, good_name
from hengjian.load.shapes import LABEL_FIELD, NO_ATTRIBUTES, OWN_FREQUENCY, SOURCE, WORKING, by_name
from hengjian.load.strict import Scalar
from hengjian.model.declaration import Label
from hengjian.model.workflow import MOST_FILES, FieldKind, Role

FINAL = Field(
    "final", choice("true", "false"), "true: a case that comes here has ended", required=False, otherwise="false"
)
WITHIN_DAYS = Field("days", DAYS, "the days that a case may stay in it", required=False)
STATES = Field(
    "states", by_name(nested(record(LABEL_FIELD, FINAL, WITHIN_DAYS, WORKING))),
    "the states, the first being where a case begins",
)  # fmt: skip
ORIGINS = Field("from", listing(NAME), "the states that it leads from, as [open]")
TARGET = Field("to", NAME, "the state that it leads to")
NOTE = Field(
    "note",
    choice("required", "optional"),
    "required: it is not taken without a word",
    required=False,
    otherwise="optional",
)
OTHER_THAN = Field(
    "other_than", listing(NAME), "the steps whose takers may not take it in the same case, as [rectify]",
    required=False, otherwise=(),
)  # fmt: skip
ROLES = Field(
    "roles", listing(choice(*get_args(Role))), "the roles that take it, instead of those that handle cases: [officer]",
    required=False, otherwise=(),
)  # fmt: skip
FIELD_KIND = Field("kind", choice(*get_args(FieldKind)), "text, number, date, choice or attachment")
NEEDED = Field(
    "required", choice("true", "false"), "false: it may be left empty", required=False, otherwise="true"
)  # fmt: skip
NO_CHOICES: dict[str, tuple[Scalar, Label]] = {}
CHOICES = Field(
    "choices", naming(LABEL, good_name, NAME_SCHEMA), "of a choice: {real: {zh: …, en: …}, false: …}", required=False,
    otherwise=NO_CHOICES,
)  # fmt: skip
FIGURE_OF = Field("unit", UNIT, "of a number: what it is measured in", required=False)
FILE_TYPES = Field(
    "types", listing(TEXT), "of an attachment: how its files' names end, as [pdf, jpg]; any where it is left out",
    required=False, otherwise=(),
)  # fmt: skip
MOST = Field("most", ROW_NUMBER, "of an attachment: so many files at most", required=False, otherwise=MOST_FILES)
STEP_FIELDS = Field(
    "fields", by_name(nested(record(LABEL_FIELD, FIELD_KIND, FIGURE_OF, CHOICES, FILE_TYPES, MOST, NEEDED))),
    "what is filled in: {loss: {label, kind: number, unit: 万元}}", required=False, otherwise=NO_ATTRIBUTES,
)  # fmt: skip
GUARD = Field("guard", FORMULA, "what must hold of the case's entity, as debt_ratio <= red_line", required=False)
MOVES_DEADLINE = Field("extends", DAYS, "the days by which it moves the case's deadline", required=False)
SETS_DEADLINE = Field("deadline", NAME, "the date field whose day becomes the case's deadline", required=False)
WAIT_STEP = Field("step", NAME, "the step since which the days are counted")
WAIT_DAYS = Field("days", DAYS, "the days that must have passed")
NO_WAITS: tuple[Reading, ...] = ()
AFTER = Field(
    "after", listing(nested(record(WAIT_STEP, WAIT_DAYS, WORKING))),
    "what must have passed since other steps: [{step: disclose, days: 20, working: true}]", required=False,
    otherwise=NO_WAITS,
)  # fmt: skip
NEEDS = Field(
    "needs", listing(NAME), "the steps that must have been taken since the case came into its state, as [sign]",
    required=False, otherwise=(),
)  # fmt: skip
NO_WORDS: dict[str, tuple[Scalar, tuple[str, ...]]] = {}
WHERE = Field(
    "where", naming(listing(NAME), good_name, NAME_SCHEMA),
    "the choices of which one must have been filled in: {class: [major]}", required=False, otherwise=NO_WORDS,
)  # fmt: skip
AT_LINK = Field("at", NAME, "the link to those at whom the roles are looked for", required=False)
EACH = Field(
    "each", choice("true", "false"), "true: each of those to whom `at` leads takes it once", required=False,
    otherwise="false",
)  # fmt: skip
TRANSITIONS = Field(
    "transitions",
    by_name(nested(record(
        LABEL_FIELD, ORIGINS, TARGET, NOTE, OTHER_THAN, ROLES, STEP_FIELDS, GUARD, OWN_FREQUENCY, MOVES_DEADLINE,
        WORKING, SETS_DEADLINE, AFTER, NEEDS, WHERE, AT_LINK, EACH,
    ))),
    "the steps: {close: {label, from, to}}",
)  # fmt: skip
OVERDUE_BY = Field("after", DAYS, "the days by which a case is overdue")
ESCALATED_TO = Field("to", NAME, "the state, or the level, that it counts as escalated to")
ESCALATE = Field(
    "escalate", nested(record(OVERDUE_BY, ESCALATED_TO)), "what long overdue cases count as: {after: 5, to: red}",
    required=False,
)  # fmt: skip
CASES_OF = Field(
    "type", NAME, "the entity type that its cases are of, where a step has a guard or names a link", required=False
)
ENDS_WITHIN = Field("days", DAYS, "the days within which the case is to end")
OPENED_BY = Field(
    "opened_by", nested(record(LABEL_FIELD, ROLES, STEP_FIELDS, ENDS_WITHIN, WORKING, SETS_DEADLINE)),
    "how persons open cases: {label, days: 30, fields: {place: …}}", required=False,
)  # fmt: skip
RECURS_BY = Field(
    "recurs_by", listing(NAME), "the fields by which it is the same again, as [place]", required=False, otherwise=()
)
VERDICT_FIELD = Field("field", NAME, "a choice field; without one the words are steps", required=False)
REAL = Field("real", listing(NAME), "the steps, or choices, by which the alert was right")
FALSE = Field("false", listing(NAME), "those by which it was a false alarm")
KNOWN = Field(
    "known", listing(NAME), "those by which it was right and known already", required=False, otherwise=()
)  # fmt: skip
VERDICT = Field(
    "verdict", nested(record(VERDICT_FIELD, REAL, FALSE, KNOWN)),
    "what tells whether an alert was right: {real: [confirm], false: [dismiss]}", required=False,
)  # fmt: skip
WORKFLOW = record(LABEL_FIELD, SOURCE, CASES_OF, OPENED_BY, RECURS_BY, STATES, TRANSITIONS, ESCALATE, VERDICT)
STEP_NAME = Field("step", NAME, "the step that is taken; the first one opens the case, and has none", required=False)
