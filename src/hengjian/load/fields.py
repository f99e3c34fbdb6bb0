"""Typed readers of mappings. One table per kind of record serves both the reader and the JSON Schema.

A reader tells every fault it meets and goes on: unknown keys with the nearest name, missing keys, wrong kinds. After a
fault it goes on with what was most likely meant (the nearest key, word or unit), so that the faults behind the first
one are told in the same run. What was read with a fault serves for nothing but further checks.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Generic, TypeVar

from hengjian.load.strict import Broken, Desk, Node, Scalar, Sequence
from hengjian.load.strict import Mapping as MappingNode
from hengjian.model.issue import nearest

T = TypeVar("T")
C = TypeVar("C", covariant=True)
Schema = dict[str, object]


@dataclass(frozen=True, slots=True)
class Kind(Generic[C]):
    """What a value may be: `read` gives it, or tells the desk the fault and gives None. `what` names it in messages."""

    read: Callable[[Node, Desk, str], C | None]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Field(Generic[C]):
    """A key of a record. `otherwise` stands in where it is absent, or at fault in a record of use without it."""

    name: str
    kind: Kind[C]
    meaning: str
    required: bool = True
    otherwise: C | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with these keys and no others; of each group of `either`, exactly one key stands."""

    fields: tuple[Field[object], ...]
    either: tuple[tuple[str, ...], ...] = ()
    by_name: Mapping[str, Field[object]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})


def record(*fields: Field[object], either: tuple[tuple[str, ...], ...] = ()) -> Record:
    """A record with these fields."""
    return Record(fields, either)


@dataclass(slots=True)
class Reading:
    """A record as read, with its values as nodes too. `whole` is False where nothing stands in for a fault."""

    node: Node
    values: dict[str, object]
    nodes: dict[str, Node]
    whole: bool = True

    def get(self, of: Field[T]) -> T | None:
        value = self.values.get(of.name)
        return of.otherwise if value is None else value  # type: ignore[return-value]

    def need(self, of: Field[T]) -> T:
        """The value of a field of a whole reading; KeyError when it has none."""
        value = self.get(of)
        if value is None:
            raise KeyError(of.name)
        return value


def read_record(shape: Record, node: Node, desk: Desk, what: str) -> Reading:
    """Read a mapping as a record; `what` names it in messages ("measure 'cash'")."""
    reading = Reading(node, {}, {})
    spelled = {key.text for key, _ in node.entries} if isinstance(node, MappingNode) else set()
    if not isinstance(node, MappingNode):
        reading.whole = False
        if not isinstance(node, Broken):
            desk.fault(
                node, f"{what} must be a mapping, not {_shape_of(node)}", f"its keys are {', '.join(shape.by_name)}"
            )
        return reading
    for key, value in node.entries:
        of = shape.by_name.get(key.text)
        if of is None:
            hint = nearest(key.text, shape.by_name, otherwise=f"the keys are {', '.join(shape.by_name)}")
            desk.fault(key, f"{what} has an unknown key {key.text!r}", hint)
            meant = guess(key.text, [name for name in shape.by_name if name not in spelled])
            if meant is None:
                continue
            spelled.add(meant)
            of = shape.by_name[meant]
        reading.nodes[of.name] = value
        if isinstance(value, Scalar) and not value.text.strip():
            desk.fault(value, f"{of.name} of {what} is empty", of.meaning)
            found = None
        else:
            found = of.kind.read(value, desk, f"{of.name} of {what}")
        if found is not None:
            reading.values[of.name] = found
        elif of.otherwise is None:
            reading.whole = False
    _complete(shape, reading, desk, what)
    return reading


def _complete(shape: Record, reading: Reading, desk: Desk, what: str) -> None:
    """Tell missing keys, and groups of which not exactly one stands."""
    for of in shape.fields:
        if of.required and of.name not in reading.nodes:
            desk.fault(reading.node, f"{what} lacks the key {of.name!r}", of.meaning)
            reading.whole = reading.whole and of.otherwise is not None
    for group in shape.either:
        standing = [name for name in group if name in reading.nodes]
        if not standing:
            words = " or ".join(repr(name) for name in group)
            desk.fault(reading.node, f"{what} lacks the key {words}", shape.by_name[group[0]].meaning)
            reading.whole = False
        for name in standing[1:]:
            hint = f"delete one of {' and '.join(standing)}"
            desk.fault(reading.nodes[name], f"{what} has both {standing[0]!r} and {name!r}", hint)
            reading.whole = False


