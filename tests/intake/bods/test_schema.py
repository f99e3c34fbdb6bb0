"""What the schema finds wrong in one statement: one case for each kind of rule, its place and its words."""

from typing import Any

import pytest
from bods_desk import DAY, entity, interest, person, relation, said

from hengjian.intake.bods.formats import is_date, is_date_time, is_uri


def _without(statement: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != name}


A, B = entity("a"), entity("b")
CONTENT = {"transformedContent": "x"}
AT = f"a.json, row 1: statement 'a-{'0' * 32}'"
NO_ID = "a.json, row 1: statement 1"


@pytest.mark.parametrize(
    ("statement", "issue"),
    [
        (_without(A, "statementDate"), f"{AT}: statementDate is missing | the standard requires it"),
        (_without(A, "statementId"), f"{NO_ID}: statementId is missing | the standard requires it"),
        (_without(A, "recordType"), f"{AT}: recordType is missing | the standard requires it"),
        (
            {**A, "statementId": "short"},
            (
                "a.json, row 1: statement 'short' at /statementId: 'short' has 5 characters; at least 32 are needed"
                " | is it written in full?"
            ),
        ),
        (
            {**A, "statementId": "x" * 65},
            (
                f"a.json, row 1: statement '{'x' * 65}' at /statementId: '{'x' * 65}' has 65 characters;"
                " at most 64 are taken | shorten it"
            ),
        ),
        ({**A, "declaration": 3}, f"{AT} at /declaration: 3 is not a text | take the type that the standard gives it"),
        ({**A, "source": []}, f"{AT} at /source: a list is not an object | take the type that the standard gives it"),
        (
            entity("a", name=None),
            f"{AT} at /recordDetails/name: null is not a text | take the type that the standard gives it",
        ),
        (
            entity("a", alternateNames={}),
            (f"{AT} at /recordDetails/alternateNames: an object is not a list | take the type that the"
            f" standard gives it"),
        ),
        (
            entity("a", isComponent="no"),
            (
                f"{AT} at /recordDetails/isComponent: 'no' is not true or false"
                " | take the type that the standard gives it"
            ),
        ),
        (
            entity("a", "company"),
            (
                f"{AT} at /recordDetails/entityType/type: 'company' is no word of its codelist | its words are"
                " registeredEntity, legalEntity, arrangement, anonymousEntity, unknownEntity, state, stateBody"
            ),
        ),
        (
            entity("a", "stateBodies"),
            (f"{AT} at /recordDetails/entityType/type: 'stateBodies' is no word of its codelist | did you"
            f" mean stateBody or state?"),
        ),
        (
            {**A, "statementDate": "2024-02-30"},
            (
                f"{AT} at /statementDate: '2024-02-30' is neither a date nor a date-time"
                " | write 2019-12-31, or with the time and its zone 2019-12-31T08:00:00+08:00"
            ),
        ),
        (
            entity("a", foundingDate="2024"),
            f"{AT} at /recordDetails/foundingDate: '2024' is not a date | write year, month and day: 2019-12-31",
        ),
        (
            entity("a", uri="www.example.org"),
            (
                f"{AT} at /recordDetails/uri: 'www.example.org' is no URI"
                " | write it in full, as in https://example.org/register"
            ),
        ),
        (
            entity("a", identifiers=[{"id": "3"}]),
            f"{AT} at /recordDetails/identifiers/0: scheme and schemeName are both missing | give one of the two",
        ),
        (
            {**A, "publicationDetails": {"publicationDate": DAY, "bodsVersion": "0.4.0", "publisher": {"name": "x"}}},
            f"{AT} at /publicationDetails/bodsVersion: '0.4.0' is no version | write 0.4",
        ),
        (
            {**A, "annotations": [{"statementPointerTarget": "", "motivation": "linking", "url": "a:", **CONTENT}]},
            (
                f"{AT} at /annotations/0/transformedContent: transformedContent belongs to the motivation"
                f" transformation"
                " alone | leave it out, or take the motivation transformation"
            ),
        ),
    ],
)  # fmt: skip
def test_faults_of_an_entity(statement: dict[str, Any], issue: str) -> None:
    assert said([statement]) == [issue]


