"""The worked cases of a pack (tests/*.yaml): given these figures, this is expected."""

from collections.abc import Iterable, Mapping

from hengjian.load import fields
from hengjian.load.fields import Field, Kind, Reading, Schema, listing, nested, record
from hengjian.load.kinds import DAY, TEXT
from hengjian.load.strict import Broken, Desk, Node, Sequence
from hengjian.load.strict import Mapping as MappingNode
from hengjian.model.declaration import PackCase
from hengjian.model.period import parse_period

#: Keys of a row that say what the row is about; the others are attributes and measures. The entity stands under its
#: type's name (enterprise: Port Trading) or under `entity`.
ROW_KEYS = frozenset({"entity", "period", "recorded", "scope", "basis", "unit"})


def _flat(node: Node, desk: Desk, what: str) -> dict[str, str] | None:
    """A mapping from names to texts."""
    if not isinstance(node, MappingNode):
        if not isinstance(node, Broken):
            desk.fault(node, f"{what} must be a mapping of names to figures", "write it as {name: 72%}")
        return None
    made = {}
    for key, value in node.entries:
        found = TEXT.read(value, desk, f"{key.text} of {what}")
        if found is not None:
            made[key.text] = found
    return made


def _row(node: Node, desk: Desk, what: str) -> dict[str, str] | None:
    made = _flat(node, desk, what)
    period = made.get("period") if made else None
    if made is None or not isinstance(node, MappingNode):
        return None
    if period is None:
        desk.fault(node, f"{what} lacks the key 'period'", "write period: 2025-Q2")
    elif parse_period(period) is None:
        spot = next(value for key, value in node.entries if key.text == "period")
        desk.fault(spot, f"{what} has no period: {period!r}", "write it as 2025-Q2, 2025-06 or 2025")
    return made


_FLAT_SCHEMA: Schema = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
_ROW: Kind[dict[str, str]] = Kind(_row, {**_FLAT_SCHEMA, "required": ["period"]})


def _rows(node: Node, desk: Desk, what: str) -> tuple[dict[str, str], ...] | None:
    """One row, or a list of them."""
    if isinstance(node, Sequence):
        return listing(_ROW).read(node, desk, what)
    one = _ROW.read(node, desk, what)
    return None if one is None else (one,)


Expected = Mapping[str, Mapping[str, str] | tuple[str, ...]]


def _expect(node: Node, desk: Desk, what: str) -> dict[str, Mapping[str, str] | tuple[str, ...]] | None:
    """Indicators to their figures by entity; `alerts` to rules with the entities at which they occur, which become keys
    of their own ("alerts high_leverage"). A key may end in " as known at 2025-07-31"."""
    if not isinstance(node, MappingNode):
        if not isinstance(node, Broken):
            desk.fault(node, f"{what} must be a mapping of indicators", "write debt_ratio: {Port Trading: 72%}")
        return None
    made: dict[str, Mapping[str, str] | tuple[str, ...]] = {}
    for key, value in node.entries:
        name, _, moment = key.text.partition(" as known at ")
        if name != "alerts":
            figures = _flat(value, desk, f"{key.text} of {what}")
            if figures is not None:
                made[key.text] = figures
        elif isinstance(value, MappingNode):
            for rule, entities in value.entries:
                found = listing(TEXT).read(entities, desk, f"{rule.text} of {what}")
                made[f"alerts {rule.text}" + (f" as known at {moment}" if moment else "")] = found or ()
        else:
            desk.fault(value, f"alerts of {what} must be a mapping of rules", "write {high_leverage: [Port Trading]}")
    return made


_EXPECT_SCHEMA: Schema = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": "object", "additionalProperties": {"type": ["string", "number", "array"]}},
}


NAME = Field("name", TEXT, "what the case shows, in a sentence", otherwise="?")
GIVEN = Field("given", listing(_ROW), "the rows that are filed: [{enterprise: A, period: 2025-Q2, total_assets: 100}]")
BEFORE = Field(
    "before", Kind(_rows, {"anyOf": [_ROW.schema, listing(_ROW).schema]}),
    "figures of an earlier period, for every entity given or for the one named", required=False, otherwise=(),
)  # fmt: skip
#: A link that holds throughout the case, or from `valid_from` up to and without `valid_to`.
LINK_ROW = record(
    Field("link", TEXT, "the link's name, as supervised_by"), Field("from", TEXT, "the entity at which it begins"),
    Field("to", TEXT, "the entity at which it ends"),
    Field("share", TEXT, "the part of the capital, on a link that has one", required=False),
    Field("voting", TEXT, "the part of the votes where it is another", required=False),
    Field("kind", TEXT, "how it is held: nominee, concert", required=False),
    Field("principal", TEXT, "for whom a nominee holds, with whom one in concert votes", required=False),
    Field("valid_from", DAY, "the first day on which it holds", required=False),
    Field("valid_to", DAY, "the first day on which it holds no more", required=False),
)  # fmt: skip
LINKS = Field(
    "links", listing(nested(LINK_ROW)), "who is linked to whom: [{link: parent, from: A, to: B}]", required=False,
    otherwise=(),
)  # fmt: skip
EXPECT = Field("expect", Kind(_expect, _EXPECT_SCHEMA), "what comes out: {debt_ratio: {A: 72%}}")
CASE_SOURCE = Field("source", TEXT, "where the worked figures come from", required=False)
CASE = record(NAME, GIVEN, BEFORE, LINKS, EXPECT, CASE_SOURCE)


def read_cases(items: Iterable[Node], desk: Desk) -> list[PackCase]:
    """The cases of one file."""
    cases = []
    for number, item in enumerate(items, 1):
        reading = fields.read_record(CASE, item, desk, f"case {number}")
        if reading.whole:
            cases.append(_case(reading, desk))
    return cases


def _entity_key(row: Mapping[str, str]) -> str | None:
    """The key under which a row names its entity: `entity`, else its first key that says nothing else."""
    if "entity" in row:
        return "entity"
    return next((key for key in row if key not in ROW_KEYS), None)


def _case(reading: Reading, desk: Desk) -> PackCase:
    given = reading.need(GIVEN)
    entities: dict[tuple[str, str], None] = {}
    for row in given:
        key = _entity_key(row)
        if key is not None:
            entities[(key, row[key])] = None
    rows: list[dict[str, str]] = []
    keys = {key for key, _ in entities}
    for row in reading.need(BEFORE):
        if keys & row.keys():
            rows.append(row)
        else:
            rows.extend({key: name, **row} for key, name in entities)
    return PackCase(
        name=reading.need(NAME),
        given=(*rows, *given),
        links=tuple({name: str(text) for name, text in one.values.items()} for one in reading.need(LINKS)),
        expect=reading.need(EXPECT),
        place=desk.place(reading.node),
    )


CASES: Kind[tuple[Reading, ...]] = listing(nested(CASE))
