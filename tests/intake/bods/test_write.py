"""Holdings written as statements: valid by the standard, the same bytes each time, and the same holdings when read."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bods_desk import entities, links, read
from hypothesis import given
from hypothesis import strategies as st

from hengjian.intake.bods.read import read_statements
from hengjian.intake.bods.write import Edition, Holder, Holding, package, printed
from hengjian.intake.faults import Faults

DAY = date(2024, 5, 1)
EDITION = Edition(publisher="某市国资委", published=date(2024, 6, 1), day=DAY, origin="example.org/log", about=None)


def holder(identity: str, kind: Any = "entity", **more: Any) -> Holder:
    kinds = {"person": "natural_person", "state": "state_body", "entity": "enterprise"}
    return Holder(**{"id": identity, "name": identity.upper(), "kind": kind, "type": kinds[kind], **more})


def holding(source: str, target: str, start: date | None = None, end: date | None = None, **said: str) -> Holding:
    return Holding(source=source, target=target, attributes=said, start=start, end=end)


A, B, P, Q = holder("a"), holder("b"), holder("p", "person"), holder("q", "person")


def written(holders: list[Holder], holdings: list[Holding], edition: Edition = EDITION) -> str:
    text = printed(package(holders, holdings, edition))
    faults = Faults("a.json")
    read_statements(text.encode(), faults)
    assert faults.issues() == ()
    return text


def test_a_package_in_full() -> None:
    text = written([A, P], [holding("p", "a", date(2020, 1, 1), share="0.235", voting="0.4", evidence="登记簿 <1>")])
    shared = {
        "publicationDate": "2024-06-01", "bodsVersion": "0.4", "publisher": {"name": "某市国资委"},
    }  # fmt: skip
    found = json.loads(text)
    assert all(len(one["statementId"]) == 36 for one in found)
    assert [one["publicationDetails"] for one in found] == [shared] * 3
    assert [(one["recordType"], one["recordStatus"], one["statementDate"]) for one in found] == [
        ("entity", "new", "2024-05-01"), ("person", "new", "2024-05-01"), ("relationship", "new", "2024-05-01"),
    ]  # fmt: skip
    assert [one["declarationSubject"] for one in found] == ["a", "p", "a"]
    assert found[0]["recordDetails"] == {"isComponent": False, "entityType": {"type": "registeredEntity"}, "name": "A"}
    assert found[1]["recordDetails"] == {
        "isComponent": False,
        "personType": "knownPerson",
        "names": [{"fullName": "P"}],
    }
    days = {"startDate": "2020-01-01"}
    assert found[2]["source"] == {"description": "登记簿 <1>"}
    assert found[2]["recordDetails"] == {
        "isComponent": False, "subject": "a", "interestedParty": "p",
        "interests": [
            {"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 23.5}, **days},
            {"type": "votingRights", "directOrIndirect": "direct", "share": {"exact": 40}, **days},
        ],
    }  # fmt: skip
    assert "<" not in text, "characters that readers stumble over are escaped"


def test_equal_holdings_give_equal_bytes_and_others_other_ids() -> None:
    one = [holding("p", "a", share="0.5")]
    assert written([A, P], one) == written([A, P], one)
    other = written([A, P], [holding("p", "a", share="0.6")])
    ids = [{line["statementId"] for line in json.loads(text)} for text in (written([A, P], one), other)]
    assert len(ids[0] & ids[1]) == 2, "those of the parties, of which the same is said"
    elsewhere = Edition(publisher="某市国资委", published=DAY, day=DAY, origin="example.org/other", about=None)
    assert not ids[0] & {line["statementId"] for line in json.loads(written([A, P], one, elsewhere))}


def test_a_question_about_one_entity_names_it_in_every_statement() -> None:
    about = Edition(publisher="x", published=DAY, day=DAY, origin="o", about="b")
    found = json.loads(written([A, B, P], [holding("b", "a", share="1"), holding("p", "b", share="1")], about))
    assert {one["declarationSubject"] for one in found} == {"b"}


def test_a_nominee_is_written_as_a_nomination() -> None:
    """Representing nominee arrangements: the nomination holds; nominee and nominator are its parties."""
    found = json.loads(written([A, P, Q], [holding("p", "a", share="0.3", kind="nominee", principal="q")]))
    nomination = found[3]
    assert nomination["recordDetails"]["entityType"] == {"type": "arrangement", "subtype": "nomination"}
    told = [
        (one["recordDetails"]["interestedParty"], one["recordDetails"]["subject"],
         one["recordDetails"]["interests"][0]["type"])
        for one in found[4:]
    ]  # fmt: skip
    record = nomination["recordId"]
    assert told == [("p", record, "nominee"), ("q", record, "nominator"), (record, "a", "shareholding")]


def test_what_a_name_and_a_type_tell() -> None:
    holders = [
        A, holder("u", "person", name="匿名自然人（unknown）"),
        holder("v", name="未指明的权益方（subjectExemptFromDisclosure）"),
        holder("s", "state"), holder("f", type="fund"), holder("c", credit_code="91350100M000100Y43"),
    ]  # fmt: skip
    details = [one["recordDetails"] for one in json.loads(written(holders, []))]
    assert details[1] == {
        "isComponent": False, "personType": "anonymousPerson", "unspecifiedPersonDetails": {"reason": "unknown"},
    }  # fmt: skip
    assert details[2]["entityType"] == {"type": "unknownEntity"}
    assert details[2]["unspecifiedEntityDetails"] == {"reason": "subjectExemptFromDisclosure"}
    assert details[3]["entityType"] == {"type": "stateBody", "details": "state_body"}
    assert details[4]["entityType"] == {"type": "arrangement", "details": "fund"}
    assert details[5]["identifiers"] == [{"schemeName": "统一社会信用代码 (GB 32100-2015)", "id": "91350100M000100Y43"}]
    assert entities(written(holders, [])) == [(one.id, one.type, one.name) for one in holders]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("33.333333333333333333333"), "33.333333333333333333333"), (Decimal("1E+2"), "100"), (Decimal(0), "0"),
        ({}, "{}"), ([], "[]"), (None, "null"), (True, "true"), ("甲\"\\\n", '"甲\\"\\\\\\n"'), ("a&b", '"a\\u0026b"'),
    ],
)  # fmt: skip
def test_printed(value: object, text: str) -> None:
    assert printed(value) == text
    assert json.loads(text, parse_float=Decimal) == value


SHARE = st.decimals(0, 1, places=12).map(lambda share: format(share.normalize(), "f"))
PAIRS = [(source, target) for source in "abpqs" for target in "abc" if source != target]


@st.composite
def registers(draw: st.DrawFn) -> list[Holding]:
    """Rows of `owns` between enterprises a, b, c, persons p, q and a state body s, each pair once."""
    found = []
    for source, target in draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=8)):
        kind = draw(st.sampled_from(["", "", "nominee", "concert"]))
        said = {} if not kind else {"kind": kind}
        if kind and draw(st.booleans()):
            said["principal"] = draw(st.sampled_from([one for one in "abcpq" if one not in (source, target)]))
        for name in draw(st.sampled_from([("share",), ("share", "voting"), ("voting",), ()])):
            said[name] = draw(SHARE)
        start = draw(st.none() | st.dates(date(2000, 1, 1), date(2024, 5, 1)))
        end = draw(st.none() | st.dates(date(2024, 5, 2), date(2030, 1, 1)))
        found.append(Holding(source=source, target=target, attributes=said, start=start, end=end))
    return found


@given(registers())
def test_what_is_written_and_read_is_the_same_on_that_day(rows: list[Holding]) -> None:
    holders = [holder(one) for one in "abc"] + [holder("p", "person"), holder("q", "person"), holder("s", "state")]
    found = links(written(holders, rows))
    held = {
        (source, target, start): said
        for source, target, start, _, said in found
        if said.get("share") != "0" or "voting" in said
    }
    expected = {
        (row.source, row.target, str(row.start or DAY)): dict(row.attributes) for row in rows
        if row.attributes.get("share") != "0" or "voting" in row.attributes
    }  # fmt: skip
    assert held == expected
    ends = {
        (source, target): end
        for source, target, _, end, _ in found
        if (source, target) in {(r.source, r.target) for r in rows}
    }
    assert len(ends) == len(rows)


def test_an_end_that_is_known_is_written() -> None:
    found = links(written([A, P], [holding("p", "a", date(2020, 1, 1), date(2025, 1, 1), share="0.5")]))
    assert found == [
        ("p", "a", "2020-01-01", "2025-01-01", {"share": "0.5"}), ("p", "a", "2025-01-01", None, {"share": "0"}),
    ]  # fmt: skip


def test_a_principal_that_is_not_among_the_holders_is_left_out() -> None:
    text = written([A, P], [holding("p", "a", share="0.3", kind="concert", principal="gone")])
    assert links(text)[0][4] == {"share": "0.3", "kind": "concert"}
    rows, issues = read(text)
    assert rows
    assert issues == ()
