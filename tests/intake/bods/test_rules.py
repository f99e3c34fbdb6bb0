"""What the standard asks of the statements of a file together: its pages on serialisation, updates and nominations."""

from decimal import Decimal
from typing import Any

import pytest
from bods_desk import entity, interest, later, person, read, relation, said, statement

from hengjian.intake.bods.rules import exact_share, share_fault

A, B, C, P = entity("a"), entity("b"), entity("c"), person("p")
ZEROS = "0" * 32
NOMINATION = entity("n", "arrangement", "nomination")


def at(record: str, row: int, pointer: str = "") -> str:
    return f"a.json, row {row}: statement '{record}-{ZEROS}'{pointer and ' at ' + pointer}"


def test_a_statement_id_stands_once() -> None:
    twin = {**B, "statementId": A["statementId"]}
    assert said([A, twin]) == [
        (
            f"{at('a', 2, '/statementId')}: its statementId is that of statement 1 too"
            " | a statementId names one statement; give this one its own"
        )
    ]


def test_a_record_keeps_its_type() -> None:
    changed = later(person("a"), "2024-06-01")
    (told,) = said([A, changed])
    assert (
        "the record 'a' is of type entity in statement 1 | a record keeps its type; is it the right recordId?" in told
    )


def test_one_version_for_all() -> None:
    details = {"publicationDate": "2024-05-01", "bodsVersion": "0.3", "publisher": {"name": "x"}}
    assert said([{**A, "publicationDetails": details}]) == [
        (
            f"{at('a', 1, '/publicationDetails/bodsVersion')}: it is written for version 0.3 of the standard"
            " | convert it to version 0.4"
        )
    ]


def test_a_declaration_is_about_an_entity_or_a_person() -> None:
    about = relation("r", "b", "a")
    (told,) = said([A, B, about, {**C, "declarationSubject": "r"}])
    assert told == (
        f"{at('c', 4, '/declarationSubject')}: the record 'r' is a relationship"
        " | a declaration is about an entity or a person"
    )
    assert said([{**A, "declarationSubject": "x"}, {**B, "declarationSubject": "x"}]) == [
        (
            f"warning: {at('a', 1, '/declarationSubject')}: the record 'x' is stated nowhere in the file"
            " | a file states the entity or person that its declarations are about"
        )
    ]


def test_parties_stand_before_their_relationship() -> None:
    """Serialisation, "Statement order"."""
    assert said([A, relation("r", "b", "a"), B]) == [
        (
            f"{at('r', 2, '/recordDetails/interestedParty')}: the record 'b' is stated later, in statement 3"
            " | state entities and persons before the relationships between them"
        )
    ]


def test_parties_are_what_they_may_be() -> None:
    assert said([A, P, relation("r", "a", "p")]) == [
        f"{at('r', 3, '/recordDetails/subject')}: the record 'p' is a person | the subject is an entity"
    ]
    (told,) = said([A, B, relation("r", "a", "b"), relation("s", "r", "a")])
    assert told.endswith(
        "/recordDetails/interestedParty: the record 'r' is a relationship | a party is an entity or a person"
    )


def test_no_entity_is_a_beneficial_owner() -> None:
    one = relation("r", "b", "a", interest(share=10, beneficialOwnershipOrControl=True))
    assert said([A, B, one]) == [
        (
            f"{at('r', 3, '/recordDetails/interests/0/beneficialOwnershipOrControl')}: the record 'b' is an"
            f" entity, and no"
            " beneficial owner | only a natural person owns or controls beneficially; write false"
        )
    ]
    assert said([A, P, relation("r", "p", "a", interest(share=10, beneficialOwnershipOrControl=True))]) == []


def test_an_interest_ends_after_it_starts() -> None:
    one = relation("r", "b", "a", interest(share=10, startDate="2024-05-02", endDate="2024-05-01"))
    assert said([A, B, one]) == [
        (
            f"{at('r', 3, '/recordDetails/interests/0/endDate')}: the interest ends on 2024-05-01, before it starts on"
            " 2024-05-02 | endDate is the first day on which the interest no longer holds"
        )
    ]


