"""The records of entities and persons as entities of the space: which one each is, of which type, what it is called.

Of a person only the name, the type and the id are taken: no birth, address, nationality, tax number or office.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hengjian.intake.attributes import text_fault
from hengjian.intake.bods.document import Statement
from hengjian.intake.bods.notes import StatementFaults
from hengjian.intake.bods.rules import is_nomination, series_of
from hengjian.intake.context import CREDIT_CODE, CREDIT_LENGTH, Context
from hengjian.intake.entities import MAX_NAME
from hengjian.intake.formats import read_code
from hengjian.intake.names import Names
from hengjian.intake.text import normal, quoted
from hengjian.model.filing import EntityRow

ENTERPRISE, PERSON, STATE_BODY = "enterprise", "natural_person", "state_body"
#: What those are called whose name is withheld or not known, by the type that the standard gives them.
MARKS: Mapping[str, str] = {
    "anonymousPerson": "匿名自然人", "unknownPerson": "未知自然人", "anonymousEntity": "匿名单位",
    "unknownEntity": "未知单位",
}  # fmt: skip
#: A holder of whom a relationship says no more than a reason.
UNSPECIFIED = "未指明的权益方"
#: What the scheme of social credit codes is called; the list of org-id.guide has none for them.
CREDIT_SCHEME = "统一社会信用代码"
_MARKED = re.compile(rf"({'|'.join([*MARKS.values(), UNSPECIFIED])})(?:（([A-Za-z]+)）)?")
_OF_MARK = {**{mark: kind for kind, mark in MARKS.items()}, UNSPECIFIED: "unknownEntity"}


def marked(mark: str, reason: object) -> str:
    """The name of one who has none, with the standard's word for why."""
    return f"{mark}（{reason}）" if isinstance(reason, str) else mark


def mark_of(name: str) -> tuple[str, str | None] | None:
    """The standard's type and reason that a name of `marked` tells; None for any other name."""
    found = _MARKED.fullmatch(name)
    return None if found is None else (_OF_MARK[found[1]], found[2])


@dataclass(slots=True, kw_only=True)
class Party:
    """One entity of the space for one record: its id and type, and the rows that register and name it."""

    entity: str
    type: str
    is_nomination: bool = False
    rows: list[EntityRow] = field(default_factory=list)


