"""The walks of a pack (tests/*.yaml): a case taken through a workflow step by step, and what is refused on the way."""

from collections.abc import Iterable
from datetime import date

from hengjian.load import fields
from hengjian.load.fields import Field, Reading, listing, naming, nested, record
from hengjian.load.flowshapes import STEP_NAME
from hengjian.load.kinds import DAY, NAME, NAME_SCHEMA, TEXT, good_name
from hengjian.load.strict import Desk, Mapping, Node, Scalar, Sequence
from hengjian.model.workflow import Walk, WalkStep

NO_TEXTS: dict[str, tuple[Scalar, str]] = {}
NO_FILES: dict[str, tuple[Scalar, tuple[str, ...]]] = {}
_TEXTS = naming(TEXT, good_name, NAME_SCHEMA)
_LISTS = naming(listing(TEXT), good_name, NAME_SCHEMA)

WALKED = Field("walk", NAME, "the workflow that is walked through")
WALK_NAME = Field("name", TEXT, "what it shows, in a sentence", otherwise="?")
BY = Field("by", TEXT, "who takes the step")
ON = Field("on", DAY, "the day on which it is taken")
WRITTEN = Field("fields", _TEXTS, "what is filled in: {place: quay}", required=False, otherwise=NO_TEXTS)
HANDED = Field("files", _LISTS, "the names of files: {before: [a.jpg]}", required=False, otherwise=NO_FILES)
SAID = Field("note", TEXT, "the note", required=False, otherwise="")
FOR = Field("at", TEXT, "for whom it is taken", required=False)
REFUSED = Field("refused", TEXT, "where it is to be refused: a part of the message", required=False)
WALK_STEPS = Field(
    "steps", listing(nested(record(BY, ON, STEP_NAME, WRITTEN, HANDED, SAID, FOR, REFUSED))),
    "the steps in their order, the first one opening the case: [{by, on, step}]",
)  # fmt: skip
LINKED = Field("linked", _LISTS, "to whom links lead: {published_by: [A, B]}", required=False, otherwise=NO_FILES)
STANDS = Field("expect", _TEXTS, "how the case stands at the end: {state: closed, deadline: 2026-05-08}")
WALK = record(WALK_NAME, WALKED, WALK_STEPS, LINKED, STANDS)


def parted(node: Node) -> tuple[list[Node], list[Node]]:
    """The records of a file of tests: those with figures, and the walks."""
    items = node.items if isinstance(node, Sequence) else (node,)
    worked: list[Node] = []
    walks: list[Node] = []
    for one in items:
        is_walk = isinstance(one, Mapping) and any(key.text == "walk" for key, _ in one.entries)
        (walks if is_walk else worked).append(one)
    return worked, walks


def read_walks(items: Iterable[Node], desk: Desk) -> list[Walk]:
    """The walks of one file."""
    readings = [fields.read_record(WALK, item, desk, f"walk {number}") for number, item in enumerate(items, 1)]
    return [_walk(one, desk) for one in readings if one.whole]


def _walk(reading: Reading, desk: Desk) -> Walk:
    return Walk(
        name=reading.need(WALK_NAME), workflow=reading.need(WALKED), place=desk.place(reading.node),
        steps=tuple(map(_step, reading.need(WALK_STEPS))),
        linked={name: some for name, (_, some) in reading.need(LINKED).items()},
        expect={name: text for name, (_, text) in reading.need(STANDS).items()},
    )  # fmt: skip


def _step(reading: Reading) -> WalkStep:
    day: date = reading.need(ON)
    return WalkStep(
        actor=reading.need(BY), day=day, step=reading.get(STEP_NAME), note=reading.need(SAID), at=reading.get(FOR),
        fields={name: text for name, (_, text) in reading.need(WRITTEN).items()},
        files={name: some for name, (_, some) in reading.need(HANDED).items()}, refused=reading.get(REFUSED),
    )  # fmt: skip
