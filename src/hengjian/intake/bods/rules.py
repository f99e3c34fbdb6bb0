"""What the standard asks of the statements of one file together, which its schema cannot say.

A contradiction inside the file is a fault. What the file leaves open, because another file may state it, is a warning.
The rules are those of the standard's pages on serialisation (order of statements), information updates (series of one
record), and its schema's descriptions (components, shares, parties).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengjian.intake.bods.document import Statement
from hengjian.intake.bods.notes import StatementFaults
from hengjian.intake.bods.schema import VERSION
from hengjian.intake.text import quoted

NOMINEE, NOMINATOR = "nominee", "nominator"
_PARTIES = ("subject", "interestedParty")


def check_rules(statements: Sequence[Statement], faults: StatementFaults) -> None:
    """Tell what is wrong between valid statements of one file."""
    first: dict[str, Statement] = {}
    for statement in statements:
        first.setdefault(statement.record, statement)
    _check_ids(statements, first, faults)
    _check_declaration_subjects(statements, first, faults)
    _check_components(statements, first, faults)
    for series in series_of(statements).values():
        _check_series(series, faults)
    for statement in statements:
        if statement.kind == "relationship":
            _check_parties(statement, first, faults)
            _check_interests(statement, first, faults)
        elif statement.kind == "entity":
            _check_entity(statement, faults)


def series_of(statements: Iterable[Statement]) -> Mapping[str, list[Statement]]:
    """The statements about each record by their days, those of one day as they stand in the file."""
    series: dict[str, list[Statement]] = {}
    for statement in statements:
        series.setdefault(statement.record, []).append(statement)
    for found in series.values():
        found.sort(key=lambda statement: statement.day)
    return series


def interests_of(statement: Statement) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The interests of a relationship statement, with their places."""
    yield from enumerate(statement.details.get("interests", ()))


def _check_ids(statements: Sequence[Statement], first: Mapping[str, Statement], faults: StatementFaults) -> None:
    seen: dict[str, int] = {}
    for statement in statements:
        number = seen.setdefault(statement.id, statement.number)
        if number != statement.number:
            hint = "a statementId names one statement; give this one its own"
            faults.add(f"its statementId is that of statement {number} too", hint, statement, "statementId")
        opening = first[statement.record]
        if opening.kind != statement.kind:
            message = f"the record {quoted(statement.record)} is of type {opening.kind} in statement {opening.number}"
            faults.add(message, "a record keeps its type; is it the right recordId?", statement, "recordType")
        version = statement.body.get("publicationDetails", {}).get("bodsVersion", VERSION)
        if version != VERSION:
            message = f"it is written for version {version} of the standard"
            faults.add(message, f"convert it to version {VERSION}", statement, "publicationDetails", "bodsVersion")


def _check_declaration_subjects(
    statements: Sequence[Statement], first: Mapping[str, Statement], faults: StatementFaults
) -> None:
    told: set[str] = set()
    for statement in statements:
        subject = statement.body["declarationSubject"]
        if subject in told:
            continue
        told.add(subject)
        if subject not in first:
            message = f"the record {quoted(subject)} is stated nowhere in the file"
            hint = "a file states the entity or person that its declarations are about"
            faults.warn(message, hint, statement, "declarationSubject")
        elif first[subject].kind == "relationship":
            message = f"the record {quoted(subject)} is a relationship"
            faults.add(message, "a declaration is about an entity or a person", statement, "declarationSubject")


def _check_series(series: Sequence[Statement], faults: StatementFaults) -> None:
    """A record is new once and first, and closed once and last."""
    closed: Statement | None = None
    for place, statement in enumerate(series):
        status = statement.body.get("recordStatus")
        if closed is not None:
            message = f"the record {quoted(statement.record)} was closed by statement {closed.number}"
            faults.add(message, "nothing follows a closed record; start a new one", statement, "recordStatus")
            return
        if status == "new" and place:
            message = f"the record {quoted(statement.record)} is not new: statement {series[0].number} is about it too"
            hint = "only the earliest statement of a record is new; later ones are updated or closed"
            faults.add(message, hint, statement, "recordStatus")
            return
        if status == "closed":
            closed = statement


def _check_parties(statement: Statement, first: Mapping[str, Statement], faults: StatementFaults) -> None:
    """Parties that the file states are stated before, and are what they may be."""
    for role in _PARTIES:
        party = statement.details[role]
        stated = first.get(party) if isinstance(party, str) else None
        if stated is None:
            continue
        at = ("recordDetails", role)
        if stated.kind == "relationship":
            hint = "a party is an entity or a person"
            faults.add(f"the record {quoted(party)} is a relationship", hint, statement, *at)
        elif role == "subject" and stated.kind == "person":
            faults.add(f"the record {quoted(party)} is a person", "the subject is an entity", statement, *at)
        elif stated.number > statement.number:
            message = f"the record {quoted(party)} is stated later, in statement {stated.number}"
            faults.add(message, "state entities and persons before the relationships between them", statement, *at)