class Parties:
    """The entities and persons of a file, and those of the space that its relationships may name."""

    def __init__(self, statements: Sequence[Statement], context: Context, file: str, faults: StatementFaults) -> None:
        self._context, self._file, self._faults = context, file, faults
        self._known = Names(context.entity_types)
        self._ids: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._codes: Mapping[str, Sequence[str]] | None = None
        self._told: set[str] = set()
        self._found: dict[str, Party] = {}
        for record, series in series_of(statements).items():
            if series[0].kind != "relationship":
                self._found[record] = self._party(record, series)

    def of(self, record: str) -> Party | None:
        """The entity that a recordId names: stated in the file, or registered under that very id."""
        found = self._found.get(record)
        if found is None:
            registered = self._known.find(record)
            if registered is not None:
                return Party(entity=registered, type=self._context.entity_types[registered])
        return found

    def unspecified(self, statement: Statement, reason: str) -> Party:
        """The entity that stands for the holder of whom a relationship says only why it says no more."""
        record = f"{statement.record}:interestedParty"
        if record not in self._found:
            entity = self._known.find(record) or record
            party = Party(entity=entity, type=self._context.entity_types.get(entity, ENTERPRISE))
            party.rows.append(self._row(statement, party, marked(UNSPECIFIED, reason), None))
            self._found[record] = party
        return self._found[record]

    def rows(self, used: frozenset[str]) -> list[EntityRow]:
        """The rows of all, in the order of the file; of nominations only those that are `used` as entities."""
        return [
            row
            for party in self._found.values()
            if not party.is_nomination or party.entity in used
            for row in party.rows
        ]

    def _party(self, record: str, series: Sequence[Statement]) -> Party:
        entity = self._entity(record, series)
        registered = self._context.entity_types.get(entity)
        wanted = self._type(series[0])
        if registered is not None and (self._is_person(registered) != self._is_person(wanted)):
            message = f"{quoted(entity)} is registered as {registered}; a type never changes"
            hint = f"the file states a {series[0].kind}; give it a recordId of its own"
            self._faults.add(message, hint, series[0], "recordType")
        kind = registered or self._types.get(entity) or wanted
        self._types[entity] = kind
        party = Party(entity=entity, type=kind, is_nomination=is_nomination(series[0]))
        name = None
        for statement in series:
            told = self._name(statement)
            if told != name:
                is_known = registered is not None or name is not None
                day = date.fromisoformat(statement.day) if is_known else None
                party.rows = [row for row in party.rows if row.valid_from != day]
                party.rows.append(self._row(statement, party, told, day))
            name = told
        return party

    def _row(self, statement: Statement, party: Party, name: str, day: date | None) -> EntityRow:
        return EntityRow(
            entity=party.entity, type=party.type, name=name, valid_from=day,
            attributes=self._attributes(statement, party.type), file=self._file, sheet=statement.id,
            cell=statement.cell,
        )  # fmt: skip

    def _entity(self, record: str, series: Sequence[Statement]) -> str:
        """The registered id that is the recordId, or an identifier of the entity; else the recordId, for a new one."""
        wrong = text_fault(record, MAX_NAME)
        if wrong is not None or not record.strip():
            message = "the recordId is empty" if wrong is None else wrong.message
            self._faults.add(message, "it becomes the id of the entity", series[0], "recordId")
        registered = self._known.find(record)
        if registered is not None:
            return registered
        if series[0].kind == "entity":
            spelled = [text for statement in series for one in statement.details.get("identifiers", ())
                       for text in _spellings(one)]  # fmt: skip
            known = dict.fromkeys(found for text in spelled if (found := self._registered(text)) is not None)
            if len(known) > 1:
                message = f"its identifiers are those of {' and '.join(map(quoted, known))}, two entities"
                self._faults.add(message, "which one is it?", series[0], "recordDetails", "identifiers")
            if known:
                return next(iter(known))
        return self._ids.setdefault(normal(record), record.strip())

    def _registered(self, text: str) -> str | None:
        """The registered entity that an identifier is the id of, or that alone states it as its social credit code."""
        found = self._known.find(text)
        code = read_code(text, CREDIT_CODE) if found is None and len(text) >= CREDIT_LENGTH else None
        if not isinstance(code, str):
            return found
        if self._codes is None:
            self._codes = self._context.entity_codes()
        stating = self._codes.get(code, ())
        return stating[0] if len(stating) == 1 else None

    def _attributes(self, statement: Statement, type_name: str) -> tuple[tuple[str, str], ...]:
        """The social credit code among the identifiers of an entity, where its type declares one."""
        types = self._context.catalogue.types
        declared = self._context.catalogue.attributes_of(type_name) if type_name in types else {}
        names = [name for name, attribute in declared.items() if attribute.format == CREDIT_CODE]
        if statement.kind != "entity" or not names:
            return ()
        for one in statement.details.get("identifiers", ()):
            if CREDIT_SCHEME in one.get("schemeName", ""):
                code = read_code(one.get("id", ""), CREDIT_CODE)
                if isinstance(code, str):
                    return ((names[0], code),)
        return ()

    def _type(self, statement: Statement) -> str:
        """The declared type that is nearest to what the standard says of a record."""
        types = self._context.catalogue.types
        if statement.kind == "person":
            if PERSON in types:
                return PERSON
            self._warn_once(f"no type {PERSON} is declared: persons are registered as {ENTERPRISE}", statement)
            return ENTERPRISE
        form: Mapping[str, Any] = statement.details["entityType"]
        local = form.get("details")
        if isinstance(local, str) and local in types and not self._is_person(local):
            return local
        if form["type"] in ("state", "stateBody"):
            if STATE_BODY in types:
                return STATE_BODY
            self._warn_once(f"no type {STATE_BODY} is declared: states are registered as {ENTERPRISE}", statement)
        return ENTERPRISE

    def _warn_once(self, message: str, statement: Statement) -> None:
        if message not in self._told:
            self._told.add(message)
            self._faults.warn(message, "take the pack ownership into the space first", statement)

    def _is_person(self, type_name: str) -> bool:
        catalogue = self._context.catalogue
        return PERSON in catalogue.types and type_name in catalogue.types and catalogue.descends(type_name, PERSON)

    def _name(self, statement: Statement) -> str:
        """What a record is called: the legal name of a person, a mark for those without, else the recordId."""
        details = statement.details
        if statement.kind == "person":
            kind, where, given = details["personType"], "unspecifiedPersonDetails", _full_name(details)
        else:
            kind, where, given = details["entityType"]["type"], "unspecifiedEntityDetails", details.get("name")
        name = given.strip() if isinstance(given, str) else ""
        if kind in MARKS and (not name or kind.startswith("anonymous")):
            return marked(MARKS[kind], details.get(where, {}).get("reason"))
        wrong = text_fault(name, MAX_NAME)
        if wrong is not None:
            self._faults.add(wrong.message, wrong.hint, statement, "recordDetails")
        return name or statement.record


def _full_name(details: Mapping[str, Any]) -> str | None:
    names = details.get("names", ())
    legal = [one["fullName"] for one in names if one.get("type") == "legal"]
    return next(iter([*legal, *(one["fullName"] for one in names)]), None)


def _spellings(identifier: Mapping[str, Any]) -> list[str]:
    """An identifier as entities may be registered by it: alone, and behind its scheme as org-id.guide writes it."""
    number = identifier.get("id")
    if not isinstance(number, str) or not number.strip():
        return []
    scheme = identifier.get("scheme")
    return [number, f"{scheme}-{number}"] if isinstance(scheme, str) else [number]