def schema_of(shape: Record) -> Schema:
    """The JSON Schema of a record."""
    made: Schema = {
        "type": "object",
        "properties": {of.name: {**of.kind.schema, "description": of.meaning} for of in shape.fields},
        "required": [of.name for of in shape.fields if of.required],
        "additionalProperties": False,
    }
    if shape.either:
        made["allOf"] = [{"oneOf": [{"required": [name]} for name in group]} for group in shape.either]
    return made


def guess(text: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant; None when none is near."""
    return next(iter(get_close_matches(text, list(known), n=1)), None)


def _shape_of(node: Node) -> str:
    match node:
        case Scalar():
            return "a text"
        case Sequence():
            return "a list"
        case _:
            return "a mapping"


def scalar(read: Callable[[str, Scalar, Desk, str], T | None], schema: Schema) -> Kind[T]:
    """A kind that is written as one text; `read` is given it trimmed."""

    def read_node(node: Node, desk: Desk, what: str) -> T | None:
        if isinstance(node, Scalar):
            return read(node.text.strip(), node, desk, what)
        if not isinstance(node, Broken):
            desk.fault(node, f"{what} must be a text, not {_shape_of(node)}", "a text with { or [ stands in quotes")
        return None

    return Kind(read_node, schema)


def choice(*words: str, otherwise: Mapping[str, str] | None = None) -> Kind[str]:
    """One of these words; `otherwise` gives the hint for others that are known but not taken."""

    def read(text: str, node: Scalar, desk: Desk, what: str) -> str | None:
        if text in words:
            return text
        hint = (otherwise or {}).get(text) or nearest(text, words, otherwise=f"it is one of {', '.join(words)}")
        desk.fault(node, f"{what} cannot be {text!r}", hint)
        return guess(text, words)

    return scalar(read, {"enum": list(words)})


def listing(of: Kind[T]) -> Kind[tuple[T, ...]]:
    """A list of values of one kind; faulty items are told and left out."""

    def read(node: Node, desk: Desk, what: str) -> tuple[T, ...] | None:
        if isinstance(node, Sequence):
            found = [of.read(item, desk, f"item {number} of {what}") for number, item in enumerate(node.items, 1)]
            return tuple(item for item in found if item is not None)
        if not isinstance(node, Broken):
            desk.fault(
                node, f"{what} must be a list, not {_shape_of(node)}", "write it as [a, b] or with a - before each"
            )
        return None

    return Kind(read, {"type": "array", "items": of.schema})


def nested(shape: Record) -> Kind[Reading]:
    """A record inside a record."""

    def read(node: Node, desk: Desk, what: str) -> Reading | None:
        found = read_record(shape, node, desk, what)
        return found if found.whole else None

    return Kind(read, schema_of(shape))


def naming(
    of: Kind[T], check_name: Callable[[Scalar, Desk, str], bool], name_schema: Schema
) -> Kind[dict[str, tuple[Scalar, T]]]:
    """A mapping from names to values of one kind, with the places of the names."""

    def read(node: Node, desk: Desk, what: str) -> dict[str, tuple[Scalar, T]] | None:
        if not isinstance(node, MappingNode):
            if not isinstance(node, Broken):
                desk.fault(node, f"{what} must be a mapping, not {_shape_of(node)}", "write it as name: {...}")
            return None
        made: dict[str, tuple[Scalar, T]] = {}
        for key, value in node.entries:
            named = check_name(key, desk, what)
            found = of.read(value, desk, f"{what} {key.text!r}")
            if named and found is not None:
                made[key.text] = (key, found)
        return made

    schema: Schema = {"type": "object", "propertyNames": name_schema, "additionalProperties": of.schema}
    return Kind(read, schema)
