"""Holdings of one day as statements of the standard, in the order that it asks for: parties before relationships.

Equal holdings give equal bytes. An identifier is a UUID (version 5) of what it identifies, under the ledger's origin.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from hengjian.intake.bods.parties import ENTERPRISE, mark_of
from hengjian.intake.bods.rules import NOMINATOR, NOMINEE
from hengjian.intake.bods.schema import VERSION
from hengjian.intake.bods.timeline import INFLUENCE, SHAREHOLDING, VOTING, concert_details

Content = dict[str, Any]
#: The name of a scheme is enough for the standard.
_CREDIT_SCHEME = "统一社会信用代码 (GB 32100-2015)"
#: Declared types that the standard has a form for, beside registered entities.
_FORMS = {"fund": "arrangement"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An entity as it is written: `kind` by the standard, `type` as declared here, its credit code where it has one."""

    id: str
    name: str
    kind: Literal["entity", "person", "state"]
    type: str
    credit_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A row of `owns` that holds on the day: attributes as they are stated, and its days (None: open)."""

    source: str
    target: str
    attributes: Mapping[str, str]
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What all statements of a file share. `about` is the entity that the question was about, None: each its own."""

    publisher: str
    published: date
    day: date
    origin: str
    about: str | None


def package(holders: Sequence[Holder], holdings: Sequence[Holding], edition: Edition) -> list[Content]:
    """The statements: holders as given, then relationships; a nomination stands before those that name it.

    The ends of holdings are among the holders. A principal that is none of them is left out.
    """
    writer = _Writer(edition, frozenset(holder.id for holder in holders))
    made = [writer.holder(holder) for holder in holders]
    for holding in holdings:
        made += writer.holding(holding)
    return made


class _Writer:
    """Statements of one edition."""

    def __init__(self, edition: Edition, known: frozenset[str]) -> None:
        self._edition, self._known = edition, known
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, edition.origin)

    def holder(self, holder: Holder) -> Content:
        """The statement of an entity or a person."""
        mark = mark_of(holder.name)
        if holder.kind == "person" or (mark is not None and mark[0].endswith("Person")):
            details: Content = {"isComponent": False, "personType": mark[0] if mark else "knownPerson"}
            if mark is None:
                details["names"] = [{"fullName": holder.name}]
            elif mark[1]:
                details["unspecifiedPersonDetails"] = {"reason": mark[1]}
            return self._statement("person", holder.id, details, holder.id)
        form = "stateBody" if holder.kind == "state" else _FORMS.get(holder.type, "registeredEntity")
        entity_type = {"type": mark[0] if mark else form}
        if holder.type != ENTERPRISE:
            entity_type["details"] = holder.type
        details = {"isComponent": False, "entityType": entity_type}
        if mark is None or not mark[0].startswith("anonymous"):
            details["name"] = holder.name
        if mark is not None and mark[1]:
            details["unspecifiedEntityDetails"] = {"reason": mark[1]}
        if holder.credit_code:
            details["identifiers"] = [{"schemeName": _CREDIT_SCHEME, "id": holder.credit_code}]
        return self._statement("entity", holder.id, details, holder.id)

    def holding(self, holding: Holding) -> Iterator[Content]:
        """The relationship; a nominee's as that of a nomination, which is stated with its parties before."""
        said = holding.attributes
        source, principal = holding.source, said.get("principal", "")
        if principal not in self._known:
            principal = ""
        days = _days(holding)
        if said.get("kind") == "nominee":
            source = self._id("nomination", holding.source, holding.target)
            details = {"isComponent": False, "entityType": {"type": "arrangement", "subtype": "nomination"}}
            yield self._statement("entity", source, details, holding.target)
            for role, party in ((NOMINEE, holding.source), (NOMINATOR, principal)):
                if party:
                    interest = {"type": role, "directOrIndirect": "direct", **days}
                    yield self._relationship(party, source, [interest], holding.target)
        interests = list(_interests(said, days))
        if said.get("kind") == "concert":
            details = {"type": INFLUENCE, "directOrIndirect": "direct", "details": concert_details(principal), **days}
            interests.append(details)
        yield self._relationship(source, holding.target, interests, holding.target, said.get("evidence"))

    def _relationship(
        self, party: str, subject: str, interests: Sequence[Content], about: str, evidence: str | None = None
    ) -> Content:
        details = {
            "isComponent": False, "subject": subject, "interestedParty": party, "interests": list(interests),
        }  # fmt: skip
        return self._statement("relationship", self._id("relationship", party, subject), details, about, evidence)

    def _statement(self, kind: str, record: str, details: Content, about: str, evidence: str | None = None) -> Content:
        edition = self._edition
        said: Content = {
            "statementDate": edition.day.isoformat(), "declarationSubject": edition.about or about, "recordId": record,
            "recordType": kind, "recordStatus": "new", "recordDetails": details,
        }  # fmt: skip
        if evidence:
            said["source"] = {"description": evidence}
        publication = {
            "publicationDate": edition.published.isoformat(), "bodsVersion": VERSION,
            "publisher": {"name": edition.publisher},
        }  # fmt: skip
        return {"statementId": self._id(printed(said)), **said, "publicationDetails": publication}

    def _id(self, *parts: str) -> str:
        return str(uuid.uuid5(self._space, json.dumps(parts, ensure_ascii=False)))


def _interests(said: Mapping[str, str], days: Content) -> Iterator[Content]:
    """Shares and votes; a holding that states neither is a shareholding of an unknown share."""
    share, votes = said.get("share"), said.get("voting")
    for kind, text in ((SHAREHOLDING, share), (VOTING, votes)):
        if text is not None or (kind == SHAREHOLDING and votes is None):
            interest: Content = {"type": kind, "directOrIndirect": "direct"}
            if text is not None:
                interest["share"] = {"exact": Decimal(text).scaleb(2)}
            yield {**interest, **days}


def _days(holding: Holding) -> Content:
    days = {"startDate": holding.start, "endDate": holding.end}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def printed(value: object, indent: str = "\n") -> str:
    """JSON of statements: two blanks a level, decimals with all their digits."""
    inner = indent + "  "
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case dict() if value:
            parts = [f"{json.dumps(name, ensure_ascii=False)}: {printed(one, inner)}" for name, one in value.items()]
            return "{" + inner + ("," + inner).join(parts) + indent + "}"
        case list() if value:
            return "[" + inner + ("," + inner).join(printed(one, inner) for one in value) + indent + "]"
        case str():
            return _safe(json.dumps(value, ensure_ascii=False))
        case _:
            return json.dumps(value)


#: Characters that some readers stumble over, as the standard's page on serialisation recommends to escape them.
_ESCAPED = re.compile("[&<>\u2028\u2029]")


def _safe(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
