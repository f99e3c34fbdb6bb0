"""Statements made of few words, and files of them read against a catalogue that knows persons and states."""

import json
from collections.abc import Mapping
from typing import Any

from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.model.declaration import Attribute, Catalogue, EntityType, Label, LinkType
from hengjian.model.filing import EntityRow, LinkRow, Row
from hengjian.model.issue import Issue, Place

PLACE = Place(file="tiny/types.yaml")
KINDS = {
    "share": "number", "voting": "number", "kind": "text", "principal": "text", "subscribed": "number",
    "paid": "number", "evidence": "text",
}  # fmt: skip


def catalogue(*types: str) -> Catalogue:
    """The shipped link `owns`, and these types beside enterprises."""
    attributes = {
        name: Attribute(name=name, label=Label(zh=name, en=name), kind=kind, place=PLACE)  # type: ignore[arg-type]
        for name, kind in KINDS.items()
    }
    owns = LinkType(
        name="owns", label=Label(zh="持股", en="Owns"), source="enterprise", target="enterprise",
        attributes=attributes, place=PLACE, any_source=True,
    )  # fmt: skip
    return Catalogue(
        packs={},
        types={
            name: EntityType(name=name, label=Label(zh=name, en=name), attributes={}, place=PLACE)
            for name in ("enterprise", *types)
        },
        links={"owns": owns}, measures={}, parameters={}, indicators={}, rules={}, checks={},
    )  # fmt: skip


HOLDERS = catalogue("natural_person", "state_body", "fund")
DAY = "2024-05-01"


def statement(kind: str, record: str, details: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A statement about a record; its id is made of the record's."""
    return {
        "statementId": f"{record}-{'0' * 32}"[:40], "declarationSubject": "a", "statementDate": DAY, "recordId": record,
        "recordType": kind, "recordStatus": "new", "recordDetails": {"isComponent": False, **details}, **more,
    }  # fmt: skip


def entity(record: str, form: str = "registeredEntity", subtype: str | None = None, **details: Any) -> dict[str, Any]:
    """A statement about an entity that is called as its record."""
    entity_type = {"type": form} if subtype is None else {"type": form, "subtype": subtype}
    return statement("entity", record, {"entityType": entity_type, "name": record.upper(), **details})


def person(record: str, kind: str = "knownPerson", **details: Any) -> dict[str, Any]:
    """A statement about a person."""
    return statement("person", record, {"personType": kind, "names": [{"fullName": record.title()}], **details})


def interest(kind: str = "shareholding", share: object = None, **more: Any) -> dict[str, Any]:
    """A direct interest; `share` is exact, or a mapping of bounds."""
    found: dict[str, Any] = {"type": kind, "directOrIndirect": "direct", **more}
    if share is not None:
        found["share"] = share if isinstance(share, dict) else {"exact": share}
    return found


def relation(record: str, party: object, subject: object, *interests: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A statement about a relationship; what is not of the record goes to the statement."""
    own = {name: more.pop(name) for name in ("isComponent", "componentRecords") if name in more}
    details = {"subject": subject, "interestedParty": party, "interests": list(interests), **own}
    return {**statement("relationship", record, details), **more}


def later(one: dict[str, Any], day: str, status: str = "updated") -> dict[str, Any]:
    """A statement of a later day about the same record."""
    return {
        **one,
        "statementDate": day,
        "recordStatus": status,
        "statementId": f"{one['recordId']}-{day}-{'0' * 32}"[:50],
    }


def read(
    statements: object, known: Catalogue = HOLDERS, registered: Mapping[str, str] | None = None, **context: Any
) -> tuple[tuple[Row, ...], tuple[Issue, ...]]:
    """Rows and issues of a file; bytes and texts stand for themselves."""
    data = statements if isinstance(statements, bytes) else (
        statements if isinstance(statements, str) else json.dumps(statements, ensure_ascii=False)
    ).encode()  # fmt: skip
    return read_table("a.json", data, "bods", Context(catalogue=known, entity_types=registered or {}, **context))


def said(statements: object, **more: Any) -> list[str]:
    """Each issue as commands print it, its hint after a bar; warnings are marked."""
    _, issues = read(statements, **more)
    return [
        f"{'' if issue.severity == 'error' else 'warning: '}{issue}".replace("\n  hint: ", " | ") for issue in issues
    ]


def links(statements: object, **more: Any) -> list[tuple[Any, ...]]:
    """(source, target, from, to, attributes without the evidence) of each row of a file without faults."""
    rows, issues = read(statements, **more)
    assert not [issue for issue in issues if issue.severity == "error"], "\n".join(map(str, issues))
    return [
        (
            row.source, row.target, _day(row.valid_from), _day(row.valid_to),
            {name: text for name, text in row.attributes if name != "evidence"},
        )
        for row in rows
        if isinstance(row, LinkRow)
    ]  # fmt: skip


def entities(statements: object, **more: Any) -> list[tuple[str, str, str]]:
    """(id, type, name) of each entity row of a file without faults."""
    rows, issues = read(statements, **more)
    assert not [issue for issue in issues if issue.severity == "error"], "\n".join(map(str, issues))
    return [(row.entity, row.type, row.name) for row in rows if isinstance(row, EntityRow)]


def _day(day: object) -> str | None:
    return None if day is None else str(day)