def test_faults_of_a_person() -> None:
    assert said([A, person("p", birthDate="5/1980")]) == [
        (
            f"a.json, row 2: statement 'p-{'0' * 32}' at /recordDetails/birthDate: '5/1980' is neither a date,"
            f" a month nor a year"
            " | write 1980, 1980-05 or 1980-05-17"
        )
    ]


def test_faults_of_a_relationship() -> None:
    r = f"a.json, row 3: statement 'r-{'0' * 32}' at /recordDetails"
    share = "a share is a percentage from 0 to 100"
    assert said([A, B, relation("r", "b", "a", interest(share=101))]) == [
        f"{r}/interests/0/share/exact: 101 is more than 100 | {share}"
    ]
    assert said([A, B, relation("r", "b", "a", interest(share={"minimum": -0.5}))]) == [
        f"{r}/interests/0/share/minimum: -0.5 is less than 0 | {share}"
    ]
    assert said([A, B, relation("r", 3, "a")]) == [
        (
            f"{r}/interestedParty: 3 names no record and gives no reason"
            " | write the recordId of a record, or an object whose reason is a word of the codelist"
        )
    ]
    assert said([A, B, relation("r", "b", "a", isComponent=True, componentRecords=["b"])]) == [
        (
            f"{r}/componentRecords: a component has components of its own"
            " | name them in the componentRecords of the primary relationship"
        )
    ]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    told = said([{**A, "declaration": 3}, _without(B, "recordId"), relation("r", 3, "a", interest(share=101))])
    assert [line.partition(",")[2].partition(":")[0] for line in told] == [" row 1", " row 2", " row 3", " row 3"]


def test_an_older_version_is_told_once() -> None:
    old = {"statementID": "x" * 32, "statementType": "entityStatement", "entityType": "registeredEntity"}
    assert said([old, old]) == [
        (
            "a.json: the file is written for version 0.3 of the standard, or an older one"
            " | convert it to version 0.4, which states records"
        )
    ]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2024-02-29", True), ("2023-02-29", False), ("2024-2-29", False), ("20240229", False), ("2024-W09-4", False),
        ("٢٠٢٤-٠٢-٢٩", False), ("2024-02-29\n", False),
    ],
)  # fmt: skip
def test_dates(text: str, verdict: bool) -> None:
    """RFC 3339, full-date."""
    assert is_date(text) is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # The examples of RFC 3339, section 5.8.
        ("1985-04-12T23:20:50.52Z", True), ("1996-12-19T16:39:57-08:00", True), ("1990-12-31T23:59:60Z", True),
        ("1990-12-31T15:59:60-08:00", True), ("1937-01-01T12:00:27.87+00:20", True),
        ("1985-04-12T23:20:50", False), ("1985-04-12T24:00:00Z", False), ("1985-04-12", False),
        ("1985-02-30T01:00:00Z", False),
    ],
)  # fmt: skip
def test_date_times(text: str, verdict: bool) -> None:
    assert is_date_time(text) is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # The examples of RFC 3986, section 1.1.2.
        ("ftp://ftp.is.co.za/rfc/rfc1808.txt", True), ("http://www.ietf.org/rfc/rfc2396.txt", True),
        ("ldap://[2001:db8::7]/c=GB?objectClass?one", True), ("mailto:John.Doe@example.com", True),
        ("news:comp.infosystems.www.servers.unix", True), ("tel:+1-816-555-1212", True),
        ("telnet://192.0.2.16:80/", True), ("urn:oasis:names:specification:docbook:dtd:xml:4.1.2", True),
        ("www.example.org", False), ("//example.org/a", False), ("http://a b", False), ("http://例.中国/", False),
        ("http://a/%zz", False), ("http://a/#b#c", False), ("", False), ("1http://a", False),
    ],
)  # fmt: skip
def test_uris(text: str, verdict: bool) -> None:
    assert is_uri(text) is verdict


def test_what_is_no_text_has_no_format() -> None:
    assert is_date(3)
    assert is_date_time(None)
    assert is_uri([])
