"""The parts of answers from which restricted figures and attributes are withheld; each is copied, none is changed."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hengjian.app.desk import Desk
from hengjian.app.reader import Reader
from hengjian.app.restricted import restricted_entities
from hengjian.app.standing import reach
from hengjian.formula.names import written
from hengjian.ledger.canonical import canonical, parse
from hengjian.model.filing import entry_of
from hengjian.model.issue import Issue

if TYPE_CHECKING:
    import pyarrow as pa

#: Stands in a tree for a part, and in the place of a reason for a figure.
WITHHELD = "withheld"
#: What is said in the place of a text that quotes restricted figures.
SILENT = "restricted figures are withheld"
_SILENT = {"zh": "涉及受限数据，未予显示", "en": "Restricted figures are withheld"}
Part = dict[str, Any]


def people_withheld(desk: Desk) -> int:
    """Of how many entities of restricted types, that would be in reach else, a list does not tell."""
    seen = reach(desk, desk.actor, "see")
    return sum(one in seen and one not in desk.sight for one in restricted_entities(desk))


def value(reader: Reader, entity: str, one: Mapping[str, Any]) -> Part:
    """One value of `show`."""
    if reader.gives(entity, one["indicator"]):
        return dict(one)
    kept = {name: part for name, part in one.items() if name != "class"}
    cause = {"reason": WITHHELD, "input": one["indicator"], "entity": entity, "period": one["period"]}
    return kept | {"value": None, "basis": None, "missing": cause, "withheld": True}


def scored(reader: Reader, row: Mapping[str, Any], names: Sequence[str]) -> Part:
    """One entity's learned score, which tells of the figures that it reads (`names`)."""
    entity = row["entity"]
    if not all(reader.gives(entity, name) for name in names):
        kept = {name: row[name] for name in ("entity", "name", "period")}
        return {**kept, "probability": None, "missing": None, "inputs": [], "withheld": True}
    if "inputs" not in row:
        return dict(row)
    return {**row, "inputs": [
        {**one, "sources": [_leaf(reader, leaf) for leaf in one["sources"]]} if "sources" in one else one
        for one in row["inputs"]
    ]}  # fmt: skip


