"""Learned scores: read from models/*.yaml, and fitted to the indicators of all packs."""

import re
from typing import get_args

from hengjian.load import shapes
from hengjian.load.fields import Field, Reading, choice, naming, record, scalar
from hengjian.load.form import Known
from hengjian.load.kinds import LABEL, NAME_SCHEMA, NO_LABEL, good_name
from hengjian.load.strict import Desk, Scalar
from hengjian.model.declaration import Catalogue
from hengjian.model.issue import Issue, Place
from hengjian.model.learned import Direction, LearnedScore, Method

_MONTHS = re.compile(r"[1-9]\d{0,2}")
_SEED = re.compile(r"0|[1-9]\d{0,8}")


def _seed(text: str, node: Scalar, desk: Desk, what: str) -> int | None:
    if _SEED.fullmatch(text):
        return int(text)
    desk.fault(node, f"{what} is not a seed: {text!r}", "write a whole number from 0 to 999999999")
    return None


SEED = scalar(_seed, {"anyOf": [
    {"type": "integer", "minimum": 0, "maximum": 999_999_999}, {"type": "string", "pattern": f"^(?:{_SEED.pattern})$"},
]})  # fmt: skip


def _months(text: str, node: Scalar, desk: Desk, what: str) -> int | None:
    if _MONTHS.fullmatch(text):
        return int(text)
    desk.fault(node, f"{what} is not a number of months: {text!r}", "write a whole number from 1 to 999")
    return None


MONTHS = scalar(_months, {"anyOf": [
    {"type": "integer", "minimum": 1, "maximum": 999}, {"type": "string", "pattern": f"^(?:{_MONTHS.pattern})$"},
]})  # fmt: skip
OUTCOME = Field("outcome", LABEL, "what it is the probability of: {zh: …, en: …}", otherwise=NO_LABEL)
INPUTS = Field(
    "inputs", naming(choice(*get_args(Direction)), good_name, NAME_SCHEMA),
    "indicators, each with the way in which it counts: {debt_ratio: up, return_on_assets: down, size: free}",
)  # fmt: skip
METHOD = Field("method", choice(*get_args(Method)), f"how it is learned: {', '.join(get_args(Method))}")
HORIZON = Field("horizon", MONTHS, "the months within which the outcome is looked for, as 12")
SEED_FIELD = Field("seed", SEED, "the seed of whatever is drawn by lot")
ADVISORY = Field("advisory", LABEL, "what it is worth, and that it is no grade: {zh: …, en: …}", otherwise=NO_LABEL)
LEARNED = record(shapes.LABEL_FIELD, shapes.TYPE, OUTCOME, INPUTS, METHOD, HORIZON, SEED_FIELD, ADVISORY, shapes.SOURCE)


def read_learned(key: Scalar, reading: Reading, desk: Desk, pack: str) -> LearnedScore:
    """The learned score of a whole reading; one without inputs is told."""
    found = reading.need(INPUTS)
    if not found and not desk.issues:
        desk.fault(reading.nodes["inputs"], f"the learned score {key.text!r} has no input", INPUTS.meaning)
    directions: dict[str, Direction] = {
        name: next(word for word in get_args(Direction) if word == said) for name, (_, said) in found.items()
    }
    method: Method = next(word for word in get_args(Method) if word == reading.need(METHOD))
    return LearnedScore(
        name=key.text, label=reading.need(shapes.LABEL_FIELD), type=reading.need(shapes.TYPE),
        outcome=reading.need(OUTCOME), inputs=directions, method=method, horizon=reading.need(HORIZON),
        seed=reading.need(SEED_FIELD), advisory=reading.need(ADVISORY), source=reading.need(shapes.SOURCE), pack=pack,
        place=desk.place(key),
    )  # fmt: skip


def input_places(reading: Reading, desk: Desk) -> dict[str, Place]:
    """Where each input is named."""
    return {name: desk.place(at) for name, (at, _) in reading.need(INPUTS).items()}


def fitted_learned(one: LearnedScore, catalogue: Catalogue, known: Known, issues: list[Issue]) -> None:
    """Tell what a learned score names that is not there, or belongs to another entity type."""
    known(one.place, one.type, "entity type", catalogue.types)
    for name in one.inputs:
        found = known(one.place, name, "indicator", catalogue.indicators)
        if found is None or one.type not in catalogue.types:
            continue
        indicator = catalogue.indicators[found]
        if not catalogue.descends(one.type, indicator.type):
            message = f"the input {name!r} belongs to {indicator.type}, the learned score {one.name!r} to {one.type}"
            issues.append(Issue(place=one.place, message=message, hint="name indicators of its own type"))