def test_nominees_and_nominators_are_parties_of_a_nomination_alone() -> None:
    """Representing nominee arrangements: type MUST be arrangement, subtype nomination, and no other interests."""
    assert said([A, P, relation("r", "p", "a", interest("nominee"))]) == [
        (
            f"{at('r', 3, '/recordDetails/interests/0/type')}: a nominee belongs to a nomination, and 'a' is none"
            " | state the nomination as an entity of type arrangement, subtype nomination"
        )
    ]
    assert said([A, P, NOMINATION, relation("r", "p", "n", interest(share=50))]) == [
        (
            f"{at('r', 4, '/recordDetails/interests/0/type')}: 'n' is a nomination: nobody has a shareholding in it"
            " | the parties of a nomination are its nominee and its nominator"
        )
    ]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ({"exact": 30}, None), ({"exact": 30, "minimum": 30, "maximum": 30}, None),
        ({"minimum": 25, "exclusiveMaximum": 50}, None), ({"exclusiveMinimum": 25, "maximum": 50, "exact": 50}, None),
        ({}, None), ({"minimum": 0, "maximum": 0}, None),
        ({"minimum": 25, "exclusiveMinimum": 25}, "the share has a minimum and an exclusiveMinimum"),
        ({"maximum": 25, "exclusiveMaximum": 25}, "the share has a maximum and an exclusiveMaximum"),
        ({"minimum": 50, "maximum": 25}, "the share lies between 50 and 25, where there is none"),
        ({"minimum": 50, "exclusiveMaximum": 50}, "the share lies between 50 and 50, where there is none"),
        ({"exact": 20, "minimum": 25}, "the exact share 20 lies below its minimum 25"),
        ({"exact": 25, "exclusiveMinimum": 25}, "the exact share 25 lies below its minimum 25"),
        ({"exact": 60, "maximum": 50}, "the exact share 60 lies above its maximum 50"),
        ({"exact": 50, "exclusiveMaximum": 50}, "the exact share 50 lies above its maximum 50"),
    ],
)  # fmt: skip
def test_the_numbers_of_a_share(share: dict[str, Any], words: str | None) -> None:
    assert share_fault(share) == words
    told = said([A, B, relation("r", "b", "a", interest(share=share))])
    errors = [line for line in told if not line.startswith("warning")]
    hint = "an exact share lies within its bounds, and a minimum below its maximum"
    assert errors == ([] if words is None else [f"{at('r', 3, '/recordDetails/interests/0/share')}: {words} | {hint}"])


def test_what_is_an_exact_share() -> None:
    assert exact_share({"exact": Decimal("33.3")}) == Decimal("0.333")
    assert exact_share({"minimum": 30, "maximum": 30}) == Decimal("0.3")
    assert exact_share({"minimum": 30, "maximum": 31}) is None
    assert exact_share({"minimum": 30}) is None
    assert exact_share({}) is None


def test_a_record_is_new_once_and_nothing_follows_its_end() -> None:
    """Information updates: new, then updated, and closed at last."""
    assert said([A, later(A, "2024-06-01"), later(A, "2024-07-01", "closed")]) == []
    assert said([later(A, "2024-06-01"), later(A, "2024-07-01")]) == []
    (told,) = said([A, later(A, "2024-06-01", "new")])
    assert told.endswith(
        "/recordStatus: the record 'a' is not new: statement 1 is about it too"
        " | only the earliest statement of a record is new; later ones are updated or closed"
    )
    (told,) = said([A, later(A, "2024-04-01")])
    assert "is not new: statement 2 is about it too" in told
    (told,) = said([A, later(A, "2024-06-01", "closed"), later(A, "2024-07-01")])
    assert told.endswith(
        "/recordStatus: the record 'a' was closed by statement 2 | nothing follows a closed record; start a new one"
    )
    (told,) = said([A, later(A, "2024-06-01", "closed"), later(A, "2024-07-01", "closed")])
    assert "was closed by statement 2" in told


def test_an_entity_is_founded_before_it_is_dissolved() -> None:
    assert said([entity("a", foundingDate="2020-01-01", dissolutionDate="2019-12-31")]) == [
        (
            f"{at('a', 1, '/recordDetails/dissolutionDate')}: the entity was dissolved on 2019-12-31,"
            f" before it was founded"
            " on 2020-01-01 | mend the one that is wrong"
        )
    ]


def test_components_stand_before_their_primary_relationship() -> None:
    """`isComponent` in the schema: a component MUST come before the primary, and be in its componentRecords."""
    part = relation("r", "c", "b", interest(share=10), isComponent=True)
    whole = relation("s", "c", "a", isComponent=False, componentRecords=["r"])
    assert said([A, B, C, part, whole]) == []
    assert said([A, B, C, whole, part]) == [
        (
            f"{at('s', 4, '/recordDetails/componentRecords/0')}: the component 'r' is stated later, in statement 5"
            " | state a component before its primary relationship"
        )
    ]
    assert said([A, B, C, part]) == [
        (
            f"warning: {at('r', 4, '/recordDetails/isComponent')}: no relationship of the file names 'r' among"
            f" its components"
            " | name it in the componentRecords of the primary relationship, or write false"
        )
    ]
    assert said([A, C, whole]) == [
        (
            f"warning: {at('s', 3, '/recordDetails/componentRecords/0')}: the component 'r' is stated"
            f" nowhere in the file"
            " | state a component before its primary relationship"
        )
    ]
    own = relation("s", "c", "a", isComponent=False, componentRecords=["s"])
    assert said([A, C, own]) == [
        (
            f"{at('s', 3, '/recordDetails/componentRecords/0')}: a relationship is a component of itself"
            " | leave it out of the list"
        )
    ]


def test_all_broken_rules_are_told_at_once() -> None:
    dates = {"foundingDate": "2020-01-01", "dissolutionDate": "2019-01-01"}
    rows, issues = read([
        A, {**B, "statementId": A["statementId"]},
        relation("r", "c", "a", interest(share={"exact": 1, "minimum": 2})), C,
        statement("entity", "d", {"entityType": {"type": "state"}, **dates}),
    ])  # fmt: skip
    assert rows == ()
    assert [issue.place.row for issue in issues if issue.place] == [2, 3, 3, 5]