def explanation(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """An explanation: its own value stays, for it may be read; restricted parts of it go."""
    name, entity = answer["indicator"], answer["entity"]
    found = dict(answer)
    is_given = reader.gives(entity, name)
    if not is_given or name in reader.figures | reader.published or reader.attribute_names:
        found["tree"] = _Trees(reader, name).cut(answer["tree"], entity)
        found["leaves"] = [_leaf(reader, one) for one in answer["leaves"]]
        found["parameters"] = [
            one if reader.gives_parameter(entity, one["name"]) else one | {"value": None, "withheld": True}
            for one in answer["parameters"]
        ]
    if not is_given:
        found |= {"value": None, "missing": None, "withheld": True}
    return found


class _Trees:
    """Cuts the tree of one explanation. A node is given where all that it was computed of is; the top one, and what is
    published, also where not."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader = reader
        self._figures = {written(one): one for one in reader.figures}
        self._published = {written(one) for one in reader.published}
        self._may_hold = name in reader.figures or name in reader.published

    def cut(self, node: Mapping[str, Any], entity: str) -> Part:
        """A node whose own figure is given in any case; what is withheld stands once among its children."""
        children: list[Part] = []
        is_told = False
        for child in node["children"]:
            kept = self._kept(child, child.get("entity", entity))
            if kept is not None:
                children.append(kept)
            elif not is_told:
                is_told = True
                children.append(self._gap(child))
        return {**node, "children": children, **self._unnoted(node, entity)}

    def _unnoted(self, node: Mapping[str, Any], entity: str) -> Part:
        """What takes a node's note away: it may name figures of others, member by member."""
        may_tell = self._may_hold and not self._reader.sees_all
        return {"note": {}} if "note" in node and (may_tell or self._is_shut(node, entity)) else {}

    def _kept(self, node: Mapping[str, Any], entity: str) -> Part | None:
        """A node as it may be given; None: not at all."""
        if not self._gives(node, entity) or self._is_shut(node, entity):
            return None
        if node.get("op") == "indicator" and node["text"] in self._published:
            # its one child is its formula, whose value is its own
            return {**node, "children": [self.cut(child, child.get("entity", entity)) for child in node["children"]]}
        children = [self._kept(child, child.get("entity", entity)) for child in node["children"]]
        kept = [child for child in children if child is not None]
        return {**node, "children": kept, **self._unnoted(node, entity)} if len(kept) == len(children) else None

    def _gives(self, node: Mapping[str, Any], entity: str) -> bool:
        """Whether a node's own figure may be given."""
        reader = self._reader
        name = node.get("leaf")
        if node.get("op") == "indicator":
            name = self._figures.get(node["text"])
        if name is None:
            return True
        is_given = reader.gives(entity, name) and reader.gives_parameter(entity, name)
        return is_given and (name not in reader.attribute_names or reader.grouped(entity, [name]))

    def _is_shut(self, node: Mapping[str, Any], entity: str) -> bool:
        """Whether a node tells of restricted data otherwise: by its group, its table, or what it does not open."""
        reader = self._reader
        grouped = (node.get("note") or {}).get("within") or {}
        if not reader.grouped(entity, grouped):
            return True
        if node.get("op") in ("interpolate", "band", "lookup") and reader.parameters and not reader.sees(entity):
            return True
        return bool(node.get("shortened")) and self._may_hold and not reader.sees_all

    def _gap(self, node: Mapping[str, Any]) -> Part:
        return {
            "op": WITHHELD, "value": None, "children": [], "text": "", "period": node["period"], "unit": node["unit"],
            "missing": None, "restricted": True,
        }  # fmt: skip


def _leaf(reader: Reader, one: Mapping[str, Any]) -> Part:
    if reader.gives(one["entity"], one["measure"]):
        return dict(one)
    return {**one, "value": None, "text": None, "missing": WITHHELD, "withheld": True}


def portfolio(reader: Reader, answer: Mapping[str, Any]) -> Part:
    """Columns of restricted figures, and restricted attributes."""
    ids = answer["entities"]
    found = dict(answer)
    found["columns"] = [_column(reader, ids, one) for one in answer["columns"]]
    if reader.attribute_names:
        pairs = [reader.attributes(one, said) for one, said in zip(ids, answer["attributes"], strict=True)]
        closed = sorted({name for _, names in pairs for name in names})
        found["attributes"] = [kept for kept, _ in pairs]
        found |= {"withheld_attributes": closed} if closed else {}
    if reader.people:
        reader.looks_over(ids)
    return found


def _column(reader: Reader, ids: list[str], column: Mapping[str, Any]) -> Part:
    if column["name"] not in reader.figures:
        return dict(column)
    shut = [place for place, one in enumerate(ids) if not reader.gives(one, column["name"])]
    if not shut:
        return dict(column)
    found = dict(column)
    for part, filler in (("values", None), ("bases", None), ("missing", WITHHELD), ("courses", [])):
        listed = list(column[part])
        for place in shut:
            listed[place] = filler
        found[part] = listed
    return found | {"withheld": len(shut)}


def row(reader: Reader, one: Mapping[str, Any]) -> Part:
    """A filed row."""
    if "measure" in one:
        if reader.gives(one["entity"], one["measure"]):
            return dict(one)
        held = {"held": None} if "held" in one else {}
        return {**one, "value": None, "text": None, **held, "withheld": True}
    if "link" in one:
        return dict(one)
    kept, closed = reader.attributes(one["entity"], one["attributes"])
    return {**one, "attributes": kept, **({"withheld": closed} if closed else {})}


def row_is_closed(reader: Reader, one: Mapping[str, Any]) -> bool:
    """Whether anything of a row is withheld; those of whom an open one speaks are noted."""
    if not reader.people.isdisjoint(map(str, one.values())):
        reader.looks_over(list(one.values()))
    return "withheld" in row(reader, one)


def restricted_rows(desk: Desk, reader: Reader, entry: int) -> Iterator[Mapping[str, Any]]:
    """The rows of a filing in which anything restricted may stand; only those are parsed."""
    evidence = desk.log.evidence(entry)
    words = {*reader.figures, *reader.attribute_names, *reader.people}
    marks = re.compile(b"|".join(re.escape(canonical(word)) for word in sorted(words)))
    for data in evidence.rows if evidence is not None and words else ():
        if marks.search(data):
            found = parse(data)
            if isinstance(found, dict):
                yield found


def entry_of_filing(name: str) -> int:
    """The entry of a filing that was found by its id."""
    found = entry_of(name)
    return -1 if found is None else found


def rows_of_bundle(bundle: bytes) -> list[Mapping[str, Any]]:
    """The rows that the proof of a filing discloses."""
    return [one["row"] for one in json.loads(bundle)["rows"]]


def explanation_of_bundle(bundle: bytes) -> Mapping[str, Any]:
    """The explanation that the proof of a number holds."""
    found: Mapping[str, Any] = json.loads(bundle)["explanation"]
    return found


def alert(reader: Reader, one: Mapping[str, Any]) -> Part:
    """An alert or one of its events: that it stands, and its level, are told."""
    found = dict(one)
    if "attributes" in one:
        found["attributes"], closed = reader.attributes(one["entity"], one["attributes"])
        found |= {"withheld_attributes": closed} if closed else {}
    inputs = [_input(reader, leaf) for leaf in one.get("inputs", ())]
    is_known = one["rule"] in reader.catalogue.rules
    is_given = reader.gives(one["entity"], one["rule"])
    if not is_given or (not is_known and any(leaf.get("withheld") for leaf in inputs)):
        silent = {"value": None, "threshold": None, "message": dict(_SILENT), "withheld": True}
        return found | silent | ({"inputs": []} if "inputs" in one else {})
    return found | ({"inputs": inputs} if "inputs" in one else {})


def _input(reader: Reader, leaf: Mapping[str, Any]) -> Part:
    if reader.gives(leaf["entity"], leaf["measure"]):
        return dict(leaf)
    return {**leaf, "value": None, "missing": None, "withheld": True, **({"text": None} if "text" in leaf else {})}


def warning(reader: Reader, one: Mapping[str, Any]) -> Part:
    """What was told of a filing."""
    if not reader.keeps_from(one["message"]):
        return dict(one)
    return {**one, "message": SILENT, "hint": "", "withheld": True, **({"text": None} if "text" in one else {})}


def issue(reader: Reader, one: Issue) -> Issue:
    """The same of a fault that refuses it."""
    if not reader.keeps_from(one.message):
        return one
    return replace(one, message=SILENT, hint="")


def arrow(reader: Reader, data: bytes) -> bytes:
    """The rows of `values`."""
    import pyarrow as pa  # other questions do without

    found = masked(reader, pa.ipc.open_stream(data).read_all())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, found.schema) as stream:
        stream.write_table(found)
    taken: bytes = sink.getvalue().to_pybytes()
    return taken


def masked(reader: Reader, table: "pa.Table") -> "pa.Table":
    """The rows of `values`, or of the file of `evaluate`, without the figures that are not for who asks."""
    import pyarrow as pa

    if not reader.figures:
        return table
    names, ids = table.column("indicator").to_pylist(), table.column("entity").to_pylist()
    shut = [name in reader.figures and not reader.gives(one, name) for one, name in zip(ids, names, strict=True)]
    if not any(shut):
        return table
    for name, filler in (("value", None), ("basis", None), ("missing", WITHHELD)):
        place = table.schema.get_field_index(name)
        field = table.schema.field(place)
        listed = [filler if is_shut else one for one, is_shut in zip(table.column(name).to_pylist(), shut, strict=True)]
        table = table.set_column(place, field, pa.array(listed, field.type))
    return table