def _check_interests(statement: Statement, first: Mapping[str, Statement], faults: StatementFaults) -> None:
    party, subject = (first.get(str(statement.details[role])) for role in ("interestedParty", "subject"))
    for place, interest in interests_of(statement):
        at = ("recordDetails", "interests", place)
        start, end = interest.get("startDate"), interest.get("endDate")
        if start and end and end < start:
            hint = "endDate is the first day on which the interest no longer holds"
            faults.add(f"the interest ends on {end}, before it starts on {start}", hint, statement, *at, "endDate")
        if interest.get("beneficialOwnershipOrControl") and party is not None and party.kind == "entity":
            message = f"the record {quoted(party.record)} is an entity, and no beneficial owner"
            hint = "only a natural person owns or controls beneficially; write false"
            faults.add(message, hint, statement, *at, "beneficialOwnershipOrControl")
        if interest.get("type") in (NOMINEE, NOMINATOR) and subject is not None and not is_nomination(subject):
            message = f"a {interest['type']} belongs to a nomination, and {quoted(subject.record)} is none"
            hint = "state the nomination as an entity of type arrangement, subtype nomination"
            faults.add(message, hint, statement, *at, "type")
        if interest.get("type") not in (NOMINEE, NOMINATOR, None) and subject is not None and is_nomination(subject):
            message = f"{quoted(subject.record)} is a nomination: nobody has a {interest['type']} in it"
            hint = "the parties of a nomination are its nominee and its nominator"
            faults.add(message, hint, statement, *at, "type")
        wrong = share_fault(interest.get("share", {}))
        if wrong is not None:
            faults.add(wrong, "an exact share lies within its bounds, and a minimum below its maximum", statement,
                       *at, "share")  # fmt: skip


def share_fault(share: Mapping[str, Any]) -> str | None:
    """What is wrong between the numbers of a share, if anything."""
    for bound, other in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if bound in share and other in share:
            return f"the share has a {bound} and an {other}"
    low = share.get("minimum", share.get("exclusiveMinimum"))
    high = share.get("maximum", share.get("exclusiveMaximum"))
    is_open = "exclusiveMinimum" in share or "exclusiveMaximum" in share
    if low is not None and high is not None and (low > high or (low == high and is_open)):
        return f"the share lies between {low} and {high}, where there is none"
    exact = share.get("exact")
    if exact is None:
        return None
    if low is not None and (exact < low or (exact == low and "exclusiveMinimum" in share)):
        return f"the exact share {exact} lies below its minimum {low}"
    if high is not None and (exact > high or (exact == high and "exclusiveMaximum" in share)):
        return f"the exact share {exact} lies above its maximum {high}"
    return None


def exact_share(share: Mapping[str, Any]) -> Decimal | None:
    """The share that is known exactly, as a fraction of 1: stated so, or between equal bounds."""
    exact = share.get("exact")
    if exact is None and "minimum" in share and share["minimum"] == share.get("maximum"):
        exact = share["minimum"]
    return None if exact is None else Decimal(exact).scaleb(-2)


def is_nomination(statement: Statement) -> bool:
    """Whether a statement is about a nominee arrangement."""
    if statement.kind != "entity":
        return False
    form = statement.details["entityType"]
    return bool(form["type"] == "arrangement" and form.get("subtype") == "nomination")


def _check_entity(statement: Statement, faults: StatementFaults) -> None:
    founded, dissolved = statement.details.get("foundingDate"), statement.details.get("dissolutionDate")
    if founded and dissolved and dissolved < founded:
        message = f"the entity was dissolved on {dissolved}, before it was founded on {founded}"
        faults.add(message, "mend the one that is wrong", statement, "recordDetails", "dissolutionDate")


def _check_components(statements: Sequence[Statement], first: Mapping[str, Statement], faults: StatementFaults) -> None:
    """Components are stated before the primary relationship that names them."""
    named: set[str] = set()
    for statement in statements:
        for place, record in enumerate(statement.details.get("componentRecords", ())):
            named.add(record)
            at = ("recordDetails", "componentRecords", place)
            if record == statement.record:
                faults.add("a relationship is a component of itself", "leave it out of the list", statement, *at)
            elif record not in first:
                message = f"the component {quoted(record)} is stated nowhere in the file"
                faults.warn(message, "state a component before its primary relationship", statement, *at)
            elif first[record].number > statement.number:
                message = f"the component {quoted(record)} is stated later, in statement {first[record].number}"
                faults.add(message, "state a component before its primary relationship", statement, *at)
    for record, statement in first.items():
        if statement.details.get("isComponent") and record not in named:
            message = f"no relationship of the file names {quoted(record)} among its components"
            hint = "name it in the componentRecords of the primary relationship, or write false"
            faults.warn(message, hint, statement, "recordDetails", "isComponent")
